//! Planning an import, from the outside.

mod common;
mod faults;
mod layouts;
mod real_data;
