//! A body in chunks (RFC 9112, 7.1), taken apart as it comes. Trailers and extensions are not expected.

use anyhow::{Context, Result, bail};

/// A line with a size is short.
const LINE_BYTES_MAX: usize = 64;

/// Where in the body the next byte is.
#[derive(Debug)]
enum At {
    /// In the line that says how long a chunk is; what of it has come.
    Size(Vec<u8>),
    /// In a chunk, of which so many bytes are to come.
    Data(usize),
    /// In the line end after a chunk, of which so many bytes are to come.
    End(usize),
    /// Behind the last chunk.
    Over,
}

/// Takes chunks apart.
#[derive(Debug)]
pub(super) struct Chunks(At);

impl Default for Chunks {
    fn default() -> Self {
        Self(At::Size(Vec::new()))
    }
}

impl Chunks {
    /// Takes what was received, and appends what is in it; false when the body is over.
    pub(super) fn feed(&mut self, mut bytes: &[u8], into: &mut Vec<u8>) -> Result<bool> {
        while let Some((first, rest)) = bytes.split_first() {
            match &mut self.0 {
                At::Size(line) if *first == b'\n' => {
                    let size = std::str::from_utf8(line).context("the size of a chunk")?;
                    let size = usize::from_str_radix(size.trim(), 16).context("a size")?;
                    self.0 = if size == 0 { At::Over } else { At::Data(size) };
                    bytes = rest;
                }
                At::Size(line) => {
                    if line.len() >= LINE_BYTES_MAX {
                        bail!("a size without end");
                    }
                    line.push(*first);
                    bytes = rest;
                }
                At::Data(left) => {
                    let (data, rest) = bytes.split_at(bytes.len().min(*left));
                    into.extend_from_slice(data);
                    *left -= data.len();
                    if *left == 0 {
                        self.0 = At::End(2);
                    }
                    bytes = rest;
                }
                At::End(left) => {
                    *left -= 1;
                    if *left == 0 {
                        self.0 = At::Size(Vec::new());
                    }
                    bytes = rest;
                }
                At::Over => return Ok(false),
            }
        }
        Ok(!matches!(self.0, At::Over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_the_same_however_it_was_cut() {
        let sent = b"5\r\nhello\r\nA\r\n, everyone\r\n0\r\n\r\n";
        for size in 1..=sent.len() {
            let (mut chunks, mut body) = (Chunks::default(), Vec::new());
            let mut goes_on = true;
            for piece in sent.chunks(size) {
                goes_on = chunks.feed(piece, &mut body).unwrap();
            }
            assert_eq!(body, b"hello, everyone", "{size}");
            assert!(!goes_on, "{size}");
        }
        assert!(
            Chunks::default()
                .feed(b"what\r\n", &mut Vec::new())
                .is_err()
        );
    }
}
