//! Guidelines that nobody wrote, for tests here and for the check by a validator that is not ours: an empty one, one with
//! everything filled in, and any number that are drawn, with whatever a client might write where it does not belong.

use std::collections::BTreeMap;

use consilium_model::grade::certainty::{LargeEffect, Presence};
use consilium_model::grade::{Certainty, Concern, Criterion, Direction, Start, Strength};
use serde_json::{Value, json};

use super::guideline::{Community, Guideline, Published, Signature, Standing, Text, Version};
use super::question::{Question, Undecided};
use crate::community::wording::Language;
use crate::publication::rules::Licence;
use crate::publication::votes::Vote;

/// A draft with nothing in it.
#[must_use]
pub fn empty() -> Guideline {
    Guideline {
        document: "empty".to_owned(),
        community: None,
        language: Language::English,
        at_ms: 1_790_000_000_000,
        standing: Standing::Draft,
        text: Text::default(),
        undecided: BTreeMap::new(),
    }
}

/// A published version with everything filled in.
#[must_use]
pub fn full() -> Guideline {
    // Whatever may be drawn, its last; and a block of each kind.
    let mut guideline = drawn(&mut |below| below.saturating_sub(1));
    guideline.text.blocks = (0..KINDS.len())
        .map(|kind| {
            let mut first = u32::try_from(kind).ok();
            let mut draw = |below: u32| first.take().unwrap_or(below.saturating_sub(1));
            Draws { draw: &mut draw }.block(2)
        })
        .collect();
    guideline
}

/// One that is drawn: `draw` gives a number below the one that it is given, which is not 0.
pub fn drawn(draw: &mut dyn FnMut(u32) -> u32) -> Guideline {
    let mut draws = Draws { draw };
    let questions: Vec<Question> = (0..draws.below(4)).map(|at| draws.question(at)).collect();
    let undecided = questions
        .iter()
        .filter(|_| draws.below(3) == 0)
        .map(|question| {
            let undecided = Undecided {
                register: format!("recommendation/{}/strength", id(7)),
                values: vec!["strong".into(), "weak".into(), Value::Null],
            };
            (question.id.clone(), vec![undecided])
        })
        .collect();
    let standing = draws.standing();
    Guideline {
        document: draws.text(),
        community: (draws.below(4) > 0).then(|| Community {
            id: id(1),
            name: format!("Panel {}", draws.text()),
        }),
        language: draws.one(&Language::ALL),
        at_ms: draws.moment(),
        undecided: match standing {
            Standing::Draft => undecided,
            Standing::Version(_) => BTreeMap::new(),
        },
        standing,
        text: Text {
            title: draws.text(),
            blocks: draws.blocks(3),
            references: draws.references(),
            questions,
        },
    }
}

fn id(number: u32) -> String {
    format!("0199a1b2-0000-7000-8000-{number:012x}")
}

fn reference(number: u32) -> String {
    format!("{number:016x}")
}

struct Draws<'a> {
    draw: &'a mut dyn FnMut(u32) -> u32,
}

/// Texts as people and strange programs write them. The last is the one of [`full`].
const TEXTS: &[&str] = &[
    "",
    " ",
    "\u{0}\u{b}\u{ffff}",
    "<script>alert('x')</script>",
    "a & b < c > d \"e\" 'f' ]]>",
    "*50 mg* _twice_ [a](javascript:alert(1)) `x` \\",
    "# Heading\n- item\n\n1. one",
    "≥ 38,5 °C 💊\u{a0}\u{2028}x\u{202e}y",
    "\u{1f469}\u{200d}\u{2695}\u{fe0f} تجربة 指南",
    "RR 0.89 (95% CI 0.77 to 1.02)",
];

/// Kinds of blocks, and what is none.
const KINDS: &[&str] = &[
    "horizontalRule",
    "strange",
    "codeBlock",
    "hardBreak",
    "blockquote",
    "bulletList",
    "orderedList",
    "taskList",
    "table",
    "paragraph",
    "heading",
];

impl Draws<'_> {
    fn below(&mut self, end: u32) -> u32 {
        (self.draw)(end)
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        let end = u32::try_from(of.len()).unwrap_or(u32::MAX);
        let at = usize::try_from(self.below(end)).unwrap_or(0);
        of[at].clone()
    }

    fn text(&mut self) -> String {
        self.one(TEXTS).to_owned()
    }

    fn moment(&mut self) -> i64 {
        self.one(&[0, -1, 951_782_400_123, 1_790_000_000_000])
    }

    fn standing(&mut self) -> Standing {
        if self.below(3) == 0 {
            return Standing::Draft;
        }
        let signatures = (0..self.below(4))
            .map(|at| Signature {
                name: self
                    .one(&["", "Dr. <b>A</b>", "Prof. Dr. Ada Lovelace"])
                    .to_owned(),
                at_ms: self.moment(),
                declined: (self.below(2) == u32::from(at == 0)).then(|| self.text()),
            })
            .collect();
        Standing::Version(Box::new(Version {
            id: id(2),
            hash: [7; 32],
            signatures,
            is_superseded: self.below(4) == 1,
            withdrawn: (self.below(4) == 1).then(|| self.text()),
            published: (self.below(3) > 0).then(|| self.published()),
        }))
    }

    fn published(&mut self) -> Published {
        Published {
            number: self.one(&["1.0", "2.13"]).to_owned(),
            at_ms: self.moment(),
            review_by_ms: self.moment(),
            licence: self.one(&Licence::ALL),
            note: self.text(),
            votes: (0..self.below(3)).map(|_| self.vote()).collect(),
            origin: (self.below(2) == 1).then(|| (self.text(), self.moment())),
        }
    }

    fn vote(&mut self) -> Vote {
        Vote {
            question: self.text(),
            heading: None,
            passage: true,
            quote: self.text(),
            text: "07".repeat(32),
            ended_at: self.moment(),
            rule: "awmf".to_owned(),
            verdict: self.one(&["objected", "strong-consensus"]).to_owned(),
            eligible: 11,
            voted: 9,
            recused: 1,
            counts: None,
            said: (0..self.below(3)).map(|_| self.text()).collect(),
        }
    }

    fn question(&mut self, number: u32) -> Question {
        let mut texts = BTreeMap::new();
        let mut values = BTreeMap::new();
        let pico = [
            "title",
            "pico/population",
            "pico/intervention",
            "pico/comparison",
            "pico/outcome",
        ];
        for name in pico {
            texts.insert(name.to_owned(), self.text());
        }
        for criterion in Criterion::ALL {
            let name = format!("etd/{}", criterion.code());
            texts.insert(name.clone(), self.text());
            let scale: Vec<&str> = criterion.scale().iter().map(|each| each.code()).collect();
            values.insert(name, self.code(&scale));
        }
        let outcomes: Vec<String> = (0..self.below(4)).map(|at| id(20 + at)).collect();
        for outcome in &outcomes {
            self.outcome(&format!("outcome/{outcome}"), &mut texts, &mut values);
        }
        if self.below(4) > 0 {
            self.recommendation(
                &format!("recommendation/{}", id(7)),
                &mut texts,
                &mut values,
            );
        }
        Question {
            id: id(10 + number),
            outcomes,
            texts,
            values,
        }
    }

    /// One of these codes, or what is none; the last is a code.
    fn code(&mut self, codes: &[&str]) -> Value {
        let mut all: Vec<Value> =
            vec![Value::Null, 7.into(), "strange".into(), json!({ "a": [1] })];
        all.extend(codes.iter().map(|code| Value::from(*code)));
        self.one(&all)
    }

    fn outcome(
        &mut self,
        path: &str,
        texts: &mut BTreeMap<String, String>,
        values: &mut BTreeMap<String, Value>,
    ) {
        for field in ["name", "comment"] {
            texts.insert(format!("{path}/{field}"), self.text());
        }
        let concerns = Concern::ALL.map(Concern::code);
        let presences = Presence::ALL.map(Presence::code);
        let large = LargeEffect::ALL.map(LargeEffect::code);
        let starts = Start::ALL.map(Start::code);
        let counts = [
            json!(1.5),
            json!(-1),
            json!(10_000_000_000_u64),
            json!("8"),
            json!(4_210),
        ];
        let mut set = |field: &str, value: Value| values.insert(format!("{path}/{field}"), value);
        for field in [
            "risk-of-bias",
            "inconsistency",
            "indirectness",
            "imprecision",
            "publication-bias",
        ] {
            set(field, self.code(&concerns));
        }
        set("large-effect", self.code(&large));
        set("dose-response", self.code(&presences));
        set("plausible-confounding", self.code(&presences));
        set("start", self.code(&starts));
        set(
            "importance",
            self.one(&[json!(0), json!("x"), json!(3), json!("9")]),
        );
        set("studies", self.one(&counts));
        set("participants", self.one(&counts));
        set("effect", self.text().into());
        let instead = json!({ "certainty": "low", "reason": self.text() });
        set(
            "certainty-instead",
            self.one(&[Value::Null, json!("low"), instead]),
        );
        let ids = json!([reference(1), reference(2), reference(9), reference(1), 7]);
        set("references", self.one(&[json!("strange"), ids]));
        set("aside", self.one(&["aside", "kept", "kept", "kept"]).into());
    }

    fn recommendation(
        &mut self,
        path: &str,
        texts: &mut BTreeMap<String, String>,
        values: &mut BTreeMap<String, Value>,
    ) {
        for field in ["population", "remarks"] {
            texts.insert(format!("{path}/{field}"), self.text());
        }
        let days = ["2027-02-30", "tomorrow", "1969-01-01", "2029-11-26"];
        let mut set = |field: &str, value: Value| values.insert(format!("{path}/{field}"), value);
        set("strength", self.code(&Strength::ALL.map(Strength::code)));
        set("direction", self.code(&Direction::ALL.map(Direction::code)));
        set("certainty", self.code(&Certainty::ALL.map(Certainty::code)));
        set("action", self.text().into());
        set("statement", self.text().into());
        set("review-by", self.one(&days).into());
    }

    fn references(&mut self) -> BTreeMap<String, Value> {
        let mut references = BTreeMap::from([("style".to_owned(), json!("numbered"))]);
        for number in 1..=self.below(4) {
            let id = reference(number);
            let year = self.one(&[json!("x"), json!(0), json!("2011"), json!(2020)]);
            let item = json!({
                "type": "article-journal",
                "title": self.text(),
                "author": [
                    { "family": "Zimmer", "given": self.text() },
                    { "literal": self.text() },
                    7,
                ],
                "container-title": self.text(),
                "issued": { "date-parts": [[year, self.one(&[0, 13, 2]), self.one(&[0, 30, 28])]] },
                "DOI": self.one(&["", "10.1000/x y", "10.1000/182"]),
                "PMID": self.one(&["", "12345678"]),
                "URL": self.one(&["javascript:alert(1)", "http://", "https://example.org/a?b=c&d"]),
                "volume": self.text(),
                "page": self.text(),
                "publisher": self.text(),
            });
            references.insert(id.clone(), item);
            references.insert(format!("{id}/issue"), self.text().into());
            references.insert(format!("{id}/removed"), (self.below(4) == 1).into());
        }
        references
    }

    fn blocks(&mut self, depth: u32) -> Vec<Value> {
        (0..self.below(4)).map(|_| self.block(depth)).collect()
    }

    fn block(&mut self, depth: u32) -> Value {
        let kind = self.one(KINDS);
        let within = if depth == 0 {
            Vec::new()
        } else {
            self.blocks(depth - 1)
        };
        let wrapped = |kind: &str, within: Vec<Value>| json!([{ "type": kind, "content": within }]);
        match kind {
            "bulletList" => json!({ "type": kind, "content": wrapped("listItem", within) }),
            "orderedList" => {
                json!({ "type": kind, "attrs": { "start": self.below(5) }, "content": wrapped("listItem", within) })
            }
            "taskList" => json!({ "type": kind, "content": wrapped("taskItem", within) }),
            "table" => {
                let row = wrapped("tableCell", within);
                json!({ "type": kind, "content": wrapped("tableRow", row.as_array().cloned().unwrap_or_default()) })
            }
            "heading" => {
                json!({ "type": kind, "attrs": { "level": self.below(5) }, "content": self.inline() })
            }
            "paragraph" | "codeBlock" => json!({ "type": kind, "content": self.inline() }),
            _ => json!({ "type": kind, "content": within }),
        }
    }

    fn inline(&mut self) -> Vec<Value> {
        let marks = [
            "strange",
            "underline",
            "strike",
            "superscript",
            "subscript",
            "code",
            "link",
            "italic",
            "bold",
        ];
        (0..self.below(4))
            .map(|_| match self.below(4) {
                0 => json!({ "type": "hardBreak" }),
                1 => json!({ "type": "citation", "attrs": { "label": self.text(), "locator": self.text(), "refs": reference(1) } }),
                _ => {
                    let href = self.one(&["javascript:alert(1)", "https://example.org/?a=\"b\"&c=<d>"]);
                    let mark = json!({ "type": self.one(&marks), "attrs": { "href": href } });
                    json!({ "type": "text", "text": self.text(), "marks": [mark] })
                }
            })
            .collect()
    }
}
