//! The queue of frames towards one connection (D7, I4).
//!
//! Rooms push. Frames are shared bytes: pushing the same edit to a thousand queues copies nothing. The queue is bounded
//! in messages and bytes, and all queues of a node share one byte budget; what does not fit is refused, and the room
//! decides what that means. Nothing here waits while holding the lock.
//!
//! What is pushed goes out by one of two hands, never by both. A connection's own task drains its queue while it is
//! awake. While it rests, with everything sent that was begun, [`sending`] puts frames on the [`Wire`] in its place, for
//! many connections in one go: waking a task for each costs more than sending does. What the system does not take at
//! once, and all that is no frame, is the task's again.

pub mod sending;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::{Address, ServerMessage};
use consilium_protocol::extension::{Chunk, ServerExtension};
use consilium_protocol::limits;
use parking_lot::Mutex;
use tokio::sync::Notify;

use self::sending::Sending;

/// Frames that a wire is given at once.
pub const AT_ONCE: usize = 16;

/// The queue is full; the frame was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reader is too slow")]
pub struct Overflow;

/// The bytes queued on the whole node, as if nothing were shared.
#[derive(Debug, Clone, Default)]
pub struct NodeBudget(Arc<AtomicUsize>);

impl NodeBudget {
    /// Bytes queued now.
    #[must_use]
    pub fn queued_bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// How much may wait. The default is what [`limits`] say; tests are content with less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes in one queue.
    pub bytes_max: usize,
    /// Messages in one queue.
    pub messages_max: usize,
    /// Bytes in all queues of a node.
    pub node_bytes_max: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            bytes_max: limits::OUTBOUND_BYTES_MAX,
            messages_max: limits::OUTBOUND_MESSAGES_MAX,
            node_bytes_max: limits::OUTBOUND_NODE_BYTES_MAX,
        }
    }
}

/// What the socket task takes out of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// Send this frame.
    Frame(Bytes),
    /// Send these bytes as they are: what is left of a frame that has begun.
    Begun(Bytes),
    /// Send what is queued before this, then close.
    Close(CloseCode),
}

/// Where frames go, without waiting.
pub trait Wire: Send + Sync + fmt::Debug {
    /// Sends as much of these frames as the system takes at once, at most [`AT_ONCE`] of them, one behind the other. The
    /// wire is where one frame has ended and none has begun.
    fn try_send(&self, frames: &[&[u8]]) -> Sent;
}

/// What a [`Wire`] took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// So many frames, whole.
    pub frames: usize,
    /// What is left, on the wire's own terms, of the next one, when that has begun.
    pub begun: Option<Bytes>,
}

/// Who may put bytes on the wire of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Hand {
    /// The connection's task, which is awake or has been woken.
    #[default]
    Task,
    /// Nobody: the task rests, nothing is queued, and all that was begun has been sent.
    Nobody,
    /// Whoever sends for those that rest: it has been told of this queue.
    Sender,
}

/// How frames leave without the connection's task.
#[derive(Debug)]
struct Route {
    wire: Arc<dyn Wire>,
    sending: Sending,
}

/// A large step 2 on its way in pieces (protocol: Chunk). Holds shared bytes and cuts pieces only when the socket
/// takes them, so that a crowd of joiners does not multiply the document's size.
#[derive(Debug)]
struct Transfer {
    address: Address,
    number: u64,
    update: Bytes,
    sent: usize,
}

#[derive(Debug)]
enum Item {
    Frame(Bytes),
    /// First in the queue always. It does not count: it is a part of one frame.
    Begun(Bytes),
    /// Boxed: there are few, and every place of a queue would be as large.
    Transfer(Box<Transfer>),
    Close(CloseCode),
}

#[derive(Debug, Default)]
struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
    transfers: u64,
    closed: bool,
    drained_wanted: bool,
    /// None as long as the task sends everything.
    route: Option<Route>,
    hand: Hand,
    /// Something went out without the task.
    was_sent: bool,
    /// The connection is not read before this.
    slowed_until: Option<Instant>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Notify,
    node: NodeBudget,
    bounds: Bounds,
}

/// A handle to the queue of one connection. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbound {
    shared: Arc<Shared>,
}

impl Outbound {
    /// An empty queue that counts against `node`.
    #[must_use]
    pub fn new(node: NodeBudget) -> Self {
        Self::with_bounds(node, Bounds::default())
    }

    /// An empty queue that counts against `node` and holds no more than this.
    #[must_use]
    pub fn with_bounds(node: NodeBudget, bounds: Bounds) -> Self {
        Self {
            shared: Arc::new(Shared {
                queue: Mutex::default(),
                changed: Notify::new(),
                node,
                bounds,
            }),
        }
    }

    /// Queues frames that the reader can do without for a while, all or none.
    ///
    /// # Errors
    /// [`Overflow`] when they do not fit; the queue is unchanged.
    pub fn push(&self, frames: &[Bytes]) -> Result<(), Overflow> {
        let size: usize = frames.iter().map(Bytes::len).sum();
        let mut queue = self.shared.queue.lock();
        if queue.closed {
            return Ok(());
        }
        let bounds = self.shared.bounds;
        let fits = queue.bytes + size <= bounds.bytes_max
            && queue.items.len() + frames.len() <= bounds.messages_max
            && self.shared.node.queued_bytes() + size <= bounds.node_bytes_max;
        // A frame larger than the whole bound is fine for a reader who has nothing else to read.
        if !fits && !queue.items.is_empty() {
            return Err(Overflow);
        }
        self.add(&mut queue, frames.iter().cloned().map(Item::Frame), size);
        Ok(())
    }

    /// Queues an answer to something that this very connection said. Always taken: the connection is not read while
    /// its queue is over the bound ([`Outbound::is_over_bound`]), so each received message adds at most one answer.
    pub fn answer(&self, frame: Bytes) {
        let size = frame.len();
        let mut queue = self.shared.queue.lock();
        if !queue.closed {
            self.add(&mut queue, std::iter::once(Item::Frame(frame)), size);
        }
    }

    /// Queues a large step 2 for our own client, to be cut into chunks as the socket takes them.
    pub fn transfer(&self, address: Address, update: Bytes) {
        let mut queue = self.shared.queue.lock();
        if queue.closed {
            return;
        }
        queue.transfers += 1;
        let transfer = Transfer {
            address,
            number: queue.transfers,
            update,
            sent: 0,
        };
        // Its bytes are the room's, shared; only one piece at a time is this connection's own.
        self.add(
            &mut queue,
            std::iter::once(Item::Transfer(Box::new(transfer))),
            limits::SYNC_CHUNK_BYTES,
        );
        self.wake_task(&mut queue);
    }

    /// Asks the socket task to close after what is queued already. Later frames are dropped.
    pub fn close(&self, code: CloseCode) {
        let mut queue = self.shared.queue.lock();
        if !queue.closed {
            self.add(&mut queue, std::iter::once(Item::Close(code)), 0);
            self.wake_task(&mut queue);
            queue.closed = true;
        }
    }

    /// Whether the connection should not be read until it has drained.
    #[must_use]
    pub fn is_over_bound(&self) -> bool {
        let queue = self.shared.queue.lock();
        queue.bytes > self.shared.bounds.bytes_max
            || queue.items.len() > self.shared.bounds.messages_max
    }

    /// Has the connection read more slowly: not again before `until`.
    pub fn slow_down(&self, until: Instant) {
        let mut queue = self.shared.queue.lock();
        queue.slowed_until = queue.slowed_until.max(Some(until));
    }

    /// Until when the connection is not to be read, if that is after `now`.
    #[must_use]
    pub fn slowed_until(&self, now: Instant) -> Option<Instant> {
        let queue = self.shared.queue.lock();
        queue.slowed_until.filter(|until| *until > now)
    }

    /// A room has something for this reader that did not fit: it wants to know when the queue has drained.
    pub fn ask_for_drained(&self) {
        self.shared.queue.lock().drained_wanted = true;
        // The queue may have drained meanwhile, with nobody left to notice.
        self.shared.changed.notify_one();
    }

    /// True once for every drained queue that a room has asked about.
    #[must_use]
    pub fn take_drained(&self) -> bool {
        let mut queue = self.shared.queue.lock();
        let drained = queue.drained_wanted && queue.bytes <= self.shared.bounds.bytes_max / 4;
        if drained {
            queue.drained_wanted = false;
        }
        drained
    }

    /// Takes the next frame, if any. A transfer gives one chunk and goes to the back, so that other documents of the
    /// same connection are not held up.
    #[must_use]
    pub fn take(&self) -> Option<Outgoing> {
        let mut queue = self.shared.queue.lock();
        match queue.items.pop_front()? {
            Item::Frame(frame) => {
                self.shared.release(&mut queue, frame.len());
                Some(Outgoing::Frame(frame))
            }
            Item::Begun(rest) => Some(Outgoing::Begun(rest)),
            Item::Close(code) => Some(Outgoing::Close(code)),
            Item::Transfer(mut transfer) => {
                let frame = transfer.next_chunk();
                if transfer.sent < transfer.update.len() {
                    // Behind what waits now. Behind a close it is lost, as is everything a closing socket still owes.
                    queue.items.push_back(Item::Transfer(transfer));
                } else {
                    self.shared.release(&mut queue, limits::SYNC_CHUNK_BYTES);
                }
                Some(Outgoing::Frame(frame))
            }
        }
    }

    /// Gives back what a longer queue took. For a connection at rest: the next frame takes it anew.
    pub fn shrink(&self) {
        self.shared.queue.lock().items.shrink_to_fit();
    }

    /// Waits until something may have been queued.
    ///
    /// Cancel safety: yes; a notification that came meanwhile is kept.
    pub async fn changed(&self) {
        self.shared.changed.notified().await;
    }

    /// From now on frames may go out over `wire` while the task rests.
    pub fn attach(&self, wire: Arc<dyn Wire>, sending: Sending) {
        self.shared.queue.lock().route = Some(Route { wire, sending });
    }

    /// The task is awake, and only it sends from here on. True when something waits.
    #[must_use]
    pub fn take_over(&self) -> bool {
        let mut queue = self.shared.queue.lock();
        queue.hand = Hand::Task;
        !queue.items.is_empty()
    }

    /// The task rests, with everything sent that was begun: others may send in its place, unless something waits.
    ///
    /// Whoever calls this is polled again when [`Outbound::changed`] says so, and takes over first.
    pub fn rest(&self) {
        let mut queue = self.shared.queue.lock();
        if queue.items.is_empty() && queue.route.is_some() && !queue.closed {
            queue.hand = Hand::Nobody;
        }
    }

    /// The connection is over: its wire is let go, whoever still holds the queue.
    pub fn detach(&self) {
        let mut queue = self.shared.queue.lock();
        queue.hand = Hand::Task;
        queue.route = None;
    }

    /// True once after something was sent without the task.
    #[must_use]
    pub fn take_was_sent(&self) -> bool {
        std::mem::take(&mut self.shared.queue.lock().was_sent)
    }

    fn wake_task(&self, queue: &mut Queue) {
        if queue.hand != Hand::Task {
            queue.hand = Hand::Task;
            self.shared.changed.notify_one();
        }
    }

    fn add(&self, queue: &mut Queue, items: impl Iterator<Item = Item>, size: usize) {
        let was_empty = queue.items.is_empty();
        queue.items.extend(items);
        queue.bytes += size;
        self.shared.node.0.fetch_add(size, Ordering::Relaxed);
        match (queue.hand, &queue.route) {
            (Hand::Nobody, Some(route)) => {
                queue.hand = Hand::Sender;
                route.sending.put(Arc::clone(&self.shared));
            }
            (Hand::Task, _) if was_empty => self.shared.changed.notify_one(),
            _ => {}
        }
    }
}

impl Shared {
    /// Sends what waits in place of the task, if that has not taken over meanwhile.
    fn send_for_task(&self) {
        let mut queue = self.queue.lock();
        if queue.hand != Hand::Sender {
            return;
        }
        while self.send_some(&mut queue) {}
        if queue.items.is_empty() {
            queue.hand = Hand::Nobody;
        } else {
            // The wire is full, or what waits is no frame.
            queue.hand = Hand::Task;
            self.changed.notify_one();
        }
    }

    /// Whether all that was offered went out, and there may be more.
    fn send_some(&self, queue: &mut Queue) -> bool {
        let mut offered: [&[u8]; AT_ONCE] = [&[]; AT_ONCE];
        let mut count = 0;
        for item in queue.items.iter().take(AT_ONCE) {
            let Item::Frame(frame) = item else { break };
            offered[count] = frame;
            count += 1;
        }
        let Some(route) = queue.route.as_ref().filter(|_| count > 0) else {
            return false;
        };
        let sent = route.wire.try_send(&offered[..count]);
        queue.was_sent |= sent != Sent::default();
        let gone = sent.frames + usize::from(sent.begun.is_some());
        for _ in 0..gone {
            if let Some(Item::Frame(frame)) = queue.items.pop_front() {
                self.release(queue, frame.len());
            }
        }
        if let Some(rest) = sent.begun {
            queue.items.push_front(Item::Begun(rest));
        }
        sent.frames == count
    }

    fn release(&self, queue: &mut Queue, size: usize) {
        queue.bytes -= size;
        self.node.0.fetch_sub(size, Ordering::Relaxed);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let left = self.queue.get_mut().bytes;
        self.node.0.fetch_sub(left, Ordering::Relaxed);
    }
}

impl Transfer {
    fn next_chunk(&mut self) -> Bytes {
        let end = (self.sent + limits::SYNC_CHUNK_BYTES).min(self.update.len());
        let chunk = Chunk {
            transfer: self.number,
            total_bytes: self.update.len() as u64,
            offset: self.sent as u64,
            bytes: self.update.slice(self.sent..end),
        };
        self.sent = end;
        ServerMessage::Extension(ServerExtension::Chunk(chunk)).encode_for(&self.address)
    }
}

#[cfg(test)]
mod tests {
    use consilium_protocol::envelope::ServerFrame;
    use consilium_protocol::ids::DocName;

    use super::*;

    fn outbound() -> (Outbound, NodeBudget) {
        let node = NodeBudget::default();
        (Outbound::new(node.clone()), node)
    }

    #[test]
    fn pushing_beyond_the_bound_is_refused_and_changes_nothing() {
        let (queue, node) = outbound();
        let frame = Bytes::from(vec![0; limits::OUTBOUND_BYTES_MAX / 2]);
        assert_eq!(queue.push(&[frame.clone(), frame.clone()]), Ok(()));
        assert_eq!(queue.push(std::slice::from_ref(&frame)), Err(Overflow));
        assert_eq!(node.queued_bytes(), limits::OUTBOUND_BYTES_MAX);
        assert!(queue.take().is_some());
        assert_eq!(queue.push(&[frame]), Ok(()));
    }

    #[test]
    fn a_frame_larger_than_the_bound_reaches_an_idle_reader() {
        let (queue, _) = outbound();
        let frame = Bytes::from(vec![0; limits::OUTBOUND_BYTES_MAX * 2]);
        assert_eq!(queue.push(&[frame]), Ok(()));
        assert!(queue.is_over_bound());
    }

    #[test]
    fn narrower_bounds_hold_like_the_default_ones() {
        let bounds = Bounds {
            bytes_max: 8,
            messages_max: 3,
            node_bytes_max: 100,
        };
        let queue = Outbound::with_bounds(NodeBudget::default(), bounds);
        let frame = Bytes::from_static(b"12");
        let three = [frame.clone(), frame.clone(), frame.clone()];
        assert_eq!(queue.push(&three), Ok(()));
        assert_eq!(queue.push(std::slice::from_ref(&frame)), Err(Overflow));
        assert!(!queue.is_over_bound());
        queue.answer(frame);
        assert!(queue.is_over_bound());
        queue.ask_for_drained();
        let drained: Vec<bool> = std::iter::from_fn(|| queue.take())
            .map(|_| queue.take_drained())
            .collect();
        // Two bytes are a quarter of eight.
        assert_eq!(drained, [false, false, true, false]);
    }

    #[test]
    fn a_dropped_queue_returns_its_bytes_to_the_node() {
        let (queue, node) = outbound();
        queue.answer(Bytes::from_static(b"abc"));
        assert_eq!(node.queued_bytes(), 3);
        drop(queue);
        assert_eq!(node.queued_bytes(), 0);
    }

    #[test]
    fn a_transfer_is_cut_into_ordered_chunks_that_let_other_frames_through() {
        let (queue, node) = outbound();
        let address = Address::of(&DocName::parse("d").unwrap());
        let update: Bytes = (0..limits::SYNC_CHUNK_BYTES * 2 + 7)
            .map(|byte| byte as u8)
            .collect();
        queue.transfer(address, update.clone());
        queue.answer(Bytes::from_static(&[9]));
        let mut joined = Vec::new();
        let mut order = String::new();
        while let Some(Outgoing::Frame(frame)) = queue.take() {
            match ServerFrame::decode(frame).unwrap() {
                ServerFrame::Message {
                    message: ServerMessage::Extension(ServerExtension::Chunk(chunk)),
                    ..
                } => {
                    assert_eq!(chunk.offset, joined.len() as u64);
                    assert_eq!(chunk.total_bytes, update.len() as u64);
                    joined.extend_from_slice(&chunk.bytes);
                    order.push('c');
                }
                _ => order.push('f'),
            }
        }
        assert_eq!(joined, update);
        assert_eq!(order, "cfcc");
        assert_eq!(node.queued_bytes(), 0);
    }

    #[test]
    fn nothing_follows_a_close() {
        let (queue, _) = outbound();
        queue.close(CloseCode::GoingAway);
        queue.answer(Bytes::from_static(b"late"));
        assert_eq!(queue.take(), Some(Outgoing::Close(CloseCode::GoingAway)));
        assert_eq!(queue.take(), None);
    }
}
