//! What can go wrong between a DICOM file and a shape.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use medshape_shape::ShapeError;

/// Why DICOM data could not be read or written. Every message names the file, the place, what was expected and what was
/// found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DicomError {
    /// The operating system refused to open or read the file.
    #[error("{}: cannot be read: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A pipe or a device was given where a file is needed.
    #[error("{}: is not a regular file", file.display())]
    NotAFile {
        /// The path.
        file: PathBuf,
    },
    /// The content is no DICOM file, or none of the wanted kind.
    #[error("{}: is not {expected}: {found}", file.display())]
    NotThisKind {
        /// The file.
        file: PathBuf,
        /// What was expected.
        expected: &'static str,
        /// What the content is instead.
        found: String,
    },
    /// The file ends before its data do.
    #[error("{}: is cut short: {what} needs {expected} bytes, only {found} are there; copy or download it again", file.display())]
    Truncated {
        /// The file.
        file: PathBuf,
        /// Which part is incomplete.
        what: String,
        /// Bytes that part needs.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The structure of the data set or a compressed stream is damaged.
    #[error("{}: is damaged at {place}: {reason}", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// An attribute that is needed is not there.
    #[error("{}: {attribute} is missing, but {need}", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
        /// The attribute, and the item in which it was looked for.
        attribute: String,
        /// What it is needed for.
        need: &'static str,
    },
    /// An attribute holds a value that cannot be right.
    #[error("{}: {attribute} is {found}, expected {expected}", file.display())]
    Value {
        /// The file.
        file: PathBuf,
        /// The attribute, and the item in which it stands.
        attribute: String,
        /// The value found.
        found: String,
        /// What would be right.
        expected: String,
    },
    /// The file is valid but uses something that is not read.
    #[error("{}: {what} is not supported; {advice}", file.display())]
    Unsupported {
        /// The file.
        file: PathBuf,
        /// What it uses.
        what: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// The grid is larger than the limit the caller set, or than a volume can be.
    #[error("{}: a grid of {shape:?} voxels is above the limit of {max_voxels} voxels (and 32767 an axis); if it is real, raise the limit", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// Voxels along i, j, k.
        shape: [u64; 3],
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
    /// Planes do not make one volume: other orientation, size or frame of reference, or uneven distances.
    #[error("{}: the planes make no volume: {reason}", file.display())]
    Planes {
        /// The file or folder.
        file: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// Several image series where one is wanted.
    #[error("{}: holds {} image series ({}); choose one by its UID", file.display(), series.len(), series.join(", "))]
    SeveralSeries {
        /// The folder.
        file: PathBuf,
        /// Series Instance UID and number of files of each.
        series: Vec<String>,
    },
    /// Files of several patients where one is wanted; who they are is not said.
    #[error("{}: is of another patient than the files before it; give the files of one", file.display())]
    SeveralPatients {
        /// The first file that differs.
        file: PathBuf,
    },
    /// A contour cannot be made into voxels.
    #[error("{}: contour {contour} of ROI {roi} ({name}): {reason}", file.display())]
    Contour {
        /// The file.
        file: PathBuf,
        /// The ROI's number.
        roi: i64,
        /// The ROI's name.
        name: String,
        /// The contour's place among the ROI's contours, counted from 1.
        contour: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// What is to be written cannot become a segmentation object.
    #[error("segment {segment} cannot be written: {reason}")]
    Segment {
        /// Place among the segments given, counted from 1.
        segment: usize,
        /// What is missing or wrong.
        reason: String,
    },
    /// Encoding failed.
    #[error("cannot write the DICOM object: {reason}")]
    Write {
        /// What the encoder says.
        reason: String,
    },
    /// Grid and values do not fit each other.
    #[error("{}: {source}", file.display())]
    Shape {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: Box<ShapeError>,
    },
}

impl DicomError {
    pub(crate) fn read(file: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Read { file: file.to_owned(), source }
    }

    pub(crate) fn shape(file: &Path) -> impl FnOnce(ShapeError) -> Self {
        move |source| Self::Shape { file: file.to_owned(), source: Box::new(source) }
    }

    pub(crate) fn planes(file: &Path, reason: impl Into<String>) -> Self {
        Self::Planes { file: file.to_owned(), reason: reason.into() }
    }

    pub(crate) fn damaged(file: &Path, place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_owned(), place: place.into(), reason: reason.into() }
    }

    pub(crate) fn memory(file: &Path, bytes: u64) -> Self {
        Self::Memory { file: file.to_owned(), bytes }
    }
}

/// `count` zeros, or a typed error instead of an abort.
pub(crate) fn zeros<T: Clone + Default>(file: &Path, count: usize) -> Result<Vec<T>, DicomError> {
    let mut values = Vec::new();
    let bytes = (count as u64).saturating_mul(size_of::<T>() as u64);
    values.try_reserve_exact(count).map_err(|_| DicomError::memory(file, bytes))?;
    values.resize(count, T::default());
    Ok(values)
}

/// The first few of many, for a message: `1, 2, 3 and 9 more`.
pub(crate) fn first_few<T: ToString>(all: &[T]) -> String {
    const SHOWN: usize = 8;
    let mut text = all.iter().take(SHOWN).map(T::to_string).collect::<Vec<_>>().join(", ");
    if all.len() > SHOWN {
        let _ = write!(text, " and {} more", all.len() - SHOWN);
    }
    text
}

// The error travels in every Result of this crate: keep it small.
const _: () = assert!(size_of::<DicomError>() <= 112);
