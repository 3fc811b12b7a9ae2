//! Structs of counts and measures as dictionaries; the package's Python side gives them their types.

/// A dictionary of some fields of a struct, under their names.
macro_rules! fields {
    ($py:expr, $of:expr, [$($name:ident),* $(,)?]) => {{
        let dict = pyo3::types::PyDict::new($py);
        $(pyo3::types::PyDictMethods::set_item(&dict, stringify!($name), &$of.$name)?;)*
        dict
    }};
}
pub(crate) use fields;
