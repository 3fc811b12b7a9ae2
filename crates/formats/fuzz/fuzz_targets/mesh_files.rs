//! Every mesh reader that knows its files by content.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use medshape_formats::{ReadOptions, read_scene_bytes};

fuzz_target!(|bytes: &[u8]| {
    // A folder that is not there: nothing beside the file can be opened.
    let _ = read_scene_bytes(Path::new("/nowhere/x.stl"), bytes, ReadOptions::default());
});
