//! Reads `server/vectors/*.json`: what nodes of adjacent releases say to each other on the bus, byte for byte.
//!
//! Only tests are here. `cargo xtask ci skew` lets them read what the commit before had (`CONSILIUM_SERVER_VECTORS`).

use std::io::ErrorKind;

use bytes::Bytes;
use serde_json::Value;

/// Where the vectors of another release are.
const OTHER_RELEASE: &str = "CONSILIUM_SERVER_VECTORS";

/// The vectors in a file, each with its name. Another release may have no such file.
///
/// # Panics
/// When they cannot be read.
pub(crate) fn vectors(file: &str) -> Vec<(String, Bytes)> {
    let other = std::env::var(OTHER_RELEASE).ok();
    let is_own = other.is_none();
    let folder =
        other.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/vectors").to_owned());
    let text = match std::fs::read_to_string(format!("{folder}/{file}")) {
        Err(error) if !is_own && error.kind() == ErrorKind::NotFound => return Vec::new(),
        text => text.expect("read the vectors"),
    };
    let all: Value = serde_json::from_str(&text).expect("JSON");
    let vectors: Vec<(String, Bytes)> = all["vectors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|vector| {
            let field = |name: &str| vector[name].as_str().expect("a text").to_owned();
            (field("name"), unhex(&field("hex")))
        })
        .collect();
    assert!(!vectors.is_empty(), "{file} is empty");
    vectors
}

fn unhex(text: &str) -> Bytes {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}
