//! What somebody may do with a document, found out by trying: on every kind of socket, and over REST.

use consilium_protocol::ids::Access;
use reqwest::{Method, StatusCode};
use yrs::{Doc, ReadTxn, StateVector, Text, Transact};

use crate::client::{Client, ClientOptions, Dialect};
use crate::portal::Person;
use crate::server_process::ServerProcess;
use crate::socket::{ConnectError, RawSocket};

/// What a socket of this kind lets somebody do. Who may write has written.
///
/// # Panics
/// When nothing becomes of it in time.
pub async fn on_socket(
    server: &ServerProcess,
    doc: &str,
    dialect: Dialect,
    who: &Person,
) -> Access {
    let token = who.token().await;
    if dialect == Dialect::Plain {
        let path = format!("/yjs/{doc}?token={token}");
        if let Err(ConnectError::Refused(403)) = RawSocket::connect(server.address(), &path).await {
            return Access::None;
        }
    }
    let options = ClientOptions::new(server.address(), doc, dialect).token(&token);
    let client = Client::start(options);
    client
        .until("let in or denied", |replica| {
            replica.is_synced() || replica.denied().is_some()
        })
        .await;
    if client.replica().denied().is_some() {
        return Access::None;
    }
    client.type_marker(&format!("[{dialect:?} {}]", who.id), 0);
    client
        .until("taken or refused", |replica| {
            replica.is_settled()
                || !replica.rejections().is_empty()
                || replica.refused_statuses() > 0
                || replica.denied().is_some()
        })
        .await;
    if client.replica().acknowledged().is_empty() {
        Access::Read
    } else {
        Access::Write
    }
}

/// What REST lets somebody do, with an edit of this client of theirs, which nobody else has.
///
/// # Panics
/// When reading and writing do not fit together.
pub async fn over_rest(doc: &str, who: &Person, client: u64) -> Access {
    let name = doc.replace('/', "%2F");
    let read = who.update(Method::GET, &name, Vec::new()).await;
    let edit = {
        let doc = Doc::with_client_id(client);
        let text = doc.get_or_insert_text("text");
        text.push(&mut doc.transact_mut(), "x");
        doc.transact()
            .encode_state_as_update_v1(&StateVector::default())
    };
    let written = who.update(Method::POST, &name, edit).await;
    match (read, written) {
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND) => Access::None,
        (StatusCode::OK, StatusCode::FORBIDDEN) => Access::Read,
        (StatusCode::OK, StatusCode::NO_CONTENT) => Access::Write,
        other => panic!("{doc}: {other:?}"),
    }
}
