//! Whether polygons cross themselves or each other.

use robust::{Coord, orient2d};

/// Pairs of edges looked at before a hostile polygon is let go.
const MOST_PAIRS: usize = 2_000_000;

/// Whether two edges of closed polygons cross in a point inside both. Edges that touch or lie on each other, as those
/// of a keyhole's channel, do not count.
pub(super) fn edges_cross(polygons: &[Vec<[f64; 2]>]) -> bool {
    let mut edges: Vec<[[f64; 2]; 2]> = Vec::new();
    for polygon in polygons {
        let mut from = polygon.last().copied().unwrap_or_default();
        for &to in polygon {
            // The end with the lower row first.
            edges.push(if from[1] <= to[1] { [from, to] } else { [to, from] });
            from = to;
        }
    }
    edges.sort_by(|a, b| a[0][1].total_cmp(&b[0][1]));
    let mut active: Vec<[[f64; 2]; 2]> = Vec::new();
    let mut pairs = 0;
    for edge in edges {
        active.retain(|other| other[1][1] >= edge[0][1]);
        pairs += active.len();
        if pairs > MOST_PAIRS {
            return false;
        }
        if active.iter().any(|&other| cross(edge, other)) {
            return true;
        }
        active.push(edge);
    }
    false
}

fn cross([a, b]: [[f64; 2]; 2], [c, d]: [[f64; 2]; 2]) -> bool {
    if a[0].max(b[0]) < c[0].min(d[0]) || c[0].max(d[0]) < a[0].min(b[0]) {
        return false;
    }
    let side = |p: [f64; 2], q: [f64; 2], r: [f64; 2]| {
        let coord = |[x, y]: [f64; 2]| Coord { x, y };
        orient2d(coord(p), coord(q), coord(r))
    };
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bow_tie_crosses_and_a_square_or_a_keyhole_does_not() {
        let square = |from: f64, to: f64| vec![[from, from], [to, from], [to, to], [from, to]];
        assert!(edges_cross(&[vec![[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]]]));
        assert!(!edges_cross(&[square(0.0, 2.0)]));
        #[rustfmt::skip]
        let keyhole = vec![
            [0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0], [0.0, 4.0], [3.0, 4.0], [3.0, 6.0],
            [6.0, 6.0], [6.0, 3.0], [3.0, 3.0], [3.0, 4.0], [0.0, 4.0],
        ];
        assert!(!edges_cross(&[keyhole]));
        assert!(edges_cross(&[square(0.0, 2.0), square(1.0, 3.0)]));
        assert!(!edges_cross(&[square(0.0, 3.0), square(1.0, 2.0)]));
    }
}
