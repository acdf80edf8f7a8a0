//! `docs/protocol.md` cannot drift: its tables are compared with the code, its rules are numbered once each, and every
//! rule that this crate cites is there. `UPDATE_DOCS=1 cargo test -p consilium-protocol --test documentation` writes the
//! tables anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use consilium_protocol::close::{CloseCode, Retry, retry_after_close};
use consilium_protocol::extension::RejectCode;

const LIMITS: &str = include_str!("../src/limits.rs");
const EXTENSION: &str = include_str!("../src/extension.rs");

fn page_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/protocol.md")
}

fn page() -> String {
    fs::read_to_string(page_path()).expect("read docs/protocol.md")
}

/// A constant of a source file: its documentation, name and value as written.
struct Constant {
    doc: String,
    name: String,
    value: String,
}

fn constants(source: &str, start: &str) -> Vec<Constant> {
    let mut found = Vec::new();
    let mut doc: Vec<&str> = Vec::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            doc.push(text);
            continue;
        }
        if let Some(rest) = line.strip_prefix(start) {
            let (name, rest) = rest.split_once(": ").expect("a type");
            let (_, value) = rest.split_once(" = ").expect("a value");
            found.push(Constant {
                doc: doc.join(" "),
                name: name.to_owned(),
                value: value.trim_end_matches(';').to_owned(),
            });
        }
        doc.clear();
    }
    found
}

/// A value as a person reads it: sizes in binary units, durations with their unit.
fn readable(constant: &Constant) -> String {
    let value = constant.value.as_str();
    for (call, unit) in [
        ("Duration::from_secs(", "s"),
        ("Duration::from_millis(", "ms"),
    ] {
        if let Some(number) = value.strip_prefix(call) {
            return format!("{} {unit}", grouped(number.trim_end_matches(')')));
        }
    }
    if !value.starts_with(|first: char| first.is_ascii_digit()) {
        return format!("as `{value}`");
    }
    let number: u64 = value
        .split(" * ")
        .map(|factor| factor.replace('_', "").parse::<u64>().expect("a number"))
        .product();
    if !constant.name.contains("BYTES") {
        return grouped(&number.to_string());
    }
    match number {
        0..1024 => format!("{number} bytes"),
        1024..1_048_576 => format!("{} KiB", number / 1024),
        _ => format!("{} MiB", number / 1_048_576),
    }
}

fn grouped(number: &str) -> String {
    let digits = number.replace('_', "");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The documentation without links, which point into the code.
fn plain(doc: &str) -> String {
    doc.replace("[`", "`").replace("`]", "`")
}

fn limits_table() -> String {
    let rows: String = constants(LIMITS, "pub const ")
        .iter()
        .map(|limit| {
            format!(
                "| `{}` | {} | {} |\n",
                limit.name,
                readable(limit),
                plain(&limit.doc)
            )
        })
        .collect();
    format!("| limit | value | what and why |\n|---|---|---|\n{rows}")
}

fn close_table() -> String {
    let rows: String = CloseCode::ALL
        .iter()
        .map(|close| {
            let retry = match close.retry() {
                Retry::Permanent => "permanent",
                Retry::Transient => "transient",
            };
            format!("| {} | {} | {retry} |\n", close.code(), close.reason())
        })
        .collect();
    format!("| code | reason | |\n|---|---|---|\n{rows}")
}

fn rejects_table() -> String {
    let meaning = |code: RejectCode| match code {
        RejectCode::Malformed => {
            "the bytes are not an update, or put a clinical question into a text under an id that is none"
        }
        RejectCode::TooLarge => "the update, or the document with it, would be too large",
        RejectCode::ReadOnly => "the author may not write here (any more)",
        RejectCode::ForeignIdentity => "blocks under the client id of another member (D16)",
        RejectCode::Lineage => "the update belongs to another lineage (D15)",
        RejectCode::Poison => "the document cannot take this update without failing (D8)",
        RejectCode::QuarantineFull => "the set-aside area of this author is full (D11)",
        RejectCode::TooDeep => "shared types or values nested more deeply than a document can take",
        RejectCode::AppendOnly => "what others have written in a discussion stays as it is (P-59)",
    };
    let rows: String = RejectCode::ALL
        .into_iter()
        .map(|code| {
            format!(
                "| {} | {} | {} |\n",
                code.to_wire(),
                code.word(),
                meaning(code)
            )
        })
        .collect();
    format!("| code | word | meaning |\n|---|---|---|\n{rows}")
}

fn extensions_table() -> String {
    let rows: String = constants(EXTENSION, "pub(crate) const ")
        .iter()
        .map(|kind| {
            let from = match kind.name.as_str() {
                "PUSH" | "PROBE" => "client",
                _ => "server",
            };
            let name: String = kind
                .name
                .split('_')
                .map(|word| format!("{}{}", &word[..1], word[1..].to_lowercase()))
                .collect();
            format!("| {} | {name} | {from} |\n", kind.value)
        })
        .collect();
    format!("| type | message | from |\n|---|---|---|\n{rows}")
}

#[test]
fn tables_say_what_the_code_says() {
    let mut page = page();
    let before = page.clone();
    for (name, table) in [
        ("extensions", extensions_table()),
        ("rejects", rejects_table()),
        ("close", close_table()),
        ("limits", limits_table()),
    ] {
        let start = format!("<!-- generated: {name} -->\n");
        let from = page.find(&start).expect("the start of a table") + start.len();
        let to = from
            + page[from..]
                .find("<!-- end -->")
                .expect("the end of a table");
        page.replace_range(from..to, &format!("\n{table}\n"));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(page_path(), page).expect("write docs/protocol.md");
        return;
    }
    assert!(
        page == before,
        "docs/protocol.md is out of date: run UPDATE_DOCS=1 cargo test -p consilium-protocol --test documentation"
    );
}

#[test]
fn every_limit_has_a_reason_and_a_value() {
    let limits = constants(LIMITS, "pub const ");
    assert_eq!(limits.len(), LIMITS.matches("pub const ").count());
    assert!(limits.len() > 30);
    for limit in &limits {
        assert!(limit.doc.len() > 20, "{} has no reason", limit.name);
    }
}

#[test]
fn rules_are_numbered_once_each_and_upwards() {
    let numbers = defined_rules(&page());
    assert!(numbers.len() > 40, "only {} rules", numbers.len());
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
}

#[test]
fn every_rule_and_limit_that_is_cited_exists() {
    let page = page();
    let defined = BTreeSet::from_iter(defined_rules(&page));
    let limits = constants(LIMITS, "pub const ");
    let mut texts = vec![("docs/protocol.md".to_owned(), page.clone())];
    for folder in ["src", "tests"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(folder).expect("list sources") {
            let path = entry.expect("list sources").path();
            if path.is_file() {
                let text = fs::read_to_string(&path).expect("read a source");
                texts.push((path.display().to_string(), text));
            }
        }
    }
    for (file, text) in &texts {
        for rule in cited_rules(text) {
            assert!(defined.contains(&rule), "{file} cites P-{rule}");
        }
    }
    for word in page.split('`').skip(1).step_by(2) {
        let is_limit =
            word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        assert!(
            !is_limit || limits.iter().any(|limit| limit.name == word),
            "there is no limit {word}"
        );
    }
}

/// The numbers of the rules that a page lays down, in order.
fn defined_rules(page: &str) -> Vec<u32> {
    page.split("- **P-")
        .skip(1)
        .map(|rest| leading_number(rest).expect("a number"))
        .collect()
}

fn cited_rules(text: &str) -> Vec<u32> {
    text.split("P-")
        .skip(1)
        .filter_map(leading_number)
        .collect()
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[test]
fn permanent_codes_of_ours_are_where_stock_clients_stop() {
    for close in CloseCode::ALL {
        let stock_stops = (4400..4500).contains(&close.code());
        let permanent = close.retry() == Retry::Permanent;
        // Too-big keeps the number that the WebSocket standard gave it.
        assert_eq!(
            stock_stops,
            permanent && close != CloseCode::TooBig,
            "{close:?}"
        );
        assert_eq!(retry_after_close(close.code()), close.retry());
    }
    let numbers = BTreeSet::from(CloseCode::ALL.map(CloseCode::code));
    let words = BTreeSet::from(CloseCode::ALL.map(CloseCode::reason));
    assert_eq!(numbers.len(), CloseCode::ALL.len());
    assert_eq!(words.len(), CloseCode::ALL.len());
}

#[test]
fn unknown_close_codes_are_permanent_only_where_stock_clients_stop() {
    for (code, retry) in [
        (1006, Retry::Transient),
        (4399, Retry::Transient),
        (4404, Retry::Permanent),
        (4499, Retry::Permanent),
        (4500, Retry::Transient),
    ] {
        assert_eq!(retry_after_close(code), retry, "{code}");
    }
}

#[test]
fn reject_codes_keep_their_numbers() {
    for (code, number) in RejectCode::ALL.into_iter().zip(1..) {
        assert_eq!(code.to_wire(), number);
        assert_eq!(RejectCode::from_wire(number), Some(code));
    }
    assert_eq!(RejectCode::from_wire(0), None);
    assert_eq!(RejectCode::from_wire(10), None);
}
