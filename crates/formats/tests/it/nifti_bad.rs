//! `NIfTI` files that must be refused, each with the error that says why.

use std::path::Path;
use std::time::Instant;

use crate::common::{Nifti, gzip};
use medshape_formats::FormatError;
use medshape_formats::nifti::{LabelVolume, Limits, read_info, read_label_map, read_label_map_bytes};

fn read(bytes: &[u8]) -> Result<LabelVolume, FormatError> {
    read_label_map_bytes(Path::new("test.nii"), bytes, Limits::default())
}

fn good() -> Nifti {
    Nifti::new(1, [40, 30, 20], 2, (0..24_000_u32).map(|i| (i * i % 7) as u8).collect())
}

#[test]
fn a_gzip_file_cut_anywhere_says_how_much_is_missing() {
    let whole = gzip(&good().bytes());
    let middle = &whole[..whole.len() / 2];
    match read(middle) {
        Err(FormatError::Truncated { expected: 24_352, found, .. }) => {
            assert!(found > 352 && found < 24_352, "{found}");
        }
        other => panic!("{other:?}"),
    }
    for length in 0..whole.len() {
        assert!(read(&whole[..length]).is_err(), "cut at {length} of {}", whole.len());
    }
    assert!(read(&whole).is_ok());
}

#[test]
fn a_damaged_gzip_file_is_noticed_by_its_checksum() {
    let mut bytes = gzip(&good().bytes());
    let checksum = bytes.len() - 6;
    bytes[checksum] ^= 1;
    assert!(matches!(read(&bytes), Err(FormatError::Compressed { .. })));
}

#[test]
fn a_plain_file_shorter_than_its_header_says_is_refused() {
    let bytes = good().bytes();
    let error = read(&bytes[..20_000]).unwrap_err();
    assert!(matches!(error, FormatError::Truncated { expected: 24_352, found: 20_000, .. }), "{error}");
    assert!(read(&bytes[..100]).is_err());
}

#[test]
fn sizes_of_zero_negative_and_absurd_are_refused_before_allocating() {
    for (axis, value) in [(0, 0), (0, 8), (1, 0), (2, -3), (3, 40_000)] {
        for version in [1, 2] {
            let mut f = Nifti { version, ..good() };
            f = Nifti { dim: f.dim, ..Nifti::new(version, [40, 30, 20], 2, f.voxels) };
            f.dim[axis] = value;
            assert!(matches!(read(&f.bytes()), Err(FormatError::Header { .. })), "dim[{axis}] = {value}");
        }
    }
    let huge = |shape: [i64; 3]| Nifti::new(2, shape, 64, vec![0; 100]);
    assert!(matches!(read(&huge([32_767; 3]).bytes()), Err(FormatError::TooLarge { .. })));
    assert!(matches!(read(&huge([i64::MAX; 3]).bytes()), Err(FormatError::Header { .. })));
    // 4 billion voxels of 8 bytes in a file of a kilobyte: nothing to wait for.
    let start = Instant::now();
    for bytes in [huge([1600; 3]).bytes(), gzip(&huge([1600; 3]).bytes())] {
        assert!(matches!(read(&bytes), Err(FormatError::Truncated { .. })));
    }
    assert!(start.elapsed().as_millis() < 500);
    let limits = Limits { max_voxels: 23_999 };
    let error = read_label_map_bytes(Path::new("x"), &good().bytes(), limits).unwrap_err();
    assert!(matches!(error, FormatError::TooLarge { shape: [40, 30, 20], max_voxels: 23_999, .. }));
}

#[test]
fn several_volumes_are_refused_with_their_number() {
    let f = Nifti { dim: [5, 4, 3, 2, 10, 3, 1, 1], ..Nifti::new(1, [4, 3, 2], 2, vec![0; 720]) };
    match read(&f.bytes()) {
        Err(FormatError::SeveralVolumes { volumes: 30, shape, .. }) => assert_eq!(shape, [4, 3, 2, 10, 3]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn types_that_hold_no_labels_are_named() {
    for (code, name) in [(128, "RGB24"), (2304, "RGBA32"), (32, "complex64"), (1792, "complex128"), (1536, "float128")]
    {
        let message = read(&Nifti { datatype: code, ..good() }.bytes()).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
    }
    assert!(matches!(
        read(&Nifti { datatype: 77, ..good() }.bytes()),
        Err(FormatError::Header { field: "datatype", .. })
    ));
}

#[test]
fn singular_and_nan_affines_are_refused() {
    let mut f = good();
    f.srow[2] = [0.0; 4];
    assert!(matches!(read(&f.bytes()), Err(FormatError::Affine { origin: "sform", .. })));
    f.srow[2] = [f64::NAN, 0.0, 1.0, 0.0];
    assert!(matches!(read(&f.bytes()), Err(FormatError::Affine { .. })));
    (f.sform_code, f.qform_code, f.quaternion) = (0, 1, [f64::NAN, 0.0, 0.0]);
    assert!(matches!(read(&f.bytes()), Err(FormatError::Affine { origin: "qform", .. })));
}

#[test]
fn other_files_are_called_what_they_are() {
    let pair = Nifti { magic: *b"ni1\0", ..good() };
    assert!(read(&pair.bytes()).unwrap_err().to_string().contains("data file `test.nii.img`"));
    let analyze = Nifti { magic: [0; 4], ..good() };
    assert!(read(&analyze.bytes()).unwrap_err().to_string().contains("Analyze"));
    for other in [&b"<html>not found</html>"[..], b"", b"PK\x03\x04"] {
        assert!(matches!(read(other), Err(FormatError::NotThisFormat { .. })));
        assert!(read(&gzip(other)).is_err());
    }
    for offset in [100.0, -4.0, f64::NAN, 352.5, 1e30] {
        let f = Nifti { vox_offset: offset, ..good() };
        assert!(matches!(read(&f.bytes()), Err(FormatError::Header { field: "vox_offset", .. })), "{offset}");
    }
}

#[test]
fn folders_and_missing_files_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gibt es nicht ä.nii.gz");
    let error = read_label_map(&path).unwrap_err();
    assert!(matches!(error, FormatError::Read { .. }) && error.to_string().contains("gibt es nicht ä"));
    assert!(matches!(read_info(folder.path()), Err(FormatError::NotAFile { .. })));
}
