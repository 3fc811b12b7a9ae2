//! One edge collapse: where the merged vertex goes, what that costs, and whether the surface stays sound.

use crate::{
    Mesh,
    vector::{cross, dot, norm, normalized, sub},
};

use super::{
    Decimate,
    bound::Bound,
    fit::Input,
    hold::{Hold, holds},
    quadric::Quadric,
    surface::{Surface, Wing},
};

/// Faces a vertex may have: more make slivers only, and every step looks at all of them.
pub(super) const MAX_VALENCE: usize = 128;

/// Cosine between the normals of two neighbouring new faces below which the surface folds. A tetrahedron has -1/3.
const FOLD: f64 = -0.4;

/// Cosine of half that angle, and a little more: sqrt((1 + FOLD) / 2) = 0.5477.
const FOLD_HALF: f64 = 0.548;

/// A candidate for collapse: cost, the vertex that goes, the place of the one that stays.
pub(super) type Candidate = (f32, u32, [f32; 3]);

/// The state of a decimation.
pub(super) struct Decimation<'a> {
    pub surface: Surface,
    pub positions: Vec<[f32; 3]>,
    quadrics: Vec<Quadric>,
    pub hold: Vec<Hold>,
    labels: Option<&'a [u32]>,
    /// A lower bound on the cost of every edge from the vertex to one of higher number.
    pub least: Vec<f32>,
    /// Number in the input of each vertex and face.
    pub ids: Vec<u32>,
    pub face_ids: Vec<u32>,
    /// For each vertex of the input the one that it was merged into; itself while it stands.
    merged: Vec<u32>,
    pub bound: Option<Bound>,
    pub fit: bool,
    /// Faces may fold at a vertex, so that extreme targets can be reached.
    pub lenient: bool,
    origin: [f32; 3],
    /// Quadrics are in units that make the mesh about 1 across, so that their costs fit 32 bits at any scale.
    pub scale: f64,
}

/// Reused between vertices, so that nothing is allocated on the way.
#[derive(Default)]
pub(super) struct Scratch {
    pub ring: Vec<Wing>,
    other: Vec<Wing>,
    pub candidates: Vec<Candidate>,
    fan: Vec<Blade>,
}

/// A face of the fan that a collapse would leave, with its normal (not of length 1) and the square of that length.
struct Blade {
    out: u32,
    into: u32,
    normal: [f64; 3],
    square: f64,
}

impl<'a> Decimation<'a> {
    pub(super) fn new(options: &Decimate<'a>, mesh: &'a Mesh) -> Self {
        let positions = mesh.vertices().to_vec();
        let origin = positions.first().copied().unwrap_or_default();
        let scale = mesh.bounds().map_or(1.0, |[lo, hi]| {
            let size = norm(sub(hi, lo));
            // A power of two: the same bits at twice the size.
            if size > 0.0 { (-size.log2().ceil()).clamp(-120.0, 120.0).exp2() } else { 1.0 }
        });
        let place = |v: u32| sub(positions[v as usize], origin).map(|c| c * scale);
        let mut quadrics = vec![Quadric::default(); positions.len()];
        let mut areas = vec![0.0; positions.len()];
        let (mut faces, mut face_ids) = (Vec::with_capacity(mesh.faces().len()), Vec::new());
        for (n, f) in mesh.faces().iter().enumerate() {
            if f[0] == f[1] || f[1] == f[2] || f[2] == f[0] {
                continue;
            }
            faces.push(*f);
            face_ids.push(n as u32);
            let [a, b, c] = f.map(place);
            let minus = |p: [f64; 3], q: [f64; 3]| [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
            let across = cross(minus(b, a), minus(c, a));
            let third = norm(across) / 6.0;
            let plane = Quadric::plane(normalized(across), a, third);
            for &v in f {
                quadrics[v as usize] = quadrics[v as usize].plus(&plane);
                areas[v as usize] += third;
            }
        }
        for (v, (quadric, area)) in quadrics.iter_mut().zip(areas).enumerate() {
            *quadric = quadric.plus(&Quadric::pull(place(v as u32), area));
        }
        let bound = options.max_error_mm.map(|limit| Bound::new(mesh, &faces, limit, scale));
        let mut surface = Surface::new(positions.len(), faces);
        let hold = holds(options, mesh, &mut surface, &face_ids, place, &mut quadrics);
        let all = 0..positions.len() as u32;
        Self {
            surface,
            quadrics,
            hold,
            labels: mesh.labels(),
            least: vec![0.0; positions.len()],
            ids: all.clone().collect(),
            face_ids,
            merged: all.collect(),
            bound,
            fit: options.fit,
            lenient: false,
            origin,
            scale,
            positions,
        }
    }

    /// The edges from `v` to vertices of higher number that cost at most `threshold`, into the scratch, with the ring
    /// of `v`; only the first one that can be collapsed if `eager`. Returns the least cost of any that was looked at.
    pub(super) fn candidates(&mut self, v: u32, threshold: f32, eager: bool, scratch: &mut Scratch) -> Option<f32> {
        scratch.candidates.clear();
        if self.surface.valence(v) > MAX_VALENCE {
            scratch.ring.clear();
            return None;
        }
        self.surface.ring(v, &mut scratch.ring);
        let mut least: Option<f32> = None;
        // Edges that leave; on a border also the one that only comes in.
        let ends = if self.hold[v as usize] == Hold::Free { 1 } else { 2 };
        for n in 0..scratch.ring.len() * ends {
            let wing = scratch.ring[n / ends];
            let w = if n % ends == 0 { wing.out } else { wing.into };
            let seen = n % ends == 1 && scratch.ring.iter().any(|r| r.out == w);
            if w <= v || seen || !self.may_merge(v, w, &scratch.ring) {
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

    /// Whether what holds the two vertices lets them become one.
    fn may_merge(&self, v: u32, w: u32, ring: &[Wing]) -> bool {
        let [a, b] = [v, w].map(|x| self.hold[x as usize]);
        if self.labels.is_some_and(|l| l[self.ids[v as usize] as usize] != l[self.ids[w as usize] as usize]) {
            return false;
        }
        match (a, b) {
            (Hold::Free, _) | (_, Hold::Free) => true,
            (Hold::Fixed, Hold::Fixed) => false,
            _ => self.is_along_border(v, w, ring),
        }
    }

    /// Whether an edge lies on an open border, or has another label opposite.
    fn is_along_border(&self, v: u32, w: u32, ring: &[Wing]) -> bool {
        let label = |x: u32| self.labels.map(|l| l[self.ids[x as usize] as usize]);
        let at_edge = || ring.iter().filter(|r| r.touches(w));
        at_edge().count() == 1 || at_edge().any(|r| label(if r.out == w { r.into } else { r.out }) != label(v))
    }

    /// Where the merged vertex goes, and what that costs.
    fn placement(&self, v: u32, w: u32) -> ([f32; 3], f32) {
        let quadric = self.quadrics[v as usize].plus(&self.quadrics[w as usize]);
        let (a, b) = (self.positions[v as usize], self.positions[w as usize]);
        let at = |p: [f32; 3]| quadric.at(sub(p, self.origin).map(|c| c * self.scale)) as f32;
        match (self.hold[v as usize], self.hold[w as usize]) {
            (Hold::Fixed, _) | (Hold::Rail, Hold::Free) => return (a, at(a)),
            (_, Hold::Fixed) | (Hold::Free, Hold::Rail) => return (b, at(b)),
            _ => {}
        }
        match quadric.minimum() {
            Some((x, cost)) => {
                let place = |i: usize| (x[i] / self.scale + f64::from(self.origin[i])) as f32;
                ([place(0), place(1), place(2)], cost as f32)
            }
            None => [a, b].map(|p| (p, at(p))).into_iter().min_by(|x, y| x.1.total_cmp(&y.1)).unwrap_or((a, f32::MAX)),
        }
    }

    /// Merges `w` into `v` at `place` if that keeps the surface sound, which is `known` already after an eager search.
    pub(super) fn collapse(&mut self, v: u32, w: u32, place: [f32; 3], known: bool, scratch: &mut Scratch) -> bool {
        if !known && !self.is_sound(v, w, place, scratch) {
            return false;
        }
        if let Some(bound) = &mut self.bound {
            let fan =
                scratch.ring.iter().filter(|r| !r.touches(w)).chain(scratch.other.iter().filter(|r| !r.touches(v)));
            let fan = fan.map(|r| (r.face, [place, self.positions[r.out as usize], self.positions[r.into as usize]]));
            if !bound.accept(scratch.ring.iter().chain(&scratch.other).map(|r| r.face), fan) {
                return false;
            }
        }
        self.surface.merge(v, &scratch.ring, w, &scratch.other);
        // Merging adds quadrics, so no edge becomes cheaper: what is known of the neighbours stays a lower bound.
        let (v, w) = (v as usize, w as usize);
        self.least[v] = 0.0;
        self.positions[v] = place;
        self.quadrics[v] = self.quadrics[v].plus(&self.quadrics[w]);
        self.merged[self.ids[w] as usize] = self.ids[v];
        self.hold[v] = match (self.hold[v], self.hold[w]) {
            (Hold::Fixed, _) | (_, Hold::Fixed) => Hold::Fixed,
            (Hold::Rail, _) | (_, Hold::Rail) => Hold::Rail,
            _ => Hold::Free,
        };
        true
    }

    /// Whether `w` can merge into `v` at `place`: the topology stays and no face turns over. `scratch.ring` is the ring
    /// of `v`; that of `w` is left in `scratch.other`.
    fn is_sound(&mut self, v: u32, w: u32, place: [f32; 3], scratch: &mut Scratch) -> bool {
        if self.surface.valence(w) > MAX_VALENCE {
            return false;
        }
        self.surface.ring(w, &mut scratch.other);
        let (ring, other) = (&scratch.ring, &scratch.other);
        if ring.len() + other.len() > MAX_VALENCE {
            return false;
        }
        let free = self.hold[v as usize] == Hold::Free && self.hold[w as usize] == Hold::Free;
        if !(if free { closed_link_holds(ring, other) } else { link_holds(v, ring, w, other) }) {
            return false;
        }
        let fan = &mut scratch.fan;
        fan.clear();
        !self.turns(ring, v, w, place, fan) && !self.turns(other, w, v, place, fan) && (self.lenient || !folds(fan))
    }

    /// Whether a face of the ring would turn over, or shrink to a sliver, when `v` moves to `place`. Adds the faces as
    /// they would be to `fan`.
    fn turns(&self, ring: &[Wing], v: u32, w: u32, place: [f32; 3], fan: &mut Vec<Blade>) -> bool {
        let here = self.positions[v as usize];
        ring.iter().filter(|wing| !wing.touches(w)).any(|wing| {
            let (p, q) = (self.positions[wing.out as usize], self.positions[wing.into as usize]);
            let side = sub(q, p);
            let old = cross(sub(p, here), side);
            let (to_place, back) = (sub(p, place), sub(q, place));
            let new = cross(to_place, side);
            let longest = dot(side, side).max(dot(to_place, to_place)).max(dot(back, back));
            let (old_square, new_square, along) = (dot(old, old), dot(new, new), dot(old, new));
            fan.push(Blade { out: wing.out, into: wing.into, normal: new, square: new_square });
            // Turned by more than 78 degrees, or a height under a hundredth of the longest side (or a fiftieth of what
            // the area was).
            along <= 0.0
                || along * along < 0.04 * old_square * new_square
                || new_square < (1e-4 * longest * longest).min(0.25 * old_square)
        })
    }

    /// For each vertex of the input the present number of the one it was merged into; `u32::MAX` for none.
    pub(super) fn merged(&mut self) -> Vec<u32> {
        let mut number = vec![u32::MAX; self.merged.len()];
        for (n, &id) in self.ids.iter().enumerate() {
            number[id as usize] = n as u32;
        }
        for v in 0..self.merged.len() {
            let mut root = v as u32;
            while self.merged[root as usize] != root {
                root = self.merged[root as usize];
            }
            // The whole way points at the end now, so that the next one is short.
            let mut at = v as u32;
            while at != root {
                at = std::mem::replace(&mut self.merged[at as usize], root);
            }
        }
        self.merged.iter().map(|&root| number[root as usize]).collect()
    }

    /// What a fit is made to; its `merged` is still to be filled in.
    pub(super) fn input<'b>(&self, mesh: &'b Mesh) -> Input<'b> {
        Input { vertices: mesh.vertices(), faces: mesh.faces(), merged: &[], scale: self.scale }
    }

    /// Brings what is left together in memory.
    pub(super) fn compact(&mut self) {
        let (mut kept, mut kept_faces) = (Vec::new(), Vec::new());
        self.surface.compact(|v| kept.push(v as usize), |f| kept_faces.push(f as usize));
        if let Some(bound) = &mut self.bound {
            bound.compact(&kept_faces);
        }
        self.positions = kept.iter().map(|&v| self.positions[v]).collect();
        self.quadrics = kept.iter().map(|&v| self.quadrics[v]).collect();
        self.hold = kept.iter().map(|&v| self.hold[v]).collect();
        self.least = kept.iter().map(|&v| self.least[v]).collect();
        self.ids = kept.iter().map(|&v| self.ids[v]).collect();
        self.face_ids = kept_faces.iter().map(|&f| self.face_ids[f]).collect();
    }
}

/// Whether two neighbouring faces of the fan would lie nearly back to back.
fn folds(fan: &[Blade]) -> bool {
    let sum = fan.iter().fold([0.0; 3], |sum, b| [0, 1, 2].map(|i| sum[i] + b.normal[i]));
    // Where all lie within half the angle of a fold of one direction, no two can fold: nearly always.
    let within = FOLD_HALF * FOLD_HALF * dot(sum, sum);
    let is_near = |b: &Blade| {
        let along = dot(b.normal, sum);
        along > 0.0 && along * along > within * b.square
    };
    !fan.iter().all(is_near)
        && fan.iter().any(|a| {
            let next = |b: &&Blade| a.into == b.out;
            fan.iter().filter(next).any(|b| dot(a.normal, b.normal) < FOLD * (a.square * b.square).sqrt())
        })
}

/// The link condition between two closed fans (Dey, Edelsbrunner, Guha & Nekhayev 1999): the rings meet in just the two
/// vertices opposite the edge, and the part is no tetrahedron.
fn closed_link_holds(ring: &[Wing], other: &[Wing]) -> bool {
    let shared = ring.iter().filter(|a| other.iter().any(|b| b.out == a.out)).count();
    shared == 2 && ring.len() + other.len() > 6
}

/// The link condition at borders and faults: as many shared neighbours as faces at the edge, no part vanishes, and no
/// two faces become one.
fn link_holds(v: u32, ring: &[Wing], w: u32, other: &[Wing]) -> bool {
    let at_edge = other.iter().filter(|b| b.touches(v)).count();
    let is_neighbour = |x: u32| ring.iter().any(|a| a.touches(x));
    let outs = other.iter().map(|b| b.out);
    let only_into = other.iter().map(|b| b.into).filter(|&x| !other.iter().any(|b| b.out == x));
    let shared = outs.chain(only_into).filter(|&x| is_neighbour(x)).count();
    let least = match at_edge {
        1 => 3,
        2 => 7,
        _ => return false,
    };
    let is_twin = |a: &Wing| other.iter().any(|b| a.touches(b.out) && a.touches(b.into));
    shared == at_edge && ring.len() + other.len() >= least && !ring.iter().any(|a| !a.touches(w) && is_twin(a))
}
