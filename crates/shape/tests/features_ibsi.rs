//! The digital phantom of the image biomarker standardisation initiative and its reference values.

use medshape_shape::{Affine, Mask, MeasureOptions, measure};

/// The phantom's morphological mask: 5 x 4 x 4 voxels (i fastest) of 2 mm, 74 of them set (reference manual,
/// arXiv:1612.07003v11, section 5.1, CC BY 4.0).
const MASK: [&str; 16] = [
    "11111", "11111", "11111", "11111", // k = 0
    "11111", "11111", "01111", "11111", // k = 1
    "11100", "11111", "11011", "11111", // k = 2
    "11100", "11111", "11111", "11111", // k = 3
];

/// Code, reference value and tolerance (the same manual, tables 3 to 24).
const REFERENCE: [(&str, f64, f64); 19] = [
    ("RNU0_volume_mesh_mm3", 556.0, 4.0),
    ("YEKZ_volume_voxel_counting_mm3", 592.0, 4.0),
    ("C0JK_surface_area_mm2", 388.0, 3.0),
    ("2PR5_surface_to_volume_ratio_per_mm", 0.698, 0.004),
    ("SKGS_compactness_1", 0.0411, 0.0003),
    ("BQWJ_compactness_2", 0.599, 0.004),
    ("KRCK_spherical_disproportion", 1.19, 0.01),
    ("QCFX_sphericity", 0.843, 0.005),
    ("25C7_asphericity", 0.186, 0.001),
    ("L0JK_maximum_3d_diameter_mm", 13.1, 0.1),
    ("TDIC_major_axis_length_mm", 11.4, 0.1),
    ("P9VJ_minor_axis_length_mm", 9.31, 0.06),
    ("7J51_least_axis_length_mm", 8.54, 0.05),
    ("Q3CK_elongation", 0.816, 0.005),
    ("N17B_flatness", 0.749, 0.005),
    ("PBX1_volume_density_axis_aligned_box", 0.869, 0.005),
    ("R59B_area_density_axis_aligned_box", 0.866, 0.005),
    ("6BDE_volume_density_approximate_ellipsoid", 1.17, 0.01),
    ("RDD2_area_density_approximate_ellipsoid", 1.36, 0.01),
];

const HULL_REFERENCE: [(&str, f64, f64); 2] =
    [("R3ER_volume_density_convex_hull", 0.961, 0.006), ("7T7F_area_density_convex_hull", 1.03, 0.01)];

#[test]
fn digital_phantom() {
    let voxels: Vec<u8> = MASK.iter().flat_map(|row| row.bytes().map(|b| b - b'0')).collect();
    assert_eq!(voxels.iter().map(|&v| u32::from(v)).sum::<u32>(), 74);
    let mask = Mask::new([5, 4, 4], Affine::from_spacing([2.0; 3], [0.0; 3]).unwrap(), voxels).unwrap();
    let table = measure(&mask, &MeasureOptions::default()).unwrap();
    for (name, want, tolerance) in REFERENCE.into_iter().chain(HULL_REFERENCE) {
        let got = table.get(&format!("ibsi:{name}")).unwrap();
        println!("{name} {got} ({want} +- {tolerance})");
        assert!((got - want).abs() <= tolerance, "{name}: {got}, but the reference is {want} +- {tolerance}");
    }
}
