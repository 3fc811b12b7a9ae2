//! What may be done with a dataset, what to cite, and how to get it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What may be done with the data. `None` where the source does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// SPDX identifier, where one fits.
    #[serde(default)]
    pub spdx: Option<String>,
    /// What the source states, in words.
    pub statement: String,
    /// What the MedShapeNet paper states, where that is something else. The source's own statement is the one that counts.
    #[serde(default)]
    pub paper_statement: Option<String>,
    /// Where the text is.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether commercial use is allowed.
    #[serde(default)]
    pub commercial: Option<bool>,
    /// Whether derived works may be shared.
    #[serde(default)]
    pub derivatives: Option<bool>,
    /// Whether derived works must carry the same licence.
    #[serde(default)]
    pub share_alike: Option<bool>,
    /// Whether the source must be named.
    #[serde(default)]
    pub attribution: Option<bool>,
    /// How the data is given out.
    #[serde(default)]
    pub access: Access,
    /// Whether shapes derived from the masks may be passed on, as far as the statements go.
    #[serde(default)]
    pub redistribute: Redistribute,
}

/// How the data is given out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// A public download.
    Open,
    /// An account or a form first.
    Registered,
    /// An agreement that someone must sign or grant.
    Restricted,
    /// Not known.
    #[default]
    Unknown,
}

/// Whether shapes derived from the masks may be passed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Redistribute {
    /// Yes, under the terms stated.
    Yes,
    /// Ask the source first: not stated, in conflict, or under an agreement.
    #[default]
    Ask,
    /// The source forbids it.
    No,
}

impl Licence {
    /// The verdict in a few words: `yes, non-commercial, share-alike`.
    pub fn verdict(&self) -> String {
        let mut words = vec![match self.redistribute {
            Redistribute::Yes => "yes",
            Redistribute::Ask => "ask",
            Redistribute::No => "no",
        }];
        words.extend((self.commercial == Some(false)).then_some("non-commercial"));
        words.extend((self.derivatives == Some(false)).then_some("no derivatives"));
        words.extend((self.share_alike == Some(true)).then_some("share-alike"));
        words.join(", ")
    }
}

/// What to cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The citation in words.
    pub text: String,
    /// DOIs without a prefix, e.g. `10.1148/ryai.230024`.
    #[serde(default)]
    pub doi: Vec<String>,
}

/// How to get the data.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Obtain {
    /// What to do, in words.
    pub text: String,
    /// Where.
    #[serde(default)]
    pub url: Option<String>,
}
