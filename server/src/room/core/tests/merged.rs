//! What was committed in a branch and is taken into the document (D11): each block stays its author's (D16).

use std::sync::Arc;

use consilium_protocol::extension::{Kept, RejectCode};

use super::*;
use crate::room::event::{Outcome, Ticket};

/// The owners of a branch.
fn owners(pairs: &[(u64, &str)]) -> Arc<HashMap<u64, UserId>> {
    let owners = pairs
        .iter()
        .map(|(client, user)| (*client, UserId::new(*user)));
    Arc::new(owners.collect())
}

fn merge(
    table: &mut Table,
    access: Access,
    owners: Arc<HashMap<u64, UserId>>,
    update: Bytes,
) -> Option<Outcome> {
    table.send(RoomEvent::Update {
        source: Source::Merge {
            ticket: Ticket(1),
            by: UserId::new("cara"),
            access,
            owners,
        },
        keep: Keep::OnlyNew,
        update,
    });
    table.commit_all();
    let answers: Vec<Outcome> = std::mem::take(&mut table.effects)
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Answer { outcome, .. } => Some(outcome),
            Effect::Title(_) => None,
            other => panic!("{other:?}"),
        })
        .collect();
    answers.into_iter().next()
}

fn both(one: &Bytes, other: &Bytes) -> Bytes {
    yrs::merge_updates_v1([one.as_ref(), other.as_ref()])
        .unwrap()
        .into()
}

/// A document in which client 7 wrote "a", and what client 8 adds to it.
fn answered() -> (Bytes, Bytes) {
    let first = typed(7, "a");
    let doc = Doc::with_client_id(8);
    let root = doc.get_or_insert_text("t");
    doc.transact_mut()
        .apply_update(Update::decode_v1(&first).unwrap())
        .unwrap();
    let mut txn = doc.transact_mut();
    root.push(&mut txn, "b");
    (first, txn.encode_update_v1().into())
}

#[test]
fn a_merge_is_a_row_of_each_author_and_their_blocks_are_theirs_from_then_on() {
    let mut table = Table::new();
    table.join_as(BERT, extended(), Access::Write, Some("bert"));
    table.drain(BERT);
    let (first, second) = answered();
    let branch = owners(&[(7, "anna"), (8, "bert")]);
    table.send(RoomEvent::Update {
        source: Source::Merge {
            ticket: Ticket(1),
            by: UserId::new("cara"),
            access: Access::Write,
            owners: branch,
        },
        keep: Keep::OnlyNew,
        update: both(&first, &second),
    });
    assert_eq!(table.drain(BERT), [""; 0], "nothing before the commit");
    let rows = table.commits[0].clone();
    let said: Vec<(&str, &[u64])> = rows
        .iter()
        .map(|row| (row.author.as_ref().unwrap().as_str(), row.claims.as_slice()))
        .collect();
    assert_eq!(said, [("anna", &[7][..]), ("bert", &[8][..])]);
    // Each row has what its author wrote, and all of them together are all of it.
    let alone = Doc::new();
    alone.get_or_insert_text("t");
    for (row, text) in rows.iter().zip(["a", "ab"]) {
        alone
            .transact_mut()
            .apply_update(Update::decode_v1(&row.update).unwrap())
            .unwrap();
        assert_eq!(text_of(&alone), text);
    }
    table.commit();
    assert_eq!(table.text(), "ab");
    let shown = table.drain(BERT);
    assert_eq!(shown.len(), 2, "{shown:?}");
    // Bert wrote under 8 in the branch: nobody else goes on with it here.
    let forged = typed_in_turn(7, &["a", "x"]).remove(1);
    table.push(BERT, 2, forged);
    assert_eq!(table.set_aside()[0].reason, "foreign-identity");
}

#[test]
fn one_author_is_one_row_as_it_is_and_what_is_there_already_is_nothing() {
    let mut table = Table::new();
    let branch = owners(&[(7, "anna")]);
    let outcome = merge(
        &mut table,
        Access::Write,
        Arc::clone(&branch),
        typed(7, "a"),
    );
    assert_eq!(outcome, Some(Outcome::Committed));
    assert_eq!(table.text(), "a");
    let outcome = merge(&mut table, Access::Write, branch, typed(7, "a"));
    assert_eq!(outcome, Some(Outcome::Committed), "again is no harm");
    assert_eq!(table.text(), "a");
}

#[test]
fn deletions_bear_no_name_and_are_of_whoever_merges() {
    let mut table = Table::new();
    let (first, _) = answered();
    merge(
        &mut table,
        Access::Write,
        owners(&[(7, "anna")]),
        first.clone(),
    );
    let doc = Doc::with_client_id(9);
    let root = doc.get_or_insert_text("t");
    doc.transact_mut()
        .apply_update(Update::decode_v1(&first).unwrap())
        .unwrap();
    let mut txn = doc.transact_mut();
    root.remove_range(&mut txn, 0, 1);
    let gone: Bytes = txn.encode_update_v1().into();
    drop(txn);
    table.send(RoomEvent::Update {
        source: Source::Merge {
            ticket: Ticket(1),
            by: UserId::new("cara"),
            access: Access::Write,
            owners: owners(&[(7, "anna")]),
        },
        keep: Keep::OnlyNew,
        update: gone,
    });
    let row = &table.commits[0][0];
    assert_eq!(row.author, Some(UserId::new("cara")));
    assert_eq!(row.claims, [0; 0]);
    table.commit();
    assert_eq!(table.text(), "");
}

#[test]
fn a_branch_does_not_launder_blocks_under_the_id_of_another() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.push(ANNA, 1, typed(7, "a"));
    table.commit();
    let refused = |code| {
        Some(Outcome::Refused {
            code,
            kept: Kept::ByServer,
        })
    };
    // Bert was the first to use 7 in the branch; here it is Anna's.
    let forged = typed_in_turn(7, &["a", "forged"]).remove(1);
    let outcome = merge(
        &mut table,
        Access::Write,
        owners(&[(7, "bert")]),
        forged.clone(),
    );
    assert_eq!(outcome, refused(RejectCode::ForeignIdentity));
    // Nor when the update has nothing under that id, because as many blocks of it are here.
    let empty = Bytes::from_static(&[0, 0]);
    let outcome = merge(&mut table, Access::Write, owners(&[(7, "bert")]), empty);
    assert_eq!(outcome, refused(RejectCode::ForeignIdentity));
    // Nobody answers for it.
    let outcome = merge(&mut table, Access::Write, owners(&[]), typed(8, "b"));
    assert_eq!(outcome, refused(RejectCode::ForeignIdentity));
    // One forged block spoils it all, and nothing of it is there or in quarantine.
    let mixed = both(&forged, &typed(9, "c"));
    let outcome = merge(
        &mut table,
        Access::Write,
        owners(&[(7, "bert"), (9, "cara")]),
        mixed,
    );
    assert_eq!(outcome, refused(RejectCode::ForeignIdentity));
    assert_eq!(table.text(), "a");
    // As Anna's they are welcome.
    let outcome = merge(&mut table, Access::Write, owners(&[(7, "anna")]), forged);
    assert_eq!(outcome, Some(Outcome::Committed));
    assert_eq!(table.text(), "aforged");
}

#[test]
fn whoever_may_not_write_the_document_merges_nothing() {
    let mut table = Table::new();
    for access in [Access::Read, Access::Comment] {
        let outcome = merge(&mut table, access, owners(&[(7, "anna")]), typed(7, "a"));
        let refused = Outcome::Refused {
            code: RejectCode::ReadOnly,
            kept: Kept::ByServer,
        };
        assert_eq!(outcome, Some(refused));
    }
    assert_eq!(table.text(), "");
}

#[test]
fn a_commit_that_fails_leaves_the_merge_to_be_asked_for_again() {
    let mut table = Table::new();
    let (first, second) = answered();
    table.send(RoomEvent::Update {
        source: Source::Merge {
            ticket: Ticket(1),
            by: UserId::new("cara"),
            access: Access::Write,
            owners: owners(&[(7, "anna"), (8, "bert")]),
        },
        keep: Keep::OnlyNew,
        update: both(&first, &second),
    });
    table.commits.clear();
    table.send(RoomEvent::CommitFailed);
    let away = table.effects.iter().any(|effect| {
        matches!(
            effect,
            Effect::Answer {
                outcome: Outcome::StorageAway,
                ..
            }
        )
    });
    assert!(away, "{:?}", table.effects);
}
