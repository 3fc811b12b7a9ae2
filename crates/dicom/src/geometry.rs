//! Planes in the patient (LPS, millimetres) and the volume that parallel planes make (RAS+).
//!
//! Image Plane (PS3.3 C.7.6.2): a pixel's centre lies at position + column index * spacing between columns * direction
//! of a row + row index * spacing between rows * direction of a column. Planes are ordered along the normal, row x
//! column; their distances must be whole multiples of one step. The step is a vector: a tilted gantry moves the planes
//! sideways too, and the affine is sheared accordingly.

use std::path::Path;

use dicom_dictionary_std::tags;
use medshape_shape::Affine;

use crate::data_set::Item;
use crate::error::DicomError;

pub(crate) type Vector = [f64; 3];

const NEED: &str = "pixels cannot be placed in the patient without it";
/// Departure of a plane from its place, in steps, that is an error; a fifth of it is worth a note.
const LARGEST_DEPARTURE: f64 = 0.1;
/// No patient is farther from the origin, mm.
const FARTHEST: f64 = 1e6;
/// Sideways movement of a step, relative to its length, that is rounding and no tilt.
const NO_TILT: f64 = 1e-4;

/// How a plane's pixels lie: directions of a row and of a column (unit vectors, LPS) and distances of pixels, mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PlaneGrid {
    /// Direction in which the column index grows.
    pub(crate) row: Vector,
    /// Direction in which the row index grows.
    pub(crate) column: Vector,
    /// Distance between columns, then between rows.
    pub(crate) spacing: [f64; 2],
}

impl PlaneGrid {
    /// From the item with Image Orientation (Patient) and the one with Pixel Spacing.
    pub(crate) fn read(orientation: &Item<'_>, measures: &Item<'_>) -> Result<Self, DicomError> {
        let tag = tags::IMAGE_ORIENTATION_PATIENT;
        let [a, b, c, d, e, f] = orientation.require_numbers::<6>(tag, NEED)?;
        let (row, column) = ([a, b, c], [d, e, f]);
        let unit = |v: Vector| (length(v) - 1.0).abs() < 1e-2;
        if !unit(row) || !unit(column) || dot(row, column).abs() > 1e-3 {
            let found = format!("{row:?} and {column:?}");
            return Err(orientation.wrong(tag, &found, "two unit vectors at a right angle"));
        }
        let [between_rows, between_columns] = measures.require_numbers::<2>(tags::PIXEL_SPACING, NEED)?;
        if !is_distance(between_rows) || !is_distance(between_columns) {
            let found = format!("{between_rows}\\{between_columns}");
            return Err(measures.wrong(tags::PIXEL_SPACING, &found, "two numbers of 0.000001 to 10000 mm"));
        }
        Ok(Self { row, column, spacing: [between_columns, between_rows] })
    }

    pub(crate) fn normal(&self) -> Vector {
        cross(self.row, self.column)
    }

    /// Whether both lie the same way, but for rounding.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let near = |a: Vector, b: Vector| length(subtract(a, b)) < 1e-3;
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-4 * a;
        near(self.row, other.row)
            && near(self.column, other.column)
            && same(self.spacing[0], other.spacing[0])
            && same(self.spacing[1], other.spacing[1])
    }
}

/// The volume that planes make.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stack {
    /// Voxel index (column, row, slice) to RAS+ mm.
    pub(crate) affine: Affine,
    /// Number of slices, with those that are missing between the first and the last.
    pub(crate) slices: u64,
    /// The slice of each plane, in the order in which they were given.
    pub(crate) slice_of: Vec<usize>,
    /// What had to be assumed.
    pub(crate) notes: Vec<String>,
}

/// Distances between slices as the file states them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StatedStep {
    /// Spacing Between Slices, if it is to be believed where positions allow several steps.
    pub(crate) spacing: Option<f64>,
    /// Slice Thickness: for a single plane only.
    pub(crate) thickness: Option<f64>,
}

impl StatedStep {
    pub(crate) fn read(measures: &Item<'_>) -> Result<Self, DicomError> {
        let positive = |tag| -> Result<Option<f64>, DicomError> {
            let value = measures.numbers::<1>(tag)?;
            // Some scanners give the spacing a sign.
            Ok(value.map(|[v]| v.abs()).filter(|&v| is_distance(v)))
        };
        Ok(Self { spacing: positive(tags::SPACING_BETWEEN_SLICES)?, thickness: positive(tags::SLICE_THICKNESS)? })
    }
}

/// Image Position (Patient), LPS mm.
pub(crate) fn position(item: &Item<'_>) -> Result<Vector, DicomError> {
    let tag = tags::IMAGE_POSITION_PATIENT;
    let position: Vector = item.require_numbers(tag, NEED)?;
    if position.iter().any(|v| v.abs() > FARTHEST) {
        return Err(item.wrong(tag, &format!("{position:?}"), &format!("at most {FARTHEST} mm from the origin")));
    }
    Ok(position)
}

/// Whether pixels or slices can be so far apart, mm.
fn is_distance(value: f64) -> bool {
    (1e-6..=1e4).contains(&value)
}

/// Puts planes at `positions` (LPS mm, at least one) into one volume.
pub(crate) fn stack(
    file: &Path,
    grid: &PlaneGrid,
    positions: &[Vector],
    stated: StatedStep,
) -> Result<Stack, DicomError> {
    let normal = grid.normal();
    let heights: Vec<f64> = positions.iter().map(|&p| dot(p, normal)).collect();
    let mut order: Vec<usize> = (0..positions.len()).collect();
    order.sort_by(|&a, &b| heights[a].total_cmp(&heights[b]));
    let same_plane = 1e-3 * grid.spacing[0].min(grid.spacing[1]);
    let mut notes = Vec::new();
    let (Some(&first), Some(&last)) = (order.first(), order.last()) else {
        return Err(DicomError::planes(file, "there are none"));
    };
    if heights[last] - heights[first] <= same_plane {
        let assumed = || {
            notes.push("one slice without a stated thickness: 1 mm assumed".to_owned());
            1.0
        };
        let step = stated.spacing.or(stated.thickness).unwrap_or_else(assumed);
        let affine = affine(file, grid, positions[first], scale(normal, step))?;
        return Ok(Stack { affine, slices: 1, slice_of: vec![0; positions.len()], notes });
    }
    let mut gaps = Vec::new();
    let mut before = heights[first];
    for &plane in &order {
        if heights[plane] - before > same_plane {
            gaps.push(heights[plane] - before);
            before = heights[plane];
        }
    }
    let smallest = gaps.iter().copied().fold(f64::INFINITY, f64::min);
    // Roughly first; how far each plane is from its place is judged once the step is known.
    let fits = |step: &f64| gaps.iter().all(|gap| departure(gap / step) <= 0.25 && gap / step > 0.5);
    let step = stated.spacing.filter(fits).or(Some(smallest).filter(fits)).ok_or_else(|| {
        let largest = gaps.iter().copied().fold(0.0, f64::max);
        let reason = format!("their distances ({smallest} to {largest} mm) are no multiples of one step");
        DicomError::planes(file, reason)
    })?;
    let steps: f64 = gaps.iter().map(|gap| (gap / step).round()).sum();
    let mut vector = scale(subtract(positions[last], positions[first]), 1.0 / steps);
    let along = dot(vector, normal);
    let sideways = subtract(vector, scale(normal, along));
    if length(sideways) < NO_TILT * along {
        vector = scale(normal, along);
    } else {
        notes.push(format!(
            "the slices move sideways by {:.4} mm a step (tilted gantry): sheared affine",
            length(sideways)
        ));
    }
    let mut slice_of = vec![0; positions.len()];
    let mut worst = 0.0_f64;
    for &plane in &order {
        let slice = ((heights[plane] - heights[first]) / along).round();
        let ideal = add(positions[first], scale(vector, slice));
        worst = worst.max(length(subtract(positions[plane], ideal)) / along);
        slice_of[plane] = slice as usize;
    }
    if worst > LARGEST_DEPARTURE {
        let reason =
            format!("a plane lies {:.3} mm beside the place that even steps of {along:.4} mm give it", worst * along);
        return Err(DicomError::planes(file, reason));
    }
    if worst > LARGEST_DEPARTURE / 5.0 {
        notes.push(format!("uneven slices: up to {:.3} mm beside even steps of {along:.4} mm", worst * along));
    }
    Ok(Stack { affine: affine(file, grid, positions[first], vector)?, slices: steps as u64 + 1, slice_of, notes })
}

/// Distance from the nearest whole number.
fn departure(value: f64) -> f64 {
    (value - value.round()).abs()
}

/// The affine to RAS+ of a volume whose first voxel lies at `origin` (LPS).
pub(crate) fn affine(file: &Path, grid: &PlaneGrid, origin: Vector, step: Vector) -> Result<Affine, DicomError> {
    let i = scale(grid.row, grid.spacing[0]);
    let j = scale(grid.column, grid.spacing[1]);
    let rows = [0, 1, 2].map(|axis| {
        let sign = if axis == 2 { 1.0 } else { -1.0 };
        // Adding zero makes a negative zero a plain one.
        [i[axis], j[axis], step[axis], origin[axis]].map(|v| sign * v + 0.0)
    });
    Affine::from_rows(rows).map_err(DicomError::shape(file))
}

pub(crate) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(crate) fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(crate) fn length(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

pub(crate) fn add(a: Vector, b: Vector) -> Vector {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(crate) fn subtract(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(crate) fn scale(a: Vector, by: f64) -> Vector {
    a.map(|v| v * by)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIAL: PlaneGrid = PlaneGrid { row: [1.0, 0.0, 0.0], column: [0.0, 1.0, 0.0], spacing: [0.5, 0.8] };

    fn stacked(positions: &[Vector], stated: Option<f64>) -> Result<Stack, DicomError> {
        stack(Path::new("x"), &AXIAL, positions, StatedStep { spacing: stated, thickness: None })
    }

    #[test]
    fn planes_in_any_order_with_a_gap() {
        let s = stacked(&[[1.0, 2.0, 10.0], [1.0, 2.0, 2.5], [1.0, 2.0, 5.0]], None).unwrap();
        assert_eq!((s.slices, s.slice_of.as_slice()), (4, &[3, 0, 1][..]));
        assert_eq!(s.affine.rows(), [[-0.5, 0.0, 0.0, -1.0], [0.0, -0.8, 0.0, -2.0], [0.0, 0.0, 2.5, 2.5]]);
    }

    #[test]
    fn the_stated_step_decides_only_where_it_fits() {
        let planes = [[0.0, 0.0, 0.0], [0.0, 0.0, 6.0]];
        assert_eq!(stacked(&planes, Some(2.0)).unwrap().slices, 4);
        assert_eq!(stacked(&planes, Some(4.0)).unwrap().slices, 2);
        assert_eq!(stacked(&planes, None).unwrap().slices, 2);
    }

    #[test]
    fn a_tilted_gantry_shears_the_affine() {
        let s = stacked(&[[0.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 2.0, 4.0]], None).unwrap();
        assert_eq!(s.affine.apply([0.0, 0.0, 2.0]), [0.0, -2.0, 4.0]);
        assert!(s.notes[0].contains("tilted"));
    }

    #[test]
    fn uneven_planes_are_refused() {
        assert!(stacked(&[[0.0; 3], [0.0, 0.0, 2.0], [0.0, 0.0, 5.0]], None).is_err());
        assert!(stacked(&[[0.0; 3], [0.0, 3.0, 2.0], [0.0, 0.0, 4.0]], None).is_err());
        assert!(!stacked(&[[0.0; 3], [0.0, 0.0, 2.1], [0.0, 0.0, 4.0]], None).unwrap().notes.is_empty());
    }
}
