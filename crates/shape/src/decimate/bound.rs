//! A bound on the error of decimation: every vertex of the input is kept within a distance of the faces that took its
//! place.
//!
//! After Ciampalini, Cignoni, Montani & Scopigno 1997 (doi:10.1007/s003710050143): each face holds the list of the input
//! vertices that are measured against it. A collapse moves the lists of the faces that it touches to the nearest of the
//! new faces, and is refused if one would be too far. The distance to that face is at least the distance to the whole
//! result, so the bound is strict for the input's vertices. Cost: the touched faces times their vertices, a collapse.

use crate::Mesh;

use super::closest::closest;

const NONE: u32 = u32::MAX;

pub(super) struct Bound {
    /// The input's vertices, scaled to about 1 as everything here.
    points: Vec<[f32; 3]>,
    scale: f64,
    limit: f64,
    /// First point of each face, and the next one in its list.
    first: Vec<u32>,
    next: Vec<u32>,
    /// Squared distance of each point from its face.
    square: Vec<f32>,
    moved: Vec<(u32, u32, f32)>,
    fan: Vec<(u32, [[f32; 3]; 3])>,
    faces: Vec<u32>,
}

impl Bound {
    pub(super) fn new(mesh: &Mesh, faces: &[[u32; 3]], limit: f64, scale: f64) -> Self {
        let points: Vec<_> = mesh.vertices().iter().map(|v| v.map(|c| c * scale as f32)).collect();
        let mut first = vec![NONE; faces.len()];
        let mut next = vec![NONE; points.len()];
        let mut placed = vec![false; points.len()];
        for (face, corners) in faces.iter().enumerate() {
            for &v in corners {
                if !std::mem::replace(&mut placed[v as usize], true) {
                    next[v as usize] = std::mem::replace(&mut first[face], v);
                }
            }
        }
        let square = vec![0.0; points.len()];
        let limit = limit * scale;
        Self { points, scale, limit, first, next, square, moved: Vec::new(), fan: Vec::new(), faces: Vec::new() }
    }

    /// Moves the points of the `old` faces (which may repeat) to the nearest of the `fan`; nothing changes, and the
    /// answer is no, if one would be farther than the limit.
    pub(super) fn accept(
        &mut self,
        old: impl Iterator<Item = u32>,
        fan: impl Iterator<Item = (u32, [[f32; 3]; 3])>,
    ) -> bool {
        self.fan.clear();
        let scale = self.scale as f32;
        self.fan.extend(fan.map(|(face, t)| (face, t.map(|v| v.map(|c| c * scale)))));
        self.faces.clear();
        self.faces.extend(old);
        self.faces.sort_unstable();
        self.faces.dedup();
        self.moved.clear();
        for &face in &self.faces {
            let mut point = self.first[face as usize];
            while point != NONE {
                let mut best = (NONE, f32::INFINITY);
                for &(face, triangle) in &self.fan {
                    let square = closest(self.points[point as usize], triangle).square;
                    if square < best.1 {
                        best = (face, square);
                    }
                }
                if best.0 == NONE || f64::from(best.1).sqrt() > self.limit {
                    return false;
                }
                self.moved.push((point, best.0, best.1));
                point = self.next[point as usize];
            }
        }
        for &face in &self.faces {
            self.first[face as usize] = NONE;
        }
        for &(point, face, square) in &self.moved {
            self.next[point as usize] = std::mem::replace(&mut self.first[face as usize], point);
            self.square[point as usize] = square;
        }
        true
    }

    /// The largest distance of an input vertex from the face that took its place.
    pub(super) fn largest(&self) -> f64 {
        self.square.iter().fold(0.0f64, |most, &s| most.max(f64::from(s))).sqrt() / self.scale
    }

    pub(super) fn compact(&mut self, kept: &[usize]) {
        self.first = kept.iter().map(|&f| self.first[f]).collect();
    }
}
