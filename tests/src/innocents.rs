//! Two editors on a document of their own, who go on writing to each other whatever is done to others.
//!
//! Every edit of one must reach the other; how long the slowest took is reported, never asserted.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::client::{Client, ClientOptions, Dialect, Edit};

/// Between two edits: a fast typist.
const PAUSE: Duration = Duration::from_millis(15);

/// What the two saw.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    /// Edits that reached the other.
    pub edits: u64,
    /// The slowest of them.
    pub slowest: Duration,
    /// Connections beyond the first two.
    pub reconnects: u64,
}

/// Two editors at work.
pub struct Innocents {
    stop: watch::Sender<bool>,
    task: JoinHandle<Report>,
}

impl Innocents {
    /// Puts two editors to work on a document.
    pub async fn at_work(server: SocketAddr, doc: &str) -> Self {
        let left = Client::synced(ClientOptions::new(server, doc, Dialect::Extended)).await;
        let right = Client::synced(ClientOptions::new(server, doc, Dialect::Plain)).await;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut report = Report::default();
            let (mut writer, mut reader) = (&left, &right);
            while !*stopped.borrow() {
                let words = format!("innocent {}", report.edits);
                let edit = Edit {
                    at: 0,
                    remove: writer.text().len() as u32,
                    insert: words.clone(),
                };
                let begun = Instant::now();
                writer.edit(&words, &edit);
                reader.shows(&words).await;
                report.slowest = report.slowest.max(begun.elapsed());
                report.edits += 1;
                std::mem::swap(&mut writer, &mut reader);
                tokio::time::sleep(PAUSE).await;
            }
            report.reconnects = left.replica().connections() + right.replica().connections() - 2;
            report
        });
        Self { stop, task }
    }

    /// Ends their work.
    ///
    /// # Panics
    /// When an edit did not reach the other, a connection was lost, or nothing was edited.
    pub async fn report(self) -> Report {
        self.stop.send_replace(true);
        let report = self.task.await.expect("every edit reaches the other");
        assert!(report.edits > 0, "nothing was edited");
        assert_eq!(report.reconnects, 0, "an innocent lost the connection");
        report
    }
}
