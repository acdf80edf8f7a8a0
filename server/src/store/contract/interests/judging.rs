//! Judging, and what follows for access.

use super::*;
use crate::store::branches::{NewBranch, pack_fork};
use crate::store::catching_up::Kind;
use consilium_model::access::{BranchKind, BranchState};

const ALL: [Access; 3] = [Access::Write, Access::Write, Access::Write];

/// An only leader is judged by a deputy; listeners and strangers are judged by nobody.
pub async fn nobody_judges_themselves_and_those_who_lead_judge_others(
    factory: &impl BranchFactory,
) {
    let panel = Panel::new(factory).await;
    let world = &panel.world;
    let (leader, deputy, anna) = (world.leader, panel.deputy, world.member);
    let own = Err(Refusal::Interests(Why::Oneself));
    for (judge, member, expected) in [
        (leader, anna, Ok(())),
        (deputy, panel.bert, Ok(())),
        (leader, world.guest, Ok(())),
        (leader, leader, own),
        (deputy, deputy, own),
        // The only leader is judged by a deputy.
        (deputy, leader, Ok(())),
        (anna, panel.cleo, Err(Refusal::LeadersOnly)),
        (anna, anna, Err(Refusal::LeadersOnly)),
        (world.guest, anna, Err(Refusal::NoSuchDocument)),
        (world.listener, anna, Err(Refusal::NoSuchDocument)),
        (world.stranger, anna, Err(Refusal::NoSuchDocument)),
        (deputy, world.listener, Err(Refusal::NoSuchMember)),
        (deputy, world.stranger, Err(Refusal::NoSuchMember)),
    ] {
        let judged = panel.judge(judge, member, Participation::Discusses).await;
        assert_eq!(judged, expected);
    }
    let elsewhere = of_document(&name("text"), &Uuid::from_u128(8).to_string());
    let judged = panel
        .judge_about(deputy, anna, Participation::Excluded, elsewhere)
        .await;
    assert_eq!(judged, Err(Refusal::NoSuchDocument));
}

/// Two who are concerned do not free each other.
pub async fn whoever_takes_no_full_part_judges_nobody_there(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let (leader, deputy, anna) = (panel.world.leader, panel.deputy, panel.world.member);
    let about = |judge| panel.judge_about(judge, anna, Participation::Full, Some(question()));
    panel
        .judge_about(deputy, leader, Participation::Discusses, Some(question()))
        .await
        .expect("a deputy judges a leader");
    let no = Err(Refusal::Interests(Why::NotFullPart));
    assert_eq!(about(leader).await, no);
    // Nor do they lift what was judged about them, by being the judge of their judge.
    let back = panel.judge_about(leader, deputy, Participation::Excluded, Some(question()));
    assert_eq!(back.await, no);
    assert_eq!(panel.judge(leader, anna, Participation::Full).await, Ok(()));
    assert_eq!(about(deputy).await, Ok(()));
    panel
        .judge(deputy, leader, Participation::Excluded)
        .await
        .expect("a deputy judges a leader");
    let gone = panel.judge(leader, anna, Participation::Discusses).await;
    assert_eq!(gone, Err(Refusal::NoSuchDocument));
}

/// It moves the epoch, and no grant gives back what it took.
pub async fn a_judgement_holds_at_once_and_a_later_one_takes_its_place(
    factory: &impl BranchFactory,
) {
    let panel = Panel::new(factory).await;
    let (leader, anna) = (panel.world.leader, panel.world.member);
    let store = &panel.world.store;
    assert_eq!(panel.may(anna).await, ALL);
    let mut epoch = store.access_epoch().await.expect("read the epoch");
    for (verdict, expected) in [
        (Participation::Discusses, [Access::Comment; 3]),
        (
            Participation::Excluded,
            [Access::Read, Access::None, Access::None],
        ),
        (Participation::Full, ALL),
    ] {
        panel
            .judge(leader, anna, verdict)
            .await
            .expect("leaders judge");
        assert_eq!(panel.may(anna).await, expected, "{verdict:?}");
        let moved = store.access_epoch().await.expect("read the epoch");
        assert!(moved > epoch);
        epoch = moved;
        let [judged] = &panel.judged(panel.bert, anna).await[..] else {
            panic!("one judgement counts");
        };
        assert_eq!((judged.verdict, judged.reason.as_str()), (verdict, REASON));
        assert_eq!(judged.judged_by.id, leader);
    }
    // Said again, it is the same.
    let before = panel.judged(panel.bert, anna).await;
    let again = panel.judge(leader, anna, Participation::Full).await;
    again.expect("leaders judge");
    assert_eq!(panel.judged(panel.bert, anna).await, before);
    assert_eq!(before[0].version, 3);
    assert_eq!(panel.may(panel.bert).await, ALL);
    // A grant gives back nothing of what a judgement took.
    panel
        .judge(leader, panel.world.guest, Participation::Discusses)
        .await
        .expect("leaders judge");
    panel.world.grant(panel.world.guest, Access::Write).await;
    let guest = panel.may(panel.world.guest).await;
    assert_eq!(guest, [Access::Comment; 3]);
}

/// Of two judgements the narrower one counts, and the list is without what somebody is excluded from.
pub async fn a_judgement_about_a_question_concerns_that_question_alone(
    factory: &impl BranchFactory,
) {
    let panel = Panel::new(factory).await;
    let (leader, anna) = (panel.world.leader, panel.world.member);
    for (of_document, of_question, expected) in [
        (
            Participation::Full,
            Participation::Discusses,
            Access::Comment,
        ),
        (Participation::Full, Participation::Excluded, Access::None),
        (
            Participation::Discusses,
            Participation::Full,
            Access::Comment,
        ),
        (
            Participation::Discusses,
            Participation::Excluded,
            Access::None,
        ),
        (Participation::Excluded, Participation::Full, Access::None),
    ] {
        panel
            .judge(leader, anna, of_document)
            .await
            .expect("leaders judge");
        panel
            .judge_about(leader, anna, of_question, Some(question()))
            .await
            .expect("leaders judge");
        let text = of_document.of_text(Access::Write);
        let work = of_document.of_work(Access::Write);
        let found = panel.may(anna).await;
        assert_eq!(
            found,
            [text, work, expected],
            "{of_document:?} {of_question:?}"
        );
        let listed = panel
            .world
            .store
            .questions_of(by(anna), &name("text"))
            .await
            .expect("list questions");
        let expected = match (work, expected) {
            (Access::None, _) => Err(Refusal::NoSuchDocument),
            (_, Access::None) => Ok(0),
            _ => Ok(1),
        };
        assert_eq!(listed.map(|listed| listed.len()), expected);
    }
}

/// Who judged whom, about what, how, and why.
pub async fn a_judgement_stands_in_the_ledger_with_its_reason_and_is_told(
    factory: &impl BranchFactory,
) {
    let panel = Panel::new(factory).await;
    let (leader, anna) = (panel.world.leader, panel.world.member);
    panel
        .judge_about(leader, anna, Participation::Excluded, Some(question()))
        .await
        .expect("leaders judge");
    let lines = panel
        .world
        .store
        .ledger(by(panel.bert), panel.world.id, None, 1);
    let lines = lines.await.expect("read").expect("members read it");
    let entry = &lines[0].sealed.entry;
    assert_eq!(entry.act, "interests-judged");
    assert_eq!(entry.actor, Some(leader));
    let expected = format!(
        r#"{{"document":"text","member":"{anna}","question":"{}","reason":"{REASON}","verdict":"excluded"}}"#,
        question()
    );
    assert_eq!(entry.detail, expected);
    let told = panel.world.store.notifications(by(anna)).await;
    let told = told.expect("read notifications");
    let kinds: Vec<Kind> = told.iter().map(|each| each.kind).collect();
    assert_eq!(kinds, [Kind::InterestsJudged]);
}

/// Not what it is called, nor who else was judged; and they suggest nothing.
pub async fn whoever_is_excluded_sees_that_and_nothing_else_of_it(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let (leader, anna) = (panel.world.leader, panel.world.member);
    for who in [anna, panel.bert] {
        panel
            .judge_about(leader, who, Participation::Excluded, Some(question()))
            .await
            .expect("leaders judge");
    }
    let [own] = &panel.judged(anna, anna).await[..] else {
        panic!("one's own is one's own");
    };
    assert_eq!(
        (own.verdict, own.question_title.clone()),
        (Participation::Excluded, None)
    );
    assert_eq!(panel.judged(anna, panel.bert).await, []);
    let [seen] = &panel.judged(panel.cleo, anna).await[..] else {
        panic!("members see it");
    };
    assert_eq!(seen.question_title.as_deref(), Some("Statins over 75?"));
    let store = &panel.world.store;
    let text = name("text");
    let about = |who| store.judgements_about(by(who), &text);
    let found = about(panel.cleo)
        .await
        .expect("list")
        .expect("members see it");
    assert_eq!((found.judgements.len(), found.may_judge), (2, false));
    let found = about(leader).await.expect("list").expect("leaders see it");
    assert!(found.may_judge);
    panel
        .judge(leader, anna, Participation::Excluded)
        .await
        .expect("leaders judge");
    let gone = about(anna).await.expect("list");
    assert_eq!(gone, Err(Refusal::NoSuchDocument));
    assert_eq!(panel.judged(anna, anna).await.len(), 2);
    // Suggestions are work on it, one's own too.
    let doc = store.load_or_create(&name("copy"), NOW_MS).await;
    let branch = NewBranch {
        doc: doc.expect("make a document").record.id,
        name: name("copy"),
        document: name("text"),
        kind: BranchKind::Suggestion,
        note: String::new(),
        fork: pack_fork(b"").expect("pack"),
    };
    let made = store.make_branch(by(anna), &branch).await.expect("make");
    assert_eq!(made.map(|_| ()), Err(Refusal::Interests(Why::NotFullPart)));
    let made = store.make_branch(by(panel.bert), &branch).await;
    let made = made.expect("make").expect("members suggest");
    assert_eq!(made.standing.state, BranchState::Open);
    panel
        .judge(leader, panel.bert, Participation::Excluded)
        .await
        .expect("leaders judge");
    let standing = store
        .branch_standing(panel.bert, &name("copy"), NOW_MS)
        .await;
    let standing = standing.expect("read a standing").expect("it is there");
    assert_eq!(standing.access(), Access::None);
}

/// Leaving is no way out.
pub async fn whoever_leaves_and_comes_back_is_judged_as_before(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let (leader, anna) = (panel.world.leader, panel.world.member);
    panel
        .judge(leader, anna, Participation::Discusses)
        .await
        .expect("leaders judge");
    // An invitation from before somebody left lets them in no more.
    let earlier = Actor {
        account: anna,
        at_ms: NOW_MS - 1,
    };
    let removed = panel
        .world
        .store
        .remove_member(earlier, panel.world.id, anna)
        .await;
    removed.expect("leave").expect("members leave");
    panel.world.let_in(anna, 77, Role::Member).await;
    assert_eq!(panel.may(anna).await, [Access::Comment; 3]);
}

/// Those of its questions too.
pub async fn judgements_go_with_their_document(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let (leader, anna) = (panel.world.leader, panel.world.member);
    panel
        .judge(leader, anna, Participation::Discusses)
        .await
        .expect("leaders judge");
    panel
        .judge_about(leader, anna, Participation::Excluded, Some(question()))
        .await
        .expect("leaders judge");
    let store = &panel.world.store;
    let binned = store.set_binned(by(leader), &name("text"), true).await;
    binned.expect("bin").expect("leaders bin");
    assert_eq!(panel.judged(panel.bert, anna).await, []);
    let deleted = store
        .delete_for_good(by(leader), &name("text"), "No longer needed.")
        .await;
    deleted.expect("delete").expect("leaders delete");
    let own = store.own_interests(by(anna)).await.expect("read");
    assert_eq!(own.judgements, []);
}
