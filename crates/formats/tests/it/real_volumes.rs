//! Real volumes of other makers; the numbers are those `SimpleITK` 2.5.7, nibabel 5.4.2 and numpy 2.4.6 give for them.

use std::path::Path;

use medshape_formats::npy::{NpyValue, read_npz};
use medshape_formats::{FormatError, Limits, ReadVolume, read_scalars, read_segmentation};

use crate::common::{data, labels_of};

/// Shape, sum of the labels and first row of the affine.
fn facts(path: &Path) -> ([usize; 3], u64, [f64; 4]) {
    let read = read_segmentation(path, &ReadVolume::default()).unwrap_or_else(|e| panic!("{e}"));
    let map = &read.layers[0];
    (map.shape(), labels_of(map).into_iter().map(u64::from).sum(), map.affine().rows()[0])
}

#[test]
fn label_maps_have_their_peers_values() {
    let knee = [0.031_775_535_654_041_1, 0.0, 0.697_336_263_372_133_1, 6.653_634_1];
    for (file, shape, sum, row) in [
        ("pyradiomics/lung1_label.nrrd", [512, 512, 48], 837, [-0.570_312_5, 0.0, 0.0, 146.0]),
        ("spl-brain-atlas/hncma-atlas.nrrd", [256; 3], 2_707_448_541, [0.0, 0.0, -1.0, 128.0]),
        ("pymskt-knee/SAG_3D_DESS_RIGHT_bones_cart_men_fib-label.nrrd", [384, 384, 160], 16_834_798, knee),
        ("dicom-dcmqi/partial_overlaps-2.nrrd", [512, 512, 3], 23_776, [-0.810_547, 0.0, 0.0, 235.199_997]),
        ("format-samples/pynrrd/BallBinary30x30x30.nhdr", [30; 3], 3_682_296, [-1.0, 0.0, 0.0, 0.0]),
        ("format-samples/pynrrd/BallBinary30x30x30_byteskip_minus_one.nhdr", [30; 3], 3_682_296, [-1.0, 0.0, 0.0, 0.0]),
        ("vtk-data/HeadMRVolume.mhd", [48, 62, 42], 3_058_332, [-4.0, 0.0, 0.0, 0.0]),
        (
            "med-rad/Brain/Patient1/brainStructures.DKTatlas+aseg.deep.mgz",
            [256; 3],
            666_596_172,
            [-1.0, 0.0, 0.0, 43.0],
        ),
    ] {
        let Some(path) = data(file) else { continue };
        let (is_shape, is_sum, is_row) = facts(&path);
        assert_eq!((is_shape, is_sum), (shape, sum), "{file}");
        assert!(is_row.iter().zip(row).all(|(got, want)| (got - want).abs() < 1e-14), "{file}: {is_row:?}");
    }
}

#[test]
fn the_whole_frog_is_read_although_its_header_states_too_few_bytes() {
    let Some(path) = data("vtk-data/froggy/frogtissue.mhd") else { return };
    // ITK stops at the stated size and leaves the last slices without 2,670 of their voxels; Python's zlib gives this sum.
    assert_eq!(facts(&path).1, 12_279_472);
    let notes = read_segmentation(&path, &ReadVolume::default()).unwrap().notes;
    assert!(notes.len() == 1 && notes[0].contains("260020") && notes[0].contains("262087"), "{notes:?}");
}

#[test]
fn a_level_set_is_a_field_and_no_segmentation() {
    let Some(path) = data("vmtk-aorta/aorta-final-levelset.mha") else { return };
    let field = read_scalars(&path, &ReadVolume::default()).unwrap();
    let sum: f64 = field.values.iter().map(|&v| f64::from(v)).sum();
    assert!((sum - 7_283_121.521_558_22).abs() < 1e-3, "{sum}");
    assert_eq!((field.shape, field.affine.rows()[0]), ([157, 393, 34], [0.878_906, 0.0, 0.0, 156.445]));
    let labels = read_segmentation(&path, &ReadVolume::default());
    assert!(matches!(labels, Err(FormatError::NotLabels { .. })), "{labels:?}");
}

#[test]
fn adrenal_glands_are_picked_out_of_their_array() {
    let Some(path) = data("adrenalmnist3d/adrenalmnist3d_64_train_val.npz") else { return };
    let options = ReadVolume { array: Some("train_images".into()), item: Some(5), ..ReadVolume::default() };
    let map = &read_segmentation(&path, &options).unwrap().layers[0];
    assert_eq!((map.shape(), labels_of(map).iter().sum::<u32>()), ([64; 3], 923_610));
    let all = read_npz(&path, Limits::default()).unwrap();
    let shape = |name: &str| all[name].as_array().map(|a| a.shape().to_vec());
    assert_eq!(shape("val_images"), Some(vec![98, 64, 64, 64]));
    let NpyValue::Array(labels) = &all["val_labels"] else { panic!("no array") };
    assert_eq!(labels.to_f64().iter().sum::<f64>(), 22.0);
}
