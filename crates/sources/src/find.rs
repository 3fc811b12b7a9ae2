//! Which files of a listing a recipe imports, and why the others are left out.

use serde_json::Value;

use crate::case::Note;
use crate::file::{DataFile, FileType};
use crate::pattern::Captured;
use crate::recipe::{Licence, Recipe, Redistribute};
use crate::walk::Listing;

/// Larger JSON and table files are not read.
pub(crate) const LARGEST_TABLE: u64 = 64 << 20;

/// Data beside the header that names them.
const DETACHED: [&str; 4] = ["raw", "zraw", "img", "bin"];

/// A file that a rule of the recipe imports.
#[derive(Debug, Clone)]
pub(crate) struct Match {
    pub(crate) file: DataFile,
    /// Position of the rule in the recipe.
    pub(crate) rule: usize,
    pub(crate) captured: Captured,
}

/// What a recipe finds in a listing.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) inputs: Vec<Match>,
    pub(crate) skipped: Vec<Note>,
    /// Volumes and meshes that the recipe knows: imported or ignored.
    pub(crate) covered: usize,
}

/// Sorts the files of a listing by the recipe's rules.
pub(crate) fn find(recipe: &Recipe, listing: &Listing) -> Found {
    let mut found = Found::default();
    for file in &listing.files {
        let is_shape = file.file_type() != FileType::Other;
        if let Some(rule) = recipe.ignore.iter().find(|rule| rule.pattern.is_match(&file.relative)) {
            found.covered += usize::from(is_shape);
            if let Some(reason) = &rule.reason {
                found.skipped.push(Note::new(&file.relative, reason));
            }
        } else if let Some((rule, captured)) = input_rule(recipe, file) {
            found.covered += usize::from(is_shape);
            found.inputs.push(Match { file: file.clone(), rule, captured });
        } else if !recipe.metadata.iter().any(|table| table.file.is_match(&file.relative)) {
            found.skipped.push(Note::new(&file.relative, why_not(recipe, file)));
        }
    }
    found
}

/// The first rule that fits the file, and what it captures.
fn input_rule(recipe: &Recipe, file: &DataFile) -> Option<(usize, Captured)> {
    recipe.inputs.iter().enumerate().find_map(|(index, rule)| {
        let captured = rule.pattern.patterns().iter().find_map(|pattern| pattern.capture(&file.relative))?;
        let fits = !rule.known || captured.structure.as_ref().is_some_and(|name| recipe.resolve(name).is_some());
        fits.then_some((index, captured))
    })
}

fn why_not(recipe: &Recipe, file: &DataFile) -> String {
    let ending = file.name().rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if DETACHED.contains(&ending.as_str()) {
        "is read with the header that names it, if there is one".to_owned()
    } else if file.file_type() != FileType::Other {
        format!("no rule of recipe {} is for it", recipe.name)
    } else {
        "is not a mask or mesh".to_owned()
    }
}

/// The `dataset.json` (Medical Segmentation Decathlon, nnU-Net) nearest to the root.
pub(crate) fn dataset_json(listing: &Listing) -> Option<Value> {
    let file = listing
        .tables()
        .filter(|file| file.name() == "dataset.json")
        .min_by_key(|file| (file.relative.matches('/').count(), file.relative.clone()))?;
    let text = String::from_utf8(file.read(LARGEST_TABLE).ok()?).ok()?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()
}

/// The recipe with title, licence and reference as a `dataset.json` states them.
pub(crate) fn describe(recipe: &Recipe, json: &Value) -> Recipe {
    let text = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| json.get(*key)?.as_str()).map(str::trim)?;
        (!found.is_empty()).then(|| found.to_owned())
    };
    let mut recipe = recipe.clone();
    if let Some(name) = text(&["name"]) {
        recipe.title = name;
    }
    if let Some(description) = text(&["description"]) {
        recipe.description = description;
    }
    // AMOS and the Decathlon spell it with a c.
    if let Some(statement) = text(&["licence", "license"]) {
        recipe.licence = licence(&statement);
    }
    if let Some(reference) = text(&["reference"]) {
        recipe.citation.text = format!("{reference}. {}", recipe.citation.text);
    }
    recipe
}

/// A licence from its words; the Creative Commons ones are understood, others are kept as stated.
fn licence(statement: &str) -> Licence {
    let words: Vec<String> = statement
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '.')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    let has = |word: &str| words.iter().any(|found| found == word);
    let stated = Licence { statement: statement.to_owned(), ..Licence::default() };
    let version = words.iter().find(|word| matches!(word.as_str(), "2.0" | "2.5" | "3.0" | "4.0"));
    if !(has("CC") && has("BY")) {
        return stated;
    }
    let (nc, nd, sa) = (has("NC"), has("ND"), has("SA"));
    let terms: String =
        [("-NC", nc), ("-ND", nd), ("-SA", sa)].iter().filter(|(_, on)| *on).map(|(term, _)| *term).collect();
    Licence {
        spdx: version.map(|version| format!("CC-BY{terms}-{version}")),
        commercial: Some(!nc),
        derivatives: Some(!nd),
        share_alike: Some(sa),
        attribution: Some(true),
        redistribute: if nd { Redistribute::No } else { Redistribute::Yes },
        ..stated
    }
}

#[cfg(test)]
mod tests {
    use super::licence;

    #[test]
    fn creative_commons_terms_are_understood() {
        let decathlon = licence("CC-BY-SA 4.0");
        assert_eq!(decathlon.spdx.as_deref(), Some("CC-BY-SA-4.0"));
        assert_eq!((decathlon.commercial, decathlon.share_alike), (Some(true), Some(true)));
        let strict = licence("CC BY-NC-ND 4.0");
        assert_eq!(strict.spdx.as_deref(), Some("CC-BY-NC-ND-4.0"));
        assert_eq!((strict.commercial, strict.derivatives), (Some(false), Some(false)));
        let other = licence("hands off!");
        assert_eq!((other.spdx, other.commercial), (None, None));
        assert_eq!(other.statement, "hands off!");
    }
}
