//! References as `Citation`: what a document says of them is CSL-JSON with the fields that were set since (ADR-0038).

use std::collections::BTreeMap;

use consilium_model::references::id_of;
use serde_json::{Map, Value, json};

use super::guideline::Text;
use super::moment;
use super::name::Names;
use super::narrative::{Narrative, Origin};
use super::object::{Object, line};
use super::{Entry, Whole};

/// What marks a reference that was taken out of the list.
const REMOVED: &str = "removed";

/// Names of one field: beyond these a list of authors is cut everywhere.
const NAMES_MAX: usize = 500;

/// The references of a text, in the order in which they were added.
pub(super) struct Citations {
    items: BTreeMap<String, Map<String, Value>>,
    names: BTreeMap<String, String>,
}

impl Citations {
    pub(super) fn of(text: &Text, names: Names<'_>) -> Self {
        let mut items: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for (key, value) in &text.references {
            if id_of(key) == key
                && let Some(item) = value.as_object()
            {
                items.insert(key.clone(), item.clone());
            }
        }
        for (key, value) in &text.references {
            let id = id_of(key);
            let field = key.get(id.len() + 1..).unwrap_or_default();
            if let Some(item) = items.get_mut(id)
                && !field.is_empty()
            {
                item.insert(field.to_owned(), value.clone());
            }
        }
        items.retain(|_, item| item.get(REMOVED) != Some(&Value::Bool(true)));
        let names = items
            .keys()
            .map(|id| (id.clone(), names.urn(&["reference", id])))
            .collect();
        Self { items, names }
    }

    /// A related artifact that is cited; nothing where the reference is gone.
    pub(super) fn cited(&self, id: &str) -> Option<Value> {
        let name = self.names.get(id)?;
        Some(json!({ "type": "cites", "resourceReference": { "reference": name } }))
    }

    /// All, as resources.
    pub(super) fn entries(&self, whole: &Whole<'_>) -> Vec<Entry> {
        self.items
            .iter()
            .map(|(id, item)| entry(whole, id, item))
            .collect()
    }
}

fn said<'a>(item: &'a Map<String, Value>, field: &str) -> &'a str {
    item.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn entry(whole: &Whole<'_>, id: &str, item: &Map<String, Value>) -> Entry {
    let path = ["reference", id];
    let title = match said(item, "title") {
        "" => said(item, "container-title"),
        title => title,
    };
    let text = Narrative::new(whole.guideline.language.word())
        .paragraph(&sentence(item, title))
        .done(Origin::Fields);
    let resource = whole
        .resource("Citation", &path)
        .with("url", whole.names.urn(&path).into())
        .with("status", "active".into())
        .with("title", line(title))
        .with("text", text)
        .with("citedArtifact", cited_artifact(item, title));
    Entry {
        name: whole.names.urn(&path),
        resource: resource.done(),
    }
}

/// Enough for people to find it: who, what, where, when.
fn sentence(item: &Map<String, Value>, title: &str) -> String {
    let authors = names_in(item, "author").join(", ");
    let container = match said(item, "container-title") {
        container if container == title => "",
        container => container,
    };
    let year = issued(item).map_or_else(String::new, |date| date.chars().take(4).collect());
    let parts = [authors.as_str(), title, container, &year, said(item, "DOI")];
    let parts: Vec<&str> = parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(". ")
}

fn cited_artifact(item: &Map<String, Value>, title: &str) -> Value {
    let identifier = |system: &str, field: &str| match line(said(item, field)) {
        Value::String(value) if !value.is_empty() => {
            Some(json!({ "system": system, "value": value }))
        }
        _ => None,
    };
    let identifiers: Vec<Value> = [
        identifier("https://doi.org", "DOI"),
        identifier("https://pubmed.ncbi.nlm.nih.gov", "PMID"),
        identifier("https://www.ncbi.nlm.nih.gov/pmc", "PMCID"),
        identifier("urn:isbn", "ISBN"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let titles = match line(title) {
        Value::String(text) if !text.is_empty() => json!([{ "text": text }]),
        _ => Value::Null,
    };
    let locations: Vec<Value> = web_address(said(item, "URL"))
        .map(|url| json!({ "url": url }))
        .into_iter()
        .collect();
    let authors: Vec<Value> = names_in(item, "author")
        .into_iter()
        .map(|name| json!({ "contributor": { "display": name } }))
        .collect();
    let contributorship = Object::new().with("entry", authors.into()).done();
    let form = publication_form(item, title);
    let forms = match &form {
        Value::Object(fields) if fields.is_empty() => Value::Null,
        _ => json!([form]),
    };
    Object::new()
        .with("identifier", identifiers.into())
        .with("title", titles)
        .with("webLocation", locations.into())
        .with("publicationForm", forms)
        .with("contributorship", contributorship)
        .done()
}

fn publication_form(item: &Map<String, Value>, title: &str) -> Value {
    let publisher = match line(said(item, "publisher")) {
        Value::String(name) if !name.is_empty() => json!({ "display": name }),
        _ => Value::Null,
    };
    let container = match said(item, "container-title") {
        container if container == title => "",
        container => container,
    };
    let published_in = Object::new()
        .with("title", line(container))
        .with("publisher", publisher)
        .with("publisherLocation", line(said(item, "publisher-place")))
        .done();
    Object::new()
        .with("publishedIn", published_in)
        .with("volume", line(said(item, "volume")))
        .with("issue", line(said(item, "issue")))
        .with("articleDate", issued(item).into())
        .with("pageString", line(said(item, "page")))
        .done()
}

fn issued(item: &Map<String, Value>) -> Option<String> {
    let parts = item.get("issued")?["date-parts"][0].as_array()?;
    let parts: Vec<i64> = parts.iter().map_while(whole_number).collect();
    moment::partial_date(&parts)
}

fn whole_number(value: &Value) -> Option<i64> {
    // What came in through a file may have been written as a text.
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// People and organisations, as they are called.
fn names_in(item: &Map<String, Value>, field: &str) -> Vec<String> {
    let names = item.get(field).and_then(Value::as_array);
    let names = names.map_or(&[][..], Vec::as_slice);
    names
        .iter()
        .take(NAMES_MAX)
        .filter_map(|name| {
            let part = |key: &str| name[key].as_str().unwrap_or_default().trim();
            let parts = [
                part("given"),
                part("non-dropping-particle"),
                part("family"),
                part("literal"),
                part("suffix"),
            ];
            let called: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            match line(&called.join(" ")) {
                Value::String(name) if !name.is_empty() => Some(name),
                _ => None,
            }
        })
        .collect()
}

/// An address of a web page, if it is one without spaces.
fn web_address(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let is_clean = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    (is_web && is_clean).then_some(text)
}
