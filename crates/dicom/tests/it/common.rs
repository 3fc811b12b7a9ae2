//! Where files are, and a reader of the reference label maps.

use std::io::Read;
use std::path::{Path, PathBuf};

use medshape_shape::{Affine, LabelMap};

/// A folder of real files, if it is there.
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let root = std::env::var_os("MEDSHAPE_DATA").map_or(beside, PathBuf::from);
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no {} (set MEDSHAPE_DATA)", path.display());
    None
}

/// A gzip-compressed NRRD of 16-bit labels in LPS, as dcmqi keeps them.
pub(crate) struct Nrrd {
    pub(crate) shape: [usize; 3],
    pub(crate) labels: Vec<u32>,
    pub(crate) affine: Affine,
}

pub(crate) fn nrrd(path: &Path) -> Nrrd {
    let bytes = std::fs::read(path).unwrap();
    let end = bytes.windows(2).position(|w| w == b"\n\n").unwrap();
    let header = std::str::from_utf8(&bytes[..end]).unwrap();
    let field = |name: &str| header.lines().find_map(|l| l.strip_prefix(name)).unwrap().trim();
    let vectors = |text: &str| -> Vec<[f64; 3]> {
        let vectors = text.split(['(', ')']).filter(|part| part.contains(','));
        vectors.map(|v| v.split(',').map(|n| n.parse().unwrap()).collect::<Vec<_>>().try_into().unwrap()).collect()
    };
    assert_eq!((field("type:"), field("encoding:")), ("short", "gzip"));
    let shape: Vec<usize> = field("sizes:").split(' ').map(|n| n.parse().unwrap()).collect();
    let (axes, origin) = (vectors(field("space directions:")), vectors(field("space origin:"))[0]);
    let sign = [-1.0, -1.0, 1.0];
    let rows = [0, 1, 2].map(|n| [axes[0][n], axes[1][n], axes[2][n], origin[n]].map(|v| v * sign[n]));
    let mut raw = Vec::new();
    flate2::read::GzDecoder::new(&bytes[end + 2..]).read_to_end(&mut raw).unwrap();
    let labels = raw.chunks_exact(2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]]))).collect();
    Nrrd { shape: shape.try_into().unwrap(), labels, affine: Affine::from_rows(rows).unwrap() }
}

/// The label of `map` at a place, RAS+ mm; `None` outside, and where the place is no voxel's centre.
pub(crate) fn label_at(map: &LabelMap, place: [f64; 3]) -> Option<u32> {
    let index = map.affine().inverse().apply(place);
    if index.iter().any(|v| (v - v.round()).abs() > 1e-3) {
        return None;
    }
    let [i, j, k] = index.map(|v| v.round() as i64);
    let inside = [i, j, k].iter().zip(map.shape()).all(|(&v, n)| v >= 0 && v < n as i64);
    let [ni, nj, _] = map.shape();
    inside.then(|| map.labels().get(i as usize + ni * (j as usize + nj * k as usize)))
}

/// Number of voxels with each value above 0.
pub(crate) fn counts(map: &LabelMap) -> std::collections::BTreeMap<u32, u64> {
    let mut counts = std::collections::BTreeMap::new();
    for n in 0..map.labels().len() {
        *counts.entry(map.labels().get(n)).or_default() += 1;
    }
    counts.remove(&0);
    counts
}

/// A fixture's path.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A fixture's bytes.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixture(name)).unwrap()
}

/// What the script says a fixture holds.
pub(crate) struct Expected {
    pub(crate) shape: [usize; 3],
    pub(crate) affine: Affine,
    /// Value and voxels (i fastest) of each segment.
    pub(crate) segments: Vec<(u32, Vec<bool>)>,
}

pub(crate) fn expected(name: &str) -> Expected {
    let text = std::fs::read_to_string(fixture(&format!("{name}.expected"))).unwrap();
    let mut lines = text.lines();
    let shape: Vec<usize> = lines.next().unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
    let mut row = || -> [f64; 4] {
        let numbers: Vec<f64> = lines.next().unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
        numbers.try_into().unwrap()
    };
    let affine = Affine::from_rows([row(), row(), row()]).unwrap();
    let segments = lines.map(|line| {
        let (value, voxels) = line.split_once(' ').unwrap();
        (value.parse().unwrap(), voxels.bytes().map(|b| b == b'1').collect())
    });
    Expected { shape: shape.try_into().unwrap(), affine, segments: segments.collect() }
}

/// That two affines agree to a ten-thousandth of a millimetre an entry.
pub(crate) fn same_affine(a: &Affine, b: &Affine) {
    let pairs = a.rows().into_iter().flatten().zip(b.rows().into_iter().flatten());
    assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-4), "{:?}\n{:?}", a.rows(), b.rows());
}

/// That every segment of a fixture is where the script put it, and nothing else is.
pub(crate) fn same_segments(found: &medshape_formats::Segmentation, expected: &Expected) {
    let mut total = 0;
    for (value, voxels) in &expected.segments {
        let segment = found.segments.iter().find(|s| s.value == *value).unwrap();
        let map = &found.layers[segment.layer];
        assert_eq!(map.shape(), expected.shape);
        same_affine(map.affine(), &expected.affine);
        for (n, &set) in voxels.iter().enumerate() {
            assert_eq!(map.labels().get(n) == *value, set, "segment {value}, voxel {n}");
        }
        total += voxels.iter().filter(|&&set| set).count() as u64;
    }
    assert_eq!(found.layers.iter().flat_map(|map| counts(map).into_values()).sum::<u64>(), total);
}
