//! The shape distribution D2: distances between random points of the surface (Osada et al. 2002,
//! doi:10.1145/571647.571648).
//!
//! [`PAIRS`] pairs of points, uniform by area, from a seed. The histogram is of distances divided by their mean, so it
//! does not change with size, place or direction: [`BINS`] bins of [`WIDTH`] means each, the last with all that is
//! farther; each row is the share of pairs in its bin.

use super::table::{Features, Unit};
use crate::vector::{norm, sub};
use crate::{Mesh, SampleMethod, ShapeError, sample_surface};

const PAIRS: usize = 65_536;
const BINS: usize = 30;
/// Of a bin, in mean distances.
const WIDTH: f64 = 0.1;

pub(super) fn push(table: &mut Features, mesh: &Mesh, seed: u64) -> Result<(), ShapeError> {
    let cloud = sample_surface(mesh, 2 * PAIRS, SampleMethod::AreaUniform, seed)?;
    let distances: Vec<f64> = cloud.points().chunks_exact(2).map(|p| norm(sub(p[0], p[1]))).collect();
    let mean = distances.iter().sum::<f64>() / PAIRS as f64;
    let squares: f64 = distances.iter().map(|d| (d - mean) * (d - mean)).sum();
    table.push("d2_mean_mm", mean, Unit::Mm);
    table.push("d2_sd_mm", (squares / PAIRS as f64).sqrt(), Unit::Mm);
    let mut bins = [0u32; BINS];
    for d in distances {
        bins[((d / mean / WIDTH) as usize).min(BINS - 1)] += 1;
    }
    for (b, n) in bins.into_iter().enumerate() {
        table.push(format!("d2_share_{b:02}"), f64::from(n) / PAIRS as f64, Unit::One);
    }
    Ok(())
}
