//! What nodes tell each other of a meeting over the bus: where it stands now.
//!
//! A notice is `version:u8 meeting:16 version:u64 turn:u64`, big-endian. It may grow at its end: a reader passes over what
//! it does not know. One of another version is not read at all; the store, which is asked twice a second, says the same
//! (`server/vectors/meeting-notices.json` holds the bytes). Releases before this one wrote no version in front, and are
//! told from it by their length.

use bytes::Bytes;

use crate::store::meetings::Mark;
use crate::store::portal_ids::MeetingId;

/// The version that this release writes, and the only one that it reads.
const VERSION: u8 = 1;

/// Version, meeting, and the two numbers of its mark.
const NOTICE_BYTES: usize = 1 + 16 + 8 + 8;

/// A meeting stands here now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) id: MeetingId,
    pub(super) mark: Mark,
}

impl Notice {
    pub(super) fn encode(&self) -> Bytes {
        let mut bytes = Vec::with_capacity(NOTICE_BYTES);
        bytes.push(VERSION);
        bytes.extend_from_slice(self.id.as_bytes());
        bytes.extend_from_slice(&self.mark.version.to_be_bytes());
        bytes.extend_from_slice(&self.mark.turn.to_be_bytes());
        bytes.into()
    }

    /// `None` for what a release says that writes another version.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        // A meeting's id begins with the hour, which looks like our version: the length tells.
        if bytes.len() < NOTICE_BYTES {
            return None;
        }
        let (version, rest) = bytes.split_first()?;
        let (id, rest) = rest.split_at_checked(16)?;
        if *version != VERSION {
            return None;
        }
        Some(Self {
            id: MeetingId::from_bytes(id).ok()?,
            mark: Mark {
                version: number(&rest[..8])?,
                turn: number(&rest[8..16])?,
            },
        })
    }
}

fn number(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden;

    const FILE: &str = "meeting-notices.json";

    /// What the vectors hold, in their order.
    fn samples() -> Vec<(&'static str, Notice)> {
        let notice = |id: [u8; 16], version, turn| Notice {
            id: MeetingId::from_bytes(&id).unwrap(),
            mark: Mark { version, turn },
        };
        let id = *b"\x01\xa0\xbc\xde\xf0\x12\x74\x56\x89\xab\xcd\xef\x01\x23\x45\x67";
        vec![
            ("where a meeting stands", notice(id, 300, 7)),
            (
                "the largest numbers",
                notice([0xff; 16], u64::MAX, u64::MAX),
            ),
        ]
    }

    #[test]
    fn the_bytes_are_those_of_the_vectors() {
        let written: Vec<(String, Bytes)> = samples()
            .into_iter()
            .map(|(name, notice)| (name.to_owned(), notice.encode()))
            .collect();
        assert_eq!(written, golden::vectors(FILE));
    }

    #[test]
    fn the_vectors_are_read() {
        for (name, bytes) in golden::vectors(FILE) {
            let expected = samples().into_iter().find(|(known, _)| *known == name);
            let expected = expected.map(|(_, notice)| notice);
            assert_eq!(Notice::decode(&bytes), expected, "{name}");
        }
    }

    #[test]
    fn what_a_later_release_adds_is_passed_over_and_what_it_changes_is_not_guessed_at() {
        for (name, notice) in samples() {
            let bytes = notice.encode();
            let longer = [bytes.as_ref(), b"something new"].concat();
            assert_eq!(Notice::decode(&longer), Some(notice), "{name}");
            let mut newer = bytes.to_vec();
            newer[0] = VERSION + 1;
            assert_eq!(Notice::decode(&newer), None, "{name}");
            for end in 0..bytes.len() {
                assert_eq!(Notice::decode(&bytes[..end]), None, "{name}");
            }
        }
    }

    #[test]
    fn what_was_written_before_there_was_a_version_is_not_taken_for_one() {
        for (name, notice) in samples() {
            // It was the same without the first byte, and ids of our time begin with 1.
            let earlier = notice.encode().slice(1..);
            assert_eq!(Notice::decode(&earlier), None, "{name}");
        }
    }
}
