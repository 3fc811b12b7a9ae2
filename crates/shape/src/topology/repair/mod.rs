//! Mends a triangle mesh: the result is closed, manifold and oriented wherever that can be, and what was done is listed.
//!
//! The surface never grows: no vertex moves, sound faces stay bit for bit, and nothing is meshed anew. In order: copies of
//! parts go; open borders are welded; degenerate and repeated faces go; neighbours agree on their outside ([`orient`]);
//! edges of more than two faces are taken apart ([`stitch`]); lone triangles and, if asked, small parts go; holes are
//! filled ([`holes`], [`lid`]); vertices where fans only touch are doubled ([`split`]); parts look outward
//! ([`outward`]); unused vertices go; the outcome is checked.
//! Cost: O(n log n) at worst, some 100 bytes a face.

mod clean;
mod holes;
mod lid;
mod orient;
mod outward;
mod split;
mod stitch;
mod surface;

use crate::{Mesh, MeshCheck, check, integrals};

use self::surface::{OPEN, Surface};
use super::attributes::gather;

/// What [`repair`] may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepairOptions {
    /// Vertices on open borders at most this far apart become one, mm. 0: only those at exactly one place.
    pub weld_tolerance_mm: f64,
    /// Parts of fewer faces than this are dropped. 0: none are.
    pub min_part_faces: usize,
    /// Holes of more edges than this stay open.
    pub max_hole_edges: usize,
}

impl Default for RepairOptions {
    fn default() -> Self {
        Self { weld_tolerance_mm: 0.0, min_part_faces: 0, max_hole_edges: usize::MAX }
    }
}

/// What [`repair`] did, step by step, and what it could not mend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repair {
    /// Vertices merged into another at their place.
    pub welded_vertices: usize,
    /// Faces dropped that named a vertex twice, from the start or after welding.
    pub dropped_degenerate_faces: usize,
    /// Faces dropped that repeated others.
    pub dropped_duplicate_faces: usize,
    /// Triangles dropped that hung on nothing.
    pub dropped_lone_faces: usize,
    /// Faces of the parts dropped for being smaller than asked.
    pub dropped_small_part_faces: usize,
    /// Faces turned round to agree with their neighbours or to look outward.
    pub flipped_faces: usize,
    /// Edges of more than two faces that were taken apart.
    pub parted_edges: usize,
    /// Edges cut open, because their faces could not be paired (as on a Möbius strip).
    pub cut_edges: usize,
    /// Vertices doubled where surfaces only touched.
    pub split_vertices: usize,
    /// Edges halved where a surface touched itself along just that edge.
    pub split_edges: usize,
    /// Slits of two edges closed by joining them.
    pub zipped_edges: usize,
    /// Holes filled.
    pub filled_holes: usize,
    /// Edges of the longest of them.
    pub longest_filled_hole: usize,
    /// Holes left, being longer than asked.
    pub holes_left: usize,
    /// Faces added to fill holes.
    pub added_faces: usize,
    /// Vertices added: tips of lids and middles of halved edges.
    pub added_vertices: usize,
    /// Vertices dropped since no face uses them, welded ones included.
    pub dropped_vertices: usize,
    /// What a check finds now: the faults that are left are those that could not be mended.
    pub after: MeshCheck,
}

impl Repair {
    /// Whether the mesh is closed, manifold and oriented now.
    pub fn is_sound(&self) -> bool {
        self.after.is_closed() && self.after.is_manifold() && self.after.is_oriented()
    }
}

/// Mends a mesh as far as it can be mended; vertices stay in RAS+ mm. Labels and colours stay with their vertices;
/// normals, where the surface is no longer the same, go.
pub fn repair(mesh: &Mesh, options: &RepairOptions) -> (Mesh, Repair) {
    let mut done = Repair::default();
    let faces = clean::clean(mesh, options, &mut done);
    let source = (0..mesh.vertices().len() as u32).collect();
    let mut surface = Surface::new(mesh.vertices().to_vec(), source, faces);

    let (crowded, mut loose) = orient::orient(&mut surface, &mut done);
    loose.extend(stitch::stitch(&mut surface, &crowded, &mut done));
    drop(crowded);
    if !loose.is_empty() {
        // Borders that were cut open lie on one another: each gets vertices of its own before it is filled.
        let mut cut = vec![false; surface.vertices.len()];
        for h in loose {
            cut[surface.from(h) as usize] = true;
            cut[surface.to(h) as usize] = true;
        }
        done.split_vertices += split::split_vertices(&mut surface, |v| cut[v as usize]);
    }
    drop_parts(&mut surface, options.min_part_faces, &mut done);
    holes::fill_holes(&mut surface, options.max_hole_edges, &mut done);
    done.split_vertices += split::split_vertices(&mut surface, |_| true);
    loop {
        let halved = split::split_edges(&mut surface);
        if halved == 0 {
            break;
        }
        done.split_edges += halved;
        done.added_vertices += halved;
    }
    outward::turn_outward(&mut surface);
    done.flipped_faces = surface.turned.iter().filter(|t| **t).count();

    let mended = finish(mesh, surface, &mut done);
    done.after = check(&mended);
    (mended, done)
}

/// What [`close`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closing {
    /// Degenerate, repeated or lone faces dropped.
    pub dropped_faces: usize,
    /// Faces turned round to agree with their neighbours.
    pub flipped_faces: usize,
    /// Vertices doubled where surfaces only touched.
    pub split_vertices: usize,
    /// Holes filled.
    pub filled_holes: usize,
}

/// A closed, 2-manifold, outward version of the mesh that encloses something, by [`repair`] as it is by default; `None`
/// when there is none to be had.
pub fn close(mesh: &Mesh) -> Option<(Mesh, Closing)> {
    let (closed, done) = repair(mesh, &RepairOptions::default());
    let closing = Closing {
        dropped_faces: done.dropped_degenerate_faces + done.dropped_duplicate_faces + done.dropped_lone_faces,
        flipped_faces: done.flipped_faces,
        split_vertices: done.split_vertices,
        filled_holes: done.filled_holes,
    };
    (done.is_sound() && integrals(&closed).volume_mm3 > 0.0).then_some((closed, closing))
}

/// Drops triangles that hang on nothing, and parts of fewer than `min_faces` faces.
fn drop_parts(surface: &mut Surface, min_faces: usize, done: &mut Repair) {
    let lone: Vec<bool> = surface.twin.chunks_exact(3).map(|f| f == [OPEN; 3]).collect();
    if lone.contains(&true) {
        done.dropped_lone_faces = surface.drop_faces(|f| lone[f]);
    }
    if min_faces > 1 {
        let part = surface.parts();
        let mut size = vec![0; part.len()];
        for &p in &part {
            size[p as usize] += 1;
        }
        done.dropped_small_part_faces = surface.drop_faces(|f| size[part[f] as usize] < min_faces);
    }
}

/// The surface as a mesh over the vertices it uses, in their order.
fn finish(mesh: &Mesh, surface: Surface, done: &mut Repair) -> Mesh {
    let mut used = vec![false; surface.vertices.len()];
    for &v in surface.faces.as_flattened() {
        used[v as usize] = true;
    }
    let mut number = Vec::with_capacity(used.len());
    let mut source = Vec::with_capacity(used.len());
    let mut vertices = Vec::with_capacity(used.len());
    for (v, used) in used.iter().enumerate() {
        number.push(vertices.len() as u32);
        if *used {
            vertices.push(surface.vertices[v]);
            source.push(surface.source[v]);
        }
    }
    done.dropped_vertices = surface.vertices.len() - vertices.len();
    let mut faces = surface.faces;
    let same = faces == mesh.faces() && done.dropped_vertices == 0;
    for v in faces.as_flattened_mut() {
        *v = number[*v as usize];
    }
    gather(mesh, Mesh::new_unchecked(vertices, faces), &source, same)
}
