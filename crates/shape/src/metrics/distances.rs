//! From the distances of the points of two surfaces to the measures that are reported.

/// Which points stand for a surface, and how much each counts. The three definitions in use give different values; a
/// published figure means little without its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SurfaceDistance {
    /// Surface elements, weighted by area: a point at each corner between voxels that is not wholly inside or outside,
    /// with the area of the marching-cubes triangles around it; distances between these points. Nikolov et al. (2021,
    /// doi:10.2196/26151): the values of the package `surface-distance`.
    #[default]
    Surfels,
    /// The centres of the voxels of the mask that have a background voxel among their six neighbours (outside the volume
    /// is background), all weighted alike; distances between these points. `MedPy`, MONAI, `AutoImplant`. Percentiles
    /// interpolate between two distances, as numpy does.
    BorderVoxels,
    /// The smooth surfaces as meshes: the vertices, each weighted with a third of the area of its faces; distances to the
    /// nearest place of the other surface.
    Mesh,
}

/// How far two surfaces are from each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurfaceMetrics {
    /// What the points and weights are.
    pub definition: SurfaceDistance,
    /// Largest distance, in either direction.
    pub hausdorff_mm: f64,
    /// The larger of the two directions' 95th percentiles (`surface-distance`, MONAI).
    pub hausdorff95_mm: f64,
    /// 95th percentile of both directions' distances taken together (`MedPy`, `AutoImplant`).
    pub hausdorff95_pooled_mm: f64,
    /// Average symmetric surface distance: weighted mean over the points of both surfaces together (Heimann et al. 2009,
    /// doi:10.1109/TMI.2009.2013851). The mean of the two directions, which `MedPy` calls `assd`, is that of
    /// `directed[..].mean_mm`.
    pub assd_mm: f64,
    /// Surface Dice, also called NSD: the part of both surfaces that is within the tolerance of the other.
    pub surface_dice: f64,
    /// The tolerance of `surface_dice`.
    pub tolerance_mm: f64,
    /// From the reference to the prediction, and from the prediction to the reference.
    pub directed: [DirectedDistances; 2],
}

/// Distances from the points of one surface to the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectedDistances {
    /// Weighted mean.
    pub mean_mm: f64,
    /// 95th percentile.
    pub percentile95_mm: f64,
    /// Maximum.
    pub max_mm: f64,
    /// The part of the surface that is within the tolerance, 0 to 1.
    pub within_tolerance: f64,
    /// Sum of the weights: the area in mm², or the number of border voxels.
    pub weight: f64,
}

/// A point of a surface.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) distance_mm: f64,
    pub(crate) weight: f64,
}

/// The measures of two surfaces that both have points; their order is lost.
pub(crate) fn summarise(
    definition: SurfaceDistance,
    tolerance_mm: f64,
    [mut reference, mut prediction]: [Vec<Sample>; 2],
) -> SurfaceMetrics {
    // A distance that equals the tolerance but for rounding counts as within.
    let limit = tolerance_mm * (1.0 + 1e-9);
    let directed = [&mut reference, &mut prediction].map(|samples| {
        let (mut weight, mut sum, mut within, mut max_mm) = (0.0, 0.0, 0.0, 0.0f64);
        for s in samples.iter() {
            weight += s.weight;
            sum += s.weight * s.distance_mm;
            max_mm = max_mm.max(s.distance_mm);
            within += if s.distance_mm <= limit { s.weight } else { 0.0 };
        }
        let percentile95_mm = percentile(definition, samples, 0.95);
        DirectedDistances { mean_mm: sum / weight, percentile95_mm, max_mm, within_tolerance: within / weight, weight }
    });
    reference.append(&mut prediction);
    let [a, b] = directed;
    let weight = a.weight + b.weight;
    SurfaceMetrics {
        definition,
        hausdorff_mm: a.max_mm.max(b.max_mm),
        hausdorff95_mm: a.percentile95_mm.max(b.percentile95_mm),
        hausdorff95_pooled_mm: percentile(definition, &mut reference, 0.95),
        assd_mm: (a.mean_mm * a.weight + b.mean_mm * b.weight) / weight,
        surface_dice: (a.within_tolerance * a.weight + b.within_tolerance * b.weight) / weight,
        tolerance_mm,
        directed,
    }
}

/// The measures when there is nothing to measure: perfect if both surfaces are missing, otherwise the worst, all
/// distances `diagonal_mm`.
pub(crate) fn without_surface(
    definition: SurfaceDistance,
    tolerance_mm: f64,
    both_missing: bool,
    diagonal_mm: f64,
) -> SurfaceMetrics {
    let (distance, part) = if both_missing { (0.0, 1.0) } else { (diagonal_mm, 0.0) };
    let directed = DirectedDistances {
        mean_mm: distance,
        percentile95_mm: distance,
        max_mm: distance,
        within_tolerance: part,
        weight: 0.0,
    };
    SurfaceMetrics {
        definition,
        hausdorff_mm: distance,
        hausdorff95_mm: distance,
        hausdorff95_pooled_mm: distance,
        assd_mm: distance,
        surface_dice: part,
        tolerance_mm,
        directed: [directed; 2],
    }
}

fn percentile(definition: SurfaceDistance, samples: &mut [Sample], part: f64) -> f64 {
    match definition {
        SurfaceDistance::BorderVoxels => interpolated_percentile(samples, part),
        SurfaceDistance::Surfels | SurfaceDistance::Mesh => weighted_percentile(samples, part),
    }
}

/// The distance at which the weights, summed from the smallest distance on, reach `part` of the total. By selection, so
/// O(n) without sorting. There must be a sample.
fn weighted_percentile(samples: &mut [Sample], part: f64) -> f64 {
    let weight = |samples: &[Sample]| samples.iter().map(|s| s.weight).sum::<f64>();
    let mut left = part * weight(samples);
    let mut rest = samples;
    while rest.len() > 1 {
        let middle = rest.len() / 2;
        rest.select_nth_unstable_by(middle, |a, b| a.distance_mm.total_cmp(&b.distance_mm));
        let (below, above) = rest.split_at_mut(middle);
        let sum = weight(below);
        rest = if sum >= left {
            below
        } else {
            left -= sum;
            above
        };
    }
    rest[0].distance_mm
}

/// The distance at rank `part (n - 1)`, linear between neighbouring ranks; weights play no part. There must be a sample.
pub(crate) fn interpolated_percentile(samples: &mut [Sample], part: f64) -> f64 {
    let rank = part * (samples.len() - 1) as f64;
    let order = |a: &Sample, b: &Sample| a.distance_mm.total_cmp(&b.distance_mm);
    let (_, at, above) = samples.select_nth_unstable_by(rank as usize, order);
    let low = at.distance_mm;
    let high = above.iter().map(|s| s.distance_mm).fold(f64::INFINITY, f64::min);
    if high.is_finite() { low + (high - low) * rank.fract() } else { low }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[(f64, f64)]) -> Vec<Sample> {
        values.iter().map(|&(distance_mm, weight)| Sample { distance_mm, weight }).collect()
    }

    #[test]
    fn a_weighted_percentile_is_where_the_running_weight_reaches_it() {
        let mut s = samples(&[(5.0, 1.0), (1.0, 6.0), (3.0, 2.0), (2.0, 1.0)]);
        for (part, expected) in [(0.0, 1.0), (0.6, 1.0), (0.65, 2.0), (0.7, 2.0), (0.9, 3.0), (0.91, 5.0), (1.0, 5.0)] {
            assert_eq!(weighted_percentile(&mut s, part), expected, "{part}");
        }
    }

    #[test]
    fn an_interpolated_percentile_is_numpys() {
        let mut s = samples(&[(4.0, 1.0), (1.0, 1.0), (3.0, 1.0), (2.0, 1.0)]);
        // numpy.percentile([4, 1, 3, 2], [0, 50, 95, 100])
        for (part, expected) in [(0.0, 1.0), (0.5, 2.5), (0.95, 3.85), (1.0, 4.0)] {
            assert!((interpolated_percentile(&mut s, part) - expected).abs() < 1e-12);
        }
    }
}
