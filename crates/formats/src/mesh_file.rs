//! One front for all mesh formats: reading any of them, by content first and by name second; writing those that are
//! written.

use std::io::Write;
use std::path::Path;

use medshape_shape::Mesh;
use serde_json::{Map, Value};

use crate::error::FormatError;
use crate::mesh_format::MeshFormat;
use crate::scene::{Frame, LengthUnit, Raw, Scene};
use crate::{freesurfer, gifti, gltf, inflate, input, mz3, obj, off, ply, stl, threemf, vtk};

/// A mesh as read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct MeshFile {
    /// The mesh in RAS; in millimetres if the file states a unit, else in the file's.
    pub mesh: Mesh,
    /// What was changed or left out while reading, in plain words; empty for most files.
    pub notes: Vec<String>,
    /// The format it was in, by content.
    pub format: MeshFormat,
    /// The unit that the file (or its format) states.
    pub unit: Option<LengthUnit>,
    /// The frame that the file (or its format) states.
    pub frame: Frame,
}

/// How files are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Keeps every corner of an STL file (and of a glTF primitive without indices) as a vertex of its own, in the file's
    /// order, instead of joining equal positions. All other formats keep their vertices anyway.
    pub keep_corners: bool,
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
    /// The licence's name or text, where a format has a place for it (3MF).
    pub licence: Option<String>,
    /// Who made it, where a format has a place for it (3MF).
    pub designer: Option<String>,
    /// Further lines for PLY, OBJ and VTP.
    pub comments: Vec<String>,
    /// Codes and the like, for the `extras` of a glTF node.
    pub extras: Map<String, Value>,
}

/// Reads a mesh file of any format as one mesh; several parts are joined, which a note says.
///
/// OBJ and OFF are known by their extension, all other formats by their content; what is none of them is tried as STL.
///
/// # Errors
/// [`FormatError`] for a file that is no mesh, is damaged or cut short, or holds no triangles.
pub fn read_mesh(path: &Path) -> Result<MeshFile, FormatError> {
    read_mesh_bytes(path, &input::read_file(path)?)
}

/// Reads a mesh from memory; `name` tells the format as in [`read_mesh`], messages show it, and files that belong to it
/// (buffers of glTF and GIFTI) are looked for in its folder.
///
/// # Errors
/// As [`read_mesh`].
pub fn read_mesh_bytes(name: &Path, bytes: &[u8]) -> Result<MeshFile, FormatError> {
    read_mesh_with(name, bytes, ReadOptions::default())
}

/// [`read_mesh_bytes`] with options.
///
/// # Errors
/// As [`read_mesh`].
pub fn read_mesh_with(name: &Path, bytes: &[u8], options: ReadOptions) -> Result<MeshFile, FormatError> {
    let scene = read(name, bytes, options, false)?;
    let (format, unit, frame) = (scene.format, scene.unit, scene.frame);
    let (mesh, notes) = scene.merged(name)?;
    Ok(MeshFile { mesh, notes, format, unit, frame })
}

/// Reads a mesh file of any format as its named parts: nodes of glTF, objects of 3MF, groups of OBJ, solids of STL. A
/// format without parts gives one.
///
/// # Errors
/// As [`read_mesh`].
pub fn read_scene(path: &Path) -> Result<Scene, FormatError> {
    read_scene_bytes(path, &input::read_file(path)?, ReadOptions::default())
}

/// [`read_scene`] from memory, as in [`read_mesh_bytes`].
///
/// # Errors
/// As [`read_mesh`].
pub fn read_scene_bytes(name: &Path, bytes: &[u8], options: ReadOptions) -> Result<Scene, FormatError> {
    read(name, bytes, options, true)
}

fn read(name: &Path, bytes: &[u8], options: ReadOptions, split: bool) -> Result<Scene, FormatError> {
    let unpacked;
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        unpacked = inflate::gzip(name, bytes)?;
        &unpacked
    } else {
        bytes
    };
    let format = format_of(name, bytes);
    let raw: Raw = match format {
        MeshFormat::Stl => stl::read(name, bytes, split, options.keep_corners)?,
        MeshFormat::Ply => ply::read_mesh(name, bytes)?,
        MeshFormat::Obj => obj::read(name, bytes, split)?,
        MeshFormat::Glb | MeshFormat::Gltf => gltf::read(name, bytes, options.keep_corners)?,
        MeshFormat::ThreeMf => threemf::read(name, bytes)?,
        MeshFormat::Vtp => vtk::read_vtp(name, bytes)?,
        MeshFormat::Vtk => vtk::read_legacy(name, bytes)?,
        MeshFormat::Gifti => gifti::read(name, bytes)?,
        MeshFormat::FreeSurfer => freesurfer::read_surface(name, bytes)?,
        MeshFormat::Mz3 => mz3::read(name, bytes)?,
        MeshFormat::Off => off::read(name, bytes)?,
    };
    raw.into_scene(name, format)
}

fn format_of(name: &Path, bytes: &[u8]) -> MeshFormat {
    let by_name = MeshFormat::of_path(name).ok();
    if bytes.starts_with(b"glTF") {
        return MeshFormat::Glb;
    }
    if ply::is_ply(bytes) {
        return MeshFormat::Ply;
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return MeshFormat::ThreeMf;
    }
    if bytes.starts_with(b"# vtk DataFile") {
        return MeshFormat::Vtk;
    }
    if bytes.starts_with(b"MZ") && by_name == Some(MeshFormat::Mz3) {
        return MeshFormat::Mz3;
    }
    if freesurfer::is_surface(bytes) {
        return MeshFormat::FreeSurfer;
    }
    let head = bytes.get(..4096).unwrap_or(bytes);
    let has = |what: &[u8]| head.windows(what.len()).any(|w| w == what);
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if text.starts_with(b"<") && has(b"<VTKFile") {
        return MeshFormat::Vtp;
    }
    if text.starts_with(b"<") && has(b"<GIFTI") {
        return MeshFormat::Gifti;
    }
    match by_name {
        Some(format @ (MeshFormat::Obj | MeshFormat::Off | MeshFormat::Vtp | MeshFormat::Gifti)) => format,
        Some(MeshFormat::Gltf) if text.starts_with(b"{") => MeshFormat::Gltf,
        _ if off::is_off(bytes) => MeshFormat::Off,
        _ => MeshFormat::Stl,
    }
}

/// Writes a mesh in any format that is written ([`MeshFormat::support`]). All keep RAS millimetres and say so, but GLB,
/// which is in metres with Y up.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails, [`FormatError::EmptyMesh`] for a mesh without triangles,
/// [`FormatError::FormatLimit`] for one too large for the format, [`FormatError::ReadOnly`] for a format that is only
/// read.
pub fn write_mesh(format: MeshFormat, mesh: &Mesh, meta: &MeshMeta, out: &mut impl Write) -> Result<(), FormatError> {
    if mesh.faces().is_empty() {
        return Err(FormatError::EmptyMesh { format: format.extension() });
    }
    match format {
        MeshFormat::Stl => stl::write(mesh, meta, out),
        MeshFormat::Ply => ply::write_mesh(mesh, meta, out),
        MeshFormat::Obj => obj::write(&[(mesh, meta)], out),
        MeshFormat::Glb => gltf::write_scene(&[(mesh, meta)], meta.copyright.as_deref(), out),
        MeshFormat::ThreeMf => threemf::write(&[(mesh, meta)], out),
        MeshFormat::Vtp => vtk::write_vtp(mesh, meta, out),
        MeshFormat::Gifti => gifti::write(mesh, meta, out),
        MeshFormat::Gltf | MeshFormat::Vtk | MeshFormat::FreeSurfer | MeshFormat::Mz3 | MeshFormat::Off => {
            Err(FormatError::ReadOnly { format: format.name(), instead: "glb, 3mf, vtp, ply, stl, obj or gii" })
        }
    }
}

/// Writes several meshes into one file: GLB (a node each), 3MF and OBJ (an object each).
///
/// # Errors
/// As [`write_mesh`]; [`FormatError::OneMesh`] for a format that holds only one.
pub fn write_scene(format: MeshFormat, meshes: &[(&Mesh, &MeshMeta)], out: &mut impl Write) -> Result<(), FormatError> {
    if meshes.is_empty() || meshes.iter().any(|(m, _)| m.faces().is_empty()) {
        return Err(FormatError::EmptyMesh { format: format.extension() });
    }
    match (format, meshes) {
        (MeshFormat::Glb, _) => gltf::write_scene(meshes, common_copyright(meshes).as_deref(), out),
        (MeshFormat::ThreeMf, _) => threemf::write(meshes, out),
        (MeshFormat::Obj, _) => obj::write(meshes, out),
        (_, [(mesh, meta)]) => write_mesh(format, mesh, meta, out),
        _ => Err(FormatError::OneMesh { format: format.name() }),
    }
}

/// The rights of all meshes, each said once.
pub(crate) fn common_copyright(meshes: &[(&Mesh, &MeshMeta)]) -> Option<String> {
    joined(meshes, |m| m.copyright.as_deref())
}

/// A text of all meshes, each said once, in their order.
pub(crate) fn joined(meshes: &[(&Mesh, &MeshMeta)], of: impl Fn(&MeshMeta) -> Option<&str>) -> Option<String> {
    let mut texts: Vec<&str> = Vec::new();
    for text in meshes.iter().filter_map(|(_, meta)| of(meta)) {
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    (!texts.is_empty()).then(|| texts.join("; "))
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
