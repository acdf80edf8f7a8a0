//! What is SQLite's own about searching: what goes with a policy, and what the index takes.

use sqlx::sqlite::SqliteConnection;

use super::*;
use crate::store::contract::search::filled;

async fn number(connection: &mut SqliteConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql)
        .fetch_one(connection)
        .await
        .expect("a number")
}

async fn beside(directory: &InTempDir) -> SqliteConnection {
    connect_options(&directory.0.path().join(files::DATABASE_FILE))
        .foreign_keys(true)
        .connect()
        .await
        .expect("connect")
}

#[tokio::test]
async fn what_is_searched_goes_with_the_policy_of_its_document() {
    let directory = InTempDir::new();
    filled(&directory, 3).await;
    let mut connection = beside(&directory).await;
    let texts = "SELECT count(*) FROM search_texts";
    let words = "SELECT count(*) FROM search_words WHERE search_words MATCH '\"document\"'";
    assert_eq!(number(&mut connection, texts).await, 3);
    assert_eq!(number(&mut connection, words).await, 3);
    sqlx::query("DELETE FROM document_policies WHERE doc = (SELECT max(doc) FROM search_texts)")
        .execute(&mut connection)
        .await
        .expect("delete a policy");
    assert_eq!(number(&mut connection, texts).await, 2);
    assert_eq!(number(&mut connection, words).await, 2);
    connection.close().await.expect("close");
}

/// And says what it takes, for ADR-0023.
#[tokio::test]
async fn the_index_takes_less_than_the_text() {
    let directory = InTempDir::new();
    let bytes = filled(&directory, 300).await;
    let mut connection = beside(&directory).await;
    let index = number(
        &mut connection,
        "SELECT sum(length(block)) FROM search_words_data",
    )
    .await;
    let share = index as f64 / bytes as f64;
    println!("{bytes} bytes of text: {index} of index, {share:.2} for each");
    assert!(share < 1.0, "{share}");
    connection.close().await.expect("close");
}
