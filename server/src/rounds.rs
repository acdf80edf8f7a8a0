//! Rounds: a community decides about a text outside meetings, over days ([`crate::store::rounds`] keeps them).
//!
//! - [`rules`]: who may do what, and when.
//! - [`text`]: what is put to the vote, and its hash.
//! - [`ballot_box`]: ballots without names.
//! - [`result`]: what a round came to.
//! - [`closing`]: the task that ends rounds whose time is over.
//!
//! Here rooms, rows and these pure parts come together: opening a round on what is committed, and saying whether that
//! still stands (I8). Does not know HTTP.

pub mod ballot_box;
pub mod closing;
pub mod result;
pub mod rules;
pub mod text;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use consilium_model::consensus::Rule;
use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::DocName;
use yrs::updates::decoder::Decode;
use yrs::{Doc, Transact, Update};

use self::rules::Anonymity;
use self::text::{PutToVote, Scope, TEXT_BYTES_MAX};
use crate::panic_boundary::contain;
use crate::people::secrets::NoRandomness;
use crate::plain_doc::plain_doc;
use crate::registry::{Registry, RoomError};
use crate::store::communities::{Actor, Refusal};
use crate::store::portal_ids::{AccountId, CommunityId, RoundId};
use crate::store::rounds::{NewRound, RoundView, pack_text};
use crate::store::{Store, StoreError};

/// Why something with a round did not work. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// A rule forbids it.
    #[error("refused: {0:?}")]
    Forbidden(Refusal),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The room of the document failed.
    #[error(transparent)]
    Room(#[from] RoomError),
    /// The system gives no random bytes.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// What is stored of the document cannot be read.
    #[error("a stored document cannot be read")]
    Unreadable,
}

impl From<Refusal> for RoundError {
    fn from(refusal: Refusal) -> Self {
        Self::Forbidden(refusal)
    }
}

impl From<rules::Refusal> for RoundError {
    fn from(refusal: rules::Refusal) -> Self {
        Self::Forbidden(Refusal::Round(refusal))
    }
}

/// What somebody wants decided.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Of which document.
    pub document: DocName,
    /// Its blocks from here to there, counted from nought at the top of the body; the whole body where there is nothing.
    pub blocks: Option<(usize, usize)>,
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
}

/// Reaches what is needed. Borrowed for the time of one request.
#[derive(Clone, Copy)]
pub struct Rounds<'a> {
    /// The rooms.
    pub registry: &'a Registry,
    /// The store.
    pub store: &'a Arc<dyn Store>,
}

impl Rounds<'_> {
    /// Opens a round on what is committed of the document now.
    ///
    /// # Errors
    /// [`RoundError`].
    ///
    /// Cancel safety: the round is opened wholly or not at all.
    pub async fn open(
        self,
        by: Actor,
        community: CommunityId,
        wish: Wish,
    ) -> Result<RoundId, RoundError> {
        // Before anything is read.
        self.store
            .may_open_round(by, community, &wish.document)
            .await??;
        let state = self
            .registry
            .snapshot_update(&wish.document)
            .await?
            .ok_or(Refusal::NoSuchDocument)?;
        let blocks = wish.blocks;
        let (put, packed) = off_thread(move || {
            let doc = document_of(&state)?;
            let put = match blocks {
                None => text::whole(&doc),
                Some((first, last)) => text::passage(&doc, first, last),
            };
            let put: PutToVote = put.ok_or(rules::Refusal::NoText)?;
            if put.update.len() > TEXT_BYTES_MAX {
                return Err(rules::Refusal::TextTooLong.into());
            }
            let packed = pack_text(&put.update)?;
            Ok((put, packed))
        })
        .await?;
        let id = RoundId::new();
        let round = NewRound {
            id,
            document: wish.document,
            question: wish.question,
            rule: wish.rule,
            anonymity: wish.anonymity,
            closes_at_ms: wish.closes_at_ms,
            is_by_hand: wish.is_by_hand,
            recused: wish.recused,
            scope: put.scope,
            quote: put.quote,
            hash: put.hash,
            text: packed,
        };
        self.store.open_round(by, community, &round).await??;
        Ok(id)
    }

    /// Those of these rounds whose text does not stand in its document any more, as of what is committed now (I8).
    ///
    /// # Errors
    /// [`RoundError`].
    ///
    /// Cancel safety: reads only.
    pub async fn outdated(self, rounds: &[RoundView]) -> Result<HashSet<RoundId>, RoundError> {
        let mut by_document: HashMap<&DocName, Vec<(RoundId, Scope, Hash32)>> = HashMap::new();
        for round in rounds {
            by_document.entry(&round.document).or_default().push((
                round.id,
                round.scope.clone(),
                round.hash,
            ));
        }
        let mut outdated = HashSet::new();
        for (document, rounds) in by_document {
            let Some(state) = self.registry.snapshot_update(document).await? else {
                continue;
            };
            let found = off_thread(move || {
                let doc = document_of(&state)?;
                let changed = rounds
                    .into_iter()
                    .filter(|(_, scope, hash)| !text::stands(&doc, scope, *hash));
                Ok(changed.map(|(id, _, _)| id).collect::<Vec<_>>())
            })
            .await?;
            outdated.extend(found);
        }
        Ok(outdated)
    }

    /// Ends a round by hand and counts it.
    ///
    /// # Errors
    /// [`RoundError`].
    ///
    /// Cancel safety: it is counted or not.
    pub async fn close(self, by: Actor, id: RoundId) -> Result<(), RoundError> {
        let shuffle = closing::fresh_shuffle()?;
        Ok(self.store.close_round(by, id, &shuffle).await??)
    }
}

fn document_of(state: &Bytes) -> Result<Doc, RoundError> {
    let doc = plain_doc();
    let update = Update::decode_v1(state).map_err(|_| RoundError::Unreadable)?;
    doc.transact_mut()
        .apply_update(update)
        .map_err(|_| RoundError::Unreadable)?;
    Ok(doc)
}

/// Takes as long as there is text, and yrs may panic over it.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, RoundError> + Send + 'static,
) -> Result<T, RoundError> {
    tokio::task::spawn_blocking(move || contain(work).unwrap_or(Err(RoundError::Unreadable)))
        .await
        .unwrap_or(Err(RoundError::Unreadable))
}
