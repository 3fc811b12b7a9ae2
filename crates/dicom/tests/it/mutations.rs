//! Cut at every length, and thousands of times spoiled: always a value or an error, soon, within the limits.

use std::path::Path;
use std::time::{Duration, Instant};

use medshape_dicom::*;

use crate::common::bytes;

const LIMITS: Limits = Limits { max_voxels: 1 << 22, max_inflated: 1 << 22 };

/// Everything that takes bytes, on one file.
fn try_all(file: &[u8], on_disk: &Path) {
    let name = Path::new("mutated.dcm");
    let started = Instant::now();
    let _ = read_seg_bytes(name, file, SegOptions { limits: LIMITS, ..SegOptions::default() });
    if let Ok(set) = read_rtstruct_bytes(name, file, LIMITS) {
        let options = ContourOptions { limits: LIMITS, fill_gaps: 1, ..ContourOptions::default() };
        let _ = rasterize(&set, &options);
    }
    std::fs::write(on_disk, file).unwrap();
    let files = [on_disk.to_owned()];
    if let Ok(series) = read_series_files(&files, LIMITS) {
        let _ = read_series_values(&series, LIMITS);
    }
    let _ = subject_from_dicom(&files, LIMITS);
    assert!(started.elapsed() < Duration::from_secs(20));
}

const FILES: [&str; 17] = [
    "seg/binary.dcm",
    "seg/binary_single.dcm",
    "seg/binary_deflated.dcm",
    "seg/fractional_occupancy.dcm",
    "seg/labelmap.dcm",
    "seg/labelmap_wide.dcm",
    "seg/labelmap_rle.dcm",
    "rtstruct/axial.dcm",
    "rtstruct/oblique.dcm",
    "encoding/big_endian.dcm",
    "encoding/deflated.dcm",
    "encoding/rle.dcm",
    "encoding/rle_fragments.dcm",
    "encoding/jpeg_baseline.dcm",
    "encoding/jpeg_lossless.dcm",
    "encoding/bare_implicit.dcm",
    "encoding/no_preamble.dcm",
];

#[test]
fn cut_at_every_length() {
    let folder = tempfile::tempdir().unwrap();
    for name in FILES {
        let file = bytes(name);
        for length in (0..file.len()).rev().step_by(if name.starts_with("encoding") { 1 } else { 7 }) {
            let cut = &file[..length];
            assert!(read_seg_bytes(Path::new("cut.dcm"), cut, SegOptions::default()).is_err(), "{name} {length}");
            if length % 5 == 0 {
                try_all(cut, &folder.path().join("cut.dcm"));
            }
        }
    }
}

#[test]
fn every_byte_of_a_file_changed() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["seg/binary_single.dcm", "encoding/jpeg_lossless.dcm", "encoding/rle.dcm"] {
        let mut file = bytes(name);
        for at in 128..file.len() {
            let before = file[at];
            file[at] = before.wrapping_add(0x81);
            try_all(&file, &folder.path().join("changed.dcm"));
            file[at] = before;
        }
    }
}

#[test]
fn spoiled_at_random_places() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 0x1234_5678_9ABC_DEF1_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for name in FILES {
        let original = bytes(name);
        for _ in 0..400 {
            let mut file = original.clone();
            for _ in 0..=random(6) {
                let at = random(file.len());
                match random(5) {
                    0 => file[at] = random(256) as u8,
                    1 => file[at] ^= 1 << random(8),
                    2 => {
                        let end = (at + 4).min(file.len());
                        file[at..end].fill([0, 0xFF][random(2)]);
                    }
                    3 => {
                        let end = (at + 1 + random(40)).min(file.len());
                        file.drain(at..end);
                    }
                    _ => {
                        let part: Vec<u8> = file[at..(at + 1 + random(200)).min(file.len())].to_vec();
                        file.splice(at..at, part);
                    }
                }
                if file.is_empty() {
                    file.push(0);
                }
            }
            try_all(&file, &folder.path().join("spoiled.dcm"));
        }
    }
}
