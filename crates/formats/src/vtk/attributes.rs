//! The attributes of a legacy VTK file: what follows `POINT_DATA`, `CELL_DATA` or `FIELD`.

use super::cells::{Role, attach};
use super::legacy::Legacy;
use crate::error::FormatError;
use crate::scene::{Frame, Soup};

/// Whose values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Points,
    Cells,
    /// The whole data set.
    Field,
}

impl Legacy<'_> {
    /// Reads one attribute, whose keyword has been read; false if the keyword is none.
    pub(super) fn attribute(
        &mut self,
        keyword: &[u8],
        owner: Owner,
        count: u64,
        soup: &mut Soup,
    ) -> Result<bool, FormatError> {
        let keyword = keyword.to_ascii_uppercase();
        if keyword == b"FIELD" {
            self.field(owner, soup)?;
            return Ok(true);
        }
        if keyword == b"METADATA" {
            // Up to a blank line.
            while self.scan.line().is_some_and(<[u8]>::is_empty) {}
            while self.scan.line().is_some_and(|line| !line.is_empty()) {}
            return Ok(true);
        }
        if keyword == b"LOOKUP_TABLE" {
            // A table of its own: colours for values, which the shape does not need.
            self.name()?;
            let size: u64 = self.scan.value("the size of a lookup table")?;
            let kind = if self.binary { b"unsigned_char" as &[u8] } else { b"float" };
            self.numbers(size.saturating_mul(4), kind)?;
            return Ok(true);
        }
        let (components, role) = match keyword.as_slice() {
            b"SCALARS" | b"COLOR_SCALARS" | b"TEXTURE_COORDINATES" => (0, Role::Plain),
            b"VECTORS" => (3, Role::Plain),
            b"NORMALS" => (3, Role::Normals),
            b"TENSORS" => (9, Role::Plain),
            b"TENSORS6" => (6, Role::Plain),
            b"GLOBAL_IDS" | b"PEDIGREE_IDS" | b"EDGE_FLAGS" => (1, Role::Plain),
            _ => return Ok(false),
        };
        let name = self.name()?;
        match keyword.as_slice() {
            b"COLOR_SCALARS" => {
                let components: u64 = self.scan.value("the number of components")?;
                let kind = if self.binary { b"unsigned_char" as &[u8] } else { b"float" };
                let mut values = self.numbers(count.saturating_mul(components), kind)?;
                if !self.binary {
                    for v in &mut values {
                        *v = (*v * 255.0).round();
                    }
                }
                self.keep(soup, owner, &name, components, Role::Colours, values);
            }
            b"SCALARS" => {
                let kind = self.scan.word().unwrap_or_default();
                // The number of components may be left out.
                let components = self.scan.line().and_then(|rest| crate::text::number::<u64>(Some(rest))).unwrap_or(1);
                if self.scan.peek().is_some_and(|w| w.eq_ignore_ascii_case(b"LOOKUP_TABLE")) {
                    self.scan.line();
                }
                let role = match name.to_ascii_lowercase().as_str() {
                    _ if kind == b"unsigned_char" && components >= 3 => Role::Colours,
                    "label" | "labels" if kind != b"float" && kind != b"double" => Role::Labels,
                    _ => role,
                };
                let values = self.block(count.saturating_mul(components), kind)?;
                self.keep(soup, owner, &name, components, role, values);
            }
            _ => {
                let components = if keyword == b"TEXTURE_COORDINATES" {
                    self.scan.value("the number of components")?
                } else {
                    components
                };
                let kind = self.scan.word().unwrap_or_default();
                let values = self.numbers(count.saturating_mul(components), kind)?;
                self.keep(soup, owner, &name, components, role, values);
            }
        }
        Ok(true)
    }

    /// `FIELD name arrays`, then for each its name, components, tuples and type.
    fn field(&mut self, owner: Owner, soup: &mut Soup) -> Result<(), FormatError> {
        self.name()?;
        let arrays: u64 = self.scan.value("the number of arrays")?;
        for _ in 0..arrays {
            if self.scan.peek().is_some_and(|w| w == b"METADATA") {
                self.scan.word();
                self.attribute(b"METADATA", owner, 0, soup)?;
            }
            let name = self.name()?;
            if name == "NULL_ARRAY" {
                continue;
            }
            let components: u64 = self.scan.value("the number of components")?;
            let tuples: u64 = self.scan.value("the number of tuples")?;
            let kind = self.scan.word().unwrap_or_default();
            let all = components.saturating_mul(tuples);
            if kind == b"string" {
                let texts = self.strings(all)?;
                if name == "SPACE" && owner == Owner::Field {
                    self.raw.frame = self.raw.frame.or(Frame::stated_in(&[b"SPACE=", texts.as_slice()].concat()));
                }
                continue;
            }
            let values = self.numbers(all, kind)?;
            let role = match name.to_ascii_lowercase().as_str() {
                "normals" => Role::Normals,
                "label" | "labels" if kind != b"float" && kind != b"double" => Role::Labels,
                "rgb" | "rgba" | "colors" if kind == b"unsigned_char" => Role::Colours,
                _ => Role::Plain,
            };
            self.keep(soup, owner, &name, components, role, values);
        }
        Ok(())
    }

    fn keep(&mut self, soup: &mut Soup, owner: Owner, name: &str, components: u64, role: Role, values: Vec<f32>) {
        match owner {
            Owner::Points => attach(soup, name, components as usize, role, values),
            Owner::Cells => self.cell_arrays += 1,
            Owner::Field => {}
        }
    }

    /// The first of `count` strings, which are lines in text and led by their lengths in binary.
    fn strings(&mut self, count: u64) -> Result<Vec<u8>, FormatError> {
        self.scan.line();
        let mut first = None;
        for _ in 0..count {
            let text = if self.binary {
                let [head] = self.scan.chunk("a string")?;
                // The two high bits tell how many bytes the length has.
                let more = match head >> 6 {
                    3 => 0,
                    2 => 1,
                    1 => 3,
                    _ => 7,
                };
                let rest = self.scan.take(more, "a string")?;
                let length = rest.iter().fold(u64::from(head & 63), |n, b| n << 8 | u64::from(*b));
                self.scan.take(length, "a string")?
            } else {
                let Some(line) = self.scan.line() else {
                    return Err(self.scan.wrong("a line of text", b""));
                };
                line
            };
            first.get_or_insert(text);
        }
        Ok(first.unwrap_or_default().to_vec())
    }
}
