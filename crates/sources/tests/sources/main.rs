//! Planning an import, from the outside.

mod archives;
mod common;
mod drafts;
mod faults;
mod layouts;
mod medshapenet;
mod public;
mod real_data;
