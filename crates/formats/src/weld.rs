//! Joins equal positions of a triangle soup into an indexed mesh, exactly: no tolerance, so nothing moves.

use std::hash::{BuildHasher, RandomState};

use crate::error::FormatError;

/// Slot of the table that names no vertex.
const FREE: u32 = u32::MAX;

/// Entries of the cache of recent vertices: 16 kB, so that it stays in the first-level cache.
const RECENT: usize = 4096;

/// Gives every distinct position an index, in the order of first appearance.
pub(crate) struct Welder {
    vertices: Vec<[f32; 3]>,
    /// Open addressing with linear probing; a power of two long, at most half full.
    slots: Vec<u32>,
    shift: u32,
    /// Vertices met lately, by hash. Neighbouring triangles follow each other in most files, so that five of six
    /// positions are found here without a trip to the large table.
    recent: Vec<u32>,
    /// Drawn anew each run, so that no file can be made to collide. The result does not depend on it.
    seed: [u64; 2],
}

impl Welder {
    /// `corners` is how many positions will be added; a closed surface has about a sixth as many vertices.
    pub(crate) fn new(corners: usize) -> Self {
        let state = RandomState::new();
        let slots = (corners / 2).max(16).next_power_of_two();
        Self {
            vertices: Vec::with_capacity(corners / 5),
            slots: vec![FREE; slots],
            shift: 64 - slots.trailing_zeros(),
            recent: vec![FREE; RECENT],
            seed: [state.hash_one(0_u8), state.hash_one(1_u8) | 1],
        }
    }

    /// The index of a position; `None` when 2^32 - 1 vertices are taken.
    pub(crate) fn add(&mut self, position: [f32; 3]) -> Option<u32> {
        // Adding 0 turns -0 into 0.
        let position = position.map(|c| c + 0.0);
        let bits = position.map(f32::to_bits);
        let hash = self.hash(bits);
        let recent = hash as usize % RECENT;
        let last = self.recent[recent];
        if last != FREE && self.vertices[last as usize].map(f32::to_bits) == bits {
            return Some(last);
        }
        let index = self.find_or_insert(position, bits, hash)?;
        self.recent[recent] = index;
        Some(index)
    }

    fn find_or_insert(&mut self, position: [f32; 3], bits: [u32; 3], hash: u64) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut slot = (hash >> self.shift) as usize;
        loop {
            let index = self.slots[slot];
            if index == FREE {
                break;
            }
            if self.vertices[index as usize].map(f32::to_bits) == bits {
                return Some(index);
            }
            slot = (slot + 1) & mask;
        }
        let index = u32::try_from(self.vertices.len()).ok().filter(|&i| i != FREE)?;
        self.slots[slot] = index;
        self.vertices.push(position);
        if self.vertices.len() * 2 > self.slots.len() {
            self.grow();
        }
        Some(index)
    }

    pub(crate) fn into_vertices(self) -> Vec<[f32; 3]> {
        self.vertices
    }

    fn hash(&self, bits: [u32; 3]) -> u64 {
        let [x, y, z] = bits.map(u64::from);
        let first = folded(x | y << 32, self.seed[1] ^ 0x9e37_79b9_7f4a_7c15);
        folded(first ^ z ^ self.seed[0], 0xd6e8_feb8_6659_fd93)
    }

    fn grow(&mut self) {
        let len = self.slots.len() * 2;
        self.slots = vec![FREE; len];
        self.shift -= 1;
        for (index, vertex) in self.vertices.iter().enumerate() {
            let mut slot = (self.hash(vertex.map(f32::to_bits)) >> self.shift) as usize;
            while self.slots[slot] != FREE {
                slot = (slot + 1) & (len - 1);
            }
            self.slots[slot] = index as u32;
        }
    }
}

/// Both halves of a 128-bit product, mixed.
fn folded(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ (product >> 64) as u64
}

/// Positions into vertices, joined or kept as they come.
pub(crate) enum Corners {
    Joined(Welder),
    Kept(Vec<[f32; 3]>),
}

impl Corners {
    pub(crate) fn new(keep: bool, corners: usize) -> Self {
        if keep { Self::Kept(Vec::new()) } else { Self::Joined(Welder::new(corners)) }
    }

    /// The vertex of a position.
    pub(crate) fn add(&mut self, position: [f32; 3]) -> Result<u32, FormatError> {
        let index = match self {
            Self::Joined(welder) => welder.add(position),
            Self::Kept(vertices) => {
                vertices.push(position);
                u32::try_from(vertices.len() - 1).ok()
            }
        };
        let limit = u32::MAX.into();
        index.ok_or(FormatError::FormatLimit { format: "a mesh", what: "the number of vertices", limit })
    }

    pub(crate) fn into_vertices(self) -> Vec<[f32; 3]> {
        match self {
            Self::Joined(welder) => welder.into_vertices(),
            Self::Kept(vertices) => vertices,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_positions_share_an_index_also_after_growing() {
        let mut w = Welder::new(0);
        for round in 0..2 {
            for i in 0..1000_u32 {
                assert_eq!(w.add([i as f32, -1.5, 0.25]), Some(i), "round {round}");
            }
        }
        assert_eq!(w.add([0.0, 0.0, 0.0]), w.add([-0.0, 0.0, -0.0]));
        assert_eq!(w.into_vertices().len(), 1001);
    }
}
