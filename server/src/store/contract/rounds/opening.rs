//! Who puts what to the vote, who may vote then, and who learns of it.

use super::*;

/// Members, guests and strangers do not, and nobody puts to the vote what others do not read.
pub async fn those_who_lead_put_a_text_to_the_vote_that_others_read(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let world = &panel.world;
    let plain = || round(AWMF, Anonymity::Named);
    for (who, expected) in [
        (world.member, Refusal::LeadersOnly),
        (world.guest, Refusal::LeadersOnly),
        (world.stranger, Refusal::NoSuchCommunity),
    ] {
        assert_eq!(panel.try_open(who, &plain()).await, Err(expected));
        let text = name("text");
        let asked = world.store.may_open_round(by(who), world.id, &text).await;
        assert_eq!(asked.expect("ask"), Err(expected));
    }
    let draft = NewDocument {
        name: name("draft"),
        title: "A draft".to_owned(),
        privacy: Some(Privacy::Private),
    };
    let made = world
        .store
        .create_document(by(world.leader), world.id, &draft)
        .await;
    made.expect("create").expect("members create");
    for (document, expected) in [
        ("draft", Refusal::PrivateDocument),
        ("nothing", Refusal::NoSuchDocument),
    ] {
        let about = NewRound {
            document: name(document),
            ..plain()
        };
        assert_eq!(panel.try_open(world.leader, &about).await, Err(expected));
    }
    for (rule, anonymity, recused, expected) in [
        (AWMF, Anonymity::Anonymous, vec![], Why::RuleTooOpen),
        (
            AWMF_OF_THREE,
            Anonymity::Anonymous,
            vec![panel.anna(), panel.bert, panel.cleo],
            Why::TooFew,
        ),
        (
            AWMF,
            Anonymity::Named,
            panel.voters().to_vec(),
            Why::NobodyToVote,
        ),
        (AWMF, Anonymity::Named, vec![world.guest], Why::NotAVoter),
        (
            AWMF,
            Anonymity::Named,
            vec![panel.bert, panel.bert],
            Why::NotAVoter,
        ),
        (
            "rand-ucla disagreement=classic percentiles=linear quorum=none",
            Anonymity::Named,
            vec![],
            Why::RuleUndefined,
        ),
    ] {
        let because = |who| (who, "Because.".to_owned());
        let about = NewRound {
            recused: recused.into_iter().map(because).collect(),
            ..round(rule, anonymity)
        };
        let refused = panel.try_open(world.leader, &about).await;
        assert_eq!(refused, Err(Refusal::Round(expected)), "{rule}");
    }
    assert_eq!(panel.acts().await, [""; 0]);
    let opened = panel.try_open(panel.deputy, &plain()).await;
    assert!(opened.is_ok(), "deputies do too");
    assert_eq!(panel.acts().await, ["round-opened"]);
}

/// Who comes later has no vote, who is recused is counted apart, and who is only a guest reads and does not vote.
pub async fn the_roll_is_who_may_vote_when_it_opens(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let about = NewRound {
        recused: vec![(panel.bert, "Wrote it.".to_owned())],
        ..round(AWMF, Anonymity::Named)
    };
    let id = panel.open(&about).await;
    let late = factory.account("late").await;
    panel.world.let_in(late, 21, Role::Member).await;
    let seen = panel.see(late, id).await.expect("members see it");
    assert_eq!((seen.view.eligible, seen.view.recused), (4, 1));
    assert_eq!(seen.view.mine.seat, Seat::None);
    let on_roll: BTreeSet<AccountId> = seen.roll.iter().map(|entry| entry.who.id).collect();
    assert_eq!(on_roll, BTreeSet::from(panel.voters()));
    let recused = seen.roll.iter().find(|entry| entry.who.id == panel.bert);
    let (reason, who) = recused
        .and_then(|entry| entry.recusal.clone())
        .expect("a reason");
    assert_eq!((reason.as_str(), who.id), ("Wrote it.", panel.world.leader));
    let yes = named(Ballot::Approve);
    for (who, expected) in [(late, Why::NotOnRoll), (panel.bert, Why::Recused)] {
        let refused = panel.vote(who, id, &yes).await;
        assert_eq!(refused, Err(Refusal::Round(expected)));
    }
    panel
        .world
        .grant(panel.world.guest, consilium_protocol::ids::Access::Read)
        .await;
    let seen = panel
        .see(panel.world.guest, id)
        .await
        .expect("guests who read it");
    assert_eq!(seen.view.mine.seat, Seat::None);
    // Whoever is removed is not asked any more, and stays in the count of those who might have voted.
    let removed =
        panel
            .world
            .store
            .remove_member(by(panel.world.leader), panel.world.id, panel.cleo);
    removed.await.expect("remove").expect("leaders remove");
    assert_eq!(
        panel.vote(panel.cleo, id, &yes).await,
        Err(Refusal::NoSuchRound)
    );
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    assert_eq!(seen.view.eligible, 4);
}

/// Every question about it has the answer of one that is not there.
pub async fn who_cannot_read_the_document_learns_of_no_round(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let world = &panel.world;
    let id = panel.open(&round(AWMF, Anonymity::Named)).await;
    for who in [world.stranger, world.guest] {
        let nothing = Err(Refusal::NoSuchRound);
        let actor = by(who);
        assert_eq!(panel.see(who, id).await.err(), Some(Refusal::NoSuchRound));
        let text = world.store.round_text(actor, id).await.expect("read");
        assert_eq!(text.err(), Some(Refusal::NoSuchRound));
        let voted = panel.vote(who, id, &named(Ballot::Approve)).await;
        assert_eq!(voted, Err(Refusal::NoSuchRound));
        let recused = world.store.recuse_oneself(actor, id, "Because.").await;
        assert_eq!(recused.expect("recuse"), nothing);
        let closed = world.store.close_round(actor, id, &SHUFFLE).await;
        assert_eq!(closed.expect("close"), nothing);
        let voided = world.store.void_round(actor, id, "Because.").await;
        assert_eq!(voided.expect("void"), nothing);
    }
    let of_stranger = world.store.rounds_of(by(world.stranger), world.id).await;
    assert_eq!(of_stranger.expect("list"), Err(Refusal::NoSuchCommunity));
    let of_guest = world.store.rounds_of(by(world.guest), world.id).await;
    assert_eq!(of_guest.expect("list"), Ok(Vec::new()));
    let of_member = world.store.rounds_of(by(world.member), world.id).await;
    assert_eq!(of_member.expect("list").expect("members read").len(), 1);
    let text = world.store.round_text(by(world.member), id).await;
    assert_eq!(text.expect("read"), Ok(b"the text as it was".to_vec()));
    factory.bin(&name("text")).await;
    let seen = panel.see(world.leader, id).await;
    assert_eq!(seen.err(), Some(Refusal::NoSuchRound), "it is in the bin");
    assert!(
        panel.close_by_clock(id).await,
        "and is counted all the same"
    );
}
