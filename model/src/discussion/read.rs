//! What was said in a discussion, for whoever takes away what they said themselves.
//!
//! An event is named by the place of its block, `client.clock`, and whose it is, is asked elsewhere (D16). What does not
//! read as an event is passed over: apps may say more than this one understands.

use std::collections::{HashMap, HashSet};

use yrs::{Any, Array, Assoc, IndexedSequence, Number, Out, ReadTxn};

use super::EVENTS;

/// Events that are looked at: more than a document has comments, and few enough to find the place of each.
const EVENTS_MAX: u32 = 20_000;

/// A comment, in its author's last words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// When, by the clock of who said it; milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// What.
    pub text: String,
    /// The passage of the document that its thread hangs on, as it read then; empty for the document as a whole.
    pub passage: String,
}

/// The comments of whoever these CRDT clients are (one for each time that somebody came), as far as they were not taken
/// back, in the order of the document.
pub fn comments_of<T: ReadTxn>(txn: &T, clients: &HashSet<u64>) -> Vec<Comment> {
    let Some(events) = txn.get_array(EVENTS) else {
        return Vec::new();
    };
    let mut passages: HashMap<String, String> = HashMap::new();
    let mut comments: Vec<(String, String, Comment)> = Vec::new();
    for index in 0..events.len(txn).min(EVENTS_MAX) {
        let Some(Out::Any(Any::Map(fields))) = events.get(txn, index) else {
            continue;
        };
        let place = events.sticky_index(txn, index, Assoc::After);
        let Some((client, clock)) = place
            .as_ref()
            .and_then(|place| place.id())
            .map(|id| (id.client.get(), id.clock))
        else {
            continue;
        };
        let name = format!("{client}.{clock}");
        let text = |key: &str| match fields.get(key) {
            Some(Any::String(text)) => Some(text.to_string()),
            _ => None,
        };
        match text("kind").as_deref() {
            Some("thread") => {
                passages.insert(name, text("quote").unwrap_or_default());
            }
            // Another's words are not theirs, nor do they take the place of theirs.
            Some("comment" | "edit") if !clients.contains(&client) => {}
            Some("comment") => {
                if let (Some(thread), Some(words)) = (text("thread"), text("text")) {
                    let comment = Comment {
                        at_ms: whole(fields.get("at")),
                        text: words,
                        passage: String::new(),
                    };
                    comments.push((name, thread, comment));
                }
            }
            Some("edit") => {
                let (Some(of), Some(words)) = (text("comment"), text("text")) else {
                    continue;
                };
                if let Some((_, _, comment)) = comments.iter_mut().find(|(name, _, _)| *name == of)
                {
                    comment.text = words;
                }
            }
            _ => {}
        }
    }
    comments
        .into_iter()
        .map(|(_, thread, comment)| Comment {
            passage: passages.get(&thread).cloned().unwrap_or_default(),
            ..comment
        })
        .collect()
}

/// A comment among the events, by its name: the CRDT client that said it, and the thread it stands in. `None` where no
/// comment has this name, or it was taken back.
pub fn comment_called<T: ReadTxn>(txn: &T, name: &str) -> Option<(u64, String)> {
    let events = txn.get_array(EVENTS)?;
    (0..events.len(txn).min(EVENTS_MAX)).find_map(|index| {
        let place = events.sticky_index(txn, index, Assoc::After)?;
        let id = place.id()?;
        let (client, clock) = (id.client.get(), id.clock);
        if format!("{client}.{clock}") != name {
            return None;
        }
        let Some(Out::Any(Any::Map(fields))) = events.get(txn, index) else {
            return None;
        };
        let text = |key: &str| match fields.get(key) {
            Some(Any::String(text)) => Some(text.to_string()),
            _ => None,
        };
        (text("kind")? == "comment").then_some(())?;
        Some((client, text("thread")?))
    })
}

/// A time as JSON has it, in whole milliseconds.
fn whole(value: Option<&Any>) -> i64 {
    match value {
        Some(Any::Number(Number::Int(number))) => *number,
        Some(Any::Number(Number::Float(number))) => *number as i64,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use yrs::{Doc, Transact, any};

    use super::*;

    fn say(doc: &Doc, event: Any) -> String {
        let events = doc.get_or_insert_array(EVENTS);
        let mut txn = doc.transact_mut();
        let index = events.len(&txn);
        events.push_back(&mut txn, event);
        let place = events.sticky_index(&txn, index, Assoc::After).unwrap();
        let id = place.id().unwrap();
        format!("{}.{}", id.client.get(), id.clock)
    }

    #[test]
    fn comments_are_read_in_their_last_words_with_the_passage() {
        let doc = Doc::with_client_id(7);
        let thread = say(
            &doc,
            any!({"kind": "thread", "at": 1.0, "quote": "within one hour"}),
        );
        let comment = say(
            &doc,
            any!({"kind": "comment", "at": 2.0, "thread": thread.clone(), "text": "Why?"}),
        );
        say(
            &doc,
            any!({"kind": "edit", "at": 3.0, "comment": comment.clone(), "text": "Why one?"}),
        );
        say(&doc, any!({"kind": "wave", "at": 4.0}));
        say(&doc, Any::from(5));
        say(
            &doc,
            any!({"kind": "comment", "at": 6.0, "thread": "9.9", "text": "Lost"}),
        );
        let read = comments_of(&doc.transact(), &HashSet::from([7]));
        assert_eq!(
            read,
            [
                Comment {
                    at_ms: 2,
                    text: "Why one?".to_owned(),
                    passage: "within one hour".to_owned(),
                },
                Comment {
                    at_ms: 6,
                    text: "Lost".to_owned(),
                    passage: String::new(),
                },
            ]
        );
        let other = Doc::with_client_id(8);
        {
            use yrs::updates::decoder::Decode;
            let update = doc
                .transact()
                .encode_state_as_update_v1(&yrs::StateVector::default());
            let mut txn = other.transact_mut();
            txn.apply_update(yrs::Update::decode_v1(&update).unwrap())
                .unwrap();
        }
        say(
            &other,
            any!({"kind": "edit", "at": 7.0, "comment": comment, "text": "Forged"}),
        );
        let txn = other.transact();
        assert_eq!(comments_of(&txn, &HashSet::from([7]))[0].text, "Why one?");
        assert_eq!(comments_of(&txn, &HashSet::from([8])), []);
        // The same person on another day is another client.
        assert_eq!(comments_of(&txn, &HashSet::from([7, 8]))[0].text, "Forged");
    }

    #[test]
    fn a_comment_is_found_by_its_name_and_nothing_else_is() {
        let doc = Doc::with_client_id(7);
        let thread = say(&doc, any!({"kind": "thread", "at": 1.0, "quote": ""}));
        let comment = say(
            &doc,
            any!({"kind": "comment", "at": 2.0, "thread": thread.clone(), "text": "Why?"}),
        );
        let txn = doc.transact();
        assert_eq!(comment_called(&txn, &comment), Some((7, thread.clone())));
        for other in [thread.as_str(), "", "7.99", "8.1"] {
            assert_eq!(comment_called(&txn, other), None, "{other}");
        }
    }

    #[test]
    fn a_discussion_in_which_nothing_was_said_has_no_comments() {
        assert_eq!(comments_of(&Doc::new().transact(), &HashSet::from([1])), []);
    }
}
