//! Shape features: numbers that describe one shape.
