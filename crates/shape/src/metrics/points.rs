//! Measures of two point sets: Chamfer distance, F-score, normal consistency, Hausdorff distance.
//!
//! Each point is matched with the nearest of the other set. Both sets have a kd-tree, and each tree's order is that of
//! the queries to the other, so nothing is sorted twice. Squares and sums are f64. O(n log n).

use super::distances::{Sample, SurfaceDistance, summarise};
use crate::{PointCloud, ShapeError, spatial::KdTree};

/// Chamfer distance, in all the forms that are in use; index 0 is from the reference to the prediction, 1 the way back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chamfer {
    /// Mean distance to the nearest point of the other set.
    pub mean_mm: [f64; 2],
    /// Mean of its square.
    pub mean_squared_mm2: [f64; 2],
}

impl Chamfer {
    /// The sum of both mean distances, not squared: what is meant here by "the Chamfer distance" without more words.
    pub fn sum_mm(&self) -> f64 {
        self.mean_mm[0] + self.mean_mm[1]
    }

    /// The mean of both mean distances: half of [`Chamfer::sum_mm`].
    pub fn average_mm(&self) -> f64 {
        self.sum_mm() / 2.0
    }

    /// The sum of both mean squared distances, the usual loss function (Fan et al. 2017, doi:10.1109/CVPR.2017.264).
    pub fn sum_squared_mm2(&self) -> f64 {
        self.mean_squared_mm2[0] + self.mean_squared_mm2[1]
    }
}

/// The measures of two point sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointMetrics {
    /// Chamfer distances.
    pub chamfer: Chamfer,
    /// Harmonic mean of `precision` and `recall` (Knapitsch et al. 2017, doi:10.1145/3072959.3073599).
    pub f_score: f64,
    /// The part of the prediction within the tolerance of the reference.
    pub precision: f64,
    /// The part of the reference within the tolerance of the prediction.
    pub recall: f64,
    /// The tolerance of these.
    pub tolerance_mm: f64,
    /// Mean of |cos| of the angle between the normals of matched points, over both directions (Mescheder et al. 2019,
    /// doi:10.1109/CVPR.2019.00459); `None` unless both sets have normals.
    pub normal_consistency: Option<f64>,
    /// Largest distance to the nearest point of the other set, in either direction.
    pub hausdorff_mm: f64,
    /// The larger of the two directions' 95th percentiles (interpolated, as numpy does).
    pub hausdorff95_mm: f64,
}

/// The Chamfer distances between two sets of points, mm.
///
/// # Errors
/// [`ShapeError::Empty`] for a set without points, [`ShapeError::Vertex`] for a coordinate that is not finite.
pub fn chamfer(reference: &[[f32; 3]], prediction: &[[f32; 3]]) -> Result<Chamfer, ShapeError> {
    let trees = [KdTree::new(reference)?, KdTree::new(prediction)?];
    let mut result = Chamfer { mean_mm: [0.0; 2], mean_squared_mm2: [0.0; 2] };
    for from in [0, 1] {
        let found = trees[1 - from].nearest_of_tree(&trees[from])?;
        if found.is_empty() {
            return Err(ShapeError::Empty { what: "the set of points to compare" });
        }
        let n = found.len() as f64;
        result.mean_mm[from] = found.iter().map(|f| f64::from(f.distance_mm)).sum::<f64>() / n;
        result.mean_squared_mm2[from] = found.iter().map(|f| f64::from(f.distance_mm).powi(2)).sum::<f64>() / n;
    }
    Ok(result)
}

/// Compares two sets of points, mm; `tolerance_mm` is that of the F-score.
///
/// # Errors
/// [`ShapeError::Empty`] for a set without points, [`ShapeError::Parameter`] for a tolerance that is negative or not
/// finite.
pub fn compare_points(
    reference: &PointCloud,
    prediction: &PointCloud,
    tolerance_mm: f64,
) -> Result<PointMetrics, ShapeError> {
    let clouds = [reference, prediction];
    if clouds.iter().any(|c| c.points().is_empty()) {
        return Err(ShapeError::Empty { what: "the set of points to compare" });
    }
    let trees = [KdTree::new(reference.points())?, KdTree::new(prediction.points())?];
    let mut matched = [Matches::default(), Matches::default()];
    for from in [0, 1] {
        let found = trees[1 - from].nearest_of_tree(&trees[from])?;
        matched[from].samples =
            found.iter().map(|f| Sample { distance_mm: f64::from(f.distance_mm), weight: 1.0 }).collect();
        if let (Some(ours), Some(theirs)) = (clouds[from].normals(), clouds[1 - from].normals()) {
            let cosine = |(n, f): (&[f32; 3], &crate::Neighbour)| cosine(*n, theirs[f.index as usize]);
            matched[from].cosines = Some(ours.iter().zip(&found).map(cosine).collect());
        }
    }
    point_metrics(matched, tolerance_mm)
}

/// The points of one set with what they were matched with in the other.
#[derive(Debug, Default)]
pub(super) struct Matches {
    pub(super) samples: Vec<Sample>,
    /// |cos| of the angle between the normals.
    pub(super) cosines: Option<Vec<f64>>,
}

pub(super) fn cosine(a: [f32; 3], b: [f32; 3]) -> f64 {
    (0..3).map(|c| f64::from(a[c]) * f64::from(b[c])).sum::<f64>().abs()
}

/// The measures of two sets that both have points.
pub(super) fn point_metrics(matched: [Matches; 2], tolerance_mm: f64) -> Result<PointMetrics, ShapeError> {
    check_tolerance(tolerance_mm)?;
    let squares = matched.each_ref().map(|m| {
        let weight: f64 = m.samples.iter().map(|s| s.weight).sum();
        m.samples.iter().map(|s| s.weight * s.distance_mm * s.distance_mm).sum::<f64>() / weight
    });
    let agreement = matched.each_ref().map(|m| {
        let weight: f64 = m.samples.iter().map(|s| s.weight).sum();
        let sum = |cosines: &Vec<f64>| m.samples.iter().zip(cosines).map(|(s, c)| s.weight * c).sum::<f64>();
        m.cosines.as_ref().map(|cosines| sum(cosines) / weight)
    });
    let normal_consistency = agreement[0].zip(agreement[1]).map(|(a, b)| f64::midpoint(a, b));
    let summary = summarise(SurfaceDistance::BorderVoxels, tolerance_mm, matched.map(|m| m.samples));
    let [recall, precision] = summary.directed.map(|d| d.within_tolerance);
    let f_score = if recall + precision > 0.0 { 2.0 * recall * precision / (recall + precision) } else { 0.0 };
    Ok(PointMetrics {
        chamfer: Chamfer { mean_mm: summary.directed.map(|d| d.mean_mm), mean_squared_mm2: squares },
        f_score,
        precision,
        recall,
        tolerance_mm,
        normal_consistency,
        hausdorff_mm: summary.hausdorff_mm,
        hausdorff95_mm: summary.hausdorff95_mm,
    })
}

/// Whether a tolerance can be used.
pub(super) fn check_tolerance(tolerance_mm: f64) -> Result<(), ShapeError> {
    if tolerance_mm >= 0.0 && tolerance_mm.is_finite() {
        return Ok(());
    }
    Err(ShapeError::Parameter { name: "the tolerance (mm)", value: tolerance_mm, expected: "finite and at least 0" })
}
