//! Rules about metadata tables.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::patterns::Patterns;
use crate::pattern::Pattern;

/// A table about the subjects: CSV, TSV or JSON, or a text of `name : value` lines for each case.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MetadataRule {
    /// The table's file. Where the pattern captures `{case}` or `{subject}`, each file is one row, about that one.
    pub file: Patterns,
    /// The column that names the case, or the subject; empty where the file's name does.
    #[serde(default)]
    pub key: String,
    /// What the cells of that column look like, with `{case}` or `{subject}` captured, where they hold more than that.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub key_pattern: Option<Pattern>,
    /// Cells of that column are numbers, written with so many digits in the names of files.
    #[serde(default)]
    pub key_digits: Option<usize>,
    /// The column with the time point, where the rows are about one.
    #[serde(default)]
    pub time: Option<String>,
    /// The column with the sex.
    #[serde(default)]
    pub sex: Option<SexColumn>,
    /// The column with the age.
    #[serde(default)]
    pub age: Option<AgeColumn>,
    /// Further columns to keep, and no others; `group.*` keeps all of a nested JSON object.
    #[serde(default)]
    pub keep: Vec<String>,
    /// Columns to keep under another name: column = name.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
}

/// The column with the sex.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SexColumn {
    /// Its name.
    pub column: String,
    /// What its values mean (`M` or `F`), beyond the usual words.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// The column with the age in years.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeColumn {
    /// Its name.
    pub column: String,
}
