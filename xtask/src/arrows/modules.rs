//! Arrows between the server's modules, read from the paths in its source.
//!
//! Works on Rust's own tokens, so that comments and texts do not count, groups (`use crate::{a, b::c}`) and `super` do, and
//! paths inside macros do too. Code under `#[cfg(test)]` is held to the same rules. Knows nothing of types: an arrow
//! that goes through no path (a method of a value that was handed over) is what a trait is for.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::workspace::Workspace;

/// Where the server's modules are.
const SOURCE: &str = "server/src";

/// A forbidden arrow.
struct Rule {
    /// The modules that must not know...
    from: &'static [&'static str],
    /// ... these.
    to: &'static [&'static str],
    /// Modules below `from` that may after all.
    except: &'static [&'static str],
    /// Why.
    why: &'static str,
}

/// The edges of the server: HTTP, the sockets, and the commands that put everything together.
const EDGES: &[&str] = &["http", "ws", "cli", "main"];

/// What is real, as opposed to a trait.
const REAL: &[&str] = &["store::sqlite", "store::postgres", "bus::redis"];

/// The forbidden arrows. A name covers everything below it; `""` is every module.
const RULES: &[Rule] = &[
    Rule {
        from: &["room"],
        to: EDGES,
        except: &[],
        why: "a room does not know how its members are connected",
    },
    Rule {
        from: &["store", "journal", "bus", "access"],
        to: &["room"],
        except: &[],
        why: "storage, bus and the rules of access do not know rooms",
    },
    Rule {
        from: &["store", "journal", "bus", "auth", "access"],
        to: EDGES,
        except: &[],
        why: "what is below does not know the edges",
    },
    Rule {
        from: &["http", "ws"],
        to: &["cli", "main"],
        except: &[],
        why: "only the commands put things together",
    },
    Rule {
        from: &["ws"],
        to: &["http"],
        except: &[],
        why: "HTTP knows the sockets' entry, not the other way round",
    },
    Rule {
        from: &["fhir"],
        to: &[
            "http", "ws", "cli", "main", "room", "store", "journal", "bus", "registry", "access",
            "auth",
        ],
        except: &[],
        why: "a bundle is made of what it is given",
    },
    Rule {
        from: &[""],
        to: REAL,
        // A backup is the work of a command, on the files of one real store.
        except: &["main", "cli", "backup", "store", "bus"],
        why: "only the commands know which store and which bus are real",
    },
];

/// The forbidden arrows of the server.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let root = workspace.path(SOURCE);
    let mut problems = Vec::new();
    for file in rust_files(&root)? {
        let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let module = module_of(file.strip_prefix(&root).unwrap_or(&file));
        let found = forbidden(&module, &text)
            .with_context(|| format!("read the paths of {}", file.display()))?;
        problems.extend(
            found
                .into_iter()
                .map(|problem| format!("{SOURCE}/{problem}")),
        );
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The module of a file: `room/presence.rs` is `room::presence`, `lib.rs` the crate itself.
fn module_of(file: &Path) -> Vec<String> {
    let module: Vec<String> = file
        .with_extension("")
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if module == ["lib"] {
        Vec::new()
    } else {
        module
    }
}

/// The forbidden arrows of one file.
fn forbidden(module: &[String], text: &str) -> Result<Vec<String>> {
    let tokens: TokenStream = text.parse().map_err(|error| anyhow!("{error}"))?;
    let mut paths = Vec::new();
    collect(tokens, module, &mut paths);
    let here = module.join("::");
    let mut problems = Vec::new();
    for path in paths {
        let there = path.join("::");
        for rule in RULES {
            let applies = rule.from.iter().any(|from| is_below(&here, from))
                && !rule.except.iter().any(|except| is_below(&here, except));
            if applies && rule.to.iter().any(|to| is_below(&there, to)) {
                problems.push(format!("{here} -> {there}: {}", rule.why));
            }
        }
    }
    Ok(problems)
}

/// Whether `module` is `parent` or inside it.
fn is_below(module: &str, parent: &str) -> bool {
    parent.is_empty()
        || module
            .strip_prefix(parent)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Collects every path of the crate in `tokens`, whose code is in `module`.
fn collect(tokens: TokenStream, module: &[String], paths: &mut Vec<Vec<String>>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        // `mod name { … }` opens a module inside the file: `super` means something else in there.
        if let [
            TokenTree::Ident(word),
            TokenTree::Ident(name),
            TokenTree::Group(body),
            ..,
        ] = &tokens[at..]
            && word == "mod"
            && body.delimiter() == Delimiter::Brace
        {
            let inner: Vec<String> = module.iter().cloned().chain([name.to_string()]).collect();
            collect(body.stream(), &inner, paths);
            at += 3;
            continue;
        }
        match &tokens[at] {
            TokenTree::Ident(_) if follows_path(&tokens[..at]) => at += 1,
            TokenTree::Ident(word) if word == "crate" => {
                at = branch(&tokens, at + 1, Vec::new(), module, paths);
            }
            TokenTree::Ident(word) if word == "self" => {
                at = branch(&tokens, at + 1, module.to_vec(), module, paths);
            }
            TokenTree::Ident(word) if word == "super" => {
                at = branch(&tokens, at + 1, parent(module), module, paths);
            }
            TokenTree::Group(group) => {
                collect(group.stream(), module, paths);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Whether what comes next continues a path (`other::crate` does not exist, but `foo::self` and `super::super` do).
fn follows_path(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Punct(first), TokenTree::Punct(second)] if first.as_char() == ':' && second.as_char() == ':')
}

fn parent(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1)].to_vec()
}

/// Follows a path from `at`, where a `::` may stand, with `path` already read; returns where it ends.
fn branch(
    tokens: &[TokenTree],
    mut at: usize,
    mut path: Vec<String>,
    module: &[String],
    paths: &mut Vec<Vec<String>>,
) -> usize {
    while follows_path(tokens.get(..at + 2).unwrap_or_default()) {
        match tokens.get(at + 2) {
            Some(TokenTree::Ident(word)) if word == "super" => path = parent(&path),
            Some(TokenTree::Ident(word)) if word == "self" => {}
            Some(TokenTree::Ident(word)) => path.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                members(group.stream(), &path, module, paths);
                return at + 3;
            }
            // `crate::*`, or the end of a turbofish.
            _ => break,
        }
        at += 3;
    }
    if !path.is_empty() {
        paths.push(path);
    }
    at
}

/// The members of a group in a `use`.
fn members(
    tokens: TokenStream,
    prefix: &[String],
    module: &[String],
    paths: &mut Vec<Vec<String>>,
) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for member in
        tokens.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','))
    {
        let mut path = prefix.to_vec();
        match member.first() {
            Some(TokenTree::Ident(word)) if word == "self" => {}
            Some(TokenTree::Ident(word)) => path.push(word.to_string()),
            _ => {}
        }
        branch(member, 1, path, module, paths);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(module: &str, text: &str, expected: &[&str]) {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        let found = forbidden(&module, text).unwrap();
        let arrows: Vec<&str> = found
            .iter()
            .filter_map(|problem| problem.split_once(": ").map(|(arrow, _)| arrow))
            .collect();
        // The reason follows the last path, whose colons are doubled.
        let arrows: Vec<&str> = arrows.iter().map(|arrow| arrow.trim()).collect();
        assert_eq!(arrows, expected, "{text}");
    }

    #[test]
    fn allowed_paths_pass() {
        check(
            "room",
            "use crate::store::Store; use crate::bus::{Bus, Event}; use super::journal;",
            &[],
        );
        check("main", "use crate::store::sqlite::SqliteStore;", &[]);
        check(
            "store::sqlite::append",
            "use super::SqliteStore; use crate::store::sqlite::schema;",
            &[],
        );
        check(
            "http::api",
            "use crate::room::Registry; use crate::ws;",
            &[],
        );
        check(
            "room",
            "// crate::http is the edge\nfn f() -> &'static str { \"crate::http\" }",
            &[],
        );
        check(
            "room",
            "use other::http::Thing; fn f(roomy: u8) { self::g(); }",
            &[],
        );
    }

    #[test]
    fn forbidden_paths_are_found_in_every_form() {
        check(
            "room",
            "use crate::http::router;",
            &["room -> http::router"],
        );
        check(
            "room::handle",
            "use crate::{ids, store::sqlite};",
            &["room::handle -> store::sqlite"],
        );
        check(
            "room",
            "use crate::store::{self, sqlite::{Pool, Row}};",
            &["room -> store::sqlite::Pool", "room -> store::sqlite::Row"],
        );
        check("room", "use super::ws;", &["room -> ws"]);
        check(
            "room::presence",
            "use super::super::http;",
            &["room::presence -> http"],
        );
        check(
            "room",
            "fn f() { log!(\"{}\", crate::ws::close()); }",
            &["room -> ws::close"],
        );
        check(
            "room",
            "mod tests { use super::super::ws::x; }",
            &["room -> ws::x"],
        );
        check("store", "use crate::room::Room;", &["store -> room::Room"]);
        check(
            "journal",
            "fn f(x: crate::store::sqlite::Pool) {}",
            &["journal -> store::sqlite::Pool"],
        );
        check(
            "ws::sync",
            "use crate::http::Error;",
            &["ws::sync -> http::Error"],
        );
    }

    #[test]
    fn a_file_is_the_module_of_its_path() {
        assert_eq!(
            module_of(Path::new("room/presence.rs")),
            ["room", "presence"]
        );
        assert_eq!(module_of(Path::new("lib.rs")), Vec::<String>::new());
    }
}
