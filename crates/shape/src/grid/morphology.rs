//! Dilation, erosion, opening and closing of masks, with a ball in millimetres or steps from neighbour to neighbour.
//!
//! The ball is exact and as fast for any radius: a voxel is within it if its distance to the mask is (see
//! `distance`). Steps work on 64 voxels at once, held as bits of a word: all rows that take part are united first, then
//! the union is shifted along i once. Cost: linear in the voxels; of steps, a 64th of that for each.
//!
//! Border rule: what lies beyond the volume takes no part. Nothing grows in from there and nothing is eroded from there,
//! so erosion is the dilation of the background, an opening never adds and a closing never removes a voxel.

use rayon::prelude::*;

use super::distance::{Border, squared_distances};
use super::pieces::Connectivity;
use crate::{Mask, MaskView, ShapeError};

/// What a mask is dilated or eroded by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Element {
    /// A ball of that radius, mm, whose surface belongs to it.
    Ball(f64),
    /// So many steps from a voxel to its neighbours.
    Steps(Connectivity, u32),
}

/// The voxels whose centre is within the element of the centre of one of the mask. Beyond the volume there is nothing.
///
/// # Errors
/// [`ShapeError::Parameter`] for a radius that is negative or not finite, [`ShapeError::Affine`] for a ball on sheared
/// axes.
pub fn dilate<'a>(mask: impl Into<MaskView<'a>>, element: Element) -> Result<Mask, ShapeError> {
    apply(&mask.into(), element, &[Side::Mask])
}

/// The voxels of the mask from which the element reaches no voxel outside it. What lies beyond the volume does not
/// count: a mask is not eroded from there.
///
/// # Errors
/// As [`dilate`].
pub fn erode<'a>(mask: impl Into<MaskView<'a>>, element: Element) -> Result<Mask, ShapeError> {
    apply(&mask.into(), element, &[Side::Background])
}

/// An erosion, then a dilation: removes what the element does not fit into.
///
/// # Errors
/// As [`dilate`].
pub fn opening<'a>(mask: impl Into<MaskView<'a>>, element: Element) -> Result<Mask, ShapeError> {
    apply(&mask.into(), element, &[Side::Background, Side::Mask])
}

/// A dilation, then an erosion: fills what the element does not fit into.
///
/// # Errors
/// As [`dilate`].
pub fn closing<'a>(mask: impl Into<MaskView<'a>>, element: Element) -> Result<Mask, ShapeError> {
    apply(&mask.into(), element, &[Side::Mask, Side::Background])
}

/// Which side grows.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Mask,
    Background,
}

fn apply(mask: &MaskView<'_>, element: Element, growths: &[Side]) -> Result<Mask, ShapeError> {
    match element {
        Element::Ball(radius) => {
            if !(radius >= 0.0 && radius.is_finite()) {
                let expected = "a finite number of mm, at least 0";
                return Err(ShapeError::Parameter { name: "radius", value: radius, expected });
            }
            let mut mask = mask.to_mask();
            for &side in growths {
                mask = grow_by_ball(&mask, radius, side)?;
            }
            Ok(mask)
        }
        Element::Steps(connectivity, count) => {
            let mut bits = Bits::pack(mask);
            for &side in growths {
                bits.grow(connectivity, count, side);
            }
            Mask::new(mask.shape(), *mask.affine(), bits.unpack())
        }
    }
}

fn grow_by_ball(mask: &Mask, radius: f64, side: Side) -> Result<Mask, ShapeError> {
    let grown = u8::from(side == Side::Mask);
    let squares = squared_distances(&mask.view().labels(), Some(grown.into()), Border::Open)?;
    // Steps that make up the radius exactly must count, however they were rounded.
    let limit = radius * radius * (1.0 + 1e-6);
    let voxels = squares.into_par_iter().map(|s| if f64::from(s) <= limit { grown } else { 1 - grown }).collect();
    Mask::new(mask.shape(), *mask.affine(), voxels)
}

/// A mask with 64 voxels to a word; rows are padded with zeros.
struct Bits {
    shape: [usize; 3],
    row: usize,
    words: Vec<u64>,
}

impl Bits {
    fn pack(mask: &MaskView<'_>) -> Self {
        let shape @ [nx, ny, nz] = mask.shape();
        let row = nx.div_ceil(64);
        let mut words = vec![0; row * ny * nz];
        words.par_chunks_mut(row).zip(mask.voxels().par_chunks(nx)).for_each(|(words, voxels)| {
            for (word, voxels) in words.iter_mut().zip(voxels.chunks(64)) {
                *word = voxels.iter().rev().fold(0, |word, &v| word << 1 | u64::from(v));
            }
        });
        Self { shape, row, words }
    }

    fn unpack(&self) -> Vec<u8> {
        let [nx, ny, nz] = self.shape;
        let mut voxels = vec![0; nx * ny * nz];
        voxels.par_chunks_mut(nx).zip(self.words.par_chunks(self.row)).for_each(|(voxels, words)| {
            for (voxels, word) in voxels.chunks_mut(64).zip(words) {
                for (n, v) in voxels.iter_mut().enumerate() {
                    *v = (word >> n) as u8 & 1;
                }
            }
        });
        voxels
    }

    fn grow(&mut self, connectivity: Connectivity, count: u32, side: Side) {
        if side == Side::Background {
            self.invert();
        }
        let mut grown = vec![0; self.words.len()];
        for _ in 0..count {
            self.step(connectivity, &mut grown);
            if grown == self.words {
                break;
            }
            std::mem::swap(&mut self.words, &mut grown);
        }
        if side == Side::Background {
            self.invert();
        }
    }

    /// The bits of the last word of a row that are voxels.
    fn last(&self) -> u64 {
        u64::MAX >> (self.row * 64 - self.shape[0])
    }

    fn invert(&mut self) {
        let last = self.last();
        for row in self.words.chunks_mut(self.row) {
            for word in row.iter_mut() {
                *word = !*word;
            }
            row[self.row - 1] &= last;
        }
    }

    fn step(&self, connectivity: Connectivity, grown: &mut [u64]) {
        let [_, ny, nz] = self.shape;
        let last = self.last();
        grown.par_chunks_mut(self.row).enumerate().for_each_init(
            || [vec![0; self.row], vec![0; self.row]],
            |[wide, narrow], (number, out)| {
                let (j, k) = (number % ny, number / ny);
                wide.fill(0);
                narrow.fill(0);
                for (dk, dj) in (-1..=1).flat_map(|dk: isize| (-1..=1).map(move |dj: isize| (dk, dj))) {
                    let steps = dj.unsigned_abs() + dk.unsigned_abs();
                    // How far along i the neighbours in that row reach, if there are any.
                    let (near, far) = match connectivity {
                        Connectivity::Faces6 => (steps == 1, steps == 0),
                        Connectivity::Edges18 => (steps == 2, steps < 2),
                        Connectivity::Corners26 => (false, true),
                    };
                    let (Some(j), Some(k)) = (j.checked_add_signed(dj), k.checked_add_signed(dk)) else { continue };
                    if !(near || far) || j >= ny || k >= nz {
                        continue;
                    }
                    let row = &self.words[(k * ny + j) * self.row..][..self.row];
                    let union = if far { &mut *wide } else { &mut *narrow };
                    for (u, w) in union.iter_mut().zip(row) {
                        *u |= w;
                    }
                }
                for n in 0..self.row {
                    let before = if n > 0 { wide[n - 1] >> 63 } else { 0 };
                    let after = wide.get(n + 1).map_or(0, |w| w << 63);
                    out[n] = narrow[n] | wide[n] | wide[n] << 1 | wide[n] >> 1 | before | after;
                }
                out[self.row - 1] &= last;
            },
        );
    }
}
