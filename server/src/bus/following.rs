//! How one room hears the bus: a bounded queue between the bus's task and the room's (I4).
//!
//! What does not fit is not queued: the queue is emptied, and the room hears once that it missed something. The queue
//! holds at most one `Following` and one `Missed` that the room has not heard yet, however often the bus comes and
//! goes while the room is busy: an unheard `Following` that is no longer true is taken back, with all that came
//! behind it, since the room asks the journal at the next one anyway.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::limits;

/// What a follower hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The subscription is in force from here on.
    Following,
    /// A message of another node.
    Message(Bytes),
    /// Something may have been lost; the journal has it.
    Missed,
}

#[derive(Debug, Default)]
struct Queue {
    items: VecDeque<Heard>,
    /// Of all messages in it.
    bytes: usize,
    /// Whether the subscription is in force, behind everything in the queue.
    in_force: bool,
    /// Whether it ever was.
    has_begun: bool,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Notify,
}

/// The room's end. Dropping it ends the subscription.
#[derive(Debug)]
pub struct Following {
    shared: Arc<Shared>,
    _subscription: Box<dyn Subscription>,
}

/// Whatever must live as long as a following does, and ends the subscription when it is dropped.
pub trait Subscription: std::fmt::Debug + Send + Sync {}

/// The bus's end. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Listener {
    shared: Arc<Shared>,
}

impl Following {
    /// The room's end of `listener`; dropping it drops `subscription`.
    #[must_use]
    pub fn new(subscription: Box<dyn Subscription>, listener: &Listener) -> Self {
        Self {
            shared: Arc::clone(&listener.shared),
            _subscription: subscription,
        }
    }

    /// The next thing heard.
    ///
    /// Cancel safety: nothing is lost.
    pub async fn next(&mut self) -> Heard {
        loop {
            if let Some(heard) = self.try_next() {
                return heard;
            }
            // `notify_one` leaves a permit when nobody waits yet, and only this end waits.
            self.shared.changed.notified().await;
        }
    }

    /// The next thing heard, if it is there already.
    pub fn try_next(&mut self) -> Option<Heard> {
        let mut queue = self.shared.queue.lock();
        let heard = queue.items.pop_front()?;
        if let Heard::Message(message) = &heard {
            queue.bytes -= message.len();
        }
        Some(heard)
    }
}

impl Queue {
    /// Takes back an unheard `Following` and all behind it. Whether there was one.
    fn take_back_following(&mut self) -> bool {
        let Some(at) = self.items.iter().position(|item| *item == Heard::Following) else {
            return false;
        };
        for item in self.items.drain(at..) {
            if let Heard::Message(message) = item {
                self.bytes -= message.len();
            }
        }
        true
    }

    /// Replaces all that waits by the word that it is missing.
    fn overflow(&mut self) {
        self.items.clear();
        self.bytes = 0;
        self.items.push_back(Heard::Missed);
        if self.in_force {
            self.items.push_back(Heard::Following);
        }
    }
}

impl Listener {
    /// An empty queue, its subscription not in force yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The subscription is in force.
    pub fn following(&self) {
        let mut queue = self.shared.queue.lock();
        queue.has_begun = true;
        if !std::mem::replace(&mut queue.in_force, true) {
            queue.items.push_back(Heard::Following);
            drop(queue);
            self.shared.changed.notify_one();
        }
    }

    /// The subscription is no longer in force.
    pub fn missed(&self) {
        let mut queue = self.shared.queue.lock();
        if std::mem::replace(&mut queue.in_force, false) && !queue.take_back_following() {
            queue.items.push_back(Heard::Missed);
            drop(queue);
            self.shared.changed.notify_one();
        }
    }

    /// Something was lost on the way, and the subscription is in force as before.
    pub fn gap(&self) {
        let mut queue = self.shared.queue.lock();
        if queue.in_force && !queue.take_back_following() {
            queue.items.push_back(Heard::Missed);
        }
        if queue.in_force {
            queue.items.push_back(Heard::Following);
            drop(queue);
            self.shared.changed.notify_one();
        }
    }

    /// A message has arrived. What comes when the subscription is no longer in force counts all the same: an edit is an
    /// edit. What comes before it is for the first time was meant for an earlier follower of the same document; the room
    /// asks the journal anyway. Whether it fitted; if not, the room hears that it missed something.
    pub fn message(&self, message: Bytes) -> bool {
        let mut queue = self.shared.queue.lock();
        if !queue.has_begun {
            return true;
        }
        let fits = queue.items.len() < limits::FOLLOWING_MESSAGES_MAX
            && queue.bytes + message.len() <= limits::FOLLOWING_BYTES_MAX;
        if fits {
            queue.bytes += message.len();
            queue.items.push_back(Heard::Message(message));
        } else {
            queue.overflow();
        }
        drop(queue);
        self.shared.changed.notify_one();
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Nothing;
    impl Subscription for Nothing {}

    fn message(text: &'static str) -> Heard {
        Heard::Message(Bytes::from_static(text.as_bytes()))
    }

    fn pair() -> (Listener, Following) {
        let listener = Listener::new();
        let following = Following::new(Box::new(Nothing), &listener);
        (listener, following)
    }

    /// All that waits.
    fn heard(following: &mut Following) -> Vec<Heard> {
        std::iter::from_fn(|| following.try_next()).collect()
    }

    #[test]
    fn what_an_earlier_follower_was_sent_is_not_heard_before_the_beginning() {
        let (listener, mut following) = pair();
        assert!(listener.message(Bytes::from_static(b"for another")));
        listener.following();
        listener.message(Bytes::from_static(b"a"));
        assert_eq!(heard(&mut following), [Heard::Following, message("a")]);
    }

    #[test]
    fn messages_come_in_order_between_following_and_missed() {
        let (listener, mut following) = pair();
        listener.following();
        assert_eq!(heard(&mut following), [Heard::Following]);
        listener.message(Bytes::from_static(b"1"));
        listener.message(Bytes::from_static(b"2"));
        listener.missed();
        listener.missed();
        listener.following();
        assert_eq!(
            heard(&mut following),
            [message("1"), message("2"), Heard::Missed, Heard::Following]
        );
    }

    #[test]
    fn a_following_that_was_not_heard_is_taken_back() {
        let (listener, mut following) = pair();
        listener.following();
        listener.message(Bytes::from_static(b"1"));
        listener.missed();
        assert_eq!(heard(&mut following), []);
        listener.following();
        listener.message(Bytes::from_static(b"2"));
        assert_eq!(heard(&mut following), [Heard::Following, message("2")]);
    }

    #[test]
    fn a_bus_that_comes_and_goes_does_not_fill_the_queue() {
        let (listener, mut following) = pair();
        listener.following();
        assert_eq!(heard(&mut following), [Heard::Following]);
        for _ in 0..10 * limits::FOLLOWING_MESSAGES_MAX {
            listener.missed();
            listener.following();
            listener.gap();
        }
        listener.message(Bytes::from_static(b"1"));
        assert_eq!(
            heard(&mut following),
            [Heard::Missed, Heard::Following, message("1")]
        );
    }

    #[test]
    fn a_gap_is_missed_and_following_at_once() {
        let (listener, mut following) = pair();
        listener.gap();
        assert_eq!(heard(&mut following), [], "not in force: nothing to lose");
        listener.following();
        assert_eq!(heard(&mut following), [Heard::Following]);
        listener.message(Bytes::from_static(b"1"));
        listener.gap();
        listener.message(Bytes::from_static(b"2"));
        assert_eq!(
            heard(&mut following),
            [message("1"), Heard::Missed, Heard::Following, message("2")]
        );
    }

    #[test]
    fn a_queue_that_overflows_becomes_one_missed() {
        let (listener, mut following) = pair();
        listener.following();
        for _ in 1..limits::FOLLOWING_MESSAGES_MAX {
            assert!(listener.message(Bytes::from_static(b"x")));
        }
        assert!(!listener.message(Bytes::from_static(b"x")));
        assert!(listener.message(Bytes::from_static(b"1")));
        assert_eq!(
            heard(&mut following),
            [Heard::Missed, Heard::Following, message("1")]
        );
    }

    #[test]
    fn an_overflow_while_not_in_force_waits_for_the_next_following() {
        let (listener, mut following) = pair();
        listener.following();
        listener.missed();
        assert_eq!(heard(&mut following), []);
        for _ in 0..=limits::FOLLOWING_MESSAGES_MAX {
            listener.message(Bytes::from_static(b"x"));
        }
        assert_eq!(heard(&mut following), [Heard::Missed]);
        listener.following();
        assert_eq!(heard(&mut following), [Heard::Following]);
    }

    #[test]
    fn bytes_are_bounded_and_given_back() {
        let (listener, mut following) = pair();
        listener.following();
        let large = Bytes::from(vec![0; limits::FOLLOWING_BYTES_MAX]);
        for _ in 0..3 {
            assert!(listener.message(large.clone()));
            assert_eq!(
                heard(&mut following).last(),
                Some(&Heard::Message(large.clone()))
            );
        }
        assert!(listener.message(large));
        assert!(!listener.message(Bytes::from_static(b"1")));
        assert_eq!(heard(&mut following), [Heard::Missed, Heard::Following]);
    }

    #[test]
    fn a_message_larger_than_the_bound_is_missed_not_kept() {
        let (listener, mut following) = pair();
        listener.following();
        assert!(!listener.message(Bytes::from(vec![0; limits::FOLLOWING_BYTES_MAX + 1])));
        assert_eq!(heard(&mut following), [Heard::Missed, Heard::Following]);
    }

    #[tokio::test]
    async fn whoever_waits_is_woken() {
        let (listener, mut following) = pair();
        let waiting = tokio::spawn(async move { following.next().await });
        tokio::task::yield_now().await;
        listener.following();
        assert_eq!(waiting.await.unwrap(), Heard::Following);
    }
}
