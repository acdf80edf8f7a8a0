//! Reads `protocol/vectors/*.json`; the format is in `protocol/vectors/README.md`. Each test takes from a file what it
//! needs, so the shape is the caller's.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::de::DeserializeOwned;

/// Vectors of another release to read instead, when two releases are to be compared.
pub(crate) const OTHER_RELEASE: &str = "CONSILIUM_VECTORS";

/// Every file, by name.
pub(crate) fn load<Suite: DeserializeOwned>() -> Vec<(String, Suite)> {
    let folder = std::env::var_os(OTHER_RELEASE).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors"),
        PathBuf::from,
    );
    let mut suites: Vec<_> = fs::read_dir(&folder)
        .expect("list the vectors")
        .map(|entry| entry.expect("list the vectors").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| {
            let name = path
                .file_stem()
                .expect("a file name")
                .to_string_lossy()
                .into_owned();
            let suite = serde_json::from_str(&fs::read_to_string(&path).expect("read the vectors"))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, suite)
        })
        .collect();
    suites.sort_by(|(one, _), (other, _)| one.cmp(other));
    suites
}

/// The bytes of a vector.
pub(crate) fn unhex(hex: &str) -> Bytes {
    assert!(hex.len().is_multiple_of(2), "odd hex: {hex}");
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits"))
        .collect()
}
