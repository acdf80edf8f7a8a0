//! The contract of communities over SQLite, and a ledger that somebody tampered with.

use consilium_protocol::ids::DocName;

use super::*;
use crate::store::communities::CommunityStore;
use crate::store::contract::communities::CommunityFactory;
use crate::store::portal_ids::AccountId;

/// A store and, beside it, a connection for what belongs to others.
struct Portal(TempDir);

impl Portal {
    fn new() -> Self {
        Self(TempDir::new().expect("a temporary directory"))
    }

    async fn execute(&self, sql: &'static str, account: AccountId, text: &str) {
        let mut connection = connect_options(&self.0.path().join(files::DATABASE_FILE))
            .connect()
            .await
            .expect("connect");
        let done = sqlx::query(sql)
            .bind(account.as_bytes().to_vec())
            .bind(text.to_owned())
            .execute(&mut connection)
            .await
            .expect("execute");
        assert_eq!(done.rows_affected(), 1);
        connection.close().await.expect("close");
    }
}

#[async_trait]
impl CommunityFactory for Portal {
    async fn open(&self) -> Arc<dyn CommunityStore> {
        Arc::new(SqliteStore::open(self.0.path()).await.expect("open"))
    }

    async fn account(&self, name: &str) -> AccountId {
        let account = AccountId::new();
        let sql = "INSERT INTO accounts (id, email, email_folded, name, created_at_ms)
             VALUES (?1, ?2 || '@example.org', ?2 || '@example.org', ?2, 0)";
        self.execute(sql, account, name).await;
        account
    }

    async fn lock(&self, account: AccountId) {
        let sql = "UPDATE accounts SET locked_at_ms = 1 WHERE id = ?1 AND ?2 = ''";
        self.execute(sql, account, "").await;
    }

    async fn bin(&self, name: &DocName) {
        let sql = "UPDATE documents SET deleted_at_ms = 1 WHERE name = ?2 AND ?1 IS NOT NULL";
        self.execute(sql, AccountId::new(), name.as_str()).await;
    }
}

crate::community_contract!(Portal::new());
