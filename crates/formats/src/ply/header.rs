//! The text header of a PLY file.

use std::path::Path;

use crate::error::FormatError;
use crate::scene::{Frame, LengthUnit, unit_stated_in};
use crate::text::{number, words};

/// Longest header accepted; real ones have some hundred bytes.
const MAX_HEADER: usize = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Ascii,
    Little,
    Big,
}

/// A scalar type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalar {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
}

impl Scalar {
    fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"char" | b"int8" => Self::I8,
            b"uchar" | b"uint8" => Self::U8,
            b"short" | b"int16" => Self::I16,
            b"ushort" | b"uint16" => Self::U16,
            b"int" | b"int32" => Self::I32,
            b"uint" | b"uint32" => Self::U32,
            b"float" | b"float32" => Self::F32,
            b"double" | b"float64" => Self::F64,
            _ => return None,
        })
    }

    pub(super) fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar(Scalar),
    List { count: Scalar, item: Scalar },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) name: Vec<u8>,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: Vec<u8>,
    pub(super) count: u64,
    pub(super) properties: Vec<Property>,
}

impl Element {
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        self.properties.iter().position(|p| p.name == name)
    }

    /// The fewest bytes one record can take: in text a digit and a blank each.
    pub(super) fn least_bytes(&self, encoding: Encoding) -> u64 {
        let each = |p: &Property| match (encoding, p.kind) {
            (Encoding::Ascii, _) => 2,
            (_, Kind::Scalar(s) | Kind::List { count: s, .. }) => s.bytes() as u64,
        };
        self.properties.iter().map(each).sum()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) encoding: Encoding,
    pub(super) elements: Vec<Element>,
    pub(super) frame: Frame,
    pub(super) unit: Option<LengthUnit>,
    /// Where the body starts: byte and line.
    pub(super) body: usize,
    pub(super) line: u64,
}

pub(super) fn parse(file: &Path, bytes: &[u8]) -> Result<Header, FormatError> {
    let mut encoding = None;
    let mut elements: Vec<Element> = Vec::new();
    let (mut frame, mut unit) = (Frame::default(), None);
    let mut at = 0;
    let mut line = 0;
    loop {
        line += 1;
        let window = bytes.get(at..bytes.len().min(MAX_HEADER)).unwrap_or_default();
        let Some(length) = window.iter().position(|&b| b == b'\n' || b == b'\r') else {
            return Err(FormatError::syntax(file, line, "`end_header`", window));
        };
        let text = window.get(..length).unwrap_or_default();
        // A lone carriage return ends a line too, but before a newline it belongs to it.
        at += length + if window.get(length..length + 2) == Some(b"\r\n") { 2 } else { 1 };
        let mut rest = words(text);
        let mut next = || rest.next().unwrap_or_default();
        match (line, next()) {
            (1, b"ply") | (_, b"") => {}
            (1, _) => return Err(FormatError::syntax(file, 1, "`ply`", text)),
            (_, b"comment" | b"obj_info") => {
                frame = frame.or(Frame::stated_in(text));
                unit = unit.or(unit_stated_in(text));
            }
            (_, b"format") => {
                encoding = Some(match next() {
                    b"ascii" => Encoding::Ascii,
                    b"binary_little_endian" => Encoding::Little,
                    b"binary_big_endian" => Encoding::Big,
                    _ => {
                        let expected = "`ascii`, `binary_little_endian` or `binary_big_endian`";
                        return Err(FormatError::syntax(file, line, expected, text));
                    }
                });
            }
            (_, b"element") => {
                let name = next().to_vec();
                let count = number(rest.next())
                    .ok_or_else(|| FormatError::syntax(file, line, "`element`, a name and a count", text))?;
                elements.push(Element { name, count, properties: Vec::new() });
            }
            (_, b"property") => {
                let property = property(rest)
                    .ok_or_else(|| FormatError::syntax(file, line, "`property`, a PLY type and a name", text))?;
                let element = elements.last_mut();
                let element =
                    element.ok_or_else(|| FormatError::syntax(file, line, "`element` before a property", text))?;
                element.properties.push(property);
            }
            (_, b"end_header") => {
                let encoding = encoding.ok_or_else(|| {
                    FormatError::syntax(file, line, "a `format` line before the end of the header", text)
                })?;
                return Ok(Header { encoding, elements, frame, unit, body: at, line: line + 1 });
            }
            _ => return Err(FormatError::syntax(file, line, "a line of a PLY header", text)),
        }
    }
}

fn property<'a>(mut words: impl Iterator<Item = &'a [u8]>) -> Option<Property> {
    let first = words.next()?;
    let kind = if first == b"list" {
        let count = Scalar::from_name(words.next()?)?;
        // A count must be whole.
        if matches!(count, Scalar::F32 | Scalar::F64) {
            return None;
        }
        Kind::List { count, item: Scalar::from_name(words.next()?)? }
    } else {
        Kind::Scalar(Scalar::from_name(first)?)
    };
    Some(Property { name: words.next()?.to_vec(), kind })
}
