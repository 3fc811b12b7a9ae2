//! From a data set's name for a structure to the vocabulary.
//!
//! Matching never guesses: a name that fits no row, or whose side is unclear, stays unresolved and keeps its own name.

use crate::structure::{Laterality, Structure};
use crate::table::{get, vocabulary};

/// Letters and digits only, in lower case; accents and other scripts are dropped.
pub fn normalise(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

/// The structure a source's name means, if that is certain.
///
/// Understands canonical names, synonyms, a plural `s`, and sides in the usual places: `Left-Hippocampus`,
/// `Hippocampus_L`, `l_hippocampus`, `hippocampus (left)`, `lh.hippocampus`. A side is accepted only where the table has
/// that side of the structure.
pub fn resolve(source_name: &str) -> Option<&'static Structure> {
    // Names in files are short; a whole document is none.
    if source_name.len() > 200 {
        return None;
    }
    let normalised = normalise(source_name);
    plain(&normalised).or_else(|| sided_by_token(source_name)).or_else(|| sided_by_affix(&normalised))
}

/// A name or synonym as it is, or in the plural.
fn plain(normalised: &str) -> Option<&'static Structure> {
    let vocabulary = vocabulary();
    vocabulary.lookup(normalised).or_else(|| {
        // `livers`, but not `s` of a short code.
        normalised.strip_suffix('s').filter(|rest| rest.len() >= 4).and_then(|rest| vocabulary.lookup(rest))
    })
}

/// A side as a word of its own: whole words and `lh`/`rh` anywhere, a single letter only first or last.
fn sided_by_token(source_name: &str) -> Option<&'static Structure> {
    let tokens: Vec<String> = source_name
        .split(|character: char| !character.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(str::to_lowercase)
        .collect();
    let mut found: Option<(usize, Laterality)> = None;
    for (position, token) in tokens.iter().enumerate() {
        let at_end = position == 0 || position + 1 == tokens.len();
        let side = match token.as_str() {
            "left" | "lh" => Laterality::Left,
            "right" | "rh" => Laterality::Right,
            "l" if at_end => Laterality::Left,
            "r" if at_end => Laterality::Right,
            _ => continue,
        };
        if found.is_some() {
            return None; // two sides, or one said twice
        }
        found = Some((position, side));
    }
    let (position, side) = found?;
    let rest: Vec<&str> =
        tokens.iter().enumerate().filter(|&(index, _)| index != position).map(|(_, token)| token.as_str()).collect();
    // FreeSurfer marks cortical labels: `ctx-lh-precentral`.
    let rest = if rest.first() == Some(&"ctx") { rest.get(1..)? } else { &rest[..] };
    on_side(&normalise(&rest.concat()), side)
}

/// A whole word at either end of a name written together: `LeftKidney`, `KidneyLeft`.
fn sided_by_affix(normalised: &str) -> Option<&'static Structure> {
    [("left", Laterality::Left), ("right", Laterality::Right)].into_iter().find_map(|(word, side)| {
        [normalised.strip_prefix(word), normalised.strip_suffix(word)]
            .into_iter()
            .flatten()
            .find_map(|rest| on_side(rest, side))
    })
}

/// The given side of what `rest` (normalised) names.
fn on_side(rest: &str, side: Laterality) -> Option<&'static Structure> {
    if rest.is_empty() {
        return None;
    }
    let vocabulary = vocabulary();
    [format!("{rest}{side}"), format!("{side}{rest}")].iter().find_map(|name| vocabulary.lookup(name)).or_else(|| {
        let whole = plain(rest).filter(|structure| structure.laterality == Laterality::Unspecified)?;
        get(&format!("{}_{side}", whole.name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(source: &str) -> Option<&'static str> {
        resolve(source).map(|structure| structure.name)
    }

    #[test]
    fn names_synonyms_and_spelling() {
        assert_eq!(name("liver"), Some("liver"));
        assert_eq!(name("Gall Bladder"), Some("gallbladder"));
        assert_eq!(name("vertebrae_L3"), Some("vertebra_L3"));
        assert_eq!(name("Vertebra L3"), Some("vertebra_L3"));
        assert_eq!(name("lumbar3"), Some("vertebra_L3"));
        assert_eq!(name("thoracic10"), Some("vertebra_T10"));
        assert_eq!(name("kidneys"), Some("kidney"));
        assert_eq!(name("livers"), Some("liver"));
    }

    #[test]
    fn sides_in_every_usual_place() {
        for source in [
            "Left-Hippocampus",
            "Hippocampus_L",
            "L_hippocampus",
            "l_hippocampus",
            "hippocampus (left)",
            "hippocampus left",
            "lh.hippocampus",
            "LeftHippocampus",
            "hippocampus.l",
        ] {
            assert_eq!(name(source), Some("hippocampus_left"), "{source}");
        }
        assert_eq!(name("rh.hippocampus"), Some("hippocampus_right"));
        assert_eq!(name("r_femur"), Some("femur_right"));
        assert_eq!(name("l_pelvis"), Some("hip_left"));
        assert_eq!(name("rib_left_2"), Some("rib_2_left"));
    }

    #[test]
    fn nothing_is_guessed() {
        for source in [
            "",
            "l",
            "left",
            "left_right_kidney",
            "liver_left",
            "l_liver",
            "organ",
            "cleft",
            "1",
            "label 3",
            "üöä",
            "s",
        ] {
            assert_eq!(name(source), None, "{source}");
        }
        assert_eq!(name(&"kidney ".repeat(1000)), None);
    }

    #[test]
    fn every_name_resolves_to_itself() {
        for structure in crate::all() {
            assert_eq!(name(structure.name), Some(structure.name));
            assert_eq!(name(&structure.name.to_uppercase()), Some(structure.name));
            for synonym in &structure.synonyms {
                assert_eq!(name(synonym), Some(structure.name), "{synonym}");
            }
        }
    }
}
