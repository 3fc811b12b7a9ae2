//! Segmentation objects against the arrays that they were made from.

use std::path::Path;

use medshape_dicom::{SegKind, SegObject, SegOptions, read_seg, read_seg_bytes};
use medshape_formats::{Code, Method};

use crate::common::{bytes, counts, expected, fixture, same_segments};
use crate::patch::set;

fn read(name: &str) -> SegObject {
    read_seg(&fixture(&format!("seg/{name}.dcm")), SegOptions::default()).unwrap()
}

fn code(value: &str, meaning: &str) -> Code {
    Code { scheme: "SCT".into(), value: value.into(), meaning: meaning.into() }
}

#[test]
fn voxels_and_places() {
    for name in [
        "binary",
        "binary_shuffled",
        "binary_deflated",
        "binary_sparse",
        "binary_single",
        "fractional_probability",
        "fractional_occupancy",
        "labelmap",
        "labelmap_wide",
        "labelmap_rle",
    ] {
        println!("{name}");
        let object = read(name);
        same_segments(&object.segmentation, &expected(&format!("seg/{name}")));
        assert_eq!(object.referenced_series, ["1.2.826.0.1.3680043.10.999.2"]);
        assert_eq!(object.frame_of_reference_uid.as_deref(), Some("1.2.826.0.1.3680043.10.999.3"));
    }
}

#[test]
fn kinds() {
    assert_eq!(read("binary").kind, SegKind::Binary);
    assert_eq!(read("fractional_probability").kind, SegKind::Probability);
    assert_eq!(read("fractional_occupancy").kind, SegKind::Occupancy);
    assert_eq!(read("labelmap").kind, SegKind::LabelMap);
}

#[test]
fn overlapping_segments_lie_in_layers() {
    let object = read("binary").segmentation;
    assert_eq!(object.layers.len(), 3);
    assert_eq!(object.segments.iter().map(|s| s.layer).collect::<Vec<_>>(), [0, 1, 2]);
}

#[test]
fn what_the_file_says_of_a_segment() {
    let object = read("binary").segmentation;
    let [one, two, three] = object.segments.as_slice() else { panic!() };
    assert_eq!(one.name.as_deref(), Some("Nierenähnlich"));
    assert_eq!(one.category, Some(code("91772007", "Organ")));
    assert_eq!(one.kind, Some(code("64033007", "Kidney")));
    assert_eq!(one.modifier, Some(code("7771000", "Left")));
    assert_eq!(one.region.as_ref().map(|c| c.meaning.as_str()), Some("Abdomen"));
    assert_eq!(
        (one.method, two.method, three.method),
        (Some(Method::Manual), Some(Method::Automatic), Some(Method::SemiAutomatic))
    );
    // CIELab (53.24, 80.09, 67.2).
    assert_eq!(one.colour, Some([255, 0, 0]));
    assert_eq!(two.colour, None);
}

#[test]
fn the_threshold_is_the_callers() {
    let path = fixture("seg/fractional_probability.dcm");
    let count = |threshold| {
        let object = read_seg(&path, SegOptions { threshold, ..SegOptions::default() }).unwrap();
        let map = &object.segmentation.layers[0];
        (0..map.labels().len()).filter(|&n| map.labels().get(n) == 1).count()
    };
    assert!(count(0.0) > count(0.5) && count(0.5) > count(1.0));
    let notes = read("fractional_probability").segmentation.notes;
    assert!(notes.iter().any(|n| n.contains("0.5") && n.contains("100 of 200")), "{notes:?}");
}

#[test]
fn slices_without_a_frame_are_empty_and_named() {
    let notes = read("binary_sparse").segmentation.notes;
    assert!(notes.iter().any(|n| n.starts_with("slices without a frame, left empty: 1")), "{notes:?}");
}

#[test]
fn a_segment_numbered_0_beside_another_background_gets_a_number() {
    let mut file = bytes("seg/labelmap.dcm");
    set(&mut file, [0x0028, 0x0120], "US", &[9, 0]);
    let before = counts(&read("labelmap").segmentation.layers[0]);
    // Background itself stays background, whatever pads it.
    let object = read_seg_bytes(Path::new("x.dcm"), &file, SegOptions::default()).unwrap().segmentation;
    assert_eq!(counts(&object.layers[0]), before);
    // But a thing that is not called so is a segment.
    let at = file.windows(6).rposition(|w| w == b"125040").unwrap();
    file[at..at + 6].copy_from_slice(b"125041");
    let object = read_seg_bytes(Path::new("x.dcm"), &file, SegOptions::default()).unwrap().segmentation;
    let after = counts(&object.layers[0]);
    assert_eq!((after[&1], after[&3]), (before[&1], before[&3]));
    assert_eq!(after[&10], 140 - before[&1] - before[&3]);
    assert_eq!(object.segments.iter().map(|s| s.value).collect::<Vec<_>>(), [1, 3, 10]);
    assert!(object.notes.iter().any(|n| n.contains("segment 0 has the value 10")), "{:?}", object.notes);
}
