//! The reader of `.mz3` files.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use medshape_formats::{ReadOptions, read_scene_bytes};

fuzz_target!(|bytes: &[u8]| {
    let _ = read_scene_bytes(Path::new("/nowhere/x.mz3"), bytes, ReadOptions::default());
});
