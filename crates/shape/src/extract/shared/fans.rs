//! How the faces around a cell's vertex fall apart into fans, for one label.
//!
//! The vertex of a surface net stands for all loops that marching cubes would draw in the cell (Nielson 2004,
//! doi:10.1109/VISUAL.2004.28): where a label touches itself only diagonally there are several, and its mesh needs a
//! copy of the vertex for each. One loop can also pass twice through the same face of the cell, on both sides of it:
//! then two mesh edges would have the same ends, and each gets a vertex in its middle.

use std::sync::LazyLock;

use crate::extract::cases::{EDGES, FACES, edge, loops};

/// Of one corner pattern.
#[derive(Clone, Copy, Default)]
pub(super) struct Fans {
    /// Number of loops.
    pub count: u8,
    /// The loop that each edge belongs to.
    pub of_edge: [u8; 12],
    /// Bit `f` tells whether one loop passes twice through face `f`.
    pub pinched: u8,
    /// Bit `f` tells whether the corners of face `f` are not all alike.
    pub crossed: u8,
}

/// By the bits of the corners that are inside.
pub(super) static FANS: LazyLock<[Fans; 256]> = LazyLock::new(|| std::array::from_fn(|bits| fans(bits as u8)));

fn fans(bits: u8) -> Fans {
    let mut fans = Fans::default();
    for polygon in loops(bits) {
        for e in polygon {
            fans.of_edge[e as usize] = fans.count;
        }
        fans.count += 1;
    }
    for (f, face) in FACES.into_iter().enumerate() {
        let inside = face.map(|c| bits >> c & 1 == 1);
        fans.crossed |= u8::from(inside != [inside[0]; 4]) << f;
        for t in 0..2 {
            if inside[t] && inside[t + 2] && !inside[1 - t] && !inside[3 - t] {
                let of = |t: usize| fans.of_edge[edge(face[t], face[(t + 1) % 4]) as usize];
                fans.pinched |= u8::from(of(t) == of(t + 2)) << f;
            }
        }
    }
    fans
}

/// The two diagonal corners of a face that alone are inside, if so it is.
pub(super) fn diagonal(bits: u8, face: [u8; 4]) -> Option<[u8; 2]> {
    let [a, b, c, d] = face.map(|c| bits >> c & 1 == 1);
    match [a, b, c, d] {
        [true, false, true, false] => Some([face[0], face[2]]),
        [false, true, false, true] => Some([face[1], face[3]]),
        _ => None,
    }
}

/// The edge that starts at the lowest corner of a cell along `axis`, as the four cells around it number it: the cell
/// itself, the one before it along the first other axis, along both, along the second.
pub(super) fn around(axis: usize) -> [u8; 4] {
    let first = 4 * axis as u8;
    debug_assert_eq!(EDGES[first as usize], (0, 1 << axis));
    [first, first + 1, first + 3, first + 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_cells_around_an_edge_number_the_same_edge() {
        for axis in 0..3 {
            let [u, v] = [[1, 2], [0, 2], [0, 1]][axis];
            for (e, (du, dv)) in around(axis).into_iter().zip([(0, 0), (1, 0), (1, 1), (0, 1)]) {
                let low = du << u | dv << v;
                assert_eq!(EDGES[e as usize], (low, low | 1 << axis));
            }
        }
    }

    #[test]
    fn diagonal_corners_are_two_fans_and_a_tunnel_is_pinched() {
        assert_eq!((FANS[0b1000_0001].count, FANS[0b1001].count, FANS[0b11].count), (2, 2, 1));
        // All but two corners that lie diagonally on the lower face: inside is joined above it.
        assert_eq!((FANS[0b1111_1001].count, FANS[0b1111_1001].pinched), (1, 1 << 4));
    }
}
