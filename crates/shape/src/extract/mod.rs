//! Label map to meshes: marching cubes over all labels at once.
//!
//! One sweep through the volume finds the grid edges whose ends differ; each gives a vertex (its midpoint) to the mesh
//! of either end's label, and each cell that has such an edge gives triangles to every label among its corners
//! ([`cases`]). Work grows with the voxels read once plus the surface, never with labels x voxels. The volume is framed
//! by background, so a structure cut by the border is closed there.
//!
//! The sweep runs twice over slabs of slices: first counting, then writing straight into arrays of the exact size, so
//! that no output is copied and the result does not depend on the number of threads.

mod cases;
mod slab;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::{Affine, LabelMap, LabelStatistics, Labels, Mask, Mesh};
use slab::{Count, Output, Slab};

/// Slices in a slab: enough slabs to share among threads, few enough that the slice each repeats does not matter.
const SLAB: usize = 32;

/// The surface of every label other than 0, by marching cubes at the voxel midpoints, RAS+ mm.
///
/// Each mesh is closed, 2-manifold and outward, whatever the labels: at the border, at diagonal contacts (voxels that
/// touch only by an edge or corner are apart) and around cavities. No two of its vertices coincide.
pub fn extract_meshes(map: &LabelMap) -> BTreeMap<u32, Mesh> {
    sweep_any(map, &|_| Frame { first: [0.0; 3], rows: map.affine().rows() })
}

/// As [`extract_meshes`], for the labels in `statistics` alone, and placed by the affine of their crops: bit for bit
/// what [`extract_mesh`] makes of the masks that [`crate::crop_label`] gives.
pub fn extract_crops(map: &LabelMap, statistics: &BTreeMap<u32, LabelStatistics>) -> BTreeMap<u32, Mesh> {
    let frame = |label| {
        let found = statistics.get(&label);
        let rows = found.map_or(*map.affine(), |s| s.crop_affine(map.affine())).rows();
        Frame { first: found.map_or([0.0; 3], |s| s.first.map(|v| v as f64)), rows }
    };
    let mut meshes = sweep_any(map, &frame);
    meshes.retain(|label, _| statistics.contains_key(label));
    meshes
}

/// The surface of a mask; see [`extract_meshes`]. An empty mask gives an empty mesh.
pub fn extract_mesh(mask: &Mask) -> Mesh {
    let frame = |_| Frame { first: [0.0; 3], rows: mask.affine().rows() };
    sweep(mask.shape(), mask.affine(), mask.voxels(), &[0, 1], &frame).remove(&1).unwrap_or_default()
}

/// How the voxels of a label are placed: the index of a crop's first voxel, and the crop's affine.
#[derive(Clone, Copy)]
struct Frame {
    first: [f64; 3],
    rows: [[f64; 4]; 3],
}

fn sweep_any(map: &LabelMap, frame: &dyn Fn(u32) -> Frame) -> BTreeMap<u32, Mesh> {
    match map.labels() {
        Labels::U8(v) => sweep(map.shape(), map.affine(), v, &(0..=255).collect::<Vec<_>>(), frame),
        Labels::U16(v) => {
            let values = distinct(v);
            let mut dense = vec![0u16; 1 << 16];
            for (i, &value) in values.iter().enumerate() {
                dense[value as usize] = i as u16;
            }
            if values.len() <= 256 {
                let v: Vec<u8> = v.par_iter().map(|&l| dense[l as usize] as u8).collect();
                return sweep(map.shape(), map.affine(), &v, &values, frame);
            }
            let v: Vec<u16> = v.par_iter().map(|&l| dense[l as usize]).collect();
            sweep(map.shape(), map.affine(), &v, &values, frame)
        }
        Labels::U32(v) => {
            let values = distinct(v);
            let dense = |l: &u32| values.binary_search(l).unwrap_or(0) as u32;
            if values.len() <= 1 << 16 {
                let v: Vec<u16> = v.par_iter().map(|l| dense(l) as u16).collect();
                return sweep(map.shape(), map.affine(), &v, &values, frame);
            }
            let v: Vec<u32> = v.par_iter().map(dense).collect();
            sweep(map.shape(), map.affine(), &v, &values, frame)
        }
    }
}

/// The sorted distinct values, with 0 always first.
fn distinct<T: Copy + Ord + Into<u32> + Sync>(values: &[T]) -> Vec<u32> {
    let mut all: Vec<u32> = values
        .par_chunks(1 << 20)
        .flat_map_iter(|chunk| {
            let mut seen: Vec<u32> = chunk.chunk_by(|a, b| a == b).map(|run| run[0].into()).collect();
            seen.sort_unstable();
            seen.dedup();
            seen
        })
        .collect();
    all.push(0);
    all.sort_unstable();
    all.dedup();
    all
}

/// `values[l]` is the label that voxel value `l` stands for; 0 stands for background.
fn sweep<T: slab::Voxel>(
    shape: [usize; 3],
    affine: &Affine,
    voxels: &[T],
    values: &[u32],
    frame: &dyn Fn(u32) -> Frame,
) -> BTreeMap<u32, Mesh> {
    let frames: Vec<Frame> = values.iter().map(|&label| frame(label)).collect();
    let flip = affine.determinant() < 0.0;
    let slabs = Slab::split(shape, SLAB);
    let counts: Vec<Vec<Count>> = slabs.par_iter().map(|s| s.count(shape, voxels, values.len())).collect();

    // Where each slab's part of each label begins; the last row holds the totals.
    let mut starts = vec![vec![Count::default(); values.len()]];
    for slab in &counts {
        let before = &starts[starts.len() - 1];
        starts.push(before.iter().zip(slab).map(|(a, b)| *a + *b).collect());
    }
    let total = &starts[slabs.len()];
    let mut vertices: Vec<Vec<[f32; 3]>> = total.iter().map(|c| vec![[0.0; 3]; c.vertices]).collect();
    let mut faces: Vec<Vec<[u32; 3]>> = total.iter().map(|c| vec![[0; 3]; c.faces]).collect();

    let mut outputs: Vec<Output<'_>> = starts[..slabs.len()].iter().map(|s| Output::new(s.clone())).collect();
    for (label, (mut v, mut f)) in
        vertices.iter_mut().map(Vec::as_mut_slice).zip(faces.iter_mut().map(Vec::as_mut_slice)).enumerate()
    {
        for (output, count) in outputs.iter_mut().zip(&counts) {
            let (mine, rest) = v.split_at_mut(count[label].vertices);
            v = rest;
            let (my_faces, rest) = f.split_at_mut(count[label].faces);
            f = rest;
            output.push(mine, my_faces);
        }
    }
    slabs.par_iter().zip(outputs).zip(&starts[1..]).for_each(|((slab, output), next)| {
        slab.write(shape, voxels, output, next, &frames, flip);
    });

    let meshes = vertices.into_iter().zip(faces).map(|(v, f)| Mesh::new_unchecked(v, f));
    values.iter().copied().zip(meshes).filter(|(label, mesh)| *label != 0 && !mesh.faces().is_empty()).collect()
}
