//! Lines become tables: medians and spread of the runs, side by side, with what each peer's figures are worth.
//!
//! Only valid runs count; how many did not is said. Runs with other parameters are another table. The page's own words
//! stand outside of two marks and stay as they are. Above each table stands a chart of the column that is compared, as
//! a file beside the page.

mod chart;
mod spread;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::line::Line;
use chart::{Bar, Better};
use spread::Spread;

/// Where the tables begin and end in the page.
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

/// Where charts are, beside the page.
const IMAGES: &str = "images";

/// The one who is compared.
const OURS: &str = "consilium";

/// The order of rows.
const PEERS: &[&str] = &["limit", "consilium", "y-sweet", "y-websocket", "hocuspocus"];

/// A column: the figure's name in lines, its heading.
type Column = (&'static str, &'static str);

/// What a workload shows. The first column is the one that is compared.
struct Shown {
    workload: &'static str,
    title: &'static str,
    /// Which way the first column is good.
    better: Better,
    columns: &'static [Column],
}

const EXCHANGED: &[Column] = &[
    ("deliveries_per_cpu_second", "deliveries per server CPU s"),
    ("deliveries_per_second", "deliveries/s"),
    ("latency_p50_ms", "p50, ms"),
    ("latency_p99_ms", "p99, ms"),
    ("acknowledged_p50_ms", "told its author, p50, ms"),
    ("acknowledged_p99_ms", "p99, ms"),
    ("peak_mib", "peak, MiB"),
    ("generator_cores", "generator, cores"),
    ("other_cores", "others, cores"),
];

const SHOWN: &[Shown] = &[
    Shown {
        workload: "edit",
        title: "Edit: many documents, a few writers each",
        better: Better::More,
        columns: EXCHANGED,
    },
    Shown {
        workload: "saturation",
        title: "Saturation: the highest rate with p99 under 100 ms",
        better: Better::More,
        columns: &[
            ("held_deliveries_per_second", "deliveries/s held"),
            (
                "deliveries_per_cpu_second",
                "deliveries per server CPU s there",
            ),
            ("latency_p50_ms", "p50, ms"),
            ("latency_p99_ms", "p99, ms"),
            ("server_cores", "server, cores"),
            ("generator_cores", "generator, cores"),
            ("send_lateness_p99_ms", "sent late, p99, ms"),
            ("other_cores", "others, cores"),
        ],
    },
    Shown {
        workload: "fanout",
        title: "Fan-out: one writer, many readers",
        better: Better::More,
        columns: EXCHANGED,
    },
    Shown {
        workload: "meeting",
        title: "Meeting: one writer, and cursors that move",
        better: Better::Less,
        columns: &[
            ("latency_p95_ms", "edits: p95, ms"),
            ("latency_p99_ms", "p99, ms"),
            ("cursor_p50_ms", "cursors: p50, ms"),
            ("cursor_p95_ms", "p95, ms"),
            ("server_cores", "server, cores"),
            ("generator_cores", "generator, cores"),
            ("peak_mib", "peak, MiB"),
        ],
    },
    Shown {
        workload: "session",
        title: "Session: a meeting of five hundred; the goal is a second",
        better: Better::Less,
        columns: &[
            ("hand_p95_ms", "hands: p95, ms"),
            ("hand_max_ms", "max, ms"),
            ("item_max_ms", "agenda: max, ms"),
            ("poll_result_max_ms", "poll's result: max, ms"),
            ("presence_p95_ms", "who is there: p95, ms"),
            ("presence_max_ms", "max, ms"),
            ("latency_p95_ms", "edits: p95, ms"),
            ("latency_max_ms", "max, ms"),
            ("cursor_p95_ms", "cursors: p95, ms"),
            ("vote_answered_p95_ms", "votes answered: p95, ms"),
            ("beyond_goal", "later than a second"),
            ("kib_per_second_each", "KiB/s of the meeting to each"),
            ("server_cores", "server, cores"),
            ("generator_cores", "generator, cores"),
            ("other_cores", "others, cores"),
            ("peak_mib", "peak, MiB"),
        ],
    },
    Shown {
        workload: "idle",
        title: "Idle: connections that do nothing",
        better: Better::Less,
        columns: &[
            ("kib_per_connection", "KiB a connection"),
            ("resident_mib", "MiB in all"),
            ("cpu_ms_per_connect", "CPU ms a connect"),
            ("idle_cpu_percent", "CPU while idle, %"),
        ],
    },
    Shown {
        workload: "open",
        title: "Open: a large document",
        better: Better::Less,
        columns: &[
            ("warm_cpu_ms", "warm: server CPU ms an open"),
            ("warm_p50_ms", "p50, ms"),
            ("cold_cpu_ms", "cold: server CPU ms an open"),
            ("cold_p50_ms", "p50, ms"),
            ("at_once_p50_ms", "all at once: p50, ms"),
            ("at_once_p99_ms", "p99, ms"),
        ],
    },
    Shown {
        workload: "storm",
        title: "Storm: everybody comes back at once, with edits",
        better: Better::Less,
        columns: &[
            ("converged_seconds", "everybody has everything, s"),
            ("told_seconds", "every author told, s"),
            ("connected_seconds", "everybody connected, s"),
            ("server_cpu_seconds", "server CPU, s"),
            ("peak_mib", "peak, MiB"),
        ],
    },
    Shown {
        workload: "crash",
        title: "Crash: kill -9 while people type, and the members gone",
        better: Better::Less,
        columns: &[
            ("told_missing", "lost of those whose author was told"),
            ("told", "told"),
            ("shown_missing", "lost of those that others had seen"),
            ("shown", "shown"),
        ],
    },
    Shown {
        workload: "rooms",
        title: "Rooms: documents opened and left",
        better: Better::Less,
        columns: &[
            ("after_over_before", "memory after / before"),
            ("before_mib", "before, MiB"),
            ("peak_mib", "peak, MiB"),
            ("left_mib", "when all had left, MiB"),
            ("after_mib", "after, MiB"),
            ("unload_seconds", "came back within, s"),
            ("kib_per_document", "KiB a document"),
            ("cpu_ms_per_document", "CPU ms a document"),
            ("open_seconds", "all opened in, s"),
        ],
    },
    Shown {
        workload: "journal",
        title: "Journal: updates that go to disk",
        better: Better::Less,
        columns: &[
            ("written_per_update_byte", "bytes written a byte of update"),
            ("updates_per_second", "updates/s"),
            ("update_bytes", "bytes an update"),
            ("written_per_edit", "bytes written an edit"),
            ("disk_bytes_per_edit", "bytes on disk an edit"),
            ("cpu_us_per_edit", "server CPU us an edit"),
            ("acknowledged_p99_ms", "told its author, p99, ms"),
            ("longest_silence_ms", "longest stall, ms"),
            ("other_cores", "others, cores"),
        ],
    },
    Shown {
        workload: "two-nodes",
        title: "Two nodes: members of each document on both",
        better: Better::More,
        columns: &[
            (
                "deliveries_per_cpu_second",
                "deliveries per CPU s of both nodes",
            ),
            ("deliveries_per_second", "deliveries/s"),
            ("publishes_per_edit", "publishes an edit"),
            ("latency_p50_ms", "p50, ms"),
            ("latency_p99_ms", "p99, ms"),
            ("acknowledged_p50_ms", "told its author, p50, ms"),
            ("redis_cpu_us_per_edit", "Redis: CPU us an edit"),
            ("postgres_cpu_us_per_edit", "PostgreSQL: CPU us an edit"),
            ("other_cores", "others, cores"),
        ],
    },
];

/// What comes of lines.
struct Report {
    tables: String,
    /// Names of files, and what is in them.
    charts: Vec<(String, String)>,
}

/// Reads lines, and writes the tables into the page or to standard output.
pub(crate) fn write(files: &[PathBuf], page: Option<&Path>) -> Result<()> {
    let mut lines = Vec::new();
    for file in files {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
        for line in text.lines().filter(|line| !line.is_empty()) {
            let line: Line = serde_json::from_str(line)
                .with_context(|| format!("parse a line of {}", file.display()))?;
            lines.push(line);
        }
    }
    let Report { tables, charts } = Report::of(&lines);
    let Some(page) = page else {
        print!("{tables}");
        return Ok(());
    };
    let text = std::fs::read_to_string(page).with_context(|| format!("read {}", page.display()))?;
    let text = replaced(&text, &tables)
        .with_context(|| format!("find {BEGIN} and {END} in {}", page.display()))?;
    let images = page.with_file_name(IMAGES);
    std::fs::create_dir_all(&images).with_context(|| format!("make {}", images.display()))?;
    for (name, svg) in charts {
        let file = images.join(name);
        std::fs::write(&file, svg).with_context(|| format!("write {}", file.display()))?;
    }
    std::fs::write(page, text).with_context(|| format!("write {}", page.display()))
}

/// The page with other tables; None when a mark is missing.
fn replaced(page: &str, tables: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{tables}\n{END}{after}"))
}

impl Report {
    fn of(lines: &[Line]) -> Self {
        let mut page = String::new();
        let mut charts = Vec::new();
        about_machines(&mut page, lines);
        about_peers(&mut page, lines);
        for shown in SHOWN {
            let mut groups: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
            for line in lines.iter().filter(|line| line.workload == shown.workload) {
                groups.entry(parameters(line)).or_default().push(line);
            }
            if groups.is_empty() {
                continue;
            }
            push(&mut page, &format!("\n### {}\n", shown.title));
            // A run that failed does not say with what.
            for line in groups.remove("").unwrap_or_default() {
                push(
                    &mut page,
                    &format!("- {}: {}", line.peer, line.problems.join("; ")),
                );
            }
            for (nth, (parameters, lines)) in (1..).zip(groups) {
                push(&mut page, &format!("\n{parameters}.\n"));
                let rows = rows(&lines);
                if let Some(svg) = drawn(shown, &rows) {
                    let name = format!("bench-{}-{nth}.svg", shown.workload);
                    push(
                        &mut page,
                        &format!("![{}: {parameters}]({IMAGES}/{name})\n", shown.title),
                    );
                    charts.push((name, svg));
                }
                table(&mut page, shown, &rows);
                remarks(&mut page, &lines);
            }
        }
        while page.contains("\n\n\n") {
            page = page.replace("\n\n\n", "\n\n");
        }
        Self {
            tables: page.trim_end().to_owned() + "\n",
            charts,
        }
    }
}

/// The chart of a table.
fn drawn(shown: &Shown, rows: &Rows<'_>) -> Option<String> {
    let (compared, heading) = shown.columns.first()?;
    let bars: Vec<Bar> = rows
        .iter()
        .filter_map(|((_, name), lines)| {
            Some(Bar {
                name: name.clone(),
                figure: spread(lines, compared)?,
                ours: name.starts_with(OURS),
            })
        })
        .collect();
    chart::draw(shown.title, heading, shown.better, &bars)
}

fn push(page: &mut String, line: &str) {
    page.push_str(line);
    page.push('\n');
}

fn about_machines(page: &mut String, lines: &[Line]) {
    let machines: BTreeSet<String> = lines
        .iter()
        .map(|line| {
            let machine = &line.machine;
            format!(
                "{}, {} cores, {} GiB, Linux {}",
                machine.processor, machine.cores, machine.memory_gib, machine.kernel
            )
        })
        .collect();
    let spread = |figure: fn(&Line) -> f64| {
        Spread::of(lines.iter().map(figure))
            .map_or_else(|| "-".to_owned(), |spread| spread.to_string())
    };
    push(page, "### The machine\n");
    for machine in machines {
        push(page, &format!("- {machine}"));
    }
    push(
        page,
        &format!(
            "- {} runs; load average in the minute before a run {}; a page with fsync {} ms\n",
            lines.len(),
            spread(|line| line.machine.load_before),
            spread(|line| line.machine.fsync_p50_ms)
        ),
    );
}

fn about_peers(page: &mut String, lines: &[Line]) {
    push(page, "### The peers\n");
    push(
        page,
        "| peer | version | settings | what its acknowledgement is worth |",
    );
    push(page, "|---|---|---|---|");
    let rows: BTreeSet<(usize, String)> = lines
        .iter()
        .map(|line| {
            let row = format!(
                "| {} | {} | {} | {} |",
                line.peer, line.version, line.settings, line.durability
            );
            (rank(&line.peer), row)
        })
        .collect();
    for (_, row) in rows {
        push(page, &row);
    }
    page.push('\n');
}

fn rank(peer: &str) -> usize {
    PEERS
        .iter()
        .position(|known| *known == peer)
        .unwrap_or(PEERS.len())
}

/// All parameters in words, but the seed and the warm-up, which nobody compares.
fn parameters(line: &Line) -> String {
    let told: Vec<String> = line
        .parameters
        .iter()
        .filter(|(name, _)| !["seed", "warmup_seconds"].contains(&name.as_str()))
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned);
            format!(
                "{}: {}",
                name.replace('_', " "),
                value.trim_end_matches(".0")
            )
        })
        .collect();
    told.join("; ")
}

/// The lines of each row of a table, by its place and name.
type Rows<'a> = BTreeMap<(usize, String), Vec<&'a Line>>;

fn rows<'a>(lines: &[&'a Line]) -> Rows<'a> {
    let mut rows = Rows::new();
    for line in lines {
        let name = if line.peer == OURS {
            format!("{}, {}", line.peer, line.dialect)
        } else {
            line.peer.clone()
        };
        rows.entry((rank(&line.peer), name)).or_default().push(line);
    }
    rows
}

fn table(page: &mut String, shown: &Shown, rows: &Rows<'_>) {
    let headings: Vec<&str> = shown.columns.iter().map(|(_, heading)| *heading).collect();
    push(
        page,
        &format!("| | runs | {} | ours / theirs |", headings.join(" | ")),
    );
    push(
        page,
        &format!("|---|---|{}---|", "---|".repeat(headings.len())),
    );
    let (compared, _) = shown.columns[0];
    let ours: Option<f64> = rows
        .iter()
        .find(|((_, name), _)| {
            name.starts_with(OURS) && (name.ends_with("extended") || rows.len() == 1)
        })
        .and_then(|(_, lines)| spread(lines, compared))
        .map(|spread| spread.median);
    for ((_, name), lines) in rows {
        let valid = lines.iter().filter(|line| line.valid).count();
        let runs = if valid == lines.len() {
            valid.to_string()
        } else {
            format!("{valid} of {} valid", lines.len())
        };
        let mut row = format!("| {name} | {runs} |");
        for (figure, _) in shown.columns {
            let cell =
                spread(lines, figure).map_or_else(|| "-".to_owned(), |spread| spread.to_string());
            let _ = write!(row, " {cell} |");
        }
        let theirs = spread(lines, compared).map(|spread| spread.median);
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if theirs > 0.0 && !name.starts_with(OURS) => {
                let _ = write!(row, " {:.2} |", ours / theirs);
            }
            _ => row.push_str(" |"),
        }
        push(page, &row);
    }
    page.push('\n');
}

/// What the table cannot say: why runs do not count, and why a saturation ended.
fn remarks(page: &mut String, lines: &[&Line]) {
    for line in lines.iter().filter(|line| !line.valid) {
        push(
            page,
            &format!("- Not valid: {}: {}", line.peer, line.problems.join("; ")),
        );
    }
    for line in lines {
        if let Some(ended) = line.reasons.get("ended_by") {
            push(page, &format!("- {}: {ended}", line.peer));
        }
    }
    page.push('\n');
}

fn spread(lines: &[&Line], figure: &str) -> Option<Spread> {
    Spread::of(
        lines
            .iter()
            .filter(|line| line.valid)
            .filter_map(|line| line.figures.get(figure).copied().flatten()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::Findings;
    use crate::machine::Machine;

    fn line(peer: &str, dialect: &str, per_cpu_second: f64, problems: &[&str]) -> Line {
        let mut found = Findings::default();
        found.parameter("documents", 20);
        found.parameter("seed", 1);
        found.figure("deliveries_per_cpu_second", per_cpu_second);
        found.absent("acknowledged_p50_ms", "it acknowledges nothing");
        Line {
            workload: "edit".to_owned(),
            peer: peer.to_owned(),
            dialect: dialect.to_owned(),
            parameters: found.parameters,
            settings: "as it comes".to_owned(),
            durability: "none".to_owned(),
            version: "1".to_owned(),
            bench_version: "1".to_owned(),
            machine: Machine {
                processor: "A processor".to_owned(),
                cores: 2,
                memory_gib: 4.0,
                kernel: "6.0".to_owned(),
                fsync_p50_ms: 1.0,
                load_before: 0.5,
            },
            begun: 0,
            valid: problems.is_empty(),
            problems: problems.iter().map(ToString::to_string).collect(),
            figures: found.figures,
            reasons: found.reasons,
        }
    }

    #[test]
    fn runs_become_a_row_with_median_spread_and_ratio() {
        let lines = [
            line("consilium", "extended", 30_000.0, &[]),
            line("limit", "plain", 50_000.0, &[]),
            line("limit", "plain", 70_000.0, &[]),
            line("limit", "plain", 60_000.0, &[]),
        ];
        let page = Report::of(&lines).tables;
        assert!(page.contains("documents: 20.\n"), "{page}");
        assert!(
            page.contains("| limit | 3 | 60,000 (50,000-70,000) |"),
            "{page}"
        );
        assert!(
            page.contains("| consilium, extended | 1 | 30,000 |"),
            "{page}"
        );
        let limit = page
            .lines()
            .find(|row| row.starts_with("| limit | 3"))
            .unwrap();
        assert!(limit.ends_with("| 0.50 |"), "{limit}");
    }

    #[test]
    fn a_run_that_is_not_valid_is_told_and_does_not_count() {
        let lines = [
            line("limit", "plain", 50_000.0, &[]),
            line("limit", "plain", 1.0, &["3 deliveries are missing"]),
        ];
        let page = Report::of(&lines).tables;
        assert!(page.contains("| limit | 1 of 2 valid | 50,000 |"), "{page}");
        assert!(
            page.contains("- Not valid: limit: 3 deliveries are missing"),
            "{page}"
        );
    }

    #[test]
    fn a_run_that_failed_is_told() {
        let mut failed = line(
            "y-sweet",
            "plain",
            0.0,
            &["failed: member 4: no state in time"],
        );
        failed.parameters.clear();
        let page = Report::of(&[failed, line("limit", "plain", 50_000.0, &[])]).tables;
        assert!(
            page.contains("- y-sweet: failed: member 4: no state in time\n"),
            "{page}"
        );
        assert!(page.contains("| limit | 1 | 50,000 |"), "{page}");
    }

    #[test]
    fn each_table_has_a_chart_beside_the_page() {
        let folder = tempfile::tempdir().unwrap();
        let lines = folder.path().join("lines.jsonl");
        let page = folder.path().join("page.md");
        let run = serde_json::to_string(&line("limit", "plain", 50_000.0, &[])).unwrap();
        std::fs::write(&lines, format!("{run}\n")).unwrap();
        std::fs::write(&page, format!("{BEGIN}\n{END}\n")).unwrap();
        write(&[lines], Some(&page)).unwrap();
        let text = std::fs::read_to_string(&page).unwrap();
        assert!(text.contains("(images/bench-edit-1.svg)"), "{text}");
        let svg = std::fs::read_to_string(folder.path().join("images/bench-edit-1.svg")).unwrap();
        assert!(svg.contains("limit: 50,000"), "{svg}");
    }

    #[test]
    fn a_line_is_read_back_as_it_was_written() {
        let line = line("limit", "plain", 0.0, &[]);
        let text = serde_json::to_string(&line).unwrap();
        assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), line);
        assert!(text.contains(r#""acknowledged_p50_ms":null"#), "{text}");
    }

    #[test]
    fn the_words_around_the_tables_stay() {
        let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        assert_eq!(
            replaced(&page, "new\n").unwrap(),
            format!("before\n{BEGIN}\n\nnew\n\n{END}\nafter\n")
        );
        assert_eq!(replaced("no marks", "new"), None);
    }
}
