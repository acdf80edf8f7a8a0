//! The signals that end the process: SIGTERM from supervisors, SIGINT from people.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Starts listening; the future resolves at the first signal, with its name.
///
/// # Errors
/// When the system does not let us listen.
pub fn first() -> io::Result<impl Future<Output = &'static str>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

/// Resolves when somebody at the terminal insists.
pub async fn impatient() {
    match signal(SignalKind::interrupt()) {
        Ok(mut interrupt) => {
            interrupt.recv().await;
        }
        // Nobody can insist then; the deadlines hold.
        Err(_) => std::future::pending().await,
    }
}
