//! The formats a shape can be exported in.

use std::fmt;
use std::str::FromStr;

use medshape_formats::MeshFormat;

use crate::CollectionError;
use crate::representation::{DEFAULT_POINTS, Resolution, Shape};

/// A format of an exported file; its name is the file's extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ShapeFormat {
    /// The full mesh as binary STL, mm.
    Stl,
    /// The full mesh as binary PLY, mm.
    Ply,
    /// The full mesh as OBJ, mm.
    Obj,
    /// The full mesh as binary glTF: metres, Y up.
    Glb,
    /// The mask as gzipped `NIfTI`.
    NiiGz,
    /// 10,000 points on the full mesh with normals, as binary PLY, seed 0.
    PointsPly,
    /// The picture.
    Png,
    /// The record.
    Json,
}

impl ShapeFormat {
    /// All formats.
    pub const ALL: [Self; 8] =
        [Self::Stl, Self::Ply, Self::Obj, Self::Glb, Self::NiiGz, Self::PointsPly, Self::Png, Self::Json];

    /// Its name, which is the extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Stl => "stl",
            Self::Ply => "ply",
            Self::Obj => "obj",
            Self::Glb => "glb",
            Self::NiiGz => "nii.gz",
            Self::PointsPly => "points.ply",
            Self::Png => "png",
            Self::Json => "json",
        }
    }

    /// Reads a list like `stl,nii.gz`; a format that is named twice counts once.
    ///
    /// # Errors
    /// [`CollectionError::UnknownFormat`], which lists the known ones.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, CollectionError> {
        let mut formats = Vec::new();
        for name in text.split(',') {
            let format = name.parse()?;
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        Ok(formats)
    }
}

impl fmt::Display for ShapeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension())
    }
}

impl FromStr for ShapeFormat {
    type Err = CollectionError;

    fn from_str(text: &str) -> Result<Self, CollectionError> {
        let name = text.trim().trim_start_matches('.');
        let found = Self::ALL.into_iter().find(|f| f.extension().eq_ignore_ascii_case(name));
        found.ok_or_else(|| CollectionError::UnknownFormat {
            found: text.into(),
            known: Self::ALL.map(Self::extension).join(", "),
        })
    }
}

impl Shape {
    /// The shape as a file of a format.
    ///
    /// # Errors
    /// [`CollectionError::NotAvailable`] when it cannot be had in that format.
    pub fn export_bytes(&self, format: ShapeFormat) -> Result<Vec<u8>, CollectionError> {
        match format {
            ShapeFormat::Stl => self.mesh_bytes(MeshFormat::Stl, Resolution::Full),
            ShapeFormat::Ply => self.mesh_bytes(MeshFormat::Ply, Resolution::Full),
            ShapeFormat::Obj => self.mesh_bytes(MeshFormat::Obj, Resolution::Full),
            ShapeFormat::Glb => self.mesh_bytes(MeshFormat::Glb, Resolution::Full),
            ShapeFormat::NiiGz => self.mask_bytes(),
            ShapeFormat::PointsPly => self.points_bytes(DEFAULT_POINTS, 0),
            ShapeFormat::Png => self.thumbnail_png(),
            ShapeFormat::Json => self.record().to_bytes(),
        }
    }
}
