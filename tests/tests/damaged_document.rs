//! A document whose stored copy is damaged: it is closed to its members in words, and nobody's other documents suffer (I5).

use consilium_protocol::envelope::{ClientMessage, ServerMessage};
use consilium_protocol::sync::{EMPTY_STATE_VECTOR, SyncMessage};
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{Heard, RawSocket, extended_auth, stock_auth};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

const SOUND: &str = "sound";
const DAMAGED: &str = "damaged";

async fn damage(server: &ServerProcess) {
    let mut database = SqliteConnectOptions::new()
        .filename(server.data_dir().join("consilium.db"))
        .connect()
        .await
        .expect("open the database of a server that is down");
    let done = sqlx::query(
        "UPDATE journal SET update_v1 = x'00' WHERE doc = (SELECT id FROM documents WHERE name = ?)",
    )
    .bind(DAMAGED)
    .execute(&mut database)
    .await
    .expect("damage a document");
    assert!(done.rows_affected() > 0, "there was nothing to damage");
    database.close().await.expect("close the database");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_document_is_closed_and_others_on_the_same_connection_go_on() {
    let mut server = ServerProcess::start(ServerOptions::open());
    for doc in [SOUND, DAMAGED] {
        let options = ClientOptions::new(server.address(), doc, Dialect::Extended);
        let client = Client::synced(options).await;
        client.type_marker("[before]", 0);
        client.settled().await;
    }
    server.terminate();
    damage(&server).await;
    server.start_again();
    for auth in [stock_auth(""), extended_auth("", None)] {
        let mut socket = RawSocket::connect(server.address(), "/sync")
            .await
            .expect("connect");
        // More than once, as clients try again.
        for _ in 0..3 {
            assert!(socket.say(DAMAGED, auth.clone()).await);
            socket
                .until("the damaged document is closed", |doc, message| {
                    let is_closed =
                        matches!(message, ServerMessage::Close(reason) if reason == "internal");
                    (doc == DAMAGED && is_closed).then_some(())
                })
                .await;
        }
        assert!(socket.say(SOUND, auth).await);
        let step_one = SyncMessage::Step1(EMPTY_STATE_VECTOR.to_vec().into());
        assert!(socket.say(SOUND, ClientMessage::Sync(step_one)).await);
        socket
            .until("the sound document is read", |doc, message| {
                let is_read = matches!(message, ServerMessage::Sync(SyncMessage::Step2(_)));
                (doc == SOUND && is_read).then_some(())
            })
            .await;
    }
    // One document is all that such a socket has.
    let mut plain = RawSocket::connect(server.address(), &format!("/yjs/{DAMAGED}"))
        .await
        .expect("connect");
    while let Heard::Frame(_) = plain.hear().await {}
    let sound = Client::synced(ClientOptions::new(server.address(), SOUND, Dialect::Plain)).await;
    sound.shows("[before]").await;
}
