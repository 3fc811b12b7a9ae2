//! What a search says of a shape.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::{Features, Laterality, Record, Subject};

/// A shape in a search result: enough to show and to choose it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShapeSummary {
    /// `<dataset>/<case>/<structure>`.
    pub id: String,
    /// The dataset's name.
    pub dataset: String,
    /// The case's name.
    pub case: String,
    /// The person or specimen.
    pub subject: Subject,
    /// The canonical structure name, or the source's.
    pub structure: String,
    /// The label as the source calls it.
    pub label: String,
    /// The label's number in the source.
    pub label_value: Option<u32>,
    /// Body system.
    pub system: Option<String>,
    /// Side of the body.
    pub laterality: Option<Laterality>,
    /// Whether the full mesh is closed.
    pub closed: bool,
    /// The stored files: name, and path within the collection.
    pub files: BTreeMap<String, String>,
    /// Measurements of the full mesh.
    pub features: Features,
}

impl From<&Record> for ShapeSummary {
    fn from(record: &Record) -> Self {
        let path = |name: &String| (name.clone(), format!("shapes/{}/{name}", record.id));
        Self {
            id: record.id.clone(),
            dataset: record.dataset.clone(),
            case: record.case.clone(),
            subject: record.subject.clone(),
            structure: record.structure.clone(),
            label: record.label.clone(),
            label_value: record.label_value,
            system: record.anatomy.system.clone(),
            laterality: record.anatomy.laterality,
            closed: record.quality.closed,
            files: record.files.keys().map(path).collect(),
            features: record.features.clone(),
        }
    }
}
