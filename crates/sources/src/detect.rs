//! Which recipe fits a folder.
//!
//! A recipe fits when its required rules are met. The one for a known dataset must also cover at least half of the
//! volumes and meshes; of several the one with the greatest sum of weights is taken, else the best generic one. Of a
//! recipe with releases the one whose own rules weigh the most is used.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use crate::error::SourceError;
use crate::file::{DataFile, FileType};
use crate::find::{Found, find};
use crate::labels::Tables;
use crate::recipe::{DetectRule, Recipe, Release, recipe, recipes};
use crate::walk::Listing;

/// How much of a file is searched for the words of a rule.
const HEAD: u64 = 64 << 10;

/// A recipe and what it finds.
pub(crate) struct Chosen {
    pub(crate) recipe: Arc<Recipe>,
    pub(crate) found: Found,
    /// One sentence: which recipe, and why.
    pub(crate) reason: String,
    pub(crate) warnings: Vec<String>,
}

/// The recipe asked for, or the one that fits best.
pub(crate) fn choose(listing: &Listing, asked: Option<&str>, tables: &mut Tables) -> Result<Chosen, SourceError> {
    match asked {
        Some(name) => use_named(listing, name, tables),
        None => use_fitting(listing, tables),
    }
}

fn use_named(listing: &Listing, name: &str, tables: &mut Tables) -> Result<Chosen, SourceError> {
    let chosen = match recipe(name) {
        Some(recipe) => recipe,
        None if Path::new(name).is_file() => Arc::new(Recipe::load(Path::new(name))?),
        None => {
            let known = recipes().iter().map(|recipe| recipe.name.clone()).collect();
            return Err(SourceError::UnknownRecipe { name: name.to_owned(), known });
        }
    };
    // Of several releases the one that fits, else the first.
    let chosen = match chosen.release.first() {
        Some(first) => Arc::new(
            release(&chosen, listing, tables).map_or_else(|| chosen.for_release(first), |(recipe, _, _)| recipe),
        ),
        None => chosen,
    };
    let found = find(&chosen, listing);
    if found.inputs.is_empty() {
        let expected = format!("it imports {}", patterns(&chosen));
        return Err(SourceError::DoesNotFit { recipe: chosen.name.clone(), root: listing.root.clone(), expected });
    }
    let reason = format!("recipe {} ({}), as asked for", title(&chosen), chosen.title);
    Ok(Chosen { recipe: chosen, found, reason, warnings: Vec::new() })
}

/// One recipe that could be used.
struct Candidate {
    recipe: Arc<Recipe>,
    found: Found,
    score: u32,
    evidence: Vec<String>,
}

fn use_fitting(listing: &Listing, tables: &mut Tables) -> Result<Chosen, SourceError> {
    let shapes = listing.files.iter().filter(|file| file.file_type() != FileType::Other).count();
    let mut warnings = Vec::new();
    let mut best: Option<Candidate> = None;
    for recipe in recipes() {
        let Some(candidate) = fits(recipe, listing, tables) else { continue };
        if !recipe.generic && candidate.found.covered * 2 < shapes {
            warnings.push(format!(
                "recipe {} fits only part of the folder ({} of {shapes} volumes and meshes); import that part by itself to \
                 get its names, metadata and licence",
                recipe.name, candidate.found.covered
            ));
            continue;
        }
        let rank = |candidate: &Candidate| (!candidate.recipe.generic, candidate.score);
        if best.as_ref().is_none_or(|best| rank(&candidate) > rank(best)) {
            best = Some(candidate);
        }
    }
    let Some(best) = best else {
        return Err(SourceError::Nothing { root: listing.root.clone(), looked_for: what_is_there(listing) });
    };
    if !best.recipe.generic {
        warnings.clear(); // the folder is one dataset; others only resemble it
    }
    let reason = format!("recipe {} ({}): found {}", title(&best.recipe), best.recipe.title, best.evidence.join(", "));
    Ok(Chosen { recipe: best.recipe, found: best.found, reason, warnings })
}

/// Weighs a recipe; `None` when it does not fit or finds nothing.
fn fits(recipe: &Arc<Recipe>, listing: &Listing, tables: &mut Tables) -> Option<Candidate> {
    let (mut score, mut evidence) = weigh(&recipe.detect, listing, tables)?;
    let mut recipe = recipe.clone();
    if !recipe.release.is_empty() {
        let (chosen, weight, more) = release(&recipe, listing, tables)?;
        recipe = Arc::new(chosen);
        score += weight;
        evidence.extend(more);
    }
    if score == 0 {
        return None;
    }
    let found = find(&recipe, listing);
    (!found.inputs.is_empty()).then_some(Candidate { recipe, found, score, evidence })
}

/// The release whose rules weigh the most, with that weight; of equal ones the first.
fn release(recipe: &Recipe, listing: &Listing, tables: &mut Tables) -> Option<(Recipe, u32, Vec<String>)> {
    let mut best: Option<(&Release, u32, Vec<String>)> = None;
    for release in &recipe.release {
        if let Some((score, evidence)) = weigh(&release.detect, listing, tables)
            && best.as_ref().is_none_or(|(_, most, _)| score > *most)
        {
            best = Some((release, score, evidence));
        }
    }
    best.map(|(release, score, evidence)| (recipe.for_release(release), score, evidence))
}

/// The sum of the weights of the rules that are met, and what met them; `None` when a required one is not.
fn weigh(rules: &[DetectRule], listing: &Listing, tables: &mut Tables) -> Option<(u32, Vec<String>)> {
    let mut score = 0;
    let mut evidence = Vec::new();
    for rule in rules {
        let count = count(rule, listing, tables);
        if count >= rule.min {
            score += rule.weight;
            let files = if count == 1 { "file" } else { "files" };
            let like = if rule.pattern.patterns().len() > 1 { "such as" } else { "like" };
            let what = rule.pattern.patterns().first().map_or("", |pattern| pattern.as_str());
            let with = if rule.label_table { " with a label table" } else { "" };
            evidence.push(format!("{count} {files} {like} {what}{with}"));
        } else if rule.required {
            return None;
        }
    }
    Some((score, evidence))
}

/// How many files meet a rule.
fn count(rule: &DetectRule, listing: &Listing, tables: &mut Tables) -> usize {
    let is_known = |relative: &str| {
        let structure = rule.pattern.patterns().iter().find_map(|pattern| pattern.capture(relative)?.structure);
        structure.is_some_and(|name| medshape_anatomy::resolve(&name).is_some())
    };
    let fits = |relative: &str| rule.pattern.is_match(relative) && (!rule.known || is_known(relative));
    let mut matching: Vec<_> = listing.files.iter().filter(|file| fits(&file.relative)).collect();
    if rule.label_table {
        matching.retain(|file| tables.beside(file).is_some());
    }
    let shapes = listing.files.iter().filter(|file| file.file_type() != FileType::Other).count();
    if (matching.len() as f64) < rule.share * shapes as f64 {
        return 0;
    }
    if rule.contains.is_empty() {
        return matching.len();
    }
    let holds_words = |file: &DataFile| {
        file.head(HEAD).is_ok_and(|head| {
            let text = String::from_utf8_lossy(&head);
            rule.contains.iter().all(|word| text.contains(word.as_str()))
        })
    };
    matching.iter().filter(|file| holds_words(file)).count()
}

/// Why a recipe would not be recognised in a folder by itself; nothing when it would be.
pub(crate) fn unmet(recipe: &Recipe, listing: &Listing, tables: &mut Tables) -> Vec<String> {
    if recipe.detect.is_empty() && recipe.release_name.is_none() {
        return vec!["detect: there is no rule, so the recipe is used only when it is asked for".to_owned()];
    }
    let unmet = recipe.detect.iter().enumerate().filter(|(_, rule)| rule.required);
    unmet
        .filter_map(|(index, rule)| {
            let count = count(rule, listing, tables);
            let pattern = rule.pattern.patterns().first().map_or("", |pattern| pattern.as_str());
            let few = || format!("detect[{index}]: {count} files like {pattern}, where {} are required", rule.min);
            (count < rule.min).then(few)
        })
        .collect()
}

/// The recipe's name, and its release's.
fn title(recipe: &Recipe) -> String {
    recipe.release_name.as_ref().map_or_else(|| recipe.name.clone(), |name| format!("{}, release {name}", recipe.name))
}

fn patterns(recipe: &Recipe) -> String {
    let all: Vec<&str> =
        recipe.inputs.iter().flat_map(|input| input.pattern.patterns()).map(crate::Pattern::as_str).collect();
    all.join(", ")
}

/// Says which files there are instead of masks and meshes.
fn what_is_there(listing: &Listing) -> String {
    let mut text = "no .nii, .nii.gz, .stl, .ply or .obj file".to_owned();
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    for file in &listing.files {
        let ending = file.name().rsplit_once('.').map_or("without an ending", |(_, ending)| ending);
        *endings.entry(ending.to_ascii_lowercase()).or_default() += 1;
    }
    let mut endings: Vec<(String, usize)> = endings.into_iter().collect();
    endings.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    if endings.is_empty() {
        text.push_str(if listing.skipped.is_empty() && listing.failed.is_empty() { "; it is empty" } else { "" });
    } else {
        let list: Vec<String> = endings.iter().take(5).map(|(ending, count)| format!("{count} {ending}")).collect();
        let _ = write!(text, "; it holds {}", list.join(", "));
    }
    if !listing.failed.is_empty() {
        let _ = write!(text, "; {} folders could not be read", listing.failed.len());
    }
    text
}
