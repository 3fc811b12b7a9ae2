//! Real files of other makers, against label maps made from them (dcmqi) and values of other readers.

use medshape_dicom::*;

use crate::common::{counts, data, label_at, nrrd, same_affine};

const LIMITS: fn() -> Limits = Limits::default;

/// Every voxel of a reference label map holds, at its place, what the object has there: pairs of the reference's label
/// and the segment's number.
fn agrees(object: &SegObject, reference: &std::path::Path, pairs: &[(u32, u32)]) {
    let expected = nrrd(reference);
    let [ni, nj, _] = expected.shape;
    for &(theirs, ours) in pairs {
        let segment = object.segmentation.segments.iter().find(|s| s.value == ours).unwrap();
        let map = &object.segmentation.layers[segment.layer];
        for (n, &label) in expected.labels.iter().enumerate() {
            let index = [n % ni, n / ni % nj, n / ni / nj];
            let place = expected.affine.apply(index.map(|v| v as f64));
            let found = label_at(map, place);
            assert_eq!(found == Some(ours), label == theirs, "{} {index:?} {found:?}", reference.display());
        }
        let voxels = expected.labels.iter().filter(|&&label| label == theirs).count() as u64;
        assert_eq!(counts(map)[&ours], voxels);
    }
}

#[test]
fn dcmqi_objects_voxel_for_voxel() {
    let Some(folder) = data("dicom-dcmqi") else { return };
    let read = |name: &str| read_seg(&folder.join(name), SegOptions::default()).unwrap();
    for size in ["23x38x3", "24x38x3"] {
        agrees(&read(&format!("{size}/seg/label.seg")), &folder.join(size).join("nrrd/label.nrrd"), &[(1, 1)]);
    }
    let liver = read("liver.dcm");
    agrees(&liver, &folder.join("liver_seg.nrrd"), &[(1, 1)]);
    assert_eq!(liver.segmentation.segments[0].name.as_deref(), Some("Liver"));
    let overlaps = read("partial_overlaps.dcm");
    assert_eq!(overlaps.segmentation.layers.len(), 3);
    agrees(&overlaps, &folder.join("partial_overlaps-1.nrrd"), &[(1, 1), (4, 4), (5, 5)]);
    agrees(&overlaps, &folder.join("partial_overlaps-2.nrrd"), &[(2, 2)]);
    agrees(&overlaps, &folder.join("partial_overlaps-3.nrrd"), &[(3, 3)]);
    for name in ["noppv", "ppv5"] {
        let object = read(&format!("sparse-labelmap-{name}.dcm"));
        assert_eq!(object.kind, SegKind::LabelMap);
        agrees(&object, &folder.join(format!("sparse_labelmap_{name}_seg.nrrd")), &[(1, 1)]);
        assert_eq!(object.segmentation.notes, ["slices without a frame, left empty: 1 (a slice every 2.5000 mm)"]);
    }
}

#[test]
fn dcmqi_objects_lie_on_their_images() {
    let Some(folder) = data("dicom-dcmqi") else { return };
    for (images, object) in [
        ("23x38x3/image", "23x38x3/seg/label.seg"),
        ("24x38x3/image", "24x38x3/seg/label.seg"),
        ("ct-3slice", "liver.dcm"),
    ] {
        let series = read_series(&folder.join(images), LIMITS()).unwrap();
        let object = read_seg(&folder.join(object), SegOptions::default()).unwrap();
        same_affine(&series.affine, object.segmentation.layers[0].affine());
        assert_eq!(series.shape, object.segmentation.layers[0].shape());
        assert_eq!(object.referenced_series, [series.series_instance_uid]);
    }
}

#[test]
fn a_multi_frame_image_is_its_single_frames() {
    let Some(folder) = data("dicom-dcmqi/24x38x3") else { return };
    let single = read_series(&folder.join("image"), LIMITS()).unwrap();
    let multi = read_series(&folder.join("multiframe"), LIMITS()).unwrap();
    assert_eq!(single.shape, multi.shape);
    same_affine(&single.affine, &multi.affine);
    let values = |series| read_series_values(series, LIMITS()).unwrap().values;
    assert_eq!(values(&single), values(&multi));
}

/// Counts are those of pydicom's pixel arrays, cut at half.
#[test]
fn highdicom_objects() {
    let Some(folder) = data("dicom-highdicom") else { return };
    for (name, kind, voxels) in [
        ("seg_image_ct_binary", SegKind::Binary, 638),
        ("seg_image_ct_binary_fractional", SegKind::Probability, 638),
        ("seg_image_ct_binary_single_frame", SegKind::Binary, 1832),
    ] {
        let object = read_seg(&folder.join(format!("{name}.dcm")), SegOptions::default()).unwrap();
        assert_eq!(object.kind, kind);
        assert_eq!(counts(&object.segmentation.layers[0])[&1], voxels, "{name}");
    }
    let image = read_series_files(&[folder.join("ct_image.dcm")], LIMITS()).unwrap();
    let values = read_series_values(&image, LIMITS()).unwrap().values;
    assert_eq!(values.len(), 128 * 128);
}

/// The series has lost its identifiers and is compressed with JPEG 2000; its grid is that of the label map made from it.
#[test]
fn totalsegmentator_series() {
    let Some(folder) = data("totalsegmentator/example_ct_dicom") else { return };
    let series = read_series(&folder, LIMITS()).unwrap();
    let labels = medshape_formats::nifti::read_info(&folder.join("../example_seg_dicom.nii.gz")).unwrap();
    assert_eq!(series.shape[2], labels.shape[2]);
    assert!(series.notes.iter().any(|n| n.starts_with("no Series Instance UID")), "{:?}", series.notes);
    // Both cover the same box, whichever way their axes run.
    let corner = |shape: [usize; 3], affine: &medshape_shape::Affine, pick: fn(f64, f64) -> f64| {
        let corners = (0..8).map(|c| affine.apply([0, 1, 2].map(|n| ((shape[n] - 1) * (c >> n & 1)) as f64)));
        corners.reduce(|a, b| [0, 1, 2].map(|n| pick(a[n], b[n]))).unwrap()
    };
    for pick in [f64::min, f64::max] {
        let (a, b) = (corner(series.shape, &series.affine, pick), corner(labels.shape, &labels.affine, pick));
        assert!((0..3).all(|n| (a[n] - b[n]).abs() < 0.01), "{a:?} {b:?}");
    }
    let error = read_series_values(&series, LIMITS()).unwrap_err().to_string();
    assert!(error.contains("JPEG 2000"), "{error}");
}
