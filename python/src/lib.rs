//! The compiled part of the Python package: thin bindings over `medshape-collection`, `medshape-formats` and
//! `medshape-shape`, each call without the interpreter lock, arrays moved into numpy without a copy. The package's Python side gives them their shape.

// The macros of pyo3 take arguments by value and expand to unsafe code of their own.
#![allow(unsafe_code, clippy::needless_pass_by_value)]

mod arrays;
mod collection;
mod errors;
mod formats;
mod shape;

use pyo3::prelude::*;

/// The compiled part of medshape.
#[pymodule(gil_used = false)]
fn _medshape(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<collection::Collection>()?;
    formats::register(module)?;
    shape::register(module)
}
