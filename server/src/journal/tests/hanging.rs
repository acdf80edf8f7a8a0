//! Commits that hang: storage counts as away, until something shows that it is back.

use super::*;

/// Where a test reads what this thread logs.
#[derive(Clone, Default)]
struct Log(Arc<parking_lot::Mutex<Vec<u8>>>);

impl Log {
    /// Logs there until both are dropped.
    fn listen(&self) -> (tracing::Dispatch, tracing::subscriber::DefaultGuard) {
        let writer = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .without_time()
            .with_ansi(false)
            .finish();
        // As long as there is one only, whichever thread comes first to a line of the log decides by what itself listens to
        // whether anybody wants that line: the tests beside this one listen to nothing.
        let another = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
        (another, tracing::subscriber::set_default(subscriber))
    }

    fn count(&self, words: &str) -> usize {
        String::from_utf8_lossy(&self.0.lock())
            .matches(words)
            .count()
    }
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0.lock()))
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_commit_that_hangs_says_so_until_it_ends() {
    let bench = Bench::new(JournalLimits {
        commit_stall: Duration::from_millis(5),
        ..quick()
    })
    .await;
    let doc = bench.create("a").await;
    let held = bench.hold(doc).await;
    bench
        .until_health(|health| {
            matches!(
                health,
                StorageHealth::Away {
                    cause: AwayCause::Stalled,
                    ..
                }
            )
        })
        .await;
    let mut refused = bench.submit(doc, "refused");
    assert!(matches!(
        refused.try_recv(),
        Ok(Err(StoreError::Unavailable(_)))
    ));
    bench.store.release(1);
    answer(held).await.expect("committed after all");
    bench.until_health(|health| !health.is_away()).await;
    assert_eq!(bench.stored("a").await, ["held"]);
}

/// Whether the failure concerns everybody, as after a lock that was waited for in vain, or one room alone.
#[tokio::test]
async fn a_commit_that_hung_and_then_failed_does_not_say_that_storage_is_back() {
    let failures = [
        StoreError::Busy("a lock was waited for in vain".into()),
        StoreError::Rejected("not this one".into()),
    ];
    for failure in failures {
        let log = Log::default();
        let _listening = log.listen();
        let bench = Bench::new(JournalLimits {
            commit_stall: Duration::from_millis(5),
            ..quick()
        })
        .await;
        let doc = bench.create("a").await;
        let tried = bench.store.writes_tried();
        bench
            .store
            .next_write(Fault::HeldThenRefuse(failure.clone()));
        let refusing = StoreError::Unavailable("not yet".into());
        bench.store.every_write(Some(Fault::Refuse(refusing)));
        let held = bench.submit(doc, "held");
        bench.until_health(StorageHealth::is_away).await;
        bench.store.release(1);
        let failed = answer(held).await.expect_err("it failed");
        assert_eq!(failed.code(), failure.code());
        // The commit, and two probes that were refused.
        bench.until_tried(tried + 3).await;
        assert!(bench.journal.health().borrow().is_away());
        assert_eq!(log.count("storage is back"), 0, "{log:?}");
        bench.store.every_write(None);
        bench.until_health(|health| !health.is_away()).await;
        assert_eq!(log.count("storage is back"), 1, "{log:?}");
        answer(bench.submit(doc, "next")).await.expect("committed");
        assert_eq!(bench.stored("a").await, ["next"]);
    }
}

/// Storage answered one room with a refusal after it had hung; the other room's commit shows that it is back.
#[tokio::test]
async fn a_commit_after_one_that_hung_says_that_storage_is_back() {
    let bench = Bench::new(JournalLimits {
        commit_stall: Duration::from_millis(5),
        probe_delay_min: Duration::from_secs(3_600),
        probe_delay_max: Duration::from_secs(3_600),
        ..quick()
    })
    .await;
    let (a, b) = (bench.create("a").await, bench.create("b").await);
    bench
        .store
        .next_write(Fault::HeldThenRefuse(StoreError::ClaimTaken));
    bench
        .store
        .every_write(Some(Fault::RefuseDocument(b, StoreError::ClaimTaken)));
    let tried = bench.store.writes_tried();
    // Together, since the journal has had no turn in between.
    let [good, refused] = [a, b].map(|doc| bench.submit(doc, "second"));
    bench.until_tried(tried + 1).await;
    bench.until_health(StorageHealth::is_away).await;
    bench.store.release(1);
    answer(good).await.expect("committed");
    let refused = answer(refused).await;
    assert!(
        matches!(refused, Err(StoreError::ClaimTaken)),
        "{refused:?}"
    );
    assert_eq!(bench.store.writes_tried(), tried + 3);
    // No probe would say so for an hour.
    bench.until_health(|health| !health.is_away()).await;
}
