//! Rows of a table: CSV with any usual separator, or JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::file::DataFile;

/// One row: values by column, the columns in lower case, nested JSON objects joined with a dot.
pub(super) type Row = BTreeMap<String, Value>;

/// How a column's name is compared.
pub(super) fn column(name: &str) -> String {
    name.trim().trim_matches('"').to_lowercase()
}

/// Reads a table; `key` names the column that JSON objects by case id are given.
pub(super) fn rows(file: &DataFile, key: &str) -> Result<Vec<Row>, String> {
    let text = text(file)?;
    if text.trim_start().starts_with(['{', '[']) {
        return from_json(&json(&text)?, key);
    }
    from_delimited(&text)
}

/// Reads a file that is about one subject: a JSON object, or lines `name : value`.
pub(super) fn record(file: &DataFile) -> Result<Row, String> {
    let text = text(file)?;
    if text.trim_start().starts_with('{') {
        return json(&text)?.as_object().map(flat).ok_or_else(|| "the JSON is no object".to_owned());
    }
    let row: Row = text
        .lines()
        .filter_map(|line| line.split_once([':', '=', '\t']))
        .map(|(name, value)| (column(name), Value::String(value.trim().to_owned())))
        .collect();
    if row.is_empty() { Err("it has no line like \"name : value\"".to_owned()) } else { Ok(row) }
}

fn text(file: &DataFile) -> Result<String, String> {
    let bytes = file.read(crate::find::LARGEST_TABLE)?;
    Ok(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("the JSON is damaged: {error}"))
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
