//! The search grammar: the same in CLI, REST, Python and web.
//!
//! Terms are separated by white space and must all match.
//!
//! | term | matches |
//! | --- | --- |
//! | `liver` | the word, or from three letters on its beginning, in structure, display name, synonyms, label, dataset, case, subject, system or region; case and accents do not matter |
//! | `kidney_left` | as `kidney left` |
//! | `"left kidney"` | the words in this order |
//! | `dataset:kits19,kits21` | any of the values; quote a value with spaces: `label:"left kidney"` |
//! | `age:40..60`, `volume:>100ml` | a range, both ends included, or `<`, `<=`, `>`, `>=` |
//! | `-word`, `-key:value` | everything but that |
//!
//! [`KEYS`] lists the filters.

mod error;
mod filter;
mod parse;
pub(crate) mod sql;
mod value;

use std::str::FromStr;

pub use error::{QueryError, QueryErrorKind};
pub use filter::KEYS;
pub(crate) use filter::{Filter, LicenceTest, NumberField, TextField};
pub(crate) use value::Range;

/// Longest query, in characters.
pub const MAX_LENGTH: usize = 2000;
/// Most terms of a query.
pub const MAX_TERMS: usize = 64;

/// A parsed query. The empty one matches everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    pub(crate) terms: Vec<Term>,
}

/// One term of a query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub(crate) negated: bool,
    pub(crate) test: Test,
}

/// What a term asks of a shape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// Each word is somewhere.
    Words(Vec<String>),
    /// The words are somewhere, one after the other.
    Phrase(Vec<String>),
    /// A property has a value.
    Filter(Filter),
}

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// [`QueryError`], which names the term, where it stands, and what would be right.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::parse(text)
    }

    /// Whether the query matches everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The words that a shape's names are ranked by: those of all terms that are not negated.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let positive = self.terms.iter().filter(|t| !t.negated);
        positive
            .flat_map(|t| match &t.test {
                Test::Words(words) | Test::Phrase(words) => words.as_slice(),
                Test::Filter(_) => &[],
            })
            .map(String::as_str)
    }
}

impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text)
    }
}

/// Splits text into the words that can be searched for, in lower case.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
}
