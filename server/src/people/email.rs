//! E-mail addresses as people type them. Only a plausible shape is asked for: whether somebody reads what is sent there
//! cannot be seen from the text.

use super::limits::{EMAIL_BYTES_MAX, EMAIL_LOCAL_BYTES_MAX};
use crate::auth::claims::displayable;
use crate::store::people::Email;

/// Reads an address; `None` when it cannot be one.
#[must_use]
pub fn parse(text: &str) -> Option<Email> {
    let written = text.trim();
    let (local, domain) = written.rsplit_once('@')?;
    let is_plausible = written.len() <= EMAIL_BYTES_MAX
        && !local.is_empty()
        && local.len() <= EMAIL_LOCAL_BYTES_MAX
        && !local.contains('@')
        && !domain.is_empty()
        && domain.split('.').all(|label| !label.is_empty())
        && !written
            .chars()
            .any(|c| c.is_whitespace() || "<>()[],;:\\\"".contains(c))
        // Neither control characters nor any that turn the direction of text.
        && displayable(written) == written;
    is_plausible.then(|| Email {
        written: written.to_owned(),
        folded: written.to_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plausible_addresses_are_taken_and_compared_without_case() {
        for (text, folded) in [
            ("anna@example.org", "anna@example.org"),
            (
                "  Anna.Lindqvist+x@Klinik.Example ",
                "anna.lindqvist+x@klinik.example",
            ),
            ("ärztin@bücher.example", "ärztin@bücher.example"),
            ("root@intranet", "root@intranet"),
        ] {
            let email = parse(text).unwrap();
            assert_eq!(email.folded, folded);
            assert_eq!(email.written, text.trim());
        }
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        let longer = format!("a@{}.org", "b.".repeat(130));
        for text in [
            "",
            "anna",
            "@example.org",
            "anna@",
            "a@b@example.org",
            "a b@example.org",
            "a@.org",
            "a@example.",
            "a@example..org",
            "<a@example.org>",
            "a@example.org, b@example.org",
            "a\u{202e}@example.org",
            "a\0@example.org",
            &long,
            &longer,
        ] {
            assert!(parse(text).is_none(), "{text:?}");
        }
    }
}
