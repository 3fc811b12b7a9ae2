//! Every fixture, spoiled in thousands of ways with a fixed seed: a value or an error, never a panic, and memory stays
//! within bounds.

use std::path::Path;

use medshape_formats::npy::read_npz_bytes;
use medshape_formats::{Limits, ReadVolume, read_scalars_bytes, read_segmentation_bytes};

use crate::common::{files_of, fixtures};

const ROUNDS: u64 = 300;
/// Virtual memory that all rounds together may add, MiB: stacks, decoders and the limit below, many times over.
const MOST_MIB: u64 = 512;

/// Numbers that do not look random to a header: sizes, signs, ends of ranges.
const TEXTS: [&str; 12] =
    ["0", "-1", "1", "65536", "4294967296", "18446744073709551615", "nan", "inf", "1e308", "none", "(", "\n\n"];

/// A linear congruential generator (Knuth), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

fn spoil(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => {
                let text = TEXTS[random.below(TEXTS.len())];
                let end = (at + text.len()).min(bytes.len());
                bytes.splice(at..end, text.bytes());
            }
            2 => {
                // The number that starts here, if one does, becomes another.
                let end = bytes[at..].iter().position(|b| !b.is_ascii_digit()).map_or(bytes.len(), |n| at + n);
                bytes.splice(at..end, TEXTS[random.below(TEXTS.len())].bytes());
            }
            3 => {
                let end = (at + random.below(40)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = [0, 1, 0x7f, 0x80, 0xff, byte.wrapping_add(1)][random.below(6)];
                }
            }
        }
    }
}

fn read(name: &Path, bytes: &[u8]) {
    let limits = Limits { max_voxels: 1 << 20 };
    let options = ReadVolume { limits, ..ReadVolume::default() };
    let _ = read_segmentation_bytes(name, bytes, &options);
    let _ = read_scalars_bytes(name, bytes, &options);
    if bytes.starts_with(b"PK") {
        let _ = read_npz_bytes(name, bytes, limits);
    }
}

/// The most virtual memory this process has had, MiB; `None` where the system does not say.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmPeak:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kb| kb / 1024)
}

fn spoil_all(folder: &str, extensions: &[&str]) {
    let before = peak_mib();
    let mut random = Random(42);
    for path in files_of(&fixtures(folder), extensions) {
        let whole = std::fs::read(&path).unwrap();
        for _ in 0..ROUNDS {
            let mut bytes = whole.clone();
            spoil(&mut bytes, &mut random);
            read(&path, &bytes);
        }
        // Every byte of the header, one at a time.
        for at in 0..whole.len().min(600) {
            for value in [0, 0xff, whole[at] ^ 1] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                read(&path, &bytes);
            }
        }
    }
    if let (Some(before), Some(after)) = (before, peak_mib()) {
        assert!(after - before < MOST_MIB, "{folder}: {before} MiB of virtual memory became {after}");
    }
}

#[test]
fn nrrd() {
    spoil_all("nrrd", &["nrrd", "nhdr"]);
}

#[test]
fn metaimage() {
    spoil_all("metaimage", &["mha", "mhd"]);
}

#[test]
fn mgh() {
    spoil_all("mgh", &["mgh", "mgz"]);
}

#[test]
fn nifti() {
    spoil_all("nifti", &["nii", "hdr"]);
}

#[test]
fn npy_and_pickles() {
    spoil_all("npy", &["npy", "npz"]);
}
