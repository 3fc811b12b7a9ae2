//! Conversions between masks, meshes and signed distance fields.
