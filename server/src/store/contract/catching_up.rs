//! What every store must do so that people catch up: one rule a function, named after a sentence of
//! [`crate::store::CatchingUpStore`].
//!
//! [`catching_up_contract!`](crate::catching_up_contract) turns them into tests, with the factory of
//! [`super::branches`].

use std::sync::Arc;

use bytes::Bytes;
use consilium_model::access::{BranchKind, Privacy, Role};
use consilium_protocol::ids::{Access, UserId};

use super::branches::BranchFactory;
use super::governing::{NOW_MS, at, by, document, name, secret};
use crate::community::wording::{JoinPolicy, Language};
use crate::store::branches::{Fate, NewBranch, Part, pack_fork};
use crate::store::catching_up::record::{NOTIFICATIONS_KEPT_MS, NOTIFICATIONS_MAX, VISIT_GAP_MS};
use crate::store::catching_up::{
    Call, CallKind, ChosenRole, Digest, DueDiscussion, Heard, Kind, Seen, Topic,
};
use crate::store::communities::{Changes, Founding, Grant, MemberChange, NewInvitation, Refusal};
use crate::store::joining::{Answer, NewSubGroup};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, SubGroupId};
use crate::store::{Append, DocId, Store};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! catching_up_contract {
    ($factory:expr) => {
        $crate::catching_up_contract!(@rules $factory;
            what_is_decided_is_told_to_whom_it_concerns
            nobody_is_shown_what_they_may_not_see_any_more
            what_was_said_is_told_once_and_to_readers_only
            a_discussion_is_due_until_it_was_read
            what_was_taken_back_is_told_no_more
            what_was_read_stays_read_and_nobody_reads_for_another
            what_is_silenced_is_not_told
            the_newest_are_kept_and_none_for_ever
            a_digest_says_what_others_did_since
            a_digest_holds_nothing_that_the_viewer_may_not_read
            a_visit_that_is_over_begins_what_is_new
            chosen_roles_open_nothing_and_go_with_their_member
            a_term_that_ends_soon_is_told_a_week_and_a_day_before
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::catching_up::$rule(&$factory).await;
            }
        )*
    };
}

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A community with a document `text`, open to it, and some people.
struct World {
    store: Arc<dyn Store>,
    id: CommunityId,
    leader: AccountId,
    member: AccountId,
    guest: AccountId,
    stranger: AccountId,
}

impl World {
    async fn new(factory: &impl BranchFactory) -> Self {
        let store = factory.open_whole().await;
        let leader = factory.account("leader").await;
        let founding = Founding {
            id: CommunityId::new(),
            name: "World".to_owned(),
            description: String::new(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: document("text", None),
        };
        store
            .found_community(by(leader), &founding)
            .await
            .expect("found a community");
        let world = Self {
            store,
            id: founding.id,
            leader,
            member: factory.account("member").await,
            guest: factory.account("guest").await,
            stranger: factory.account("stranger").await,
        };
        world.let_in(world.member, 1, Role::Member).await;
        world.let_in(world.guest, 2, Role::Guest).await;
        world
    }

    async fn let_in(&self, account: AccountId, number: u8, role: Role) {
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role,
            secret: secret(number),
            expires_at_ms: NOW_MS + 1_000,
            uses_max: None,
        };
        let made = self
            .store
            .invite(by(self.leader), self.id, &invitation)
            .await;
        made.expect("invite").expect("leaders invite");
        let joined = self.store.join(by(account), &secret(number)).await;
        joined.expect("join").expect("the invited join");
    }

    /// What somebody is shown, the oldest first, as `kind actor`.
    async fn told(&self, account: AccountId) -> Vec<String> {
        self.told_at(account, NOW_MS + 1).await
    }

    async fn told_at(&self, account: AccountId, at_ms: i64) -> Vec<String> {
        let shown = self.store.notifications(at(account, at_ms)).await;
        shown
            .expect("list")
            .iter()
            .rev()
            .map(|view| format!("{} {}", view.kind.word(), view.actor.name))
            .collect()
    }

    async fn branch(&self, author: AccountId, text: &str, kind: BranchKind) {
        let made = self.store.load_or_create(&name(text), NOW_MS).await;
        let branch = NewBranch {
            doc: made.expect("make a document").record.id,
            name: name(text),
            document: name("text"),
            kind,
            note: "Because".to_owned(),
            fork: pack_fork(b"the text as it was").expect("pack"),
        };
        let made = self.store.make_branch(by(author), &branch).await;
        made.expect("make a branch").expect("they may");
    }

    async fn decide(&self, account: AccountId, at_ms: i64, text: &str, fate: Fate) {
        let decided = self
            .store
            .decide_branch(at(account, at_ms), &name(text), fate, None)
            .await;
        decided.expect("decide").expect("they may");
    }

    /// Something that somebody writes.
    async fn write(&self, author: AccountId, text: &str, at_ms: i64) -> DocId {
        let found = self.store.load_or_create(&name(text), at_ms).await;
        let doc = found.expect("a document").record.id;
        let append = Append {
            doc,
            update: Bytes::from_static(b"an update"),
            author: Some(author.user()),
            claims: Vec::new(),
            at_ms,
        };
        self.store.append(&[append]).await.expect("append");
        doc
    }

    /// The discussion of `text`, as if it were due.
    async fn discussion(&self, document: &str) -> DueDiscussion {
        let discussion = format!("{document}/discussion");
        let found = self.store.load_or_create(&name(&discussion), NOW_MS).await;
        DueDiscussion {
            doc: found.expect("a document").record.id,
            name: name(&discussion),
            document: name(document),
            seen: Seen::Nothing,
            tail: (0, 0),
        }
    }

    async fn say(&self, document: &str, at_ms: i64, heard: &Heard) {
        let discussion = self.discussion(document).await;
        let told = self.store.tell(&discussion, heard, at_ms).await;
        told.expect("tell");
    }

    async fn digest(&self, account: AccountId, at_ms: i64) -> Digest {
        let digest = self.store.digest(at(account, at_ms), self.id).await;
        digest.expect("read").expect("a member")
    }
}

fn call(to: AccountId, by: AccountId, kind: CallKind, event: &str) -> Call {
    Call {
        to: to.user(),
        by: by.user(),
        kind,
        thread: "1.0".to_owned(),
        event: event.to_owned(),
    }
}

fn calls(calls: Vec<Call>) -> Heard {
    Heard {
        calls,
        seen: Some(vec![0]),
        ..Heard::default()
    }
}

/// In the transaction of the act, and never to whoever did it.
pub async fn what_is_decided_is_told_to_whom_it_concerns(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let (store, id) = (&world.store, world.id);
    let deputy = MemberChange {
        role: Some(Role::Deputy),
        until_ms: Some(Some(NOW_MS + 30 * DAY_MS)),
    };
    let changed = store
        .change_member(by(world.leader), id, world.member, deputy)
        .await;
    changed.expect("change").expect("may");
    let granted = store
        .grant(
            by(world.leader),
            &name("text"),
            world.guest,
            Access::Comment.into(),
        )
        .await;
    granted.expect("grant").expect("may");
    let group = NewSubGroup {
        id: SubGroupId::new(),
        name: "Dosage".to_owned(),
        members: vec![world.member],
    };
    let made = store
        .make_sub_group(at(world.leader, NOW_MS + 1), id, &group)
        .await;
    made.expect("make").expect("may");
    let shown = store.notifications(at(world.member, NOW_MS + 1)).await;
    let shown = shown.expect("list");
    assert_eq!(shown[0].kind, Kind::SubGroupJoined);
    assert_eq!(
        shown[0].sub_group,
        Some((group.id, "Dosage".to_owned())),
        "under the name of today"
    );
    assert_eq!(shown[1].kind, Kind::RoleChanged);
    assert_eq!(shown[1].word.as_deref(), Some("deputy"));
    assert_eq!(shown[1].until_ms, Some(NOW_MS + 30 * DAY_MS));
    assert_eq!(shown[1].community_name, "World");
    let shown = store.notifications(by(world.guest)).await.expect("list");
    assert_eq!(shown.len(), 1);
    assert_eq!(
        (shown[0].kind, shown[0].word.as_deref()),
        (Kind::AccessGranted, Some("comment"))
    );
    assert_eq!(
        shown[0].document,
        Some((name("text"), "Title of text".to_owned()))
    );

    // Whoever lets people in is told who asks, until somebody has answered.
    let by_asking = Changes {
        join_policy: Some(JoinPolicy::Request),
        ..Changes::default()
    };
    let changed = store
        .change_community(by(world.leader), id, &by_asking)
        .await;
    changed.expect("change").expect("may");
    let asked = store
        .ask_to_join(by(world.stranger), id, Some("I would like to"))
        .await;
    asked.expect("ask").expect("may");
    assert_eq!(world.told(world.leader).await, ["asks-to-join stranger"]);
    let told = world.told(world.member).await;
    assert_eq!(told.len(), 3, "a deputy is told too: {told:?}");
    let answered = store
        .answer_request(by(world.leader), id, world.stranger, Answer::Accept)
        .await;
    answered.expect("answer").expect("may");
    assert_eq!(world.told(world.leader).await, Vec::<String>::new());
    assert_eq!(world.told(world.stranger).await, ["let-in leader"]);

    // Suggestions: whoever leads, and its author.
    world.branch(world.guest, "draft", BranchKind::Draft).await;
    assert_eq!(world.told(world.leader).await, Vec::<String>::new());
    for note in ["Please", "Please!"] {
        let handed = store.hand_in(by(world.guest), &name("draft"), note).await;
        handed.expect("hand in").expect("its author");
    }
    assert_eq!(world.told(world.leader).await, ["suggestion-made guest"]);
    world
        .decide(world.leader, NOW_MS + 1, "draft", Fate::Merged(Part::Some))
        .await;
    world
        .decide(world.leader, NOW_MS + 2, "draft", Fate::Discarded)
        .await;
    world
        .branch(world.guest, "second", BranchKind::Suggestion)
        .await;
    world
        .decide(world.leader, NOW_MS + 3, "second", Fate::Merged(Part::All))
        .await;
    world
        .branch(world.guest, "third", BranchKind::Suggestion)
        .await;
    world
        .decide(world.guest, NOW_MS + 3, "third", Fate::Discarded)
        .await;
    assert_eq!(
        world.told_at(world.guest, NOW_MS + 9).await,
        [
            "access-granted leader",
            "suggestion-taken-in-part leader",
            "suggestion-discarded leader",
            "suggestion-taken leader",
        ]
    );
}

/// Asked when it is shown: privacy, the bin, and being in the community at all.
pub async fn nobody_is_shown_what_they_may_not_see_any_more(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let mention = call(world.member, world.leader, CallKind::Mention, "1.1");
    world.say("text", NOW_MS, &calls(vec![mention])).await;
    let unread = async || {
        let unread = world.store.unread(at(world.member, NOW_MS + 1)).await;
        unread.expect("count").len()
    };
    assert_eq!(world.told(world.member).await, ["mention leader"]);
    assert_eq!(unread().await, 1);
    for is_binned in [true, false] {
        let binned = world
            .store
            .set_binned(by(world.leader), &name("text"), is_binned)
            .await;
        binned.expect("bin").expect("may");
        assert_eq!(world.told(world.member).await.is_empty(), is_binned);
        assert_eq!(unread().await == 0, is_binned);
    }
    let narrowed = world
        .store
        .set_privacy(by(world.leader), &name("text"), Privacy::Private, None)
        .await;
    narrowed.expect("narrow").expect("its maker may");
    assert_eq!(world.told(world.member).await, Vec::<String>::new());
    assert_eq!(unread().await, 0);
    let widened = world
        .store
        .set_privacy(
            by(world.leader),
            &name("text"),
            Privacy::Public,
            Some("everybody should read it"),
        )
        .await;
    widened.expect("widen").expect("leaders may");
    assert_eq!(unread().await, 1);
    // Whoever has left reads what is public, and has no notifications from inside.
    let removed = world
        .store
        .remove_member(by(world.leader), world.id, world.member)
        .await;
    removed.expect("remove").expect("may");
    assert_eq!(world.told(world.member).await, Vec::<String>::new());
    assert_eq!(unread().await, 0);
}

/// Whoever tells how often; a mention of somebody who does not read the document is nothing.
pub async fn what_was_said_is_told_once_and_to_readers_only(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let nobody = AccountId::new();
    let heard = calls(vec![
        call(world.member, world.leader, CallKind::Mention, "1.1"),
        call(world.guest, world.leader, CallKind::Mention, "1.1"),
        call(world.stranger, world.leader, CallKind::Mention, "1.1"),
        call(nobody, world.leader, CallKind::Mention, "1.1"),
        call(world.leader, world.leader, CallKind::Reply, "1.1"),
        call(world.leader, nobody, CallKind::Reply, "1.2"),
        call(world.leader, world.member, CallKind::Resolved, "1.3"),
        Call {
            to: UserId::new("somebody of another kind of server"),
            ..call(world.member, world.leader, CallKind::Mention, "1.1")
        },
    ]);
    let discussion = world.discussion("text").await;
    let (one, other) = tokio::join!(
        world.store.tell(&discussion, &heard, NOW_MS),
        world.store.tell(&discussion, &heard, NOW_MS + 1)
    );
    one.expect("tell");
    other.expect("tell");
    world.say("text", NOW_MS + 1, &heard).await;
    assert_eq!(world.told(world.member).await, ["mention leader"]);
    assert_eq!(world.told(world.leader).await, ["resolved member"]);
    for nobody in [world.guest, world.stranger] {
        assert_eq!(world.told(nobody).await, Vec::<String>::new());
    }
    let shown = world
        .store
        .notifications(at(world.member, NOW_MS + 1))
        .await;
    let shown = shown.expect("list");
    assert_eq!(shown[0].thread.as_deref(), Some("1.0"));
    assert_eq!(
        shown[0].document,
        Some((name("text"), "Title of text".to_owned()))
    );
    // Not even when they may read it later: they were not spoken to.
    let granted = world
        .store
        .grant(
            at(world.leader, NOW_MS + 1),
            &name("text"),
            world.guest,
            Access::Read.into(),
        )
        .await;
    granted.expect("grant").expect("may");
    assert_eq!(world.told(world.guest).await, ["access-granted leader"]);
}

/// And again when something has come since, also when a compaction has merged it.
pub async fn a_discussion_is_due_until_it_was_read(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let due = async |since_ms: i64| {
        let due = world.store.due_discussions(since_ms, 10).await;
        due.expect("look")
    };
    assert_eq!(due(0).await, []);
    world.write(world.leader, "text", NOW_MS).await;
    assert_eq!(due(0).await, [], "a text is no discussion");
    let doc = world.write(world.leader, "text/discussion", NOW_MS).await;
    let found = due(0).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].doc, &found[0].name, &found[0].document),
        (doc, &name("text/discussion"), &name("text"))
    );
    assert_eq!(found[0].seen, Seen::Nothing);
    assert_eq!(due(NOW_MS + 1).await, [], "it was not touched since");
    // Something comes while it is read.
    world.write(world.leader, "text/discussion", NOW_MS).await;
    let told = world
        .store
        .tell(&found[0], &calls(Vec::new()), NOW_MS + 1)
        .await;
    told.expect("tell");
    let found = due(0).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].seen, Seen::UpTo(vec![0]));
    let told = world
        .store
        .tell(&found[0], &calls(Vec::new()), NOW_MS + 1)
        .await;
    told.expect("tell");
    assert_eq!(due(0).await, []);
    let stored = world.store.load(&name("text/discussion")).await;
    let stored = stored.expect("load").expect("there");
    let compaction = crate::store::Compaction {
        doc,
        state: Bytes::from_static(b"all of it"),
        rows: stored.tail.iter().map(|row| row.id).collect(),
        snapshots: Vec::new(),
    };
    world.store.compact(&compaction).await.expect("compact");
    assert_eq!(due(0).await.len(), 1, "it is read once too often");
}

/// The notification goes with the comment, and is not counted either.
pub async fn what_was_taken_back_is_told_no_more(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let visited = world.store.visit(by(world.member), world.id).await;
    visited.expect("visit");
    let heard = Heard {
        remarks: vec![
            ("1.1".to_owned(), world.leader.user()),
            ("1.2".to_owned(), world.leader.user()),
            ("2.1".to_owned(), world.member.user()),
            ("3.1".to_owned(), UserId::new("nobody")),
        ],
        ..calls(vec![
            call(world.member, world.leader, CallKind::Mention, "1.1"),
            call(world.member, world.leader, CallKind::Reply, "1.2"),
        ])
    };
    world.say("text", NOW_MS + 1, &heard).await;
    let digest = world.digest(world.member, NOW_MS + 2).await;
    assert_eq!(digest.documents[0].remarks, 2, "others' comments");
    assert_eq!(digest.documents[0].mentions.len(), 1);
    let gone = Heard {
        gone: vec!["1.1".to_owned()],
        ..calls(Vec::new())
    };
    world.say("text", NOW_MS + 2, &gone).await;
    assert_eq!(
        world.told_at(world.member, NOW_MS + 2).await,
        ["reply leader"]
    );
    let digest = world.digest(world.member, NOW_MS + 2).await;
    assert_eq!(digest.documents[0].remarks, 1);
    assert_eq!(digest.documents[0].mentions, []);
}

/// By their ids, or all up to a moment.
pub async fn what_was_read_stays_read_and_nobody_reads_for_another(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    for (step, event) in [(1, "1.1"), (2, "1.2"), (3, "1.3")] {
        let mention = call(world.member, world.leader, CallKind::Mention, event);
        world
            .say("text", NOW_MS + step, &calls(vec![mention]))
            .await;
    }
    let later = at(world.member, NOW_MS + 10);
    let unread = async || {
        let unread = world.store.unread(later).await.expect("count");
        unread
            .iter()
            .map(|view| view.at_ms - NOW_MS)
            .collect::<Vec<_>>()
    };
    assert_eq!(unread().await, [3, 2, 1]);
    let ids: Vec<_> = world.store.notifications(later).await.expect("list");
    let second = ids[1].id;
    let other = world
        .store
        .mark_read(by(world.leader), &[second], None)
        .await;
    other.expect("mark");
    assert_eq!(unread().await, [3, 2, 1]);
    let mine = world.store.mark_read(later, &[second], None).await;
    mine.expect("mark");
    assert_eq!(unread().await, [3, 1]);
    let all = world.store.mark_read(later, &[], Some(NOW_MS + 1)).await;
    all.expect("mark");
    assert_eq!(unread().await, [3]);
    let shown = world.store.notifications(later).await.expect("list");
    let read: Vec<bool> = shown.iter().map(|view| view.is_read).collect();
    assert_eq!(read, [false, true, true]);
}

/// From then on; what was told before stays, and other topics are told.
pub async fn what_is_silenced_is_not_told(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let say = async |kind, event: &str| {
        let call = call(world.member, world.leader, kind, event);
        world.say("text", NOW_MS, &calls(vec![call])).await;
    };
    say(CallKind::Mention, "1.1").await;
    let silence = async |topics: &[Topic]| {
        let done = world.store.silence(world.member, topics).await;
        done.expect("silence");
        world.store.silences(world.member).await.expect("read")
    };
    assert_eq!(
        silence(&[Topic::Mention, Topic::Community]).await,
        [Topic::Mention, Topic::Community]
    );
    say(CallKind::Mention, "1.2").await;
    say(CallKind::Reply, "1.3").await;
    let change = MemberChange {
        role: Some(Role::Deputy),
        until_ms: None,
    };
    let changed = world
        .store
        .change_member(by(world.leader), world.id, world.member, change)
        .await;
    changed.expect("change").expect("may");
    let mut told = world.told(world.member).await;
    told.sort();
    assert_eq!(told, ["mention leader", "reply leader"]);
    assert_eq!(silence(&[]).await, []);
    say(CallKind::Mention, "1.4").await;
    assert_eq!(world.told(world.member).await.len(), 3);
    let others = world.store.silences(world.leader).await.expect("read");
    assert_eq!(others, []);
}

/// So many of one person, and none longer than a season.
pub async fn the_newest_are_kept_and_none_for_ever(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let many = NOTIFICATIONS_MAX + 20;
    for step in 0..many {
        let mention = call(
            world.member,
            world.leader,
            CallKind::Mention,
            &format!("1.{step}"),
        );
        if step % 100 == 0 || step + 3 > many {
            let at_ms = NOW_MS + i64::from(step);
            world.say("text", at_ms, &calls(vec![mention])).await;
        }
    }
    let batch: Vec<Call> = (0..many)
        .map(|step| {
            let event = format!("2.{step}");
            call(world.member, world.leader, CallKind::Mention, &event)
        })
        .collect();
    world.say("text", NOW_MS + 10_000, &calls(batch)).await;
    let later = NOW_MS + 10_001;
    let told = world.told_at(world.member, later).await;
    assert_eq!(told.len(), NOTIFICATIONS_MAX as usize);
    let shown = world.store.notifications(at(world.member, later)).await;
    let shown = shown.expect("list");
    assert!(
        shown.iter().all(|view| view.at_ms == NOW_MS + 10_000),
        "the oldest have gone"
    );
    let old = NOW_MS + 10_000 + NOTIFICATIONS_KEPT_MS;
    assert_eq!(world.told_at(world.member, old - 1).await.len(), 500);
    assert_eq!(world.told_at(world.member, old).await, Vec::<String>::new());
}

/// And not what one did oneself.
pub async fn a_digest_says_what_others_did_since(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let granted = world
        .store
        .grant(
            by(world.leader),
            &name("text"),
            world.guest,
            Access::Read.into(),
        )
        .await;
    granted.expect("grant").expect("may");
    let visited = world.store.visit(by(world.member), world.id).await;
    visited.expect("visit");
    let empty = world.digest(world.member, NOW_MS + 1).await;
    assert_eq!((empty.since_ms, empty.documents), (NOW_MS, Vec::new()));
    assert_eq!(empty.decisions, []);

    let hour = 60 * 60 * 1_000;
    let later = NOW_MS + 10 * hour;
    world.write(world.member, "text", NOW_MS + hour).await;
    let made = world
        .store
        .create_document(
            at(world.leader, NOW_MS + hour),
            world.id,
            &document("quiet", None),
        )
        .await;
    made.expect("create").expect("may");
    let quiet = world.digest(world.member, later).await;
    assert_eq!(quiet.documents, Vec::new(), "one's own work is no news");
    let acts: Vec<&str> = quiet
        .decisions
        .iter()
        .map(|line| line.sealed.entry.act.as_str())
        .collect();
    assert_eq!(acts, ["document-created"]);

    for step in 0..3 {
        world
            .write(world.leader, "text", NOW_MS + 2 * hour + step)
            .await;
    }
    world.write(world.leader, "quiet", NOW_MS + 6 * hour).await;
    world
        .branch(world.guest, "of a guest", BranchKind::Suggestion)
        .await;
    let mention = call(world.member, world.leader, CallKind::Mention, "1.1");
    world
        .say("quiet", NOW_MS + hour, &calls(vec![mention]))
        .await;
    let digest = world.digest(world.member, later).await;
    let names: Vec<&str> = digest
        .documents
        .iter()
        .map(|news| news.name.as_str())
        .collect();
    // What concerns the viewer comes first, then what waits for them.
    assert_eq!(names, ["quiet", "text"]);
    let text = &digest.documents[1];
    assert_eq!(text.sessions.len(), 1);
    assert_eq!(text.sessions[0].edits, 3);
    assert_eq!(text.sessions[0].authors, [world.leader.user()]);
    assert_eq!(text.waiting.len(), 1);
    assert_eq!(text.waiting[0].author.name, "guest");
    assert_eq!(text.latest_ms, NOW_MS + 2 * hour + 2);
    world
        .decide(
            world.leader,
            NOW_MS + 3 * hour,
            "of a guest",
            Fate::Discarded,
        )
        .await;
    let digest = world.digest(world.member, later).await;
    assert_eq!(digest.documents[1].waiting, []);
    assert_eq!(digest.documents[1].decided.len(), 1);
    let outside = world.store.digest(by(world.stranger), world.id).await;
    assert_eq!(outside.expect("read"), Err(Refusal::NoSuchCommunity));
}

/// Neither documents nor, for guests, the ledger.
pub async fn a_digest_holds_nothing_that_the_viewer_may_not_read(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    for account in [world.member, world.guest] {
        let visited = world.store.visit(by(account), world.id).await;
        visited.expect("visit");
    }
    let private = document("secret", Some(Privacy::Private));
    let made = world
        .store
        .create_document(at(world.leader, NOW_MS + 1), world.id, &private)
        .await;
    made.expect("create").expect("may");
    for text in ["secret", "text"] {
        world.write(world.leader, text, NOW_MS + 20_000).await;
    }
    let seen = async |account| {
        let digest = world.digest(account, NOW_MS + 30_000).await;
        let names: Vec<String> = digest
            .documents
            .iter()
            .map(|news| news.name.to_string())
            .collect();
        (names, digest.decisions.len(), digest.requests)
    };
    assert_eq!(
        seen(world.member).await,
        (vec!["text".to_owned()], 0, None),
        "what is private is not in the ledger"
    );
    assert_eq!(seen(world.guest).await, (vec![], 0, None));
    let granted = world
        .store
        .grant(
            at(world.leader, NOW_MS + 2),
            &name("text"),
            world.guest,
            Access::Read.into(),
        )
        .await;
    granted.expect("grant").expect("may");
    assert_eq!(
        seen(world.guest).await,
        (vec!["text".to_owned()], 0, None),
        "guests do not read the ledger"
    );
    assert_eq!(seen(world.member).await.1, 1);
}

/// Half an hour away, and what happened since then is new, until somebody says that they are caught up.
pub async fn a_visit_that_is_over_begins_what_is_new(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let visit = async |at_ms| {
        let visited = world.store.visit(at(world.member, at_ms), world.id).await;
        visited.expect("visit");
    };
    let since = async |at_ms| world.digest(world.member, at_ms).await.since_ms - NOW_MS;
    assert_eq!(since(NOW_MS + 7).await, 7, "whoever was never there");
    visit(NOW_MS).await;
    let minute = 60_000;
    visit(NOW_MS + minute).await;
    assert_eq!(since(NOW_MS + 2 * minute).await, 0);
    let back = NOW_MS + minute + VISIT_GAP_MS;
    assert_eq!(since(back - 1).await, 0, "still the same visit");
    assert_eq!(since(back).await, minute, "before it is written down, too");
    visit(back).await;
    assert_eq!(since(back + minute).await, minute);
    visit(back + 5 * minute).await;
    assert_eq!(since(back + 6 * minute).await, minute);
    let caught_up = at(world.member, back + 7 * minute);
    let done = world.store.caught_up(caught_up, world.id).await;
    done.expect("catch up").expect("a member");
    assert_eq!(NOW_MS + since(back + 8 * minute).await, back + 7 * minute);
    let outside = world.store.caught_up(by(world.stranger), world.id).await;
    assert_eq!(outside.expect("catch up"), Err(Refusal::NoSuchCommunity));
}

/// They are no role: access stays what it is, and the epoch does not move.
pub async fn chosen_roles_open_nothing_and_go_with_their_member(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let access = async |account| {
        let found = world
            .store
            .document_standing(account, &name("text"), NOW_MS)
            .await;
        found.expect("read").expect("there").access()
    };
    let epoch = world.store.access_epoch().await.expect("read");
    let choose = async |account, roles: &[ChosenRole]| {
        let done = world.store.choose_roles(by(account), world.id, roles).await;
        done.expect("choose")
    };
    assert_eq!(
        choose(world.stranger, &[ChosenRole::Lead]).await,
        Err(Refusal::NoSuchCommunity)
    );
    assert_eq!(choose(world.guest, &[ChosenRole::Lead]).await, Ok(()));
    let two = [ChosenRole::Contributor, ChosenRole::Guide];
    assert_eq!(choose(world.member, &[ChosenRole::Promoter]).await, Ok(()));
    assert_eq!(choose(world.member, &two).await, Ok(()));
    assert_eq!(world.store.access_epoch().await.expect("read"), epoch);
    assert_eq!(access(world.guest).await, Access::None);
    let chosen = async |account| {
        let chosen = world.store.chosen_roles(by(account), world.id).await;
        chosen.expect("list")
    };
    let shown = chosen(world.leader).await.expect("a member");
    assert_eq!(shown.len(), 2);
    assert_eq!(shown[&world.member], two);
    assert_eq!(world.digest(world.member, NOW_MS).await.chosen, two);
    assert_eq!(chosen(world.stranger).await, Err(Refusal::NoSuchCommunity));
    let removed = world
        .store
        .remove_member(by(world.leader), world.id, world.member)
        .await;
    removed.expect("remove").expect("may");
    let shown = chosen(world.leader).await.expect("a member");
    assert_eq!(shown.len(), 1, "a guest's");
    assert_eq!(choose(world.guest, &[]).await, Ok(()));
    assert!(chosen(world.leader).await.expect("a member").is_empty());
}

/// To whoever has it, once each; to those who lead in what is new. A term that was made longer is told of anew.
pub async fn a_term_that_ends_soon_is_told_a_week_and_a_day_before(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let set_end = async |until_ms| {
        let change = MemberChange {
            role: None,
            until_ms: Some(Some(until_ms)),
        };
        let changed = world
            .store
            .change_member(by(world.leader), world.id, world.guest, change)
            .await;
        changed.expect("change").expect("a leader");
    };
    let end = NOW_MS + 30 * DAY_MS;
    set_end(end).await;
    let endings = async |account, at_ms| {
        let told = world.told_at(account, at_ms).await;
        told.iter()
            .filter(|told| told.starts_with("term-ends"))
            .count()
    };
    for (before_ms, expected) in [
        (7 * DAY_MS + 1, 0),
        (7 * DAY_MS, 1),
        (2 * DAY_MS, 1),
        (DAY_MS, 2),
        (1, 2),
    ] {
        let told = endings(world.guest, end - before_ms).await;
        assert_eq!(told, expected, "{before_ms} before");
        assert_eq!(endings(world.member, end - before_ms).await, 0);
    }
    let unread = world.store.unread(at(world.guest, end - 1)).await;
    let unread = unread.expect("list");
    assert_eq!(
        (
            unread[0].kind,
            unread[0].until_ms,
            unread[0].word.as_deref()
        ),
        (Kind::TermEnds, Some(end), Some("guest"))
    );
    for (account, expected) in [
        (world.leader, vec![(world.guest, end)]),
        (world.member, vec![]),
    ] {
        let soon = world.digest(account, end - 3 * DAY_MS).await.endings;
        let soon: Vec<_> = soon
            .iter()
            .map(|term| (term.account.id, term.until_ms))
            .collect();
        assert_eq!(soon, expected);
    }
    assert!(world.digest(world.leader, NOW_MS).await.endings.is_empty());

    set_end(end + 30 * DAY_MS).await;
    assert_eq!(endings(world.guest, end - 1).await, 0, "it ends later now");
    // A single document that is taken back earlier.
    let granted = Grant {
        access: Access::Comment,
        until_ms: Some(end),
    };
    let given = world
        .store
        .grant(by(world.leader), &name("text"), world.guest, granted)
        .await;
    given.expect("grant").expect("a leader");
    let unread = world.store.unread(at(world.guest, end - 1)).await;
    let unread = unread.expect("list");
    let about: Vec<_> = unread
        .iter()
        .filter(|view| view.kind == Kind::TermEnds)
        .map(|view| view.document.as_ref().map(|(name, _)| name.as_str()))
        .collect();
    assert_eq!(about, [Some("text")]);

    // Who does not want to hear of such things does not.
    let silenced = world.store.silence(world.guest, &[Topic::Community]).await;
    silenced.expect("silence");
    let before = endings(world.guest, end - 2 * DAY_MS).await;
    set_end(end - DAY_MS).await;
    assert_eq!(endings(world.guest, end - 2 * DAY_MS).await, before);
}
