//! The masks of several readers as one: a vote, voxel by voxel.

use medshape_shape::{LabelMap, Labels};
use medshape_sources::{Consensus, ConsensusRule, Facts, Input, Note};
use serde_json::json;

use crate::case::{Job, source_file};
use crate::derived::Derived;
use crate::read::{self, Layer};
use crate::shape::step;
use crate::summary::Summary;
use crate::volume;

/// Imports the readers' common mask. All must be on the same grid.
pub(crate) fn import(job: &Job<'_>, consensus: &Consensus) -> Summary {
    let inputs: Vec<&Input> = consensus.inputs.iter().filter_map(|index| job.case.inputs.get(*index)).collect();
    let Some(first) = inputs.first() else { return Summary::default() };
    let failed = |reason: String| Summary {
        failed: vec![Note { file: first.relative.clone(), label: Some(consensus.name.clone()), reason }],
        ..Summary::default()
    };
    let mask = match vote(&inputs, consensus.rule) {
        Ok(mask) => mask,
        Err(reason) => return failed(format!("there is no consensus of the readers: {reason}")),
    };
    let fetched = match first.fetch() {
        Ok(fetched) => fetched,
        Err(error) => return failed(error.to_string()),
    };
    let facts = Facts { reader: None, variant: Some("consensus".to_owned()), ..first.facts.clone() };
    let input = Input { path: fetched.path().to_owned(), member: None, facts, ..(*first).clone() };
    let file = match source_file(&input) {
        Ok(file) => file,
        Err(reason) => return failed(reason),
    };
    let readers: Vec<&str> = inputs.iter().map(|input| input.relative.as_str()).collect();
    let made = Derived {
        name: consensus.name.clone(),
        side: None,
        label: None,
        mask,
        step: step("consensus", json!({ "rule": consensus.rule, "of": readers })),
    };
    volume::import_derived(job, &input, &file, &made)
}

/// Voxels that enough of the readers marked.
fn vote(inputs: &[&Input], rule: ConsensusRule) -> Result<LabelMap, String> {
    let mut votes: Option<(LabelMap, Vec<u8>)> = None;
    for input in inputs {
        let fetched = input.fetch().map_err(|error| error.to_string())?;
        let volume = read::labels(fetched.path(), &input.reading).map_err(|error| error.to_string())?;
        let Some(Layer { map, .. }) = volume.layers.into_iter().next() else {
            return Err(format!("{} holds no label map", input.relative));
        };
        let marked: Vec<u8> = match map.labels() {
            Labels::U8(v) => v.iter().map(|&l| u8::from(l != 0)).collect(),
            Labels::U16(v) => v.iter().map(|&l| u8::from(l != 0)).collect(),
            Labels::U32(v) => v.iter().map(|&l| u8::from(l != 0)).collect(),
        };
        match &mut votes {
            None => votes = Some((map, marked)),
            Some((grid, sum)) => {
                let same = grid.shape() == map.shape() && close(&grid.affine().rows(), &map.affine().rows());
                if !same {
                    return Err(format!("{} is on another grid", input.relative));
                }
                for (sum, mark) in sum.iter_mut().zip(marked) {
                    *sum = sum.saturating_add(mark);
                }
            }
        }
    }
    let Some((grid, mut sum)) = votes else { return Err("there is no mask".to_owned()) };
    let enough = match rule {
        ConsensusRule::Majority => inputs.len().div_ceil(2),
        ConsensusRule::All => inputs.len(),
        ConsensusRule::Any => 1,
    };
    for votes in &mut sum {
        *votes = u8::from(usize::from(*votes) >= enough);
    }
    LabelMap::new(grid.shape(), *grid.affine(), Labels::U8(sum)).map_err(|error| error.to_string())
}

/// Writers round the same grid differently.
fn close(a: &[[f64; 4]; 3], b: &[[f64; 4]; 3]) -> bool {
    a.iter().flatten().zip(b.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-3)
}
