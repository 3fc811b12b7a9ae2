//! Segmentation objects written and read back.

use std::path::Path;

use medshape_dicom::*;
use medshape_formats::{Code, Method, Segment};
use medshape_shape::{Affine, Mask};
use proptest::prelude::*;

use crate::common::{fixture, same_affine};

fn code(value: &str, meaning: &str) -> Code {
    Code { scheme: "SCT".into(), value: value.into(), meaning: meaning.into() }
}

fn kidney() -> Segment {
    Segment {
        name: Some("Niere links ä".into()),
        colour: Some([221, 130, 101]),
        category: Some(code("123037004", "Anatomical Structure")),
        kind: Some(code("64033007", "Kidney")),
        modifier: Some(code("7771000", "Left")),
        region: Some(code("113345001", "Abdomen")),
        region_modifier: Some(code("24028007", "Right")),
        method: Some(Method::Automatic),
        ..Segment::default()
    }
}

fn read(bytes: &[u8]) -> SegObject {
    read_seg_bytes(Path::new("written.dcm"), bytes, SegOptions::default()).unwrap()
}

/// The places of the voxels of a segment, rounded, sorted.
fn places(object: &SegObject, value: u32) -> Vec<[i64; 3]> {
    let segment = object.segmentation.segments.iter().find(|s| s.value == value).unwrap();
    let map = &object.segmentation.layers[segment.layer];
    let [ni, nj, _] = map.shape();
    let set = (0..map.labels().len()).filter(|&n| map.labels().get(n) == value);
    let mut places: Vec<_> = set.map(|n| rounded(map.affine(), [n % ni, n / ni % nj, n / ni / nj])).collect();
    places.sort_unstable();
    places
}

fn mask_places(mask: &Mask) -> Vec<[i64; 3]> {
    let [ni, nj, _] = mask.shape();
    let set = mask.voxels().iter().enumerate().filter(|&(_, &v)| v == 1);
    let mut places: Vec<_> = set.map(|(n, _)| rounded(mask.affine(), [n % ni, n / ni % nj, n / ni / nj])).collect();
    places.sort_unstable();
    places
}

fn rounded(affine: &Affine, index: [usize; 3]) -> [i64; 3] {
    affine.apply(index.map(|v| v as f64)).map(|v| (v * 1000.0).round() as i64)
}

#[test]
fn everything_said_of_a_segment_comes_back() {
    let mask =
        Mask::new([3, 2, 1], Affine::from_spacing([0.5, 0.75, 3.0], [1.0, 2.0, 3.0]).unwrap(), vec![1; 6]).unwrap();
    let bytes =
        write_seg(&[NewSegment { mask: mask.view(), segment: &kidney() }], &WriteSegOptions::default()).unwrap();
    let object = read(&bytes);
    assert_eq!(object.segmentation.segments, [Segment { value: 1, ..kidney() }]);
    assert_eq!(object.segmentation.notes, Vec::<String>::new());
    same_affine(object.segmentation.layers[0].affine(), mask.affine());
    let again =
        write_seg(&[NewSegment { mask: mask.view(), segment: &kidney() }], &WriteSegOptions::default()).unwrap();
    assert_eq!(again, bytes);
}

#[test]
fn on_the_grid_of_the_images_and_nobody_named() {
    let series = read_series(&fixture("series/oblique"), Limits::default()).unwrap();
    // A crop with its axes turned: i of the mask is -k of the images, j is i, k is -j.
    let a = series.affine.rows();
    let rows = [0, 1, 2].map(|n| [-a[n][2], a[n][0], -a[n][1], a[n][3] + 3.0 * a[n][2] + a[n][0] + 4.0 * a[n][1]]);
    let mask = Mask::new([2, 3, 4], Affine::from_rows(rows).unwrap(), (0..24).map(|n| u8::from(n % 5 != 0)).collect());
    let mask = mask.unwrap();
    let segment = kidney();
    let new = [NewSegment { mask: mask.view(), segment: &segment }; 2];
    let options = WriteSegOptions { source: Some(&series), ..WriteSegOptions::default() };
    let bytes = write_seg(&new, &options).unwrap();
    let object = read(&bytes);
    assert_eq!(object.referenced_series, [series.series_instance_uid.as_str()]);
    assert_eq!(object.frame_of_reference_uid, series.frame_of_reference_uid);
    assert_eq!(object.segmentation.layers.len(), 2);
    assert_eq!(places(&object, 1), mask_places(&mask));
    assert_eq!(places(&object, 2), mask_places(&mask));
    let contains = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|w| w.eq_ignore_ascii_case(text));
    for secret in [&b"secret"[..], b"19380204", b"20010305"] {
        assert!(!contains(&bytes, secret));
    }
    let named = write_seg(&new, &WriteSegOptions { keep_identity: true, ..options }).unwrap();
    assert!(contains(&named, b"Secret^Name") && contains(&named, b"20010305"));
}

#[test]
fn what_cannot_be_written_is_named() {
    let mask = |affine, voxels| Mask::new([2, 2, 1], affine, voxels).unwrap();
    let unit = Affine::IDENTITY;
    let full = mask(unit, vec![1; 4]);
    let error = |mask: &Mask, segment: &Segment| {
        let first = NewSegment { mask: full.view(), segment: &kidney() };
        let new = [first, NewSegment { mask: mask.view(), segment }];
        write_seg(&new, &WriteSegOptions::default()).unwrap_err().to_string()
    };
    assert_eq!(error(&mask(unit, vec![0; 4]), &kidney()), "segment 2 cannot be written: it has no voxels");
    let off = mask(Affine::from_spacing([1.0; 3], [0.5, 0.0, 0.0]).unwrap(), vec![1; 4]);
    assert!(error(&off, &kidney()).contains("do not lie on the grid of the first segment"));
    let coarse = mask(Affine::from_spacing([2.0, 1.0, 1.0], [0.0; 3]).unwrap(), vec![1; 4]);
    assert!(error(&coarse, &kidney()).contains("do not lie on the grid"));
    assert!(error(&full, &Segment { kind: None, ..kidney() }).contains("segment 2 cannot be written: it has no kind"));
    assert!(error(&full, &Segment { method: None, ..kidney() }).contains("it has no method"));
    assert!(write_seg(&[], &WriteSegOptions::default()).is_err());
    let slanted = Affine::from_rows([[1.0, 0.5, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]).unwrap();
    let slanted = mask(slanted, vec![1; 4]);
    let new = [NewSegment { mask: slanted.view(), segment: &kidney() }];
    assert!(write_seg(&new, &WriteSegOptions::default()).unwrap_err().to_string().contains("right angle"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_masks_come_back(
        shape in prop::array::uniform3(1_usize..9),
        seed in prop::collection::vec(any::<u8>(), 512),
        spacing in prop::array::uniform3(0.1_f64..5.0),
        angle in -3.0_f64..3.0,
        left_handed in any::<bool>(),
        lean in -0.5_f64..0.5,
    ) {
        let (s, c) = angle.sin_cos();
        let [a, b, d] = spacing;
        let d = if left_handed { -d } else { d };
        let rows = [[c * a, -s * b, 0.0, -20.0], [s * a, c * b, lean, 7.5], [0.0, 0.0, d, 100.0]];
        let affine = Affine::from_rows(rows).unwrap();
        let voxels = shape.iter().product::<usize>();
        let masks = [1, 2, 4].map(|bit| {
            let mut values: Vec<u8> = seed[..voxels].iter().map(|v| v & bit).collect();
            values[voxels / 2] = 1;
            Mask::new(shape, affine, values).unwrap()
        });
        let new = masks.each_ref().map(|mask| (mask, kidney()));
        let new: Vec<_> = new.iter().map(|(mask, segment)| NewSegment { mask: mask.view(), segment }).collect();
        let object = read(&write_seg(&new, &WriteSegOptions::default()).unwrap());
        for (n, mask) in masks.iter().enumerate() {
            let (found, expected) = (places(&object, n as u32 + 1), mask_places(mask));
            prop_assert_eq!(found.len(), expected.len());
            // Decimal strings hold 16 characters.
            for (f, e) in found.iter().zip(&expected) {
                prop_assert!(f.iter().zip(e).all(|(f, e)| (f - e).abs() <= 1), "{:?} {:?}", f, e);
            }
        }
    }
}
