//! What waits on its way to Redis: bounded over all documents and all servers of a cluster (I4).
//!
//! When it is full, the oldest goes. A follower sees from the numbers inside the messages that some are missing, and
//! does so at the next message that arrives; with the newest gone, a document that falls silent would hide it. Besides,
//! what is oldest is what is most likely known by now, from the journal. And the oldest of all waits for the server that
//! answers slowest, so a server that hangs does not take the room of the others.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use parking_lot::Mutex;

use super::figures;
use super::limits::MESSAGE_OVERHEAD_BYTES;
use super::names::ChannelId;
use super::shard::ShardId;
use crate::bus::limits::PUBLISH_BYTES_MAX;

/// A message that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) channel: ChannelId,
    /// In the order of publishing, over all documents.
    pub(super) sequence: u64,
    pub(super) message: Bytes,
}

/// All that waits.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// In the order of publishing, each.
    queues: HashMap<ShardId, VecDeque<Outgoing>>,
    /// Of all messages, with [`MESSAGE_OVERHEAD_BYTES`] for each.
    bytes: usize,
    last_sequence: u64,
}

impl Outgoing {
    fn cost(&self) -> usize {
        self.message.len() + MESSAGE_OVERHEAD_BYTES
    }
}

impl Outbox {
    /// Takes a message. The answer is how many were dropped: older ones that had to go for it, or itself when it
    /// could never fit.
    pub(super) fn push(&self, shard: ShardId, channel: ChannelId, message: Bytes) -> usize {
        let mut waiting = self.waiting.lock();
        waiting.last_sequence += 1;
        let outgoing = Outgoing {
            channel,
            sequence: waiting.last_sequence,
            message,
        };
        if outgoing.cost() > PUBLISH_BYTES_MAX {
            return 1;
        }
        waiting.bytes += outgoing.cost();
        waiting.queues.entry(shard).or_default().push_back(outgoing);
        let mut dropped = 0;
        while waiting.bytes > PUBLISH_BYTES_MAX {
            waiting.drop_oldest();
            dropped += 1;
        }
        figures::queued(waiting.bytes);
        dropped
    }

    /// Takes out what is next for a server: at least one message if any waits, and no more than these.
    pub(super) fn take(
        &self,
        shard: ShardId,
        messages_max: usize,
        bytes_max: usize,
    ) -> Vec<Outgoing> {
        let mut waiting = self.waiting.lock();
        let Some(queue) = waiting.queues.get_mut(&shard) else {
            return Vec::new();
        };
        let mut bytes = 0;
        let fitting = queue
            .iter()
            .take(messages_max)
            .take_while(|outgoing| {
                let fits = bytes == 0 || bytes + outgoing.cost() <= bytes_max;
                bytes += outgoing.cost();
                fits
            })
            .count();
        let taken: Vec<Outgoing> = queue.drain(..fitting).collect();
        if queue.is_empty() {
            waiting.queues.remove(&shard);
        }
        waiting.bytes -= taken.iter().map(Outgoing::cost).sum::<usize>();
        figures::queued(waiting.bytes);
        taken
    }

    /// Sorts everything anew, after servers have changed.
    pub(super) fn reroute(&self, shard_of: impl Fn(ChannelId) -> ShardId) {
        let mut waiting = self.waiting.lock();
        let mut all: Vec<Outgoing> = waiting
            .queues
            .drain()
            .flat_map(|(_, queue)| queue)
            .collect();
        all.sort_by_key(|outgoing| outgoing.sequence);
        for outgoing in all {
            let shard = shard_of(outgoing.channel);
            waiting.queues.entry(shard).or_default().push_back(outgoing);
        }
    }

    /// Drops everything; how much that was.
    pub(super) fn clear(&self) -> usize {
        let mut waiting = self.waiting.lock();
        let dropped = waiting.queues.drain().map(|(_, queue)| queue.len()).sum();
        waiting.bytes = 0;
        figures::queued(0);
        dropped
    }

    /// Bytes that wait.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.waiting.lock().bytes
    }
}

impl Waiting {
    fn drop_oldest(&mut self) {
        let oldest = self
            .queues
            .iter()
            .filter_map(|(shard, queue)| Some((queue.front()?.sequence, *shard)))
            .min();
        let Some((_, shard)) = oldest else {
            return;
        };
        if let Some(queue) = self.queues.get_mut(&shard) {
            if let Some(dropped) = queue.pop_front() {
                self.bytes -= dropped.cost();
            }
            if queue.is_empty() {
                self.queues.remove(&shard);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ShardId = ShardId(1);
    const B: ShardId = ShardId(2);

    fn channel(number: u8) -> ChannelId {
        ChannelId::numbered(number)
    }

    fn sequences(taken: &[Outgoing]) -> Vec<u64> {
        taken.iter().map(|outgoing| outgoing.sequence).collect()
    }

    fn small() -> Bytes {
        Bytes::from_static(b"x")
    }

    #[test]
    fn messages_leave_in_their_order_each_for_its_server() {
        let outbox = Outbox::default();
        for shard in [A, B, A, A] {
            assert_eq!(outbox.push(shard, channel(1), small()), 0);
        }
        assert_eq!(sequences(&outbox.take(A, 2, 10_000)), [1, 3]);
        assert_eq!(sequences(&outbox.take(A, 2, 10_000)), [4]);
        assert_eq!(sequences(&outbox.take(A, 2, 10_000)), [] as [u64; 0]);
        assert_eq!(sequences(&outbox.take(B, 2, 10_000)), [2]);
        assert_eq!(outbox.bytes(), 0);
    }

    #[test]
    fn a_batch_has_a_bound_of_bytes_but_never_less_than_one_message() {
        let outbox = Outbox::default();
        let cost = |bytes: usize| bytes + MESSAGE_OVERHEAD_BYTES;
        for bytes in [1_000, 1_000, 50_000, 1_000] {
            outbox.push(A, channel(1), Bytes::from(vec![0; bytes]));
        }
        let max = 2 * cost(1_000);
        assert_eq!(sequences(&outbox.take(A, 10, max)), [1, 2]);
        assert_eq!(sequences(&outbox.take(A, 10, max)), [3]);
        assert_eq!(sequences(&outbox.take(A, 10, max)), [4]);
    }

    #[test]
    fn when_it_is_full_the_oldest_goes_wherever_it_waits() {
        let outbox = Outbox::default();
        let third = PUBLISH_BYTES_MAX / 3 - MESSAGE_OVERHEAD_BYTES;
        for shard in [A, B, B] {
            assert_eq!(
                outbox.push(shard, channel(1), Bytes::from(vec![0; third])),
                0
            );
        }
        assert_eq!(outbox.push(B, channel(1), Bytes::from(vec![0; third])), 1);
        assert_eq!(sequences(&outbox.take(A, 9, 1)), [] as [u64; 0]);
        assert_eq!(sequences(&outbox.take(B, 9, usize::MAX)), [2, 3, 4]);
    }

    #[test]
    fn tiny_messages_are_bounded_too() {
        let outbox = Outbox::default();
        let fitting = PUBLISH_BYTES_MAX / (1 + MESSAGE_OVERHEAD_BYTES);
        let dropped: usize = (0..fitting + 10)
            .map(|_| outbox.push(A, channel(1), small()))
            .sum();
        assert_eq!(dropped, 10);
        assert!(outbox.bytes() <= PUBLISH_BYTES_MAX);
    }

    #[test]
    fn a_message_beyond_the_bound_is_dropped_itself() {
        let outbox = Outbox::default();
        outbox.push(A, channel(1), small());
        let huge = Bytes::from(vec![0; PUBLISH_BYTES_MAX]);
        assert_eq!(outbox.push(A, channel(1), huge), 1);
        assert_eq!(sequences(&outbox.take(A, 9, 9)), [1]);
    }

    #[test]
    fn what_waits_moves_with_its_document_and_keeps_its_order() {
        let outbox = Outbox::default();
        for (shard, number) in [(A, 1), (B, 2), (A, 1), (B, 2), (A, 3)] {
            outbox.push(shard, channel(number), small());
        }
        outbox.reroute(|id| if id == channel(3) { A } else { B });
        assert_eq!(sequences(&outbox.take(B, 9, usize::MAX)), [1, 2, 3, 4]);
        assert_eq!(sequences(&outbox.take(A, 9, usize::MAX)), [5]);
    }

    #[test]
    fn clearing_says_how_much_was_dropped() {
        let outbox = Outbox::default();
        for shard in [A, B, A] {
            outbox.push(shard, channel(1), small());
        }
        assert_eq!(outbox.clear(), 3);
        assert_eq!(outbox.bytes(), 0);
        assert_eq!(outbox.take(A, 9, 9), []);
    }
}
