//! A discussion is added to; what others said in it stays. A text knows no such rule.

use consilium_model::discussion::{DocumentKind, EVENTS};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use yrs::updates::encoder::Encode;
use yrs::{Array, Map};

use super::*;

const PEOPLE: [(SubscriberId, &str); 3] = [(ANNA, "anna"), (BERT, "bert"), (CARA, "cara")];

fn discussion() -> Table {
    let mut table = Table::new();
    let now = table.now;
    table.core = RoomCore::new(empty_document(), true, now).of_kind(DocumentKind::Discussion);
    join_all(&mut table);
    table
}

fn join_all(table: &mut Table) {
    for (id, user) in PEOPLE {
        table.join_as(id, extended(), Access::Write, Some(user));
        table.drain(id);
    }
}

/// What one member has before them.
struct View(Doc);

impl View {
    fn new(client: u64) -> Self {
        Self(Doc::with_client_id(client))
    }

    fn edit(&self, act: impl FnOnce(&mut yrs::TransactionMut<'_>, &yrs::ArrayRef)) -> Bytes {
        let events = self.0.get_or_insert_array(EVENTS);
        let mut txn = self.0.transact_mut();
        act(&mut txn, &events);
        txn.encode_update_v1().into()
    }

    fn says(&self, words: &str) -> Bytes {
        self.edit(|txn, events| {
            events.push_back(txn, words);
        })
    }

    fn deletes(&self, at: u32) -> Bytes {
        self.edit(|txn, events| events.remove(txn, at))
    }

    fn hears(&self, update: &Bytes) {
        self.0
            .transact_mut()
            .apply_update(Update::decode_v1(update).unwrap())
            .unwrap();
    }

    fn said(&self) -> Vec<String> {
        let events = self.0.get_or_insert_array(EVENTS);
        let txn = self.0.transact();
        events
            .iter(&txn)
            .map(|value| value.to_string(&txn))
            .collect()
    }
}

fn said_in(table: &Table) -> Vec<String> {
    let view = View::new(1);
    let state = table
        .core
        .replica()
        .doc()
        .transact()
        .encode_state_as_update_v1(&StateVector::default());
    view.hears(&state.into());
    view.said()
}

/// Brings an update and says what became of it.
fn brought(table: &mut Table, id: SubscriberId, number: u64, update: Bytes) -> String {
    table.drain(id);
    table.push(id, number, update);
    table.commit_all();
    let refused: usize = std::mem::take(&mut table.effects)
        .into_iter()
        .map(|effect| match effect {
            Effect::SetAside(batch) => batch.len(),
            _ => 0,
        })
        .sum();
    if refused > 0 {
        table.send(RoomEvent::SetAside {
            outcomes: vec![SetAside::Kept; refused],
        });
    }
    let heard = table.drain(id);
    assert_eq!(heard.len(), 1, "{heard:?}");
    heard.into_iter().next().unwrap()
}

#[test]
fn what_another_said_is_not_deleted_and_ones_own_is() {
    let mut table = discussion();
    let (anna, bert) = (View::new(10), View::new(20));
    let first = anna.says("of anna");
    bert.hears(&first);
    assert_eq!(brought(&mut table, ANNA, 1, first), "ack 1");
    let second = bert.says("of bert");
    anna.hears(&second);
    assert_eq!(brought(&mut table, BERT, 1, second), "ack 1");

    let theft = bert.deletes(0);
    let refused = brought(&mut table, BERT, 2, theft.clone());
    assert_eq!(refused, "reject 2 append-only ByServer");
    assert_eq!(said_in(&table), ["of anna", "of bert"]);
    // Nor when it comes once more, or among other things.
    assert_eq!(
        brought(&mut table, BERT, 3, theft),
        "reject 3 append-only ByServer"
    );
    let mixed = View::new(21);
    mixed.hears(
        &anna
            .0
            .transact()
            .encode_state_as_update_v1(&StateVector::default())
            .into(),
    );
    let mixed = mixed.edit(|txn, events| {
        events.remove(txn, 0);
        events.push_back(txn, "instead");
    });
    assert_eq!(
        brought(&mut table, BERT, 4, mixed),
        "reject 4 append-only ByServer"
    );
    assert_eq!(said_in(&table), ["of anna", "of bert"]);

    let taken_back = anna.deletes(0);
    assert_eq!(brought(&mut table, ANNA, 2, taken_back.clone()), "ack 2");
    assert_eq!(said_in(&table), ["of bert"]);
    // What is deleted already may be told by anybody.
    assert_eq!(brought(&mut table, CARA, 1, taken_back), "ack 1");
}

#[test]
fn ones_own_of_another_day_and_of_the_same_moment_may_be_taken_back() {
    let mut table = discussion();
    let (monday, tuesday) = (View::new(10), View::new(11));
    let first = monday.says("on monday");
    assert_eq!(brought(&mut table, ANNA, 1, first.clone()), "ack 1");
    tuesday.hears(&first);
    let both = tuesday.edit(|txn, events| {
        events.push_back(txn, "too soon");
        events.push_back(txn, "on tuesday");
        events.remove(txn, 1);
        events.remove(txn, 0);
    });
    assert_eq!(brought(&mut table, ANNA, 2, both), "ack 2");
    assert_eq!(said_in(&table), ["on tuesday"]);
}

#[test]
fn nothing_is_written_under_a_key() {
    let mut table = discussion();
    let doc = Doc::with_client_id(10);
    let update = {
        let map = doc.get_or_insert_map(EVENTS);
        let mut txn = doc.transact_mut();
        map.insert(&mut txn, "key", "first");
        Bytes::from(txn.encode_update_v1())
    };
    assert_eq!(
        brought(&mut table, ANNA, 1, update),
        "reject 1 append-only ByServer"
    );
    let nested = View::new(11).edit(|txn, events| {
        let map = events.push_back(txn, yrs::MapPrelim::default());
        map.insert(txn, "key", "first");
    });
    assert_eq!(
        brought(&mut table, ANNA, 2, nested),
        "reject 2 append-only ByServer"
    );
}

#[test]
fn what_may_come_to_be_anothers_is_not_deleted_beforehand() {
    let mut table = discussion();
    let anna = View::new(10);
    let first = anna.says("soon");
    let bert = View::new(20);
    bert.hears(&first);
    let theft = bert.deletes(0);
    assert_eq!(
        brought(&mut table, BERT, 1, theft),
        "reject 1 append-only ByServer"
    );
    assert_eq!(brought(&mut table, ANNA, 1, first), "ack 1");
    assert_eq!(said_in(&table), ["soon"]);
}

#[test]
fn a_text_knows_no_such_rule() {
    let mut table = Table::new();
    join_all(&mut table);
    let (anna, bert) = (View::new(10), View::new(20));
    let first = anna.says("of anna");
    bert.hears(&first);
    assert_eq!(brought(&mut table, ANNA, 1, first), "ack 1");
    let deletion = bert.deletes(0);
    assert_eq!(brought(&mut table, BERT, 1, deletion), "ack 1");
    assert!(said_in(&table).is_empty());
}

/// Three members speak, take back and steal at random, offline for a while at times; at the end everything that was said
/// is there but what its own author took back.
#[test]
fn under_any_history_only_its_author_takes_away_what_was_said() {
    for seed in 0..200 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut table = discussion();
        let mut clients = 100;
        let mut views: Vec<View> = Vec::new();
        for _ in PEOPLE {
            clients += 1;
            views.push(View::new(clients));
        }
        // Text, author, and whether it was taken back.
        let mut expected: Vec<(String, usize, bool)> = Vec::new();
        let (mut thefts, mut returns) = (0, 0);
        for number in 1..=60_u64 {
            let who = rng.random_range(0..PEOPLE.len());
            let said = views[who].said();
            let (update, is_theft) = if said.is_empty() || rng.random_bool(0.5) {
                let words = format!("{number} of {who}");
                let update = views[who].says(&words);
                expected.push((words, who, false));
                (update, false)
            } else {
                let at = rng.random_range(0..said.len());
                let entry = expected
                    .iter_mut()
                    .find(|(words, ..)| *words == said[at])
                    .unwrap();
                // What its author has taken back meanwhile is nobody's loss.
                let is_theft = entry.1 != who && !entry.2;
                returns += u64::from(entry.1 == who);
                entry.2 |= entry.1 == who;
                (views[who].deletes(u32::try_from(at).unwrap()), is_theft)
            };
            let outcome = brought(&mut table, PEOPLE[who].0, number, update);
            if is_theft {
                thefts += 1;
                assert_eq!(
                    outcome,
                    format!("reject {number} append-only ByServer"),
                    "seed {seed}"
                );
                // Our client goes on from what the server has, under another id.
                clients += 1;
                views[who] = View::new(clients);
            } else {
                assert_eq!(outcome, format!("ack {number}"), "seed {seed}");
            }
            for (other, (id, _)) in PEOPLE.iter().enumerate() {
                // What the others hear of it does not matter here.
                table.drain(*id);
                if is_theft && other == who || rng.random_bool(0.6) {
                    let known = views[other].0.transact().state_vector().encode_v1();
                    let diff = table
                        .core
                        .replica()
                        .doc()
                        .transact()
                        .encode_diff_v1(&StateVector::decode_v1(&known).unwrap());
                    views[other].hears(&diff.into());
                }
            }
        }
        assert!(thefts > 0 && returns > 0, "seed {seed} tries nothing");
        let mut left: Vec<String> = expected
            .into_iter()
            .filter(|(_, _, taken_back)| !taken_back)
            .map(|(words, ..)| words)
            .collect();
        let mut found = said_in(&table);
        left.sort();
        found.sort();
        assert_eq!(found, left, "seed {seed}");
    }
}
