//! What every store must do about meetings: one rule a function, named after a sentence of [`crate::store::MeetingStore`].
//!
//! [`meeting_contract!`](crate::meeting_contract) turns them into tests for one kind of store.

use std::collections::{BTreeMap, BTreeSet};

use consilium_model::access::{Privacy, Role};
use consilium_model::meeting::agenda::NewItem;
use consilium_model::meeting::ballot::{Ballot, BoxId, Boxes};
use consilium_model::meeting::command::{Actor as MeetingActor, Command};
use consilium_model::meeting::ids::{Hash32, ItemId, RoundId};
use consilium_model::meeting::people::{Kind, Lobby};
use consilium_model::meeting::round::{Anonymity, NewRound, Quorum, Rule};
use consilium_model::meeting::state::{Phase, State};
use consilium_model::meeting::time::Moment;
use consilium_model::meeting::{Decision, decide};

use consilium_protocol::ids::Access;

use super::branches::BranchFactory;
use super::governing::{Founded, NOW_MS, by, name};
use crate::store::StoreError;
use crate::store::communities::{Grant, Refusal};
use crate::store::meetings::{
    Beat, Keep, Kept, Link, LinkWrite, Mark, NewMeeting, SNAPSHOT_AFTER, StoredMeeting,
};
use crate::store::portal_ids::{AccountId, MeetingId};
use crate::store::statements::{Cell, Value, Work, end};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! meeting_contract {
    ($factory:expr) => {
        $crate::meeting_contract!(@rules $factory;
            leaders_and_deputies_plan_meetings_and_members_those_of_peers
            a_meeting_is_about_documents_that_its_planner_may_read
            who_may_not_be_in_it_learns_of_no_meeting
            a_meeting_is_taken_off_before_it_begins_and_not_after
            of_two_who_decide_on_one_version_one_is_told
            of_two_meetings_about_one_text_one_is_under_way
            a_changed_ballot_moves_the_mark_though_it_is_no_event
            replaying_the_events_makes_the_state_that_is_written
            what_was_of_the_moment_is_not_kept_after_the_end
            a_box_says_nothing_but_slot_and_choice_and_goes_when_it_is_counted
            the_ledger_has_what_the_community_is_to_know
            a_link_is_of_one_node_and_a_beat_rises
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::meetings::$rule(&$factory).await;
            }
        )*
    };
}

fn wish(deputies: Vec<AccountId>) -> NewMeeting {
    NewMeeting {
        id: MeetingId::new(),
        title: "Third meeting".to_owned(),
        starts_at_ms: Some(NOW_MS + 1_000),
        documents: vec![name("first")],
        deputies,
        lobby: Lobby::Open,
        peers: false,
    }
}

async fn plan(
    world: &Founded,
    account: AccountId,
    meeting: &NewMeeting,
) -> Result<MeetingId, Refusal> {
    let planned = world.store.plan_meeting(by(account), world.id, meeting);
    let planned = planned.await.expect("plan a meeting");
    planned.map(|view| view.id)
}

async fn load(world: &Founded, id: MeetingId) -> StoredMeeting {
    let found = world.store.load_meeting(id).await;
    found.expect("load a meeting").expect("there is one")
}

/// Decides on what was loaded, and keeps it.
async fn keep(
    world: &Founded,
    id: MeetingId,
    on: &StoredMeeting,
    decision: &Decision,
    links: &[LinkWrite],
) -> Result<Kept, StoreError> {
    let mut state = on.state.clone();
    for record in &decision.records {
        state.evolve(record);
    }
    let whole = Keep::writes_the_state(&decision.records, on.written).then_some(&state);
    let keep = Keep {
        id,
        community: on.community,
        title: &on.title,
        on: on.mark,
        records: &decision.records,
        writes: &decision.writes,
        links,
        state: whole,
    };
    world.store.keep_meeting(&keep).await
}

/// Does something in a meeting; where it stands then.
async fn done(world: &Founded, id: MeetingId, actor: &MeetingActor, command: &Command) -> Mark {
    let on = load(world, id).await;
    let now = Moment(NOW_MS);
    let decision = decide(&on.state, &on.boxes, command, actor, now).expect("may be done");
    match keep(world, id, &on, &decision, &[]).await.expect("keep") {
        Kept::At(mark) => mark,
        Kept::Moved | Kept::TextHeld(_) => panic!("nobody else decides here"),
    }
}

fn person(account: AccountId) -> MeetingActor {
    MeetingActor::Person(account.user())
}

async fn arrive(world: &Founded, id: MeetingId, account: AccountId) {
    let command = Command::Arrive {
        who: account.user(),
        kind: Kind::Member,
    };
    let _ = done(world, id, &MeetingActor::Server, &command).await;
}

/// A meeting that is open, with its leader and these in it.
async fn open(world: &Founded, others: &[AccountId]) -> MeetingId {
    let id = plan(world, world.founder, &wish(Vec::new())).await;
    let id = id.expect("leaders plan meetings");
    arrive(world, id, world.founder).await;
    for other in others {
        arrive(world, id, *other).await;
    }
    let _ = done(world, id, &person(world.founder), &Command::Open).await;
    id
}

fn hash(byte: u8) -> Hash32 {
    Hash32([byte; 32])
}

/// An anonymous round is open.
async fn open_round(world: &Founded, id: MeetingId) {
    let item = NewItem {
        title: "Dose".to_owned(),
        place: None,
        time_box: None,
    };
    let chair = person(world.founder);
    let _ = done(world, id, &chair, &Command::AddItem { item }).await;
    let item = load(world, id).await.state.agenda().items[0].id;
    let _ = done(world, id, &chair, &Command::BeginItem { item }).await;
    let _ = done(
        world,
        id,
        &chair,
        &Command::OpenRound { round: round(item) },
    )
    .await;
}

fn round(item: ItemId) -> NewRound {
    NewRound {
        item,
        document: name("first"),
        text: hash(7),
        rule: Rule {
            words: "Most wins".to_owned(),
            hash: hash(8),
            quorum: Quorum {
                numerator: 0,
                denominator: 1,
            },
            anonymity: Anonymity::Anonymous,
        },
        options: vec!["yes".to_owned(), "no".to_owned()],
    }
}

async fn round_of(world: &Founded, id: MeetingId) -> RoundId {
    let state = load(world, id).await.state;
    state.rounds().all[0].id
}

fn ballot(round: RoundId, slot: u8, option: u8) -> Command {
    Command::CastBallot {
        round,
        text: hash(7),
        slot: Some(hash(slot)),
        ballot: Ballot::Choice(option),
    }
}

/// # Panics
/// When the store breaks the rule, as everywhere here.
pub async fn leaders_and_deputies_plan_meetings_and_members_those_of_peers(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let deputy = world.let_in(factory, "deputy", 1, Role::Deputy).await;
    let member = world.let_in(factory, "member", 2, Role::Member).await;
    let guest = world.let_in(factory, "guest", 3, Role::Guest).await;
    let listener = world.let_in(factory, "listener", 4, Role::Listener).await;
    let stranger = factory.account("stranger").await;
    for (who, led, of_peers) in [
        (world.founder, Ok(()), Ok(())),
        (deputy, Ok(()), Ok(())),
        (member, Err(Refusal::LeadersOnly), Ok(())),
        (guest, Err(Refusal::LeadersOnly), Err(Refusal::MembersOnly)),
        (
            listener,
            Err(Refusal::LeadersOnly),
            Err(Refusal::MembersOnly),
        ),
        (
            stranger,
            Err(Refusal::NoSuchCommunity),
            Err(Refusal::NoSuchCommunity),
        ),
    ] {
        assert_eq!(plan(&world, who, &wish(Vec::new())).await.map(|_| ()), led);
        let peers = NewMeeting {
            peers: true,
            ..wish(Vec::new())
        };
        assert_eq!(plan(&world, who, &peers).await.map(|_| ()), of_peers);
    }
    let id = plan(&world, world.founder, &wish(vec![deputy, member])).await;
    let state = load(&world, id.expect("planned")).await.state;
    let roll: BTreeSet<_> = [world.founder, deputy, member].map(AccountId::user).into();
    assert_eq!(*state.roll(), roll, "no guests, no listeners");
    for deputies in [
        vec![guest],
        vec![stranger],
        vec![deputy, deputy],
        vec![world.founder],
    ] {
        let refused = plan(&world, world.founder, &wish(deputies)).await;
        assert_eq!(refused, Err(Refusal::NoSuchMember));
    }
}

/// # Panics
/// When the store breaks the rule.
pub async fn a_meeting_is_about_documents_that_its_planner_may_read(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    world.create(member, "draft", Privacy::Private).await;
    world.create(world.founder, "own", Privacy::Private).await;
    for (text, expected) in [
        ("first", Ok(())),
        ("own", Ok(())),
        ("draft", Err(Refusal::NoSuchDocument)),
        ("nothing", Err(Refusal::NoSuchDocument)),
    ] {
        let meeting = NewMeeting {
            documents: vec![name(text), name("first")],
            ..wish(Vec::new())
        };
        let planned = plan(&world, world.founder, &meeting).await;
        assert_eq!(planned.map(|_| ()), expected, "{text}");
    }
    // Titles are for those who may read the documents.
    let listed = world.store.meetings(by(member), world.id).await;
    let listed = listed.expect("list").expect("a member");
    assert_eq!(listed.len(), 2);
    for meeting in listed {
        let names: Vec<_> = meeting.documents.iter().map(|(name, _)| name).collect();
        assert_eq!(names, [&name("first")]);
        assert_eq!(meeting.names[&world.founder], "founder");
    }
}

/// # Panics
/// When the store breaks the rule.
pub async fn who_may_not_be_in_it_learns_of_no_meeting(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let guest = world.let_in(factory, "guest", 1, Role::Guest).await;
    let listener = world.let_in(factory, "listener", 2, Role::Listener).await;
    let stranger = factory.account("stranger").await;
    let id = open(&world, &[]).await;
    let granted = async || {
        let grant = Grant {
            access: Access::Read,
            until_ms: None,
        };
        let first = name("first");
        let done = world.store.grant(by(world.founder), &first, guest, grant);
        done.await.expect("grant").expect("leaders grant");
    };
    // What was said about a text is for nobody who may not read that.
    let hidden = world.store.meeting(by(guest), id).await.expect("read");
    assert!(hidden.is_none(), "a guest who was granted nothing");
    let listed = world.store.meetings(by(guest), world.id).await;
    assert_eq!(listed.expect("list"), Ok(Vec::new()));
    granted().await;
    for (who, sees) in [
        (world.founder, true),
        (guest, true),
        (listener, false),
        (stranger, false),
    ] {
        let found = world.store.meeting(by(who), id).await.expect("read");
        assert_eq!(found.is_some(), sees);
        let listed = world.store.meetings(by(who), world.id).await.expect("list");
        assert_eq!(listed.is_ok(), sees);
        let cancelled = world.store.cancel_meeting(by(who), id).await;
        assert_eq!(cancelled.expect("cancel").is_some(), sees);
    }
    assert_eq!(
        world
            .store
            .meeting_about(&name("first"))
            .await
            .expect("look"),
        Some(id)
    );
    assert_eq!(
        world
            .store
            .meeting_about(&name("other"))
            .await
            .expect("look"),
        None
    );
    let under_way = world.store.meetings_under_way().await.expect("look");
    let mark = load(&world, id).await.mark;
    assert_eq!(under_way.len(), 1);
    assert_eq!((under_way[0].id, under_way[0].mark), (id, mark));
}

/// # Panics
/// When the store breaks the rule.
pub async fn a_meeting_is_taken_off_before_it_begins_and_not_after(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let cancel = async |who, id| {
        let cancelled = world.store.cancel_meeting(by(who), id).await;
        cancelled.expect("take it off")
    };
    let id = plan(&world, world.founder, &wish(Vec::new())).await;
    let id = id.expect("planned");
    arrive(&world, id, world.founder).await;
    assert_eq!(cancel(member, id).await, Some(Err(Refusal::LeadersOnly)));
    assert_eq!(cancel(world.founder, id).await, Some(Ok(true)));
    assert!(world.store.load_meeting(id).await.expect("load").is_none());
    assert_eq!(cancel(world.founder, id).await, None);
    let acts = world.acts(world.founder, 2).await;
    assert_eq!(acts, ["meeting-cancelled", "meeting-planned"]);

    let id = open(&world, &[]).await;
    assert_eq!(cancel(world.founder, id).await, Some(Ok(false)));
    assert_eq!(load(&world, id).await.state.phase(), Phase::Open);
}

/// # Panics
/// When the store breaks the rule.
pub async fn of_two_who_decide_on_one_version_one_is_told(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let id = open(&world, &[member]).await;
    let on = load(&world, id).await;
    let decided = |who: AccountId| {
        let to = Command::RaiseHand;
        decide(&on.state, &on.boxes, &to, &person(who), Moment(NOW_MS))
    };
    // One gives the chair away, the other asks to speak: on one version.
    let hand_over = Command::HandOver { to: member.user() };
    let chair = person(world.founder);
    let first = decide(&on.state, &on.boxes, &hand_over, &chair, Moment(NOW_MS));
    let (first, second) = (first.expect("may be"), decided(member).expect("may be"));
    let (one, other) = tokio::join!(
        keep(&world, id, &on, &first, &[]),
        keep(&world, id, &on, &second, &[])
    );
    let kept = [one.expect("keep"), other.expect("keep")];
    let moved = kept.iter().filter(|kept| **kept == Kept::Moved).count();
    assert_eq!(moved, 1, "{kept:?}");
    let now = load(&world, id).await;
    assert_eq!(now.mark.version, on.mark.version + 1);
    let events = world.store.meeting_events(id).await.expect("read");
    assert_eq!(
        events.len() as u64,
        now.mark.version,
        "nothing twice, and no gap"
    );
    // An ended round and a vote are decided on one mark as well: nothing is kept on a mark of the past.
    let late = keep(&world, id, &on, &Decision::default(), &[]).await;
    assert_eq!(late.expect("keep"), Kept::Moved);
}

/// # Panics
/// When the store breaks the rule.
pub async fn of_two_meetings_about_one_text_one_is_under_way(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let chair = person(world.founder);
    let mut opening = Vec::new();
    for _ in 0..2 {
        let id = plan(&world, world.founder, &wish(Vec::new())).await;
        let id = id.expect("leaders plan meetings");
        arrive(&world, id, world.founder).await;
        let on = load(&world, id).await;
        let now = Moment(NOW_MS);
        let open = decide(&on.state, &on.boxes, &Command::Open, &chair, now);
        opening.push((id, on, open.expect("may be")));
    }
    let begin = async |at: usize| {
        let (id, on, open) = &opening[at];
        keep(&world, *id, on, open, &[]).await.expect("keep")
    };
    let kept: [Kept; 2] = tokio::join!(begin(0), begin(1)).into();
    let first = kept.iter().position(|kept| matches!(kept, Kept::At(_)));
    let first = first.expect("one begins");
    let (held, waiting) = (opening[first].0, opening[1 - first].0);
    assert_eq!(kept[1 - first], Kept::TextHeld(held));
    assert_eq!(begin(1 - first).await, Kept::TextHeld(held), "again");
    assert_eq!(load(&world, waiting).await.state.phase(), Phase::Planned);
    let _ = done(&world, held, &chair, &Command::End).await;
    assert!(matches!(begin(1 - first).await, Kept::At(_)));
}

/// # Panics
/// When the store breaks the rule.
pub async fn a_changed_ballot_moves_the_mark_though_it_is_no_event(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let id = open(&world, &[]).await;
    open_round(&world, id).await;
    let round = round_of(&world, id).await;
    let voter = person(world.founder);
    let first = done(&world, id, &voter, &ballot(round, 1, 0)).await;
    let before = load(&world, id).await;
    let second = done(&world, id, &voter, &ballot(round, 1, 1)).await;
    assert_eq!(second.version, first.version, "nobody is told");
    assert_ne!(second, first);
    // Whoever counts on what lay there before is told to look again.
    let close = Command::CloseRound { round };
    let chair = person(world.founder);
    let counted = decide(&before.state, &before.boxes, &close, &chair, Moment(NOW_MS));
    let kept = keep(&world, id, &before, &counted.expect("may be"), &[]).await;
    assert_eq!(kept.expect("keep"), Kept::Moved);
    let now = load(&world, id).await;
    assert_eq!(now.boxes.tally(BoxId::Round(round), 2).counts, [0, 1]);
}

/// # Panics
/// When the store breaks the rule.
pub async fn replaying_the_events_makes_the_state_that_is_written(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let id = open(&world, &[member]).await;
    let setup = world.store.meeting(by(member), id).await;
    let setup = setup.expect("read").expect("a member").setup;
    let mut written = BTreeSet::new();
    for turn in 0..SNAPSHOT_AFTER {
        let command = if turn % 2 == 0 {
            Command::RaiseHand
        } else {
            Command::LowerHand
        };
        let _ = done(&world, id, &person(member), &command).await;
        let stored = load(&world, id).await;
        written.insert(stored.written);
        assert_eq!(stored.state.version(), stored.mark.version);
        if turn % 16 == 0 || turn + 4 >= SNAPSHOT_AFTER {
            let events = world.store.meeting_events(id).await.expect("read");
            let replayed = State::replay(&setup, &events).expect("a set-up");
            assert_eq!(replayed, stored.state, "at {turn}");
        }
    }
    assert!(
        written.len() > 1,
        "the state was written on the way: {written:?}"
    );
}

/// # Panics
/// When the store breaks the rule.
pub async fn what_was_of_the_moment_is_not_kept_after_the_end(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let id = open(&world, &[member]).await;
    let _ = done(&world, id, &person(member), &Command::RaiseHand).await;
    let _ = done(&world, id, &person(world.founder), &Command::End).await;
    let events = world.store.meeting_events(id).await.expect("read");
    assert!(events.iter().all(|record| !record.event.is_passing()));
    let setup = world.store.meeting(by(member), id).await;
    let setup = setup.expect("read").expect("a member").setup;
    let replayed = State::replay(&setup, &events).expect("a set-up");
    assert_eq!(replayed, load(&world, id).await.state);
    assert!(
        world
            .store
            .meetings_under_way()
            .await
            .expect("look")
            .is_empty()
    );
    assert_eq!(
        world
            .store
            .meeting_about(&name("first"))
            .await
            .expect("look"),
        None
    );
}

/// Every row of a table.
async fn rows_of(world: &Founded, table: &'static str, id: MeetingId) -> Vec<Vec<Cell>> {
    let mut work = world.store.reading().await.expect("read");
    let sql = format!("SELECT * FROM {table} WHERE meeting = $1");
    let rows = work
        .statements()
        .rows(&sql, &[Value::Bytes(id.as_bytes())])
        .await;
    let rows = ended(work, rows).await;
    rows.into_iter().map(|row| row.0).collect()
}

async fn ended<T>(work: Box<dyn Work + '_>, outcome: Result<T, sqlx::Error>) -> T {
    end(work, outcome, "look into a table").await.expect("look")
}

/// # Panics
/// When the store breaks the rule.
pub async fn a_box_says_nothing_but_slot_and_choice_and_goes_when_it_is_counted(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let anna = world.let_in(factory, "anna", 1, Role::Member).await;
    let bert = world.let_in(factory, "bert", 2, Role::Member).await;
    // In every order of voting, with the same choices under the same secrets, the same is stored.
    let mut found = BTreeSet::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let id = open(&world, &[anna, bert]).await;
        open_round(&world, id).await;
        let round = round_of(&world, id).await;
        let voters = [(world.founder, 30, 1), (anna, 10, 0), (bert, 20, 1)];
        for at in order {
            let (who, slot, option) = voters[at];
            let _ = done(&world, id, &person(who), &ballot(round, slot, option)).await;
        }
        let _ = done(&world, id, &person(anna), &ballot(round, 10, 1)).await;
        let _ = done(&world, id, &person(anna), &ballot(round, 10, 0)).await;
        let rows = rows_of(&world, "meeting_boxes", id).await;
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row.len() == 4), "{rows:?}");
        let rows: Vec<_> = rows.into_iter().map(|row| row[1..].to_vec()).collect();
        assert!(
            rows.is_sorted(),
            "as they lie, they are in the order of the slots: {rows:?}"
        );
        found.insert(rows);
        let told = rows_of(&world, "meeting_events", id).await;
        for row in told {
            let Cell::Text(entry) = &row[2] else {
                panic!("an entry: {row:?}");
            };
            for secret in [hash(10), hash(20), hash(30)] {
                assert!(!entry.contains(&secret.to_string()), "{entry}");
            }
        }
        let _ = done(
            &world,
            id,
            &person(world.founder),
            &Command::CloseRound { round },
        )
        .await;
        assert!(rows_of(&world, "meeting_boxes", id).await.is_empty());
        let stored = load(&world, id).await;
        assert_eq!(stored.boxes, Boxes::default());
        let result = stored.state.rounds().all[0].result.clone();
        assert_eq!(result.expect("counted").counts, Some(vec![1, 2]));
        // One meeting at a time holds a text.
        let _ = done(&world, id, &person(world.founder), &Command::End).await;
    }
    assert_eq!(found.len(), 1, "the order of voting is stored: {found:?}");
}

/// # Panics
/// When the store breaks the rule.
pub async fn the_ledger_has_what_the_community_is_to_know(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let id = open(&world, &[member]).await;
    let remove = Command::Remove {
        who: member.user(),
        reason: "shouted".to_owned(),
    };
    let _ = done(&world, id, &person(world.founder), &remove).await;
    let _ = done(&world, id, &person(world.founder), &Command::End).await;
    let entries: BTreeMap<_, _> = world.ledger(world.founder, 4).await.into_iter().collect();
    assert_eq!(
        entries.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "meeting-ended",
            "meeting-opened",
            "meeting-planned",
            "participant-removed"
        ]
    );
    let removal = &entries["participant-removed"];
    assert!(
        removal.contains(&format!(r#""member":"{member}""#)),
        "{removal}"
    );
    assert!(removal.contains(r#""reason":"shouted""#), "{removal}");
}

/// # Panics
/// When the store breaks the rule.
pub async fn a_link_is_of_one_node_and_a_beat_rises(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let id = open(&world, &[]).await;
    let here = Link {
        node: 7,
        person: world.founder,
    };
    let there = Link { node: -3, ..here };
    let write = async |links: &[LinkWrite]| {
        let on = load(&world, id).await;
        let kept = keep(&world, id, &on, &Decision::default(), links).await;
        let Kept::At(mark) = kept.expect("keep") else {
            panic!("nobody else is here");
        };
        assert_eq!(
            mark.turn,
            on.mark.turn + 1,
            "connections are decided on as well"
        );
        load(&world, id).await.links
    };
    assert_eq!(write(&[LinkWrite::Put(here)]).await, [here]);
    assert_eq!(
        write(&[LinkWrite::Put(here), LinkWrite::Put(there)]).await,
        [there, here]
    );
    assert_eq!(write(&[LinkWrite::Take(here)]).await, [there]);

    let store = &world.store;
    let beats = async || store.beats().await.expect("look");
    let unheard = Beat { node: -3, beat: 0 };
    assert_eq!(beats().await, [unheard], "a link without a beat is seen");
    for beat in 1..=2 {
        store.beat(7).await.expect("beat");
        assert_eq!(beats().await, [unheard, Beat { node: 7, beat }]);
    }
    store
        .forget_beat(Beat { node: 7, beat: 1 })
        .await
        .expect("forget");
    assert_eq!(beats().await.len(), 2, "it has moved since");
    store
        .forget_beat(Beat { node: 7, beat: 2 })
        .await
        .expect("forget");
    assert_eq!(beats().await, [unheard]);
}

/// A meeting in which three have voted anonymously, and the round is open.
///
/// # Panics
/// When that does not work.
pub async fn with_three_ballots(factory: &impl BranchFactory) -> MeetingId {
    let world = Founded::new(factory).await;
    let anna = world.let_in(factory, "anna", 1, Role::Member).await;
    let bert = world.let_in(factory, "bert", 2, Role::Member).await;
    let id = open(&world, &[anna, bert]).await;
    open_round(&world, id).await;
    let round = round_of(&world, id).await;
    for (who, slot, option) in [(world.founder, 30, 1), (anna, 10, 0), (bert, 20, 1)] {
        let _ = done(&world, id, &person(who), &ballot(round, slot, option)).await;
    }
    id
}
