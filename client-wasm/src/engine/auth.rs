//! The token that all channels share, and when to ask for another.
//!
//! A token is opaque here: the server says when it wants a newer one. The shell is asked once at a time. Tokens are
//! secrets and never appear in `Debug` output.

use std::fmt;

use crate::effect::Effect;

/// The server's word for a token that has run out.
pub(crate) const TOKEN_EXPIRED: &str = "token-expired";

/// Whether a refusal with this reason is one that another token may mend.
pub(crate) fn token_is_at_fault(reason: &str) -> bool {
    reason.starts_with("token-")
}

/// What is known of the token.
#[derive(Clone, PartialEq, Eq)]
enum Token {
    /// The shell has not said.
    Unknown,
    /// The shell's word: a token, or that there is none.
    Told(Option<String>),
}

/// Whether the shell owes an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    No,
    Yes,
}

/// The current token.
pub(crate) struct Auth {
    token: Token,
    asked: Asked,
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth").field("asked", &self.asked).finish()
    }
}

/// What a new token means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// It differs from the last one, or is the first word.
    Changed,
    /// The same as before.
    Same,
}

impl Auth {
    /// `None`: the shell must be asked first.
    pub(crate) fn new(token: Option<Option<String>>) -> Self {
        Self {
            token: token.map_or(Token::Unknown, Token::Told),
            asked: Asked::No,
        }
    }

    /// Whether the shell has said what the token is, or that there is none.
    pub(crate) fn is_told(&self) -> bool {
        matches!(self.token, Token::Told(_))
    }

    /// The token's text; empty when there is none.
    pub(crate) fn text(&self) -> &str {
        match &self.token {
            Token::Told(Some(token)) => token,
            Token::Told(None) | Token::Unknown => "",
        }
    }

    /// Asks the shell, unless it is being asked already.
    pub(crate) fn request(&mut self, out: &mut Vec<Effect>) {
        if self.asked == Asked::No {
            self.asked = Asked::Yes;
            out.push(Effect::RequestToken);
        }
    }

    /// Takes the shell's word.
    pub(crate) fn told(&mut self, token: Option<String>) -> News {
        self.asked = Asked::No;
        let token = Token::Told(token);
        if self.token == token {
            return News::Same;
        }
        self.token = token;
        News::Changed
    }
}
