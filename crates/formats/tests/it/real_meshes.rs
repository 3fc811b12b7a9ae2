//! Real meshes of other makers in the formats of this crate; the numbers are those of VTK 9.7.2, nibabel 5.4.2 and
//! trimesh 5.2.0.

use std::path::{Path, PathBuf};

use medshape_formats::{FormatError, Frame, MeshFormat, read_gifti, read_mesh, read_scene};

use crate::common::data;

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|p| p.to_string_lossy().ends_with(extension));
    found.sort();
    assert!(!found.is_empty(), "{}", folder.display());
    found
}

#[test]
fn atlas_models_in_legacy_vtk() {
    for (folder, count) in [("spl-abdominal-atlas/models", 94), ("spl-brain-atlas/models", 67)] {
        let Some(folder) = data(folder) else { continue };
        let files = files(&folder, ".vtk");
        assert_eq!(files.len(), count);
        for path in files {
            let file = read_mesh(&path).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(file.format, MeshFormat::Vtk);
        }
    }
    let Some(folder) = data("pymskt-knee") else { return };
    let scene = read_scene(&folder.join("femur_thickness_mm_regions_10k_pts.vtk")).unwrap();
    assert_eq!(scene.parts[0].mesh.vertices().len(), 10_000);
    assert!(
        scene.parts[0].data.iter().any(|d| d.name.contains("thickness")),
        "{:?}",
        scene.parts[0].data.iter().map(|d| &d.name).collect::<Vec<_>>()
    );
}

#[test]
fn vtp_surfaces_and_centre_lines() {
    if let Some(folder) = data("vmtk-aorta") {
        for (name, points, faces) in [
            ("aorta-surface.vtp", 6468, 12_932),
            ("aorta-surface-two-segments.vtp", 18_732, 37_304),
            ("aorta-surface-branch-split.vtp", 6826, 13_288),
        ] {
            let file = read_mesh(&folder.join(name)).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(
                (file.mesh.vertices().len(), file.mesh.faces().len()),
                (points, faces),
                "{name} {:?}",
                file.notes
            );
        }
        let error = read_mesh(&folder.join("aorta-centerline.vtp")).unwrap_err();
        assert!(matches!(error, FormatError::Empty { .. }) && error.to_string().contains("lines"), "{error}");
    }
    if let Some(folder) = data("vtk-data") {
        let file = read_mesh(&folder.join("Torso.vtp")).unwrap();
        assert_eq!(file.mesh.vertices().len(), 12_015);
    }
}

#[test]
fn gifti_surfaces_and_values() {
    if let Some(folder) = data("fsaverage5") {
        for name in ["pial_left.gii.gz", "white_left.gii.gz", "infl_right.gii.gz"] {
            let file = read_mesh(&folder.join(name)).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!((file.mesh.vertices().len(), file.mesh.faces().len()), (10_242, 20_480), "{name}");
        }
        let sulc = read_gifti(&folder.join("sulc_left.gii.gz")).unwrap();
        assert_eq!(sulc.arrays[0].values.len(), 10_242);
        assert!(matches!(read_mesh(&folder.join("sulc_left.gii.gz")), Err(FormatError::Empty { .. })));
    }
    if let Some(folder) = data("nibabel-samples") {
        for path in files(&folder, ".gii") {
            let surface = read_mesh(&path);
            if path.ends_with("ascii_flat_data.gii") || path.ends_with("base64bin.gii") {
                // Ten points of a brain, with faces of the whole of it.
                assert!(matches!(surface, Err(FormatError::FaceIndex { vertices: 10, .. })), "{surface:?}");
                continue;
            }
            let values = read_gifti(&path);
            assert!(surface.is_ok() || values.is_ok(), "{}: {surface:?} {values:?}", path.display());
        }
    }
}

#[test]
fn hubmap_organs_are_scenes_of_named_parts() {
    let Some(folder) = data("hubmap-ccf") else { return };
    for path in files(&folder, ".glb") {
        let scene = read_scene(&path).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(scene.frame, Frame::GltfFront);
        assert!(scene.parts.iter().all(|p| p.name.is_some()), "{}", path.display());
    }
    let kidney = read_scene(&folder.join("VH_M_Kidney_L.glb")).unwrap();
    assert_eq!(kidney.parts.len(), 22);
    assert_eq!(kidney.parts[0].extras["ontologyid"], "UBERON:0002015");
    // The left kidney lies on the left: at negative R.
    assert!(kidney.parts.iter().all(|p| p.mesh.bounds().unwrap()[1][0] < 0.0));
}

#[test]
fn mz3_of_niivue() {
    let Some(folder) = data("niivue-cit168") else { return };
    let scene = read_scene(&folder.join("CIT168.mz3")).unwrap();
    assert!(scene.parts[0].mesh.labels().is_some() || !scene.parts[0].data.is_empty());
}
