//! The vocabulary: canonical names of anatomical (and pathological, and instrument) structures, their synonyms, codes,
//! body systems and colours.
//!
//! The table is `anatomy.tsv` beside this crate's manifest: one row a structure, snake case, the side as the last token
//! (`kidney_left`); most paired structures also have a side-less row (`kidney`). A name from a data set is matched by
//! its letters and digits alone, in lower case, so that `Kidney-Left`, `kidney left` and `KidneyLeft` are one name.
//!
//! ```
//! let kidney = medshape_anatomy::resolve("Left-Kidney").unwrap();
//! assert_eq!(kidney.name, "kidney_left");
//! assert_eq!(kidney.display_name, "left kidney");
//! assert!(medshape_anatomy::resolve("something else").is_none());
//! ```

mod colour;
mod display;
mod resolve;
mod structure;
mod table;

pub use colour::{Named, colour};
pub use resolve::{normalise, resolve};
pub use structure::{Laterality, Structure};
pub use table::{all, children, get, parent, search_text};
