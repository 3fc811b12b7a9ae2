//! `PyRadiomics`' 3-D shape features by its own definitions, equal to what its extractor gives (van Griethuysen et al.
//! 2017, doi:10.1158/0008-5472.CAN-17-0339; definitions as of version 3.1).
//!
//! What is its own: the surface is that of its cube table ([`super::pyradiomics_cases`]), in the frame of the mask's box
//! with one voxel around it, so `MeshVolume`, `SurfaceArea` and all that follow from them change when a mask is mirrored;
//! lengths are index distances times the spacing, so a sheared affine is not seen; slice, column and row are planes
//! across k, j and i.

use std::f64::consts::PI;

use super::extremes::{Extremes, diameter};
use super::pyradiomics_cases::CASES;
use super::table::{Features, Unit};
use super::{cells::Cells, moments::Moments};
use crate::pose::eigen;

pub(super) fn push(table: &mut Features, cells: &Cells, moments: &Moments, extremes: &Extremes, spacing: [f64; 3]) {
    let [sx, sy, sz] = spacing;
    let diagonal = [[sx, 0.0, 0.0], [0.0, sy, 0.0], [0.0, 0.0, sz]];
    let surface = cells.area_volume(&CASES, diagonal);
    let (area, volume) = (surface.area_mm2, surface.volume_mm3);
    let [slice, column, row] = [extremes.planar_mm[2], extremes.planar_mm[1], extremes.planar_mm[0]];
    let corners: Vec<[f64; 3]> =
        extremes.hull.corners.iter().map(|c| [0, 1, 2].map(|a| c[a] * spacing[a] / 2.0)).collect();
    let [major, minor, least] = eigen(moments.covariance_mm2(diagonal)).0.map(|v| v.clamp(0.0, f64::INFINITY));
    let sphere_area = (36.0 * PI * volume * volume).cbrt();
    for (name, value, unit) in [
        ("pyradiomics:MeshVolume", volume, Unit::Mm3),
        ("pyradiomics:VoxelVolume", moments.count as f64 * sx * sy * sz, Unit::Mm3),
        ("pyradiomics:SurfaceArea", area, Unit::Mm2),
        ("pyradiomics:SurfaceVolumeRatio", area / volume, Unit::PerMm),
        ("pyradiomics:Sphericity", sphere_area / area, Unit::One),
        ("pyradiomics:Compactness1", volume / (area.powf(1.5) * PI.sqrt()), Unit::One),
        ("pyradiomics:Compactness2", 36.0 * PI * volume * volume / area.powi(3), Unit::One),
        ("pyradiomics:SphericalDisproportion", area / sphere_area, Unit::One),
        ("pyradiomics:Maximum3DDiameter", diameter(&corners), Unit::Mm),
        ("pyradiomics:Maximum2DDiameterSlice", slice, Unit::Mm),
        ("pyradiomics:Maximum2DDiameterColumn", column, Unit::Mm),
        ("pyradiomics:Maximum2DDiameterRow", row, Unit::Mm),
        ("pyradiomics:MajorAxisLength", 4.0 * major.sqrt(), Unit::Mm),
        ("pyradiomics:MinorAxisLength", 4.0 * minor.sqrt(), Unit::Mm),
        ("pyradiomics:LeastAxisLength", 4.0 * least.sqrt(), Unit::Mm),
        ("pyradiomics:Elongation", (minor / major).sqrt(), Unit::One),
        ("pyradiomics:Flatness", (least / major).sqrt(), Unit::One),
    ] {
        table.push(name, value, unit);
    }
}
