//! As much of HTTP/1.1 as the workloads of a portal need: one request a connection, and streams of events that are read
//! where they were received.
//!
//! A library would decode, pool and copy for each of hundreds of streams. What is asked for has a length; a stream comes in
//! chunks ([`chunks`]).

mod chunks;
pub(crate) mod events;

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::loopback;
use crate::websocket::connection::source;

/// A head longer than this is none of ours.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: u16,
    /// The cookie that it set, as it is sent back.
    pub(crate) cookie: Option<String>,
    /// Null where there is none.
    pub(crate) body: Value,
}

impl Answer {
    /// The body of a success.
    pub(crate) fn ok(self) -> Result<Value> {
        ensure!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            self.body
        );
        Ok(self.body)
    }
}

/// Asks for something and reads the answer. `path` begins with a slash.
///
/// Cancel safety: the request may have been done.
pub(crate) async fn ask(
    server: SocketAddr,
    method: &str,
    path: &str,
    cookie: &str,
    body: Option<&Value>,
) -> Result<Answer> {
    let body = body.map_or_else(String::new, Value::to_string);
    let what = format!("{method} {path}");
    let mut stream = send(server, &what, cookie, &body).await?;
    let mut bytes = Vec::new();
    stream
        .read_to_end(&mut bytes)
        .await
        .with_context(|| format!("read the answer to {what}"))?;
    answer_of(&bytes).with_context(|| format!("understand the answer to {what}"))
}

/// Connects and sends a request.
async fn send(server: SocketAddr, what: &str, cookie: &str, body: &str) -> Result<TcpStream> {
    loopback::check(server)?;
    let socket = TcpSocket::new_v4().context("make a socket")?;
    socket.set_reuseaddr(true).context("set SO_REUSEADDR")?;
    socket
        .bind(SocketAddr::new(source(0), 0))
        .context("bind to a loopback address")?;
    let mut stream = socket.connect(server).await.context("connect")?;
    stream.set_nodelay(true).context("set TCP_NODELAY")?;
    let request = format!(
        "{what} HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nCookie: {cookie}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream
        .write_all(request.as_bytes())
        .await
        .with_context(|| format!("send {what}"))?;
    Ok(stream)
}

/// The status of a head.
fn status_of(head: &str) -> Result<u16> {
    let status = head.split(' ').nth(1).context("a status line")?;
    status.parse().context("a status")
}

/// The value of a line of a head.
fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn answer_of(bytes: &[u8]) -> Result<Answer> {
    let end = memchr::memmem::find(bytes, b"\r\n\r\n").context("a whole head")?;
    let head = std::str::from_utf8(&bytes[..end]).context("a head of text")?;
    if field(head, "transfer-encoding").is_some() {
        bail!("an answer in chunks");
    }
    let body = &bytes[end + 4..];
    Ok(Answer {
        status: status_of(head)?,
        cookie: field(head, "set-cookie")
            .and_then(|cookie| cookie.split(';').next())
            .map(ToOwned::to_owned),
        body: if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(body).context("a body of JSON")?
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_status_a_cookie_and_a_body() {
        let bytes = b"HTTP/1.1 201 Created\r\ncontent-length: 8\r\nSet-Cookie: a=b; Path=/\r\n\r\n{\"id\":7}";
        let answer = answer_of(bytes).unwrap();
        assert_eq!(
            (answer.status, answer.cookie.as_deref()),
            (201, Some("a=b"))
        );
        assert_eq!(answer.ok().unwrap()["id"], 7);
        let refused = answer_of(b"HTTP/1.1 409 Conflict\r\n\r\n").unwrap();
        assert!(refused.body.is_null() && refused.cookie.is_none());
        assert!(refused.ok().is_err());
        assert!(answer_of(b"HTTP/1.1 200 OK\r\n").is_err(), "cut");
    }
}
