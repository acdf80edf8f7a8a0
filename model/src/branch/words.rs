//! What came and what went between two texts, word by word.

use serde::{Deserialize, Serialize};

/// What a piece of text is in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Is {
    /// In both.
    Same,
    /// In the later one only.
    Inserted,
    /// In the earlier one only.
    Deleted,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Piece {
    /// What it is.
    pub is: Is,
    /// The text.
    pub text: String,
}

/// Above this many pairs of words two texts are shown as one gone and another come: nobody reads so much word by word,
/// and the table of the comparison would be larger than the document.
const PAIRS_MAX: usize = 4_000_000;

/// Compares two texts.
#[must_use]
pub fn compare(before: &str, after: &str) -> Vec<Piece> {
    let old = words(before);
    let new = words(after);
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old[start..]
        .iter()
        .rev()
        .zip(new[start..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let mut pieces = Pieces::default();
    pieces.add(Is::Same, &old[..start]);
    middle(
        &old[start..old.len() - end],
        &new[start..new.len() - end],
        &mut pieces,
    );
    pieces.add(Is::Same, &old[old.len() - end..]);
    whole_phrases(&pieces.0)
}

/// Where nothing but a space is the same between two changes, it is one change: a phrase is read whole.
fn whole_phrases(pieces: &[Piece]) -> Vec<Piece> {
    let is_between = |at: usize| {
        pieces[at].is == Is::Same
            && !pieces[at].text.contains('\n')
            && pieces[at].text.trim().is_empty()
            && at > 0
            && at + 1 < pieces.len()
    };
    let mut phrases: Vec<Piece> = Vec::new();
    let (mut gone, mut come) = (String::new(), String::new());
    let end = |gone: &mut String, come: &mut String, phrases: &mut Vec<Piece>| {
        for (is, text) in [(Is::Deleted, gone), (Is::Inserted, come)] {
            let text = std::mem::take(text);
            if !text.is_empty() {
                phrases.push(Piece { is, text });
            }
        }
    };
    for (at, piece) in pieces.iter().enumerate() {
        match piece.is {
            Is::Deleted => gone.push_str(&piece.text),
            Is::Inserted => come.push_str(&piece.text),
            // Where something only came, or only went, the space was there all the time.
            Is::Same if is_between(at) && !gone.is_empty() && !come.is_empty() => {
                gone.push_str(&piece.text);
                come.push_str(&piece.text);
            }
            Is::Same => {
                end(&mut gone, &mut come, &mut phrases);
                phrases.push(piece.clone());
            }
        }
    }
    end(&mut gone, &mut come, &mut phrases);
    phrases
}

/// The longest common subsequence, by the table that every textbook has.
fn middle(old: &[&str], new: &[&str], pieces: &mut Pieces) {
    if old.is_empty() || new.is_empty() || old.len().saturating_mul(new.len()) > PAIRS_MAX {
        pieces.add(Is::Deleted, old);
        pieces.add(Is::Inserted, new);
        return;
    }
    let width = new.len() + 1;
    // How many words the rests from here on have in common.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for at in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            common[at * width + other] = if old[at] == new[other] {
                common[(at + 1) * width + other + 1] + 1
            } else {
                common[(at + 1) * width + other].max(common[at * width + other + 1])
            };
        }
    }
    let (mut at, mut other) = (0, 0);
    while at < old.len() && other < new.len() {
        if old[at] == new[other] {
            pieces.add(Is::Same, &old[at..=at]);
            at += 1;
            other += 1;
        } else if common[(at + 1) * width + other] >= common[at * width + other + 1] {
            pieces.add(Is::Deleted, &old[at..=at]);
            at += 1;
        } else {
            pieces.add(Is::Inserted, &new[other..=other]);
            other += 1;
        }
    }
    pieces.add(Is::Deleted, &old[at..]);
    pieces.add(Is::Inserted, &new[other..]);
}

#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn add(&mut self, is: Is, words: &[&str]) {
        if words.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.is == is => last.text.extend(words.iter().copied()),
            _ => self.0.push(Piece {
                is,
                text: words.concat(),
            }),
        }
    }
}

/// Cuts a text: a run of letters and digits is a word, a run of spaces is one, and every other character.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut begun = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let sort = sort_of(c);
        if before.is_some_and(|before| before != sort || sort == Sort::Other) {
            words.push(&text[begun..at]);
            begun = at;
        }
        before = Some(sort);
    }
    if begun < text.len() {
        words.push(&text[begun..]);
    }
    words
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Sort {
    Letters,
    Space,
    Other,
}

fn sort_of(c: char) -> Sort {
    if c.is_alphanumeric() {
        Sort::Letters
    } else if c.is_whitespace() {
        Sort::Space
    } else {
        Sort::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        compare(before, after)
            .iter()
            .map(|piece| match piece.is {
                Is::Same => piece.text.clone(),
                Is::Inserted => format!("[+{}]", piece.text),
                Is::Deleted => format!("[-{}]", piece.text),
            })
            .collect()
    }

    #[test]
    fn words_are_marked_and_not_letters() {
        let table = [
            ("", "", ""),
            ("", "a b", "[+a b]"),
            ("a b", "", "[-a b]"),
            (
                "Give 2 g daily.",
                "Give 1 g daily.",
                "Give [-2][+1] g daily.",
            ),
            ("Give 2 g.", "Give 2 g twice.", "Give 2 g[+ twice]."),
            ("Größe", "Grösse", "[-Größe][+Grösse]"),
            ("a, b, c", "a, c", "a, [-b, ]c"),
            ("💊 x", "💊 y", "💊 [-x][+y]"),
            ("for ten days", "for one week", "for [-ten days][+one week]"),
            ("a b", "x a y b", "[+x ]a[+ y] b"),
            ("one\ntwo", "one\nthree\ntwo", "one\n[+three\n]two"),
        ];
        for (before, after, expected) in table {
            assert_eq!(shown(before, after), expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn both_texts_can_be_read_out_of_the_pieces_however_long_they_are() {
        let long = |word: &str| format!("{word} ").repeat(3_000);
        for (before, after) in [
            (
                "the cat sat on the mat".to_owned(),
                "a cat on a mat sat".to_owned(),
            ),
            (long("a"), long("b")),
        ] {
            let pieces = compare(&before, &after);
            let read = |without: Is| -> String {
                pieces
                    .iter()
                    .filter(|piece| piece.is != without)
                    .map(|piece| piece.text.as_str())
                    .collect()
            };
            assert_eq!(read(Is::Inserted), before);
            assert_eq!(read(Is::Deleted), after);
        }
    }
}
