//! Repair of every real mesh at hand: open faces and teeth, bones with fins and flipped parts, instruments.

use std::path::{Path, PathBuf};

use medshape_formats::{MeshFormat, read_mesh};
use medshape_shape::{RepairOptions, check, repair};

use crate::common::data;

fn mesh_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        if path.is_dir() {
            mesh_files(&path, files);
        } else if MeshFormat::from_extension(&extension).is_ok_and(|format| format != MeshFormat::Glb) {
            files.push(path);
        }
    }
}

#[test]
fn every_real_mesh_becomes_closed_manifold_and_outward() {
    let mut files = Vec::new();
    for folder in
        ["instruments-sofa_env", "instruments-surrol", "myosim-bones", "scalismo-faces", "skull-obj", "skull-stl"]
    {
        if let Some(folder) = data(folder) {
            mesh_files(&folder, &mut files);
        }
    }
    for path in files {
        let mesh = read_mesh(&path).unwrap().mesh;
        let before = check(&mesh);
        let (mended, done) = repair(&mesh, &RepairOptions::default());
        assert!(done.is_sound(), "{}: {done:?}", path.display());
        if before.is_closed() && before.is_manifold() && before.is_oriented() && before.duplicate_vertices == 0 {
            assert_eq!(mended.faces().len(), mesh.faces().len(), "{}", path.display());
        }
        // A second repair finds nothing left to do.
        let (again, _) = repair(&mended, &RepairOptions::default());
        assert_eq!(again, mended, "{}", path.display());
    }
}
