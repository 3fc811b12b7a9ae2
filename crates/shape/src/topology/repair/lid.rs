//! A lid over a hole: the triangles of least area in all (Barequet & Sharir 1995, doi:10.1016/0167-8396(94)00011-G), so
//! that a slit is zipped and a cut end gets a flat lid.
//!
//! That search grows with the third power of the length. Of a long loop, ears are therefore clipped first, from a heap,
//! shortest new edge first (those that turn against the loop as a whole last), until few enough sides are left: a
//! 50,000-edge loop costs O(n log n). No edge is made that the mesh has already; where that leaves no way, the rest
//! becomes a cone over a new vertex in its middle, which is always possible.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashSet},
};

use crate::vector::{cross, dot, norm, sub};

use super::{
    holes::Side,
    surface::{Surface, edge_key},
};

/// Longest loop that goes to the exact search as it is.
const EXACT: usize = 256;

/// Closes a hole of at least three sides; `edges` holds those of the mesh near its borders, and gets the new ones.
pub(super) fn close(surface: &mut Surface, hole: &[Side], edges: &mut HashSet<u64>) {
    let clipped;
    let rest = if hole.len() > EXACT {
        clipped = clip_ears(surface, hole, edges);
        &clipped
    } else {
        hole
    };
    match least_area(surface, rest, edges) {
        Some(apexes) => add_lid(surface, rest, &apexes, edges),
        None => add_cone(surface, rest),
    }
}

/// For each span of sides, from i to j, the apex of the triangle on it in the best lid; `None` when every lid has an
/// edge that the mesh has already, or the loop is too long.
fn least_area(surface: &Surface, hole: &[Side], edges: &HashSet<u64>) -> Option<Vec<u32>> {
    let n = hole.len();
    if n > EXACT {
        return None;
    }
    let at = |i: usize| surface.vertices[hole[i].from as usize];
    let free = |i: usize, j: usize| j - i == n - 1 || !edges.contains(&edge_key(hole[i].from, hole[j].from));
    let mut least = vec![0.0; n * n];
    let mut apex = vec![0; n * n];
    for span in 2..n {
        for i in 0..n - span {
            let j = i + span;
            let mut best = (f64::INFINITY, 0);
            if free(i, j) {
                let (a, side) = (at(i), sub(at(j), at(i)));
                for k in i + 1..j {
                    let parts = least[i * n + k] + least[k * n + j];
                    if parts < best.0 {
                        let total = parts + norm(cross(side, sub(at(k), a)));
                        if total < best.0 {
                            best = (total, k as u32);
                        }
                    }
                }
            }
            (least[i * n + j], apex[i * n + j]) = best;
        }
    }
    least[n - 1].is_finite().then_some(apex)
}

fn add_lid(surface: &mut Surface, hole: &[Side], apexes: &[u32], edges: &mut HashSet<u64>) {
    let n = hole.len();
    // Spans still to be covered, each with the half-edge that runs along it on the other side.
    let mut open = vec![(0, n - 1, hole[n - 1].outer)];
    while let Some((i, j, outer)) = open.pop() {
        if j - i == 1 {
            surface.pair(hole[i].outer, outer);
            continue;
        }
        let k = apexes[i * n + j] as usize;
        let h = surface.add_face([hole[i].from, hole[k].from, hole[j].from]);
        surface.pair(h + 2, outer);
        edges.extend([edge_key(hole[i].from, hole[k].from), edge_key(hole[k].from, hole[j].from)]);
        open.extend([(i, k, h), (k, j, h + 1)]);
    }
}

fn add_cone(surface: &mut Surface, hole: &[Side]) {
    let tip = surface.vertices.len() as u32;
    let mut sum = [0.0; 3];
    for side in hole {
        let p = surface.vertices[side.from as usize];
        for axis in 0..3 {
            sum[axis] += f64::from(p[axis]);
        }
    }
    surface.vertices.push(sum.map(|s| (s / hole.len() as f64) as f32));
    surface.source.push(surface.source[hole[0].from as usize]);
    let first = surface.faces.len() as u32 * 3;
    for (i, side) in hole.iter().enumerate() {
        let h = surface.add_face([side.from, hole[(i + 1) % hole.len()].from, tip]);
        surface.pair(h, side.outer);
        if i > 0 {
            surface.pair(h - 2, h + 2);
        }
    }
    surface.pair(surface.faces.len() as u32 * 3 - 2, first + 2);
}

/// Clips ears until the exact search can take over, or no ear is left; what remains of the loop.
fn clip_ears(surface: &mut Surface, hole: &[Side], edges: &mut HashSet<u64>) -> Vec<Side> {
    let n = hole.len();
    let (normal, reach) = loop_normal(surface, hole);
    let mut sides = hole.to_vec();
    let mut next: Vec<usize> = (1..n).chain([0]).collect();
    let mut previous: Vec<usize> = [n - 1].into_iter().chain(0..n - 1).collect();
    let mut version = vec![0u32; n];
    let mut heap = BinaryHeap::with_capacity(n);
    let cost = |surface: &Surface, sides: &[Side], [a, b, c]: [usize; 3]| {
        let [p, q, r] = [a, b, c].map(|i| surface.vertices[sides[i].from as usize]);
        let chord = sub(r, p);
        let against = dot(cross(sub(q, p), chord), normal) < 0.0;
        // Not negative, so the bits are in the order of the values.
        (dot(chord, chord) + if against { reach } else { 0.0 }).to_bits()
    };
    for i in 0..n {
        heap.push(Reverse((cost(surface, &sides, [previous[i], i, next[i]]), i, 0)));
    }
    let mut left = n;
    let mut start = 0;
    while left > EXACT {
        let Some(Reverse((_, i, seen))) = heap.pop() else { break };
        let (a, c) = (previous[i], next[i]);
        if seen != version[i] || !edges.insert(edge_key(sides[a].from, sides[c].from)) {
            continue;
        }
        let h = surface.add_face([sides[a].from, sides[i].from, sides[c].from]);
        surface.pair(h, sides[a].outer);
        surface.pair(h + 1, sides[i].outer);
        sides[a].outer = h + 2;
        (next[a], previous[c]) = (c, a);
        version[i] = u32::MAX;
        start = a;
        left -= 1;
        for j in [a, c] {
            version[j] += 1;
            heap.push(Reverse((cost(surface, &sides, [previous[j], j, next[j]]), j, version[j])));
        }
    }
    let mut rest = Vec::with_capacity(left);
    let mut at = start;
    for _ in 0..left {
        rest.push(sides[at]);
        at = next[at];
    }
    rest
}

/// The direction a loop faces (Newell's sum), and a number above any squared distance within it.
fn loop_normal(surface: &Surface, hole: &[Side]) -> ([f64; 3], f64) {
    let origin = surface.vertices[hole[0].from as usize];
    let at = |i: usize| sub(surface.vertices[hole[i % hole.len()].from as usize], origin);
    let mut normal = [0.0; 3];
    let mut radius = 0.0f64;
    for i in 0..hole.len() {
        let area = cross(at(i), at(i + 1));
        for axis in 0..3 {
            normal[axis] += area[axis];
        }
        radius = radius.max(dot(at(i), at(i)));
    }
    (normal, 8.0 * radius)
}
