//! What counts as a ballot, and what is shown of it when there are names.

use super::*;

/// Nothing changes by what is refused.
pub async fn a_ballot_counts_until_the_close_and_for_its_text_only(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel.open(&round(AWMF, Anonymity::Named)).await;
    let yes = named(Ballot::Approve);
    let no = named(Ballot::Object);
    let anna = panel.anna();
    assert_eq!(panel.vote(anna, id, &yes).await, Ok(Put::First));
    assert_eq!(panel.vote(anna, id, &no).await, Ok(Put::Changed));
    let elsewhere = Cast {
        text: Hash32([8; 32]),
        ..yes.clone()
    };
    let seven = named(Ballot::from_word("7").expect("a rating"));
    for (cast, at_ms, expected) in [
        (&elsewhere, NOW_MS, Why::OtherText),
        (&seven, NOW_MS, Why::WrongKind),
        (&secret(1, Ballot::Approve), NOW_MS, Why::Secret),
        (&yes, CLOSES_AT_MS, Why::Over),
        (&yes, CLOSES_AT_MS + HOUR_MS, Why::Over),
    ] {
        let refused = panel.vote_at(anna, id, cast, at_ms).await;
        assert_eq!(refused, Err(Refusal::Round(expected)));
    }
    let seen = panel.see(anna, id).await.expect("members see it");
    assert_eq!(seen.view.voted, 1);
    let own = seen.view.mine.ballot.expect("her ballot");
    assert_eq!(own.0, "object");
    assert!(
        seen.ballots.is_empty(),
        "nobody's is shown before the close"
    );
    let other = panel.see(panel.bert, id).await.expect("members see it");
    assert_eq!(other.view.mine.ballot, None);
    let nearly = panel.vote_at(anna, id, &yes, CLOSES_AT_MS - 1).await;
    assert_eq!(nearly, Ok(Put::Changed));
    assert!(panel.close_by_clock(id).await);
    let refused = panel.vote(anna, id, &no).await;
    assert_eq!(
        refused,
        Err(Refusal::Round(Why::Over)),
        "whatever the clock says"
    );
    let seen = panel.see(anna, id).await.expect("members see it");
    let counts = seen
        .view
        .result
        .and_then(|result| result.counts)
        .expect("counts");
    assert_eq!(
        counts.votes.map(|votes| (votes.approve, votes.object)),
        Some((1, 0))
    );
}

/// With what they said to it; the verdict stands in the ledger, by nobody where the clock ended it.
pub async fn a_named_round_shows_who_chose_what_when_it_has_closed(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let rule = "delphi consensus=at-least:3/4 quorum=at-least:1/2";
    let id = panel.open(&round(rule, Anonymity::Named)).await;
    let rating = |word: &str| named(Ballot::from_word(word).expect("a rating"));
    for (who, word) in [(panel.anna(), "8"), (panel.bert, "9"), (panel.cleo, "7")] {
        assert_eq!(panel.vote(who, id, &rating(word)).await, Ok(Put::First));
    }
    let dissent = Cast {
        said: "Too early.".to_owned(),
        ..rating("2")
    };
    assert_eq!(panel.vote(panel.deputy, id, &dissent).await, Ok(Put::First));
    assert!(
        !panel
            .world
            .store
            .close_due_round(id, NOW_MS, &SHUFFLE)
            .await
            .expect("count")
    );
    assert_eq!(
        panel
            .world
            .store
            .due_rounds(CLOSES_AT_MS - 1)
            .await
            .expect("look"),
        []
    );
    assert_eq!(
        panel
            .world
            .store
            .due_rounds(CLOSES_AT_MS)
            .await
            .expect("look"),
        [id]
    );
    assert!(panel.close_by_clock(id).await);
    assert_eq!(
        panel
            .world
            .store
            .due_rounds(CLOSES_AT_MS)
            .await
            .expect("look"),
        []
    );
    let seen = panel.see(panel.anna(), id).await.expect("members see it");
    assert_eq!(seen.view.state, State::Closed);
    assert_eq!(seen.view.ending.map(|ending| ending.by), Some(None));
    let result = seen.view.result.expect("a result");
    assert_eq!(
        (result.verdict.as_str(), result.voted),
        ("consensus-for", 4)
    );
    assert_eq!(result.rule, rule);
    let shown: BTreeSet<(AccountId, String, String)> = seen
        .ballots
        .into_iter()
        .map(|ballot| (ballot.who.id, ballot.choice, ballot.said))
        .collect();
    let expected = [
        (panel.anna(), "8", ""),
        (panel.bert, "9", ""),
        (panel.cleo, "7", ""),
        (panel.deputy, "2", "Too early."),
    ];
    let expected = expected.map(|(who, choice, said)| (who, choice.to_owned(), said.to_owned()));
    assert_eq!(shown, BTreeSet::from(expected));
    assert_eq!(panel.acts().await, ["round-opened", "round-closed"]);
}

/// With a reason, for good.
pub async fn whoever_has_not_voted_may_recuse_themselves(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let recuse = async |who| {
        let done = panel
            .world
            .store
            .recuse_oneself(by(who), id, "My study.")
            .await;
        done.expect("recuse")
    };
    let anna = panel.anna();
    assert_eq!(
        panel.vote(anna, id, &secret(1, Ballot::Approve)).await,
        Ok(Put::First)
    );
    assert_eq!(recuse(anna).await, Err(Refusal::Round(Why::HasVoted)));
    assert_eq!(recuse(panel.bert).await, Ok(()));
    assert_eq!(recuse(panel.bert).await, Err(Refusal::Round(Why::Recused)));
    let refused = panel
        .vote(panel.bert, id, &secret(2, Ballot::Approve))
        .await;
    assert_eq!(refused, Err(Refusal::Round(Why::Recused)));
    let seen = panel.see(anna, id).await.expect("members see it");
    assert_eq!(
        (seen.view.eligible, seen.view.recused, seen.view.voted),
        (4, 1, 1)
    );
}
