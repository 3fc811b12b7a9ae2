//! Takes instructions and their arguments off the bytes of a pickle.

use std::ops::Range;

use super::Context;
use crate::error::{FormatError, quoted};

/// Instructions that make or name objects of any class, which is not done here.
pub(super) const NOT_DATA: [(u8, &str); 11] = [
    (b'P', "PERSID"),
    (b'Q', "BINPERSID"),
    (b'i', "INST"),
    (b'o', "OBJ"),
    (0x82, "EXT1"),
    (0x83, "EXT2"),
    (0x84, "EXT4"),
    (0x92, "NEWOBJ_EX"),
    (0x8f, "EMPTY_SET"),
    (0x90, "ADDITEMS"),
    (0x97, "NEXT_BUFFER"),
];

pub(super) struct Reader<'a> {
    context: &'a Context<'a>,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(context: &'a Context<'a>, bytes: &'a [u8]) -> Self {
        Self { context, bytes, at: 0 }
    }

    pub(super) fn byte(&mut self) -> Result<u8, FormatError> {
        self.array::<1>().map(|[b]| b)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], FormatError> {
        let range = self.range(N as u64)?;
        self.bytes.get(range).and_then(|b| b.try_into().ok()).ok_or_else(|| self.cut(N as u64))
    }

    pub(super) fn u32(&mut self) -> Result<u32, FormatError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, FormatError> {
        self.array().map(u64::from_le_bytes)
    }

    /// The place of the next `count` bytes.
    pub(super) fn range(&mut self, count: u64) -> Result<Range<usize>, FormatError> {
        let left = (self.bytes.len() - self.at) as u64;
        if count > left {
            return Err(self.cut(count));
        }
        let start = self.at;
        self.at += count as usize;
        Ok(start..self.at)
    }

    /// The place of the text up to the end of the line.
    pub(super) fn line(&mut self) -> Result<Range<usize>, FormatError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'\n').ok_or_else(|| self.cut(rest.len() as u64 + 1))?;
        let start = self.at;
        self.at += length + 1;
        Ok(start..start + length)
    }

    pub(super) fn text(&self, range: &Range<usize>) -> Result<&'a str, FormatError> {
        let bytes = self.bytes.get(range.clone()).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_| self.context.refused(format!("the text {}", quoted(bytes))))
    }

    /// A number written as text on a line.
    pub(super) fn number<T: std::str::FromStr>(&mut self) -> Result<T, FormatError> {
        let line = self.line()?;
        let text = self.text(&line)?.trim().trim_end_matches('L');
        text.parse().map_err(|_| self.context.refused(format!("the number {}", quoted(text.as_bytes()))))
    }

    /// A whole number of `count` bytes in two's complement.
    pub(super) fn long(&mut self, count: u64) -> Result<i64, FormatError> {
        let range = self.range(count)?;
        let bytes = self.bytes.get(range).unwrap_or_default();
        let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
        let fill = if negative { 0xff } else { 0 };
        let mut wide = [fill; 8];
        let (low, high) = bytes.split_at(bytes.len().min(8));
        wide[..low.len()].copy_from_slice(low);
        let value = i64::from_le_bytes(wide);
        if high.iter().any(|&b| b != fill) || (value < 0) != negative {
            return Err(self.context.refused("a whole number of more than 64 bits"));
        }
        Ok(value)
    }

    fn cut(&self, needed: u64) -> FormatError {
        FormatError::Truncated {
            file: self.context.file.to_owned(),
            what: "a pickled object",
            expected: (self.at as u64).saturating_add(needed),
            found: self.bytes.len() as u64,
        }
    }
}
