//! A line between two processes that a test can cut or clog.
//!
//! A proxy listens on a port of its own and passes bytes on to a target. *Cut*: connections break at once and new ones
//! are refused after the handshake, as when a switch dies. *Clogged*: connections stay and nothing passes, as when a
//! firewall drops packets. It knows no protocol.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Open,
    Clogged,
    Cut,
}

/// A line; gone when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    line: watch::Sender<Line>,
    target: watch::Sender<SocketAddr>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// An open line to `target`, which need not listen yet.
    ///
    /// # Panics
    /// When there is no port to listen on.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("listen for a proxy");
        let address = listener.local_addr().expect("the proxy's address");
        let (line, state) = watch::channel(Line::Open);
        let (target, leads_to) = watch::channel(target);
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let target = *leads_to.borrow();
                tokio::spawn(carry(near, target, state.clone()));
            }
        });
        Self {
            address,
            line,
            target,
            task,
        }
    }

    /// Where to connect instead of to the target.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads new connections elsewhere, as an address does that moves with a failover. Those that exist stay.
    pub fn lead_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
    }

    /// Breaks all connections, and new ones, until [`Proxy::open`].
    pub fn cut(&self) {
        self.line.send_replace(Line::Cut);
    }

    /// Lets nothing pass, without a word, until [`Proxy::open`].
    pub fn clog(&self) {
        self.line.send_replace(Line::Clogged);
    }

    /// Lets everything pass.
    pub fn open(&self) {
        self.line.send_replace(Line::Open);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        self.cut();
    }
}

async fn carry(near: TcpStream, target: SocketAddr, mut line: watch::Receiver<Line>) {
    if *line.borrow() == Line::Cut {
        return;
    }
    let cut = {
        let mut line = line.clone();
        async move {
            // The sender goes with the proxy, which is a cut too.
            let _ = line.wait_for(|line| *line == Line::Cut).await;
        }
    };
    let both = async {
        if line.wait_for(|line| *line == Line::Open).await.is_err() {
            return;
        }
        let Ok(far) = TcpStream::connect(target).await else {
            return;
        };
        // Small messages must not wait for more on the way.
        if near.set_nodelay(true).is_err() || far.set_nodelay(true).is_err() {
            return;
        }
        let (near_read, near_write) = near.into_split();
        let (far_read, far_write) = far.into_split();
        tokio::select! {
            () = pass(near_read, far_write, line.clone()) => {}
            () = pass(far_read, near_write, line.clone()) => {}
        }
    };
    tokio::select! {
        () = both => {}
        () = cut => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut line: watch::Receiver<Line>) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let Ok(count @ 1..) = from.read(&mut buffer).await else {
            return;
        };
        let opened = line.wait_for(|line| *line == Line::Open).await.is_ok();
        if !opened || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
