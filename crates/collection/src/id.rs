//! Shape ids: `<dataset>/<case>/<structure>`, which are also paths below `shapes/` and in URLs.

use std::fmt;
use std::str::FromStr;

/// Longest component of an id, in characters (all ASCII): safe as a file name on every file system.
pub const MAX_COMPONENT: usize = 120;

/// The id of a shape. Its three components are slugs, so that it is always safe as a path and in a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShapeId {
    dataset: String,
    case: String,
    structure: String,
}

/// Text that cannot be a shape id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a shape id (dataset/case/structure): {reason}")]
pub struct IdError {
    /// The text given, shortened.
    pub text: String,
    /// The broken rule.
    pub reason: &'static str,
}

impl ShapeId {
    /// Builds an id from its components.
    ///
    /// # Errors
    /// [`IdError`] when one of them is not a slug (see [`check_slug`]).
    pub fn new(dataset: &str, case: &str, structure: &str) -> Result<Self, IdError> {
        for part in [dataset, case, structure] {
            check_slug(part)?;
        }
        Ok(Self { dataset: dataset.into(), case: case.into(), structure: structure.into() })
    }

    /// The dataset's name.
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// The case within the dataset.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// The structure within the case.
    pub fn structure(&self) -> &str {
        &self.structure
    }
}

impl fmt::Display for ShapeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.dataset, self.case, self.structure)
    }
}

impl FromStr for ShapeId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut parts = text.split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(dataset), Some(case), Some(structure), None) => Self::new(dataset, case, structure),
            _ => Err(error(text, "it needs three parts with a slash between them")),
        }
    }
}

/// Checks that a name can be a component of an id: ASCII letters, digits, `.`, `_`, `-`; 1 to [`MAX_COMPONENT`] of
/// them; not starting with a dot.
pub fn check_slug(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(error(text, "a part of it is empty"));
    }
    if text.len() > MAX_COMPONENT {
        return Err(error(text, "a part of it is longer than 120 characters"));
    }
    if text.starts_with('.') {
        return Err(error(text, "a part of it starts with a dot"));
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
        return Err(error(text, "it may hold only ASCII letters, digits, '.', '_' and '-'"));
    }
    Ok(())
}

fn error(text: &str, reason: &'static str) -> IdError {
    IdError { text: text.chars().take(200).collect(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_displays() {
        let id: ShapeId = "kits19/case_00002/kidney_tumor".parse().unwrap();
        assert_eq!((id.dataset(), id.case(), id.structure()), ("kits19", "case_00002", "kidney_tumor"));
        assert_eq!(id.to_string(), "kits19/case_00002/kidney_tumor");
    }

    #[test]
    fn refuses_what_could_leave_the_folder_or_confuse() {
        let long = format!("a/b/{}", "x".repeat(MAX_COMPONENT + 1));
        for bad in
            ["", "a/b", "a/b/c/d", "a//c", "../b/c", "a/../c", "a/b/..", "a/b/.x", "a/b\\c/d", "a/b/c d", "a/b/ü"]
                .into_iter()
                .chain([long.as_str(), "a/b/c\0", "/a/b/c", "a/b/c/"])
        {
            assert!(bad.parse::<ShapeId>().is_err(), "{bad:?}");
        }
        assert!(format!("a/b/{}", "x".repeat(MAX_COMPONENT)).parse::<ShapeId>().is_ok());
    }
}
