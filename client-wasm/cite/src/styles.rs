//! The styles and languages that are built in, as `csl/NOTICE.md` names them.

use hayagriva::citationberg::{self, IndependentStyle, Locale, LocaleCode};
use serde::Deserialize;

/// What is built in cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a style or a language that is built in cannot be read")]
pub struct Unusable;

/// How citations are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// By numbers in the order in which they are cited (Vancouver).
    Numbered,
    /// By author and year; the list is in the order of the alphabet (APA, 7th edition).
    AuthorDate,
}

/// The language of what a style adds, such as "and" and "Available from".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// English, of the United States.
    En,
    /// German.
    De,
}

const VANCOUVER: &[u8] = include_bytes!("../csl/vancouver.cbor");
const APA: &[u8] = include_bytes!("../csl/apa.cbor");
const EN_US: &[u8] = include_bytes!("../csl/en-US.cbor");
const DE_DE: &[u8] = include_bytes!("../csl/de-DE.cbor");

impl Style {
    pub(crate) fn load(self) -> Result<IndependentStyle, Unusable> {
        let bytes = match self {
            Self::Numbered => VANCOUVER,
            Self::AuthorDate => APA,
        };
        match ciborium::from_reader(bytes) {
            Ok(citationberg::Style::Independent(style)) => Ok(style),
            Ok(citationberg::Style::Dependent(_)) | Err(_) => Err(Unusable),
        }
    }
}

impl Language {
    /// All languages: a style asks for the first one's words where another has none.
    pub(crate) fn all() -> Result<Vec<Locale>, Unusable> {
        [EN_US, DE_DE]
            .into_iter()
            .map(|bytes| ciborium::from_reader(bytes).map_err(|_| Unusable))
            .collect()
    }

    pub(crate) fn code(self) -> LocaleCode {
        LocaleCode(
            match self {
                Self::En => "en-US",
                Self::De => "de-DE",
            }
            .to_owned(),
        )
    }
}
