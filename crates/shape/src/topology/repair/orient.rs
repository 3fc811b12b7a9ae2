//! Makes neighbours agree on which side is out, and pairs the half-edges of every edge with two faces.

use super::{
    Repair,
    surface::{OPEN, Surface},
};

/// Turns, in each part joined over edges of two faces, the fewer faces of the two ways, and pairs those edges. Where
/// no agreement is possible (a Möbius strip) the edge is cut. Gives the half-edges of the edges with more than two
/// faces, and the half-edges that were cut.
pub(super) fn orient(surface: &mut Surface, done: &mut Repair) -> (Vec<Vec<u32>>, Vec<u32>) {
    let mut crowded = pair_twos(surface);
    if spread(surface) {
        crowded = pair_twos(surface);
    }
    let mut cut = Vec::new();
    for h in 0..surface.twin.len() as u32 {
        let t = surface.twin(h);
        if t != OPEN && surface.from(h) == surface.from(t) {
            surface.twin[h as usize] = OPEN;
            surface.twin[t as usize] = OPEN;
            cut.extend([h, t]);
            done.cut_edges += 1;
        }
    }
    (crowded, cut)
}

/// Pairs the half-edges of edges with two faces, whichever way they run; the half-edges of edges with more.
fn pair_twos(surface: &mut Surface) -> Vec<Vec<u32>> {
    surface.twin.fill(OPEN);
    let mut crowded = Vec::new();
    let mut pairs = Vec::with_capacity(surface.twin.len() / 2);
    surface.for_each_edge(|edge| match *edge {
        [h, t] => pairs.push((h, t)),
        [_] => {}
        _ => crowded.push(edge.to_vec()),
    });
    for (h, t) in pairs {
        surface.pair(h, t);
    }
    crowded
}

/// Spreads the direction of each part's first face over the part; whether any face was turned.
fn spread(surface: &mut Surface) -> bool {
    let mut turn: Vec<Option<bool>> = vec![None; surface.faces.len()];
    let mut part = Vec::new();
    let mut any = false;
    for start in 0..turn.len() {
        if turn[start].is_some() {
            continue;
        }
        turn[start] = Some(false);
        part.clear();
        part.push(start as u32);
        let mut at = 0;
        while at < part.len() {
            let f = part[at];
            at += 1;
            for h in 3 * f..3 * f + 3 {
                let t = surface.twin(h);
                if t != OPEN && turn[t as usize / 3].is_none() {
                    let disagree = surface.from(h) == surface.from(t);
                    turn[t as usize / 3] = turn[f as usize].map(|turned| turned ^ disagree);
                    part.push(t / 3);
                }
            }
        }
        let turned = part.iter().filter(|&&f| turn[f as usize] == Some(true)).count();
        if turned * 2 > part.len() {
            for &f in &part {
                turn[f as usize] = turn[f as usize].map(|t| !t);
            }
        }
        any |= turned > 0;
    }
    if any {
        for f in (0..turn.len()).filter(|f| turn[*f] == Some(true)) {
            surface.faces[f].swap(1, 2);
            surface.turned[f] = true;
        }
    }
    any
}
