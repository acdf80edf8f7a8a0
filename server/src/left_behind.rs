//! What somebody wrote whose access had ended when it came: it goes into a branch of theirs, for review (D11, I3).
//!
//! Two ways lead here. An update on an open channel that its room refuses, because its author may not write any more, goes
//! where it used to go into quarantine ([`set_aside`]). And what waits on the device of somebody who cannot even open the
//! document comes through one narrow door, which gives nothing back ([`crate::http::left_behind`]).
//!
//! Invariants:
//! - Nothing comes in from whoever was never let in to write: whoever guesses a name learns nothing, and leaves nothing.
//! - What is said to be in a branch is durable there. It goes through the branch's room like any edit, judged as there:
//!   blocks under another member's id, and what cannot be applied, never land (D16).
//! - What comes twice lands once: what is in an earlier branch of this kind, whatever became of it, is there already.
//!
//! It would do no harm if the server ended in between: nobody was told, it comes again, and the same blocks change nothing.
//!
//! The pure part is [`placing`]. Does not know HTTP.

pub mod placing;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use consilium_model::access::BranchKind;
use consilium_model::{discussion, question};
use consilium_protocol::extension::RejectCode;
use consilium_protocol::ids::{Access, DocName, UserId};

use self::placing::{Known, Shapes};
use crate::branching::{BranchError, Branching, contained, document_of, off_thread};
use crate::journal::Journal;
use crate::registry::{ApplyOutcome, Registry};
use crate::room::loading;
use crate::store::branches::pack_fork;
use crate::store::branches::record::OPEN_BRANCHES_MAX;
use crate::store::communities::{Actor, Refusal};
use crate::store::left_behind::{Door, LEFT_BYTES_MAX};
use crate::store::portal_ids::AccountId;
use crate::store::{Quarantined, SetAside, Store};

/// What became of one update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Landing {
    /// It is in this branch, durably.
    In(DocName),
    /// The document has it already.
    InDocument,
    /// The door is closed to its author, or was never open.
    Closed,
    /// There are too many open branches, or too much came.
    Full,
    /// It cannot be part of the branch: something that it builds on is nowhere, or it is not its author's.
    Unfit,
}

/// How something comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A room has refused it, which the document therefore has not.
    Room,
    /// Through the door: it may be that its author was not told that the document took it.
    Door,
}

/// Whether somebody may have decided about what comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    MayBeThere,
    ByNobody,
}

/// Reaches what is needed. Borrowed for the time of one piece of work.
#[derive(Clone, Copy)]
pub struct LeftBehind<'a> {
    /// The rooms.
    pub registry: &'a Registry,
    /// The store.
    pub store: &'a Arc<dyn Store>,
}

impl LeftBehind<'_> {
    /// Hands in what somebody wrote in a document, in the order in which it was written; says what became of each update.
    ///
    /// # Errors
    /// [`BranchError`]; what was not told of may be in the branch, and handing it in again is harmless.
    ///
    /// Cancel safety: each update is in the branch wholly or not at all.
    pub async fn hand_in(
        self,
        by: Actor,
        way: Way,
        document: &DocName,
        updates: &[Bytes],
    ) -> Result<Vec<Landing>, BranchError> {
        let _turn = self.registry.landing_turn().await;
        let Ok(shapes) = Shapes::of(updates) else {
            return Ok(vec![Landing::Unfit; updates.len()]);
        };
        let mut landings = vec![Landing::Closed; updates.len()];
        let mut left: Vec<usize> = (0..updates.len()).collect();
        let mut seen = Seen::MayBeThere;
        while !left.is_empty() {
            let door = self.store.door(by, document).await?;
            let Some(door) = door.filter(Door::takes) else {
                break;
            };
            if seen == Seen::MayBeThere {
                self.find_again(way, document, &door, &shapes, &mut left, &mut landings)
                    .await?;
                if left.is_empty() {
                    break;
                }
            }
            let Some(branch) = self.branch_for(by, document, &door, updates, &left).await? else {
                for at in left {
                    landings[at] = Landing::Full;
                }
                break;
            };
            let mut known = self.known_in(&branch).await?;
            if known.lacks_for(&shapes, &left) {
                self.bring_up(by, document, &branch).await?;
                known = self.known_in(&branch).await?;
            }
            let mut bytes = 0;
            for at in &left {
                landings[*at] = Landing::Unfit;
                if known.carries(shapes.get(*at)) && self.apply(by, &branch, &updates[*at]).await? {
                    known.learn(shapes.get(*at));
                    bytes += i64::try_from(updates[*at].len()).unwrap_or(i64::MAX);
                    landings[*at] = Landing::In(branch.clone());
                }
            }
            if bytes == 0 || self.store.count_left_behind(by, &branch, bytes).await? {
                break;
            }
            // It was closed by somebody who did not see this: once more, into another.
            seen = Seen::ByNobody;
        }
        Ok(landings)
    }

    /// Finds what came before: it is in the document, or in a branch that was discarded.
    async fn find_again(
        self,
        way: Way,
        document: &DocName,
        door: &Door,
        shapes: &Shapes,
        left: &mut Vec<usize>,
        landings: &mut [Landing],
    ) -> Result<(), BranchError> {
        if way == Way::Door {
            let (state, _) = self.committed(document).await?;
            let known = known_of(state).await?;
            found(&known, shapes, &Landing::InDocument, left, landings);
        }
        for name in &door.earlier {
            if left.is_empty() {
                return Ok(());
            }
            let known = self.known_in(name).await?;
            found(&known, shapes, &Landing::In(name.clone()), left, landings);
        }
        Ok(())
    }

    /// The branch that takes these; `None` when none may.
    async fn branch_for(
        self,
        by: Actor,
        document: &DocName,
        door: &Door,
        updates: &[Bytes],
        left: &[usize],
    ) -> Result<Option<DocName>, BranchError> {
        let bytes: usize = left.iter().map(|at| updates[*at].len()).sum();
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        if door.left_bytes.saturating_add(bytes) > LEFT_BYTES_MAX {
            return Ok(None);
        }
        if let Some(branch) = &door.branch {
            return Ok(Some(branch.clone()));
        }
        if door.open_branches >= OPEN_BRANCHES_MAX {
            return Ok(None);
        }
        let branching = Branching {
            registry: self.registry,
            store: self.store,
        };
        let (state, _) = self.committed(document).await?;
        let kind = BranchKind::LeftBehind;
        let copy = branching
            .copy(by, document.clone(), state, kind, String::new())
            .await?;
        Ok(self.store.begin_left_behind(by, &copy).await?)
    }

    /// What is committed of a document, and whose its CRDT client ids are. Read from the store: its room may wait for what
    /// is handed in here before it takes any question.
    async fn committed(
        self,
        document: &DocName,
    ) -> Result<(Bytes, HashMap<u64, UserId>), BranchError> {
        let stored = self.store.load(document).await?;
        let stored = stored.ok_or(Refusal::NoSuchDocument)?;
        let owners = stored.owners.clone();
        let state = off_thread(move || {
            let mut built = loading::build(&stored).map_err(|_| BranchError::Unreadable)?;
            let state = built.loaded.replica.whole();
            state.map_err(|_| BranchError::Unreadable)
        })
        .await??;
        Ok((state, owners))
    }

    async fn known_in(self, branch: &DocName) -> Result<Known, BranchError> {
        let state = self.registry.snapshot_update(branch).await?;
        known_of(state.ok_or(Refusal::NoSuchBranch)?).await
    }

    /// Gives a branch what its document has by now: what comes may build on it.
    async fn bring_up(
        self,
        by: Actor,
        document: &DocName,
        branch: &DocName,
    ) -> Result<(), BranchError> {
        let (state, owners) = self.committed(document).await?;
        let to_pack = state.clone();
        let fork = off_thread(move || pack_fork(&to_pack)).await??;
        let merged = self
            .registry
            .merge(branch, by.account.user(), Access::Write, owners, state)
            .await?;
        if merged == ApplyOutcome::Committed {
            self.store.fork_anew(branch, &fork).await?;
        }
        Ok(())
    }

    /// False when the branch's room refuses it.
    async fn apply(self, by: Actor, branch: &DocName, update: &Bytes) -> Result<bool, BranchError> {
        let author = Some(by.account.user());
        let outcome = self
            .registry
            .apply_update(branch, author, Access::Write, update.clone())
            .await;
        match outcome {
            Ok(ApplyOutcome::Committed) => Ok(true),
            Ok(ApplyOutcome::Quarantined(_)) => Ok(false),
            Err(error) if error.is_about_the_update() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

async fn known_of(state: Bytes) -> Result<Known, BranchError> {
    off_thread(move || contained(|| Ok(Known::of(&document_of(&state)?)))).await?
}

/// Notes whatever is known there, and goes on with what is not.
fn found(
    known: &Known,
    shapes: &Shapes,
    there: &Landing,
    left: &mut Vec<usize>,
    landings: &mut [Landing],
) {
    left.retain(|at| {
        let is_there = known.has(shapes.get(*at));
        if is_there {
            landings[*at] = there.clone();
        }
        !is_there
    });
}

/// Keeps what a room has refused: in a branch of its author's where it came after their access had ended, else in
/// quarantine. Whatever should have gone into a branch and could not stays in quarantine as well, and its author keeps it.
///
/// Cancel safety: each update is kept wholly or not at all.
pub(crate) async fn set_aside(
    registry: &Registry,
    store: &Arc<dyn Store>,
    journal: &Journal,
    document: &DocName,
    entries: Vec<Quarantined>,
) -> Vec<SetAside> {
    let mut outcomes: Vec<Option<SetAside>> = vec![None; entries.len()];
    let mut authors: Vec<(AccountId, Vec<usize>)> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let Some(author) = author_of_left_behind(document, entry) else {
            continue;
        };
        match authors.iter_mut().find(|(known, _)| *known == author) {
            Some((_, places)) => places.push(at),
            None => authors.push((author, vec![at])),
        }
    }
    for (account, places) in authors {
        let at_ms = entries[places[0]].at_ms;
        let updates: Vec<Bytes> = places
            .iter()
            .map(|at| entries[*at].update.clone())
            .collect();
        let left_behind = LeftBehind { registry, store };
        let landings = left_behind
            .hand_in(Actor { account, at_ms }, Way::Room, document, &updates)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(doc = %document, %error, "hand in what was left behind");
                vec![Landing::Full; places.len()]
            });
        for (at, landing) in places.into_iter().zip(landings) {
            outcomes[at] = match landing {
                Landing::In(_) | Landing::InDocument => Some(SetAside::InBranch),
                Landing::Full | Landing::Unfit => Some(SetAside::Full),
                Landing::Closed => None,
            };
        }
    }
    let evidence: Vec<Quarantined> = entries
        .into_iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| **outcome != Some(SetAside::InBranch))
        .map(|(entry, _)| entry)
        .collect();
    let kept = if evidence.is_empty() {
        Vec::new()
    } else {
        journal.set_aside(&evidence).await.unwrap_or_else(|error| {
            tracing::warn!(doc = %document, %error, "set updates aside");
            Vec::new()
        })
    };
    let mut kept = kept.into_iter();
    outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Some(SetAside::InBranch) => SetAside::InBranch,
            Some(other) => {
                kept.next();
                other
            }
            None => kept.next().unwrap_or(SetAside::Full),
        })
        .collect()
}

/// Whose it is, if it came from somebody of the portal who may not write the text of a document any more.
fn author_of_left_behind(document: &DocName, entry: &Quarantined) -> Option<AccountId> {
    let is_late = entry.reason == RejectCode::ReadOnly.word();
    let has_no_branches =
        discussion::parent_of(document).is_some() || question::parent_of(document).is_some();
    if !is_late || has_no_branches {
        return None;
    }
    AccountId::of_user(entry.author.as_ref()?)
}
