//! An array of numbers as numpy stores it.

use std::path::Path;

use medshape_shape::{LabelMap, Labels};

use super::header::{self, Element, Header};
use super::{NpyValue, pickle};
use crate::error::FormatError;
use crate::voxels::{self, Limits, ScalarType, check_room};

/// Numbers of one type on a grid.
#[derive(Debug, Clone, PartialEq)]
pub struct NpyArray {
    shape: Vec<usize>,
    scalar: ScalarType,
    fortran_order: bool,
    /// Least significant byte first.
    bytes: Vec<u8>,
}

impl NpyArray {
    /// Of values in C order (last axis fastest); `None` if their number is not that of the shape.
    pub fn from_f64(shape: &[usize], values: &[f64]) -> Option<Self> {
        Self::of(shape, ScalarType::F64, values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// Of 32-bit floats, as [`Self::from_f64`].
    pub fn from_f32(shape: &[usize], values: &[f32]) -> Option<Self> {
        Self::of(shape, ScalarType::F32, values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// Of 32-bit whole numbers, as [`Self::from_f64`].
    pub fn from_i32(shape: &[usize], values: &[i32]) -> Option<Self> {
        Self::of(shape, ScalarType::I32, values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// Of 64-bit whole numbers, as [`Self::from_f64`].
    pub fn from_i64(shape: &[usize], values: &[i64]) -> Option<Self> {
        Self::of(shape, ScalarType::I64, values.iter().flat_map(|v| v.to_le_bytes()).collect())
    }

    /// Of bytes, as [`Self::from_f64`].
    pub fn from_u8(shape: &[usize], values: Vec<u8>) -> Option<Self> {
        Self::of(shape, ScalarType::U8, values)
    }

    /// The voxels of a label map: axes i, j, k, in Fortran order as they are in memory.
    pub fn from_label_map(map: &LabelMap) -> Self {
        let mut bytes = Vec::new();
        // A vector takes everything that is written to it.
        let _ = voxels::write_labels(map.labels(), &mut bytes);
        let scalar = match map.labels() {
            Labels::U8(_) => ScalarType::U8,
            Labels::U16(_) => ScalarType::U16,
            Labels::U32(_) => ScalarType::U32,
        };
        Self { shape: map.shape().to_vec(), scalar, fortran_order: true, bytes }
    }

    fn of(shape: &[usize], scalar: ScalarType, bytes: Vec<u8>) -> Option<Self> {
        let count = shape.iter().try_fold(scalar.bytes(), |p, &n| p.checked_mul(n))?;
        (count == bytes.len()).then(|| Self { shape: shape.to_vec(), scalar, fortran_order: false, bytes })
    }

    /// Number of values along each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Type of the values.
    pub fn scalar_type(&self) -> ScalarType {
        self.scalar
    }

    /// Whether the first axis is the fastest in memory (else the last).
    pub fn is_fortran_order(&self) -> bool {
        self.fortran_order
    }

    /// The values in the order they are stored, each with the least significant byte first.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The values in C order (last axis fastest), whatever order they are stored in. 64-bit whole numbers above 2^53 are
    /// rounded.
    pub fn to_f64(&self) -> Vec<f64> {
        let values = voxels::to_f64(&self.bytes, self.scalar);
        if !self.fortran_order || self.shape.len() < 2 {
            return values;
        }
        let mut out = Vec::with_capacity(values.len());
        let mut index = vec![0_usize; self.shape.len()];
        for _ in 0..values.len() {
            let at = index.iter().zip(&self.shape).rev().fold(0, |at, (i, n)| at * n + i);
            out.push(values[at]);
            for (i, n) in index.iter_mut().zip(&self.shape).rev() {
                *i += 1;
                if *i < *n {
                    break;
                }
                *i = 0;
            }
        }
        out
    }
}

/// One array of a file from its bytes; `packed` is how many there were before unpacking.
pub(super) fn read(
    file: &Path,
    place: &str,
    bytes: Vec<u8>,
    packed: u64,
    limits: Limits,
) -> Result<NpyValue, FormatError> {
    let header = header::parse(file, &bytes)?;
    if header.element == Element::Object {
        let body = bytes.get(header.length..).unwrap_or_default();
        return pickle::read(&pickle::Context { file, place, limits, packed }, body);
    }
    let mut body = bytes;
    body.drain(..header.length);
    plain(file, &header, body, limits)
}

/// An array of numbers or texts from the bytes of its values, which may be followed by others.
pub(super) fn plain(file: &Path, header: &Header, mut body: Vec<u8>, limits: Limits) -> Result<NpyValue, FormatError> {
    let count = header.count().filter(|n| *n <= limits.max_voxels).ok_or_else(|| too_large(file, header, limits))?;
    let size = count.saturating_mul(header.element.bytes() as u64);
    check_room(file, size, body.len() as u64)?;
    body.truncate(size as usize);
    if header.fortran_order && header.shape.len() > 1 && !matches!(header.element, Element::Number(_)) {
        return Err(FormatError::Unsupported {
            file: file.to_owned(),
            what: "an array of texts in Fortran order".into(),
            advice: "save it in C order",
        });
    }
    let shape: Vec<usize> = header.shape.iter().map(|&n| n as usize).collect();
    match header.element {
        Element::Number(scalar) => {
            if header.big_endian {
                body.chunks_exact_mut(scalar.bytes()).for_each(<[u8]>::reverse);
            }
            let array = NpyArray { shape, scalar, fortran_order: header.fortran_order, bytes: body };
            Ok(NpyValue::Array(array))
        }
        Element::Text(characters) => {
            let texts =
                pieces(&body, count, characters * 4).map(|piece| NpyValue::Text(utf32(piece, header.big_endian)));
            Ok(nested(&shape, &mut texts.collect::<Vec<_>>().into_iter()))
        }
        Element::Bytes(length) => {
            let texts = pieces(&body, count, length).map(|piece| NpyValue::Bytes(without_padding(piece).to_vec()));
            Ok(nested(&shape, &mut texts.collect::<Vec<_>>().into_iter()))
        }
        Element::Object => Ok(NpyValue::None),
    }
}

fn too_large(file: &Path, header: &Header, limits: Limits) -> FormatError {
    let at = |n: usize| header.shape.get(n).map_or(1, |&v| usize::try_from(v).unwrap_or(usize::MAX));
    FormatError::TooLarge { file: file.to_owned(), shape: [at(0), at(1), at(2)], max_voxels: limits.max_voxels }
}

fn pieces(body: &[u8], count: u64, length: usize) -> impl Iterator<Item = &[u8]> {
    (0..count as usize).map(move |n| body.get(n * length..(n + 1) * length).unwrap_or_default())
}

/// Bytes without the zeros that fill a text up to its fixed length.
fn without_padding(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |at| at + 1);
    bytes.get(..end).unwrap_or_default()
}

fn utf32(bytes: &[u8], big_endian: bool) -> String {
    let (characters, _) = bytes.as_chunks::<4>();
    let code = |&c: &[u8; 4]| if big_endian { u32::from_be_bytes(c) } else { u32::from_le_bytes(c) };
    let text: String = characters.iter().map(|c| char::from_u32(code(c)).unwrap_or('\u{fffd}')).collect();
    text.trim_end_matches('\0').to_owned()
}

/// Items of an array in C order as lists of lists; the item itself where there are no axes.
pub(super) fn nested(shape: &[usize], items: &mut impl Iterator<Item = NpyValue>) -> NpyValue {
    match shape {
        [] => items.next().unwrap_or(NpyValue::None),
        [n] => NpyValue::List(items.take(*n).collect()),
        [n, inner @ ..] => {
            // Empty inner axes hold no items, so that their number is bounded by what there is.
            let n = if inner.contains(&0) { 0 } else { *n };
            NpyValue::List((0..n).map(|_| nested(inner, items)).collect())
        }
    }
}
