//! From a NRRD's space to the affine in RAS millimetres.
//!
//! Where the header states a patient space, that is honoured. Where it states none (spacings only, `3D-right-handed`,
//! `scanner-xyz`, a space dimension), coordinates are taken as LPS, as ITK and everything built on it do.

use medshape_shape::{Affine, ShapeError};

use super::axes::{Axis, not_one_volume, vector, words};
use super::header::Header;
use crate::error::FormatError;

/// The three axes of the volume and where they lie.
pub(super) struct Placed {
    pub(super) sizes: [u64; 3],
    pub(super) strides: [u64; 3],
    pub(super) affine: Affine,
    /// The axis of layers, if there is one.
    pub(super) list: Option<usize>,
}

impl Placed {
    pub(super) fn volume(&self) -> u64 {
        self.sizes.iter().product()
    }
}

pub(super) fn place(header: &Header, axes: &[Axis], notes: &mut Vec<String>) -> Result<Placed, FormatError> {
    let space = Space::of(header)?;
    let spatial = spatial_axes(axes, space.as_ref());
    let mut others = (0..axes.len()).filter(|a| !spatial.contains(a) && axes[*a].size > 1);
    let list = others.next();
    if let Some(second) = others.next() {
        return Err(not_one_volume(&header.file, axes, second));
    }
    let (mut steps, origin) = match &space {
        Some(space) => space.geometry(header, axes, &spatial)?,
        None => without_space(header, axes, &spatial)?,
    };
    complete(&mut steps);
    let flips = space.as_ref().and_then(|s| s.ras_signs).unwrap_or_else(|| {
        notes.push("the header states no patient space; coordinates are taken as LPS, as ITK does".into());
        [-1.0, -1.0, 1.0]
    });
    let mm = units(header, space.as_ref(), notes)?;
    // Added to 0, so that no -0 comes out.
    let rows =
        std::array::from_fn(|r| [steps[0][r], steps[1][r], steps[2][r], origin[r]].map(|v| 0.0 + v * (flips[r] * mm)));
    let affine = Affine::from_rows(rows).map_err(|source| unusable(header, source))?;
    let of = |f: fn(&Axis) -> u64, missing| [0, 1, 2].map(|n| spatial.get(n).map_or(missing, |&a| f(&axes[a])));
    Ok(Placed { sizes: of(|a| a.size, 1), strides: of(|a| a.stride, 0), affine, list })
}

fn unusable(header: &Header, source: ShapeError) -> FormatError {
    FormatError::Affine { file: header.file.clone(), origin: "space of the axes", source: Box::new(source) }
}

/// The space that a header states.
struct Space {
    dimension: usize,
    /// What x, y, z are multiplied with to become RAS; `None` if the space is not the patient's.
    ras_signs: Option<[f64; 3]>,
}

impl Space {
    fn of(header: &Header) -> Result<Option<Self>, FormatError> {
        if let Some(name) = header.get("space") {
            let lower = name.to_ascii_lowercase();
            let known = |dimension, ras_signs| Ok(Some(Self { dimension, ras_signs }));
            let (ras, las, lps) = (Some([1.0; 3]), Some([-1.0, 1.0, 1.0]), Some([-1.0, -1.0, 1.0]));
            return match lower.as_str() {
                "ras" | "right-anterior-superior" => known(3, ras),
                "las" | "left-anterior-superior" => known(3, las),
                "lps" | "left-posterior-superior" => known(3, lps),
                "rast" | "right-anterior-superior-time" => known(4, ras),
                "last" | "left-anterior-superior-time" => known(4, las),
                "lpst" | "left-posterior-superior-time" => known(4, lps),
                "scanner-xyz" | "3d-right-handed" | "3d-left-handed" => known(3, None),
                "scanner-xyz-time" | "3d-right-handed-time" | "3d-left-handed-time" => known(4, None),
                _ => Err(FormatError::header(&header.file, "space", name, "a space such as left-posterior-superior")),
            };
        }
        match header.get("spacedimension") {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(dimension @ 2..=4) => Ok(Some(Self { dimension, ras_signs: None })),
                _ => Err(FormatError::header(&header.file, "space dimension", text, "2, 3 or 4")),
            },
        }
    }

    fn geometry(
        &self,
        header: &Header,
        axes: &[Axis],
        spatial: &[usize],
    ) -> Result<([[f64; 3]; 3], [f64; 3]), FormatError> {
        let mut steps = [[0.0; 3]; 3];
        for (step, &axis) in steps.iter_mut().zip(spatial) {
            if let Some(direction) = &axes[axis].direction {
                *step = self.in_space(header, "space directions", direction)?;
            }
        }
        let origin = match header.get("spaceorigin") {
            None => [0.0; 3],
            Some(text) => {
                let inner = text.trim().strip_prefix('(').and_then(|t| t.strip_suffix(')'));
                let values = inner.and_then(vector).ok_or_else(|| {
                    FormatError::header(&header.file, "space origin", text, "a vector such as (0,0,0)")
                })?;
                // NaN says that the position is not known.
                if values.iter().all(|v| v.is_nan()) {
                    [0.0; 3]
                } else {
                    self.in_space(header, "space origin", &values)?
                }
            }
        };
        Ok((steps, origin))
    }

    fn in_space(&self, header: &Header, name: &'static str, values: &[f64]) -> Result<[f64; 3], FormatError> {
        if values.len() != self.dimension {
            let found = format!("a vector of {} numbers", values.len());
            return Err(FormatError::header(&header.file, name, found, format!("{} numbers", self.dimension)));
        }
        Ok([0, 1, 2].map(|a| values.get(a).copied().unwrap_or(0.0)))
    }
}

/// The axes of the volume, at most three.
fn spatial_axes(axes: &[Axis], space: Option<&Space>) -> Vec<usize> {
    let in_space = |a: &Axis| match (&a.direction, space) {
        // The time axis of a four-dimensional space moves nothing in the first three.
        (Some(direction), Some(_)) => direction.iter().take(3).any(|v| *v != 0.0),
        (None, Some(_)) => false,
        (_, None) => ["", "domain", "space", "???", "none"].contains(&a.kind.as_str()),
    };
    (0..axes.len()).filter(|&a| in_space(&axes[a])).take(3).collect()
}

/// Spacings, and the first sample behind the lower end of each axis, where the header gives them.
fn without_space(header: &Header, axes: &[Axis], spatial: &[usize]) -> Result<([[f64; 3]; 3], [f64; 3]), FormatError> {
    let spacings = header.numbers("spacings", axes.len())?;
    let mins = header.numbers("axismins", axes.len())?;
    let maxs = header.numbers("axismaxs", axes.len())?;
    let centerings = match header.get("centerings").or(header.get("centers")) {
        Some(text) => words(header, "centerings", text, axes.len())?,
        None => Vec::new(),
    };
    let (mut steps, mut origin) = ([[0.0; 3]; 3], [0.0; 3]);
    for (n, &axis) in spatial.iter().enumerate() {
        let at =
            |values: &Option<Vec<f64>>| values.as_ref().and_then(|v| v.get(axis).copied()).filter(|v| v.is_finite());
        let node = centerings.get(axis).is_some_and(|c| c == "node");
        let spacing = at(&spacings);
        steps[n][n] = spacing.unwrap_or(1.0);
        if let Some(min) = at(&mins) {
            let cells = if node { axes[axis].size.saturating_sub(1).max(1) } else { axes[axis].size };
            let from_ends = at(&maxs).map(|max| (max - min) / cells as f64);
            if let Some(step) = spacing.or(from_ends) {
                origin[n] = if node { min } else { min + step / 2.0 };
            }
        }
    }
    Ok((steps, origin))
}

/// Gives axes that the file does not have (a picture's third) a step of 1 mm across the others.
fn complete(steps: &mut [[f64; 3]; 3]) {
    let missing: Vec<usize> = (0..3).filter(|&n| steps[n] == [0.0; 3]).collect();
    match missing.as_slice() {
        &[2] => {
            let [a, b, _] = *steps;
            let normal = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
            let length = normal.iter().map(|v| v * v).sum::<f64>().sqrt();
            steps[2] = normal.map(|v| v / length);
        }
        _ => {
            for n in missing {
                steps[n][n] = 1.0;
            }
        }
    }
}

/// Millimetres a unit of the space.
fn units(header: &Header, space: Option<&Space>, notes: &mut Vec<String>) -> Result<f64, FormatError> {
    let Some((text, space)) = header.get("spaceunits").zip(space) else { return Ok(1.0) };
    let names = words(header, "space units", text, space.dimension)?;
    let first = names.first().map_or("", String::as_str);
    if names.iter().take(3).any(|n| n != first) {
        return Err(FormatError::header(&header.file, "space units", text, "the same unit along x, y and z"));
    }
    let mm = match first {
        "m" | "meter" | "metre" => 1000.0,
        "cm" => 10.0,
        "um" | "µm" | "μm" | "micron" | "microns" | "micrometer" => 0.001,
        "mm" | "" | "none" | "???" => 1.0,
        other => {
            notes.push(format!("the space unit `{other}` is not known; lengths are taken as millimetres"));
            1.0
        }
    };
    if mm != 1.0 {
        notes.push(format!("lengths were multiplied by {mm}, as the header's unit `{first}` asks for"));
    }
    Ok(mm)
}
