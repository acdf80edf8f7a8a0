//! What every store must do so that a digest says what is new, and to nobody what is none of theirs.

use consilium_model::access::{BranchKind, Privacy};
use consilium_protocol::ids::Access;

use super::super::branches::BranchFactory;
use super::super::governing::{NOW_MS, at, by, document, name};
use super::{DAY_MS, World, call, calls};
use crate::store::branches::Fate;
use crate::store::catching_up::record::VISIT_GAP_MS;
use crate::store::catching_up::{CallKind, ChosenRole, Kind, Topic};
use crate::store::communities::{Grant, MemberChange, Refusal};

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
