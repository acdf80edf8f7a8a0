//! The smoke check: the real binary starts, says where it listens, serves its probes and the app, and drains.
//!
//! Everything is awaited with a deadline.

use anyhow::{Result, ensure};

use crate::local_server::LocalServer;
use crate::process::Watch;
use crate::workspace::Workspace;

/// Starts the test build of the server, looks at it from outside, and ends it.
pub(crate) fn check(workspace: &Workspace, watch: &mut dyn Watch) -> Result<()> {
    let mut server = LocalServer::start(workspace, &["demo", "--listen", "127.0.0.1:0"])?;
    watch.line(&format!(
        "the demonstration listens on {}",
        server.address()
    ));

    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = server.get(path)?;
        ensure!(
            answer.status == 200,
            "GET {path} answered {}",
            answer.status
        );
    }
    let page = server.get("/")?;
    ensure!(
        page.status == 200 && page.body.contains("<div id=\"root\">"),
        "GET / answered {} and not the app:\n{}",
        page.status,
        page.body
    );
    let unknown = server.get("/api/v1/no-such-thing")?;
    ensure!(
        unknown.status == 404,
        "an unknown API path answered {}",
        unknown.status
    );

    let took = server.drain(workspace)?;
    watch.line(&format!("it drained within {} ms", took.as_millis()));
    Ok(())
}
