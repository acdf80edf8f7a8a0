//! Who somebody is, in the words of the provider, as far as they are believed.

use openidconnect::core::{CoreIdTokenClaims, CoreUserInfoClaims};
use openidconnect::{EndUserName, LocalizedClaim};

use super::limits::SUBJECT_BYTES_MAX;
use crate::people::{email, name};
use crate::store::identities::Identity;
use crate::store::people::Email;

/// What the provider said, wherever it said it.
pub(super) struct Said<'a> {
    subject: &'a str,
    name: Option<&'a str>,
    username: Option<&'a str>,
    email: Option<&'a str>,
    is_email_verified: bool,
}

impl<'a> From<&'a CoreIdTokenClaims> for Said<'a> {
    fn from(claims: &'a CoreIdTokenClaims) -> Self {
        Self {
            subject: claims.subject().as_str(),
            name: claims.name().and_then(any),
            username: claims
                .preferred_username()
                .map(|username| username.as_str()),
            email: claims.email().map(|email| email.as_str()),
            is_email_verified: claims.email_verified() == Some(true),
        }
    }
}

impl<'a> From<&'a CoreUserInfoClaims> for Said<'a> {
    fn from(claims: &'a CoreUserInfoClaims) -> Self {
        Self {
            subject: claims.subject().as_str(),
            name: claims.name().and_then(any),
            username: claims
                .preferred_username()
                .map(|username| username.as_str()),
            email: claims.email().map(|email| email.as_str()),
            is_email_verified: claims.email_verified() == Some(true),
        }
    }
}

/// A name in no particular language, or else in any.
fn any(names: &LocalizedClaim<EndUserName>) -> Option<&str> {
    let plain = names.get(None);
    let first = || names.iter().next().map(|(_, name)| name);
    plain.or_else(first).map(|name| name.as_str())
}

/// Somebody whom the provider has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who it is, for ever.
    pub identity: Identity,
    /// What others may call them, where it says.
    pub name: Option<String>,
    /// Their e-mail address, where the provider says that it has verified it.
    pub email: Option<Email>,
}

impl Person {
    /// What can be believed of it; `None` when it names nobody that can be kept.
    pub(super) fn of(issuer: &str, said: &Said<'_>) -> Option<Self> {
        let subject = said.subject;
        let is_kept = !subject.is_empty()
            && subject.len() <= SUBJECT_BYTES_MAX
            && !subject.chars().any(char::is_control);
        let verified = said.email.filter(|_| said.is_email_verified);
        is_kept.then(|| Self {
            identity: Identity {
                issuer: issuer.to_owned(),
                subject: subject.to_owned(),
            },
            name: said
                .name
                .and_then(name::parse)
                .or_else(|| said.username.and_then(name::parse)),
            email: verified.and_then(email::parse),
        })
    }

    /// By what they recognise the identity.
    #[must_use]
    pub fn shown_as(&self) -> String {
        let by_email = self.email.as_ref().map(|email| email.written.clone());
        by_email.or_else(|| self.name.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn person(claims: &Value) -> Option<Person> {
        let text = claims.to_string();
        let claims = CoreUserInfoClaims::from_json::<std::fmt::Error>(text.as_bytes(), None);
        let claims = claims.unwrap();
        Person::of("https://login.example", &Said::from(&claims))
    }

    #[test]
    fn a_person_has_the_name_and_the_verified_address_that_the_provider_says() {
        let said = json!({
            "sub": "1", "name": " Ada\u{202e} Lindqvist ", "preferred_username": "ada",
            "email": "Ada@Example.org", "email_verified": true,
        });
        let ada = person(&said).unwrap();
        assert_eq!(ada.identity.subject, "1");
        assert_eq!(ada.name.as_deref(), Some("Ada Lindqvist"));
        assert_eq!(ada.email.as_ref().unwrap().folded, "ada@example.org");
        assert_eq!(ada.shown_as(), "Ada@Example.org");
        let named = person(&json!({"sub": "1", "name": "\u{200b}", "preferred_username": "ada"}));
        assert_eq!(named.unwrap().shown_as(), "ada");
    }

    #[test]
    fn an_address_that_is_not_verified_is_nobodys() {
        for said in [
            json!({"sub": "1", "email": "a@example.org"}),
            json!({"sub": "1", "email": "a@example.org", "email_verified": false}),
            json!({"sub": "1", "email": "no address", "email_verified": true}),
            json!({"sub": "1", "email": "a@example.org\nBcc: b@example.org", "email_verified": true}),
        ] {
            assert_eq!(person(&said).unwrap().email, None);
        }
    }

    #[test]
    fn nobody_is_kept_under_a_subject_that_is_none() {
        for subject in [String::new(), "a\0b".to_owned(), "x".repeat(256)] {
            assert_eq!(person(&json!({ "sub": subject })), None);
        }
    }
}
