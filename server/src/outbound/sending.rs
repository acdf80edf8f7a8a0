//! Sending in place of connections that rest.
//!
//! An edit that goes to a thousand members would wake a thousand tasks, each to make one call of the system. Here a few
//! tasks, one for each processor, make those calls for all of them. What piles up while they are busy goes out together, so
//! a busy node makes fewer calls, not more.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Shared;

/// Connections that are served before others get a turn: half a millisecond of calls.
const AT_A_TIME: usize = 64;

#[derive(Debug, Default)]
struct Due {
    queues: Mutex<VecDeque<Arc<Shared>>>,
    work: Notify,
}

/// A handle to those who send. Clones share them, and they end with the last one.
#[derive(Debug, Clone)]
pub struct Sending(Arc<Senders>);

#[derive(Debug)]
struct Senders {
    due: Arc<Due>,
    _end: DropGuard,
}

impl Sending {
    /// Starts as many as there are processors, in the runtime of the caller.
    #[must_use]
    pub fn start() -> Self {
        let (due, end) = (Arc::<Due>::default(), CancellationToken::new());
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..processors {
            let (due, end) = (Arc::clone(&due), end.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = due.serve() => {}
                    () = end.cancelled() => {}
                }
            });
        }
        Self(Arc::new(Senders {
            due,
            _end: end.drop_guard(),
        }))
    }

    /// Has a queue sent.
    pub(super) fn put(&self, queue: Arc<Shared>) {
        let waiting = {
            let mut queues = self.0.due.queues.lock();
            queues.push_back(queue);
            queues.len()
        };
        // One for the first, and another for each that there is enough for.
        if waiting % AT_A_TIME == 1 {
            self.0.due.work.notify_one();
        }
    }
}

impl Due {
    async fn serve(&self) {
        let mut turn = Vec::with_capacity(AT_A_TIME);
        loop {
            {
                let mut queues = self.queues.lock();
                let count = queues.len().min(AT_A_TIME);
                turn.extend(queues.drain(..count));
            }
            if turn.is_empty() {
                self.work.notified().await;
                continue;
            }
            for queue in turn.drain(..) {
                queue.send_for_task();
            }
            tokio::task::yield_now().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use consilium_protocol::close::CloseCode;

    use super::super::{NodeBudget, Outbound, Outgoing, Sent, Wire};
    use super::*;

    /// Takes so many bytes and no more, and writes them down. A frame is its data here, without a head.
    #[derive(Debug)]
    struct Tape {
        room: Mutex<usize>,
        taken: Mutex<Vec<u8>>,
    }

    impl Tape {
        fn with_room_for(bytes: usize) -> Arc<Self> {
            Arc::new(Self {
                room: Mutex::new(bytes),
                taken: Mutex::default(),
            })
        }

        fn text(&self) -> String {
            String::from_utf8_lossy(&self.taken.lock()).into_owned()
        }
    }

    impl Wire for Tape {
        fn try_send(&self, frames: &[&[u8]]) -> Sent {
            let mut room = self.room.lock();
            let mut sent = Sent::default();
            for frame in frames {
                let taken = frame.len().min(*room);
                *room -= taken;
                self.taken.lock().extend_from_slice(&frame[..taken]);
                if taken < frame.len() {
                    sent.begun = (taken > 0).then(|| Bytes::copy_from_slice(&frame[taken..]));
                    break;
                }
                sent.frames += 1;
            }
            sent
        }
    }

    fn resting(tape: &Arc<Tape>) -> (Outbound, NodeBudget) {
        let node = NodeBudget::default();
        let queue = Outbound::new(node.clone());
        queue.attach(Arc::<Tape>::clone(tape), Sending::start());
        queue.rest();
        (queue, node)
    }

    fn frames(texts: &[&'static str]) -> Vec<Bytes> {
        texts
            .iter()
            .map(|text| Bytes::from_static(text.as_bytes()))
            .collect()
    }

    async fn is_woken(queue: &Outbound) -> bool {
        let patience = Duration::from_secs(5);
        tokio::time::timeout(patience, queue.changed())
            .await
            .is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_pushed_while_the_task_rests_goes_out_in_order_without_it() {
        let tape = Tape::with_room_for(usize::MAX);
        let (queue, node) = resting(&tape);
        queue.push(&frames(&["one ", "two "])).unwrap();
        queue.answer(Bytes::from_static(b"three "));
        assert!(!is_woken(&queue).await);
        // It rests again by itself.
        for _ in 0..20 {
            queue.answer(Bytes::from_static(b"more "));
        }
        assert!(!is_woken(&queue).await);
        assert_eq!(tape.text(), format!("one two three {}", "more ".repeat(20)));
        assert_eq!(node.queued_bytes(), 0);
        assert!(queue.take_was_sent() && !queue.take_was_sent());
        assert!(!queue.take_over(), "nothing is left");
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_wire_does_not_take_is_the_tasks_to_the_byte() {
        let tape = Tape::with_room_for("one tw".len());
        let (queue, node) = resting(&tape);
        queue.push(&frames(&["one ", "two ", "three "])).unwrap();
        assert!(is_woken(&queue).await);
        assert_eq!(tape.text(), "one tw");
        assert!(queue.take_over());
        assert_eq!(
            queue.take(),
            Some(Outgoing::Begun(Bytes::from_static(b"o ")))
        );
        let three = Outgoing::Frame(Bytes::from_static(b"three "));
        assert_eq!(queue.take(), Some(three));
        assert_eq!((queue.take(), node.queued_bytes()), (None, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_wire_begins_nothing() {
        let tape = Tape::with_room_for(0);
        let (queue, _) = resting(&tape);
        queue.answer(Bytes::from_static(b"one"));
        assert!(is_woken(&queue).await);
        let one = Outgoing::Frame(Bytes::from_static(b"one"));
        assert_eq!(queue.take(), Some(one));
        assert!(!queue.take_was_sent());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_sends_beside_a_task_that_is_awake() {
        let tape = Tape::with_room_for(usize::MAX);
        let (queue, _) = resting(&tape);
        assert!(!queue.take_over());
        queue.answer(Bytes::from_static(b"one"));
        assert!(is_woken(&queue).await);
        // It cannot rest with something to do.
        queue.rest();
        queue.answer(Bytes::from_static(b"two"));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(tape.text(), "");
        assert_eq!(
            queue.take(),
            Some(Outgoing::Frame(Bytes::from_static(b"one")))
        );
        assert_eq!(
            queue.take(),
            Some(Outgoing::Frame(Bytes::from_static(b"two")))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_takes_over_has_what_was_to_be_sent_for_it() {
        let tape = Tape::with_room_for(usize::MAX);
        let (queue, _) = resting(&tape);
        queue.answer(Bytes::from_static(b"one"));
        assert!(queue.take_over(), "before anybody else came to it");
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(tape.text(), "");
        assert_eq!(
            queue.take(),
            Some(Outgoing::Frame(Bytes::from_static(b"one")))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_farewell_is_the_tasks_and_so_is_all_before_it() {
        let tape = Tape::with_room_for(usize::MAX);
        let (queue, _) = resting(&tape);
        queue.answer(Bytes::from_static(b"one"));
        queue.close(CloseCode::GoingAway);
        assert!(is_woken(&queue).await);
        assert_eq!(tape.text(), "");
        assert_eq!(
            queue.take(),
            Some(Outgoing::Frame(Bytes::from_static(b"one")))
        );
        assert_eq!(queue.take(), Some(Outgoing::Close(CloseCode::GoingAway)));
        queue.rest();
        queue.answer(Bytes::from_static(b"late"));
        assert_eq!(queue.take(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_is_over_lets_its_wire_go() {
        let tape = Tape::with_room_for(usize::MAX);
        let (queue, _) = resting(&tape);
        queue.detach();
        assert_eq!(Arc::strong_count(&tape), 1);
        queue.rest();
        queue.answer(Bytes::from_static(b"one"));
        assert!(is_woken(&queue).await);
        assert_eq!(tape.text(), "");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_one_of_many_is_sent() {
        let sending = Sending::start();
        let crowd: Vec<(Outbound, Arc<Tape>)> = (0..1_000)
            .map(|_| {
                let (queue, tape) = (
                    Outbound::new(NodeBudget::default()),
                    Tape::with_room_for(usize::MAX),
                );
                queue.attach(Arc::<Tape>::clone(&tape), sending.clone());
                queue.rest();
                (queue, tape)
            })
            .collect();
        for number in 0..20_u8 {
            for (queue, _) in &crowd {
                queue.answer(Bytes::copy_from_slice(&[b'a' + number]));
            }
            tokio::task::yield_now().await;
        }
        let all = async {
            for (_, tape) in &crowd {
                while tape.taken.lock().len() < 20 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                assert_eq!(tape.text(), "abcdefghijklmnopqrst");
            }
        };
        tokio::time::timeout(Duration::from_secs(30), all)
            .await
            .expect("nobody is forgotten");
    }
}
