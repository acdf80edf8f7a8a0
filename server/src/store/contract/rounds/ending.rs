//! The end: once, by whom and when, and what becomes of it.

use super::*;

/// Two nodes and a hand at the same moment.
pub async fn a_round_is_counted_once_whoever_closes_it(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let about = NewRound {
        is_by_hand: true,
        ..round(AWMF_OF_THREE, Anonymity::Anonymous)
    };
    let id = panel.open(&about).await;
    for (who, number) in panel.voters().into_iter().zip(1..) {
        let cast = secret(number, Ballot::Approve);
        assert_eq!(panel.vote(who, id, &cast).await, Ok(Put::First));
    }
    let by_clock = (0..8).map(|_| panel.close_by_clock(id));
    let store = &panel.world.store;
    let leader = by(panel.world.leader);
    let by_hand = store.close_round(leader, id, &SHUFFLE);
    let (by_clock, by_hand) = futures_util::join!(join_all(by_clock), by_hand);
    let closed = by_clock.iter().filter(|closed| **closed).count();
    let by_hand = usize::from(by_hand.expect("close") == Ok(()));
    assert_eq!(closed + by_hand, 1);
    assert_eq!(panel.acts().await, ["round-opened", "round-closed"]);
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    let result = seen.view.result.expect("a result");
    assert_eq!(
        (result.voted, result.verdict.as_str()),
        (5, "strong-consensus")
    );
    let again = store
        .close_round(leader, id, &SHUFFLE)
        .await
        .expect("close");
    assert_eq!(again, Err(Refusal::Round(Why::Over)));
    let voided = store
        .void_round(leader, id, "Because.")
        .await
        .expect("void");
    assert_eq!(
        voided,
        Err(Refusal::Round(Why::Over)),
        "what was decided stays"
    );
}

/// Whoever leads does not choose the moment, unless that was said when it opened or nobody is missing.
pub async fn a_round_with_a_date_is_not_closed_before_that(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel.open(&round(AWMF, Anonymity::Named)).await;
    let store = &panel.world.store;
    let yes = named(Ballot::Approve);
    for who in panel.voters() {
        let early = store.close_round(by(panel.deputy), id, &SHUFFLE).await;
        assert_eq!(early.expect("close"), Err(Refusal::Round(Why::NotYet)));
        assert_eq!(panel.vote(who, id, &yes).await, Ok(Put::First));
    }
    let member = store.close_round(by(panel.anna()), id, &SHUFFLE).await;
    assert_eq!(member.expect("close"), Err(Refusal::LeadersOnly));
    let closed = store.close_round(by(panel.deputy), id, &SHUFFLE).await;
    assert_eq!(closed.expect("close"), Ok(()));
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    let ending = seen.view.ending.expect("an end");
    assert_eq!(ending.by.map(|who| who.id), Some(panel.deputy));
}

/// Named or not.
pub async fn a_voided_round_decides_nothing_and_keeps_no_ballot(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let store = &panel.world.store;
    let with = panel.open(&round(AWMF, Anonymity::Named)).await;
    let without = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let anna = panel.anna();
    assert_eq!(
        panel.vote(anna, with, &named(Ballot::Approve)).await,
        Ok(Put::First)
    );
    assert_eq!(
        panel.vote(anna, without, &secret(1, Ballot::Approve)).await,
        Ok(Put::First)
    );
    for id in [with, without] {
        let member = store.void_round(by(anna), id, "I would lose.").await;
        assert_eq!(member.expect("void"), Err(Refusal::LeadersOnly));
        let voided = store
            .void_round(by(panel.world.leader), id, "Wrong text.")
            .await;
        assert_eq!(voided.expect("void"), Ok(()));
        let seen = panel.see(anna, id).await.expect("members see it");
        assert_eq!(seen.view.state, State::Voided);
        assert_eq!((seen.view.result, seen.view.voted), (None, 0));
        let reason = seen.view.ending.and_then(|ending| ending.reason);
        assert_eq!(reason.as_deref(), Some("Wrong text."));
        assert!(!panel.close_by_clock(id).await, "it is not counted later");
    }
    let rows = panel.rows().await;
    let kept = rows
        .iter()
        .filter(|(table, _)| ["round_ballots", "round_boxes"].contains(&table.as_str()));
    assert_eq!(kept.count(), 0);
    let acts = panel.acts().await;
    assert_eq!(
        acts,
        [
            "round-opened",
            "round-opened",
            "round-voided",
            "round-voided"
        ]
    );
    let late = panel.open(&round(AWMF, Anonymity::Named)).await;
    let after = Actor {
        account: panel.world.leader,
        at_ms: CLOSES_AT_MS,
    };
    let voided = store.void_round(after, late, "I would lose.").await;
    assert_eq!(
        voided.expect("void"),
        Err(Refusal::Round(Why::Over)),
        "its time is over"
    );
}

/// Whoever opens it is not told that they did; what the clock ends is told to all on the roll.
pub async fn people_are_told_and_what_waits_is_in_the_digest(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let store = &panel.world.store;
    let about = NewRound {
        recused: vec![(panel.bert, "Wrote it.".to_owned())],
        ..round(AWMF, Anonymity::Named)
    };
    let id = panel.open(&about).await;
    let told = async |who| {
        let told = store.notifications(by(who)).await.expect("list");
        let about = told.into_iter().filter(|view| view.round == Some(id));
        about.map(|view| view.kind).collect::<Vec<_>>()
    };
    let waiting = async |who| {
        let digest = store.digest(by(who), panel.world.id).await.expect("read");
        let digest = digest.expect("members read it");
        digest
            .rounds
            .into_iter()
            .map(|view| view.id)
            .collect::<Vec<_>>()
    };
    let anna = panel.anna();
    assert_eq!(told(anna).await, [Kind::RoundOpened]);
    assert_eq!(told(panel.bert).await, []);
    assert_eq!(told(panel.world.leader).await, []);
    assert_eq!(told(panel.world.guest).await, []);
    assert_eq!(waiting(anna).await, [id]);
    assert_eq!(waiting(panel.bert).await, []);
    assert_eq!(
        panel.vote(anna, id, &named(Ballot::Approve)).await,
        Ok(Put::First)
    );
    assert_eq!(waiting(anna).await, []);
    assert_eq!(waiting(panel.cleo).await, [id]);
    assert!(panel.close_by_clock(id).await);
    assert_eq!(told(panel.bert).await, [Kind::RoundClosed]);
    assert_eq!(told(panel.world.leader).await, [Kind::RoundClosed]);
    assert_eq!(waiting(panel.cleo).await, []);
    // Who may not read the document any more is shown nothing.
    factory.bin(&name("text")).await;
    assert_eq!(told(panel.bert).await, []);
}

/// Wholly: the text that was put to the vote is the document's.
pub async fn a_round_goes_with_its_document(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let store = &panel.world.store;
    let grant = Grant {
        access: consilium_protocol::ids::Access::Read,
        until_ms: None,
    };
    let text = name("text");
    let granted = store.grant(by(panel.world.leader), &text, panel.world.guest, grant);
    granted.await.expect("grant").expect("leaders grant");
    for (rule, anonymity) in [
        (AWMF, Anonymity::Named),
        (AWMF_OF_THREE, Anonymity::Anonymous),
    ] {
        let id = panel.open(&round(rule, anonymity)).await;
        let cast = match anonymity {
            Anonymity::Named => named(Ballot::Approve),
            Anonymity::Anonymous => secret(1, Ballot::Approve),
        };
        assert_eq!(panel.vote(panel.anna(), id, &cast).await, Ok(Put::First));
    }
    factory.bin(&name("text")).await;
    let gone = store.delete_for_good(by(panel.world.leader), &text, "By mistake.");
    gone.await.expect("delete").expect("leaders delete");
    let rows = panel.rows().await;
    let left = rows.iter().filter(|(table, _)| table.starts_with("round"));
    assert_eq!(left.count(), 0);
    assert_eq!(
        panel.acts().await,
        ["round-opened", "round-opened"],
        "that it was stays"
    );
}
