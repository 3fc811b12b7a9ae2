//! Dilation, erosion, opening and closing against their definitions and laws.

use crate::volumes::{ALL, PERMUTATIONS, Volume, in_pool, neighbours, permute, volume, voxels};
use medshape_shape::{Connectivity, Element, Mask, ShapeError, closing, dilate, erode, opening};
use proptest::prelude::*;

fn dilated(volume: &Volume, element: Element) -> Volume {
    let mut out = volume.clone();
    match element {
        Element::Ball(radius) => {
            let set: Vec<_> = voxels(volume.shape).filter(|&at| volume.at(at) != 0).collect();
            for (at, v) in voxels(volume.shape).zip(&mut out.values) {
                let square = |b: &[usize; 3]| -> f64 {
                    (0..3).map(|n| (at[n].abs_diff(b[n]) as f64 * volume.spacing[n]).powi(2)).sum()
                };
                *v = u32::from(set.iter().any(|b| square(b).sqrt() <= radius * (1.0 + 1e-7)));
            }
        }
        Element::Steps(connectivity, count) => {
            for _ in 0..count {
                let before = out.clone();
                for (at, v) in voxels(volume.shape).zip(&mut out.values) {
                    *v |= u32::from(neighbours(volume.shape, at, connectivity).any(|n| before.at(n) != 0));
                }
            }
        }
    }
    out.values.iter_mut().for_each(|v| *v = u32::from(*v != 0));
    out
}

fn inverted(volume: &Volume) -> Volume {
    Volume { values: volume.values.iter().map(|&v| u32::from(v == 0)).collect(), ..volume.clone() }
}

fn element() -> impl Strategy<Value = Element> {
    prop_oneof![
        prop_oneof![0.0f64..6.0, Just(0.0), Just(0.5), Just(1.0), Just(3.0)].prop_map(Element::Ball),
        (0usize..3, 0u32..4).prop_map(|(c, n)| Element::Steps(ALL[c], n)),
    ]
}

fn is_subset(a: &Mask, b: &Mask) -> bool {
    a.voxels().iter().zip(b.voxels()).all(|(a, b)| a <= b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn dilation_and_erosion_equal_their_definitions(volume in volume(), element in element()) {
        prop_assume!(volume.values.len() < 3000);
        let mask = volume.mask();
        prop_assert_eq!(dilate(&mask, element).unwrap(), dilated(&volume, element).mask());
        prop_assert_eq!(erode(&mask, element).unwrap(), inverted(&dilated(&inverted(&volume), element)).mask());
    }

    #[test]
    fn openings_shrink_closings_grow_and_both_are_done_at_once(volume in volume(), element in element()) {
        let mask = volume.mask();
        let (opened, closed) = (opening(&mask, element).unwrap(), closing(&mask, element).unwrap());
        prop_assert!(is_subset(&opened, &mask) && is_subset(&mask, &closed));
        prop_assert_eq!(&opening(&opened, element).unwrap(), &opened);
        prop_assert_eq!(&closing(&closed, element).unwrap(), &closed);
        prop_assert_eq!(opened, dilate(&erode(&mask, element).unwrap(), element).unwrap());
        prop_assert_eq!(closed, erode(&dilate(&mask, element).unwrap(), element).unwrap());
    }

    #[test]
    fn the_order_of_axes_and_the_number_of_threads_do_not_show(volume in volume(), element in element()) {
        let expected = opening(&volume.mask(), element).unwrap();
        for axes in PERMUTATIONS {
            let permuted = volume.permuted(axes).mask();
            for threads in [1, 3] {
                let found = in_pool(threads, || opening(&permuted, element).unwrap());
                prop_assert_eq!(found.voxels(), permute(volume.shape, expected.voxels(), axes));
            }
        }
    }
}

#[test]
fn many_steps_end_and_radii_are_checked() {
    let mut values = vec![0; 70 * 3 * 2];
    values[0] = 1;
    let volume = Volume { shape: [70, 3, 2], spacing: [1.0; 3], values };
    let all = dilate(&volume.mask(), Element::Steps(Connectivity::Faces6, u32::MAX)).unwrap();
    assert_eq!(all.count(), 420);
    for radius in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(dilate(&volume.mask(), Element::Ball(radius)), Err(ShapeError::Parameter { .. })));
    }
}
