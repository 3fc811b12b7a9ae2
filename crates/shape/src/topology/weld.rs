//! Which vertices lie at the same place.
//!
//! Exactly: a table of open addressing over the bits of the positions, one probe sequence a vertex, no list of entries.
//! Within a tolerance: cells as wide as the tolerance in the same kind of table, each with the chain of the vertices
//! that stand for a place; a vertex joins the nearest of those in the 27 cells around it, or stands for itself.
//! Cost: linear while no more than a few such vertices share a cell, which the tolerance itself sees to.

use crate::vector::{dot, sub};

const EMPTY: u32 = u32::MAX;

/// For each vertex the first vertex at exactly its position (0 and -0 are one).
pub(super) fn first_at_position(vertices: &[[f32; 3]]) -> Vec<u32> {
    let mut table = Table::new(vertices.len());
    let place = |v: u32| vertices[v as usize].map(|c| c + 0.0);
    (0..vertices.len() as u32)
        .map(|v| {
            let p = place(v);
            let bits = p.map(f32::to_bits);
            let slot = table.find(hash(bits.map(u64::from)), |other| place(other) == p);
            if table.slots[slot] == EMPTY {
                table.slots[slot] = v;
            }
            table.slots[slot]
        })
        .collect()
}

/// For each vertex the one that stands for its place: itself, or an earlier one within `tolerance` mm.
pub(super) fn near(vertices: &[[f32; 3]], tolerance: f64) -> Vec<u32> {
    let cell = |v: u32| vertices[v as usize].map(|c| (f64::from(c) / tolerance).floor() as i64);
    let key = |c: [i64; 3]| hash(c.map(|i| i as u64));
    let mut table = Table::new(vertices.len());
    // Vertices that stand for a place in the same cell.
    let mut chain = vec![EMPTY; vertices.len()];
    let mut stands = vec![0; vertices.len()];
    for v in 0..vertices.len() as u32 {
        let home = cell(v);
        let mut best = (tolerance * tolerance, v);
        for n in 0..27i64 {
            let around = [home[0] + n % 3 - 1, home[1] + n / 3 % 3 - 1, home[2] + n / 9 - 1];
            let mut at = table.slots[table.find(key(around), |other| cell(other) == around)];
            while at != EMPTY {
                let d = sub(vertices[v as usize], vertices[at as usize]);
                let square = dot(d, d);
                if square < best.0 || (square == best.0 && (best.1 == v || at < best.1)) {
                    best = (square, at);
                }
                at = chain[at as usize];
            }
        }
        stands[v as usize] = best.1;
        if best.1 == v {
            let slot = table.find(key(home), |other| cell(other) == home);
            chain[v as usize] = table.slots[slot];
            table.slots[slot] = v;
        }
    }
    stands
}

/// Open addressing; the slots hold vertices.
struct Table {
    slots: Vec<u32>,
    shift: u32,
}

impl Table {
    /// At most half full.
    fn new(entries: usize) -> Self {
        let bits = (entries.max(2) * 2).next_power_of_two().trailing_zeros();
        Self { slots: vec![EMPTY; 1 << bits], shift: 64 - bits }
    }

    /// The slot of a vertex for which `is` holds, or the empty one where it would go.
    #[inline]
    fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> usize {
        let mut slot = (hash >> self.shift) as usize;
        while self.slots[slot] != EMPTY && !is(self.slots[slot]) {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }
}

/// Multiplicative hashing; the high bits are the good ones.
#[inline]
fn hash([a, b, c]: [u64; 3]) -> u64 {
    let mixed = (a ^ b.rotate_left(21) ^ c.rotate_left(42)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29) ^ a.wrapping_mul(0xBF58_476D_1CE4_E5B9)).wrapping_mul(0x94D0_49BB_1331_11EB)
}
