//! What belongs together in a case: relations between its structures, and the masks of several readers.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{self, Case, Consensus, Input, InputKind, Part, Relation};
use crate::recipe::{ConsensusRule, Recipe};

/// Adds the relations that the recipe states, where a case has both structures and their variants agree.
pub(crate) fn add(recipe: &Recipe, cases: &mut [Case]) {
    if recipe.relations.is_empty() {
        return;
    }
    for case in cases {
        let parts: BTreeSet<Part> = case.inputs.iter().flat_map(|input| parts(recipe, input)).collect();
        let mut found: BTreeSet<Relation> = BTreeSet::new();
        for rule in &recipe.relations {
            for from in parts.iter().filter(|part| part.structure == rule.from) {
                let agrees = |to: &&Part| to.variant.is_none() || from.variant.is_none() || to.variant == from.variant;
                for to in parts.iter().filter(|part| part.structure == rule.to).filter(agrees) {
                    found.insert(Relation { kind: rule.kind, from: from.clone(), to: to.clone() });
                }
            }
        }
        case.relations = found.into_iter().collect();
    }
}

/// What an input can hold, in the vocabulary's names.
fn parts(recipe: &Recipe, input: &Input) -> Vec<Part> {
    let unions = input.reading.unions.iter().map(|union| union.name.as_str());
    let names = case::names(&input.kind).into_iter().chain(unions);
    let structures = names.filter_map(|name| recipe.resolve(name));
    structures
        .map(|structure| Part { structure: structure.name.to_owned(), variant: input.facts.variant.clone() })
        .collect()
}

/// The masks of each structure that have a reader and a rule, where there are two or more.
pub(crate) fn consensus(inputs: &[Input], rules: &[Option<ConsensusRule>]) -> Vec<Consensus> {
    let mut by_name: BTreeMap<&str, (ConsensusRule, Vec<usize>)> = BTreeMap::new();
    for (index, (input, rule)) in inputs.iter().zip(rules).enumerate() {
        if let (InputKind::Binary { name } | InputKind::Instances { name }, Some(rule), Some(_)) =
            (&input.kind, rule, &input.facts.reader)
        {
            by_name.entry(name).or_insert_with(|| (*rule, Vec::new())).1.push(index);
        }
    }
    by_name
        .into_iter()
        .filter(|(_, (_, inputs))| inputs.len() > 1)
        .map(|(name, (rule, inputs))| Consensus { name: name.to_owned(), rule, inputs })
        .collect()
}
