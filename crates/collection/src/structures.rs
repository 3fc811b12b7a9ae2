//! The names a structure's name stands for in a search.

/// The canonical name that a name or synonym stands for, and the names of its sides (`kidney`: `kidney_left`,
/// `kidney_right`); none when the vocabulary does not know it.
pub(crate) fn names(name: &str) -> Vec<String> {
    let Some(structure) = medshape_anatomy::resolve(name) else { return Vec::new() };
    let sides = medshape_anatomy::children(structure.name);
    [structure].into_iter().chain(sides).map(|s| s.name.to_owned()).collect()
}
