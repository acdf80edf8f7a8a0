//! What is shown of a document that was found: its title and some passages, in parts that say which words were meant.
//!
//! Parts are plain text; whoever shows them makes the markup. A database only knows that all words occur: whether words
//! that must stand together do is looked up here, so a document can still turn out not to be meant.

use std::ops::Range;

use super::query::{Query, Term};
use super::text::{Passage, SearchText};
use super::words::{Word, words};

/// Passages that are shown of one document.
pub const SNIPPETS_MAX: usize = 3;

/// Characters of a passage that are shown: three lines.
const SNIPPET_CHARS_MAX: usize = 240;

/// Characters before the first word that was found, in a passage that is cut.
const LEAD_CHARS_MAX: usize = 60;

/// Places in one passage that are compared to choose what is shown of it.
const COMPARED_MAX: usize = 500;

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_found: bool,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The heading above it.
    pub heading: Option<String>,
    /// The passage, or the part of it where the words stand.
    pub parts: Vec<Part>,
}

/// What is shown of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its whole title.
    pub title: Vec<Part>,
    /// The passages with the most of what was looked for, in the order of the document.
    pub snippets: Vec<Snippet>,
}

/// Looks for all that a query asks for; `None` when some of it does not occur.
#[must_use]
pub fn find(query: &Query, text: &SearchText) -> Option<Found> {
    if query.groups().is_empty() {
        return None;
    }
    let title = Marks::of(query, &text.title);
    let mut seen = title.groups.clone();
    let mut meant = Vec::new();
    for (at, passage) in text.passages.iter().enumerate() {
        let marks = Marks::of(query, &passage.text);
        for (seen, found) in seen.iter_mut().zip(&marks.groups) {
            *seen |= found;
        }
        if !marks.places.is_empty() {
            meant.push((at, marks));
        }
    }
    if seen.contains(&false) {
        return None;
    }
    // Of passages with as much the first.
    meant.sort_by_key(|(_, marks)| std::cmp::Reverse(marks.score()));
    meant.truncate(SNIPPETS_MAX);
    meant.sort_by_key(|(at, _)| *at);
    let snippets = meant
        .into_iter()
        .map(|(at, marks)| Snippet {
            heading: heading_above(&text.passages, at),
            parts: shown(&text.passages[at].text, &marks),
        })
        .collect();
    Some(Found {
        title: parts(&text.title, 0..text.title.len(), &title.places),
        snippets,
    })
}

/// The nearest heading before a passage; for a heading, one that stands above it.
fn heading_above(passages: &[Passage], at: usize) -> Option<String> {
    let level = match passages[at].level {
        0 => u8::MAX,
        level => level,
    };
    passages[..at]
        .iter()
        .rev()
        .find(|passage| passage.level > 0 && passage.level < level)
        .map(|passage| passage.text.clone())
}

/// Where in a text something stands that is looked for.
struct Marks {
    /// In order, each with the number of its group; they do not overlap.
    places: Vec<(Range<usize>, usize)>,
    /// Which groups occur.
    groups: Vec<bool>,
}

impl Marks {
    fn of(query: &Query, text: &str) -> Self {
        let words: Vec<Word> = words(text).collect();
        let mut places = Vec::new();
        let mut groups = vec![false; query.groups().len()];
        for (number, group) in query.groups().iter().enumerate() {
            for run in words.windows(group.len()) {
                if stands_together(group, run) {
                    groups[number] = true;
                    places.push((run[0].range.start..run[run.len() - 1].range.end, number));
                }
            }
        }
        places.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        places.retain(|(range, _)| {
            let is_free = range.start >= end;
            if is_free {
                end = range.end;
            }
            is_free
        });
        Self { places, groups }
    }

    /// How much of what is looked for occurs.
    fn score(&self) -> usize {
        self.groups.iter().filter(|found| **found).count()
    }
}

fn stands_together(group: &[Term], run: &[Word]) -> bool {
    group
        .iter()
        .zip(run)
        .all(|(term, word)| term.meets(&word.folded))
}

/// The passage, or as much of it as is shown: where the most groups stand close to each other.
fn shown(text: &str, marks: &Marks) -> Vec<Part> {
    if text.chars().nth(SNIPPET_CHARS_MAX).is_none() {
        return parts(text, 0..text.len(), &marks.places);
    }
    let window = |start: usize| start..after(text, start, SNIPPET_CHARS_MAX - LEAD_CHARS_MAX);
    let places = &marks.places[..marks.places.len().min(COMPARED_MAX)];
    let best = places
        .iter()
        .map(|(range, _)| window(range.start))
        .max_by_key(|window| {
            let mut inside: Vec<usize> = places
                .iter()
                .filter(|(range, _)| range.start >= window.start && range.end <= window.end)
                .map(|(_, group)| *group)
                .collect();
            inside.sort_unstable();
            inside.dedup();
            // Of places with as much the first.
            (inside.len(), std::cmp::Reverse(window.start))
        })
        .unwrap_or(0..0);
    let start = word_start(text, before(text, best.start, LEAD_CHARS_MAX), best.start);
    let end = word_end(text, after(text, start, SNIPPET_CHARS_MAX), best.start);
    let mut shown = parts(text, start..end, &marks.places);
    if start > 0 {
        shown.insert(0, plain("… "));
    }
    if end < text.len() {
        shown.push(plain(" …"));
    }
    shown
}

fn plain(text: &str) -> Part {
    Part {
        text: text.to_owned(),
        is_found: false,
    }
}

/// The place so many characters after another.
fn after(text: &str, from: usize, characters: usize) -> usize {
    text[from..]
        .char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| from + at)
}

/// The place so many characters before another.
fn before(text: &str, from: usize, characters: usize) -> usize {
    text[..from]
        .char_indices()
        .rev()
        .nth(characters.saturating_sub(1))
        .map_or(0, |(at, _)| at)
}

/// Where the next word begins behind a cut, if one does before `latest`.
fn word_start(text: &str, cut: usize, latest: usize) -> usize {
    if cut == 0 {
        return 0;
    }
    text[cut..latest].find(' ').map_or(cut, |gap| cut + gap + 1)
}

/// Where the last word before a cut ends, if one does behind `earliest`.
fn word_end(text: &str, cut: usize, earliest: usize) -> usize {
    if cut == text.len() {
        return cut;
    }
    text[earliest..cut]
        .rfind(' ')
        .map_or(cut, |gap| earliest + gap)
}

/// A stretch of a text, cut where something was found.
fn parts(text: &str, stretch: Range<usize>, places: &[(Range<usize>, usize)]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = stretch.start;
    for (range, _) in places {
        if range.start < at || range.start >= stretch.end {
            continue;
        }
        if range.start > at {
            parts.push(plain(&text[at..range.start]));
        }
        at = range.end.min(stretch.end);
        parts.push(Part {
            text: text[range.start..at].to_owned(),
            is_found: true,
        });
    }
    if at < stretch.end {
        parts.push(plain(&text[at..stretch.end]));
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(title: &str, passages: &[(u8, &str)]) -> SearchText {
        SearchText {
            title: title.to_owned(),
            passages: passages
                .iter()
                .map(|(level, text)| Passage {
                    level: *level,
                    text: (*text).to_owned(),
                })
                .collect(),
        }
    }

    fn look(query: &str, text: &SearchText) -> Option<Found> {
        find(&Query::parse(query).unwrap(), text)
    }

    /// What was found stands in brackets.
    fn written(parts: &[Part]) -> String {
        parts
            .iter()
            .map(|part| match part.is_found {
                true => format!("[{}]", part.text),
                false => part.text.clone(),
            })
            .collect()
    }

    #[test]
    fn all_words_must_occur_somewhere_in_title_or_text() {
        let text = text(
            "Leitlinie Fieber",
            &[
                (1, "Therapie"),
                (0, "Die Antibiotika-Gabe beginnt früh."),
                (2, "Dosis"),
                (0, "Fieber über 38,5 °C."),
            ],
        );
        let found = look("fieber antibiotik", &text).unwrap();
        assert_eq!(written(&found.title), "Leitlinie [Fieber]");
        let snippets: Vec<(Option<&str>, String)> = found
            .snippets
            .iter()
            .map(|snippet| (snippet.heading.as_deref(), written(&snippet.parts)))
            .collect();
        assert_eq!(
            snippets,
            [
                (
                    Some("Therapie"),
                    "Die [Antibiotika]-Gabe beginnt früh.".to_owned()
                ),
                (Some("Dosis"), "[Fieber] über 38,5 °C.".to_owned()),
            ]
        );
        assert_eq!(look("fieber penicillin", &text), None);
        assert_eq!(look("!", &text), None);
        let dosis = look("dosis", &text).unwrap();
        assert_eq!(dosis.snippets[0].heading.as_deref(), Some("Therapie"));
    }

    #[test]
    fn what_is_written_together_must_stand_together() {
        let text = text("", &[(0, "Die frühe Gabe. Gabe die früh kommt.")]);
        let found = look("\"frühe gabe\"", &text).unwrap();
        assert_eq!(
            written(&found.snippets[0].parts),
            "Die [frühe Gabe]. Gabe die früh kommt."
        );
        assert_eq!(look("\"gabe frühe\"", &text), None);
        assert_eq!(look("früh-gabe", &text), None, "früh is not frühe");
        assert!(look("\"frühe ga", &text).is_some(), "still being typed");
        assert_eq!(look("\"frühe ga\"", &text), None);
    }

    #[test]
    fn of_a_long_passage_the_part_is_shown_where_most_of_it_stands() {
        let filler = "lorem ipsum ".repeat(60);
        let long = format!("Kind {filler}ein Kind mit Fieber {filler}");
        let found = look("kind fieber", &text("", &[(0, &long)])).unwrap();
        let shown = written(&found.snippets[0].parts);
        assert!(shown.contains("ein [Kind] mit [Fieber] lorem"), "{shown}");
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        assert!(shown.chars().count() < SNIPPET_CHARS_MAX + 20);
    }

    #[test]
    fn the_passages_with_the_most_are_shown_in_the_order_of_the_document() {
        let text = text(
            "",
            &[(0, "a1"), (0, "a1"), (0, "b1"), (0, "a1"), (0, "a1 b1")],
        );
        let found = look("a1 b1", &text).unwrap();
        let shown: Vec<String> = found
            .snippets
            .iter()
            .map(|snippet| written(&snippet.parts))
            .collect();
        assert_eq!(shown, ["[a1]", "[a1]", "[a1] [b1]"]);
    }

    proptest! {
        #[test]
        fn parts_are_the_text_whatever_it_is(
            passage in any::<String>(),
            filler in "[a ü]{0,400}",
            query in any::<String>(),
        ) {
            let passage = format!("{filler}{passage}{filler}");
            let Ok(mut wanted) = Query::parse(&query) else { return Ok(()); };
            // Something of the text itself, most of the time.
            let first = words(&passage).last().map(|word| passage[word.range].to_owned());
            if let Some(first) = first
                && let Ok(own) = Query::parse(&first) {
                wanted = own;
            }
            if let Some(found) = find(&wanted, &text(&passage, &[(0, &passage)])) {
                let title: String = found.title.iter().map(|part| part.text.as_str()).collect();
                prop_assert_eq!(&title, &passage);
                for snippet in found.snippets {
                    let shown: String = snippet.parts.iter().map(|part| part.text.as_str()).collect();
                    let shown = shown.trim_start_matches("… ").trim_end_matches(" …");
                    prop_assert!(passage.contains(shown));
                    prop_assert!(snippet.parts.iter().any(|part| part.is_found));
                }
            }
        }
    }
}
