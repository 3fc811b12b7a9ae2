//! The numbers of one `DataArray`.

use std::path::Path;

use super::read::GiftiArray;
use crate::error::FormatError;
use crate::numbers::{FromNumber, NumberType};
use crate::text::{number, words};
use crate::xml::Element;
use crate::{base64, inflate, side_file};

/// What the attributes of an array say.
pub(super) struct Layout {
    pub(super) intent: String,
    kind: Option<NumberType>,
    pub(super) dims: Vec<u64>,
    column_major: bool,
    encoding: String,
    big: bool,
    external: Option<(String, u64)>,
}

impl Layout {
    pub(super) fn of(element: &Element<'_>) -> Self {
        let text = |name: &str| element.get(name).unwrap_or_default();
        let whole = |name: &str| text(name).trim().parse::<u64>().ok();
        let rank = whole("Dimensionality").unwrap_or(1).min(6);
        let external = Some(text("ExternalFileName")).filter(|n| !n.is_empty());
        Self {
            intent: text("Intent"),
            kind: number_type(&text("DataType")),
            dims: (0..rank).map(|n| whole(&format!("Dim{n}")).unwrap_or(0)).collect(),
            column_major: text("ArrayIndexingOrder") == "ColumnMajorOrder",
            encoding: plain_encoding(text("Encoding")),
            big: matches!(text("Endian").as_str(), "BigEndian" | "GIFTI_ENDIAN_BIG"),
            external: external.map(|name| (name, whole("ExternalFileOffset").unwrap_or(0))),
        }
    }

    fn count(&self) -> u64 {
        self.dims.iter().fold(1, |n: u64, d| n.saturating_mul(*d))
    }

    /// All numbers, the first index slowest.
    pub(super) fn values<T>(&self, file: &Path, text: &str) -> Result<Vec<T>, FormatError>
    where
        T: FromNumber + std::str::FromStr,
    {
        let mut values: Vec<T> = match self.encoding.as_str() {
            "ASCII" => words(text.as_bytes())
                .map(|word| {
                    let wrong = || FormatError::header(file, "Data", String::from_utf8_lossy(word), "numbers");
                    number(Some(word)).ok_or_else(wrong)
                })
                .collect::<Result<_, _>>()?,
            _ => self.binary(file, text)?,
        };
        if (values.len() as u64) < self.count() {
            let (expected, found) = (self.count(), values.len() as u64);
            return Err(FormatError::Truncated { file: file.to_owned(), what: "a GIFTI array", expected, found });
        }
        values.truncate(self.count() as usize);
        if self.column_major
            && let &[rows, columns] = self.dims.as_slice()
        {
            let (rows, columns) = (rows as usize, columns as usize);
            values = (0..rows * columns).map(|n| values[n % columns * rows + n / columns]).collect();
        }
        Ok(values)
    }

    fn binary<T: FromNumber>(&self, file: &Path, text: &str) -> Result<Vec<T>, FormatError> {
        let kind = self.kind.ok_or_else(|| {
            FormatError::header(file, "DataType", "another", "NIFTI_TYPE_UINT8, INT32, FLOAT32 or another plain number")
        })?;
        let size = self.count().saturating_mul(kind.bytes() as u64);
        let bytes = match self.encoding.as_str() {
            "Base64Binary" => base64::decode(file, text.as_bytes())?,
            "GZipBase64Binary" => inflate::exactly(file, &base64::decode(file, text.as_bytes())?, size)?,
            "ExternalFileBinary" => {
                let (name, offset) = self.external.as_ref().ok_or_else(|| {
                    FormatError::header(file, "ExternalFileName", "nothing", "the name of a file in the same folder")
                })?;
                let mut bytes = side_file::read(file, name)?;
                bytes.drain(..usize::try_from(*offset).unwrap_or(usize::MAX).min(bytes.len()));
                bytes
            }
            other => {
                let expected = "ASCII, Base64Binary, GZipBase64Binary or ExternalFileBinary";
                return Err(FormatError::header(file, "Encoding", other, expected));
            }
        };
        let whole = usize::try_from(size).ok().and_then(|n| bytes.get(..n));
        let (expected, found) = (size, bytes.len() as u64);
        let whole =
            whole.ok_or(FormatError::Truncated { file: file.to_owned(), what: "a GIFTI array", expected, found })?;
        Ok(kind.decode(whole, self.big))
    }

    /// The array as it is handed out.
    pub(super) fn array(&self, file: &Path, name: Option<String>, text: &str) -> Result<GiftiArray, FormatError> {
        let values = self.values(file, text)?;
        Ok(GiftiArray { intent: self.intent.clone(), name, dims: self.dims.clone(), values })
    }
}

/// Some writers give the names of the C library's constants instead of the specification's.
fn plain_encoding(name: String) -> String {
    match name.as_str() {
        "GIFTI_ENCODING_ASCII" => "ASCII".into(),
        "GIFTI_ENCODING_B64BIN" => "Base64Binary".into(),
        "GIFTI_ENCODING_B64GZ" => "GZipBase64Binary".into(),
        "GIFTI_ENCODING_EXTBIN" => "ExternalFileBinary".into(),
        _ => name,
    }
}

/// Names and numbers of `nifti1.h`, both of which are met.
fn number_type(name: &str) -> Option<NumberType> {
    Some(match name {
        "NIFTI_TYPE_UINT8" | "2" => NumberType::U8,
        "NIFTI_TYPE_INT16" | "4" => NumberType::I16,
        "NIFTI_TYPE_INT32" | "8" => NumberType::I32,
        "NIFTI_TYPE_FLOAT32" | "16" => NumberType::F32,
        "NIFTI_TYPE_FLOAT64" | "64" => NumberType::F64,
        "NIFTI_TYPE_INT8" | "256" => NumberType::I8,
        "NIFTI_TYPE_UINT16" | "512" => NumberType::U16,
        "NIFTI_TYPE_UINT32" | "768" => NumberType::U32,
        "NIFTI_TYPE_INT64" | "1024" => NumberType::I64,
        "NIFTI_TYPE_UINT64" | "1280" => NumberType::U64,
        _ => return None,
    })
}
