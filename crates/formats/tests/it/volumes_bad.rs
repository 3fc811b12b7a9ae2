//! Volume files that must be refused, each with the error that says why.

use std::fs;
use std::path::Path;

use medshape_formats::npy::read_npz_bytes;
use medshape_formats::{FormatError, Limits, ReadVolume, Segmentation, read_segmentation, read_segmentation_bytes};

use crate::common::{fixtures, gzip};

fn read(name: &str, bytes: &[u8]) -> Result<Segmentation, FormatError> {
    read_segmentation_bytes(Path::new(name), bytes, &ReadVolume::default())
}

/// A NRRD of 4 x 3 x 2 bytes with one of its lines replaced.
fn nrrd(field: &str, line: &str) -> Vec<u8> {
    let lines = [
        "type: uchar",
        "dimension: 3",
        "sizes: 4 3 2",
        "space: LPS",
        "space directions: (1,0,0) (0,1,0) (0,0,1)",
        "encoding: raw",
    ];
    let mut text = "NRRD0005\n".to_owned();
    for known in lines {
        text.push_str(if known.starts_with(field) { line } else { known });
        text.push('\n');
    }
    if !lines.iter().any(|l| l.starts_with(field)) {
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
    [text.as_bytes(), &[7; 24]].concat()
}

#[test]
fn nrrd_headers_that_cannot_be_right() {
    assert!(read("x.nrrd", &nrrd("type", "type: uchar")).is_ok());
    for (field, line) in [
        ("type", "type: complex"),
        ("type", ""),
        ("dimension", "dimension: 0"),
        ("dimension", "dimension: 4"),
        ("dimension", "dimension: 99999999999999999999"),
        ("sizes", "sizes: 4 3"),
        ("sizes", "sizes: 4 -3 2"),
        ("sizes", "sizes: 0 3 2"),
        ("sizes", "sizes: 40000 3 2"),
        ("sizes", "sizes: 18446744073709551615 3 2"),
        ("space:", "space: elsewhere"),
        ("space directions", "space directions: (1,0,0) (0,1,0)"),
        ("space directions", "space directions: (1,0) (0,1) (0,0)"),
        ("space directions", "space directions: (1,0,0) (0,1,0) (0,0,1"),
        ("space origin", "space origin: 1,2,3"),
        ("space origin", "space origin: (1,2)"),
        ("space units", "space units: \"mm\" \"cm\" \"mm\""),
        ("kinds", "kinds: domain domain"),
        ("encoding", "encoding: lzma"),
        ("encoding", ""),
        ("endian", "no separator"),
        ("byte skip", "byte skip: -2"),
        ("byte skip", "byte skip: many"),
        ("line skip", "line skip: 3"),
        ("Segment0_Layer", "Segment0_Layer:=1"),
        ("Segment0_LabelValue", "Segment0_LabelValue:=-1"),
    ] {
        let result = read("x.nrrd", &nrrd(field, line));
        assert!(matches!(result, Err(FormatError::Header { .. } | FormatError::Syntax { .. })), "{line}: {result:?}");
    }
    for (field, line) in [("type", "type: block"), ("encoding", "encoding: zrl")] {
        let result = read("x.nrrd", &nrrd(field, line));
        assert!(matches!(result, Err(FormatError::Unsupported { .. })), "{line}: {result:?}");
    }
    for line in ["space directions: (1,0,0) (2,0,0) (0,0,1)", "space directions: (nan,0,0) (0,1,0) (0,0,1)"] {
        let result = read("x.nrrd", &nrrd("space directions", line));
        assert!(matches!(result, Err(FormatError::Affine { .. })), "{line}: {result:?}");
    }
    for line in ["sizes: 4 3 3", "sizes: 30000 30000 4"] {
        let result = read("x.nrrd", &nrrd("sizes", line));
        assert!(matches!(result, Err(FormatError::Truncated { .. })), "{line}: {result:?}");
    }
    let result = read("x.nrrd", &nrrd("sizes", "sizes: 30000 30000 30000"));
    assert!(matches!(result, Err(FormatError::TooLarge { .. })), "{result:?}");
    assert!(matches!(read("x.nrrd", b"NRRD0009\n\n"), Err(FormatError::NotThisFormat { .. })));
}

#[test]
fn data_files_outside_the_folder_are_never_opened() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(folder.path().join("secret.raw"), [7; 24]).unwrap();
    for name in ["../secret.raw", "/etc/passwd", "LIST\n../secret.raw", "../secret%d.raw 1 1 1"] {
        let header = String::from_utf8(nrrd("data file", &format!("data file: {name}"))).unwrap();
        let path = inner.join("x.nhdr");
        fs::write(&path, header.split("\n\n").next().unwrap()).unwrap();
        let result = read_segmentation(&path, &ReadVolume::default());
        assert!(matches!(result, Err(FormatError::OutsideFolder { .. })), "{name}: {result:?}");

        let name = name.replace("/etc", "/etc/./");
        let header = format!("NDims = 3\nDimSize = 4 3 2\nElementType = MET_UCHAR\nElementDataFile = {name}\n");
        let path = inner.join("x.mhd");
        fs::write(&path, header).unwrap();
        let result = read_segmentation(&path, &ReadVolume::default());
        assert!(
            matches!(result, Err(FormatError::OutsideFolder { .. } | FormatError::Header { .. })),
            "{name}: {result:?}"
        );
    }
}

#[test]
fn metaimage_headers_that_cannot_be_right() {
    let fields = ["NDims = 3", "DimSize = 4 3 2", "ElementType = MET_UCHAR", "ElementDataFile = LOCAL"];
    let with = |old: &str, new: &str| {
        let text: String = fields.iter().flat_map(|f| [if *f == old { new } else { f }, "\n"]).collect();
        read("x.mha", &[text.as_bytes(), &[7; 24]].concat())
    };
    assert!(with("", "").is_ok());
    for (old, new) in [
        (fields[0], "NDims = 0"),
        (fields[0], "NDims = 3\nCompressedData = Maybe"),
        (fields[0], "NDims = 3\nHeaderSize = -3"),
        (fields[0], "NDims = 3\nHeaderSize = -1\nCompressedData = True"),
        (fields[0], "NDims = 3\nOffset = 1 2"),
        (fields[0], "NDims = 3\nTransformMatrix = 1 0 0 0 1 0 0 0"),
        (fields[1], "DimSize = 4 3"),
        (fields[1], "DimSize = 4 0 2"),
        (fields[1], "DimSize = 40000 3 2"),
        (fields[2], "ElementType = MET_SOMETHING"),
        (fields[2], "nothing"),
        (fields[3], ""),
        (fields[3], "ElementDataFile = LIST 3"),
    ] {
        let result = with(old, new);
        assert!(matches!(result, Err(FormatError::Header { .. } | FormatError::Syntax { .. })), "{new}: {result:?}");
    }
    for (old, new) in [
        (fields[0], "NDims = 3\nElementNumberOfChannels = 3"),
        (fields[0], "ObjectType = Tube\nNDims = 3"),
        (fields[2], "ElementType = MET_FLOAT_ARRAY"),
    ] {
        let result = with(old, new);
        assert!(matches!(result, Err(FormatError::Unsupported { .. })), "{new}: {result:?}");
    }
    let result = with(fields[0], "NDims = 3\nElementSpacing = 0 1 1");
    assert!(matches!(result, Err(FormatError::Affine { .. })), "{result:?}");
    assert!(matches!(with(fields[1], "DimSize = 4 3 3"), Err(FormatError::Truncated { .. })));
}

#[test]
fn mgh_headers_that_cannot_be_right() {
    let good = fs::read(fixtures("mgh/type_u1.mgh")).unwrap();
    let with = |at: usize, value: i32| {
        let mut bytes = good.clone();
        bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
        read("x.mgh", &bytes)
    };
    assert!(matches!(with(4, -1), Err(FormatError::Header { .. })));
    assert!(matches!(with(8, 0), Err(FormatError::Header { .. })));
    assert!(matches!(with(20, 2), Err(FormatError::Header { field: "type", .. })));
    assert!(matches!(with(16, 2), Err(FormatError::SeveralVolumes { volumes: 2, .. })));
    assert!(matches!(with(12, 30_000), Err(FormatError::Truncated { .. })));
    // A voxel size that is not a number.
    assert!(matches!(with(30, -1), Err(FormatError::Affine { .. })));
    assert!(matches!(with(0, 2), Err(FormatError::NotThisFormat { .. })));
}

/// Everything but a missing last line end makes a whole file, so that every shorter one is an error.
#[test]
fn files_cut_anywhere_are_refused() {
    for file in [
        "nrrd/type_u2.nrrd",
        "nrrd/gzip.nrrd",
        "nrrd/bzip2.nrrd",
        "nrrd/layers_first.seg.nrrd",
        "metaimage/type_i2.mha",
        "metaimage/packed.mha",
        "mgh/no_tail.mgh",
        "nifti/single.nii",
        "npy/order_c.npy",
        "npy/mask_and_affine.npz",
        "npy/type_big_i4.npy",
    ] {
        let whole = fs::read(fixtures(file)).unwrap();
        assert!(read(file, &whole).is_ok(), "{file}");
        for length in 0..whole.len() {
            let result = read(file, &whole[..length]);
            assert!(result.is_err(), "{file} cut at {length} of {}", whole.len());
        }
    }
}

#[test]
fn a_damaged_checksum_is_noticed() {
    for (file, from_end) in
        [("nrrd/gzip.nrrd", 6), ("nrrd/bzip2.nrrd", 4), ("metaimage/packed.mha", 2), ("mgh/packed.mgz", 6)]
    {
        let mut bytes = fs::read(fixtures(file)).unwrap();
        let at = bytes.len() - from_end;
        bytes[at] ^= 0x10;
        let result = read(file, &bytes);
        assert!(matches!(result, Err(FormatError::Compressed { .. })), "{file}: {result:?}");
    }
}

#[test]
fn limits_hold_for_every_format() {
    let options = ReadVolume { limits: Limits { max_voxels: 23 }, ..ReadVolume::default() };
    for file in [
        "nrrd/gzip.nrrd",
        "nrrd/layers_last.seg.nrrd",
        "metaimage/packed.mha",
        "mgh/packed.mgz",
        "nifti/single.nii",
        "npy/order_c.npy",
        "npy/mask_and_affine.npz",
    ] {
        let result = read_segmentation(&fixtures(file), &options);
        assert!(matches!(result, Err(FormatError::TooLarge { max_voxels: 23, .. })), "{file}: {result:?}");
    }
}

/// A small file that claims, or unpacks to, a thousand times its size is refused or read within bounds.
#[test]
fn bombs_are_refused() {
    let text = "NRRD0004\ntype: uchar\ndimension: 3\nsizes: 30000 30000 1\nencoding: gzip\n\n";
    let bomb = [text.as_bytes(), &gzip(&[0; 1000])].concat();
    assert!(matches!(read("x.nrrd", &bomb), Err(FormatError::Truncated { .. })));
    // An archive entry that says it is small.
    let limits = Limits { max_voxels: 1 << 16 };
    let mut values = std::collections::BTreeMap::new();
    let array = medshape_formats::npy::NpyArray::from_u8(&[1 << 20], vec![0; 1 << 20]).unwrap();
    values.insert("a".to_owned(), medshape_formats::npy::NpyValue::Array(array));
    let mut bytes = Vec::new();
    medshape_formats::npy::write_npz(&values, &mut bytes).unwrap();
    assert!(bytes.len() < 4000 && read_npz_bytes(Path::new("x"), &bytes, limits).is_err());
    let real = (1_u32 << 20) + 128;
    let at: Vec<usize> = (0..bytes.len() - 4).filter(|&a| bytes[a..a + 4] == real.to_le_bytes()).collect();
    assert!(!at.is_empty());
    for at in at {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    assert!(read_npz_bytes(Path::new("x"), &bytes, limits).is_err());
}

#[test]
fn other_files_are_no_volumes() {
    for (name, bytes) in
        [("x.nrrd", &b"solid x"[..]), ("x", b""), ("x.nii.gz", b"\x89PNG\r\n\x1a\n"), ("x.mha", b"\x7fELF")]
    {
        let result = read(name, bytes);
        assert!(result.is_err(), "{name}: {result:?}");
    }
    let result = read("x.dcm", b"solid x");
    assert!(
        matches!(&result, Err(FormatError::NotThisFormat { expected, .. }) if expected.contains("NRRD")),
        "{result:?}"
    );
    assert!(matches!(
        read_segmentation(Path::new(env!("CARGO_MANIFEST_DIR")), &ReadVolume::default()),
        Err(FormatError::NotAFile { .. } | FormatError::Read { .. })
    ));
}
