//! The marching cubes table, derived rather than typed in.
//!
//! Lorensen & Cline 1987 (doi:10.1145/37402.37422) leave faces with two diagonal inside corners open to two readings;
//! choosing differently on the two sides of a face tears a hole. Here one rule holds everywhere: *inside corners that
//! touch only diagonally are apart* (inside is 6-connected, outside 26-connected). Each cube face then has fixed
//! segments, the segments of a cell close into loops, and every loop is cut into triangles without ever drawing a
//! diagonal between two vertices of the same cube face (such a diagonal could coincide with the neighbour's). So each
//! mesh edge is used by exactly two triangles, and each vertex by one fan.

use std::sync::LazyLock;

use crate::vector::{cross, dot, norm};

/// The cell's corners are numbered by bits: 1 for +i, 2 for +j, 4 for +k.
/// The edges: 0..4 along i, 4..8 along j, 8..12 along k; within an axis by the two other coordinates of the edge.
pub(crate) const EDGES: [(u8, u8); 12] =
    [(0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (0, 4), (1, 5), (2, 6), (3, 7)];

/// Triangles of one corner pattern, as edges; outward for a right-handed grid.
#[derive(Clone, Copy, Default)]
pub(crate) struct Case {
    /// Bit `e` tells whether edge `e` has a vertex.
    pub crossing: u16,
    /// Number of triangles.
    pub count: u8,
    pub triangles: [[u8; 3]; 5],
}

/// By the bits of the corners that are inside.
pub(crate) static CASES: LazyLock<[Case; 256]> = LazyLock::new(|| std::array::from_fn(|bits| case(bits as u8)));

/// Corners of the six cube faces, counter-clockwise seen from outside.
pub(super) const FACES: [[u8; 4]; 6] =
    [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];

fn case(bits: u8) -> Case {
    let mut case = Case::default();
    for (e, (a, b)) in EDGES.into_iter().enumerate() {
        case.crossing |= u16::from((bits >> a ^ bits >> b) & 1) << e;
    }
    for polygon in loops(bits) {
        for triangle in triangulate(&polygon) {
            case.triangles[case.count as usize] = triangle;
            case.count += 1;
        }
    }
    case
}

pub(super) fn edge(a: u8, b: u8) -> u8 {
    EDGES.iter().position(|&e| e == (a.min(b), a.max(b))).map_or(0, |e| e as u8)
}

/// The closed polygons of a corner pattern: on each face, every run of inside corners is cut off by one segment.
pub(super) fn loops(bits: u8) -> Vec<Vec<u8>> {
    let inside = |c: u8| bits >> c & 1 == 1;
    let mut next = [None; 12];
    for face in FACES {
        for t in 0..4 {
            if !inside(face[t]) && inside(face[(t + 1) % 4]) {
                let mut last = (t + 1) % 4;
                while inside(face[(last + 1) % 4]) {
                    last = (last + 1) % 4;
                }
                let enter = edge(face[t], face[(t + 1) % 4]);
                let leave = edge(face[last], face[(last + 1) % 4]);
                next[enter as usize] = Some(leave);
            }
        }
    }
    let mut polygons = Vec::new();
    for start in 0..12 {
        let mut polygon = Vec::new();
        let mut at = start;
        while let Some(to) = next[at].take() {
            polygon.push(at as u8);
            at = to as usize;
        }
        if !polygon.is_empty() {
            polygons.push(polygon);
        }
    }
    polygons
}

/// Whether two edges bound the same cube face.
fn share_face(a: u8, b: u8) -> bool {
    FACES.iter().any(|face| {
        let on_face = |e: u8| (0..4).any(|t| edge(face[t], face[(t + 1) % 4]) == e);
        on_face(a) && on_face(b)
    })
}

fn midpoint(e: u8) -> [f64; 3] {
    let (a, b) = EDGES[e as usize];
    [0, 1, 2].map(|axis| f64::from((a >> axis & 1) + (b >> axis & 1)) / 2.0)
}

/// The triangulation of least [`cost`] among those whose diagonals stay off the cube faces. Every polygon has one.
fn triangulate(polygon: &[u8]) -> Vec<[u8; 3]> {
    let n = polygon.len();
    let allowed = |i: usize, j: usize| j - i == 1 || j - i == n - 1 || !share_face(polygon[i], polygon[j]);
    // best[i][j]: cost and middle vertex for the part from i to j; polygons have at most seven vertices.
    let mut best = [[(f64::INFINITY, 0usize); 8]; 8];
    for span in 1..n {
        for i in 0..n - span {
            let j = i + span;
            if span == 1 {
                best[i][j].0 = 0.0;
                continue;
            }
            for k in i + 1..j {
                if allowed(i, k) && allowed(k, j) {
                    let total = best[i][k].0 + best[k][j].0 + cost(polygon[i], polygon[k], polygon[j]);
                    if total < best[i][j].0 - 1e-12 {
                        best[i][j] = (total, k);
                    }
                }
            }
        }
    }
    let mut triangles = Vec::with_capacity(n - 2);
    let mut open = vec![(0, n - 1)];
    while let Some((i, j)) = open.pop() {
        if j - i > 1 {
            let k = best[i][j].1;
            triangles.push([polygon[i], polygon[k], polygon[j]]);
            open.extend([(i, k), (k, j)]);
        }
    }
    triangles
}

/// The triangle's area; among equal areas the larger volume inside counts a little. So what is left to chance are mirror
/// images, and area and volume of a mesh do not depend on which way round its mask was stored.
fn cost(a: u8, b: u8, c: u8) -> f64 {
    let [a, b, c] = [a, b, c].map(|e| midpoint(e).map(|v| v - 0.5));
    let u: [f64; 3] = std::array::from_fn(|i| b[i] - a[i]);
    let v: [f64; 3] = std::array::from_fn(|i| c[i] - a[i]);
    let across = cross(u, v);
    norm(across) / 2.0 - 1e-6 * dot(a, cross(b, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_uses_each_inner_edge_twice_and_keeps_diagonals_off_the_faces() {
        for (bits, case) in CASES.iter().enumerate() {
            let mut directed = std::collections::BTreeMap::new();
            for t in &case.triangles[..case.count as usize] {
                for e in 0..3 {
                    *directed.entry((t[e], t[(e + 1) % 3])).or_insert(0) += 1;
                }
            }
            for (&(a, b), &n) in &directed {
                assert_eq!(n, 1, "case {bits}: edge {a}-{b} is used {n} times in one direction");
                // An edge between two vertices of one face must be a border segment: used once, in one direction.
                assert_eq!(directed.contains_key(&(b, a)), !share_face(a, b), "case {bits}: edge {a}-{b}");
            }
        }
    }

    #[test]
    fn one_inside_corner_gives_a_triangle_facing_away_from_it() {
        let case = &CASES[1];
        assert_eq!(case.count, 1);
        let [a, b, c] = case.triangles[0].map(midpoint);
        let u: [f64; 3] = std::array::from_fn(|i| b[i] - a[i]);
        let v: [f64; 3] = std::array::from_fn(|i| c[i] - a[i]);
        let normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
        assert!(normal.iter().all(|&n| n > 0.0), "{normal:?}");
    }

    /// Whether the segment from `p` to `q` passes through the inside of the triangle.
    fn pierces(p: [f64; 3], q: [f64; 3], [a, b, c]: [[f64; 3]; 3]) -> bool {
        let minus = |u: [f64; 3], v: [f64; 3]| [u[0] - v[0], u[1] - v[1], u[2] - v[2]];
        let volume = |a, b, c, d| dot(minus(b, a), cross(minus(c, a), minus(d, a)));
        let (from, to) = (volume(p, a, b, c), volume(q, a, b, c));
        let sides = [volume(p, q, a, b), volume(p, q, b, c), volume(p, q, c, a)];
        let sure = 1e-9;
        from * to < 0.0
            && from.abs().min(to.abs()) > sure
            && (sides.iter().all(|&v| v > sure) || sides.iter().all(|&v| v < -sure))
    }

    /// What lets the smooth surface slide its vertices freely along their edges.
    #[test]
    fn triangles_of_a_case_never_cross_wherever_their_vertices_lie_on_the_edges() {
        let mut random = crate::random::SplitMix::new(5);
        let mut crossings = std::collections::BTreeMap::new();
        for (bits, case) in CASES.iter().enumerate() {
            for round in 0..400 {
                // Half the time at the very ends, where crossings would be found first.
                let share = [(); 12].map(|()| {
                    let u = random.uniform();
                    if round % 2 == 0 {
                        u
                    } else if u < 0.5 {
                        0.03
                    } else {
                        0.97
                    }
                });
                let place = |e: u8| {
                    let (a, b) = EDGES[e as usize];
                    let t = share[e as usize];
                    [0, 1, 2].map(|x| f64::from(a >> x & 1) * (1.0 - t) + f64::from(b >> x & 1) * t)
                };
                let triangles = &case.triangles[..case.count as usize];
                for s in triangles {
                    for t in triangles.iter().filter(|t| *t != s) {
                        for k in 0..3 {
                            let (p, q) = (s[k], s[(k + 1) % 3]);
                            if !t.contains(&p) && !t.contains(&q) && pierces(place(p), place(q), t.map(place)) {
                                *crossings.entry(bits).or_insert(0) += 1;
                            }
                        }
                    }
                }
            }
        }
        assert!(crossings.is_empty(), "{crossings:?}");
    }
}
