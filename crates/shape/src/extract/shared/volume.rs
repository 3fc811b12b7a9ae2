//! Giving every label of the shared surface the volume of its voxels.
//!
//! Smoothing takes a little from what is thin. A label that lost (or won) noticeably presses on its faces: each moves
//! along its normal in proportion to the difference of the pressures inside and outside, as the films of a foam do, and
//! what one label wins the other loses. A few rounds, since a neighbour may be pressed off its own volume, and vertices
//! stop at the borders of their cells. Cost: the faces once where nothing is amiss.

use super::relax::keep;
use crate::Affine;
use crate::extract::sweep::Lookup;
use crate::vector::{cross, dot, norm, sub};

const ROUNDS: usize = 6;
/// A difference of the volume that is let be.
const TOLERANCE: f64 = 0.006;

/// The surface while it is adjusted.
pub(super) struct Foam<'a> {
    pub vertices: &'a mut [[f32; 3]],
    /// Of the vertices from the centres of their cells; the last vertices have none and are put by `put_middles`.
    pub offsets: Vec<[f32; 3]>,
    pub faces: &'a [[u32; 3]],
    pub sides: &'a [[u32; 2]],
}

impl Foam<'_> {
    /// `voxels` are those of each label in `lookup`.
    pub(super) fn restore(
        &mut self,
        lookup: &Lookup,
        voxels: &[i64],
        affine: &Affine,
        put_middles: impl Fn(&mut [[f32; 3]]),
    ) {
        let inverse = affine.inverse();
        for _ in 0..ROUNDS {
            let volumes = self.volumes(lookup);
            let missing = volumes.iter().zip(voxels).map(|(volume, &voxels)| {
                let wanted = voxels as f64 * affine.voxel_volume();
                if (wanted - volume).abs() > TOLERANCE * wanted { wanted - volume } else { 0.0 }
            });
            let missing: Vec<f64> = missing.collect();
            if missing.iter().all(|&m| m == 0.0) {
                return;
            }
            self.press(lookup, &missing, affine, &inverse);
            put_middles(self.vertices);
        }
    }

    /// Volume of each label, mm³.
    fn volumes(&self, lookup: &Lookup) -> Vec<f64> {
        let mut volumes = vec![0.0; lookup.len()];
        let origin = self.vertices.first().copied().unwrap_or_default();
        for (face, sides) in self.faces.iter().zip(self.sides) {
            let (a, b, c) = self.corners(face);
            let volume = dot(sub(a, origin), cross(sub(b, a), sub(c, a))) / 6.0;
            volumes[lookup.index(sides[0])] += volume;
            if sides[1] != 0 {
                volumes[lookup.index(sides[1])] -= volume;
            }
        }
        volumes
    }

    /// Moves the faces of labels that miss some volume so far that it would be made good, if none met a border.
    fn press(&mut self, lookup: &Lookup, missing: &[f64], affine: &Affine, inverse: &Affine) {
        let of = |label: u32| if label == 0 { 0.0 } else { missing[lookup.index(label)] };
        let pressed = || self.faces.iter().zip(self.sides).filter(|(_, s)| s.iter().any(|&label| of(label) != 0.0));
        let mut areas = vec![0.0; lookup.len()];
        for (face, sides) in pressed() {
            let area = norm(self.across(face)) / 2.0;
            for &label in sides.iter().filter(|&&label| label != 0) {
                areas[lookup.index(label)] += area;
            }
        }
        let distance = |label: u32| match of(label) {
            0.0 => 0.0,
            missing => missing / areas[lookup.index(label)].max(f64::MIN_POSITIVE),
        };
        // Of each vertex: the sum of the faces' ways, each by its area, and the area.
        let mut ways = vec![[0.0f64; 4]; self.offsets.len()];
        for (face, &[inside, outside]) in pressed() {
            let across = self.across(face);
            let way = distance(inside) - distance(outside);
            let area = norm(across);
            for &v in face {
                if let Some(sum) = ways.get_mut(v as usize) {
                    for axis in 0..3 {
                        sum[axis] += way * across[axis];
                    }
                    sum[3] += area;
                }
            }
        }
        let rows = affine.rows();
        let back = inverse.rows();
        for ((vertex, offset), way) in self.vertices.iter_mut().zip(&mut self.offsets).zip(&ways) {
            if way[3] > 0.0 {
                let mm = [way[0] / way[3], way[1] / way[3], way[2] / way[3]];
                let before = *offset;
                for axis in 0..3 {
                    let r = back[axis];
                    offset[axis] = keep(before[axis] + (r[0] * mm[0] + r[1] * mm[1] + r[2] * mm[2]) as f32);
                }
                let moved = sub(*offset, before);
                for axis in 0..3 {
                    let r = rows[axis];
                    vertex[axis] += (r[0] * moved[0] + r[1] * moved[1] + r[2] * moved[2]) as f32;
                }
            }
        }
    }

    /// Twice the area vector of a face, outward.
    fn across(&self, face: &[u32; 3]) -> [f64; 3] {
        let (a, b, c) = self.corners(face);
        cross(sub(b, a), sub(c, a))
    }

    #[inline]
    fn corners(&self, face: &[u32; 3]) -> ([f32; 3], [f32; 3], [f32; 3]) {
        let at = |v: u32| self.vertices[v as usize];
        (at(face[0]), at(face[1]), at(face[2]))
    }
}
