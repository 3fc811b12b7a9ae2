//! Attributes of a data set, asked for by tag, with errors that say where.

use std::path::Path;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;

use super::text::CharacterSet;
use crate::error::DicomError;

/// The elements of a file or of a sequence's item, ordered by tag.
#[derive(Debug)]
pub(crate) struct DataSet<'a> {
    pub(super) elements: Vec<Element<'a>>,
    pub(super) origin: Origin,
}

/// Where a data set stands in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub(super) sequence: Option<Tag>,
    pub(super) index: u32,
    pub(super) offset: usize,
}

/// One element.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    pub(crate) vr: VR,
    pub(crate) value: Value<'a>,
}

/// What an element holds.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    Bytes(&'a [u8]),
    Items(Vec<DataSet<'a>>),
    /// The offset table, then the fragments.
    Fragments(Vec<&'a [u8]>),
}

/// A data set together with what is needed to read and to name its values.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) file: &'a Path,
    pub(super) set: &'a DataSet<'a>,
    pub(super) big_endian: bool,
    pub(super) charset: &'a CharacterSet,
}

impl<'a> Item<'a> {
    /// Whether numbers are stored most significant byte first.
    pub(crate) fn is_big_endian(&self) -> bool {
        self.big_endian
    }

    pub(crate) fn element(&self, tag: Tag) -> Option<&'a Element<'a>> {
        let elements = &self.set.elements;
        elements.binary_search_by_key(&tag, |e| e.tag).ok().map(|at| &elements[at])
    }

    /// The bytes of a value; an empty one counts as absent.
    pub(crate) fn bytes(&self, tag: Tag) -> Option<&'a [u8]> {
        match self.element(tag)?.value {
            Value::Bytes(bytes) if !bytes.is_empty() => Some(bytes),
            _ => None,
        }
    }

    /// A single text, without padding; `None` if absent or blank.
    pub(crate) fn text(&self, tag: Tag) -> Option<String> {
        Some(self.charset.decode(self.bytes(tag)?)).filter(|t| !t.is_empty())
    }

    /// A text that must be there.
    pub(crate) fn require_text(&self, tag: Tag, need: &'static str) -> Result<String, DicomError> {
        self.text(tag).ok_or_else(|| self.missing(tag, need))
    }

    /// The values of a text with several.
    pub(crate) fn texts(&self, tag: Tag) -> Vec<String> {
        let Some(text) = self.text(tag) else { return Vec::new() };
        text.split('\\').map(|t| t.trim().to_owned()).collect()
    }

    /// A whole number, stored as binary or as text.
    pub(crate) fn integer(&self, tag: Tag) -> Result<Option<i64>, DicomError> {
        let Some(bytes) = self.bytes(tag) else { return Ok(None) };
        let vr = self.element(tag).map_or(VR::UN, |e| e.vr);
        let number = match (vr, bytes) {
            (VR::US, &[a, b]) => Some(i64::from(self.u16([a, b]))),
            (VR::SS, &[a, b]) => Some(i64::from(self.u16([a, b]) as i16)),
            (VR::UL, &[a, b, c, d]) => Some(i64::from(self.u32([a, b, c, d]))),
            _ => self.charset.decode(bytes).parse().ok(),
        };
        number.map(Some).ok_or_else(|| self.wrong(tag, &shown(bytes), "one whole number"))
    }

    /// A whole number that must be there and lie in `range`.
    pub(crate) fn require_integer(
        &self,
        tag: Tag,
        range: std::ops::RangeInclusive<i64>,
        need: &'static str,
    ) -> Result<i64, DicomError> {
        let value = self.integer(tag)?.ok_or_else(|| self.missing(tag, need))?;
        if !range.contains(&value) {
            return Err(self.wrong(tag, &value.to_string(), &format!("{} to {}", range.start(), range.end())));
        }
        Ok(value)
    }

    /// 16-bit numbers.
    pub(crate) fn shorts(&self, tag: Tag) -> Vec<u16> {
        let pairs = self.bytes(tag).unwrap_or_default().chunks_exact(2);
        pairs.map(|p| self.u16([p[0], p[1]])).collect()
    }

    /// Exactly `N` decimal numbers, all finite; `None` if absent.
    pub(crate) fn numbers<const N: usize>(&self, tag: Tag) -> Result<Option<[f64; N]>, DicomError> {
        let Some(bytes) = self.bytes(tag) else { return Ok(None) };
        let mut values = [0.0; N];
        let mut count = 0;
        for part in bytes.split(|&b| b == b'\\') {
            let value = decimal(part).ok_or_else(|| self.wrong(tag, &shown(bytes), "finite decimal numbers"))?;
            if let Some(slot) = values.get_mut(count) {
                *slot = value;
            }
            count += 1;
        }
        if count != N {
            return Err(self.wrong(tag, &format!("{count} numbers"), &format!("{N} numbers")));
        }
        Ok(Some(values))
    }

    /// Exactly `N` decimal numbers that must be there.
    pub(crate) fn require_numbers<const N: usize>(&self, tag: Tag, need: &'static str) -> Result<[f64; N], DicomError> {
        self.numbers(tag)?.ok_or_else(|| self.missing(tag, need))
    }

    /// The items of a sequence; none if it is absent.
    pub(crate) fn items(&self, tag: Tag) -> impl ExactSizeIterator<Item = Self> + use<'a> {
        let items = match self.element(tag).map(|e| &e.value) {
            Some(Value::Items(items)) => items.as_slice(),
            _ => &[],
        };
        let Self { file, big_endian, charset, .. } = *self;
        items.iter().map(move |set| Self { file, set, big_endian, charset })
    }

    /// The first item of a sequence.
    pub(crate) fn first(&self, tag: Tag) -> Option<Self> {
        self.items(tag).next()
    }

    pub(crate) fn missing(&self, tag: Tag, need: &'static str) -> DicomError {
        DicomError::Missing { file: self.file.to_owned(), attribute: self.place(tag), need }
    }

    pub(crate) fn wrong(&self, tag: Tag, found: &str, expected: &str) -> DicomError {
        DicomError::Value {
            file: self.file.to_owned(),
            attribute: self.place(tag),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }
    }

    /// The attribute's name and the item that it stands in.
    pub(crate) fn place(&self, tag: Tag) -> String {
        let Origin { sequence, index, offset } = self.set.origin;
        match sequence {
            None => name_of(tag),
            Some(sequence) => format!("{} in {}[{index}] at byte {offset}", name_of(tag), name_of(sequence)),
        }
    }

    fn u16(&self, bytes: [u8; 2]) -> u16 {
        if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn u32(&self, bytes: [u8; 4]) -> u32 {
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }
}

fn shown(bytes: &[u8]) -> String {
    let head = bytes.get(..60).unwrap_or(bytes);
    format!("`{}`", head.escape_ascii())
}

/// The number in a decimal string.
pub(crate) fn decimal(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?.trim_matches([' ', '\0', '\t', '\r', '\n']);
    text.parse().ok().filter(|v: &f64| v.is_finite())
}

/// An attribute's keyword and number.
pub(crate) fn name_of(tag: Tag) -> String {
    match StandardDataDictionary.by_tag(tag) {
        Some(entry) => format!("{} {tag}", entry.alias()),
        None => format!("element {tag}"),
    }
}
