//! Counting a search's shapes by their properties.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Values a facet lists at most: the commonest.
const MAX_VALUES: usize = 500;

/// How many of all shapes found have which value. Shapes without a value are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Facets {
    pub dataset: Vec<FacetValue>,
    pub structure: Vec<FacetValue>,
    pub system: Vec<FacetValue>,
    pub region: Vec<FacetValue>,
    pub laterality: Vec<FacetValue>,
    pub sex: Vec<FacetValue>,
    /// `yes` or `no`.
    pub closed: Vec<FacetValue>,
}

/// A value, and how many shapes have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FacetValue {
    /// The value, as a filter takes it.
    pub value: String,
    /// Number of shapes.
    pub count: u64,
}

/// Adds up one facet.
#[derive(Default)]
pub(super) struct Counter(BTreeMap<String, u64>);

impl Counter {
    pub(super) fn add(&mut self, value: Option<&str>, count: u64) {
        let Some(value) = value else { return };
        match self.0.get_mut(value) {
            Some(n) => *n += count,
            None => drop(self.0.insert(value.to_owned(), count)),
        }
    }

    /// The commonest first, equals by name.
    pub(super) fn finish(self) -> Vec<FacetValue> {
        let mut values: Vec<_> = self.0.into_iter().map(|(value, count)| FacetValue { value, count }).collect();
        values.sort_by_key(|v| std::cmp::Reverse(v.count));
        values.truncate(MAX_VALUES);
        values
    }
}
