//! The header of an NPY array: a Python dictionary of type, order and shape.

use std::path::Path;

use crate::error::{FormatError, quoted};
use crate::voxels::ScalarType;

/// The longest header that is read; numpy itself stops at 10,000 bytes.
const MAX_HEADER: usize = 1 << 16;

/// What an array's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Number(ScalarType),
    /// Unicode text: characters a value, 4 bytes each.
    Text(usize),
    /// Bytes a value.
    Bytes(usize),
    /// Python objects, pickled.
    Object,
}

impl Element {
    /// Bytes a value; 0 for objects.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::Number(scalar) => scalar.bytes(),
            Self::Text(characters) => characters * 4,
            Self::Bytes(bytes) => bytes,
            Self::Object => 0,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) element: Element,
    pub(super) big_endian: bool,
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<u64>,
    /// Where the values start.
    pub(super) length: usize,
}

impl Header {
    /// Values; the product is checked.
    pub(super) fn count(&self) -> Option<u64> {
        self.shape.iter().try_fold(1_u64, |p, &n| p.checked_mul(n))
    }
}

/// Reads the header at the start of `bytes`, which may end anywhere behind it.
pub(super) fn parse(file: &Path, bytes: &[u8]) -> Result<Header, FormatError> {
    let not_npy = || FormatError::NotThisFormat {
        file: file.to_owned(),
        expected: "an NPY array of version 1 to 3",
        found: format!("it starts with {}", quoted(bytes.get(..8).unwrap_or(bytes))),
    };
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or_else(not_npy)?;
    let (start, length) = match rest {
        [1, _, a, b, ..] => (10, usize::from(u16::from_le_bytes([*a, *b]))),
        [2 | 3, _, a, b, c, d, ..] => (12, u32::from_le_bytes([*a, *b, *c, *d]) as usize),
        _ => return Err(not_npy()),
    };
    if length > MAX_HEADER {
        return Err(FormatError::header(file, "header length", length, format!("at most {MAX_HEADER}")));
    }
    let text = bytes.get(start..start + length).ok_or_else(|| FormatError::Truncated {
        file: file.to_owned(),
        what: "the array's header",
        expected: (start + length) as u64,
        found: bytes.len() as u64,
    })?;
    let text = std::str::from_utf8(text).map_err(|_| not_npy())?;
    let field = |name: &'static str| {
        value_of(text, name).ok_or_else(|| FormatError::header(file, name, "not there", "given in the array's header"))
    };
    let descr = field("descr")?;
    let fortran_order = match field("fortran_order")? {
        order if order.starts_with("True") => true,
        order if order.starts_with("False") => false,
        order => return Err(FormatError::header(file, "fortran_order", quoted(order.as_bytes()), "True or False")),
    };
    let shape = field("shape")?;
    let shape = tuple(shape)
        .ok_or_else(|| FormatError::header(file, "shape", quoted(shape.as_bytes()), "a tuple of numbers"))?;
    let (element, big_endian) = element(file, string(descr).unwrap_or(descr))?;
    Ok(Header { element, big_endian, fortran_order, shape, length: start + length })
}

/// The text behind `'name':`.
fn value_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let at = ["'", "\""].iter().find_map(|q| Some(text.find(&format!("{q}{name}{q}"))? + name.len() + 2))?;
    text.get(at..)?.trim_start().strip_prefix(':').map(str::trim_start)
}

fn string(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.get(1..)?.split_once(quote).map(|(inner, _)| inner)
}

fn tuple(text: &str) -> Option<Vec<u64>> {
    let (inner, _) = text.strip_prefix('(')?.split_once(')')?;
    // Python 2 wrote long integers with an L.
    let numbers = inner.split(',').map(|n| n.trim().trim_end_matches('L')).filter(|n| !n.is_empty());
    let numbers: Vec<u64> = numbers.map(|n| n.parse().ok()).collect::<Option<_>>()?;
    (numbers.len() <= 32).then_some(numbers)
}

/// A type as numpy writes it: byte order, kind, bytes (`<f8`, `|u1`, `|O`).
pub(super) fn element(file: &Path, descr: &str) -> Result<(Element, bool), FormatError> {
    let (order, plain) = match descr.split_at_checked(1) {
        Some((order @ ("<" | ">" | "|" | "="), rest)) => (order, rest),
        _ => ("<", descr),
    };
    let sized = |text: &str| text.parse::<usize>().ok().filter(|n| (1..=1 << 20).contains(n));
    let element = match plain {
        "b1" | "?" => Element::Number(ScalarType::Bool),
        "u1" | "B" => Element::Number(ScalarType::U8),
        "i1" | "b" => Element::Number(ScalarType::I8),
        "u2" => Element::Number(ScalarType::U16),
        "i2" => Element::Number(ScalarType::I16),
        "u4" => Element::Number(ScalarType::U32),
        "i4" => Element::Number(ScalarType::I32),
        "u8" => Element::Number(ScalarType::U64),
        "i8" => Element::Number(ScalarType::I64),
        "f2" => Element::Number(ScalarType::F16),
        "f4" => Element::Number(ScalarType::F32),
        "f8" => Element::Number(ScalarType::F64),
        "O" | "O8" | "O4" => Element::Object,
        _ => match plain.split_at_checked(1).map(|(kind, size)| (kind, sized(size))) {
            Some(("U", Some(characters))) => Element::Text(characters),
            Some(("S", Some(bytes))) => Element::Bytes(bytes),
            _ => {
                return Err(FormatError::Unsupported {
                    file: file.to_owned(),
                    what: format!("array type {}", quoted(descr.as_bytes())),
                    advice: "save it as integers, floats or text",
                });
            }
        },
    };
    Ok((element, order == ">"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Vec<u8> {
        [b"\x93NUMPY\x01\x00".as_slice(), &(text.len() as u16).to_le_bytes(), text.as_bytes()].concat()
    }

    #[test]
    fn headers_of_all_writers() {
        let parsed = |text: &str| parse(Path::new("x"), &header(text));
        let h = parsed("{'descr': '>f8', 'fortran_order': True, 'shape': (3, 4L,), }  \n").unwrap();
        assert_eq!((h.element, h.big_endian, h.fortran_order), (Element::Number(ScalarType::F64), true, true));
        assert_eq!((h.shape, h.length), (vec![3, 4], 10 + 63));
        let h = parsed("{\"shape\":(),\"fortran_order\":False,\"descr\":\"|O\"}").unwrap();
        assert_eq!((h.element, h.shape), (Element::Object, vec![]));
        for bad in [
            "{'descr': '<c8', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}",
            "{'descr': '<f8', 'shape': (3,)}",
            "",
        ] {
            assert!(parsed(bad).is_err(), "{bad}");
        }
    }
}
