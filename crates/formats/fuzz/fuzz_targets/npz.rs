//! NPZ: every array, plain or pickled, and the volume among them.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use medshape_formats::npy::read_npz_bytes;
use medshape_formats::{Limits, ReadVolume, read_segmentation_bytes};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_voxels: 1 << 20 };
    let name = Path::new("fuzz.npz");
    let _ = read_npz_bytes(name, bytes, limits);
    let _ = read_segmentation_bytes(name, bytes, &ReadVolume { limits, ..ReadVolume::default() });
});
