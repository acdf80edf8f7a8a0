//! The contract of communities over a real PostgreSQL, and a ledger that nobody can change.

use std::sync::Arc;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;
use consilium_server::store::communities::CommunityStore;
use consilium_server::store::contract::branches::BranchFactory;
use consilium_server::store::contract::communities::CommunityFactory;
use consilium_server::store::contract::joining::JoiningFactory;
use consilium_server::store::joining::JoiningStore;
use consilium_server::store::portable::MovedStore;
use consilium_server::store::portal_ids::AccountId;
use consilium_server::store::{PostgresStore, Store};
use consilium_tests::postgres_process::PostgresProcess;
use sqlx::{Connection, Row};

/// A database of its own and, beside the store, a connection for what belongs to others.
struct Portal {
    url: tokio::sync::OnceCell<String>,
}

impl Portal {
    fn new() -> Self {
        Self {
            url: tokio::sync::OnceCell::new(),
        }
    }

    async fn url(&self) -> &str {
        self.url
            .get_or_init(|| PostgresProcess::shared().new_database())
            .await
    }

    async fn open_postgres(&self) -> PostgresStore {
        let url = self.url().await.parse().expect("an address");
        PostgresStore::open(&url, MovedStore::Refused)
            .await
            .expect("open the store")
    }

    async fn execute(&self, sql: &'static str, account: AccountId, text: &str) {
        let mut connection = PostgresProcess::shared().connect(self.url().await).await;
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
        Arc::new(self.open_postgres().await)
    }

    async fn account(&self, name: &str) -> AccountId {
        let account = AccountId::new();
        let sql = "INSERT INTO accounts (id, email, email_folded, name, created_at_ms)
             VALUES ($1, $2 || '@example.org', $2 || '@example.org', $2, 0)";
        self.execute(sql, account, name).await;
        account
    }

    async fn lock(&self, account: AccountId) {
        let sql = "UPDATE accounts SET locked_at_ms = 1 WHERE id = $1 AND $2 = ''";
        self.execute(sql, account, "").await;
    }

    async fn bin(&self, name: &DocName) {
        let sql =
            "UPDATE documents SET deleted_at_ms = 1 WHERE name = $2 AND $1::bytea IS NOT NULL";
        self.execute(sql, AccountId::new(), name.as_str()).await;
    }
}

#[async_trait]
impl BranchFactory for Portal {
    async fn open_whole(&self) -> Arc<dyn Store> {
        Arc::new(self.open_postgres().await)
    }
}

#[async_trait]
impl JoiningFactory for Portal {
    async fn joining(&self) -> Arc<dyn JoiningStore> {
        Arc::new(self.open_postgres().await)
    }
}

consilium_server::community_contract!(Portal::new());
consilium_server::branch_contract!(Portal::new());
consilium_server::left_behind_contract!(Portal::new());
consilium_server::question_contract!(Portal::new());

mod catching_up {
    use super::Portal;

    consilium_server::catching_up_contract!(Portal::new());
}

mod governance {
    use super::Portal;

    consilium_server::governance_contract!(Portal::new());
}

mod for_good {
    use super::Portal;

    consilium_server::for_good_contract!(Portal::new());
}

mod password_links {
    use super::Portal;

    consilium_server::password_link_contract!(Portal::new());
}

mod publications {
    use super::Portal;

    consilium_server::publication_contract!(Portal::new());
}

mod rounds {
    use super::Portal;

    consilium_server::round_contract!(Portal::new());
}

mod stepping_back {
    use super::Portal;

    consilium_server::stepping_back_contract!(Portal::new());
}

mod interests {
    use super::Portal;

    consilium_server::interest_contract!(Portal::new());
}

mod meetings {
    use super::Portal;

    consilium_server::meeting_contract!(Portal::new());
}

mod looks {
    use super::Portal;

    consilium_server::look_contract!(Portal::new());
}

mod names {
    use super::Portal;

    consilium_server::name_contract!(Portal::new());
}

mod taken_away {
    use super::Portal;

    consilium_server::taken_away_contract!(Portal::new());
}

mod joining {
    use super::Portal;

    consilium_server::joining_contract!(Portal::new());
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_empty_the_ledger() {
    let portal = Portal::new();
    let store = portal.open_postgres().await;
    let mut connection = PostgresProcess::shared().connect(portal.url().await).await;
    for sql in [
        "UPDATE ledger SET at_ms = 0",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
    ] {
        let refused = sqlx::query(sql)
            .execute(&mut connection)
            .await
            .expect_err("the ledger is kept");
        assert!(refused.to_string().contains("the ledger is"), "{refused}");
    }
    let count = sqlx::query("SELECT count(*) FROM ledger")
        .fetch_one(&mut connection)
        .await
        .expect("count");
    assert_eq!(count.get::<i64, _>(0), 0);
    consilium_server::store::Store::close(&store).await;
}

/// PostgreSQL keeps with each row the transaction that wrote it; "has voted" is written by the same one.
#[tokio::test]
async fn no_row_of_a_box_is_told_from_the_others_by_its_transaction() {
    use consilium_server::store::contract::meetings;

    let portal = Portal::new();
    let meeting = meetings::with_three_ballots(&portal).await;
    let mut connection = PostgresProcess::shared().connect(portal.url().await).await;
    let row = sqlx::query(
        "SELECT count(*), count(DISTINCT xmin::text), bool_or(xmin::text IN
             (SELECT e.xmin::text FROM meeting_events e WHERE e.meeting = b.meeting AND e.version < (
                 SELECT max(version) FROM meeting_events m WHERE m.meeting = b.meeting)))
         FROM meeting_boxes b WHERE meeting = $1",
    )
    .bind(meeting.as_bytes().to_vec())
    .fetch_one(&mut connection)
    .await
    .expect("look into the box");
    assert_eq!(row.get::<i64, _>(0), 3);
    assert_eq!(row.get::<i64, _>(1), 1, "all were written at once");
    assert!(!row.get::<bool, _>(2), "the last ballot wrote all of them");
}
