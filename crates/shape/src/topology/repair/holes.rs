//! Finds the holes of a surface and closes each with a lid.
//!
//! The open half-edges enter each vertex as often as they leave it, so they fall apart into simple loops: walk on, and
//! cut a loop off whenever a vertex comes again. Two holes that share a vertex are thus two holes.
//! Cost: linear in the open edges, but for the lids.

use std::collections::HashSet;

use super::{
    Repair, lid,
    surface::{OPEN, Surface, edge_key},
};

/// A side of a hole, as the lid runs along it: from a vertex to the next side's, and the half-edge on the other side.
#[derive(Clone, Copy)]
pub(super) struct Side {
    pub(super) from: u32,
    pub(super) outer: u32,
}

/// Fills every hole of at most `max_edges` edges.
pub(super) fn fill_holes(surface: &mut Surface, max_edges: usize, done: &mut Repair) {
    let loops = loops(surface);
    if loops.is_empty() {
        return;
    }
    let mut edges = border_edges(surface);
    let (faces, vertices) = (surface.faces.len(), surface.vertices.len());
    for hole in &loops {
        if let [a, b] = hole[..] {
            surface.pair(a.outer, b.outer);
            done.zipped_edges += 1;
        } else if hole.len() <= max_edges {
            lid::close(surface, hole, &mut edges);
            done.filled_holes += 1;
            done.longest_filled_hole = done.longest_filled_hole.max(hole.len());
        } else {
            done.holes_left += 1;
        }
    }
    done.added_faces = surface.faces.len() - faces;
    done.added_vertices += surface.vertices.len() - vertices;
}

/// The open half-edges as simple loops.
fn loops(surface: &Surface) -> Vec<Vec<Side>> {
    const NONE: u32 = u32::MAX;
    let open: Vec<u32> = (0..surface.twin.len() as u32).filter(|&h| surface.twin(h) == OPEN).collect();
    if open.is_empty() {
        return Vec::new();
    }
    // The lid runs against the half-edges: those that end at a vertex are chained there.
    let mut first = vec![NONE; surface.vertices.len()];
    let mut chain = vec![NONE; open.len()];
    for (n, &h) in open.iter().enumerate().rev() {
        let at = &mut first[surface.to(h) as usize];
        chain[n] = *at;
        *at = n as u32;
    }
    let mut place = vec![NONE; surface.vertices.len()];
    let mut path: Vec<Side> = Vec::new();
    let mut loops = Vec::new();
    for &seed in &open {
        let mut at = surface.to(seed);
        loop {
            if place[at as usize] != NONE {
                let hole = path.split_off(place[at as usize] as usize);
                for side in &hole {
                    place[side.from as usize] = NONE;
                }
                loops.push(hole);
            }
            let n = first[at as usize];
            if n == NONE {
                break;
            }
            first[at as usize] = chain[n as usize];
            place[at as usize] = path.len() as u32;
            path.push(Side { from: at, outer: open[n as usize] });
            at = surface.from(open[n as usize]);
        }
    }
    loops
}

/// The edges that a new one between two border vertices could repeat.
fn border_edges(surface: &Surface) -> HashSet<u64> {
    let mut border = vec![false; surface.vertices.len()];
    for h in (0..surface.twin.len() as u32).filter(|&h| surface.twin(h) == OPEN) {
        border[surface.from(h) as usize] = true;
        border[surface.to(h) as usize] = true;
    }
    let ends = (0..surface.twin.len() as u32).map(|h| (surface.from(h), surface.to(h)));
    ends.filter(|&(a, b)| border[a as usize] && border[b as usize]).map(|(a, b)| edge_key(a, b)).collect()
}
