//! Locked sections over real sockets and REST: whoever is not named and writes there all the same is refused with a reason,
//! on both endpoints; nothing of it reaches others, and nothing is lost (I3). Elsewhere in the text they write on.

use consilium_model::document::BODY;
use consilium_model::prose::{Block, Run, append};
use consilium_protocol::extension::{Kept, RejectCode};
use consilium_protocol::ids::Access;
use consilium_tests::client::{Client, ClientOptions, Dialect};
use consilium_tests::eventually::eventually;
use consilium_tests::meeting::{Seat, plan};
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{
    BranchID, Doc, GetString, ReadTxn, StateVector, Text, Transact, Update, XmlElementRef,
    XmlFragment, XmlOut,
};

/// Where the blocks stand that are written.
const DOSE: u32 = 0;
const IN_DOSE: u32 = 1;
const IN_AFTER: u32 = 3;

fn body_of(state: &[u8]) -> String {
    let doc = copy_of(state);
    let body = doc.get_or_insert_xml_fragment(BODY);
    body.get_string(&doc.transact())
}

fn copy_of(state: &[u8]) -> Doc {
    let doc = Doc::new();
    let state = Update::decode_v1(state).expect("an update");
    doc.transact_mut().apply_update(state).expect("apply");
    doc
}

fn element(doc: &Doc, at: u32) -> XmlElementRef {
    let body = doc.get_or_insert_xml_fragment(BODY);
    match body.get(&doc.transact(), at) {
        Some(XmlOut::Element(element)) => element,
        other => panic!("no block {at}: {other:?}"),
    }
}

/// Somebody's edit behind what is committed now: words at the end of these blocks.
async fn words_in(who: &Person, doc: &str, blocks: &[u32], words: &str) -> Vec<u8> {
    let copy = copy_of(&who.download(doc).await);
    let before = copy.transact().state_vector();
    for at in blocks {
        let text = element(&copy, *at).get(&copy.transact(), 0);
        let Some(XmlOut::Text(text)) = text else {
            panic!("no text in {at}");
        };
        text.push(&mut copy.transact_mut(), words);
    }
    copy.transact().encode_diff_v1(&before)
}

struct Room {
    server: ServerProcess,
    ada: Person,
    bert: Person,
    carla: Person,
    doc: String,
    chair: Seat,
    /// What Ada sees of the text.
    beside: Client,
    /// As a meeting names it.
    section: Value,
}

impl Room {
    /// A meeting about a text of two sections, that Ada leads.
    async fn new() -> Self {
        let server = ServerProcess::start(ServerOptions::portal());
        let store = StoreAt::Directory(server.data_dir());
        let ada = Person::made_by_the_operator(&server, store, "Ada Chair").await;
        let community = ada.found("Panel").await;
        let doc = ada.new_document(&community, "community").await;
        let invitation = ada.invite(&community, "member").await;
        let bert = Person::invited(&server, &invitation, "Bert Editor").await;
        let carla = Person::invited(&server, &invitation, "Carla Cheat").await;
        let made = Doc::new();
        let body = made.get_or_insert_xml_fragment(BODY);
        let blocks = ["Dose", "After"].map(|name| {
            let said = Block::Paragraph(vec![Run::plain(format!("{name} text."))]);
            [Block::heading(2, name), said]
        });
        append(&mut made.transact_mut(), &body, &blocks.concat());
        let written = made
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        let written = ada.update(Method::POST, &doc, written).await;
        assert_eq!(written, StatusCode::NO_CONTENT);
        let heading = element(&made, DOSE);
        let branch: &yrs::branch::Branch = heading.as_ref();
        let BranchID::Nested(id) = branch.id() else {
            panic!("a heading is a block");
        };
        let meeting = plan(&ada, &community, &[&doc], &[]).await;
        let chair = Seat::take(&ada, &meeting).await;
        let _ = chair.act(json!({ "do": "open" })).await;
        // Whom a lock names has been in the meeting.
        for who in [&bert, &carla] {
            let _ = Seat::take(who, &meeting).await;
        }
        let beside = client(&server, &doc, Dialect::Extended, &ada).await;
        Self {
            section: json!({ "document": doc, "section": format!("#{}.{} Dose", id.client.get(), id.clock) }),
            server,
            ada,
            bert,
            carla,
            doc,
            chair,
            beside,
        }
    }

    async fn client(&self, dialect: Dialect, who: &Person) -> Client {
        client(&self.server, &self.doc, dialect, who).await
    }

    /// What others see, and what is committed.
    async fn text(&self) -> String {
        let state = self
            .beside
            .replica()
            .doc()
            .transact()
            .encode_state_as_update_v1(&StateVector::default());
        body_of(&state) + &body_of(&self.ada.download(&self.doc).await)
    }

    /// In a branch of its author's, and nowhere else.
    async fn is_in_a_branch(&self, words: &str) {
        eventually(&format!("{words} in a branch"), async || {
            let path = format!("/documents/{}/branches", self.doc);
            let branches = self.ada.call(Method::GET, &path, None).await.ok();
            for branch in branches["branches"].as_array().expect("a list") {
                let name = branch["name"].as_str().expect("a name");
                if body_of(&self.ada.download(name).await).contains(words) {
                    return Some(());
                }
            }
            None
        })
        .await;
        assert!(!self.text().await.contains(words), "{words} reached others");
    }

    /// Our own client is told why; it is in a branch.
    async fn is_refused(&self, who: &Person, blocks: &[u32], words: &str) {
        let cheat = self.client(Dialect::Extended, who).await;
        cheat.push(words, words_in(who, &self.doc, blocks, words).await);
        cheat
            .until("refused, and kept", |replica| {
                replica.rejections().iter().any(|refused| {
                    refused.marker == words
                        && refused.code == RejectCode::ReadOnly
                        && refused.kept == Kept::AsSuggestion
                })
            })
            .await;
        self.is_in_a_branch(words).await;
        // The document stays open to them: it is the section that is not.
        assert_eq!(cheat.replica().access(), Some(Access::Write));
    }

    async fn is_taken(&self, who: &Person, blocks: &[u32], words: &str) {
        let writer = self.client(Dialect::Extended, who).await;
        writer.push(words, words_in(who, &self.doc, blocks, words).await);
        writer.settled().await;
        assert!(writer.acknowledged().contains(words), "{words}");
        eventually(&format!("{words} beside"), async || {
            self.text().await.contains(words).then_some(())
        })
        .await;
    }
}

async fn client(server: &ServerProcess, doc: &str, dialect: Dialect, who: &Person) -> Client {
    let options = ClientOptions::new(server.address(), doc, dialect).token(&who.token().await);
    Client::synced(options).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_writes_in_a_locked_section_writes_into_a_branch_and_elsewhere_into_the_text() {
    let room = Room::new().await;
    let (ada, bert, carla) = (&room.ada, &room.bert, &room.carla);
    // Written offline before the section is locked; it comes later.
    let offline = words_in(carla, &room.doc, &[IN_DOSE], "[offline]").await;
    let lock = json!({ "do": "lock", "place": room.section, "editors": [bert.id] });
    let _ = room.chair.act(lock).await;

    room.is_refused(carla, &[IN_DOSE], "[inside]").await;
    room.is_refused(carla, &[DOSE], "[heading]").await;
    room.is_refused(carla, &[IN_DOSE, IN_AFTER], "[both]").await;
    // The chair is no exception.
    room.is_refused(ada, &[IN_DOSE], "[chair]").await;
    room.is_taken(carla, &[IN_AFTER], "[outside]").await;
    room.is_taken(bert, &[IN_DOSE], "[editor]").await;

    let late = room.client(Dialect::Extended, carla).await;
    late.push("[offline]", offline);
    room.is_in_a_branch("[offline]").await;
    // A stock client is told nothing, and REST says what became of it.
    let stock = room.client(Dialect::Stock, carla).await;
    stock.push(
        "[stock]",
        words_in(carla, &room.doc, &[IN_DOSE], "[stock]").await,
    );
    room.is_in_a_branch("[stock]").await;
    drop(stock);
    let rest = words_in(carla, &room.doc, &[IN_DOSE], "[rest]").await;
    let rest = carla.update(Method::POST, &room.doc, rest).await;
    assert_eq!(rest, StatusCode::CONFLICT);
    room.is_in_a_branch("[rest]").await;

    let unlock = json!({ "do": "unlock", "place": room.section });
    let _ = room.chair.act(unlock).await;
    room.is_taken(carla, &[IN_DOSE], "[again]").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_recused_from_a_section_writes_everywhere_else() {
    let room = Room::new().await;
    let carla = &room.carla;
    let item = json!({ "title": "Dose", "place": room.section, "timeBox": null });
    let _ = room
        .chair
        .act(json!({ "do": "add-item", "item": item }))
        .await;
    let recuse = json!({ "do": "recuse", "who": carla.id, "item": 0, "how": "read-only" });
    let _ = room.chair.act(recuse).await;
    room.is_refused(carla, &[IN_DOSE], "[recused]").await;
    room.is_taken(carla, &[IN_AFTER], "[elsewhere]").await;
    room.is_taken(&room.bert, &[IN_DOSE], "[another]").await;
}
