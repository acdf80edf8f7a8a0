//! Real runs, a second or two each: every delivery arrives, at the ceiling and at our own server in all its dialects.
//!
//! How long anything took is printed and never asserted.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The generator.
const BENCH: &str = env!("CARGO_BIN_EXE_consilium-bench");

/// How long something may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// The server's binary: `CONSILIUM_BIN`, else the one of this build, made when it is missing.
fn server() -> PathBuf {
    static BUILD: Once = Once::new();
    if let Some(path) = std::env::var_os("CONSILIUM_BIN") {
        return path.into();
    }
    let path = PathBuf::from(BENCH).with_file_name("consilium");
    BUILD.call_once(|| {
        if path.exists() {
            return;
        }
        let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([
                "build",
                "--quiet",
                "-p",
                "consilium-server",
                "--bin",
                "consilium",
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("run cargo");
        assert!(status.success(), "build the server: {status}");
    });
    path
}

/// One run; the line that it prints.
fn run(arguments: &[&str]) -> Value {
    let output = Command::new(BENCH)
        .arg("run")
        .args(arguments)
        .args(["--deadline-seconds", "60"])
        .env("CONSILIUM_BIN", server())
        .output()
        .expect("run the generator");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    let line = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    println!("{line}");
    line
}

fn figure(line: &Value, name: &str) -> f64 {
    line["figures"][name]
        .as_f64()
        .unwrap_or_else(|| panic!("{name} in {line}"))
}

const SMALL: &[&str] = &[
    "--documents",
    "3",
    "--writers",
    "3",
    "--readers",
    "1",
    "--rate",
    "20",
    "--seconds",
    "1",
    "--warmup-seconds",
    "0",
];

/// 3 documents, 3 writers, 20 edits each, and 3 others who get every one.
const DELIVERIES: f64 = 3.0 * 3.0 * 20.0 * 3.0;

fn small(peer: &[&str]) -> Value {
    let arguments = [&["--workload", "edit"], peer, SMALL].concat();
    let line = run(&arguments);
    assert_eq!(line["valid"], true, "{line}");
    assert_eq!(figure(&line, "expected"), DELIVERIES);
    assert_eq!(figure(&line, "delivered"), DELIVERIES);
    line
}

#[test]
fn every_delivery_arrives_at_the_limit_server_and_nothing_is_acknowledged() {
    let line = small(&["--peer", "limit"]);
    assert!(line["figures"]["acknowledged_p50_ms"].is_null());
    assert_eq!(
        line["reasons"]["acknowledged_p50_ms"],
        "it acknowledges nothing"
    );
}

#[test]
fn every_delivery_and_acknowledgement_arrives_at_our_server_in_every_dialect() {
    for dialect in ["extended", "envelope", "plain"] {
        let line = small(&["--peer", "consilium", "--dialect", dialect]);
        assert_eq!(line["dialect"], dialect);
        // A run in which one is missing is not valid.
        assert!(figure(&line, "acknowledged_max_ms") > 0.0);
    }
}

#[test]
fn idle_members_are_connected_and_counted() {
    let line = run(&[
        "--workload",
        "idle",
        "--peer",
        "consilium",
        "--connections",
        "60",
        "--seconds",
        "1",
    ]);
    assert_eq!(line["valid"], true, "{line}");
    assert_eq!(line["parameters"]["connections"], 60);
    assert!(figure(&line, "resident_mib") > 0.0);
}

#[test]
fn everybody_who_comes_back_at_once_gets_everything_and_every_author_is_told() {
    let line = run(&[
        "--workload",
        "storm",
        "--peer",
        "consilium",
        "--documents",
        "3",
        "--writers",
        "5",
    ]);
    assert_eq!(line["valid"], true, "{line}");
    assert!(figure(&line, "told_seconds") > 0.0);
}

#[test]
fn a_killed_server_of_ours_loses_nothing_that_anybody_was_told_of() {
    let line = run(&[
        "--workload",
        "crash",
        "--peer",
        "consilium",
        "--documents",
        "2",
        "--rate",
        "40",
        "--seconds",
        "1",
    ]);
    assert!(
        figure(&line, "shown") > 0.0 && figure(&line, "told") > 0.0,
        "{line}"
    );
    assert_eq!(figure(&line, "shown_missing"), 0.0);
    assert_eq!(figure(&line, "told_missing"), 0.0);
}

#[test]
fn a_large_document_is_opened_warm_at_once_and_cold() {
    let line = run(&[
        "--workload",
        "open",
        "--peer",
        "consilium",
        "--documents",
        "1",
        "--opens",
        "3",
        "--edits",
        "5000",
    ]);
    assert_eq!(line["valid"], true, "{line}");
    // The bytes came, whatever they cost: an open without them never ends.
    assert!(figure(&line, "cold_p50_ms") > 0.0);
}

#[test]
fn documents_are_opened_and_left_and_the_memory_is_watched() {
    let line = run(&[
        "--workload",
        "rooms",
        "--peer",
        "consilium",
        "--documents",
        "40",
        "--seconds",
        "1",
    ]);
    // A run in which somebody was not told is not valid.
    assert_eq!(line["valid"], true, "{line}");
    assert_eq!(line["parameters"]["documents"], 40);
    assert!(figure(&line, "peak_mib") >= figure(&line, "left_mib"));
    assert!(figure(&line, "after_over_before") > 0.0);
}

#[test]
fn what_goes_to_disk_is_counted_with_the_longest_stall() {
    let line = run(&[
        "--workload",
        "journal",
        "--peer",
        "consilium",
        "--documents",
        "3",
        "--rate",
        "40",
        "--seconds",
        "1",
        "--warmup-seconds",
        "0",
    ]);
    assert_eq!(line["valid"], true, "{line}");
    // An update is its marker and some bytes around it.
    let update = figure(&line, "update_bytes");
    assert!((11.0..100.0).contains(&update), "{line}");
    assert!(figure(&line, "disk_bytes_per_edit") > update);
    // Between 120 acknowledgements in a second there was some time.
    assert!(figure(&line, "longest_silence_ms") > 0.0);
}

#[test]
fn every_delivery_arrives_across_two_nodes_and_the_bus_counts_what_is_published() {
    let peer = ["--workload", "two-nodes", "--peer", "consilium"];
    let line = run(&[&peer, SMALL].concat());
    assert_eq!(line["valid"], true, "{line}");
    assert_eq!(figure(&line, "delivered"), DELIVERIES);
    assert!(figure(&line, "publishes_per_edit") > 0.0);
    assert!(
        line["settings"].as_str().unwrap().contains("two nodes"),
        "{line}"
    );
}

#[test]
fn a_meeting_of_a_few_is_shown_to_each_of_them_and_every_vote_is_counted() {
    let line = run(&[
        "--workload",
        "session",
        "--peer",
        "consilium",
        "--writers",
        "2",
        "--readers",
        "16",
        "--seconds",
        "8",
        "--warmup-seconds",
        "0",
    ]);
    // A run in which somebody was not shown something, or the count is not that of the votes, is not valid.
    assert_eq!(line["valid"], true, "{line}");
    assert_eq!(line["parameters"]["votes"], 18);
    for kind in ["hand", "item", "poll_opened", "poll_result"] {
        assert!(figure(&line, &format!("{kind}_max_ms")) > 0.0);
    }
    assert!(figure(&line, "vote_answered_max_ms") > 0.0);
}

#[test]
fn a_peer_that_knows_no_meetings_is_told_so() {
    let line = run(&["--workload", "session", "--peer", "limit"]);
    assert_eq!(line["problems"][0], "failed: limit knows no meetings");
}

#[test]
fn a_peer_that_is_not_run_as_several_nodes_is_told_so() {
    let line = run(&["--workload", "two-nodes", "--peer", "limit"]);
    assert_eq!(line["valid"], false);
    assert_eq!(
        line["problems"][0],
        "failed: limit is not run as several nodes here"
    );
}

#[test]
fn a_run_that_is_ended_by_a_signal_ends_its_server_too() {
    let mut run = Command::new(BENCH)
        .args([
            "run",
            "--workload",
            "idle",
            "--peer",
            "limit",
            "--connections",
            "10",
            "--seconds",
            "60",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("run the generator");
    let children = || {
        std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", run.id()))
            .unwrap_or_default()
    };
    let begun = Instant::now();
    let server = loop {
        if let Some(child) = children().split_whitespace().next() {
            break child.to_owned();
        }
        assert!(begun.elapsed() < PATIENCE, "the generator starts no server");
        std::thread::sleep(LOOK);
    };
    let id = rustix::process::Pid::from_child(&run);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("end the generator");
    run.wait().expect("wait for the generator");
    assert!(!std::path::Path::new(&format!("/proc/{server}")).exists());
}

#[test]
fn a_peer_is_not_spoken_to_in_a_language_that_it_does_not_speak() {
    let output = Command::new(BENCH)
        .args([
            "run",
            "--workload",
            "edit",
            "--peer",
            "limit",
            "--dialect",
            "extended",
        ])
        .output()
        .expect("run the generator");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("limit does not speak extended"), "{said}");
}
