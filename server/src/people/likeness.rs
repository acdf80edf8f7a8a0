//! Which names read alike: whoever takes the name of a leader in other letters speaks with the leader's voice.
//!
//! Two names read alike when what is drawn of them is the same to a reader who looks quickly: letters of other scripts with
//! the same shape (the skeleton of UTS #39), compatibility forms (NFKC), capitals, spaces and what is not drawn. Marks count:
//! Müller and Muller are two people. Pure; who may share a name with whom is the business of the store.

use std::collections::HashSet;

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_security::confusable_detection::skeleton;

/// What a reader sees of a name, in two forms: with its capitals taken by their shape, and by their letter. A capital I
/// looks like a small l, and is a small i; names are alike when they are in either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    by_shape: String,
    by_letter: String,
}

impl Likeness {
    /// Of a name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let name = ComposingNormalizerBorrowed::new_nfkc().normalize(name);
        Self {
            by_shape: bare(&name),
            by_letter: bare(&name.to_lowercase()),
        }
    }

    /// Whether the two read alike.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        self.by_shape == other.by_shape || self.by_letter == other.by_letter
    }
}

/// The skeleton without what nobody sees: capitals, and how much space there is.
fn bare(name: &str) -> String {
    let drawn: String = skeleton(name).collect();
    // Again: the prototype of a letter may be a capital.
    let small = drawn.to_lowercase();
    let again: String = skeleton(&small).collect();
    again
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

/// Names that are taken, to be asked many times.
#[derive(Debug, Default)]
pub struct TakenNames {
    by_shape: HashSet<String>,
    by_letter: HashSet<String>,
}

impl TakenNames {
    /// Whether a name reads like one of them.
    #[must_use]
    pub fn has_like(&self, name: &str) -> bool {
        let likeness = Likeness::of(name);
        self.by_shape.contains(&likeness.by_shape) || self.by_letter.contains(&likeness.by_letter)
    }
}

impl<T: AsRef<str>> FromIterator<T> for TakenNames {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        let mut taken = Self::default();
        for name in names {
            let Likeness {
                by_shape,
                by_letter,
            } = Likeness::of(name.as_ref());
            taken.by_shape.insert(by_shape);
            taken.by_letter.insert(by_letter);
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_alike(one: &str, other: &str) -> bool {
        let alike = Likeness::of(one).is_like(&Likeness::of(other));
        let taken: TakenNames = [one].into_iter().collect();
        assert_eq!(taken.has_like(other), alike, "{one} and {other}");
        alike
    }

    #[test]
    fn what_reads_the_same_is_alike() {
        for (one, other) in [
            ("Anna Lindqvist", "Anna Lindqvist"),
            ("Anna Lindqvist", "anna  LINDQVIST"),
            ("Anna Lindqvist", "Anna\u{a0}Lindqvist"),
            // Cyrillic letters.
            ("Anna Lindqvist", "\u{410}nn\u{430} Lindqvist"),
            ("Pavel", "\u{420}\u{430}v\u{435}l"),
            // Full width, and letters of mathematics.
            ("Anna", "\u{ff21}\u{ff4e}\u{ff4e}\u{ff41}"),
            ("Anna", "\u{1d400}\u{1d427}\u{1d427}\u{1d41a}"),
            // A capital I, a small l, a one.
            ("Ian Paul", "lan Paul"),
            ("Paul", "PauI"),
            ("Paul", "Pau1"),
            ("Otto", "0tt0"),
            // Two letters that look like one.
            ("Miriam", "Miriarn"),
            // Composed and not; not drawn.
            ("Müller", "Mu\u{308}ller"),
            ("Anna", "An\u{200b}na"),
        ] {
            assert!(are_alike(one, other), "{one:?} and {other:?}");
            assert!(are_alike(other, one), "{other:?} and {one:?}");
        }
    }

    #[test]
    fn other_names_are_not() {
        for (one, other) in [
            ("Anna Lindqvist", "Anne Lindqvist"),
            ("Müller", "Muller"),
            ("Ada", "Ida"),
            ("Dr Petra Thorne", "Petra Thorne"),
            ("Ben", "Bea"),
            ("医師", "医帥"),
        ] {
            assert!(!are_alike(one, other), "{one:?} and {other:?}");
        }
    }

    #[test]
    fn being_alike_does_not_depend_on_how_often_it_is_asked() {
        let of_its_own = Likeness::of(&Likeness::of("Miriam HALLORAN").by_letter);
        assert!(of_its_own.is_like(&Likeness::of("Miriam Halloran")));
    }
}
