//! What somebody looks for: words that must all occur, and phrases in quotation marks.
//!
//! There is no other syntax, so nothing can be wrong with a query but its length. A word finds what begins with it when
//! it has four letters or more, or is the last one, which may still be being typed; a single letter does not, because that
//! would be everything. What is written together
//! (`COVID-19`) must stand together. A phrase that is not closed yet ends with a word that may go on.

use super::words::words;

/// The longest query, in characters. Longer ones are texts.
pub const QUERY_CHARS_MAX: usize = 200;

/// From how many characters a word finds what begins with it.
const PREFIX_CHARS_MIN: usize = 4;

/// What a word in quotation marks stands between; which one opens and which one closes depends on the language.
const QUOTES: &[char] = &['"', '“', '”', '„', '«', '»', '‟'];

/// A word that must occur.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// Folded.
    pub word: String,
    /// Whether a longer word that begins with it will do.
    pub is_prefix: bool,
}

impl Term {
    /// Whether this word of a text is one that is looked for.
    #[must_use]
    pub fn meets(&self, folded: &str) -> bool {
        if self.is_prefix {
            folded.starts_with(&self.word)
        } else {
            folded == self.word
        }
    }
}

/// What is looked for: groups of words, each of which stands together in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    groups: Vec<Vec<Term>>,
}

/// A query that is empty or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a query has 1 to {QUERY_CHARS_MAX} characters")]
pub struct NoQuery;

impl Query {
    /// Reads what somebody wrote.
    ///
    /// # Errors
    /// [`NoQuery`].
    pub fn parse(text: &str) -> Result<Self, NoQuery> {
        let text = text.trim();
        if text.is_empty() || text.chars().nth(QUERY_CHARS_MAX).is_some() {
            return Err(NoQuery);
        }
        let mut groups = Vec::new();
        let pieces: Vec<&str> = text.split(QUOTES).collect();
        let last = pieces.len() - 1;
        for (at, piece) in pieces.into_iter().enumerate() {
            // Every other piece stands behind a quotation mark that opens.
            if at % 2 == 1 {
                groups.extend(group(piece, |word| at == last && word.len() > 1));
            } else {
                groups.extend(
                    piece
                        .split_whitespace()
                        .filter_map(|together| group(together, is_long)),
                );
            }
        }
        let ends_quoted = text.ends_with(QUOTES) && last.is_multiple_of(2);
        if let Some(term) = groups
            .last_mut()
            .and_then(|group: &mut Vec<Term>| group.last_mut())
            && !ends_quoted
        {
            // A single character of another script may be a word that goes on.
            term.is_prefix = term.word.len() > 1;
        }
        Ok(Self { groups })
    }

    /// Groups of words that stand together.
    #[must_use]
    pub fn groups(&self) -> &[Vec<Term>] {
        &self.groups
    }

    /// All words, each once. None when there was no word in what somebody wrote: nothing is found then.
    #[must_use]
    pub fn terms(&self) -> Vec<&Term> {
        let mut terms: Vec<&Term> = self.groups.iter().flatten().collect();
        terms.sort();
        terms.dedup();
        terms
    }
}

fn is_long(word: &str) -> bool {
    word.chars().nth(PREFIX_CHARS_MIN - 1).is_some()
}

/// The words of a piece of text that stand together; only the last one may be the beginning of a longer one.
fn group(text: &str, is_prefix: impl Fn(&str) -> bool) -> Option<Vec<Term>> {
    let mut terms: Vec<Term> = words(text)
        .map(|word| Term {
            word: word.folded,
            is_prefix: false,
        })
        .collect();
    let last = terms.last_mut()?;
    last.is_prefix = is_prefix(&last.word);
    Some(terms)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A group a line; a word that may go on ends with `*`.
    fn check(text: &str, expected: &[&str]) {
        let query = Query::parse(text).unwrap();
        let written: Vec<String> = query
            .groups()
            .iter()
            .map(|group| {
                let terms: Vec<String> = group
                    .iter()
                    .map(|term| format!("{}{}", term.word, if term.is_prefix { "*" } else { "" }))
                    .collect();
                terms.join(" ")
            })
            .collect();
        assert_eq!(written, expected, "{text}");
    }

    #[test]
    fn words_find_what_begins_with_them_when_they_are_long_or_last() {
        check("Antibiotik bei Kind", &["antibiotik*", "bei", "kind*"]);
        check("bei", &["bei*"]);
        check("COVID-19 früh", &["covid 19", "fruh*"]);
        check("covid-19", &["covid 19*"]);
    }

    #[test]
    fn a_phrase_is_exact_until_it_is_open() {
        check("\"Die Gabe\" früh", &["die gabe", "fruh*"]);
        check("früh \"die Gabe\"", &["fruh*", "die gabe"]);
        check("früh \"die Ga", &["fruh*", "die ga*"]);
        check("„die Gabe“", &["die gabe"]);
        check("«die Gabe»", &["die gabe"]);
        check("\"\"", &[]);
        check("xy \"", &["xy*"]);
        check("x \"", &["x"]);
        check("抗", &["抗*"]);
    }

    #[test]
    fn what_means_something_to_a_database_is_text_or_nothing() {
        check(
            "a AND NOT (b OR c) NEAR/2",
            &["a", "and", "not", "b", "or", "c", "near 2"],
        );
        check("title:x* ' ; -- %_ \\", &["title x"]);
        check("'x':* & !y | <->", &["x", "y"]);
        check("!?", &[]);
    }

    #[test]
    fn a_query_is_neither_empty_nor_a_text() {
        for wrong in ["", "  ", &"x".repeat(QUERY_CHARS_MAX + 1)] {
            assert_eq!(Query::parse(wrong), Err(NoQuery));
        }
        assert!(Query::parse(&"ü".repeat(QUERY_CHARS_MAX)).is_ok());
    }

    proptest! {
        #[test]
        fn whatever_is_written_can_be_looked_for(text in any::<String>()) {
            if let Ok(query) = Query::parse(&text) {
                for term in query.terms() {
                    prop_assert!(!term.word.is_empty());
                    prop_assert!(term.word.chars().all(char::is_alphanumeric));
                }
            }
        }
    }
}
