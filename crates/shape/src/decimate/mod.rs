//! Fewer triangles, nearly the same surface: edge collapse by quadric error.
//!
//! Garland & Heckbert's error (doi:10.1145/258734.258849) without their heap: each pass walks the vertices in memory
//! order and collapses, at each, its cheapest edge if that costs less than the pass's threshold. The threshold is the
//! cost below which a share of the vertices lay in the pass before, so that edges go in nearly the order of
//! their cost while the walk stays in the cache. A collapse must keep the topology (the link condition of Dey et al.
//! 1999), turn no face over and leave borders in place; what is closed and manifold stays so.

mod quadric;
mod surface;

use crate::{
    Mesh,
    vector::{cross, dot, norm, normalized, sub},
};
use quadric::Quadric;
use surface::{Surface, Wing};

/// Share of the vertices that a pass may remove: many while most must go anyway, fewer when it matters which.
fn share(alive: usize, target: usize) -> f64 {
    if is_far(alive, target) { 0.8 } else { 0.25 }
}

fn is_far(alive: usize, target: usize) -> bool {
    alive > 3 * target
}

/// Weight of the wall that holds a border in place, against the face at the border.
const BORDER: f64 = 10.0;

/// A mesh with at most `target` faces, if the topology allows; vertices in RAS+ mm as before.
///
/// Closed and manifold meshes stay closed and manifold, with the same number of parts and handles. Open borders are
/// kept where they are; vertices where the mesh is not manifold do not move. Deterministic.
#[must_use]
pub fn decimate(mesh: &Mesh, target: usize) -> Mesh {
    if mesh.faces().len() <= target {
        return mesh.clone();
    }
    let mut work = Decimation::new(mesh);
    work.run(target);
    work.surface.into_mesh(&work.positions)
}

struct Decimation {
    surface: Surface,
    positions: Vec<[f32; 3]>,
    quadrics: Vec<Quadric>,
    /// Vertices on a border or at a fault: they stay.
    fixed: Vec<bool>,
    /// A lower bound on the cost of every edge from the vertex to one of higher number.
    least: Vec<f32>,
    origin: [f32; 3],
}

/// Reused between vertices, so that the walk does not allocate.
#[derive(Default)]
struct Scratch {
    ring: Vec<Wing>,
    other: Vec<Wing>,
    candidates: Vec<(f32, u32, [f32; 3])>,
}

impl Decimation {
    fn new(mesh: &Mesh) -> Self {
        let origin = mesh.vertices().first().copied().unwrap_or_default();
        let positions = mesh.vertices().to_vec();
        let mut quadrics = vec![Quadric::default(); positions.len()];
        let mut areas = vec![0.0; positions.len()];
        for f in mesh.faces() {
            let at = |k: usize| sub(positions[f[k] as usize], origin);
            let (a, b, c) = (at(0), at(1), at(2));
            let across = cross(minus(b, a), minus(c, a));
            let third = norm(across) / 6.0;
            let plane = Quadric::plane(normalized(across), a, third);
            for &v in f {
                quadrics[v as usize] = quadrics[v as usize].plus(&plane);
                areas[v as usize] += third;
            }
        }
        for ((quadric, &at), area) in quadrics.iter_mut().zip(&positions).zip(areas) {
            *quadric = quadric.plus(&Quadric::pull(sub(at, origin), area));
        }
        let mut surface = Surface::new(positions.len(), mesh.faces().to_vec());
        let fixed = fix_borders(&mut surface, &positions, origin, &mut quadrics);
        let least = vec![0.0; positions.len()];
        Self { surface, positions, quadrics, fixed, least, origin }
    }

    fn run(&mut self, target: usize) {
        let mut scratch = Scratch::default();
        let mut threshold = self.sample(share(self.surface.alive, target), &mut scratch);
        let mut compacted = self.surface.alive;
        loop {
            let before = self.surface.alive;
            let mut costs = Histogram::default();
            self.pass(threshold, target, &mut costs, &mut scratch);
            if self.surface.alive <= target {
                break;
            }
            if self.surface.alive == before && threshold >= f32::MAX {
                break; // nothing more can go without breaking the topology
            }
            let wanted = ((self.surface.alive - target) as f64 / self.surface.alive as f64 * 1.2)
                .min(share(self.surface.alive, target));
            let next = costs.quantile(wanted);
            // A pass that found little must not be repeated with the same threshold.
            let stuck = (before - self.surface.alive) * 100 < before;
            threshold = if stuck { next.max(threshold * 4.0) } else { next.max(threshold) };
            if stuck && costs.total == 0 || !threshold.is_finite() {
                threshold = f32::MAX;
            }
            if self.surface.alive * 2 < compacted {
                self.compact();
                compacted = self.surface.alive;
            }
        }
    }

    /// A first threshold from every sixteenth vertex.
    fn sample(&mut self, share: f64, scratch: &mut Scratch) -> f32 {
        let mut costs = Histogram::default();
        for v in (0..self.positions.len() as u32).step_by(16) {
            if let Some(cost) = self.candidates(v, f32::MAX, false, scratch) {
                costs.add(cost);
            }
        }
        costs.quantile(share)
    }

    fn pass(&mut self, threshold: f32, target: usize, costs: &mut Histogram, scratch: &mut Scratch) {
        for v in 0..self.positions.len() as u32 {
            if self.surface.is_gone(v) {
                continue;
            }
            let known = self.least[v as usize];
            if known > threshold {
                if known < f32::MAX {
                    costs.add(known);
                }
                continue;
            }
            // While most must go, the first edge that is cheap enough will do; later it must be the cheapest.
            let eager = is_far(self.surface.alive, target);
            let least = self.candidates(v, threshold, eager, scratch);
            self.least[v as usize] = least.unwrap_or(f32::MAX);
            let Some(least) = least else { continue };
            costs.add(least);
            scratch.candidates.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for n in 0..scratch.candidates.len() {
                let (_, w, place) = scratch.candidates[n];
                if self.collapse(v, w, place, eager, scratch) {
                    if self.surface.alive <= target {
                        return;
                    }
                    break;
                }
            }
        }
    }

    /// The edges from `v` to vertices of higher number that cost at most `threshold`, into the scratch, with the ring
    /// of `v`; only the first one that can be collapsed if `eager`. Returns the least cost of any that was looked at.
    fn candidates(&mut self, v: u32, threshold: f32, eager: bool, scratch: &mut Scratch) -> Option<f32> {
        self.surface.ring(v, &mut scratch.ring);
        scratch.candidates.clear();
        let mut least: Option<f32> = None;
        for n in 0..scratch.ring.len() {
            let w = scratch.ring[n].out;
            if w <= v || self.fixed[v as usize] && self.fixed[w as usize] {
                continue;
            }
            let (place, cost) = self.placement(v, w);
            least = Some(least.map_or(cost, |l| l.min(cost)));
            if cost <= threshold && (!eager || self.is_sound(v, w, place, scratch)) {
                scratch.candidates.push((cost, w, place));
                if eager {
                    break;
                }
            }
        }
        least
    }

    /// Where the merged vertex goes, and what that costs.
    fn placement(&self, v: u32, w: u32) -> ([f32; 3], f32) {
        let quadric = self.quadrics[v as usize].plus(&self.quadrics[w as usize]);
        let (a, b) = (self.positions[v as usize], self.positions[w as usize]);
        let at = |p: [f32; 3]| quadric.at(sub(p, self.origin)) as f32;
        if self.fixed[v as usize] {
            return (a, at(a));
        }
        if self.fixed[w as usize] {
            return (b, at(b));
        }
        match quadric.minimum() {
            Some((x, cost)) => {
                let place = |i: usize| (x[i] + f64::from(self.origin[i])) as f32;
                ([place(0), place(1), place(2)], cost as f32)
            }
            None => [a, b].map(|p| (p, at(p))).into_iter().min_by(|x, y| x.1.total_cmp(&y.1)).unwrap_or((a, f32::MAX)),
        }
    }

    /// Merges `w` into `v` at `place` if that keeps the surface sound.
    fn collapse(&mut self, v: u32, w: u32, place: [f32; 3], eager: bool, scratch: &mut Scratch) -> bool {
        if !eager && !self.is_sound(v, w, place, scratch) {
            return false;
        }
        self.surface.merge(v, &scratch.ring, w, &scratch.other);
        // Merging adds quadrics, so no edge becomes cheaper: what is known of the neighbours stays a lower bound.
        self.least[v as usize] = 0.0;
        self.positions[v as usize] = place;
        self.quadrics[v as usize] = self.quadrics[v as usize].plus(&self.quadrics[w as usize]);
        self.fixed[v as usize] |= self.fixed[w as usize];
        true
    }

    /// Whether `w` can merge into `v` at `place`: the topology stays and no face turns over. `scratch.ring` is the ring
    /// of `v`; that of `w` is left in `scratch.other`.
    fn is_sound(&mut self, v: u32, w: u32, place: [f32; 3], scratch: &mut Scratch) -> bool {
        self.surface.ring(w, &mut scratch.other);
        let (ring, other) = (&scratch.ring, &scratch.other);
        // Link condition: the two rings meet in just the two vertices opposite the edge.
        let shared = ring.iter().filter(|a| other.iter().any(|b| b.out == a.out)).count();
        shared == 2 && ring.len() + other.len() > 6 && !self.turns(ring, v, w, place) && !self.turns(other, w, v, place)
    }

    /// Whether a face of the ring would turn over, or shrink to a sliver, when `v` moves to `place`.
    fn turns(&self, ring: &[Wing], v: u32, w: u32, place: [f32; 3]) -> bool {
        let here = self.positions[v as usize];
        ring.iter().filter(|wing| wing.out != w && wing.into != w).any(|wing| {
            let (p, q) = (self.positions[wing.out as usize], self.positions[wing.into as usize]);
            let side = sub(q, p);
            let old = cross(sub(p, here), side);
            let (to_place, back) = (sub(p, place), sub(q, place));
            let new = cross(to_place, side);
            let longest = dot(side, side).max(dot(to_place, to_place)).max(dot(back, back));
            let (old_square, new_square, along) = (dot(old, old), dot(new, new), dot(old, new));
            // Turned by more than 78 degrees, or a height under a hundredth of the longest side (or a fiftieth of what
            // the area was).
            along <= 0.0
                || along * along < 0.04 * old_square * new_square
                || new_square < (1e-4 * longest * longest).min(0.25 * old_square)
        })
    }

    fn compact(&mut self) {
        let (mut positions, mut quadrics, mut fixed, mut least) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        self.surface.compact(|v| {
            positions.push(self.positions[v as usize]);
            quadrics.push(self.quadrics[v as usize]);
            fixed.push(self.fixed[v as usize]);
            least.push(self.least[v as usize]);
        });
        (self.positions, self.quadrics, self.fixed, self.least) = (positions, quadrics, fixed, least);
    }
}

/// Marks the vertices on open borders and at faults, and walls the borders in.
fn fix_borders(surface: &mut Surface, positions: &[[f32; 3]], origin: [f32; 3], quadrics: &mut [Quadric]) -> Vec<bool> {
    let mut fixed = vec![false; positions.len()];
    let mut ring = Vec::new();
    for v in 0..positions.len() {
        surface.ring(v as u32, &mut ring);
        for (n, wing) in ring.iter().enumerate() {
            let single = !ring[..n].iter().any(|w| w.out == wing.out);
            if single && ring.iter().filter(|w| w.into == wing.out).count() == 1 {
                continue;
            }
            let ends = [v, wing.out as usize];
            let [a, b] = ends.map(|e| sub(positions[e], origin));
            let c = sub(positions[wing.into as usize], origin);
            let across = cross(minus(b, a), minus(c, a));
            let wall = Quadric::plane(normalized(cross(minus(b, a), across)), a, BORDER * norm(across) / 2.0);
            for end in ends {
                fixed[end] = true;
                quadrics[end] = quadrics[end].plus(&wall);
            }
        }
        // An edge that only comes in is open as well; its wall comes from its other end.
        for wing in &ring {
            if !ring.iter().any(|w| w.out == wing.into) {
                fixed[v] = true;
                fixed[wing.into as usize] = true;
            }
        }
    }
    fixed
}

fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// Costs by their exponent and three bits more: a quantile within an eighth of an octave, without sorting.
struct Histogram {
    bins: Vec<u32>,
    total: usize,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { bins: vec![0; 1 << 11], total: 0 }
    }
}

impl Histogram {
    fn add(&mut self, cost: f32) {
        self.bins[(cost.max(0.0).to_bits() >> 20) as usize] += 1;
        self.total += 1;
    }

    fn quantile(&self, share: f64) -> f32 {
        let wanted = (share * self.total as f64).ceil() as usize;
        let mut seen = 0;
        for (bin, &n) in self.bins.iter().enumerate() {
            seen += n as usize;
            if seen >= wanted.max(1) {
                return f32::from_bits(((bin as u32 + 1) << 20) - 1);
            }
        }
        f32::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_gives_the_cost_below_which_a_share_lies() {
        let mut h = Histogram::default();
        (1..=100).for_each(|c| h.add(c as f32));
        assert!((20.0..24.0).contains(&h.quantile(0.2)), "{}", h.quantile(0.2));
        assert_eq!(Histogram::default().quantile(0.2), f32::MAX);
    }
}
