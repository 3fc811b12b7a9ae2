//! Shape features: numbers that describe one shape, in one call and one table.
//!
//! A mask is turned into bits once ([`bits`]); all of size, form, `PyRadiomics` and IBSI follow from sums over the bits
//! ([`cells`], [`moments`]) and the corners of the convex hull ([`extremes`]), without a mesh. Only curvature, roughness
//! and the shape distribution need the surface itself. Every row is described in `docs/features.md`.

mod bits;
mod cells;
mod curvature;
mod distribution;
mod ellipsoid;
mod extremes;
mod fractal;
mod ibsi;
mod moments;
mod pyradiomics;
mod pyradiomics_cases;
mod roughness;
mod size;
mod solid;
mod statistics;
mod table;
mod thickness;
mod topology;

pub use table::{Feature, Features, Group, Unit};

use self::bits::BitGrid;
use self::cells::{AreaVolume, Cells};
use self::extremes::Extremes;
use self::moments::Moments;
use self::pyradiomics_cases::CLOSED_CASES;
use self::solid::Solid;
use crate::{Borders, MaskView, Mesh, ShapeError, Surface, check, extract_mesh, smooth_taubin};

/// Steps of Taubin's filter that take the last of the voxel steps out of a mask's surface before its curvature is taken.
const CURVATURE_SMOOTHING: usize = 10;

/// What to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureOptions {
    /// The groups of features wanted, in any order.
    pub groups: Vec<Group>,
    /// Seed of the random points of [`Group::Distribution`].
    pub seed: u64,
}

impl Default for MeasureOptions {
    /// All groups, seed 0.
    fn default() -> Self {
        Self { groups: Group::ALL.to_vec(), seed: 0 }
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub enum MaskOrMesh<'a> {
    /// A mask, and the closed surface around it.
    Mask(MaskView<'a>),
    /// A mesh.
    Mesh(&'a Mesh),
}

impl<'a, M: Into<MaskView<'a>>> From<M> for MaskOrMesh<'a> {
    fn from(mask: M) -> Self {
        Self::Mask(mask.into())
    }
}

impl<'a> From<&'a Mesh> for MaskOrMesh<'a> {
    fn from(mesh: &'a Mesh) -> Self {
        Self::Mesh(mesh)
    }
}

/// The features of a mask or a mesh: a table of names, values and units, described row by row in `docs/features.md`.
///
/// Of a mask, volume and area are those of the closed exact surface around it ([`Surface::Exact`]), and also
/// `PyRadiomics`' own, whose surface has holes; curvature, roughness and the shape distribution are of the smooth surface.
/// Of a mesh, the groups that need a mask are left out, and all that needs an inside unless the mesh is closed and
/// oriented. A row whose value is not defined for the shape, such as the elongation of one voxel (0 / 0), is left out, so
/// every value is finite.
///
/// The planes of `pyradiomics:Maximum2DDiameter*` and its cube table follow the axes of the mask as given: give it in the
/// order `(i, j, k)` of its file. A view by [`MaskView::from_c_order`] has its axes exchanged, which exchanges slice and row.
///
/// # Errors
/// [`ShapeError::Empty`] for a mask without voxels and a mesh without faces or without area.
pub fn measure<'a>(shape: impl Into<MaskOrMesh<'a>>, options: &MeasureOptions) -> Result<Features, ShapeError> {
    match shape.into() {
        MaskOrMesh::Mask(mask) => measure_mask(&mask, options),
        MaskOrMesh::Mesh(mesh) => measure_mesh(mesh, options),
    }
}

fn measure_mask(mask: &MaskView<'_>, options: &MeasureOptions) -> Result<Features, ShapeError> {
    let wants = |groups: &[Group]| groups.iter().any(|g| options.groups.contains(g));
    let empty = || ShapeError::Empty { what: "the mask to measure" };
    let grid = BitGrid::new(mask).ok_or_else(empty)?;
    let affine = mask.affine();
    let mut table = Features::default();
    let cells = Cells::new(&grid);
    if wants(&[Group::Size, Group::Pyradiomics, Group::Ibsi]) {
        let moments = Moments::new(&grid);
        let extremes = Extremes::new(&grid, affine.spacing()).ok_or_else(empty)?;
        let solid = || Solid::of_mask(&grid, affine, &cells, &moments, &extremes);
        let solid = wants(&[Group::Size, Group::Ibsi]).then(solid);
        let voxel_volume = moments.count as f64 * affine.voxel_volume();
        if let Some(solid) = solid.as_ref().filter(|_| wants(&[Group::Size])) {
            table.push("voxel_count", moments.count as f64, Unit::One);
            table.push("voxel_volume_mm3", voxel_volume, Unit::Mm3);
            size::push(&mut table, solid);
        }
        if wants(&[Group::Pyradiomics]) {
            pyradiomics::push(&mut table, &cells, &moments, &extremes, affine.spacing());
        }
        if let Some(solid) = solid.as_ref().filter(|_| wants(&[Group::Ibsi])) {
            let linear = affine.rows().map(|[a, b, c, _]| [a, b, c]);
            let AreaVolume { area_mm2, volume_mm3 } = cells.area_volume(&CLOSED_CASES, linear);
            let voxels = Some((moments.count, voxel_volume));
            ibsi::push(&mut table, solid, &ibsi::Surface { area_mm2, volume_mm3, voxels });
        }
    }
    if wants(&[Group::Topology]) {
        topology::push_mask(&mut table, &grid, &cells);
    }
    if wants(&[Group::Fractal]) {
        fractal::push(&mut table, &grid, affine);
    }
    if wants(&[Group::Thickness]) {
        thickness::push(&mut table, mask, &grid);
    }
    if wants(&[Group::Curvature, Group::Roughness, Group::Distribution]) {
        let mesh = extract_mesh(*mask, Surface::Smooth);
        if wants(&[Group::Curvature]) {
            curvature::push(&mut table, &smoothed(&mesh, CURVATURE_SMOOTHING)?);
        }
        push_surface(&mut table, &mesh, options)?;
    }
    Ok(table)
}

fn measure_mesh(mesh: &Mesh, options: &MeasureOptions) -> Result<Features, ShapeError> {
    let wants = |group| options.groups.contains(&group);
    let checked = check(mesh);
    let closed = checked.is_closed() && checked.is_oriented();
    let solid = Solid::of_mesh(mesh, closed).ok_or(ShapeError::Empty { what: "the mesh to measure" })?;
    let mut table = Features::default();
    if wants(Group::Size) {
        size::push(&mut table, &solid);
    }
    if wants(Group::Ibsi) {
        let Solid { area_mm2, volume_mm3, .. } = solid;
        ibsi::push(&mut table, &solid, &ibsi::Surface { area_mm2, volume_mm3, voxels: None });
    }
    if wants(Group::Topology) {
        topology::push_mesh(&mut table, mesh, &checked);
    }
    if wants(Group::Curvature) {
        curvature::push(&mut table, mesh);
    }
    push_surface(&mut table, mesh, options)?;
    Ok(table)
}

/// What is the same for the surface of a mask and for a mesh.
fn push_surface(table: &mut Features, mesh: &Mesh, options: &MeasureOptions) -> Result<(), ShapeError> {
    if options.groups.contains(&Group::Roughness) {
        roughness::push(table, mesh)?;
    }
    if options.groups.contains(&Group::Distribution) {
        distribution::push(table, mesh, options.seed)?;
    }
    Ok(())
}

/// The mesh after so many pairs of a shrinking and a growing step of Taubin's filter with its pass band at 0.1.
fn smoothed(mesh: &Mesh, pairs: usize) -> Result<Mesh, ShapeError> {
    smooth_taubin(mesh, 2 * pairs, 0.5, 1.0 / 1.9, Borders::Kept)
}
