//! A place in the texts that a meeting is about: a document, or a section of one.
//!
//! A section is named by the block of its heading and, behind it, by what the heading said when it was named:
//! `#12345.67 Dose and duration`. The block stays the same whatever is written before it, and whatever the heading is
//! changed to; the words are for people, and for finding the section again when its heading was made anew. A name of words
//! alone is one too.

use consilium_protocol::ids::DocName;
use consilium_protocol::update_shape::BlockId;
use serde::{Deserialize, Serialize};

/// A document, or a section of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The CRDT document: the prose, or a question.
    pub document: DocName,
    /// A section of it, as [`SectionName`] reads it; `None` for all of it.
    pub section: Option<String>,
}

impl Place {
    /// All of a document.
    #[must_use]
    pub const fn whole(document: DocName) -> Self {
        Self {
            document,
            section: None,
        }
    }

    /// Whether all of `other` lies in here, as far as names tell: how sections lie in each other only the text knows.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.document == other.document && (self.section.is_none() || self.is(other))
    }

    /// Whether both name the same, in whatever words.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        if self.document != other.document {
            return false;
        }
        match (&self.section, &other.section) {
            (Some(one), Some(two)) => SectionName::read(one).is(&SectionName::read(two)),
            (one, two) => one == two,
        }
    }
}

/// How a section is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionName {
    /// The block of its heading; `None` where only words are known.
    pub heading: Option<BlockId>,
    /// What the heading said.
    pub words: String,
}

impl SectionName {
    /// Reads the section of a place. What has not the form of a block's name is words.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::of_block(text).unwrap_or_else(|| Self {
            heading: None,
            words: text.to_owned(),
        })
    }

    fn of_block(text: &str) -> Option<Self> {
        let text = text.strip_prefix('#')?;
        let (block, words) = text.split_once(' ').unwrap_or((text, ""));
        let (client, clock) = block.split_once('.')?;
        Some(Self {
            heading: Some(BlockId {
                client: client.parse().ok()?,
                clock: clock.parse().ok()?,
            }),
            words: words.to_owned(),
        })
    }

    fn is(&self, other: &Self) -> bool {
        match (self.heading, other.heading) {
            (Some(one), Some(two)) => one == two,
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_named_by_a_block_by_words_or_by_both() {
        let block = |client, clock| Some(BlockId { client, clock });
        for (text, heading, words) in [
            ("#12.7 Dose and duration", block(12, 7), "Dose and duration"),
            ("#12.7", block(12, 7), ""),
            ("Dose", None, "Dose"),
            ("#1 in the list", None, "#1 in the list"),
            ("#12.x Dose", None, "#12.x Dose"),
            ("#12.4294967296 Dose", None, "#12.4294967296 Dose"),
        ] {
            let name = SectionName::read(text);
            assert_eq!((name.heading, name.words.as_str()), (heading, words));
        }
    }

    #[test]
    fn the_same_block_is_the_same_place_in_other_words() {
        let place = |section: &str| Place {
            document: DocName::parse("body").unwrap(),
            section: Some(section.to_owned()),
        };
        assert!(place("#1.2 Dose").is(&place("#1.2 Doses")));
        assert!(place("#1.2 Dose").covers(&place("#1.2 Doses")));
        assert!(!place("#1.2 Dose").is(&place("#1.3 Dose")));
        assert!(!place("#1.2 Dose").is(&place("Dose")));
        assert!(!place("#1.2 Dose").is(&Place::whole(DocName::parse("body").unwrap())));
    }
}
