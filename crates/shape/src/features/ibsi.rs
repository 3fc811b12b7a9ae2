//! Morphology of the image biomarker standardisation initiative (Zwanenburg et al., reference manual,
//! arXiv:1612.07003; Zwanenburg et al. 2020, doi:10.1148/radiol.2020191145), by its definitions and permanent codes.
//!
//! The surface is closed, with the triangles that most programs use ([`super::pyradiomics_cases::CLOSED_CASES`]): the
//! reference values ask for them. The covariance of the voxel centres is divided by their number less one; the manual
//! does not say so, its reference values do. Of a mesh, which has no voxels, the axes are left out, as are features that
//! need intensities. The axis-aligned box follows patient space. The oriented box is that of
//! [`crate::oriented_box`]. The manual has no reference values for it and for the minimum ellipsoid.

use std::f64::consts::PI;

use super::ellipsoid;
use super::solid::Solid;
use super::table::{Features, Unit};
use crate::pose::eigen;

/// What IBSI's features need beyond the solid.
pub(super) struct Surface {
    pub area_mm2: f64,
    pub volume_mm3: f64,
    /// Number of voxels and the volume of them all, if the shape is a mask.
    pub voxels: Option<(u64, f64)>,
}

pub(super) fn push(table: &mut Features, solid: &Solid, surface: &Surface) {
    let (area, volume) = (surface.area_mm2, surface.volume_mm3);
    let (count, voxel_volume) = surface.voxels.map_or((f64::NAN, f64::NAN), |(n, v)| (n as f64, v));
    let sphere_area = (36.0 * PI * volume * volume).cbrt();
    let covariance = solid.covariance_mm2.map(|r| r.map(|c| c * count / (count - 1.0)));
    let [a, b, c] = eigen(covariance).0.map(|v| 2.0 * v.clamp(0.0, f64::INFINITY).sqrt());
    let [x, y, z] = solid.extent_mm;
    let [length, width, height] = solid.box_mm;
    let box_area = |[x, y, z]: [f64; 3]| 2.0 * (x * y + y * z + z * x);
    let enclosing = ellipsoid::smallest_enclosing(&solid.corners).unwrap_or([f64::NAN; 3]);
    for (name, value, unit) in [
        ("ibsi:RNU0_volume_mesh_mm3", volume, Unit::Mm3),
        ("ibsi:YEKZ_volume_voxel_counting_mm3", voxel_volume, Unit::Mm3),
        ("ibsi:C0JK_surface_area_mm2", area, Unit::Mm2),
        ("ibsi:2PR5_surface_to_volume_ratio_per_mm", area / volume, Unit::PerMm),
        ("ibsi:SKGS_compactness_1", volume / (PI.sqrt() * area.powf(1.5)), Unit::One),
        ("ibsi:BQWJ_compactness_2", 36.0 * PI * volume * volume / area.powi(3), Unit::One),
        ("ibsi:KRCK_spherical_disproportion", area / sphere_area, Unit::One),
        ("ibsi:QCFX_sphericity", sphere_area / area, Unit::One),
        ("ibsi:25C7_asphericity", area / sphere_area - 1.0, Unit::One),
        ("ibsi:L0JK_maximum_3d_diameter_mm", solid.diameter_mm, Unit::Mm),
        ("ibsi:TDIC_major_axis_length_mm", 2.0 * a, Unit::Mm),
        ("ibsi:P9VJ_minor_axis_length_mm", 2.0 * b, Unit::Mm),
        ("ibsi:7J51_least_axis_length_mm", 2.0 * c, Unit::Mm),
        ("ibsi:Q3CK_elongation", b / a, Unit::One),
        ("ibsi:N17B_flatness", c / a, Unit::One),
        ("ibsi:PBX1_volume_density_axis_aligned_box", volume / (x * y * z), Unit::One),
        ("ibsi:R59B_area_density_axis_aligned_box", area / box_area([x, y, z]), Unit::One),
        ("ibsi:ZH1A_volume_density_oriented_box", volume / (length * width * height), Unit::One),
        ("ibsi:IQYR_area_density_oriented_box", area / box_area([length, width, height]), Unit::One),
        ("ibsi:6BDE_volume_density_approximate_ellipsoid", volume / ellipsoid::volume([a, b, c]), Unit::One),
        ("ibsi:RDD2_area_density_approximate_ellipsoid", area / ellipsoid::ibsi_area([a, b, c]), Unit::One),
        ("ibsi:SWZ1_volume_density_minimum_ellipsoid", volume / ellipsoid::volume(enclosing), Unit::One),
        ("ibsi:BRI8_area_density_minimum_ellipsoid", area / ellipsoid::ibsi_area(enclosing), Unit::One),
        ("ibsi:R3ER_volume_density_convex_hull", volume / solid.hull_volume_mm3, Unit::One),
        ("ibsi:7T7F_area_density_convex_hull", area / solid.hull_area_mm2, Unit::One),
    ] {
        table.push(name, value, unit);
    }
}
