//! A label that a surface file names: GIFTI's label tables and FreeSurfer's colour tables.

use serde_json::{Map, Value, json};

/// One entry of a table of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelEntry {
    /// The value at the vertices.
    pub value: u32,
    /// Its name.
    pub name: String,
    /// Its colour, sRGB and opacity.
    pub colour: Option<[u8; 4]>,
}

/// Names by value, for the extras of a part.
pub(crate) fn as_extras(table: &[LabelEntry]) -> Value {
    let names: Map<String, Value> = table.iter().map(|e| (e.value.to_string(), Value::from(e.name.clone()))).collect();
    if names.is_empty() { Value::Null } else { json!({ "labels": names }) }
}
