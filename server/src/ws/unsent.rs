//! Frames on their way into a stream.
//!
//! Data goes past the library: it would copy each frame into a buffer of the connection's own, as large as the largest
//! that was ever said and kept for as long as the connection lives. Here a frame is a head of a few bytes and the bytes
//! that all members share, and the system takes many of them at once. What it did not take is remembered to the byte, so
//! that a frame which has begun is always finished, whoever stopped waiting for it in between.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

use super::frame_head::Head;
use crate::outbound::AT_ONCE;

#[derive(Debug)]
struct Frame {
    head: Head,
    /// What is left of the data.
    data: Bytes,
}

impl Frame {
    /// Counts off what the system has taken; answers with what of that was of later frames, once this one has gone.
    fn advance(&mut self, taken: usize) -> Option<usize> {
        let taken = self.head.advance(taken);
        let of_data = taken.min(self.data.len());
        self.data.advance(of_data);
        (self.head.left().is_empty() && self.data.is_empty()).then(|| taken - of_data)
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Unsent {
    frames: VecDeque<Frame>,
}

impl Unsent {
    /// Adds the last to be sent.
    pub(super) fn push(&mut self, data: Bytes) {
        self.frames.push_back(Frame {
            head: Head::of(data.len()),
            data,
        });
    }

    /// Adds what is left of a frame that has begun already.
    pub(super) fn push_begun(&mut self, rest: Bytes) {
        self.frames.push_back(Frame {
            head: Head::none(),
            data: rest,
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Gives back what many frames at once took.
    pub(super) fn shrink(&mut self) {
        self.frames.shrink_to_fit();
    }

    /// Sends until nothing is left.
    ///
    /// # Errors
    /// What the stream says; nothing more can be sent then.
    ///
    /// Cancel safety: what was not taken is sent next time.
    pub(super) fn poll_send<S: AsyncWrite + Unpin>(
        &mut self,
        stream: &mut S,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !self.frames.is_empty() {
            let mut slices = [IoSlice::new(&[]); 2 * AT_ONCE];
            let mut filled = 0;
            for frame in self.frames.iter().take(AT_ONCE) {
                for part in [frame.head.left(), &frame.data[..]] {
                    if !part.is_empty() {
                        slices[filled] = IoSlice::new(part);
                        filled += 1;
                    }
                }
            }
            let mut taken =
                ready!(Pin::new(&mut *stream).poll_write_vectored(context, &slices[..filled]))?;
            if taken == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            while let Some(first) = self.frames.front_mut()
                && let Some(rest) = first.advance(taken)
            {
                self.frames.pop_front();
                taken = rest;
            }
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use futures_util::task::noop_waker_ref;
    use tokio_tungstenite::tungstenite::protocol::Role;
    use tokio_tungstenite::tungstenite::{Message, WebSocket};

    use super::*;

    /// Takes so many bytes each other time it is asked, and none in between.
    struct Reluctant {
        bytes: usize,
        is_willing: bool,
        taken: Vec<u8>,
    }

    impl AsyncWrite for Reluctant {
        fn poll_write(
            self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll_write_vectored(context, &[IoSlice::new(bytes)])
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            self.is_willing = !self.is_willing;
            if !self.is_willing {
                return Poll::Pending;
            }
            let offered = slices.iter().flat_map(|slice| slice.iter());
            let before = self.taken.len();
            let bytes = self.bytes;
            self.taken.extend(offered.take(bytes));
            Poll::Ready(Ok(self.taken.len() - before))
        }

        fn is_write_vectored(&self) -> bool {
            true
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn sent_in_pieces_of(bytes: usize, frames: &[Bytes]) -> Vec<u8> {
        let mut stream = Reluctant {
            bytes,
            is_willing: false,
            taken: Vec::new(),
        };
        let mut unsent = Unsent::default();
        for frame in frames {
            unsent.push(frame.clone());
        }
        let mut context = Context::from_waker(noop_waker_ref());
        while !unsent.is_empty() {
            if let Poll::Ready(sent) = unsent.poll_send(&mut stream, &mut context) {
                sent.unwrap();
            }
        }
        stream.taken
    }

    #[test]
    fn frames_of_every_length_arrive_whole_and_in_order_however_little_is_taken() {
        let lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000];
        let mut frames: Vec<Bytes> = lengths
            .iter()
            .map(|length| (0..*length).map(|byte: u32| byte as u8).collect())
            .collect();
        // More than are offered at once.
        frames.extend((0..3 * AT_ONCE).map(|byte| Bytes::from(vec![byte as u8; byte])));
        for piece in [1, 2, 3, 9, 4_096, usize::MAX] {
            let sent = sent_in_pieces_of(piece, &frames);
            let mut reader = WebSocket::from_raw_socket(Cursor::new(sent), Role::Client, None);
            for frame in &frames {
                assert_eq!(reader.read().unwrap(), Message::Binary(frame.clone()));
            }
            assert!(reader.read().is_err(), "and nothing else");
        }
    }

    #[test]
    fn a_stream_that_takes_nothing_is_an_error_and_not_an_endless_loop() {
        let mut unsent = Unsent::default();
        unsent.push(Bytes::from_static(b"text"));
        let mut nothing: Cursor<Box<[u8]>> = Cursor::new(Box::default());
        let mut context = Context::from_waker(noop_waker_ref());
        let sent = unsent.poll_send(&mut nothing, &mut context);
        assert!(matches!(sent, Poll::Ready(Err(_))));
    }
}
