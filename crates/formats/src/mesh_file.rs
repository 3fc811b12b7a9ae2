//! One front for all mesh formats: which they are, reading any of them, writing any of them.

use std::io::Write;
use std::path::Path;

use medshape_shape::Mesh;

use crate::error::FormatError;
use crate::{glb, input, obj, ply, stl};

/// A mesh file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum MeshFormat {
    Stl,
    Ply,
    Obj,
    Glb,
}

impl MeshFormat {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Stl, Self::Ply, Self::Obj, Self::Glb];

    /// The format of a file name's extension, with or without the dot, in any case.
    ///
    /// # Errors
    /// [`FormatError::UnknownExtension`] when it is none of them.
    pub fn from_extension(extension: &str) -> Result<Self, FormatError> {
        let plain = extension.strip_prefix('.').unwrap_or(extension);
        Self::ALL
            .into_iter()
            .find(|f| plain.eq_ignore_ascii_case(f.extension()))
            .ok_or_else(|| FormatError::UnknownExtension { extension: extension.to_owned() })
    }

    /// The extension, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Stl => "stl",
            Self::Ply => "ply",
            Self::Obj => "obj",
            Self::Glb => "glb",
        }
    }

    /// The registered media type (for PLY, which has none, the usual one).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Stl => "model/stl",
            Self::Ply => "application/x-ply",
            Self::Obj => "model/obj",
            Self::Glb => "model/gltf-binary",
        }
    }
}

/// A mesh as read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct MeshFile {
    /// The mesh; coordinates as in the file (turned from LPS to RAS if the file says LPS), units as in the file.
    pub mesh: Mesh,
    /// What was changed or left out while reading, in plain words; empty for most files.
    pub notes: Vec<String>,
    /// The format it was in, by content.
    pub format: MeshFormat,
}

/// What goes into a mesh file beside the mesh. What a format cannot hold is left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MeshMeta {
    /// Name of the shape: the STL header, the OBJ object, the glTF node.
    pub name: String,
    /// Base colour, sRGB.
    pub colour: Option<[u8; 3]>,
    /// Rights and attribution.
    pub copyright: Option<String>,
    /// Further lines for PLY and OBJ.
    pub comments: Vec<String>,
}

/// Reads an STL, PLY or OBJ file. PLY is known by its first bytes, OBJ by its extension, anything else is tried as STL.
///
/// # Errors
/// [`FormatError`] for a file that is no mesh, is damaged or cut short, or holds no triangles.
pub fn read_mesh(path: &Path) -> Result<MeshFile, FormatError> {
    read_mesh_bytes(path, &input::read_file(path)?)
}

/// Reads a mesh from memory; the extension of `name` decides as in [`read_mesh`], and messages show it.
///
/// # Errors
/// As [`read_mesh`].
pub fn read_mesh_bytes(name: &Path, bytes: &[u8]) -> Result<MeshFile, FormatError> {
    let is_obj = name.extension().is_some_and(|e| e.eq_ignore_ascii_case("obj"));
    let (format, soup) = if bytes.starts_with(b"glTF") {
        return Err(FormatError::Unsupported {
            file: name.to_owned(),
            what: "reading glTF".into(),
            advice: "convert it to PLY, STL or OBJ",
        });
    } else if ply::is_ply(bytes) {
        (MeshFormat::Ply, ply::read_mesh(name, bytes)?)
    } else if is_obj {
        (MeshFormat::Obj, obj::read(name, bytes)?)
    } else {
        (MeshFormat::Stl, stl::read(name, bytes)?)
    };
    soup.into_mesh_file(name, format)
}

/// Writes a mesh in any format. STL, PLY and OBJ keep RAS millimetres and say so; GLB is in metres with Y up.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails, [`FormatError::EmptyMesh`] for a mesh without triangles,
/// [`FormatError::FormatLimit`] for one too large for the format.
pub fn write_mesh(format: MeshFormat, mesh: &Mesh, meta: &MeshMeta, out: &mut impl Write) -> Result<(), FormatError> {
    if mesh.faces().is_empty() {
        return Err(FormatError::EmptyMesh { format: format.extension() });
    }
    match format {
        MeshFormat::Stl => stl::write(mesh, meta, out),
        MeshFormat::Ply => ply::write_mesh(mesh, meta, out),
        MeshFormat::Obj => obj::write(mesh, meta, out),
        MeshFormat::Glb => glb::write_scene(&[(mesh, meta)], meta.copyright.as_deref(), out),
    }
}

/// What a reader collected, before it is checked as a whole.
#[derive(Debug, Default)]
pub(crate) struct Soup {
    pub(crate) vertices: Vec<[f32; 3]>,
    /// Indices are within `vertices`: every reader checks its own, where it can name the place.
    pub(crate) faces: Vec<[u32; 3]>,
    /// The file says that x runs left and y to the back.
    pub(crate) lps: bool,
    pub(crate) notes: Vec<String>,
}

impl Soup {
    fn into_mesh_file(mut self, file: &Path, format: MeshFormat) -> Result<MeshFile, FormatError> {
        let before = self.faces.len();
        self.faces.retain(|[a, b, c]| a != b && b != c && c != a);
        let dropped = before - self.faces.len();
        if dropped > 0 {
            self.notes.push(format!("left out {dropped} of {before} triangles that had two equal corners"));
        }
        if self.faces.is_empty() {
            return Err(FormatError::Empty { file: file.to_owned(), what: "triangles" });
        }
        if self.lps {
            // Two axes turn, so handedness stays and faces keep their order.
            for v in &mut self.vertices {
                *v = [-v[0], -v[1], v[2]];
            }
            self.notes.push("turned from LPS to RAS, as the file says SPACE=LPS".into());
        }
        let mesh = Mesh::new(self.vertices, self.faces)
            .map_err(|e| FormatError::header(file, "mesh", e, "finite vertices and valid faces"))?;
        Ok(MeshFile { mesh, notes: self.notes, format })
    }
}

/// Whether a comment or header says that coordinates are LPS (as 3D Slicer and ITK write them).
pub(crate) fn says_lps(text: &[u8]) -> bool {
    text.windows(9).any(|w| w.eq_ignore_ascii_case(b"SPACE=LPS"))
}

/// A text without control characters, which could end a line or a header early.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The lines every text header of ours begins with.
pub(crate) fn header_comments(meta: &MeshMeta) -> Vec<String> {
    let mut lines = vec!["medshape".to_owned(), "SPACE=RAS".to_owned(), "UNIT=mm".to_owned()];
    if !meta.name.is_empty() {
        lines.push(format!("name {}", one_line(&meta.name)));
    }
    if let Some(copyright) = &meta.copyright {
        lines.push(format!("copyright {}", one_line(copyright)));
    }
    lines.extend(meta.comments.iter().map(|c| one_line(c)));
    lines
}
