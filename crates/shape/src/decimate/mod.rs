//! Fewer triangles, nearly the same surface: edge collapse by quadric error, then a fit to the input.
//!
//! Garland & Heckbert 1997 (doi:10.1145/258734.258849) with planes weighted by area, in an order that is kind to the
//! cache (`run.rs`). A collapse must keep the topology (link condition), turn or fold no face and leave borders, faults
//! and label borders in place; what is closed and manifold stays so. In the end the vertices move to the middle of the
//! input's surface (`fit.rs`), which quadrics alone miss. Cost: about n log n.

mod bound;
mod closest;
mod collapse;
mod fit;
mod hold;
mod quadric;
mod run;
mod surface;

use crate::{Borders, Mesh, ShapeError};
use collapse::Decimation;
use fit::{Fit, Input};
use hold::Hold;

/// Input vertices for each vertex of the result that make a fit worth while: with fewer it would follow noise.
const FIT: usize = 3;

/// How to decimate. `Decimate { target_faces: 20_000, ..Decimate::default() }.run(&mesh)`.
#[derive(Debug, Clone)]
pub struct Decimate<'a> {
    /// Stop at this number of faces. With 0, only the error bound or the topology stops.
    pub target_faces: usize,
    /// Stop before any vertex of the input would lie farther than this (mm) from the result. The bound is strict for the
    /// vertices of the input; the inside of its faces is not measured. Slower: about three times.
    pub max_error_mm: Option<f64>,
    /// What happens to borders.
    pub borders: Borders,
    /// For each vertex, whether it must stay where it is.
    pub protected: Option<&'a [bool]>,
    /// For each face the labels on its two sides, for a surface shared between labels. Vertices where faces of different
    /// pairs meet stay, so that neighbours never part.
    pub face_labels: Option<&'a [[u32; 2]]>,
    /// Move the vertices into the middle of the input's surface in the end (`true` unless said otherwise). It takes a
    /// fifth of the time and lowers the mean error by as much; of no use where smoothing follows.
    pub fit: bool,
}

impl Default for Decimate<'_> {
    fn default() -> Self {
        Self {
            target_faces: 0,
            max_error_mm: None,
            borders: Borders::default(),
            protected: None,
            face_labels: None,
            fit: true,
        }
    }
}

/// Why a decimation stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The number of faces was reached.
    Target,
    /// Every further collapse would break the error bound or the topology, turn a face over, or move what had to stay.
    Limits,
}

/// A decimated mesh and what was reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Decimated {
    /// The mesh, with the labels and colours of the vertices that were kept.
    pub mesh: Mesh,
    /// The label pair of each face, if they were given.
    pub face_labels: Option<Vec<[u32; 2]>>,
    /// Why it stopped.
    pub stop: Stop,
    /// No used vertex of the input is farther than this from the result, mm (up to rounding to 32 bits).
    pub error_mm: f64,
    /// Root mean square of those distances, mm; at most too large, as `error_mm` is.
    pub rms_error_mm: f64,
}

/// A mesh with at most `target_faces` faces, unless every further collapse would break the topology or turn a face over;
/// vertices in RAS+ mm as before.
///
/// Closed and manifold meshes stay closed and manifold, with the same number of parts and handles. Open borders are
/// kept where they are; vertices where the mesh is not manifold, or next to a vertex of another label, do not move. A
/// mesh that is small enough already comes back as it is; else degenerate faces and unused vertices go. Deterministic.
#[must_use]
pub fn decimate(mesh: &Mesh, target_faces: usize) -> Mesh {
    if mesh.faces().len() <= target_faces {
        return mesh.clone();
    }
    Decimate { target_faces, ..Decimate::default() }.reduced(mesh).1.mesh
}

/// Meshes of at most so many faces each, in the order of `targets`, every coarser one made from the finer in a single
/// run. As [`decimate`] otherwise.
#[must_use]
pub fn level_of_detail(mesh: &Mesh, targets: &[usize]) -> Vec<Mesh> {
    let mut order: Vec<usize> = (0..targets.len()).collect();
    order.sort_by_key(|&n| std::cmp::Reverse(targets[n]));
    let mut levels = vec![Mesh::default(); targets.len()];
    let mut work: Option<Decimation<'_>> = None;
    for n in order {
        levels[n] = if mesh.faces().len() <= targets[n] {
            mesh.clone()
        } else {
            let work = work.get_or_insert_with(|| Decimation::new(&Decimate::default(), mesh));
            work.run(targets[n]);
            Level::new(work, mesh).mesh
        };
    }
    levels
}

impl<'a> Decimate<'a> {
    /// Decimates a mesh.
    ///
    /// # Errors
    /// [`ShapeError::Parameter`] if the error bound is negative or not a number, [`ShapeError::AttributeLength`] unless
    /// `protected` has an entry for each vertex and `face_labels` one for each face.
    pub fn run(&self, mesh: &'a Mesh) -> Result<Decimated, ShapeError> {
        self.validate(mesh)?;
        let (work, level) = self.reduced(mesh);
        let stop = if work.surface.alive <= self.target_faces { Stop::Target } else { Stop::Limits };
        let input = Input { merged: &level.merged, ..work.input(mesh) };
        let (farthest, rms_error_mm) =
            Fit::new(level.mesh.vertices(), level.mesh.faces(), work.scale).distances(&input);
        let error_mm = work.bound.as_ref().map_or(farthest, |b| farthest.min(b.largest()));
        let face_labels = self.face_labels.map(|l| work.face_ids.iter().map(|&f| l[f as usize]).collect());
        Ok(Decimated { mesh: level.mesh, face_labels, stop, error_mm, rms_error_mm })
    }

    /// The mesh alone: [`Decimate::run`] without measuring what it did. A mesh that is small enough comes back as it is.
    ///
    /// # Errors
    /// As [`Decimate::run`].
    pub fn mesh(&self, mesh: &'a Mesh) -> Result<Mesh, ShapeError> {
        self.validate(mesh)?;
        if mesh.faces().len() <= self.target_faces {
            return Ok(mesh.clone());
        }
        Ok(self.reduced(mesh).1.mesh)
    }

    fn reduced(&self, mesh: &'a Mesh) -> (Decimation<'a>, Level) {
        let mut work = Decimation::new(self, mesh);
        work.run(self.target_faces);
        let level = Level::new(&mut work, mesh);
        (work, level)
    }

    fn validate(&self, mesh: &Mesh) -> Result<(), ShapeError> {
        if let Some(value) = self.max_error_mm.filter(|e| e.is_nan() || *e < 0.0) {
            return Err(ShapeError::Parameter { name: "max_error_mm", value, expected: "at least 0" });
        }
        let lengths = [
            ("protected", self.protected.map(<[_]>::len), mesh.vertices().len()),
            ("face_labels", self.face_labels.map(<[_]>::len), mesh.faces().len()),
        ];
        for (attribute, len, expected) in lengths {
            if let Some(len) = len.filter(|&len| len != expected) {
                return Err(ShapeError::AttributeLength { attribute, len, expected });
            }
        }
        Ok(())
    }
}

/// The mesh at some point of a decimation.
struct Level {
    mesh: Mesh,
    /// For each vertex of the input the one it was merged into.
    merged: Vec<u32>,
}

impl Level {
    fn new(work: &mut Decimation<'_>, mesh: &Mesh) -> Self {
        work.compact();
        let faces: Vec<[u32; 3]> = work.surface.live().map(|(_, f)| f).collect();
        let merged = work.merged();
        let mut vertices = work.positions.clone();
        // A bound holds for the surface as it was when the distances were taken.
        if work.fit && work.bound.is_none() && mesh.vertices().len() >= FIT * vertices.len() {
            let held: Vec<bool> = work.hold.iter().map(|h| *h != Hold::Free).collect();
            let input = Input { merged: &merged, ..work.input(mesh) };
            vertices = Fit::new(&vertices, &faces, work.scale).run(&input, &held);
        }
        let mut result = Mesh::new_unchecked(vertices, faces);
        let kept = |n: usize| work.ids[n] as usize;
        if let Some(labels) = mesh.labels() {
            let of_kept = (0..work.ids.len()).map(|n| labels[kept(n)]).collect();
            result = result.with_labels(of_kept).unwrap_or_default();
        }
        if let Some(colours) = mesh.colours() {
            let of_kept = (0..work.ids.len()).map(|n| colours[kept(n)]).collect();
            result = result.with_colours(of_kept).unwrap_or_default();
        }
        Self { mesh: result, merged }
    }
}
