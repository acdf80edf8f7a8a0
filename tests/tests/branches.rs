//! Branches over real sockets and REST (D11): what is suggested is nowhere else before it is taken, what is taken stays
//! its author's (D16) and survives a kill (I1), and whoever loses the document loses its branches (I3).

use consilium_model::document::BODY;
use consilium_model::form::Form;
use consilium_model::prose::{self, Block};
use consilium_protocol::extension::RejectCode;
use consilium_protocol::ids::Access;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::panel::{Panel, client};
use consilium_tests::portal::Person;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, Transact, Update, XmlFragment, XmlOut};

async fn suggest(who: &Person, doc: &str, kind: &str) -> String {
    let wish = json!({ "kind": kind, "note": "What about this?" });
    let made = who
        .call(
            Method::POST,
            &format!("/documents/{doc}/branches"),
            Some(wish),
        )
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    made.text("name")
}

async fn listed(who: &Person, doc: &str) -> Vec<Value> {
    let path = format!("/documents/{doc}/branches");
    let answer = who.call(Method::GET, &path, None).await.ok();
    answer["branches"].as_array().expect("a list").clone()
}

async fn act(who: &Person, branch: &str, act: &str, body: Option<Value>) -> (StatusCode, Value) {
    let path = format!("/branches/{branch}/{act}");
    let answer = who.call(Method::POST, &path, body).await;
    (answer.status, answer.body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_suggested_reaches_the_document_only_when_it_is_taken_and_survives_a_kill() {
    let mut panel = Panel::new().await;
    let ada = panel.ada.clone();
    // An organiser who may only read, and somebody who reads the library without a role in the community.
    let luis = panel.someone("listener", "Luis Listener").await;
    let bert = panel.someone("member", "Bert Member").await;
    let stranger = panel.stranger("A Stranger").await;
    let doc = ada.new_document(&panel.community, "portal").await;
    let at_ada = client(&panel.server, &doc, Dialect::Extended, &ada).await;
    let at_bert = client(&panel.server, &doc, Dialect::Plain, &bert).await;
    at_ada.type_marker("[ada]", 0);
    at_ada.settled().await;

    let path = format!("/documents/{doc}/branches");
    let refused = stranger.call(Method::POST, &path, Some(json!({}))).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.text("code"), "members-only");
    let branch = suggest(&luis, &doc, "draft").await;
    assert_eq!(listed(&ada, &doc).await, Vec::<Value>::new(), "a draft");
    let seen = ada
        .call(Method::GET, &format!("/branches/{branch}"), None)
        .await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    assert_eq!(
        ada.update(Method::GET, &branch, Vec::new()).await,
        StatusCode::NOT_FOUND
    );

    let options = ClientOptions::new(panel.server.address(), &branch, Dialect::Extended);
    let at_luis = Client::synced(options.token(&luis.token().await).client_id(4242)).await;
    at_luis
        .until("the text of the document", |replica| {
            replica.text().contains("[ada]")
        })
        .await;
    at_luis.type_marker("[luis]", 0);
    at_luis.settled().await;

    let (status, handed) = act(&luis, &branch, "hand-in", Some(json!({ "note": "Please" }))).await;
    assert_eq!(status, StatusCode::OK, "{handed}");
    assert_eq!(
        (&handed["kind"], &handed["note"]),
        (&json!("suggestion"), &json!("Please"))
    );
    let suggestions = listed(&ada, &doc).await;
    assert_eq!(suggestions.len(), 1);
    assert_eq!(suggestions[0]["author"]["name"], "Luis Listener");
    assert_eq!(suggestions[0]["mayMerge"], true);
    // Whoever reads the library sees the text, and not what is suggested to it.
    assert_eq!(listed(&stranger, &doc).await, Vec::<Value>::new());
    assert_eq!(
        stranger.update(Method::GET, &branch, Vec::new()).await,
        StatusCode::NOT_FOUND
    );
    // A writer works in it too, live.
    let ada_there = client(&panel.server, &branch, Dialect::Stock, &ada).await;
    ada_there.type_marker("[ada too]", 1);
    at_luis
        .until("what a writer adds", |replica| {
            replica.text().contains("[ada too]")
        })
        .await;

    // Nothing of it is in the document, for those who were there and for those who come.
    let fresh = client(&panel.server, &doc, Dialect::Extended, &bert).await;
    for text in [at_ada.text(), at_bert.text(), fresh.text()] {
        assert_eq!(text, "[ada]");
    }
    let (status, refused) = act(&luis, &branch, "merge", Some(json!({}))).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::FORBIDDEN, &json!("read-only"))
    );
    assert_eq!(at_ada.text(), "[ada]");

    let (status, merged) = act(&ada, &branch, "merge", Some(json!({}))).await;
    assert_eq!(
        (status, &merged["state"]),
        (StatusCode::OK, &json!("merged"))
    );
    assert_eq!(merged["closedBy"]["name"], "Ada Founder");
    let all = ["[ada]", "[luis]", "[ada too]"];
    let has_all = |text: &str| all.iter().all(|marker| text.contains(marker));
    panel.server.kill();
    panel.server.start_again();
    for at in [&at_ada, &at_bert] {
        at.until("all of it", |replica| has_all(&replica.text()))
            .await;
    }
    let fresh = client(
        &panel.server,
        &doc,
        Dialect::Extended,
        &bert.at(&panel.server),
    )
    .await;
    assert!(has_all(&fresh.text()), "{}", fresh.text());
    assert_eq!(fresh.text().len(), all.concat().len(), "once each");

    // What Luis wrote is his in the document too: nobody goes on with it.
    let options = ClientOptions::new(panel.server.address(), &doc, Dialect::Extended);
    let token = bert.at(&panel.server).token().await;
    let forger = Client::synced(options.token(&token).client_id(4242)).await;
    forger.type_marker("[forged]", 0);
    forger
        .until("refused", |replica| !replica.rejections().is_empty())
        .await;
    assert_eq!(
        forger.replica().rejections()[0].code,
        RejectCode::ForeignIdentity
    );
    // It is over, so it is only read from now on; and it is in the ledger.
    let luis = luis.at(&panel.server);
    let over = client(&panel.server, &branch, Dialect::Extended, &luis).await;
    assert_eq!(over.replica().access(), Some(Access::Read));
    let (status, refused) = act(&ada.at(&panel.server), &branch, "discard", None).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("branch-closed"))
    );
    let ledger = format!("/communities/{}/ledger", panel.community);
    let ledger = ada
        .at(&panel.server)
        .call(Method::GET, &ledger, None)
        .await
        .ok();
    let newest = &ledger["entries"][0];
    assert_eq!(newest["act"], "suggestion-merged");
    assert_eq!(newest["member"]["name"], "Luis Listener");
    assert_eq!(newest["actor"]["name"], "Ada Founder");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_blocks_are_refused_in_a_branch_and_do_not_come_by_way_of_it() {
    let panel = Panel::new().await;
    let bert = panel.someone("member", "Bert Member").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let options = ClientOptions::new(panel.server.address(), &doc, Dialect::Extended);
    let at_ada = Client::synced(options.token(&panel.ada.token().await).client_id(7)).await;
    at_ada.type_marker("[ada]", 0);
    at_ada.settled().await;
    let branch = suggest(&bert, &doc, "suggestion").await;
    let options = ClientOptions::new(panel.server.address(), &branch, Dialect::Extended);
    let forger = Client::synced(options.token(&bert.token().await).client_id(7)).await;
    forger.type_marker("[forged]", 0);
    forger
        .until("refused", |replica| !replica.rejections().is_empty())
        .await;
    assert_eq!(
        forger.replica().rejections()[0].code,
        RejectCode::ForeignIdentity
    );
    let honest = client(&panel.server, &branch, Dialect::Extended, &bert).await;
    honest.type_marker("[bert]", 0);
    honest.settled().await;
    let (status, _) = act(&panel.ada, &branch, "merge", Some(json!({}))).await;
    assert_eq!(status, StatusCode::OK);
    at_ada
        .until("what Bert wrote", |replica| {
            replica.text().contains("[bert]")
        })
        .await;
    assert!(!at_ada.text().contains("forged"), "{}", at_ada.text());

    // Under an id that Ada uses in the document meanwhile, a branch cannot be merged as a whole.
    let branch = suggest(&bert, &doc, "suggestion").await;
    let options = ClientOptions::new(panel.server.address(), &branch, Dialect::Extended);
    let first = Client::synced(options.token(&bert.token().await).client_id(99)).await;
    first.type_marker("[taken id]", 0);
    first.settled().await;
    let options = ClientOptions::new(panel.server.address(), &doc, Dialect::Extended);
    let at_ada = Client::synced(options.token(&panel.ada.token().await).client_id(99)).await;
    at_ada.type_marker("[ada again]", 0);
    at_ada.settled().await;
    let (status, refused) = act(&panel.ada, &branch, "merge", Some(json!({}))).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(
        (&refused["code"], &refused["detail"]),
        (&json!("merge-refused"), &json!("foreign-identity"))
    );
    assert!(!at_ada.text().contains("[taken id]"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_loses_the_document_loses_its_branches_and_others_learn_of_none() {
    let panel = Panel::new().await;
    let bert = panel.someone("member", "Bert Member").await;
    let guest = panel.someone("guest", "Gita Guest").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let branch = suggest(&bert, &doc, "suggestion").await;
    let at_bert = client(&panel.server, &branch, Dialect::Extended, &bert).await;
    at_bert.type_marker("[bert]", 0);
    at_bert.settled().await;
    let unknown = "00000000-0000-7000-8000-000000000000";
    let learns_nothing = async |who: &Person| {
        for (method, path) in [
            (Method::GET, ""),
            (Method::GET, "/changes"),
            (Method::POST, "/discard"),
            (Method::POST, "/reopen"),
        ] {
            let asked = async |name: &str| {
                let path = format!("/branches/{name}{path}");
                who.call(method.clone(), &path, None).await
            };
            let (there, nowhere) = (asked(&branch).await, asked(unknown).await);
            assert_eq!(there.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(there.but_its_number(), nowhere.but_its_number(), "{path}");
        }
        for path in ["/merge", "/hand-in"] {
            let path = format!("/branches/{branch}{path}");
            let answer = who.call(Method::POST, &path, Some(json!({}))).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let path = format!("/documents/{doc}/branches");
        for (method, body) in [(Method::GET, None), (Method::POST, Some(json!({})))] {
            let answer = who.call(method, &path, body).await;
            assert_eq!(
                (answer.status, answer.text("code")),
                (StatusCode::NOT_FOUND, "no-such-document".into())
            );
        }
        for method in [Method::GET, Method::POST] {
            let status = who.update(method, &branch, vec![0, 0]).await;
            assert_eq!(status, StatusCode::NOT_FOUND);
        }
    };
    learns_nothing(&guest).await;
    panel.ada.remove(&panel.community, &bert).await;
    at_bert
        .until("the branch is gone for its author", |replica| {
            replica.denied().is_some()
        })
        .await;
    learns_nothing(&bert).await;
    // It is there for those who write the document.
    assert_eq!(listed(&panel.ada, &doc).await.len(), 1);
    let (status, _) = act(&panel.ada, &branch, "discard", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(listed(&panel.ada, &doc).await[0]["state"], "discarded");
    let (status, reopened) = act(&panel.ada, &branch, "reopen", None).await;
    assert_eq!(
        (status, &reopened["state"]),
        (StatusCode::OK, &json!("open"))
    );
}

/// Somebody's copy of a document, written in and brought to the server.
struct Copy(Doc);

impl Copy {
    async fn of(who: &Person, doc: &str) -> Self {
        let copy = Doc::new();
        let state = who.download(doc).await;
        copy.transact_mut()
            .apply_update(Update::decode_v1(&state).expect("an update"))
            .expect("an update that fits");
        Self(copy)
    }

    fn paragraphs(&self) -> Vec<String> {
        let body = self.0.get_or_insert_xml_fragment(BODY);
        let txn = self.0.transact();
        body.children(&txn)
            .map(|block| Form::read(&txn, &block).text())
            .collect()
    }

    async fn write(who: &Person, doc: &str, work: impl FnOnce(&Doc)) {
        let copy = Self::of(who, doc).await;
        let before = copy.0.transact().state_vector();
        work(&copy.0);
        let update = copy.0.transact().encode_diff_v1(&before);
        let status = who.update(Method::POST, doc, update).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }

    async fn append(who: &Person, doc: &str, texts: &[&str]) {
        Self::write(who, doc, |copy| {
            let body = copy.get_or_insert_xml_fragment(BODY);
            let blocks: Vec<Block> = texts.iter().map(|text| Block::paragraph(*text)).collect();
            prose::append(&mut copy.transact_mut(), &body, &blocks);
        })
        .await;
    }

    /// Writes behind what a paragraph says.
    async fn extend(who: &Person, doc: &str, at: u32, more: &str) {
        use yrs::Text;
        Self::write(who, doc, |copy| {
            let body = copy.get_or_insert_xml_fragment(BODY);
            let mut txn = copy.transact_mut();
            let block = body
                .get(&txn, at)
                .and_then(XmlOut::into_xml_element)
                .expect("a block");
            let text = block
                .get(&txn, 0)
                .and_then(XmlOut::into_xml_text)
                .expect("a text");
            assert!(!text.get_string(&txn).is_empty());
            text.push(&mut txn, more);
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chosen_paragraphs_are_taken_and_the_rest_later() {
    let panel = Panel::new().await;
    let bert = panel.someone("member", "Bert Member").await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    Copy::append(&panel.ada, &doc, &["Give 2 g", "daily", "for ten days"]).await;
    let branch = suggest(&bert, &doc, "suggestion").await;
    Copy::extend(&bert, &branch, 0, " slowly").await;
    Copy::extend(&bert, &branch, 1, " at eight").await;
    Copy::append(&bert, &branch, &["and look"]).await;
    Copy::extend(&panel.ada, &doc, 1, " or twice").await;

    let path = format!("/branches/{branch}/changes");
    let compared = async || {
        let answer = panel.ada.call(Method::GET, &path, None).await.ok();
        answer["changes"].as_array().expect("a list").clone()
    };
    let changes = compared().await;
    let shown: Vec<(&str, bool)> = changes
        .iter()
        .map(|change| {
            (
                change["what"].as_str().expect("a word"),
                change["now"].is_array(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("changed", false), ("changed", true), ("inserted", false)]
    );
    assert_eq!(
        changes[0]["pieces"],
        json!([{ "is": "same", "text": "Give 2 g" }, { "is": "inserted", "text": " slowly" }])
    );
    let now = changes[1]["now"]
        .as_array()
        .and_then(|pieces| pieces.last())
        .expect("pieces");
    assert_eq!(now, &json!({ "is": "inserted", "text": " or twice" }));

    for unfit in [json!([]), json!(["x"]), json!(["0000000000000000x"])] {
        let (status, refused) = act(
            &panel.ada,
            &branch,
            "merge",
            Some(json!({ "changes": unfit })),
        )
        .await;
        assert_eq!(
            (status, &refused["field"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("changes"))
        );
    }
    let choose = |at: usize| Some(json!({ "changes": [changes[at]["id"]] }));
    let (status, taken) = act(&panel.ada, &branch, "merge", choose(0)).await;
    assert_eq!(status, StatusCode::OK, "{taken}");
    assert_eq!(
        (&taken["state"], &taken["takenInPart"]),
        (&json!("open"), &json!(true))
    );
    let text = Copy::of(&bert, &doc).await.paragraphs();
    assert_eq!(text, ["Give 2 g slowly", "daily or twice", "for ten days"]);
    // Whoever chooses what is no longer there is told, and nothing happens.
    let (status, refused) = act(&panel.ada, &branch, "merge", choose(0)).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::CONFLICT, &json!("branch-changed"))
    );
    assert_eq!(compared().await.len(), 2);
    // All that is left, once each.
    let (status, taken) = act(&panel.ada, &branch, "merge", Some(json!({}))).await;
    assert_eq!(
        (status, &taken["state"]),
        (StatusCode::OK, &json!("merged"))
    );
    let text = Copy::of(&bert, &doc).await.paragraphs();
    assert_eq!(
        text,
        [
            "Give 2 g slowly",
            "daily at eight",
            "for ten days",
            "and look"
        ]
    );
    assert_eq!(compared().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_is_checked() {
    let panel = Panel::new().await;
    let doc = panel.ada.new_document(&panel.community, "community").await;
    let path = format!("/documents/{doc}/branches");
    for (body, field) in [
        (json!({ "kind": "quarantine" }), json!("kind")),
        (json!({ "note": "x".repeat(501) }), json!("note")),
        (json!({ "note": "a\u{0}b" }), json!("note")),
        (json!({ "other": 1 }), Value::Null),
    ] {
        let answer = panel
            .ada
            .call(Method::POST, &path, Some(body.clone()))
            .await;
        assert!(answer.status.is_client_error(), "{body}: {answer:?}");
        assert_eq!(answer.body["field"], field, "{body}");
    }
    assert_eq!(listed(&panel.ada, &doc).await.len(), 0);
}
