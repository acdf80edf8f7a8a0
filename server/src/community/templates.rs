//! The texts with which communities and documents begin, in the language of the community.
//!
//! A template is real content: a title, headings, and under each a sentence or two about what belongs there, in square
//! brackets so that it is seen to be guidance and can be written over (italics would stay on what is written). It enters through the room like any edit. Each
//! kind of community has one file, with both languages side by side, so that a change to one is seen to be missing in
//! the other.

mod community_of_practice;
mod guideline_panel;
pub(crate) mod text;
mod working_group;

use consilium_model::access::Privacy;
use consilium_model::document::{BODY, META, TITLE};
use consilium_model::prose::{self, Block};
use yrs::{Doc, Map, ReadTxn, StateVector, Text, Transact};

use super::wording::Language;

/// What kind of community, or of document, it is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// A panel that writes a guideline.
    GuidelinePanel,
    /// People of one field who learn from each other.
    CommunityOfPractice,
    /// A group with a task and an end.
    WorkingGroup,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::GuidelinePanel,
        Self::CommunityOfPractice,
        Self::WorkingGroup,
    ];

    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::GuidelinePanel => "guideline-panel",
            Self::CommunityOfPractice => "community-of-practice",
            Self::WorkingGroup => "working-group",
        }
    }

    /// Reads a [`Template::word`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.word() == word)
    }

    /// The colour of a new community of this kind; dark enough for white letters on it.
    #[must_use]
    pub const fn accent(self) -> &'static str {
        match self {
            Self::GuidelinePanel => "#186a58",
            Self::CommunityOfPractice => "#7a3e9d",
            Self::WorkingGroup => "#1f5fa8",
        }
    }

    /// What the documents of such a community are open to at first.
    #[must_use]
    pub const fn default_privacy(self) -> Privacy {
        Privacy::Community
    }

    /// What such a community is for, in a sentence.
    #[must_use]
    pub const fn description(self, language: Language) -> &'static str {
        match self {
            Self::GuidelinePanel => guideline_panel::description(language),
            Self::CommunityOfPractice => community_of_practice::description(language),
            Self::WorkingGroup => working_group::description(language),
        }
    }

    /// The title of the document.
    #[must_use]
    pub const fn title(self, language: Language) -> &'static str {
        match self {
            Self::GuidelinePanel => guideline_panel::title(language),
            Self::CommunityOfPractice => community_of_practice::title(language),
            Self::WorkingGroup => working_group::title(language),
        }
    }

    /// The text of the document.
    #[must_use]
    pub fn body(self, language: Language) -> Vec<Block> {
        match self {
            Self::GuidelinePanel => guideline_panel::body(language),
            Self::CommunityOfPractice => community_of_practice::body(language),
            Self::WorkingGroup => working_group::body(language),
        }
    }
}

/// A whole new document as one update (V1).
#[must_use]
pub fn new_document(title: &str, blocks: &[Block]) -> Vec<u8> {
    let doc = Doc::new();
    let body = doc.get_or_insert_xml_fragment(BODY);
    let meta = doc.get_or_insert_map(META);
    let heading = doc.get_or_insert_text(TITLE);
    let mut txn = doc.transact_mut();
    if !title.is_empty() {
        heading.push(&mut txn, title);
        // A copy for clients that read it there.
        meta.insert(&mut txn, TITLE, title);
    }
    prose::append(&mut txn, &body, blocks);
    txn.encode_state_as_update_v1(&StateVector::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use yrs::updates::decoder::Decode;
    use yrs::{GetString, Update};

    fn text_of(update: &[u8]) -> (Option<String>, String) {
        let doc = Doc::new();
        doc.transact_mut()
            .apply_update(Update::decode_v1(update).unwrap())
            .unwrap();
        let body = doc.get_or_insert_xml_fragment(BODY);
        let text = body.get_string(&doc.transact());
        (consilium_model::document::title(&doc), text)
    }

    /// What kinds of blocks follow each other: the same in both languages.
    fn shape(blocks: &[Block]) -> Vec<String> {
        blocks
            .iter()
            .map(|block| match block {
                Block::Heading(level, _) => format!("h{level}"),
                Block::Paragraph(_) => "p".to_owned(),
                Block::BulletList(items) => format!("bullets {}", items.len()),
                Block::OrderedList { items, .. } => format!("numbered {}", items.len()),
                Block::TaskList(items) => format!("tasks {}", items.len()),
                Block::Table(rows) => format!("table {}", rows.len()),
                Block::Blockquote(_) => "quote".to_owned(),
                Block::CodeBlock(_) => "code".to_owned(),
                Block::Rule => "rule".to_owned(),
                Block::Question(_) => "question".to_owned(),
            })
            .collect()
    }

    #[test]
    fn each_template_is_a_whole_document_in_both_languages() {
        for template in Template::ALL {
            assert_eq!(Template::from_word(template.word()), Some(template));
            let [english, german] = Language::ALL.map(|language| {
                let title = template.title(language);
                let (found, text) = text_of(&new_document(title, &template.body(language)));
                assert_eq!(found.as_deref(), Some(title));
                assert!(text.len() > 1_500, "{title}: {} bytes", text.len());
                assert!(!template.description(language).is_empty());
                text
            });
            assert_ne!(english, german);
            assert_eq!(
                shape(&template.body(Language::English)),
                shape(&template.body(Language::German)),
                "{template:?} has the same parts in both languages"
            );
            let headings = |text: &str| text.matches("<heading").count();
            assert!(headings(&english) >= 5, "{template:?}");
        }
        assert_eq!(Template::from_word("Guideline-Panel"), None);
    }

    #[test]
    fn an_empty_document_has_a_title_or_none() {
        assert_eq!(
            text_of(&new_document("Sepsis", &[])).0.as_deref(),
            Some("Sepsis")
        );
        assert_eq!(text_of(&new_document("", &[])).0, None);
    }
}
