//! The mesh formats: names, endings, what of each is supported.

use std::path::Path;

use crate::error::FormatError;

/// A mesh file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum MeshFormat {
    Stl,
    Ply,
    Obj,
    Glb,
    Gltf,
    ThreeMf,
    Vtp,
    Vtk,
    Gifti,
    FreeSurfer,
    Mz3,
    Off,
}

/// What is supported of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Support {
    /// Files of it are read.
    pub read: bool,
    /// Files of it are written.
    pub write: bool,
    /// What of the format is refused or left out when reading, in plain words.
    pub unsupported: &'static [&'static str],
}

impl MeshFormat {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::Stl,
        Self::Ply,
        Self::Obj,
        Self::Glb,
        Self::Gltf,
        Self::ThreeMf,
        Self::Vtp,
        Self::Vtk,
        Self::Gifti,
        Self::FreeSurfer,
        Self::Mz3,
        Self::Off,
    ];

    /// The formats that [`crate::write_mesh`] writes.
    pub fn written() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|f| f.support().write)
    }

    /// The format of a file name's extension, with or without the dot, in any case.
    ///
    /// # Errors
    /// [`FormatError::UnknownExtension`] when it is none of them.
    pub fn from_extension(extension: &str) -> Result<Self, FormatError> {
        let plain = extension.strip_prefix('.').unwrap_or(extension);
        Self::ALL
            .into_iter()
            .find(|f| f.extensions().iter().any(|e| plain.eq_ignore_ascii_case(e)))
            .ok_or_else(|| FormatError::UnknownExtension { extension: extension.to_owned() })
    }

    /// The format of a file's name; `.gz` behind another extension is looked through.
    ///
    /// # Errors
    /// As [`Self::from_extension`].
    pub fn of_path(path: &Path) -> Result<Self, FormatError> {
        let mut extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if extension.eq_ignore_ascii_case("gz") {
            let inner = path.file_stem().map(Path::new).and_then(Path::extension);
            extension = inner.and_then(|e| e.to_str()).unwrap_or(extension);
        }
        Self::from_extension(extension)
    }

    /// The usual extension, without a dot.
    pub fn extension(self) -> &'static str {
        self.extensions()[0]
    }

    /// All extensions it is known by.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Stl => &["stl"],
            Self::Ply => &["ply"],
            Self::Obj => &["obj"],
            Self::Glb => &["glb"],
            Self::Gltf => &["gltf"],
            Self::ThreeMf => &["3mf"],
            Self::Vtp => &["vtp"],
            Self::Vtk => &["vtk"],
            Self::Gifti => &["gii"],
            Self::FreeSurfer => &["white", "pial", "inflated", "sphere", "orig", "smoothwm", "surf"],
            Self::Mz3 => &["mz3"],
            Self::Off => &["off"],
        }
    }

    /// The registered media type (where there is none, the usual one).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Stl => "model/stl",
            Self::Ply => "application/x-ply",
            Self::Obj => "model/obj",
            Self::Glb => "model/gltf-binary",
            Self::Gltf => "model/gltf+json",
            Self::ThreeMf => "model/3mf",
            Self::Vtp => "application/xml",
            Self::Gifti => "application/x-gifti",
            Self::Vtk | Self::FreeSurfer | Self::Mz3 | Self::Off => "application/octet-stream",
        }
    }

    /// Its name, as the field says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stl => "STL",
            Self::Ply => "PLY",
            Self::Obj => "Wavefront OBJ",
            Self::Glb => "glTF 2.0, binary",
            Self::Gltf => "glTF 2.0, JSON",
            Self::ThreeMf => "3MF",
            Self::Vtp => "VTK XML PolyData",
            Self::Vtk => "VTK legacy",
            Self::Gifti => "GIFTI",
            Self::FreeSurfer => "FreeSurfer surface",
            Self::Mz3 => "Surfice mz3",
            Self::Off => "OFF",
        }
    }

    /// What is supported of it.
    pub fn support(self) -> Support {
        let (write, unsupported): (bool, &'static [&'static str]) = match self {
            Self::Stl => (true, &["colours in the attribute bytes (left out)"]),
            Self::Ply => (true, &["triangle strips", "values of faces (left out)"]),
            Self::Obj => (true, &["curved surfaces", "textures, normals and materials (left out)"]),
            Self::Glb | Self::Gltf => (
                self == Self::Glb,
                &[
                    "KHR_draco_mesh_compression",
                    "textures, animations, skins, morph targets and instancing (left out)",
                    "points and lines (left out)",
                ],
            ),
            Self::ThreeMf => {
                (true, &["encrypted files", "beam lattices, slices, volumetric data and textures (left out)"])
            }
            Self::Vtp => {
                (true, &["compressors other than zlib", "values of cells (left out)", "vertices and lines (left out)"])
            }
            Self::Vtk => (
                false,
                &[
                    "structured and rectilinear grids",
                    "solid cells (left out)",
                    "values of cells (left out)",
                    "vertices and lines (left out)",
                ],
            ),
            Self::Gifti => (true, &["volumes, matrices and time series without a surface"]),
            Self::FreeSurfer => (false, &["ASCII surfaces", "patches"]),
            Self::Mz3 => (false, &["overlays without a surface"]),
            Self::Off => (false, &["coordinates of more than three dimensions", "colours of faces (left out)"]),
        };
        Support { read: true, write, unsupported }
    }
}
