//! What the operator says about the provider.

use url::Url;

use crate::auth::Secret;

/// A provider, and what we are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIdSettings {
    /// Where it is; `https`, or `http` on this very machine.
    pub issuer: Issuer,
    /// What it calls us.
    pub client_id: String,
    /// How we prove that we are; `None` for a client without secret.
    pub client_secret: Option<Secret>,
    /// What people call it.
    pub name: String,
    /// Who gets an account.
    pub sign_up: SignUp,
}

/// The address of a provider, as it writes it itself: with or without a slash at its end makes two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
}

/// Who gets an account by signing in for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    /// Whoever comes with an invitation.
    Invited,
    /// Everybody whom the provider knows.
    Everybody,
}

/// Why an address is none of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnIssuer {
    /// It is no address, or has a query or fragment.
    #[error("is not the address of a provider, such as https://login.example")]
    Malformed,
    /// It is not encrypted.
    #[error(
        "has to begin with https:// (http:// only on this machine): whoever stands in between could be anybody"
    )]
    NotHttps,
}

impl std::str::FromStr for Issuer {
    type Err = NotAnIssuer;

    fn from_str(text: &str) -> Result<Self, NotAnIssuer> {
        let url = Url::parse(text).map_err(|_| NotAnIssuer::Malformed)?;
        if url.host().is_none() || url.query().is_some() || url.fragment().is_some() {
            return Err(NotAnIssuer::Malformed);
        }
        let issuer = Self {
            text: text.to_owned(),
            url,
        };
        if issuer.admits(&issuer.url) {
            Ok(issuer)
        } else {
            Err(NotAnIssuer::NotHttps)
        }
    }
}

impl Issuer {
    /// As the provider writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the provider may be asked there: encrypted, or on this machine when the provider is.
    #[must_use]
    pub fn admits(&self, url: &Url) -> bool {
        use crate::public_url::is_loopback;
        url.scheme() == "https"
            || (url.scheme() == "http" && is_loopback(url) && is_loopback(&self.url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_asked_encrypted_or_on_this_machine() {
        let far: Issuer = "https://login.example/realm".parse().unwrap();
        let near: Issuer = "http://127.0.0.1:4000".parse().unwrap();
        assert_eq!(near.as_str(), "http://127.0.0.1:4000");
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(far.admits(&url("https://keys.example/jwks")));
        assert!(
            !far.admits(&url("http://127.0.0.1/jwks")),
            "of another machine"
        );
        assert!(!far.admits(&url("http://login.example/jwks")));
        assert!(near.admits(&url("http://localhost:4000/jwks")));
        assert!(!near.admits(&url("http://10.0.0.1/jwks")));
        assert_eq!(
            "http://login.example".parse::<Issuer>(),
            Err(NotAnIssuer::NotHttps)
        );
        for text in [
            "",
            "login.example",
            "https://login.example?x",
            "mailto:a@b.c",
        ] {
            assert_eq!(
                text.parse::<Issuer>(),
                Err(NotAnIssuer::Malformed),
                "{text}"
            );
        }
    }
}
