//! A position in the bytes of a file that mixes lines, words and binary blocks.

use std::path::Path;

use crate::error::FormatError;
use crate::input::reserve;
use crate::numbers::{FromNumber, NumberType};
use crate::text::number;

pub(crate) struct Scan<'a> {
    pub(crate) file: &'a Path,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(file: &'a Path, bytes: &'a [u8]) -> Self {
        Self { file, bytes, at: 0 }
    }

    /// What is not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The next line without its end and outer blanks; `None` at the end of the file.
    pub(crate) fn line(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        let length = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
        self.at += (length + 1).min(rest.len());
        rest.get(..length).map(<[u8]>::trim_ascii)
    }

    /// The next word, on this line or a later one.
    pub(crate) fn word(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        let start = rest.iter().position(|b| !b.is_ascii_whitespace())?;
        let word = rest.get(start..).unwrap_or_default();
        let length = word.iter().position(u8::is_ascii_whitespace).unwrap_or(word.len());
        self.at += start + length;
        word.get(..length)
    }

    /// The next word without going past it.
    pub(crate) fn peek(&self) -> Option<&'a [u8]> {
        Scan { file: self.file, bytes: self.bytes, at: self.at }.word()
    }

    /// The next word as a number.
    pub(crate) fn value<T: std::str::FromStr>(&mut self, expected: &'static str) -> Result<T, FormatError> {
        let word = self.word();
        number(word).ok_or_else(|| self.wrong(expected, word.unwrap_or_default()))
    }

    /// The next bytes as they are.
    pub(crate) fn take(&mut self, count: u64, what: &'static str) -> Result<&'a [u8], FormatError> {
        let rest = self.rest();
        let taken = usize::try_from(count).ok().and_then(|n| rest.get(..n));
        let (file, found) = (self.file.to_owned(), rest.len() as u64);
        let taken = taken.ok_or(FormatError::Truncated { file, what, expected: count, found })?;
        self.at += taken.len();
        Ok(taken)
    }

    /// The next bytes as an array.
    pub(crate) fn chunk<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], FormatError> {
        let mut chunk = [0; N];
        chunk.copy_from_slice(self.take(N as u64, what)?);
        Ok(chunk)
    }

    /// `count` numbers from a binary block.
    pub(crate) fn binary<T: FromNumber>(
        &mut self,
        count: u64,
        kind: NumberType,
        big: bool,
        what: &'static str,
    ) -> Result<Vec<T>, FormatError> {
        let bytes = self.take(count.saturating_mul(kind.bytes() as u64), what)?;
        Ok(kind.decode(bytes, big))
    }

    /// `count` numbers as words.
    pub(crate) fn ascii<T: std::str::FromStr>(
        &mut self,
        count: u64,
        what: &'static str,
    ) -> Result<Vec<T>, FormatError> {
        self.check_words(count, what)?;
        let mut values = Vec::new();
        reserve(self.file, &mut values, count)?;
        for _ in 0..count {
            values.push(self.value("a number")?);
        }
        Ok(values)
    }

    /// Checks that as many words can be there at all: a letter and a blank each, the last blank may be missing.
    pub(crate) fn check_words(&self, count: u64, what: &'static str) -> Result<(), FormatError> {
        let (expected, found) = (count.saturating_mul(2).saturating_sub(1), self.rest().len() as u64);
        if expected > found {
            return Err(FormatError::Truncated { file: self.file.to_owned(), what, expected, found });
        }
        Ok(())
    }

    /// The error of this place. Counting lines takes a while, so only here.
    pub(crate) fn wrong(&self, expected: &'static str, found: &[u8]) -> FormatError {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        let line = 1 + before.split(|&b| b == b'\n').skip(1).count() as u64;
        FormatError::syntax(self.file, line, expected, found)
    }
}
