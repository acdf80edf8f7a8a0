//! Requests whose body comes slowly, or never: they keep nobody else waiting, and what counts is what their sender may do
//! when it has come.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use serde_json::json;
use tokio::sync::{Notify, mpsc};

use super::edge::{Answer, update};
use super::portal::{Person, Portal};
use crate::http::limits::{BODIES_AT_ONCE_MAX, JSON_BYTES_MAX, TURN_TIMEOUT};
use crate::store::PeopleStore;

/// The other side of a request's body.
struct Sending {
    pieces: mpsc::UnboundedSender<Bytes>,
    /// Told when whoever reads the body has taken all that was sent and waits for more.
    is_awaited: Arc<Notify>,
}

/// A request whose body is what the sender sends.
fn request(
    method: Method,
    path: &str,
    who: Option<&Person>,
    media_type: &str,
) -> (Request<Body>, Sending) {
    let (pieces, coming) = mpsc::unbounded_channel::<Bytes>();
    let is_awaited = Arc::new(Notify::new());
    let sending = Sending {
        pieces,
        is_awaited: is_awaited.clone(),
    };
    let coming = futures_util::stream::unfold(coming, move |mut coming| {
        let is_awaited = is_awaited.clone();
        async move {
            if coming.is_empty() {
                is_awaited.notify_one();
            }
            let piece = coming.recv().await?;
            Some((Ok::<_, Infallible>(piece), coming))
        }
    });
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::HOST, "127.0.0.1:8787")
        .header(header::CONTENT_TYPE, media_type);
    if let Some(who) = who {
        request = request.header(header::COOKIE, who.cookie.as_str());
    }
    (request.body(Body::from_stream(coming)).unwrap(), sending)
}

/// Sends all of a body but its end, does something, and sends the end.
async fn with_pause(
    portal: &Portal,
    (request, sending): (Request<Body>, Sending),
    body: &[u8],
    meanwhile: impl Future<Output = ()>,
) -> Answer {
    let (beginning, end) = body.split_at(body.len() - 1);
    sending
        .pieces
        .send(Bytes::copy_from_slice(beginning))
        .unwrap();
    let end = Bytes::copy_from_slice(end);
    let (answer, ()) = tokio::join!(portal.edge.ask(request), async {
        // By then it was asked who the request comes from, if that is asked first.
        sending.is_awaited.notified().await;
        meanwhile.await;
        sending.pieces.send(end).unwrap();
        drop(sending);
    });
    answer
}

#[tokio::test]
async fn half_sent_bodies_keep_nobody_waiting() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let mut held = Vec::new();
    for _ in 0..4 * BODIES_AT_ONCE_MAX {
        let (request, sending) = request(Method::POST, "/session", None, "application/json");
        sending.pieces.send(Bytes::from_static(b"{")).unwrap();
        let router = portal.edge.router.clone();
        tokio::spawn(tower::ServiceExt::oneshot(router, request));
        let read = tokio::time::timeout(TURN_TIMEOUT / 2, sending.is_awaited.notified()).await;
        read.expect("it waits for nobody's place");
        held.push(sending);
    }
    let renamed = portal.patch(&ann, "/account", json!({"name": "Anna"}));
    let answer = tokio::time::timeout(TURN_TIMEOUT / 2, renamed).await;
    assert_eq!(answer.expect("at once").status, StatusCode::OK);
}

/// What a large body begins with: more than those may hold who have no place.
const BEGINNING: &[u8] = &[0; JSON_BYTES_MAX + 1];

#[tokio::test]
async fn large_bodies_that_come_slowly_give_way_to_whoever_waits_and_to_nobody_else() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let name = portal
        .document(
            &ann,
            &community,
            json!({"title": "T", "template": "working-group"}),
        )
        .await;
    let path = format!("/docs/{name}/update");
    let large = || request(Method::POST, &path, Some(&ann), "application/octet-stream");
    let mut held = Vec::new();
    for _ in 0..BODIES_AT_ONCE_MAX {
        let (request, sending) = large();
        sending.pieces.send(Bytes::from_static(BEGINNING)).unwrap();
        let answer = tokio::spawn(tower::ServiceExt::oneshot(
            portal.edge.router.clone(),
            request,
        ));
        sending.is_awaited.notified().await;
        held.push((answer, sending));
    }
    // All places are taken, by those who send nothing more.
    let (request, sending) = large();
    sending.pieces.send(Bytes::from_static(BEGINNING)).unwrap();
    drop(sending.pieces);
    let answer = tokio::time::timeout(TURN_TIMEOUT / 2, portal.edge.ask(request)).await;
    let answer = answer.expect("it does not wait for who is slow");
    answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "malformed-update");
    // One made way for one.
    let gone = held
        .iter()
        .filter(|(answer, _)| answer.is_finished())
        .count();
    assert_eq!(gone, 1);
    let (answer, _) = held.swap_remove(
        held.iter()
            .position(|(answer, _)| answer.is_finished())
            .unwrap(),
    );
    assert_eq!(
        answer.await.unwrap().unwrap().status(),
        StatusCode::REQUEST_TIMEOUT
    );
}

#[tokio::test]
async fn who_was_signed_out_while_their_body_came_does_nothing() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let sessions = portal.edge.store.sessions(ann.account, 0).await.unwrap();
    let invitation = request(
        Method::POST,
        &format!("{community}/invitations"),
        Some(&ann),
        "application/json",
    );
    let body = br#"{"role":"deputy","expiresInDays":365}"#;
    let answer = with_pause(&portal, invitation, body, async {
        for session in &sessions {
            let ended = portal.edge.store.end_session(ann.account, session.id).await;
            assert!(ended.unwrap());
        }
    })
    .await;
    answer.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
}

#[tokio::test]
async fn who_was_removed_while_their_update_came_writes_nothing() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let name = portal
        .document(
            &ann,
            &community,
            json!({"title": "T", "template": "working-group"}),
        )
        .await;
    let before = portal.blocks(&name).await;
    let path = format!("/docs/{name}/update");
    let edit = request(Method::POST, &path, Some(&ben), "application/octet-stream");
    let member = format!("{community}/members/{}", ben.account);
    let answer = with_pause(&portal, edit, &update(7, "taken over", "late"), async {
        let removed = portal.delete(&ann, &member).await;
        assert_eq!(removed.status, StatusCode::NO_CONTENT);
    })
    .await;
    answer.is_problem(StatusCode::NOT_FOUND, "no-such-document");
    assert_eq!(portal.blocks(&name).await, before);
}

#[tokio::test]
async fn a_token_of_a_session_that_has_ended_lists_nothing() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    portal.found(&ann, "Panel").await;
    let given = portal.ask(&ann, Method::POST, "/session/token", None).await;
    let given = given.json();
    let token = given["token"].as_str().unwrap();
    let list = || portal.edge.get("/api/v1/documents", Some(token));
    assert_eq!(
        list().await.json()["documents"].as_array().unwrap().len(),
        1
    );
    for session in portal.edge.store.sessions(ann.account, 0).await.unwrap() {
        let ended = portal.edge.store.end_session(ann.account, session.id).await;
        assert!(ended.unwrap());
    }
    list()
        .await
        .is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
}
