//! What is kept of a document to search it: its title, and its text passage by passage.
//!
//! A passage is what stands in one block (a paragraph, a heading, an item) or one row of a table, without marks. Bounded:
//! of a very long document the beginning is searched, [`TEXT_BYTES_MAX`] of it.

use std::collections::BTreeSet;

use consilium_model::document;
use consilium_model::prose::{Block, Run, read};
use yrs::{Doc, Transact};

use super::words::words;
use crate::store::limits::TITLE_BYTES_MAX;

/// Bytes of text that are searched: a book of a hundred pages. Also bounds what one hit costs to show.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;

/// Bytes of distinct words, folded, of one document: half of what PostgreSQL takes in one row. No text that people write
/// comes near.
const WORDS_BYTES_MAX: usize = 512 * 1024;

/// What stands between the cells of a row.
const CELL_GAP: &str = " · ";

/// A piece of text that is shown as a whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// 1 to 4 for a heading, 0 for text.
    pub level: u8,
    /// One line.
    pub text: String,
}

/// What is searched of a document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchText {
    /// The title; empty where it has none.
    pub title: String,
    /// The text, in the order of the document.
    pub passages: Vec<Passage>,
}

impl SearchText {
    /// Reads a document. `listed_title` is for one that has not said its own yet.
    #[must_use]
    pub fn of(doc: &Doc, listed_title: &str) -> Self {
        let title = document::title(doc)
            .filter(|title| !title.is_empty())
            .unwrap_or_else(|| listed_title.to_owned());
        let blocks = read::body(&doc.transact());
        Self::new(&title, &blocks)
    }

    /// Of a title and blocks.
    #[must_use]
    pub fn new(title: &str, blocks: &[Block]) -> Self {
        let mut taker = Taker {
            passages: Vec::new(),
            room: TEXT_BYTES_MAX,
        };
        taker.blocks(blocks);
        Self {
            title: one_line(&title[..title.floor_char_boundary(TITLE_BYTES_MAX)]),
            passages: taker.passages,
        }
    }

    /// The words of the title, and those of title and text; each once, separated by spaces.
    #[must_use]
    pub fn index(&self) -> Index {
        let title: BTreeSet<String> = words(&self.title).map(|word| word.folded).collect();
        let mut all = title.clone();
        let mut room = WORDS_BYTES_MAX;
        for word in self
            .passages
            .iter()
            .flat_map(|passage| words(&passage.text))
        {
            let Some(left) = room.checked_sub(word.folded.len() + 1) else {
                break;
            };
            if all.insert(word.folded) {
                room = left;
            }
        }
        Index {
            title: title.into_iter().collect::<Vec<_>>().join(" "),
            all: all.into_iter().collect::<Vec<_>>().join(" "),
        }
    }

    /// As it is stored: a line for the title, then a line for each passage, which begins with its level.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::from(self.title.as_bytes());
        for passage in &self.passages {
            bytes.push(b'\n');
            bytes.push(b'0' + passage.level);
            bytes.extend(passage.text.as_bytes());
        }
        bytes
    }

    /// Reads what [`SearchText::encode`] wrote; `None` for anything else.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.split('\n');
        let title = lines.next()?.to_owned();
        let passages = lines
            .map(|line| {
                let level = line.bytes().next()?.checked_sub(b'0')?;
                Some(Passage {
                    level: Some(level).filter(|level| *level <= 4)?,
                    text: line[1..].to_owned(),
                })
            })
            .collect::<Option<_>>()?;
        Some(Self { title, passages })
    }
}

/// The words that a database looks up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Those of the title.
    pub title: String,
    /// Those of title and text.
    pub all: String,
}

/// Takes passages while there is room.
struct Taker {
    passages: Vec<Passage>,
    room: usize,
}

impl Taker {
    fn take(&mut self, level: u8, text: &str) {
        let text = &text[..text.floor_char_boundary(self.room)];
        let text = one_line(text);
        if text.is_empty() {
            return;
        }
        self.room -= text.len().min(self.room);
        self.passages.push(Passage { level, text });
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            if self.room == 0 {
                return;
            }
            match block {
                Block::Heading(level, runs) => self.take((*level).clamp(1, 4), &plain(runs)),
                Block::Paragraph(runs) => self.take(0, &plain(runs)),
                Block::CodeBlock(text) => self.take(0, text),
                Block::BulletList(items) | Block::OrderedList { items, .. } => {
                    for item in items {
                        self.blocks(item);
                    }
                }
                Block::TaskList(tasks) => {
                    for task in tasks {
                        self.blocks(&task.content);
                    }
                }
                Block::Table(rows) => {
                    for row in rows {
                        let cells: Vec<String> = row
                            .iter()
                            .map(|cell| SearchText::new("", &cell.content).joined())
                            .filter(|text| !text.is_empty())
                            .collect();
                        self.take(0, &cells.join(CELL_GAP));
                    }
                }
                Block::Blockquote(blocks) => self.blocks(blocks),
                // Words of questions are in documents of their own.
                Block::Rule | Block::Question(_) => {}
            }
        }
    }
}

impl SearchText {
    /// All passages in one line.
    fn joined(&self) -> String {
        let texts: Vec<&str> = self
            .passages
            .iter()
            .map(|passage| passage.text.as_str())
            .collect();
        texts.join(" ")
    }
}

fn plain(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// Without line breaks, and with single spaces.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use consilium_model::prose::{Cell, CellKind, LINE_BREAK, append};
    use proptest::prelude::*;
    use yrs::WriteTxn;

    use super::*;

    fn passage(level: u8, text: &str) -> Passage {
        Passage {
            level,
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_document_is_its_blocks_and_the_rows_of_its_tables() {
        let item = |text: &str| vec![Block::paragraph(text)];
        let cell = |text: &str| Cell::new(CellKind::Data, item(text));
        let blocks = [
            Block::heading(2, "Dosis"),
            Block::Paragraph(vec![
                Run::bold("Früh"),
                Run::plain("er"),
                Run::plain(LINE_BREAK),
                Run::plain(" Beginn"),
            ]),
            Block::BulletList(vec![item("one"), item("two")]),
            Block::Table(vec![vec![cell("Amoxicillin"), cell(""), cell("50 mg")]]),
            Block::Rule,
            Block::Paragraph(Vec::new()),
        ];
        let text = SearchText::new(" A\ttitle ", &blocks);
        assert_eq!(text.title, "A title");
        assert_eq!(
            text.passages,
            [
                passage(2, "Dosis"),
                passage(0, "Früher Beginn"),
                passage(0, "one"),
                passage(0, "two"),
                passage(0, "Amoxicillin · 50 mg"),
            ]
        );
        let index = text.index();
        assert_eq!(index.title, "a title");
        assert_eq!(
            index.all,
            "50 a amoxicillin beginn dosis fruher mg one title two"
        );
    }

    #[test]
    fn a_document_is_called_what_it_says_or_what_lists_say() {
        let doc = Doc::new();
        let body = doc.get_or_insert_xml_fragment(document::BODY);
        append(
            &mut doc.transact_mut(),
            &body,
            &[Block::paragraph("A text.")],
        );
        assert_eq!(SearchText::of(&doc, "Listed").title, "Listed");
        {
            let mut txn = doc.transact_mut();
            let title = txn.get_or_insert_text(document::TITLE);
            yrs::Text::push(&title, &mut txn, "Own");
        }
        let text = SearchText::of(&doc, "Listed");
        assert_eq!(text.title, "Own");
        assert_eq!(text.passages, [passage(0, "A text.")]);
    }

    #[test]
    fn of_a_very_long_document_the_beginning_is_searched() {
        let blocks = vec![Block::paragraph("ü".repeat(100_000)); 3];
        let text = SearchText::new("", &blocks);
        let bytes: usize = text.passages.iter().map(|passage| passage.text.len()).sum();
        assert_eq!(bytes, TEXT_BYTES_MAX);
        let many: String = (0..200_000).map(|n| format!("{n:x}ﷺ ")).collect();
        let index = SearchText::new("", &[Block::paragraph(many)]).index();
        assert!(index.all.len() <= WORDS_BYTES_MAX + 100);
    }

    proptest! {
        #[test]
        fn what_was_stored_is_read_again(title in any::<String>(), texts in proptest::collection::vec((0_u8..5, any::<String>()), 0..5)) {
            let blocks: Vec<Block> = texts
                .iter()
                .map(|(level, text)| match level {
                    0 => Block::paragraph(text.as_str()),
                    level => Block::heading(*level, text.as_str()),
                })
                .collect();
            let text = SearchText::new(&title, &blocks);
            prop_assert_eq!(SearchText::decode(&text.encode()), Some(text));
        }

        #[test]
        fn anything_else_is_read_as_nothing_or_as_a_text(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = SearchText::decode(&bytes);
        }
    }
}
