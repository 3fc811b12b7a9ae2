//! Sources: recipes as data, and the plan of an import.
//!
//! A recipe (`recipes/*.toml`, or a user's own file) says how one dataset lies on disk: which files hold which labels of
//! which case, where the metadata tables are, what the licence is and what to cite. [`plan`] finds the recipe that fits
//! a folder and lists the cases to import, reading file names and small tables only, never a volume or a mesh.
//!
//! `docs/recipes.md` describes every key.

mod axes;
mod detect;
mod error;
mod find;
mod group;
mod labels;
mod metadata;
mod pattern;
mod plan;
mod recipe;
mod slug;
mod walk;

pub use axes::Axes;
pub use error::SourceError;
pub use pattern::Pattern;
pub use plan::{Case, Input, InputKind, Note, Plan, PlanOptions, Sex, Subject, plan};
pub use recipe::{
    AgeColumn, CaseRule, Citation, DatasetName, DetectRule, IgnoreRule, InputRule, KindName, Licence, MetadataRule,
    Patterns, Recipe, SexColumn, Unit, recipe, recipes,
};
pub use slug::slug;
