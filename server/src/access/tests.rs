//! The watch over the epoch, in virtual time.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

/// Rules whose epoch is what a test says; 0 stands for storage that is away. The second is when a term ends.
#[derive(Default)]
struct Said(AtomicU64, Option<SystemTime>);

#[async_trait]
impl Rules for Said {
    async fn access(
        &self,
        _member: &PortalMember,
        _name: &DocName,
        _now: SystemTime,
    ) -> Result<Verdict, StoreError> {
        Ok(Verdict::May(Access::Read))
    }

    async fn epoch(&self) -> Result<u64, StoreError> {
        match self.0.load(Ordering::Relaxed) {
            0 => Err(StoreError::Unavailable("test".into())),
            epoch => Ok(epoch),
        }
    }

    async fn next_end(&self, now: SystemTime) -> Result<Option<SystemTime>, StoreError> {
        Ok(self.1.filter(|end| *end > now))
    }
}

#[tokio::test(start_paused = true)]
async fn a_term_is_over_when_it_is_over() {
    let in_half_a_look = SystemTime::now() + POLL_INTERVAL / 2;
    let said = Arc::new(Said(AtomicU64::new(7), Some(in_half_a_look)));
    let book = AccessBook::of_portal(said as Arc<dyn Rules>);
    let stop = CancellationToken::new();
    let watch = tokio::spawn(book.clone().keep_watch(stop.clone()));
    settle().await;
    let mut changes = book.changes();
    changes.mark_unchanged();
    tokio::time::sleep(POLL_INTERVAL / 4).await;
    settle().await;
    assert!(!changes.has_changed().unwrap(), "not yet");
    tokio::time::sleep(POLL_INTERVAL / 4).await;
    settle().await;
    assert!(changes.has_changed().unwrap(), "before the next look");
    stop.cancel();
    watch.await.unwrap();
}

async fn settle() {
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_epoch_is_noticed_by_itself_and_at_once_after_an_act_of_this_node() {
    let said = Arc::new(Said(AtomicU64::new(7), None));
    let book = AccessBook::of_portal(Arc::clone(&said) as Arc<dyn Rules>);
    let stop = CancellationToken::new();
    let watch = tokio::spawn(book.clone().keep_watch(stop.clone()));
    settle().await;
    let mut changes = book.changes();
    changes.mark_unchanged();

    tokio::time::sleep(POLL_INTERVAL * 3).await;
    assert!(!changes.has_changed().unwrap(), "the same epoch is no news");

    said.0.store(8, Ordering::Relaxed);
    tokio::time::sleep(POLL_INTERVAL).await;
    settle().await;
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();

    said.0.store(9, Ordering::Relaxed);
    book.look_now();
    settle().await;
    assert!(changes.has_changed().unwrap(), "without waiting");
    stop.cancel();
    watch.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn terms_run_out_without_an_act_so_everybody_asks_anew_from_time_to_time() {
    let said = Arc::new(Said(AtomicU64::new(7), None));
    let book = AccessBook::of_portal(said as Arc<dyn Rules>);
    let stop = CancellationToken::new();
    let watch = tokio::spawn(book.clone().keep_watch(stop.clone()));
    settle().await;
    let mut changes = book.changes();
    changes.mark_unchanged();
    tokio::time::sleep(TERMS_INTERVAL + POLL_INTERVAL).await;
    settle().await;
    assert!(changes.has_changed().unwrap());
    stop.cancel();
    watch.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn when_storage_was_away_everybody_asks_anew() {
    let said = Arc::new(Said(AtomicU64::new(7), None));
    let book = AccessBook::of_portal(Arc::clone(&said) as Arc<dyn Rules>);
    let stop = CancellationToken::new();
    let watch = tokio::spawn(book.clone().keep_watch(stop.clone()));
    settle().await;
    let mut changes = book.changes();
    changes.mark_unchanged();

    said.0.store(0, Ordering::Relaxed);
    tokio::time::sleep(POLL_INTERVAL).await;
    settle().await;
    assert!(!changes.has_changed().unwrap(), "nobody knows anything new");
    said.0.store(7, Ordering::Relaxed);
    tokio::time::sleep(POLL_INTERVAL).await;
    settle().await;
    assert!(
        changes.has_changed().unwrap(),
        "an act may have been missed"
    );
    stop.cancel();
    watch.await.unwrap();
}
