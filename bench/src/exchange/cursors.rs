//! Cursors that move while somebody writes: presence of all readers, or of all writers, on schedule, and when others see it.
//!
//! A move carries a marker of its own kind. A server may leave out a move that the next one overtakes, so a move that
//! is never seen is no loss; what counts is how old the newest is when it is seen. Every member receives all moves, but
//! only one in [`SAMPLED`] looks into them: otherwise the generator would be what is measured.

use std::time::{Duration, Instant};

use bytes::Bytes;

use super::gather::Seat;
use super::{Movers, Plan};
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
    whose: Movers,
    /// The writers' numbers are those of movers here.
    moves: Vec<Planned>,
    movers: usize,
    /// When those who do not move say who they are; their numbers are their places among themselves.
    words: Vec<Planned>,
    warmup: Duration,
    seen: Shards,
}

/// How often somebody who does not move renews who they are, as clients do.
const RENEWAL: Duration = Duration::from_secs(15);

/// The newest move of each reader that a member has seen.
#[derive(Debug, Clone)]
pub(super) struct Newest(Vec<Option<u32>>);

impl Cursors {
    /// None where no cursor moves.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        let total = plan.warmup + plan.measured;
        let (movers, others) = match plan.movers {
            Movers::Readers => (plan.readers, 0),
            Movers::Writers => (plan.writers, plan.readers),
        };
        (plan.cursor_rate > 0.0).then(|| Self {
            finder: MarkerFinder::of_cursors(),
            whose: plan.movers,
            moves: schedule::steady(
                plan.documents * movers,
                plan.cursor_rate,
                total,
                // Not the phases of those who write.
                plan.seed ^ 0xc0_ffee,
            ),
            movers: plan.documents * movers,
            words: said_again(plan.documents * others, total),
            warmup: plan.warmup,
            seen: Shards::new(4),
        })
    }

    /// Whether the cursor of this seat moves.
    pub(super) fn is_of(&self, seat: &Seat) -> bool {
        self.whose.has(seat)
    }

    /// When those who do not move say who they are.
    pub(super) fn words(&self) -> &[Planned] {
        &self.words
    }

    /// Every one of these words as the frame that is sent; `others` are the seats of those who do not move.
    pub(super) fn word_frames(&self, spoken: Spoken, others: &[Seat]) -> Vec<Bytes> {
        let mut clocks = vec![0; others.len()];
        self.words
            .iter()
            .map(|planned| {
                let clock = &mut clocks[planned.writer];
                *clock += 1;
                let state = updates::presence(planned.writer, planned.at);
                let client = updates::client_id(1_000_000 + planned.writer);
                let name = &others[planned.writer].name;
                let message = spoken.dialect().presence(name, client, *clock, &state);
                frame::encode(End::Client, Kind::Binary, &message).into()
            })
            .collect()
    }

    /// When each move is to be sent.
    pub(super) fn moves(&self) -> &[Planned] {
        &self.moves
    }

    /// Every move as the frame that is sent; `movers` are the seats of those who move.
    pub(super) fn frames(&self, spoken: Spoken, movers: &[Seat]) -> Vec<Bytes> {
        let mut clocks = vec![0; movers.len()];
        (0_u32..)
            .zip(&self.moves)
            .map(|(number, planned)| {
                let clock = &mut clocks[planned.writer];
                *clock += 1;
                let state = updates::moving(planned.writer, &marker::cursor_text(number));
                let client = updates::client_id(match self.whose {
                    // Readers write nothing, so their ids are free.
                    Movers::Readers => 1_000_000 + planned.writer,
                    Movers::Writers => planned.writer,
                });
                let message =
                    spoken
                        .dialect()
                        .presence(&movers[planned.writer].name, client, *clock, &state);
                frame::encode(End::Client, Kind::Binary, &message).into()
            })
            .collect()
    }

    /// The memory of the member with this number; None when it does not look.
    pub(super) fn memory(&self, member: usize) -> Option<Newest> {
        member
            .is_multiple_of(SAMPLED)
            .then(|| Newest(vec![None; self.movers]))
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

/// When each of some people says who they are: within the first second, one after the other, and then again and again.
fn said_again(people: usize, total: Duration) -> Vec<Planned> {
    let mut words = Vec::new();
    for writer in 0..people {
        let mut at = Duration::from_secs(1).mul_f64(writer as f64 / people as f64);
        while at < total {
            words.push(Planned { at, writer });
            at += RENEWAL;
        }
    }
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_does_not_move_says_who_they_are_at_once_and_every_fifteen_seconds() {
        let words = said_again(4, Duration::from_secs(20));
        assert!(words.is_sorted());
        let of = |writer| -> Vec<u128> {
            let own = words.iter().filter(|planned| planned.writer == writer);
            own.map(|planned| planned.at.as_millis()).collect()
        };
        assert_eq!(of(0), [0, 15_000]);
        assert_eq!(of(3), [750, 15_750]);
        assert_eq!(said_again(0, Duration::from_secs(20)), []);
    }

    #[test]
    fn a_move_counts_when_it_is_newer_than_what_was_seen() {
        let plan = Plan {
            name: "test".to_owned(),
            documents: 1,
            writers: 1,
            readers: 2,
            rate: 1.0,
            cursor_rate: 2.0,
            movers: Movers::Readers,
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
