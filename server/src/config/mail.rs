//! The server for mail: what operators write about it, and the rules of that.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};
use lettre::message::Mailbox;

use super::sign_in::{SignInOptions, secret};
use super::{AuthConfig, ConfigError};
use crate::auth::Secret;
use crate::mail::MailSettings;
use crate::mail::settings::Encryption;

/// Options about mail.
#[derive(Debug, Clone, Args)]
pub struct MailOptions {
    /// Send mail through this server: HOST:PORT.
    #[arg(long, value_name = "HOST:PORT", env = "CONSILIUM_SMTP_ADDRESS")]
    pub smtp_address: Option<String>,
    /// How it is spoken to. `none` only on this machine, or with --smtp-allow-plain.
    #[arg(
        long,
        value_enum,
        env = "CONSILIUM_SMTP_ENCRYPTION",
        default_value = "starttls"
    )]
    pub smtp_encryption: Encryption,
    /// Send unencrypted mail to another machine: whoever stands in between reads the links in it.
    #[arg(long, env = "CONSILIUM_SMTP_ALLOW_PLAIN", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub smtp_allow_plain: bool,
    /// Who this server is there.
    #[arg(long, value_name = "USER", env = "CONSILIUM_SMTP_USER")]
    pub smtp_user: Option<String>,
    /// The password of that user. Best given in the environment, or as a file.
    #[arg(
        long,
        value_name = "PASSWORD",
        env = "CONSILIUM_SMTP_PASSWORD",
        hide_env_values = true
    )]
    pub smtp_password: Option<Secret>,
    /// A file with that password.
    #[arg(long, value_name = "FILE", env = "CONSILIUM_SMTP_PASSWORD_FILE")]
    pub smtp_password_file: Option<PathBuf>,
    /// Who writes: an address, or NAME <ADDRESS>.
    #[arg(long, value_name = "FROM", env = "CONSILIUM_SMTP_FROM")]
    pub smtp_from: Option<Mailbox>,
}

impl MailOptions {
    /// What they mean for a server that lets people in like this. Reads the password's file.
    ///
    /// # Errors
    /// [`ConfigError`] says what to change.
    pub(super) fn settings(
        &self,
        auth: &AuthConfig,
        sign_in: &SignInOptions,
    ) -> Result<Option<MailSettings>, ConfigError> {
        let Some(address) = &self.smtp_address else {
            let lonely = [
                ("--smtp-user", self.smtp_user.is_some()),
                ("--smtp-password", self.smtp_password.is_some()),
                ("--smtp-password-file", self.smtp_password_file.is_some()),
                ("--smtp-from", self.smtp_from.is_some()),
            ];
            let given = lonely.iter().find(|(_, is_given)| *is_given);
            return match given {
                Some((option, _)) => Err(ConfigError::Lacks(option, "--smtp-address")),
                None => Ok(None),
            };
        };
        if !matches!(auth, AuthConfig::Portal) {
            return Err(ConfigError::OnlyInAPortal("--smtp-address"));
        }
        if sign_in.public_url.is_none() {
            return Err(ConfigError::Lacks("--smtp-address", "--public-url"));
        }
        self.way_to(address).map(Some)
    }

    /// The way to the server for mail, for a command that sends one mail; `None` where there is no such server. Reads the
    /// password's file.
    ///
    /// # Errors
    /// [`ConfigError`] says what to change.
    pub fn way(&self) -> Result<Option<MailSettings>, ConfigError> {
        let way = self.smtp_address.as_deref();
        way.map(|address| self.way_to(address)).transpose()
    }

    fn way_to(&self, address: &str) -> Result<MailSettings, ConfigError> {
        let (host, port) =
            host_and_port(address).ok_or_else(|| ConfigError::SmtpAddress(address.to_owned()))?;
        let is_plain = self.smtp_encryption == Encryption::None;
        if is_plain && !self.smtp_allow_plain && !is_this_machine(&host) {
            return Err(ConfigError::PlainMail(host));
        }
        let password = secret(
            self.smtp_password.as_ref(),
            self.smtp_password_file.as_ref(),
            "--smtp-password",
        )?;
        let user = match (self.smtp_user.clone(), password) {
            (Some(user), Some(password)) => Some((user, password)),
            (None, None) => None,
            (Some(_), None) => return Err(ConfigError::Lacks("--smtp-user", "--smtp-password")),
            (None, Some(_)) => return Err(ConfigError::Lacks("--smtp-password", "--smtp-user")),
        };
        let from = self.smtp_from.clone();
        Ok(MailSettings {
            host,
            port,
            encryption: self.smtp_encryption,
            user,
            from: from.ok_or(ConfigError::Lacks("--smtp-address", "--smtp-from"))?,
        })
    }
}

/// `HOST:PORT`; an IPv6 address in brackets.
fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let is_host = !host.is_empty() && !host.contains(['/', '@', ' ']);
    let port = port.parse().ok().filter(|port| *port > 0)?;
    is_host.then(|| (host.to_owned(), port))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        mail: MailOptions,
        #[command(flatten)]
        sign_in: SignInOptions,
    }

    const ALL: [&str; 3] = [
        "--smtp-address=mail.example:587",
        "--smtp-from=Panel <panel@c.example>",
        "--public-url=https://c.example",
    ];

    fn read(options: &[&str]) -> Result<Option<MailSettings>, ConfigError> {
        let line = Line::try_parse_from([&["x"], options].concat()).unwrap();
        line.mail.settings(&AuthConfig::Portal, &line.sign_in)
    }

    #[test]
    fn mail_needs_a_server_a_sender_and_our_address() {
        assert_eq!(read(&[]), Ok(None));
        let settings = read(&ALL).unwrap().unwrap();
        assert_eq!((&*settings.host, settings.port), ("mail.example", 587));
        assert_eq!(settings.encryption, Encryption::Starttls);
        assert_eq!(settings.from.to_string(), "Panel <panel@c.example>");
        for (missing, refused) in [
            (0, ConfigError::Lacks("--smtp-from", "--smtp-address")),
            (1, ConfigError::Lacks("--smtp-address", "--smtp-from")),
            (2, ConfigError::Lacks("--smtp-address", "--public-url")),
        ] {
            let mut options = ALL.to_vec();
            options.remove(missing);
            assert_eq!(read(&options), Err(refused));
        }
        assert!(Line::try_parse_from(["x", "--smtp-from=nobody"]).is_err());
    }

    #[test]
    fn unencrypted_mail_stays_on_this_machine_unless_it_is_allowed_in_words() {
        let with = |address: &str, more: &[&str]| {
            let address = format!("--smtp-address={address}");
            let options = [&[&*address, ALL[1], ALL[2], "--smtp-encryption=none"], more].concat();
            read(&options).map(|settings| settings.unwrap().host)
        };
        for (address, host) in [
            ("127.0.0.1:25", "127.0.0.1"),
            ("[::1]:25", "::1"),
            ("localhost:25", "localhost"),
        ] {
            assert_eq!(with(address, &[]).as_deref(), Ok(host));
        }
        let far = "mail.example:25";
        assert_eq!(
            with(far, &[]),
            Err(ConfigError::PlainMail("mail.example".to_owned()))
        );
        assert_eq!(
            with(far, &["--smtp-allow-plain"]).as_deref(),
            Ok("mail.example")
        );
        for odd in [
            "mail.example",
            "mail.example:0",
            ":25",
            "smtp://mail.example:25",
        ] {
            assert_eq!(
                with(odd, &[]),
                Err(ConfigError::SmtpAddress(odd.to_owned()))
            );
        }
    }

    #[test]
    fn a_user_has_a_password_and_a_password_a_user() {
        let with = |more: &[&str]| read(&[ALL.as_slice(), more].concat());
        let user = with(&["--smtp-user=panel", "--smtp-password=x"])
            .unwrap()
            .unwrap()
            .user;
        assert_eq!(
            user,
            Some(("panel".to_owned(), Secret::from("x".to_owned())))
        );
        let lonely = with(&["--smtp-user=panel"]);
        assert_eq!(
            lonely,
            Err(ConfigError::Lacks("--smtp-user", "--smtp-password"))
        );
        let lonely = with(&["--smtp-password=x"]);
        assert_eq!(
            lonely,
            Err(ConfigError::Lacks("--smtp-password", "--smtp-user"))
        );
    }
}
