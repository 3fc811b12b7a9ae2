//! Relaxing a surface net.
//!
//! Each vertex moves towards the mean of those it is linked to and back again (Taubin 1995, doi:10.1145/218380.218473)
//! with Nesterov's momentum (1983), and never leaves its cell (Gibson 1998, doi:10.1007/BFb0056277).

use rayon::prelude::*;

/// Pairs of a shrinking and a growing step. Means in a net of quads swing more than in one of triangles, so the steps are
/// shorter than those of the smooth surface.
const PAIRS: usize = 8;
const LAMBDA: f32 = 0.57;
const MU: f32 = -0.575;
/// How near a vertex may come to the border of its cell.
const MARGIN: f32 = 0.05;
const CHUNK: usize = 8192;

/// The vertices a vertex is drawn to, itself where there is none.
pub(super) type Links = [u32; 6];

/// `at` are framed indices, each within its cell.
pub(super) fn relax(links: &[Links], at: &mut [[f32; 3]]) {
    let mut ahead = at.to_vec();
    let mut between = at.to_vec();
    for pair in 0..PAIRS {
        between.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, between)| {
            for (n, between) in between.iter_mut().enumerate() {
                *between = step(links, &ahead, chunk * CHUNK + n, LAMBDA);
            }
        });
        let momentum = pair as f32 / (pair as f32 + 3.0);
        let chunks = at.par_chunks_mut(CHUNK).zip(ahead.par_chunks_mut(CHUNK)).enumerate();
        chunks.for_each(|(chunk, (at, ahead))| {
            for (n, (at, ahead)) in at.iter_mut().zip(ahead).enumerate() {
                let next = step(links, &between, chunk * CHUNK + n, MU);
                for axis in 0..3 {
                    ahead[axis] = keep(at[axis], next[axis] + momentum * (next[axis] - at[axis]));
                }
                *at = next;
            }
        });
    }
}

#[inline]
fn step(links: &[Links], at: &[[f32; 3]], v: usize, factor: f32) -> [f32; 3] {
    let here = at[v];
    let mut sum = [0.0f32; 3];
    let mut count = 0u32;
    for &w in &links[v] {
        let to = at[w as usize];
        sum = [sum[0] + (to[0] - here[0]), sum[1] + (to[1] - here[1]), sum[2] + (to[2] - here[2])];
        count += u32::from(w as usize != v);
    }
    let scale = factor / count.max(1) as f32;
    [
        keep(here[0], here[0] + scale * sum[0]),
        keep(here[1], here[1] + scale * sum[1]),
        keep(here[2], here[2] + scale * sum[2]),
    ]
}

/// `to`, but within the same cell as `from`.
#[inline]
fn keep(from: f32, to: f32) -> f32 {
    let cell = from as i32 as f32;
    to.clamp(cell + MARGIN, cell + (1.0 - MARGIN))
}
