//! A discussion as the server reads it: who said what kind of thing to whom, and nothing of the words.
//!
//! The events are those of docs/architecture.md. What does not read as one of them is passed over. Foreign bytes meet yrs
//! here, so all of it happens inside the panic boundary (D8), and is bounded: of a very long discussion the last events are
//! read, of a mention list the first names.

use std::collections::HashMap;

use consilium_model::discussion::EVENTS;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Any, Array, Assoc, Doc, IndexedSequence, Out, ReadTxn, StateVector, Transact, Update};

use crate::panic_boundary::contain;
use crate::plain_doc::plain_doc;
use crate::store::StoredDocument;

/// Events of one discussion that are read, the last ones: finding whose each is takes time with their number.
pub const EVENTS_MAX: u32 = 5_000;

/// A discussion of more events is not read at all.
pub const DISCUSSION_EVENTS_MAX: u32 = 50_000;

/// People whom one comment mentions: more than anybody speaks to.
pub const MENTIONS_MAX: usize = 50;

/// Why a discussion cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the discussion cannot be read")]
pub struct Unreadable;

/// What is called by the place of its block: `client.clock`.
pub type Place = String;

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The CRDT client that said it.
    pub client: u64,
    /// When, by that client's count.
    pub clock: u32,
    /// What.
    pub said: Said,
}

impl Event {
    /// What it is called.
    #[must_use]
    pub fn place(&self) -> Place {
        format!("{}.{}", self.client, self.clock)
    }
}

/// What was said. Mentions are ids of accounts, as they were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A thread begins.
    Thread,
    /// A comment in it.
    Comment {
        /// The thread.
        thread: Place,
        /// Who is spoken to.
        mentions: Vec<String>,
    },
    /// A comment in other words.
    Edit {
        /// The comment.
        comment: Place,
        /// Who is spoken to.
        mentions: Vec<String>,
    },
    /// A comment is taken back.
    Delete {
        /// The comment.
        comment: Place,
    },
    /// A thread is resolved.
    Resolve {
        /// The thread.
        thread: Place,
    },
    /// It is open again.
    Reopen {
        /// The thread.
        thread: Place,
    },
}

/// A discussion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discussion {
    /// In the order of the document.
    pub events: Vec<Event>,
    /// How far it goes: a state vector (V1).
    pub state: Vec<u8>,
}

/// Reads a discussion. Takes as long as there is of it: not for an async thread.
///
/// # Errors
/// [`Unreadable`].
pub fn read(document: &StoredDocument) -> Result<Discussion, Unreadable> {
    contain(|| read_it(document)).unwrap_or(Err(Unreadable))
}

/// Whether an event lies beyond a state vector; with one that cannot be read, none does.
///
/// # Errors
/// [`Unreadable`] when it is no state vector.
pub fn beyond(seen: &[u8]) -> Result<impl Fn(&Event) -> bool + use<>, Unreadable> {
    let seen = contain(|| StateVector::decode_v1(seen))
        .map_err(|_| Unreadable)?
        .map_err(|_| Unreadable)?;
    let seen: HashMap<u64, u32> = seen
        .iter()
        .map(|(client, clock)| (client.get(), *clock))
        .collect();
    Ok(move |event: &Event| {
        seen.get(&event.client)
            .is_none_or(|clock| event.clock >= *clock)
    })
}

fn read_it(document: &StoredDocument) -> Result<Discussion, Unreadable> {
    let doc = plain_doc();
    let snapshots = document.snapshots.iter().map(|snapshot| &snapshot.state);
    let rows = document.tail.iter().map(|row| &row.update);
    for update in snapshots.chain(rows) {
        let update = Update::decode_v1(update).map_err(|_| Unreadable)?;
        doc.transact_mut()
            .apply_update(update)
            .map_err(|_| Unreadable)?;
    }
    Ok(events_of(&doc))
}

fn events_of(doc: &Doc) -> Discussion {
    let array = doc.get_or_insert_array(EVENTS);
    let txn = doc.transact();
    let state = txn.state_vector().encode_v1();
    let length = array.len(&txn);
    if length > DISCUSSION_EVENTS_MAX {
        tracing::warn!(length, "a discussion is too long to be told of");
        return Discussion {
            events: Vec::new(),
            state,
        };
    }
    let first = length.saturating_sub(EVENTS_MAX);
    let skipped = usize::try_from(first).unwrap_or(usize::MAX);
    let events = array
        .iter(&txn)
        .zip(0..)
        .skip(skipped)
        .filter_map(|(value, index)| {
            let said = said(&value)?;
            let place = array.sticky_index(&txn, index, Assoc::After)?;
            let id = place.id()?;
            Some(Event {
                client: id.client.get(),
                clock: id.clock,
                said,
            })
        })
        .collect();
    Discussion { events, state }
}

fn said(value: &Out) -> Option<Said> {
    let Out::Any(Any::Map(fields)) = value else {
        return None;
    };
    let text = |key: &str| match fields.get(key) {
        Some(Any::String(text)) => Some(text.as_ref()),
        _ => None,
    };
    let place = |key: &str| text(key).filter(|text| is_place(text)).map(str::to_owned);
    let mentions = || match fields.get("mentions") {
        Some(Any::Array(list)) => list.iter().filter_map(mention).take(MENTIONS_MAX).collect(),
        _ => Vec::new(),
    };
    match text("kind")? {
        "thread" => Some(Said::Thread),
        "comment" => Some(Said::Comment {
            thread: place("thread")?,
            mentions: mentions(),
        }),
        "edit" => Some(Said::Edit {
            comment: place("comment")?,
            mentions: mentions(),
        }),
        "delete" => Some(Said::Delete {
            comment: place("comment")?,
        }),
        "resolve" => Some(Said::Resolve {
            thread: place("thread")?,
        }),
        "reopen" => Some(Said::Reopen {
            thread: place("thread")?,
        }),
        _ => None,
    }
}

fn mention(value: &Any) -> Option<String> {
    let Any::Map(fields) = value else { return None };
    match fields.get("id") {
        Some(Any::String(id)) => Some(id.to_string()),
        _ => None,
    }
}

/// `client.clock`, and no longer than two numbers are.
fn is_place(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.len() <= 32
        && text
            .split_once('.')
            .is_some_and(|(client, clock)| digits(client) && digits(clock))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use consilium_protocol::ids::{DocName, Lineage};
    use uuid::Uuid;
    use yrs::ArrayRef;

    use super::*;
    use crate::store::{Cursor, DocId, DocumentRecord, JournalRow, RowId};

    fn stored(updates: &[Vec<u8>]) -> StoredDocument {
        StoredDocument {
            record: DocumentRecord {
                id: DocId(1),
                name: DocName::parse("a/discussion").unwrap(),
                lineage: Lineage(Uuid::nil()),
                title: String::new(),
                created_at_ms: 0,
                updated_at_ms: 0,
                deleted_at_ms: None,
            },
            snapshots: Vec::new(),
            tail: updates
                .iter()
                .zip(1..)
                .map(|(update, id)| JournalRow {
                    id: RowId(id),
                    at_ms: 0,
                    update: Bytes::from(update.clone()),
                })
                .collect(),
            owners: HashMap::new(),
            cursor: Cursor(0),
        }
    }

    fn any(json: &str) -> Any {
        Any::from_json(json).unwrap()
    }

    struct Member {
        doc: Doc,
        events: ArrayRef,
    }

    impl Member {
        fn new(client: u64) -> Self {
            let doc = Doc::with_client_id(client);
            let events = doc.get_or_insert_array(EVENTS);
            Self { doc, events }
        }

        fn say(&self, json: &str) -> Vec<u8> {
            let mut txn = self.doc.transact_mut();
            self.events.push_back(&mut txn, any(json));
            txn.encode_update_v1()
        }

        fn take(&self, update: &[u8]) {
            let update = Update::decode_v1(update).unwrap();
            self.doc.transact_mut().apply_update(update).unwrap();
        }
    }

    #[test]
    fn each_event_is_called_by_the_place_of_its_block() {
        let (anna, bert) = (Member::new(7), Member::new(9));
        let mut updates = vec![
            anna.say(r#"{"kind": "thread", "at": 1, "anchor": null, "quote": "x"}"#),
            anna.say(
                r#"{"kind": "comment", "at": 1, "thread": "7.0", "text": "hello", "mentions": [{"id": "b", "name": "B"}, {"name": "nobody"}, 5]}"#,
            ),
        ];
        for update in &updates {
            bert.take(update);
        }
        updates.push(bert.say(r#"{"kind": "sing", "at": 1}"#));
        updates.push(bert.say(r#"{"kind": "resolve", "at": 1, "thread": "7.0"}"#));
        updates.push(bert.say(r#"{"kind": "resolve", "at": 1, "thread": "the first"}"#));
        let read = read(&stored(&updates)).unwrap();
        let event = |client, clock, said| Event {
            client,
            clock,
            said,
        };
        let comment = Said::Comment {
            thread: "7.0".to_owned(),
            mentions: vec!["b".to_owned()],
        };
        let resolve = Said::Resolve {
            thread: "7.0".to_owned(),
        };
        assert_eq!(
            read.events,
            [
                event(7, 0, Said::Thread),
                event(7, 1, comment),
                event(9, 1, resolve),
            ]
        );
        assert_eq!(read.events[2].place(), "9.1");

        let is_new = beyond(&bert.doc.transact().state_vector().encode_v1()).unwrap();
        assert!(!read.events.iter().any(&is_new), "all of it was seen");
        let later = anna.say(r#"{"kind": "reopen", "at": 1, "thread": "7.0"}"#);
        updates.push(later);
        let read = super::read(&stored(&updates)).unwrap();
        let new: Vec<&Event> = read.events.iter().filter(|event| is_new(event)).collect();
        assert_eq!(new.len(), 1);
        assert_eq!(new[0].place(), "7.2");
    }

    #[test]
    fn what_is_no_update_is_unreadable_and_what_waits_is_not_said_yet() {
        assert_eq!(read(&stored(&[b"nonsense".to_vec()])), Err(Unreadable));
        assert!(beyond(b"\xff\xff").is_err());
        let anna = Member::new(7);
        anna.say(r#"{"kind": "thread", "at": 1}"#);
        let second = anna.say(r#"{"kind": "thread", "at": 2}"#);
        let read = read(&stored(&[second])).unwrap();
        assert_eq!(read.events, []);
        let is_new = beyond(&read.state).unwrap();
        assert!(is_new(&Event {
            client: 7,
            clock: 1,
            said: Said::Thread
        }));
    }

    #[test]
    fn of_very_many_mentions_the_first_are_read() {
        let anna = Member::new(7);
        let many: Vec<String> = (0..MENTIONS_MAX + 10)
            .map(|n| format!(r#"{{"id": "m{n}", "name": "M"}}"#))
            .collect();
        let update = anna.say(&format!(
            r#"{{"kind": "comment", "at": 1, "thread": "7.0", "text": "", "mentions": [{}]}}"#,
            many.join(",")
        ));
        let read = read(&stored(&[update])).unwrap();
        let Said::Comment { mentions, .. } = &read.events[0].said else {
            panic!("a comment");
        };
        assert_eq!(mentions.len(), MENTIONS_MAX);
    }
}
