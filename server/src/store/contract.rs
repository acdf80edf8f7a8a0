//! What every store must do: one rule a function, named after the sentence of [`super::Store`] that it holds.
//!
//! [`store_contract!`](crate::store_contract) turns them into tests for one kind of store. The suite looks only
//! through the trait. Updates here are not CRDT updates: a row holds one token and a snapshot a list of tokens, so
//! that "nothing is lost" is "the union of tokens is complete".

pub mod branches;
pub mod catching_up;
mod changes;
pub mod communities;
mod compaction;
pub mod discussions;
pub mod for_good;
pub mod governance;
mod governing;
pub mod history;
pub mod identities;
pub mod interests;
pub mod joining;
mod journal;
pub mod left_behind;
pub mod looks;
pub mod meetings;
pub mod names;
pub mod outbox;
pub mod password_links;
pub mod people;
pub mod publications;
mod quarantine;
pub mod questions;
pub mod rounds;
pub mod search;
mod shelves;
pub mod stepping_back;
pub mod taken_away;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::{DocName, UserId};

use super::{
    Append, Compaction, Cursor, DocId, DocumentRecord, JournalRow, Quarantined, Snapshot, Store,
    StoredDocument,
};

pub use self::changes::{
    changes_are_the_rows_and_owners_since_a_position, changes_survive_compactions_in_between,
    polling_for_changes_misses_nothing_while_appends_race,
    polling_for_changes_misses_nothing_while_compactions_race,
    without_changes_an_answer_brings_nothing_new,
};
pub use self::compaction::{
    a_compaction_never_deletes_its_own_snapshot, compaction_deletes_only_what_it_names,
    concurrent_compactions_do_no_harm, nothing_is_lost_while_appends_loads_and_compactions_race,
    repeating_a_compaction_does_no_harm,
};
pub use self::journal::{
    a_batch_is_stored_wholly_or_not_at_all, a_closed_store_says_unavailable,
    a_missing_document_is_none, a_new_document_is_empty_and_keeps_its_lineage,
    a_probe_leaves_nothing_behind, a_row_that_is_too_large_is_refused_by_name,
    an_empty_batch_does_nothing, concurrent_creators_see_one_lineage,
    large_batches_come_back_whole, row_ids_are_never_used_again,
    rows_come_back_in_the_order_of_their_ids, the_first_claim_of_a_client_id_stands,
    what_was_appended_survives_closing, writes_to_a_missing_document_are_refused_by_name,
};
pub use self::quarantine::{
    a_mixed_quarantine_batch_keeps_what_fits, quarantine_is_bounded_per_author,
    quarantine_keeps_an_update_once,
};
pub use self::shelves::{
    a_list_is_paged_without_gaps, an_edit_moves_a_document_to_the_front,
    the_bin_holds_what_was_deleted_until_it_is_restored, titles_are_found_by_words_in_any_case,
};

/// Opens one underlying storage, again and again.
#[async_trait]
pub trait StoreFactory: Send + Sync {
    /// Opens it; what an earlier store left is there. The earlier one is closed or dropped by then.
    async fn open(&self) -> Arc<dyn Store>;
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! store_contract {
    ($factory:expr) => {
        $crate::store_contract!(@rules $factory;
            a_new_document_is_empty_and_keeps_its_lineage
            concurrent_creators_see_one_lineage
            a_missing_document_is_none
            rows_come_back_in_the_order_of_their_ids
            an_empty_batch_does_nothing
            a_batch_is_stored_wholly_or_not_at_all
            a_row_that_is_too_large_is_refused_by_name
            large_batches_come_back_whole
            row_ids_are_never_used_again
            what_was_appended_survives_closing
            the_first_claim_of_a_client_id_stands
            compaction_deletes_only_what_it_names
            repeating_a_compaction_does_no_harm
            a_compaction_never_deletes_its_own_snapshot
            concurrent_compactions_do_no_harm
            nothing_is_lost_while_appends_loads_and_compactions_race
            changes_are_the_rows_and_owners_since_a_position
            without_changes_an_answer_brings_nothing_new
            changes_survive_compactions_in_between
            polling_for_changes_misses_nothing_while_appends_race
            polling_for_changes_misses_nothing_while_compactions_race
            quarantine_keeps_an_update_once
            quarantine_is_bounded_per_author
            a_mixed_quarantine_batch_keeps_what_fits
            titles_are_found_by_words_in_any_case
            a_list_is_paged_without_gaps
            the_bin_holds_what_was_deleted_until_it_is_restored
            an_edit_moves_a_document_to_the_front
            writes_to_a_missing_document_are_refused_by_name
            a_probe_leaves_nothing_behind
            a_closed_store_says_unavailable
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::$rule(&$factory).await;
            }
        )*
    };
}

const NOW_MS: i64 = 1_790_000_000_000;

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a valid name")
}

fn append(doc: DocId, update: impl Into<Bytes>) -> Append {
    Append {
        doc,
        update: update.into(),
        author: None,
        claims: Vec::new(),
        at_ms: NOW_MS,
    }
}

async fn create(store: &dyn Store, text: &str) -> DocumentRecord {
    store
        .load_or_create(&name(text), NOW_MS)
        .await
        .expect("create a document")
        .record
}

async fn load(store: &dyn Store, text: &str) -> StoredDocument {
    store
        .load(&name(text))
        .await
        .expect("load a document")
        .expect("the document exists")
}

fn tail_of(document: &StoredDocument) -> Vec<&[u8]> {
    document
        .tail
        .iter()
        .map(|row| row.update.as_ref())
        .collect()
}

/// All but the position, which may differ between loads of the same content.
fn content(document: &StoredDocument) -> StoredDocument {
    StoredDocument {
        cursor: Cursor(0),
        ..document.clone()
    }
}

/// All tokens of a document, from rows and snapshots.
fn tokens(document: &StoredDocument) -> BTreeSet<String> {
    tokens_in(&document.snapshots, &document.tail)
}

fn tokens_in(snapshots: &[Snapshot], rows: &[JournalRow]) -> BTreeSet<String> {
    let snapshots = snapshots.iter().map(|snapshot| snapshot.state.as_ref());
    let rows = rows.iter().map(|row| row.update.as_ref());
    snapshots
        .chain(rows)
        .flat_map(|bytes| bytes.split(|byte| *byte == b' '))
        .filter(|token| !token.is_empty())
        .map(|token| String::from_utf8(token.to_vec()).expect("tokens are text"))
        .collect()
}

/// The compaction of all that was loaded.
fn compaction_of(document: &StoredDocument) -> Compaction {
    Compaction {
        doc: document.record.id,
        state: Bytes::from(tokens(document).into_iter().collect::<Vec<_>>().join(" ")),
        rows: document.tail.iter().map(|row| row.id).collect(),
        snapshots: document
            .snapshots
            .iter()
            .map(|snapshot| snapshot.hash)
            .collect(),
    }
}

fn refused(doc: DocId, author: Option<&str>, update: impl Into<Bytes>) -> Quarantined {
    Quarantined {
        doc,
        author: author.map(UserId::new),
        reason: "recused".to_owned(),
        update: update.into(),
        at_ms: NOW_MS,
    }
}
