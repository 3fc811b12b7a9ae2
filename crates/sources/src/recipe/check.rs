//! What a recipe must fulfil beyond its types.

use std::collections::BTreeMap;

use super::{DetectRule, InputRule, KindName, MetadataRule, Recipe};
use crate::error::SourceError;

/// Words that mark a column as able to identify a person.
const IDENTIFYING: [&str; 14] = [
    "name",
    "birth",
    "birthdate",
    "birthday",
    "dob",
    "date",
    "address",
    "street",
    "phone",
    "email",
    "mrn",
    "ssn",
    "insurance",
    "zip",
];

/// Finds the first fault of a recipe, or of one of its releases.
pub(super) fn check(recipe: &Recipe, file: &str) -> Result<(), SourceError> {
    let fault = |key: String, message: String| SourceError::RecipeKey { file: file.to_owned(), key, message };
    check_name(&recipe.name).map_err(|message| fault("name".to_owned(), message))?;
    for (index, release) in recipe.release.iter().enumerate() {
        let key = |key: &str| format!("release[{index}].{key}");
        check_name(&release.name).map_err(|message| fault(key("name"), message))?;
        if recipe.release.iter().take(index).any(|other| other.name == release.name) {
            return Err(fault(key("name"), format!("there are two releases {:?}", release.name)));
        }
        check_detect(&release.detect).map_err(|(inner, message)| fault(key(&inner), message))?;
    }
    check_detect(&recipe.detect).map_err(|(key, message)| fault(key, message))?;
    for (variant, release) in recipe.variants().iter().zip(recipe.release.iter().map(Some).chain([None])) {
        let place = release.map_or(String::new(), |release| format!("release {}: ", release.name));
        check_variant(variant).map_err(|(key, message)| fault(format!("{place}{key}"), message))?;
    }
    Ok(())
}

type Fault = (String, String);

fn check_name(name: &str) -> Result<(), String> {
    let plain = crate::slug(name);
    if plain == name { Ok(()) } else { Err(format!("{name:?} is not a plain name; use {plain:?}")) }
}

fn check_detect(rules: &[DetectRule]) -> Result<(), Fault> {
    for (index, rule) in rules.iter().enumerate() {
        if rule.min == 0 {
            return Err((format!("detect[{index}].min"), "must be at least 1".to_owned()));
        }
        if !(0.0..=1.0).contains(&rule.share) {
            return Err((format!("detect[{index}].share"), format!("{} is not between 0 and 1", rule.share)));
        }
    }
    Ok(())
}

/// A recipe without releases, or as it is for one of them.
fn check_variant(recipe: &Recipe) -> Result<(), Fault> {
    let fault = |key: &str, message: String| Err((key.to_owned(), message));
    for (key, text) in
        [("version", &recipe.version), ("title", &recipe.title), ("licence.statement", &recipe.licence.statement)]
    {
        if text.trim().is_empty() {
            return fault(key, "must not be empty".to_owned());
        }
    }
    if recipe.inputs.is_empty() {
        return fault("inputs", "a recipe needs at least one `[[inputs]]`".to_owned());
    }
    check_values(&recipe.labels).map_err(|message| ("labels".to_owned(), message))?;
    for (index, input) in recipe.inputs.iter().enumerate() {
        check_input(input).map_err(|(key, message)| (format!("inputs[{index}].{key}"), message))?;
    }
    for (index, table) in recipe.metadata.iter().enumerate() {
        check_metadata(table).map_err(|(key, message)| (format!("metadata[{index}].{key}"), message))?;
    }
    for (index, relation) in recipe.relations.iter().enumerate() {
        if let Some(name) =
            [&relation.from, &relation.to].into_iter().find(|name| medshape_anatomy::get(name).is_none())
        {
            return fault(&format!("relations[{index}]"), format!("{name:?} is not a name of the vocabulary"));
        }
    }
    let attributes = recipe.attributes.keys().chain(recipe.inputs.iter().flat_map(|input| input.attributes.keys()));
    if let Some(name) = attributes.into_iter().find(|name| identifies(name)) {
        return fault("attributes", may_not_be_kept(name));
    }
    Ok(())
}

fn may_not_be_kept(column: &str) -> String {
    format!("{column:?} looks like it identifies a person (a name, date or address); it cannot be kept")
}

/// Label values are whole numbers from 1; 0 is background everywhere.
fn check_values(labels: &BTreeMap<String, String>) -> Result<(), String> {
    for (value, name) in labels {
        if value.parse::<u32>().is_err() || value == "0" {
            return Err(format!("{value:?} is not a label value: use whole numbers from 1"));
        }
        if name.trim().is_empty() {
            return Err(format!("label {value} has no name"));
        }
    }
    Ok(())
}

fn check_input(input: &InputRule) -> Result<(), (&'static str, String)> {
    if input.pattern.patterns().is_empty() {
        return Err(("pattern", "needs at least one pattern".to_owned()));
    }
    check_values(&input.labels).map_err(|message| ("labels", message))?;
    let all_capture = |name| input.pattern.patterns().iter().all(|pattern| pattern.captures(name));
    if input.known && !all_capture("structure") {
        return Err(("known", "is for patterns that capture {structure}".to_owned()));
    }
    let is_mesh = input.kind == KindName::Mesh;
    if is_mesh && input.vertex_labels.is_none() && !(input.labels.is_empty() && input.table.is_empty()) {
        return Err(("labels", "a mesh has no label values; use `[names]` to rename structures".to_owned()));
    }
    if !is_mesh && input.vertex_labels.is_some() {
        return Err(("vertex_labels", "is for meshes".to_owned()));
    }
    if input.kind == KindName::Instances && input.structure.is_none() && !all_capture("structure") {
        return Err(("structure", "must say what each value is one of".to_owned()));
    }
    if input.consensus.is_some() && !all_capture("reader") {
        return Err(("consensus", "is for patterns that capture {reader}".to_owned()));
    }
    if input.threshold.is_some() && input.kind != KindName::Binary {
        return Err(("threshold", "is for volumes of kind \"binary\"".to_owned()));
    }
    if input.spacing_mm.is_some_and(|spacing| !spacing.iter().all(|mm| mm.is_finite() && *mm > 0.0)) {
        return Err(("spacing_mm", "must be three lengths above 0".to_owned()));
    }
    Ok(())
}

fn check_metadata(table: &MetadataRule) -> Result<(), (&'static str, String)> {
    let named_by_file = |pattern: &crate::Pattern| pattern.captures("case") || pattern.captures("subject");
    if table.key.trim().is_empty() && !table.file.patterns().iter().all(named_by_file) {
        return Err(("key", "must name the column with the case or subject".to_owned()));
    }
    if table.key_pattern.as_ref().is_some_and(|pattern| !named_by_file(pattern)) {
        return Err(("key_pattern", "must capture {case} or {subject}".to_owned()));
    }
    if let Some(sex) = &table.sex
        && let Some((value, meaning)) = sex.values.iter().find(|(_, meaning)| !matches!(meaning.as_str(), "M" | "F"))
    {
        return Err(("sex.values", format!("{value:?} means {meaning:?}; it must be \"M\" or \"F\"")));
    }
    if let Some(column) = table.keep.iter().find(|column| identifies(column)) {
        return Err(("keep", may_not_be_kept(column)));
    }
    if let Some(column) = table.rename.iter().flat_map(|(from, to)| [from, to]).find(|column| identifies(column)) {
        return Err(("rename", may_not_be_kept(column)));
    }
    Ok(())
}

/// Whether a column's name says that it holds a name, a date or a way to reach someone.
pub(crate) fn identifies(column: &str) -> bool {
    column
        .split(|character: char| !character.is_alphanumeric())
        .any(|word| IDENTIFYING.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use crate::{Recipe, SourceError};

    const GOOD: &str = r#"
        name = "mine"
        version = "1"
        title = "Mine"
        description = "A test."
        licence = { statement = "own data" }
        citation = { text = "none" }
        [[inputs]]
        pattern = "{case}/seg.nii.gz"
        kind = "labelmap"
        labels = { 1 = "liver" }
        [[metadata]]
        file = "meta.csv"
        key = "id"
        keep = ["bmi"]
    "#;

    fn key_of(text: &str) -> String {
        match Recipe::parse(text, "mine.toml") {
            Err(SourceError::RecipeKey { file, key, .. }) => format!("{file} {key}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_good_recipe_is_read() {
        assert_eq!(Recipe::parse(GOOD, "mine.toml").unwrap().name, "mine");
    }

    #[test]
    fn faults_name_file_and_key() {
        for (from, to, key) in [
            ("name = \"mine\"", "name = \"my data\"", "name"),
            ("1 = \"liver\"", "x = \"liver\"", "inputs[0].labels"),
            ("1 = \"liver\"", "0 = \"liver\"", "inputs[0].labels"),
            ("key = \"id\"", "key = \"\"", "metadata[0].key"),
            ("\"bmi\"", "\"Patient's Birth Date\"", "metadata[0].keep"),
            ("version = \"1\"", "version = \" \"", "version"),
        ] {
            assert_eq!(key_of(&GOOD.replace(from, to)), format!("mine.toml {key}"));
        }
    }

    #[test]
    fn syntax_faults_say_where() {
        for (text, word) in [
            (GOOD.replace("kind = \"labelmap\"", "kind = \"volume\""), "labelmap"),
            (GOOD.replace("{case}/seg", "{organ}/seg"), "allowed are"),
            (GOOD.replace("title =", "titel ="), "titel"),
            (GOOD.replace("kind = \"labelmap\"", "kind = \"mesh\"\naxes = \"XYZ\""), "RAS"),
        ] {
            let error = Recipe::parse(&text, "mine.toml").unwrap_err().to_string();
            assert!(error.contains("mine.toml") && error.contains(word) && error.contains("line"), "{error}");
        }
    }
}
