//! Formatted text as pieces with their looks, and no markup: whoever shows it decides how, and nothing in a title runs.

use hayagriva::citationberg::{FontStyle, FontWeight, VerticalAlign};
use hayagriva::{Elem, ElemChild, ElemChildren, Formatted, Formatting, Rendered};
use serde::Serialize;

/// What was formatted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// For each citation that was asked for.
    pub citations: Vec<Vec<Piece>>,
    /// The list of references, in the order of the style.
    pub references: Vec<Reference>,
}

/// One entry of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// Of the reference.
    pub id: String,
    /// What stands before it, such as "1."; empty where the style puts nothing there.
    pub label: String,
    /// The entry.
    pub text: Vec<Piece>,
}

/// A piece of text that looks the same throughout.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The letters.
    pub text: String,
    /// Emphasised.
    #[serde(skip_serializing_if = "is_not")]
    pub italic: bool,
    /// Strong.
    #[serde(skip_serializing_if = "is_not")]
    pub bold: bool,
    /// Raised.
    #[serde(skip_serializing_if = "is_not")]
    pub raised: bool,
    /// Lowered.
    #[serde(skip_serializing_if = "is_not")]
    pub lowered: bool,
    /// Where it leads, as the reference says: not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
}

// What serde asks for takes a reference.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature is serde's"
)]
const fn is_not(value: &bool) -> bool {
    !*value
}

impl Answer {
    /// `spoken`: which of the citations asked for were handed to the library.
    pub(crate) fn of(rendered: &Rendered, spoken: &[bool]) -> Self {
        let mut formatted = rendered.citations.iter();
        let citations = spoken
            .iter()
            .map(|is_spoken| {
                let citation = if *is_spoken { formatted.next() } else { None };
                citation.map_or_else(Vec::new, |citation| pieces(&citation.citation))
            })
            .collect();
        let entries = rendered.bibliography.iter().flat_map(|list| &list.items);
        let references = entries.map(|entry| Reference {
            id: entry.key.clone(),
            label: entry
                .first_field
                .as_ref()
                .map_or_else(String::new, |field| {
                    let mut pieces = Vec::new();
                    collect(field, &mut pieces);
                    let label: String = pieces.into_iter().map(|piece| piece.text).collect();
                    label.trim().to_owned()
                }),
            text: pieces(&entry.content),
        });
        Self {
            citations,
            references: references.collect(),
        }
    }
}

fn pieces(children: &ElemChildren) -> Vec<Piece> {
    let mut all = Vec::new();
    for child in &children.0 {
        collect(child, &mut all);
    }
    all
}

fn collect(child: &ElemChild, all: &mut Vec<Piece>) {
    match child {
        ElemChild::Text(formatted) => push(all, looking(formatted)),
        ElemChild::Elem(Elem { children, .. }) => {
            for child in &children.0 {
                collect(child, all);
            }
        }
        ElemChild::Markup(text) => push(
            all,
            Piece {
                text: text.clone(),
                ..Piece::default()
            },
        ),
        ElemChild::Link { text, url } => push(
            all,
            Piece {
                href: Some(url.clone()),
                ..looking(text)
            },
        ),
        // We ask for none.
        ElemChild::Transparent { .. } => {}
    }
}

fn looking(Formatted { text, formatting }: &Formatted) -> Piece {
    let Formatting {
        font_style,
        font_weight,
        vertical_align,
        ..
    } = formatting;
    Piece {
        text: text.clone(),
        italic: *font_style == FontStyle::Italic,
        bold: *font_weight == FontWeight::Bold,
        raised: *vertical_align == VerticalAlign::Sup,
        lowered: *vertical_align == VerticalAlign::Sub,
        href: None,
    }
}

/// Adds to the piece before where the two look alike.
fn push(all: &mut Vec<Piece>, piece: Piece) {
    if let Some(last) = all.last_mut() {
        let alike = Piece {
            text: last.text.clone(),
            ..piece.clone()
        };
        if *last == alike {
            last.text.push_str(&piece.text);
            return;
        }
    }
    if !piece.text.is_empty() {
        all.push(piece);
    }
}
