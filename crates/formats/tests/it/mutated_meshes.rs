//! Every mesh reader on valid files that were spoiled, with a fixed seed: a value or an error, never a panic, and never
//! more vertices than a multiple of the file.

use std::path::Path;

use medshape_formats::{
    MeshFormat, MeshMeta, ReadOptions, read_gifti_bytes, read_points_bytes, read_scene_bytes, write_mesh,
};

use crate::common::box_mesh;

/// Rounds for each file.
const ROUNDS: u64 = 2000;

/// A small generator (`SplitMix64`), so that every run tries the same.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % n.max(1) as u64) as usize
    }
}

fn valid_files() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mesh");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| !matches!(p.extension().and_then(|e| e.to_str()), Some("py" | "mjs")))
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&p).unwrap()))
        .collect();
    files.sort();
    let mesh =
        box_mesh([1.0, 2.0, 3.0]).with_labels((0..8).collect()).unwrap().with_colours(vec![[1, 2, 3, 4]; 8]).unwrap();
    for format in MeshFormat::written() {
        let mut bytes = Vec::new();
        write_mesh(format, &mesh, &MeshMeta::default(), &mut bytes).unwrap();
        files.push((format!("written.{}", format.extension()), bytes));
    }
    files.push(("points.csv".into(), b"x,y,z,label\n1,2,3,4\n5,6,7,8\n".to_vec()));
    files
}

#[test]
fn the_files_are_valid() {
    for (name, bytes) in valid_files() {
        let read = read_scene_bytes(Path::new(&name), &bytes, ReadOptions::default()).err();
        assert!(read.is_none() || read_points_bytes(Path::new(&name), &bytes).is_ok(), "{name}: {read:?}");
    }
}

#[test]
fn spoiled_files_are_errors_or_meshes() {
    for (name, valid) in valid_files() {
        let mut random = Random(valid.len() as u64);
        // Large files are slow to spoil often, and no richer.
        let rounds = if valid.len() > 8000 { ROUNDS / 5 } else { ROUNDS };
        for _ in 0..rounds {
            let mut bytes = valid.clone();
            spoil(&mut bytes, &mut random);
            read_all(&name, &bytes);
        }
    }
}

#[test]
fn cut_files_are_errors_or_meshes() {
    for (name, valid) in valid_files() {
        let step = valid.len().div_ceil(1500);
        for length in (0..valid.len()).step_by(step) {
            read_all(&name, &valid[..length]);
        }
    }
}

fn spoil(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(7) {
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            // Digits are what counts and sizes are made of.
            2 => bytes[at] = b"0123456789-.eE"[random.below(14)],
            3 => bytes.truncate(at.max(1)),
            4 => {
                let end = (at + 1 + random.below(8)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                let word =
                    *[[0xff; 4], [0xff, 0xff, 0xff, 0x7f], [0, 0, 0, 0x40], *b"9999"].get(random.below(4)).unwrap();
                for (b, w) in bytes[at..].iter_mut().zip(word) {
                    *b = w;
                }
            }
            _ => {
                let end = (at + random.below(40)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copy);
            }
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
}

fn read_all(name: &str, bytes: &[u8]) {
    let path = Path::new(name);
    if let Ok(scene) = read_scene_bytes(path, bytes, ReadOptions::default()) {
        // What is let through is sound, and no larger than its file allows.
        let vertices: usize = scene.parts.iter().map(|p| p.mesh.vertices().len()).sum();
        assert!(vertices <= (1 << 20) + 100 * bytes.len(), "{name}: {vertices}");
        let part = &scene.parts[0];
        write_mesh(MeshFormat::Vtp, &part.mesh, &MeshMeta::default(), &mut Vec::new()).unwrap();
    }
    let _ = read_gifti_bytes(path, bytes);
    let _ = read_points_bytes(path, bytes);
}
