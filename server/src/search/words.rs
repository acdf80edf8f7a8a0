//! Cutting a text into words, and making alike what people take for the same word.
//!
//! A word is a run of letters and digits; marks that stand on them and what is not drawn (a soft hyphen, a joiner) belong
//! to it. Words are compared without letter case, accents and umlauts: `Ärzte`, `ärzte` and `Arzte` are one word, and so are
//! `Straße` and `STRASSE`. There is no stemming: texts mix languages. A folded word holds letters and digits only, so it
//! can stand in the query of any database without meaning anything there.

use std::borrow::Cow;
use std::ops::Range;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Characters of a word that count. Longer ones are addresses and sequences; they are found by their beginning.
pub const WORD_CHARS_MAX: usize = 64;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is compared by.
    pub folded: String,
}

/// The words of a text, in their order.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, first) = characters.find(|(_, character)| character.is_alphanumeric())?;
            let mut end = start + first.len_utf8();
            while let Some((at, character)) =
                characters.next_if(|(_, character)| continues(*character))
            {
                end = at + character.len_utf8();
            }
            let folded = fold(&text[start..end]);
            if !folded.is_empty() {
                return Some(Word {
                    range: start..end,
                    folded,
                });
            }
        }
    })
}

/// Whether a word that has begun goes on with this character.
fn continues(character: char) -> bool {
    character.is_alphanumeric()
        || (!character.is_ascii()
            && (is_mark(character)
                || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)))
}

fn is_mark(character: char) -> bool {
    GeneralCategoryGroup::NonspacingMark
        .contains(CodePointMapData::<GeneralCategory>::new().get(character))
}

/// A word as it is compared.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word
            .chars()
            .take(WORD_CHARS_MAX)
            .map(|character| character.to_ascii_lowercase())
            .collect();
    }
    let decomposed: Cow<'_, str> = DecomposingNormalizerBorrowed::new_nfkd().normalize(word);
    decomposed
        .chars()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric() && !is_mark(*character))
        .flat_map(|character| match character {
            'ß' => ['s', 's'].into_iter().take(2),
            // Both are a sigma; where it stands in the word says which.
            'ς' => ['σ', ' '].into_iter().take(1),
            other => [other, ' '].into_iter().take(1),
        })
        .take(WORD_CHARS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).map(|word| word.folded).collect()
    }

    #[test]
    fn what_people_take_for_the_same_word_is_one() {
        for (alike, word) in [
            (&["Ärzte", "ärzte", "A\u{308}rzte", "ARZTE"][..], "arzte"),
            (&["Straße", "STRASSE", "STRAẞE"], "strasse"),
            (&["naïve", "NAÏVE", "naive"], "naive"),
            (&["ΟΔΟΣ", "οδός"], "οδοσ"),
            (&["İstanbul", "istanbul"], "istanbul"),
            (&["Anti\u{ad}biotika", "Antibiotika"], "antibiotika"),
            (&["ﬁlter", "filter"], "filter"),
            (&["２０２６", "2026"], "2026"),
        ] {
            for text in alike {
                assert_eq!(folded(text), [word], "{text:?}");
            }
        }
    }

    #[test]
    fn words_end_where_letters_and_digits_do() {
        assert_eq!(
            folded("COVID-19: 38,5 °C (≥ 2 h)"),
            ["covid", "19", "38", "5", "c", "2", "h"]
        );
        assert_eq!(folded(" …!? \u{301}"), [""; 0]);
        let text = "a – Früh";
        let last = words(text).last().unwrap();
        assert_eq!(&text[last.range], "Früh");
    }

    #[test]
    fn a_long_word_counts_by_its_beginning() {
        let long = "x".repeat(WORD_CHARS_MAX + 9);
        assert_eq!(folded(&long), ["x".repeat(WORD_CHARS_MAX)]);
        assert_eq!(folded(&"ß".repeat(WORD_CHARS_MAX))[0].len(), WORD_CHARS_MAX);
    }

    proptest! {
        #[test]
        fn a_folded_word_is_letters_and_digits_and_lies_in_its_text(text in any::<String>()) {
            let mut end = 0;
            for word in words(&text) {
                prop_assert!(word.range.start >= end);
                end = word.range.end;
                prop_assert!(text.get(word.range).is_some());
                prop_assert!(!word.folded.is_empty());
                prop_assert!(word.folded.chars().count() <= WORD_CHARS_MAX);
                prop_assert!(word.folded.chars().all(char::is_alphanumeric), "{:?}", word.folded);
            }
        }
    }
}
