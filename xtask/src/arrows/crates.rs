//! Arrows between crates: what a crate of the workspace may depend on, and what must not even reach it indirectly.
//!
//! Reads `cargo metadata`, with `--locked`: a lock file that does not fit the manifests fails here first. Dependencies of
//! tests count towards direct arrows only where the table says so; what a test uses does not reach a user.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process::Cmd;
use crate::workspace::Workspace;

/// What one crate may know.
struct Rule {
    /// The crate.
    name: &'static str,
    /// The crates of the workspace that it may use.
    may_use: &'static [&'static str],
    /// Crates that must not be in its graph at all, however far away.
    never: &'static [&'static str],
}

/// The runtime and everything that does input or output: what a pure crate is free of.
const IO: &[&str] = &[
    "tokio", "axum", "hyper", "reqwest", "sqlx", "redis", "web-sys",
];

/// One rule for each crate of the workspace; a crate without one is an error.
const RULES: &[Rule] = &[
    Rule {
        name: "consilium-protocol",
        may_use: &[],
        never: &[
            "tokio", "axum", "hyper", "reqwest", "sqlx", "redis", "web-sys", "yrs",
        ],
    },
    Rule {
        // The words for access are those of the wire.
        name: "consilium-model",
        may_use: &["consilium-protocol"],
        never: IO,
    },
    Rule {
        // Its tests have the reviewer compare what the engine hands out; the engine itself never holds it.
        name: "consilium-client",
        may_use: &["consilium-protocol", "consilium-model", "consilium-review"],
        never: &[
            "tokio",
            "axum",
            "hyper",
            "reqwest",
            "sqlx",
            "redis",
            "consilium-review",
        ],
    },
    Rule {
        // A module of its own beside the engine's: neither knows the other.
        name: "consilium-review",
        may_use: &["consilium-model"],
        never: &["tokio", "axum", "hyper", "reqwest", "sqlx", "redis"],
    },
    Rule {
        // A third module: it knows references and how they are written, and nothing of documents.
        name: "consilium-cite",
        may_use: &[],
        never: IO,
    },
    Rule {
        name: "consilium-server",
        may_use: &["consilium-protocol", "consilium-model"],
        never: &["wasm-bindgen-cli-support"],
    },
    Rule {
        name: "consilium-tests",
        may_use: &[
            "consilium-protocol",
            "consilium-model",
            "consilium-client",
            "consilium-server",
        ],
        never: &[],
    },
    Rule {
        name: "consilium-simulation",
        may_use: &[
            "consilium-protocol",
            "consilium-model",
            "consilium-client",
            "consilium-server",
        ],
        never: &[],
    },
    Rule {
        // It measures the server from outside, as it measures the peers.
        name: "consilium-bench",
        may_use: &["consilium-protocol"],
        never: &["axum", "hyper", "reqwest", "sqlx", "redis", "web-sys"],
    },
    Rule {
        name: "xtask",
        may_use: &[],
        never: &["tokio", "yrs"],
    },
];

/// The part of cargo's metadata that the check reads.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dep>,
}

#[derive(Deserialize)]
struct Dep {
    pkg: String,
    dep_kinds: Vec<DepKind>,
}

#[derive(Deserialize)]
struct DepKind {
    /// None for a normal dependency, else "dev" or "build".
    kind: Option<String>,
    /// The platform that it is for, if not all.
    target: Option<String>,
}

/// The forbidden arrows of the workspace.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let text = Cmd::cargo(workspace.root())
        .args(["metadata", "--format-version", "1", "--locked"])
        .text()?;
    let metadata = serde_json::from_str(&text).context("parse cargo's metadata")?;
    Ok(forbidden(&metadata))
}

fn forbidden(metadata: &Metadata) -> Vec<String> {
    let names: BTreeMap<&str, &str> = metadata
        .packages
        .iter()
        .map(|package| (package.id.as_str(), package.name.as_str()))
        .collect();
    let nodes: BTreeMap<&str, &Node> = metadata
        .resolve
        .nodes
        .iter()
        .map(|node| (node.id.as_str(), node))
        .collect();
    let members: BTreeSet<&str> = metadata
        .workspace_members
        .iter()
        .filter_map(|id| names.get(id.as_str()).copied())
        .collect();
    let mut problems = Vec::new();

    for member in &metadata.workspace_members {
        let name = names.get(member.as_str()).copied().unwrap_or(member);
        let Some(rule) = RULES.iter().find(|rule| rule.name == name) else {
            problems.push(format!(
                "{name}: a crate without a rule; say in xtask/src/arrows/crates.rs what it may use"
            ));
            continue;
        };
        let direct = nodes
            .get(member.as_str())
            .map(|node| node.deps.as_slice())
            .unwrap_or_default();
        for used in direct
            .iter()
            .filter_map(|dep| names.get(dep.pkg.as_str()).copied())
        {
            if members.contains(used) && !rule.may_use.contains(&used) {
                problems.push(format!(
                    "{name} -> {used}: not an arrow of the architecture"
                ));
            }
        }
        for (reached, path) in reached(member, &nodes, &names) {
            if rule.never.contains(&reached) {
                problems.push(format!(
                    "{name} must be free of {reached}, but: {}",
                    path.join(" -> ")
                ));
            }
        }
    }
    problems
}

/// Every crate that is compiled into `start`, with a shortest way to it.
fn reached<'a>(
    start: &'a str,
    nodes: &BTreeMap<&'a str, &'a Node>,
    names: &BTreeMap<&'a str, &'a str>,
) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut ways: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut seen = BTreeSet::from([start]);
    let mut next = std::collections::VecDeque::from([(
        start,
        vec![names.get(start).copied().unwrap_or(start)],
    )]);
    while let Some((id, way)) = next.pop_front() {
        for dep in nodes
            .get(id)
            .map(|node| node.deps.as_slice())
            .unwrap_or_default()
        {
            if !dep.dep_kinds.iter().any(is_compiled_in) || !seen.insert(&dep.pkg) {
                continue;
            }
            let name = names.get(dep.pkg.as_str()).copied().unwrap_or(&dep.pkg);
            let way: Vec<&str> = way.iter().copied().chain([name]).collect();
            ways.entry(name).or_insert_with(|| way.clone());
            next.push_back((&dep.pkg, way));
        }
    }
    ways
}

/// Whether code for a platform that we build for comes with it: not tests, not build scripts, not WASI.
fn is_compiled_in(kind: &DepKind) -> bool {
    kind.kind.is_none()
        && !kind
            .target
            .as_deref()
            .is_some_and(|target| target.contains("wasi") || target.contains("windows"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A workspace of all members where `arrows` are the only dependencies, each with its kind.
    fn graph(arrows: &[(&str, &str, Option<&str>)]) -> Metadata {
        let members: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        let all: BTreeSet<&str> = members
            .iter()
            .copied()
            .chain(arrows.iter().flat_map(|(from, to, _)| [*from, *to]))
            .collect();
        let nodes: Vec<_> = all
            .iter()
            .map(|id| {
                let deps: Vec<_> = arrows
                    .iter()
                    .filter(|(from, ..)| from == id)
                    .map(|(_, to, kind)| json!({ "pkg": to, "dep_kinds": [{ "kind": kind, "target": null }] }))
                    .collect();
                json!({ "id": id, "deps": deps })
            })
            .collect();
        let packages: Vec<_> = all
            .iter()
            .map(|id| json!({ "id": id, "name": id }))
            .collect();
        serde_json::from_value(json!({ "packages": packages, "workspace_members": members, "resolve": { "nodes": nodes } })).unwrap()
    }

    #[test]
    fn the_architecture_itself_is_allowed() {
        let allowed = graph(&[
            ("consilium-server", "consilium-protocol", None),
            ("consilium-server", "tokio", None),
            ("consilium-client", "consilium-model", None),
            ("consilium-model", "yrs", None),
            ("consilium-protocol", "tokio", Some("dev")),
        ]);
        assert_eq!(forbidden(&allowed), Vec::<String>::new());
    }

    #[test]
    fn forbidden_arrows_are_found() {
        for (from, to) in [
            ("consilium-server", "consilium-client"),
            ("consilium-client", "consilium-server"),
            ("consilium-protocol", "consilium-model"),
            ("consilium-protocol", "yrs"),
            ("consilium-model", "tokio"),
        ] {
            let found = forbidden(&graph(&[(from, to, None)]));
            assert_eq!(found.len(), 1, "{from} -> {to}: {found:?}");
        }
    }

    #[test]
    fn a_forbidden_crate_is_found_behind_another() {
        let found = forbidden(&graph(&[
            ("consilium-model", "helper", None),
            ("helper", "tokio", None),
        ]));
        assert_eq!(
            found,
            ["consilium-model must be free of tokio, but: consilium-model -> helper -> tokio"]
        );
    }

    #[test]
    fn a_crate_without_a_rule_is_found() {
        let mut metadata = graph(&[]);
        metadata.workspace_members.push("newcomer".to_owned());
        assert_eq!(forbidden(&metadata).len(), 1);
    }
}
