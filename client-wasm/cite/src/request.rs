//! What is asked for, and making it harmless: of a reference only the fields listed here are taken, each in the one form
//! that the formatting library is known to bear.

use std::collections::BTreeMap;

use hayagriva::citationberg::json::{
    DateValue, Item, LiteralName, NameItem, NameValue, Value, VecDate, VecDateRange,
};
use hayagriva::citationberg::taxonomy::Locator;
use hayagriva::{LocatorPayload, SpecificLocator};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::styles::{Language, Style};

/// More letters of a field than this are not shown.
const FIELD_CHARS_MAX: usize = 2_000;

/// More names than this are not read: the styles show 20 at most.
const NAMES_MAX: usize = 100;

/// Years as the library can hold them, with room.
const YEARS: std::ops::RangeInclusive<i64> = -9_999..=9_999;

/// Fields that are one line of text.
const TEXTS: [&str; 22] = [
    "type",
    "title",
    "title-short",
    "container-title",
    "container-title-short",
    "collection-title",
    "collection-number",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "number",
    "edition",
    "genre",
    "event-title",
    "language",
    "DOI",
    "PMID",
    "PMCID",
    "ISBN",
    "URL",
];

const NAMES: [&str; 3] = ["author", "editor", "translator"];

const DATES: [&str; 2] = ["issued", "accessed"];

/// What is to be formatted.
#[derive(Debug, Clone, Deserialize)]
pub struct Request {
    /// How.
    pub style: Style,
    /// In which language.
    pub language: Language,
    /// The references, as CSL-JSON.
    pub references: Vec<serde_json::Map<String, Json>>,
    /// The citations in the order of the text, each of one reference or several.
    pub citations: Vec<Vec<Cite>>,
}

/// One reference within a citation.
#[derive(Debug, Clone, Deserialize)]
pub struct Cite {
    /// Of the reference.
    pub id: String,
    /// Where in it; empty for all of it.
    #[serde(default)]
    pub locator: String,
}

impl Cite {
    pub(crate) fn locator(&self) -> Option<SpecificLocator<'_>> {
        let said = self.locator.trim();
        if said.is_empty() {
            return None;
        }
        // Bare numbers are pages; whoever means something else writes it out, and it is shown as they wrote it.
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '\u{2013}' | ',' | ' ');
        let kind = if said.chars().all(is_number) {
            Locator::Page
        } else {
            Locator::Custom
        };
        Some(SpecificLocator(kind, LocatorPayload::Str(said)))
    }
}

impl Request {
    pub(crate) fn items(&self) -> Vec<Item> {
        self.references.iter().map(item).collect()
    }
}

fn item(said: &serde_json::Map<String, Json>) -> Item {
    let mut fields = BTreeMap::new();
    for name in TEXTS.iter().chain(&["id"]) {
        if let Some(text) = said.get(*name).and_then(text) {
            fields.insert((*name).to_owned(), Value::String(text));
        }
    }
    fields
        .entry("type".to_owned())
        .or_insert_with(|| Value::String("document".to_owned()));
    for name in NAMES {
        let names = said.get(name).map(names).unwrap_or_default();
        if !names.is_empty() {
            fields.insert(name.to_owned(), Value::Names(names));
        }
    }
    for name in DATES {
        if let Some(date) = said.get(name).and_then(date) {
            fields.insert(name.to_owned(), Value::Date(date));
        }
    }
    Item(fields)
}

fn text(value: &Json) -> Option<String> {
    let said = match value {
        Json::String(said) => said.clone(),
        Json::Number(number) => number.to_string(),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => return None,
    };
    let line: String = said
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let line: String = line.chars().take(FIELD_CHARS_MAX).collect();
    (!line.is_empty()).then_some(line)
}

fn names(value: &Json) -> Vec<NameValue> {
    let Json::Array(all) = value else {
        return Vec::new();
    };
    all.iter().take(NAMES_MAX).filter_map(name).collect()
}

fn name(value: &Json) -> Option<NameValue> {
    let part = |key: &str| value.get(key).and_then(text);
    if let Some(family) = part("family") {
        return Some(NameValue::Item(NameItem {
            family,
            given: part("given"),
            non_dropping_particle: part("non-dropping-particle"),
            dropping_particle: part("dropping-particle"),
            suffix: part("suffix"),
            comma_suffix: None,
        }));
    }
    let literal = part("literal").or_else(|| part("given"))?;
    Some(NameValue::Literal(LiteralName { literal }))
}

/// The first of the dates: the library has no ranges here.
fn date(value: &Json) -> Option<DateValue> {
    let parts = value.get("date-parts")?.get(0)?.as_array()?;
    let number = |at: usize| -> Option<i64> {
        match parts.get(at)? {
            Json::Number(number) => number.as_i64(),
            Json::String(digits) => digits.trim().parse().ok(),
            _ => None,
        }
    };
    let year = number(0).filter(|year| YEARS.contains(year))?;
    let month = number(1).filter(|month| (1..=12).contains(month));
    let day = number(2).filter(|day| (1..=31).contains(day));
    let parts = [Some(year), month, month.and(day)];
    let parts = parts.into_iter().flatten();
    let date = VecDate(parts.filter_map(|part| i16::try_from(part).ok()).collect());
    Some(DateValue::DateParts {
        date_parts: VecDateRange(vec![date]),
        literal: None,
        season: None,
        circa: false,
    })
}
