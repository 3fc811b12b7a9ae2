//! Places spread over a surface in proportion to area.
//!
//! A face is drawn with a chance in proportion to its area, a place on it uniformly (Osada et al. 2002,
//! doi:10.1145/571647.571648). Fast because only the running sum over short blocks of faces is kept, which stays in the
//! cache, and the draws are sorted: they meet the blocks in one walk through memory, and the areas of a block's few faces
//! are computed again, all at once. O(faces + points log points).

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
            *sum = doubled_areas(mesh, faces).iter().sum();
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
    let mut random = SplitMix::new(seed);
    let mut parts = Vec::with_capacity(n);
    let mut places: Vec<Place> = (0..n as u32)
        .map(|draw| {
            // Bits of a float that is not negative are in its order.
            parts.push(((random.uniform() * total).to_bits(), draw));
            let (r, s) = (random.uniform().sqrt(), random.uniform());
            Place { face: 0, weights: [(r * (1.0 - s)) as f32, (r * s) as f32] }
        })
        .collect();
    parts.sort_unstable();
    let mut block = 0;
    for (bits, draw) in parts {
        let part = f64::from_bits(bits);
        while block + 1 < ends.len() && ends[block] <= part {
            block += 1;
        }
        places[draw as usize].face = face_at(mesh, &ends, block, part) as u32;
    }
    Ok(Drawn { places, area_mm2: 0.5 * total })
}

/// Twice the area of each face of a block (of at most [`BLOCK`]), 0 where there is none.
///
/// In 32 bits: differences are taken first, so the error stays within a millionth of the product of two sides. Where
/// squares of areas would leave the range of 32 bits, in 64 bits.
#[inline]
fn doubled_areas(mesh: &Mesh, faces: &[[u32; 3]]) -> [f64; BLOCK] {
    let flat = mesh.vertices().as_flattened();
    let mut squares = [0.0f32; BLOCK];
    let mut safe = true;
    for (square, face) in squares.iter_mut().zip(faces) {
        let [Some(a), Some(b), Some(c)] = face.map(|v| four(flat, v)) else {
            safe = false;
            break;
        };
        let (p, q) = (minus(b, a), minus(c, a));
        let n = minus(&times(&turned(&p), &turned_twice(&q)), &times(&turned_twice(&p), &turned(&q)));
        let [x, y, z, _] = times(&n, &n);
        *square = x + y + z;
        safe &= (1e-30..1e30).contains(square);
    }
    if safe {
        let mut roots = [0.0; BLOCK];
        for (root, square) in roots.iter_mut().zip(squares) {
            *root = f64::from(square.sqrt());
        }
        return roots;
    }
    let mut areas = [0.0; BLOCK];
    for (area, face) in areas.iter_mut().zip(faces) {
        let [a, b, c] = face.map(|v| mesh.vertices()[v as usize]);
        *area = norm(cross(sub(b, a), sub(c, a)));
    }
    areas
}

/// A vertex and the next number after it, so that one vector load takes it; `None` for the last.
#[inline]
fn four(flat: &[f32], vertex: u32) -> Option<&[f32; 4]> {
    flat.get(3 * vertex as usize..)?.first_chunk()
}

// One vector instruction each; the fourth lane does not count.

#[inline]
fn minus(a: &[f32; 4], b: &[f32; 4]) -> [f32; 4] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
}

#[inline]
fn times(a: &[f32; 4], b: &[f32; 4]) -> [f32; 4] {
    [a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]]
}

#[inline]
fn turned(a: &[f32; 4]) -> [f32; 4] {
    [a[1], a[2], a[0], a[3]]
}

#[inline]
fn turned_twice(a: &[f32; 4]) -> [f32; 4] {
    [a[2], a[0], a[1], a[3]]
}

/// The face of a block in whose share of the total a part falls; never one without area.
#[inline]
fn face_at(mesh: &Mesh, ends: &[f64], mut block: usize, part: f64) -> usize {
    // Rounded up to the total, a part can lie past the last block that has area.
    while block > 0 && ends[block] == ends[block - 1] {
        block -= 1;
    }
    let mut rest = part - if block == 0 { 0.0 } else { ends[block - 1] };
    let begin = block * BLOCK;
    let faces = &mesh.faces()[begin..(begin + BLOCK).min(mesh.faces().len())];
    let mut chosen = begin;
    for (n, area) in doubled_areas(mesh, faces).into_iter().enumerate() {
        if area > 0.0 {
            chosen = begin + n;
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
        let drawn = draw(&mesh, 4000, 3).unwrap();
        assert_eq!(drawn.area_mm2, 2.0);
        let count = |face: usize| drawn.places.iter().filter(|p| p.face as usize == face).count();
        assert_eq!(count(1) + count(2 * BLOCK), 4000);
        assert!((900..1100).contains(&count(1)), "{}", count(1));
        let ends = [1.0, 1.0, 4.0, 4.0];
        for (block, part, face) in [(0, 0.0, 1), (0, 0.9999, 1), (2, 1.0, 2 * BLOCK), (3, 4.0, 2 * BLOCK)] {
            assert_eq!(face_at(&mesh, &ends, block, part), face, "{part}");
        }
    }

    #[test]
    fn areas_are_the_same_in_32_and_64_bits_and_at_any_scale() {
        let mut random = SplitMix::new(5);
        let vertices: Vec<[f32; 3]> = (0..100).map(|_| [0; 3].map(|_| random.uniform() as f32)).collect();
        let faces: Vec<[u32; 3]> = (0..BLOCK).map(|_| [0; 3].map(|_| (random.uniform() * 100.0) as u32)).collect();
        let exact = |mesh: &Mesh, f: [u32; 3]| {
            let [a, b, c] = f.map(|v| mesh.vertices()[v as usize]);
            norm(cross(sub(b, a), sub(c, a)))
        };
        for scale in [1.0f32, 1e-12, 1e12] {
            let scaled = vertices.iter().map(|v| v.map(|c| c * scale)).collect();
            let mesh = Mesh::new(scaled, faces.clone()).unwrap();
            let size = f64::from(scale) * f64::from(scale);
            for (face, area) in faces.iter().zip(doubled_areas(&mesh, &faces)) {
                assert!((area - exact(&mesh, *face)).abs() <= 3e-6 * size, "{area}");
            }
        }
    }
}
