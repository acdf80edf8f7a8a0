//! What somebody wrote whose access had ended when it came, over real sockets and REST (I3): it is in a branch of theirs,
//! survives a kill (I1), gives nothing back, and reaches the document by somebody who may write there.

use std::time::{SystemTime, UNIX_EPOCH};

use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::Access;
use consilium_tests::client::Dialect;
use consilium_tests::eventually::eventually;
use consilium_tests::panel::Panel;
use consilium_tests::portal::Person;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, Text, Transact, Update};

/// A replica that goes on without a server.
struct Offline(Doc);

impl Offline {
    fn of(state: &[u8]) -> Self {
        Self::on(Doc::new(), state)
    }

    fn on(doc: Doc, state: &[u8]) -> Self {
        let state = Update::decode_v1(state).expect("an update");
        doc.transact_mut().apply_update(state).expect("apply");
        Self(doc)
    }

    /// What this edit adds.
    fn write(&self, words: &str) -> Vec<u8> {
        let text = self.0.get_or_insert_text("text");
        let mut txn = self.0.transact_mut();
        text.insert(&mut txn, 0, words);
        txn.encode_update_v1()
    }
}

fn text_of(state: &[u8]) -> String {
    let doc = Offline::of(state).0;
    let text = doc.get_or_insert_text("text");
    text.get_string(&doc.transact())
}

async fn branches(who: &Person, doc: &str) -> Vec<Value> {
    let path = format!("/documents/{doc}/branches");
    let answer = who.call(Method::GET, &path, None).await.ok();
    answer["branches"].as_array().expect("a list").clone()
}

async fn merge(who: &Person, branch: &str) -> StatusCode {
    let path = format!("/branches/{branch}/merge");
    who.call(Method::POST, &path, Some(json!({}))).await.status
}

fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(since.as_millis()).expect("a time")
}

/// Writes something, with whoever is to lose the document online, and gives what their device then has.
async fn shared(panel: &Panel, doc: &str, who: &Person) -> Offline {
    let first = Offline(Doc::new()).write("[first]");
    assert!(
        panel
            .ada
            .update(Method::POST, doc, first)
            .await
            .is_success()
    );
    let client = panel.client(doc, Dialect::Extended, who).await;
    assert_eq!(client.replica().access(), Some(Access::Write));
    client.hang_up();
    // Who was let in is noted beside the answer.
    Offline::of(&who.download(doc).await)
}

/// What somebody wrote offline, and the leader meanwhile; then they have lost the document and come back.
async fn comes_back_without_access(mut panel: Panel, doc: &str, who: &Person, device: &Offline) {
    let ada = panel.ada.clone();
    let (status, _) = who.bytes(&format!("/docs/{doc}/update")).await;
    assert!(!status.is_success(), "they read it still");
    let secret = Offline::of(&ada.download(doc).await).write("[written after]");
    assert!(ada.update(Method::POST, doc, secret).await.is_success());

    let edit = device.write("[offline]");
    let taken = who.hand_in(doc, edit.clone()).await;
    assert_eq!(taken.status, StatusCode::OK, "{taken:?}");
    assert_eq!(taken.body, json!({}), "it gives nothing back");
    panel.server.kill();
    panel.server.start_again();
    // It is not heard of, and comes again, with more.
    assert_eq!(who.hand_in(doc, edit).await.status, StatusCode::OK);
    let more = device.write("[more]");
    assert_eq!(who.hand_in(doc, more).await.status, StatusCode::OK);
    assert!(!text_of(&ada.download(doc).await).contains("offline"));

    let found = branches(&ada, doc).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["kind"], "left-behind");
    assert_eq!(found[0]["author"]["id"], who.id.as_str());
    assert!(found[0]["leftAt"].as_i64().expect("a time") > now_ms() - 600_000);
    let branch = found[0]["name"].as_str().expect("a name").to_owned();
    for path in [
        format!("/branches/{branch}"),
        format!("/branches/{branch}/changes"),
        format!("/documents/{doc}/branches"),
    ] {
        let seen = who.call(Method::GET, &path, None).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, _) = who.bytes(&format!("/docs/{branch}/update")).await;
    assert!(!status.is_success(), "their branch holds what came after");

    assert_eq!(merge(&ada, &branch).await, StatusCode::OK);
    let merged = text_of(&ada.download(doc).await);
    for words in ["[first]", "[written after]", "[offline]", "[more]"] {
        assert_eq!(merged.matches(words).count(), 1, "{words} in {merged}");
    }
    assert_eq!(branches(&ada, doc).await[0]["state"], "merged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_removed_while_offline_leaves_a_suggestion() {
    let panel = Panel::new().await;
    let tom = panel.someone("member", "Tom Member").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let device = shared(&panel, &doc, &tom).await;
    panel.ada.remove(&panel.community, &tom).await;
    comes_back_without_access(panel, &doc, &tom, &device).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_left_out_when_a_document_is_narrowed_leaves_a_suggestion() {
    let panel = Panel::new().await;
    let tom = panel.someone("member", "Tom Member").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let device = shared(&panel, &doc, &tom).await;
    panel.ada.decide(&doc, "private").await;
    comes_back_without_access(panel, &doc, &tom, &device).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_whose_term_is_over_leaves_a_suggestion() {
    let panel = Panel::new().await;
    let gus = panel.someone("guest", "Gus Guest").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let until = now_ms() + 8_000;
    panel.ada.grant(&doc, &gus, "write", Some(until)).await;
    let device = shared(&panel, &doc, &gus).await;
    eventually("the term is over", async || {
        let (status, _) = gus.bytes(&format!("/docs/{doc}/update")).await;
        (!status.is_success()).then_some(())
    })
    .await;
    comes_back_without_access(panel, &doc, &gus, &device).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_learns_at_the_door_what_there_is() {
    let panel = Panel::new().await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let tom = panel.someone("member", "Tom Member").await;
    shared(&panel, &doc, &tom).await;
    // Somebody who was never let in to write, in the community and outside of it.
    let luis = panel.someone("listener", "Luis Listener").await;
    let stranger = panel.stranger("A Stranger").await;
    let edit = Offline(Doc::new()).write("[mine]");
    for who in [&luis, &stranger] {
        let there = who.hand_in(&doc, edit.clone()).await;
        let nowhere = who.hand_in("no-such-document", edit.clone()).await;
        assert_eq!(there.status, StatusCode::NOT_FOUND);
        assert_eq!(there.but_its_number(), nowhere.but_its_number());
        // Nor does what they bring make a difference.
        let nonsense = who.hand_in(&doc, b"no update".to_vec()).await;
        assert_eq!(nonsense.but_its_number(), nowhere.but_its_number());
    }
    assert!(branches(&panel.ada, &doc).await.is_empty());
    // Whoever may write is sent to the document.
    let may = tom.hand_in(&doc, edit.clone()).await;
    assert_eq!(
        (may.status, may.text("code")),
        (StatusCode::CONFLICT, "may-write".to_owned())
    );
    // What builds on what is nowhere, or bears another's mark, is in no branch.
    panel.ada.remove(&panel.community, &tom).await;
    let state = panel.ada.download(&doc).await;
    let device = Offline::of(&state);
    device.write("[lost]");
    let unfit = tom.hand_in(&doc, device.write("[kept]")).await;
    assert_eq!(unfit.text("code"), "left-behind-unfit");
    let forged = Doc::with_client_id(claimed_by_ada(&state));
    let forged = Offline::on(forged, &state).write("[forged]");
    let unfit = tom.hand_in(&doc, forged).await;
    assert_eq!(unfit.text("code"), "left-behind-unfit");
    for branch in branches(&panel.ada, &doc).await {
        let name = branch["name"].as_str().expect("a name");
        let text = text_of(&panel.ada.download(name).await);
        assert!(!text.contains("kept") && !text.contains("forged"), "{text}");
    }
}

/// The CRDT client id that the only edit so far was made under.
fn claimed_by_ada(state: &[u8]) -> u64 {
    let doc = Offline::of(state).0;
    let vector = doc.transact().state_vector();
    let (client, _) = vector.iter().next().expect("an edit");
    client.get()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_made_a_reader_while_typing_finds_the_rest_in_a_suggestion() {
    let mut panel = Panel::new().await;
    let ada = panel.ada.clone();
    let doc = ada.new_document(&panel.community, "portal").await;
    let tom = panel.someone("member", "Tom Member").await;
    shared(&panel, &doc, &tom).await;
    let client = panel.client(&doc, Dialect::Extended, &tom).await;
    client.type_marker("[before]", 0);
    client.settled().await;
    panel.ada.give_role(&panel.community, &tom, "guest").await;
    let mut typed = 0;
    // Our engine stops by itself; this one types on until it is told.
    while client.replica().rejections().is_empty() {
        client.type_marker(&format!("[typed {typed}]"), 0);
        typed += 1;
        client
            .until("an answer", |replica| {
                replica.is_settled() || !replica.rejections().is_empty()
            })
            .await;
        assert!(typed < 10_000, "nobody tells");
    }
    let refused = client.replica().rejections()[0].clone();
    assert_eq!(
        (refused.code, refused.kept),
        (RejectCode::ReadOnly, Kept::AsSuggestion)
    );
    panel.server.kill();
    panel.server.start_again();

    let mine = branches(&tom, &doc).await;
    assert_eq!(mine.len(), 1, "{mine:?}");
    assert_eq!(mine[0]["kind"], "left-behind");
    assert_eq!(mine[0]["mine"], true);
    let branch = mine[0]["name"].as_str().expect("a name").to_owned();
    let inside = text_of(&tom.download(&branch).await);
    let outside = text_of(&ada.download(&doc).await);
    assert!(outside.contains("[before]"));
    let landed = (0..typed)
        .filter(|at| inside.contains(&format!("[typed {at}]")))
        .filter(|at| !outside.contains(&format!("[typed {at}]")))
        .count();
    assert!(landed > 0, "{inside} and {outside}");
    // Other readers see nothing of it, whoever writes does.
    let luis = panel.someone("listener", "Luis Listener").await;
    assert!(branches(&luis, &doc).await.is_empty());
    assert_eq!(merge(&ada, &branch).await, StatusCode::OK);
    let merged = text_of(&ada.download(&doc).await);
    for at in 0..typed {
        let words = format!("[typed {at}]");
        assert!(merged.matches(&words).count() <= 1, "{merged}");
        if inside.contains(&words) {
            assert!(merged.contains(&words), "{words} in {merged}");
        }
    }
}
