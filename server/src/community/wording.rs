//! What people may write where a community asks for words, and what the words of REST and storage mean.
//!
//! Every text that passes here is free of control characters (descriptions may have line breaks), so both databases keep
//! it as it is and no log is torn. Lengths are characters, which people can count, and bytes are bounded by them.

use std::fmt;

use crate::visible::{is_deceptive, shows_something};

/// A community's name: a line in a list.
pub const NAME_CHARS_MAX: usize = 120;
/// A community's description: a paragraph or two.
pub const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// A document's title when it is made. It can grow later, in the document.
pub const TITLE_CHARS_MAX: usize = 300;
/// A reason must say something...
pub const REASON_CHARS_MIN: usize = 3;
/// ...and is no essay.
pub const REASON_CHARS_MAX: usize = 500;

/// A text that may not stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("empty, too long, or with control characters")
    }
}

/// One line of 1 to `chars_max` characters of which something is seen, without the spaces around it. Nothing in it may
/// turn the direction of writing: it stands in the sentences of others.
///
/// # Errors
/// [`Unfit`].
pub fn line(text: &str, chars_max: usize) -> Result<String, Unfit> {
    let text = text.trim();
    let count = text.chars().count();
    if count > chars_max || !shows_something(text) || text.chars().any(is_deceptive) {
        return Err(Unfit);
    }
    Ok(text.to_owned())
}

/// Lines of up to `chars_max` characters in all, possibly none, without the spaces around them.
///
/// # Errors
/// [`Unfit`].
pub fn lines(text: &str, chars_max: usize) -> Result<String, Unfit> {
    let text = text.trim();
    let is_unfit = |character: char| character.is_control() && character != '\n';
    if text.chars().count() > chars_max || text.chars().any(is_unfit) {
        return Err(Unfit);
    }
    Ok(text.to_owned())
}

/// A reason, of [`REASON_CHARS_MIN`] to [`REASON_CHARS_MAX`] characters.
///
/// # Errors
/// [`Unfit`].
pub fn reason(text: &str) -> Result<String, Unfit> {
    let text = lines(text, REASON_CHARS_MAX)?;
    if text.chars().count() < REASON_CHARS_MIN || !shows_something(&text) {
        return Err(Unfit);
    }
    Ok(text)
}

/// A colour, as `#` and six hexadecimal digits in lower case.
///
/// # Errors
/// [`Unfit`].
pub fn colour(text: &str) -> Result<String, Unfit> {
    let digits = text.strip_prefix('#').ok_or(Unfit)?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Unfit);
    }
    Ok(text.to_ascii_lowercase())
}

/// The language of a community's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The stable word (ISO 639-1).
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Reads a [`Language::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }

    /// What somebody is called who has left and did not want to be named.
    #[must_use]
    pub const fn former_member(self) -> &'static str {
        match self {
            Self::English => "A former member",
            Self::German => "Ein früheres Mitglied",
        }
    }
}

/// How people come into a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinPolicy {
    /// By an invitation; nobody else learns that it exists.
    Invitation,
    /// Everybody with an account may ask; a leader or a deputy decides.
    Request,
    /// Everybody with an account may join.
    Open,
}

impl JoinPolicy {
    /// All of them, the most closed first.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::Request, Self::Open];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invite",
            Self::Request => "request",
            Self::Open => "open",
        }
    }

    /// Reads a [`JoinPolicy::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_says_something() {
        assert_eq!(line("  Sepsis \n", 10), Ok("Sepsis".to_owned()));
        assert_eq!(line("Größe 🫀", 7), Ok("Größe 🫀".to_owned()));
        for unfit in ["", "   ", "a\nb", "a\0b", "12345678901"] {
            assert_eq!(line(unfit, 10), Err(Unfit), "{unfit:?}");
        }
    }

    #[test]
    fn a_description_has_lines_and_a_reason_says_something() {
        assert_eq!(lines("a\n\nb ", 10), Ok("a\n\nb".to_owned()));
        assert_eq!(lines("", 10), Ok(String::new()));
        for unfit in ["a\tb", "a\r\nb", "a\0b", "12345678901"] {
            assert_eq!(lines(unfit, 10), Err(Unfit), "{unfit:?}");
        }
        assert_eq!(reason(" a b "), Ok("a b".to_owned()));
        assert_eq!(reason("ab"), Err(Unfit));
        assert_eq!(reason(&"x".repeat(501)), Err(Unfit));
    }

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!(colour("#186A58"), Ok("#186a58".to_owned()));
        for unfit in ["186a58", "#186a5", "#186a588", "#18ga58", "red", "#ü86a5"] {
            assert_eq!(colour(unfit), Err(Unfit), "{unfit:?}");
        }
    }

    #[test]
    fn words_are_read_back() {
        for language in Language::ALL {
            assert_eq!(Language::from_word(language.word()), Some(language));
        }
        assert_eq!(Language::from_word("fr"), None);
        for policy in JoinPolicy::ALL {
            assert_eq!(JoinPolicy::from_word(policy.word()), Some(policy));
        }
        assert_eq!(JoinPolicy::from_word("invitation"), None);
    }
}
