//! One pattern, or a list of them.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::pattern::Pattern;

/// One pattern or a list of them, any of which may fit.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "OneOrMany")]
#[schemars(with = "OneOrMany")]
pub struct Patterns(Vec<Pattern>);

impl Patterns {
    /// The patterns.
    pub fn patterns(&self) -> &[Pattern] {
        &self.0
    }

    /// Whether any of them fits the path.
    pub fn is_match(&self, relative: &str) -> bool {
        self.0.iter().any(|pattern| pattern.is_match(relative))
    }
}

/// How patterns are written: the faults of a pattern are reported, which serde's untagged enums would hide.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl TryFrom<OneOrMany> for Patterns {
    type Error = String;

    fn try_from(written: OneOrMany) -> Result<Self, String> {
        let texts = match written {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        };
        texts.iter().map(|text| Pattern::new(text)).collect::<Result<_, _>>().map(Self)
    }
}
