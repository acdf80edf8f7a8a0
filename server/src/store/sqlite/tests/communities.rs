//! The contract of communities over SQLite, and a ledger that somebody tampered with.

use consilium_protocol::ids::DocName;

use super::*;
use crate::store::communities::CommunityStore;
use crate::store::contract::branches::BranchFactory;
use crate::store::contract::communities::CommunityFactory;
use crate::store::contract::joining::JoiningFactory;
use crate::store::joining::JoiningStore;
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

#[async_trait]
impl BranchFactory for Portal {
    async fn open_whole(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(self.0.path()).await.expect("open"))
    }
}

#[async_trait]
impl JoiningFactory for Portal {
    async fn joining(&self) -> Arc<dyn JoiningStore> {
        Arc::new(SqliteStore::open(self.0.path()).await.expect("open"))
    }
}

crate::community_contract!(Portal::new());
crate::branch_contract!(Portal::new());
crate::left_behind_contract!(Portal::new());
crate::question_contract!(Portal::new());

mod catching_up {
    use super::Portal;

    crate::catching_up_contract!(Portal::new());
}

mod governance {
    use super::Portal;

    crate::governance_contract!(Portal::new());
}

mod for_good {
    use super::Portal;

    crate::for_good_contract!(Portal::new());
}

mod password_links {
    use super::Portal;

    crate::password_link_contract!(Portal::new());
}

mod stepping_back {
    use super::Portal;

    crate::stepping_back_contract!(Portal::new());
}

mod publications {
    use super::Portal;

    crate::publication_contract!(Portal::new());
}

mod rounds {
    use super::Portal;

    crate::round_contract!(Portal::new());
}

mod interests {
    use super::Portal;

    crate::interest_contract!(Portal::new());
}

mod meetings {
    use super::Portal;

    crate::meeting_contract!(Portal::new());
}

mod looks {
    use super::Portal;

    crate::look_contract!(Portal::new());
}

mod names {
    use super::Portal;

    crate::name_contract!(Portal::new());
}

mod taken_away {
    use super::Portal;

    crate::taken_away_contract!(Portal::new());
}

mod joining {
    use super::Portal;

    crate::joining_contract!(Portal::new());
}

async fn founded(portal: &Portal) -> (SqliteStore, crate::store::portal_ids::CommunityId) {
    use crate::store::communities::{Actor, Founding, NewDocument};
    let store = SqliteStore::open(portal.0.path()).await.expect("open");
    let account = portal.account("founder").await;
    let founding = Founding {
        id: crate::store::portal_ids::CommunityId::new(),
        name: "Founded".to_owned(),
        description: String::new(),
        accent: "#000000".to_owned(),
        default_privacy: consilium_model::access::Privacy::Community,
        language: crate::community::wording::Language::English,
        first_document: NewDocument {
            name: name("first"),
            title: "First".to_owned(),
            privacy: None,
        },
    };
    let by = Actor {
        account,
        at_ms: NOW_MS,
    };
    store.found_community(by, &founding).await.expect("found");
    (store, founding.id)
}

#[tokio::test]
async fn the_ledger_is_neither_changed_nor_deleted_and_whoever_forces_it_is_found_out() {
    use crate::community::ledger::{Broken, Chain};
    let portal = Portal::new();
    let (store, id) = founded(&portal).await;
    let path = portal.0.path().join(files::DATABASE_FILE);
    let mut connection = connect_options(&path).connect().await.expect("connect");
    for sql in ["UPDATE ledger SET at_ms = 0", "DELETE FROM ledger"] {
        let refused = sqlx::query(sql)
            .execute(&mut connection)
            .await
            .expect_err("the ledger is kept");
        assert!(refused.to_string().contains("the ledger is"), "{refused}");
    }
    let verify = async || {
        let entries = store.sealed_entries(id, 0, 10).await.expect("read");
        let mut chain = Chain::EMPTY;
        let entries = entries.expect("the community exists");
        entries.iter().try_for_each(|entry| chain.follow(entry))?;
        Ok(chain.seq)
    };
    assert_eq!(verify().await, Ok(2));
    // Whoever owns the file can do anything to it, but not unnoticed.
    for sql in [
        "DROP TRIGGER ledger_is_not_changed",
        "UPDATE ledger SET detail = replace(detail, 'community', 'portal') WHERE seq = 2",
    ] {
        sqlx::query(sql)
            .execute(&mut connection)
            .await
            .expect("the owner of the file");
    }
    assert_eq!(verify().await, Err(Broken::Hash { seq: 2 }));
    connection.close().await.expect("close");
}

#[tokio::test]
async fn a_command_opens_a_store_beside_the_server_that_runs_on_it() {
    let portal = Portal::new();
    let error = SqliteStore::open_beside(portal.0.path()).await;
    assert!(matches!(error, Err(StoreError::Rejected(_))), "no store");
    let (server, id) = founded(&portal).await;
    let beside = SqliteStore::open_beside(portal.0.path())
        .await
        .expect("open beside");
    assert_eq!(beside.id(), server.id());
    let entries = beside.sealed_entries(id, 0, 10).await.expect("read");
    assert_eq!(entries.expect("exists").len(), 2);
    beside.close().await;
    let still = SqliteStore::open(portal.0.path()).await;
    assert!(
        matches!(still, Err(StoreError::InUse(_))),
        "the server keeps its lock"
    );
    server.close().await;
    let alone = SqliteStore::open_beside(portal.0.path())
        .await
        .expect("open alone");
    alone.close().await;
}
