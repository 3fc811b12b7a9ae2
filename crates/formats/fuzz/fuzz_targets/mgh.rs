//! MGH and MGZ: as labels and as values.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use medshape_formats::{Limits, ReadVolume, read_scalars_bytes, read_segmentation_bytes};

fuzz_target!(|bytes: &[u8]| {
    let options = ReadVolume { limits: Limits { max_voxels: 1 << 20 }, ..ReadVolume::default() };
    let name = Path::new("fuzz.mgz");
    let _ = read_segmentation_bytes(name, bytes, &options);
    let _ = read_scalars_bytes(name, bytes, &options);
});
