//! How people may come into a portal besides a password: what operators write about it, and the rules of that.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};

use super::{AuthConfig, ConfigError};
use crate::auth::Secret;
use crate::openid::settings::{Issuer, OpenIdSettings, SignUp};
use crate::public_url::PublicUrl;

/// What the provider's button says when nobody gave it a name.
const PROVIDER_NAME: &str = "OpenID Connect";

/// A name on a button, in characters.
const PROVIDER_NAME_CHARS_MAX: usize = 40;

/// A file with a secret is one line.
const SECRET_FILE_BYTES_MAX: usize = 4 * 1024;

/// Options about signing in to a portal.
#[derive(Debug, Clone, Args)]
pub struct SignInOptions {
    /// Where people reach the server, such as https://consilium.example: links in mails begin with it, and a provider
    /// sends people back there.
    #[arg(long, value_name = "URL", env = "CONSILIUM_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,
    /// Let people sign in with this OpenID Connect provider too: its address, as it writes it itself. It has to know
    /// PUBLIC-URL/api/v1/openid/callback as the address to send people back to.
    #[arg(long, value_name = "URL", env = "CONSILIUM_OPENID_ISSUER")]
    pub openid_issuer: Option<String>,
    /// What the provider calls this server.
    #[arg(long, value_name = "ID", env = "CONSILIUM_OPENID_CLIENT_ID")]
    pub openid_client_id: Option<String>,
    /// How this server proves that to the provider. Best given in the environment, or as a file.
    #[arg(
        long,
        value_name = "SECRET",
        env = "CONSILIUM_OPENID_CLIENT_SECRET",
        hide_env_values = true
    )]
    pub openid_client_secret: Option<Secret>,
    /// A file with that secret.
    #[arg(long, value_name = "FILE", env = "CONSILIUM_OPENID_CLIENT_SECRET_FILE")]
    pub openid_client_secret_file: Option<PathBuf>,
    /// What people call the provider: the button says "Continue with NAME".
    #[arg(long, value_name = "NAME", env = "CONSILIUM_OPENID_NAME", default_value = PROVIDER_NAME)]
    pub openid_name: String,
    /// Give everybody an account whom the provider knows. Otherwise only those get one who come with an invitation.
    #[arg(long, env = "CONSILIUM_OPENID_SIGN_UP", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub openid_sign_up: bool,
}

impl SignInOptions {
    /// What they mean for a server that lets people in like this. Reads the secret's file.
    ///
    /// # Errors
    /// [`ConfigError`] says what to change.
    pub(super) fn openid(&self, auth: &AuthConfig) -> Result<Option<OpenIdSettings>, ConfigError> {
        let Some(issuer) = &self.openid_issuer else {
            let lonely = [
                ("--openid-client-id", self.openid_client_id.is_some()),
                (
                    "--openid-client-secret",
                    self.openid_client_secret.is_some(),
                ),
                (
                    "--openid-client-secret-file",
                    self.openid_client_secret_file.is_some(),
                ),
                ("--openid-sign-up", self.openid_sign_up),
            ];
            let given = lonely.iter().find(|(_, is_given)| *is_given);
            return match given {
                Some((option, _)) => Err(ConfigError::Lacks(option, "--openid-issuer")),
                None => Ok(None),
            };
        };
        if !matches!(auth, AuthConfig::Portal) {
            return Err(ConfigError::OnlyInAPortal("--openid-issuer"));
        }
        if self.public_url.is_none() {
            return Err(ConfigError::Lacks("--openid-issuer", "--public-url"));
        }
        let issuer: Issuer = issuer
            .parse()
            .map_err(|error| ConfigError::Issuer(issuer.clone(), error))?;
        let client_id = self.openid_client_id.clone().filter(|id| !id.is_empty());
        let name = self.openid_name.trim();
        let is_shown = !name.is_empty()
            && name.chars().count() <= PROVIDER_NAME_CHARS_MAX
            && crate::people::name::parse(name).as_deref() == Some(name);
        if !is_shown {
            return Err(ConfigError::ProviderName);
        }
        Ok(Some(OpenIdSettings {
            issuer,
            client_id: client_id
                .ok_or(ConfigError::Lacks("--openid-issuer", "--openid-client-id"))?,
            client_secret: secret(
                self.openid_client_secret.as_ref(),
                self.openid_client_secret_file.as_ref(),
                "--openid-client-secret",
            )?,
            name: name.to_owned(),
            sign_up: if self.openid_sign_up {
                SignUp::Everybody
            } else {
                SignUp::Invited
            },
        }))
    }
}

/// A secret that was given, or is in a file; a line break at its end is not part of it.
pub(super) fn secret(
    given: Option<&Secret>,
    file: Option<&PathBuf>,
    option: &'static str,
) -> Result<Option<Secret>, ConfigError> {
    match (given, file) {
        (Some(_), Some(_)) => Err(ConfigError::TwoSecrets(option)),
        (Some(given), None) => Ok(Some(given.clone()).filter(|secret| secret.byte_count() > 0)),
        (None, None) => Ok(None),
        (None, Some(path)) => {
            let unusable =
                |why: String| ConfigError::SecretFile(option, path.display().to_string(), why);
            let bytes = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
            if bytes.len() > SECRET_FILE_BYTES_MAX {
                return Err(unusable(format!("it has {} bytes", bytes.len())));
            }
            let text = String::from_utf8(bytes).map_err(|_| unusable("it is not text".into()))?;
            let line = text.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                return Err(unusable("it is empty".to_owned()));
            }
            Ok(Some(Secret::from(line.to_owned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: SignInOptions,
    }

    const ALL: [&str; 3] = [
        "--public-url=https://c.example",
        "--openid-issuer=https://login.example",
        "--openid-client-id=consilium",
    ];

    fn read(options: &[&str]) -> Result<Option<OpenIdSettings>, ConfigError> {
        let line = [&["x"], options].concat();
        let line = Line::try_parse_from(line).unwrap();
        line.options.openid(&AuthConfig::Portal)
    }

    #[test]
    fn a_provider_needs_its_address_ours_and_a_client() {
        assert_eq!(read(&[]), Ok(None));
        let settings = read(&ALL).unwrap().unwrap();
        assert_eq!(settings.issuer.as_str(), "https://login.example");
        assert_eq!(settings.name, PROVIDER_NAME);
        assert_eq!(settings.sign_up, SignUp::Invited);
        assert_eq!(settings.client_secret, None);
        for (missing, lacks) in [(0, "--public-url"), (2, "--openid-client-id")] {
            let mut options = ALL.to_vec();
            options.remove(missing);
            let refused = read(&options);
            assert_eq!(refused, Err(ConfigError::Lacks("--openid-issuer", lacks)));
        }
        let refused = read(&["--openid-sign-up"]);
        assert_eq!(
            refused,
            Err(ConfigError::Lacks("--openid-sign-up", "--openid-issuer"))
        );
    }

    #[test]
    fn nobody_signs_in_with_a_provider_where_nobody_has_an_account() {
        let line = Line::try_parse_from([&["x"], ALL.as_slice()].concat()).unwrap();
        let refused = line.options.openid(&AuthConfig::InsecureOpen);
        assert_eq!(refused, Err(ConfigError::OnlyInAPortal("--openid-issuer")));
    }

    #[test]
    fn a_secret_is_given_or_is_the_line_of_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        let file = format!("--openid-client-secret-file={}", path.display());
        let with = |more: &[&str]| read(&[ALL.as_slice(), more].concat());
        assert!(matches!(with(&[&file]), Err(ConfigError::SecretFile(..))));
        for (content, secret) in [("a secret\r\n", Some("a secret")), ("\n", None)] {
            std::fs::write(&path, content).unwrap();
            let read = with(&[&file])
                .ok()
                .map(|settings| settings.unwrap().client_secret);
            let expected = secret.map(|secret| Some(Secret::from(secret.to_owned())));
            assert_eq!(read, expected, "{content:?}");
        }
        let both = with(&[&file, "--openid-client-secret=x"]);
        assert_eq!(both, Err(ConfigError::TwoSecrets("--openid-client-secret")));
    }

    #[test]
    fn a_name_for_a_button_is_short_and_can_be_shown() {
        for name in ["", " ", "\u{202e}gin", &"x".repeat(41)] {
            let option = format!("--openid-name={name}");
            let refused = read(&[ALL.as_slice(), &[&option]].concat());
            assert_eq!(refused, Err(ConfigError::ProviderName), "{name:?}");
        }
    }
}
