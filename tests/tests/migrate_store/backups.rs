//! Backups beside a move: of a cluster for one machine, of a store that was moved away, and of half a store.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_cluster_is_restored_on_one_machine() {
    let postgres = PostgresProcess::shared();
    let url = postgres.new_database().await;
    let node = Arc::new(open_postgres(&url).await.expect("open"));
    fill(&*node, 6).await;
    let shelf = TempDir::new().expect("a directory");
    let path = |name: &str| -> PathBuf { shelf.path().join(name) };

    // While others write, and by both ways.
    let writer = tokio::spawn({
        let node = Arc::clone(&node);
        async move {
            let doc = fill_document(&*node, "written meanwhile", 1).await;
            for n in 0..50 {
                let row = Append {
                    doc,
                    update: Bytes::from(format!("{n}")),
                    author: None,
                    claims: Vec::new(),
                    at_ms: NOW_MS,
                };
                node.append(&[row]).await.expect("append");
            }
        }
    });
    let before = node.load(&name("large")).await.expect("load");
    backup::backup(&*node, &path("by the node"))
        .await
        .expect("back up");
    writer.await.expect("the writer was not disturbed");
    let output = Command::new(binary())
        .args(["backup", "--to"])
        .arg(path("by the command"))
        .env("CONSILIUM_DATABASE_URL", &url)
        .output()
        .expect("run the binary");
    assert!(output.status.success(), "{output:?}");
    let expected = contents(&*node).await;
    let people_before = people(&*node).await;
    node.close().await;

    let restored = backup::restore(&path("by the node"), &path("one"), backup::Damaged::Refuse)
        .await
        .expect("restore");
    assert!(restored.verified.documents >= 9, "{restored:?}");
    let one = SqliteStore::open(&path("one")).await.expect("open");
    let large = one
        .load(&name("large"))
        .await
        .expect("load")
        .expect("there");
    let before = before.expect("it exists");
    assert_ne!(large.record.lineage, before.record.lineage, "D15");
    assert_eq!(large.snapshots, before.snapshots);
    assert_eq!(large.tail.len(), before.tail.len());
    one.close().await;

    backup::restore(
        &path("by the command"),
        &path("two"),
        backup::Damaged::Refuse,
    )
    .await
    .expect("restore");
    let two = SqliteStore::open(&path("two")).await.expect("open");
    let mut found = contents(&two).await;
    for (document, original) in found.iter_mut().zip(&expected) {
        document.record.lineage = original.record.lineage;
    }
    assert_eq!(found, expected);
    let restored = people(&two).await;
    assert_eq!(restored.accounts, people_before.accounts);
    // What was ended after the backup was made must not live again.
    assert!(restored.session.is_none() && restored.link_of.is_none());
    assert_ne!(restored.key, people_before.key);
    two.close().await;
    let mut portable = PortableSqlite::source(&path("two")).await.expect("open");
    assert_eq!(digests(&mut portable).await.len(), expected.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_store_that_was_moved_is_a_store_of_its_own_but_half_a_store_is_none() {
    let postgres = PostgresProcess::shared();
    let source = filled_directory(1).await;
    let url = postgres.new_database().await;
    let shelf = TempDir::new().expect("a directory");
    digest_in(&run(&sqlite_url(source.path()), &url));
    backup::backup_data_dir(source.path(), &shelf.path().join("left"))
        .await
        .expect("back up");
    let data_dir = shelf.path().join("restored");
    backup::restore(
        &shelf.path().join("left"),
        &data_dir,
        backup::Damaged::Refuse,
    )
    .await
    .expect("restore");
    assert!(
        may_be_served_sqlite(&data_dir).await,
        "a copy that somebody chose to make"
    );

    let half = TempDir::new().expect("a directory");
    let mut target = PortableSqlite::target(half.path()).await.expect("open");
    let mut marks = target.marks().await.expect("marks");
    marks.moved_in = Some(MovedIn {
        move_id: uuid_of(1),
        from: uuid_of(2),
        digest: None,
    });
    target.set_marks(&marks).await.expect("mark");
    target.close().await.expect("close");
    assert!(!may_be_served_sqlite(half.path()).await);
    backup::backup_data_dir(half.path(), &shelf.path().join("half"))
        .await
        .expect("back up");
    let refused = backup::restore(
        &shelf.path().join("half"),
        &shelf.path().join("no"),
        backup::Damaged::Refuse,
    )
    .await;
    assert!(
        matches!(refused, Err(StoreError::Rejected(_))),
        "{refused:?}"
    );
}
