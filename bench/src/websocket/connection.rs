//! A client's connection: opened from a loopback address, written from any thread, read by one task.
//!
//! [`Connection::send`] never waits: what the system does not take is kept, in order, and flushed by the reading task.
//! So the thread that keeps the schedule is not held up by one slow connection, and a latency shows what waiting cost.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;

use super::frame::{self, End, FrameReader, Kind};
use crate::loopback;

/// Connections from one source address: fewer than the ports that a system gives out for one.
pub(crate) const PER_SOURCE: usize = 10_000;

/// One read at most; shared by all connections of a thread.
const READ_BYTES: usize = 128 * 1024;

/// An answer to the upgrade is short.
const HEAD_BYTES_MAX: usize = 8 * 1024;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// The address that the connection with this number comes from. Every generator has addresses of its own: the system
/// keeps the ports of an earlier run's connections for a minute.
pub(crate) fn source(number: usize) -> IpAddr {
    let own = (std::process::id() % 200) as u8;
    let nth = (number / PER_SOURCE) as u8;
    IpAddr::V4(Ipv4Addr::new(127, 1 + own, 0, 1 + nth))
}

/// The writing half.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    unsent: Mutex<Vec<u8>>,
    backlog: Notify,
}

/// The reading half.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    reader: FrameReader,
    /// What came together with the answer to the upgrade.
    early: Vec<u8>,
}

/// What the listener wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Go {
    On,
    Stop,
}

impl Connection {
    /// Connects and upgrades; `number` chooses the source address.
    ///
    /// Cancel safety: yes; a connection under way is closed.
    pub(crate) async fn open(
        server: SocketAddr,
        path: &str,
        number: usize,
    ) -> Result<(Self, Inbox)> {
        loopback::check(server)?;
        let socket = TcpSocket::new_v4().context("make a socket")?;
        socket.set_reuseaddr(true).context("set SO_REUSEADDR")?;
        socket
            .bind(SocketAddr::new(source(number), 0))
            .context("bind to a loopback address")?;
        let mut stream = socket.connect(server).await.context("connect")?;
        // As browsers do; otherwise small messages wait for each other.
        stream.set_nodelay(true).context("set TCP_NODELAY")?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        stream
            .write_all(request.as_bytes())
            .await
            .context("ask for the upgrade")?;
        let mut head = Vec::with_capacity(512);
        let end = loop {
            ensure!(
                head.len() < HEAD_BYTES_MAX,
                "an answer to the upgrade without end"
            );
            if stream
                .read_buf(&mut head)
                .await
                .context("read the answer to the upgrade")?
                == 0
            {
                bail!("closed instead of upgraded");
            }
            if let Some(end) = memchr::memmem::find(&head, b"\r\n\r\n") {
                break end + 4;
            }
        };
        if !head.starts_with(b"HTTP/1.1 101") {
            let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
            bail!("not upgraded: {}", String::from_utf8_lossy(line));
        }
        let connection = Self {
            stream,
            unsent: Mutex::new(Vec::new()),
            backlog: Notify::new(),
        };
        let inbox = Inbox {
            reader: FrameReader::default(),
            early: head.split_off(end),
        };
        Ok((connection, inbox))
    }

    /// Sends one message, or keeps it until the connection takes it.
    pub(crate) fn say(&self, message: &[u8]) -> Result<()> {
        self.send(&frame::encode(End::Client, Kind::Binary, message))
    }

    /// Sends a whole frame, or keeps it until the connection takes it. An error when the connection is over.
    pub(crate) fn send(&self, frame: &[u8]) -> Result<()> {
        let mut unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = if unsent.is_empty() {
            self.try_write(frame)?
        } else {
            0
        };
        if sent < frame.len() {
            unsent.extend_from_slice(&frame[sent..]);
            self.backlog.notify_one();
        }
        Ok(())
    }

    fn try_write(&self, bytes: &[u8]) -> Result<usize> {
        match self.stream.try_write(bytes) {
            Ok(sent) => Ok(sent),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
            Err(error) => Err(error).context("write"),
        }
    }

    fn flush(&self) -> Result<bool> {
        let mut unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = self.try_write(&unsent)?;
        unsent.drain(..sent);
        Ok(unsent.is_empty())
    }

    /// Listens until the listener has had enough; an error when the connection ends before. Pings are answered.
    /// The listener learns when the bytes were read.
    ///
    /// Cancel safety: yes; what was not given to the listener stays in `inbox` or in the socket.
    pub(crate) async fn listen(
        &self,
        inbox: &mut Inbox,
        mut heard: impl FnMut(&[u8], Instant) -> Result<Go>,
    ) -> Result<()> {
        let early = std::mem::take(&mut inbox.early);
        if self.take(inbox, &early, &mut heard)? == Go::Stop {
            return Ok(());
        }
        loop {
            tokio::select! {
                readable = self.stream.readable() => readable.context("wait for the server")?,
                () = self.backlog.notified() => {
                    self.stream.writable().await.context("wait to write")?;
                    if !self.flush()? {
                        self.backlog.notify_one();
                    }
                    continue;
                }
            }
            let go = SCRATCH.with_borrow_mut(|scratch| -> Result<Go> {
                match self.stream.try_read(scratch) {
                    Ok(0) => bail!("the server closed the connection"),
                    Ok(length) => self.take(inbox, &scratch[..length], &mut heard),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Go::On),
                    Err(error) => Err(error).context("read"),
                }
            })?;
            if go == Go::Stop {
                return Ok(());
            }
        }
    }

    fn take(
        &self,
        inbox: &mut Inbox,
        bytes: &[u8],
        heard: &mut impl FnMut(&[u8], Instant) -> Result<Go>,
    ) -> Result<Go> {
        let now = Instant::now();
        let mut go = Go::On;
        inbox.reader.feed(bytes, |kind, payload| {
            match kind {
                Kind::Binary => {
                    if heard(payload, now)? == Go::Stop {
                        go = Go::Stop;
                    }
                }
                Kind::Ping => self.send(&frame::encode(End::Client, Kind::Pong, payload))?,
                Kind::Pong => {}
                Kind::Close => {
                    let code = payload
                        .first_chunk::<2>()
                        .map(|code| u16::from_be_bytes(*code));
                    bail!("the server said farewell: {code:?}");
                }
            }
            Ok(())
        })?;
        Ok(go)
    }
}
