//! Does a recipe fit a folder, and what does it miss?

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use crate::case::{InputKind, Note, names};
use crate::detect;
use crate::error::SourceError;
use crate::labels::Tables;
use crate::metadata;
use crate::plan::{Plan, PlanOptions, plan};
use crate::walk;

/// What [`check_recipe`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecipeCheck {
    /// The recipe's name.
    pub recipe: String,
    /// The release that fits, of a recipe with releases.
    pub release: Option<String>,
    /// Cases found.
    pub cases: usize,
    /// Files to import.
    pub files: usize,
    /// What the recipe says and the folder does not bear out.
    pub faults: Vec<String>,
    /// Names that are not in the vocabulary, as the source has them.
    pub unresolved: Vec<String>,
    /// Files that are left out, each with the reason.
    pub skipped: Vec<Note>,
    /// Files that should have been read and could not.
    pub failed: Vec<Note>,
    /// What a person should look at.
    pub warnings: Vec<String>,
}

/// Plans a folder by a recipe (a built-in one's name, or the path of a file) and says what the recipe misses: rules that
/// fit no file, tables and columns that are not there, names that do not resolve, whether it would be recognised.
///
/// # Errors
/// As [`plan`]: when the recipe is faulty or finds nothing at all.
pub fn check_recipe(recipe: &str, folder: &Path) -> Result<RecipeCheck, SourceError> {
    let planned = plan(folder, &PlanOptions { recipe: Some(recipe.to_owned()), dataset: None })?;
    let mut faults = idle_rules(&planned);
    let listing = walk::list(folder)?;
    let mut warnings = planned.warnings.clone();
    faults.extend(metadata::missing(&planned.recipe, &listing, &mut warnings));
    faults.extend(detect::unmet(&planned.recipe, &listing, &mut Tables::new(&listing)));
    Ok(RecipeCheck {
        recipe: planned.recipe.name.clone(),
        release: planned.recipe.release_name.clone(),
        cases: planned.cases.len(),
        files: planned.cases.iter().map(|case| case.inputs.len()).sum(),
        faults,
        unresolved: unresolved(&planned),
        skipped: planned.skipped,
        failed: planned.failed,
        warnings,
    })
}

/// Input rules that no file is imported by.
fn idle_rules(planned: &Plan) -> Vec<String> {
    let used: Vec<&str> =
        planned.cases.iter().flat_map(|case| &case.inputs).map(|input| input.relative.as_str()).collect();
    let rules = planned.recipe.inputs.iter().enumerate();
    rules
        .filter(|(_, rule)| !used.iter().any(|file| rule.pattern.is_match(file)))
        .map(|(index, rule)| {
            let pattern = rule.pattern.patterns().first().map_or("", |pattern| pattern.as_str());
            format!("inputs[{index}]: no file like {pattern}")
        })
        .collect()
}

fn unresolved(planned: &Plan) -> Vec<String> {
    let inputs = planned.cases.iter().flat_map(|case| &case.inputs);
    // What a volume of either sort is called is known when it is read.
    let named = inputs.filter(|input| !matches!(input.kind, InputKind::Auto { .. }));
    let names: BTreeSet<&str> = named.flat_map(|input| names(&input.kind)).collect();
    names.into_iter().filter(|name| planned.recipe.resolve(name).is_none()).map(str::to_owned).collect()
}
