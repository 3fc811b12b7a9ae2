//! The same numbers as edt, cc3d and scipy.ndimage (`tests/fixtures/grid/make.py` made the table).

use std::collections::{BTreeMap, BTreeSet};

use crate::volumes::{ALL, Volume, values};
use medshape_shape::{Border, Element, Mask, connected_components, dilate, distance_transform, erode, fill_mask_holes};

fn table() -> BTreeMap<&'static str, Vec<f64>> {
    let text = include_str!("../fixtures/grid/peers.csv");
    let mut lines = text.lines().filter(|l| !l.starts_with('#'));
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for line in lines {
        for (name, value) in names.iter().zip(line.split(',')) {
            columns.entry(name).or_default().push(value.parse().unwrap());
        }
    }
    columns
}

#[test]
fn peers_agree() {
    let table = table();
    let labels: Vec<u32> = table["label"].iter().map(|&v| v as u32).collect();
    let volume = Volume { shape: [9, 8, 7], spacing: [0.7, 1.3, 2.0], values: labels };
    let (map, mask) = (volume.map(0), volume.mask());
    for (border, name) in [(Border::Open, "edt_open"), (Border::Background, "edt_closed")] {
        let found = distance_transform(&map, border).unwrap();
        let mut pairs = found.values().iter().zip(&table[name]);
        assert!(pairs.all(|(d, e)| (f64::from(*d) - e).abs() < 1e-5), "{name}");
    }
    let three = volume.values.iter().map(|&v| u8::from(v == 3)).collect();
    let three = Mask::new(volume.shape, volume.affine(), three).unwrap();
    for (connectivity, neighbours) in ALL.into_iter().zip([6, 18, 26]) {
        let found = values(connected_components(&map, connectivity).unwrap().map.labels());
        let theirs: Vec<u32> = table[format!("cc3d_{neighbours}").as_str()].iter().map(|&v| v as u32).collect();
        // The numbers may differ, but go one to one.
        let pairs: BTreeSet<(u32, u32)> = found.iter().copied().zip(theirs.iter().copied()).collect();
        let (ours, theirs): (BTreeSet<u32>, BTreeSet<u32>) = pairs.iter().copied().unzip();
        assert!(pairs.len() == ours.len() && pairs.len() == theirs.len(), "{pairs:?}");

        let equals = |mask: Mask, name: &str| {
            let theirs = &table[format!("{name}_{neighbours}").as_str()];
            assert!(mask.voxels().iter().zip(theirs).all(|(a, b)| f64::from(*a) == *b), "{name} {neighbours}");
        };
        equals(fill_mask_holes(&mask, connectivity).unwrap(), "filled");
        equals(dilate(&three, Element::Steps(connectivity, 2)).unwrap(), "dilated");
        equals(erode(&mask, Element::Steps(connectivity, 2)).unwrap(), "eroded");
    }
}
