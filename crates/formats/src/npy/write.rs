//! Writes NPY and NPZ: plain arrays, the same bytes every time (no times in the archive).

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{NpyArray, NpyValue};
use crate::error::FormatError;
use crate::voxels::ScalarType;

/// Writes one array.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_npy(array: &NpyArray, out: &mut impl Write) -> Result<(), FormatError> {
    let descr = descr(array.scalar_type());
    write(&descr, array.is_fortran_order(), array.shape(), array.bytes(), out).map_err(FormatError::write("NPY"))
}

/// Writes values as plain arrays that any reader opens without pickle. Dictionaries and lists become names with a `/`
/// (`mesh/vertices/0`), numbers and texts arrays without axes.
///
/// # Errors
/// [`FormatError::Write`] if the writer fails.
pub fn write_npz(values: &BTreeMap<String, NpyValue>, out: &mut impl Write) -> Result<(), FormatError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, value) in values {
        put(name, value, &mut zip)?;
    }
    let bytes = zip.finish().map_err(|e| FormatError::write("NPZ")(e.into()))?.into_inner();
    out.write_all(&bytes).map_err(FormatError::write("NPZ"))
}

fn put(name: &str, value: &NpyValue, zip: &mut ZipWriter<Cursor<Vec<u8>>>) -> Result<(), FormatError> {
    let (descr, bytes): (String, Vec<u8>) = match value {
        NpyValue::Dictionary(entries) => {
            return entries.iter().try_for_each(|(key, value)| put(&format!("{name}/{key}"), value, zip));
        }
        NpyValue::List(items) => {
            return items.iter().enumerate().try_for_each(|(n, item)| put(&format!("{name}/{n}"), item, zip));
        }
        NpyValue::None => return Ok(()),
        NpyValue::Array(array) => {
            let order = (array.is_fortran_order(), array.shape());
            return entry(name, &descr(array.scalar_type()), order, array.bytes(), zip);
        }
        NpyValue::Integer(v) => ("<i8".into(), v.to_le_bytes().to_vec()),
        NpyValue::Real(v) => ("<f8".into(), v.to_le_bytes().to_vec()),
        NpyValue::Bool(v) => ("|b1".into(), vec![u8::from(*v)]),
        NpyValue::Text(text) => {
            let mut bytes: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
            // Text of no length is no type of numpy's.
            bytes.resize(bytes.len().max(4), 0);
            (format!("<U{}", bytes.len() / 4), bytes)
        }
        NpyValue::Bytes(bytes) => {
            let mut bytes = bytes.clone();
            bytes.resize(bytes.len().max(1), 0);
            (format!("|S{}", bytes.len()), bytes)
        }
    };
    entry(name, &descr, (false, &[]), &bytes, zip)
}

fn entry(
    name: &str,
    descr: &str,
    (fortran_order, shape): (bool, &[usize]),
    bytes: &[u8],
    zip: &mut ZipWriter<Cursor<Vec<u8>>>,
) -> Result<(), FormatError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .large_file(bytes.len() >= 1 << 31);
    zip.start_file(format!("{name}.npy"), options).map_err(|e| FormatError::write("NPZ")(e.into()))?;
    write(descr, fortran_order, shape, bytes, zip).map_err(FormatError::write("NPZ"))
}

fn write(descr: &str, fortran_order: bool, shape: &[usize], bytes: &[u8], out: &mut impl Write) -> std::io::Result<()> {
    let sizes: String = shape.iter().flat_map(|n| [n.to_string(), ", ".to_owned()]).collect();
    // Python writes a tuple of one with a comma, longer ones without.
    let sizes = if shape.len() == 1 { sizes.trim_end() } else { sizes.trim_end_matches(", ") };
    let order = if fortran_order { "True" } else { "False" };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({sizes}), }}");
    // Values start at a multiple of 64.
    let padding = 63 - (10 + header.len()) % 64;
    header.extend(std::iter::repeat_n(' ', padding));
    header.push('\n');
    out.write_all(b"\x93NUMPY\x01\x00")?;
    // At most 32 axes of 20 digits: far below 65536.
    out.write_all(&(header.len() as u16).to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    out.write_all(bytes)
}

fn descr(scalar: ScalarType) -> String {
    let code = match scalar {
        ScalarType::Bool => "|b1",
        ScalarType::U8 => "|u1",
        ScalarType::I8 => "|i1",
        ScalarType::U16 => "<u2",
        ScalarType::I16 => "<i2",
        ScalarType::U32 => "<u4",
        ScalarType::I32 => "<i4",
        ScalarType::U64 => "<u8",
        ScalarType::I64 => "<i8",
        ScalarType::F16 => "<f2",
        ScalarType::F32 => "<f4",
        ScalarType::F64 => "<f8",
    };
    code.to_owned()
}
