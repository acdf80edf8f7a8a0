//! The line that a panic of the CRDT library does not cross (D8, I5).
//!
//! Everything that feeds foreign bytes to yrs runs inside [`contain`]. A panic there becomes a [`Contained`] value;
//! whatever the closure was changing must then be thrown away. The panic's own message may quote document text, so
//! the hook logs only where it happened.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// A panic was contained; the state it touched is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document library failed on this input")]
pub struct Contained;

/// Runs `work`, turning a panic into a value.
///
/// # Errors
/// [`Contained`] when `work` panicked.
pub fn contain<T>(work: impl FnOnce() -> T) -> Result<T, Contained> {
    let before = INSIDE.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    INSIDE.set(before);
    outcome.map_err(|_| Contained)
}

/// Installs the process-wide panic hook: contained panics leave a place in the log, never their message.
pub fn install_hook() {
    let ordinary = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if INSIDE.get() {
            let place = info.location().map(ToString::to_string);
            tracing::warn!(place, "contained a panic of the document library");
        } else {
            ordinary(info);
        }
    }));
}
