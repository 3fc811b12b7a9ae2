//! Measures of two masks that need only counts of voxels.

/// How far two masks cover each other.
///
/// Nothing is ever NaN: with both masks empty the agreement is perfect, with one empty it is the worst there is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// Voxels of the reference.
    pub reference_voxels: u64,
    /// Voxels of the prediction.
    pub prediction_voxels: u64,
    /// Voxels of both.
    pub common_voxels: u64,
    /// Volume of the reference.
    pub reference_volume_mm3: f64,
    /// Volume of the prediction.
    pub prediction_volume_mm3: f64,
    /// Prediction minus reference.
    pub volume_difference_mm3: f64,
    /// `volume_difference_mm3` as a part of the reference's volume; infinite if only the reference is empty, 0 if both are.
    pub relative_volume_difference: f64,
    /// 1 - |P - R| / (P + R), 0 to 1 (Taha & Hanbury 2015, doi:10.1186/s12880-015-0068-x): the comparison of volumes
    /// that stays finite.
    pub volume_similarity: f64,
    /// Dice coefficient, 2 |R and P| / (|R| + |P|).
    pub dice: f64,
    /// Intersection over union (Jaccard index).
    pub iou: f64,
    /// The part of the reference that is predicted (recall).
    pub sensitivity: f64,
    /// The part of the prediction that is right.
    pub precision: f64,
}

impl Overlap {
    pub(super) fn new(reference: u64, prediction: u64, common: u64, voxel_mm3: f64) -> Self {
        let [r, p, c] = [reference, prediction, common].map(|v| v as f64);
        // Of nothing, all is found if the other is empty too, and nothing otherwise.
        let part = |of: f64, whole: f64| {
            if whole > 0.0 { of / whole } else { f64::from(u8::from(r + p == 0.0)) }
        };
        let relative = if r == p { 0.0 } else { (p - r) / r };
        Self {
            reference_voxels: reference,
            prediction_voxels: prediction,
            common_voxels: common,
            reference_volume_mm3: r * voxel_mm3,
            prediction_volume_mm3: p * voxel_mm3,
            volume_difference_mm3: (p - r) * voxel_mm3,
            relative_volume_difference: relative,
            volume_similarity: 1.0 - if r == p { 0.0 } else { (p - r).abs() / (p + r) },
            dice: part(2.0 * c, r + p),
            iou: part(c, r + p - c),
            sensitivity: part(c, r),
            precision: part(c, p),
        }
    }
}
