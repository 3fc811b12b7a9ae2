//! The table that features come in, and the choice of what is in it.

use std::{borrow::Cow, fmt, str::FromStr};

use crate::ShapeError;

/// Unit of a feature's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A pure number: a ratio, a count, a share.
    One,
    /// Millimetres.
    Mm,
    /// Square millimetres.
    Mm2,
    /// Cubic millimetres.
    Mm3,
    /// Per millimetre.
    PerMm,
    /// Per square millimetre.
    PerMm2,
    /// Degrees.
    Degree,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "1",
            Self::Mm => "mm",
            Self::Mm2 => "mm^2",
            Self::Mm3 => "mm^3",
            Self::PerMm => "1/mm",
            Self::PerMm2 => "1/mm^2",
            Self::Degree => "deg",
        })
    }
}

/// One row: what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its name, as in `docs/features.md`. Ours end in their unit.
    pub name: Cow<'static, str>,
    /// Always finite.
    pub value: f64,
    /// Unit of the value.
    pub unit: Unit,
}

/// A table of features, in a fixed order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    rows: Vec<Feature>,
}

impl Features {
    /// All rows.
    pub fn rows(&self) -> &[Feature] {
        &self.rows
    }

    /// The value of a row; `None` when there is no such row, or its value is not defined for this shape.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.name == name).map(|row| row.value)
    }

    /// Adds a row unless its value is undefined (0 / 0 and the like give a value that is not finite).
    pub(super) fn push(&mut self, name: impl Into<Cow<'static, str>>, value: f64, unit: Unit) {
        if value.is_finite() {
            self.rows.push(Feature { name: name.into(), value, unit });
        }
    }
}

/// Features that are computed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Volume, area, diameters, hull, boxes, axes and the ratios of these. Cheap.
    Size,
    /// `PyRadiomics`' 3-D shape features, under its names. Cheap; needs a mask.
    Pyradiomics,
    /// The morphology of the image biomarker standardisation initiative, under its codes. Cheap.
    Ibsi,
    /// Euler number, genus, components. Cheap.
    Topology,
    /// Box-counting dimension of the surface. Needs a mask.
    Fractal,
    /// Statistics of mean and Gaussian curvature, shape index and curvedness.
    Curvature,
    /// How rough the surface is.
    Roughness,
    /// Statistics of local thickness. Needs a mask.
    Thickness,
    /// Distances between random points of the surface (D2).
    Distribution,
}

impl Group {
    /// Every group, in the order of the table.
    pub const ALL: [Self; 9] = [
        Self::Size,
        Self::Pyradiomics,
        Self::Ibsi,
        Self::Topology,
        Self::Fractal,
        Self::Curvature,
        Self::Roughness,
        Self::Thickness,
        Self::Distribution,
    ];

    /// Its name in options and documents.
    pub fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Pyradiomics => "pyradiomics",
            Self::Ibsi => "ibsi",
            Self::Topology => "topology",
            Self::Fractal => "fractal",
            Self::Curvature => "curvature",
            Self::Roughness => "roughness",
            Self::Thickness => "thickness",
            Self::Distribution => "distribution",
        }
    }
}

impl FromStr for Group {
    type Err = ShapeError;

    /// # Errors
    /// [`ShapeError::Name`] for a name that no group has.
    fn from_str(name: &str) -> Result<Self, ShapeError> {
        Self::ALL.into_iter().find(|g| g.name() == name).ok_or_else(|| ShapeError::Name {
            what: "group of features",
            name: name.to_owned(),
            expected: "size, pyradiomics, ibsi, topology, fractal, curvature, roughness, thickness, distribution",
        })
    }
}
