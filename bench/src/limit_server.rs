//! The ceiling: a broadcaster that does what every collaboration server must do with an edit, and nothing else.
//!
//! Rooms are paths. A frame is made once and shared by all who get it; whatever waits for a member goes out in one
//! vectored write; TCP_NODELAY is set. It speaks as much of y-websocket as a generator needs: step 1 is answered with
//! an empty step 2, every other message but a step 2 goes to all others of the room. It does not know what a document
//! is, keeps nothing, and serves loopback only.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, bail, ensure};
use bytes::{Buf, Bytes};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::loopback;
use crate::websocket::frame::{self, End, FrameReader, Kind};

/// Frames that may wait for one member; beyond it the member is dropped, and the run fails.
const QUEUE_FRAMES_MAX: usize = 1 << 17;

/// Frames in one write.
const WRITE_FRAMES: usize = 64;

/// One read at most; shared by all connections of a thread.
const READ_BYTES: usize = 128 * 1024;

/// A request for the upgrade is short.
const HEAD_BYTES_MAX: usize = 8 * 1024;

/// An empty step 2.
const EMPTY_STATE: &[u8] = &[0, 1, 2, 0, 0];

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BYTES]);
}

/// One member: what waits for them.
struct Member {
    queue: Mutex<Vec<Bytes>>,
    wake: Notify,
}

#[derive(Default)]
struct Room {
    members: Mutex<Vec<Arc<Member>>>,
}

type Rooms = Arc<Mutex<HashMap<String, Arc<Room>>>>;

/// Serves until the process is ended.
///
/// Cancel safety: yes; connections end with their tasks.
pub(crate) async fn serve(listen: SocketAddr) -> Result<()> {
    loopback::check(listen)?;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("listen on {listen}"))?;
    let rooms = Rooms::default();
    loop {
        let (stream, _) = listener.accept().await.context("accept")?;
        let rooms = Arc::clone(&rooms);
        // A connection's end is nobody's business here.
        tokio::spawn(async move { converse(stream, &rooms).await });
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn converse(mut stream: TcpStream, rooms: &Rooms) -> Result<()> {
    stream.set_nodelay(true).context("set TCP_NODELAY")?;
    let path = upgrade(&mut stream).await?;
    let room = Arc::clone(locked(rooms).entry(path).or_default());
    let member = Arc::new(Member {
        queue: Mutex::new(Vec::new()),
        wake: Notify::new(),
    });
    locked(&room.members).push(Arc::clone(&member));
    let ended = carry(&stream, &room, &member).await;
    locked(&room.members).retain(|other| !Arc::ptr_eq(other, &member));
    ended
}

/// Answers the upgrade; gives the path. A client waits for the answer before it says more.
async fn upgrade(stream: &mut TcpStream) -> Result<String> {
    let mut head = Vec::with_capacity(512);
    while !head.ends_with(b"\r\n\r\n") {
        ensure!(head.len() < HEAD_BYTES_MAX, "a request without end");
        if stream
            .read_buf(&mut head)
            .await
            .context("read the request")?
            == 0
        {
            bail!("closed before the upgrade");
        }
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).context("a request with a path")?;
    let key = head
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))
        .context("a request with a key")?
        .1
        .trim();
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.as_bytes())
    );
    stream
        .write_all(answer.as_bytes())
        .await
        .context("answer the upgrade")?;
    Ok(path.to_owned())
}

async fn carry(stream: &TcpStream, room: &Room, member: &Member) -> Result<()> {
    let mut reader = FrameReader::default();
    let mut going = Vec::new();
    loop {
        tokio::select! {
            readable = stream.readable() => {
                readable.context("wait for a client")?;
                SCRATCH.with_borrow_mut(|scratch| match stream.try_read(scratch) {
                    Ok(0) => bail!("closed"),
                    Ok(length) => reader.feed(&scratch[..length], |kind, payload| hear(room, member, kind, payload)),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
                    Err(error) => Err(error).context("read"),
                })?;
            }
            () = member.wake.notified() => {
                std::mem::swap(&mut going, &mut *locked(&member.queue));
            }
        }
        write(stream, &mut going).await?;
    }
}

/// Writes everything, as many frames at once as the system takes.
async fn write(stream: &TcpStream, going: &mut Vec<Bytes>) -> Result<()> {
    let mut done = 0;
    while done < going.len() {
        let waiting = &going[done..];
        let slices: Vec<IoSlice<'_>> = waiting
            .iter()
            .take(WRITE_FRAMES)
            .map(|frame| IoSlice::new(frame))
            .collect();
        match stream.try_write_vectored(&slices) {
            Ok(mut sent) => {
                while sent > 0 {
                    let frame = &mut going[done];
                    let whole = sent.min(frame.len());
                    frame.advance(whole);
                    sent -= whole;
                    if frame.is_empty() {
                        done += 1;
                    }
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                stream.writable().await.context("wait to write")?;
            }
            Err(error) => return Err(error).context("write"),
        }
    }
    going.clear();
    Ok(())
}

fn hear(room: &Room, member: &Member, kind: Kind, payload: &[u8]) -> Result<()> {
    match (kind, payload) {
        (Kind::Binary, [0, 0, ..]) => {
            member.push(frame::encode(End::Server, Kind::Binary, EMPTY_STATE).into())
        }
        (Kind::Binary, [0, 1, ..]) | (Kind::Pong, _) => Ok(()),
        (Kind::Binary, _) => {
            let frame = Bytes::from(frame::encode(End::Server, Kind::Binary, payload));
            for other in locked(&room.members).iter() {
                if !std::ptr::eq(Arc::as_ptr(other), member) {
                    // One who cannot follow is dropped by their own task.
                    let _ = other.push(frame.clone());
                }
            }
            Ok(())
        }
        (Kind::Ping, _) => member.push(frame::encode(End::Server, Kind::Pong, payload).into()),
        (Kind::Close, _) => bail!("the client said farewell"),
    }
}

impl Member {
    fn push(&self, frame: Bytes) -> Result<()> {
        let mut queue = locked(&self.queue);
        ensure!(queue.len() < QUEUE_FRAMES_MAX, "a member who does not read");
        queue.push(frame);
        // Whoever finds it empty wakes; the others' frames go along.
        if queue.len() == 1 {
            self.wake.notify_one();
        }
        Ok(())
    }
}
