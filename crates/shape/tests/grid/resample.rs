//! Resampling: exact where the grids agree, averages where the new one is coarser, shapes and volumes kept.

use crate::volumes::{PERMUTATIONS, Volume, in_pool, index, permute, values, volume, voxels};
use medshape_shape::{
    Affine, LabelMap, LabelSampling, Labels, Mask, Sdf, ShapeError, resample_field, resample_labels, resample_mask,
};
use proptest::prelude::*;

/// A grid turned by any angles around the origin.
fn oblique(angles: [f64; 3], spacing: [f64; 3], centre: [f64; 3], shape: [usize; 3]) -> Affine {
    let [(sx, cx), (sy, cy), (sz, cz)] = angles.map(f64::sin_cos);
    let turn = [
        [cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz],
        [cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz],
        [-sy, sx * cy, cx * cy],
    ];
    let rows = [0, 1, 2].map(|n| {
        let step = |a: usize| turn[n][a] * spacing[a];
        let middle: f64 = (0..3).map(|a| step(a) * (shape[a] as f64 - 1.0) / 2.0).sum();
        [step(0), step(1), step(2), centre[n] - middle]
    });
    Affine::from_rows(rows).unwrap()
}

fn ball(radius: f64, shape: [usize; 3], affine: &Affine) -> Mask {
    let inside =
        |at: [usize; 3]| affine.apply(at.map(|v| v as f64)).iter().map(|v| v * v).sum::<f64>() <= radius * radius;
    Mask::new(shape, *affine, voxels(shape).map(|at| u8::from(inside(at))).collect()).unwrap()
}

fn dice(a: &Mask, b: &Mask) -> f64 {
    let both: u64 = a.voxels().iter().zip(b.voxels()).map(|(a, b)| u64::from(a & b)).sum();
    2.0 * both as f64 / (a.count() + b.count()) as f64
}

/// The weight of each label in a new voxel, in floating point, one sample after the other.
fn weights(volume: &Volume, affine: &Affine, at: [usize; 3], labels: usize) -> Vec<f64> {
    let to_old = volume.affine().inverse();
    let columns = [0, 1, 2].map(|a| {
        let mut unit = at.map(|v| v as f64);
        let start = to_old.apply(affine.apply(unit));
        unit[a] += 1.0;
        let end = to_old.apply(affine.apply(unit));
        [0, 1, 2].map(|n| end[n] - start[n])
    });
    let counts = columns.map(|c| (c.iter().map(|v| v * v).sum::<f64>().sqrt() - 1e-6).ceil().max(1.0) as usize);
    let mut sums = vec![0.0; labels + 1];
    for part in voxels(counts) {
        let shift = [0, 1, 2].map(|a| (part[a] as f64 + 0.5) / counts[a] as f64 - 0.5);
        let place = [0, 1, 2].map(|a| at[a] as f64 + shift[a]);
        let old = to_old.apply(affine.apply(place));
        let mut rest = 1.0;
        for voxel in voxels(volume.shape) {
            if (0..3).all(|a| old[a] >= -0.5 && old[a] <= volume.shape[a] as f64 - 0.5) {
                let near = |a: usize| {
                    (1.0 - (old[a].clamp(0.0, volume.shape[a] as f64 - 1.0) - voxel[a] as f64).abs()).max(0.0)
                };
                let weight = near(0) * near(1) * near(2);
                sums[volume.at(voxel) as usize] += weight;
                rest -= weight;
            }
        }
        sums[0] += rest;
    }
    sums.iter().map(|s| s / counts.iter().product::<usize>() as f64).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_same_grid_changes_nothing(volume in volume(), width in 0u8..3) {
        let (map, mask) = (volume.map(width), volume.mask());
        for sampling in [LabelSampling::Nearest, LabelSampling::Linear] {
            prop_assert_eq!(&resample_labels(&map, volume.shape, map.affine(), sampling).unwrap(), &map);
        }
        prop_assert_eq!(&resample_mask(&mask, volume.shape, mask.affine()).unwrap(), &mask);
        let field = Sdf::new(volume.shape, volume.affine(), volume.values.iter().map(|&v| v as f32 * 0.3).collect()).unwrap();
        let same = resample_field(&field, volume.shape, field.affine()).unwrap();
        prop_assert!(same.values().iter().zip(field.values()).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn each_voxel_takes_the_label_of_most_weight(
        volume in volume(),
        angles in [-3.0f64..3.0, -1.5f64..1.5, -3.0f64..3.0],
        zoom in [0.4f64..3.0, 0.4f64..3.0, 0.4f64..3.0],
    ) {
        prop_assume!(volume.values.len() < 300);
        let shape = [4, 3, 5];
        let spacing = [0, 1, 2].map(|a| volume.spacing[a] * zoom[a]);
        let centre = volume.affine().apply(volume.shape.map(|n| (n as f64 - 1.0) / 2.0));
        let affine = oblique(angles, spacing, centre, shape);
        let linear = resample_labels(&volume.map(0), shape, &affine, LabelSampling::Linear).unwrap();
        let nearest = resample_labels(&volume.map(2), shape, &affine, LabelSampling::Nearest).unwrap();
        for at in voxels(shape) {
            let weights = weights(&volume, &affine, at, 6);
            let found = linear.labels().get(index(shape, at)) as usize;
            prop_assert!(weights.iter().all(|w| *w <= weights[found] + 0.02), "{:?}: {} of {:?}", at, found, weights);
            let old = volume.affine().inverse().apply(affine.apply(at.map(|v| v as f64))).map(f64::round);
            let inside = (0..3).all(|a| old[a] >= 0.0 && old[a] < volume.shape[a] as f64);
            let label = if inside { volume.at(old.map(|v| v as usize)) } else { 0 };
            prop_assert_eq!(nearest.labels().get(index(shape, at)), label);
        }
    }

    #[test]
    fn the_order_of_axes_and_the_number_of_threads_do_not_show(volume in volume(), half: bool) {
        let new_shape = volume.shape.map(|n| if half { n.div_ceil(2) } else { n * 2 });
        let zoom = if half { 2.0 } else { 0.5 };
        let new = |old: &Volume| oblique([0.0; 3], old.spacing.map(|s| s * zoom), [1.0; 3], [1; 3]);
        // Centred on a corner of the volume, so that part of the new grid lies beyond.
        let placed = |v: &Volume| Affine::from_spacing(v.spacing, [0.0; 3]).unwrap();
        let map = |v: &Volume| LabelMap::new(v.shape, placed(v), Labels::U32(v.values.clone())).unwrap();
        let mask = |v: &Volume| Mask::new(v.shape, placed(v), v.mask().into_voxels()).unwrap();
        let labels = values(resample_labels(&map(&volume), new_shape, &new(&volume), LabelSampling::Linear).unwrap().labels());
        let inside = resample_mask(&mask(&volume), new_shape, &new(&volume)).unwrap();
        for axes in PERMUTATIONS {
            let other = volume.permuted(axes);
            let shape = axes.map(|a| new_shape[a]);
            for threads in [1, 3] {
                let found = in_pool(threads, || resample_labels(&map(&other), shape, &new(&other), LabelSampling::Linear).unwrap());
                prop_assert_eq!(values(found.labels()), permute(new_shape, &labels, axes));
                let found = in_pool(threads, || resample_mask(&mask(&other), shape, &new(&other)).unwrap());
                prop_assert_eq!(found.voxels(), permute(new_shape, inside.voxels(), axes));
            }
        }
    }

    #[test]
    fn volume_is_kept_on_any_grid(angles in [-3.0f64..3.0, -1.5f64..1.5, -3.0f64..3.0], spacing in [0.4f64..2.5, 0.4f64..2.5, 0.4f64..2.5]) {
        let shape = [32, 32, 32];
        let old = oblique([0.0; 3], [0.8, 0.8, 0.8], [0.0; 3], shape);
        let mask = ball(9.0, shape, &old);
        let new_shape = spacing.map(|s| (40.0 / s) as usize);
        let new = oblique(angles, spacing, [0.2, 0.1, -0.3], new_shape);
        let found = resample_mask(&mask, new_shape, &new).unwrap();
        prop_assert!((found.volume_mm3() / mask.volume_mm3() - 1.0).abs() < 0.02, "{} {}", found.volume_mm3(), mask.volume_mm3());
        prop_assert!(dice(&found, &ball(9.0, new_shape, &new)) > 0.9);
    }

    #[test]
    fn a_linear_field_stays_linear(angles in [-3.0f64..3.0, -1.5f64..1.5, -3.0f64..3.0], zoom in 0.3f64..2.5) {
        let shape = [24, 25, 26];
        let old = oblique([0.3, -0.2, 0.1], [1.0, 1.5, 0.7], [5.0, 6.0, 7.0], shape);
        let at = |affine: &Affine, v: [usize; 3]| {
            let [x, y, z] = affine.apply(v.map(|v| v as f64));
            (0.5 * x - 0.25 * y + 2.0 * z) as f32
        };
        let field = Sdf::new(shape, old, voxels(shape).map(|v| at(&old, v)).collect()).unwrap();
        let new = oblique(angles, [zoom; 3], [5.0, 6.0, 7.0], [4; 3]);
        let found = resample_field(&field, [4; 3], &new).unwrap();
        for (v, value) in voxels([4; 3]).zip(found.values()) {
            prop_assert!((value - at(&new, v)).abs() < 1e-4);
        }
    }
}

#[test]
fn down_by_two_averages_and_back_keeps_the_shape() {
    let shape = [32, 32, 32];
    let fine = oblique([0.0; 3], [1.0; 3], [0.0; 3], shape);
    let mask = ball(12.0, shape, &fine);
    let coarse = oblique([0.0; 3], [2.0; 3], [0.0; 3], [16; 3]);

    let field = Sdf::new(shape, fine, mask.voxels().iter().map(|&v| f32::from(v)).collect()).unwrap();
    let means = resample_field(&field, [16; 3], &coarse).unwrap();
    for (at, mean) in voxels([16; 3]).zip(means.values()) {
        let eight = voxels([2; 3]).map(|b| field.values()[index(shape, [0, 1, 2].map(|a| 2 * at[a] + b[a]))]);
        assert_eq!(*mean, eight.sum::<f32>() / 8.0);
    }

    let back = resample_mask(&resample_mask(&mask, [16; 3], &coarse).unwrap(), shape, &fine).unwrap();
    assert!(dice(&back, &mask) > 0.95, "{}", dice(&back, &mask));
    let labels = resample_labels(&mask.clone().into_label_map(), [16; 3], &coarse, LabelSampling::Linear).unwrap();
    let labels = resample_labels(&labels, shape, &fine, LabelSampling::Linear).unwrap();
    let back = Mask::new(shape, fine, values(labels.labels()).iter().map(|&v| v as u8).collect()).unwrap();
    assert!(dice(&back, &mask) > 0.95, "{}", dice(&back, &mask));
}

#[test]
fn grids_that_cannot_be_are_refused_and_those_elsewhere_are_empty() {
    let affine = Affine::IDENTITY;
    let mask = Mask::new([2, 2, 2], affine, vec![1; 8]).unwrap();
    for shape in [[0, 1, 1], [32_768, 1, 1], [32_767, 32_767, 32_767]] {
        assert!(matches!(resample_mask(&mask, shape, &affine), Err(ShapeError::GridShape { .. })));
    }
    let huge = Affine::from_spacing([1e9; 3], [0.0; 3]).unwrap();
    assert!(matches!(resample_mask(&mask, [1; 3], &huge), Err(ShapeError::Parameter { .. })));
    let tiny = Affine::from_spacing([1e-6; 3], [0.0; 3]).unwrap();
    assert_eq!(resample_mask(&mask, [2; 3], &tiny).unwrap().count(), 8);
    let far = Affine::from_spacing([1.0; 3], [1e9, 0.0, 0.0]).unwrap();
    assert_eq!(resample_mask(&mask, [3; 3], &far).unwrap().count(), 0);
    let infinite = Sdf::new([2, 1, 1], affine, vec![f32::INFINITY, f32::NEG_INFINITY]).unwrap();
    let half = Affine::from_spacing([0.5, 1.0, 1.0], [-0.5, 0.0, 0.0]).unwrap();
    let found = resample_field(&infinite, [5, 1, 1], &half).unwrap();
    assert!(found.values().iter().all(|v| v.is_infinite()));
}
