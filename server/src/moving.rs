//! Moving a community from one store into another: document by document, verified, and taken up again after any
//! interruption.
//!
//! It is a move, not a restore: lineages and the store's identity stay what they are, so replicas go on as if nothing had
//! happened. Nobody serves either store meanwhile; whoever opens them for this holds them alone. One document is in
//! memory at a time, twice while it is compared; accounts and communities follow them at once. Every document is read back from the target before it counts. In
//! which order the marks are written, and why no instant exists at which both stores could be served, is in
//! [`crate::store::portable::plan`]. It does not know which databases these are.

use std::collections::BTreeSet;

use consilium_protocol::ids::DocName;
use uuid::Uuid;

use crate::store::StoreError;
use crate::store::limits::MOVE_NAMES;
use crate::store::portable::digest::StoreDigest;
use crate::store::portable::mark::{MovedIn, MovedOut};
use crate::store::portable::plan::{Plan, PlanError, Step, plan, step};
use crate::store::portable::{Digest, Marks, PortableStore};

/// Why a move stopped. What has come so far stays; running it again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// It may not begin.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The source failed.
    #[error("the source: {0}")]
    Source(StoreError),
    /// The target failed.
    #[error("the target: {0}")]
    Target(StoreError),
    /// Something else is there under that name.
    #[error(
        "document {0} is in the target already, but is not the same as in the source: somebody has written to one of them since the move began. \
         Empty the target and run the move again"
    )]
    Differs(DocName),
    /// What was written is not what is read.
    #[error(
        "document {0} was written to the target, but reads back as something else: the target's disk or database is not to be trusted"
    )]
    ReadBack(DocName),
    /// What the portal keeps is there, but is something else.
    #[error(
        "what the target keeps of accounts and communities is not the same as in the source: somebody has written to one of them since the move began. \
         Empty the target and run the move again"
    )]
    PortalDiffers,
    /// What was written of the portal is not what is read.
    #[error(
        "accounts and communities were written to the target, but read back as something else: the target's disk or database is not to be trusted"
    )]
    PortalReadBack,
    /// The target holds more than the source.
    #[error(
        "document {0} is in one of the stores only: somebody has written to one of them since the move began. \
         Empty the target and run the move again"
    )]
    Stray(DocName),
}

/// How far a move is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Documents that are in the target, verified.
    pub done: u64,
    /// Of those, how many had come in earlier runs.
    pub passed_over: u64,
    /// Documents in the source.
    pub total: u64,
}

/// A move that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// How many documents, and how many of them in earlier runs.
    pub progress: Progress,
    /// The digest of the whole source.
    pub source: Digest,
    /// The digest of the whole target: the same.
    pub target: Digest,
    /// The identity that both have.
    pub store_id: Uuid,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is in the target.
    Moved(Moved),
    /// An earlier run had finished; the digest of the whole was this one then.
    DoneBefore(String),
}

/// Moves everything. `to` is how the target is called in the source's mark: without secrets.
///
/// # Errors
/// [`MoveError`] says why it stopped.
///
/// Cancel safety: as an interruption; run it again.
pub async fn move_store(
    source: &mut dyn PortableStore,
    target: &mut dyn PortableStore,
    to: &str,
    now_ms: i64,
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<Outcome, MoveError> {
    let source_marks = source.marks().await.map_err(MoveError::Source)?;
    let target_marks = target.marks().await.map_err(MoveError::Target)?;
    let portal_rows = target.portal().await.map_err(MoveError::Target)?.rows() as u64;
    let there = target.count().await.map_err(MoveError::Target)? + portal_rows;
    let mark = match plan(&source_marks, &target_marks, there, Uuid::now_v7())? {
        Plan::Done(mark) => {
            return Ok(Outcome::DoneBefore(mark.digest.unwrap_or_default()));
        }
        Plan::GoOn(mark) => mark,
        Plan::Begin(mark) => {
            let begun = Marks {
                moved_in: Some(mark.clone()),
                ..target_marks
            };
            target.set_marks(&begun).await.map_err(MoveError::Target)?;
            mark
        }
    };
    let (progress, mut here, mut there) = move_documents(source, target, mark.from, report).await?;
    compare_names(source, target).await?;
    let (portal_here, portal_there) = move_portal(source, target).await?;
    here.add_portal(portal_here);
    there.add_portal(portal_there);
    let moved = Moved {
        progress,
        source: here.end(),
        target: there.end(),
        store_id: mark.from,
    };
    // The source first: from here on neither can be served, until the target is released.
    let left = Marks {
        moved_out: Some(MovedOut {
            move_id: mark.move_id,
            to: to.to_owned(),
            at_ms: now_ms,
            digest: moved.source.to_string(),
        }),
        ..source_marks.clone()
    };
    source.set_marks(&left).await.map_err(MoveError::Source)?;
    let arrived = Marks {
        store_id: Some(mark.from),
        moved_out: None,
        moved_in: Some(MovedIn {
            digest: Some(moved.target.to_string()),
            ..mark
        }),
        portal_key: source_marks.portal_key,
    };
    target
        .set_marks(&arrived)
        .await
        .map_err(MoveError::Target)?;
    Ok(Outcome::Moved(moved))
}

async fn move_documents(
    source: &mut dyn PortableStore,
    target: &mut dyn PortableStore,
    store_id: Uuid,
    report: &mut (dyn FnMut(Progress) + Send),
) -> Result<(Progress, StoreDigest, StoreDigest), MoveError> {
    let mut progress = Progress {
        done: 0,
        passed_over: 0,
        total: source.count().await.map_err(MoveError::Source)?,
    };
    let (mut source_digest, mut target_digest) =
        (StoreDigest::new(store_id), StoreDigest::new(store_id));
    let mut after = None;
    loop {
        let names = source
            .names_after(after.as_ref(), MOVE_NAMES)
            .await
            .map_err(MoveError::Source)?;
        let Some(last) = names.last() else { break };
        after = Some(last.clone());
        for name in &names {
            let (here, there, step) = move_document(source, target, name).await?;
            source_digest.add(name, here);
            target_digest.add(name, there);
            progress.done += 1;
            progress.passed_over += u64::from(matches!(step, Step::PassOver(_)));
            report(progress);
        }
    }
    Ok((progress, source_digest, target_digest))
}

/// Sees to it that what the portal keeps is in the target; its digests in the source and in the target.
async fn move_portal(
    source: &mut dyn PortableStore,
    target: &mut dyn PortableStore,
) -> Result<(Digest, Digest), MoveError> {
    let portal = source.portal().await.map_err(MoveError::Source)?;
    let here = portal.digest();
    let found = target.portal().await.map_err(MoveError::Target)?;
    if found.digest() == here {
        return Ok((here, here));
    }
    if !found.is_empty() {
        return Err(MoveError::PortalDiffers);
    }
    target
        .write_portal(&portal)
        .await
        .map_err(MoveError::Target)?;
    let there = target.portal().await.map_err(MoveError::Target)?.digest();
    if there == here {
        Ok((here, there))
    } else {
        Err(MoveError::PortalReadBack)
    }
}

/// Sees to it that a document is in the target; its digests in the source and in the target, and what there was to do.
async fn move_document(
    source: &mut dyn PortableStore,
    target: &mut dyn PortableStore,
    name: &DocName,
) -> Result<(Digest, Digest, Step), MoveError> {
    let document = source
        .read(name)
        .await
        .map_err(MoveError::Source)?
        .ok_or_else(|| MoveError::Stray(name.clone()))?;
    let here = Digest::of(&document);
    let there = digest_of(target, name).await.map_err(MoveError::Target)?;
    let step = step(here, there);
    match step {
        Step::PassOver(there) => Ok((here, there, step)),
        Step::Write => {
            target.write(&document).await.map_err(MoveError::Target)?;
            drop(document);
            match digest_of(target, name).await.map_err(MoveError::Target)? {
                Some(there) if there == here => Ok((here, there, step)),
                _ => Err(MoveError::ReadBack(name.clone())),
            }
        }
        Step::Differs => Err(MoveError::Differs(name.clone())),
    }
}

async fn digest_of(
    store: &mut dyn PortableStore,
    name: &DocName,
) -> Result<Option<Digest>, StoreError> {
    Ok(store
        .read(name)
        .await?
        .map(|document| Digest::of(&document)))
}

/// Both stores must hold the same names: a document that only the target has would be smuggled in.
async fn compare_names(
    source: &mut dyn PortableStore,
    target: &mut dyn PortableStore,
) -> Result<(), MoveError> {
    let mut after = None;
    loop {
        let here = source
            .names_after(after.as_ref(), MOVE_NAMES)
            .await
            .map_err(MoveError::Source)?;
        let there = target
            .names_after(after.as_ref(), MOVE_NAMES)
            .await
            .map_err(MoveError::Target)?;
        let (names, others): (BTreeSet<_>, BTreeSet<_>) =
            (here.iter().collect(), there.iter().collect());
        if let Some(stray) = names.symmetric_difference(&others).next() {
            return Err(MoveError::Stray((*stray).clone()));
        }
        match here.last() {
            Some(last) => after = Some(last.clone()),
            None => return Ok(()),
        }
    }
}
