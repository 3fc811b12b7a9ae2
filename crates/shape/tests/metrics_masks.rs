//! Measures of two masks: closed forms, other programs' values, a slow obvious implementation, and the rules for masks
//! that are empty.

use medshape_shape::{
    Affine, CompareOptions, LabelMap, Labels, Mask, MaskMetrics, ShapeError, SurfaceDistance, border_dice, compare,
    compare_labels,
};
use proptest::prelude::*;

const DEFINITIONS: [SurfaceDistance; 2] = [SurfaceDistance::Surfels, SurfaceDistance::BorderVoxels];
const ALL: [SurfaceDistance; 3] = [SurfaceDistance::Surfels, SurfaceDistance::BorderVoxels, SurfaceDistance::Mesh];

fn options(definition: SurfaceDistance, tolerance_mm: f64) -> CompareOptions {
    CompareOptions { definition, tolerance_mm, border_mm: None }
}

fn mask(shape: [usize; 3], affine: Affine, inside: impl Fn([f64; 3]) -> bool) -> Mask {
    let [ni, nj, nk] = shape;
    let at = |v: usize| [v % ni, v / ni % nj, v / (ni * nj)].map(|c| c as f64);
    Mask::new(shape, affine, (0..ni * nj * nk).map(|v| u8::from(inside(at(v)))).collect()).unwrap()
}

fn ellipsoid(shape: [usize; 3], affine: Affine, centre: [f64; 3], axes: [f64; 3]) -> Mask {
    mask(shape, affine, |p| (0..3).map(|a| ((p[a] - centre[a]) / axes[a]).powi(2)).sum::<f64>() < 1.0)
}

fn noise(shape: [usize; 3], affine: Affine, density: f64, seed: u64) -> Mask {
    let mut state = seed;
    let voxel = |_| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        u8::from(((z >> 11) as f64 / (1u64 << 53) as f64) < density)
    };
    Mask::new(shape, affine, (0..shape.iter().product()).map(voxel).collect()).unwrap()
}

fn spacing(s: [f64; 3]) -> Affine {
    Affine::from_spacing(s, [-20.0, 7.0, 100.0]).unwrap()
}

#[test]
fn two_boxes_have_the_values_of_pencil_and_paper() {
    // 10 x 10 x 10 voxels of 1 x 2 x 3 mm, and the same two voxels further along i.
    let affine = spacing([1.0, 2.0, 3.0]);
    let cube = |from: f64| {
        mask([20, 14, 14], affine, |[i, j, k]| {
            (from..from + 10.0).contains(&i) && (2.0..12.0).contains(&j) && (2.0..12.0).contains(&k)
        })
    };
    for definition in DEFINITIONS {
        let m = compare(&cube(3.0), &cube(5.0), &options(definition, 1.0)).unwrap();
        let o = m.overlap;
        assert_eq!((o.reference_voxels, o.prediction_voxels, o.common_voxels), (1000, 1000, 800));
        assert_eq!((o.dice, o.iou, o.sensitivity, o.precision), (0.8, 800.0 / 1200.0, 0.8, 0.8));
        assert_eq!((o.reference_volume_mm3, o.volume_difference_mm3, o.relative_volume_difference), (6000.0, 0.0, 0.0));
        assert_eq!(m.surface.hausdorff_mm, 2.0);
        assert_eq!(m.surface.hausdorff95_mm, 2.0);
        let [there, back] = m.surface.directed;
        assert!((there.mean_mm - back.mean_mm).abs() < 1e-12 && (there.weight - back.weight).abs() < 1e-9);
    }
    let s = compare(&cube(3.0), &cube(5.0), &options(SurfaceDistance::BorderVoxels, 1.0)).unwrap().surface;
    // 1000 - 8³ border voxels. Of the sides only the first two rings of 36 stick out, by 2 and 1 mm; all of the 64 inner
    // voxels of both ends are 2 mm away.
    for d in s.directed {
        assert_eq!(d.weight, 488.0);
        assert!((d.mean_mm - (36.0 * 2.0 + 36.0 + 128.0 * 2.0) / 488.0).abs() < 1e-12, "{}", d.mean_mm);
        assert!((d.within_tolerance - (488.0 - 36.0 - 128.0) / 488.0).abs() < 1e-12);
    }
    assert!((s.assd_mm - 364.0 / 488.0).abs() < 1e-12 && (s.surface_dice - 324.0 / 488.0).abs() < 1e-12);
    assert_eq!(s.tolerance_mm, 1.0);
}

#[test]
fn two_spheres_have_the_distances_of_their_radii() {
    // Concentric: every point of one surface is r2 - r1 from the other, within the size of a voxel.
    let affine = spacing([0.5; 3]);
    let ball = |r: f64| ellipsoid([91; 3], affine, [45.0; 3], [r / 0.5; 3]);
    for definition in DEFINITIONS {
        let m = compare(&ball(15.0), &ball(20.0), &options(definition, 5.5)).unwrap().surface;
        for d in m.directed {
            assert!((d.mean_mm - 5.0).abs() < 0.4 && (d.max_mm - 5.0).abs() < 0.75, "{definition:?} {d:?}");
        }
        assert!(m.surface_dice > 0.99);
    }
    // The smooth surfaces as meshes have neither the steps nor the gaps of the voxels.
    let m = compare(&ball(15.0), &ball(20.0), &options(SurfaceDistance::Mesh, 5.4)).unwrap().surface;
    for (d, r) in m.directed.iter().zip([15.0f64, 20.0]) {
        assert!((d.mean_mm - 5.0).abs() < 0.03 && (d.max_mm - 5.0).abs() < 0.3, "{d:?}");
        assert!((d.weight / (4.0 * std::f64::consts::PI * r * r) - 1.0).abs() < 0.02, "{}", d.weight);
    }
    assert!(m.surface_dice > 0.999);
    // The surfels' area is that of marching cubes on a binary mask: 5 to 10 % above the sphere's.
    let m = compare(&ball(15.0), &ball(20.0), &options(SurfaceDistance::Surfels, 1.0)).unwrap().surface;
    for (d, r) in m.directed.iter().zip([15.0f64, 20.0]) {
        assert!((1.04..1.12).contains(&(d.weight / (4.0 * std::f64::consts::PI * r * r))), "{}", d.weight);
    }
    // Offset by 4 mm, the Hausdorff distance is the offset.
    let moved = ellipsoid([91; 3], affine, [53.0, 45.0, 45.0], [30.0; 3]);
    for definition in DEFINITIONS {
        let m = compare(&ball(15.0), &moved, &options(definition, 1.0)).unwrap().surface;
        assert!((m.hausdorff_mm - 4.0).abs() < 1e-9, "{}", m.hausdorff_mm);
    }
}

/// The pairs of `fixtures/metrics/peers.py`.
fn peers_case(name: &str) -> [Mask; 2] {
    let pair = |shape, s, a: [[f64; 3]; 2], b: [[f64; 3]; 2]| {
        [a, b].map(|[centre, axes]| ellipsoid(shape, spacing(s), centre, axes))
    };
    let noises = |shape, s, density, seeds: [u64; 2]| seeds.map(|seed| noise(shape, spacing(s), density, seed));
    match name {
        "ellipsoids" => pair(
            [40, 30, 25],
            [0.8, 1.1, 2.5],
            [[18.0, 14.0, 12.0], [14.0, 10.0, 8.0]],
            [[20.5, 15.0, 11.5], [13.0, 11.0, 9.0]],
        ),
        "at the border" => pair(
            [33, 20, 20],
            [1.3, 0.7, 2.0],
            [[2.0, 3.0, 5.0], [14.0, 10.0, 8.0]],
            [[30.0, 15.0, 11.0], [9.0, 11.0, 9.0]],
        ),
        "far apart" => pair(
            [150, 30, 30],
            [0.5, 0.31, 0.47],
            [[12.0, 14.0, 12.0], [9.0, 10.0, 8.0]],
            [[135.0, 15.0, 15.0], [11.0, 11.0, 9.0]],
        ),
        "sparse noise" => noises([70, 20, 20], [0.9, 1.7, 0.6], 0.01, [1, 2]),
        "dense noise" => noises([20, 20, 20], [1.9, 0.7, 0.6], 0.5, [3, 4]),
        _ => panic!("{name}"),
    }
}

#[test]
fn values_equal_those_of_other_programs() {
    let mut seen = 0;
    for row in include_str!("fixtures/metrics/masks.csv").lines().skip(1) {
        let columns: Vec<&str> = row.split(',').collect();
        let expected: Vec<f64> = columns[2..].iter().map(|v| v.parse().unwrap()).collect();
        let definition = if columns[1] == "surfels" { SurfaceDistance::Surfels } else { SurfaceDistance::BorderVoxels };
        let [a, b] = peers_case(columns[0]);
        let m = compare(&a, &b, &options(definition, 2.0)).unwrap();
        let s = m.surface;
        let ours = [
            m.overlap.dice,
            s.hausdorff_mm,
            s.hausdorff95_mm,
            s.hausdorff95_pooled_mm,
            s.directed[0].mean_mm,
            s.directed[1].mean_mm,
            s.surface_dice,
        ];
        for (n, (ours, expected)) in ours.into_iter().zip(expected).enumerate() {
            assert!(expected.is_nan() || (ours - expected).abs() < 1e-9, "{row}: column {n} is {ours}");
        }
        seen += 1;
    }
    assert_eq!(seen, 10);
}

/// Distances between border voxels by their definition.
fn slow(a: &Mask, b: &Mask) -> [Vec<f64>; 2] {
    let border = |m: &Mask| -> Vec<[f64; 3]> {
        let [ni, nj, nk] = m.shape();
        let set = |i: isize, j: isize, k: isize| {
            let inside = |v: isize, n: usize| (0..n as isize).contains(&v);
            inside(i, ni)
                && inside(j, nj)
                && inside(k, nk)
                && m.voxels()[i as usize + ni * (j as usize + nj * k as usize)] == 1
        };
        let mut found = Vec::new();
        for (k, j, i) in (0..nk as isize)
            .flat_map(|k| (0..nj as isize).map(move |j| (k, j)))
            .flat_map(|(k, j)| (0..ni as isize).map(move |i| (k, j, i)))
        {
            let around = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)];
            if set(i, j, k) && !around.iter().all(|&(x, y, z)| set(i + x, j + y, k + z)) {
                found.push(m.affine().apply([i as f64, j as f64, k as f64]));
            }
        }
        found
    };
    let (p, q) = (border(a), border(b));
    let distance = |x: &[f64; 3], y: &[f64; 3]| (0..3).map(|c| (x[c] - y[c]).powi(2)).sum::<f64>().sqrt();
    let to = |from: &[[f64; 3]], to: &[[f64; 3]]| -> Vec<f64> {
        from.iter().map(|x| to.iter().map(|y| distance(x, y)).fold(f64::INFINITY, f64::min)).collect()
    };
    [to(&p, &q), to(&q, &p)]
}

fn assert_slow_agrees(a: &Mask, b: &Mask) {
    let s = compare(a, b, &options(SurfaceDistance::BorderVoxels, 1.5)).unwrap().surface;
    for (d, expected) in s.directed.iter().zip(slow(a, b)) {
        let n = expected.len() as f64;
        let max = expected.iter().copied().fold(0.0, f64::max);
        assert_eq!(d.weight, n);
        assert!((d.mean_mm - expected.iter().sum::<f64>() / n).abs() < 1e-9 * max.max(1.0), "{d:?}");
        assert!((d.max_mm - max).abs() < 1e-9 * max.max(1.0), "{d:?} {max}");
    }
}

#[test]
fn any_affine_is_measured_in_its_own_millimetres() {
    let oblique = [[-0.8, 0.1, 0.3, -120.0], [-0.1, 0.9, 0.9, 33.0], [0.35, -0.4, 2.5, 700.0]];
    let strong = [[1.0, 0.9, 0.0, 0.0], [0.0, 0.3, 0.8, 0.0], [0.0, 0.0, 0.2, 0.0]];
    for rows in [oblique, strong] {
        let affine = Affine::from_rows(rows).unwrap();
        assert_slow_agrees(&noise([30, 9, 8], affine, 0.004, 5), &noise([30, 9, 8], affine, 0.003, 6));
        let shape = [140, 25, 20];
        let near = ellipsoid(shape, affine, [12.0, 12.0, 9.0], [6.0, 8.0, 7.0]);
        assert_slow_agrees(&near, &ellipsoid(shape, affine, [130.0, 12.0, 11.0], [6.0, 7.0, 5.0]));
    }
}

#[test]
fn masks_far_beyond_the_nearest_rows_are_exact() {
    // One voxel in a corner against voxels in the opposite one, further than the rows that are tried first.
    let affine = spacing([0.7, 0.6, 0.5]);
    let one = mask([70, 90, 90], affine, |p| p == [3.0, 2.0, 1.0]);
    let many = mask([70, 90, 90], affine, |[i, j, k]| i + j + k > 235.0);
    assert_slow_agrees(&one, &many);
    assert_slow_agrees(&many, &one);
}

#[test]
fn empty_masks_have_stated_values() {
    let affine = spacing([3.0, 4.0, 12.0]);
    let nothing = mask([10, 10, 10], affine, |_| false);
    let something = mask([10, 10, 10], affine, |p| p[0] > 4.0);
    for definition in ALL {
        let both = compare(&nothing, &nothing, &options(definition, 1.0)).unwrap();
        assert_eq!((both.overlap.dice, both.overlap.iou, both.overlap.sensitivity), (1.0, 1.0, 1.0));
        assert_eq!((both.surface.hausdorff_mm, both.surface.assd_mm, both.surface.surface_dice), (0.0, 0.0, 1.0));
        for (a, b) in [(&nothing, &something), (&something, &nothing)] {
            let one = compare(a, b, &options(definition, 1.0)).unwrap();
            let o = one.overlap;
            assert_eq!((o.dice, o.iou, o.sensitivity, o.precision, o.volume_similarity), (0.0, 0.0, 0.0, 0.0, 0.0));
            assert!(!o.relative_volume_difference.is_nan());
            let s = one.surface;
            assert_eq!((s.hausdorff_mm, s.hausdorff95_mm, s.assd_mm, s.surface_dice), (130.0, 130.0, 130.0, 0.0));
        }
        let full = mask([10, 10, 10], affine, |_| true);
        let same = compare(&full, &full, &options(definition, 0.0)).unwrap();
        assert_eq!((same.overlap.dice, same.surface.hausdorff_mm, same.surface.surface_dice), (1.0, 0.0, 1.0));
    }
}

/// Dice within a distance of an anchor by its definition.
fn slow_border_dice(a: &Mask, b: &Mask, anchor: &[bool], distance: f64) -> f64 {
    let [ni, nj, _] = a.shape();
    let place = |v: usize| a.affine().apply([v % ni, v / ni % nj, v / (ni * nj)].map(|c| c as f64));
    let anchors: Vec<[f64; 3]> = (0..anchor.len()).filter(|&v| anchor[v]).map(place).collect();
    let near = |v: &usize| {
        let p = place(*v);
        anchors.iter().any(|q| (0..3).map(|c| (p[c] - q[c]).powi(2)).sum::<f64>().sqrt() <= distance + 1e-9)
    };
    let set = |m: &Mask, v: usize| u32::from(m.voxels()[v]);
    let counts = (0..anchor.len())
        .filter(|&v| set(a, v) + set(b, v) > 0)
        .filter(near)
        .fold((0, 0), |(s, c), v| (s + set(a, v) + set(b, v), c + 2 * (set(a, v) & set(b, v))));
    if counts.0 == 0 { 1.0 } else { f64::from(counts.1) / f64::from(counts.0) }
}

#[test]
fn the_border_dice_counts_voxels_near_the_border() {
    let (shape, affine) = ([16, 15, 14], spacing([1.0, 1.5, 2.0]));
    let a = ellipsoid(shape, affine, [6.0, 7.0, 6.0], [4.0, 4.0, 3.0]);
    let b = ellipsoid(shape, affine, [7.0, 7.0, 6.0], [4.0, 3.0, 3.0]);
    let anchor = ellipsoid(shape, affine, [13.0, 7.0, 6.0], [2.5, 4.0, 4.0]);
    let near: Vec<bool> = anchor.voxels().iter().map(|&v| v == 1).collect();
    for distance in [0.0, 1.0, 3.0, 4.5, 100.0] {
        let dice = border_dice(&a, &b, &anchor, distance).unwrap();
        assert!((dice - slow_border_dice(&a, &b, &near, distance)).abs() < 1e-12, "{distance}");
    }
    assert_eq!(
        border_dice(&a, &b, &anchor, 100.0).unwrap(),
        compare(&a, &b, &CompareOptions::default()).unwrap().overlap.dice
    );
    // Around the reference's own border.
    let at = |v: usize, step: isize| a.voxels().get((v as isize + step) as usize).copied() == Some(1);
    let steps = [1, -1, 16, -16, 240, -240];
    let border: Vec<bool> = (0..a.voxels().len()).map(|v| at(v, 0) && !steps.iter().all(|&s| at(v, s))).collect();
    for distance in [0.0, 1.0, 2.0, 100.0] {
        let options = CompareOptions { border_mm: Some(distance), ..CompareOptions::default() };
        let dice = compare(&a, &b, &options).unwrap().border_dice.unwrap();
        assert!((dice - slow_border_dice(&a, &b, &border, distance)).abs() < 1e-12, "{distance}");
        let nothing = mask(shape, affine, |_| false);
        assert_eq!(compare(&a, &nothing, &options).unwrap().border_dice, Some(0.0));
        assert_eq!(compare(&nothing, &nothing, &options).unwrap().border_dice, Some(1.0));
        assert_eq!(border_dice(&nothing, &nothing, &a, distance).unwrap(), 1.0);
        assert_eq!(border_dice(&a, &nothing, &a, distance).unwrap(), 0.0);
        assert!(matches!(border_dice(&a, &b, &nothing, distance), Err(ShapeError::Empty { .. })));
    }
    assert!(matches!(border_dice(&a, &b, &anchor, -1.0), Err(ShapeError::Parameter { .. })));
    let small = mask([3, 3, 3], affine, |_| true);
    assert!(matches!(border_dice(&a, &b, &small, 1.0), Err(ShapeError::Grids { .. })));
}

#[test]
fn label_maps_are_compared_label_by_label() {
    let shape = [70, 20, 30];
    let affine = spacing([1.0, 0.5, 2.0]);
    let map = |speck: Option<usize>, shift: f64| {
        let balls = [(3u32, [15.0, 9.0, 9.0]), (70_000, [50.0, 10.0, 20.0])];
        let mut labels = vec![0u32; shape.iter().product()];
        for (label, centre) in balls {
            let m = ellipsoid(shape, affine, [centre[0] + shift, centre[1], centre[2]], [9.0, 8.0, 7.0]);
            labels.iter_mut().zip(m.voxels()).filter(|(_, v)| **v == 1).for_each(|(l, _)| *l = label);
        }
        if let Some(v) = speck {
            labels[v] = 5;
        }
        LabelMap::new(shape, affine, Labels::U32(labels)).unwrap()
    };
    let (a, b) = (map(Some(1), 0.0), map(None, 1.7));
    let of = |m: &LabelMap, label: u32| {
        let Labels::U32(v) = m.labels() else { panic!() };
        Mask::new(shape, affine, v.iter().map(|&l| u8::from(l == label)).collect()).unwrap()
    };
    for definition in ALL {
        let all = compare_labels(&a, &b, &options(definition, 1.0)).unwrap();
        assert_eq!(all.keys().copied().collect::<Vec<_>>(), [3, 5, 70_000]);
        for (label, m) in all {
            assert_eq!(m, compare(&of(&a, label), &of(&b, label), &options(definition, 1.0)).unwrap(), "{label}");
        }
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let a = mask([4, 4, 4], spacing([1.0; 3]), |_| true);
    let o = CompareOptions::default();
    let other_shape = mask([4, 4, 5], spacing([1.0; 3]), |_| true);
    assert!(matches!(
        compare(&a, &other_shape, &o),
        Err(ShapeError::Grids { first: [4, 4, 4], second: [4, 4, 5], .. })
    ));
    let other_place = mask([4, 4, 4], spacing([1.0, 1.0, 1.1]), |_| true);
    assert!(matches!(compare(&a, &other_place, &o), Err(ShapeError::Grids { .. })));
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let refused = compare(&a, &a, &options(SurfaceDistance::Surfels, bad));
        assert!(matches!(refused, Err(ShapeError::Parameter { .. })));
    }
}

#[test]
fn extreme_spacings_scale_the_distances() {
    let unit = |s: f64| {
        let pair =
            [30.0, 41.0].map(|c| ellipsoid([70, 40, 40], spacing([s, 2.0 * s, 3.0 * s]), [c, 20.0, 20.0], [15.0; 3]));
        compare(&pair[0], &pair[1], &options(SurfaceDistance::Surfels, 2.0 * s)).unwrap().surface
    };
    let one = unit(1.0);
    for s in [1e-6, 1e9] {
        let scaled = unit(s);
        assert!((scaled.hausdorff_mm / s - one.hausdorff_mm).abs() < 1e-9 * one.hausdorff_mm);
        assert!((scaled.assd_mm / s - one.assd_mm).abs() < 1e-9 * one.assd_mm);
        assert!((scaled.surface_dice - one.surface_dice).abs() < 1e-9);
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let [a, b] = peers_case("ellipsoids");
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ALL.map(|d| compare(&a, &b, &options(d, 1.0)).unwrap()))
    };
    assert_eq!(on(1), on(4));
}

fn swapped(m: &MaskMetrics) -> [f64; 6] {
    let s = &m.surface;
    [m.overlap.dice, s.hausdorff_mm, s.hausdorff95_mm, s.surface_dice, s.directed[1].mean_mm, s.directed[0].mean_mm]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn noise_equals_the_slow_way_and_order_does_not_matter(
        shape in [1usize..70, 1usize..7, 1usize..6],
        density in 0.01f64..0.6,
        seed: u64,
        s in [0.1f64..3.0, 0.1f64..3.0, 0.1f64..3.0],
        shear in -0.8f64..0.8,
    ) {
        let rows = [[s[0], shear * s[1], 0.0, 5.0], [0.0, s[1], shear * s[2], 0.0], [0.0, 0.0, -s[2], 0.0]];
        let affine = Affine::from_rows(rows).unwrap();
        let (a, b) = (noise(shape, affine, density, seed), noise(shape, affine, density, seed ^ 0x4D));
        prop_assume!(a.count() > 0 && b.count() > 0);
        assert_slow_agrees(&a, &b);
        for definition in DEFINITIONS {
            let there = compare(&a, &b, &options(definition, 1.0)).unwrap();
            let back = compare(&b, &a, &options(definition, 1.0)).unwrap();
            let s = &there.surface;
            let direct = [there.overlap.dice, s.hausdorff_mm, s.hausdorff95_mm, s.surface_dice,
                s.directed[0].mean_mm, s.directed[1].mean_mm];
            for (p, q) in direct.into_iter().zip(swapped(&back)) {
                prop_assert!((p - q).abs() < 1e-9, "{} {}", p, q);
            }
            // A turned grid has the same distances.
            let turned = [[rows[1][0], rows[1][1], rows[1][2], 9.0], rows[2], rows[0]];
            let again = |m: &Mask| Mask::new(shape, Affine::from_rows(turned).unwrap(), m.voxels().to_vec()).unwrap();
            let t = compare(&again(&a), &again(&b), &options(definition, 1.0)).unwrap();
            prop_assert!((t.surface.assd_mm - s.assd_mm).abs() < 1e-9);
            prop_assert!((t.surface.hausdorff_mm - s.hausdorff_mm).abs() < 1e-9);
        }
    }
}
