//! Patterns of recipes: globs with captured names.
//!
//! | written | means |
//! | --- | --- |
//! | `*`, `?` | any characters, one character, within one folder or file name |
//! | `**/` | any number of folders |
//! | `[x]` | `x`, or nothing: `.nii[.gz]` |
//! | `{case}` | any characters within one name, captured; also `{structure}`, `{subject}`, `{time}`, `{reader}`, `{variant}` |
//! | `{case:case_\d+}` | the same, limited by a regular expression, in which there may be further captures |
//! | `{@sex}` | an attribute of the subject; `{@sex}` and `{@age}` are understood |
//!
//! A pattern fits a path at any depth up to [`EXTRA_FOLDERS`] folders below the root, for archives unpack differently;
//! one that begins with `/` fits at the root only. Upper and lower case are the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

/// How many folders may lie between the root and the first folder a pattern names.
pub(crate) const EXTRA_FOLDERS: usize = 4;
/// The names a pattern may capture.
const CAPTURES: [&str; 6] = ["case", "structure", "subject", "time", "reader", "variant"];
/// How an attribute's group is called in the regular expression.
const ATTRIBUTE: &str = "at_";

/// A compiled pattern.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern {
    text: String,
    regex: Arc<Regex>,
    /// What every path that fits ends in (one of them), compared first: it tells most files apart at little cost.
    endings: Arc<[String]>,
}

/// What a pattern captured from a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Captured {
    /// The folders above the part the pattern describes, with a `/` at the end, or empty.
    pub(crate) prefix: String,
    pub(crate) case: Option<String>,
    pub(crate) structure: Option<String>,
    pub(crate) subject: Option<String>,
    /// The time point.
    pub(crate) time: Option<String>,
    /// Who drew the mask.
    pub(crate) reader: Option<String>,
    /// What tells it from others of the same structure.
    pub(crate) variant: Option<String>,
    /// Attributes of the subject.
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Captured {
    /// The case: its own name, or the subject's and the time point's.
    pub(crate) fn case_name(&self) -> Option<String> {
        let by_subject = || {
            let subject = self.subject.as_ref()?;
            Some(self.time.as_ref().map_or_else(|| subject.clone(), |time| format!("{subject}_{time}")))
        };
        self.case.clone().or_else(by_subject)
    }
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
        Ok(Self { text: text.to_owned(), regex: Arc::new(regex), endings: endings(text).into() })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it fits a `/`-separated path relative to the root.
    pub fn is_match(&self, relative: &str) -> bool {
        self.ends_well(relative) && self.regex.is_match(relative)
    }

    fn ends_well(&self, relative: &str) -> bool {
        self.endings.iter().any(|ending| {
            let tail = relative.len().checked_sub(ending.len()).and_then(|start| relative.as_bytes().get(start..));
            tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending.as_bytes()))
        })
    }

    /// Whether the pattern captures this name.
    pub(crate) fn captures(&self, name: &str) -> bool {
        self.regex.capture_names().flatten().any(|found| found == name)
    }

    /// What it captures from a path that it fits.
    pub(crate) fn capture(&self, relative: &str) -> Option<Captured> {
        let found = self.ends_well(relative).then(|| self.regex.captures(relative))??;
        let group = |name: &str| found.name(name).map(|text| text.as_str().to_owned());
        Some(Captured {
            prefix: group("prefix").unwrap_or_default(),
            case: group("case"),
            structure: group("structure"),
            subject: group("subject"),
            time: group("time"),
            reader: group("reader"),
            variant: group("variant"),
            attributes: self
                .regex
                .capture_names()
                .flatten()
                .filter_map(|name| Some((name.strip_prefix(ATTRIBUTE)?.to_owned(), group(name)?)))
                .collect(),
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

/// The literal text at the end of a pattern, with each of its optional parts and without.
fn endings(text: &str) -> Vec<String> {
    let tail = text.rsplit(['*', '?', '}', '/']).next().unwrap_or_default();
    let mut endings = vec![String::new()];
    let mut rest = tail;
    // Non-ASCII letters have other cases than those compared here.
    if !tail.is_ascii() || tail.matches('[').count() > 3 {
        return endings;
    }
    while let Some((before, from)) = rest.split_once('[') {
        let Some((optional, after)) = from.split_once(']') else { return vec![String::new()] };
        endings = endings
            .into_iter()
            .flat_map(|ending| [format!("{ending}{before}"), format!("{ending}{before}{optional}")])
            .collect();
        rest = after;
    }
    if rest.contains(']') {
        return vec![String::new()];
    }
    endings.into_iter().map(|ending| ending + rest).collect()
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
                regex.push_str(&group(inside).map_err(|name| {
                    format!("{text:?} captures {name:?}; allowed are {} and @attribute", CAPTURES.join(", "))
                })?);
                rest = after;
            }
            other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    regex.push('$');
    Ok(regex)
}

/// The regular expression of what stands in braces: `case`, or `case:` and an expression with captures of its own.
/// The error is the name that cannot be captured.
fn group(inside: &str) -> Result<String, String> {
    let (name, limit) = inside.split_once(':').unwrap_or((inside, "[^/]+?"));
    let name = group_name(name).ok_or_else(|| name.to_owned())?;
    let mut regex = format!("(?P<{name}>");
    let mut rest = limit;
    while let Some((before, from)) = rest.split_once('{') {
        regex.push_str(before);
        let nested = until_closing(from)
            .filter(|(inner, _)| group_name(inner.split_once(':').map_or(*inner, |(name, _)| name)).is_some());
        if let Some((inner, after)) = nested {
            regex.push_str(&group(inner)?);
            rest = after;
        } else {
            regex.push('{');
            rest = from;
        }
    }
    regex.push_str(rest);
    regex.push(')');
    Ok(regex)
}

/// The group of a captured name, if that name may be captured.
fn group_name(name: &str) -> Option<String> {
    if let Some(attribute) = name.strip_prefix('@') {
        let good = attribute.starts_with(|first: char| first.is_ascii_lowercase())
            && attribute.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
        return good.then(|| format!("{ATTRIBUTE}{attribute}"));
    }
    CAPTURES.contains(&name).then(|| name.to_owned())
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
    fn captures_within_captures_and_attributes() {
        let pattern = Pattern::new(r"{case:{subject:BraTS-GLI-\d{5}}-{time:\d{3}}}/*_{@sex:[MF]}.nii").unwrap();
        let found = pattern.capture("x/BraTS-GLI-00012-001/a_F.nii").unwrap();
        assert_eq!(found.case.as_deref(), Some("BraTS-GLI-00012-001"));
        assert_eq!(found.subject.as_deref(), Some("BraTS-GLI-00012"));
        assert_eq!(found.time.as_deref(), Some("001"));
        assert_eq!(found.attributes["sex"], "F");
        assert!(!pattern.is_match("x/BraTS-GLI-00012/a_F.nii"));
    }

    #[test]
    fn endings_never_exclude_what_fits() {
        assert_eq!(super::endings("a/*_seg.nii[.gz]"), ["_seg.nii", "_seg.nii.gz"]);
        for (text, path) in [
            ("x[y].nii[.gz]", "xy.nii.gz"),
            ("x[_{case}].nii", "x_1.nii"),
            ("x[_*].nii", "x_12.nii"),
            ("größe.nii", "GRÖSSE.nii"),
            ("{case:a[bc]}", "ab"),
            ("{case}", "b"),
        ] {
            let pattern = Pattern::new(text).unwrap();
            assert_eq!(pattern.is_match(path), pattern.regex.is_match(path), "{text}");
        }
        assert!(Pattern::new("x[_*].nii").unwrap().is_match("x_12.nii"));
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
