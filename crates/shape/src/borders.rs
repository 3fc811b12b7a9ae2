//! How borders are treated.

/// What an operation does with the open borders of a mesh, and decimation with borders between vertex labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Borders {
    /// Their vertices stay exactly, all of them.
    #[default]
    Kept,
    /// The border is treated as a curve: its vertices are merged or smoothed with their neighbours along it only.
    Along,
}
