//! The mark that every edit of a run carries in its text, so that a receiver finds it in a frame's bytes.
//!
//! Decoding CRDT updates would cost the generator more than the server spends. A marker is plain ASCII of a fixed
//! length, so it stands in every encoding of an update as it was typed, also when a server joined several edits into
//! one. Its number is the edit's place in the schedule of the run.

use memchr::memmem::Finder;

/// What a marker begins with. Nothing else in a run's texts contains it.
const PREFIX: &[u8] = b"#@~";

/// What the marker of a cursor's move begins with.
const CURSOR_PREFIX: &[u8] = b"%^~";

/// Hexadecimal digits of the number.
const DIGITS: usize = 8;

/// Bytes of a marker.
pub(crate) const MARKER_BYTES: usize = PREFIX.len() + DIGITS;

/// The text by which an edit is found again.
pub(crate) fn text(number: u32) -> String {
    format!("#@~{number:08x}")
}

/// The text by which a move of a cursor is found again, inside of its presence.
pub(crate) fn cursor_text(number: u32) -> String {
    format!("%^~{number:08x}")
}

/// Finds markers in bytes.
#[derive(Debug)]
pub(crate) struct MarkerFinder {
    prefix: Finder<'static>,
}

impl MarkerFinder {
    /// For edits.
    pub(crate) fn new() -> Self {
        Self {
            prefix: Finder::new(PREFIX),
        }
    }

    /// For the moves of cursors.
    pub(crate) fn of_cursors() -> Self {
        Self {
            prefix: Finder::new(CURSOR_PREFIX),
        }
    }

    /// The numbers of all whole markers, in the order in which they stand.
    pub(crate) fn numbers<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = u32> + 'a {
        self.prefix.find_iter(bytes).filter_map(|at| {
            let digits = bytes.get(at + PREFIX.len()..at + MARKER_BYTES)?;
            u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Vec<u32> {
        MarkerFinder::new().numbers(bytes).collect()
    }

    #[test]
    fn every_marker_of_a_frame_is_found_in_order() {
        let mut frame = vec![0, 2, 200, 1];
        frame.extend_from_slice(text(7).as_bytes());
        frame.extend_from_slice(text(u32::MAX).as_bytes());
        frame.push(0);
        frame.extend_from_slice(text(0).as_bytes());
        assert_eq!(found(&frame), [7, u32::MAX, 0]);
    }

    #[test]
    fn edits_and_cursors_are_not_taken_for_each_other() {
        let both = format!("{} {}", text(1), cursor_text(2));
        assert_eq!(found(both.as_bytes()), [1]);
        let cursors: Vec<u32> = MarkerFinder::of_cursors()
            .numbers(both.as_bytes())
            .collect();
        assert_eq!(cursors, [2]);
    }

    #[test]
    fn a_marker_that_is_cut_or_damaged_counts_as_none() {
        let whole = text(0xabcd);
        assert_eq!(whole.len(), MARKER_BYTES);
        for cut in 0..whole.len() {
            assert_eq!(found(&whole.as_bytes()[..cut]), [0_u32; 0]);
        }
        assert_eq!(found(b"#@~0000zzzz"), [0_u32; 0]);
        assert_eq!(found(b"nothing of ours"), [0_u32; 0]);
    }
}
