//! Updates that wait for others: stored once, bounded, and nobody's to rewrite.

use super::*;

/// What `typed_in_turn` gives after its first update is lost.
fn with_a_gap(client: u64, words: &[&str]) -> Vec<Bytes> {
    let mut all = vec!["lost"];
    all.extend(words);
    typed_in_turn(client, &all).split_off(1)
}

#[test]
fn an_update_that_waits_already_is_acknowledged_and_not_stored_again() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    let update = with_a_gap(7, &["a"]).remove(0);
    table.push(ANNA, 1, update.clone());
    table.commit();
    table.push(ANNA, 2, update);
    assert!(table.commits.is_empty());
    assert_eq!(table.drain(ANNA), ["ack 1", "ack 2"]);
}

#[test]
fn nobody_else_can_say_what_is_in_blocks_that_wait() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.join_as(BERT, extended(), Access::Write, Some("bert"));
    table.push(ANNA, 1, typed(7, "x"));
    table.commit();
    let own = typed_in_turn(7, &["x", "lost", "true"]);
    table.push(ANNA, 2, own[2].clone());
    table.commit();
    // The same ids with another content, and something of his own.
    let forged = typed_in_turn(7, &["x", "lost", "lies"]).remove(2);
    let with_own_words = {
        let doc = Doc::with_client_id(8);
        let root = doc.get_or_insert_text("t");
        let mut txn = doc.transact_mut();
        root.insert(&mut txn, 0, "bert ");
        let words = txn.encode_update_v1();
        Bytes::from(yrs::merge_updates_v1([words.as_slice(), forged.as_ref()]).unwrap())
    };
    table.push(BERT, 1, with_own_words);
    table.commit();
    table.push(BERT, 2, forged);
    assert!(table.commits.is_empty(), "nothing of it is stored");
    table.push(ANNA, 3, own[1].clone());
    table.commit();
    assert!(!table.text().contains("lies"), "{}", table.text());
    assert_eq!(table.text().replace("bert ", ""), "xlosttrue");
    assert!(table.text().contains("bert "));
    assert!(table.drain(BERT).contains(&"ack 2".to_owned()));
}

#[test]
fn blocks_that_wait_are_claimed_by_who_brings_them() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.join_as(BERT, extended(), Access::Write, Some("bert"));
    table.push(ANNA, 1, with_a_gap(7, &["a"]).remove(0));
    assert_eq!(table.commits[0][0].claims, [7]);
    table.commit();
    // What they wait for is the same client's, so only the same member's.
    table.push(BERT, 1, typed_in_turn(7, &["lost"]).remove(0));
    assert_eq!(table.set_aside()[0].reason, "foreign-identity");
    assert_eq!(table.text(), "");
}

#[test]
fn a_step_two_that_repeats_what_waits_adds_nothing_to_it() {
    let mut table = Table::new();
    table.join_as(ANNA, extended(), Access::Write, Some("anna"));
    table.join_as(BERT, envelope(), Access::Write, Some("bert"));
    let gap = with_a_gap(7, &["a"]).remove(0);
    table.push(ANNA, 1, gap.clone());
    table.commit();
    table.drain(BERT);
    for (round, word) in ["one", "two", "three"].into_iter().enumerate() {
        let client = 20 + round as u64;
        // A stock client's step 2 holds whatever its replica holds back, in an encoding of its own.
        let all = yrs::merge_updates_v1([typed(client, word).as_ref(), gap.as_ref()]).unwrap();
        table.update(BERT, Debt::StepTwoStatus, Keep::OnlyNew, all.into());
        table.commit();
        assert_eq!(table.core.replica().waiting().len(), 1, "round {round}");
        assert!(table.text().contains(word));
    }
}

#[test]
fn updates_wait_within_bounds_and_beyond_them_are_set_aside() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    let words: Vec<&str> = vec!["x"; limits::WAITING_UPDATES_MAX + 1];
    let updates = with_a_gap(7, &words);
    for (number, update) in updates.iter().enumerate() {
        table.push(ANNA, number as u64, update.clone());
        table.commit_all();
    }
    assert_eq!(
        table.core.replica().waiting().len(),
        limits::WAITING_UPDATES_MAX
    );
    assert_eq!(table.set_aside()[0].reason, "too-large");

    let mut table = Table::new();
    table.join(ANNA, extended());
    let large = "x".repeat(limits::WAITING_BYTES_MAX / 2);
    for (number, update) in with_a_gap(7, &[&large, &large]).into_iter().enumerate() {
        table.push(ANNA, number as u64, update);
        table.commit_all();
    }
    assert_eq!(table.core.replica().waiting().len(), 1);
    assert_eq!(table.set_aside()[0].reason, "too-large");
    assert!(table.core.replica().waiting().bytes() <= limits::WAITING_BYTES_MAX);
}

/// Types a word that nobody gets to see, another behind it, and removes both, one after the other.
fn typed_and_removed_behind_a_gap(client: u64) -> [Bytes; 4] {
    let doc = Doc::with_client_id(client);
    let root = doc.get_or_insert_text("t");
    let edit = |edit: &dyn Fn(&mut yrs::TransactionMut<'_>)| {
        let mut txn = doc.transact_mut();
        edit(&mut txn);
        Bytes::from(txn.encode_update_v1())
    };
    [
        edit(&|txn| root.push(txn, "lost")),
        edit(&|txn| root.push(txn, "x")),
        edit(&|txn| root.remove_range(txn, 4, 1)),
        edit(&|txn| root.remove_range(txn, 3, 1)),
    ]
}

#[test]
fn who_repeats_deletions_that_wait_needs_no_room_to_wait() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, envelope());
    let [lost, behind, removed, removed_too] = typed_and_removed_behind_a_gap(7);
    let others = vec!["o"; limits::WAITING_UPDATES_MAX - 2];
    let full = [behind, removed.clone()]
        .into_iter()
        .chain(with_a_gap(9, &others));
    for update in full {
        table.push(ANNA, 0, update);
        table.commit_all();
    }
    let waiting = table.core.replica().waiting().len();
    assert_eq!(waiting, limits::WAITING_UPDATES_MAX);
    let step_two = |client: u64, word: &str, deletion: &Bytes| {
        let all = yrs::merge_updates_v1([typed(client, word).as_ref(), deletion.as_ref()]);
        Bytes::from(all.unwrap())
    };

    // Bert was told of the deletion while it waited, so his step 2 tells of it too.
    let of_bert = step_two(8, "bert", &removed);
    table.update(BERT, Debt::StepTwoStatus, Keep::OnlyNew, of_bert);
    table.commit_all();
    assert!(table.text().contains("bert"));
    assert_eq!(table.core.replica().waiting().len(), waiting);

    // Nor is the deletion kept with an edit of its own: nothing could compact that before the missing word comes.
    let of_bert = step_two(11, "edit", &removed);
    table.update(BERT, Debt::UpdateStatus, Keep::AsSent, of_bert);
    let kept = table.commits.last().unwrap().last().unwrap();
    let kept = Replica::shape(&kept.update).unwrap();
    assert_eq!((kept.spans.len(), kept.deletions), (1, 0));
    table.commit_all();
    assert_eq!(table.core.replica().waiting().len(), waiting);

    // A deletion that nobody has told of would have to be kept, and there is no room.
    let of_bert = step_two(10, "again", &removed_too);
    table.update(BERT, Debt::UpdateStatus, Keep::OnlyNew, of_bert);
    table.commit_all();
    assert_eq!(table.set_aside()[0].reason, "too-large");
    assert!(!table.text().contains("again"));

    table.push(ANNA, 0, lost);
    table.commit_all();
    assert!(table.text().contains("lost") && !table.text().contains('x'));
}

#[test]
fn a_reader_who_was_left_behind_lacks_what_waits_until_it_is_whole() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, extended());
    let long = "x".repeat(limits::OUTBOUND_BYTES_MAX);
    table.push(ANNA, 1, typed(1, &long));
    table.commit();
    // Bert's queue is full: from now on he is told nothing.
    let updates = typed_in_turn(7, &["a", "b"]);
    table.push(ANNA, 2, updates[1].clone());
    table.commit();
    table.push(ANNA, 3, updates[0].clone());
    table.commit();
    while table.queues[&BERT].take().is_some() {}
    assert!(table.queues[&BERT].take_drained());
    table.send(RoomEvent::Drained { id: BERT });
    assert_eq!(table.drain(BERT), ["step 2 \"ab\""]);
}

#[test]
fn what_continues_an_edit_that_was_withheld_stays_with_its_author_until_that_comes_again() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    table.join(BERT, envelope());
    let words: Vec<&str> = vec!["x"; 2 * limits::WAITING_UPDATES_MAX];
    let (anna, bert) = (typed_in_turn(7, &words), typed_in_turn(8, &words));
    table.push(ANNA, 0, typed(9, "y"));
    table.push(ANNA, 0, anna[0].clone());
    table.update(
        BERT,
        Debt::StepTwoStatus,
        Keep::OnlyNew,
        Bytes::from_static(consilium_protocol::sync::EMPTY_UPDATE),
    );
    table.update(BERT, Debt::UpdateStatus, Keep::AsSent, bert[0].clone());
    table.commit();
    assert_eq!(table.commits.remove(0).len(), 2);
    table.drain(ANNA);
    table.drain(BERT);
    // Gathered while the first is on its way, which is lost.
    let (gathered, late) = anna[1..].split_at(limits::WAITING_UPDATES_MAX);
    for update in gathered {
        table.push(ANNA, 0, update.clone());
    }
    table.send(RoomEvent::CommitFailed);
    table.reload_event(&Doc::new(), true);
    // On their way when storage is back already.
    for update in late {
        table.push(ANNA, 0, update.clone());
    }
    for update in &bert[1..] {
        table.update(BERT, Debt::UpdateStatus, Keep::AsSent, update.clone());
    }
    assert!(table.commits.is_empty(), "nothing of it is taken");
    assert!(
        !table
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::SetAside(_))),
        "nothing of it is refused"
    );
    assert_eq!(
        table.drain(ANNA),
        ["storage false", "storage true", "step 1"]
    );
    assert_eq!(table.drain(BERT), ["step 1"]);
    // Now they begin again.
    for (number, update) in anna.iter().enumerate() {
        table.push(ANNA, number as u64, update.clone());
    }
    let all = yrs::merge_updates_v1(bert.iter().map(AsRef::as_ref)).unwrap();
    table.update(BERT, Debt::StepTwoStatus, Keep::OnlyNew, all.into());
    table.commit_all();
    assert_eq!(
        table.drain(ANNA).last(),
        Some(&format!("ack {}", anna.len() - 1))
    );
    let statuses = table.drain(BERT);
    let statuses = statuses
        .iter()
        .filter(|word| word.as_str() == "status true");
    // One for each, and one for the step 2 at the beginning, which was in the lost batch too.
    assert_eq!(statuses.count(), bert.len() + 1);
    assert_eq!(table.text().len(), 2 * words.len(), "the reload had no y");
    assert!(table.core.replica().waiting().is_empty());
}

#[test]
fn an_edit_that_comes_again_and_has_to_wait_holds_up_nothing_that_follows_it() {
    let mut table = Table::new();
    table.join(ANNA, extended());
    let gap = with_a_gap(7, &["a", "b", "c"]);
    table.push(ANNA, 1, gap[0].clone());
    table.commits.clear();
    table.send(RoomEvent::CommitFailed);
    table.reload_event(&Doc::new(), true);
    table.push(ANNA, 2, gap[1].clone());
    assert!(table.commits.is_empty());
    for (number, update) in gap.iter().enumerate() {
        table.push(ANNA, 10 + number as u64, update.clone());
    }
    table.commit_all();
    assert_eq!(table.core.replica().waiting().len(), 3);
    assert_eq!(table.drain(ANNA).last(), Some(&"ack 12".to_owned()));
}

#[test]
fn what_a_stock_client_queued_before_it_answers_comes_again_with_the_answer() {
    let mut table = Table::new();
    table.join(BERT, envelope());
    let words: Vec<&str> = vec!["x"; 2 * limits::WAITING_UPDATES_MAX];
    // The first was withheld by a room that has gone since.
    let all = typed_in_turn(7, &words);
    for update in &all[1..] {
        table.update(BERT, Debt::UpdateStatus, Keep::AsSent, update.clone());
    }
    assert!(table.commits.is_empty());
    assert_eq!(
        table.drain(BERT),
        Vec::<String>::new(),
        "nothing is refused"
    );
    let answer = yrs::merge_updates_v1(all.iter().map(AsRef::as_ref)).unwrap();
    table.update(BERT, Debt::StepTwoStatus, Keep::OnlyNew, answer.into());
    table.commit();
    assert_eq!(table.text().len(), words.len());
    assert_eq!(table.drain(BERT).len(), all.len(), "one status for each");
    // From now on, what waits is taken.
    table.update(
        BERT,
        Debt::UpdateStatus,
        Keep::AsSent,
        with_a_gap(9, &["y"]).remove(0),
    );
    table.commit();
    assert_eq!(table.core.replica().waiting().len(), 1);
}
