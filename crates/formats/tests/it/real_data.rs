//! Real files of other makers; the numbers are those nibabel 5.4.2 and trimesh 5.2.0 give for them.

use std::fs;
use std::path::{Path, PathBuf};

use medshape_formats::nifti::{self, AffineOrigin, Datatype};
use medshape_formats::{FormatError, MeshFormat, read_mesh, read_points_ply};

use crate::common::data;

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|p| p.to_string_lossy().to_lowercase().ends_with(extension));
    found.sort();
    assert!(!found.is_empty(), "{}", folder.display());
    found
}

fn label_sum(path: &Path) -> (u64, usize) {
    let volume = nifti::read_label_map(path).unwrap();
    let labels = volume.map.labels();
    let values = (0..labels.len()).map(|i| labels.get(i));
    values.fold((0, 0), |(sum, count), v| (sum + u64::from(v), count + usize::from(v > 0)))
}

#[test]
fn totalsegmentator_label_names_and_voxels() {
    let Some(folder) = data("totalsegmentator") else { return };
    let path = folder.join("example_seg.nii.gz");
    let info = nifti::read_info(&path).unwrap();
    assert_eq!((info.shape, info.datatype), ([122, 101, 30], Datatype::U8));
    assert_eq!(info.label_table.len(), 117);
    assert_eq!(info.label_table.get(&1).map(String::as_str), Some("spleen"));
    assert_eq!(info.label_table.get(&117).map(String::as_str), Some("costal_cartilages"));
    assert_eq!(info.affine.rows()[0], [3.0, 0.0, 0.0, -177.956_329_345_703_12]);
    assert_eq!(label_sum(&path), (2_734_697, 110_225));
    assert_eq!(label_sum(&folder.join("example_seg_fast_force_split.nii.gz")), (15_188_945, 345_988));
}

#[test]
fn nibabel_samples_are_images_and_a_series() {
    let Some(folder) = data("nibabel-samples") else { return };
    let path = folder.join("anatomical.nii");
    let info = nifti::read_info(&path).unwrap();
    assert!(info.big_endian);
    assert_eq!((info.shape, info.datatype), ([33, 41, 25], Datatype::I16));
    assert_eq!(info.affine.rows(), [[-2.0, 0.0, 0.0, 32.0], [0.0, 2.0, 0.0, -40.0], [0.0, 0.0, 2.0, -16.0]]);
    assert!(matches!(nifti::read_label_map(&path), Err(FormatError::NotLabels { value, .. }) if value < 0.0));
    let series = nifti::read_label_map(&folder.join("example_nifti2.nii.gz"));
    assert!(matches!(series, Err(FormatError::SeveralVolumes { volumes: 2, .. })), "{series:?}");
}

#[test]
fn an_rgba_volume_is_refused_by_name() {
    let Some(folder) = data("niivue-cit168") else { return };
    let error = nifti::read_label_map(&folder.join("CIT168.nii.gz")).unwrap_err();
    assert!(matches!(error, FormatError::Unsupported { .. }) && error.to_string().contains("RGBA32"), "{error}");
}

#[test]
fn kits_and_atlases_have_nibabels_values() {
    if let Some(folder) = data("kits19/case_00002") {
        let path = folder.join("segmentation.nii.gz");
        let info = nifti::read_info(&path).unwrap();
        assert_eq!(info.affine.rows()[0], [0.0, 0.0, -0.939_453_125, 0.0]);
        assert_eq!((info.shape, label_sum(&path)), ([261, 512, 512], (693_557, 653_927)));
    }
    if let Some(folder) = data("mricron-atlases") {
        assert_eq!(label_sum(&folder.join("aal.nii.gz")), (76_656_511, 1_479_969));
        assert_eq!(label_sum(&folder.join("natbrainlab.nii.gz")), (23_517_800, 407_432));
    }
}

#[test]
fn all_hippocampus_label_maps_are_read_and_their_images_are_not() {
    let Some(folder) = data("hippocampus-msd") else { return };
    for path in files(&folder.join("labels"), ".nii.gz") {
        let volume = nifti::read_label_map(&path).unwrap_or_else(|e| panic!("{e}"));
        assert_ne!(volume.header.affine_origin, AffineOrigin::VoxelSizes, "{}", path.display());
    }
    for path in files(&folder.join("images"), ".nii.gz") {
        let error = nifti::read_label_map(&path).map(|v| v.header);
        assert!(matches!(error, Err(FormatError::NotLabels { .. })), "{}: {error:?}", path.display());
    }
}

#[test]
fn stl_files_binary_and_ascii() {
    if let Some(folder) = data("openhelp-organs") {
        for path in files(&folder, ".stl") {
            let file = read_mesh(&path).unwrap_or_else(|e| panic!("{e}"));
            let (v, f) = (file.mesh.vertices().len(), file.mesh.faces().len());
            // Closed surfaces without notes: V - F / 2 is the Euler number, small and even.
            assert!(f % 2 == 0 && v.abs_diff(f / 2) < 200, "{}: {v} {f} {:?}", path.display(), file.notes);
        }
    }
    if let Some(folder) = data("instruments-sofa_env") {
        for path in files(&folder, ".stl") {
            assert_eq!(read_mesh(&path).unwrap().format, MeshFormat::Stl, "{}", path.display());
        }
        let ascii = read_mesh(&folder.join("gripper_15deg_collision_ascii.stl")).unwrap().mesh;
        let text = fs::read_to_string(folder.join("gripper_15deg_collision_ascii.stl")).unwrap();
        assert_eq!(ascii.faces().len(), text.matches("endfacet").count());
    }
}

#[test]
fn ply_and_obj_files() {
    if let Some(folder) = data("vtk-data/fsu") {
        let file = read_mesh(&folder.join("footbones.ply")).unwrap();
        assert_eq!((file.mesh.vertices().len(), file.mesh.faces().len()), (2154, 4204));
    }
    if let Some(folder) = data("format-samples/sofa_env") {
        let path = folder.join("reference_point_cloud_a.ply");
        assert_eq!(read_points_ply(&path).unwrap().points().len(), 5131);
        assert!(matches!(read_mesh(&path), Err(FormatError::Empty { .. })));
    }
    if let Some(folder) = data("tooth-edj") {
        assert_eq!(read_mesh(&files(&folder, ".ply")[0]).unwrap().mesh.faces().len(), 146_560);
    }
    for folder in ["skull-obj", "instruments-surrol/psm", "instruments-surrol/needle", "tvb-head"] {
        let Some(folder) = data(folder) else { continue };
        for path in files(&folder, ".obj") {
            let file = read_mesh(&path).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(file.format, MeshFormat::Obj, "{}", path.display());
        }
    }
}
