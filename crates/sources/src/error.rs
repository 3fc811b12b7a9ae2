//! Why an import could not be planned. Faults of single files are notes in the plan, not errors.

use std::path::PathBuf;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file or folder to import is not there or cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// What was asked for.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Nothing in the folder is a mask or a mesh.
    #[error("{} holds nothing to import: {looked_for}", root.display())]
    Nothing {
        /// What was searched.
        root: PathBuf,
        /// What was looked for, and what was there instead.
        looked_for: String,
    },
    /// The recipe asked for does not fit the folder.
    #[error("recipe {recipe} finds nothing in {}: {expected}; leave out --recipe to have the fitting one found", root.display())]
    DoesNotFit {
        /// The recipe's name.
        recipe: String,
        /// What was searched.
        root: PathBuf,
        /// The files the recipe describes.
        expected: String,
    },
    /// No recipe of that name is built in, and no file of that name exists.
    #[error("there is no recipe {name:?}: give the path of a TOML file, or one of {}", known.join(", "))]
    UnknownRecipe {
        /// What was asked for.
        name: String,
        /// The recipes that are built in.
        known: Vec<String>,
    },
    /// The recipe file is not the TOML that a recipe is.
    #[error("recipe {file}: {message}")]
    RecipeSyntax {
        /// The recipe's file.
        file: String,
        /// The parser's words, with line and column.
        message: String,
    },
    /// A key of the recipe has a value that cannot be used.
    #[error("recipe {file}: key `{key}`: {message}")]
    RecipeKey {
        /// The recipe's file.
        file: String,
        /// The key, e.g. `inputs[2].pattern`.
        key: String,
        /// What is wrong, and what is allowed.
        message: String,
    },
    /// The name given for the dataset has no letter or digit.
    #[error("--dataset {name:?} cannot name a dataset: use letters, digits, `.`, `_` and `-`")]
    DatasetName {
        /// What was given.
        name: String,
    },
}
