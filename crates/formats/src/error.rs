//! What can go wrong between a file and a shape.

use std::io;
use std::path::{Path, PathBuf};

use medshape_shape::ShapeError;

/// Why a file could not be read or written. Every message names the file, the place, what was expected and what was
/// found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The operating system refused to open or read the file.
    #[error("{}: cannot be read: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Writing failed, for example because the disk is full. The caller knows the target's name.
    #[error("cannot write {format}: {source}")]
    Write {
        /// What was being written.
        format: &'static str,
        /// The system's reason.
        source: io::Error,
    },
    /// A folder, a pipe or a device was given where a file is needed.
    #[error("{}: is not a regular file", file.display())]
    NotAFile {
        /// The path.
        file: PathBuf,
    },
    /// The content is not of the expected format.
    #[error("{}: is not {expected}: {found}", file.display())]
    NotThisFormat {
        /// The file.
        file: PathBuf,
        /// The format that was expected.
        expected: &'static str,
        /// What the content looks like instead.
        found: String,
    },
    /// The file ends before its data do. A new copy or download is needed.
    #[error("{}: is cut short: {what} needs {expected} bytes, only {found} are there; copy or download it again", file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// Which part is incomplete.
        what: &'static str,
        /// Bytes that part needs.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The compressed stream is damaged (bad code or checksum). A new copy or download is needed.
    #[error("{}: the compressed data are damaged near byte {offset}: {reason}; copy or download it again", file.display())]
    Compressed {
        /// The file.
        file: PathBuf,
        /// Byte offset in the compressed file.
        offset: u64,
        /// What the decoder says.
        reason: String,
    },
    /// A header field holds a value that cannot be right.
    #[error("{}: header field {field} is {found}, expected {expected}", file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// Name of the field, as in the format's specification.
        field: &'static str,
        /// The value found.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// The grid is larger than the limit the caller set.
    #[error("{}: a grid of {shape:?} voxels is above the limit of {max_voxels} voxels; if it is real, raise the limit", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Voxels along i, j, k.
        shape: [usize; 3],
        /// The limit.
        max_voxels: u64,
    },
    /// There is not enough memory for the content.
    #[error("{}: {bytes} bytes of memory are needed and were not given", file.display())]
    Memory {
        /// The file.
        file: PathBuf,
        /// Bytes asked for.
        bytes: u64,
    },
    /// The file holds several volumes (a time series, a probability map per structure, a vector field).
    #[error("{}: holds {volumes} volumes (shape {shape:?}) where one label volume is expected; split it into 3D files", file.display())]
    SeveralVolumes {
        /// The file.
        file: PathBuf,
        /// All axes, as in the header.
        shape: Vec<u64>,
        /// Number of 3D volumes.
        volumes: u64,
    },
    /// The file is valid but uses something that cannot become a shape.
    #[error("{}: {what} is not supported; {advice}", file.display())]
    Unsupported {
        /// The file.
        file: PathBuf,
        /// What it uses.
        what: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// The affine in the header is singular or not finite.
    #[error("{}: the {origin} in the header is unusable: {source}", file.display())]
    Affine {
        /// The file.
        file: PathBuf,
        /// Which of the header's transforms was used.
        origin: &'static str,
        /// What is wrong with it.
        source: Box<ShapeError>,
    },
    /// The qform's quaternion has a length above 1, so it is no rotation.
    #[error("{}: the qform quaternion (b, c, d) = {bcd:?} is longer than 1 and no rotation", file.display())]
    Quaternion {
        /// The file.
        file: PathBuf,
        /// The three stored components.
        bcd: [f64; 3],
    },
    /// A value is no label: negative, not whole, not finite, or above 4294967295.
    #[error("{}: voxel {voxel:?} holds {value}, but labels are whole numbers from 0 to 4294967295; this looks like an image, not a segmentation", file.display())]
    NotLabels {
        /// The file.
        file: PathBuf,
        /// Index (i, j, k) of the voxel.
        voxel: [usize; 3],
        /// Its value after scaling.
        value: f64,
    },
    /// A text file departs from its format.
    #[error("{}:{line}: expected {expected}, found {found}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// Line, counted from 1.
        line: u64,
        /// What the format asks for.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A vertex coordinate is NaN or infinite.
    #[error("{}: {element} {index} has a coordinate that is not finite", file.display())]
    NotFinite {
        /// The file.
        file: PathBuf,
        /// `triangle` or `vertex`.
        element: &'static str,
        /// Its number, counted from 0.
        index: u64,
    },
    /// A face names a vertex that the file does not have.
    #[error("{}: face {face} names vertex {vertex}, but vertices are 0 to {}", file.display(), vertices.saturating_sub(1))]
    FaceIndex {
        /// The file.
        file: PathBuf,
        /// The face, counted from 0.
        face: u64,
        /// The index, counted from 0.
        vertex: i64,
        /// Number of vertices.
        vertices: u64,
    },
    /// The file holds no triangles (or no points, where points are wanted).
    #[error("{}: holds no {what}", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
        /// What is missing.
        what: &'static str,
    },
    /// A mesh without triangles was to be written in a format that cannot hold it.
    #[error("a mesh without triangles cannot be written as {format}")]
    EmptyMesh {
        /// The format.
        format: &'static str,
    },
    /// The content is too large for the format.
    #[error("{what} is too large for {format}, which holds at most {limit}")]
    FormatLimit {
        /// The format.
        format: &'static str,
        /// What is too large.
        what: &'static str,
        /// The most it holds.
        limit: u64,
    },
    /// The number of pixel bytes does not match the picture's size.
    #[error("a picture of {width} x {height} pixels needs {expected} bytes (and at least one pixel), got {found}")]
    Picture {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes needed.
        expected: u64,
        /// Bytes given.
        found: u64,
    },
    /// A file name's extension belongs to no mesh format.
    #[error(
        "`{extension}` is no mesh format; known are stl, ply, obj, glb, gltf, 3mf, vtp, vtk, gii, mz3, off and FreeSurfer's"
    )]
    UnknownExtension {
        /// The extension as given.
        extension: String,
    },
    /// A header names a data file outside its own folder, which is never followed.
    #[error("{}: names the data file `{name}`, which is not in its folder; put the data file beside the header and name it so", file.display())]
    OutsideFolder {
        /// The header.
        file: PathBuf,
        /// The data file as named there.
        name: String,
    },
    /// A pickled object in an NPZ or NPY file is not plain data.
    #[error("{}: {place} holds {found}, which is no data; only dictionaries, lists, tuples, numbers, texts and numeric arrays are read from a pickle, and nothing is ever run", file.display())]
    Pickle {
        /// The file.
        file: PathBuf,
        /// The array it is in.
        place: String,
        /// The function or class it asks for, or the instruction that is not allowed.
        found: String,
    },
    /// The layers of a segmentation lie on different grids, which the format cannot hold.
    #[error("{format} holds layers of one grid only, and layer {layer} has another")]
    SeveralGrids {
        /// The format.
        format: &'static str,
        /// The layer that differs from the first, counted from 0.
        layer: usize,
    },
    /// The format is only read.
    #[error("{format} is read but not written; write {instead}")]
    ReadOnly {
        /// The format.
        format: &'static str,
        /// Formats that are written.
        instead: &'static str,
    },
    /// Several meshes were to be written in a format that holds one.
    #[error("{format} holds one mesh a file; write glb, 3mf or obj, or a file for each")]
    OneMesh {
        /// The format.
        format: &'static str,
    },
}

impl FormatError {
    pub(crate) fn read(file: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Read { file: file.to_owned(), source }
    }

    pub(crate) fn write(format: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Write { format, source }
    }

    pub(crate) fn syntax(file: &Path, line: u64, expected: &'static str, found: &[u8]) -> Self {
        Self::Syntax { file: file.to_owned(), line, expected, found: quoted(found) }
    }

    #[expect(clippy::needless_pass_by_value, reason = "numbers and texts alike, without borrows at each call")]
    pub(crate) fn header(file: &Path, field: &'static str, found: impl ToString, expected: impl ToString) -> Self {
        Self::Header { file: file.to_owned(), field, found: found.to_string(), expected: expected.to_string() }
    }
}

/// Bytes of a file as a short, printable, quoted text.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    let head = bytes.get(..40).unwrap_or(bytes);
    let dots = if head.len() < bytes.len() { "..." } else { "" };
    format!("`{}{dots}`", head.escape_ascii())
}

// The error travels in every Result of this crate: keep it small.
const _: () = assert!(size_of::<FormatError>() <= 96);
