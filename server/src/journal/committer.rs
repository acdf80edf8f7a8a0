//! The task behind the journal: gather, commit, answer; while storage is away, refuse and probe.
//!
//! Two states. *Available*: take a group from the queue and commit it. *Away*: answer everything that arrives with
//! the cause, and probe with a doubling delay until a probe succeeds.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::health::{AwayCause, StorageHealth};
use super::{Committed, JournalLimits, Submission, ended, metrics};
use crate::store::{Append, Store, StoreError};

pub(super) struct Committer {
    store: Arc<dyn Store>,
    limits: JournalLimits,
    submissions: mpsc::UnboundedReceiver<Submission>,
    /// The first submission of the next group, when it did not fit into the last.
    carried: Option<Submission>,
    /// When the next group may be committed.
    not_before: Instant,
    health: watch::Sender<StorageHealth>,
    stop: CancellationToken,
}

/// Whether the task goes on.
enum Next {
    Continue,
    End,
}

impl Committer {
    pub(super) fn new(
        store: Arc<dyn Store>,
        limits: JournalLimits,
        submissions: mpsc::UnboundedReceiver<Submission>,
        health: watch::Sender<StorageHealth>,
        stop: CancellationToken,
    ) -> Self {
        metrics::available(true);
        Self {
            store,
            limits,
            submissions,
            carried: None,
            not_before: Instant::now(),
            health,
            stop,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            // After a drain that succeeded nothing waits; after one that did not, no further commit may begin.
            if self.stop.is_cancelled() {
                break;
            }
            let away = self.health.borrow().is_away();
            let next = if away {
                self.wait_for_storage().await
            } else {
                self.commit_next().await
            };
            if matches!(next, Next::End) {
                break;
            }
        }
        self.submissions.close();
        while let Some(submission) = self.take() {
            answer(submission, Err(ended()));
        }
    }

    async fn commit_next(&mut self) -> Next {
        if self.carried.is_none() && self.submissions.is_empty() {
            metrics::lag(Duration::ZERO);
        }
        let first = match self.carried.take() {
            // It has waited for a whole commit already, and more than one commit is there.
            Some(carried) => carried,
            None => {
                let next = tokio::select! {
                    biased;
                    next = self.submissions.recv() => next,
                    () = self.stop.cancelled() => None,
                };
                let Some(first) = next else {
                    return Next::End;
                };
                if !self.others_had_time_to_come().await {
                    answer(first, Err(ended()));
                    return Next::End;
                }
                first
            }
        };
        self.not_before = Instant::now() + self.limits.commit_pace;
        let group = self.gather(first);
        self.commit(group).await;
        Next::Continue
    }

    /// Waits until the next commit may begin; not at all when the last one is a while ago. False when the journal has
    /// ended meanwhile.
    async fn others_had_time_to_come(&self) -> bool {
        if Instant::now() >= self.not_before {
            return true;
        }
        tokio::select! {
            () = tokio::time::sleep_until(self.not_before) => true,
            () = self.stop.cancelled() => false,
        }
    }

    /// Whatever waits, up to the bounds of one commit.
    fn gather(&mut self, first: Submission) -> Vec<Submission> {
        let mut rows = first.batch.len();
        let mut bytes = first.bytes;
        let mut group = vec![first];
        while let Ok(next) = self.submissions.try_recv() {
            rows += next.batch.len();
            bytes += next.bytes;
            if rows > self.limits.commit_rows_max || bytes > self.limits.commit_bytes_max {
                self.carried = Some(next);
                break;
            }
            group.push(next);
        }
        group
    }

    async fn commit(&mut self, mut group: Vec<Submission>) {
        // Moved, not copied: updates may be large.
        let lengths: Vec<usize> = group
            .iter()
            .map(|submission| submission.batch.len())
            .collect();
        let bytes = group.iter().map(|submission| submission.bytes).sum();
        let joined: Vec<Append> = group
            .iter_mut()
            .flat_map(|submission| std::mem::take(&mut submission.batch))
            .collect();
        let outcome = self.append(&joined, bytes, group[0].submitted).await;
        let mut rows = joined.into_iter();
        for (submission, length) in group.iter_mut().zip(lengths) {
            submission.batch = rows.by_ref().take(length).collect();
        }
        match outcome {
            Ok(ids) => {
                let mut ids = ids.into_iter();
                for submission in group {
                    let own = ids.by_ref().take(submission.batch.len()).collect();
                    answer(submission, Ok(own));
                }
            }
            Err(error) if group.len() == 1 => self.fail(group, &error),
            // One giant can be what does not fit, or one room what is wrong: repeat room by room.
            Err(StoreError::Full(_)) => self.commit_singly(group).await,
            Err(error) if error.is_storage_wide() => self.fail(group, &error),
            Err(_) => self.commit_singly(group).await,
        }
    }

    /// Commits each submission on its own, smallest first, until storage itself fails.
    async fn commit_singly(&mut self, mut group: Vec<Submission>) {
        group.sort_by_key(|submission| submission.bytes);
        let mut rest = group.into_iter();
        while let Some(submission) = rest.next() {
            match self
                .append(&submission.batch, submission.bytes, submission.submitted)
                .await
            {
                Ok(ids) => answer(submission, Ok(ids)),
                Err(error) if error.is_storage_wide() => {
                    let failed = std::iter::once(submission).chain(rest).collect();
                    return self.fail(failed, &error);
                }
                Err(error) => self.fail(vec![submission], &error),
            }
        }
    }

    fn fail(&mut self, group: Vec<Submission>, error: &StoreError) {
        if error.is_storage_wide() {
            // Before the answers: a room that hears of the failure must find it in the health as well.
            self.set_away(StorageHealth::after(error));
        } else {
            tracing::warn!(%error, "commit of one room's batch");
        }
        for submission in group {
            answer(submission, Err(error.clone()));
        }
    }

    /// One transaction, watched: when it takes too long storage counts as away until it, or a probe, succeeds.
    async fn append(&self, batch: &[Append], bytes: usize, oldest: Instant) -> Committed {
        let started = Instant::now();
        let store = Arc::clone(&self.store);
        let mut append = store.append(batch);
        metrics::lag(oldest.elapsed());
        let mut is_stalled = false;
        let outcome = loop {
            match tokio::time::timeout(self.limits.commit_stall, &mut append).await {
                Ok(outcome) => break outcome,
                Err(_) => {
                    metrics::lag(oldest.elapsed());
                    if !std::mem::replace(&mut is_stalled, true) {
                        self.set_away(StorageHealth::Away {
                            since: started,
                            cause: AwayCause::Stalled,
                            detail: "a commit is under way".into(),
                        });
                    }
                }
            }
        };
        match &outcome {
            Ok(_) => {
                // Only what was committed shows that storage is back. After a failure a probe has to, whatever failed.
                if self.health.borrow().is_away() {
                    self.set_available();
                }
                metrics::committed(batch.len(), bytes, started.elapsed());
            }
            Err(error) => metrics::failed(error),
        }
        outcome
    }

    async fn wait_for_storage(&mut self) -> Next {
        let mut delay = self.limits.probe_delay_min;
        loop {
            if let Next::End = self.refuse_for(delay).await {
                return Next::End;
            }
            let store = Arc::clone(&self.store);
            let mut probe = store.probe();
            // A probe may hang as the commit did; submissions are refused meanwhile.
            let probed = loop {
                tokio::select! {
                    probed = &mut probe => break probed,
                    next = self.submissions.recv() => match next {
                        Some(submission) => self.refuse(submission),
                        None => return Next::End,
                    },
                    () = self.stop.cancelled() => return Next::End,
                }
            };
            match probed {
                Ok(()) => {
                    self.set_available();
                    return Next::Continue;
                }
                Err(error) => self.note_cause(&error),
            }
            delay = (delay * 2).min(self.limits.probe_delay_max);
        }
    }

    /// Storage is still away, perhaps for another reason than at first: whoever asks why is told the newest. Rooms are not,
    /// to whom away is away.
    fn note_cause(&self, error: &StoreError) {
        tracing::debug!(%error, "probe storage");
        let now = AwayCause::of(error);
        self.health.send_if_modified(|health| {
            if let StorageHealth::Away { cause, detail, .. } = health
                && *cause != now
            {
                tracing::warn!(%error, was = %*cause, now = %now, "storage is away for another reason");
                *cause = now;
                *detail = error.to_string().into();
            }
            false
        });
    }

    /// Refuses whatever arrives for this long.
    async fn refuse_for(&mut self, delay: Duration) -> Next {
        if let Some(carried) = self.carried.take() {
            self.refuse(carried);
        }
        // Nobody waits: whoever asks is refused.
        metrics::lag(Duration::ZERO);
        let wake = tokio::time::sleep(delay);
        tokio::pin!(wake);
        loop {
            tokio::select! {
                next = self.submissions.recv() => match next {
                    Some(submission) => self.refuse(submission),
                    None => return Next::End,
                },
                () = &mut wake => return Next::Continue,
                () = self.stop.cancelled() => return Next::End,
            }
        }
    }

    fn refuse(&self, submission: Submission) {
        let error = match &*self.health.borrow() {
            StorageHealth::Available => ended(),
            StorageHealth::Away { cause, .. } => StoreError::Unavailable(cause.to_string().into()),
        };
        metrics::refused(&error);
        answer(submission, Err(error));
    }

    fn take(&mut self) -> Option<Submission> {
        self.carried
            .take()
            .or_else(|| self.submissions.try_recv().ok())
    }

    fn set_away(&self, away: StorageHealth) {
        if let StorageHealth::Away { cause, detail, .. } = &away {
            tracing::error!(%cause, %detail, "storage is away; members keep their edits on their devices");
        }
        metrics::available(false);
        self.health.send_replace(away);
    }

    fn set_available(&self) {
        if let StorageHealth::Away { since, cause, .. } = &*self.health.borrow() {
            tracing::info!(%cause, away_ms = since.elapsed().as_millis(), "storage is back");
        }
        metrics::available(true);
        self.health.send_replace(StorageHealth::Available);
    }
}

/// Answers a room and gives back its share of the queue.
fn answer(submission: Submission, outcome: Committed) {
    metrics::dequeued(&submission);
    // A room that no longer listens has closed; its rows are in the journal all the same.
    let _ = submission.reply.send(outcome);
}
