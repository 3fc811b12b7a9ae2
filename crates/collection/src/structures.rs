//! The names a structure's name stands for in a search.

/// The canonical name that a name or synonym stands for, and the names of its sides (`kidney`: `kidney_left`,
/// `kidney_right`); none when the vocabulary does not know it.
pub(crate) fn names(_name: &str) -> Vec<String> {
    Vec::new()
}
