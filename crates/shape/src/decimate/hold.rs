//! What holds a vertex in place: borders, faults, label borders and the caller's wish.

use crate::{
    Borders, Mesh,
    vector::{cross, norm, normalized},
};

use super::{
    Decimate,
    quadric::Quadric,
    surface::{Surface, Wing},
};

/// Weight of the wall that holds a border in place, against the face at the border.
const BORDER: f64 = 10.0;

/// How freely a vertex may move.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// On a closed fan of faces, among its own label: anywhere.
    Free,
    /// On a border: it may merge with its neighbours along the border.
    Rail,
    /// It stays.
    Fixed,
}

/// The hold on every vertex; walls are added to the quadrics of open borders. `place` gives the coordinates that the
/// quadrics are in.
pub(super) fn holds(
    options: &Decimate<'_>,
    mesh: &Mesh,
    surface: &mut Surface,
    face_ids: &[u32],
    place: impl Fn(u32) -> [f64; 3],
    quadrics: &mut [Quadric],
) -> Vec<Hold> {
    let on_border = match options.borders {
        Borders::Kept => Hold::Fixed,
        Borders::Along => Hold::Rail,
    };
    let (mut ring, mut intos) = (Vec::new(), Vec::new());
    let mut holds = Vec::with_capacity(quadrics.len());
    for v in 0..quadrics.len() as u32 {
        surface.ring(v, &mut ring);
        let mut hold = match fan(&mut ring, &mut intos) {
            Fan::Closed => Hold::Free,
            Fan::Open => on_border,
            Fan::Other => Hold::Fixed,
        };
        if let Some(labels) = mesh.labels() {
            let own = labels[v as usize];
            if hold == Hold::Free
                && ring.iter().any(|w| labels[w.out as usize] != own || labels[w.into as usize] != own)
            {
                hold = on_border;
            }
        }
        if let Some(pairs) = options.face_labels {
            let pair = |w: &Wing| sorted(pairs[face_ids[w.face as usize] as usize]);
            if ring.iter().any(|w| pair(w) != pair(&ring[0])) {
                hold = Hold::Fixed;
            }
        }
        if options.protected.is_some_and(|p| p[v as usize]) {
            hold = Hold::Fixed;
        }
        holds.push(hold);
        for wing in ring.iter().filter(|w| !intos.is_empty() && intos.binary_search(&w.out).is_err()) {
            let [a, b, c] = [v, wing.out, wing.into].map(&place);
            let minus = |p: [f64; 3], q: [f64; 3]| [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
            let across = cross(minus(b, a), minus(c, a));
            let wall = Quadric::plane(normalized(cross(minus(b, a), across)), a, BORDER * norm(across) / 2.0);
            for end in [v, wing.out] {
                quadrics[end as usize] = quadrics[end as usize].plus(&wall);
            }
        }
    }
    holds
}

/// Which pair it is does not depend on the side a face is seen from.
fn sorted([a, b]: [u32; 2]) -> [u32; 2] {
    [a.min(b), a.max(b)]
}

enum Fan {
    Closed,
    Open,
    Other,
}

/// Whether the faces at a vertex are one closed fan, one open fan or anything else. Sorts the ring by `out`
/// and leaves the vertices that edges come in from, sorted, in `intos`; neither for a closed fan.
fn fan(ring: &mut [Wing], intos: &mut Vec<u32>) -> Fan {
    intos.clear();
    if is_closed(ring) {
        return Fan::Closed;
    }
    intos.extend(ring.iter().map(|w| w.into));
    intos.sort_unstable();
    ring.sort_unstable_by_key(|w| (w.out, w.into, w.face));
    if ring.is_empty() || ring.windows(2).any(|w| w[0].out == w[1].out) {
        return Fan::Other;
    }
    if intos.windows(2).any(|w| w[0] == w[1]) {
        return Fan::Other;
    }
    let first = ring.iter().find(|w| intos.binary_search(&w.out).is_err());
    let start = first.map_or(ring[0].out, |w| w.out);
    let (mut at, mut walked) = (start, 0);
    while let Some(wing) = next(ring, at) {
        walked += 1;
        at = wing.into;
        if at == start {
            break;
        }
    }
    match (walked == ring.len(), first) {
        (true, None) => Fan::Closed,
        (true, Some(_)) => Fan::Open,
        (false, _) => Fan::Other,
    }
}

/// Rings that are faster walked as they are than sorted.
const SHORT: usize = 16;

/// Whether a walk from face to face of a short ring comes back after all of them: then no two leave by one edge.
fn is_closed(ring: &[Wing]) -> bool {
    let Some(first) = ring.first().filter(|_| ring.len() <= SHORT) else { return false };
    let mut at = first.into;
    for _ in 1..ring.len() {
        match ring.iter().find(|w| w.out == at) {
            Some(wing) if at != first.out => at = wing.into,
            _ => return false,
        }
    }
    at == first.out
}

fn next(ring: &[Wing], out: u32) -> Option<&Wing> {
    ring.binary_search_by_key(&out, |w| w.out).ok().map(|n| &ring[n])
}
