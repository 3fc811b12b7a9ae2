//! Faulty objects: a typed error that says where, before any memory is asked for.

use std::path::Path;

use medshape_dicom::*;

use crate::common::{bytes, fixture};
use crate::patch::{find, hide, set};

fn seg(bytes: &[u8]) -> Result<SegObject, DicomError> {
    read_seg_bytes(Path::new("bad.dcm"), bytes, SegOptions::default())
}

fn spoiled(spoil: impl Fn(&mut Vec<u8>)) -> String {
    spoiled_file("seg/binary.dcm", spoil)
}

fn spoiled_file(name: &str, spoil: impl Fn(&mut Vec<u8>)) -> String {
    let mut file = bytes(name);
    spoil(&mut file);
    seg(&file).unwrap_err().to_string()
}

fn says(error: &str, parts: &[&str]) {
    assert!(error.starts_with("bad.dcm: ") && parts.iter().all(|p| error.contains(p)), "{error}");
}

#[test]
fn missing_functional_groups() {
    for (tag, name) in [
        ([0x5200, 0x9230], "PerFrameFunctionalGroupsSequence"),
        ([0x0020, 0x9113], "PlanePositionSequence"),
        ([0x0020, 0x9116], "PlaneOrientationSequence"),
        ([0x0028, 0x9110], "PixelMeasuresSequence"),
        ([0x0062, 0x000A], "SegmentIdentificationSequence"),
        ([0x0062, 0x0002], "SegmentSequence"),
    ] {
        says(&spoiled(|b| hide(b, tag, "SQ")), &[name, "is missing"]);
    }
    says(&spoiled(|b| hide(b, [0x0020, 0x0032], "DS")), &["ImagePositionPatient", "PlanePositionSequence", "missing"]);
    says(&spoiled(|b| hide(b, [0x7FE0, 0x0010], "OB")), &["PixelData", "is missing"]);
}

#[test]
fn absurd_sizes_are_refused_before_memory_is_asked_for() {
    says(&spoiled(|b| set(b, [0x0028, 0x0010], "US", &[0xFF, 0xFF])), &["grid of [7, 65535, 1] voxels is above"]);
    says(
        &spoiled(|b| set(b, [0x0028, 0x0010], "US", &[0xFF, 0x7F])),
        &["is cut short", "of 7 x 32767 pixels of 1 bits"],
    );
    says(&spoiled(|b| set(b, [0x0028, 0x0011], "US", &[0, 0])), &["Columns", "is 0", "1 to 65535"]);
    says(&spoiled(|b| set(b, [0x0028, 0x0008], "IS", b"99")), &["is cut short: PixelData", "99 frames"]);
    says(&spoiled(|b| set(b, [0x0028, 0x0008], "IS", b"6 ")), &["PixelData", "without gaps"]);
    says(&spoiled(|b| set(b, [0x0028, 0x0008], "IS", b"-1")), &["NumberOfFrames", "is -1"]);
    says(&spoiled(|b| set(b, [0x0028, 0x0008], "IS", b"x ")), &["NumberOfFrames", "whole number"]);
    says(&spoiled(|b| set(b, [0x0028, 0x0100], "US", &[8, 0])), &["BitsAllocated", "is 8"]);
}

#[test]
fn pixels_of_the_wrong_length() {
    let cut = spoiled(|b| {
        let at = find(b, [0x7FE0, 0x0010], "OB");
        let length = b.len() - at - 12 - 2;
        b[at + 8..at + 12].copy_from_slice(&(length as u32).to_le_bytes());
        b.truncate(at + 12 + length);
    });
    says(&cut, &["is cut short", "frames of 7 x 5 pixels of 1 bits"]);
    // Every frame padded to whole bytes, as some writers wrongly do.
    let padded = spoiled(|b| {
        let at = find(b, [0x7FE0, 0x0010], "OB");
        b[at + 8..at + 12].copy_from_slice(&100_u32.to_le_bytes());
        b.resize(at + 12 + 100, 0);
    });
    says(&padded, &["PixelData", "100 bytes", "without gaps"]);
}

#[test]
fn segments_that_are_not_described_or_twice() {
    let unknown = spoiled(|b| {
        let at = find(b, [0x0062, 0x000B], "US");
        b[at + 8] = 9;
    });
    says(&unknown, &["ReferencedSegmentNumber", "9 for frame 1"]);
    let twice = spoiled(|b| {
        let first = find(b, [0x0062, 0x0004], "US");
        let second = first + 8 + find(&b[first + 8..], [0x0062, 0x0004], "US");
        b[second + 8] = 1;
    });
    says(&twice, &["SegmentNumber", "1 for a second segment", "SegmentSequence"]);
    says(&spoiled(|b| set(b, [0x0062, 0x0001], "CS", b"BONARY")), &["SegmentationType", "BONARY", "BINARY"]);
}

#[test]
fn other_kinds_of_files() {
    says(&seg(b"not DICOM at all, but long enough").unwrap_err().to_string(), &["is not a DICOM file", "not DICOM"]);
    says(
        &seg(&bytes("encoding/explicit.dcm")).unwrap_err().to_string(),
        &["not a DICOM segmentation", "modality is CT"],
    );
    let structures = read_rtstruct(&fixture("seg/binary.dcm"), Limits::default()).unwrap_err().to_string();
    assert!(structures.contains("is not a DICOM RT structure set: its modality is SEG"), "{structures}");
}

#[test]
fn limits_hold() {
    let small = SegOptions { limits: Limits { max_voxels: 3 * 140 - 1, ..Limits::default() }, ..SegOptions::default() };
    let path = fixture("seg/binary.dcm");
    assert!(matches!(read_seg(&path, small), Err(DicomError::TooLarge { .. })));
    let enough = SegOptions { limits: Limits { max_voxels: 3 * 140, ..Limits::default() }, ..SegOptions::default() };
    assert!(read_seg(&path, enough).is_ok());
    let small = Limits { max_inflated: 500, ..Limits::default() };
    let error = read_series_files(&[fixture("encoding/deflated.dcm")], small).unwrap_err().to_string();
    assert!(error.contains("a deflated data set of more than 500 bytes"), "{error}");
}

#[test]
fn refused_compressions_are_named() {
    let mut file = bytes("seg/labelmap_rle.dcm");
    let at = file.windows(19).position(|w| w == b"1.2.840.10008.1.2.5").unwrap();
    // JPEG-LS in place of RLE: the UID is longer, so the implementation's gives way.
    file[at - 8..at + 20].copy_from_slice(b"\x02\x00\x10\x00UI\x14\x001.2.840.10008.1.2.99");
    let error = seg(&file).unwrap_err().to_string();
    assert!(error.contains("pixel compression") && error.contains("1.2.840.10008.1.2.99"), "{error}");
}

#[test]
fn deep_nesting_ends() {
    let mut file = bytes("encoding/bare_implicit.dcm");
    for _ in 0..100_000 {
        file.extend(b"\x08\x00\x15\x11\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF");
    }
    let error = seg(&file).unwrap_err().to_string();
    assert!(error.contains("nested more than 32 deep"), "{error}");
}

#[test]
fn contours_that_cannot_be() {
    let spoiled = |from: &[u8], to: &[u8]| {
        let mut file = bytes("rtstruct/axial.dcm");
        let at = file.windows(from.len()).position(|w| w == from).unwrap();
        file[at..at + to.len()].copy_from_slice(to);
        read_rtstruct_bytes(Path::new("bad.dcm"), &file, Limits::default()).unwrap_err().to_string()
    };
    says(&spoiled(b"1.300000\\", b"1.3x0000\\"), &["contour 1 of ROI 1 (hole)", "1.3x0000"]);
    says(&spoiled(b"1.300000\\1", b"1.300000 1"), &["contour 1 of ROI 1 (hole)"]);
    says(&spoiled(b"1.300000\\", b"1e300000\\"), &["contour 1 of ROI 1 (hole)", "-100000 to 100000"]);
    says(&spoiled(b"CLOSED_PLANAR", b"CLOSED_PLANET"), &["contour 1 of ROI 1 (hole)", "CLOSED_PLANET is unknown"]);
}

#[test]
fn zeros_behind_the_data_are_padding_and_before_more_data_take_no_time() {
    let mut file = bytes("encoding/bare_implicit.dcm");
    file.resize(file.len() + 4_000_000, 0);
    let found = seg(&file).unwrap_err().to_string();
    assert!(found.contains("its modality is CT"), "{found}");
    file.push(1);
    let started = std::time::Instant::now();
    assert!(seg(&file).is_err());
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn absurd_places_are_refused() {
    for (tag, name) in [([0x0020, 0x0032], "ImagePositionPatient"), ([0x0028, 0x0030], "PixelSpacing")] {
        let error = spoiled(|b| {
            let at = find(b, tag, "DS");
            let length = usize::from(b[at + 6]);
            let huge = [b"9e9".to_vec(), vec![b' '; length]].concat();
            let end = at + 8 + b[at + 8..].iter().position(|&c| c == b'\\').unwrap();
            b[at + 8..end].copy_from_slice(&huge[..end - at - 8]);
        });
        assert!(error.contains(name), "{error}");
    }
}
