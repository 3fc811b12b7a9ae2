//! Holes are what flood filling from the border does not reach.

use std::collections::BTreeSet;

use crate::volumes::{ALL, PERMUTATIONS, Volume, flood, index, neighbours, permute, values, volume, voxels};
use medshape_shape::{Connectivity, Enclosed, fill_holes, fill_mask_holes};
use proptest::prelude::*;

fn at_border(volume: &Volume, at: [usize; 3]) -> bool {
    (0..3).any(|a| at[a] == 0 || at[a] + 1 == volume.shape[a])
}

/// For each component the components that cut it off from the border.
fn cut_off_by(volume: &Volume, groups: &[u32], connectivity: Connectivity) -> Vec<BTreeSet<u32>> {
    let count = groups.iter().max().map_or(0, |&m| m as usize);
    let mut enclosing = vec![BTreeSet::new(); count + 1];
    for wall in 1..=count as u32 {
        if volume.values[groups.iter().position(|&g| g == wall).unwrap()] == 0 {
            continue;
        }
        let group = |at| groups[index(volume.shape, at)];
        let mut open: Vec<_> = voxels(volume.shape).filter(|&at| at_border(volume, at) && group(at) != wall).collect();
        let mut reached: BTreeSet<[usize; 3]> = open.iter().copied().collect();
        while let Some(at) = open.pop() {
            for next in neighbours(volume.shape, at, connectivity) {
                if group(next) != wall && reached.insert(next) {
                    open.push(next);
                }
            }
        }
        for at in voxels(volume.shape).filter(|&at| group(at) != wall && !reached.contains(&at)) {
            enclosing[group(at) as usize].insert(wall);
        }
    }
    enclosing
}

fn by_definition(volume: &Volume, connectivity: Connectivity, enclosed: Enclosed) -> Vec<u32> {
    let groups = flood(volume, connectivity, |_| true);
    let count = groups.iter().max().map_or(0, |&m| m as usize);
    let value = |group: u32| volume.values[groups.iter().position(|&g| g == group).unwrap()];
    let mut filled: Vec<u32> = (0..=count as u32).map(|g| if g == 0 { 0 } else { value(g) }).collect();
    if enclosed == Enclosed::Everything {
        let enclosing = cut_off_by(volume, &groups, connectivity);
        for group in 1..=count {
            if let Some(&outermost) = enclosing[group].iter().find(|&&wall| enclosing[wall as usize].is_empty()) {
                filled[group] = value(outermost);
            }
        }
    }
    for group in (1..=count as u32).filter(|&g| value(g) == 0) {
        let places: Vec<_> = voxels(volume.shape).filter(|&at| groups[index(volume.shape, at)] == group).collect();
        let around: BTreeSet<u32> = places
            .iter()
            .flat_map(|&at| neighbours(volume.shape, at, connectivity))
            .filter(|&n| groups[index(volume.shape, n)] != group)
            .map(|n| volume.at(n))
            .collect();
        if around.len() == 1 && filled[group as usize] == 0 && !places.iter().any(|&at| at_border(volume, at)) {
            filled[group as usize] = around.into_iter().next().unwrap();
        }
    }
    groups.iter().map(|&g| filled[g as usize]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn holes_are_what_the_border_does_not_reach(volume in volume(), width in 0u8..3) {
        prop_assume!(volume.values.len() < 400);
        for connectivity in ALL {
            for enclosed in [Enclosed::Background, Enclosed::Everything] {
                let found = fill_holes(&volume.map(width), connectivity, enclosed).unwrap();
                prop_assert_eq!(values(found.labels()), by_definition(&volume, connectivity, enclosed));
            }
        }
    }

    #[test]
    fn the_order_of_axes_does_not_show(volume in volume()) {
        for enclosed in [Enclosed::Background, Enclosed::Everything] {
            let expected = values(fill_holes(&volume.map(2), Connectivity::Edges18, enclosed).unwrap().labels());
            for axes in PERMUTATIONS {
                let found = fill_holes(&volume.permuted(axes).map(2), Connectivity::Edges18, enclosed).unwrap();
                prop_assert_eq!(values(found.labels()), permute(volume.shape, &expected, axes));
            }
        }
    }
}

/// Label 1 around label 2 around a cavity, and beside label 2 another cavity with an island of 3.
fn nested() -> Volume {
    let box_of = |at: [usize; 3], low: usize, high: usize| at.iter().all(|&v| v >= low && v <= high);
    let shape = [13, 13, 13];
    let value = |at: [usize; 3]| {
        let shifted = [at[0] + 5, at[1], at[2]];
        match () {
            () if at == [6, 6, 6] => 0,
            () if box_of(at, 5, 7) => 2,
            () if shifted == [7, 6, 6] => 3,
            () if at == [3, 6, 6] => 0,
            () if box_of(at, 1, 11) => 1,
            () => 0,
        }
    };
    Volume { shape, spacing: [1.0; 3], values: voxels(shape).map(value).collect() }
}

#[test]
fn nested_labels_stay_unless_asked() {
    let volume = nested();
    let count = |enclosed, label| {
        let filled = fill_holes(&volume.map(0), Connectivity::Faces6, enclosed).unwrap();
        values(filled.labels()).iter().filter(|&&v| v == label).count()
    };
    assert_eq!(count(Enclosed::Background, 2), 27);
    assert_eq!(count(Enclosed::Background, 3), 1);
    assert_eq!(count(Enclosed::Everything, 1), 11 * 11 * 11);
    let filled = fill_mask_holes(&volume.mask(), Connectivity::Faces6).unwrap();
    assert_eq!(filled.count(), 11 * 11 * 11);
}
