//! Shapes with real geometry.

use std::collections::BTreeMap;

use medshape_collection::{CameAs, Collection, FileInfo, Grid, IfLocked, MeshInfo, Record, mesh_checksum};
use medshape_formats::{MeshFormat, MeshMeta, nifti, write_mesh};
use medshape_shape::{Affine, Mask, Mesh, Surface, extract_mesh};

/// An oblique, anisotropic grid whose numbers `NIfTI`'s 32-bit floats cannot hold.
fn affine() -> Affine {
    Affine::from_rows([[0.7, 0.1, 0.0, -100.123_456_789], [-0.1, 0.7, 0.0, 1.0 / 3.0], [0.0, 0.0, 2.5, 7.1]]).unwrap()
}

/// A ball of radius 4 voxels.
pub(crate) fn ball() -> Mask {
    let mut voxels = vec![0; 1000];
    for (n, v) in voxels.iter_mut().enumerate() {
        let d = [n % 10, n / 10 % 10, n / 100].map(|c| c as f64 - 4.5);
        *v = u8::from(d.iter().map(|c| c * c).sum::<f64>() < 16.0);
    }
    Mask::new([10, 10, 10], affine(), voxels).unwrap()
}

/// Half a box: two triangles that close nothing.
pub(crate) fn open_mesh() -> Mesh {
    Mesh::new(vec![[0.0; 3], [10.0, 0.0, 0.0], [10.0, 5.0, 0.0], [0.0, 5.0, 0.0]], vec![[0, 1, 2], [0, 2, 3]]).unwrap()
}

fn ply(mesh: &Mesh) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_mesh(MeshFormat::Ply, mesh, &MeshMeta::default(), &mut bytes).unwrap();
    bytes
}

fn store(collection: &Collection, mut record: Record, mesh: &Mesh, truth: (&str, Vec<u8>)) {
    record.mesh = MeshInfo {
        vertices: mesh.vertices().len() as u64,
        faces: mesh.faces().len() as u64,
        blake3: mesh_checksum(mesh).unwrap(),
    };
    let blobs: [(&str, Vec<u8>); 3] = [truth, ("core.ply", ply(mesh)), ("thumbnail.png", b"\x89PNG picture".to_vec())];
    record.files = blobs.iter().map(|(n, b)| ((*n).to_owned(), FileInfo::of(b))).collect::<BTreeMap<_, _>>();
    let blobs: Vec<(&str, &[u8])> = blobs.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    collection.put_shape(&record, &blobs).unwrap();
    collection.writer(IfLocked::Fail).unwrap().upsert(&[record]).unwrap();
}

/// Stores [`ball`] under an id.
pub(crate) fn put_ball(collection: &Collection, id: &str) {
    let mask = ball();
    let mut record = crate::common::record(id);
    record.grid =
        Some(Grid { shape: mask.shape(), spacing_mm: mask.affine().spacing(), affine: mask.affine().matrix() });
    let mut truth = Vec::new();
    nifti::write_mask_gz(&mask, 1, &mut truth).unwrap();
    store(collection, record, &extract_mesh(&mask, Surface::Exact), ("mask.nii.gz", truth));
}

/// Stores [`open_mesh`] under an id.
pub(crate) fn put_open_mesh(collection: &Collection, id: &str) {
    let mut record = crate::common::record(id);
    record.came_as = CameAs::Mesh;
    record.grid = None;
    record.features.volume_mm3 = None;
    record.quality.closed = false;
    record.licence.spdx = Some("CC0-1.0".into());
    store(collection, record, &open_mesh(), ("mesh.ply", ply(&open_mesh())));
}
