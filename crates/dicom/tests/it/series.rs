//! Image series: order, geometry, encodings, values.

use medshape_dicom::*;

use crate::common::{expected, fixture, same_affine};

const LIMITS: fn() -> Limits = Limits::default;

/// The stored values of slice `k`, as the script makes them, rescaled.
fn slice(k: i32) -> Vec<f32> {
    let at = |(row, column): (i32, i32)| {
        let stored = (100 * k + 10 * row + column) * if (row + column) % 2 == 1 { -1 } else { 1 };
        (stored * 2 - 1000) as f32
    };
    (0..5).flat_map(|row| (0..7).map(move |column| (row, column))).map(at).collect()
}

#[test]
fn an_oblique_series_in_shuffled_files() {
    let series = read_series(&fixture("series/oblique"), LIMITS()).unwrap();
    let expected = expected("series/oblique");
    assert_eq!(series.shape, expected.shape);
    same_affine(&series.affine, &expected.affine);
    let names: Vec<_> = series.slices.iter().map(|s| s.file.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["c.dcm", "a.dcm", "b.dcm", "e.dcm", "d.dcm"]);
    assert_eq!(series.notes, ["left out, no images with a place in the patient: notes.txt"]);
    assert_eq!(series.modality, "CT");
    let values = read_series_values(&series, LIMITS()).unwrap();
    assert_eq!(values.values, (0..5).flat_map(slice).collect::<Vec<_>>());
    assert_eq!(values.unit.as_deref(), Some("HU"));
}

#[test]
fn a_tilted_gantry() {
    let series = read_series(&fixture("series/tilted"), LIMITS()).unwrap();
    same_affine(&series.affine, &expected("series/tilted").affine);
    assert!(series.notes[0].contains("sheared"), "{:?}", series.notes);
}

#[test]
fn a_missing_slice_is_a_gap() {
    let series = read_series(&fixture("series/gap"), LIMITS()).unwrap();
    assert_eq!(series.shape, [7, 5, 4]);
    assert_eq!(series.slices.iter().map(|s| s.k).collect::<Vec<_>>(), [0, 1, 3]);
    assert_eq!(series.notes, ["missing slices: k = 2"]);
    let values = read_series_values(&series, LIMITS()).unwrap().values;
    assert!(values[70..105].iter().all(|v| v.is_nan()));
    assert_eq!(values[105..], slice(3));
}

#[test]
fn what_makes_no_volume_is_refused() {
    let error = |name: &str| read_series(&fixture(name), LIMITS()).unwrap_err().to_string();
    assert!(error("series/uneven").contains("no multiples of one step"), "{}", error("series/uneven"));
    assert!(error("series/twice").contains("1.dcm and 2.dcm lie in the same place"), "{}", error("series/twice"));
    assert!(error("series/mixed").contains("holds 2 image series"), "{}", error("series/mixed"));
    assert!(error("rtstruct").contains("is not a DICOM image series: 4 other files"), "{}", error("rtstruct"));
    let small = read_series(&fixture("series/oblique"), Limits { max_voxels: 100, ..LIMITS() });
    assert!(matches!(small, Err(DicomError::TooLarge { .. })));
}

#[test]
fn one_of_several_series_and_localizers() {
    let Err(DicomError::SeveralSeries { series, .. }) = read_series(&fixture("series/mixed"), LIMITS()) else {
        panic!()
    };
    let uid = series[1].split(':').next().unwrap();
    assert_eq!(read_series_of(&fixture("series/mixed"), uid, LIMITS()).unwrap().shape, [7, 5, 3]);
    let one = read_series(&fixture("series/localizer"), LIMITS()).unwrap();
    assert_eq!(one.shape, [7, 5, 3]);
    assert_eq!(one.notes, ["0.dcm: a localizer, left out"]);
}

#[test]
fn every_encoding_holds_the_same_image() {
    for name in
        ["explicit", "implicit", "big_endian", "deflated", "rle", "jpeg_lossless", "bare_implicit", "no_preamble"]
    {
        println!("{name}");
        let series = read_series_files(&[fixture(&format!("encoding/{name}.dcm"))], LIMITS()).unwrap();
        assert_eq!(series.shape, [7, 5, 1]);
        assert_eq!(read_series_values(&series, LIMITS()).unwrap().values, slice(1));
    }
}

#[test]
fn jpeg_baseline() {
    let series = read_series_files(&[fixture("encoding/jpeg_baseline.dcm")], LIMITS()).unwrap();
    assert_eq!(read_series_values(&series, LIMITS()).unwrap().values, [100.0 * 2.0 - 1000.0; 35]);
}
