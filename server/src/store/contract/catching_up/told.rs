//! What every store must do so that people are told, once and of what they may see.

use bytes::Bytes;
use consilium_model::access::{BranchKind, Privacy, Role};
use consilium_protocol::ids::{Access, UserId};

use super::super::branches::BranchFactory;
use super::super::governing::{NOW_MS, at, by, name};
use super::{DAY_MS, World, call, calls};
use crate::community::wording::JoinPolicy;
use crate::store::branches::{Fate, Part};
use crate::store::catching_up::record::{NOTIFICATIONS_KEPT_MS, NOTIFICATIONS_MAX};
use crate::store::catching_up::{Call, CallKind, Heard, Kind, Seen, Topic};
use crate::store::communities::{Changes, MemberChange};
use crate::store::joining::{Answer, NewSubGroup};
use crate::store::portal_ids::{AccountId, SubGroupId};

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
