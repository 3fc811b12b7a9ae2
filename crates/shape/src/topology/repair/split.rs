//! Gives each fan of faces a vertex of its own, and each pair of faces an edge of its own.

use super::surface::{OPEN, Surface, next};

/// Doubles vertices where several fans meet, of those `chosen`; how many copies were made.
pub(super) fn split_vertices(surface: &mut Surface, chosen: impl Fn(u32) -> bool) -> usize {
    const NONE: u32 = u32::MAX;
    let fans = surface.fans();
    let before = surface.vertices.len();
    // The fan that keeps the vertex, and the copy that any other fan got, by its first corner.
    let mut keeper = vec![NONE; before];
    let mut copy = vec![];
    for corner in 0..fans.len() {
        let v = surface.from(corner as u32);
        let fan = fans[corner];
        if !chosen(v) {
            continue;
        }
        if keeper[v as usize] == NONE {
            keeper[v as usize] = fan;
        } else if keeper[v as usize] != fan {
            if copy.is_empty() {
                copy = vec![NONE; fans.len()];
            }
            if copy[fan as usize] == NONE {
                copy[fan as usize] = surface.vertices.len() as u32;
                surface.vertices.push(surface.vertices[v as usize]);
                surface.source.push(surface.source[v as usize]);
            }
            surface.faces[corner / 3][corner % 3] = copy[fan as usize];
        }
    }
    surface.vertices.len() - before
}

/// Where two pairs of faces still share both ends of an edge (a surface that touches itself along one edge), the edge of
/// all pairs but the first gets a vertex in its middle; how many.
pub(super) fn split_edges(surface: &mut Surface) -> usize {
    let mut extra = Vec::new();
    surface.for_each_edge(|edge| {
        if edge.len() > 2 {
            let pairs = edge.iter().filter(|&&h| surface.twin(h) == OPEN || h < surface.twin(h));
            extra.extend(pairs.skip(1).copied());
        }
    });
    for &h in &extra {
        split_edge(surface, h);
    }
    extra.len()
}

fn split_edge(surface: &mut Surface, h: u32) {
    let (a, b) = (surface.from(h), surface.to(h));
    let [p, q] = [a, b].map(|v| surface.vertices[v as usize]);
    let middle = surface.vertices.len() as u32;
    surface.vertices.push([0, 1, 2].map(|i| f64::from(p[i]).midpoint(f64::from(q[i])) as f32));
    surface.source.push(surface.source[a as usize]);
    let t = surface.twin(h);
    let far = halve(surface, h, middle);
    if t != OPEN {
        let far_twin = halve(surface, t, middle);
        surface.pair(h, far_twin);
        surface.pair(t, far);
    }
}

/// Cuts the face of `h` from `middle` to its apex: `h` now ends in the middle. The half-edge from there on.
fn halve(surface: &mut Surface, h: u32, middle: u32) -> u32 {
    let (b, apex) = (surface.to(h), surface.from(next(next(h))));
    let outer = surface.twin(next(h));
    let far = surface.add_face([middle, b, apex]);
    surface.turned[far as usize / 3] = surface.turned[h as usize / 3];
    surface.faces[h as usize / 3][next(h) as usize % 3] = middle;
    if outer != OPEN {
        surface.pair(far + 1, outer);
    }
    surface.pair(next(h), far + 2);
    far
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Affine, Mask, Surface as Kind, extract_mesh, topology::repair::orient::orient};

    #[test]
    fn two_pairs_of_faces_on_one_edge_get_an_edge_each() {
        let block = extract_mesh(&Mask::new([4; 3], Affine::IDENTITY, vec![1; 64]).unwrap(), Kind::Exact);
        let (vertices, faces) = block.into_parts();
        let mut surface = Surface::new(vertices.clone(), (0..vertices.len() as u32).collect(), faces);
        orient(&mut surface, &mut crate::Repair::default());
        let count = surface.faces.len();
        // An edge far from the first is laid on it, the pairs of faces staying as they are.
        let [a, b] = [surface.from(0), surface.to(0)];
        let far = (0..surface.twin.len() as u32).rev().find(|&h| {
            [surface.from(h), surface.to(h)]
                .iter()
                .all(|&v| (0..3).any(|i| vertices[v as usize][i] > vertices[a as usize][i] + 2.0))
        });
        let [c, d] = [surface.from(far.unwrap()), surface.to(far.unwrap())];
        for v in surface.faces.as_flattened_mut() {
            *v = if *v == c {
                a
            } else if *v == d {
                b
            } else {
                *v
            };
        }
        let crowded = |surface: &Surface| {
            let mut n = 0;
            surface.for_each_edge(|edge| n += usize::from(edge.len() != 2));
            n
        };
        assert_eq!(crowded(&surface), 1);
        assert_eq!(split_edges(&mut surface), 1);
        assert_eq!((crowded(&surface), surface.faces.len()), (0, count + 2));
        for h in 0..surface.twin.len() as u32 {
            let t = surface.twin(h);
            assert_eq!((surface.from(h), surface.to(h), surface.twin(t)), (surface.to(t), surface.from(t), h));
        }
    }
}
