//! A guideline as other software reads it: an HL7 FHIR R5 bundle of type `document` ([ADR-0043]).
//!
//! Pure: what a guideline says goes in ([`guideline`]), JSON comes out. What maps to what is in `docs/interchange.md`.
//!
//! - [`guideline`]: what goes in; [`question`]: a clinical question of it, by its texts and values.
//! - `composition`: the document, in sections; `recommendation`, `evidence`, `assessment`, `citation`: its parts.
//! - `narrative`: the same in words, as XHTML; `words`: those that are ours, in the language of the guideline.
//! - `codes`, `object`, `name`, `moment`: codes with their systems, objects without empty fields, names, dates.
//!
//! **Invariant:** whatever is referred to is in the bundle, under a name that follows from ids and never from a clock.
//! **Invariant:** of people only those are named who signed or declined under their name; there is no ballot in here.
//! **Invariant (D12):** a value on which people have to decide is in no coded field; the text says which they are.
//!
//! Knows no store, no clock and no HTTP.
//!
//! [ADR-0043]: ../../docs/adr/0043-fhir.md

mod assessment;
mod citation;
mod codes;
mod composition;
mod evidence;
pub mod guideline;
#[cfg(any(test, feature = "testing"))]
pub mod made_up;
mod moment;
mod name;
mod narrative;
mod object;
pub mod question;
mod recommendation;
mod words;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use self::guideline::{Guideline, Standing};
use self::name::Names;
use self::object::Object;
use self::words::{Words, words};

/// The type of what [`bundle`] gives, for HTTP.
pub const MEDIA_TYPE: &str = "application/fhir+json; fhirVersion=5.0";

/// The system of identifiers that are URIs themselves.
const URI: &str = "urn:ietf:rfc:3986";

/// What each part of a bundle has to know of the whole.
struct Whole<'a> {
    guideline: &'a Guideline,
    names: Names<'a>,
    words: &'static Words,
    citations: citation::Citations,
}

/// One resource and the name under which the others refer to it.
struct Entry {
    name: String,
    resource: Value,
}

impl Entry {
    /// A reference to it.
    fn reference(&self) -> Value {
        json!({ "reference": self.name })
    }
}

impl Whole<'_> {
    /// A resource with a name, in the language of the guideline.
    fn resource(&self, kind: &str, path: &[&str]) -> Object {
        Object::new()
            .with("resourceType", kind.into())
            .with("id", self.names.id(path).into())
            .with("language", self.guideline.language.word().into())
    }

    /// A resource that others may cite, with what all of these say of themselves.
    fn artifact(&self, kind: &str, path: &[&str]) -> Object {
        let resource = self
            .resource(kind, path)
            .with("url", self.names.urn(path).into())
            .with(
                "status",
                self.guideline.standing.publication_status().into(),
            )
            .with("date", moment::date_time(self.guideline.at_ms))
            .with("publisher", object::line(self.community()));
        match self.published() {
            None => resource,
            Some(published) => resource
                .with("version", object::line(&published.number))
                .with("approvalDate", moment::date(published.at_ms))
                .with("copyright", codes::licence(published.licence).into()),
        }
    }

    fn published(&self) -> Option<&guideline::Published> {
        match &self.guideline.standing {
            Standing::Draft => None,
            Standing::Version(version) => version.published.as_ref(),
        }
    }

    /// What the community is called; empty where there is none.
    fn community(&self) -> &str {
        let community = self.guideline.community.as_ref();
        community.map_or("", |community| &community.name)
    }
}

/// The bundle: the composition first, and everything that it refers to.
#[must_use]
pub fn bundle(guideline: &Guideline) -> Value {
    let names = Names::of(&guideline.document);
    let whole = Whole {
        guideline,
        names,
        words: words(guideline.language),
        citations: citation::Citations::of(&guideline.text, names),
    };
    let identifier = match &guideline.standing {
        Standing::Draft => names.urn(&["draft", &guideline.at_ms.to_string()]),
        Standing::Version(version) => format!("urn:uuid:{}", version.id),
    };
    let entries: Vec<Value> = composition::with_parts(&whole)
        .into_iter()
        .map(|Entry { name, resource }| json!({ "fullUrl": name, "resource": resource }))
        .collect();
    Object::new()
        .with("resourceType", "Bundle".into())
        .with("language", guideline.language.word().into())
        .with("identifier", json!({ "system": URI, "value": identifier }))
        .with("type", "document".into())
        .with("timestamp", moment::instant(guideline.at_ms))
        .with("entry", entries.into())
        .done()
}
