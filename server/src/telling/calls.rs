//! Who is to be told of what, given what was said. Pure.
//!
//! One comment calls a person once: a mention goes before a reply. What counts of a comment that was said in other words is
//! the last of them, by its author. Nobody is called by what is their own, and nobody at all by what has no author.

use std::collections::{BTreeMap, HashMap, HashSet};

use consilium_protocol::ids::UserId;

use super::events::{Event, Place, Said};
use crate::store::catching_up::{Call, CallKind};

/// People of one thread who are told of a reply: those who wrote last.
pub const PARTICIPANTS_MAX: usize = 100;

/// People who are called by what is read at one time: one transaction of the store, which others wait for.
pub const CALLS_MAX: usize = 2_000;

/// What follows from what was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calls {
    /// Who is to be told of what.
    pub calls: Vec<Call>,
    /// New comments and their authors.
    pub remarks: Vec<(Place, UserId)>,
    /// Comments that were taken back by their authors.
    pub gone: Vec<Place>,
}

struct Comment<'a> {
    author: &'a UserId,
    thread: &'a Place,
    mentions: &'a [String],
    is_new: bool,
    is_edited_anew: bool,
}

/// What the events call for, given who said them, as far as they are new.
#[must_use]
pub fn calls<'a>(
    events: &'a [Event],
    author_of: impl Fn(u64) -> Option<&'a UserId>,
    is_new: impl Fn(&Event) -> bool,
) -> Calls {
    let mut found = Calls::default();
    let mut comments: Vec<(Place, Comment<'a>)> = Vec::new();
    let mut places: HashMap<Place, usize> = HashMap::new();
    let mut openers: HashMap<&'a str, &'a UserId> = HashMap::new();
    let own: Vec<Place> = events.iter().map(Event::place).collect();
    // Of each thread, what last became of it.
    let mut fates: BTreeMap<&'a Place, Option<(&'a Event, &'a UserId)>> = BTreeMap::new();
    let mut opened: HashMap<Place, &'a UserId> = HashMap::new();
    for (event, place) in events.iter().zip(&own) {
        let Some(author) = author_of(event.client) else {
            continue;
        };
        match &event.said {
            Said::Thread => {
                opened.insert(place.clone(), author);
            }
            Said::Comment { thread, mentions } => {
                openers.entry(thread).or_insert(author);
                places.insert(place.clone(), comments.len());
                let comment = Comment {
                    author,
                    thread,
                    mentions,
                    is_new: is_new(event),
                    is_edited_anew: false,
                };
                comments.push((place.clone(), comment));
            }
            Said::Edit { comment, mentions } => {
                let edited = places.get(comment).and_then(|at| comments.get_mut(*at));
                if let Some((_, edited)) = edited.filter(|(_, edited)| edited.author == author) {
                    edited.mentions = mentions;
                    edited.is_edited_anew |= is_new(event);
                }
            }
            Said::Delete { comment } => {
                if is_new(event) && client_in(comment).and_then(&author_of) == Some(author) {
                    found.gone.push(comment.clone());
                }
            }
            Said::Resolve { thread } => {
                fates.insert(thread, Some((event, author)));
            }
            Said::Reopen { thread } => {
                fates.insert(thread, None);
            }
        }
    }
    let gone: HashSet<Place> = found.gone.iter().cloned().collect();
    let mut spoken: HashMap<&Place, Vec<&UserId>> = HashMap::new();
    for (place, comment) in &comments {
        let before = spoken.entry(comment.thread).or_default();
        if (comment.is_new || comment.is_edited_anew) && !gone.contains(place) {
            found.calls.extend(called_by(place, comment, before));
        }
        if comment.is_new && !gone.contains(place) {
            found.remarks.push((place.clone(), comment.author.clone()));
        }
        before.retain(|each| *each != comment.author);
        before.push(comment.author);
    }
    for (thread, fate) in fates {
        let opener = opened.get(thread).or_else(|| openers.get(thread.as_str()));
        if let (Some((event, by)), Some(opener)) = (fate, opener)
            && is_new(event)
            && *opener != by
        {
            found.calls.push(Call {
                to: (*opener).clone(),
                by: by.clone(),
                kind: CallKind::Resolved,
                thread: thread.clone(),
                event: event.place(),
            });
        }
    }
    found.calls.truncate(CALLS_MAX);
    found
}

/// Those whom a comment calls: who is spoken to, and, when it is new, who spoke before.
fn called_by(place: &Place, comment: &Comment<'_>, before: &[&UserId]) -> Vec<Call> {
    let mut called: HashSet<UserId> = HashSet::from([comment.author.clone()]);
    let mut calls = Vec::new();
    let mut call = |to: UserId, kind: CallKind| {
        if called.insert(to.clone()) {
            calls.push(Call {
                to,
                by: comment.author.clone(),
                kind,
                thread: comment.thread.clone(),
                event: place.clone(),
            });
        }
    };
    for mention in comment.mentions {
        call(UserId::new(mention.as_str()), CallKind::Mention);
    }
    if comment.is_new {
        for to in before.iter().rev().take(PARTICIPANTS_MAX) {
            call((*to).clone(), CallKind::Reply);
        }
    }
    calls
}

fn client_in(place: &Place) -> Option<u64> {
    place.split_once('.')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clients are 1 for Anna, 2 for Bert, 3 for Cem; everybody else is nobody.
    fn said(client: u64, clock: u32, said: Said) -> Event {
        Event {
            client,
            clock,
            said,
        }
    }

    fn comment(client: u64, clock: u32, thread: &str, mentions: &[&str]) -> Event {
        said(
            client,
            clock,
            Said::Comment {
                thread: thread.to_owned(),
                mentions: mentions.iter().map(|id| (*id).to_owned()).collect(),
            },
        )
    }

    fn edit(client: u64, clock: u32, comment: &str, mentions: &[&str]) -> Event {
        said(
            client,
            clock,
            Said::Edit {
                comment: comment.to_owned(),
                mentions: mentions.iter().map(|id| (*id).to_owned()).collect(),
            },
        )
    }

    fn resolve(client: u64, clock: u32, thread: &str) -> Event {
        let thread = thread.to_owned();
        said(client, clock, Said::Resolve { thread })
    }

    fn heard(events: &[Event], seen: usize) -> Calls {
        let people: HashMap<u64, UserId> = [(1, "anna"), (2, "bert"), (3, "cem")]
            .map(|(client, name)| (client, UserId::new(name)))
            .into();
        let old: HashSet<Place> = events[..seen].iter().map(Event::place).collect();
        calls(
            events,
            |client| people.get(&client),
            |event| !old.contains(&event.place()),
        )
    }

    /// As `kind to<by thread event`, in order.
    fn check(events: &[Event], seen: usize, expected: &[&str]) {
        let found: Vec<String> = heard(events, seen)
            .calls
            .iter()
            .map(|call| {
                format!(
                    "{:?} {}<{} {} {}",
                    call.kind, call.to, call.by, call.thread, call.event
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_mention_calls_and_a_reply_calls_those_who_spoke_before() {
        let events = [
            said(1, 0, Said::Thread),
            comment(1, 1, "1.0", &["bert", "bert", "anna"]),
            comment(2, 0, "1.0", &[]),
            comment(3, 0, "1.0", &["anna"]),
        ];
        check(
            &events,
            0,
            &[
                "Mention bert<anna 1.0 1.1",
                "Reply anna<bert 1.0 2.0",
                // A mention goes before a reply.
                "Mention anna<cem 1.0 3.0",
                "Reply bert<cem 1.0 3.0",
            ],
        );
        check(
            &events,
            3,
            &["Mention anna<cem 1.0 3.0", "Reply bert<cem 1.0 3.0"],
        );
        check(&events, 4, &[]);
        let remarks = heard(&events, 3).remarks;
        assert_eq!(remarks, [("3.0".to_owned(), UserId::new("cem"))]);
    }

    #[test]
    fn what_has_no_author_calls_nobody() {
        let events = [
            comment(1, 0, "1.0", &[]),
            comment(9, 0, "1.0", &["anna"]),
            resolve(9, 1, "1.0"),
        ];
        check(&events, 1, &[]);
        assert_eq!(heard(&events, 1).remarks, []);
    }

    #[test]
    fn of_a_comment_in_other_words_the_last_count_if_they_are_its_authors() {
        let events = [
            comment(1, 0, "1.0", &["bert"]),
            edit(1, 1, "1.0", &["cem"]),
            edit(2, 0, "1.0", &["anna", "bert"]),
        ];
        check(&events, 0, &["Mention cem<anna 1.0 1.0"]);
        // Said anew later: whoever was told already is known to the store by the comment.
        check(&events, 1, &["Mention cem<anna 1.0 1.0"]);
        check(&events, 2, &[]);
    }

    #[test]
    fn a_thread_calls_whoever_opened_it_when_it_is_resolved_for_good() {
        let reopen = |clock| {
            let thread = "1.0".to_owned();
            said(2, clock, Said::Reopen { thread })
        };
        let opened = [said(1, 0, Said::Thread), comment(1, 1, "1.0", &[])];
        let with = |more: &[Event]| [opened.to_vec(), more.to_vec()].concat();
        check(
            &with(&[resolve(2, 0, "1.0")]),
            2,
            &["Resolved anna<bert 1.0 2.0"],
        );
        check(&with(&[resolve(1, 2, "1.0")]), 2, &[]);
        check(&with(&[resolve(2, 0, "1.0"), reopen(1)]), 2, &[]);
        check(
            &with(&[resolve(2, 0, "1.0"), reopen(1), resolve(3, 0, "1.0")]),
            4,
            &["Resolved anna<cem 1.0 3.0"],
        );
        // The beginning of the thread is not among what was read.
        check(
            &[comment(2, 5, "1.0", &[]), resolve(3, 0, "1.0")],
            1,
            &["Resolved bert<cem 1.0 3.0"],
        );
    }

    #[test]
    fn what_was_taken_back_by_its_author_calls_nobody_and_is_gone() {
        let delete = |client, comment: &str| {
            let comment = comment.to_owned();
            said(client, 7, Said::Delete { comment })
        };
        let events = [delete(2, "2.0"), delete(3, "1.0")];
        assert_eq!(heard(&events, 0).gone, ["2.0"]);
        assert_eq!(heard(&events, 2).gone, Vec::<String>::new());
        // Its block may be here still: other clients need not delete it.
        let events = [comment(2, 0, "1.0", &["anna"]), delete(2, "2.0")];
        check(&events, 0, &[]);
    }

    #[test]
    fn of_very_many_who_spoke_the_last_are_told() {
        let people: HashMap<u64, UserId> = (0..300)
            .map(|client| (client, UserId::new(format!("m{client}"))))
            .collect();
        let events: Vec<Event> = (0..300)
            .map(|client| comment(client, 0, "0.0", &[]))
            .collect();
        let found = calls(
            &events,
            |client| people.get(&client),
            |event| event.client == 299,
        );
        let flood = calls(&events, |client| people.get(&client), |_| true);
        assert_eq!(flood.calls.len(), CALLS_MAX);
        assert_eq!(found.calls.len(), PARTICIPANTS_MAX);
        assert_eq!(found.calls[0].to, UserId::new("m298"));
    }
}
