//! What somebody left behind, on its way into a branch of theirs; and what reviewers do with it (D11, I3).
//!
//! The steps are the server's ([`consilium_server::left_behind`]), and so is the judgement of what fits where; the store and
//! the rows of branches are modelled. What lands is durable at that moment; the answer may get lost.

use bytes::Bytes;
use consilium_client::event::{Event, HandInOutcome};
use consilium_protocol::ids::{Access, UserId};
use consilium_server::left_behind::placing::Shapes;
use consilium_server::room::event::{Outcome, RoomEvent, Source, Ticket};
use consilium_server::room::replica::Keep;
use rand::RngExt;

use super::World;
use super::happening::{AtClient, Happening};
use crate::branch::{Branch, State};
use crate::check::{self, Coverage};
use crate::member::user;
use crate::plan::{BrokenRule, Setting};
use crate::report::Seen;

/// What became of something that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Landing {
    /// It is on the server, durably.
    Safe,
    /// It is not.
    Unfit,
}

/// A branch on its way into the document.
pub(super) struct Merging {
    ticket: u64,
    node: usize,
    branch: usize,
    /// How much had come when it was read.
    arrivals: usize,
}

impl World {
    pub(super) fn takes_left_behind(&self) -> bool {
        self.plan.setting == Setting::Leaving
    }

    /// Hands in what `author` wrote, which the document did not take.
    pub(super) fn land(&mut self, author: &UserId, update: &Bytes, by_door: bool) -> Landing {
        match self.plan.broken {
            Some(BrokenRule::LandsNowhere) => return Landing::Safe,
            Some(BrokenRule::LandsInTheDocument) => {
                self.journal.force(update, author);
                return Landing::Safe;
            }
            _ => {}
        }
        let now = self.instant();
        let Ok(shapes) = Shapes::of(std::slice::from_ref(update)) else {
            return Landing::Unfit;
        };
        let shape = shapes.get(0);
        let is_in_document = by_door && self.journal.known().has(shape);
        let is_discarded = self.branches.iter().any(|branch| {
            let is_earlier = branch.author == *author && branch.state == State::Discarded;
            is_earlier && branch.known().has(shape)
        });
        if is_in_document || is_discarded {
            self.report.saw(Seen::CameAgain);
            return Landing::Safe;
        }
        let open = self
            .branches
            .iter()
            .position(|branch| branch.author == *author && branch.state == State::Open);
        let at = open.unwrap_or_else(|| {
            let branch = Branch::of(&self.journal, self.branches.len(), author.clone());
            self.branches.push(branch);
            self.branches.len() - 1
        });
        let branch = &mut self.branches[at];
        if !branch.known().carries(shape) {
            branch.bring_up(&self.journal, now);
            self.report.saw(Seen::BroughtUp);
        }
        let branch = &mut self.branches[at];
        if !branch.known().carries(shape) || !branch.take(update.clone(), now) {
            return Landing::Unfit;
        }
        branch.arrivals += 1;
        self.report.saw(Seen::Landed);
        self.say(|| format!("what {author:?} left behind is in branch {at}"));
        Landing::Safe
    }

    // The door

    /// Our client brings something to the door.
    pub(super) fn bring_to_door(&mut self, client: usize, update: Bytes) {
        if !self.takes_left_behind() {
            self.door_answers(client, HandInOutcome::Refused);
            return;
        }
        let life = self.members[client].life();
        let delay = self.leave_dice.ms(1..80);
        self.agenda.after(
            delay,
            Happening::AtTheDoor {
                client,
                life,
                update,
            },
        );
    }

    /// It arrives at some node, whatever has become of the client meanwhile.
    pub(super) fn at_the_door(&mut self, client: usize, life: u64, update: &Bytes) {
        let node = self.leave_dice.rng.random_range(0..self.nodes.len());
        let process = &self.nodes[node];
        let is_there = process.core.is_some() && !process.stopped && process.storage_works;
        let outcome = if !is_there {
            HandInOutcome::Later
        } else if self.members[client].access >= Access::Write {
            HandInOutcome::Refused
        } else {
            match self.land(&user(client), update, true) {
                Landing::Safe => HandInOutcome::Taken,
                Landing::Unfit => HandInOutcome::Unfit,
            }
        };
        if outcome == HandInOutcome::Taken {
            self.report.saw(Seen::HandedIn);
        }
        // The way back may be lost.
        let outcome = if self.leave_dice.fault(100) {
            self.report.saw(Seen::DoorUnheard);
            HandInOutcome::Later
        } else {
            outcome
        };
        self.say(|| format!("the door says to client {client}: {outcome:?}"));
        let delay = self.leave_dice.ms(1..80);
        let what = AtClient::DoorSays(outcome);
        self.agenda
            .after(delay, Happening::AtClient { client, life, what });
    }

    pub(super) fn door_answers(&mut self, client: usize, outcome: HandInOutcome) {
        let doc = self.doc.clone();
        self.tell_replica(client, Event::HandedIn { doc, outcome });
    }

    // Reviewers

    /// Somebody who may write decides about some branch.
    pub(super) fn review(&mut self) {
        if !self.takes_left_behind() || !self.leave_dice.fault(self.plan.review) {
            return;
        }
        let open: Vec<usize> = (0..self.branches.len())
            .filter(|at| self.branches[*at].state == State::Open)
            .collect();
        let reviewer =
            (0..self.members.len()).find(|client| self.members[*client].access >= Access::Write);
        let (false, Some(reviewer)) = (open.is_empty(), reviewer) else {
            return;
        };
        let branch = open[self.leave_dice.rng.random_range(0..open.len())];
        if self.leave_dice.fault(300) {
            self.branches[branch].state = State::Discarded;
            self.report.saw(Seen::BranchDiscarded);
            self.say(|| format!("branch {branch} is discarded"));
        } else {
            self.merge_branch(branch, reviewer);
        }
    }

    fn merge_branch(&mut self, branch: usize, reviewer: usize) {
        let node = self.leave_dice.rng.random_range(0..self.nodes.len());
        let process = &self.nodes[node];
        if process.core.is_none() || process.stopped {
            return;
        }
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        let taken = &self.branches[branch];
        let (update, owners) = (taken.journal.whole(), taken.journal.owners());
        self.merging.push(Merging {
            ticket,
            node,
            branch,
            arrivals: taken.arrivals,
        });
        // Somebody who may write takes it.
        for span in check::spans(&update) {
            self.welcome.add(span);
        }
        self.say(|| format!("client {reviewer} takes branch {branch} at node {node}"));
        let source = Source::Merge {
            ticket: Ticket(ticket),
            by: user(reviewer),
            access: Access::Write,
            owners: owners.into(),
        };
        let event = RoomEvent::Update {
            source,
            keep: Keep::OnlyNew,
            update,
        };
        self.tell_room(node, event);
    }

    /// A room has answered whoever takes a branch.
    pub(super) fn merge_answered(&mut self, ticket: Ticket, outcome: &Outcome) {
        // One answer for each of those whose blocks they are; the commit is one.
        let Some(asked) = self.merging.iter().position(|each| each.ticket == ticket.0) else {
            return;
        };
        let merging = self.merging.remove(asked);
        self.say(|| format!("branch {}: {outcome:?}", merging.branch));
        let branch = &mut self.branches[merging.branch];
        // It may end before it is written down.
        if *outcome == Outcome::Committed
            && branch.state == State::Open
            && !self.leave_dice.fault(50)
        {
            if branch.arrivals == merging.arrivals {
                branch.state = State::Merged;
                self.report.saw(Seen::BranchMerged);
            } else {
                self.report.saw(Seen::MoreCameMeanwhile);
            }
        }
    }

    // The checks

    /// An edit that its author's device has durably may not be lost from now on.
    pub(super) fn promise(&mut self, client: usize, update: Option<Bytes>) {
        self.promised.extend(update.map(|update| (client, update)));
    }

    /// Whoever took a branch at this node will get no answer.
    pub(super) fn merging_ended(&mut self, node: usize) {
        self.merging.retain(|merging| merging.node != node);
    }

    /// From now on this member may not see what others write.
    pub(super) fn note_loss(&mut self, client: usize) {
        self.seen_until_lost[client] = Some(self.journal.coverage());
    }

    /// Whether a member of a branch has these, or the quarantine.
    pub(super) fn is_on_the_server(&self, update: &Bytes) -> bool {
        let spans = check::spans(update);
        self.journal.has_set_aside(&spans)
            || self.journal.has(&spans)
            || self
                .branches
                .iter()
                .any(|branch| branch.journal.has(&spans))
    }

    /// Every edit is in the document, or in one branch, or set aside where it was written; none came in by itself, and none
    /// twice.
    pub(super) fn check_what_was_left_behind(&mut self) {
        let seed = self.plan.seed;
        for (client, update) in std::mem::take(&mut self.promised) {
            let spans = check::spans(&update);
            if self.journal.has(&spans) {
                continue;
            }
            let with = |state: State| {
                let mut branches = self.branches.iter();
                branches.any(|branch| branch.state == state && branch.journal.has(&spans))
            };
            let open = self
                .branches
                .iter()
                .filter(|branch| branch.state == State::Open && branch.journal.has(&spans));
            let open = open.count();
            assert!(
                open <= 1,
                "seed {seed}: an edit of client {client} waits in {open} branches"
            );
            assert!(
                !with(State::Merged) || open == 1,
                "seed {seed}: an edit of client {client} is in a merged branch and not in the document"
            );
            if open == 1 || with(State::Discarded) {
                self.report.saw(Seen::InBranch);
                continue;
            }
            assert!(
                self.is_set_aside(client, &spans),
                "seed {seed}: an edit of client {client} is nowhere: {}",
                crate::trace::update(&update)
            );
            self.report.saw(Seen::OnDevice);
        }
        let document = self.journal.whole();
        for span in check::spans(&document) {
            assert!(
                self.welcome.holds(span),
                "seed {seed}: {span:?} is in the document, and nobody who may write put it there"
            );
            assert!(
                self.typed.holds(span),
                "seed {seed}: {span:?} is in the document, and nobody typed it"
            );
        }
    }

    /// Whoever has no access has seen nothing that came after they lost it.
    pub(super) fn check_what_the_lost_have_seen(&self, client: usize) {
        let seed = self.plan.seed;
        let Some(until_lost) = &self.seen_until_lost[client] else {
            return;
        };
        for span in self.view_of(client).blocks() {
            assert!(
                until_lost.holds_or(&self.typed_by[client], span),
                "seed {seed}: client {client} has {span:?}, which came after they had lost the document"
            );
        }
    }

    pub(super) fn typed(&mut self, client: usize, update: &Bytes) {
        for span in check::spans(update) {
            self.typed.add(span);
            self.typed_by[client].add(span);
        }
    }
}

/// For each member, nothing.
pub(super) fn nothing_for(members: usize) -> Vec<Coverage> {
    (0..members).map(|_| Coverage::default()).collect()
}
