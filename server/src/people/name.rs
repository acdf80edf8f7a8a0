//! The names by which people are shown to each other: by the rule that names in tokens obey.

use crate::auth::claims::displayable;

/// The name as it is shown; `None` when nothing of it can be.
#[must_use]
pub fn parse(text: &str) -> Option<String> {
    let shown = displayable(text);
    (!shown.is_empty()).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_name_is_what_can_be_shown_of_it() {
        assert_eq!(
            parse(" Anna\u{202e} Lindqvist\0 ").unwrap(),
            "Anna Lindqvist"
        );
        assert_eq!(parse(&"ü".repeat(500)).unwrap().chars().count(), 120);
        for nothing in ["", "  ", "\u{202e}\0", "\u{200b}\u{3164}", "\u{301}"] {
            assert_eq!(parse(nothing), None);
        }
    }
}
