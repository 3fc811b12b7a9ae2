//! Places spread over a surface in proportion to area.
//!
//! A face is drawn with a chance in proportion to its area, a place on it uniformly (Osada et al. 2002,
//! doi:10.1145/571647.571648). The running sums of area are kept for blocks of faces, so that the blocks can be summed
//! in parallel, and two short binary searches find a face. O(faces + points log faces).

use rayon::prelude::*;

use super::place::Place;
use crate::{
    Mesh, ShapeError,
    random::SplitMix,
    vector::{cross, norm, sub},
};

/// Faces of a block; fixed, so that sums do not depend on the threads.
const BLOCK: usize = 4096;

/// Places on a mesh, and its area.
pub(super) struct Drawn {
    pub(super) places: Vec<Place>,
    pub(super) area_mm2: f64,
}

/// `n` independent places, uniform by area.
pub(super) fn draw(mesh: &Mesh, n: usize, seed: u64) -> Result<Drawn, ShapeError> {
    let mut sums = vec![0.0f64; mesh.faces().len()];
    sums.par_chunks_mut(BLOCK).zip(mesh.faces().par_chunks(BLOCK)).for_each(|(sums, faces)| {
        let mut sum = 0.0;
        for (out, face) in sums.iter_mut().zip(faces) {
            let [a, b, c] = face.map(|v| mesh.vertices()[v as usize]);
            sum += norm(cross(sub(b, a), sub(c, a)));
            *out = sum;
        }
    });
    let mut total = 0.0;
    let ends: Vec<f64> = sums
        .chunks(BLOCK)
        .map(|block| {
            total += block[block.len() - 1];
            total
        })
        .collect();
    if !(total > 0.0 && total.is_finite()) {
        return Err(ShapeError::Empty { what: "the surface to sample" });
    }
    let mut random = SplitMix::new(seed);
    let places = (0..n).map(|_| {
        let at = random.uniform() * total;
        let face = find(&sums, &ends, at);
        let (r, s) = (random.uniform().sqrt(), random.uniform());
        Place { face: face as u32, weights: [(r * (1.0 - s)) as f32, (r * s) as f32] }
    });
    Ok(Drawn { places: places.collect(), area_mm2: 0.5 * total })
}

/// The face in whose share of the total `at` falls; never one without area.
fn find(sums: &[f64], ends: &[f64], at: f64) -> usize {
    let block = ends.partition_point(|&end| end <= at).min(ends.len() - 1);
    let before = if block == 0 { 0.0 } else { ends[block - 1] };
    let start = block * BLOCK;
    let within = &sums[start..(start + BLOCK).min(sums.len())];
    let at = (at - before).max(0.0);
    let last = within.partition_point(|&s| s < within[within.len() - 1]);
    start + within.partition_point(|&s| s <= at).min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_without_area_are_never_drawn() {
        // Block one: faces of areas 0, 1, 0; then a whole block of nothing, and a last face of 3.
        let mut sums = vec![0.0, 1.0, 1.0];
        sums.resize(BLOCK, 1.0);
        sums.resize(2 * BLOCK, 0.0);
        sums.push(3.0);
        let ends = [1.0, 1.0, 4.0];
        assert_eq!(find(&sums, &ends, 0.0), 1);
        assert_eq!(find(&sums, &ends, 0.999), 1);
        assert_eq!(find(&sums, &ends, 1.0), 2 * BLOCK);
        assert_eq!(find(&sums, &ends, 4.0), 2 * BLOCK);
    }
}
