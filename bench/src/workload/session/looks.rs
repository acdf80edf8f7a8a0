//! What the stream of a meeting showed, and when: found in the bytes, and held against the script afterwards. Pure.
//!
//! A view says which state of the meeting it is of. A command is answered with the state that it led to, so whoever is shown
//! that state or a later one has it. That somebody came or went is seen by how many are there. Some members' last view is
//! read as a whole: it has to say what everything came to.

use std::time::{Duration, Instant};

use memchr::memmem::find;
use serde_json::{Value, json};

use super::hall::Done;
use super::script::{Deed, Kind, Script};
use crate::histogram::Latencies;

/// One view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// When its last byte came.
    pub(super) at: Instant,
    /// Which state of the meeting it is of.
    pub(super) version: u64,
    /// How many are there.
    pub(super) present: usize,
}

impl Look {
    /// What an event says of the meeting; nothing for one that shows none.
    pub(super) fn of(event: &[u8], at: Instant) -> Option<Self> {
        Some(Self {
            at,
            version: version_of(event)?,
            present: present_of(event)?,
        })
    }
}

fn version_of(event: &[u8]) -> Option<u64> {
    const BEFORE: &[u8] = br#""view":"inside","version":"#;
    let rest = &event[find(event, BEFORE)? + BEFORE.len()..];
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()
}

/// A crowd is counted, others are listed.
fn present_of(event: &[u8]) -> Option<usize> {
    let between = |before: &[u8]| {
        let rest = &event[find(event, before)? + before.len()..];
        Some(&rest[..memchr::memchr(b'}', rest)?])
    };
    if let Some(crowd) = between(br#""crowd":{"#) {
        let counts = std::str::from_utf8(crowd).ok()?.split(',');
        return counts
            .map(|count| count.split_once(':')?.1.parse::<usize>().ok())
            .sum();
    }
    // Ids and words have none in them.
    let listed = between(br#""present":{"#)?;
    Some(memchr::memchr_iter(b':', listed).count())
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Told {
    /// From the script's time until somebody else was shown it, by [`Kind::place`].
    pub(super) of: [Latencies; Kind::ALL.len()],
    /// Comings and goings that a view passed over, because the next had happened.
    pub(super) overtaken: u64,
    pub(super) views: u64,
    pub(super) bytes: u64,
    pub(super) streams: usize,
    pub(super) wall: Duration,
    pub(super) problems: Vec<String>,
}

/// Holds what was seen by those who stay against what was done: `looks` of everybody by their number, in order.
pub(super) fn compare(
    script: &Script,
    done: &[Done],
    looks: &[Vec<Look>],
    epoch: Instant,
) -> ([Latencies; Kind::ALL.len()], u64, Vec<String>) {
    let mut of = Kind::ALL.map(|_| Latencies::new());
    let (mut overtaken, mut missing) = (0, 0_u64);
    for Done { act, version, .. } in done {
        let act = script.act(*act);
        let Some(kind) = act.deed.kind() else {
            continue;
        };
        let since = epoch + act.at;
        for (who, seen) in looks.iter().enumerate() {
            if who == act.who || !script.stays(who) {
                continue;
            }
            let first = match (act.deed, version) {
                (Deed::Go | Deed::Come, _) => {
                    let there = script.voters() - usize::from(act.deed == Deed::Go);
                    let until = since + Duration::from_millis(1_500);
                    let from = seen.partition_point(|look| look.at < since);
                    let found = seen[from..].iter().find(|look| look.present == there);
                    match found {
                        Some(look) if act.deed == Deed::Come || look.at < until => Some(look),
                        _ => {
                            overtaken += 1;
                            continue;
                        }
                    }
                }
                (_, Some(version)) => {
                    seen.get(seen.partition_point(|look| look.version < *version))
                }
                (_, None) => None,
            };
            match first {
                Some(look) => of[kind.place()].record(look.at.saturating_duration_since(since)),
                None => missing += 1,
            }
        }
    }
    let problems = (missing > 0).then(|| format!("{missing} views of what was done are missing"));
    (of, overtaken, problems.into_iter().collect())
}

/// What is wrong with somebody's last view, when everything was done.
pub(super) fn judge(script: &Script, event: &[u8]) -> Option<String> {
    let Some(data) = find(event, b"data:").map(|at| &event[at + 5..]) else {
        return Some("somebody was shown nothing".to_owned());
    };
    let shown: Value = match serde_json::from_slice(data) {
        Ok(shown) => shown,
        Err(error) => return Some(format!("a view that is no JSON: {error}")),
    };
    let room = &shown["view"]["room"];
    let wrong = |what: &str, found: &Value, wanted: &Value| {
        (found != wanted).then(|| format!("{what} at the end: {found}, not {wanted}"))
    };
    wrong(
        "the poll's result",
        &room["poll"]["counts"],
        &json!(script.counts()),
    )
    .or_else(|| wrong("hands", &room["hands"], &json!([])))
    .or_else(|| {
        let current = json!(script.items() - 1);
        wrong("the current item", &shown["view"]["current"], &current)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_says_which_state_it_is_of_and_how_many_are_there() {
        let event = br#"event: view
data: {"at":5,"names":{"a":"A"},"view":{"view":"inside","version":42,"phase":"open","present":{"a":"member","b":"guest"},"waiting":[]}}"#;
        let look = Look::of(event, Instant::now()).unwrap();
        assert_eq!((look.version, look.present), (42, 2));
        let event = br#"data: {"view":{"view":"inside","version":7,"present":null,"crowd":{"members":518,"guests":2},"waiting":[]}}"#;
        let look = Look::of(event, Instant::now()).unwrap();
        assert_eq!((look.version, look.present), (7, 520));
        assert_eq!(
            Look::of(
                b"event: view\ndata: {\"view\":{\"view\":\"outside\"}}",
                Instant::now()
            ),
            None
        );
        assert_eq!(Look::of(b": nothing", Instant::now()), None);
    }

    #[test]
    fn whoever_is_shown_a_later_state_has_what_led_to_an_earlier_one() {
        let (epoch, second) = (Instant::now(), Duration::from_secs(1));
        let script = Script::new(1, 20, Duration::ZERO, Duration::from_secs(10)).unwrap();
        let raised = script
            .acts()
            .iter()
            .position(|act| act.deed == Deed::RaiseHand);
        let act = raised.unwrap();
        let done = Done {
            act,
            version: Some(7),
            at: second,
            late: Duration::ZERO,
        };
        let intended = epoch + script.act(act).at;
        let look = |version, at| Look {
            at: intended + at,
            version,
            present: 20,
        };
        let mut looks = vec![vec![look(6, second / 10), look(9, second / 2)]; 20];
        let (of, _, problems) = compare(&script, &[done], &looks, epoch);
        // Those who stay, but for the one whose hand it is.
        assert_eq!(of[Kind::Hand.place()].count(), 9);
        let told = of[Kind::Hand.place()].quantiles().unwrap();
        assert!((told.max - 500.0).abs() < 10.0, "{told:?}");
        assert!(problems.is_empty());
        looks[0].pop();
        let (_, _, problems) = compare(&script, &[done], &looks, epoch);
        assert_eq!(problems, ["1 views of what was done are missing"]);
    }
}
