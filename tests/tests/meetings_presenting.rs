//! Presenting over real sockets and REST: only who may is followed, it ends as the meeting says, and whatever a client
//! writes into its presence, the server says whose it is (D16). Whom all follow is told by the server alone, so that a
//! client that only claims to present moves nobody.

use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::envelope::{ClientMessage, ServerMessage};
use consilium_tests::meeting::{Seat, ask};
use consilium_tests::panel::Panel;
use consilium_tests::portal::Person;
use consilium_tests::socket::{RawSocket, stock_auth};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Waits until this one sees who presents, and where; null for nobody.
async fn sees_presenting(seat: &Seat, presenting: &Value) {
    let _ = seat
        .sees("who presents", |view| {
            view["room"]["presenting"] == *presenting
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_chair_presents_and_it_ends_with_the_chair_and_with_being_there() {
    let panel = Panel::new().await;
    let dora = panel.someone("member", "Dora Deputy").await;
    let mia = panel.someone("member", "Mia Cheat").await;
    let stranger = panel.stranger("Sam Outside").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let (meeting, ada_seat) = panel.open(&doc, &[&dora]).await;
    let dora_seat = Seat::take(&dora, &meeting).await;
    let mia_seat = Seat::take(&mia, &meeting).await;
    let present = json!({ "do": "present", "document": doc });
    let stop = json!({ "do": "stop-presenting" });
    let by = |who: &Person| json!({ "who": who.id, "document": doc });

    // Whoever may not is refused with a reason, and nobody sees anything of it.
    assert_eq!(mia_seat.refused(present.clone()).await, "not-yours");
    assert_eq!(dora_seat.refused(present.clone()).await, "not-yours");
    let outside = ask(&stranger, &meeting, present.clone()).await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);
    let for_ada = json!({ "do": "present", "document": doc, "who": panel.ada.id });
    let as_ada = mia_seat.ask(for_ada).await;
    assert_eq!(as_ada.status, StatusCode::BAD_REQUEST);
    sees_presenting(&mia_seat, &Value::Null).await;

    let _ = ada_seat.act(present.clone()).await;
    sees_presenting(&mia_seat, &by(&panel.ada)).await;
    assert_eq!(ada_seat.refused(present.clone()).await, "already-so");
    let elsewhere = json!({ "do": "present", "document": "elsewhere" });
    assert_eq!(ada_seat.refused(elsewhere).await, "not-our-text");
    assert_eq!(mia_seat.refused(stop.clone()).await, "not-yours");
    let _ = ada_seat.act(stop.clone()).await;
    sees_presenting(&mia_seat, &Value::Null).await;

    // It goes with the chair, and the next chair begins anew.
    let _ = ada_seat.act(present.clone()).await;
    sees_presenting(&mia_seat, &by(&panel.ada)).await;
    let _ = ada_seat
        .act(json!({ "do": "hand-over", "to": dora.id }))
        .await;
    sees_presenting(&mia_seat, &Value::Null).await;
    assert_eq!(ada_seat.refused(present.clone()).await, "not-yours");
    let _ = dora_seat.act(present).await;
    sees_presenting(&mia_seat, &by(&dora)).await;
    assert_eq!(ada_seat.refused(stop).await, "not-yours");

    // And with its page.
    drop(dora_seat);
    sees_presenting(&mia_seat, &Value::Null).await;
}

/// A socket of somebody's on a document.
async fn socket_of(panel: &Panel, doc: &str, who: &Person) -> RawSocket {
    let mut socket = RawSocket::connect(panel.server.address(), "/sync")
        .await
        .expect("a socket");
    assert!(socket.say(doc, stock_auth(&who.token().await)).await);
    socket
}

/// Says presence under a client's id; the state names Ada, whoever speaks.
async fn claim(socket: &mut RawSocket, doc: &str, ada: &Person, client: u64, clock: u64, at: u64) {
    let state = json!({
        "user": { "id": ada.id, "name": "Ada Founder" },
        "presenting": { "at": at, "place": { "block": null, "fraction": 0 }, "selection": null },
    });
    let entry = AwarenessEntry {
        client,
        clock,
        state: state.to_string(),
    };
    let payload = awareness::encode([entry].iter());
    assert!(socket.say(doc, ClientMessage::Awareness(payload)).await);
}

/// Waits until somebody is told of a presence that says it was at this moment; whose it is, by the server's word. `seen`
/// gathers every other that names who says so.
async fn told(socket: &mut RawSocket, at: u64, seen: &mut Vec<(u64, Value)>) -> Value {
    socket
        .until("presence", |_, message| {
            let ServerMessage::Awareness(payload) = message else {
                return None;
            };
            let mut found = None;
            for entry in awareness::decode(payload).expect("presence") {
                let state: Value = serde_json::from_str(&entry.state).expect("JSON");
                if state["presenting"]["at"] == at {
                    found = Some(state["user"].clone());
                }
                seen.push((entry.client, state["user"]["id"].clone()));
            }
            found
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn presence_that_claims_to_be_the_presenters_is_told_under_the_name_of_whose_it_is() {
    let panel = Panel::new().await;
    let mia = panel.someone("member", "Mia Cheat").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let ada = &panel.ada;
    let mut honest = socket_of(&panel, &doc, ada).await;
    let mut listener = socket_of(&panel, &doc, &mia).await;
    let mut cheat = socket_of(&panel, &doc, &mia).await;
    let mut seen = Vec::new();

    claim(&mut honest, &doc, ada, 7, 1, 1).await;
    assert_eq!(told(&mut listener, 1, &mut seen).await["id"], json!(ada.id));
    // Under an id of her own it is hers, whatever she writes there; under Ada's it is nobody's.
    claim(&mut cheat, &doc, ada, 7, 1_000, 2).await;
    claim(&mut cheat, &doc, ada, 8, 1, 3).await;
    let user = told(&mut listener, 3, &mut seen).await;
    assert_eq!(user, json!({ "id": mia.id, "name": "Mia Cheat" }));
    // Ada is still heard, and nobody else was under her id.
    claim(&mut honest, &doc, ada, 7, 2, 4).await;
    assert_eq!(told(&mut listener, 4, &mut seen).await["id"], json!(ada.id));
    for (client, who) in seen {
        let owner = if client == 7 { &ada.id } else { &mia.id };
        assert_eq!(who, json!(owner), "client {client}");
    }
}
