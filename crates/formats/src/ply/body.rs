//! Walks the records of a PLY body and hands each scalar or list out as numbers.

use std::path::Path;

use super::header::{Element, Encoding, Header, Kind, Property, Scalar};
use crate::error::FormatError;
use crate::numbers::{NumberType, positions};
use crate::text::number;

/// A position in the body.
pub(super) struct Body<'a> {
    file: &'a Path,
    bytes: &'a [u8],
    at: usize,
    line: u64,
    encoding: Encoding,
}

impl<'a> Body<'a> {
    pub(super) fn new(file: &'a Path, bytes: &'a [u8], header: &Header) -> Self {
        Self { file, bytes, at: header.body, line: header.line, encoding: header.encoding }
    }

    /// Checks that an element's records can be there at all, so that its count may be used to reserve memory.
    pub(super) fn check_room(&self, element: &Element) -> Result<(), FormatError> {
        let found = (self.bytes.len() - self.at) as u64;
        let mut expected = element.count.saturating_mul(element.least_bytes(self.encoding));
        if self.encoding == Encoding::Ascii {
            // The last blank may be missing.
            expected = expected.saturating_sub(1);
        }
        if expected > found {
            return Err(FormatError::Truncated { file: self.file.to_owned(), what: "the PLY body", expected, found });
        }
        Ok(())
    }

    /// Calls `record` for each record with its number, its scalars (one entry a property, that of a list is 0) and
    /// the items of the list property numbered `wanted`.
    pub(super) fn each(
        &mut self,
        element: &Element,
        wanted: Option<usize>,
        mut record: impl FnMut(usize, &[f64], &[f64]) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        self.check_room(element)?;
        // Records without properties take no bytes: there is nothing to walk over, however many there are.
        if element.properties.is_empty() {
            return Ok(());
        }
        let mut scalars = vec![0.0; element.properties.len()];
        let mut items = Vec::new();
        for index in 0..element.count as usize {
            for (p, (property, scalar)) in element.properties.iter().zip(&mut scalars).enumerate() {
                match property.kind {
                    Kind::Scalar(s) => *scalar = self.value(s)?,
                    Kind::List { count, item } => {
                        let length = self.value(count)?;
                        // Negative and fractional lengths are refused; a too long one runs out of bytes.
                        if !(length >= 0.0 && length.fract() == 0.0) {
                            return Err(FormatError::header(self.file, "list length", length, "0 or more"));
                        }
                        let keep = wanted == Some(p);
                        if keep {
                            items.clear();
                        }
                        for _ in 0..length as u64 {
                            let value = self.value(item)?;
                            if keep {
                                items.push(value);
                            }
                        }
                    }
                }
            }
            record(index, &scalars, &items)?;
        }
        Ok(())
    }

    /// The faces, if the element is one list of 32-bit numbers led by a byte and every list in it has three; else nothing
    /// is read. This is what most binary files hold, and takes a fraction of the time.
    pub(super) fn triangles(&mut self, element: &Element) -> Option<Vec<[u32; 3]>> {
        let [property] = element.properties.as_slice() else { return None };
        let Kind::List { count: Scalar::U8 | Scalar::I8, item: Scalar::I32 | Scalar::U32 } = property.kind else {
            return None;
        };
        let big = match self.encoding {
            Encoding::Ascii => return None,
            Encoding::Little => false,
            Encoding::Big => true,
        };
        let length = usize::try_from(element.count.checked_mul(13)?).ok()?;
        let (records, _) = self.bytes.get(self.at..self.at.checked_add(length)?)?.as_chunks::<13>();
        let mut faces = Vec::with_capacity(records.len());
        for record in records {
            if record[0] != 3 {
                return None;
            }
            faces.push([1, 5, 9].map(|at| {
                let bytes = [record[at], record[at + 1], record[at + 2], record[at + 3]];
                if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
            }));
        }
        self.at += length;
        Some(faces)
    }

    /// The positions, if the element is binary and nothing but three 32-bit floats; else nothing is read.
    pub(super) fn positions(&mut self, element: &Element) -> Option<Vec<[f32; 3]>> {
        let is_float = |p: &Property| p.kind == Kind::Scalar(Scalar::F32);
        let plain = element.properties.len() == 3 && element.properties.iter().all(is_float);
        if !plain || self.encoding == Encoding::Ascii {
            return None;
        }
        let length = usize::try_from(element.count.checked_mul(12)?).ok()?;
        let bytes = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(positions(NumberType::F32, bytes, self.encoding == Encoding::Big))
    }

    fn value(&mut self, scalar: Scalar) -> Result<f64, FormatError> {
        match self.encoding {
            Encoding::Ascii => self.word(),
            Encoding::Little => self.binary(scalar, false),
            Encoding::Big => self.binary(scalar, true),
        }
    }

    fn binary(&mut self, scalar: Scalar, big: bool) -> Result<f64, FormatError> {
        Ok(match scalar {
            Scalar::I8 => i8::from_le_bytes(self.take(big)?).into(),
            Scalar::U8 => u8::from_le_bytes(self.take(big)?).into(),
            Scalar::I16 => i16::from_le_bytes(self.take(big)?).into(),
            Scalar::U16 => u16::from_le_bytes(self.take(big)?).into(),
            Scalar::I32 => i32::from_le_bytes(self.take(big)?).into(),
            Scalar::U32 => u32::from_le_bytes(self.take(big)?).into(),
            Scalar::F32 => f32::from_le_bytes(self.take(big)?).into(),
            Scalar::F64 => f64::from_le_bytes(self.take(big)?),
        })
    }

    /// The next bytes, least significant first.
    fn take<const N: usize>(&mut self, big: bool) -> Result<[u8; N], FormatError> {
        let Some(&found) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>()) else {
            return Err(self.cut_short(N));
        };
        self.at += N;
        let mut bytes = found;
        if big {
            bytes.reverse();
        }
        Ok(bytes)
    }

    fn word(&mut self) -> Result<f64, FormatError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let blank = rest.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(rest.len());
        let (blanks, rest) = rest.split_at(blank);
        self.line += blanks.split(|&b| b == b'\n').count() as u64 - 1;
        let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        self.at += blank + length;
        if word.is_empty() {
            return Err(self.cut_short(1));
        }
        number(Some(word)).ok_or_else(|| FormatError::syntax(self.file, self.line, "a number", word))
    }

    fn cut_short(&self, more: usize) -> FormatError {
        FormatError::Truncated {
            file: self.file.to_owned(),
            what: "the PLY file, by the counts in its header,",
            expected: (self.at + more) as u64,
            found: self.bytes.len() as u64,
        }
    }
}
