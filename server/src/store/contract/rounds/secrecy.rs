//! Ballots without names (I9): what no row knows, and what a secret is worth.

use super::*;

/// I9, by looking at every row of the database. Two rounds in which the same people put the same ballots under the same
/// slots, but in another order and each under another's slot, leave boxes that are the same to the byte.
pub async fn no_row_ties_a_ballot_without_a_name_to_its_voter(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let voters = [panel.anna(), panel.bert, panel.cleo, panel.deputy];
    let choices = [
        Ballot::Approve,
        Ballot::Object,
        Ballot::Abstain,
        Ballot::Approve,
    ];
    let one = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let other = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let slots = [0xa1, 0xb2, 0xc3, 0xd4_u8];
    for (order, id) in [([0, 1, 2, 3], one), ([2, 0, 3, 1], other)] {
        for (at, which) in order.into_iter().enumerate() {
            let voter = if id == one {
                voters[which]
            } else {
                voters[3 - at]
            };
            let cast = secret(slots[which], choices[which]);
            assert_eq!(panel.vote(voter, id, &cast).await, Ok(Put::First));
        }
    }
    let rows = panel.rows().await;
    let boxes: Vec<String> = rows
        .iter()
        .filter(|(table, _)| table == "round_boxes")
        .map(|(_, row)| {
            row.replace(&one.uuid().simple().to_string(), "")
                .replace(&other.uuid().simple().to_string(), "")
        })
        .collect();
    assert_eq!(boxes.len(), 2);
    assert_eq!(
        boxes[0], boxes[1],
        "who voted for what, and when, is not in it"
    );
    for (table, row) in &rows {
        assert_ne!(table, "round_ballots", "that is for rounds with names");
        if table == "round_boxes" {
            continue;
        }
        for slot in slots {
            let hex = Hash32([slot; 32]).to_string();
            assert!(!row.contains(&hex), "{table} knows a slot");
            assert!(
                !row.contains(&format!("says {slot}")),
                "{table} knows what was said"
            );
        }
    }
    what_the_database_adds_tells_nothing(&panel).await;

    assert!(panel.close_by_clock(one).await);
    let rows = panel.rows().await;
    for (table, row) in &rows {
        if !row.contains(&Hash32([slots[0]; 32]).to_string()) {
            continue;
        }
        if table == "round_boxes" {
            // The other round is still open.
            continue;
        }
        assert_eq!(
            table, "rounds",
            "its result has the slots, and no other row"
        );
        for voter in voters {
            assert!(!names(row, voter), "the result names a voter");
        }
    }
    let left = rows
        .iter()
        .filter(|(table, _)| table == "round_boxes")
        .count();
    assert_eq!(left, 1, "the box of what was counted is gone");
    let seen = panel.see(panel.anna(), one).await.expect("members see it");
    assert!(seen.ballots.is_empty());
    let result = seen.view.result.expect("a result");
    let listed: Vec<(Hash32, String)> = result
        .ballots
        .iter()
        .map(|ballot| (ballot.slot, ballot.choice.clone()))
        .collect();
    let expected: Vec<(Hash32, String)> = slots
        .into_iter()
        .zip(choices)
        .map(|(slot, choice)| (Hash32([slot; 32]), choice.word()))
        .collect();
    assert_eq!(
        listed, expected,
        "everybody finds their own, sorted by slot"
    );
    let mut said = result.said.clone();
    assert_ne!(
        said,
        ["says 161", "says 178", "says 195", "says 212"],
        "in the order of slots"
    );
    said.sort();
    assert_eq!(said, ["says 161", "says 178", "says 195", "says 212"]);
}

/// Databases number rows and transactions by themselves.
async fn what_the_database_adds_tells_nothing(panel: &Panel) {
    let mut work = panel.world.store.reading().await.expect("read");
    let statements = work.statements();
    match statements.dialect() {
        Dialect::Sqlite => {
            for table in ["round_boxes", "round_roll"] {
                let sql = format!("SELECT rowid FROM {table}");
                let numbered = statements.rows(&sql, &[]).await;
                assert!(numbered.is_err(), "{table} has no numbers of rows");
            }
        }
        Dialect::Postgres => {
            // Voting touches no row of the roll: else the transactions that wrote them would tell the order.
            let sql = "SELECT CAST(count(DISTINCT CAST(xmin AS TEXT)) AS BIGINT) FROM round_roll GROUP BY round";
            for row in statements.rows(sql, &[]).await.expect("read") {
                assert_eq!(row.int(0).expect("a number"), 1);
            }
        }
    }
    // A statement that failed ends some transactions; nothing was to be kept.
    drop(work);
}

/// Whoever guesses a secret would have to guess 256 bits; whoever shows another one changes nothing.
pub async fn a_secret_is_one_ballot_and_nobody_elses(factory: &impl BranchFactory) {
    let panel = Panel::new(factory).await;
    let id = panel
        .open(&round(AWMF_OF_THREE, Anonymity::Anonymous))
        .await;
    let anna = panel.anna();
    assert_eq!(
        panel.vote(anna, id, &secret(1, Ballot::Approve)).await,
        Ok(Put::First)
    );
    for (who, cast, expected) in [
        (anna, secret(2, Ballot::Object), Why::OtherSecret),
        (panel.bert, secret(1, Ballot::Object), Why::SecretTaken),
        (panel.bert, named(Ballot::Object), Why::Secret),
    ] {
        let refused = panel.vote(who, id, &cast).await;
        assert_eq!(refused, Err(Refusal::Round(expected)));
    }
    let seen = panel.see(anna, id).await.expect("members see it");
    assert_eq!(seen.view.voted, 1);
    assert_eq!(seen.view.mine.seat, Seat::Voter { has_voted: true });
    assert_eq!(seen.view.mine.ballot, None, "the server does not know it");
    let other = panel.see(panel.bert, id).await.expect("members see it");
    assert_eq!(other.view.mine.seat, Seat::Voter { has_voted: false });
    assert_eq!(
        panel.vote(anna, id, &secret(1, Ballot::Abstain)).await,
        Ok(Put::Changed)
    );
    assert!(panel.close_by_clock(id).await);
    let result = panel
        .see(anna, id)
        .await
        .expect("members see it")
        .view
        .result;
    let result = result.expect("a result");
    assert_eq!((result.verdict.as_str(), result.voted), ("no-quorum", 1));
    assert_eq!(
        (result.counts, result.ballots, result.said),
        (None, vec![], vec![])
    );
}
