//! A byte stream that is counted.
//!
//! Two uses: before anything is authenticated a connection may send only so many bytes, whatever its frames declare
//! (I4); and a slow reader is told from a dead one by whether any byte was taken at all (D7).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use consilium_protocol::limits;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::listener::counted::Counted;

/// The counts of one stream, readable while the stream is busy.
#[derive(Debug, Default)]
pub struct Meter {
    read_bytes: AtomicU64,
    written_bytes: AtomicU64,
    authenticated: AtomicBool,
}

impl Meter {
    /// Bytes that the peer's side has taken.
    #[must_use]
    pub fn written_bytes(&self) -> u64 {
        self.written_bytes.load(Ordering::Relaxed)
    }

    /// Lifts the limit on what may be read.
    pub fn authenticated(&self) {
        self.authenticated.store(true, Ordering::Relaxed);
    }

    fn may_read(&self) -> bool {
        self.authenticated.load(Ordering::Relaxed)
            || self.read_bytes.load(Ordering::Relaxed) <= limits::PREAUTH_BYTES_MAX as u64
    }
}

/// A stream with a [`Meter`].
#[derive(Debug)]
pub struct Metered<S> {
    stream: S,
    meter: Arc<Meter>,
}

impl<S> Metered<S> {
    /// Counts what passes through `stream`, from which `read_bytes` have been read already.
    pub fn new(stream: S, read_bytes: usize) -> (Self, Arc<Meter>) {
        let meter = Arc::new(Meter {
            read_bytes: AtomicU64::new(read_bytes as u64),
            ..Meter::default()
        });
        let metered = Self {
            stream,
            meter: Arc::clone(&meter),
        };
        (metered, meter)
    }
}

impl Metered<Counted> {
    /// As [`Counted::wire`]. What goes over it is not counted.
    pub fn wire(&self) -> &Arc<TcpStream> {
        self.stream.wire()
    }

    /// As [`Counted::poll_read_ready`].
    pub fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.poll_read_ready(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.meter.may_read() {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "too much before authentication",
            )));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        self.meter
            .read_bytes
            .fetch_add(read as u64, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.meter
            .written_bytes
            .fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices))?;
        self.meter
            .written_bytes
            .fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
