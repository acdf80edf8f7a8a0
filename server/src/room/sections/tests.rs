//! Random updates over random texts, against what is seen of a section before and after; and the rules one by one.

use bytes::Bytes;
use consilium_model::document::BODY;
use consilium_model::form::Form;
use consilium_model::prose::{Block, Run, append};
use proptest::prelude::*;
use yrs::types::Attrs;
use yrs::updates::decoder::Decode;
use yrs::{Doc, Text, Transact, Update, XmlElementPrelim, XmlFragment, XmlTextPrelim, XmlTextRef};

use super::*;
use crate::plain_doc::plain_doc;
use crate::room::replica::{Keep, Replica};
use crate::room::shadow::Shadow;

/// Somebody with a copy of the text.
struct Desk {
    doc: Doc,
}

impl Desk {
    fn with(state: &Bytes) -> Self {
        let doc = plain_doc();
        let desk = Self { doc };
        desk.take(state);
        desk
    }

    fn take(&self, update: &Bytes) {
        let update = Update::decode_v1(update).unwrap();
        self.doc.transact_mut().apply_update(update).unwrap();
    }

    fn body(&self) -> XmlFragmentRef {
        self.doc.get_or_insert_xml_fragment(BODY)
    }

    /// What an edit comes to, as an update.
    fn edit(&self, edit: impl FnOnce(&mut yrs::TransactionMut<'_>, &XmlFragmentRef)) -> Bytes {
        let body = self.body();
        let mut txn = self.doc.transact_mut();
        edit(&mut txn, &body);
        txn.encode_update_v1().into()
    }

    fn element(&self, at: u32) -> XmlElementRef {
        match self.body().get(&self.doc.transact(), at) {
            Some(XmlOut::Element(element)) => element,
            other => panic!("no element: {other:?}"),
        }
    }

    fn text(&self, at: u32) -> XmlTextRef {
        match self.element(at).get(&self.doc.transact(), 0) {
            Some(XmlOut::Text(text)) => text,
            other => panic!("no text: {other:?}"),
        }
    }

    /// The name of the section whose heading stands there.
    fn section(&self, at: u32) -> ClosedSection {
        let element = self.element(at);
        ClosedSection {
            name: SectionName {
                heading: block_of(element.as_ref()),
                words: String::new(),
            },
            why: Why::Locked,
        }
    }

    /// What is seen of a section, block by block with their names; nothing where it is not there. It is found another way
    /// than in the code under test.
    fn seen(&self, closed: &ClosedSection) -> Option<String> {
        // Before the transaction: making sure of a root takes one of its own.
        let body = self.body();
        let txn = self.doc.transact();
        let mut level = None;
        let mut seen = String::new();
        for node in body.children(&txn) {
            let XmlOut::Element(element) = &node else {
                panic!("only elements");
            };
            let own = element.get_attribute(&txn, "level").map(|level| {
                let level = level.to_string(&txn);
                level.parse::<f64>().unwrap()
            });
            let block = block_of(element.as_ref());
            if block == closed.name.heading {
                level = own;
            } else if let (Some(own), Some(of_section)) = (own, level)
                && own <= of_section
            {
                break;
            }
            if level.is_some() {
                seen += &format!("{block:?} {:?}\n", Form::read(&txn, &node));
            }
        }
        level.map(|_| seen)
    }
}

fn state_of(blocks: &[Block]) -> Bytes {
    let doc = plain_doc();
    let body = doc.get_or_insert_xml_fragment(BODY);
    let mut txn = doc.transact_mut();
    append(&mut txn, &body, blocks);
    txn.encode_update_v1().into()
}

fn replica_of(state: &Bytes) -> Replica {
    let mut replica = Replica::new();
    replica.apply_snapshot(state).unwrap();
    replica
}

fn touches_it(shadow: &mut Shadow, update: &Bytes, closed: &ClosedSection) -> bool {
    let shape = Replica::shape(update).unwrap();
    shadow
        .take(update, &shape, std::slice::from_ref(closed))
        .unwrap()
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Run::plain(text)])
}

/// Level 1: Before; level 2: Dose, with Children below it; level 2: After.
fn sample() -> Bytes {
    state_of(&[
        Block::heading(1, "Before"),
        paragraph("before"),
        Block::heading(2, "Dose"),
        paragraph("dose"),
        Block::heading(3, "Children"),
        paragraph("children"),
        Block::heading(2, "After"),
        paragraph("after"),
    ])
}

/// An edit, and whether it touches the section Dose.
type Case = (&'static str, bool, fn(&Desk) -> Bytes);

#[test]
fn what_touches_a_section_and_what_does_not() {
    let cases: &[Case] = &[
        ("writing before it", false, |desk| {
            let text = desk.text(1);
            desk.edit(|txn, _| text.insert(txn, 0, "x"))
        }),
        ("writing in it", true, |desk| {
            let text = desk.text(3);
            desk.edit(|txn, _| text.insert(txn, 2, "x"))
        }),
        ("writing in what lies in it", true, |desk| {
            let text = desk.text(5);
            desk.edit(|txn, _| text.insert(txn, 0, "x"))
        }),
        ("renaming it", true, |desk| {
            let text = desk.text(2);
            desk.edit(|txn, _| text.insert(txn, 0, "x"))
        }),
        ("deleting a letter of it", true, |desk| {
            let text = desk.text(3);
            desk.edit(|txn, _| text.remove_range(txn, 0, 1))
        }),
        ("making it bold", true, |desk| {
            let text = desk.text(3);
            let bold = Attrs::from([("bold".into(), Any::Bool(true))]);
            desk.edit(|txn, _| text.format(txn, 0, 2, bold))
        }),
        ("a block before it", false, |desk| {
            desk.edit(|txn, body| {
                body.insert(txn, 2, XmlElementPrelim::empty("paragraph"));
            })
        }),
        ("a block behind its heading", true, |desk| {
            desk.edit(|txn, body| {
                body.insert(txn, 3, XmlElementPrelim::empty("paragraph"));
            })
        }),
        ("a block at its end", true, |desk| {
            desk.edit(|txn, body| {
                body.insert(txn, 6, XmlElementPrelim::empty("paragraph"));
            })
        }),
        ("a heading of its level behind its end", false, |desk| {
            desk.edit(|txn, body| {
                let heading = body.insert(txn, 6, XmlElementPrelim::empty("heading"));
                heading.insert_attribute(txn, "level", 2i64);
            })
        }),
        ("a heading that cuts it", true, |desk| {
            desk.edit(|txn, body| {
                let heading = body.insert(txn, 4, XmlElementPrelim::empty("heading"));
                heading.insert_attribute(txn, "level", 2i64);
            })
        }),
        ("a deeper heading in it", true, |desk| {
            desk.edit(|txn, body| {
                let heading = body.insert(txn, 4, XmlElementPrelim::empty("heading"));
                heading.insert_attribute(txn, "level", 3i64);
            })
        }),
        ("deleting its heading", true, |desk| {
            desk.edit(|txn, body| body.remove_range(txn, 2, 1))
        }),
        ("deleting a block of it", true, |desk| {
            desk.edit(|txn, body| body.remove_range(txn, 3, 1))
        }),
        ("deleting what stands before it", false, |desk| {
            desk.edit(|txn, body| body.remove_range(txn, 0, 2))
        }),
        ("deleting across its beginning", true, |desk| {
            desk.edit(|txn, body| body.remove_range(txn, 1, 2))
        }),
        ("deleting the heading that ends it", true, |desk| {
            desk.edit(|txn, body| body.remove_range(txn, 6, 1))
        }),
        ("lowering the heading that ends it", true, |desk| {
            let next = desk.element(6);
            desk.edit(|txn, _| {
                next.insert_attribute(txn, "level", 3i64);
            })
        }),
        ("raising the heading that ends it", false, |desk| {
            let next = desk.element(6);
            desk.edit(|txn, _| {
                next.insert_attribute(txn, "level", 1i64);
            })
        }),
        ("lowering its heading", true, |desk| {
            let heading = desk.element(2);
            desk.edit(|txn, _| {
                heading.insert_attribute(txn, "level", 4i64);
            })
        }),
        ("writing both in it and elsewhere", true, |desk| {
            let (one, other) = (desk.text(1), desk.text(3));
            desk.edit(|txn, _| {
                one.insert(txn, 0, "x");
                other.insert(txn, 0, "x");
            })
        }),
        ("something that is no block, in it", true, |desk| {
            desk.edit(|txn, body| {
                let list: &ArrayRef = body.as_ref();
                list.insert(txn, 4, 7i64);
            })
        }),
        ("something that is no block, before it", false, |desk| {
            desk.edit(|txn, body| {
                let list: &ArrayRef = body.as_ref();
                list.insert(txn, 0, 7i64);
            })
        }),
        ("what is no part of the text", false, |desk| {
            let title = desk.doc.get_or_insert_text("title");
            desk.edit(|txn, _| title.insert(txn, 0, "x"))
        }),
    ];
    for (what, touches, edit) in cases {
        let state = sample();
        let desk = Desk::with(&state);
        let closed = desk.section(2);
        let mut shadow = Shadow::of(&mut replica_of(&state)).unwrap();
        let update = edit(&desk);
        assert_eq!(
            touches_it(&mut shadow, &update, &closed),
            *touches,
            "{what}"
        );
    }
}

#[test]
fn what_is_no_block_hides_nothing_that_comes_behind_it() {
    let state = sample();
    let desk = Desk::with(&state);
    let closed = desk.section(2);
    let mut shadow = Shadow::of(&mut replica_of(&state)).unwrap();
    let hiding = desk.edit(|txn, body| {
        let list: &ArrayRef = body.as_ref();
        list.insert(txn, 0, "no block");
    });
    assert!(!touches_it(&mut shadow, &hiding, &closed));
    let body = desk.body();
    let list: &ArrayRef = body.as_ref();
    let block = list.get(&desk.doc.transact(), 4);
    let Some(Out::YXmlElement(block)) = block else {
        panic!("no block: {block:?}");
    };
    let text = block.get(&desk.doc.transact(), 0);
    let Some(XmlOut::Text(text)) = text else {
        panic!("no text: {text:?}");
    };
    let inside = desk.edit(|txn, _| text.insert(txn, 0, "x"));
    assert!(touches_it(&mut shadow, &inside, &closed));
}

#[test]
fn a_section_is_found_by_its_words_where_its_block_is_gone_and_one_that_is_not_there_is_nobodys() {
    let state = sample();
    let desk = Desk::with(&state);
    let by_words = |words: &str, why| ClosedSection {
        name: SectionName {
            heading: Some(BlockId {
                client: 1,
                clock: 1,
            }),
            words: words.to_owned(),
        },
        why,
    };
    let text = desk.text(3);
    let inside = desk.edit(|txn, _| text.insert(txn, 0, "x"));
    for (words, why, touches) in [
        ("Dose", Why::Locked, true),
        (" Dose\n", Why::Locked, true),
        ("After", Why::Locked, false),
        ("Elsewhere", Why::Locked, false),
        ("", Why::Locked, false),
        ("Elsewhere", Why::Recused, true),
        ("After", Why::Recused, false),
    ] {
        let mut shadow = Shadow::of(&mut replica_of(&state)).unwrap();
        let closed = by_words(words, why);
        assert_eq!(
            touches_it(&mut shadow, &inside, &closed),
            touches,
            "{words}"
        );
    }
}

#[test]
fn an_edit_that_was_made_before_others_is_judged_by_where_it_lands() {
    let state = sample();
    let (one, other) = (Desk::with(&state), Desk::with(&state));
    let closed = one.section(2);
    let mut shadow = Shadow::of(&mut replica_of(&state)).unwrap();
    // Offline, somebody writes behind the section; meanwhile the heading that ends it is lowered by an editor of both.
    let text = one.text(7);
    let late = one.edit(|txn, _| text.insert(txn, 0, "late"));
    let next = other.element(6);
    let widened = other.edit(|txn, _| {
        next.insert_attribute(txn, "level", 3i64);
    });
    let shape = Replica::shape(&widened).unwrap();
    assert!(!shadow.take(&widened, &shape, &[]).unwrap());
    assert!(touches_it(&mut shadow, &late, &closed));
}

/// What somebody does somewhere.
#[derive(Debug, Clone)]
enum Deed {
    Write,
    Delete,
    Mark,
    NewBlock,
    NewHeading(u8),
    DropBlocks(u8),
    Level(u8),
    Setting,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => Just(Deed::Write),
        1 => Just(Deed::Delete),
        1 => Just(Deed::Mark),
        2 => Just(Deed::NewBlock),
        2 => (1..4u8).prop_map(Deed::NewHeading),
        2 => (1..4u8).prop_map(Deed::DropBlocks),
        2 => (1..4u8).prop_map(Deed::Level),
        1 => Just(Deed::Setting),
    ]
}

/// Does it; `number` makes each one say something that was not said before.
fn act(desk: &Desk, deed: &Deed, at: u16, number: usize) -> Option<Bytes> {
    let body = desk.body();
    let count = body.len(&desk.doc.transact());
    let place = u32::from(at) % (count + 1);
    let Some(on) = (count > 0).then(|| u32::from(at) % count) else {
        return Some(desk.edit(|txn, body| {
            body.insert(txn, 0, XmlElementPrelim::empty("paragraph"));
        }));
    };
    let words = format!("w{number}");
    let element = desk.element(on);
    let text = match element.get(&desk.doc.transact(), 0) {
        Some(XmlOut::Text(text)) => Some(text),
        _ => None,
    };
    let has_words = text
        .as_ref()
        .is_some_and(|text| Text::len(text, &desk.doc.transact()) > 0);
    let is_heading = element.tag().as_ref() == "heading";
    match deed {
        Deed::Write => text.map(|text| desk.edit(|txn, _| text.push(txn, &words))),
        Deed::Delete => text
            .filter(|_| has_words)
            .map(|text| desk.edit(|txn, _| text.remove_range(txn, 0, 1))),
        Deed::Mark => text.filter(|_| has_words).map(|text| {
            let mark = Attrs::from([("mark".into(), Any::from(words))]);
            desk.edit(|txn, _| text.format(txn, 0, 1, mark))
        }),
        Deed::NewBlock | Deed::NewHeading(_) => Some(desk.edit(|txn, body| {
            let tag = match deed {
                Deed::NewHeading(_) => "heading",
                _ => "paragraph",
            };
            let made = body.insert(txn, place, XmlElementPrelim::empty(tag));
            if let Deed::NewHeading(level) = deed {
                made.insert_attribute(txn, "level", i64::from(*level));
            }
            made.insert(txn, 0, XmlTextPrelim::new(words));
        })),
        Deed::DropBlocks(many) => {
            let many = u32::from(*many).min(count - on);
            Some(desk.edit(|txn, body| body.remove_range(txn, on, many)))
        }
        Deed::Level(level) => is_heading.then(|| {
            desk.edit(|txn, _| {
                element.insert_attribute(txn, "level", i64::from(*level));
            })
        }),
        Deed::Setting => Some(desk.edit(|txn, _| {
            element.insert_attribute(txn, "note", words);
        })),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Several people write at once, and somebody else's edits may not touch a section. Whatever is taken leaves the section
    /// as it was, and whatever is refused would not have.
    #[test]
    fn nothing_gets_into_a_closed_section_and_nothing_outside_is_refused(
        levels in proptest::collection::vec(proptest::option::of(1..4u8), 1..14),
        which in any::<u16>(),
        deeds in proptest::collection::vec((0..3usize, deed(), any::<u16>(), any::<bool>()), 1..40),
    ) {
        let blocks: Vec<Block> = levels
            .iter()
            .enumerate()
            .map(|(at, level)| match level {
                Some(level) => Block::heading(*level, format!("h{at}")),
                None => paragraph(&format!("p{at}")),
            })
            .collect();
        let headings: Vec<u32> = (0..).zip(&levels).filter_map(|(at, level)| level.map(|_| at)).collect();
        prop_assume!(!headings.is_empty());
        let state = state_of(&blocks);
        let truth = Desk::with(&state);
        let closed = truth.section(headings[usize::from(which) % headings.len()]);
        let mut replica = replica_of(&state);
        let mut shadow = Shadow::of(&mut replica).unwrap();
        // The first is an editor; what the others send may be refused, and then they begin anew.
        let mut desks: Vec<Desk> = (0..3).map(|_| Desk::with(&state)).collect();
        for (number, (who, deed, at, hears)) in deeds.iter().enumerate() {
            if *hears {
                desks[*who].take(&replica.whole().unwrap());
            }
            let Some(update) = act(&desks[*who], deed, *at, number) else {
                continue;
            };
            let shape = Replica::shape(&update).unwrap();
            let before = truth.seen(&closed);
            let tried = Desk::with(&replica.whole().unwrap());
            tried.take(&update);
            let after = tried.seen(&closed);
            if *who == 0 {
                prop_assert!(!shadow.take(&update, &shape, &[]).unwrap());
            } else {
                let is_touched = touches_it(&mut shadow, &update, &closed);
                let is_another = before.is_some() && before != after;
                // Setting a level that was there before, marking a letter that others have deleted, or setting what somebody
                // set at the same time and won, is written there and changes nothing that is seen.
                let says_nothing_new = matches!(deed, Deed::Level(_) | Deed::Mark | Deed::Setting);
                prop_assert!(is_touched || !is_another, "{deed:?} got in: {before:?} {after:?}");
                prop_assert!(!is_touched || is_another || says_nothing_new, "{deed:?} is outside: {before:?}");
                if is_touched {
                    shadow = Shadow::of(&mut replica).unwrap();
                    desks[*who] = Desk::with(&replica.whole().unwrap());
                    continue;
                }
            }
            replica.apply(&update, &shape, Keep::AsSent).unwrap();
            truth.take(&update);
        }
        // The copy is what the document is.
        prop_assert_eq!(truth.seen(&closed), Desk::with(&replica.whole().unwrap()).seen(&closed));
    }
}

/// A guideline of 200 pages, written in one paragraph of it: what one edit costs with a section closed to its author, in
/// times of what it costs without. Printed, not judged: machines differ.
#[test]
fn what_an_edit_costs_while_a_section_is_closed() {
    const PAGES: usize = 200;
    const EDITS: usize = 400;
    let line = "We suggest this for most people, for the reasons that are given below. ".repeat(6);
    let blocks: Vec<Block> = (0..PAGES)
        .flat_map(|page| {
            let heading = Block::heading(2, format!("Section {page}"));
            std::iter::once(heading).chain((0..6).map(|_| paragraph(&line)))
        })
        .collect();
    let state = state_of(&blocks);
    let desk = Desk::with(&state);
    let closed = desk.section(7);
    let text = desk.text(1);
    let updates: Vec<(Bytes, _)> = (0..EDITS)
        .map(|_| {
            let update = desk.edit(|txn, _| text.insert(txn, 5, "x"));
            let shape = Replica::shape(&update).unwrap();
            (update, shape)
        })
        .collect();
    let mut plain = replica_of(&state);
    let began = std::time::Instant::now();
    for (update, shape) in &updates {
        plain.apply(update, shape, Keep::AsSent).unwrap();
    }
    let without = began.elapsed();
    let mut held = replica_of(&state);
    let began = std::time::Instant::now();
    let mut shadow = Shadow::of(&mut held).unwrap();
    let copying = began.elapsed();
    let began = std::time::Instant::now();
    for (update, shape) in &updates {
        let is_touched = shadow
            .take(update, shape, std::slice::from_ref(&closed))
            .unwrap();
        assert!(!is_touched);
        held.apply(update, shape, Keep::AsSent).unwrap();
    }
    let with = began.elapsed();
    assert_eq!(plain.whole().unwrap().len(), held.whole().unwrap().len());
    let each = |all: std::time::Duration| all.as_secs_f64() * 1e6 / EDITS as f64;
    println!(
        "{PAGES} pages, {} KiB: an edit takes {:.1} µs, with a closed section {:.1} µs ({:.1} times); the copy {:.0} ms",
        state.len() / 1024,
        each(without),
        each(with),
        each(with) / each(without),
        copying.as_secs_f64() * 1e3,
    );
}
