//! Takes edges with more than two faces apart (cutting and stitching, Guéziec et al. 2001, doi:10.1109/2945.928166).
//!
//! Two faces of such an edge that also hang together round both its ends belong together. The rest are paired by angle:
//! going round the edge, a face that looks back opens a piece of solid and the next one that looks ahead closes it, as
//! brackets do. What finds no partner stays open.

use crate::vector::{cross, dot, sub};

use super::{
    Repair,
    surface::{OPEN, Surface, next},
};

/// Pairs half-edges of the crowded edges; those left over.
pub(super) fn stitch(surface: &mut Surface, crowded: &[Vec<u32>], done: &mut Repair) -> Vec<u32> {
    if crowded.is_empty() {
        return Vec::new();
    }
    let fans = surface.fans();
    let mut left_over = Vec::new();
    for edge in crowded {
        done.parted_edges += 1;
        let mut rest = pair_connected(surface, edge, &fans);
        if rest.len() > 1 {
            pair_by_angle(surface, &mut rest);
            rest.retain(|&h| surface.twin(h) == OPEN);
        }
        left_over.extend(rest);
    }
    done.cut_edges += left_over.len().div_ceil(2);
    left_over
}

/// Pairs the half-edges, one either way, that meet in the same fans at both ends; the others.
fn pair_connected(surface: &mut Surface, edge: &[u32], fans: &[u32]) -> Vec<u32> {
    let low = surface.from(edge[0]).min(surface.to(edge[0]));
    let mut ends: Vec<(u32, u32, u32)> = edge
        .iter()
        .map(|&h| {
            let (from, to) = (fans[h as usize], fans[next(h) as usize]);
            if surface.from(h) == low { (from, to, h) } else { (to, from, h) }
        })
        .collect();
    ends.sort_unstable();
    let mut rest = Vec::new();
    for group in ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        match *group {
            [(_, _, h), (_, _, t)] if surface.from(h) != surface.from(t) => surface.pair(h, t),
            _ => rest.extend(group.iter().map(|e| e.2)),
        }
    }
    rest
}

fn pair_by_angle(surface: &mut Surface, rest: &mut [u32]) {
    let (a, b) = (surface.from(rest[0]), surface.to(rest[0]));
    let (low, high) = (a.min(b), a.max(b));
    let origin = surface.vertices[low as usize];
    let axis = sub(surface.vertices[high as usize], origin);
    let apex = |h: u32| sub(surface.vertices[surface.from(next(next(h))) as usize], origin);
    let ahead = cross(axis, apex(rest[0]));
    let aside = cross(ahead, axis);
    let length = dot(axis, axis).sqrt();
    let angle = |h: u32| pseudo_angle(dot(apex(h), aside), dot(apex(h), ahead) * length);
    let mut around: Vec<(f64, u32)> = rest.iter().map(|&h| (angle(h), h)).collect();
    around.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // Brackets on a circle: a second round closes those that the first left open.
    let mut opened = Vec::new();
    for round in 0..2 {
        for &(_, h) in &around {
            if surface.twin(h) != OPEN {
                continue;
            }
            if surface.from(h) != low {
                if round == 0 {
                    opened.push(h);
                }
            } else if let Some(t) = opened.pop() {
                surface.pair(t, h);
            }
        }
    }
}

/// Grows with the angle of (x, y) from 0 to 4.
fn pseudo_angle(x: f64, y: f64) -> f64 {
    let size = x.abs() + y.abs();
    if size == 0.0 {
        0.0
    } else if y >= 0.0 {
        1.0 - x / size
    } else {
        3.0 + x / size
    }
}
