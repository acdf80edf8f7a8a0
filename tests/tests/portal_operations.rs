//! What an operator does with what a portal keeps: moving it, so that members, policies and ledgers arrive as they were,
//! and verifying a ledger.

use std::path::Path;
use std::process::{Command, Output};

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use consilium_server::community::ledger::{Chain, Sealed};
use consilium_server::community::wording::Language;
use consilium_server::store::communities::{
    Actor, CommunityStore, Founding, NewDocument, NewInvitation,
};
use consilium_server::store::people::SecretHash;
use consilium_server::store::portable::{MovedStore, PortableStore};
use consilium_server::store::portal_ids::{AccountId, CommunityId, InvitationId};
use consilium_server::store::sqlite::PortableSqlite;
use consilium_server::store::{PostgresStore, SqliteStore, Store};
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::postgres_process::PostgresProcess;
use consilium_tests::server_process::{ServerOptions, ServerProcess, binary};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

const NOW_MS: i64 = 1_790_000_000_000;

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a name")
}

fn migrate(from: &str, to: &str) -> Output {
    Command::new(binary())
        .args(["migrate-store", from, to])
        .output()
        .expect("run the binary")
}

fn sqlite_url(dir: &Path) -> String {
    format!("sqlite:{}", dir.display())
}

/// Beside the store: accounts are another trait's business.
async fn execute(directory: &Path, sql: &'static str, account: AccountId, text: &str) {
    let options = SqliteConnectOptions::new().filename(directory.join("consilium.db"));
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("connect");
    sqlx::query(sql)
        .bind(account.as_bytes().to_vec())
        .bind(text.to_owned())
        .execute(&mut connection)
        .await
        .expect("execute");
    connection.close().await.expect("close");
}

/// As the owner of the file can.
async fn tamper(directory: &Path, sql: &'static str) {
    let options = SqliteConnectOptions::new().filename(directory.join("consilium.db"));
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("connect");
    sqlx::query(sql)
        .execute(&mut connection)
        .await
        .expect("the owner of the file may");
    connection.close().await.expect("close");
}

async fn account(directory: &Path, name: &str) -> AccountId {
    let account = AccountId::new();
    let sql = "INSERT INTO accounts (id, email, email_folded, name, created_at_ms) VALUES (?1, ?2, ?2, ?2, 0)";
    execute(directory, sql, account, name).await;
    account
}

/// A community with a leader, a guest who was granted one document, and a ledger of all that.
async fn fill(directory: &Path) -> (CommunityId, AccountId, AccountId) {
    let store = SqliteStore::open(directory).await.expect("open");
    let leader = account(directory, "Ärztin").await;
    let guest = account(directory, "guest").await;
    let id = CommunityId::new();
    let by = |account| Actor {
        account,
        at_ms: NOW_MS,
    };
    let founding = Founding {
        id,
        name: "Größe".to_owned(),
        description: "Zwei\nZeilen".to_owned(),
        accent: "#186a58".to_owned(),
        default_privacy: Privacy::Community,
        language: Language::German,
        first_document: NewDocument {
            name: name("first"),
            title: "Erstes".to_owned(),
            privacy: None,
        },
    };
    store
        .found_community(by(leader), &founding)
        .await
        .expect("found");
    let secret = SecretHash([7; 32]);
    let invitation = NewInvitation {
        id: InvitationId::new(),
        role: Role::Guest,
        secret,
        expires_at_ms: NOW_MS + 1_000,
        uses_max: Some(3),
    };
    let invited = store.invite(by(leader), id, &invitation).await;
    invited.expect("invite").expect("leaders may");
    let joined = store.join(by(guest), &secret).await;
    joined.expect("join").expect("invited");
    let granted = store
        .grant(by(leader), &name("first"), guest, Access::Read.into())
        .await;
    granted.expect("grant").expect("leaders may");
    store.close().await;
    (id, leader, guest)
}

async fn ledger(store: &dyn CommunityStore, id: CommunityId) -> Vec<Sealed> {
    let entries = store.sealed_entries(id, 0, 100).await.expect("read");
    entries.expect("the community exists")
}

async fn digest(directory: &Path) -> String {
    let mut store = PortableSqlite::source(directory).await.expect("open");
    let portal = store.portal().await.expect("read the portal");
    assert!(portal.rows() >= 10, "{} rows", portal.rows());
    portal.digest().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn communities_move_to_a_cluster_and_back_with_every_hash_of_their_ledger() {
    let source = TempDir::new().expect("a directory");
    let (id, leader, guest) = fill(source.path()).await;
    let before = digest(source.path()).await;
    let store = SqliteStore::open(source.path()).await.expect("open");
    let entries = ledger(&store, id).await;
    store.close().await;

    let url = PostgresProcess::shared().new_database().await;
    let moved = migrate(&sqlite_url(source.path()), &url);
    assert!(moved.status.success(), "{moved:?}");
    let address = url.parse().expect("an address");
    let store = PostgresStore::open(&address, MovedStore::Refused)
        .await
        .expect("open");
    let arrived = ledger(&store, id).await;
    assert_eq!(arrived, entries);
    let mut chain = Chain::EMPTY;
    for entry in &arrived {
        chain.follow(entry).expect("unbroken");
    }
    for (account, expected) in [(leader, Access::Write), (guest, Access::Read)] {
        let standing = store
            .document_standing(account, &name("first"), NOW_MS)
            .await;
        let standing = standing.expect("read").expect("it has a policy");
        assert_eq!(standing.access(), expected);
    }
    store.close().await;

    let back = TempDir::new().expect("a directory");
    let returned = migrate(&url, &sqlite_url(back.path()));
    assert!(returned.status.success(), "{returned:?}");
    assert_eq!(digest(back.path()).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_with_accounts_but_no_documents_is_not_empty() {
    let source = TempDir::new().expect("a directory");
    fill(source.path()).await;
    let target = TempDir::new().expect("a directory");
    let store = SqliteStore::open(target.path()).await.expect("open");
    account(target.path(), "somebody").await;
    store.close().await;
    let refused = migrate(&sqlite_url(source.path()), &sqlite_url(target.path()));
    assert!(!refused.status.success());
    let text = String::from_utf8_lossy(&refused.stderr);
    assert!(text.contains("give an empty"), "{text}");
}

fn verify(directory: &Path, id: CommunityId) -> Output {
    Command::new(binary())
        .args(["ledger", "verify", "--community", &id.to_string()])
        .arg("--data-dir")
        .arg(directory)
        .output()
        .expect("run the binary")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_is_verified_beside_whoever_serves_it_and_a_forged_entry_is_named() {
    let directory = TempDir::new().expect("a directory");
    let (id, ..) = fill(directory.path()).await;
    let serving = SqliteStore::open(directory.path()).await.expect("open");
    let entries = ledger(&serving, id).await;
    let whole = verify(directory.path(), id);
    let said = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert!(whole.status.success(), "{whole:?}");
    let last = entries.last().expect("there are some");
    assert!(
        said.contains(&format!("{} entries", entries.len()))
            && said.contains(&last.hash.to_string()),
        "{said}"
    );
    let unknown = verify(directory.path(), CommunityId::new());
    assert_eq!(unknown.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no community"));

    for sql in [
        "DROP TRIGGER ledger_is_not_changed",
        "UPDATE ledger SET actor = NULL WHERE seq = 3",
    ] {
        tamper(directory.path(), sql).await;
    }
    let forged = verify(directory.path(), id);
    assert_eq!(forged.status.code(), Some(1));
    let said = String::from_utf8_lossy(&forged.stderr).into_owned();
    assert!(said.contains("entry 3 is not what was written"), "{said}");
    serving.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_verifies_the_ledger_of_the_archive_that_they_took_away() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let leader = Person::made_by_the_operator(&server, store, "Ada Leader").await;
    let community = leader.found("Panel").await;
    let member = leader.invite(&community, "member").await;
    let member = Person::invited(&server, &member, "Bert Member").await;
    let (status, archive) = member
        .bytes(&format!("/communities/{community}/archive"))
        .await;
    assert!(status.is_success(), "{status}");

    let directory = TempDir::new().expect("a directory");
    let file = directory.path().join("panel.zip");
    let verified = |content: &[u8]| {
        std::fs::write(&file, content).expect("write the archive");
        Command::new(binary())
            .args(["ledger", "verify", "--archive"])
            .arg(&file)
            .output()
            .expect("run the binary")
    };
    let whole = verified(&archive);
    let said = String::from_utf8_lossy(&whole.stdout).into_owned();
    assert!(whole.status.success(), "{whole:?}");
    assert!(
        said.contains(&community) && said.contains("unbroken"),
        "{said}"
    );
    let cut = verified(&archive[..archive.len() / 2]);
    assert_eq!(cut.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&cut.stderr).contains("no archive of a community"));
}
