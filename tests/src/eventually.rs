//! Waiting for a condition: asked again and again until it holds, or the test fails and says what it waited for.

use std::time::{Duration, Instant};

/// How long a condition may take on a busy machine. Generous: a passing test never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(60);

const ASK_EVERY: Duration = Duration::from_millis(20);

/// Waits until `condition` gives a value.
///
/// # Panics
/// When that takes longer than [`PATIENCE`].
pub async fn eventually<T>(what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = condition().await {
            return value;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(ASK_EVERY).await;
    }
}
