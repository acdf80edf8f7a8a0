//! What all members of an exchange share: the schedule, and the count of what arrived.
//!
//! A delivery is an edit at one member who did not write it. Edits of the warm-up are delivered and waited for like all
//! others, but do not count in the figures.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::cursors::Cursors;
use super::silence::Silence;
use super::{Plan, scheduled};
use crate::histogram::{Latencies, Shards};
use crate::marker::MarkerFinder;
use crate::peer::Spoken;
use crate::schedule;

/// Problems beyond these are the same problem.
const PROBLEMS_MAX: usize = 10;

/// Histograms for each kind of latency.
const SHARDS: usize = 4;

/// Another member saw it.
const SHOWN: u8 = 1;

/// Its author was told that it arrived.
const TOLD: u8 = 2;

/// One edit of the schedule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edit {
    /// Its place in the schedule.
    pub(super) number: u32,
    /// After the epoch.
    pub(super) at: Duration,
    pub(super) doc: usize,
    pub(super) writer: usize,
    /// Its place among the edits of its document.
    pub(super) ordinal: usize,
}

/// The shared part of an exchange.
pub(crate) struct Ledger {
    pub(super) finder: MarkerFinder,
    cursors: Option<Cursors>,
    spoken: Spoken,
    epoch: OnceLock<Instant>,
    edits: Vec<Edit>,
    /// The edits of each writer, in order.
    own: Vec<Vec<u32>>,
    /// How many edits each document has.
    in_doc: Vec<usize>,
    warmup: Duration,
    receivers: u64,
    /// What became of each edit: [`SHOWN`], [`TOLD`].
    promised: Vec<AtomicU8>,
    loss_expected: AtomicBool,
    deliveries: Shards,
    acknowledgements: Shards,
    silence: Silence,
    delivered: AtomicU64,
    undelivered: AtomicU64,
    unacknowledged: AtomicU64,
    news: Notify,
    problems: Mutex<Vec<String>>,
}

impl Ledger {
    /// For the schedule of a plan.
    pub(crate) fn new(plan: &Plan, spoken: Spoken) -> Self {
        Self::scheduled(plan, &scheduled(plan), spoken)
    }

    /// For another schedule with the members of a plan.
    pub(crate) fn scheduled(plan: &Plan, schedule: &[schedule::Planned], spoken: Spoken) -> Self {
        let mut in_doc = vec![0; plan.documents];
        let mut own = vec![Vec::new(); plan.documents * plan.writers];
        let mut edits = Vec::new();
        for (number, planned) in (0_u32..).zip(schedule) {
            let doc = planned.writer / plan.writers;
            edits.push(Edit {
                number,
                at: planned.at,
                doc,
                writer: planned.writer,
                ordinal: in_doc[doc],
            });
            in_doc[doc] += 1;
            own[planned.writer].push(number);
        }
        let receivers = (plan.writers + plan.readers).saturating_sub(1) as u64;
        Self {
            finder: MarkerFinder::new(),
            cursors: Cursors::of(plan),
            spoken,
            epoch: OnceLock::new(),
            undelivered: AtomicU64::new(edits.len() as u64 * receivers),
            unacknowledged: AtomicU64::new(edits.len() as u64),
            edits,
            own,
            in_doc,
            warmup: plan.warmup,
            receivers,
            promised: schedule.iter().map(|_| AtomicU8::new(0)).collect(),
            loss_expected: AtomicBool::new(false),
            deliveries: Shards::new(SHARDS),
            acknowledgements: Shards::new(SHARDS),
            silence: Silence::default(),
            delivered: AtomicU64::new(0),
            news: Notify::new(),
            problems: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn spoken(&self) -> Spoken {
        self.spoken
    }

    /// What moves beside the text, if anything does.
    pub(super) fn cursors(&self) -> Option<&Cursors> {
        self.cursors.as_ref()
    }

    /// The time from which the schedule counts, once it has begun.
    pub(super) fn epoch(&self) -> Option<Instant> {
        self.epoch.get().copied()
    }

    /// Sets the time from which the schedule counts: now.
    pub(crate) fn begin(&self) -> Instant {
        *self.epoch.get_or_init(Instant::now)
    }

    pub(super) fn edits(&self) -> &[Edit] {
        &self.edits
    }

    pub(super) fn edit(&self, number: u32) -> Option<Edit> {
        self.edits.get(number as usize).copied()
    }

    /// The edit with this place among the edits of a writer.
    pub(super) fn own(&self, writer: usize, place: usize) -> Option<u32> {
        self.own.get(writer)?.get(place).copied()
    }

    pub(super) fn in_doc(&self, doc: usize) -> usize {
        self.in_doc.get(doc).copied().unwrap_or_default()
    }

    /// A member has an edit of another for the first time.
    pub(super) fn deliver(&self, task: usize, edit: Edit, now: Instant) {
        self.promise(edit, SHOWN);
        if edit.at >= self.warmup {
            self.delivered.fetch_add(1, Ordering::Relaxed);
            if let Some(epoch) = self.epoch.get() {
                self.deliveries
                    .record(task, schedule::latency(*epoch, edit.at, now));
            }
        }
        if self.undelivered.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.news.notify_one();
        }
    }

    /// An author was told that the edit arrived.
    pub(super) fn acknowledge(&self, task: usize, edit: Edit, now: Instant) {
        self.promise(edit, TOLD);
        if edit.at >= self.warmup
            && let Some(epoch) = self.epoch.get()
        {
            self.acknowledgements
                .record(task, schedule::latency(*epoch, edit.at, now));
            self.silence.broken(now.saturating_duration_since(*epoch));
        }
        if self.unacknowledged.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.news.notify_one();
        }
    }

    fn promise(&self, edit: Edit, what: u8) {
        if let Some(promised) = self.promised.get(edit.number as usize) {
            promised.fetch_or(what, Ordering::Relaxed);
        }
    }

    /// Every edit: its number, whether another member saw it, whether its author was told.
    pub(crate) fn promises(&self) -> impl Iterator<Item = (u32, bool, bool)> {
        (0..).zip(&self.promised).map(|(number, promised)| {
            let promised = promised.load(Ordering::Relaxed);
            (number, promised & SHOWN != 0, promised & TOLD != 0)
        })
    }

    /// From now on lost connections are no problem: the server is about to be killed.
    pub(crate) fn expect_loss(&self) {
        self.loss_expected.store(true, Ordering::Release);
    }

    /// Something that makes the run worthless.
    pub(crate) fn problem(&self, text: String) {
        if self.loss_expected.load(Ordering::Acquire) {
            return;
        }
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if problems.len() < PROBLEMS_MAX {
            problems.push(text);
        }
    }

    /// Cancel safety: yes.
    pub(crate) async fn all_delivered(&self) {
        while self.undelivered.load(Ordering::Acquire) > 0 {
            self.news.notified().await;
        }
    }

    /// Cancel safety: yes.
    pub(crate) async fn all_acknowledged(&self) {
        while self.unacknowledged.load(Ordering::Acquire) > 0 {
            self.news.notified().await;
        }
    }

    /// Edits of the measured part.
    pub(crate) fn measured_edits(&self) -> u64 {
        let measured = self.edits.iter().filter(|edit| edit.at >= self.warmup);
        measured.count() as u64
    }

    /// Deliveries that the measured part must bring.
    pub(crate) fn expected(&self) -> u64 {
        self.measured_edits() * self.receivers
    }

    pub(crate) fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    pub(crate) fn deliveries(&self) -> Latencies {
        self.deliveries.merged()
    }

    pub(crate) fn acknowledgements(&self) -> Latencies {
        self.acknowledgements.merged()
    }

    /// The longest time, between the first and the last acknowledgement of the measured part, without any.
    pub(crate) fn longest_silence(&self) -> Duration {
        self.silence.longest()
    }

    /// All problems, missing deliveries among them.
    pub(crate) fn lost(&self) -> Vec<String> {
        let mut problems = self
            .problems
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let missing = self.undelivered.load(Ordering::Acquire);
        if missing > 0 {
            problems.push(format!("{missing} deliveries are missing"));
        }
        problems
    }

    /// All problems, what is missing or was never acknowledged among them.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = self.lost();
        let silent = self.unacknowledged.load(Ordering::Acquire);
        if silent > 0 && self.spoken.peer.acknowledges() {
            problems.push(format!("{silent} edits were never acknowledged"));
        }
        problems
    }
}
