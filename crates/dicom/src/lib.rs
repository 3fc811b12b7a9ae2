//! DICOM to shapes and back: image series, segmentation objects, radiotherapy structure sets.
//!
//! DICOM is a room of its own beside `medshape-formats`, because of the libraries that it stands on. Everything comes out
//! in RAS+ millimetres (DICOM is LPS). Whatever the bytes, the answer is a value or a [`DicomError`]: lengths, frames,
//! rows and columns are checked against the file and against [`Limits`] before memory is asked for.
//!
//! Transfer syntaxes: implicit and explicit little endian, explicit big endian, deflated; pixels native, encapsulated
//! uncompressed, RLE, deflated frames, JPEG baseline, extended and lossless. JPEG 2000, JPEG-LS, JPEG XL and video pixels
//! are refused (the geometry of such images is read): their decoders are C, or C translated line by line.
//!
//! Identifiers: [`Series`], [`SegObject`] and [`StructureSet`] hold UIDs, because references need them; none of them
//! belongs in a record. What may go into one is what [`subject_from_dicom`] returns.

mod code;
mod colour;
mod data_set;
mod error;
mod geometry;
mod groups;
mod layers;
mod limits;
mod pixels;
mod rt;
mod seg;
mod seg_write;
mod series;
mod subject;

pub use error::DicomError;
pub use limits::Limits;
pub use rt::{
    Contour, ContourGrid, ContourKind, ContourOptions, Roi, StructureSet, rasterize, read_rtstruct, read_rtstruct_bytes,
};
pub use seg::{SegKind, SegObject, SegOptions, read_seg, read_seg_bytes};
pub use seg_write::{NewSegment, WriteSegOptions, write_seg};
pub use series::{Series, SeriesValues, Slice, read_series, read_series_files, read_series_of, read_series_values};
pub use subject::{Sex, SubjectData, subject_from_dicom};
