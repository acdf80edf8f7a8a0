//! D7: a reader that does not keep up is brought up to date by one diff, and nobody else notices.

use bytes::Bytes;
use consilium_protocol::envelope::{ClientMessage, ServerFrame, ServerMessage};
use consilium_protocol::extension::ServerExtension;
use consilium_protocol::sync::SyncMessage;
use consilium_tests::client::{Client, ClientOptions, Dialect, Edit};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{Heard, RawSocket, extended_auth};
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, Transact, Update};

const DOC: &str = "guideline";
const EDITS: usize = 400;
const EDIT_BYTES: usize = 60_000;

/// What a slow reader hears, put together.
#[derive(Default)]
struct Gathered {
    updates: usize,
    diffs: usize,
    transfer: Vec<u8>,
}

impl Gathered {
    fn take(&mut self, doc: &Doc, frame: Bytes) {
        let Ok(ServerFrame::Message { message, .. }) = ServerFrame::decode(frame) else {
            return;
        };
        let update = match message {
            ServerMessage::Sync(SyncMessage::Update(update)) => {
                self.updates += 1;
                update
            }
            ServerMessage::Sync(SyncMessage::Step2(update)) => {
                self.diffs += 1;
                update
            }
            ServerMessage::Extension(ServerExtension::Chunk(chunk)) => {
                self.transfer.extend_from_slice(&chunk.bytes);
                if (self.transfer.len() as u64) < chunk.total_bytes {
                    return;
                }
                self.diffs += 1;
                std::mem::take(&mut self.transfer).into()
            }
            _ => return,
        };
        doc.transact_mut()
            .apply_update(Update::decode_v1(&update).expect("an update"))
            .expect("an update that fits");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_gets_one_diff_and_others_do_not_notice() {
    let server = ServerProcess::start(ServerOptions::open());
    let writer = Client::synced(ClientOptions::new(server.address(), DOC, Dialect::Extended)).await;
    let others = [
        Client::synced(ClientOptions::new(server.address(), DOC, Dialect::Stock)).await,
        Client::synced(ClientOptions::new(server.address(), DOC, Dialect::Plain)).await,
    ];
    let mut slow = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a connection");
    slow.say(DOC, extended_auth("", None)).await;
    slow.say(
        DOC,
        ClientMessage::Sync(SyncMessage::Step1(Bytes::from_static(&[0]))),
    )
    .await;
    slow.until("synced", |_, message| {
        matches!(message, ServerMessage::Sync(SyncMessage::Step2(_))).then_some(())
    })
    .await;

    // The slow reader takes nothing while all this goes by.
    for number in 0..EDITS {
        let filler = char::from(b'a' + (number % 26) as u8)
            .to_string()
            .repeat(EDIT_BYTES);
        let edit = Edit {
            at: 0,
            remove: writer.text().len() as u32,
            insert: format!("[{number} {filler}]"),
        };
        writer.edit(&number.to_string(), &edit);
        writer.settled().await;
    }
    let text = writer.text();
    for other in &others {
        other.shows(&text).await;
        assert_eq!(other.replica().connections(), 1);
        assert_eq!(
            other.replica().step_twos(),
            1,
            "a reader that keeps up needs no diff"
        );
    }

    // Now it reads on.
    let doc = Doc::new();
    let root = doc.get_or_insert_text("text");
    let mut gathered = Gathered::default();
    let deadline = tokio::time::Instant::now() + consilium_tests::eventually::PATIENCE;
    while root.get_string(&doc.transact()) != text {
        match tokio::time::timeout_at(deadline, slow.hear())
            .await
            .expect("the end of the text")
        {
            Heard::Frame(frame) => gathered.take(&doc, frame),
            over => panic!("a slow reader was closed: {over:?}"),
        }
    }
    let resyncs = server.figure("consilium_resyncs_total").await;
    let dropped = server.figure("consilium_dropped_total").await;
    println!(
        "{EDITS} edits of {EDIT_BYTES} bytes: the slow reader got {} updates and {} diffs; resyncs {resyncs}, dropped \
         {dropped}",
        gathered.updates, gathered.diffs
    );
    assert!(resyncs >= 1.0);
    assert!(dropped >= 1.0);
    assert!(gathered.diffs >= 1);
    assert!(gathered.updates < EDITS);
}
