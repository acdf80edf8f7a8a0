//! What holds in a meeting after whatever has been done in it.
//!
//! Votes are counted a second time beside the machine, from what it accepted.

use std::collections::BTreeMap;

use super::super::agenda::Progress;
use super::super::ballot::{Ballot, BoxId, Slot};
use super::super::command::Actor;
use super::super::floor::FloorMode;
use super::super::ids::RoundId;
use super::super::lead::Lead;
use super::super::people::Admission;
use super::super::round::Anonymity;
use super::super::seat::Seat;
use super::super::state::{Phase, State};
use super::super::time::Moment;
use super::super::view::{View, view_for};
use super::super::writing::{Verdict, may_write};
use super::script::{CAST, Stage, place, user};

/// Places in the texts of the meetings of tests, and one that is in none.
pub(super) const PLACES: [&str; 5] = ["q1", "q2", "body", "q1#rec", "elsewhere"];

/// The votes as they were accepted, kept beside the machine: by the voter, in an anonymous round by the secret. Who has
/// another's secret, as no person ever has, changes the other's ballot.
pub(super) type Votes = BTreeMap<RoundId, BTreeMap<String, Ballot>>;

/// What holds after every step.
pub(super) fn check(stage: &Stage, votes: &Votes) {
    let state = &stage.meeting.state;
    lead_is_one(state);
    one_item_is_current(state);
    one_has_the_floor(state);
    who_presents_may(state);
    removed_people_hold_nothing(state);
    who_may_write(state, stage.now);
    votes_are_single(stage, votes);
    views_are_blind(stage);
}

fn lead_is_one(state: &State) {
    let chairs: Vec<_> = state
        .people
        .keys()
        .filter(|who| state.seat(&Actor::Person((*who).clone())) == Seat::Chair)
        .collect();
    assert!(chairs.len() <= 1, "{chairs:?}");
    let is_led = state.phase == Phase::Open && state.leader.is_some();
    assert_eq!(is_led, state.lead != Lead::Nobody, "{:?}", state.lead);
    match &state.lead {
        Lead::Chair(chair) => {
            assert_eq!(chairs, [chair]);
            assert!(state.may_chair(chair), "{chair} is the chair");
        }
        Lead::Grace { chair, .. } => assert!(!state.is_present(chair)),
        // Whoever was named takes the chair as soon as they can.
        Lead::Election { .. } => {
            let mut named = state.leader.iter().chain(&state.deputies);
            assert!(named.all(|who| !state.may_chair(who)));
        }
        Lead::Nobody => {}
    }
}

fn one_item_is_current(state: &State) {
    let mut ids: Vec<_> = state.agenda.items.iter().map(|item| item.id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), state.agenda.items.len());
    if state.agenda.current.is_some() {
        let item = state
            .agenda
            .current()
            .expect("the current item is on the agenda");
        assert_eq!(item.progress, Progress::Ahead);
        assert_eq!(state.phase, Phase::Open);
    } else {
        assert!(state.motions.stack.is_empty() || state.phase == Phase::Ended);
        assert!(state.rounds.open().is_none());
    }
}

fn one_has_the_floor(state: &State) {
    let hands = &state.floor.hands;
    for (at, who) in hands.iter().enumerate() {
        assert!(!hands[..at].contains(who), "{who} twice in {hands:?}");
        assert!(state.agenda.recusal(who).is_none(), "{who} is recused");
    }
    if let Some(turn) = &state.floor.turn {
        assert!(!hands.contains(&turn.who));
        assert!(state.agenda.recusal(&turn.who).is_none());
    }
}

/// That there is one at most is how it is written down.
fn who_presents_may(state: &State) {
    let Some(presenting) = &state.attention.presenting else {
        return;
    };
    let seat = state.seat(&Actor::Person(presenting.who.clone()));
    assert!(matches!(seat, Seat::Chair | Seat::Peer), "{seat:?}");
    assert_eq!(state.phase, Phase::Open);
    assert!(state.agenda.recusal(&presenting.who).is_none());
    assert!(state.documents.contains(&presenting.document));
}

fn removed_people_hold_nothing(state: &State) {
    for (who, person) in &state.people {
        if !matches!(person.admission, Admission::Removed { .. }) {
            continue;
        }
        assert!(!person.is_present());
        assert!(!state.deputies.contains(who));
        assert_ne!(state.lead.holder(), Some(who));
        assert!(!state.floor.hands.contains(who));
        assert!(
            state
                .floor
                .turn
                .as_ref()
                .is_none_or(|turn| turn.who != *who)
        );
        if let FloorMode::Editors(names) | FloorMode::Suggestions(names) = &state.floor.mode {
            assert!(!names.contains(who));
        }
        assert!(
            state
                .writing
                .freeze
                .as_ref()
                .is_none_or(|except| !except.contains(who))
        );
        assert!(
            state
                .writing
                .locks
                .iter()
                .all(|lock| !lock.editors.contains(who))
        );
        assert!(
            state
                .attention
                .gathering
                .as_ref()
                .is_none_or(|each| !each.staying.contains(who))
        );
        if let Lead::Election { ballots, .. } = &state.lead {
            assert!(
                ballots
                    .iter()
                    .all(|(by, candidate)| by != who && candidate != who)
            );
        }
    }
}

fn who_may_write(state: &State, now: Moment) {
    let is_allowed =
        |who: &str, at: &str| may_write(state, &user(who), &place(at), now) == Verdict::Allowed;
    for at in PLACES {
        let writers: Vec<&str> = CAST.into_iter().filter(|who| is_allowed(who, at)).collect();
        let is_ours = at != "elsewhere";
        if !is_ours || state.phase != Phase::Open {
            assert_eq!(writers, CAST);
            continue;
        }
        for who in &writers {
            let who = user(who);
            if let Some(except) = &state.writing.freeze {
                assert!(except.contains(&who), "{who} writes in a frozen text");
            }
            let admission = state.people.get(&who).map(|person| &person.admission);
            assert!(
                !matches!(admission, Some(Admission::Removed { .. })),
                "{who} was removed"
            );
            assert!(
                state.agenda.items.iter().all(|item| {
                    let of_item = item.item.place.as_ref();
                    !item.recused.contains_key(&who)
                        || of_item.is_none_or(|of_item| !of_item.covers(&place(at)))
                }),
                "{who} is recused"
            );
            match &state.floor.mode {
                FloorMode::Open => {}
                FloorMode::Hands => assert!(state.floor.is_with(&who, now)),
                FloorMode::Editors(names) | FloorMode::Suggestions(names) => {
                    assert!(names.contains(&who));
                }
            }
        }
        if state.floor.mode == FloorMode::Hands {
            assert!(writers.len() <= 1, "{writers:?}");
        }
        if state
            .rounds
            .open()
            .is_some_and(|round| round.round.document == place(at).document)
        {
            assert!(writers.is_empty(), "{writers:?} write in what is voted on");
        }
    }
}

fn votes_are_single(stage: &Stage, votes: &Votes) {
    let (state, boxes) = (&stage.meeting.state, &stage.meeting.boxes);
    for round in &state.rounds.all {
        let id = BoxId::Round(round.id);
        let accepted = votes.get(&round.id);
        if round.is_open() {
            assert_eq!(boxes.count(id), round.voted.len());
            assert_eq!(round.voted.len(), accepted.map_or(0, BTreeMap::len));
            assert!(round.voted.is_subset(&round.roll));
            let item = state
                .agenda
                .item(round.round.item)
                .expect("it is on the agenda");
            assert!(round.roll.iter().all(|who| !item.recused.contains_key(who)));
            assert_eq!(Some(item.id), state.agenda.current);
        } else {
            assert_eq!(boxes.count(id), 0);
        }
        let is_anonymous = round.round.rule.anonymity == Anonymity::Anonymous;
        if is_anonymous {
            assert!(round.named.is_empty());
        }
        let Some(result) = &round.result else {
            continue;
        };
        let accepted: Vec<Ballot> = accepted
            .into_iter()
            .flat_map(|each| each.values().copied())
            .collect();
        assert_eq!(result.cast as usize, accepted.len());
        assert!(result.cast <= result.eligible);
        if let (Some(counts), Some(abstained)) = (&result.counts, result.abstained) {
            for (option, count) in counts.iter().enumerate() {
                let of = accepted
                    .iter()
                    .filter(|each| **each == Ballot::Choice(u8::try_from(option).unwrap()));
                assert_eq!(*count as usize, of.count());
            }
            assert_eq!(counts.iter().sum::<u32>() + abstained, result.cast);
        } else {
            assert!(is_anonymous && result.cast < 3);
        }
    }
    if let Some(poll) = state.polls.open() {
        for (slot, _) in boxes.ballots(BoxId::Poll(poll.id)) {
            let Slot::Named(who) = slot else {
                panic!("{slot:?}")
            };
            assert!(state.agenda.recusal(who).is_none(), "{who} is recused");
            assert_eq!(state.people[who].admission, Admission::Admitted);
        }
    }
}

fn views_are_blind(stage: &Stage) {
    let (state, boxes) = (&stage.meeting.state, &stage.meeting.boxes);
    for name in CAST {
        let who = user(name);
        let view = view_for(state, boxes, &who);
        let View::Inside(inside) = view else {
            assert!(!state.is_present(&who));
            continue;
        };
        assert!(state.is_present(&who));
        let Some(room) = inside.room else { continue };
        for round in room.rounds.iter().filter(|round| round.result.is_none()) {
            assert!(round.named.is_empty());
        }
        if let Some(poll) = state.polls.open() {
            let seen = room.poll.expect("there is one");
            assert_eq!((seen.id, seen.counts), (poll.id, None));
            assert_eq!(
                seen.mine,
                boxes.ballot(BoxId::Poll(poll.id), &Slot::Named(who))
            );
        }
    }
}
