//! Cursors that move while somebody writes: presence of every reader, on schedule, and when others see it.
//!
//! A move carries a marker of its own kind. A server may leave out a move that the next one overtakes, so a move that
//! is never seen is no loss; what counts is how old the newest is when it is seen. Every member receives all moves, but
//! only one in [`SAMPLED`] looks into them: otherwise the generator would be what is measured.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::Plan;
use super::gather::Seat;
use crate::histogram::{Latencies, Shards};
use crate::marker::{self, MarkerFinder};
use crate::peer::Spoken;
use crate::schedule::{self, Planned};
use crate::updates;
use crate::websocket::frame::{self, End, Kind};

/// One member in so many looks.
const SAMPLED: usize = 25;

/// All moves of an exchange.
pub(crate) struct Cursors {
    finder: MarkerFinder,
    /// The writers' numbers are those of readers here.
    moves: Vec<Planned>,
    readers: usize,
    warmup: Duration,
    seen: Shards,
}

/// The newest move of each reader that a member has seen.
#[derive(Debug, Clone)]
pub(super) struct Newest(Vec<Option<u32>>);

impl Cursors {
    /// None where no cursor moves.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        (plan.cursor_rate > 0.0).then(|| Self {
            finder: MarkerFinder::of_cursors(),
            moves: schedule::steady(
                plan.documents * plan.readers,
                plan.cursor_rate,
                plan.warmup + plan.measured,
                // Not the phases of those who write.
                plan.seed ^ 0xc0_ffee,
            ),
            readers: plan.documents * plan.readers,
            warmup: plan.warmup,
            seen: Shards::new(4),
        })
    }

    /// When each move is to be sent.
    pub(super) fn moves(&self) -> &[Planned] {
        &self.moves
    }

    /// Every move as the frame that is sent; `readers` are their seats.
    pub(super) fn frames(&self, spoken: Spoken, readers: &[Seat]) -> Vec<Bytes> {
        let mut clocks = vec![0; readers.len()];
        (0_u32..)
            .zip(&self.moves)
            .map(|(number, planned)| {
                let clock = &mut clocks[planned.writer];
                *clock += 1;
                let state = updates::moving(planned.writer, &marker::cursor_text(number));
                // Readers write nothing, so their ids are free.
                let client = updates::client_id(1_000_000 + planned.writer);
                let message = spoken.dialect().presence(
                    &readers[planned.writer].name,
                    client,
                    *clock,
                    &state,
                );
                frame::encode(End::Client, Kind::Binary, &message).into()
            })
            .collect()
    }

    /// The memory of the member with this number; None when it does not look.
    pub(super) fn memory(&self, member: usize) -> Option<Newest> {
        member
            .is_multiple_of(SAMPLED)
            .then(|| Newest(vec![None; self.readers]))
    }

    /// A member who looks has received something.
    pub(super) fn look(
        &self,
        member: usize,
        newest: &mut Newest,
        message: &[u8],
        epoch: Instant,
        now: Instant,
    ) {
        for number in self.finder.numbers(message) {
            let Some(planned) = self.moves.get(number as usize) else {
                continue;
            };
            let Some(last) = newest.0.get_mut(planned.writer) else {
                continue;
            };
            if last.is_none_or(|last| last < number) {
                *last = Some(number);
                if planned.at >= self.warmup {
                    self.seen
                        .record(member, schedule::latency(epoch, planned.at, now));
                }
            }
        }
    }

    /// How old a move was when it was seen as the newest.
    pub(super) fn seen(&self) -> Latencies {
        self.seen.merged()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_counts_when_it_is_newer_than_what_was_seen() {
        let plan = Plan {
            name: "test".to_owned(),
            documents: 1,
            writers: 1,
            readers: 2,
            rate: 1.0,
            cursor_rate: 2.0,
            warmup: Duration::ZERO,
            measured: Duration::from_secs(3),
            seed: 1,
        };
        let cursors = Cursors::of(&plan).unwrap();
        let mut newest = cursors.memory(0).unwrap();
        assert!(cursors.memory(1).is_none());
        let of_first: Vec<u32> = (0_u32..)
            .zip(cursors.moves())
            .filter(|(_, planned)| planned.writer == 0)
            .map(|(number, _)| number)
            .collect();
        let epoch = Instant::now();
        // The second overtakes the first, which is then old; the third comes twice.
        for number in [of_first[1], of_first[0], of_first[2], of_first[2]] {
            let message = format!("[{}]", marker::cursor_text(number));
            cursors.look(0, &mut newest, message.as_bytes(), epoch, Instant::now());
        }
        assert_eq!(cursors.seen().count(), 2);
    }
}
