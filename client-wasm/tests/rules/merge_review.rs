//! Rules of what is told after a time without the server.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use consilium_client::effect::Effect;
use consilium_client::event::Event;
use consilium_model::branch::words::{Is, Piece};
use consilium_model::document::BODY;
use consilium_model::merge_review::{LONG_SPELL, Review, Side, Who};
use consilium_model::prose::{self, Block};
use consilium_protocol::envelope::ServerMessage;
use consilium_protocol::extension::ServerExtension;
use consilium_protocol::ids::Access;
use consilium_protocol::sync::SyncMessage;
use consilium_review::{NotComparable, REVIEW_BYTES_MAX};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use yrs::updates::decoder::Decode;
use yrs::updates::encoder::Encode;
use yrs::{Doc, ReadTxn, StateVector, Text, Transact, Update, XmlFragment, XmlOut};

use crate::shell::Shell;

/// A document that somebody writes in.
struct Prose(Doc);

impl Prose {
    fn new(client: u64) -> Self {
        Self(Doc::with_client_id(client))
    }

    fn with_lines(client: u64, lines: usize) -> Self {
        let prose = Self::new(client);
        let body = prose.0.get_or_insert_xml_fragment(BODY);
        let blocks: Vec<Block> = (0..lines)
            .map(|at| Block::paragraph(format!("line {at}")))
            .collect();
        prose::append(&mut prose.0.transact_mut(), &body, &blocks);
        prose
    }

    fn apply(&self, update: &[u8]) {
        let update = Update::decode_v1(update).expect("an update");
        self.0.transact_mut().apply_update(update).expect("usable");
    }

    fn state_vector(&self) -> Bytes {
        self.0.transact().state_vector().encode_v1().into()
    }

    fn beyond(&self, known: &StateVector) -> Bytes {
        self.0.transact().encode_diff_v1(known).into()
    }

    fn all(&self) -> Bytes {
        self.beyond(&StateVector::default())
    }

    /// Writes behind a line; the edit as an update.
    fn write(&self, line: usize, words: &str) -> Bytes {
        let body = self.0.get_or_insert_xml_fragment(BODY);
        let mut txn = self.0.transact_mut();
        let at = u32::try_from(line).expect("few lines");
        let text = body
            .get(&txn, at)
            .and_then(XmlOut::into_xml_element)
            .and_then(|paragraph| paragraph.get(&txn, 0))
            .and_then(XmlOut::into_xml_text)
            .expect("a line");
        text.push(&mut txn, words);
        txn.encode_update_v1().into()
    }

    fn remove_letters(&self, line: usize, letters: std::ops::Range<u32>) -> Bytes {
        let body = self.0.get_or_insert_xml_fragment(BODY);
        let mut txn = self.0.transact_mut();
        let at = u32::try_from(line).expect("few lines");
        let text = body
            .get(&txn, at)
            .and_then(XmlOut::into_xml_element)
            .and_then(|paragraph| paragraph.get(&txn, 0))
            .and_then(XmlOut::into_xml_text)
            .expect("a line");
        text.remove_range(&mut txn, letters.start, letters.end - letters.start);
        txn.encode_update_v1().into()
    }

    fn remove(&self, line: usize) -> Bytes {
        let body = self.0.get_or_insert_xml_fragment(BODY);
        let mut txn = self.0.transact_mut();
        body.remove_range(&mut txn, u32::try_from(line).expect("few lines"), 1);
        txn.encode_update_v1().into()
    }
}

/// A device with an open document, and the server's document.
struct Bedside {
    shell: Shell,
    mine: Prose,
    server: Prose,
}

impl Bedside {
    fn with_lines(lines: usize) -> Self {
        let mut bedside = Self {
            shell: Shell::new(),
            mine: Prose::new(2),
            server: Prose::with_lines(3, lines),
        };
        bedside.shell.open_empty();
        bedside.shell.tell(Event::SocketOpened);
        bedside.greet(Access::Write);
        bedside.mine.apply(&bedside.server.all());
        bedside.shell.forget_past();
        bedside
    }

    /// The server says what it has, and what this device lacks of it.
    fn greet(&mut self, access: Access) {
        self.shell.greet(access);
        let known = StateVector::decode_v1(&self.mine.state_vector()).expect("a state vector");
        let (has, lacked) = (self.server.state_vector(), self.server.beyond(&known));
        self.shell
            .hear(ServerMessage::Sync(SyncMessage::Step1(has)));
        self.shell
            .hear(ServerMessage::Sync(SyncMessage::Step2(lacked)));
    }

    fn lose(&mut self) {
        self.shell.close(1006);
    }

    fn come_back(&mut self) {
        // Before the next attempt is due anyway, whenever that is.
        self.shell.tell(Event::ReconnectNow);
        self.shell.tell(Event::SocketOpened);
        self.greet(Access::Write);
    }

    fn edit(&mut self, line: usize) {
        let update = self.mine.write(line, " mine");
        self.shell.edit(update);
    }

    /// What both sides had after the spell, compared; and how long that was.
    fn merged(&mut self) -> Option<(Option<Review>, Duration)> {
        let merged = std::mem::take(&mut self.shell.effects)
            .into_iter()
            .find_map(|effect| match effect {
                Effect::Merged {
                    base,
                    mine,
                    theirs,
                    away_ms,
                    ..
                } => Some((base, mine, theirs, Duration::from_millis(away_ms))),
                _ => None,
            })?;
        let (base, mine, theirs, away) = merged;
        let found = consilium_review::review(&base, &mine, &theirs, away).expect("small");
        Some((found, away))
    }
}

#[test]
fn a_spell_in_which_only_one_side_wrote_is_not_told() {
    for (here, there) in [(false, false), (true, false), (false, true)] {
        let mut bedside = Bedside::with_lines(3);
        bedside.lose();
        bedside.shell.now += 2 * 24 * 3_600_000;
        if here {
            bedside.edit(0);
        }
        if there {
            bedside.server.write(0, " theirs");
        }
        bedside.come_back();
        assert_eq!(bedside.merged(), None);
    }
}

#[test]
fn what_was_written_while_online_is_not_told() {
    let mut bedside = Bedside::with_lines(3);
    bedside.edit(0);
    let theirs = bedside.server.write(0, " theirs");
    bedside
        .shell
        .hear(ServerMessage::Sync(SyncMessage::Update(theirs)));
    assert_eq!(bedside.merged(), None);
}

#[test]
fn a_spell_of_two_days_survives_the_page() {
    let server = Prose::with_lines(3, 3);
    let mine = Prose::new(2);
    mine.apply(&server.all());
    let base = server.all();
    let edit = mine.write(1, " mine");
    server.write(1, " theirs");
    server.write(2, " theirs");
    // Another visit: the engine begins with what the store has.
    let mut bedside = Bedside {
        shell: Shell::new(),
        mine,
        server,
    };
    bedside
        .shell
        .open_with(None, vec![base, edit.clone()], vec![(1, edit)]);
    bedside.shell.now += 2 * 24 * 3_600_000;
    bedside.shell.tell(Event::SocketOpened);
    bedside.greet(Access::Write);
    let (review, away) = bedside.merged().expect("both wrote");
    assert_eq!(away, Duration::from_secs(2 * 24 * 3_600));
    let places = review.expect("a long spell").places;
    let who: Vec<Who> = places.iter().map(|place| place.who).collect();
    assert_eq!(who, [Who::Both, Who::Theirs]);
}

#[test]
fn the_comparison_comes_before_what_it_is_made_of_is_stored_as_one() {
    let mut bedside = Bedside::with_lines(1);
    bedside.lose();
    bedside.edit(0);
    bedside.server.write(0, " theirs");
    bedside.come_back();
    let order: Vec<bool> = bedside
        .shell
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Merged { .. } => Some(true),
            Effect::PersistRemote { .. } => Some(false),
            _ => None,
        })
        .collect();
    assert_eq!(order, [true, false]);
}

#[test]
fn an_edit_whose_acknowledgement_was_lost_is_common_and_no_change_of_mine() {
    let mut bedside = Bedside::with_lines(2);
    let update = bedside.mine.write(0, " mine");
    bedside.shell.edit(update.clone());
    bedside.lose();
    bedside.server.apply(&update);
    bedside.server.write(0, " and theirs upon it");
    bedside.edit(1);
    bedside.shell.now += 3_600_000;
    bedside.come_back();
    let (review, _) = bedside.merged().expect("both wrote");
    let places = review.expect("a long spell").places;
    let who: Vec<Who> = places.iter().map(|place| place.who).collect();
    assert_eq!(who, [Who::Theirs, Who::Mine]);
}

#[test]
fn a_deletion_whose_acknowledgement_was_lost_is_common_too() {
    let mut bedside = Bedside::with_lines(3);
    let update = bedside.mine.remove(0);
    bedside.shell.edit(update.clone());
    bedside.lose();
    bedside.server.apply(&update);
    bedside.server.write(1, " theirs");
    bedside.shell.now += 3_600_000;
    bedside.come_back();
    assert_eq!(bedside.merged(), None, "nothing of mine is new");
}

/// Found by a tester: both replaced a word, and the letters that both had taken away were missing from what the text had
/// said before, because a deletion of mine that others made too was taken for one whose acknowledgement was lost.
#[test]
fn what_both_sides_took_away_is_in_what_they_had_in_common() {
    let mut bedside = Bedside::with_lines(2);
    bedside.lose();
    let taken = bedside.mine.remove_letters(0, 1..4);
    bedside.shell.edit(taken);
    bedside.edit(0);
    bedside.server.remove_letters(0, 0..4);
    bedside.server.write(0, " theirs");
    bedside.shell.now += 3_600_000;
    bedside.come_back();
    let (review, _) = bedside.merged().expect("both wrote");
    let places = review.expect("a long spell").places;
    assert_eq!(places.len(), 1);
    let said = |pieces: &Option<Vec<Piece>>, without: Is| -> String {
        let pieces = pieces.iter().flatten().filter(|piece| piece.is != without);
        pieces.map(|piece| piece.text.as_str()).collect()
    };
    for (side, now) in [
        (&places[0].mine, "l 0 mine"),
        (&places[0].theirs, " 0 theirs"),
    ] {
        assert_eq!(said(side, Is::Inserted), "line 0");
        assert_eq!(said(side, Is::Deleted), now);
    }
}

#[test]
fn a_connection_that_breaks_before_the_state_has_come_does_not_end_the_spell() {
    let mut bedside = Bedside::with_lines(2);
    bedside.lose();
    bedside.edit(0);
    bedside.server.write(0, " theirs");
    bedside.shell.tell(Event::ReconnectNow);
    bedside.shell.tell(Event::SocketOpened);
    bedside.shell.forget_past();
    let known = bedside.server.state_vector();
    bedside.shell.greet(Access::Write);
    bedside
        .shell
        .hear(ServerMessage::Sync(SyncMessage::Step1(known)));
    let push = bedside.shell.pushes().remove(0);
    bedside.shell.hear_extension(ServerExtension::Ack(push.id));
    bedside.server.apply(&push.update);
    bedside.lose();
    bedside.come_back();
    let (review, _) = bedside.merged().expect("both wrote");
    assert_eq!(review.expect("one place of both").places[0].who, Who::Both);
}

#[test]
fn whoever_may_not_write_is_told_of_no_merge() {
    let mut bedside = Bedside::with_lines(2);
    bedside.lose();
    bedside.edit(0);
    bedside.server.write(0, " theirs");
    bedside.shell.tell(Event::ReconnectNow);
    bedside.shell.tell(Event::SocketOpened);
    bedside.greet(Access::Read);
    assert_eq!(bedside.merged(), None);
}

#[test]
fn states_too_large_to_be_compared_are_refused() {
    let large = Bytes::from(vec![0; REVIEW_BYTES_MAX]);
    let one = Bytes::from_static(&[0]);
    let (large, one) = ([large], [one]);
    let after = |spell| consilium_review::review(&large, &one, &[], spell);
    assert_eq!(after(LONG_SPELL), Err(NotComparable::TooLarge));
    assert_eq!(after(Duration::from_secs(9)), Ok(None));
}

#[test]
fn sides_that_cannot_be_read_without_each_other_are_told_as_that() {
    let server = Prose::with_lines(3, 1);
    let base = [server.all()];
    let mine = Prose::new(2);
    mine.apply(&base[0]);
    let edit = [mine.write(0, " mine")];
    server.apply(&edit[0]);
    let upon_it = [server.write(0, " theirs upon it")];
    let refused = consilium_review::review(&base, &edit, &upon_it, LONG_SPELL);
    assert_eq!(refused, Err(NotComparable::Entangled));
}

#[test]
fn what_others_have_built_on_they_have_seen() {
    let mut bedside = Bedside::with_lines(2);
    bedside.lose();
    bedside.edit(0);
    bedside.edit(1);
    bedside.shell.tell(Event::ReconnectNow);
    bedside.shell.tell(Event::SocketOpened);
    bedside.shell.forget_past();
    let known = bedside.server.state_vector();
    bedside.shell.greet(Access::Write);
    bedside
        .shell
        .hear(ServerMessage::Sync(SyncMessage::Step1(known)));
    let push = bedside.shell.pushes().remove(0);
    bedside.lose();
    bedside.server.apply(&push.update);
    bedside.server.write(0, " and theirs upon it");
    bedside.edit(1);
    bedside.shell.now += 3_600_000;
    bedside.come_back();
    let (review, _) = bedside.merged().expect("both wrote");
    let places = review.expect("a long spell").places;
    let who: Vec<Who> = places.iter().map(|place| place.who).collect();
    assert_eq!(who, [Who::Theirs, Who::Mine]);
}

#[test]
fn a_side_is_kept_over_the_bytes_of_the_document() {
    let mut bedside = Bedside::with_lines(1);
    bedside.lose();
    bedside.edit(0);
    bedside.server.write(0, " theirs");
    bedside.come_back();
    let (review, _) = bedside.merged().expect("both wrote");
    let review = review.expect("one place of both");
    bedside.server.apply(&bedside.mine.all());
    let place = &review.places[0];
    let content = [bedside.server.all()];
    let kept =
        consilium_review::keep(&content, 9, &review.copies, place, Side::Theirs).expect("readable");
    bedside.server.apply(&kept.update);
    let tree = consilium_model::merge_review::tree::Tree::read(&bedside.server.0);
    assert_eq!(tree.nodes[0].block.form.text(), "line 0 theirs");
}

/// Whatever each side writes, and however long it lasts: a review is offered exactly when both touched one place, or when
/// both wrote and it lasted; and it lists exactly what they touched.
#[test]
fn a_review_is_offered_exactly_when_the_rule_says() {
    let mut offered = [0; 2];
    for seed in 0..400_u64 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let lines = rng.random_range(1..8);
        let mut bedside = Bedside::with_lines(lines);
        bedside.lose();
        let mut touched = [BTreeSet::new(), BTreeSet::new()];
        let mut first = None;
        for _ in 0..rng.random_range(0..8) {
            let waits = [900, 20_000, 200_000][rng.random_range(0..3)];
            bedside.shell.now += rng.random_range(0..waits);
            let line = rng.random_range(0..lines);
            if rng.random_bool(0.5) {
                first.get_or_insert(bedside.shell.now);
                touched[0].insert(line);
                bedside.edit(line);
            } else {
                touched[1].insert(line);
                bedside.server.write(line, " theirs");
            }
        }
        bedside.shell.now += rng.random_range(0..100_000);
        bedside.come_back();
        let [mine, theirs] = &touched;
        let both: BTreeSet<_> = mine.intersection(theirs).collect();
        let lasted = first
            .is_some_and(|first| Duration::from_millis(bedside.shell.now - first) >= LONG_SPELL);
        let expected = !both.is_empty() || (!mine.is_empty() && !theirs.is_empty() && lasted);
        let review = bedside.merged().and_then(|(review, _)| review);
        offered[usize::from(expected)] += 1;
        assert_eq!(review.is_some(), expected, "seed {seed}");
        let Some(review) = review else {
            continue;
        };
        let listed = |who: Who| {
            review
                .places
                .iter()
                .filter(|place| place.who == who)
                .count()
        };
        assert_eq!(listed(Who::Both), both.len(), "seed {seed}");
        assert_eq!(listed(Who::Mine), mine.len() - both.len(), "seed {seed}");
        assert_eq!(
            listed(Who::Theirs),
            theirs.len() - both.len(),
            "seed {seed}"
        );
    }
    assert!(offered.iter().all(|times| *times > 50), "{offered:?}");
}
