//! What somebody takes away of themselves: one ZIP archive, readable without us.
//!
//! ```text
//! index.html                what is here, as a page
//! account.json              the account, where it is signed in, and its communities
//! comments.json             what they said about documents, with the passage
//! suggestions.json          what they suggested
//! ledger.json               what they decided
//! interests.json            what they declared about their interests, and how they were judged
//! documents/001-title.md    each document that they made, for people,
//! documents/001-title.html  for browsers and word processors,
//! documents/001-title.update   and as its CRDT state
//! ```
//!
//! Times in the JSON are milliseconds since 1970 UTC. Knows no store and no HTTP.

use std::collections::HashSet;

use consilium_model::discussion::read::{Comment, comments_of};
use serde::Serialize;
use yrs::Transact;

use super::archive::decoded;
use super::html::escape;
use super::manifest::ArchivedDocument;
use crate::calendar::date_of;
use crate::community::wording::Language;
use crate::panic_boundary::contain;

/// The page.
pub const INDEX_FILE: &str = "index.html";
/// The account.
pub const ACCOUNT_FILE: &str = "account.json";
/// The comments.
pub const COMMENTS_FILE: &str = "comments.json";
/// The suggestions.
pub const SUGGESTIONS_FILE: &str = "suggestions.json";
/// The acts.
pub const LEDGER_FILE: &str = "ledger.json";
/// The interests.
pub const INTERESTS_FILE: &str = "interests.json";

/// Whose it is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnAccount {
    /// Its id, which stands beside what they wrote and decided.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// Where they are written to.
    pub email: String,
    /// When it was made.
    pub created_at: i64,
    /// Where it is signed in.
    pub sessions: Vec<OwnSession>,
    /// The communities.
    pub memberships: Vec<OwnMembershipLine>,
}

/// One browser.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnSession {
    /// When it began.
    pub created_at: i64,
    /// When it was last used.
    pub last_seen_at: i64,
    /// When it ends.
    pub expires_at: i64,
    /// What the browser says of itself.
    pub user_agent: String,
    /// The address that it began from.
    pub address: String,
}

/// One community.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnMembershipLine {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What they are in it.
    pub role: String,
    /// Since when.
    pub since: i64,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// On which day they were last here: days since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen_day: Option<i64>,
    /// Since when they have stepped back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stepped_back_at: Option<i64>,
}

/// Something that they said about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnComment {
    /// The document's name.
    pub document: String,
    /// Its title.
    pub title: String,
    /// When, by the clock of their device.
    pub at: i64,
    /// What.
    pub text: String,
    /// The passage of the text as it read then; empty for the document as a whole.
    pub passage: String,
}

/// Something that they suggested.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnSuggestion {
    /// The document's name.
    pub document: String,
    /// Its title.
    pub title: String,
    /// `draft` or `suggestion`.
    pub kind: String,
    /// `open`, `merged` or `discarded`.
    pub state: String,
    /// What they said to it.
    pub note: String,
    /// When it was made.
    pub made_at: i64,
    /// The file with its text, without its ending.
    pub file: String,
}

/// Something that they did.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnAct {
    /// The community's id.
    pub community: String,
    /// The number of the entry.
    pub seq: u64,
    /// When.
    pub at: i64,
    /// What: a word of the ledger.
    pub act: String,
    /// More about it, as the ledger has it.
    pub detail: serde_json::Value,
    /// The entry's hash.
    pub hash: String,
}

/// What these CRDT clients said in a discussion, given as its state (V1). Nothing where the state cannot be read.
#[must_use]
pub fn comments_in(state: &[u8], clients: &HashSet<u64>) -> Vec<Comment> {
    let Some(doc) = decoded(state) else {
        return Vec::new();
    };
    contain(|| comments_of(&doc.transact(), clients)).unwrap_or_default()
}

/// Everything but the documents.
#[derive(Debug, Clone)]
pub struct OwnData {
    /// The account.
    pub account: OwnAccount,
    /// The comments.
    pub comments: Vec<OwnComment>,
    /// The suggestions.
    pub suggestions: Vec<OwnSuggestion>,
    /// The acts.
    pub acts: Vec<OwnAct>,
}

/// The headings of the page.
struct Words {
    title: &'static str,
    account: &'static str,
    communities: &'static str,
    documents: &'static str,
    comments: &'static str,
    suggestions: &'static str,
    acts: &'static str,
    none: &'static str,
    more: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::English => Words {
            title: "Your data",
            account: "Account",
            communities: "Your communities",
            documents: "Documents that you made",
            comments: "Your comments",
            suggestions: "Your suggestions",
            acts: "What you decided",
            none: "Nothing.",
            more: "The same, with every detail, for programs:",
        },
        Language::German => Words {
            title: "Ihre Daten",
            account: "Konto",
            communities: "Ihre Gemeinschaften",
            documents: "Dokumente, die Sie begonnen haben",
            comments: "Ihre Kommentare",
            suggestions: "Ihre Vorschläge",
            acts: "Was Sie entschieden haben",
            none: "Nichts.",
            more: "Dasselbe mit allen Einzelheiten, für Programme:",
        },
    }
}

/// All of it as a page, with links to the documents.
#[must_use]
pub fn page(data: &OwnData, documents: &[ArchivedDocument], language: Language) -> String {
    let words = words(language);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n</head>\n<body>\n<h1>{}</h1>\n",
        language.word(),
        words.title,
        words.title
    );
    let account = &data.account;
    section(
        words.account,
        &words,
        &mut out,
        [line(&[&account.name, &account.email])],
    );
    let communities = account
        .memberships
        .iter()
        .map(|each| line(&[&each.name, &each.role, &day(each.since)]));
    section(words.communities, &words, &mut out, communities);
    let documents = documents.iter().map(|document| {
        let mut link = format!("<a href=\"{}.html\">", document.file);
        escape(shown(&document.title), &mut link);
        link.push_str("</a>");
        link
    });
    section(words.documents, &words, &mut out, documents);
    let comments = data
        .comments
        .iter()
        .map(|each| line(&[&day(each.at), shown(&each.title), &each.passage, &each.text]));
    section(words.comments, &words, &mut out, comments);
    let suggestions = data.suggestions.iter().map(|each| {
        let link = format!("<a href=\"{}.html\">{}</a> ", each.file, day(each.made_at));
        link + &line(&[shown(&each.title), &each.state, &each.note])
    });
    section(words.suggestions, &words, &mut out, suggestions);
    let acts = data
        .acts
        .iter()
        .map(|each| line(&[&day(each.at), &each.act]));
    section(words.acts, &words, &mut out, acts);
    out.push_str(&format!("<p>{}", words.more));
    for file in [
        ACCOUNT_FILE,
        COMMENTS_FILE,
        SUGGESTIONS_FILE,
        LEDGER_FILE,
        INTERESTS_FILE,
    ] {
        out.push_str(&format!(" <a href=\"{file}\">{file}</a>"));
    }
    out.push_str("</p>\n</body>\n</html>\n");
    out
}

fn section(
    heading: &str,
    words: &Words,
    out: &mut String,
    lines: impl IntoIterator<Item = String>,
) {
    out.push_str(&format!("<h2>{heading}</h2>\n"));
    let items: String = lines
        .into_iter()
        .map(|line| format!("<li>{line}</li>\n"))
        .collect();
    if items.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", words.none));
    } else {
        out.push_str(&format!("<ul>\n{items}</ul>\n"));
    }
}

/// Texts of people, one behind the other; those that say nothing are left out.
fn line(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push_str(" · ");
        }
        escape(part, &mut out);
    }
    out
}

fn shown(title: &str) -> &str {
    if title.is_empty() { "–" } else { title }
}

/// A day in UTC, as every calendar has it.
fn day(at_ms: i64) -> String {
    let Some(date) = date_of(at_ms.div_euclid(24 * 60 * 60 * 1_000)) else {
        return String::new();
    };
    let (year, month, day) = date;
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_that_of_the_calendar() {
        for (at_ms, expected) in [
            (0, "1970-01-01"),
            (951_782_400_000, "2000-02-29"),
            (1_790_000_000_000, "2026-09-21"),
            (-86_400_000, "1969-12-31"),
            (i64::MAX, ""),
        ] {
            assert_eq!(day(at_ms), expected);
        }
    }

    #[test]
    fn nothing_that_somebody_wrote_is_markup_on_the_page() {
        let data = OwnData {
            account: OwnAccount {
                id: "x".to_owned(),
                name: "<b>Ann</b>".to_owned(),
                email: "ann@example.org".to_owned(),
                created_at: 0,
                sessions: Vec::new(),
                memberships: Vec::new(),
            },
            comments: vec![OwnComment {
                document: "d".to_owned(),
                title: String::new(),
                at: 0,
                text: "<script>".to_owned(),
                passage: "a & b".to_owned(),
            }],
            suggestions: Vec::new(),
            acts: Vec::new(),
        };
        let page = page(&data, &[], Language::German);
        assert!(
            page.contains("&lt;b&gt;Ann") && page.contains("&lt;script&gt;"),
            "{page}"
        );
        assert!(
            page.contains("a &amp; b") && page.contains("1970-01-01"),
            "{page}"
        );
        assert!(
            page.contains("Nichts.") && page.contains("lang=\"de\""),
            "{page}"
        );
    }
}
