//! What the tests share: running the program, and small volumes and meshes.

#![allow(dead_code, unreachable_pub, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use medshape_formats::nifti;
use medshape_shape::{Affine, LabelMap, Labels};
use serde_json::Value;
use tempfile::TempDir;

/// A folder of its own for a test, with a blank in its name.
pub struct Bench {
    dir: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        Self { dir: tempfile::Builder::new().prefix("med shape ").tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub fn collection(&self) -> PathBuf {
        self.dir.path().join("collection")
    }

    /// Runs the program on this test's collection.
    pub fn run(&self, args: &[&str]) -> Output {
        program().arg("--collection").arg(self.collection()).args(args).current_dir(self.dir.path()).output().unwrap()
    }

    /// Imports a folder of the bench; gives the summary and the exit code.
    pub fn import(&self, folder: &str, more: &[&str]) -> (Value, i32) {
        let output = self.run(&[&["import", folder, "--json"], more].concat());
        let code = output.status.code().unwrap();
        assert!(code < 2, "{}", String::from_utf8_lossy(&output.stderr));
        (serde_json::from_slice(&output.stdout).unwrap(), code)
    }

    pub fn search(&self, query: &str) -> Value {
        let output = self.run(&["search", query, "--limit", "1000", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub fn ids(&self, query: &str) -> Vec<String> {
        let found = self.search(query);
        found["shapes"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap().to_string()).collect()
    }

    pub fn record(&self, id: &str) -> Value {
        let output = self.run(&["show", id, "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Every file of the collection but the catalogue, with its content.
    pub fn stored(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.collection().join("shapes")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let content = fs::read(&path).unwrap();
                    files.push((path.strip_prefix(self.collection()).unwrap().to_path_buf(), content));
                }
            }
        }
        files.sort();
        files
    }
}

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_medshape"));
    command.env_remove("MEDSHAPE_COLLECTION");
    command
}

/// Notes of a summary's list that mention `text`.
pub fn notes(summary: &Value, list: &str, text: &str) -> usize {
    let all = summary[list].as_array().unwrap();
    all.iter().filter(|n| n.to_string().contains(text)).count()
}

/// Axis-aligned RAS, 1 x 1 x 2 mm.
pub fn affine() -> Affine {
    Affine::from_spacing([1.0, 1.0, 2.0], [-10.0, -20.0, 30.0]).unwrap()
}

/// A volume of 20 x 18 x 16 voxels, the label of each from its index.
pub fn labels(label: impl Fn([usize; 3]) -> u8) -> LabelMap {
    let shape = [20, 18, 16];
    let voxels = (0..20 * 18 * 16).map(|n| label([n % 20, n / 20 % 18, n / 360])).collect();
    LabelMap::new(shape, affine(), Labels::U8(voxels)).unwrap()
}

/// A ball of `label` about `centre` (voxels), radius in voxels.
pub fn ball(centre: [usize; 3], radius: f64, label: u8) -> LabelMap {
    labels(|at| {
        let d: f64 = (0..3).map(|a| (at[a] as f64 - centre[a] as f64).powi(2)).sum();
        if d < radius * radius { label } else { 0 }
    })
}

pub fn save(map: &LabelMap, path: &Path) {
    let mut bytes = Vec::new();
    nifti::write_label_map_gz(map, 1, &mut bytes).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The bytes of an uncompressed volume, to be spoiled.
pub fn plain(map: &LabelMap) -> Vec<u8> {
    let mut bytes = Vec::new();
    nifti::write_label_map(map, &mut bytes).unwrap();
    bytes
}

/// A binary STL of a box from the origin, outward.
pub fn stl_box([x, y, z]: [f32; 3]) -> Vec<u8> {
    let corner = |c: u8| [f32::from(c & 1) * x, f32::from(c >> 1 & 1) * y, f32::from(c >> 2) * z];
    let quads = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    let mut bytes = vec![b' '; 80];
    bytes.extend(12u32.to_le_bytes());
    for [a, b, c, d] in quads {
        for triangle in [[a, b, c], [a, c, d]] {
            bytes.extend([0; 12]);
            triangle.iter().flat_map(|&c| corner(c)).for_each(|v| bytes.extend(v.to_le_bytes()));
            bytes.extend([0; 2]);
        }
    }
    bytes
}
