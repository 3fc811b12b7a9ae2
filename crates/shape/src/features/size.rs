//! Size and form: volume, area, diameters, the convex hull, boxes and axes, and the ratios of these.
//!
//! Sphericity: Wadell 1935 (doi:10.1086/624298). Solidity and convexity: of volumes and of areas, as for IBSI. Moment
//! invariants: the three coefficients of the covariance's characteristic polynomial, freed of scale by the volume
//! (Sadjadi & Hall 1980, doi:10.1109/TPAMI.1980.4766990).

use std::f64::consts::PI;

use super::cells::determinant;
use super::solid::Solid;
use super::table::{Features, Unit};
use crate::pose::eigen;
use crate::sphericity;

pub(super) fn push(table: &mut Features, solid: &Solid) {
    let (area, volume) = (solid.area_mm2, solid.volume_mm3);
    let [x, y, z] = solid.extent_mm;
    let [length, width, height] = solid.box_mm;
    let [major, minor, least] = eigen(solid.covariance_mm2).0.map(|v| v.clamp(0.0, f64::INFINITY));
    let c = solid.covariance_mm2;
    let minors = [(0, 1), (0, 2), (1, 2)].map(|(a, b)| c[a][a] * c[b][b] - c[a][b] * c[b][a]);
    for (name, value, unit) in [
        ("mesh_volume_mm3", volume, Unit::Mm3),
        ("surface_area_mm2", area, Unit::Mm2),
        ("surface_to_volume_ratio_per_mm", area / volume, Unit::PerMm),
        ("equivalent_diameter_mm", (6.0 * volume / PI).cbrt(), Unit::Mm),
        ("sphericity", sphericity(area, volume).unwrap_or(f64::NAN), Unit::One),
        ("compactness", 36.0 * PI * volume * volume / area.powi(3), Unit::One),
        ("maximum_diameter_mm", solid.diameter_mm, Unit::Mm),
        ("extent_x_mm", x, Unit::Mm),
        ("extent_y_mm", y, Unit::Mm),
        ("extent_z_mm", z, Unit::Mm),
        ("box_fill", volume / (x * y * z), Unit::One),
        ("box_length_mm", length, Unit::Mm),
        ("box_width_mm", width, Unit::Mm),
        ("box_height_mm", height, Unit::Mm),
        ("rectangularity", volume / (length * width * height), Unit::One),
        ("hull_volume_mm3", solid.hull_volume_mm3, Unit::Mm3),
        ("hull_area_mm2", solid.hull_area_mm2, Unit::Mm2),
        ("solidity", volume / solid.hull_volume_mm3, Unit::One),
        ("convexity", solid.hull_area_mm2 / area, Unit::One),
        ("major_axis_mm", 4.0 * major.sqrt(), Unit::Mm),
        ("minor_axis_mm", 4.0 * minor.sqrt(), Unit::Mm),
        ("least_axis_mm", 4.0 * least.sqrt(), Unit::Mm),
        ("elongation", (minor / major).sqrt(), Unit::One),
        ("flatness", (least / major).sqrt(), Unit::One),
        ("moment_invariant_1", (c[0][0] + c[1][1] + c[2][2]) / volume.powf(2.0 / 3.0), Unit::One),
        ("moment_invariant_2", minors.iter().sum::<f64>() / volume.powf(4.0 / 3.0), Unit::One),
        ("moment_invariant_3", determinant(c) / (volume * volume), Unit::One),
    ] {
        table.push(name, value, unit);
    }
}
