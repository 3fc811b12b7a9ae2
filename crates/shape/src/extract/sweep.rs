//! The sweep: over slabs of slices, first counting, then writing straight into arrays of the exact size, so that no
//! output is copied and the result does not depend on the number of threads. The active cells that the counting found
//! are remembered, a bit each, and the voxels are not searched again.

use std::iter::once;

use rayon::prelude::*;

use super::activity::Voxel;
use super::cells::Volume;
use super::slab::{Count, Part, Vertex, Writing, count, slot_cases};
use crate::{Affine, LabelSlice, LabelView};

/// Layers in a slab: enough slabs to share among threads, few enough that the layer each repeats does not matter.
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
        LabelSlice::U8(v) => sweep_labels(view, v, &Lookup::new((0..=255).collect()), frame),
        LabelSlice::U16(v) => sweep_labels(view, v, &Lookup::new(distinct(v)), frame),
        LabelSlice::U32(v) => sweep_labels(view, v, &Lookup::new(distinct(v)), frame),
    }
}

/// The sorted distinct values.
pub(super) fn distinct<T: Voxel + Ord>(voxels: &[T]) -> Vec<u32> {
    let chunks = voxels.par_chunks(1 << 20).flat_map_iter(|chunk| {
        let mut seen = Vec::new();
        let mut last = None;
        for block in chunk.chunks(64) {
            // Most blocks repeat one value.
            if last.is_none_or(|last| block.iter().fold(T::default(), |any, &v| any | (v ^ last)) != T::default()) {
                seen.extend(block.chunk_by(|a, b| a == b).map(|run| run[0]));
                last = block.last().copied();
            }
        }
        seen.sort_unstable();
        seen.dedup();
        seen.into_iter().map(Into::into)
    });
    let mut all: Vec<u32> = chunks.collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The labels of a volume, and the place of each among them.
pub(super) struct Lookup {
    pub values: Vec<u32>,
    /// The places of the labels below 65,536.
    table: Vec<u32>,
}

impl Lookup {
    /// Of sorted labels.
    pub(super) fn new(values: Vec<u32>) -> Self {
        let small = values.partition_point(|&v| v < 1 << 16);
        let mut table = vec![0; small.checked_sub(1).map_or(0, |last| values[last] as usize + 1)];
        for (place, &value) in values[..small].iter().enumerate() {
            table[value as usize] = place as u32;
        }
        Self { values, table }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    #[inline]
    pub(super) fn index(&self, label: u32) -> usize {
        match self.table.get(label as usize) {
            Some(&place) => place as usize,
            None => self.values.binary_search(&label).unwrap_or_default(),
        }
    }
}

fn sweep_labels<T: Voxel, P: Vertex>(
    view: &LabelView<'_>,
    voxels: &[T],
    lookup: &Lookup,
    frame: &dyn Fn(u32) -> Frame,
) -> Vec<Swept<P>> {
    let frames: Vec<Frame> = lookup.values.iter().map(|&label| frame(label)).collect();
    let volume = Volume::new(view.shape(), voxels);
    let layers = view.shape()[2] + 1;
    // Every slab has a counter for every label: where these are many, slabs are few.
    let size = SLAB.max(layers / (1 + voxels.len() / lookup.len()));
    let slabs: Vec<[usize; 2]> = (0..layers).step_by(size).map(|first| [first, (first + size).min(layers)]).collect();
    let counted: Vec<_> = slabs.par_iter().map(|&slab| count(&volume, lookup, slab)).collect();

    let mut total = vec![Count::default(); lookup.len()];
    // The numbers of the vertices that a slab's last layer begins with.
    let mut last_layer = Vec::new();
    for slab in &counted {
        last_layer.push(total.iter().zip(&slab.before_last).map(|(t, b)| t.vertices as u32 + b).collect::<Vec<_>>());
        for (t, c) in total.iter_mut().zip(&slab.total) {
            *t = Count { vertices: t.vertices + c.vertices, faces: t.faces + c.faces };
        }
    }
    let mut vertices: Vec<Vec<P>> = total.iter().map(|c| vec![P::default(); c.vertices]).collect();
    let mut faces: Vec<Vec<[u32; 3]>> = total.iter().map(|c| vec![[0; 3]; c.faces]).collect();

    let mut parts: Vec<Vec<Part<'_, P>>> = slabs.iter().map(|_| Vec::with_capacity(lookup.len())).collect();
    for (label, (v, f)) in vertices.iter_mut().zip(&mut faces).enumerate() {
        let (mut v, mut f) = (v.as_mut_slice(), f.as_mut_slice());
        for (parts, slab) in parts.iter_mut().zip(&counted) {
            let mine;
            (mine, v) = v.split_at_mut(slab.total[label].vertices);
            let my_faces;
            (my_faces, f) = f.split_at_mut(slab.total[label].faces);
            parts.push(Part { vertices: mine, faces: my_faces });
        }
    }
    let writing =
        Writing { volume: &volume, lookup, frames: &frames, cases: slot_cases(is_left_handed(view.affine())) };
    let below = once(None).chain(counted.iter().zip(last_layer).map(Some));
    let jobs: Vec<_> = slabs.iter().zip(&counted).zip(below).zip(parts).collect();
    jobs.into_par_iter().for_each(|(((slab, counted), below), parts)| writing.write(slab[0], counted, below, parts));

    let found = lookup.values.iter().zip(vertices.into_iter().zip(faces));
    found
        .filter(|(label, (_, faces))| **label != 0 && !faces.is_empty())
        .map(|(&label, (vertices, faces))| Swept { label, vertices, faces })
        .collect()
}

/// Whether the axes i, j, k run against the right hand: then faces are turned round, so that they stay outward.
pub(super) fn is_left_handed(affine: &Affine) -> bool {
    affine.determinant() < 0.0
}
