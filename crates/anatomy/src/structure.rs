//! One structure of the vocabulary.

use std::fmt;

/// One row of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// Canonical name: snake case, the side as the last token, e.g. `kidney_left`, `vertebra_L3`.
    pub name: &'static str,
    /// The name as a person would write it, e.g. `left kidney`.
    pub display_name: String,
    /// Other names in use. No synonym belongs to two structures.
    pub synonyms: Vec<&'static str>,
    /// Concept of the Foundational Model of Anatomy including the side, e.g. `FMA:7205`.
    pub fma: Option<&'static str>,
    /// Side-less class of UBERON, e.g. `UBERON:0002113`.
    pub uberon: Option<&'static str>,
    /// Side-less SNOMED CT type code as DICOM segmentations use it; pathology rows hold a morphology code.
    pub snomed: Option<&'static str>,
    /// Body system, e.g. `urinary`; also `pathology`, `instrument`, `body`.
    pub system: &'static str,
    /// Body region, e.g. `abdomen`; none for instruments.
    pub region: Option<&'static str>,
    /// On which side of the body it lies.
    pub laterality: Laterality,
}

/// Side of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Laterality {
    /// The person's left.
    Left,
    /// The person's right.
    Right,
    /// In the midline, or single and crossing it.
    Midline,
    /// Paired but the side is not said, scattered, or without meaning (instruments).
    Unspecified,
}

impl Laterality {
    /// The word used in records and queries: `left`, `right`, `midline` or `unspecified`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Midline => "midline",
            Self::Unspecified => "unspecified",
        }
    }

    /// The inverse of [`Laterality::as_str`].
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Left, Self::Right, Self::Midline, Self::Unspecified].into_iter().find(|side| side.as_str() == word)
    }
}

impl fmt::Display for Laterality {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
