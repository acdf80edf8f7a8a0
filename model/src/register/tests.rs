//! Registers beside plain histories, what other programs write, and any order of delivery.

use std::collections::HashMap;

use bytes::Bytes;
use consilium_protocol::update_shape::read_shape;
use proptest::prelude::*;
use rand_like::Dice;
use yrs::block::ClientID;
use yrs::updates::decoder::Decode;
use yrs::{
    Doc, In, Map, MapPrelim, ReadTxn, StateVector, Text, TextPrelim, Transact, Update, XmlFragment,
    XmlTextPrelim,
};

use super::*;
use crate::grade::Certainty;

fn name(text: &str) -> RegisterName {
    RegisterName::parse(text).unwrap()
}

fn strength() -> RegisterName {
    name("strength")
}

fn replica(client: u64) -> Doc {
    Doc::with_client_id(client)
}

/// One sets a value, having been shown what stands in their document.
fn choose(doc: &Doc, register: &RegisterName, value: &str) -> SettingId {
    let shown = reading(doc).register(register).shown();
    set_seen(doc, register, value, &shown)
}

fn set_seen(
    doc: &Doc,
    register: &RegisterName,
    value: &str,
    seen: &BTreeSet<SettingId>,
) -> SettingId {
    set(&mut doc.transact_mut(), register, Any::from(value), 0, seen)
}

fn reading(doc: &Doc) -> Values {
    read(&doc.transact())
}

fn all_of(doc: &Doc) -> Vec<u8> {
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

fn apply(doc: &Doc, update: &[u8]) {
    doc.transact_mut()
        .apply_update(Update::decode_v1(update).unwrap())
        .unwrap();
}

fn tell(from: &Doc, to: &Doc) {
    let known = to.transact().state_vector();
    let update = from.transact().encode_state_as_update_v1(&known);
    apply(to, &update);
}

fn meet(one: &Doc, other: &Doc) {
    tell(one, other);
    tell(other, one);
}

fn current(doc: &Doc, register: &RegisterName) -> BTreeSet<SettingId> {
    let register = reading(doc).register(register);
    register.current.iter().map(|setting| setting.id).collect()
}

fn values(doc: &Doc, register: &RegisterName) -> Vec<String> {
    let register = reading(doc).register(register);
    let mut values: Vec<String> = register
        .current
        .iter()
        .map(|setting| setting.value.to_string())
        .collect();
    values.sort();
    values
}

#[test]
fn a_later_setting_replaces_what_it_has_seen() {
    let doc = replica(1);
    assert_eq!(reading(&doc).register(&strength()).state(), State::Unset);
    choose(&doc, &strength(), "weak");
    let second = choose(&doc, &strength(), "strong");
    let values = reading(&doc);
    let register = values.register(&strength());
    assert_eq!(register.state(), State::Settled(&Any::from("strong")));
    assert_eq!(current(&doc, &strength()), BTreeSet::from([second]));
    assert_eq!(register.replaced, 0, "it was taken away");
    assert!(values.is_decided());
}

#[test]
fn what_two_set_at_once_both_see_until_somebody_decides() {
    let (anna, bert) = (replica(1), replica(2));
    choose(&anna, &strength(), "weak");
    meet(&anna, &bert);
    let one = choose(&anna, &strength(), "strong");
    let other = choose(&bert, &strength(), "none");
    meet(&anna, &bert);
    for doc in [&anna, &bert] {
        let values = reading(doc);
        let register = values.register(&strength());
        assert_eq!(register.state(), State::Conflict);
        assert!(!values.is_decided());
        assert_eq!(values.conflicts().collect::<Vec<_>>(), [&strength()]);
        let authors: BTreeSet<u64> = register.current.iter().map(|each| each.id.client).collect();
        assert_eq!(authors, BTreeSet::from([1, 2]));
        assert_eq!(current(doc, &strength()), BTreeSet::from([one, other]));
    }
    let chosen = choose(&bert, &strength(), "strong");
    meet(&anna, &bert);
    for doc in [&anna, &bert] {
        let values = reading(doc);
        let register = values.register(&strength());
        assert_eq!(register.state(), State::Settled(&Any::from("strong")));
        assert_eq!(register.current[0].id, chosen);
        assert_eq!(register.current[0].seen, BTreeSet::from([one, other]));
    }
}

/// What came between the reading and the click was seen by the program, not by the person.
#[test]
fn what_was_not_shown_is_not_replaced() {
    let (anna, bert) = (replica(1), replica(2));
    choose(&anna, &strength(), "weak");
    meet(&anna, &bert);
    let shown = reading(&anna).register(&strength()).shown();
    let news = choose(&bert, &strength(), "none");
    meet(&anna, &bert);
    let late = set_seen(&anna, &strength(), "strong", &shown);
    meet(&anna, &bert);
    for doc in [&anna, &bert] {
        assert_eq!(current(doc, &strength()), BTreeSet::from([news, late]));
    }
}

#[test]
fn a_decision_stands_against_what_it_saw_and_not_against_what_it_did_not() {
    let (anna, bert, carl) = (replica(1), replica(2), replica(3));
    let seen_by_all = [
        choose(&anna, &strength(), "weak"),
        choose(&bert, &strength(), "strong"),
    ];
    meet(&anna, &bert);
    meet(&bert, &carl);
    // Carl goes offline for two days and decides in his own way.
    let decided = choose(&anna, &strength(), "strong");
    let offline = choose(&carl, &strength(), "weak");
    meet(&anna, &bert);
    let before = all_of(&bert);
    for _ in 0..3 {
        meet(&anna, &bert);
        apply(&bert, &before);
        assert_eq!(current(&bert, &strength()), BTreeSet::from([decided]));
    }
    meet(&carl, &bert);
    let found = current(&bert, &strength());
    assert_eq!(found, BTreeSet::from([decided, offline]));
    assert!(seen_by_all.iter().all(|seen| !found.contains(seen)));
}

#[test]
fn the_same_value_set_twice_is_no_conflict() {
    let (anna, bert) = (replica(1), replica(2));
    let dose = |unit: &str, amount: Any| {
        Any::from(HashMap::from([
            ("unit".to_owned(), Any::from(unit)),
            ("amount".to_owned(), amount),
        ]))
    };
    let dose_name = name("dose");
    for (doc, value) in [
        (&anna, dose("g", Any::from(2_i64))),
        // JavaScript has one kind of number, and writes it in two ways.
        (&bert, dose("g", Any::from(2.0_f64))),
    ] {
        set(
            &mut doc.transact_mut(),
            &dose_name,
            value,
            0,
            &BTreeSet::new(),
        );
    }
    meet(&anna, &bert);
    let register = reading(&anna).register(&dose_name);
    assert_eq!(register.current.len(), 2);
    assert!(matches!(register.state(), State::Settled(_)));
    let other = dose("mg", Any::from(2_i64));
    set(
        &mut anna.transact_mut(),
        &dose_name,
        other,
        0,
        &BTreeSet::new(),
    );
    assert_eq!(reading(&anna).register(&dose_name).state(), State::Conflict);
}

#[test]
fn clearing_is_setting_nothing() {
    let doc = replica(1);
    choose(&doc, &strength(), "weak");
    let shown = reading(&doc).register(&strength()).shown();
    set(
        &mut doc.transact_mut(),
        &strength(),
        Any::Undefined,
        7,
        &shown,
    );
    let register = reading(&doc).register(&strength());
    assert_eq!(register.state(), State::Settled(&Any::Null));
    assert_eq!(register.current[0].at, Some(7));
}

#[test]
fn a_value_is_gone_by_only_when_it_is_the_one_and_belongs_there() {
    let doc = replica(1);
    let certainty = name("certainty");
    let level = || {
        let register = reading(&doc).register(&certainty);
        register.value(|value| Certainty::from_code(code(value)?))
    };
    assert_eq!(level(), Ok(None));
    choose(&doc, &certainty, "very-low");
    assert_eq!(level(), Ok(Some(Certainty::VeryLow)));
    set_seen(&doc, &certainty, "low", &BTreeSet::new());
    assert_eq!(level(), Err(Undecided::Conflict));
    choose(&doc, &certainty, "sehr niedrig");
    assert_eq!(level(), Err(Undecided::Unreadable));
    let shown = reading(&doc).register(&certainty).shown();
    set(&mut doc.transact_mut(), &certainty, Any::Null, 0, &shown);
    assert_eq!(level(), Ok(None));
}

#[test]
fn registers_do_not_touch_each_other() {
    let doc = replica(1);
    let seen = BTreeSet::from([choose(&doc, &strength(), "weak")]);
    let direction = name("direction");
    set_seen(&doc, &direction, "for", &seen);
    assert_eq!(current(&doc, &strength()), seen);
    assert_eq!(current(&doc, &direction).len(), 1);
}

/// A client that only adds, and takes nothing away, is understood too; the next setting clears up.
#[test]
fn what_was_seen_is_replaced_also_where_it_is_still_there() {
    let doc = replica(1);
    let mut seen = BTreeSet::new();
    for value in ["a", "b", "c"] {
        let content = entry::content(&strength(), Any::from(value), 0, &seen);
        let mut txn = doc.transact_mut();
        let array = txn.get_or_insert_array(VALUES);
        let made = array.push_back(&mut txn, ArrayPrelim::from([content]));
        seen = BTreeSet::from([entry::id_of(&made)]);
    }
    let register = reading(&doc).register(&strength());
    assert_eq!((register.current.len(), register.replaced), (1, 2));
    assert_eq!(values(&doc, &strength()), ["c"]);
    // "a" was seen by "b" only, and must not come back when that goes.
    choose(&doc, &strength(), "d");
    let register = reading(&doc).register(&strength());
    assert_eq!((register.current.len(), register.replaced), (1, 0));
    assert_eq!(values(&doc, &strength()), ["d"]);
}

#[test]
fn settings_that_claim_to_have_seen_each_other_are_both_shown_or_the_later_one() {
    let doc = replica(1);
    // The second element's id is known in advance: two clocks on.
    let later = SettingId {
        client: 1,
        clock: 2,
    };
    let first = set_seen(&doc, &strength(), "a", &BTreeSet::from([later]));
    assert_eq!(
        first,
        SettingId {
            client: 1,
            clock: 0
        }
    );
    let content = entry::content(&strength(), Any::from("b"), 0, &BTreeSet::from([first]));
    let mut txn = doc.transact_mut();
    let array = txn.get_or_insert_array(VALUES);
    let made = array.push_back(&mut txn, ArrayPrelim::from([content]));
    assert_eq!(entry::id_of(&made), later);
    drop(txn);
    assert_eq!(current(&doc, &strength()), BTreeSet::from([later]));
}

#[test]
fn foreign_content_is_shown_and_goes_when_somebody_who_saw_it_decides() {
    let doc = replica(1);
    choose(&doc, &strength(), "weak");
    {
        let mut txn = doc.transact_mut();
        let array = txn.get_or_insert_array(VALUES);
        let named = Any::from(HashMap::from([(
            "register".to_owned(),
            Any::from("strength"),
        )]));
        array.push_back(&mut txn, named);
        array.push_back(&mut txn, "a word");
    }
    let values = reading(&doc);
    let register = values.register(&strength());
    assert_eq!(register.state(), State::Conflict);
    assert_eq!((register.current.len(), register.foreign.len()), (1, 1));
    assert_eq!(values.foreign.len(), 1);
    assert_eq!(values.foreign[0].content, Any::from("a word"));
    choose(&doc, &strength(), "strong");
    let values = reading(&doc);
    assert!(matches!(
        values.register(&strength()).state(),
        State::Settled(_)
    ));
    assert!(!values.is_decided(), "there is a word still");
    let shown = values.foreign.iter().map(|foreign| foreign.id).collect();
    discard(&mut doc.transact_mut(), &shown);
    assert!(reading(&doc).is_decided());
}

/// Another member may not put words into somebody's setting: then it is nobody's.
#[test]
fn a_setting_that_was_tampered_with_is_foreign_content() {
    type Tamper = fn(&ArrayRef, &mut TransactionMut<'_>);
    let tamper: [(&str, Tamper); 4] = [
        ("replaced", |entry, txn| {
            let forged = entry::content(&strength(), Any::from("strong"), 0, &BTreeSet::new());
            entry.remove(txn, 0);
            entry.push_back(txn, forged);
        }),
        ("put before", |entry, txn| {
            let forged = entry::content(&strength(), Any::from("strong"), 0, &BTreeSet::new());
            entry.insert(txn, 0, forged);
        }),
        ("put behind", |entry, txn| {
            entry.push_back(txn, "and more");
        }),
        ("emptied", |entry, txn| entry.remove(txn, 0)),
    ];
    for (how, tamper) in tamper {
        let (anna, mallory) = (replica(1), replica(2));
        choose(&anna, &strength(), "weak");
        meet(&anna, &mallory);
        {
            let mut txn = mallory.transact_mut();
            let array = txn.get_or_insert_array(VALUES);
            let Some(yrs::Out::YArray(entry)) = array.get(&txn, 0) else {
                panic!("no setting");
            };
            tamper(&entry, &mut txn);
        }
        meet(&anna, &mallory);
        let values = reading(&anna);
        let register = values.register(&strength());
        assert_eq!(register.current, [], "{how}");
        assert_eq!(register.foreign.len() + values.foreign.len(), 1, "{how}");
        assert!(!values.is_decided(), "{how}");
    }
}

#[test]
fn more_foreign_content_than_is_shown_is_counted_and_comes_into_view() {
    let doc = replica(1);
    let total = 2 * FOREIGN_SHOWN_MAX + 5;
    {
        let mut txn = doc.transact_mut();
        let array = txn.get_or_insert_array(VALUES);
        for number in 0..total {
            array.push_back(&mut txn, i64::try_from(number).unwrap());
        }
    }
    let mut left = total;
    while left > 0 {
        let values = reading(&doc);
        assert_eq!(values.foreign.len() + values.foreign_more, left);
        assert!(!values.is_decided());
        let shown: BTreeSet<SettingId> = values.foreign.iter().map(|each| each.id).collect();
        assert_eq!(shown.len(), left.min(FOREIGN_SHOWN_MAX));
        discard(&mut doc.transact_mut(), &shown);
        left -= shown.len();
    }
    assert!(reading(&doc).is_decided());
}

#[test]
fn a_root_of_another_kind_is_read_as_what_it_is() {
    type Make = fn(&mut TransactionMut<'_>);
    let makes: [(Make, usize); 3] = [
        (
            |txn| {
                txn.get_or_insert_map(VALUES)
                    .insert(txn, "strength", "weak");
            },
            0,
        ),
        (|txn| txn.get_or_insert_text(VALUES).push(txn, "weak"), 4),
        (
            |txn| {
                txn.get_or_insert_xml_fragment(VALUES)
                    .push_back(txn, XmlTextPrelim::new("weak"));
            },
            1,
        ),
    ];
    for (make, foreign) in makes {
        let doc = replica(1);
        make(&mut doc.transact_mut());
        let received = replica(2);
        apply(&received, &all_of(&doc));
        for doc in [doc, received] {
            assert_eq!(reading(&doc).foreign.len(), foreign);
            choose(&doc, &strength(), "strong");
            assert_eq!(values(&doc, &strength()), ["strong"]);
        }
    }
}

#[test]
fn reading_changes_nothing() {
    let doc = replica(1);
    choose(&doc, &strength(), "weak");
    let received = replica(2);
    apply(&received, &all_of(&doc));
    let before = received.transact().snapshot();
    assert_eq!(values(&received, &strength()), ["weak"]);
    assert_eq!(received.transact().snapshot(), before);
    let empty = replica(3);
    assert_eq!(reading(&empty), Values::default());
    assert_eq!(empty.transact().root_refs().count(), 0);
}

#[test]
fn names_and_ids_have_one_text() {
    assert!(RegisterName::parse("recommendation/7/strength").is_ok());
    for text in ["", "a\nb", &"n".repeat(201)] {
        assert_eq!(RegisterName::parse(text), Err(NotARegister));
    }
    let id = SettingId {
        client: 9_007_199_254_740_991,
        clock: u32::MAX,
    };
    assert_eq!(id.to_string().parse(), Ok(id));
    for text in ["1", "1.", ".1", "01.2", "1.+2", "1.2.3", "1.4294967296", ""] {
        assert_eq!(text.parse::<SettingId>(), Err(NotASetting), "{text}");
    }
}

#[test]
fn what_stock_yjs_has_written_is_read() {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../vectors/register.json")).unwrap();
    let id =
        |which: &str| -> SettingId { vectors["ids"][which].as_str().unwrap().parse().unwrap() };
    let bytes = |which: &str| -> Vec<u8> {
        let hex = vectors[which].as_str().unwrap().as_bytes();
        let pairs = hex.chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect()
    };
    let doc = replica(4);
    apply(&doc, &bytes("conflict"));
    let values = reading(&doc);
    let register = values.register(&strength());
    assert_eq!(register.state(), State::Conflict);
    let both = BTreeSet::from([id("fromA"), id("fromB")]);
    assert_eq!(current(&doc, &strength()), both);
    for setting in &register.current {
        assert_eq!(setting.seen, BTreeSet::from([id("first")]));
    }
    let dose = values.register(&name("dose"));
    assert_eq!(dose.current.len(), 2, "two set the same");
    assert_eq!(dose.current[0].id, id("dose"));
    assert!(matches!(dose.state(), State::Settled(Any::Map(_))));
    let importance = values.register(&name("importance"));
    assert_eq!(importance.state(), State::Settled(&Any::from(9_i64)));
    assert_eq!(importance.current[0].at, Some(1_790_000_063_000));
    assert_eq!(values.foreign.len(), 1);
    assert_eq!(values.register(&name("certainty")).foreign.len(), 1);

    apply(&doc, &bytes("settled"));
    let register = reading(&doc).register(&strength());
    assert_eq!(register.state(), State::Settled(&Any::from("strong")));
    assert_eq!(register.current[0].id, id("chosen"));
    assert_eq!(register.current[0].seen, both);
}

/// Ten people change their minds a thousand times: one setting is left, and what is remembered of the others is of the
/// size of as many keystrokes in a text.
#[test]
fn what_was_replaced_leaves_little_behind() {
    let people: Vec<Doc> = (1..=10).map(replica).collect();
    for turn in 0..1_000 {
        let author = &people[turn % people.len()];
        choose(
            author,
            &strength(),
            if turn % 2 == 0 { "weak" } else { "strong" },
        );
        tell(author, &people[(turn + 1) % people.len()]);
    }
    let last = &people[0];
    assert_eq!(
        last.transact()
            .get_array(VALUES)
            .map(|array| array.len(&last.transact())),
        Some(1)
    );
    let bytes = all_of(last).len();
    assert!(bytes < 1_000 * 16, "{bytes} bytes");
}

/// Hands on updates in the order in which they come. What builds on something that has not come waits outside the document
/// and is tried again, as in the rooms of the server: an update with gaps is never given to yrs, which does not always put
/// it together later (ADR-0008).
fn deliver(doc: &Doc, order: Vec<&Vec<u8>>) {
    let is_ready = |update: &[u8]| {
        let shape = read_shape(&Bytes::copy_from_slice(update)).unwrap();
        let known = doc.transact().state_vector();
        shape
            .needs
            .iter()
            .chain(&shape.deletes)
            .all(|until| known.get(&ClientID::new(until.client)) >= until.clock)
    };
    let mut waiting: Vec<&Vec<u8>> = Vec::new();
    for update in order {
        waiting.push(update);
        while let Some(at) = waiting.iter().position(|update| is_ready(update)) {
            apply(doc, waiting.remove(at));
        }
    }
    assert!(waiting.is_empty(), "everything has come");
}

/// A history: what the members of a panel do, in some order.
#[derive(Debug, Clone)]
enum Act {
    /// Somebody reads a register; what they set later, they set having read this.
    Look { who: usize, register: usize },
    /// Somebody sets a register to a value of their own, having seen what they last looked at.
    Set { who: usize, register: usize },
    /// Somebody hears what somebody else knows.
    Hear { who: usize, from: usize },
}

const PEOPLE: usize = 4;
const REGISTERS: [&str; 2] = ["strength", "dose"];

fn act() -> impl Strategy<Value = Act> {
    let who = || 0..PEOPLE;
    let register = || 0..REGISTERS.len();
    prop_oneof![
        2 => (who(), register()).prop_map(|(who, register)| Act::Look { who, register }),
        3 => (who(), register()).prop_map(|(who, register)| Act::Set { who, register }),
        2 => (who(), who()).prop_map(|(who, from)| Act::Hear { who, from }),
    ]
}

/// What is known of a setting besides the register.
struct Made {
    register: usize,
    id: SettingId,
    seen: BTreeSet<SettingId>,
}

/// A history as it was lived: the replicas, what each knew, and each transaction as an update.
struct Lived {
    replicas: Vec<Doc>,
    knows: Vec<BTreeSet<SettingId>>,
    made: Vec<Made>,
    updates: Vec<Vec<u8>>,
}

impl Lived {
    fn live(acts: &[Act]) -> Result<Self, TestCaseError> {
        let mut lived = Self {
            replicas: (1..=PEOPLE as u64).map(replica).collect(),
            knows: vec![BTreeSet::new(); PEOPLE],
            made: Vec::new(),
            updates: Vec::new(),
        };
        let mut shown = vec![[const { BTreeSet::new() }; REGISTERS.len()]; PEOPLE];
        for act in acts {
            match *act {
                Act::Look { who, register } => {
                    let values = reading(&lived.replicas[who]);
                    shown[who][register] = values.register(&name(REGISTERS[register])).shown();
                }
                Act::Set { who, register } => {
                    let seen = std::mem::take(&mut shown[who][register]);
                    let id = lived.set(who, register, &seen);
                    // Whoever has set a value sees it.
                    shown[who][register].insert(id);
                }
                Act::Hear { who, from } => {
                    tell(&lived.replicas[from], &lived.replicas[who]);
                    let news = lived.knows[from].clone();
                    lived.knows[who].extend(news);
                }
            }
            for who in 0..PEOPLE {
                lived.is_right(&lived.replicas[who], &lived.knows[who])?;
            }
        }
        Ok(lived)
    }

    fn set(&mut self, who: usize, register: usize, seen: &BTreeSet<SettingId>) -> SettingId {
        let value = Any::from(format!("value {}", self.made.len()));
        let mut txn = self.replicas[who].transact_mut();
        let id = set(&mut txn, &name(REGISTERS[register]), value, 0, seen);
        self.updates.push(txn.encode_update_v1());
        drop(txn);
        self.knows[who].insert(id);
        self.made.push(Made {
            register,
            id,
            seen: seen.clone(),
        });
        id
    }

    /// What must be current for somebody who knows these settings: those that none of them has seen.
    fn expected(&self, known: &BTreeSet<SettingId>, register: usize) -> BTreeSet<SettingId> {
        let of_this = || {
            self.made
                .iter()
                .filter(|made| made.register == register && known.contains(&made.id))
        };
        let seen: BTreeSet<SettingId> = of_this().flat_map(|made| made.seen.clone()).collect();
        of_this()
            .map(|made| made.id)
            .filter(|id| !seen.contains(id))
            .collect()
    }

    fn is_right(&self, doc: &Doc, known: &BTreeSet<SettingId>) -> Result<(), TestCaseError> {
        for (register, text) in REGISTERS.iter().enumerate() {
            prop_assert_eq!(current(doc, &name(text)), self.expected(known, register));
        }
        Ok(())
    }

    fn everything(&self) -> BTreeSet<SettingId> {
        self.made.iter().map(|made| made.id).collect()
    }
}

proptest! {
    /// D12 and I2: no setting that nobody saw is lost, and all who know the same see the same conflicts.
    #[test]
    fn nothing_unseen_is_ever_lost(
        acts in prop::collection::vec(act(), 0..60),
        seed in any::<u64>(),
    ) {
        let lived = Lived::live(&acts)?;
        let all = lived.everything();
        // Everybody meets.
        for _ in 0..2 {
            for who in 0..PEOPLE {
                meet(&lived.replicas[who], &lived.replicas[(who + 1) % PEOPLE]);
            }
        }
        let reference = reading(&lived.replicas[0]);
        for doc in &lived.replicas {
            lived.is_right(doc, &all)?;
            prop_assert_eq!(&reading(doc), &reference);
        }
        // Somebody new gets every transaction by itself, in any order, some of them twice.
        let mut dice = Dice(seed);
        let mut order: Vec<&Vec<u8>> = lived.updates.iter().collect();
        let doubled: Vec<&Vec<u8>> = order.iter().copied().filter(|_| dice.below(4) == 0).collect();
        order.extend(doubled);
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at + 1));
        }
        let newcomer = replica(99);
        deliver(&newcomer, order);
        lived.is_right(&newcomer, &all)?;
        prop_assert_eq!(&reading(&newcomer), &reference);
    }

    #[test]
    fn what_is_decided_stays_decided_until_somebody_sets(
        acts in prop::collection::vec(act(), 1..40),
        chair in 0..PEOPLE,
    ) {
        let mut lived = Lived::live(&acts)?;
        for _ in 0..2 {
            for who in 0..PEOPLE {
                meet(&lived.replicas[who], &lived.replicas[(who + 1) % PEOPLE]);
            }
        }
        let mut decided = Vec::new();
        for (register, text) in REGISTERS.iter().enumerate() {
            let shown = reading(&lived.replicas[chair]).register(&name(text)).shown();
            decided.push(lived.set(chair, register, &shown));
        }
        for from in 0..PEOPLE {
            for who in 0..PEOPLE {
                tell(&lived.replicas[from], &lived.replicas[who]);
            }
        }
        for doc in &lived.replicas {
            for update in &lived.updates {
                apply(doc, update);
            }
            prop_assert!(reading(doc).is_decided());
            for (register, id) in decided.iter().enumerate() {
                prop_assert_eq!(current(doc, &name(REGISTERS[register])), BTreeSet::from([*id]));
            }
        }
        // Somebody who has not heard of it sets: now there are both.
        let late = lived.set((chair + 1) % PEOPLE, 0, &BTreeSet::new());
        for doc in &lived.replicas {
            tell(&lived.replicas[(chair + 1) % PEOPLE], doc);
            prop_assert_eq!(
                current(doc, &name(REGISTERS[0])),
                BTreeSet::from([decided[0], late])
            );
        }
    }

    /// Whatever another program writes: nothing is a setting of somebody who did not set it, and nothing is passed over.
    #[test]
    fn anything_is_read_as_what_it_is(junk in prop::collection::vec(junk(), 0..20), seed in any::<u64>()) {
        let doc = replica(7);
        let honest = choose(&doc, &strength(), "weak");
        let mut dice = Dice(seed);
        {
            let mut txn = doc.transact_mut();
            let array = txn.get_or_insert_array(VALUES);
            for content in &junk {
                let at = u32::try_from(dice.below(array.len(&txn) as usize + 1)).unwrap();
                array.insert(&mut txn, at, content.clone());
            }
        }
        let received = replica(8);
        apply(&received, &all_of(&doc));
        let values = reading(&received);
        let elements = received.transact().get_array(VALUES).unwrap().len(&received.transact());
        let counted: usize = values
            .registers
            .values()
            .map(|register| register.current.len() + register.foreign.len() + register.replaced)
            .sum();
        prop_assert_eq!(counted + values.foreign.len() + values.foreign_more, elements as usize);
        prop_assert_eq!(&values, &reading(&doc));
        let is_there = values.register(&strength()).current.iter().any(|each| each.id == honest);
        let is_replaced = values.register(&strength()).replaced > 0;
        prop_assert!(is_there || is_replaced);
        // A person can always decide.
        let chosen = choose(&received, &strength(), "strong");
        prop_assert_eq!(current(&received, &strength()), BTreeSet::from([chosen]));
    }
}

/// JSON that is nearly a setting, or nothing like one.
fn json() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        Just(Any::Null),
        Just(Any::Undefined),
        any::<bool>().prop_map(Any::from),
        any::<f64>().prop_map(Any::from),
        any::<i64>().prop_map(Any::from),
        prop::sample::select(vec!["strength", "7.0", "7.2", "", "\u{0}"]).prop_map(Any::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Any::from),
            prop::collection::hash_map(
                prop::sample::select(vec!["register", "value", "at", "seen", "x"])
                    .prop_map(str::to_owned),
                inner,
                0..5
            )
            .prop_map(Any::from),
        ]
    })
}

fn junk() -> impl Strategy<Value = In> {
    prop_oneof![
        json().prop_map(In::from),
        prop::collection::vec(json(), 0..3)
            .prop_map(|items| In::from(ArrayPrelim::from_iter(items))),
        json().prop_map(|value| In::from(MapPrelim::from_iter([("register", value)]))),
        Just(In::from(TextPrelim::new("strength"))),
    ]
}

/// The reason for all of this: the same histories with one key of a map for each register, as one would write it at first.
#[test]
fn a_plain_map_loses_what_nobody_saw() {
    // Anna sets "weak"; Bert, offline, "strong". They meet, and one of the two is gone, without a trace.
    let (anna, bert) = (replica(1), replica(2));
    for (doc, value) in [(&anna, "weak"), (&bert, "strong")] {
        let mut txn = doc.transact_mut();
        let map = txn.get_or_insert_map("plain");
        map.insert(&mut txn, "strength", value);
        drop(txn);
        choose(doc, &strength(), value);
    }
    meet(&anna, &bert);
    let plain = |doc: &Doc| {
        let txn = doc.transact();
        let map = txn.get_map("plain").unwrap();
        map.get(&txn, "strength").unwrap().to_string(&txn)
    };
    assert_eq!(plain(&anna), plain(&bert));
    assert_eq!(values(&anna, &strength()), ["strong", "weak"]);

    // And in 200 random histories: settings that were current by what people had seen, and are not in the map.
    let mut lost = 0;
    let mut kept = 0;
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let acts: Vec<Act> = (0..30)
            .map(|_| {
                let (who, other) = (dice.below(PEOPLE), dice.below(PEOPLE));
                match dice.below(3) {
                    0 => Act::Hear { who, from: other },
                    1 => Act::Look { who, register: 0 },
                    _ => Act::Set { who, register: 0 },
                }
            })
            .collect();
        let lived = Lived::live(&acts).unwrap();
        kept += lived.expected(&lived.everything(), 0).len();
        lost += lost_by_a_map(&acts, &lived);
    }
    assert!(kept > 400, "{kept}");
    assert!(lost > kept / 3, "{lost} of {kept}");
}

/// How many of the settings that are current in the register are not in a map after the same history.
fn lost_by_a_map(acts: &[Act], lived: &Lived) -> usize {
    let docs: Vec<Doc> = (1..=PEOPLE as u64).map(replica).collect();
    let mut made = 0_i64;
    for act in acts {
        match *act {
            Act::Look { .. } => {}
            Act::Set { who, .. } => {
                let mut txn = docs[who].transact_mut();
                let map = txn.get_or_insert_map("plain");
                map.insert(&mut txn, "strength", made);
                made += 1;
            }
            Act::Hear { who, from } => tell(&docs[from], &docs[who]),
        }
    }
    for _ in 0..2 {
        for who in 0..PEOPLE {
            meet(&docs[who], &docs[(who + 1) % PEOPLE]);
        }
    }
    let txn = docs[0].transact();
    let left = txn
        .get_map("plain")
        .and_then(|map| map.get_as::<_, i64>(&txn, "strength").ok());
    let current = lived.expected(&lived.everything(), 0);
    let left = left.map(|at| lived.made[usize::try_from(at).unwrap()].id);
    current.iter().filter(|id| Some(**id) != left).count()
}

/// Numbers that a seed brings back.
mod rand_like {
    /// A splitmix64 generator: small, and the same everywhere.
    pub(super) struct Dice(pub(super) u64);

    impl Dice {
        /// A number below `end`, which is at least 1.
        pub(super) fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let mixed = mixed ^ (mixed >> 31);
            usize::try_from(mixed % end as u64).unwrap()
        }
    }
}

/// Somebody fills one register with more than can be taken away at once: what stays is replaced all the same, also what
/// only the settings that went had seen.
#[test]
fn a_flood_is_replaced_at_once_and_taken_away_by_and_by() {
    let doc = replica(1);
    let other = name("dose");
    {
        let mut txn = doc.transact_mut();
        let array = txn.get_or_insert_array(VALUES);
        let mut before = BTreeSet::new();
        for number in 0..2 * REMOVALS_MAX {
            // Between two of the register stands one of another, and each second one has seen the one before.
            for name in [&strength(), &other] {
                let content = entry::content(name, Any::from(0_i64), 0, &before);
                let made = array.push_back(&mut txn, ArrayPrelim::from([content]));
                if name == &strength() {
                    before = match number % 2 {
                        0 => BTreeSet::from([entry::id_of(&made)]),
                        _ => BTreeSet::new(),
                    };
                }
            }
        }
    }
    let flooded = reading(&doc).register(&strength());
    assert_eq!(
        (flooded.current.len(), flooded.replaced),
        (REMOVALS_MAX, REMOVALS_MAX)
    );
    for left in [REMOVALS_MAX, 0] {
        let chosen = choose(&doc, &strength(), "strong");
        let register = reading(&doc).register(&strength());
        assert_eq!(current(&doc, &strength()), BTreeSet::from([chosen]));
        assert!(register.replaced <= left + 1, "{}", register.replaced);
    }
    assert_eq!(
        reading(&doc).register(&other).current.len(),
        2 * REMOVALS_MAX
    );
}
