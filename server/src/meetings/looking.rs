//! What this node notices of others: meetings that began elsewhere, changes that were kept there, and nodes that are gone.
//!
//! The store is the truth, and is asked twice a second which meetings are under way and where they stand: one query, of a
//! list that is nearly always empty. The bus only makes that faster. A node with anybody in a meeting moves its beat; one
//! whose beat was seen to stand still is gone. By its own clock alone each node finds that out, so clocks need not agree,
//! and a node that is cut off from the bus only is not taken for dead.
//!
//! Nothing here waits for a hall: one that is held up by its store must not keep the others from hearing of anything, nor
//! this node's beat from moving. What does not fit is brought again at the next look ([`Owed`]).

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::Ordering;
use std::time::Duration;

use consilium_protocol::ids::DocName;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::hall::HallInput;
use super::notice::Notice;
use super::{KNOCKS_MAX, Meetings, Services};
use crate::bus::{Following, Heard};
use crate::store::StoreError;
use crate::store::meetings::{Beat, UnderWay};
use crate::store::portal_ids::MeetingId;
use crate::telemetry::names;

/// How often the store is asked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How often a node says that it lives, and asks after the others.
const BEAT_EVERY: Duration = Duration::from_secs(2);

/// A node whose beat stands still for so long is gone: some beats may be late on a busy machine.
const GONE_AFTER: Duration = Duration::from_secs(9);

/// How long a node waits for its meetings before it opens the door.
const FIRST_LOOK: Duration = Duration::from_secs(3);

/// What the bus calls what is said about meetings. No room has it: no document of a portal is called so.
const CHANNEL: &str = "portal/meetings";

impl Services {
    /// Tells the other nodes.
    pub(super) fn announce(&self, notice: &Notice) {
        if let (Some(bus), Ok(channel)) = (&self.bus, DocName::parse(CHANNEL)) {
            bus.publish(&channel, notice.encode());
        }
    }
}

/// When each beat was last seen to move.
#[derive(Debug, Default)]
struct Roster {
    seen: HashMap<i64, (i64, Instant)>,
}

impl Roster {
    /// The nodes that are gone, and with which last beat.
    fn look(&mut self, beats: &[Beat], me: i64, now: Instant) -> Vec<Beat> {
        self.seen
            .retain(|node, _| beats.iter().any(|beat| beat.node == *node));
        let mut gone = Vec::new();
        for beat in beats.iter().filter(|beat| beat.node != me) {
            let (last, since) = self.seen.entry(beat.node).or_insert((beat.beat, now));
            if *last != beat.beat {
                (*last, *since) = (beat.beat, now);
            } else if now.saturating_duration_since(*since) >= GONE_AFTER {
                gone.push(*beat);
            }
        }
        gone
    }
}

/// Halls whose mailbox was full when something was to be told to all. At most as many as there are halls.
#[derive(Debug, Default)]
struct Owed {
    access_moved: BTreeSet<MeetingId>,
    node_gone: BTreeSet<MeetingId>,
}

/// Tells each of these halls; the answer are those that have no place for it now.
fn tell(
    halls: impl IntoIterator<Item = (MeetingId, mpsc::Sender<HallInput>)>,
    input: impl Fn() -> HallInput,
) -> BTreeSet<MeetingId> {
    halls
        .into_iter()
        // One that has ended needs to hear of nothing.
        .filter(|(_, hall)| {
            matches!(
                hall.try_send(input()),
                Err(mpsc::error::TrySendError::Full(_))
            )
        })
        .map(|(id, _)| id)
        .collect()
}

impl Meetings {
    /// Finds the meetings that are under way, before anybody comes in: what is frozen is frozen from the first edit on.
    /// Where the store does not answer, nobody can open a document either.
    ///
    /// Cancel safety: reads only.
    pub async fn first_look(&self) {
        let look = async {
            let under_way = self.services.store.meetings_under_way().await?;
            for meeting in under_way {
                let (reply, ready) = oneshot::channel();
                let asked = self.bring(meeting.id, HallInput::Ready { reply }).await;
                if asked.is_ok() {
                    // One that has ended meanwhile has nothing to say.
                    let _ = ready.await;
                }
            }
            Ok::<_, StoreError>(())
        };
        match tokio::time::timeout(FIRST_LOOK, look).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "meetings are not known yet"),
            Err(_) => tracing::warn!("meetings are not known yet: the store takes its time"),
        }
    }

    /// Looks again and again, until the node goes down.
    ///
    /// Cancel safety: what is not noticed now is noticed at the next look.
    pub async fn keep_watch(self) {
        let stop = self.services.stop.clone();
        let mut moves = self.services.access.decisions();
        let channel = DocName::parse(CHANNEL).ok();
        let bus = self.services.bus.clone();
        let mut following = bus.zip(channel).map(|(bus, channel)| bus.follow(&channel));
        let mut roster = Roster::default();
        let mut owed = Owed::default();
        let mut beat_at = Instant::now();
        let mut look_at = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                heard = next_of(&mut following) => match heard {
                    // One of another release says nothing to this one: the next look finds what it is about.
                    Heard::Message(message) => if let Some(notice) = Notice::decode(&message) {
                        metrics::counter!(names::MEETING_NOTICES).increment(1);
                        if self.has_hall(notice.id) {
                            self.hear(notice);
                        } else {
                            // It may have begun just now.
                            look_at = Instant::now();
                        }
                    },
                    Heard::Following | Heard::Missed => look_at = Instant::now(),
                },
                Ok(()) = moves.changed() => {
                    owed.access_moved = tell(self.halls(), || HallInput::AccessMoved);
                }
                () = tokio::time::sleep_until(beat_at) => {
                    beat_at = Instant::now() + BEAT_EVERY;
                    if let Err(error) = self.beat(&mut roster, &mut owed).await {
                        tracing::debug!(%error, "nodes in meetings are not known now");
                    }
                }
                () = tokio::time::sleep_until(look_at) => {
                    look_at = Instant::now() + LOOK_EVERY;
                    self.tell_owed(&mut owed);
                    match self.services.store.meetings_under_way().await {
                        Ok(under_way) => for UnderWay { id, mark } in under_way {
                            self.hear(Notice { id, mark });
                        },
                        Err(error) => tracing::debug!(%error, "look for meetings"),
                    }
                }
            }
        }
    }

    fn has_hall(&self, id: MeetingId) -> bool {
        self.services.halls.lock().contains_key(&id)
    }

    /// A meeting stands there. Where its hall has no place for that now it hears at the next look, or looks itself.
    fn hear(&self, notice: Notice) {
        let mark = Some(notice.mark);
        for _ in 0..KNOCKS_MAX {
            // Nobody waits for it when the node goes down.
            if self.services.stop.is_cancelled() {
                return;
            }
            let sent = self.hall(notice.id).try_send(HallInput::Look { mark });
            if !matches!(sent, Err(mpsc::error::TrySendError::Closed(_))) {
                return;
            }
        }
    }

    fn halls(&self) -> Vec<(MeetingId, mpsc::Sender<HallInput>)> {
        let halls = self.services.halls.lock();
        halls.iter().map(|(id, hall)| (*id, hall.clone())).collect()
    }

    /// Tells once more what had no place.
    fn tell_owed(&self, owed: &mut Owed) {
        let still = |ids: &BTreeSet<MeetingId>, input: fn() -> HallInput| {
            let halls = self.halls().into_iter();
            tell(halls.filter(|(id, _)| ids.contains(id)), input)
        };
        if !owed.access_moved.is_empty() {
            owed.access_moved = still(&owed.access_moved, || HallInput::AccessMoved);
        }
        if !owed.node_gone.is_empty() {
            owed.node_gone = still(&owed.node_gone, || HallInput::NodeGone);
        }
    }

    async fn beat(&self, roster: &mut Roster, owed: &mut Owed) -> Result<(), StoreError> {
        let services = &self.services;
        if services.halls.lock().is_empty() {
            return Ok(());
        }
        if services.streams.load(Ordering::Relaxed) > 0 {
            services.store.beat(services.node).await?;
        }
        let beats = services.store.beats().await?;
        let gone = roster.look(&beats, services.node, Instant::now());
        let nodes: std::collections::HashSet<i64> = gone.iter().map(|beat| beat.node).collect();
        let is_news = {
            let mut known = services.gone.lock();
            let is_news = !nodes.is_subset(&known);
            *known = nodes;
            is_news
        };
        if is_news {
            tracing::info!(nodes = gone.len(), "nodes with people in meetings are gone");
            owed.node_gone = tell(self.halls(), || HallInput::NodeGone);
        }
        for beat in gone.into_iter().filter(|beat| beat.beat > 0) {
            services.store.forget_beat(beat).await?;
        }
        Ok(())
    }
}

async fn next_of(following: &mut Option<Following>) -> Heard {
    match following {
        Some(following) => following.next().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: i64 = 1;
    const OTHER: i64 = 2;

    #[test]
    fn a_node_whose_beat_stands_still_is_gone_and_this_one_never_is() {
        let mut roster = Roster::default();
        let start = Instant::now();
        let beats = |beat| [Beat { node: ME, beat: 1 }, Beat { node: OTHER, beat }];
        assert!(roster.look(&beats(5), ME, start).is_empty());
        let almost = start + GONE_AFTER - Duration::from_millis(1);
        assert!(roster.look(&beats(5), ME, almost).is_empty());
        // It was slow, and lives.
        assert!(roster.look(&beats(6), ME, start + GONE_AFTER).is_empty());
        let later = start + GONE_AFTER + GONE_AFTER;
        assert_eq!(roster.look(&beats(6), ME, later), [beats(6)[1]]);
        assert!(roster.look(&beats(7), ME, later).is_empty(), "back again");
    }

    #[test]
    fn a_hall_that_is_full_keeps_nobody_else_from_hearing_and_is_owed_the_word() {
        let (slow, fast, ended) = (MeetingId::new(), MeetingId::new(), MeetingId::new());
        let (to_slow, mut slow_mailbox) = mpsc::channel(1);
        let (to_fast, mut fast_mailbox) = mpsc::channel(1);
        let (to_ended, _) = mpsc::channel(1);
        assert!(to_slow.try_send(HallInput::NodeGone).is_ok(), "it is full");
        let halls = [(slow, to_slow), (fast, to_fast), (ended, to_ended)];
        let owed = tell(halls.clone(), || HallInput::AccessMoved);
        assert_eq!(owed, BTreeSet::from([slow]));
        assert!(matches!(
            fast_mailbox.try_recv(),
            Ok(HallInput::AccessMoved)
        ));
        assert!(slow_mailbox.try_recv().is_ok());
        let owed = tell(halls.into_iter().take(1), || HallInput::AccessMoved);
        assert_eq!(owed, BTreeSet::new());
        assert!(matches!(
            slow_mailbox.try_recv(),
            Ok(HallInput::AccessMoved)
        ));
    }
}
