//! The sweep: over slabs of slices, first counting, then writing straight into arrays of the exact size, so that no
//! output is copied and the result does not depend on the number of threads.

use rayon::prelude::*;

use super::plane::Voxel;
use super::slab::Slab;
use super::visit::{Count, Output, Vertex};
use crate::{Affine, LabelSlice, LabelView};

/// Slices in a slab: enough slabs to share among threads, few enough that the slice each repeats does not matter.
const SLAB: usize = 32;

/// How the voxels of a label are placed: the index of a crop's first voxel, and the crop's affine.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub first: [f64; 3],
    pub rows: [[f64; 4]; 3],
}

/// What the sweep found of one label.
pub(super) struct Swept<P> {
    pub label: u32,
    pub vertices: Vec<P>,
    pub faces: Vec<[u32; 3]>,
}

/// Vertices and outward faces of every label other than 0, by label.
pub(super) fn sweep<P: Vertex>(view: &LabelView<'_>, frame: &dyn Fn(u32) -> Frame) -> Vec<Swept<P>> {
    match view.labels() {
        LabelSlice::U8(v) => sweep_dense(view, v, &(0..=255).collect::<Vec<_>>(), frame),
        LabelSlice::U16(v) => {
            let values = distinct(v);
            let mut dense = vec![0u16; 1 << 16];
            for (i, &value) in values.iter().enumerate() {
                dense[value as usize] = i as u16;
            }
            if values.len() <= 256 {
                let v: Vec<u8> = v.par_iter().map(|&l| dense[l as usize] as u8).collect();
                return sweep_dense(view, &v, &values, frame);
            }
            let v: Vec<u16> = v.par_iter().map(|&l| dense[l as usize]).collect();
            sweep_dense(view, &v, &values, frame)
        }
        LabelSlice::U32(v) => {
            let values = distinct(v);
            let dense = |l: &u32| values.binary_search(l).unwrap_or(0) as u32;
            if values.len() <= 1 << 16 {
                let v: Vec<u16> = v.par_iter().map(|l| dense(l) as u16).collect();
                return sweep_dense(view, &v, &values, frame);
            }
            let v: Vec<u32> = v.par_iter().map(dense).collect();
            sweep_dense(view, &v, &values, frame)
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
fn sweep_dense<T: Voxel, P: Vertex>(
    view: &LabelView<'_>,
    voxels: &[T],
    values: &[u32],
    frame: &dyn Fn(u32) -> Frame,
) -> Vec<Swept<P>> {
    let shape = view.shape();
    let frames: Vec<Frame> = values.iter().map(|&label| frame(label)).collect();
    let flip = is_left_handed(view.affine());
    let slabs = Slab::split(shape, SLAB);
    let counts: Vec<Vec<Count>> = slabs.par_iter().map(|s| s.count(shape, voxels, values.len())).collect();

    // Where each slab's part of each label begins; the last row holds the totals.
    let mut starts = vec![vec![Count::default(); values.len()]];
    for slab in &counts {
        let before = &starts[starts.len() - 1];
        starts.push(before.iter().zip(slab).map(|(a, b)| *a + *b).collect());
    }
    let total = &starts[slabs.len()];
    let mut vertices: Vec<Vec<P>> = total.iter().map(|c| vec![P::default(); c.vertices]).collect();
    let mut faces: Vec<Vec<[u32; 3]>> = total.iter().map(|c| vec![[0; 3]; c.faces]).collect();

    let mut outputs: Vec<Output<'_, P>> = starts[..slabs.len()].iter().map(|s| Output::new(s.clone())).collect();
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

    let found = values.iter().zip(vertices.into_iter().zip(faces));
    found
        .filter(|(label, (_, faces))| **label != 0 && !faces.is_empty())
        .map(|(&label, (vertices, faces))| Swept { label, vertices, faces })
        .collect()
}

/// Whether the axes i, j, k run against the right hand: then faces are turned round, so that they stay outward.
fn is_left_handed(affine: &Affine) -> bool {
    affine.determinant() < 0.0
}
