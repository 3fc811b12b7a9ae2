//! The exact surface: vertices in the middle of their edges.

use std::collections::BTreeMap;

use super::sweep::{Frame, sweep};
use crate::{LabelMap, LabelStatistics, LabelView, Mesh};

pub(super) fn meshes(view: &LabelView<'_>) -> BTreeMap<u32, Mesh> {
    collect(view, &|_| Frame { first: [0.0; 3], rows: view.affine().rows() })
}

/// The exact surface of the labels in `statistics` alone, placed by the affine of their crops: bit for bit what
/// [`crate::extract_mesh`] makes of the masks that [`crate::crop_label`] gives.
pub fn extract_crops(map: &LabelMap, statistics: &BTreeMap<u32, LabelStatistics>) -> BTreeMap<u32, Mesh> {
    let frame = |label| {
        let found = statistics.get(&label);
        let rows = found.map_or(*map.affine(), |s| s.crop_affine(map.affine())).rows();
        Frame { first: found.map_or([0.0; 3], |s| s.first.map(|v| v as f64)), rows }
    };
    let mut meshes = collect(&map.view(), &frame);
    meshes.retain(|label, _| statistics.contains_key(label));
    meshes
}

fn collect(view: &LabelView<'_>, frame: &dyn Fn(u32) -> Frame) -> BTreeMap<u32, Mesh> {
    sweep(view, frame).into_iter().map(|s| (s.label, Mesh::new_unchecked(s.vertices, s.faces))).collect()
}
