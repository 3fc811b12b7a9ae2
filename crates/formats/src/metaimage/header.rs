//! The `Key = value` lines of a `MetaImage` header.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::{FormatError, quoted};
use crate::input::Source;
use crate::voxels::ScalarType;

/// A header holds a few dozen lines, and a list of files one for each slice.
const MAX_HEADER: u64 = 1 << 24;
/// More axes than anyone writes.
const MAX_AXES: usize = 10;

pub(super) struct Header {
    pub(super) file: PathBuf,
    fields: BTreeMap<String, String>,
    /// The lines behind `ElementDataFile = LIST`.
    pub(super) list: Vec<String>,
    axes: usize,
}

/// Takes the header off the source, up to and with the line `ElementDataFile`, which is the last one.
pub(super) fn read(source: &mut Source<'_>) -> Result<Header, FormatError> {
    let bytes = source.take_head(MAX_HEADER, |head| {
        let at = head.windows(15).position(|w| w == b"ElementDataFile")?;
        let line = head.get(at..)?.iter().position(|&b| b == b'\n')?;
        Some(at + line + 1)
    })?;
    let file = source.file().to_owned();
    let text = String::from_utf8_lossy(&bytes);
    let mut fields = BTreeMap::new();
    for (line, number) in text.lines().zip(1_u64..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            if fields.is_empty() {
                let found = format!("it starts with {}", quoted(line.as_bytes()));
                return Err(FormatError::NotThisFormat { file, expected: "a MetaImage header", found });
            }
            return Err(FormatError::syntax(&file, number, "`Key = value`", line.as_bytes()));
        };
        fields.insert(key.trim().to_owned(), value.trim().to_owned());
    }
    let mut header = Header { file, fields, list: Vec::new(), axes: 0 };
    if header.get("ElementDataFile").is_some_and(|v| v.starts_with("LIST")) {
        let rest = source.read_to_end()?;
        let lines =
            String::from_utf8_lossy(&rest).lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
        header.list = lines;
    }
    if let Some(kind) = header.get("ObjectType").filter(|kind| *kind != "Image") {
        let what = format!("a MetaIO object of type {kind}");
        return Err(FormatError::Unsupported { file: header.file, what, advice: "only images hold voxels" });
    }
    let axes = header.required("NDims")?;
    header.axes = axes
        .parse()
        .ok()
        .filter(|n| (1..=MAX_AXES).contains(n))
        .ok_or_else(|| FormatError::header(&header.file, "NDims", axes, format!("1 to {MAX_AXES}")))?;
    Ok(header)
}

impl Header {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&str, FormatError> {
        self.get(name).ok_or_else(|| FormatError::header(&self.file, name, "not there", "given"))
    }

    pub(super) fn axes(&self) -> usize {
        self.axes
    }

    pub(super) fn integer(&self, name: &'static str) -> Result<Option<i64>, FormatError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| FormatError::header(&self.file, name, text, "a whole number"))
    }

    /// True or False; False if absent. The first of the names that is there counts.
    pub(super) fn flag(&self, names: &[&'static str]) -> Result<bool, FormatError> {
        self.flag_or(names, false)
    }

    pub(super) fn flag_or(&self, names: &[&'static str], missing: bool) -> Result<bool, FormatError> {
        let Some((name, text)) = names.iter().find_map(|n| Some((*n, self.get(n)?))) else { return Ok(missing) };
        match text.as_bytes().first() {
            Some(b'T' | b't' | b'1') => Ok(true),
            Some(b'F' | b'f' | b'0') => Ok(false),
            _ => Err(FormatError::header(&self.file, name, text, "True or False")),
        }
    }

    /// Numbers separated by blanks; the first of the names that is there counts.
    pub(super) fn numbers(&self, names: &[&'static str], count: usize) -> Result<Option<Vec<f64>>, FormatError> {
        let Some((name, text)) = names.iter().find_map(|n| Some((*n, self.get(n)?))) else { return Ok(None) };
        let values: Option<Vec<f64>> = text.split_whitespace().map(|w| w.parse().ok()).collect();
        match values {
            Some(values) if values.len() == count => Ok(Some(values)),
            _ => Err(FormatError::header(&self.file, name, text, format!("{count} numbers"))),
        }
    }

    /// Voxels along three axes. Further axes must have length 1, missing ones count as 1.
    pub(super) fn sizes(&self) -> Result<[u64; 3], FormatError> {
        let text = self.required("DimSize")?;
        let sizes: Option<Vec<u64>> = text.split_whitespace().map(|w| w.parse().ok()).collect();
        let sizes = sizes
            .filter(|s| s.len() == self.axes)
            .ok_or_else(|| FormatError::header(&self.file, "DimSize", text, format!("{} whole numbers", self.axes)))?;
        let volumes = sizes.iter().skip(3).fold(1_u64, |p, &n| p.saturating_mul(n));
        if volumes != 1 {
            return Err(FormatError::SeveralVolumes { file: self.file.clone(), shape: sizes, volumes });
        }
        if let Some(channels) = self.integer("ElementNumberOfChannels")?.filter(|&n| n != 1) {
            return Err(FormatError::Unsupported {
                file: self.file.clone(),
                what: format!("a volume of {channels} channels"),
                advice: "label maps and fields have one number a voxel; split the channels into files of their own",
            });
        }
        Ok([0, 1, 2].map(|a| sizes.get(a).copied().unwrap_or(1)))
    }

    pub(super) fn scalar(&self) -> Result<ScalarType, FormatError> {
        let name = self.required("ElementType")?;
        Ok(match name {
            "MET_UCHAR" => ScalarType::U8,
            "MET_CHAR" | "MET_ASCII_CHAR" => ScalarType::I8,
            "MET_USHORT" => ScalarType::U16,
            "MET_SHORT" => ScalarType::I16,
            // MetaIO's long has 32 bits on every machine.
            "MET_UINT" | "MET_ULONG" => ScalarType::U32,
            "MET_INT" | "MET_LONG" => ScalarType::I32,
            "MET_ULONG_LONG" => ScalarType::U64,
            "MET_LONG_LONG" => ScalarType::I64,
            "MET_FLOAT" => ScalarType::F32,
            "MET_DOUBLE" => ScalarType::F64,
            other if other.ends_with("_ARRAY") => {
                return Err(FormatError::Unsupported {
                    file: self.file.clone(),
                    what: format!("element type {other} (several numbers a voxel)"),
                    advice: "split the components into files of their own",
                });
            }
            other => return Err(FormatError::header(&self.file, "ElementType", other, "a type such as MET_UCHAR")),
        })
    }
}
