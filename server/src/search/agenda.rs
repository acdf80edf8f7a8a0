//! Which documents are read again, and when. Pure: time comes from outside.
//!
//! A document whose journal went on is read when it has been quiet for a moment, and after a while though it is not: so a
//! sentence is found seconds after it was written, and nobody who types is followed keystroke by keystroke. What is noted here
//! is only a hint, bounded, and lost in a crash: whatever it misses, the sweep through the store finds
//! ([`super::indexer`]).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use consilium_protocol::ids::DocName;

/// So long nobody has edited before a document is read.
pub const QUIET: Duration = Duration::from_secs(2);

/// So long after the first edit it is read though somebody goes on. With the reading itself, what is found is at most 30 s
/// old.
pub const LATE: Duration = Duration::from_secs(20);

/// So long a document that cannot be read is left alone.
pub const REST: Duration = Duration::from_secs(600);

/// Documents that are waited for at one time; and as many that are left alone.
pub const NOTED_MAX: usize = 10_000;

/// What is waiting.
#[derive(Debug, Default)]
pub struct Agenda {
    waiting: HashMap<DocName, Waiting>,
    resting: HashMap<DocName, Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    first: Instant,
    last: Instant,
}

impl Waiting {
    fn due_at(self) -> Instant {
        (self.last + QUIET).min(self.first + LATE)
    }
}

impl Agenda {
    /// A document's journal went on. True when nothing was waiting before: whoever sleeps has something to wake for.
    pub fn note(&mut self, name: &DocName, now: Instant) -> bool {
        if let Some(waiting) = self.waiting.get_mut(name) {
            waiting.last = now;
            return false;
        }
        if self.waiting.len() >= NOTED_MAX {
            return false;
        }
        let waiting = Waiting {
            first: now,
            last: now,
        };
        self.waiting.insert(name.clone(), waiting);
        self.waiting.len() == 1
    }

    /// When the next one is due.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        self.waiting.values().map(|waiting| waiting.due_at()).min()
    }

    /// Those that are due, at most so many, and not those that rest. They are no longer waited for.
    pub fn take_due(&mut self, now: Instant, count: usize) -> Vec<DocName> {
        self.resting.retain(|_, until| *until > now);
        let mut due: Vec<(Instant, DocName)> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.due_at() <= now)
            .map(|(name, waiting)| (waiting.due_at(), name.clone()))
            .collect();
        due.sort();
        due.truncate(count);
        let due: Vec<DocName> = due.into_iter().map(|(_, name)| name).collect();
        for name in &due {
            self.waiting.remove(name);
        }
        due.into_iter()
            .filter(|name| !self.resting.contains_key(name))
            .collect()
    }

    /// A document could not be read, and a person has to look at it.
    pub fn rest(&mut self, name: &DocName, now: Instant) {
        if self.resting.len() < NOTED_MAX {
            self.resting.insert(name.clone(), now + REST);
        }
    }

    /// Whether a document is left alone.
    #[must_use]
    pub fn is_resting(&self, name: &DocName, now: Instant) -> bool {
        self.resting.get(name).is_some_and(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DocName {
        DocName::parse(text).unwrap()
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_document_is_read_once_it_is_quiet() {
        let mut agenda = Agenda::default();
        let start = Instant::now();
        assert!(agenda.note(&name("a"), start));
        assert!(!agenda.note(&name("b"), start), "somebody is awake already");
        assert!(!agenda.note(&name("a"), start + seconds(1)));
        assert_eq!(agenda.next_at(), Some(start + QUIET));
        assert_eq!(agenda.take_due(start + QUIET, 9), [name("b")]);
        assert_eq!(agenda.take_due(start + QUIET, 9), []);
        assert_eq!(agenda.next_at(), Some(start + seconds(1) + QUIET));
        assert_eq!(agenda.take_due(start + seconds(3), 9), [name("a")]);
        assert_eq!(agenda.next_at(), None);
    }

    #[test]
    fn a_document_that_is_never_quiet_is_read_all_the_same() {
        let mut agenda = Agenda::default();
        let start = Instant::now();
        let mut read_at = Vec::new();
        for second in 0..60 {
            let now = start + seconds(second);
            agenda.note(&name("a"), now);
            if !agenda.take_due(now, 9).is_empty() {
                read_at.push(second);
            }
        }
        assert_eq!(read_at, [20, 41]);
    }

    #[test]
    fn what_is_due_longest_comes_first_and_no_more_than_asked_for() {
        let mut agenda = Agenda::default();
        let start = Instant::now();
        for (at, text) in (0..).zip(["c", "a", "b"]) {
            agenda.note(&name(text), start + seconds(at));
        }
        let later = start + seconds(60);
        assert_eq!(agenda.take_due(later, 2), [name("c"), name("a")]);
        assert_eq!(agenda.take_due(later, 2), [name("b")]);
    }

    #[test]
    fn a_document_that_cannot_be_read_is_left_alone_for_a_while() {
        let mut agenda = Agenda::default();
        let start = Instant::now();
        agenda.rest(&name("a"), start);
        agenda.note(&name("a"), start);
        assert!(agenda.is_resting(&name("a"), start));
        assert_eq!(agenda.take_due(start + LATE, 9), []);
        let rested = start + REST;
        assert!(!agenda.is_resting(&name("a"), rested));
        agenda.note(&name("a"), rested);
        assert_eq!(agenda.take_due(rested + QUIET, 9), [name("a")]);
    }

    #[test]
    fn what_is_noted_is_bounded() {
        let mut agenda = Agenda::default();
        let start = Instant::now();
        for number in 0..NOTED_MAX + 5 {
            agenda.note(&name(&format!("d{number}")), start);
        }
        assert_eq!(agenda.take_due(start + QUIET, usize::MAX).len(), NOTED_MAX);
    }
}
