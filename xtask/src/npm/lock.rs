//! Whether what the lock file names is installed: npm keeps the same list beside the packages it has installed.
//!
//! A developer who has just run `npm install` should not see all packages removed and fetched again. In doubt the answer
//! is no. Does not look at the packages themselves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A lock file: the committed one, or npm's own list in `node_modules`.
#[derive(Debug, Deserialize)]
struct Lock {
    packages: BTreeMap<String, Entry>,
}

/// What a lock file says of one package.
#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    integrity: Option<String>,
    /// For another system, or a peer that need not be there.
    #[serde(default)]
    optional: bool,
    /// As `optional`, for some of those that need it.
    #[serde(default, rename = "devOptional")]
    dev_optional: bool,
}

/// Whether every package of the lock file at `wanted` is in npm's list at `installed`, and nothing else is.
pub(super) fn is_installed(wanted: &Path, installed: &Path) -> bool {
    match (read(wanted), read(installed)) {
        (Some(wanted), Some(installed)) => fits(&wanted, &installed),
        _ => false,
    }
}

fn read(path: &Path) -> Option<Lock> {
    serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
}

fn fits(wanted: &Lock, installed: &Lock) -> bool {
    let all_there = wanted
        .packages
        .iter()
        .filter(|(place, _)| is_fetched(place))
        .all(|(place, entry)| match installed.packages.get(place) {
            Some(there) => there.integrity == entry.integrity,
            None => entry.optional || entry.dev_optional,
        });
    let nothing_else = installed
        .packages
        .keys()
        .filter(|place| is_fetched(place))
        .all(|place| wanted.packages.contains_key(place));
    all_there && nothing_else
}

/// Whether a place in a lock file is one where npm puts packages, not one of our own folders.
fn is_fetched(place: &str) -> bool {
    place.contains("node_modules/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn lock(packages: &Value) -> Lock {
        serde_json::from_value(json!({ "packages": packages })).unwrap()
    }

    fn wanted() -> Lock {
        lock(&json!({
            "": { "name": "root" },
            "web": { "name": "@consilium/web" },
            "node_modules/react": { "integrity": "sha512-a" },
            "web/node_modules/yjs": { "integrity": "sha512-b" },
            "node_modules/fsevents": { "integrity": "sha512-c", "optional": true },
        }))
    }

    #[test]
    fn what_is_installed_fits_without_what_is_for_other_systems() {
        let installed = lock(&json!({
            "node_modules/react": { "integrity": "sha512-a" },
            "web/node_modules/yjs": { "integrity": "sha512-b" },
        }));
        assert!(fits(&wanted(), &installed));
    }

    #[test]
    fn a_missing_another_or_an_additional_package_does_not_fit() {
        let yjs = ("web/node_modules/yjs", "sha512-b");
        let cases = [
            vec![("node_modules/react", "sha512-a")],
            vec![("node_modules/react", "sha512-other"), yjs],
            vec![
                ("node_modules/react", "sha512-a"),
                yjs,
                ("node_modules/left", "sha512-d"),
            ],
        ];
        for case in cases {
            let packages: Value = case
                .iter()
                .map(|(place, hash)| ((*place).to_owned(), json!({ "integrity": hash })))
                .collect();
            assert!(!fits(&wanted(), &lock(&packages)), "{case:?}");
        }
    }

    #[test]
    fn in_doubt_it_is_not_installed() {
        assert!(!is_installed(
            Path::new("no/such/lock"),
            Path::new("no/such/list")
        ));
    }
}
