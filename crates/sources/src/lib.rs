//! Sources: recipes as data, and the plan of an import.
//!
//! A recipe (`recipes/*.toml`, or a user's own file) says how one dataset lies on disk: which files hold which labels of
//! which case, where the metadata tables are, what the licence is and what to cite. [`plan`] finds the recipe that fits
//! a folder and lists the cases to import, reading file names and small tables only, never a volume or a mesh.
//!
//! `docs/recipes.md` describes every key.

mod archive;
mod axes;
mod case;
mod check;
mod detect;
mod draft;
mod error;
mod file;
mod find;
mod folders;
mod group;
mod labels;
mod medshapenet;
mod metadata;
mod pattern;
mod plan;
mod recipe;
mod relations;
mod slug;
mod walk;

pub use archive::Member;
pub use axes::Axes;
pub use case::{Case, Consensus, Facts, Input, InputKind, Note, Part, Reading, Relation, Sex, Subject, Union};
pub use check::{RecipeCheck, check_recipe};
pub use draft::draft_recipe;
pub use error::SourceError;
pub use file::{DataFile, Fetched};
pub use medshapenet::{ShapeName, medshapenet_file_name, parse_medshapenet_name};
pub use pattern::Pattern;
pub use plan::{Plan, PlanOptions, plan};
pub use recipe::{
    Access, AgeColumn, Annotation, CaseRule, Citation, ConsensusRule, DatasetName, DetectRule, IgnoreRule, InputRule,
    KindName, LabelSet, Licence, MetadataRule, Obtain, Patterns, Recipe, Redistribute, RelationKind, RelationRule,
    Release, SexColumn, Unit, recipe, recipe_schema, recipes,
};
pub use slug::slug;
