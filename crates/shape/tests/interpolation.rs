//! Slices between slices.

use medshape_shape::{Affine, LabelMap, Labels, ShapeError, Surface, extract_meshes, integrals, interpolate_slices};

/// A cone of label 1 with a core of label 2, in slices of 5 mm across `axis`.
fn cone(axis: usize) -> LabelMap {
    let mut shape = [60; 3];
    shape[axis] = 9;
    let mut spacing = [1.0; 3];
    spacing[axis] = 5.0;
    let labels = (0..shape.iter().product::<usize>()).map(|v| {
        let at = [v % shape[0], v / shape[0] % shape[1], v / (shape[0] * shape[1])];
        let depth = at[axis] as f64 * 5.0;
        let r = (0..3).filter(|&a| a != axis).map(|a| (at[a] as f64 - 30.2).powi(2)).sum::<f64>().sqrt();
        if r < 8.0 - depth / 10.0 { 2 } else { u16::from(r < 26.0 - depth / 2.0) }
    });
    LabelMap::new(shape, Affine::from_spacing(spacing, [1.0, 2.0, 3.0]).unwrap(), Labels::U16(labels.collect()))
        .unwrap()
}

#[test]
fn a_cone_in_thick_slices_becomes_a_cone_in_thin_ones() {
    for axis in 0..3 {
        let map = cone(axis);
        let fine = interpolate_slices(&map, 1.0).unwrap();
        let mut shape = map.shape();
        shape[axis] = 41;
        assert_eq!(fine.shape(), shape);
        assert!((fine.affine().spacing()[axis] - 1.0).abs() < 1e-12);
        assert_eq!(fine.affine().apply([0.0; 3]), map.affine().apply([0.0; 3]));
        // Voxels that differ from the true cone, and those of the nearest thick slices.
        let (mut wrong, mut nearest) = (0, 0);
        for v in 0..fine.labels().len() {
            let mut at = [v % shape[0], v / shape[0] % shape[1], v / (shape[0] * shape[1])];
            let r = (0..3).filter(|&a| a != axis).map(|a| (at[a] as f64 - 30.2).powi(2)).sum::<f64>().sqrt();
            let depth = at[axis] as f64;
            let expected = if r < 8.0 - depth / 10.0 { 2 } else { u32::from(r < 26.0 - depth / 2.0) };
            wrong += u32::from(fine.labels().get(v) != expected);
            at[axis] = (at[axis] + 2) / 5;
            let [nx, ny, _] = map.shape();
            nearest += u32::from(map.labels().get(at[0] + nx * (at[1] + ny * at[2])) != expected);
        }
        assert!(wrong * 3 < nearest, "{wrong} wrong, {nearest} in the nearest slices");
        // The surface is nearer to the true cone's.
        let area =
            |map: &LabelMap| extract_meshes(map, Surface::Smooth).values().map(|m| integrals(m).area_mm2).sum::<f64>();
        assert!(area(&fine) < area(&map), "{} {}", area(&fine), area(&map));
    }
}

#[test]
fn slices_that_are_there_stay_and_no_label_is_lost() {
    // Labels that are in one slice only, and labels that swap places.
    let slices = [[0, 1, 1, 0, 5, 5], [7, 7, 0, 0, 0, 9], [2, 0, 0, 2, 9, 9]];
    let labels: Vec<u32> = slices.iter().flat_map(|s| s.iter().flat_map(|&v| [v; 4])).collect();
    let map = LabelMap::new([4, 6, 3], Affine::from_spacing([1.0, 1.0, 4.0], [0.0; 3]).unwrap(), Labels::U32(labels))
        .unwrap();
    let fine = interpolate_slices(&map, 1.0).unwrap();
    assert_eq!(fine.shape(), [4, 6, 9]);
    for k in 0..3 {
        for n in 0..24 {
            assert_eq!(fine.labels().get(n + 24 * 4 * k), map.labels().get(n + 24 * k));
        }
    }
    // A voxel between two slices has one of the two labels.
    for k in 0..8 {
        for n in 0..24 {
            let pair = [k / 4, k / 4 + 1].map(|k| map.labels().get(n + 24 * k));
            assert!(pair.contains(&fine.labels().get(n + 24 * k)));
        }
    }
}

#[test]
fn fine_maps_are_unchanged_and_bad_targets_are_named() {
    let map = cone(2);
    assert_eq!(interpolate_slices(&map, 4.0).unwrap(), map);
    for target in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(interpolate_slices(&map, target), Err(ShapeError::Parameter { name: "target_mm", .. })));
    }
    assert!(matches!(interpolate_slices(&map, 1e-9), Err(ShapeError::GridShape { .. })));
    let one =
        LabelMap::new([2, 2, 1], Affine::from_spacing([1.0, 1.0, 9.0], [0.0; 3]).unwrap(), Labels::U8(vec![1; 4]))
            .unwrap();
    assert_eq!(interpolate_slices(&one, 1.0).unwrap(), one);
}
