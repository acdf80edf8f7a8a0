//! What documents said in the past, over the real store with real CRDT updates, however compactions fall.

use bytes::Bytes;
use consilium_protocol::ids::UserId;
use tempfile::TempDir;
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, Text, Transact, Update, WriteTxn};

use super::*;
use crate::compaction::compact;
use crate::compaction::merge::merge;
use crate::history::sessions::{GAP_MS, SLOT_MS};
use crate::room::actor::now_ms;
use crate::store::{Append, Compaction, DocId, SqliteStore};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

struct Bench {
    _dir: TempDir,
    store: Arc<dyn Store>,
    name: DocName,
    doc: DocId,
    lineage: consilium_protocol::ids::Lineage,
    /// Writes everything, so that what it says is what is expected.
    writer: Doc,
}

impl Bench {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(dir.path()).await.unwrap());
        let name = DocName::parse("a").unwrap();
        let record = store.load_or_create(&name, 0).await.unwrap().record;
        Self {
            _dir: dir,
            store,
            name,
            doc: record.id,
            lineage: record.lineage,
            writer: Doc::new(),
        }
    }

    /// Writes a word, or takes some away again.
    async fn edit(&self, author: &str, at_ms: i64, word: &str) {
        let update = {
            let mut txn = self.writer.transact_mut();
            let text = txn.get_or_insert_text("t");
            let end = text.len(&txn);
            if word.is_empty() && end > 3 {
                text.remove_range(&mut txn, 1, 2);
            } else {
                text.insert(&mut txn, end, &format!("{word} "));
            }
            txn.encode_update_v1()
        };
        let row = Append {
            doc: self.doc,
            update: Bytes::from(update),
            author: Some(UserId::new(author)),
            claims: Vec::new(),
            at_ms,
        };
        self.store.append(&[row]).await.unwrap();
    }

    fn text(&self) -> String {
        read(&self.writer)
    }

    async fn sessions(&self) -> Vec<Session> {
        sessions(
            self.store
                .pieces(self.doc, i64::MAX, PIECES_MAX)
                .await
                .unwrap(),
        )
    }

    /// What the session that ended then ended in.
    async fn told(&self, session: &Session) -> Option<(String, bool)> {
        let id = VersionId::from_uuid(session.version_id(self.lineage));
        let told = tell(&*self.store, &self.name, id, now_ms())
            .await
            .unwrap()?;
        assert_eq!((told.at_ms, told.ends_session), (session.until_ms, true));
        let doc = Doc::new();
        doc.transact_mut()
            .apply_update(Update::decode_v1(&told.state).unwrap())
            .unwrap();
        Some((read(&doc), told.is_kept))
    }
}

fn read(doc: &Doc) -> String {
    let mut txn = doc.transact_mut();
    let text = txn.get_or_insert_text("t");
    text.get_string(&txn)
}

#[tokio::test]
async fn the_end_of_a_session_is_read_from_the_journal_and_kept_before_it_is_merged_past() {
    let bench = Bench::new().await;
    let begin = now_ms() - 10 * HOUR;
    bench.edit("ann", begin, "one").await;
    bench.edit("ben", begin + MINUTE, "two").await;
    bench.edit("ann", begin + 2 * HOUR, "three").await;
    bench.edit("ann", now_ms(), "four").await;
    let known = bench.sessions().await;
    assert_eq!(known.len(), 3);
    let said = |text: &str, is_kept: bool| Some((text.to_owned(), is_kept));
    assert_eq!(bench.told(&known[0]).await, said("one two ", false));
    assert_eq!(bench.told(&known[1]).await, said("one two three ", false));
    assert_eq!(bench.told(&known[2]).await, None, "it is under way");

    compact(&*bench.store, &bench.name).await.unwrap();
    assert_eq!(bench.sessions().await, known);
    assert_eq!(bench.told(&known[0]).await, said("one two ", true));
    assert_eq!(bench.told(&known[1]).await, said("one two three ", true));
    assert_eq!(bench.told(&known[2]).await, None);
    // Nothing new: nothing more is kept.
    compact(&*bench.store, &bench.name).await.unwrap();
    let versions = bench.store.versions(bench.doc, 0, i64::MAX).await.unwrap();
    assert_eq!(versions.len(), 2);
}

#[tokio::test]
async fn a_session_that_was_compacted_in_its_midst_ends_where_it_ended() {
    let bench = Bench::new().await;
    let begin = now_ms() - 10 * HOUR;
    bench.edit("ann", begin, "one").await;
    compact(&*bench.store, &bench.name).await.unwrap();
    bench.edit("ben", begin + 20 * MINUTE, "two").await;
    compact(&*bench.store, &bench.name).await.unwrap();
    let known = bench.sessions().await;
    assert_eq!(known.len(), 1);
    assert_eq!(known[0].authors.len(), 2);
    assert_eq!(
        bench.told(&known[0]).await,
        Some(("one two ".to_owned(), false))
    );
    bench.edit("ben", begin + 2 * HOUR, "three").await;
    compact(&*bench.store, &bench.name).await.unwrap();
    assert_eq!(
        bench.told(&known[0]).await,
        Some(("one two ".to_owned(), true))
    );
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_not_compacted_past_its_sessions() {
    let bench = Bench::new().await;
    let begin = now_ms() - 10 * HOUR;
    bench.edit("ann", begin, "one").await;
    let row = Append {
        doc: bench.doc,
        update: Bytes::from_static(b"nonsense"),
        author: None,
        claims: Vec::new(),
        at_ms: begin + 2 * HOUR,
    };
    bench.store.append(&[row]).await.unwrap();
    let before = bench.store.load(&bench.name).await.unwrap();
    compact(&*bench.store, &bench.name).await.unwrap_err();
    let after = bench.store.load(&bench.name).await.unwrap();
    assert_eq!(after.unwrap().tail, before.unwrap().tail);
}

/// Numbers from a seed (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn time(&mut self, bound: i64) -> i64 {
        i64::try_from(self.below(bound.unsigned_abs())).unwrap()
    }
}

/// What a slow node has in hand: a document that it loaded a while ago and will compact.
struct Slow {
    document: Arc<StoredDocument>,
}

#[tokio::test]
async fn however_compactions_fall_every_session_ends_in_what_the_document_said() {
    for seed in 1..25 {
        let mut dice = Dice(seed * 0x9e37_79b9);
        let bench = Bench::new().await;
        let mut at_ms = now_ms() - 14 * 24 * HOUR;
        // What it said after each edit.
        let mut said: Vec<(i64, String)> = Vec::new();
        let mut slow: Option<Slow> = None;
        for n in 0..70 {
            at_ms += match dice.below(8) {
                0 => GAP_MS + dice.time(5 * HOUR),
                1 => SLOT_MS,
                _ => 1 + dice.time(5 * MINUTE),
            };
            let author = ["ann", "ben", "cem"][usize::try_from(dice.below(3)).unwrap()];
            let word = if dice.below(4) == 0 {
                String::new()
            } else {
                format!("w{n}")
            };
            bench.edit(author, at_ms, &word).await;
            said.push((at_ms, bench.text()));
            match dice.below(12) {
                0 => {
                    compact(&*bench.store, &bench.name).await.unwrap();
                }
                1 => {
                    let document = bench.store.load(&bench.name).await.unwrap().unwrap();
                    slow = Some(Slow {
                        document: Arc::new(document),
                    });
                }
                2 => {
                    if let Some(Slow { document }) = slow.take() {
                        finish(&bench, document).await;
                    }
                }
                _ => {}
            }
        }
        let known = bench.sessions().await;
        let edits: u64 = known.iter().map(|session| session.edits).sum();
        assert_eq!(edits, said.len() as u64, "seed {seed}");
        for session in &known {
            let (_, expected) = said
                .iter()
                .find(|(at, _)| *at == session.until_ms)
                .unwrap_or_else(|| panic!("seed {seed}: {session:?} ends in no edit"));
            let told = bench.told(session).await.map(|(text, _)| text);
            assert_eq!(told.as_ref(), Some(expected), "seed {seed}: {session:?}");
        }
    }
}

/// The slow node goes on where it was.
async fn finish(bench: &Bench, document: Arc<StoredDocument>) {
    keep_ends(&*bench.store, &document, now_ms()).await.unwrap();
    let merged = merge(&document).unwrap();
    let compaction = Compaction {
        doc: bench.doc,
        state: merged.state,
        rows: merged.rows,
        snapshots: document
            .snapshots
            .iter()
            .map(|snapshot| snapshot.hash)
            .collect(),
    };
    bench.store.compact(&compaction).await.unwrap();
}
