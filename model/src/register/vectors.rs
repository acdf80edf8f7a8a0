//! Registers as Yjs and yrs write them: both are read alike on both sides (`web/tests/unit/question-registers.test.ts`).

use serde_json::{Value, json};
use yrs::updates::decoder::Decode;
use yrs::{Doc, Transact, Update};

use super::{Register, State, Values, read};

const VECTORS: &str = include_str!("../../vectors/registers.json");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

/// One number in the way that JSON has it: 5.0 is 5.
fn plain(value: &yrs::Any) -> Value {
    let value = serde_json::to_value(value).unwrap();
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 => json!(number as i64),
        _ => value,
    }
}

fn reading(register: &Register) -> Value {
    let current: Vec<Value> = register
        .current
        .iter()
        .map(|setting| {
            let mut seen: Vec<String> = setting.seen.iter().map(ToString::to_string).collect();
            seen.sort();
            json!({
                "id": setting.id.to_string(),
                "value": plain(&setting.value),
                "at": setting.at,
                "seen": seen,
            })
        })
        .collect();
    let ids = |foreign: &super::Foreign| foreign.id.to_string();
    let mut reading = json!({
        "current": current,
        "foreign": register.foreign.iter().map(ids).collect::<Vec<_>>(),
        "replaced": register.replaced,
    });
    reading["state"] = match register.state() {
        State::Unset => json!("unset"),
        State::Settled(value) => {
            reading["value"] = plain(value);
            json!("settled")
        }
        State::Conflict => json!("conflict"),
    };
    reading
}

fn all(values: &Values) -> Value {
    let registers: serde_json::Map<String, Value> = values
        .registers
        .iter()
        .map(|(name, register)| (name.to_string(), reading(register)))
        .collect();
    let foreign: Vec<String> = values
        .foreign
        .iter()
        .map(|each| each.id.to_string())
        .collect();
    json!({ "registers": registers, "foreign": foreign, "foreignMore": values.foreign_more })
}

#[test]
fn what_yjs_and_yrs_write_is_read_as_the_vectors_say() {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    let by = |who: &str| vectors.iter().filter(|each| each["by"] == who).count();
    assert!(by("yjs") >= 15 && by("yrs") >= 5, "both wrote some");
    for vector in vectors {
        let doc = Doc::new();
        let update = bytes(vector["update"].as_str().unwrap());
        doc.transact_mut()
            .apply_update(Update::decode_v1(&update).unwrap())
            .unwrap();
        let found = all(&read(&doc.transact()));
        assert_eq!(found, vector["reads"], "{}", vector["name"]);
    }
}
