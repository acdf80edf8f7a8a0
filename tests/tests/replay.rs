//! Real input: a recorded session of two people who wrote at the same time, replayed by two clients over real sockets,
//! with lost connections, ends in its known text.
//!
//! Each author has an editor that shows exactly what the recorded author saw; the client underneath syncs whenever it
//! can. A transaction that builds on the other's work waits until that work has arrived over the network.

use consilium_tests::client::{Client, ClientOptions, Dialect, Gate};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::trace::{self, AUTHORS, Trace, Transaction};
use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn, Text, TextRef, Transact, Update};

const DOC: &str = "friends";

/// A connection is cut every so many transactions, and stays cut for so many.
const CUT_EVERY: usize = 1_500;
const CUT_FOR: usize = 150;

/// Unacknowledged edits of one author beyond which the replay waits, so that memory of the test stays small.
const AHEAD_MAX: usize = 400;

struct Author {
    editor: Doc,
    text: TextRef,
    client: Client,
    gate: Gate,
    /// Transactions of the other that the editor shows.
    shown: usize,
    /// This author's transactions: the update of each, and the clock after it.
    written: Vec<(Vec<u8>, u32)>,
    cuts: usize,
}

impl Author {
    fn write(&mut self, transaction: &Transaction) {
        let mut txn = self.editor.transact_mut();
        for (at, removed, inserted) in &transaction.patches {
            if *removed > 0 {
                self.text.remove_range(&mut txn, *at, *removed);
            }
            if !inserted.is_empty() {
                self.text.insert(&mut txn, *at, inserted);
            }
        }
        let update = txn.encode_update_v1();
        drop(txn);
        let clock = self
            .editor
            .transact()
            .state_vector()
            .get(&self.editor.client_id());
        let marker = self.written.len().to_string();
        self.client.push(&marker, update.clone());
        self.written.push((update, clock));
    }

    fn cut(&mut self) {
        self.gate.set(false);
        self.client.hang_up();
        self.cuts += 1;
    }
}

async fn replay(server: &ServerProcess, session: &Trace) -> [Author; 2] {
    let author = async |id: u64| {
        let gate = Gate::open();
        let options = ClientOptions::new(server.address(), DOC, Dialect::Extended)
            .client_id(id)
            .behind(&gate);
        let editor = Doc::with_client_id(id);
        let text = editor.get_or_insert_text("text");
        Author {
            editor,
            text,
            client: Client::synced(options).await,
            gate,
            shown: 0,
            written: Vec::new(),
            cuts: 0,
        }
    };
    let mut authors = [author(AUTHORS[0]).await, author(AUTHORS[1]).await];
    for (number, transaction) in session.transactions.iter().enumerate() {
        match number % CUT_EVERY {
            0 if number > 0 => authors[number / CUT_EVERY % 2].cut(),
            CUT_FOR => authors[number / CUT_EVERY % 2].gate.set(true),
            _ => {}
        }
        let (me, other) = (transaction.author, 1 - transaction.author);
        let wanted = transaction.seen[other];
        if wanted > authors[me].shown {
            for author in &authors {
                author.gate.set(true);
            }
            // The other's work must come over the network, however lossy.
            let clock = authors[other].written[wanted - 1].1;
            let theirs = yrs::ClientID::new(AUTHORS[other]);
            authors[me]
                .client
                .until("the other's work", |replica| {
                    replica.doc().transact().state_vector().get(&theirs) >= clock
                })
                .await;
            let news: Vec<Vec<u8>> = authors[other].written[authors[me].shown..wanted]
                .iter()
                .map(|(update, _)| update.clone())
                .collect();
            let mut txn = authors[me].editor.transact_mut();
            for update in news {
                txn.apply_update(Update::decode_v1(&update).expect("an update"))
                    .expect("an update that fits");
            }
            drop(txn);
            authors[me].shown = wanted;
        }
        authors[me].write(transaction);
        if authors[me].client.replica().unacknowledged().count() > AHEAD_MAX {
            authors[me].gate.set(true);
            authors[me]
                .client
                .until("not too far ahead", |replica| {
                    replica.unacknowledged().count() <= AHEAD_MAX
                })
                .await;
        }
    }
    for author in &authors {
        author.gate.set(true);
        author.client.settled().await;
    }
    authors
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recorded_session_of_two_authors_ends_in_its_known_text() {
    let session = match trace::friendsforever() {
        Some(path) => Trace::read(&path).unwrap(),
        None => trace::generated(),
    };
    let started = std::time::Instant::now();
    let mut server = ServerProcess::start(ServerOptions::open());
    let authors = replay(&server, &session).await;
    for author in &authors {
        author.client.shows(&session.end_content).await;
    }
    println!(
        "{} transactions of two authors, {} cuts, {} connections: the known text of {} characters in {} s",
        session.transactions.len(),
        authors[0].cuts + authors[1].cuts,
        authors[0].client.replica().connections() + authors[1].client.replica().connections(),
        session.end_content.len(),
        started.elapsed().as_secs()
    );
    drop(authors);
    server.kill();
    server.start_again();
    let fresh = Client::synced(ClientOptions::new(server.address(), DOC, Dialect::Plain)).await;
    assert_eq!(fresh.text(), session.end_content);
}
