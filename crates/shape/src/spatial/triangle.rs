//! The nearest place of one triangle.
//!
//! By the Voronoi regions of its corners, edges and face (Ericson 2004, Real-Time Collision Detection, section 5.1.5,
//! ISBN 1-55860-732-3), in f64. A triangle without area is the longest of its edges, a triangle of one place that place.

use crate::vector::{cross, dot, sub};

/// Which part of a triangle a place lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrianglePart {
    /// Inside.
    Face,
    /// On the edge from this corner (0, 1, 2) to the next.
    Edge(u8),
    /// At this corner (0, 1, 2).
    Vertex(u8),
}

/// The barycentric weights of the place of `triangle` nearest to `p`, and the part it lies on.
#[inline]
pub(crate) fn closest_on_triangle(p: [f64; 3], [a, b, c]: [[f32; 3]; 3]) -> ([f64; 3], TrianglePart) {
    let (ab, ac) = (sub(b, a), sub(c, a));
    let (ap, bp, cp) = (minus(p, a), minus(p, b), minus(p, c));
    let (d1, d2) = (dot(ab, ap), dot(ac, ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return ([1.0, 0.0, 0.0], TrianglePart::Vertex(0));
    }
    let (d3, d4) = (dot(ab, bp), dot(ac, bp));
    if d3 >= 0.0 && d4 <= d3 {
        return ([0.0, 1.0, 0.0], TrianglePart::Vertex(1));
    }
    let (d5, d6) = (dot(ab, cp), dot(ac, cp));
    if d6 >= 0.0 && d5 <= d6 {
        return ([0.0, 0.0, 1.0], TrianglePart::Vertex(2));
    }
    let (va, vb, vc) = (d3 * d6 - d5 * d4, d5 * d2 - d1 * d6, d1 * d4 - d3 * d2);
    // The edge must have a length: one without is left to `closest_on_edges`.
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 && d1 > d3 {
        return on_edge(0, d1, d1 - d3);
    }
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 && d2 > d6 {
        return on_edge(2, -d6, d2 - d6);
    }
    if va <= 0.0 && d4 >= d3 && d5 >= d6 && (d4 > d3 || d5 > d6) {
        return on_edge(1, d4 - d3, (d4 - d3) + (d5 - d6));
    }
    // Twice the area, squared; from the cross product, which does not cancel as `va + vb + vc` does.
    let n = cross(ab, ac);
    let area = dot(n, n);
    if area <= 1e-24 * dot(ab, ab) * dot(ac, ac) {
        return closest_on_edges(p, [a, b, c]);
    }
    let (v, w) = (vb / area, vc / area);
    ([1.0 - v - w, v, w], TrianglePart::Face)
}

/// The place with these barycentric weights.
#[inline]
pub(crate) fn place([a, b, c]: [[f32; 3]; 3], weights: [f64; 3]) -> [f64; 3] {
    let (ab, ac) = (sub(b, a), sub(c, a));
    let at = |i: usize| f64::from(a[i]) + weights[1] * ab[i] + weights[2] * ac[i];
    [at(0), at(1), at(2)]
}

/// Squared distance from `p` to the nearest place of the triangle.
#[inline]
pub(crate) fn distance2(p: [f64; 3], triangle: [[f32; 3]; 3]) -> f64 {
    let q = place(triangle, closest_on_triangle(p, triangle).0);
    let d = [q[0] - p[0], q[1] - p[1], q[2] - p[2]];
    dot(d, d)
}

/// At `along / length` of the way along an edge.
#[inline]
fn on_edge(edge: u8, along: f64, length: f64) -> ([f64; 3], TrianglePart) {
    let t = if length > 0.0 { along / length } else { 0.0 };
    let mut weights = [0.0; 3];
    weights[edge as usize] = 1.0 - t;
    weights[(edge as usize + 1) % 3] = t;
    (weights, TrianglePart::Edge(edge))
}

#[cold]
fn closest_on_edges(p: [f64; 3], triangle: [[f32; 3]; 3]) -> ([f64; 3], TrianglePart) {
    let nearest = |edge: u8| {
        let (a, b) = (triangle[edge as usize], triangle[(edge as usize + 1) % 3]);
        let ab = sub(b, a);
        let length = dot(ab, ab);
        let found = on_edge(edge, dot(ab, minus(p, a)).clamp(0.0, length), length);
        let q = place(triangle, found.0);
        let d = [0, 1, 2].map(|i| q[i] - p[i]);
        (dot(d, d), found)
    };
    let mut best = nearest(0);
    for candidate in [nearest(1), nearest(2)] {
        if candidate.0 < best.0 {
            best = candidate;
        }
    }
    best.1
}

#[inline]
fn minus(p: [f64; 3], v: [f32; 3]) -> [f64; 3] {
    [p[0] - f64::from(v[0]), p[1] - f64::from(v[1]), p[2] - f64::from(v[2])]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_a_triangle() {
        let t = [[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 2.0, 0.0]];
        for (p, d2, part) in [
            ([0.5, 0.5, 3.0], 9.0, TrianglePart::Face),
            ([-1.0, -1.0, 0.0], 2.0, TrianglePart::Vertex(0)),
            ([3.0, -1.0, 0.0], 2.0, TrianglePart::Vertex(1)),
            ([0.0, 4.0, 1.0], 5.0, TrianglePart::Vertex(2)),
            ([1.0, -2.0, 0.0], 4.0, TrianglePart::Edge(0)),
            ([2.0, 2.0, 0.0], 2.0, TrianglePart::Edge(1)),
            ([-1.0, 1.0, 1.0], 2.0, TrianglePart::Edge(2)),
        ] {
            assert_eq!(closest_on_triangle(p, t).1, part, "{p:?}");
            assert!((distance2(p, t) - d2).abs() < 1e-12, "{p:?}");
        }
    }

    #[test]
    fn triangles_without_area_are_segments_and_points() {
        for t in [
            [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [3.0, 0.0, 0.0]],
            [[3.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]],
            [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]],
            [[3.0, 0.0, 0.0], [0.0, 0.0, 0.0], [3.0, 0.0, 0.0]],
        ] {
            for (p, d2) in [([2.0, 1.0, 0.0], 1.0), ([5.0, 0.0, 0.0], 4.0), ([-1.0, 0.0, 2.0], 5.0)] {
                assert!((distance2(p, t) - d2).abs() < 1e-12, "{t:?} {p:?}");
            }
        }
        assert_eq!(distance2([1.0, 2.0, 2.0], [[0.0; 3]; 3]), 9.0);
    }
}
