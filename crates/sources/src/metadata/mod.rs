//! What metadata tables say about the subjects: only what a recipe allows is taken over.

mod read;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::case::{Case, Note, Subject};
use crate::file::DataFile;
use crate::pattern::Pattern;
use crate::recipe::{MetadataRule, Recipe};
use crate::walk::Listing;
use read::Row;
use serde_json::Value;

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
        let tables: Vec<&DataFile> = listing.tables().filter(|file| rule.file.is_match(&file.relative)).collect();
        let mut rows: HashMap<Key, Row> = HashMap::new();
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
            let time = rule.time.as_ref().map(|_| plain(case.time_point.as_deref().unwrap_or_default()));
            let of = |name: &str| rows.get(&(plain(name), time.clone()));
            match of(source_name).or_else(|| of(&case.subject.id)) {
                Some(row) => fill(recipe, &mut case.subject, row, rule),
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

/// Tables and columns that a recipe names and a folder does not have; columns that are only kept are a warning.
pub(crate) fn missing(recipe: &Recipe, listing: &Listing, warnings: &mut Vec<String>) -> Vec<String> {
    let mut missing = Vec::new();
    for (index, rule) in recipe.metadata.iter().enumerate() {
        let tables: Vec<&DataFile> = listing.tables().filter(|file| rule.file.is_match(&file.relative)).collect();
        if tables.is_empty() {
            let pattern = rule.file.patterns().first().map_or("", |pattern| pattern.as_str());
            missing.push(format!("metadata[{index}]: there is no table {pattern}"));
            continue;
        }
        let rows: Vec<Row> =
            tables.iter().filter_map(|table| Some(rows_by_key(table, rule).ok()?.into_values())).flatten().collect();
        let tell = |columns: Vec<&String>, about: &mut Vec<String>| {
            for column in columns {
                if !rows.iter().any(|row| row.keys().any(|found| keeps(column, found))) {
                    about.push(format!("metadata[{index}]: there is no column {column:?}"));
                }
            }
        };
        let own = [rule.sex.as_ref().map(|sex| &sex.column), rule.age.as_ref().map(|age| &age.column)];
        tell(own.into_iter().flatten().collect(), &mut missing);
        tell(rule.keep.iter().chain(rule.rename.keys()).collect(), warnings);
    }
    missing
}

/// The column of a table that names at least half of the cases (in lower case), and its other columns.
pub(crate) fn key_column(file: &DataFile, cases: &BTreeSet<String>) -> Option<(String, Vec<String>)> {
    let rows = read::rows(file, "case").ok()?;
    let columns: BTreeSet<&String> = rows.iter().flat_map(|row| row.keys()).collect();
    let named = |column: &str| {
        let cells = rows.iter().filter_map(|row| Some(plain(&values::text(row.get(column)?)?)));
        cells.filter(|cell| cases.contains(cell)).collect::<BTreeSet<_>>().len()
    };
    let key = columns.iter().max_by_key(|column| named(column)).filter(|column| named(column) * 2 >= cases.len())?;
    let key = (named(key) > 0).then(|| (*key).clone())?;
    Some((key.clone(), columns.into_iter().filter(|column| **column != key).cloned().collect()))
}

/// Which case or subject a row is about, and which time point, where the table tells them apart.
type Key = (String, Option<String>);

fn rows_by_key(file: &DataFile, rule: &MetadataRule) -> Result<HashMap<Key, Row>, String> {
    let by_name = rule.file.patterns().iter().find_map(|pattern| named(pattern, &file.relative));
    if let Some(name) = by_name {
        return Ok(HashMap::from([((plain(&name), None), read::record(file)?)]));
    }
    let rows = read::rows(file, &rule.key)?;
    for wanted in std::iter::once(&rule.key).chain(&rule.time) {
        if !rows.is_empty() && rows.iter().all(|row| row.get(&read::column(wanted)).is_none()) {
            return Err(format!("there is no column {wanted:?}"));
        }
    }
    let cell = |row: &Row, column: &str| values::text(row.get(&read::column(column))?);
    let key = |row: &Row| {
        let time = match &rule.time {
            Some(column) => Some(plain(&cell(row, column)?)),
            None => None,
        };
        Some((plain(&key(&cell(row, &rule.key)?, rule)?), time))
    };
    Ok(rows.into_iter().filter_map(|row| Some((key(&row)?, row))).collect())
}

/// The name in a cell of the key column.
fn key(cell: &str, rule: &MetadataRule) -> Option<String> {
    let name = match &rule.key_pattern {
        Some(pattern) => named(pattern, cell.trim())?,
        None => cell.trim().to_owned(),
    };
    // Spreadsheets make `7.0` of 7.
    let number = || name.strip_suffix(".0").unwrap_or(&name).parse::<u64>().ok();
    Some(match rule.key_digits.and_then(|digits| Some((digits, number()?))) {
        Some((digits, number)) => format!("{number:0digits$}"),
        None => name,
    })
}

/// The case or subject that a pattern captures.
fn named(pattern: &Pattern, text: &str) -> Option<String> {
    let captured = pattern.capture(text)?;
    captured.case.or(captured.subject)
}

/// Names of cases are compared without regard to case and surrounding blanks.
fn plain(name: &str) -> String {
    name.trim().to_lowercase()
}

fn fill(recipe: &Recipe, subject: &mut Subject, row: &Row, rule: &MetadataRule) {
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
    let renamed: Vec<(String, &String)> = rule.rename.iter().map(|(from, to)| (read::column(from), to)).collect();
    for (column, value) in row {
        let other = renamed.iter().find(|(from, _)| from == column).map(|(_, to)| to.as_str());
        let kept = rule.keep.iter().any(|keep| keeps(keep, column)).then_some(column.as_str());
        let Some(name) = other.or(kept).filter(|name| !crate::recipe::identifies(name)) else { continue };
        if let Some(value) = values::attribute(value) {
            let meaning = values::text(&value).and_then(|text| meaning(recipe, name, &text));
            subject.attributes.insert(name.to_owned(), meaning.map_or(value, Value::String));
        }
    }
}

/// Sets what a path or the recipe itself says of a subject: its sex, its age or another attribute.
pub(crate) fn set(recipe: &Recipe, subject: &mut Subject, name: &str, text: &str) {
    let text = meaning(recipe, name, text).unwrap_or_else(|| text.to_owned());
    let value = Value::String(text);
    match name {
        "sex" => subject.sex = values::sex(&value, &BTreeMap::new()).or(subject.sex),
        "age" => subject.age_years = values::age_years(&value).or(subject.age_years),
        _ if crate::recipe::identifies(name) => {}
        _ => {
            if let Some(value) = values::attribute(&value) {
                subject.attributes.insert(name.to_owned(), value);
            }
        }
    }
}

/// What a value of an attribute means, where the recipe says; upper and lower case are the same.
fn meaning(recipe: &Recipe, attribute: &str, value: &str) -> Option<String> {
    let values = recipe.values.get(attribute)?;
    values.iter().find(|(written, _)| plain(written) == plain(value)).map(|(_, meaning)| meaning.clone())
}

/// Whether an entry of `keep` means this column; `group.*` means all below `group`.
fn keeps(keep: &str, column: &str) -> bool {
    match keep.strip_suffix(".*") {
        Some(group) => column.strip_prefix(&read::column(group)).is_some_and(|rest| rest.starts_with('.')),
        None => read::column(keep) == column,
    }
}
