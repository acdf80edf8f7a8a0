//! What a move may do, from what both stores say of themselves. Pure.
//!
//! A move has one id, written into the target before the first document comes and into the source after the last. From
//! then on neither is served: the source because it was moved, the target because it is incomplete; only then the target
//! is released. So there is no instant, whatever is killed when, at which both could be served, and running the move
//! again finds out where it was.

use uuid::Uuid;

use super::digest::Digest;
use super::mark::{Marks, MovedIn};

/// Where a move stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Nothing has come yet: write this mark first.
    Begin(MovedIn),
    /// Some documents may have come.
    GoOn(MovedIn),
    /// All is done.
    Done(MovedIn),
}

/// Why there is nothing to move, or nowhere to. The texts are for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The source has no identity: nobody ever served it.
    #[error("the source holds no store")]
    NoSource,
    /// The source itself is half filled.
    #[error(
        "the source is still being filled by another move: finish that one first (`consilium migrate-store` again)"
    )]
    SourceIncomplete,
    /// The source was moved to another target.
    #[error("the documents of the source were moved to {0} already: move them on from there")]
    SourceMoved(String),
    /// Another move left the target half filled.
    #[error(
        "the target is being filled from another store ({0}): finish that move, or give an empty target"
    )]
    TargetBusy(Uuid),
    /// Somebody's documents are there.
    #[error("the target holds documents already: give an empty directory or database")]
    TargetNotEmpty,
    /// The target was moved away itself.
    #[error("the documents of the target were moved to {0}: give an empty target")]
    TargetMoved(String),
}

/// What to do now. `new_move` is the id for a move that begins.
///
/// # Errors
/// [`PlanError`] says why not.
pub fn plan(
    source: &Marks,
    target: &Marks,
    target_documents: u64,
    new_move: Uuid,
) -> Result<Plan, PlanError> {
    let from = source.store_id.ok_or(PlanError::NoSource)?;
    if source.is_incomplete() {
        return Err(PlanError::SourceIncomplete);
    }
    if let Some(out) = &target.moved_out {
        return Err(PlanError::TargetMoved(out.to.clone()));
    }
    let left = source.moved_out.as_ref();
    match &target.moved_in {
        Some(moved_in) if moved_in.digest.is_none() && moved_in.from != from => {
            Err(PlanError::TargetBusy(moved_in.from))
        }
        Some(moved_in) if left.is_some_and(|out| out.move_id == moved_in.move_id) => {
            Ok(if moved_in.digest.is_some() {
                Plan::Done(moved_in.clone())
            } else {
                Plan::GoOn(moved_in.clone())
            })
        }
        _ if left.is_some() => Err(PlanError::SourceMoved(
            left.map(|out| out.to.clone()).unwrap_or_default(),
        )),
        Some(moved_in) if moved_in.digest.is_none() => Ok(Plan::GoOn(moved_in.clone())),
        _ if target_documents > 0 => Err(PlanError::TargetNotEmpty),
        _ => Ok(Plan::Begin(MovedIn {
            move_id: new_move,
            from,
            digest: None,
        })),
    }
}

/// What to do about one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It has not come yet.
    Write,
    /// It came in an earlier run, and is the same.
    PassOver(Digest),
    /// Something of this name is there, but it is not the same.
    Differs,
}

/// What to do about a document with this digest in the source, and that one in the target.
#[must_use]
pub fn step(source: Digest, target: Option<Digest>) -> Step {
    match target {
        None => Step::Write,
        Some(target) if target == source => Step::PassOver(target),
        Some(_) => Step::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::super::mark::MovedOut;
    use super::*;

    const SOURCE: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);
    const MOVE: Uuid = Uuid::from_u128(3);
    const NEW: Uuid = Uuid::from_u128(4);

    fn source() -> Marks {
        Marks {
            store_id: Some(SOURCE),
            ..Marks::default()
        }
    }

    fn moved_out(move_id: Uuid) -> Option<MovedOut> {
        Some(MovedOut {
            move_id,
            to: "there".to_owned(),
            at_ms: 0,
            digest: "d".to_owned(),
        })
    }

    fn moved_in(from: Uuid, digest: Option<&str>) -> Option<MovedIn> {
        Some(MovedIn {
            move_id: MOVE,
            from,
            digest: digest.map(str::to_owned),
        })
    }

    #[test]
    fn a_move_begins_goes_on_and_ends() {
        let empty = Marks::default();
        let begun = plan(&source(), &empty, 0, NEW).unwrap();
        assert!(
            matches!(&begun, Plan::Begin(mark) if mark.move_id == NEW && mark.from == SOURCE && mark.digest.is_none())
        );
        // A target that was opened once has an identity of its own, which is replaced.
        let opened = Marks {
            store_id: Some(OTHER),
            ..Marks::default()
        };
        assert!(matches!(
            plan(&source(), &opened, 0, NEW),
            Ok(Plan::Begin(_))
        ));

        let filling = Marks {
            moved_in: moved_in(SOURCE, None),
            ..Marks::default()
        };
        let left = Marks {
            moved_out: moved_out(MOVE),
            ..source()
        };
        for source in [source(), left.clone()] {
            let goes_on = plan(&source, &filling, 7, NEW).unwrap();
            assert!(matches!(&goes_on, Plan::GoOn(mark) if mark.move_id == MOVE));
        }
        let arrived = Marks {
            store_id: Some(SOURCE),
            moved_in: moved_in(SOURCE, Some("d")),
            ..Marks::default()
        };
        assert!(matches!(plan(&left, &arrived, 7, NEW), Ok(Plan::Done(_))));
    }

    #[test]
    fn what_would_mix_or_fork_communities_is_refused() {
        let refused = |source: &Marks, target: &Marks, documents| {
            plan(source, target, documents, NEW).unwrap_err()
        };
        let empty = Marks::default();
        assert_eq!(refused(&empty, &empty, 0), PlanError::NoSource);
        let incomplete = Marks {
            moved_in: moved_in(OTHER, None),
            ..source()
        };
        assert_eq!(refused(&incomplete, &empty, 0), PlanError::SourceIncomplete);
        let left = Marks {
            moved_out: moved_out(MOVE),
            ..source()
        };
        let there = "there".to_owned();
        assert_eq!(
            refused(&left, &empty, 0),
            PlanError::SourceMoved(there.clone())
        );
        let another_move = Marks {
            moved_out: moved_out(NEW),
            ..source()
        };
        let filling = Marks {
            moved_in: moved_in(SOURCE, None),
            ..Marks::default()
        };
        assert_eq!(
            refused(&another_move, &filling, 3),
            PlanError::SourceMoved(there.clone())
        );
        let foreign = Marks {
            moved_in: moved_in(OTHER, None),
            ..Marks::default()
        };
        assert_eq!(
            refused(&source(), &foreign, 0),
            PlanError::TargetBusy(OTHER)
        );
        assert_eq!(refused(&source(), &source(), 1), PlanError::TargetNotEmpty);
        let arrived = Marks {
            moved_in: moved_in(SOURCE, Some("d")),
            ..source()
        };
        assert_eq!(
            refused(&source(), &arrived, 1),
            PlanError::TargetNotEmpty,
            "the source lives on: it was put back from a copy"
        );
        assert_eq!(refused(&source(), &left, 0), PlanError::TargetMoved(there));
    }
}
