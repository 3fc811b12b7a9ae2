//! What metadata tables say about the subjects: only what a recipe allows is taken over.

mod read;
mod values;

use std::collections::{BTreeMap, HashMap};

use crate::plan::{Case, Note};
use crate::recipe::{MetadataRule, Recipe};
use crate::walk::{File, Listing};
use read::Row;

/// How many cases a warning names.
const NAMED: usize = 5;

/// Fills in the subjects of the cases from the recipe's tables.
pub(crate) fn attach(
    recipe: &Recipe,
    listing: &Listing,
    cases: &mut [(String, Case)],
    warnings: &mut Vec<String>,
    failed: &mut Vec<Note>,
) {
    for rule in &recipe.metadata {
        let tables: Vec<&File> = listing.tables().filter(|file| rule.file.is_match(&file.relative)).collect();
        let mut rows: HashMap<String, Row> = HashMap::new();
        for table in &tables {
            match rows_by_key(table, rule) {
                Ok(found) => rows.extend(found),
                Err(reason) => failed.push(Note::new(&table.relative, format!("metadata not read: {reason}"))),
            }
        }
        if rows.is_empty() {
            continue;
        }
        let all = cases.len();
        let mut missing = Vec::new();
        for (source_name, case) in cases.iter_mut() {
            match rows.get(&key(source_name)).or_else(|| rows.get(&key(&case.subject.id))) {
                Some(row) => fill(case, row, rule),
                None => missing.push(source_name.as_str()),
            }
        }
        if !missing.is_empty() {
            let named: Vec<&str> = missing.iter().take(NAMED).copied().collect();
            let more = if missing.len() > NAMED { ", ..." } else { "" };
            let file = tables.first().map_or("the metadata", |file| file.relative.as_str());
            let (without, named) = (missing.len(), named.join(", "));
            warnings.push(format!("{without} of {all} cases have no row in {file}: {named}{more}"));
        }
    }
}

fn rows_by_key(file: &File, rule: &MetadataRule) -> Result<HashMap<String, Row>, String> {
    let rows = read::rows(&file.path, &rule.key)?;
    let has = |column: &str| rows.iter().any(|row| row.get(&read::column(column)).is_some());
    let wanted = std::iter::once(&rule.key);
    if let Some(column) = wanted.into_iter().find(|column| !rows.is_empty() && !has(column)) {
        return Err(format!("there is no column {column:?}"));
    }
    Ok(rows
        .into_iter()
        .filter_map(|row| Some((key(&values::text(row.get(&read::column(&rule.key))?)?), row)))
        .collect())
}

/// Names of cases are compared without regard to case and surrounding blanks.
fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn fill(case: &mut Case, row: &Row, rule: &MetadataRule) {
    let subject = &mut case.subject;
    if let Some(sex) = &rule.sex
        && let Some(value) = row.get(&read::column(&sex.column))
    {
        subject.sex = values::sex(value, &sex.values).or(subject.sex);
    }
    if let Some(age) = &rule.age
        && let Some(value) = row.get(&read::column(&age.column))
    {
        subject.age_years = values::age_years(value).or(subject.age_years);
    }
    let kept: BTreeMap<_, _> = row
        .iter()
        .filter(|(column, _)| rule.keep.iter().any(|keep| keeps(keep, column)))
        .filter(|(column, _)| !crate::recipe::identifies(column))
        .filter_map(|(column, value)| Some((column.clone(), values::attribute(value)?)))
        .collect();
    subject.attributes.extend(kept);
}

/// Whether an entry of `keep` means this column; `group.*` means all below `group`.
fn keeps(keep: &str, column: &str) -> bool {
    match keep.strip_suffix(".*") {
        Some(group) => column.strip_prefix(&read::column(group)).is_some_and(|rest| rest.starts_with('.')),
        None => read::column(keep) == column,
    }
}
