//! Frames: making them, and finding them in what arrives.
//!
//! [`FrameReader`] gives out whole messages without copying, unless one is split between two reads or is fragmented.

use anyhow::{Result, bail, ensure};

/// The longest message that is taken: more than any document of a run.
const MESSAGE_BYTES_MAX: usize = 256 * 1024 * 1024;

/// What a client masks with. Any key will do between two programs of one machine.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// What a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A message.
    Binary,
    /// The other side says farewell.
    Close,
    /// "Are you there?"
    Ping,
    /// "I am."
    Pong,
}

impl Kind {
    fn opcode(self) -> u8 {
        match self {
            Self::Binary => 2,
            Self::Close => 8,
            Self::Ping => 9,
            Self::Pong => 10,
        }
    }
}

/// Which end makes the frame: a client has to mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Client,
    Server,
}

/// One whole frame.
pub(crate) fn encode(end: End, kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mask_bit = if end == End::Client { 0x80 } else { 0 };
    let mut frame = Vec::with_capacity(payload.len() + 14);
    frame.push(0x80 | kind.opcode());
    match payload.len() {
        short @ 0..126 => frame.push(mask_bit | short as u8),
        middle @ 126..65536 => {
            frame.push(mask_bit | 126);
            frame.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            frame.push(mask_bit | 127);
            frame.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    match end {
        End::Server => frame.extend_from_slice(payload),
        End::Client => {
            frame.extend_from_slice(&MASK);
            frame.extend(
                payload
                    .iter()
                    .zip(MASK.iter().cycle())
                    .map(|(byte, mask)| byte ^ mask),
            );
        }
    }
    frame
}

/// Where a frame is in some bytes.
struct Found {
    finished: bool,
    opcode: u8,
    mask: Option<[u8; 4]>,
    payload: std::ops::Range<usize>,
}

/// The frame at the beginning of `bytes`; None when more has to come.
fn find(bytes: &[u8]) -> Result<Option<Found>> {
    let [first, second, rest @ ..] = bytes else {
        return Ok(None);
    };
    ensure!(
        first & 0x70 == 0,
        "a frame with an extension that was not offered"
    );
    let (length, length_bytes) = match second & 0x7f {
        126 => match rest.first_chunk::<2>() {
            Some(length) => (usize::from(u16::from_be_bytes(*length)), 2),
            None => return Ok(None),
        },
        127 => match rest.first_chunk::<8>() {
            Some(length) => (u64::from_be_bytes(*length) as usize, 8),
            None => return Ok(None),
        },
        short => (usize::from(short), 0),
    };
    ensure!(length <= MESSAGE_BYTES_MAX, "a frame of {length} bytes");
    let mut start = 2 + length_bytes;
    let mut mask = None;
    if second & 0x80 != 0 {
        let Some(key) = bytes.get(start..).and_then(<[u8]>::first_chunk::<4>) else {
            return Ok(None);
        };
        mask = Some(*key);
        start += 4;
    }
    let payload = start..start + length;
    Ok((bytes.len() >= payload.end).then_some(Found {
        finished: first & 0x80 != 0,
        opcode: first & 0x0f,
        mask,
        payload,
    }))
}

/// Finds messages in what arrives, in pieces of any size.
#[derive(Debug, Default)]
pub(crate) struct FrameReader {
    /// The beginning of a frame whose end has not come.
    partial: Vec<u8>,
    /// The beginning of a message in several frames.
    fragments: Option<Vec<u8>>,
}

impl FrameReader {
    /// Takes bytes and gives every message that is complete by now.
    pub(crate) fn feed(
        &mut self,
        arrived: &[u8],
        mut heard: impl FnMut(Kind, &[u8]) -> Result<()>,
    ) -> Result<()> {
        if self.partial.is_empty() {
            let used = self.take_whole(arrived, &mut heard)?;
            self.partial.extend_from_slice(&arrived[used..]);
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.partial);
        bytes.extend_from_slice(arrived);
        let used = self.take_whole(&bytes, &mut heard)?;
        bytes.drain(..used);
        // An idle connection keeps no buffer.
        self.partial = if bytes.is_empty() { Vec::new() } else { bytes };
        Ok(())
    }

    fn take_whole(
        &mut self,
        bytes: &[u8],
        heard: &mut impl FnMut(Kind, &[u8]) -> Result<()>,
    ) -> Result<usize> {
        let mut used = 0;
        while let Some(found) = find(&bytes[used..])? {
            let payload = &bytes[used + found.payload.start..used + found.payload.end];
            used += found.payload.end;
            match found.mask {
                None => self.take(found.finished, found.opcode, payload, heard)?,
                Some(key) => {
                    let plain: Vec<u8> = payload
                        .iter()
                        .zip(key.iter().cycle())
                        .map(|(byte, mask)| byte ^ mask)
                        .collect();
                    self.take(found.finished, found.opcode, &plain, heard)?;
                }
            }
        }
        Ok(used)
    }

    fn take(
        &mut self,
        finished: bool,
        opcode: u8,
        payload: &[u8],
        heard: &mut impl FnMut(Kind, &[u8]) -> Result<()>,
    ) -> Result<()> {
        match opcode {
            0 => {
                let Some(mut message) = self.fragments.take() else {
                    bail!("a fragment of nothing");
                };
                ensure!(
                    message.len() + payload.len() <= MESSAGE_BYTES_MAX,
                    "a message without end"
                );
                message.extend_from_slice(payload);
                if finished {
                    return heard(Kind::Binary, &message);
                }
                self.fragments = Some(message);
                Ok(())
            }
            // Text is a peer's own affair; what is looked for is never in it.
            1 | 2 if finished => heard(Kind::Binary, payload),
            1 | 2 => {
                self.fragments = Some(payload.to_vec());
                Ok(())
            }
            8 => heard(Kind::Close, payload),
            9 => heard(Kind::Ping, payload),
            10 => heard(Kind::Pong, payload),
            other => bail!("a frame of kind {other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(pieces: impl Iterator<Item = Vec<u8>>) -> Vec<(Kind, Vec<u8>)> {
        let mut reader = FrameReader::default();
        let mut heard = Vec::new();
        for piece in pieces {
            reader
                .feed(&piece, |kind, payload| {
                    heard.push((kind, payload.to_vec()));
                    Ok(())
                })
                .unwrap();
        }
        heard
    }

    #[test]
    fn frames_of_every_length_are_read_in_pieces_of_any_size() {
        for end in [End::Client, End::Server] {
            let payloads: Vec<Vec<u8>> = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]
                .iter()
                .map(|length| (0..*length).map(|at| at as u8).collect())
                .collect();
            let stream: Vec<u8> = payloads
                .iter()
                .flat_map(|payload| encode(end, Kind::Binary, payload))
                .collect();
            let expected: Vec<_> = payloads
                .into_iter()
                .map(|payload| (Kind::Binary, payload))
                .collect();
            for size in [1, 3, 1000, stream.len()] {
                assert_eq!(messages(stream.chunks(size).map(<[u8]>::to_vec)), expected);
            }
        }
    }

    #[test]
    fn fragments_become_one_message_and_a_ping_may_come_between() {
        let mut stream = vec![0x02, 2, b'a', b'b'];
        stream.extend(encode(End::Server, Kind::Ping, b"!"));
        stream.extend([0x00, 1, b'c', 0x80, 1, b'd']);
        assert_eq!(
            messages(std::iter::once(stream)),
            [
                (Kind::Ping, b"!".to_vec()),
                (Kind::Binary, b"abcd".to_vec())
            ]
        );
    }

    #[test]
    fn a_length_beyond_reason_is_an_error() {
        let mut frame = vec![0x82, 127];
        frame.extend(u64::MAX.to_be_bytes());
        assert!(FrameReader::default().feed(&frame, |_, _| Ok(())).is_err());
    }
}
