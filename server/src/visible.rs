//! What people can see of a text: a name that shows nothing, or shows as another one, is no name.
//!
//! Properties are Unicode's (UAX #44): *Default_Ignorable_Code_Point* is what is not drawn by itself, general category
//! *Mark* what needs a letter to stand on.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Whether a character could make a text look like another one: controls, and what turns the direction of writing.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether anything of a text is drawn.
#[must_use]
pub fn shows_something(text: &str) -> bool {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let categories = CodePointMapData::<GeneralCategory>::new();
    text.chars().any(|character| {
        !character.is_whitespace()
            && !character.is_control()
            && !ignorable.contains(character)
            && !GeneralCategoryGroup::Mark.contains(categories.get(character))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_seen_of_what_is_not_drawn() {
        for nothing in [
            "",
            " \u{a0}\u{2003}",
            "\u{200b}\u{200b}",
            "\u{3164}",
            "\u{2060}",
            "\u{ad}",
            "\u{feff}",
            "\u{301}",
            "\u{200e}\u{200f}",
            "\0",
        ] {
            assert!(!shows_something(nothing), "{nothing:?}");
        }
        for something in [
            "a",
            "ü",
            "u\u{308}",
            "指",
            "م",
            "👩\u{200d}⚕\u{fe0f}",
            "7",
            "—",
        ] {
            assert!(shows_something(something), "{something:?}");
        }
    }

    #[test]
    fn what_turns_the_text_round_deceives() {
        for character in ['\u{202e}', '\u{2066}', '\n', '\u{7f}'] {
            assert!(is_deceptive(character), "{character:?}");
        }
        // Joiners make emoji and Persian words; marks of direction belong to texts in two scripts.
        for character in ['a', '\u{200d}', '\u{200c}', '\u{200f}', 'ה'] {
            assert!(!is_deceptive(character), "{character:?}");
        }
    }
}
