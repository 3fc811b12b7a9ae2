//! What can be wrong with a query.

use super::KEYS;

/// A term of a query that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("in the query, at character {}: {kind}", position + 1)]
pub struct QueryError {
    /// The term as typed.
    pub token: String,
    /// Where it starts, in characters from 0.
    pub position: usize,
    /// What is wrong with it.
    pub kind: QueryErrorKind,
}

/// What is wrong with a term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryErrorKind {
    /// The key before the colon is not known.
    #[error(
        "there is no filter {key:?}{}; the filters are {}",
        suggestion.map(|s| format!(" (did you mean {s}?)")).unwrap_or_default(), KEYS.join(", ")
    )]
    UnknownKey {
        /// The key as typed.
        key: String,
        /// The filter that may have been meant.
        suggestion: Option<&'static str>,
    },
    /// The value does not suit the key.
    #[error("{value:?} is no value for {key}: it takes {expected}")]
    BadValue {
        /// The filter.
        key: &'static str,
        /// The value as typed.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
    /// A quotation mark has no partner.
    #[error("the quotation mark is not closed")]
    UnclosedQuote,
    /// There is nothing to search for in the term.
    #[error("{token:?} holds no letter or digit to search for")]
    NoWord {
        /// The term.
        token: String,
    },
    /// The query is too long.
    #[error("a query has at most {} characters and {} terms", super::MAX_LENGTH, super::MAX_TERMS)]
    TooLong,
}
