//! Reading volumes that nibabel, `SimpleITK`, pynrrd and numpy wrote (and headers that none of them writes): values and
//! affine are those they were given.

use std::path::Path;

use medshape_formats::nifti;
use medshape_formats::{
    Code, FormatError, Method, ReadVolume, VolumeFormat, read_scalars, read_segmentation, read_segmentation_bytes,
};
use medshape_shape::Affine;

use crate::common::{files_of, fixtures, labels_of};

/// Where all fixtures lie, unless they say otherwise.
const ROWS: [[f64; 4]; 3] = [[0.3, -1.0, 0.0, 10.0], [0.4, 0.75, 0.0, -20.0], [0.0, 0.0, 3.0, 30.5]];

fn assert_near(affine: &Affine, rows: [[f64; 4]; 3], tolerance: f64, file: &Path) {
    for (got, want) in affine.rows().iter().flatten().zip(rows.iter().flatten()) {
        assert!((got - want).abs() <= tolerance, "{}: {:?}", file.display(), affine.rows());
    }
}

/// Values i + 4 j + 12 k, as labels and as floats, at the place of all fixtures.
fn assert_is_fixture(path: &Path, tolerance: f64) -> Vec<String> {
    let options = ReadVolume::default();
    let segmentation = read_segmentation(path, &options).unwrap_or_else(|e| panic!("{e}"));
    let map = &segmentation.layers[0];
    assert_eq!((segmentation.layers.len(), map.shape()), (1, [4, 3, 2]), "{}", path.display());
    assert_eq!(labels_of(map), (0..24).collect::<Vec<_>>(), "{}", path.display());
    assert_near(map.affine(), ROWS, tolerance, path);
    let scalars = read_scalars(path, &options).unwrap();
    assert_eq!((scalars.shape, &scalars.affine), (map.shape(), map.affine()), "{}", path.display());
    let off = scalars.values.iter().zip(0_u8..).map(|(v, n)| (v - f32::from(n)).abs()).fold(0.0, f32::max);
    // A scaled file holds its values to half a step of its scale.
    let step = if path.ends_with("slope.nii") { 23.0 / 65535.0 } else { 0.0 };
    assert!(scalars.values.len() == 24 && off <= step, "{}: {:?}", path.display(), scalars.values);
    segmentation.notes
}

#[test]
fn nrrd_of_every_type_encoding_and_frame() {
    let mut read = 0;
    for path in files_of(&fixtures("nrrd"), &["nrrd", "nhdr"]) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.starts_with("layers") || name.starts_with("plain") {
            continue;
        }
        let notes = assert_is_fixture(&path, 1e-14);
        assert_eq!(notes.len(), usize::from(name == "frame_cm.nrrd"), "{name}: {notes:?}");
        read += 1;
    }
    assert!(read >= 27, "{read}");
}

#[test]
fn a_nrrd_without_a_patient_space_is_placed_as_by_itk_and_says_so() {
    let options = ReadVolume::default();
    // SimpleITK: origin (10.5, 21, 31.5) in LPS; the first sample lies half a cell behind the axis minimum.
    let path = fixtures("nrrd/plain_spacings.nrrd");
    let read = read_segmentation(&path, &options).unwrap();
    let want = [[-1.0, 0.0, 0.0, -10.5], [0.0, -2.0, 0.0, -21.0], [0.0, 0.0, 3.0, 31.5]];
    assert_near(read.layers[0].affine(), want, 0.0, &path);
    assert!(read.notes[0].contains("LPS"), "{:?}", read.notes);
    let path = fixtures("nrrd/plain_right_handed.nrrd");
    let read = read_segmentation(&path, &options).unwrap();
    assert_near(read.layers[0].affine(), ROWS, 1e-14, &path);
    assert!(read.notes[0].contains("LPS"), "{:?}", read.notes);
}

#[test]
fn segments_of_slicer_with_layers_first_or_last() {
    for name in ["layers_first.seg.nrrd", "layers_last.seg.nrrd"] {
        let path = fixtures("nrrd").join(name);
        let read = read_segmentation(&path, &ReadVolume::default()).unwrap();
        let [first, second] = read.layers.as_slice() else { panic!("{}", read.layers.len()) };
        assert_near(first.affine(), ROWS, 1e-14, &path);
        assert_eq!(labels_of(first), (0..24).map(|v| if v < 8 { v } else { 0 }).collect::<Vec<_>>());
        assert_eq!(labels_of(second), (0..24).map(|v| u32::from(v >= 6)).collect::<Vec<_>>());
        let code = |scheme: &str, value: &str, meaning: &str| {
            Some(Code { scheme: scheme.into(), value: value.into(), meaning: meaning.into() })
        };
        let [kidney, mass] = read.segments.as_slice() else { panic!("{:?}", read.segments) };
        assert_eq!((kidney.layer, kidney.value), (0, 5));
        assert_eq!(kidney.name.as_deref(), Some("left kidney\nwith a cyst"));
        assert_eq!(kidney.colour, Some([128, 0, 255]));
        assert_eq!(kidney.category, code("SCT", "123037004", "Anatomical Structure"));
        assert_eq!(kidney.kind, code("SCT", "64033007", "Kidney"));
        assert_eq!(kidney.modifier, code("SCT", "7771000", "Left"));
        assert_eq!(kidney.region, code("SCT", "113345001", "Abdomen"));
        assert_eq!((kidney.region_modifier.as_ref(), kidney.method), (None, Some(Method::SemiAutomatic)));
        assert_eq!((mass.layer, mass.value, mass.name.as_deref()), (1, 1, Some("mass")));
        assert_eq!((mass.kind.as_ref(), mass.method), (None, None));
        let values = read_scalars(&path, &ReadVolume::default());
        assert!(matches!(values, Err(FormatError::SeveralVolumes { volumes: 2, .. })), "{values:?}");
    }
}

#[test]
fn layers_without_segment_fields_are_several_volumes() {
    let bytes = std::fs::read(fixtures("nrrd/layers_last.seg.nrrd")).unwrap();
    let plain = String::from_utf8_lossy(&bytes).replace("Segment", "Another");
    let read = read_segmentation_bytes(Path::new("x.nrrd"), plain.as_bytes(), &ReadVolume::default());
    assert!(matches!(read, Err(FormatError::SeveralVolumes { volumes: 2, .. })), "{read:?}");
    let vector = plain.replace("domain domain domain list", "domain domain domain vector");
    let read = read_segmentation_bytes(Path::new("x.nrrd"), vector.as_bytes(), &ReadVolume::default());
    assert!(matches!(read, Err(FormatError::Unsupported { .. })), "{read:?}");
}

#[test]
fn metaimage_of_every_type_layout_and_spelling() {
    let mut read = 0;
    for path in files_of(&fixtures("metaimage"), &["mha", "mhd"]) {
        // Directions and spacings are stored apart, so that their product is rounded.
        let notes = assert_is_fixture(&path, 1e-12);
        let differs = path.ends_with("orientation_differs.mha");
        assert_eq!(notes.len(), usize::from(differs), "{}: {notes:?}", path.display());
        read += 1;
    }
    assert_eq!(read, 21);
}

#[test]
fn mgh_of_every_type_with_and_without_a_tail() {
    for path in files_of(&fixtures("mgh"), &["mgh", "mgz"]) {
        // Directions are 32-bit floats.
        assert!(assert_is_fixture(&path, 2e-6).is_empty());
    }
}

#[test]
fn an_mgh_without_orientation_is_coronal_as_in_freesurfer() {
    let mut bytes = std::fs::read(fixtures("mgh/type_u1.mgh")).unwrap();
    bytes[28..30].fill(0);
    let read = read_segmentation_bytes(Path::new("x.mgh"), &bytes, &ReadVolume::default()).unwrap();
    // nibabel's get_affine for the same file.
    let want = [[-1.0, 0.0, 0.0, 2.0], [0.0, 0.0, 1.0, -1.0], [0.0, -1.0, 0.0, 1.5]];
    assert_near(read.layers[0].affine(), want, 0.0, Path::new("x.mgh"));
    assert_eq!(read.notes.len(), 1);
}

#[test]
fn nifti_pairs_intents_and_transforms() {
    for path in files_of(&fixtures("nifti"), &["nii", "hdr"]) {
        if path.ends_with("refused_rgb.nii") {
            let error = read_segmentation(&path, &ReadVolume::default()).unwrap_err();
            assert!(
                matches!(&error, FormatError::Unsupported { .. }) && error.to_string().contains("RGB24"),
                "{error}"
            );
            continue;
        }
        assert!(assert_is_fixture(&path, 2e-6).is_empty());
        let info = nifti::read_info(&path).unwrap();
        assert_eq!(info.says_labels(), path.ends_with("intent_label.nii"));
        assert_eq!(info.affine_origin == nifti::AffineOrigin::Qform, path.ends_with("qform_only.nii"));
        assert_eq!(info.scaling.is_some(), path.ends_with("slope.nii"));
    }
}

#[test]
fn the_extension_is_the_longest_known_one() {
    use VolumeFormat::{MetaImage, Mgh, Nifti, Npz, Nrrd};
    for (name, format, stem) in [
        ("liver.seg.nrrd", Nrrd, "liver"),
        ("a/liver.tar.nii.gz", Nifti, "liver.tar"),
        ("x.NHDR", Nrrd, "x"),
        ("x.mgh.gz", Mgh, "x"),
        ("x.mhd", MetaImage, "x"),
        ("x.hdr", Nifti, "x"),
        ("ä.npz", Npz, "ä"),
    ] {
        assert_eq!(VolumeFormat::from_path(Path::new(name)), Some(format), "{name}");
        assert_eq!(VolumeFormat::stem(Path::new(name)), Some(stem), "{name}");
    }
    for name in ["liver.gz", "x.raw", "x.img", ".nii", "nii", "x.stl", "", "ü.n"] {
        assert_eq!(VolumeFormat::from_path(Path::new(name)), None, "{name}");
    }
}

#[test]
fn content_goes_before_the_extension() {
    let options = ReadVolume::default();
    for (file, name) in [
        ("nrrd/gzip.nrrd", "x.nii.gz"),
        ("mgh/packed.mgz", "x.npz"),
        ("nifti/single.nii", "x.mgz"),
        ("npy/order_c.npy", "x"),
        ("metaimage/packed.mha", "x.nrrd"),
    ] {
        let bytes = std::fs::read(fixtures(file)).unwrap();
        let read = read_segmentation_bytes(Path::new(name), &bytes, &options).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(labels_of(&read.layers[0]), (0..24).collect::<Vec<_>>(), "{file} as {name}");
    }
}
