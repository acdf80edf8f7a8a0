//! The values that cross the border of [`super::RoundStore`]. Times are milliseconds since 1970 UTC.

use consilium_model::consensus::Rule;
use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::{Access, DocName};

use crate::interests::Late;
use crate::rounds::result::{LateRecusals, RoundResult};
use crate::rounds::rules::{Anonymity, Seat, State, Terms};
use crate::rounds::text::Scope;
use crate::store::StoreError;
use crate::store::communities::{DocumentStanding, NamedAccount};
use crate::store::portal_ids::{AccountId, RoundId};

/// Rounds in one list; the rest is history, and in the ledger.
pub const LISTED_MAX: u32 = 50;

/// As for snapshots: written once, read by everybody who votes.
const ZSTD_LEVEL: i32 = 3;

/// A text that is kept with a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedText {
    pub(in crate::store) bytes: i64,
    pub(in crate::store) zstd: Vec<u8>,
}

/// Compresses a text. Takes as long as there are bytes: not for an async thread.
///
/// # Errors
/// [`StoreError::Rejected`] when the compressor fails.
pub fn pack_text(update: &[u8]) -> Result<PackedText, StoreError> {
    let zstd = zstd::bulk::compress(update, ZSTD_LEVEL).map_err(|error| {
        StoreError::Rejected(format!("compress what is put to the vote: {error}").into())
    })?;
    Ok(PackedText {
        bytes: i64::try_from(update.len()).unwrap_or(i64::MAX),
        zstd,
    })
}

/// Undoes [`pack_text`], off the async threads. What would be longer than `bytes_max` is not what was written.
pub(in crate::store) async fn unpack(
    packed: PackedText,
    bytes_max: usize,
) -> Result<Vec<u8>, StoreError> {
    let unpack = move || {
        let bytes = usize::try_from(packed.bytes)
            .ok()
            .filter(|bytes| *bytes <= bytes_max)?;
        zstd::bulk::decompress(&packed.zstd, bytes).ok()
    };
    tokio::task::spawn_blocking(unpack)
        .await
        .ok()
        .flatten()
        .ok_or_else(|| StoreError::Rejected("what was put to the vote cannot be read".into()))
}

/// A round to open.
#[derive(Debug, Clone)]
pub struct NewRound {
    /// Its id.
    pub id: RoundId,
    /// The document.
    pub document: DocName,
    /// What is asked.
    pub question: String,
    /// How it is counted.
    pub rule: Rule,
    /// Whether names are kept.
    pub anonymity: Anonymity,
    /// When its time is over.
    pub closes_at_ms: i64,
    /// Whether it may be closed before that.
    pub is_by_hand: bool,
    /// Who must not vote, and why.
    pub recused: Vec<(AccountId, String)>,
    /// How much of the document.
    pub scope: Scope,
    /// How that begins.
    pub quote: String,
    /// Of what it shows.
    pub hash: Hash32,
    /// What it shows.
    pub text: PackedText,
}

/// How a round ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// When.
    pub at_ms: i64,
    /// By whom; `None` by the clock.
    pub by: Option<NamedAccount>,
    /// Why, where it was voided.
    pub reason: Option<String>,
}

/// The viewer's own part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// How they stand to it.
    pub seat: Seat,
    /// In a named round: what they chose, and what they said to it.
    pub ballot: Option<(String, String)>,
}

/// A round as somebody sees it who may read its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundView {
    /// Its id.
    pub id: RoundId,
    /// The document.
    pub document: DocName,
    /// What that is called now.
    pub document_title: String,
    /// Who opened it.
    pub opened_by: NamedAccount,
    /// When.
    pub opened_at_ms: i64,
    /// When its time is over.
    pub closes_at_ms: i64,
    /// Whether it may be closed before that.
    pub is_by_hand: bool,
    /// What is asked.
    pub question: String,
    /// How it is counted.
    pub rule: Rule,
    /// Whether names are kept.
    pub anonymity: Anonymity,
    /// How much of the document.
    pub scope: Scope,
    /// How that begins.
    pub quote: String,
    /// Of what it shows.
    pub hash: Hash32,
    /// Where it stands.
    pub state: State,
    /// How it ended.
    pub ending: Option<Ending>,
    /// How many may vote.
    pub eligible: u32,
    /// How many are recused.
    pub recused: u32,
    /// Who of the roll was judged while it was open.
    pub late: LateRecusals,
    /// How many have voted. Of a voided round nothing is kept.
    pub voted: u32,
    /// What it came to, when it was counted.
    pub result: Option<RoundResult>,
    /// The viewer's own part.
    pub mine: Mine,
    /// How the viewer stands to the document.
    pub standing: DocumentStanding,
}

impl RoundView {
    /// Whether the viewer may know of it: as of the work on its document.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        may_read(&self.standing)
    }

    /// What a ballot is held against.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            state: self.state,
            closes_at_ms: self.closes_at_ms,
            text: self.hash,
            rule: self.rule,
            anonymity: self.anonymity,
        }
    }

    /// Whether the viewer may vote and has not.
    #[must_use]
    pub fn waits_for_viewer(&self, now_ms: i64) -> bool {
        self.terms().is_open(now_ms) && self.mine.seat == Seat::Voter { has_voted: false }
    }
}

/// Whether somebody who stands so to a document may know of the rounds about it.
#[must_use]
pub fn may_read(standing: &DocumentStanding) -> bool {
    !standing.is_binned && standing.role.is_some() && standing.access_inside() >= Access::Read
}

/// Somebody on the roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollEntry {
    /// Who.
    pub who: NamedAccount,
    /// Why they must not vote, and who says so.
    pub recusal: Option<(String, NamedAccount)>,
    /// What became of their place, where they were judged while the round was open.
    pub late: Option<Late>,
}

/// Who chose what in a named round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBallot {
    /// Who.
    pub who: NamedAccount,
    /// Their choice.
    pub choice: String,
    /// What they said to it.
    pub said: String,
}

/// A round with everything that its page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundDetail {
    /// The round.
    pub view: RoundView,
    /// Who is on its roll, by name.
    pub roll: Vec<RollEntry>,
    /// Who chose what; only of a named round, and only when it has closed.
    pub ballots: Vec<NamedBallot>,
}
