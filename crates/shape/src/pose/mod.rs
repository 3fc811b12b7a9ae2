//! Position, direction and symmetry of shapes.
