//! Relaxing a surface whose vertices slide on their grid edges.
//!
//! Each vertex slides towards the plane that its neighbours lie in: pairs of a step there and a slightly longer one back
//! (Taubin 1995, doi:10.1145/218380.218473), which take the voxels' steps away but do not shrink. A pair is a step down
//! the surface's bending; Nesterov's momentum between pairs (1983) takes about the root of the number of plain steps.
//!
//! Only one number a vertex changes, its share of the edge, and seen from a vertex the plane moves in proportion to the
//! shares of its neighbours: so a step is, for each neighbour, one gather of 4 bytes and one product. Normals, which set
//! the proportions, are taken anew now and then. Cost: 2 x [`PAIRS`] x neighbours; memory: about 80 bytes a vertex.

use rayon::prelude::*;

use super::sliding::{EdgePoint, MARGIN};

/// Pairs of a shrinking and a growing step, and how often the planes' normals are taken anew.
const PAIRS: usize = 16;
const LAMBDA: f32 = 0.75;
const MU: f32 = -0.755;
const FRESH_NORMALS: usize = 4;
/// Vertices that a thread takes at once.
const CHUNK: usize = 8192;
/// Bits of a neighbour's number; the axis of its edge is above them.
const BITS: u32 = 30;

/// Moves `at` to the relaxed surface. A surface of more than a billion vertices is left as it is.
pub(super) fn relax(edges: &[EdgePoint], faces: &[[u32; 3]], at: &mut [[f32; 3]], normals: &mut Vec<[f32; 3]>) {
    if edges.len() >= 1 << BITS {
        return;
    }
    let neighbours = Neighbours::new(edges, faces);
    let mut share = vec![0.5f32; edges.len()];
    let mut ahead = share.clone();
    let mut between = share.clone();
    let mut planes = vec![Plane::default(); edges.len()];
    for pair in 0..PAIRS {
        if pair % FRESH_NORMALS == 0 {
            put(&share, edges, at);
            sum_normals(at, faces, normals);
            neighbours.find_planes(edges, at, &share, normals, &mut planes);
        }
        between.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, between)| {
            for (n, between) in between.iter_mut().enumerate() {
                let v = chunk * CHUNK + n;
                *between = clamp(ahead[v] + LAMBDA * neighbours.way(v, &planes[v], &ahead));
            }
        });
        let momentum = pair as f32 / (pair as f32 + 3.0);
        let chunks = share.par_chunks_mut(CHUNK).zip(ahead.par_chunks_mut(CHUNK)).enumerate();
        chunks.for_each(|(chunk, (share, ahead))| {
            for (n, (share, ahead)) in share.iter_mut().zip(ahead).enumerate() {
                let v = chunk * CHUNK + n;
                let next = clamp(between[v] + MU * neighbours.way(v, &planes[v], &between));
                *ahead = clamp(next + momentum * (next - *share));
                *share = next;
            }
        });
    }
    put(&share, edges, at);
}

fn put(share: &[f32], edges: &[EdgePoint], at: &mut [[f32; 3]]) {
    for ((at, e), &share) in at.iter_mut().zip(edges).zip(share) {
        at[e.axis as usize] = e.start() + share;
    }
}

#[inline]
fn clamp(share: f32) -> f32 {
    share.clamp(MARGIN, 1.0 - MARGIN)
}

/// Twice the area vector of the faces around each vertex, outward.
pub(super) fn sum_normals(at: &[[f32; 3]], faces: &[[u32; 3]], sums: &mut Vec<[f32; 3]>) {
    sums.clear();
    sums.resize(at.len(), [0.0; 3]);
    for &[a, b, c] in faces {
        let n = across(at[a as usize], at[b as usize], at[c as usize]);
        for v in [a, b, c] {
            let s = &mut sums[v as usize];
            *s = [s[0] + n[0], s[1] + n[1], s[2] + n[2]];
        }
    }
}

#[inline]
fn across(a: [f32; 3], b: [f32; 3], c: [f32; 3]) -> [f32; 3] {
    let u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    let v = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
    [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
}

/// The normal's part along the edge, outward. Where the surface nearly follows the edge, or has turned against it, a
/// vertex would have to go far to reach a plane nearby: it is taken to be a little steeper than it is.
#[inline]
pub(super) fn steepness(n: [f32; 3], edge: EdgePoint) -> f32 {
    let length = (n[0] * n[0] + n[1] * n[1] + n[2] * n[2]).sqrt();
    let outward = if edge.upper { -1.0 } else { 1.0 };
    let along = (n[edge.axis as usize] * outward).max(0.25 * length).max(f32::MIN_POSITIVE);
    along * outward
}

/// How a vertex sees the plane through its neighbours: the way there along its edge is `offset`, plus each neighbour's
/// share times the factor of that neighbour's axis, less `own` times its own share.
#[derive(Clone, Copy, Default)]
struct Plane {
    /// The fourth is never used: it makes the array as long as two bits can say.
    factors: [f32; 4],
    own: f32,
    offset: f32,
}

/// The neighbours of each vertex of a closed mesh: of every face around it, the next corner.
struct Neighbours {
    start: Vec<u32>,
    to: Vec<u32>,
}

impl Neighbours {
    fn new(edges: &[EdgePoint], faces: &[[u32; 3]]) -> Self {
        let mut start = vec![0u32; edges.len() + 2];
        for &v in faces.as_flattened() {
            start[v as usize + 2] += 1;
        }
        for i in 2..start.len() {
            start[i] += start[i - 1];
        }
        let mut to = vec![0u32; faces.len() * 3];
        for &[a, b, c] in faces {
            for (v, w) in [(a, b), (b, c), (c, a)] {
                let cursor = &mut start[v as usize + 1];
                to[*cursor as usize] = w | u32::from(edges[w as usize].axis) << BITS;
                *cursor += 1;
            }
        }
        Self { start, to }
    }

    /// Numbers and axes of the neighbours.
    #[inline]
    fn of(&self, v: usize) -> impl ExactSizeIterator<Item = (usize, usize)> {
        let around = &self.to[self.start[v] as usize..self.start[v + 1] as usize];
        around.iter().map(|&to| ((to & ((1 << BITS) - 1)) as usize, (to >> BITS) as usize))
    }

    #[inline]
    fn way(&self, v: usize, plane: &Plane, share: &[f32]) -> f32 {
        self.of(v).fold(plane.offset - plane.own * share[v], |way, (w, axis)| way + plane.factors[axis] * share[w])
    }

    fn find_planes(
        &self,
        edges: &[EdgePoint],
        at: &[[f32; 3]],
        share: &[f32],
        normals: &[[f32; 3]],
        planes: &mut [Plane],
    ) {
        planes.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, planes)| {
            for (i, plane) in planes.iter_mut().enumerate() {
                let v = chunk * CHUNK + i;
                let (n, here) = (normals[v], at[v]);
                let count = self.of(v).len().max(1) as f32;
                let scale = 1.0 / (count * steepness(n, edges[v]));
                let factors = [n[0] * scale, n[1] * scale, n[2] * scale, 0.0];
                let own = factors[edges[v].axis as usize] * count;
                let mut offset = own * share[v];
                for (w, axis) in self.of(v) {
                    let to = at[w];
                    let d = [to[0] - here[0], to[1] - here[1], to[2] - here[2]];
                    offset += d[0] * factors[0] + d[1] * factors[1] + d[2] * factors[2] - factors[axis] * share[w];
                }
                *plane = Plane { factors, own, offset };
            }
        });
    }
}
