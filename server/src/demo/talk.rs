//! What the simulated members say to each other beside the texts: a few lines for each, in turn.
//!
//! Like the drafts, it needs no memory: what was said stands in the discussion, and the first line that does not is the one
//! to be said, by whoever it is given to. So a discussion can never grow by more than these lines, nothing is said twice
//! after a `kill -9`, and a visitor's comments are in nobody's way. Pure: bytes in, bytes out.

use std::collections::HashMap;

use consilium_model::discussion::EVENTS;
use yrs::updates::decoder::Decode;
use yrs::{Any, Array, Out, ReadTxn, Transact, Update};

use super::conversation::{QUESTION, record};
use super::script::Sample;
use crate::plain_doc::plain_doc;

/// Events of a discussion in which simulated members still speak. Where more is said, visitors have much to say.
const EVENTS_MAX: u32 = 500;

/// Something to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Beside which text.
    pub sample: Sample,
    /// By whom: a key of [`super::people::PEOPLE`].
    pub person: &'static str,
    /// What.
    pub text: &'static str,
}

/// All lines, in the order in which they are said beside each text.
pub const LINES: &[Line] = &[
    Line {
        sample: Sample::Guideline,
        person: "pharmacist",
        text: "I looked. The second line is right, but the footnote belongs to the third; I will move it.",
    },
    Line {
        sample: Sample::Guideline,
        person: "physician",
        text: "Thank you, then I am content with the table. Could the duration stand in a column of its own?",
    },
    Line {
        sample: Sample::Guideline,
        person: "pharmacist",
        text: "Yes. On a phone the table gets wide, so I would drop the trade names instead.",
    },
    Line {
        sample: Sample::Charter,
        person: "deputy",
        text: "Article 3 is what we disagree about most. Shall we vote on it first, while everybody is fresh?",
    },
    Line {
        sample: Sample::Charter,
        person: "pharmacist",
        text: "Agreed, and article 5 right after it: whoever pays for the panel should not be in the room then.",
    },
    Line {
        sample: Sample::Charter,
        person: "deputy",
        text: "I will put both at the top of the agenda.",
    },
    Line {
        sample: Sample::Paper,
        person: "physician",
        text: "Two of the trials were stopped early. Do we count them, or only mention them?",
    },
    Line {
        sample: Sample::Paper,
        person: "deputy",
        text: "Count them, and say so: leaving them out would look like a choice of ours.",
    },
    Line {
        sample: Sample::Paper,
        person: "physician",
        text: "Then I will add a sentence on it to the section on certainty.",
    },
];

/// What this person says next beside this text, as an update (V1) of its discussion; `None` when it is not their turn, or
/// everything is said. `state` is the discussion as it is, as an update; nothing where nobody has spoken.
#[must_use]
pub fn next(sample: Sample, person: &str, state: &[u8], at_ms: i64) -> Option<Vec<u8>> {
    let doc = plain_doc();
    let events = doc.get_or_insert_array(EVENTS);
    if !state.is_empty() {
        let update = Update::decode_v1(state).ok()?;
        doc.transact_mut().apply_update(update).ok()?;
    }
    let (known, threads) = {
        let txn = doc.transact();
        if events.len(&txn) > EVENTS_MAX {
            return None;
        }
        let said = events.iter(&txn).filter_map(|event| comment_of(&event));
        (txn.state_vector(), said.collect::<HashMap<_, _>>())
    };
    let lines: Vec<&Line> = LINES.iter().filter(|line| line.sample == sample).collect();
    let at = lines
        .iter()
        .position(|line| !threads.contains_key(line.text))?;
    let line = lines[at];
    if line.person != person {
        return None;
    }
    // Where the line before was said, or as an answer to what was asked when everything began.
    let before = match at {
        0 => threads
            .iter()
            .find(|(text, _)| text.ends_with(QUESTION))
            .map(|(_, thread)| thread.clone()),
        _ => threads.get(lines[at - 1].text).cloned(),
    };
    let thread = before
        .clone()
        .unwrap_or_else(|| format!("{}.0", doc.client_id().get()));
    let mut txn = doc.transact_mut();
    if before.is_none() {
        let opened = record([
            ("kind", Any::from("thread")),
            ("at", Any::from(at_ms)),
            ("anchor", Any::Null),
            ("quote", Any::from("")),
        ]);
        events.push_back(&mut txn, opened);
    }
    let said = record([
        ("kind", Any::from("comment")),
        ("at", Any::from(at_ms)),
        ("thread", Any::from(thread)),
        ("text", Any::from(line.text)),
        ("mentions", Any::from(Vec::<Any>::new())),
    ]);
    events.push_back(&mut txn, said);
    Some(txn.encode_state_as_update_v1(&known))
}

/// The words of a comment, and in which thread they stand.
fn comment_of(event: &Out) -> Option<(String, String)> {
    let Out::Any(Any::Map(fields)) = event else {
        return None;
    };
    let text = |key: &str| match fields.get(key) {
        Some(Any::String(text)) => Some(text.to_string()),
        _ => None,
    };
    (text("kind")? == "comment").then_some(())?;
    Some((text("text")?, text("thread")?))
}

#[cfg(test)]
mod tests {
    use yrs::StateVector;

    use super::*;
    use crate::demo::conversation::question;
    use crate::demo::people::{PEOPLE, Played, index_of};
    use crate::demo::script::PARTS;
    use crate::store::portal_ids::AccountId;

    /// The discussion with one more update.
    fn with(state: &[u8], update: &[u8]) -> Vec<u8> {
        let doc = plain_doc();
        for bytes in [state, update] {
            if !bytes.is_empty() {
                let update = Update::decode_v1(bytes).unwrap();
                doc.transact_mut().apply_update(update).unwrap();
            }
        }
        let txn = doc.transact();
        txn.encode_state_as_update_v1(&StateVector::default())
    }

    /// Everybody in turn, until nobody says anything; who said what, and in how many threads.
    fn play(sample: Sample, mut state: Vec<u8>) -> (Vec<&'static str>, usize) {
        let mut spoke = Vec::new();
        loop {
            let turn = PEOPLE
                .iter()
                .find_map(|person| Some((person.key, next(sample, person.key, &state, 7)?)));
            let Some((who, update)) = turn else { break };
            spoke.push(who);
            assert!(spoke.len() <= LINES.len(), "it never ends");
            state = with(&state, &update);
        }
        let doc = plain_doc();
        let events = doc.get_or_insert_array(EVENTS);
        let update = Update::decode_v1(&state).unwrap();
        doc.transact_mut().apply_update(update).unwrap();
        let txn = doc.transact();
        let mut threads: Vec<String> = events
            .iter(&txn)
            .filter_map(|event| comment_of(&event))
            .map(|(_, thread)| thread)
            .collect();
        threads.sort_unstable();
        threads.dedup();
        (spoke, threads.len())
    }

    #[test]
    fn every_line_is_of_somebody_who_is_played_there() {
        for line in LINES {
            let person = &PEOPLE[index_of(line.person).unwrap()];
            assert_eq!(person.played, Played::ByTheServer);
            let is_there = |part: &crate::demo::script::Part| {
                part.sample == line.sample && part.person == line.person
            };
            assert!(PARTS.iter().any(is_there), "{line:?}");
        }
    }

    #[test]
    fn they_speak_in_turn_in_one_thread_and_then_are_silent() {
        for sample in Sample::ALL {
            let lines = LINES.iter().filter(|line| line.sample == sample);
            let expected: Vec<&str> = lines.map(|line| line.person).collect();
            assert_eq!(play(sample, Vec::new()), (expected.clone(), 1));
            let accounts = [0; PEOPLE.len()].map(|_| AccountId::new());
            // What was asked is answered, in its thread.
            assert_eq!(play(sample, question(&accounts, 1)), (expected, 1));
        }
    }

    #[test]
    fn what_is_no_discussion_is_left_alone() {
        assert_eq!(next(Sample::Charter, "deputy", b"no update", 1), None);
        assert_eq!(next(Sample::Charter, "chair", &[], 1), None);
    }
}
