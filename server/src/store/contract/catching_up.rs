//! What every store must do so that people catch up: one rule a function, named after a sentence of
//! [`crate::store::CatchingUpStore`].
//!
//! [`catching_up_contract!`](crate::catching_up_contract) turns them into tests, with the factory of
//! [`super::branches`].

mod new;
mod told;

use std::sync::Arc;

use bytes::Bytes;
use consilium_model::access::{BranchKind, Privacy, Role};

use super::branches::BranchFactory;
use super::governing::{NOW_MS, at, by, document, name, secret};
use crate::community::wording::Language;
use crate::store::branches::{Fate, NewBranch, pack_fork};
use crate::store::catching_up::{Call, CallKind, Digest, DueDiscussion, Heard, Seen};
use crate::store::communities::{Founding, NewInvitation};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId};
use crate::store::{Append, DocId, Store};

pub use self::new::{
    a_digest_holds_nothing_that_the_viewer_may_not_read, a_digest_says_what_others_did_since,
    a_term_that_ends_soon_is_told_a_week_and_a_day_before, a_visit_that_is_over_begins_what_is_new,
    chosen_roles_open_nothing_and_go_with_their_member,
};
pub use self::told::{
    a_discussion_is_due_until_it_was_read, nobody_is_shown_what_they_may_not_see_any_more,
    the_newest_are_kept_and_none_for_ever, what_is_decided_is_told_to_whom_it_concerns,
    what_is_silenced_is_not_told, what_was_read_stays_read_and_nobody_reads_for_another,
    what_was_said_is_told_once_and_to_readers_only, what_was_taken_back_is_told_no_more,
};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! catching_up_contract {
    ($factory:expr) => {
        $crate::catching_up_contract!(@rules $factory;
            what_is_decided_is_told_to_whom_it_concerns
            nobody_is_shown_what_they_may_not_see_any_more
            what_was_said_is_told_once_and_to_readers_only
            a_discussion_is_due_until_it_was_read
            what_was_taken_back_is_told_no_more
            what_was_read_stays_read_and_nobody_reads_for_another
            what_is_silenced_is_not_told
            the_newest_are_kept_and_none_for_ever
            a_digest_says_what_others_did_since
            a_digest_holds_nothing_that_the_viewer_may_not_read
            a_visit_that_is_over_begins_what_is_new
            chosen_roles_open_nothing_and_go_with_their_member
            a_term_that_ends_soon_is_told_a_week_and_a_day_before
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::catching_up::$rule(&$factory).await;
            }
        )*
    };
}

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A community with a document `text`, open to it, and some people.
struct World {
    store: Arc<dyn Store>,
    id: CommunityId,
    leader: AccountId,
    member: AccountId,
    guest: AccountId,
    stranger: AccountId,
}

impl World {
    async fn new(factory: &impl BranchFactory) -> Self {
        let store = factory.open_whole().await;
        let leader = factory.account("leader").await;
        let founding = Founding {
            id: CommunityId::new(),
            name: "World".to_owned(),
            description: String::new(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: document("text", None),
        };
        store
            .found_community(by(leader), &founding)
            .await
            .expect("found a community");
        let world = Self {
            store,
            id: founding.id,
            leader,
            member: factory.account("member").await,
            guest: factory.account("guest").await,
            stranger: factory.account("stranger").await,
        };
        world.let_in(world.member, 1, Role::Member).await;
        world.let_in(world.guest, 2, Role::Guest).await;
        world
    }

    async fn let_in(&self, account: AccountId, number: u8, role: Role) {
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role,
            secret: secret(number),
            expires_at_ms: NOW_MS + 1_000,
            uses_max: None,
        };
        let made = self
            .store
            .invite(by(self.leader), self.id, &invitation)
            .await;
        made.expect("invite").expect("leaders invite");
        let joined = self.store.join(by(account), &secret(number)).await;
        joined.expect("join").expect("the invited join");
    }

    /// What somebody is shown, the oldest first, as `kind actor`.
    async fn told(&self, account: AccountId) -> Vec<String> {
        self.told_at(account, NOW_MS + 1).await
    }

    async fn told_at(&self, account: AccountId, at_ms: i64) -> Vec<String> {
        let shown = self.store.notifications(at(account, at_ms)).await;
        shown
            .expect("list")
            .iter()
            .rev()
            .map(|view| format!("{} {}", view.kind.word(), view.actor.name))
            .collect()
    }

    async fn branch(&self, author: AccountId, text: &str, kind: BranchKind) {
        let made = self.store.load_or_create(&name(text), NOW_MS).await;
        let branch = NewBranch {
            doc: made.expect("make a document").record.id,
            name: name(text),
            document: name("text"),
            kind,
            note: "Because".to_owned(),
            fork: pack_fork(b"the text as it was").expect("pack"),
        };
        let made = self.store.make_branch(by(author), &branch).await;
        made.expect("make a branch").expect("they may");
    }

    async fn decide(&self, account: AccountId, at_ms: i64, text: &str, fate: Fate) {
        let decided = self
            .store
            .decide_branch(at(account, at_ms), &name(text), fate, None)
            .await;
        decided.expect("decide").expect("they may");
    }

    /// Something that somebody writes.
    async fn write(&self, author: AccountId, text: &str, at_ms: i64) -> DocId {
        let found = self.store.load_or_create(&name(text), at_ms).await;
        let doc = found.expect("a document").record.id;
        let append = Append {
            doc,
            update: Bytes::from_static(b"an update"),
            author: Some(author.user()),
            claims: Vec::new(),
            at_ms,
        };
        self.store.append(&[append]).await.expect("append");
        doc
    }

    /// The discussion of `text`, as if it were due.
    async fn discussion(&self, document: &str) -> DueDiscussion {
        let discussion = format!("{document}/discussion");
        let found = self.store.load_or_create(&name(&discussion), NOW_MS).await;
        DueDiscussion {
            doc: found.expect("a document").record.id,
            name: name(&discussion),
            document: name(document),
            seen: Seen::Nothing,
            tail: (0, 0),
        }
    }

    async fn say(&self, document: &str, at_ms: i64, heard: &Heard) {
        let discussion = self.discussion(document).await;
        let told = self.store.tell(&discussion, heard, at_ms).await;
        told.expect("tell");
    }

    async fn digest(&self, account: AccountId, at_ms: i64) -> Digest {
        let digest = self.store.digest(at(account, at_ms), self.id).await;
        digest.expect("read").expect("a member")
    }
}

fn call(to: AccountId, by: AccountId, kind: CallKind, event: &str) -> Call {
    Call {
        to: to.user(),
        by: by.user(),
        kind,
        thread: "1.0".to_owned(),
        event: event.to_owned(),
    }
}

fn calls(calls: Vec<Call>) -> Heard {
    Heard {
        calls,
        seen: Some(vec![0]),
        ..Heard::default()
    }
}
