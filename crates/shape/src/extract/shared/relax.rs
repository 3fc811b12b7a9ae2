//! Relaxing a surface net.
//!
//! The steps of the voxels are what the net has of high frequencies. They are taken away by one low-pass filter over the
//! net, a polynomial in the averaging of each vertex's neighbours that is a windowed sinc (Taubin, Zhang & Golub 1996,
//! doi:10.1007/BFb0015544), which neither shrinks nor grows what is left. Then every vertex is put back into its cell
//! (Gibson 1998, doi:10.1007/BFb0056277). Each degree costs one averaging: a gather of the neighbours. All is done in
//! offsets from the centres of the cells, which stay exact however large the volume is. Cost: [`DEGREE`] x vertices;
//! memory: 48 bytes a vertex.

use rayon::prelude::*;

/// Degree of the filter.
const DEGREE: usize = 12;
/// Where the filter cuts, as an angle: waves longer than 2 pi / `CUT` vertices pass. With this degree a lower cut would
/// shrink the longest waves, a higher one let steps through.
const CUT: f64 = 0.59;
/// How near a vertex may come to the border of its cell.
const MARGIN: f32 = 0.05;
/// Vertices that a thread takes at once.
const CHUNK: usize = 8192;

/// The vertices a vertex is drawn to: those before and after it along i, j and k, itself where there is none.
pub(super) type Links = [u32; 6];

/// How far each vertex goes from the centre of its cell, in voxels.
pub(super) fn relax(links: &[Links]) -> Vec<[f32; 3]> {
    // Clenshaw's way of summing Chebyshev's polynomials. Each array stands for the cells' centres times a weight, plus
    // the offsets in it.
    let coefficients = coefficients();
    let mut before = vec![[0.0f32; 3]; links.len()];
    let mut now = before.clone();
    let (mut weight_before, mut weight) = (0.0, coefficients[DEGREE]);
    for degree in (0..DEGREE).rev() {
        let factor = if degree > 0 { 2.0 } else { 1.0 };
        before.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, before)| {
            for (n, before) in before.iter_mut().enumerate() {
                let mean = mean(links, &now, chunk * CHUNK + n, weight);
                for axis in 0..3 {
                    before[axis] = factor * mean[axis] - before[axis];
                }
            }
        });
        std::mem::swap(&mut before, &mut now);
        (weight_before, weight) = (weight, coefficients[degree] + factor * weight - weight_before);
    }
    now.as_flattened_mut().iter_mut().for_each(|offset| *offset = keep(*offset));
    now
}

/// The nearest offset within the cell.
#[inline]
pub(super) fn keep(offset: f32) -> f32 {
    offset.clamp(MARGIN - 0.5, 0.5 - MARGIN)
}

/// The mean of what the neighbours have, less `weight` times the centre of the vertex's own cell.
#[inline]
fn mean(links: &[Links], offsets: &[[f32; 3]], v: usize, weight: f32) -> [f32; 3] {
    let mut sum = [0.0f32; 3];
    let mut count = 0;
    for axis in 0..3 {
        let (low, high) = (links[v][2 * axis] as usize, links[v][2 * axis + 1] as usize);
        let (a, b) = (&offsets[low], &offsets[high]);
        sum = [sum[0] + a[0] + b[0], sum[1] + a[1] + b[1], sum[2] + a[2] + b[2]];
        let (has_low, has_high) = (i32::from(low != v), i32::from(high != v));
        sum[axis] += weight * (has_high - has_low) as f32;
        count += has_low + has_high;
    }
    // Where there was no neighbour the vertex itself was added.
    let (own, here) = ((6 - count) as f32, &offsets[v]);
    let scale = 1.0 / count.max(1) as f32;
    [scale * (sum[0] - own * here[0]), scale * (sum[1] - own * here[1]), scale * (sum[2] - own * here[2])]
}

/// Of Chebyshev's polynomials: a sinc under a Hamming window, with the sum 1, so that what is flat stays.
fn coefficients() -> Vec<f32> {
    let sinc = |n: usize| if n == 0 { CUT } else { 2.0 * (n as f64 * CUT).sin() / n as f64 };
    let window = |n: usize| 0.54 + 0.46 * (std::f64::consts::PI * n as f64 / (DEGREE as f64 + 1.0)).cos();
    let all: Vec<f64> = (0..=DEGREE).map(|n| sinc(n) * window(n)).collect();
    let sum: f64 = all.iter().sum();
    all.iter().map(|c| (c / sum) as f32).collect()
}
