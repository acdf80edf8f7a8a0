//! The letters that there are, and how one stands in the outbox.

use serde::{Deserialize, Serialize};

/// What somebody is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "kebab-case")]
pub enum Letter {
    /// An invitation into a community; its link is sealed beside it.
    Invitation {
        /// Into which.
        community: String,
        /// By whom.
        invited_by: String,
    },
    /// A link for a new password, for whoever has the account.
    ForgottenPassword,
    /// That the password was changed.
    PasswordChanged {
        /// Whose.
        name: String,
    },
}

/// The languages that letters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl Letter {
    /// Its word in the outbox.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::ForgottenPassword => "forgotten-password",
            Self::PasswordChanged { .. } => "password-changed",
        }
    }
}

impl Language {
    /// Its word in the outbox.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The one of this word; English for any other.
    #[must_use]
    pub fn of(word: &str) -> Self {
        if word == "de" {
            Self::German
        } else {
            Self::English
        }
    }

    /// The one that a browser prefers, by what it sends as `Accept-Language`.
    #[must_use]
    pub fn preferred(accepted: &str) -> Self {
        let mut wanted: Vec<(f32, &str)> = accepted
            .split(',')
            .map(|part| {
                let mut parts = part.trim().split(';');
                let tag = parts.next().unwrap_or_default();
                let quality = parts.find_map(|part| part.trim().strip_prefix("q="));
                let quality = quality.and_then(|text| text.parse().ok()).unwrap_or(1.0);
                (quality, tag.split('-').next().unwrap_or_default())
            })
            .filter(|(_, tag)| {
                ["en", "de"]
                    .iter()
                    .any(|known| tag.eq_ignore_ascii_case(known))
            })
            .collect();
        // Of equal ones the first.
        wanted.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Self::of(
            &wanted
                .first()
                .map_or("", |(_, tag)| *tag)
                .to_ascii_lowercase(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_written_to_in_the_language_that_it_prefers() {
        for (accepted, language) in [
            ("", Language::English),
            ("de", Language::German),
            ("DE-at, en;q=0.5", Language::German),
            ("fr, en;q=0.3, de;q=0.8", Language::German),
            ("en-GB, de", Language::English),
            ("fr", Language::English),
            (";;q=x,,", Language::English),
        ] {
            assert_eq!(Language::preferred(accepted), language, "{accepted}");
        }
        for language in [Language::English, Language::German] {
            assert_eq!(Language::of(language.word()), language);
        }
    }

    #[test]
    fn a_letter_is_read_as_it_was_put_in() {
        let letter = Letter::Invitation {
            community: "Panel".to_owned(),
            invited_by: "Ada".to_owned(),
        };
        let text = serde_json::to_string(&letter).unwrap();
        assert_eq!(serde_json::from_str::<Letter>(&text).unwrap(), letter);
        assert!(text.contains(&format!("\"{}\"", letter.kind())), "{text}");
    }
}
