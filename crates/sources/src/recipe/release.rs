//! Releases of one dataset, as variants of its recipe.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Recipe;
use super::labels::LabelSet;
use super::licence::{Citation, Licence, Obtain};
use super::rules::{Annotation, DetectRule, IgnoreRule, InputRule, RelationRule};
use super::tables::MetadataRule;

/// One release: what it states replaces what the recipe states, but for `names`, `values`, `attributes` and
/// `unverified`, which are added to the recipe's.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Short name, a slug; no two recipes or releases share one.
    pub name: String,
    /// What tells this release from the others. Without a rule it is the one that is left.
    #[serde(default)]
    pub detect: Vec<DetectRule>,
    /// As in the recipe.
    #[serde(default)]
    pub title: Option<String>,
    /// As in the recipe.
    #[serde(default)]
    pub description: Option<String>,
    /// As in the recipe.
    #[serde(default)]
    pub homepage: Option<String>,
    /// As in the recipe.
    #[serde(default)]
    pub licence: Option<Licence>,
    /// As in the recipe.
    #[serde(default)]
    pub citation: Option<Citation>,
    /// As in the recipe.
    #[serde(default)]
    pub obtain: Option<Obtain>,
    /// As in the recipe.
    #[serde(default)]
    pub modality: Option<String>,
    /// As in the recipe.
    #[serde(default)]
    pub annotation: Option<Annotation>,
    /// As in the recipe.
    #[serde(default)]
    pub inputs: Vec<InputRule>,
    /// As in the recipe.
    #[serde(default)]
    pub ignore: Vec<IgnoreRule>,
    /// As in the recipe.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// As in the recipe.
    #[serde(default)]
    pub unions: BTreeMap<String, LabelSet>,
    /// As in the recipe.
    #[serde(default)]
    pub derive_side: Vec<String>,
    /// As in the recipe.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// As in the recipe.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// As in the recipe.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// As in the recipe.
    #[serde(default)]
    pub metadata: Vec<MetadataRule>,
    /// As in the recipe.
    #[serde(default)]
    pub relations: Vec<RelationRule>,
    /// As in the recipe.
    #[serde(default)]
    pub unverified: Vec<String>,
}

impl Recipe {
    /// The recipe as it is for one of its releases; it has no releases of its own.
    #[must_use]
    pub fn for_release(&self, release: &Release) -> Self {
        let mut recipe = Self { release: Vec::new(), release_name: Some(release.name.clone()), ..self.clone() };
        let stated = release.clone();
        take(&mut recipe.title, stated.title);
        take(&mut recipe.description, stated.description);
        take(&mut recipe.licence, stated.licence);
        take(&mut recipe.citation, stated.citation);
        recipe.homepage = stated.homepage.or(recipe.homepage);
        recipe.obtain = stated.obtain.or(recipe.obtain);
        recipe.modality = stated.modality.or(recipe.modality);
        recipe.annotation = stated.annotation.or(recipe.annotation);
        take_list(&mut recipe.inputs, stated.inputs);
        take_list(&mut recipe.ignore, stated.ignore);
        take_list(&mut recipe.derive_side, stated.derive_side);
        take_list(&mut recipe.metadata, stated.metadata);
        take_list(&mut recipe.relations, stated.relations);
        take(&mut recipe.labels, Some(stated.labels).filter(|labels| !labels.is_empty()));
        take(&mut recipe.unions, Some(stated.unions).filter(|unions| !unions.is_empty()));
        recipe.names.extend(stated.names);
        recipe.attributes.extend(stated.attributes);
        recipe.values.extend(stated.values);
        recipe.unverified.extend(stated.unverified);
        recipe
    }
}

fn take<T>(own: &mut T, stated: Option<T>) {
    if let Some(stated) = stated {
        *own = stated;
    }
}

fn take_list<T>(own: &mut Vec<T>, stated: Vec<T>) {
    if !stated.is_empty() {
        *own = stated;
    }
}
