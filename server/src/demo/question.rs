//! The clinical question of the demonstration's guideline: filled in by one, and two others have set its strength at the
//! same time, so there is something to decide. Invented, as the guideline is.

use std::collections::BTreeSet;

use consilium_model::document::TITLE as TITLE_ROOT;
use consilium_model::question::OUTCOMES;
use consilium_model::register::{self, NotARegister, RegisterName};
use yrs::updates::decoder::Decode;
use yrs::{Any, Array, Doc, ReadTxn, StateVector, Text, Transact, Update};

/// The title.
pub const TITLE: &str = "Which antibiotic first, in adult women with acute uncomplicated cystitis?";

/// Its id within the guideline, whose text names it.
pub const ID: &str = "019aba5e-0000-7000-8000-000000000001";

/// Who fills it in, and who sets its strength, in the order of [`super::people::PEOPLE`].
pub const BY: usize = 2;
/// The strengths that two of them set at once, so that somebody has to decide.
pub const STRENGTHS: [(usize, &str); 2] = [(0, "strong"), (3, "weak")];

/// As in the app: there is one recommendation, under a fixed id.
const RECOMMENDATION: &str = "recommendation/00000000-0000-7000-8000-000000000001";

const TEXTS: [(&str, &str); 7] = [
    (
        "pico/population",
        "Women of 18 years and older with a first or occasional episode",
    ),
    (
        "pico/intervention",
        "Nitrofurantoin, fosfomycin or pivmecillinam by mouth",
    ),
    (
        "pico/comparison",
        "Trimethoprim, fluoroquinolones or cephalosporins by mouth",
    ),
    (
        "pico/outcome",
        "Relief, relapse, kidney infection, harms, and resistance in the community",
    ),
    (
        "etd/problem",
        "One woman in ten has an episode each year; most are treated without a culture.",
    ),
    (
        "etd/equity",
        "All three are on the basic list. Fosfomycin costs the most where it is not.",
    ),
    (
        "recommendation/00000000-0000-7000-8000-000000000001/population",
        "Not in pregnancy, and not with fever or flank pain.",
    ),
];

const CHOICES: [(&str, &str); 8] = [
    ("etd/problem", "yes"),
    ("etd/desirable-effects", "moderate"),
    ("etd/undesirable-effects", "small"),
    ("etd/balance", "probably-favours-intervention"),
    ("etd/acceptability", "yes"),
    (
        "recommendation/00000000-0000-7000-8000-000000000001/direction",
        "for",
    ),
    (
        "recommendation/00000000-0000-7000-8000-000000000001/action",
        "nitrofurantoin, fosfomycin or pivmecillinam as the first choice",
    ),
    (
        "recommendation/00000000-0000-7000-8000-000000000001/certainty",
        "moderate",
    ),
];

struct Outcome {
    id: &'static str,
    name: &'static str,
    importance: &'static str,
    studies: f64,
    participants: f64,
    effect: &'static str,
    imprecision: &'static str,
}

const EVIDENCE: [Outcome; 2] = [
    Outcome {
        id: "0199a1b2-0000-7000-8000-00000000d001",
        name: "Free of symptoms on day 5",
        importance: "8",
        studies: 11.0,
        participants: 4_210.0,
        effect: "RR 0.98 (95% CI 0.94 to 1.02)",
        imprecision: "no-concern",
    },
    Outcome {
        id: "0199a1b2-0000-7000-8000-00000000d002",
        name: "Kidney infection within four weeks",
        importance: "9",
        studies: 6.0,
        participants: 2_730.0,
        effect: "RR 1.10 (95% CI 0.61 to 1.98)",
        imprecision: "serious-concern",
    },
];

/// The question as it was filled in, as an update (V1) of its document.
///
/// # Errors
/// Never for the names above; the type of names says otherwise.
pub fn filled_in(at_ms: i64) -> Result<Vec<u8>, NotARegister> {
    let doc = Doc::new();
    let write = |root: &str, words: &str| {
        let text = doc.get_or_insert_text(root);
        text.push(&mut doc.transact_mut(), words);
    };
    write(TITLE_ROOT, TITLE);
    for (root, words) in TEXTS {
        write(root, words);
    }
    let outcomes = doc.get_or_insert_array(OUTCOMES);
    for outcome in &EVIDENCE {
        write(&format!("outcome/{}/name", outcome.id), outcome.name);
        outcomes.push_back(&mut doc.transact_mut(), outcome.id);
        for (register, value) in [
            ("importance", Any::from(outcome.importance)),
            ("studies", Any::from(outcome.studies)),
            ("participants", Any::from(outcome.participants)),
            ("effect", Any::from(outcome.effect)),
            ("start", Any::from("randomised")),
            ("imprecision", Any::from(outcome.imprecision)),
        ] {
            choose(
                &doc,
                &format!("outcome/{}/{register}", outcome.id),
                value,
                at_ms,
            )?;
        }
    }
    for (register, code) in CHOICES {
        choose(&doc, register, Any::from(code), at_ms)?;
    }
    Ok(all_of(&doc))
}

/// Somebody sets the strength who has seen the question as it was filled in, and nobody else's choice.
///
/// # Errors
/// As [`filled_in`].
pub fn strength(filled_in: &[u8], code: &str, at_ms: i64) -> Result<Vec<u8>, NotARegister> {
    let doc = Doc::new();
    if let Ok(update) = Update::decode_v1(filled_in) {
        // What this file wrote is an update.
        let _ = doc.transact_mut().apply_update(update);
    }
    let seen = doc.transact().state_vector();
    choose(
        &doc,
        &format!("{RECOMMENDATION}/strength"),
        Any::from(code),
        at_ms,
    )?;
    Ok(doc.transact().encode_diff_v1(&seen))
}

fn choose(doc: &Doc, name: &str, value: Any, at_ms: i64) -> Result<(), NotARegister> {
    let name = RegisterName::parse(name)?;
    register::set(
        &mut doc.transact_mut(),
        &name,
        value,
        at_ms,
        &BTreeSet::new(),
    );
    Ok(())
}

fn all_of(doc: &Doc) -> Vec<u8> {
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_it_belongs_to_a_question_and_only_the_strength_is_to_be_decided() {
        let filled = filled_in(1).unwrap();
        let doc = Doc::new();
        let take = |bytes: &[u8]| {
            let update = Update::decode_v1(bytes).unwrap();
            doc.transact_mut().apply_update(update).unwrap();
        };
        take(&filled);
        for (_, code) in STRENGTHS {
            take(&strength(&filled, code, 2).unwrap());
        }
        let txn = doc.transact();
        assert_eq!(consilium_model::question::foreign_roots(&txn), [""; 0]);
        assert_eq!(
            consilium_model::question::outcomes(&txn).len(),
            EVIDENCE.len()
        );
        let values = register::read(&txn);
        let open: Vec<String> = values.conflicts().map(ToString::to_string).collect();
        assert_eq!(open, [format!("{RECOMMENDATION}/strength")]);
    }
}
