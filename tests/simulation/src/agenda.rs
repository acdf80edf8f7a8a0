//! Virtual time: what is to happen, in order.
//!
//! Milliseconds that pass only from one happening to the next. What is due at the same moment happens in the order in
//! which it was planned. The agenda does not know what a happening is.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What is to happen, and what time it is.
pub struct Agenda<T> {
    now_ms: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    happenings: BTreeMap<u64, T>,
    next_number: u64,
}

impl<T> Agenda<T> {
    /// Nothing planned, at this time.
    #[must_use]
    pub fn starting_at(now_ms: u64) -> Self {
        Self {
            now_ms,
            queue: BinaryHeap::new(),
            happenings: BTreeMap::new(),
            next_number: 0,
        }
    }

    /// The time, in milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Plans a happening.
    pub fn after(&mut self, delay_ms: u64, happening: T) {
        self.at(self.now_ms + delay_ms, happening);
    }

    /// Plans a happening for a certain time; at once when that has passed.
    pub fn at(&mut self, at_ms: u64, happening: T) {
        let number = self.next_number;
        self.next_number += 1;
        self.happenings.insert(number, happening);
        self.queue.push(Reverse((at_ms, number)));
    }

    /// When the next happening is due.
    #[must_use]
    pub fn next_at_ms(&self) -> Option<u64> {
        self.queue.peek().map(|Reverse((at_ms, _))| *at_ms)
    }

    /// Goes on to the next happening, or to `end_ms` when there is none until then.
    pub fn next_until(&mut self, end_ms: u64) -> Option<T> {
        let Some(Reverse((at, number))) = self
            .queue
            .peek()
            .copied()
            .filter(|Reverse((at, _))| *at <= end_ms)
        else {
            self.now_ms = self.now_ms.max(end_ms);
            return None;
        };
        self.queue.pop();
        self.now_ms = self.now_ms.max(at);
        self.happenings.remove(&number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_first_happens_first_and_the_clock_follows() {
        let mut agenda = Agenda::starting_at(100);
        agenda.after(20, "later");
        agenda.after(5, "soon");
        agenda.after(5, "right after");
        assert_eq!(agenda.next_until(110), Some("soon"));
        assert_eq!(agenda.now_ms(), 105);
        assert_eq!(agenda.next_until(110), Some("right after"));
        assert_eq!(agenda.next_until(110), None);
        assert_eq!(agenda.now_ms(), 110);
        assert_eq!(agenda.next_until(200), Some("later"));
        assert_eq!(agenda.now_ms(), 120);
    }
}
