//! Everybody in a session: their streams, and what they do when it is time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};

use super::looks::{Look, Told, compare, judge};
use super::script::{Act, Deed, OPTIONS, Script};
use crate::http::events::Events;
use crate::portal::Person;

/// People who come at the same time.
const AT_ONCE: usize = 16;

/// One in so many is read as a whole at the end.
const SAMPLED: usize = 25;

/// Problems beyond these are the same problem.
const PROBLEMS_MAX: usize = 10;

/// Something was done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    /// Its place in the script.
    pub(super) act: usize,
    /// The state that it led to, where the server said so.
    pub(super) version: Option<u64>,
    /// From its time until the server had answered.
    pub(super) at: Duration,
    /// From its time until it was begun.
    pub(super) late: Duration,
}

/// What one person sees.
#[derive(Debug, Default)]
struct Seen {
    looks: Vec<Look>,
    /// The last view, of those who are read as a whole.
    last: Vec<u8>,
}

#[derive(Debug)]
struct Shared {
    people: Vec<Person>,
    meeting: String,
    seen: Vec<Mutex<Seen>>,
    epoch: OnceLock<Instant>,
    views: AtomicU64,
    bytes: AtomicU64,
    problems: Mutex<Vec<String>>,
}

/// A meeting with everybody in it.
#[derive(Debug)]
pub(super) struct Hall {
    shared: Arc<Shared>,
    streams: Mutex<Vec<Option<AbortHandle>>>,
    listeners: Mutex<JoinSet<()>>,
    ended: OnceLock<Instant>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hall {
    /// The leader comes, makes an agenda and opens the meeting; the others come then.
    ///
    /// Cancel safety: yes; everybody leaves.
    pub(super) async fn gathered(people: &[Person], meeting: &str, items: usize) -> Result<Self> {
        let hall = Self {
            shared: Arc::new(Shared {
                people: people.to_vec(),
                meeting: meeting.to_owned(),
                seen: people.iter().map(|_| Mutex::default()).collect(),
                epoch: OnceLock::new(),
                views: AtomicU64::new(0),
                bytes: AtomicU64::new(0),
                problems: Mutex::default(),
            }),
            streams: Mutex::new(vec![None; people.len()]),
            listeners: Mutex::default(),
            ended: OnceLock::new(),
        };
        hall.come(0).await?;
        for nth in 0..items {
            let item = json!({ "title": format!("Item {nth}"), "place": null, "timeBox": null });
            hall.shared
                .ask(0, json!({ "do": "add-item", "item": item }))
                .await?;
        }
        hall.shared.ask(0, json!({ "do": "open" })).await?;
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut coming = JoinSet::new();
        for who in 1..people.len() {
            let (places, shared) = (Arc::clone(&places), Arc::clone(&hall.shared));
            coming.spawn(async move {
                let _place = places.acquire().await.context("a place to come")?;
                anyhow::Ok((who, shared.open(who).await?))
            });
        }
        while let Some(came) = coming.join_next().await {
            let (who, events) = came.context("a member's task")??;
            hall.keep(who, events);
        }
        Ok(hall)
    }

    async fn come(&self, who: usize) -> Result<()> {
        let events = self.shared.open(who).await?;
        self.keep(who, events);
        Ok(())
    }

    /// Reads somebody's stream from now on.
    fn keep(&self, who: usize, events: Events) {
        let shared = Arc::clone(&self.shared);
        let listener = locked(&self.listeners).spawn(shared.listen(who, events));
        locked(&self.streams)[who] = Some(listener);
    }

    fn go(&self, who: usize) {
        if let Some(listener) = locked(&self.streams)[who].take() {
            listener.abort();
        }
    }

    /// Plays the script, and waits until everybody who stays was shown the end of it, but no longer than `drain`.
    ///
    /// Cancel safety: yes; what was asked for may be done.
    pub(super) async fn play(
        &self,
        script: &Script,
        epoch: Instant,
        drain: Duration,
    ) -> Result<Vec<Done>> {
        self.shared.epoch.set(epoch).ok().context("played twice")?;
        let mut doing = JoinSet::new();
        let mut done = Vec::new();
        for (place, act) in script.acts().iter().copied().enumerate() {
            if matches!(act.deed, Deed::Go | Deed::Come) {
                continue;
            }
            let shared = Arc::clone(&self.shared);
            doing.spawn(async move { shared.act(place, act).await });
        }
        for (place, act) in script.acts().iter().copied().enumerate() {
            let begun = match act.deed {
                Deed::Go | Deed::Come => Instant::now().max(epoch + act.at),
                _ => continue,
            };
            tokio::time::sleep_until(begun.into()).await;
            if act.deed == Deed::Go {
                self.go(act.who);
            } else {
                self.come(act.who).await?;
            }
            let after = |at: Instant| at.saturating_duration_since(epoch + act.at);
            done.push(Done {
                act: place,
                version: None,
                at: after(Instant::now()),
                late: after(begun),
            });
        }
        while let Some(acted) = doing.join_next().await {
            match acted.context("a member's task")? {
                Ok(one) => done.push(one),
                Err(error) => self.shared.problem(format!("{error:#}")),
            }
        }
        tokio::time::sleep_until((epoch + script.end()).into()).await;
        let last = done.iter().filter_map(|one| one.version).max().unwrap_or(0);
        let all_have_it = async {
            while !self.all_have(script, last) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        // What is missing afterwards is counted.
        let _ = tokio::time::timeout(drain, all_have_it).await;
        self.ended.set(Instant::now()).ok().context("ended twice")?;
        Ok(done)
    }

    fn all_have(&self, script: &Script, version: u64) -> bool {
        let seen = self.shared.seen.iter().enumerate();
        seen.filter(|(who, _)| script.stays(*who)).all(|(_, seen)| {
            locked(seen)
                .looks
                .last()
                .is_some_and(|look| look.version >= version)
        })
    }

    /// What everybody was shown.
    pub(super) fn told(&self, script: &Script, done: &[Done]) -> Told {
        let shared = &self.shared;
        let epoch = shared.epoch.get().copied().unwrap_or_else(Instant::now);
        let looks: Vec<Vec<Look>> = shared
            .seen
            .iter()
            .map(|seen| locked(seen).looks.clone())
            .collect();
        let (of, overtaken, missing) = compare(script, done, &looks, epoch);
        let mut problems = locked(&shared.problems).clone();
        problems.extend(missing);
        let read = shared.seen.iter().step_by(SAMPLED);
        problems.extend(read.filter_map(|seen| judge(script, &locked(seen).last)));
        problems.dedup();
        Told {
            of,
            overtaken,
            views: shared.views.load(Ordering::Relaxed),
            bytes: shared.bytes.load(Ordering::Relaxed),
            streams: shared.people.len(),
            wall: self
                .ended
                .get()
                .map_or(Duration::ZERO, |ended| ended.duration_since(epoch)),
            problems,
        }
    }
}

impl Shared {
    async fn open(&self, who: usize) -> Result<Events> {
        let path = format!("/meetings/{}/live", self.meeting);
        let events = self.people[who].listen(&path).await;
        events.with_context(|| format!("member {who} comes"))
    }

    async fn listen(self: Arc<Self>, who: usize, mut events: Events) {
        let is_read = who.is_multiple_of(SAMPLED);
        let hear = |event: &[u8], now: Instant| {
            if event.starts_with(b"event: gone") {
                bail!("gone");
            }
            let look = Look::of(event, now);
            if self.epoch.get().is_some() {
                self.views
                    .fetch_add(look.is_some().into(), Ordering::Relaxed);
                self.bytes.fetch_add(event.len() as u64, Ordering::Relaxed);
            }
            let Some(look) = look else {
                return Ok(());
            };
            let mut seen = locked(&self.seen[who]);
            if seen
                .looks
                .last()
                .is_some_and(|last| last.version > look.version)
            {
                bail!("an older view after a newer one");
            }
            seen.looks.push(look);
            if is_read {
                seen.last.clear();
                seen.last.extend_from_slice(event);
            }
            Ok(())
        };
        if let Err(error) = events.listen(hear).await {
            self.problem(format!("member {who} lost the meeting: {error:#}"));
        }
    }

    async fn act(&self, place: usize, act: Act) -> Result<Done> {
        let epoch = self.epoch.get().copied().context("an epoch")?;
        let intended = epoch + act.at;
        tokio::time::sleep_until(intended.into()).await;
        let late = intended.elapsed();
        let answer = self.ask(act.who, command_of(act.deed)).await?;
        let at = intended.elapsed();
        Ok(Done {
            act: place,
            version: act.deed.kind().and(answer["version"].as_u64()),
            at,
            late,
        })
    }

    async fn ask(&self, who: usize, command: Value) -> Result<Value> {
        ensure!(!command.is_null(), "a command");
        let path = format!("/meetings/{}/commands", self.meeting);
        let answer = self.people[who].post(&path, command.clone()).await;
        answer.with_context(|| format!("member {who}: {command}"))
    }

    fn problem(&self, text: String) {
        let mut problems = locked(&self.problems);
        if problems.len() < PROBLEMS_MAX {
            problems.push(text);
        }
    }
}

/// Null for what is no command.
fn command_of(deed: Deed) -> Value {
    match deed {
        Deed::RaiseHand => json!({ "do": "raise-hand" }),
        Deed::LowerHand => json!({ "do": "lower-hand" }),
        Deed::BeginItem(item) => json!({ "do": "begin-item", "item": item }),
        Deed::OpenPoll => json!({
            "do": "open-poll",
            "poll": { "question": { "question": "Shall we go on?", "options": OPTIONS } },
        }),
        Deed::Answer(option) => json!({ "do": "answer-poll", "poll": 0, "option": option }),
        Deed::ClosePoll => json!({ "do": "close-poll", "poll": 0 }),
        Deed::Go | Deed::Come => Value::Null,
    }
}
