//! Components and label statistics equal what flood filling and counting voxel by voxel give.

use std::collections::BTreeMap;

use crate::volumes::{ALL, PERMUTATIONS, Volume, flood, in_pool, permute, values, volume, voxels};
use medshape_shape::{
    Affine, Connectivity, Keep, LabelMap, LabelStatistics, LabelView, Labels, connected_components, label_statistics,
    largest_components, largest_mask_components,
};
use proptest::prelude::*;

fn statistics(volume: &Volume, group: &[u32]) -> BTreeMap<u32, LabelStatistics> {
    let mut places: BTreeMap<u32, Vec<[usize; 3]>> = BTreeMap::new();
    for (at, &value) in voxels(volume.shape).zip(group).filter(|(_, v)| **v != 0) {
        places.entry(value).or_default().push(at);
    }
    let of = |at: Vec<[usize; 3]>| {
        let axis = |a: usize| at.iter().map(move |v| v[a]);
        let mean = [0, 1, 2].map(|a| axis(a).sum::<usize>() as f64 / at.len() as f64);
        LabelStatistics {
            voxels: at.len() as u64,
            first: [0, 1, 2].map(|a| axis(a).min().unwrap()),
            last: [0, 1, 2].map(|a| axis(a).max().unwrap()),
            centroid: volume.affine().apply(mean),
        }
    };
    places.into_iter().map(|(value, at)| (value, of(at))).collect()
}

fn close(a: &LabelStatistics, b: &LabelStatistics) -> bool {
    let centroid = a.centroid;
    let near = centroid.iter().zip(b.centroid).all(|(a, b)| (a - b).abs() < 1e-9);
    near && *a == LabelStatistics { centroid, ..*b }
}

/// Numbers in the order of first places.
fn renumbered(groups: &[u32]) -> Vec<u32> {
    let mut numbers = BTreeMap::new();
    let number = |&g: &u32| {
        let next = numbers.len() as u32 + 1;
        if g == 0 { 0 } else { *numbers.entry(g).or_insert(next) }
    };
    groups.iter().map(number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn components_equal_flood_filling(volume in volume(), width in 0u8..3, threads in 1usize..5) {
        let map = volume.map(width);
        for connectivity in ALL {
            let found = in_pool(threads, || connected_components(&map, connectivity).unwrap());
            let groups = flood(&volume, connectivity, |v| v != 0);
            prop_assert_eq!(&values(found.map.labels()), &groups);
            let expected = statistics(&volume, &groups);
            prop_assert_eq!(found.table.len(), expected.len());
            let labels: BTreeMap<u32, u32> = groups.iter().copied().zip(volume.values.iter().copied()).collect();
            for (component, (id, expected)) in found.table.iter().zip(&expected) {
                prop_assert_eq!(component.label, labels[id]);
                prop_assert!(close(&component.statistics, expected), "{:?} {:?}", component, expected);
            }
        }
    }

    #[test]
    fn the_order_of_axes_changes_only_the_numbers_of_components(volume in volume()) {
        for connectivity in ALL {
            let expected = values(connected_components(&volume.map(2), connectivity).unwrap().map.labels());
            for axes in PERMUTATIONS {
                let found = connected_components(&volume.permuted(axes).map(2), connectivity).unwrap();
                let expected = renumbered(&permute(volume.shape, &expected, axes));
                prop_assert_eq!(values(found.map.labels()), expected);
            }
        }
    }

    #[test]
    fn statistics_equal_counting(volume in volume(), width in 0u8..3, threads in 1usize..4) {
        let map = volume.map(width);
        let found = in_pool(threads, || label_statistics(&map));
        let expected = statistics(&volume, &volume.values);
        prop_assert!(found.keys().eq(expected.keys()));
        prop_assert!(found.values().zip(expected.values()).all(|(a, b)| close(a, b)), "{:?} {:?}", found, expected);
    }

    #[test]
    fn the_largest_components_stay(volume in volume(), width in 0u8..3, count in 0usize..4, least in 0u64..30) {
        let map = volume.map(width);
        for connectivity in ALL {
            let groups = flood(&volume, connectivity, |v| v != 0);
            let sizes = statistics(&volume, &groups);
            let labels: BTreeMap<u32, u32> = groups.iter().copied().zip(volume.values.iter().copied()).collect();
            let mut ranked: Vec<u32> = sizes.keys().copied().collect();
            ranked.sort_by_key(|id| (labels[id], std::cmp::Reverse(sizes[id].voxels), *id));
            let mut ranks = BTreeMap::new();
            for same in ranked.chunk_by(|a, b| labels[a] == labels[b]) {
                ranks.extend(same.iter().copied().zip(0..));
            }
            let kept = |stays: &dyn Fn(u32) -> bool| -> Vec<u32> {
                groups.iter().zip(&volume.values).map(|(&g, &v)| if g != 0 && stays(g) { v } else { 0 }).collect()
            };
            let found = largest_components(&map, Keep::Largest(count), connectivity).unwrap();
            prop_assert_eq!(values(found.labels()), kept(&|id| ranks[&id] < count));
            let found = largest_components(&map, Keep::MinVoxels(least), connectivity).unwrap();
            prop_assert_eq!(values(found.labels()), kept(&|id| sizes[&id].voxels >= least));
        }
    }
}

#[test]
fn a_mask_keeps_its_larger_part() {
    let voxels = vec![1, 0, 1, 1, 0, 1];
    let mask = medshape_shape::Mask::new([6, 1, 1], Affine::IDENTITY, voxels).unwrap();
    let kept = largest_mask_components(&mask, Keep::Largest(1), Connectivity::Corners26).unwrap();
    assert_eq!(kept.voxels(), [0, 0, 1, 1, 0, 0]);
    let kept = largest_mask_components(&mask, Keep::MinVoxels(1), Connectivity::Faces6).unwrap();
    assert_eq!(kept, mask);
}

#[test]
fn numbers_are_as_wide_as_needed_and_every_label_counts() {
    // Every other voxel of a line, each with its own label: 65,535 labels and components.
    let shape = [130, 1009, 1];
    let labels: Vec<u32> = (0..shape[0] * shape[1]).map(|n| if n % 2 == 0 { n as u32 / 2 + 1 } else { 0 }).collect();
    for (count, bits) in [(255, 8), (256, 16), (65_535, 16), (65_536, 32)] {
        let values = labels.iter().map(|&v| if v <= count { v * 60_001 } else { 0 }).collect();
        let map = LabelMap::new(shape, Affine::IDENTITY, Labels::U32(values)).unwrap();
        let found = connected_components(&map, Connectivity::Faces6).unwrap();
        assert_eq!(found.table.len(), count.min(65_585) as usize);
        let width = match found.map.labels() {
            Labels::U8(_) => 8,
            Labels::U16(_) => 16,
            Labels::U32(_) => 32,
        };
        assert_eq!(width, bits);
        assert!(found.table.iter().zip(1..).all(|(c, n)| c.label == n * 60_001 && c.statistics.voxels == 1));
        let statistics = label_statistics(&map);
        assert_eq!(statistics.len(), count as usize);
        assert!(statistics.iter().zip(1..).all(|((&label, s), n)| label == n * 60_001 && s.voxels == 1));
    }
    let values = labels.iter().map(|&v| v.min(65_535) as u16).collect();
    let map = LabelMap::new(shape, Affine::IDENTITY, Labels::U16(values)).unwrap();
    assert_eq!(label_statistics(&map).len(), 65_535);
}

#[test]
fn views_in_c_order_are_read_as_they_lie() {
    let labels: Vec<u8> = (0..24).map(|n| u8::from(n % 5 == 0) * 3).collect();
    let affine = Affine::from_spacing([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]).unwrap();
    let c = LabelView::from_c_order([2, 3, 4], affine, medshape_shape::LabelSlice::U8(&labels)).unwrap();
    let mut fortran = vec![0; 24];
    for (n, &v) in labels.iter().enumerate() {
        let [i, j, k] = [n / 12, n / 4 % 3, n % 4];
        fortran[(k * 3 + j) * 2 + i] = v;
    }
    let f = LabelMap::new([2, 3, 4], affine, Labels::U8(fortran)).unwrap();
    let (c, f) = (label_statistics(c)[&3], label_statistics(&f)[&3]);
    let mut first = c.first;
    first.reverse();
    assert_eq!((c.voxels, first), (f.voxels, f.first));
    assert!(c.centroid.iter().zip(f.centroid).all(|(a, b)| (a - b).abs() < 1e-12));
}
