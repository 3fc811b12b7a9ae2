//! Rows of a table: CSV with any usual separator, or JSON.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

/// One row: values by column, the columns in lower case, nested JSON objects joined with a dot.
pub(super) type Row = BTreeMap<String, Value>;

/// How a column's name is compared.
pub(super) fn column(name: &str) -> String {
    name.trim().trim_matches('"').to_lowercase()
}

/// Reads a table; `key` names the column that JSON objects by case id are given.
pub(super) fn rows(path: &Path, key: &str) -> Result<Vec<Row>, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > crate::find::LARGEST_TABLE {
        return Err(format!("{size} bytes are more than a metadata table may have"));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        let json = serde_json::from_str(text).map_err(|error| format!("the JSON is damaged: {error}"))?;
        return from_json(&json, key);
    }
    from_delimited(text)
}

/// A list of objects, or objects by case id.
fn from_json(json: &Value, key: &str) -> Result<Vec<Row>, String> {
    let wrong = || "the JSON is neither a list of objects nor objects by case".to_owned();
    match json {
        Value::Array(entries) => entries.iter().map(|entry| entry.as_object().map(flat).ok_or_else(wrong)).collect(),
        Value::Object(by_case) => by_case
            .iter()
            .map(|(case, entry)| {
                let mut row = flat(entry.as_object().ok_or_else(wrong)?);
                row.entry(column(key)).or_insert_with(|| Value::String(case.clone()));
                Ok(row)
            })
            .collect(),
        _ => Err(wrong()),
    }
}

fn flat(object: &Map<String, Value>) -> Row {
    let mut row = Row::new();
    for (name, value) in object {
        match value {
            Value::Object(group) => {
                row.extend(
                    group.iter().map(|(inner, value)| (format!("{}.{}", column(name), column(inner)), value.clone())),
                );
            }
            value => {
                row.insert(column(name), value.clone());
            }
        }
    }
    row
}

fn from_delimited(text: &str) -> Result<Vec<Row>, String> {
    let title = text.lines().next().unwrap_or_default();
    let separator = [b';', b'\t', b',', b'|']
        .into_iter()
        .max_by_key(|&separator| (title.bytes().filter(|&byte| byte == separator).count(), separator == b','))
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers().map_err(|error| error.to_string())?.iter().map(column).collect();
    reader
        .records()
        .map(|record| {
            let record = record.map_err(|error| error.to_string())?;
            let cells = record.iter().map(|cell| Value::String(cell.trim().to_owned()));
            Ok(columns.iter().cloned().zip(cells).collect())
        })
        .collect()
}
