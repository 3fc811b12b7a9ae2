//! Patterns of recipes: globs with captured names.
//!
//! | written | means |
//! | --- | --- |
//! | `*`, `?` | any characters, one character, within one folder or file name |
//! | `**/` | any number of folders |
//! | `[x]` | `x`, or nothing: `.nii[.gz]` |
//! | `{case}` | any characters within one name, captured; also `{structure}`, `{subject}` |
//! | `{case:case_\d+}` | the same, limited by a regular expression |
//!
//! A pattern fits a path at any depth up to [`EXTRA_FOLDERS`] folders below the root, for archives unpack differently;
//! one that begins with `/` fits at the root only. Upper and lower case are the same.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// How many folders may lie between the root and the first folder a pattern names.
pub(crate) const EXTRA_FOLDERS: usize = 4;
/// The names a pattern may capture.
const CAPTURES: [&str; 3] = ["case", "structure", "subject"];

/// A compiled pattern.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    text: String,
    regex: Arc<Regex>,
}

/// What a pattern captured from a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Captured {
    /// The folders above the part the pattern describes, with a `/` at the end, or empty.
    pub(crate) prefix: String,
    pub(crate) case: Option<String>,
    pub(crate) structure: Option<String>,
    pub(crate) subject: Option<String>,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn new(text: &str) -> Result<Self, String> {
        let regex = RegexBuilder::new(&translate(text)?)
            .case_insensitive(true)
            .build()
            .map_err(|error| format!("{text:?}: {}", error.to_string().lines().last().unwrap_or_default()))?;
        Ok(Self { text: text.to_owned(), regex: Arc::new(regex) })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it fits a `/`-separated path relative to the root.
    pub fn is_match(&self, relative: &str) -> bool {
        self.regex.is_match(relative)
    }

    /// Whether the pattern captures this name.
    pub(crate) fn captures(&self, name: &str) -> bool {
        self.regex.capture_names().flatten().any(|found| found == name)
    }

    /// What it captures from a path that it fits.
    pub(crate) fn capture(&self, relative: &str) -> Option<Captured> {
        let found = self.regex.captures(relative)?;
        let group = |name: &str| found.name(name).map(|text| text.as_str().to_owned());
        Some(Captured {
            prefix: group("prefix").unwrap_or_default(),
            case: group("case"),
            structure: group("structure"),
            subject: group("subject"),
        })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
    }
}

/// The regular expression of a pattern.
fn translate(text: &str) -> Result<String, String> {
    let mut regex = String::from("^");
    let mut rest = text;
    match text.strip_prefix('/') {
        Some(anchored) => rest = anchored,
        None => regex.extend(["(?P<prefix>(?:[^/]+/){0,", &EXTRA_FOLDERS.to_string(), "}?)"]),
    }
    if rest.is_empty() {
        return Err("a pattern cannot be empty".to_owned());
    }
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            regex.push_str("(?:[^/]+/)*");
            rest = after;
            continue;
        }
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
        match character {
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '[' => regex.push_str("(?:"),
            ']' => regex.push_str(")?"),
            '{' => {
                let (inside, after) =
                    until_closing(rest).ok_or_else(|| format!("{text:?} has a `{{` without its `}}`"))?;
                let (name, limit) = inside.split_once(':').unwrap_or((inside, "[^/]+?"));
                if !CAPTURES.contains(&name) {
                    return Err(format!("{text:?} captures {name:?}; allowed are {}", CAPTURES.join(", ")));
                }
                regex.extend(["(?P<", name, ">", limit, ")"]);
                rest = after;
            }
            other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    Ok(regex)
}

/// Splits at the brace that closes one already opened; braces inside are counted (`\d{5}`).
fn until_closing(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (position, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..position)?, text.get(position + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn captures_and_depth() {
        let pattern = Pattern::new(r"{case:case_\d{5}}/segmentation.nii[.gz]").unwrap();
        for path in ["case_00001/segmentation.nii.gz", "kits19/data/case_00001/Segmentation.NII"] {
            assert_eq!(pattern.capture(path).unwrap().case.as_deref(), Some("case_00001"), "{path}");
        }
        assert_eq!(pattern.capture("a/b/case_00001/segmentation.nii").unwrap().prefix, "a/b/");
        for path in
            ["case_1/segmentation.nii", "a/b/c/d/e/case_00001/segmentation.nii", "case_00001/x/segmentation.nii"]
        {
            assert!(!pattern.is_match(path), "{path}");
        }
    }

    #[test]
    fn globs() {
        assert!(Pattern::new("imagesTr/*_0000.nii[.gz]").unwrap().is_match("a/imagesTr/x_0000.nii.gz"));
        assert!(Pattern::new("**/*.stl").unwrap().is_match("a/b/c/d/e/f/g/h.STL"));
        assert!(!Pattern::new("/meta.csv").unwrap().is_match("a/meta.csv"));
        assert!(Pattern::new("a+b (c).txt").unwrap().is_match("a+b (c).txt"));
    }

    #[test]
    fn faults_are_named() {
        for (text, word) in
            [("{case", "closing"), ("{organ}/x", "allowed are"), ("", "empty"), ("{case:(}", "group"), ("[x", "group")]
        {
            let error = Pattern::new(text).unwrap_err();
            assert!(error.contains(word) || error.contains("without its"), "{text}: {error}");
        }
    }
}
