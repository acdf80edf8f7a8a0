//! Branches at work (D11): making one, comparing it with its document, and taking it into that.
//!
//! Here rows, rooms and the pure comparison of [`consilium_model::branch`] come together. A branch begins with the whole
//! committed state of its document and the owners of its CRDT client ids (D16), so that it continues the same history.
//! It is taken through the room of the document like any update: judged there, committed, then told (D2).
//!
//! Invariants:
//! - Nothing of a branch is in the document before somebody who may write the document takes it (I3).
//! - What is merged is what the journal of the branch has, and its owners as that journal has them: they were checked
//!   when each block came in, so nobody can pass forged blocks off by way of a branch, and merging is no forgery.
//!
//! - A suggestion is decided about once, on whichever nodes: whoever decides waits for their turn at the document, reads it
//!   from the journal, which has what was taken in every turn before, and is told when that was what they chose.
//!
//! The text is taken first, and then it is written down that it was. Should the server end in between, the branch is
//! still open; taking it again finds nothing new in the document and only writes it down.
//!
//! Does not know HTTP.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use consilium_model::access::{BranchKind, BranchState};
use consilium_model::branch::difference::Differences;
use consilium_model::branch::{ChangeId, Version, differences, take, take_whole};
use consilium_protocol::extension::RejectCode;
use consilium_protocol::ids::{Access, DocName, UserId};
use tokio::time::Instant;
use uuid::Uuid;
use yrs::updates::decoder::Decode;
use yrs::{Doc, Transact, Update};

use crate::panic_boundary::contain;
use crate::plain_doc::plain_doc;
use crate::registry::{ApplyOutcome, Registry, RoomError};
use crate::room::loading;
use crate::store::branches::{BranchView, Fate, MergeTurn, NewBranch, Part, pack_fork};
use crate::store::communities::{Actor, Refusal};
use crate::store::{Compaction, Store, StoreError};

/// How long a turn lasts that nobody ends, because its node went away.
const TURN_LIFE: Duration = Duration::from_secs(60);

/// How long somebody waits for their turn: as long as for a place among those who read much.
const TURN_PATIENCE: Duration = Duration::from_secs(10);

/// Between two looks whether it is their turn.
const TURN_PAUSE: Duration = Duration::from_millis(100);

/// Why something with a branch did not work. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum BranchError {
    /// A rule forbids it.
    #[error("refused: {0:?}")]
    Forbidden(Refusal),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The room of the document failed.
    #[error(transparent)]
    Room(#[from] RoomError),
    /// What was chosen is no longer what it was.
    #[error("a chosen change is no longer what it was")]
    Changed,
    /// The room does not take it as a whole.
    #[error("refused as {}", .0.word())]
    Refused(RejectCode),
    /// What is stored of one of the documents cannot be read.
    #[error("a stored document cannot be read")]
    Unreadable,
}

impl From<Refusal> for BranchError {
    fn from(refusal: Refusal) -> Self {
        Self::Forbidden(refusal)
    }
}

/// Reaches what is needed. Borrowed for the time of one request.
#[derive(Clone, Copy)]
pub struct Branching<'a> {
    /// The rooms.
    pub registry: &'a Registry,
    /// The store.
    pub store: &'a Arc<dyn Store>,
}

impl Branching<'_> {
    /// Makes a branch of a document as it is now.
    ///
    /// # Errors
    /// [`BranchError`].
    ///
    /// Cancel safety: the branch is made wholly, or what is left of it is a document that nobody can open.
    pub async fn make(
        self,
        by: Actor,
        document: DocName,
        kind: BranchKind,
        note: String,
    ) -> Result<BranchView, BranchError> {
        // Before anything is copied.
        self.store.may_branch(by, &document).await??;
        let state = self
            .registry
            .snapshot_update(&document)
            .await?
            .ok_or(Refusal::NoSuchDocument)?;
        let branch = self.copy(by, document, state, kind, note).await?;
        match self.store.make_branch(by, &branch).await? {
            Ok(view) => Ok(view),
            // The document may have been deleted for good meanwhile, and this is a copy of it.
            Err(refusal) => {
                self.store.discard_unclaimed(&branch.name).await?;
                Err(refusal.into())
            }
        }
    }

    /// Copies the committed state of a document into one that nobody can open before it is made a branch.
    ///
    /// # Errors
    /// [`BranchError`].
    ///
    /// Cancel safety: as [`Branching::make`].
    pub(crate) async fn copy(
        self,
        by: Actor,
        document: DocName,
        state: Bytes,
        kind: BranchKind,
        note: String,
    ) -> Result<NewBranch, BranchError> {
        let to_pack = state.clone();
        let fork = off_thread(move || pack_fork(&to_pack)).await??;
        let name =
            DocName::parse(&Uuid::now_v7().to_string()).map_err(|_| BranchError::Unreadable)?;
        let doc = self.store.load_or_create(&name, by.at_ms).await?.record.id;
        self.store
            .compact(&Compaction {
                doc,
                state,
                rows: Vec::new(),
                snapshots: Vec::new(),
            })
            .await?;
        Ok(NewBranch {
            doc,
            name,
            document,
            kind,
            note,
            fork,
        })
    }

    /// What a branch changes, for those who can read it.
    ///
    /// # Errors
    /// [`BranchError`].
    ///
    /// Cancel safety: reads only.
    pub async fn compare(self, by: Actor, name: &DocName) -> Result<Differences, BranchError> {
        let view = self.store.branch(by, name).await??;
        let document = self.registry.snapshot_update(&view.document).await?;
        let document = document.ok_or(Refusal::NoSuchDocument)?;
        let texts = self.texts(by, &view, document).await?;
        off_thread(move || texts.compare()).await?
    }

    /// Takes chosen changes of a branch into its document, or all that there are. Taken as a whole, its blocks stay
    /// their authors', and where the document was written in too, whoever takes it makes it say what the branch says;
    /// chosen changes are a forward edit of theirs, and so is the rest after that.
    ///
    /// # Errors
    /// [`BranchError`].
    ///
    /// Cancel safety: the text is taken wholly or not at all; then it may be left to write down that it was, and the turn
    /// at the document ends by itself.
    pub async fn merge(
        self,
        by: Actor,
        name: &DocName,
        chosen: Option<BTreeSet<ChangeId>>,
    ) -> Result<BranchView, BranchError> {
        let turn = self.turn(by, name).await?;
        let merged = self.merge_in(turn, by, name, chosen).await;
        self.end(turn).await;
        merged
    }

    /// Decides about a branch without taking it.
    ///
    /// # Errors
    /// [`BranchError`].
    ///
    /// Cancel safety: decided wholly or not at all.
    pub async fn decide(
        self,
        by: Actor,
        name: &DocName,
        fate: Fate,
    ) -> Result<BranchView, BranchError> {
        let turn = self.turn(by, name).await?;
        let decided = self.store.decide_branch(by, name, fate, Some(turn)).await;
        self.end(turn).await;
        Ok(decided??)
    }

    /// Waits until it is the actor's turn at the document of a branch.
    async fn turn(self, by: Actor, name: &DocName) -> Result<MergeTurn, BranchError> {
        let turn = MergeTurn::fresh();
        let until = Instant::now() + TURN_PATIENCE;
        while !self
            .store
            .take_merge_turn(by, name, turn, TURN_LIFE)
            .await??
        {
            if Instant::now() >= until {
                return Err(Refusal::BeingDecided.into());
            }
            tokio::time::sleep(TURN_PAUSE).await;
        }
        Ok(turn)
    }

    async fn end(self, turn: MergeTurn) {
        if let Err(error) = self.store.end_merge_turn(turn).await {
            tracing::warn!(%error, "a turn at a document ends by itself only");
        }
    }

    async fn merge_in(
        self,
        turn: MergeTurn,
        by: Actor,
        name: &DocName,
        chosen: Option<BTreeSet<ChangeId>>,
    ) -> Result<BranchView, BranchError> {
        let view = self.store.branch(by, name).await??;
        if view.standing.state != BranchState::Open {
            return Err(Refusal::BranchClosed.into());
        }
        if !view.standing.may_merge() {
            return Err(Refusal::WritersOnly.into());
        }
        // From the journal, because the room of this node may not have what another one took a moment ago.
        let document = self.committed(&view.document).await?;
        let document = document.ok_or(Refusal::NoSuchDocument)?.0;
        let texts = self.texts(by, &view, document).await?;
        let in_part = view.is_taken_in_part;
        let author = by.account.user();
        let reviewer = author.clone();
        let taking = off_thread(move || texts.take(chosen, in_part, reviewer)).await??;
        // It may have taken long.
        if !self.store.keep_merge_turn(turn, TURN_LIFE).await? {
            return Err(Refusal::BeingDecided.into());
        }
        let outcome = match taking.owners {
            Some(owners) => {
                self.registry
                    .merge(&view.document, author, Access::Write, owners, taking.update)
                    .await?
            }
            None => {
                self.registry
                    .apply_update(&view.document, Some(author), Access::Write, taking.update)
                    .await?
            }
        };
        match outcome {
            ApplyOutcome::Committed => {}
            ApplyOutcome::Quarantined(code) => return Err(BranchError::Refused(code)),
        }
        let is_whole = taking.part == Part::All && !in_part;
        let fate = match view.standing.kind {
            BranchKind::LeftBehind if is_whole => Fate::MergedUpTo {
                left_bytes: view.left_bytes,
            },
            _ => Fate::Merged(taking.part),
        };
        Ok(self
            .store
            .decide_branch(by, name, fate, Some(turn))
            .await??)
    }

    /// What the journal has of a document, and its owners as of the same instant.
    async fn committed(
        self,
        name: &DocName,
    ) -> Result<Option<(Bytes, HashMap<u64, UserId>)>, BranchError> {
        let Some(stored) = self.store.load(name).await? else {
            return Ok(None);
        };
        let owners = stored.owners.clone();
        let state = off_thread(move || {
            let mut built = loading::build(&stored).map_err(|_| BranchError::Unreadable)?;
            let state = built.loaded.replica.whole();
            state.map_err(|_| BranchError::Unreadable)
        })
        .await??;
        Ok(Some((state, owners)))
    }

    /// The three texts of a comparison, each as it is committed.
    async fn texts(
        self,
        by: Actor,
        view: &BranchView,
        document: Bytes,
    ) -> Result<Texts, BranchError> {
        let fork = self.store.fork_of(by, &view.name).await??;
        let committed = self.committed(&view.name).await?;
        let (branch, owners) = committed.ok_or(Refusal::NoSuchBranch)?;
        Ok(Texts {
            fork: fork.into(),
            branch,
            document,
            owners,
        })
    }
}

struct Texts {
    fork: Bytes,
    branch: Bytes,
    document: Bytes,
    owners: HashMap<u64, UserId>,
}

/// What goes into the document.
struct Taking {
    update: Bytes,
    /// For a merge: whose the blocks are.
    owners: Option<HashMap<u64, UserId>>,
    part: Part,
}

impl Texts {
    fn compare(&self) -> Result<Differences, BranchError> {
        contained(|| {
            let fork = Version::read(&document_of(&self.fork)?);
            let branch = Version::read(&document_of(&self.branch)?);
            let now = Version::read(&document_of(&self.document)?);
            Ok(differences(&fork, &branch, &now))
        })
    }

    fn take(
        self,
        chosen: Option<BTreeSet<ChangeId>>,
        in_part: bool,
        reviewer: UserId,
    ) -> Result<Taking, BranchError> {
        let found = self.compare()?;
        let all: BTreeSet<ChangeId> = found.changes.iter().map(|change| change.id).collect();
        let chosen = chosen.unwrap_or_else(|| all.clone());
        if !chosen.is_subset(&all) {
            return Err(BranchError::Changed);
        }
        let part = if chosen == all { Part::All } else { Part::Some };
        contained(|| {
            let branch = document_of(&self.branch)?;
            let document = document_of(&self.document)?;
            // What was taken in part stands in the document already, and would stand there twice.
            if part == Part::All && !in_part {
                let fork = Version::read(&document_of(&self.fork)?);
                let taken = take_whole(&fork, &branch, &document, &found)
                    .map_err(|_| BranchError::Refused(RejectCode::ForeignIdentity))?;
                let mut owners = self.owners;
                if taken.is_edited {
                    owners.insert(document.client_id().get(), reviewer);
                }
                return Ok(Taking {
                    update: taken.update.into(),
                    owners: Some(owners),
                    part,
                });
            }
            let update = take(&document, &Version::read(&branch), &found, &chosen)
                .map_err(|_| BranchError::Changed)?;
            Ok(Taking {
                update: update.into(),
                owners: None,
                part,
            })
        })
    }
}

pub(crate) fn document_of(state: &Bytes) -> Result<Doc, BranchError> {
    let doc = plain_doc();
    apply(&doc, state)?;
    Ok(doc)
}

fn apply(doc: &Doc, update: &Bytes) -> Result<(), BranchError> {
    let update = Update::decode_v1(update).map_err(|_| BranchError::Unreadable)?;
    doc.transact_mut()
        .apply_update(update)
        .map_err(|_| BranchError::Unreadable)
}

pub(crate) fn contained<T>(
    work: impl FnOnce() -> Result<T, BranchError>,
) -> Result<T, BranchError> {
    contain(work).unwrap_or(Err(BranchError::Unreadable))
}

/// Takes as long as there is text.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BranchError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| BranchError::Unreadable)
}
