//! WebSocket close codes: what happened, and whether trying again can help.
//!
//! y-websocket 3.1.0 stops reconnecting on 4400 to 4499, so permanent failures live there and transient ones
//! nowhere near. Codes that Hocuspocus providers know keep their meaning.

/// Why a socket was closed by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// The peer asked for it.
    Normal,
    /// The server is shutting down or restarting.
    GoingAway,
    /// The server met an error of its own.
    Internal,
    /// The document's room was reset; reconnecting gets the current state.
    Reset,
    /// A frame was not of this protocol.
    Malformed,
    /// No valid token.
    Unauthorized,
    /// A valid token that does not cover this document.
    Forbidden,
    /// Nothing was authenticated in time.
    AuthTimeout,
    /// A frame was larger than allowed.
    TooBig,
    /// The client speaks a version that this server no longer understands (or not yet).
    Unsupported,
    /// The server or this address has too many connections.
    Overloaded,
    /// The reader took nothing for too long (D7).
    StalledReader,
}

/// Whether a client should come back by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Back off and reconnect.
    Transient,
    /// Reconnecting the same way fails the same way; a person or a new token must act.
    Permanent,
}

impl CloseCode {
    /// Every code, for tests and documentation.
    pub const ALL: [Self; 12] = [
        Self::Normal,
        Self::GoingAway,
        Self::Internal,
        Self::Reset,
        Self::Malformed,
        Self::Unauthorized,
        Self::Forbidden,
        Self::AuthTimeout,
        Self::TooBig,
        Self::Unsupported,
        Self::Overloaded,
        Self::StalledReader,
    ];

    /// The number in the close frame.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1012,
            Self::Internal => 1011,
            Self::Reset => 4205,
            Self::Malformed => 4400,
            Self::Unauthorized => 4401,
            Self::Forbidden => 4403,
            Self::AuthTimeout => 4508,
            Self::TooBig => 1009,
            Self::Unsupported => 4426,
            Self::Overloaded => 1013,
            Self::StalledReader => 4509,
        }
    }

    /// The stable word in the close frame's reason.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::GoingAway => "going-away",
            Self::Internal => "internal",
            Self::Reset => "reset",
            Self::Malformed => "malformed",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::AuthTimeout => "auth-timeout",
            Self::TooBig => "too-big",
            Self::Unsupported => "unsupported",
            Self::Overloaded => "overloaded",
            Self::StalledReader => "stalled-reader",
        }
    }

    /// Whether trying again can help.
    #[must_use]
    pub const fn retry(self) -> Retry {
        match self {
            Self::Malformed
            | Self::Unauthorized
            | Self::Forbidden
            | Self::TooBig
            | Self::Unsupported => Retry::Permanent,
            Self::Normal
            | Self::GoingAway
            | Self::Internal
            | Self::Reset
            | Self::AuthTimeout
            | Self::Overloaded
            | Self::StalledReader => Retry::Transient,
        }
    }
}

/// What a client should make of any close code, its own or a proxy's.
#[must_use]
pub fn retry_after_close(code: u16) -> Retry {
    match CloseCode::ALL.iter().find(|known| known.code() == code) {
        Some(known) => known.retry(),
        None if (4400..4500).contains(&code) => Retry::Permanent,
        None => Retry::Transient,
    }
}
