//! Places spread over a surface in proportion to area.
//!
//! A face is drawn with a chance in proportion to its area, a place on it uniformly (Osada et al. 2002,
//! doi:10.1145/571647.571648). Fast because only the running sum over short blocks of faces is kept, which stays in the
//! cache: a guide table (Chen & Asau 1974, doi:10.1080/05695557408974949) leads to the block without a search, and the
//! areas of its few faces are computed again. O(faces + points).

use rayon::prelude::*;

use super::place::Place;
use crate::{
    Mesh, ShapeError,
    random::SplitMix,
    vector::{cross, norm, sub},
};

/// Faces of a block; fixed, so that sums do not depend on the threads.
const BLOCK: usize = 8;

/// Blocks that one task sums.
const RUN: usize = 512;

/// Places on a mesh, and its area.
pub(super) struct Drawn {
    pub(super) places: Vec<Place>,
    pub(super) area_mm2: f64,
}

/// `n` independent places, uniform by area.
pub(super) fn draw(mesh: &Mesh, n: usize, seed: u64) -> Result<Drawn, ShapeError> {
    let mut ends = vec![0.0f64; mesh.faces().len().div_ceil(BLOCK)];
    ends.par_chunks_mut(RUN).zip(mesh.faces().par_chunks(RUN * BLOCK)).for_each(|(sums, faces)| {
        for (sum, faces) in sums.iter_mut().zip(faces.chunks(BLOCK)) {
            *sum = faces.iter().map(|f| doubled_area(mesh, f)).sum();
        }
    });
    let mut total = 0.0;
    for end in &mut ends {
        total += *end;
        *end = total;
    }
    if !(total > 0.0 && total.is_finite()) {
        return Err(ShapeError::Empty { what: "the surface to sample" });
    }
    let guide = Guide::new(ends);
    let mut random = SplitMix::new(seed);
    let places = (0..n).map(|_| {
        let face = face_at(mesh, guide.find(random.uniform()));
        let (r, s) = (random.uniform().sqrt(), random.uniform());
        Place { face: face as u32, weights: [(r * (1.0 - s)) as f32, (r * s) as f32] }
    });
    Ok(Drawn { places: places.collect(), area_mm2: 0.5 * total })
}

#[inline]
fn doubled_area(mesh: &Mesh, face: &[u32; 3]) -> f64 {
    let [a, b, c] = face.map(|v| mesh.vertices()[v as usize]);
    norm(cross(sub(b, a), sub(c, a)))
}

/// Finds the block in whose share a part of the total falls.
struct Guide {
    /// Running sums; the last is the total, which is above 0.
    ends: Vec<f64>,
    /// For each of as many equal parts of the total as there are blocks, the block in which it begins.
    first: Vec<u32>,
}

impl Guide {
    fn new(ends: Vec<f64>) -> Self {
        let step = ends[ends.len() - 1] / ends.len() as f64;
        let mut block = 0;
        let begin = |part: usize| {
            let at = part as f64 * step;
            while block + 1 < ends.len() && ends[block] <= at {
                block += 1;
            }
            block as u32
        };
        let first = (0..ends.len()).map(begin).collect();
        Self { ends, first }
    }

    /// The block, and how far into its share. `part` is in [0, 1).
    #[inline]
    fn find(&self, part: f64) -> (usize, f64) {
        let last = self.ends.len() - 1;
        let at = part * self.ends[last];
        // One part back, since the product may be rounded across a boundary.
        let guess = ((part * self.ends.len() as f64) as usize).saturating_sub(1);
        let mut block = self.first[guess] as usize;
        while block < last && self.ends[block] <= at {
            block += 1;
        }
        // Blocks without area after the last that has some are never meant.
        while block > 0 && self.ends[block] == self.ends[block - 1] {
            block -= 1;
        }
        (block, at - if block == 0 { 0.0 } else { self.ends[block - 1] })
    }
}

/// The face of a block in whose share of it the rest falls; never one without area if the block has any.
#[inline]
fn face_at(mesh: &Mesh, (block, mut rest): (usize, f64)) -> usize {
    let mut chosen = block * BLOCK;
    for (face, corners) in mesh.faces().iter().enumerate().skip(block * BLOCK).take(BLOCK) {
        let area = doubled_area(mesh, corners);
        if area > 0.0 {
            chosen = face;
            if rest < area {
                break;
            }
            rest -= area;
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_without_area_are_never_drawn() {
        // Areas 0, 1, 0, then a whole block of nothing, and a last face of 3 with nothing after it.
        let mut faces = vec![[0, 0, 0], [0, 1, 2]];
        faces.resize(2 * BLOCK, [0, 1, 1]);
        faces.extend([[0, 1, 3], [3, 3, 3]]);
        faces.resize(4 * BLOCK, [1, 1, 1]);
        let vertices = vec![[0.0; 3], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 3.0]];
        let mesh = Mesh::new(vertices, faces).unwrap();
        let guide = Guide::new(vec![1.0, 1.0, 4.0, 4.0]);
        for (part, face) in [(0.0, 1), (0.2499, 1), (0.25, 2 * BLOCK), (0.9, 2 * BLOCK), (1.0, 2 * BLOCK)] {
            assert_eq!(face_at(&mesh, guide.find(part)), face, "{part}");
        }
    }

    #[test]
    fn the_guide_leads_where_a_search_does() {
        let mut random = SplitMix::new(5);
        let mut total = 0.0;
        let mut next = |_| {
            total += if random.uniform() < 0.3 { 0.0 } else { random.uniform().powi(9) };
            total
        };
        let ends: Vec<f64> = (0..1000).map(&mut next).collect();
        let guide = Guide::new(ends.clone());
        for _ in 0..10_000 {
            let part = random.uniform();
            let (block, rest) = guide.find(part);
            assert_eq!(block, ends.partition_point(|&end| end <= part * ends[999]));
            assert!(rest >= 0.0 && rest < ends[block]);
        }
    }
}
