//! Frames onto a TCP stream, without waiting.

use std::io::IoSlice;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::net::TcpStream;

use super::frame_head::Head;
use crate::outbound::{AT_ONCE, Sent, Wire};

/// The wire of one connection.
#[derive(Debug)]
pub(super) struct TcpWire(pub(super) Arc<TcpStream>);

impl Wire for TcpWire {
    fn try_send(&self, frames: &[&[u8]]) -> Sent {
        let mut heads = [Head::none(); AT_ONCE];
        let mut slices = [IoSlice::new(&[]); 2 * AT_ONCE];
        for (head, data) in heads.iter_mut().zip(frames) {
            *head = Head::of(data.len());
        }
        let offered = heads.iter().zip(frames);
        for (place, (head, data)) in slices.chunks_exact_mut(2).zip(offered.clone()) {
            place[0] = IoSlice::new(head.left());
            place[1] = IoSlice::new(data);
        }
        let count = 2 * frames.len().min(AT_ONCE);
        // What is wrong, the connection's task finds out by itself.
        let Ok(mut taken) = self.0.try_write_vectored(&slices[..count]) else {
            return Sent::default();
        };
        let mut sent = Sent::default();
        for (head, data) in offered {
            let length = head.left().len() + data.len();
            if taken < length {
                sent.begun = (taken > 0).then(|| rest_of(head, data, taken));
                break;
            }
            taken -= length;
            sent.frames += 1;
        }
        sent
    }
}

/// A frame without its first bytes.
fn rest_of(head: &Head, data: &[u8], taken: usize) -> Bytes {
    let mut head = *head;
    let of_data = head.advance(taken);
    let mut rest = BytesMut::with_capacity(head.left().len() + data.len() - of_data);
    rest.put_slice(head.left());
    rest.put_slice(&data[of_data..]);
    rest.freeze()
}
