//! Handing a mail over to the operator's server for mail.

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use uuid::Uuid;

use super::limits::SEND_TIMEOUT;
use super::settings::{Encryption, MailSettings};
use super::words::Written;
use crate::store::people::Email;

/// The way to the server for mail.
#[derive(Debug)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// It never will be: no such address, or the server does not want it.
    #[error("{0}")]
    ForGood(String),
    /// Perhaps later.
    #[error("{0}")]
    ForNow(String),
}

/// The settings make no way there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("prepare for mail: {0}")]
pub struct NoPost(String);

/// Whether a mail can have this address on it.
#[must_use]
pub fn can_be_written_to(email: &Email) -> bool {
    email.written.parse::<Address>().is_ok()
}

impl Post {
    /// Prepares; speaks to nobody yet.
    ///
    /// # Errors
    /// [`NoPost`].
    pub fn new(settings: &MailSettings) -> Result<Self, NoPost> {
        let parameters =
            || TlsParameters::new(settings.host.clone()).map_err(|error| NoPost(error.to_string()));
        let tls = match settings.encryption {
            Encryption::Starttls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
            Encryption::None => Tls::None,
        };
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
                .port(settings.port)
                .tls(tls)
                .timeout(Some(SEND_TIMEOUT));
        if let Some((user, password)) = &settings.user {
            let password = String::from_utf8(password.expose().to_vec())
                .map_err(|_| NoPost("the password is not text".to_owned()))?;
            transport = transport.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self {
            transport: transport.build(),
            from: settings.from.clone(),
        })
    }

    /// Hands a mail over.
    ///
    /// # Errors
    /// [`PostError`].
    ///
    /// Cancel safety: it may have been handed over.
    pub async fn send(&self, to: &str, written: &Written) -> Result<(), PostError> {
        let message = self.message(to, written)?;
        match tokio::time::timeout(SEND_TIMEOUT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(PostError::ForGood(error.to_string())),
            Ok(Err(error)) => Err(PostError::ForNow(error.to_string())),
            Err(_) => Err(PostError::ForNow("it took too long".to_owned())),
        }
    }

    /// Whether the server for mail is there and lets us in.
    ///
    /// # Errors
    /// Why not.
    ///
    /// Cancel safety: nothing to lose.
    pub async fn examine(&self) -> Result<(), String> {
        match tokio::time::timeout(SEND_TIMEOUT, self.transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it does not answer".to_owned()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it took too long".to_owned()),
        }
    }

    fn message(&self, to: &str, written: &Written) -> Result<Message, PostError> {
        let unfit = |error: String| PostError::ForGood(error);
        let to: Address = to
            .parse()
            .map_err(|_| unfit("no e-mail address".to_owned()))?;
        let id = format!("<{}@{}>", Uuid::now_v7(), self.from.email.domain());
        // Nobody who is away answers it by machine (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(written.subject.clone())
            .message_id(Some(id))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(
                written.text.clone(),
                written.html.clone(),
            ))
            .map_err(|error| unfit(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post() -> Post {
        Post::new(&MailSettings {
            host: "127.0.0.1".to_owned(),
            port: 25,
            encryption: Encryption::None,
            user: None,
            from: "Panel <panel@c.example>".parse().unwrap(),
        })
        .unwrap()
    }

    fn written(subject: &str) -> Written {
        Written {
            subject: subject.to_owned(),
            text: "text".to_owned(),
            html: "<p>text</p>".to_owned(),
        }
    }

    #[tokio::test]
    async fn no_name_and_no_address_adds_a_header() {
        let post = post();
        let message = post.message("ada@example.org", &written("A\r\nBcc: evil@example.org"));
        let text = String::from_utf8(message.unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert!(!names.contains(&"Bcc"), "{head}");
        assert!(names.contains(&"Auto-Submitted"), "{head}");
        for address in [
            "",
            "ada",
            "ada@example.org\r\nBcc: evil@example.org",
            "a@b.c, d@e.f",
        ] {
            let refused = post.message(address, &written("A"));
            assert!(matches!(refused, Err(PostError::ForGood(_))), "{address:?}");
        }
    }
}
