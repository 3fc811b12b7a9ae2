//! The cube table of `PyRadiomics`, as it is: 3-D shape features under its names need its surface.
//!
//! Source: `triTable` of `PyRadiomics`' `cshape.c` (van Griethuysen et al. 2017, doi:10.1158/0008-5472.CAN-17-0339,
//! BSD-3-Clause), which follows Bourke's "Polygonising a scalar field" (1994). It holds the cubes without their last
//! corner; the others are their complements, turned round. Complementing a cube whose inside corners touch diagonally
//! joins what its neighbour keeps apart, so the surface has holes there: its volume depends on where the origin lies.

use std::sync::LazyLock;

use crate::extract::cases::{self, Case};

/// The triangles of each of the 128 cubes, an edge a hexadecimal digit in Bourke's numbering; `-` for none.
const TRIANGLES: &str = "\
- 083 190 183198 12a 08312a 92a029 2832a8a98 b23 b2008b 190b23 b2119b98b 3a1ba3 a1008a8ba 9033b9ba9 98aba8 \
     478 043473 190478 194147173 12a478 34730412a 92a902478 2a9297273479 478b23 b47b24204 190478b23 47b94bb29192 \
     3a1ba3478 ba114b10447b 4789033b9ba9 47b4b99ba 954 954083 054015 854835315 12a954 08312a954 2a5542240 \
     2a5325354834 954b23 b2008b954 054015b23 215258b28548 3a1ba3954 549a1008a8ba 54050ba5bb03 548a58ba8 789579 \
     309539357 780017715 157173 78957912a 12a309395357 0288258572a5 2a5253357 579789b23 579972209b27 \
     b23018178157 21b17b157 7895793a1ba3 5705097b0a10ba0 ba003ba50078570 ba557b 65a 08365a 19065a 18319865a \
     165126 165126083 965906026 598582526832 b2365a b2008b65a 190b2365a b2119b98b65a 63b653513 08b0b50515b6 \
     63b036065059 65969bb98 47865a 04347365a 19047865a 19414717365a 478165126 043473165126 478965906026 \
     739479329596269 b2347865a b47b2420465a 190b2347865a 47b94bb2919265a 47863b653513 51b5b610b47b04b \
     47863b036065059 65969b4797b9 a4964a a4964a083 01aa60640 18316886461a 149124264 149124264083 024426 \
     832824426 b23a4964a b2008ba4964a b2301aa60640 64161a148b2118b 964369139b63 18b081b61149641 63b036640 86468b \
     67a78a89a 67a0a709a073 67a1a7178018 67a1a7173 126168189678 269129679309739 078706602 273267 b2367a78a89a \
     207b2709767a9a7 67a1a7178018b23 b2117ba61167 896678169b63136 09167b 07870603bb60 67b";

/// Bourke's edges in the numbering of [`crate::extract::cases::EDGES`].
const EDGE: [u8; 12] = [0, 5, 1, 4, 2, 7, 3, 6, 8, 9, 11, 10];

/// Bourke's corners in the numbering of [`Case`]s: bits 1 for +i, 2 for +j, 4 for +k.
const CORNER: [u8; 8] = [0, 1, 3, 2, 4, 5, 7, 6];

/// `PyRadiomics`' triangles, outward for a right-handed grid.
pub(super) static CASES: LazyLock<[Case; 256]> = LazyLock::new(|| {
    let mut cases = [Case::default(); 256];
    for (cube, text) in TRIANGLES.split_whitespace().enumerate() {
        let edges: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|e| EDGE[e as usize]).collect();
        let corners = CORNER.iter().enumerate().filter(|(c, _)| cube >> c & 1 == 1);
        let inside = corners.fold(0u8, |all, (_, b)| all | 1 << b);
        let mut case = Case { count: (edges.len() / 3) as u8, ..Case::default() };
        for (to, e) in case.triangles.iter_mut().zip(edges.chunks_exact(3)) {
            *to = [e[0], e[2], e[1]];
        }
        cases[inside as usize] = case;
        for t in &mut case.triangles {
            t.swap(1, 2);
        }
        cases[!inside as usize] = case;
    }
    cases
});

/// The surface closed: `PyRadiomics`' triangles, which are those of most programs, wherever they end on the faces of the
/// cube as the triangles of [`cases::CASES`] do, and the latter elsewhere.
pub(super) static CLOSED_CASES: LazyLock<[Case; 256]> = LazyLock::new(|| {
    std::array::from_fn(|inside| {
        let [usual, closed] = [&CASES[inside], &cases::CASES[inside]];
        if border(usual) == border(closed) { *usual } else { *closed }
    })
});

/// The directed edges of a case's triangles that no other of them runs back.
fn border(case: &Case) -> Vec<[u8; 2]> {
    let sides = |t: &[u8; 3]| [[t[0], t[1]], [t[1], t[2]], [t[2], t[0]]];
    let all: Vec<[u8; 2]> = case.triangles[..case.count as usize].iter().flat_map(sides).collect();
    let mut open: Vec<_> = all.iter().copied().filter(|&[a, b]| !all.contains(&[b, a])).collect();
    open.sort_unstable();
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_cubes_are_closed_as_they_are() {
        let kept = CASES.iter().zip(CLOSED_CASES.iter()).filter(|(a, b)| a.triangles == b.triangles).count();
        println!("{kept}");
        assert!((150..256).contains(&kept));
        for (case, closed) in CLOSED_CASES.iter().zip(cases::CASES.iter()) {
            assert_eq!(border(case), border(closed));
        }
    }
}
