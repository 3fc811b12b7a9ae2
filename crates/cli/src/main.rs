//! The medshape command.
fn main() {}
