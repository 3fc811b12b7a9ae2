//! Measures of two surfaces given as meshes.
//!
//! Places of each surface (samples uniform by area, or the vertices, weighted) are measured to the nearest place of the
//! other: to its triangles, not only to points of it, so nothing is added by the spacing of the other's samples
//! (Cignoni et al. 1998, doi:10.1111/1467-8659.00236). O(samples log faces).

use rayon::prelude::*;

use super::{
    distances::{Sample, SurfaceDistance, SurfaceMetrics, summarise, without_surface},
    points::{Chamfer, Matches, PointMetrics, check_tolerance, cosine, point_metrics},
    surface_tree::SurfaceTree,
};
use crate::{
    Mesh, SampleMethod, ShapeError, sample_surface,
    vector::{cross, norm, normalized, sub},
    vertex_normals,
};

/// Samples that follow one another; fixed, so that results do not depend on the threads.
const RUN: usize = 1024;

/// What [`compare_meshes`] computes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeshCompareOptions {
    /// Samples of each surface, uniform by area; with 0 the vertices are taken instead, each weighted with a third of the
    /// area of its faces, which suits fine, even meshes.
    pub samples: usize,
    /// Seed of the samples.
    pub seed: u64,
    /// Tolerance of surface Dice and F-score, mm.
    pub tolerance_mm: f64,
}

impl Default for MeshCompareOptions {
    /// 20,000 samples, seed 0, 2 mm.
    fn default() -> Self {
        Self { samples: 20_000, seed: 0, tolerance_mm: 2.0 }
    }
}

/// The measures of two meshes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeshMetrics {
    /// Distances between the surfaces; their definition is [`SurfaceDistance::Mesh`].
    pub surface: SurfaceMetrics,
    /// Chamfer distance, F-score and normal consistency of the same matches.
    pub points: PointMetrics,
}

/// Compares two meshes, RAS+ mm.
///
/// Neither having a surface is perfect agreement. If only one has, all distances are the diagonal of its box, and Dice,
/// F-score and normal consistency are 0.
///
/// # Errors
/// [`ShapeError::Parameter`] for a tolerance that is negative or not finite, or for too many samples.
pub fn compare_meshes(
    reference: &Mesh,
    prediction: &Mesh,
    options: &MeshCompareOptions,
) -> Result<MeshMetrics, ShapeError> {
    check_tolerance(options.tolerance_mm)?;
    let places = [places(reference, options)?, places(prediction, options)?];
    let [Some(r), Some(p)] = &places else {
        let diagonal = [reference, prediction].into_iter().filter_map(Mesh::bounds).map(|[lo, hi]| norm(sub(hi, lo)));
        let both_missing = places.iter().all(Option::is_none);
        return Ok(without(options.tolerance_mm, both_missing, diagonal.fold(0.0, f64::max)));
    };
    let matched = [matches(r, prediction), matches(p, reference)];
    let samples = matched.each_ref().map(|m| m.samples.clone());
    let surface = summarise(SurfaceDistance::Mesh, options.tolerance_mm, samples);
    Ok(MeshMetrics { surface, points: point_metrics(matched, options.tolerance_mm)? })
}

/// The surface distances of two fine meshes from their vertices; `None` if either has no surface.
pub(super) fn vertex_distances(meshes: [&Mesh; 2]) -> Option<[Vec<Sample>; 2]> {
    let [r, p] = meshes.map(vertex_places);
    let (r, p) = (r?, p?);
    Some([matches(&r, meshes[1]).samples, matches(&p, meshes[0]).samples])
}

fn without(tolerance_mm: f64, both_missing: bool, diagonal_mm: f64) -> MeshMetrics {
    let surface = without_surface(SurfaceDistance::Mesh, tolerance_mm, both_missing, diagonal_mm);
    let (d, part) = (surface.hausdorff_mm, surface.surface_dice);
    let points = PointMetrics {
        chamfer: Chamfer { mean_mm: [d; 2], mean_squared_mm2: [d * d; 2] },
        f_score: part,
        precision: part,
        recall: part,
        tolerance_mm,
        normal_consistency: Some(part),
        hausdorff_mm: d,
        hausdorff95_mm: d,
    };
    MeshMetrics { surface, points }
}

/// Points of a surface.
struct Places {
    points: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    weights: Vec<f64>,
}

/// `None` for a mesh without area.
fn places(mesh: &Mesh, options: &MeshCompareOptions) -> Result<Option<Places>, ShapeError> {
    if options.samples == 0 {
        return Ok(vertex_places(mesh));
    }
    match sample_surface(mesh, options.samples, SampleMethod::AreaUniform, options.seed) {
        Ok(cloud) => {
            let (points, normals) = cloud.into_parts();
            let weights = vec![1.0; points.len()];
            Ok(Some(Places { points, normals: normals.unwrap_or_default(), weights }))
        }
        Err(ShapeError::Empty { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn vertex_places(mesh: &Mesh) -> Option<Places> {
    let mut thirds = vec![0.0; mesh.vertices().len()];
    for (f, corners) in mesh.faces().iter().enumerate() {
        let [a, b, c] = mesh.triangle(f);
        let third = norm(cross(sub(b, a), sub(c, a))) / 6.0;
        for &v in corners {
            thirds[v as usize] += third;
        }
    }
    let normals = vertex_normals(mesh);
    let used = || (0..thirds.len()).filter(|&v| thirds[v] > 0.0);
    used().next()?;
    Some(Places {
        points: used().map(|v| mesh.vertices()[v]).collect(),
        normals: used().map(|v| normals[v]).collect(),
        weights: used().map(|v| thirds[v]).collect(),
    })
}

/// Each place with the nearest of a mesh that has faces.
fn matches(places: &Places, to: &Mesh) -> Matches {
    let tree = SurfaceTree::new(to);
    let face_normal = |f: usize| {
        let [a, b, c] = to.triangle(f);
        normalized(cross(sub(b, a), sub(c, a))).map(|v| v as f32)
    };
    let runs: Vec<Vec<(Sample, f64)>> = (0..places.points.len().div_ceil(RUN))
        .into_par_iter()
        .map(|run| {
            let (mut near, mut stack) = (0, Vec::new());
            (run * RUN..places.points.len().min((run + 1) * RUN))
                .map(|i| {
                    let found = tree.nearest(places.points[i], near, &mut stack);
                    near = found.face;
                    let sample = Sample { distance_mm: found.d2.sqrt(), weight: places.weights[i] };
                    (sample, cosine(places.normals[i], face_normal(found.face)))
                })
                .collect()
        })
        .collect();
    let (samples, cosines) = runs.into_iter().flatten().unzip();
    Matches { samples, cosines: Some(cosines) }
}
