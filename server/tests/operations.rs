//! `docs/operations.md` and the files in `deploy/` cannot drift: every figure and every option of the server is
//! explained, and no dashboard, alert or example names one that does not exist.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use consilium_server::cli::admin::PUBLIC_URL_VARIABLE;
use consilium_server::config::options::LogOptions;
use consilium_server::config::{SECRET_VARIABLE, ServeOptions};

const NAMES: &str = include_str!("../src/telemetry/names.rs");
const FIGURES: &str = include_str!("../src/telemetry/figures.rs");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of all figures.
fn figures() -> BTreeSet<String> {
    let names: BTreeSet<String> = NAMES
        .lines()
        .filter_map(|line| line.split_once("&str = \"")?.1.strip_suffix("\";"))
        .map(str::to_owned)
        .collect();
    assert_eq!(names.len(), NAMES.matches("pub const").count());
    names
}

/// Every word of a text that begins like this.
fn words(text: &str, start: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(start) && word.len() > start.len())
        .map(str::to_owned)
        .collect()
}

/// Variables of the environment that the binary reads.
fn variables() -> BTreeSet<String> {
    let command = LogOptions::augment_args(ServeOptions::augment_args(Command::new("serve")));
    let mut variables: BTreeSet<String> = command
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str())
        .map(str::to_owned)
        .collect();
    for other in [SECRET_VARIABLE, PUBLIC_URL_VARIABLE] {
        variables.insert(other.to_owned());
    }
    variables
}

/// As Prometheus names the parts of a histogram.
fn without_part(word: &str) -> &str {
    ["_bucket", "_sum", "_count"]
        .iter()
        .find_map(|part| word.strip_suffix(part))
        .unwrap_or(word)
}

#[test]
fn every_figure_and_every_option_is_explained() {
    let page = read("docs/operations.md");
    for name in figures().iter().chain(&variables()) {
        let is_in_a_table = page
            .lines()
            .any(|line| line.starts_with('|') && line.contains(&format!("`{name}`")));
        assert!(is_in_a_table, "docs/operations.md does not explain {name}");
    }
}

#[test]
fn pages_dashboards_and_alerts_name_only_what_exists() {
    let figures = figures();
    for path in [
        "docs/operations.md",
        "docs/scaling.md",
        "deploy/prometheus/alerts.yml",
        "deploy/grafana/consilium.json",
    ] {
        for word in words(&read(path), "consilium_") {
            assert!(
                figures.contains(&word) || figures.contains(without_part(&word)),
                "{path} names {word}"
            );
        }
    }
    let variables = variables();
    for path in [
        "docs/operations.md",
        "deploy/compose.yml",
        "deploy/Dockerfile",
        "deploy/kubernetes/consilium.yml",
    ] {
        for word in words(&read(path), "CONSILIUM_") {
            assert!(variables.contains(&word), "{path} names {word}");
        }
    }
}

#[test]
fn every_figure_is_on_the_dashboard() {
    let text = read("deploy/grafana/consilium.json");
    let dashboard: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        for target in panel["targets"].as_array().expect("targets") {
            let expression = target["expr"].as_str().expect("an expression");
            for word in words(expression, "consilium_") {
                shown.insert(without_part(&word).to_owned());
            }
        }
    }
    assert_eq!(shown, figures());
}

#[test]
fn every_figure_says_on_the_metrics_page_what_it_is() {
    for line in NAMES.lines() {
        let Some((constant, _)) = line
            .strip_prefix("pub const ")
            .and_then(|rest| rest.split_once(": &str"))
        else {
            continue;
        };
        assert!(
            FIGURES.contains(&format!("names::{constant},")),
            "{constant} is not described"
        );
    }
}

/// The figures of every alert, and of every panel, are ones that an operator can look up.
#[test]
fn every_figure_of_an_alert_or_a_panel_is_counted_and_explained() {
    let page = read("docs/operations.md");
    let figures = figures();
    for path in [
        "deploy/prometheus/alerts.yml",
        "deploy/grafana/consilium.json",
    ] {
        let used: BTreeSet<String> = words(&read(path), "consilium_")
            .iter()
            .map(|word| without_part(word).to_owned())
            .collect();
        assert!(!used.is_empty(), "{path}");
        for name in used {
            assert!(figures.contains(&name), "{path}: nothing counts {name}");
            assert!(
                page.contains(&format!("| `{name}` |")),
                "{path}: docs/operations.md has no row for {name}"
            );
        }
    }
}

#[test]
fn every_alert_is_explained() {
    let page = read("docs/operations.md");
    let alerts = read("deploy/prometheus/alerts.yml");
    let names: Vec<&str> = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- alert: "))
        .collect();
    assert!(!names.is_empty());
    for name in names {
        assert!(page.contains(&format!("| `{name}`")), "{name}");
    }
}

#[test]
fn rights_on_redis_are_the_same_everywhere() {
    let file = read("deploy/redis/users.acl");
    let (_, rights) = file
        .lines()
        .find_map(|line| line.split_once("change-me "))
        .expect("a user");
    for path in ["docs/operations.md", "docs/adr/0010-redis-bus.md"] {
        assert!(read(path).contains(rights), "{path}: {rights}");
    }
    let doctor = include_str!("../src/cli/doctor/bus.rs").replace("\\\n", "");
    let doctor: Vec<&str> = doctor.split_whitespace().collect();
    assert!(doctor.join(" ").contains(rights), "doctor: {rights}");
}
