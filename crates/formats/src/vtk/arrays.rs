//! Data arrays of VTK's XML files: text, base64 in place, or a block behind the document, plain or in zlib blocks.

use std::path::Path;

use crate::base64;
use crate::error::FormatError;
use crate::inflate;
use crate::numbers::{FromNumber, NumberType};
use crate::text::{number, words};
use crate::xml::Element;

/// How the arrays of a file are stored.
pub(super) struct Storage<'a> {
    pub(super) file: &'a Path,
    pub(super) big: bool,
    /// Bytes of the words that lead a block.
    pub(super) word: usize,
    pub(super) compressed: bool,
    /// What follows the underscore of `AppendedData`, and whether it is base64.
    pub(super) appended: Option<(&'a [u8], bool)>,
}

/// What an element says of its array.
pub(super) struct Description {
    pub(super) name: String,
    pub(super) components: usize,
    pub(super) kind: Option<NumberType>,
    is_text: bool,
    offset: Option<u64>,
}

impl Description {
    /// Whether the numbers lie behind the document.
    pub(super) fn is_appended(&self) -> bool {
        self.offset.is_some()
    }

    pub(super) fn of(element: &Element<'_>) -> Self {
        let kind = match element.get("type").unwrap_or_default().as_str() {
            "Int8" | "String" => Some(NumberType::I8),
            "UInt8" => Some(NumberType::U8),
            "Int16" => Some(NumberType::I16),
            "UInt16" => Some(NumberType::U16),
            "Int32" => Some(NumberType::I32),
            "UInt32" => Some(NumberType::U32),
            "Int64" => Some(NumberType::I64),
            "UInt64" => Some(NumberType::U64),
            "Float32" => Some(NumberType::F32),
            "Float64" => Some(NumberType::F64),
            _ => None,
        };
        let format = element.get("format").unwrap_or_default();
        let whole = |name: &str| element.get(name).and_then(|v| v.trim().parse::<u64>().ok());
        Self {
            name: element.get("Name").unwrap_or_default(),
            components: whole("NumberOfComponents").unwrap_or(1).clamp(1, 1 << 20) as usize,
            kind,
            is_text: format == "ascii",
            offset: (format == "appended").then(|| whole("offset").unwrap_or(u64::MAX)),
        }
    }
}

impl Storage<'_> {
    /// All numbers of an array; `text` is what stands inside its element.
    pub(super) fn read<T: FromNumber + std::str::FromStr>(
        &self,
        array: &Description,
        text: &str,
    ) -> Result<Vec<T>, FormatError> {
        let kind = array.kind.ok_or_else(|| {
            FormatError::header(self.file, "DataArray.type", &array.name, "Int8 to UInt64, Float32 or Float64")
        })?;
        if array.is_text {
            return words(text.as_bytes())
                .map(|word| {
                    let wrong =
                        || FormatError::header(self.file, "DataArray", String::from_utf8_lossy(word), "numbers");
                    number(Some(word)).ok_or_else(wrong)
                })
                .collect();
        }
        let bytes = match (array.offset, self.appended) {
            (None, _) => self.unpacked(&base64::decode(self.file, text.as_bytes())?)?,
            (Some(offset), Some((block, is_base64))) => {
                let start = usize::try_from(offset).ok().and_then(|o| block.get(o..));
                let start = start.ok_or_else(|| self.short("AppendedData", offset, block.len()))?;
                if is_base64 { self.unpacked(&self.encoded(start)?)? } else { self.unpacked(start)? }
            }
            (Some(_), None) => {
                return Err(FormatError::header(self.file, "AppendedData", "none", "what the arrays refer to"));
            }
        };
        let whole = bytes.len() - bytes.len() % kind.bytes();
        Ok(kind.decode(bytes.get(..whole).unwrap_or_default(), self.big))
    }

    /// The bytes of a block that starts here.
    fn unpacked(&self, block: &[u8]) -> Result<Vec<u8>, FormatError> {
        let first = self.words(block, 1)?[0];
        if !self.compressed {
            let end = first.saturating_add(self.word as u64);
            let data = usize::try_from(end).ok().and_then(|end| block.get(self.word..end));
            return data.map(<[u8]>::to_vec).ok_or_else(|| self.short("a DataArray", end, block.len()));
        }
        if first == 0 {
            return Ok(Vec::new());
        }
        let header = self.words(block, first.saturating_add(3))?;
        let (size, last, sizes) = (header[1], header[2], header.get(3..).unwrap_or_default());
        let mut rest = block.get(self.word * header.len()..).unwrap_or_default();
        let mut out = Vec::new();
        for (n, &packed) in sizes.iter().enumerate() {
            let part = usize::try_from(packed).ok().and_then(|p| rest.split_at_checked(p));
            let (part, after) = part.ok_or_else(|| self.short("a compressed block", packed, rest.len()))?;
            let is_last = n + 1 == sizes.len();
            let unpacked = inflate::exactly(self.file, part, if is_last && last > 0 { last } else { size })?;
            out.extend_from_slice(&unpacked);
            rest = after;
        }
        Ok(out)
    }

    /// Decodes as much base64 as the block that starts here has.
    fn encoded(&self, text: &[u8]) -> Result<Vec<u8>, FormatError> {
        let letters = |bytes: u64| bytes.div_ceil(3).saturating_mul(4);
        let cut = |n: u64| usize::try_from(n).ok().and_then(|n| text.get(..n)).unwrap_or(text);
        let word = self.word as u64;
        let first = self.words(&base64::decode(self.file, cut(letters(word)))?, 1)?[0];
        let all = if self.compressed {
            let head = first.saturating_add(3).saturating_mul(word);
            let sizes = self.words(&base64::decode(self.file, cut(letters(head)))?, first.saturating_add(3))?;
            let data = sizes.iter().skip(3).fold(0_u64, |sum, s| sum.saturating_add(*s));
            letters(head).saturating_add(letters(data))
        } else {
            // Length and data may be one text or two.
            letters(word).saturating_add(letters(first))
        };
        base64::decode(self.file, cut(all))
    }

    fn words(&self, block: &[u8], count: u64) -> Result<Vec<u64>, FormatError> {
        let needed = count.saturating_mul(self.word as u64);
        let bytes = usize::try_from(needed).ok().and_then(|n| block.get(..n));
        let bytes = bytes.ok_or_else(|| self.short("the head of a DataArray", needed, block.len()))?;
        let kind = if self.word == 8 { NumberType::U64 } else { NumberType::U32 };
        Ok(kind.decode::<i64>(bytes, self.big).into_iter().map(|w| w as u64).collect())
    }

    fn short(&self, what: &'static str, expected: u64, found: usize) -> FormatError {
        FormatError::Truncated { file: self.file.to_owned(), what, expected, found: found as u64 }
    }
}
