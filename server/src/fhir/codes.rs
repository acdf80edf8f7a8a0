//! Codes with the system and the version that they come from.
//!
//! Where the field has no code system (judgements of an Evidence-to-Decision table, kinds of studies, verdicts of rounds) the
//! codes are ours, under systems that begin with `urn:consilium:`; `docs/interchange.md` lists them.

use consilium_model::grade::certainty::Domain;
use consilium_model::grade::{Certainty, Direction, Strength};
use serde_json::{Value, json};

use super::object::{Object, line};
use crate::publication::rules::Licence;

/// The release of FHIR whose code systems are used.
const RELEASE: &str = "5.0.0";

/// A code, with what it is called.
pub(super) struct Code<'a> {
    pub(super) system: &'a str,
    pub(super) version: Option<&'a str>,
    pub(super) code: &'a str,
    /// In the words of the guideline's language.
    pub(super) text: &'a str,
}

impl Code<'_> {
    /// As a `CodeableConcept`.
    pub(super) fn concept(&self) -> Value {
        let coding = Object::new()
            .with("system", self.system.into())
            .with("version", self.version.into())
            .with("code", self.code.into())
            .done();
        Object::new()
            .with("coding", json!([coding]))
            .with("text", line(self.text))
            .done()
    }
}

/// Words without a code, as a `CodeableConcept`; null where there are none.
pub(super) fn words_only(text: &str) -> Value {
    Object::new().with("text", line(text)).done()
}

/// One of ours.
pub(super) fn ours(kind: &str, code: &str, text: &str) -> Value {
    let system = format!("urn:consilium:{kind}");
    Code {
        system: &system,
        version: None,
        code,
        text,
    }
    .concept()
}

/// A code of [`Certainty::SYSTEM`]: a level, a concern, or a reason that raises.
pub(super) fn rating(code: &str, text: &str) -> Value {
    Code {
        system: Certainty::SYSTEM,
        version: Some(RELEASE),
        code,
        text,
    }
    .concept()
}

/// Which aspect of certainty is rated: `Overall`, or a domain.
pub(super) fn certainty_type(domain: Option<Domain>, text: &str) -> Value {
    Code {
        system: "http://hl7.org/fhir/certainty-type",
        version: Some(RELEASE),
        code: domain.map_or("Overall", Domain::code),
        text,
    }
    .concept()
}

/// The strength of a recommendation.
pub(super) fn strength(strength: Strength, text: &str) -> Value {
    Code {
        system: Strength::SYSTEM,
        version: Some("1.0.1"),
        code: strength.code(),
        text,
    }
    .concept()
}

/// The direction of a recommendation.
pub(super) fn direction(direction: Direction, text: &str) -> Value {
    Code {
        system: Direction::SYSTEM,
        version: Some("2.0.0"),
        code: direction.code(),
        text,
    }
    .concept()
}

/// What a variable is in a comparison: `population`, `exposure`, `referenceExposure` or `measuredVariable`.
pub(super) fn role(code: &str, text: &str) -> Value {
    Code {
        system: "http://terminology.hl7.org/CodeSystem/variable-role",
        version: None,
        code,
        text,
    }
    .concept()
}

/// How a signature is meant: as somebody of the profession, which is what panels sign as.
pub(super) fn attestation() -> Value {
    json!({ "coding": [{
        "system": "http://hl7.org/fhir/composition-attestation-mode",
        "version": RELEASE,
        "code": "professional",
    }] })
}

/// An extension of HL7's with a code in it.
pub(super) fn extension(url: &str, concept: &Value) -> Value {
    if concept.is_null() {
        return Value::Null;
    }
    json!({ "url": url, "valueCodeableConcept": concept })
}

/// What a licence is called, and where it stands.
pub(super) const fn licence(licence: Licence) -> &'static str {
    match licence {
        Licence::CcBy => "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        Licence::CcByNc => "CC BY-NC 4.0, https://creativecommons.org/licenses/by-nc/4.0/",
        Licence::CcBySa => "CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/",
        Licence::CcByNd => "CC BY-ND 4.0, https://creativecommons.org/licenses/by-nd/4.0/",
        Licence::AllRightsReserved => "All rights reserved",
    }
}
