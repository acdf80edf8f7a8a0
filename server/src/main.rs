//! The `consilium` binary.
fn main() {}
