//! Hand-made `NIfTI` files and small meshes for the tests.

use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use medshape_shape::Mesh;

/// A `NIfTI` header to be spoiled at will, and its voxels as raw bytes.
#[derive(Clone)]
pub(crate) struct Nifti {
    pub(crate) version: u8,
    pub(crate) big_endian: bool,
    pub(crate) dim: [i64; 8],
    pub(crate) datatype: i16,
    pub(crate) pixdim: [f64; 8],
    pub(crate) vox_offset: f64,
    pub(crate) scaling: [f64; 2],
    pub(crate) xyzt_units: u8,
    pub(crate) qform_code: i16,
    pub(crate) sform_code: i16,
    pub(crate) quaternion: [f64; 3],
    pub(crate) q_offset: [f64; 3],
    pub(crate) srow: [[f64; 4]; 3],
    pub(crate) magic: [u8; 4],
    pub(crate) extension: Vec<u8>,
    pub(crate) voxels: Vec<u8>,
}

impl Nifti {
    pub(crate) fn new(version: u8, shape: [i64; 3], datatype: i16, voxels: Vec<u8>) -> Self {
        let [i, j, k] = shape;
        Self {
            version,
            big_endian: false,
            dim: [3, i, j, k, 1, 1, 1, 1],
            datatype,
            pixdim: [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0],
            vox_offset: if version == 1 { 352.0 } else { 544.0 },
            scaling: [1.0, 0.0],
            xyzt_units: 2,
            qform_code: 0,
            sform_code: 1,
            quaternion: [0.0; 3],
            q_offset: [0.0; 3],
            srow: [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]],
            magic: if version == 1 { *b"n+1\0" } else { *b"n+2\0" },
            extension: Vec::new(),
            voxels,
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let one = self.version == 1;
        let mut h = vec![0_u8; if one { 348 } else { 540 }];
        let mut put = |at: usize, little: &[u8]| {
            let mut bytes = little.to_vec();
            if self.big_endian {
                bytes.reverse();
            }
            h[at..at + bytes.len()].copy_from_slice(&bytes);
        };
        let int = |v: i64| if one { (v as i16).to_le_bytes().to_vec() } else { v.to_le_bytes().to_vec() };
        let float = |v: f64| if one { (v as f32).to_le_bytes().to_vec() } else { v.to_le_bytes().to_vec() };
        let code = |v: i16| if one { v.to_le_bytes().to_vec() } else { i32::from(v).to_le_bytes().to_vec() };
        let width = if one { 4 } else { 8 };
        put(0, &if one { 348_i32 } else { 540 }.to_le_bytes());
        for a in 0..8 {
            put(if one { 40 + 2 * a } else { 16 + 8 * a }, &int(self.dim[a]));
            put(if one { 76 } else { 104 } + width * a, &float(self.pixdim[a]));
        }
        put(if one { 70 } else { 12 }, &self.datatype.to_le_bytes());
        if one {
            put(108, &float(self.vox_offset));
            put(123, &[self.xyzt_units]);
        } else {
            put(168, &(self.vox_offset as i64).to_le_bytes());
            put(500, &i32::from(self.xyzt_units).to_le_bytes());
        }
        put(if one { 112 } else { 176 }, &float(self.scaling[0]));
        put(if one { 116 } else { 184 }, &float(self.scaling[1]));
        put(if one { 252 } else { 344 }, &code(self.qform_code));
        put(if one { 254 } else { 348 }, &code(self.sform_code));
        for a in 0..3 {
            put(if one { 256 } else { 352 } + width * a, &float(self.quaternion[a]));
            put(if one { 268 } else { 376 } + width * a, &float(self.q_offset[a]));
            for c in 0..4 {
                put(if one { 280 } else { 400 } + width * (4 * a + c), &float(self.srow[a][c]));
            }
        }
        let at = if one { 344 } else { 4 };
        h[at..at + 4].copy_from_slice(&self.magic);
        if !one {
            h[8..12].copy_from_slice(b"\r\n\x1a\n");
        }
        h.extend([u8::from(!self.extension.is_empty()), 0, 0, 0]);
        h.extend(&self.extension);
        h.extend(&self.voxels);
        h
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::new(6));
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

/// Corners of a box from the origin, faces outward.
pub(crate) fn box_mesh(size: [f32; 3]) -> Mesh {
    let corner = |n: u8| [0, 1, 2].map(|a| if n >> a & 1 == 1 { size[a] } else { 0.0 });
    let faces = vec![
        [0, 2, 1],
        [1, 2, 3],
        [4, 5, 6],
        [5, 7, 6],
        [0, 1, 4],
        [1, 5, 4],
        [2, 6, 3],
        [3, 6, 7],
        [0, 4, 2],
        [2, 4, 6],
        [1, 3, 5],
        [3, 7, 5],
    ];
    Mesh::new((0..8).map(corner).collect(), faces).unwrap()
}

/// Folder of real data, or `None` with a word about it.
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MEDSHAPE_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = root.join(folder);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (set MEDSHAPE_DATA)", path.display());
    None
}

/// A folder of fixtures, made by `tests/fixtures/make_volumes.py`.
pub(crate) fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder)
}

/// The files of a folder with one of these extensions, sorted.
pub(crate) fn files_of(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.retain(|p| extensions.iter().any(|e| p.extension().is_some_and(|x| x == *e)));
    found.sort();
    assert!(!found.is_empty(), "{}", folder.display());
    found
}

/// Labels in Fortran order, whatever their width.
pub(crate) fn labels_of(map: &medshape_shape::LabelMap) -> Vec<u32> {
    (0..map.labels().len()).map(|i| map.labels().get(i)).collect()
}
