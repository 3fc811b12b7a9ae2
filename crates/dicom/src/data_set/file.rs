//! A DICOM file (PS3.10): preamble, file meta information, transfer syntax, data set.
//!
//! Read without preamble too, and without file meta information if the first element shows the encoding. A deflated
//! data set is inflated here, up to a limit.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use dicom_core::Tag;
use dicom_core::header::Header;
use dicom_dictionary_std::{tags, uids};
use flate2::read::DeflateDecoder;

use super::encoding::Encoding;
use super::item::{DataSet, Item};
use super::parse::parse;
use super::text::CharacterSet;
use crate::error::DicomError;
use crate::limits::Limits;

/// Bytes of an image file read to find its geometry; few headers are longer.
const HEAD: u64 = 64 * 1024;

/// A file's data set, not yet parsed.
pub(crate) struct Content<'a> {
    file: &'a Path,
    bytes: Cow<'a, [u8]>,
    start: usize,
    encoding: Encoding,
    /// UID of the transfer syntax.
    pub(crate) transfer_syntax: String,
    /// What had to be assumed.
    pub(crate) notes: Vec<String>,
}

/// A parsed data set with its context; see [`Parsed::root`].
pub(crate) struct Parsed<'a> {
    file: &'a Path,
    set: DataSet<'a>,
    big_endian: bool,
    charset: CharacterSet,
}

impl Parsed<'_> {
    /// The data set's elements.
    pub(crate) fn root(&self) -> Item<'_> {
        Item { file: self.file, set: &self.set, big_endian: self.big_endian, charset: &self.charset }
    }
}

/// The whole content of a regular file.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, DicomError> {
    read_up_to(path, u64::MAX).map(|(bytes, _)| bytes)
}

/// The first bytes of a file, and whether they are all of it.
pub(crate) fn read_head(path: &Path) -> Result<(Vec<u8>, bool), DicomError> {
    read_up_to(path, HEAD)
}

fn read_up_to(path: &Path, limit: u64) -> Result<(Vec<u8>, bool), DicomError> {
    let file = File::open(path).map_err(DicomError::read(path))?;
    let meta = file.metadata().map_err(DicomError::read(path))?;
    if !meta.is_file() {
        return Err(DicomError::NotAFile { file: path.to_owned() });
    }
    let wanted = meta.len().min(limit);
    let mut bytes = Vec::new();
    let memory = || DicomError::memory(path, wanted);
    bytes.try_reserve_exact(usize::try_from(wanted).map_err(|_| memory())?).map_err(|_| memory())?;
    file.take(wanted).read_to_end(&mut bytes).map_err(DicomError::read(path))?;
    Ok((bytes, wanted == meta.len()))
}

impl<'a> Content<'a> {
    /// Finds the data set in a file's bytes.
    pub(crate) fn open(file: &'a Path, bytes: &'a [u8], limits: Limits) -> Result<Self, DicomError> {
        let mut notes = Vec::new();
        let preamble = bytes.get(128..132) == Some(b"DICM");
        let mut start = if preamble { 132 } else { 0 };
        if !preamble {
            if Encoding::guess(bytes).is_none() {
                let head = bytes.get(..16).unwrap_or(bytes).escape_ascii().to_string();
                let found = format!("it has no DICM at byte 128 and begins with `{head}`");
                return Err(DicomError::NotThisKind { file: file.to_owned(), expected: "a DICOM file", found });
            }
            notes.push("the file has no preamble".to_owned());
        }
        let meta = meta_information(file, bytes, &mut start)?;
        let rest = &bytes[start..];
        let guessed = Encoding::guess(rest);
        let transfer_syntax = meta.unwrap_or_else(|| {
            notes.push("the transfer syntax is not stated and was taken from the first element".to_owned());
            uid_of(guessed.unwrap_or(Encoding::ImplicitLittle)).to_owned()
        });
        let mut encoding = encoding_of(&transfer_syntax);
        let deflated = is_deflated(&transfer_syntax);
        let bytes = if deflated { Cow::Owned(inflate(file, rest, limits)?) } else { Cow::Borrowed(bytes) };
        if deflated {
            start = 0;
        } else if let Some(guessed) = guessed.filter(|&g| g != encoding) {
            notes.push(format!("the file says that its elements are {encoding:?}, but they are {guessed:?}"));
            encoding = guessed;
        }
        Ok(Self { file, bytes, start, encoding, transfer_syntax, notes })
    }

    /// The whole data set.
    pub(crate) fn parse(&self) -> Result<Parsed<'_>, DicomError> {
        self.parse_until(None)
    }

    /// The data set up to its pixels.
    pub(crate) fn parse_header(&self) -> Result<Parsed<'_>, DicomError> {
        self.parse_until(Some(tags::PIXEL_DATA))
    }

    fn parse_until(&self, stop: Option<Tag>) -> Result<Parsed<'_>, DicomError> {
        let set = parse(self.file, &self.bytes, self.start, self.encoding, stop)?;
        let big_endian = self.encoding.is_big_endian();
        let mut parsed = Parsed { file: self.file, set, big_endian, charset: CharacterSet::default() };
        if let Some(named) = parsed.root().bytes(tags::SPECIFIC_CHARACTER_SET) {
            parsed.charset = CharacterSet::from_value(named);
        }
        Ok(parsed)
    }
}

/// The transfer syntax in the file meta information (group 0002, always explicit), which `start` is moved behind.
fn meta_information(file: &Path, bytes: &[u8], start: &mut usize) -> Result<Option<String>, DicomError> {
    let mut uid = None;
    while bytes.get(*start..*start + 2) == Some(&[2, 0]) {
        let left = &bytes[*start..];
        let cut = |expected: u64| DicomError::Truncated {
            file: file.to_owned(),
            what: "file meta information".to_owned(),
            expected,
            found: left.len() as u64,
        };
        let (header, length) = Encoding::ExplicitLittle.header(left).ok_or_else(|| cut(12))?;
        let value_length = header.len.get().map_or(u64::MAX, u64::from);
        let end = length as u64 + value_length.min(u64::from(u32::MAX));
        let value = left.get(length..end as usize).ok_or_else(|| cut(end))?;
        if header.tag() == tags::TRANSFER_SYNTAX_UID {
            uid = Some(CharacterSet::default().decode(value)).filter(|uid| !uid.is_empty());
        }
        *start += end as usize;
    }
    Ok(uid)
}

fn encoding_of(transfer_syntax: &str) -> Encoding {
    match transfer_syntax {
        uids::IMPLICIT_VR_LITTLE_ENDIAN => Encoding::ImplicitLittle,
        "1.2.840.10008.1.2.2" => Encoding::ExplicitBig,
        _ => Encoding::ExplicitLittle,
    }
}

fn uid_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::ImplicitLittle => uids::IMPLICIT_VR_LITTLE_ENDIAN,
        Encoding::ExplicitLittle => uids::EXPLICIT_VR_LITTLE_ENDIAN,
        Encoding::ExplicitBig => "1.2.840.10008.1.2.2",
    }
}

/// Whether the data set itself (not its pixels) is deflated.
fn is_deflated(transfer_syntax: &str) -> bool {
    [uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, uids::JPIP_REFERENCED_DEFLATE].contains(&transfer_syntax)
}

fn inflate(file: &Path, deflated: &[u8], limits: Limits) -> Result<Vec<u8>, DicomError> {
    let mut bytes = Vec::new();
    let read = DeflateDecoder::new(deflated).take(limits.max_inflated + 1).read_to_end(&mut bytes);
    if let Err(source) = read {
        return Err(match source.kind() {
            std::io::ErrorKind::OutOfMemory => DicomError::memory(file, bytes.len() as u64),
            _ => DicomError::damaged(file, "the deflated data set", source.to_string()),
        });
    }
    if bytes.len() as u64 > limits.max_inflated {
        return Err(DicomError::Unsupported {
            file: file.to_owned(),
            what: format!("a deflated data set of more than {} bytes", limits.max_inflated),
            advice: "if it is real, raise the limit",
        });
    }
    Ok(bytes)
}
