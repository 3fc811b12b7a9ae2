//! The text of a NRRD header: fields (`name: value`), key/value pairs (`key:=value`) and the list of data files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::error::{FormatError, quoted};
use crate::input::Source;

/// More than the segment fields of ten thousand structures.
const MAX_HEADER: u64 = 1 << 26;

pub(super) struct Header {
    pub(super) file: PathBuf,
    /// By name in lower case without blanks, so that `byte skip` and `byteskip` are one.
    fields: BTreeMap<String, String>,
    pub(super) pairs: BTreeMap<String, String>,
    /// The lines behind `data file: LIST`.
    pub(super) list: Vec<String>,
}

/// Takes the header off the source, up to and with the blank line that ends it.
pub(super) fn read(source: &mut Source<'_>) -> Result<Header, FormatError> {
    let bytes = source.take_head(MAX_HEADER, |head| {
        let unix = head.windows(2).position(|w| w == b"\n\n").map(|at| at + 2);
        let dos = head.windows(3).position(|w| w == b"\n\r\n").map(|at| at + 3);
        match (unix, dos) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    })?;
    let file = source.file().to_owned();
    // Names of segments may be in any encoding; the fields themselves are ASCII.
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().zip(1_u64..);
    let magic = lines.next().map_or("", |(line, _)| line.trim_end());
    if !matches!(magic.strip_prefix("NRRD000"), Some("1" | "2" | "3" | "4" | "5")) {
        let found = quoted(magic.as_bytes());
        return Err(FormatError::NotThisFormat { file, expected: "a NRRD file of version 1 to 5", found });
    }
    let mut header = Header { file, fields: BTreeMap::new(), pairs: BTreeMap::new(), list: Vec::new() };
    while let Some((line, number)) = lines.next() {
        let line = line.trim_end();
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        // The first of the two separators decides which kind of line it is.
        match line.split_once(':') {
            Some((key, value)) if value.starts_with('=') => {
                header.pairs.insert(unescaped(key), unescaped(value.get(1..).unwrap_or_default()));
            }
            Some((name, value)) => {
                let mut name = name.to_ascii_lowercase();
                name.retain(|c| !c.is_whitespace());
                let value = value.trim().to_owned();
                let ends = name == "datafile" && value.starts_with("LIST");
                header.fields.insert(name, value);
                if ends {
                    header.list = lines.by_ref().map(|(l, _)| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
                }
            }
            None => {
                return Err(FormatError::syntax(
                    &header.file,
                    number,
                    "`field: value` or `key:=value`",
                    line.as_bytes(),
                ));
            }
        }
    }
    Ok(header)
}

impl Header {
    /// A field by its name in lower case without blanks.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&str, FormatError> {
        self.get(name).ok_or_else(|| FormatError::header(&self.file, name, "not there", "given"))
    }

    /// One whole number; 0 without the field.
    pub(super) fn integer(&self, name: &'static str) -> Result<i64, FormatError> {
        let Some(text) = self.get(name) else { return Ok(0) };
        text.parse().map_err(|_| FormatError::header(&self.file, name, text, "a whole number"))
    }

    /// Numbers separated by blanks, one for each axis; NaN where the file says that it does not know.
    pub(super) fn numbers(&self, name: &'static str, axes: usize) -> Result<Option<Vec<f64>>, FormatError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let values: Option<Vec<f64>> = text.split_whitespace().map(|w| w.parse().ok()).collect();
        match values {
            Some(values) if values.len() == axes => Ok(Some(values)),
            _ => Err(FormatError::header(&self.file, name, text, format!("{axes} numbers"))),
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}
