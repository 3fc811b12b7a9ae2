//! The reader of `.gii` files.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use medshape_formats::{ReadOptions, read_scene_bytes};

fuzz_target!(|bytes: &[u8]| {
    let _ = read_scene_bytes(Path::new("/nowhere/x.gii"), bytes, ReadOptions::default());
});
