//! Metrics: numbers that compare two shapes.
