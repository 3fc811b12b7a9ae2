//! The walk over elements, items and fragments.

use std::path::Path;

use dicom_core::header::{Header, SequenceItemHeader};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::tags;

use super::encoding::Encoding;
use super::item::{DataSet, Element, Origin, Value, name_of};
use crate::error::DicomError;

/// Sequences in sequences; the objects read here need 5.
const MAX_DEPTH: usize = 32;
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);

/// Parses `bytes` from `start`, up to the element `stop` (which is left out) or the end.
pub(super) fn parse<'a>(
    file: &Path,
    bytes: &'a [u8],
    start: usize,
    encoding: Encoding,
    stop: Option<Tag>,
) -> Result<DataSet<'a>, DicomError> {
    // Files are padded with zeros to a block of a tape or an optical disc.
    let padding = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
    let mut walk = Walk { file, bytes, at: start, padding, stop };
    let elements = walk.elements(bytes.len(), Ending::AtEnd, encoding, 0)?;
    Ok(DataSet { elements, origin: Origin { sequence: None, index: 0, offset: start } })
}

struct Walk<'a, 'f> {
    file: &'f Path,
    bytes: &'a [u8],
    at: usize,
    /// From here on there are only zeros.
    padding: usize,
    stop: Option<Tag>,
}

/// What ends a list of elements or items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    AtEnd,
    AtDelimiter,
}

impl<'a> Walk<'a, '_> {
    fn elements(
        &mut self,
        end: usize,
        ending: Ending,
        encoding: Encoding,
        depth: usize,
    ) -> Result<Vec<Element<'a>>, DicomError> {
        let mut elements = Vec::new();
        loop {
            let left = &self.bytes[self.at..end];
            if ending == Ending::AtEnd && (left.is_empty() || depth == 0 && self.at >= self.padding) {
                break;
            }
            let Some((header, length)) = encoding.header(left) else {
                return Err(self.truncated("an element's header", 8, left.len()));
            };
            let tag = header.tag();
            if depth == 0 && self.stop == Some(tag) {
                break;
            }
            self.at += length;
            match tag {
                ITEM_END if ending == Ending::AtDelimiter => break,
                ITEM_END | SEQUENCE_END => return Err(self.damaged(format!("a delimiter {tag} that ends nothing"))),
                _ => {}
            }
            let value = self.value(tag, header.vr(), header.len.get(), end, encoding, depth)?;
            elements.push(Element { tag, vr: header.vr(), value });
        }
        // Elements stand in ascending order; a file that breaks the rule can still be searched.
        elements.sort_by_key(|e| e.tag);
        Ok(elements)
    }

    fn value(
        &mut self,
        tag: Tag,
        vr: VR,
        length: Option<u32>,
        end: usize,
        encoding: Encoding,
        depth: usize,
    ) -> Result<Value<'a>, DicomError> {
        match (vr, length) {
            (_, None) if tag == tags::PIXEL_DATA => self.fragments(end, encoding).map(Value::Fragments),
            // PS3.5 6.2.2: an unknown element of undefined length is a sequence in implicit encoding.
            (VR::UN, None) => self.items(tag, end, Ending::AtDelimiter, Encoding::ImplicitLittle, depth),
            (_, None) => self.items(tag, end, Ending::AtDelimiter, encoding, depth),
            (VR::SQ, Some(length)) => {
                let end = self.bounded(tag, length, end)?;
                self.items(tag, end, Ending::AtEnd, encoding, depth)
            }
            (_, Some(length)) => {
                let end = self.bounded(tag, length, end)?;
                let value = &self.bytes[self.at..end];
                self.at = end;
                Ok(Value::Bytes(value))
            }
        }
    }

    fn items(
        &mut self,
        tag: Tag,
        end: usize,
        ending: Ending,
        encoding: Encoding,
        depth: usize,
    ) -> Result<Value<'a>, DicomError> {
        if depth == MAX_DEPTH {
            return Err(self.damaged(format!("sequences are nested more than {MAX_DEPTH} deep")));
        }
        let mut items = Vec::new();
        while ending == Ending::AtDelimiter || self.at < end {
            let (header, offset) = self.item_header(end, encoding)?;
            let (end, ending) = match header {
                SequenceItemHeader::Item { len } => match len.get() {
                    Some(length) => (self.bounded(tag, length, end)?, Ending::AtEnd),
                    None => (end, Ending::AtDelimiter),
                },
                SequenceItemHeader::SequenceDelimiter if ending == Ending::AtDelimiter => break,
                other => return Err(self.damaged(format!("{} where an item should begin", other.tag()))),
            };
            let elements = self.elements(end, ending, encoding, depth + 1)?;
            items.push(DataSet { elements, origin: Origin { sequence: Some(tag), index: items.len() as u32, offset } });
        }
        Ok(Value::Items(items))
    }

    /// Encapsulated pixels: the offset table first, then the fragments.
    fn fragments(&mut self, end: usize, encoding: Encoding) -> Result<Vec<&'a [u8]>, DicomError> {
        let mut fragments = Vec::new();
        loop {
            match self.item_header(end, encoding)?.0 {
                SequenceItemHeader::Item { len } => {
                    let Some(length) = len.get() else {
                        return Err(self.damaged("a fragment of pixels without a length"));
                    };
                    let end = self.bounded(tags::PIXEL_DATA, length, end)?;
                    fragments.push(&self.bytes[self.at..end]);
                    self.at = end;
                }
                SequenceItemHeader::SequenceDelimiter => return Ok(fragments),
                SequenceItemHeader::ItemDelimiter => {
                    return Err(self.damaged("an item's end where a fragment of pixels should begin"));
                }
            }
        }
    }

    fn item_header(&mut self, end: usize, encoding: Encoding) -> Result<(SequenceItemHeader, usize), DicomError> {
        let left = &self.bytes[self.at..end];
        if left.len() < 8 {
            return Err(self.truncated("the header of a sequence's item", 8, left.len()));
        }
        let header = encoding.item_header(left).map_err(|reason| self.damaged(reason))?;
        let offset = self.at;
        self.at += 8;
        Ok((header, offset))
    }

    /// Where a value of `length` bytes ends, if it lies within its parent.
    fn bounded(&self, tag: Tag, length: u32, end: usize) -> Result<usize, DicomError> {
        let left = end - self.at;
        if length as usize > left {
            return Err(self.truncated(&name_of(tag), u64::from(length), left));
        }
        Ok(self.at + length as usize)
    }

    fn truncated(&self, what: &str, expected: u64, found: usize) -> DicomError {
        DicomError::Truncated {
            file: self.file.to_owned(),
            what: format!("{what} at byte {}", self.at),
            expected,
            found: found as u64,
        }
    }

    fn damaged(&self, reason: impl Into<String>) -> DicomError {
        DicomError::damaged(self.file, format!("byte {}", self.at), reason)
    }
}
