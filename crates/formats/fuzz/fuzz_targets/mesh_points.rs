//! Point clouds: PLY, PCD and tables; GIFTI values.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use medshape_formats::{read_gifti_bytes, read_points_bytes};

fuzz_target!(|bytes: &[u8]| {
    let _ = read_points_bytes(Path::new("/nowhere/x.xyz"), bytes);
    let _ = read_gifti_bytes(Path::new("/nowhere/x.gii"), bytes);
});
