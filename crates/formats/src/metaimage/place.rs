//! From a `MetaImage`'s transform (LPS) to the affine in RAS millimetres.

use medshape_shape::Affine;

use super::header::Header;
use crate::error::FormatError;

/// The affine by ITK's rules: each row of the transform matrix is the direction of an axis; element sizes count only
/// where spacings are not given; no matrix means axes along LPS.
pub(super) fn affine(header: &Header, notes: &mut Vec<String>) -> Result<Affine, FormatError> {
    let n = header.axes();
    let matrix = header.numbers(&["TransformMatrix", "Rotation", "Orientation"], n * n)?;
    let origin = header.numbers(&["Offset", "Position", "Origin"], n)?;
    let spacing = header.numbers(&["ElementSpacing", "ElementSize"], n)?;
    let at = |values: &Option<Vec<f64>>, index: usize, missing: f64| {
        values.as_ref().and_then(|v| v.get(index).copied()).unwrap_or(missing)
    };
    let direction = |axis: usize, row: usize| {
        let identity = if axis == row { 1.0 } else { 0.0 };
        if axis < n && row < n { at(&matrix, axis * n + row, identity) } else { identity }
    };
    let mut steps = [[0.0; 3]; 3];
    let mut place = [0.0; 3];
    for a in 0..3 {
        let size = at(&spacing, a, 1.0);
        steps[a] = [0, 1, 2].map(|row| direction(a, row) * size);
        place[a] = at(&origin, a, 0.0);
    }
    compare(header, &steps, notes);
    let rows = std::array::from_fn(|r| {
        let sign = if r < 2 { -1.0 } else { 1.0 };
        // Added to 0, so that no -0 comes out.
        [steps[0][r], steps[1][r], steps[2][r], place[r]].map(|v| 0.0 + v * sign)
    });
    Affine::from_rows(rows).map_err(|source| FormatError::Affine {
        file: header.file.clone(),
        origin: "transform",
        source: Box::new(source),
    })
}

/// Notes an anatomical orientation that is not that of the transform.
fn compare(header: &Header, steps: &[[f64; 3]; 3], notes: &mut Vec<String>) {
    let Some(stated) = header.get("AnatomicalOrientation") else { return };
    if stated.len() != 3 || !stated.bytes().all(|b| b"RLAPIS".contains(&b.to_ascii_uppercase())) {
        return;
    }
    // The letter says where the axis comes from: one that runs to the left comes from the right.
    let from = |step: &[f64; 3]| {
        let along = (0..3).fold(0, |best, a| if step[a].abs() > step[best].abs() { a } else { best });
        [["R", "L"], ["A", "P"], ["I", "S"]][along][usize::from(step[along] < 0.0)]
    };
    let is: String = steps.iter().map(from).collect();
    if !is.eq_ignore_ascii_case(stated) {
        notes.push(format!(
            "the header calls its orientation {stated}, but its transform is {is}; the transform is used"
        ));
    }
}
