//! Cutting the meshes of single labels out of the shared surface.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::SharedSurface;
use super::Split;
use crate::Mesh;
use crate::extract::sweep::Lookup;

/// Groups of labels that threads take; each needs 8 bytes for every vertex.
const GROUPS: usize = 4;

impl SharedSurface {
    /// The mesh of one label, closed, 2-manifold and outward; empty for a label that is not there, or 0. Its vertices lie
    /// where those of its neighbours' meshes lie, bit for bit; where parts of it only touch, each has its own.
    pub fn mesh(&self, label: u32) -> Mesh {
        let faces = (0..self.faces.len() as u32).filter(|&f| label != 0 && self.sides[f as usize].contains(&label));
        Cutter::new(self).cut(label, &faces.collect::<Vec<_>>())
    }

    /// The meshes of all labels; see [`SharedSurface::mesh`].
    pub fn meshes(&self) -> BTreeMap<u32, Mesh> {
        let lookup = Lookup::new(self.labels.clone());
        let mut start = vec![0usize; self.labels.len() + 2];
        let sides = || self.sides.as_flattened().iter().filter(|&&label| label != 0);
        for &label in sides() {
            start[lookup.index(label) + 2] += 1;
        }
        for i in 2..start.len() {
            start[i] += start[i - 1];
        }
        let mut faces = vec![0u32; start[start.len() - 1]];
        for (f, sides) in (0..).zip(&self.sides) {
            for &label in sides.iter().filter(|&&label| label != 0) {
                let cursor = &mut start[lookup.index(label) + 1];
                faces[*cursor] = f;
                *cursor += 1;
            }
        }
        // Groups of about as many faces.
        let mut groups = vec![0];
        for group in 1..GROUPS {
            groups.push(
                start[..=self.labels.len()]
                    .partition_point(|&s| s * GROUPS < faces.len() * group)
                    .max(groups[group - 1]),
            );
        }
        groups.push(self.labels.len());
        let cut = |range: &[usize]| {
            let mut cutter = Cutter::new(self);
            let labels = range[0].min(self.labels.len())..range[1];
            labels.map(|n| (self.labels[n], cutter.cut(self.labels[n], &faces[start[n]..start[n + 1]]))).collect()
        };
        let meshes: Vec<Vec<(u32, Mesh)>> = groups.par_windows(2).map(cut).collect();
        meshes.into_iter().flatten().collect()
    }
}

struct Cutter<'a> {
    surface: &'a SharedSurface,
    /// Whether some label has several copies of a vertex.
    copied: Vec<bool>,
    /// For each vertex the label that was cut last and the vertex's number there.
    numbers: Vec<[u32; 2]>,
}

impl<'a> Cutter<'a> {
    fn new(surface: &'a SharedSurface) -> Self {
        let mut copied = vec![false; surface.vertices.len()];
        for split in &surface.splits {
            copied[surface.faces[split.face as usize][split.corner as usize] as usize] = true;
        }
        Self { surface, copied, numbers: vec![[0; 2]; surface.vertices.len()] }
    }

    fn cut(&mut self, label: u32, faces: &[u32]) -> Mesh {
        let surface = self.surface;
        let mut vertices = Vec::new();
        let mut copies = BTreeMap::new();
        let mut cut = Vec::with_capacity(faces.len());
        for &f in faces {
            let side = u8::from(surface.sides[f as usize][0] != label);
            let mut face = surface.faces[f as usize];
            for (corner, v) in (0..).zip(&mut face) {
                let copy = if self.copied[*v as usize] { self.copy(f, corner, side) } else { 0 };
                let place = surface.vertices[*v as usize];
                let mut add = || {
                    vertices.push(place);
                    vertices.len() as u32 - 1
                };
                *v = if copy > 0 {
                    *copies.entry((*v, copy)).or_insert_with(add)
                } else {
                    let number = &mut self.numbers[*v as usize];
                    if number[0] != label {
                        *number = [label, add()];
                    }
                    number[1]
                };
            }
            if side == 1 {
                face.swap(1, 2);
            }
            cut.push(face);
        }
        Mesh::new_unchecked(vertices, cut)
    }

    fn copy(&self, face: u32, corner: u8, side: u8) -> u8 {
        let splits = &self.surface.splits;
        let at = splits.partition_point(|s| *s < Split { face, corner, side, copy: 0 });
        splits.get(at).filter(|s| (s.face, s.corner, s.side) == (face, corner, side)).map_or(0, |s| s.copy)
    }
}
