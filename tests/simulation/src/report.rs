//! What a run did, to see that it did something: a simulation that no longer reaches its dangers holds for ever.

use std::fmt;

use crate::plan::Setting;

/// Declares an enum together with the list of all its variants, so that none can be forgotten.
macro_rules! listed {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident,)* }) => {
        $(#[$meta])*
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
        }
    };
}

listed! {
    /// What is counted.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Seen {
        /// Somebody edited.
        Edit,
        /// A row was committed.
        Committed,
        /// Our client was told that an entry is safe.
        Acknowledged,
        /// An update was set aside.
        SetAside,
        /// A connection broke, whoever broke it.
        Broken,
        /// The server's process died.
        ServerCrash,
        /// One of our clients died.
        ClientCrash,
        /// A commit was lost.
        CommitLost,
        /// A commit took effect, but was reported as lost.
        CommitAmbiguous,
        /// A commit was reported as lost, and had not ended.
        CommitLate,
        /// It took effect.
        CommittedLate,
        /// A commit took long.
        CommitSlow,
        /// A room gave its document up and loaded it anew.
        Reloaded,
        /// A member's access changed.
        AccessChanged,
        /// A member lost the document while they had it open.
        Denied,
        /// An edit came from a member who could not write any more, or not yet, as far as the node knew.
        NotWelcome,
        /// A device's store failed for a while.
        DeviceFailed,
        /// A reader stopped reading for a while.
        ReaderPaused,
        /// A reader's queue was full, the room kept something back for that, and the queue has drained (D7).
        Overflow,
        /// A reader whose queue had overflown was sent one diff instead (D7).
        CaughtUp,
        /// A member was not listened to, because what they have to read was over its bound (I4).
        NotRead,
        /// Somebody sent garbage.
        Garbage,
        /// The journal was compacted.
        Compacted,
        /// A node was stopped for a while, with its connections open.
        NodeStopped,
        /// A node published something.
        Published,
        /// A node heard what another published.
        Heard,
        /// A room was answered by the journal what it may have missed.
        Repaired,
        /// A node was taken for dead, because it was, or because it was stopped for so long.
        NodeGone,
        /// A node heard that it may have missed something.
        BusMissed,
        /// A message did not reach a follower.
        BusLost,
        /// A message took long.
        BusDelayed,
        /// The bus stood still for a while.
        BusPaused,
        /// A node lost its connection to the bus.
        BusCut,
        /// Something that came after its author's access had ended was put into a branch of theirs.
        Landed,
        /// The same by the door, for those who cannot open the document.
        HandedIn,
        /// The door's answer was lost.
        DoorUnheard,
        /// Something was left behind that the server had already.
        CameAgain,
        /// A branch lacked what an edit builds on, and was given what the document had by then.
        BroughtUp,
        /// A branch was taken into the document.
        BranchMerged,
        /// More had come into a branch while it was taken, and it stayed open.
        MoreCameMeanwhile,
        /// A branch was discarded.
        BranchDiscarded,
        /// At the end an edit was in a branch and not in the document.
        InBranch,
        /// At the end an edit was set aside where it was written, and nowhere else.
        OnDevice,
        /// At the end a member had no access, and nothing waited on their device.
        LostAndSettled,
        /// A publisher repeated itself, which the contract of the bus does not allow.
        BusRepeated,
        /// A message arrived before an earlier one of the same node, which the contract of the bus does not allow.
        BusOvertaken,
        /// A node lost its connection to the bus for longer than a lease.
        BusCutForLong,
        /// A node found that its own lease had run out.
        NodeLapsed,
        /// A node found that another serves and is not on the bus.
        NodeUnheard,
        /// It is on the bus again.
        NodeHeardAgain,
        /// What one node committed was on another, in time.
        UpToDate,
    }
}

impl Seen {
    /// The settings in which it can be seen.
    #[must_use]
    pub fn belongs_to(self, setting: Setting) -> bool {
        match self {
            Self::Overflow | Self::CaughtUp | Self::NotRead => setting != Setting::Wide,
            Self::NodeStopped
            | Self::Heard
            | Self::Repaired
            | Self::Published
            | Self::BusMissed
            | Self::BusLost
            | Self::BusDelayed
            | Self::BusPaused
            | Self::BusCut
            | Self::NodeGone
            | Self::NodeLapsed
            | Self::UpToDate => setting.has_several_nodes(),
            Self::BusRepeated => matches!(setting, Setting::Unruly | Setting::Apart),
            Self::BusOvertaken => setting == Setting::Unruly,
            Self::BusCutForLong | Self::NodeUnheard | Self::NodeHeardAgain => {
                setting == Setting::Apart
            }
            Self::CommitLate | Self::CommittedLate => setting == Setting::Belated,
            Self::Denied => setting.decides(),
            Self::Landed
            | Self::HandedIn
            | Self::DoorUnheard
            | Self::CameAgain
            | Self::BroughtUp
            | Self::BranchMerged
            | Self::MoreCameMeanwhile
            | Self::BranchDiscarded
            | Self::InBranch
            | Self::LostAndSettled => setting == Setting::Leaving,
            // Nothing demands it: what is refused for another reason may stay there.
            Self::OnDevice => false,
            _ => true,
        }
    }
}

/// Counts of one run, or of many.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Report {
    counts: [usize; Seen::ALL.len()],
    /// The longest time for which a node that could have known lacked what another had committed, in milliseconds (I6).
    pub stale_ms_max: u64,
}

impl Report {
    /// Counts one.
    pub fn saw(&mut self, what: Seen) {
        self.counts[what as usize] += 1;
    }

    /// Counts several at once.
    pub fn saw_many(&mut self, what: Seen, count: usize) {
        self.counts[what as usize] += count;
    }

    /// How often it was seen.
    #[must_use]
    pub fn count(&self, what: Seen) -> usize {
        self.counts[what as usize]
    }

    /// What was never seen, though it belongs to this setting, of whose runs this is the sum.
    #[must_use]
    pub fn never_seen(&self, setting: Setting) -> Vec<Seen> {
        let kinds = Seen::ALL.iter().copied();
        kinds
            .filter(|kind| self.count(*kind) == 0 && kind.belongs_to(setting))
            .collect()
    }
}

impl Default for Report {
    fn default() -> Self {
        Self {
            counts: [0; Seen::ALL.len()],
            stale_ms_max: 0,
        }
    }
}

impl std::ops::AddAssign for Report {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.stale_ms_max = self.stale_ms_max.max(other.stale_ms_max);
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = Seen::ALL.iter().map(|kind| (kind, self.count(*kind)));
        f.debug_map()
            .entries(counts)
            .entry(&"stale_ms_max", &self.stale_ms_max)
            .finish()
    }
}
