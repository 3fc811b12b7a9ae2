//! The distance transform is exact, for every volume, label type, order of axes and number of threads.

use crate::volumes::{PERMUTATIONS, Volume, in_pool, permute, volume, voxels};
use medshape_shape::{Affine, Border, LabelMap, Labels, Mask, ShapeError, distance_to_mask, distance_transform};
use proptest::prelude::*;

/// The definition: every voxel against every other.
fn by_definition(volume: &Volume, border: Border) -> Vec<f64> {
    let all: Vec<[usize; 3]> = voxels(volume.shape).collect();
    let squares = |a: [usize; 3], b: [usize; 3]| -> f64 {
        (0..3).map(|n| (a[n].abs_diff(b[n]) as f64 * volume.spacing[n]).powi(2)).sum()
    };
    all.iter()
        .map(|&at| {
            if volume.at(at) == 0 {
                return 0.0;
            }
            let others = all.iter().filter(|&&b| volume.at(b) != volume.at(at));
            let mut nearest = others.map(|&b| squares(at, b)).fold(f64::INFINITY, f64::min).sqrt();
            if border == Border::Background {
                for n in 0..3 {
                    let steps = (at[n] + 1).min(volume.shape[n] - at[n]);
                    nearest = nearest.min(steps as f64 * volume.spacing[n]);
                }
            }
            nearest
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn equals_the_definition(volume in volume(), width in 0u8..3, closed: bool) {
        prop_assume!(volume.values.len() < 4000);
        let border = if closed { Border::Background } else { Border::Open };
        let distances = distance_transform(&volume.map(width), border).unwrap();
        prop_assert_eq!(distances.shape(), volume.shape);
        for (at, (&d, e)) in voxels(volume.shape).zip(distances.values().iter().zip(by_definition(&volume, border))) {
            prop_assert!(f64::from(d) == e || (f64::from(d) - e).abs() < 1e-6 * e, "{:?}: {} for {}", at, d, e);
        }
    }

    #[test]
    fn the_order_of_axes_and_the_number_of_threads_do_not_show(volume in volume(), closed: bool) {
        let border = if closed { Border::Background } else { Border::Open };
        let expected = distance_transform(&volume.map(2), border).unwrap();
        for axes in PERMUTATIONS {
            let permuted = volume.permuted(axes).map(2);
            for threads in [1, 3] {
                let found = in_pool(threads, || distance_transform(&permuted, border).unwrap());
                prop_assert_eq!(found.values(), permute(volume.shape, expected.values(), axes));
            }
        }
    }

    #[test]
    fn to_a_mask_is_from_its_background(volume in volume()) {
        let mask = volume.mask();
        let background = mask.voxels().iter().map(|v| 1 - v).collect();
        let inverse = Mask::new(volume.shape, volume.affine(), background).unwrap();
        prop_assert_eq!(distance_to_mask(&mask).unwrap(), distance_transform(&inverse, Border::Open).unwrap());
    }
}

#[test]
fn a_large_anisotropic_ball_is_exact_to_a_tenth_of_a_micrometre() {
    let (shape, spacing) = ([60, 50, 130], [0.867_187_5, 0.796_875, 0.351_562_5]);
    let inside = |at: [usize; 3]| -> bool {
        let square = |n: usize| ((at[n] as f64 - shape[n] as f64 / 2.0) * spacing[n]).powi(2);
        (0..3).map(square).sum::<f64>() < 19.0 * 19.0
    };
    let voxel_values: Vec<u8> = voxels(shape).map(|at| u8::from(inside(at))).collect();
    let outside: Vec<[usize; 3]> = voxels(shape).filter(|&at| !inside(at)).collect();
    let affine = Affine::from_spacing(spacing, [0.0; 3]).unwrap();
    let mask = Mask::new(shape, affine, voxel_values).unwrap();
    let distances = distance_transform(&mask, Border::Open).unwrap();
    for (at, &d) in voxels(shape).zip(distances.values()).filter(|&(at, _)| inside(at)).step_by(97) {
        let square = |b: &[usize; 3]| (0..3).map(|n| (at[n].abs_diff(b[n]) as f64 * spacing[n]).powi(2)).sum::<f64>();
        let nearest = outside.iter().map(square).fold(f64::INFINITY, f64::min).sqrt();
        assert!((f64::from(d) - nearest).abs() < 1e-5, "{at:?}: {d} for {nearest}");
    }
}

#[test]
fn extreme_spacings_and_long_lines() {
    let line = |spacing: [f64; 3], shape: [usize; 3]| {
        let mut values = vec![1u8; shape.iter().product()];
        values[0] = 0;
        let map = LabelMap::new(shape, Affine::from_spacing(spacing, [0.0; 3]).unwrap(), Labels::U8(values)).unwrap();
        distance_transform(&map, Border::Open).unwrap().into_values()
    };
    for spacing in [[1e-6, 1e9, 1.0], [1e9, 1.0, 1e-6], [1.0, 1e-6, 1e9], [1e9; 3], [1e-6; 3]] {
        for axis in 0..3 {
            let mut shape = [1, 1, 1];
            shape[axis] = 32_767;
            for (n, d) in line(spacing, shape).into_iter().enumerate().step_by(311) {
                let expected = n as f64 * spacing[axis];
                assert!((f64::from(d) - expected).abs() <= 1e-6 * expected, "{spacing:?} {n}: {d}");
            }
        }
    }
}

#[test]
fn oblique_axes_are_measured_and_sheared_ones_refused() {
    let (sin, cos) = 0.3f64.sin_cos();
    let oblique = [[-2.0 * cos, 3.0 * sin, 0.0, 9.0], [-2.0 * sin, -3.0 * cos, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
    let labels = Labels::U8(vec![0, 1, 1, 1, 1, 1, 1, 1, 1]);
    let map = LabelMap::new([3, 3, 1], Affine::from_rows(oblique).unwrap(), labels.clone()).unwrap();
    let d = distance_transform(&map, Border::Open).unwrap();
    let expected = [0.0, 2.0, 4.0, 3.0, 13f32.sqrt(), 5.0, 6.0, 40f32.sqrt(), 52f32.sqrt()];
    assert!(d.values().iter().zip(expected).all(|(d, e)| (d - e).abs() < 1e-6), "{d:?}");
    assert_eq!(d.affine(), map.affine());
    let sheared = [[1.0, 0.1, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]];
    let map = LabelMap::new([3, 3, 1], Affine::from_rows(sheared).unwrap(), labels).unwrap();
    assert!(matches!(distance_transform(&map, Border::Open), Err(ShapeError::Affine { .. })));
}
