//! Search structures over triangles and points.
