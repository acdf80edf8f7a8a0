//! How one room hears the bus: a bounded queue between the bus's task and the room's (I4).
//!
//! What does not fit is not queued: the queue is emptied, and the room hears once that it missed something.

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
    bytes: usize,
    /// Whether the subscription is in force, behind everything in the queue.
    in_force: bool,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Notify,
}

/// The room's end.
#[derive(Debug)]
pub struct Following {
    shared: Arc<Shared>,
    /// Ends the subscription when it is dropped.
    _subscription: Box<dyn Subscription>,
}

/// Whatever must live as long as a following does.
pub trait Subscription: std::fmt::Debug + Send + Sync {}

/// The bus's end. Clones share it.
#[derive(Debug, Clone)]
pub struct Listener {
    shared: Arc<Shared>,
}

impl Following {
    /// Two ends; dropping the following drops `subscription`.
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
        let shared = Arc::clone(&self.shared);
        loop {
            let changed = shared.changed.notified();
            if let Some(heard) = self.try_next() {
                return heard;
            }
            changed.await;
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

impl Default for Listener {
    fn default() -> Self {
        Self::new()
    }
}

impl Listener {
    /// An empty queue, its subscription not in force yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::default(),
        }
    }

    /// The subscription is in force.
    pub fn following(&self) {
        let mut queue = self.shared.queue.lock();
        if !std::mem::replace(&mut queue.in_force, true) {
            queue.items.push_back(Heard::Following);
            drop(queue);
            self.shared.changed.notify_one();
        }
    }

    /// The subscription is no longer in force, or something was lost on the way.
    pub fn missed(&self) {
        let mut queue = self.shared.queue.lock();
        if std::mem::replace(&mut queue.in_force, false) {
            queue.items.push_back(Heard::Missed);
            drop(queue);
            self.shared.changed.notify_one();
        }
    }

    /// A message has arrived. What comes while the subscription is not in force counts all the same: an edit is an
    /// edit.
    pub fn message(&self, message: Bytes) {
        let mut queue = self.shared.queue.lock();
        if queue.items.len() >= limits::FOLLOWING_MESSAGES_MAX
            || queue.bytes + message.len() > limits::FOLLOWING_BYTES_MAX
        {
            queue.items.clear();
            queue.bytes = 0;
            queue.items.push_back(Heard::Missed);
            if queue.in_force {
                queue.items.push_back(Heard::Following);
            }
        } else {
            queue.bytes += message.len();
            queue.items.push_back(Heard::Message(message));
        }
        drop(queue);
        self.shared.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Nothing;
    impl Subscription for Nothing {}

    fn pair() -> (Listener, Following) {
        let listener = Listener::new();
        let following = Following::new(Box::new(Nothing), &listener);
        (listener, following)
    }

    #[test]
    fn messages_come_in_order_between_following_and_missed() {
        let (listener, mut following) = pair();
        listener.following();
        listener.message(Bytes::from_static(b"1"));
        listener.message(Bytes::from_static(b"2"));
        listener.missed();
        listener.missed();
        listener.following();
        let heard: Vec<Heard> = std::iter::from_fn(|| following.try_next()).collect();
        assert_eq!(
            heard,
            [
                Heard::Following,
                Heard::Message(Bytes::from_static(b"1")),
                Heard::Message(Bytes::from_static(b"2")),
                Heard::Missed,
                Heard::Following,
            ]
        );
    }

    #[test]
    fn a_queue_that_overflows_becomes_one_missed() {
        let (listener, mut following) = pair();
        listener.following();
        for _ in 0..limits::FOLLOWING_MESSAGES_MAX {
            listener.message(Bytes::from_static(b"x"));
        }
        listener.message(Bytes::from_static(b"after"));
        let heard: Vec<Heard> = std::iter::from_fn(|| following.try_next()).collect();
        assert_eq!(
            heard,
            [
                Heard::Missed,
                Heard::Following,
                Heard::Message(Bytes::from_static(b"after")),
            ]
        );
    }

    #[test]
    fn a_message_larger_than_the_bound_is_missed_not_kept() {
        let (listener, mut following) = pair();
        listener.following();
        listener.message(Bytes::from(vec![0; limits::FOLLOWING_BYTES_MAX + 1]));
        let heard: Vec<Heard> = std::iter::from_fn(|| following.try_next()).collect();
        assert_eq!(heard, [Heard::Missed, Heard::Following]);
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
