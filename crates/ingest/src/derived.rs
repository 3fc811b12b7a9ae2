//! Masks made of a volume's labels as the recipe says: several labels together, and one side of what has one label.
//!
//! A side is told by where a connected piece lies along right-left: of two pieces of like size that lie apart, the middle
//! between them parts the body; otherwise the middle of the volume does. A piece that reaches far over to both sides
//! cannot be told, and stays without a side. How it was told is in the record.

use medshape_collection::ProcessingStep;
use medshape_shape::{Component, Connectivity, LabelMap, Labels, ShapeError, connected_components};
use medshape_sources::{Reading, Union};
use serde_json::json;

use crate::shape::step;

/// A second piece at least this large, compared with the first, is the other side's.
const LIKE_SIZE: f64 = 0.2;
/// Centroids of two sides are at least so far apart along right-left, mm.
const APART_MM: f64 = 20.0;
/// A piece with more than this part of its width on either side of the middle has no side.
const ACROSS: f64 = 0.25;

/// A mask made of labels: every voxel that is not 0.
pub(crate) struct Derived {
    /// The source's (or the recipe's) name.
    pub name: String,
    /// The side of it, where that was derived: `left` or `right`.
    pub side: Option<&'static str>,
    /// The label it was made of, if it was one.
    pub label: Option<u32>,
    pub mask: LabelMap,
    pub step: ProcessingStep,
}

/// Whether a label of this name is not a shape as it is.
pub(crate) fn takes_over(reading: &Reading, name: &str) -> bool {
    reading.unions.iter().any(|union| union.name == name) || reading.derive_side.iter().any(|sided| sided == name)
}

/// Everything to be made of a volume in which the labels `present` occur. An error is a reason in words.
pub(crate) fn all(
    reading: &Reading,
    map: &LabelMap,
    present: &[u32],
    name_of: impl Fn(u32) -> Option<String>,
) -> Vec<Result<Derived, String>> {
    let mut made = Vec::new();
    for union in &reading.unions {
        let labels: Vec<u32> = union.labels.iter().copied().filter(|label| present.contains(label)).collect();
        if labels.is_empty() {
            continue;
        }
        let whole = select(map, &labels).map(|mask| Derived {
            name: union.name.clone(),
            side: None,
            label: None,
            mask,
            step: step("union", json!({ "labels": union.labels, "present": labels })),
        });
        made.extend(parted(reading, whole));
    }
    let in_union = |name: &str| reading.unions.iter().any(|union: &Union| union.name == name);
    for &label in present {
        let Some(name) = name_of(label).filter(|name| takes_over(reading, name) && !in_union(name)) else { continue };
        let whole = select(map, &[label]).map(|mask| Derived {
            name,
            side: None,
            label: Some(label),
            mask,
            step: step("select", json!({ "label": label })),
        });
        made.extend(parted(reading, whole));
    }
    made
}

/// The sides of a mask, where the recipe asks for them.
fn parted(reading: &Reading, whole: Result<Derived, ShapeError>) -> Vec<Result<Derived, String>> {
    let whole = match whole {
        Ok(whole) => whole,
        Err(error) => return vec![Err(error.to_string())],
    };
    if !reading.derive_side.contains(&whole.name) {
        return vec![Ok(whole)];
    }
    match sides(&whole) {
        Ok(sides) => sides.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error.to_string())],
    }
}

fn sides(whole: &Derived) -> Result<Vec<Derived>, ShapeError> {
    let found = connected_components(&whole.mask, Connectivity::Faces6)?;
    let (middle, method) = middle(&whole.mask, &found.table);
    let side_of: Vec<usize> = found.table.iter().map(|component| side(&whole.mask, component, middle)).collect();
    let words = ["left", "right", ""];
    let mut made = Vec::new();
    for (side, word) in words.iter().enumerate() {
        let numbers: Vec<u32> =
            (1u32..).zip(&side_of).filter(|(_, of)| **of == side).map(|(number, _)| number).collect();
        if numbers.is_empty() {
            continue;
        }
        let parameters = json!({
            "side": if word.is_empty() { "not told: a piece lies on both sides" } else { word },
            "method": method,
            "middle_x_mm": (middle * 10.0).round() / 10.0,
            "pieces": numbers.len(),
            "of": whole.step.parameters,
        });
        made.push(Derived {
            name: whole.name.clone(),
            side: (!word.is_empty()).then_some(*word),
            label: whole.label,
            mask: select(&found.map, &numbers)?,
            step: step("derive side", parameters),
        });
    }
    Ok(made)
}

/// Where the body's left and right meet along x (RAS), and how that was told.
fn middle(mask: &LabelMap, pieces: &[Component]) -> (f64, &'static str) {
    let mut by_size: Vec<&Component> = pieces.iter().collect();
    by_size.sort_by_key(|piece| std::cmp::Reverse(piece.statistics.voxels));
    if let [first, second, ..] = by_size.as_slice() {
        let like = second.statistics.voxels as f64 >= LIKE_SIZE * first.statistics.voxels as f64;
        let (a, b) = (first.statistics.centroid[0], second.statistics.centroid[0]);
        if like && (a - b).abs() >= APART_MM {
            return (f64::midpoint(a, b), "between the two largest pieces");
        }
    }
    let last = mask.shape().map(|n| (n as f64 - 1.0) / 2.0);
    (mask.affine().apply(last)[0], "the middle of the volume")
}

/// 0 left, 1 right, 2 neither.
fn side(mask: &LabelMap, piece: &Component, middle: f64) -> usize {
    let (first, last) = (piece.statistics.first, piece.statistics.last);
    let corners = (0..8).map(|corner: usize| {
        let voxel = [0, 1, 2].map(|a| if corner >> a & 1 == 0 { first[a] as f64 - 0.5 } else { last[a] as f64 + 0.5 });
        mask.affine().apply(voxel)[0]
    });
    let (low, high) = corners.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    let smaller = (middle - low).min(high - middle);
    if smaller > ACROSS * (high - low) { 2 } else { usize::from(piece.statistics.centroid[0] > middle) }
}

/// The voxels of some labels as 1.
fn select(map: &LabelMap, labels: &[u32]) -> Result<LabelMap, ShapeError> {
    fn ones<T: Copy + Into<u32>>(voxels: &[T], labels: &[u32]) -> Vec<u8> {
        voxels.iter().map(|&voxel| u8::from(labels.contains(&voxel.into()))).collect()
    }
    let voxels = match map.labels() {
        Labels::U8(v) => ones(v, labels),
        Labels::U16(v) => ones(v, labels),
        Labels::U32(v) => ones(v, labels),
    };
    LabelMap::new(map.shape(), *map.affine(), Labels::U8(voxels))
}

#[cfg(test)]
mod tests {
    use medshape_shape::Affine;

    use super::*;

    /// 30 voxels of 10 mm along x, which points to the person's left: x = 150 - 10 i.
    fn row(values: &[(usize, u8)]) -> LabelMap {
        let affine = Affine::from_rows([[-10.0, 0.0, 0.0, 150.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).unwrap();
        let mut voxels = vec![0; 30];
        for &(i, value) in values {
            voxels[i] = value;
        }
        LabelMap::new([30, 1, 1], affine, Labels::U8(voxels)).unwrap()
    }

    fn made(map: &LabelMap) -> Vec<(String, Option<&'static str>, u32)> {
        let reading = Reading {
            unions: vec![Union { name: "kidney".into(), labels: vec![1, 2] }],
            derive_side: vec!["kidney".into(), "lung".into()],
            ..Reading::default()
        };
        let name = |label| ["", "kidney", "tumor", "lung"].get(label as usize).map(ToString::to_string);
        all(&reading, map, &[1, 2, 3], name)
            .into_iter()
            .map(|made| made.unwrap_or_else(|reason| panic!("{reason}")))
            .map(|made| {
                let Labels::U8(voxels) = made.mask.labels() else { panic!() };
                (made.name, made.side, voxels.iter().map(|v| u32::from(*v)).sum())
            })
            .collect()
    }

    #[test]
    fn unions_are_parted_by_side() {
        // Low i is the right of the body.
        let found = made(&row(&[(3, 1), (4, 2), (12, 1), (13, 1), (20, 3)]));
        let sided = |name: &str, side: &'static str, voxels| (name.to_owned(), Some(side), voxels);
        assert_eq!(found, [sided("kidney", "left", 2), sided("kidney", "right", 2), sided("lung", "left", 1)]);
    }

    #[test]
    fn what_lies_across_the_middle_has_no_side() {
        let found = made(&row(&[(13, 1), (14, 1), (15, 1), (16, 1), (17, 1)]));
        assert_eq!(found, [("kidney".to_owned(), None, 5)]);
    }
}
