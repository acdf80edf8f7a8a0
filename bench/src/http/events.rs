//! A stream of server-sent events, read as it comes.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use super::chunks::Chunks;
use super::{HEAD_BYTES_MAX, send, status_of};

/// One read at most; shared by all streams of a thread.
const READ_BYTES: usize = 128 * 1024;

/// One event at most.
const EVENT_BYTES_MAX: usize = 4 * 1024 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// A stream. Dropping it closes the connection.
#[derive(Debug)]
pub(crate) struct Events {
    stream: TcpStream,
    chunks: Chunks,
    /// What has come and was not given out, from `looked` on not looked at.
    pending: Vec<u8>,
    looked: usize,
}

impl Events {
    /// Opens a stream. `path` begins with a slash.
    ///
    /// Cancel safety: yes; a connection under way is closed.
    pub(crate) async fn open(server: SocketAddr, path: &str, cookie: &str) -> Result<Self> {
        let mut stream = send(server, &format!("GET {path}"), cookie, "").await?;
        let mut head = Vec::with_capacity(1024);
        let end = loop {
            ensure!(head.len() < HEAD_BYTES_MAX, "a head without end");
            if stream.read_buf(&mut head).await.context("read a head")? == 0 {
                bail!("closed instead of answered");
            }
            if let Some(end) = memchr::memmem::find(&head, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let status = status_of(&String::from_utf8_lossy(&head[..end]))?;
        ensure!(
            status == 200,
            "{status}: {}",
            String::from_utf8_lossy(&head[end..])
        );
        let mut events = Self {
            stream,
            chunks: Chunks::default(),
            pending: Vec::new(),
            looked: 0,
        };
        events.chunks.feed(&head[end..], &mut events.pending)?;
        Ok(events)
    }

    /// Gives every event to the listener, with when its end was read; an error when the stream ends.
    ///
    /// Cancel safety: yes; what was not given out is given the next time.
    pub(crate) async fn listen(
        &mut self,
        mut heard: impl FnMut(&[u8], Instant) -> Result<()>,
    ) -> Result<()> {
        loop {
            self.give(&mut heard)?;
            self.stream
                .readable()
                .await
                .context("wait for the server")?;
            SCRATCH.with_borrow_mut(|scratch| -> Result<()> {
                match self.stream.try_read(scratch) {
                    Ok(0) => bail!("the server closed the stream"),
                    Ok(length) => {
                        let goes_on = self.chunks.feed(&scratch[..length], &mut self.pending)?;
                        ensure!(goes_on, "the server ended the stream");
                        Ok(())
                    }
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
                    Err(error) => Err(error).context("read"),
                }
            })?;
            ensure!(self.pending.len() < EVENT_BYTES_MAX, "an event without end");
        }
    }

    fn give(&mut self, heard: &mut impl FnMut(&[u8], Instant) -> Result<()>) -> Result<()> {
        let now = Instant::now();
        let mut given = 0;
        // The end of an event may have been cut in the middle.
        let mut from = self.looked.saturating_sub(1);
        while let Some(found) = memchr::memmem::find(&self.pending[from..], b"\n\n") {
            let end = from + found;
            heard(&self.pending[given..end], now)?;
            given = end + 2;
            from = given;
        }
        self.pending.drain(..given);
        self.looked = self.pending.len();
        Ok(())
    }
}
