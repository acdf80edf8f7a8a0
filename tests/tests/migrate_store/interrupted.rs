//! A move that ends after any of its writes: running it again ends in the same, and at no instant could both stores be
//! served.

use super::*;

/// Wherever a move is interrupted, running it again ends in the same, and there is no instant at which both stores
/// could be served. The interruptions here are exact: after each single write of either store.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_interruption_leaves_two_stores_that_can_be_served() {
    let postgres = PostgresProcess::shared();
    let mut interrupted_at = 0;
    loop {
        let source_dir = filled_directory(2).await;
        let id = {
            let mut source = PortableSqlite::source(source_dir.path())
                .await
                .expect("open");
            let marks = source.marks().await.expect("marks");
            source.close().await.expect("close");
            marks.store_id.expect("an identity")
        };
        let url = postgres.new_database().await;
        let budget = Arc::new(std::sync::atomic::AtomicUsize::new(interrupted_at));
        let finished = {
            let mut source = Interrupted {
                inner: PortableSqlite::source(source_dir.path())
                    .await
                    .expect("open"),
                budget: Arc::clone(&budget),
            };
            let mut target = Interrupted {
                inner: PortablePostgres::target(&url.parse().expect("an address"))
                    .await
                    .expect("open"),
                budget,
            };
            move_store(&mut source, &mut target, "there", NOW_MS, &mut |_| ())
                .await
                .is_ok()
        };
        // An empty database may be served by whoever likes; what counts is the community.
        let target = open_postgres_patiently(&url).await;
        let in_target = target.as_ref().is_ok_and(|store| store.id() == id);
        if let Ok(target) = target {
            target.close().await;
        }
        let served = [may_be_served_sqlite(source_dir.path()).await, in_target];
        let expected: &[[bool; 2]] = if finished {
            &[[false, true]]
        } else {
            &[[true, false], [false, false]]
        };
        assert!(
            expected.contains(&served),
            "after {interrupted_at} writes: {served:?}"
        );
        digest_in_or_done(&run(&sqlite_url(source_dir.path()), &url));
        assert!(!may_be_served_sqlite(source_dir.path()).await);
        let target = open_postgres_patiently(&url)
            .await
            .expect("the target is served");
        assert_eq!(contents(&target).await.len(), 5);
        target.close().await;
        if finished {
            break;
        }
        interrupted_at += 1;
    }
    println!("interrupted after each of {interrupted_at} writes");
    assert!(interrupted_at >= 7, "a mark, five documents, two marks");
}

/// A store whose process dies after so many writes of both stores together.
struct Interrupted<S> {
    inner: S,
    budget: Arc<std::sync::atomic::AtomicUsize>,
}

impl<S> Interrupted<S> {
    fn spend(&self) -> Result<(), StoreError> {
        use std::sync::atomic::Ordering;
        self.budget
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            })
            .map(|_| ())
            .map_err(|_| StoreError::Unavailable("interrupted".into()))
    }
}

#[async_trait::async_trait]
impl<S: PortableStore> PortableStore for Interrupted<S> {
    async fn count(&mut self) -> Result<u64, StoreError> {
        self.inner.count().await
    }

    async fn names_after(
        &mut self,
        after: Option<&DocName>,
        count: u32,
    ) -> Result<Vec<DocName>, StoreError> {
        self.inner.names_after(after, count).await
    }

    async fn read(&mut self, name: &DocName) -> Result<Option<PortableDocument>, StoreError> {
        self.inner.read(name).await
    }

    async fn write(&mut self, document: &PortableDocument) -> Result<(), StoreError> {
        self.spend()?;
        self.inner.write(document).await
    }

    async fn portal(&mut self) -> Result<PortablePortal, StoreError> {
        self.inner.portal().await
    }

    async fn write_portal(&mut self, portal: &PortablePortal) -> Result<(), StoreError> {
        self.spend()?;
        self.inner.write_portal(portal).await
    }

    async fn marks(&mut self) -> Result<Marks, StoreError> {
        self.inner.marks().await
    }

    async fn set_marks(&mut self, marks: &Marks) -> Result<(), StoreError> {
        self.spend()?;
        self.inner.set_marks(marks).await
    }
}

/// PostgreSQL notices a moment later that whoever had the store alone is gone.
async fn open_postgres_patiently(url: &str) -> Result<PostgresStore, StoreError> {
    eventually("the database is let go", async || {
        match open_postgres(url).await {
            Err(StoreError::Busy(_)) => None,
            other => Some(other),
        }
    })
    .await
}

fn digest_in_or_done(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    if !text.contains("finished before") {
        digest_in(output);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_changed_in_between_stops_the_move_by_name() {
    let postgres = PostgresProcess::shared();
    let source = filled_directory(3).await;
    let from = sqlite_url(source.path());
    // Begin, and be interrupted at once: the target is marked and holds a document or two.
    let url = postgres.new_database().await;
    {
        let mut alone = PortableSqlite::source(source.path()).await.expect("open");
        let mut target = Interrupted {
            inner: PortablePostgres::target(&url.parse().expect("an address"))
                .await
                .expect("open"),
            budget: Arc::new(std::sync::atomic::AtomicUsize::new(3)),
        };
        move_store(&mut alone, &mut target, "there", NOW_MS, &mut |_| ())
            .await
            .expect_err("interrupted");
    }
    postgres
        .execute(
            &url,
            "UPDATE documents SET title = 'changed' WHERE name = 'document 0000'",
        )
        .await;
    let text = eventually("the database is let go", async || {
        let text = complaint(&run(&from, &url));
        (!text.contains("are serving")).then_some(text)
    })
    .await;
    assert!(
        text.contains("document document 0000 is in the target already, but is not the same")
            && text.contains("Empty the target"),
        "{text}"
    );
    // Put right again, but with one more than there should be.
    postgres
        .execute(
            &url,
            "DELETE FROM journal; DELETE FROM client_owners; DELETE FROM snapshots; DELETE FROM quarantine;
             DELETE FROM contributions; DELETE FROM versions; DELETE FROM version_states; DELETE FROM documents;
             INSERT INTO documents (name, lineage, created_at_ms, updated_at_ms)
             VALUES ('smuggled', decode(repeat('00', 16), 'hex'), 0, 0)",
        )
        .await;
    let text = complaint(&run(&from, &url));
    assert!(
        text.contains("document smuggled is in one of the stores only"),
        "{text}"
    );
    postgres
        .execute(
            &url,
            "DELETE FROM documents WHERE name = 'smuggled';
             INSERT INTO accounts (id, email, email_folded, name, created_at_ms)
             VALUES (decode(repeat('00', 16), 'hex'), 'eve@example.org', 'eve@example.org', 'Eve', 0)",
        )
        .await;
    let text = complaint(&run(&from, &url));
    assert!(
        text.contains(
            "what the target keeps of accounts and communities is not the same as in the source"
        ),
        "{text}"
    );
    postgres
        .execute(&url, "DELETE FROM accounts WHERE name = 'Eve'")
        .await;
    digest_in(&run(&from, &url));
}
