//! The words of letters: a subject, and the same sentences as plain text and as simple HTML. No images, nothing that tells
//! when it was read, and nothing of anybody else than the people who run the portal.

use super::letter::{Language, Letter};

/// A letter, written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What it is about: one line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
}

/// Writes a letter. `link` is the address that it brings, where it brings one.
#[must_use]
pub fn write(letter: &Letter, language: Language, link: Option<&str>, portal: &str) -> Written {
    let (subject, before, after) = match language {
        Language::English => english(letter),
        Language::German => german(letter),
    };
    let sign = match language {
        Language::English => {
            format!("This was written by the server at {portal}, on which nobody reads answers.")
        }
        Language::German => {
            format!("Das hat der Server unter {portal} geschrieben; Antworten liest dort niemand.")
        }
    };
    let mut text = String::new();
    let mut html = String::new();
    for sentence in &before {
        text.push_str(&format!("{sentence}\r\n\r\n"));
        html.push_str(&format!("<p>{}</p>", escaped(sentence)));
    }
    if let Some(link) = link {
        text.push_str(&format!("{link}\r\n\r\n"));
        html.push_str(&format!("<p><a href=\"{0}\">{0}</a></p>", escaped(link)));
    }
    for sentence in after.iter().chain([&sign]) {
        text.push_str(&format!("{sentence}\r\n\r\n"));
        html.push_str(&format!("<p>{}</p>", escaped(sentence)));
    }
    let tag = language.word();
    Written {
        // A header is one line, whatever a name has in it.
        subject: subject.replace(|c: char| c.is_control(), " "),
        text: format!("{}\r\n", text.trim_end()),
        html: format!(
            "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>{html}</body></html>",
            escaped(&subject)
        ),
    }
}

/// The subject, what stands before the link, and what stands behind it.
type Words = (String, Vec<String>, Vec<String>);

fn english(letter: &Letter) -> Words {
    match letter {
        Letter::Invitation {
            community,
            invited_by,
        } => (
            format!("Invitation to {community}"),
            vec![
                format!("{invited_by} invites you to the community “{community}”, in which people write texts together."),
                "Open this address to see what it is about, and to join:".to_owned(),
            ],
            vec!["Whoever has this address can use the invitation, so do not pass it on. If you do not know what this is about, you need do nothing.".to_owned()],
        ),
        Letter::ForgottenPassword => (
            "A new password".to_owned(),
            vec![
                "Somebody, probably you, asked for a new password for the account with this e-mail address.".to_owned(),
                "Open this address within 24 hours to choose one:".to_owned(),
            ],
            vec!["It works once. If it was not you, you need do nothing: your password stays what it is.".to_owned()],
        ),
        Letter::PasswordChanged { name } => (
            "Your password was changed".to_owned(),
            vec![
                format!("Hello {name},"),
                "the password of your account was changed. Everywhere else you are signed out.".to_owned(),
            ],
            vec!["If it was not you, ask for a new password on the page for signing in, and tell the people who run the server.".to_owned()],
        ),
    }
}

fn german(letter: &Letter) -> Words {
    match letter {
        Letter::Invitation {
            community,
            invited_by,
        } => (
            format!("Einladung zu {community}"),
            vec![
                format!("{invited_by} lädt Sie in die Gemeinschaft „{community}“ ein, in der Menschen zusammen Texte schreiben."),
                "Öffnen Sie diese Adresse, um zu sehen, worum es geht, und um beizutreten:".to_owned(),
            ],
            vec!["Wer diese Adresse hat, kann die Einladung benutzen; geben Sie sie nicht weiter. Wenn Sie nicht wissen, worum es geht, müssen Sie nichts tun.".to_owned()],
        ),
        Letter::ForgottenPassword => (
            "Ein neues Passwort".to_owned(),
            vec![
                "Jemand, wahrscheinlich Sie selbst, hat für das Konto mit dieser E-Mail-Adresse um ein neues Passwort gebeten.".to_owned(),
                "Öffnen Sie innerhalb von 24 Stunden diese Adresse, um eines zu wählen:".to_owned(),
            ],
            vec!["Sie gilt einmal. Wenn Sie es nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.".to_owned()],
        ),
        Letter::PasswordChanged { name } => (
            "Ihr Passwort wurde geändert".to_owned(),
            vec![
                format!("Guten Tag, {name},"),
                "das Passwort Ihres Kontos wurde geändert. Überall sonst sind Sie abgemeldet.".to_owned(),
            ],
            vec!["Wenn Sie es nicht waren, bitten Sie auf der Seite zum Anmelden um ein neues Passwort und sagen Sie es denen, die den Server betreiben.".to_owned()],
        ),
    }
}

/// A text inside HTML, also inside of quotes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    const PORTAL: &str = "https://c.example";

    fn letters() -> [Letter; 3] {
        [
            Letter::Invitation {
                community: "<script>“A & B”</script>".to_owned(),
                invited_by: "Ada\r\nBcc: everybody@example.org".to_owned(),
            },
            Letter::ForgottenPassword,
            Letter::PasswordChanged {
                name: "Ada <b>".to_owned(),
            },
        ]
    }

    #[test]
    fn names_are_words_and_never_markup_or_another_line_of_a_header() {
        let evil = Letter::Invitation {
            community: "Panel\r\nBcc: everybody@example.org".to_owned(),
            invited_by: String::new(),
        };
        for language in [Language::English, Language::German] {
            for letter in letters().iter().chain([&evil]) {
                let written = write(letter, language, Some("https://c.example/join/x"), PORTAL);
                assert!(
                    !written.subject.contains(['\r', '\n']),
                    "{}",
                    written.subject
                );
                for markup in ["<script", "<b>"] {
                    assert!(!written.html.contains(markup), "{}", written.html);
                }
            }
        }
    }

    #[test]
    fn a_letter_brings_its_link_in_both_forms_and_nothing_from_elsewhere() {
        for language in [Language::English, Language::German] {
            for letter in letters() {
                let link = "https://c.example/join/x?a&b";
                let written = write(&letter, language, Some(link), PORTAL);
                assert!(written.text.contains(&format!("\r\n{link}\r\n")));
                assert!(
                    written
                        .html
                        .contains("href=\"https://c.example/join/x?a&amp;b\"")
                );
                for foreign in ["<img", "src=", "url("] {
                    assert!(!written.html.contains(foreign));
                }
                let addresses = written.html.matches("://").count();
                assert_eq!(
                    addresses, 3,
                    "the link twice, and the portal: {}",
                    written.html
                );
            }
        }
    }
}
