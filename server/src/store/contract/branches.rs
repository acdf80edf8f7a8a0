//! What every store must do about branches: one rule a function, named after a sentence of
//! [`crate::store::BranchStore`].
//!
//! [`branch_contract!`](crate::branch_contract) turns them into tests for one kind of store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use consilium_model::access::{BranchKind, BranchState, Privacy, Role};
use consilium_protocol::ids::{Access, DocName, UserId};

use super::communities::CommunityFactory;
use crate::community::wording::Language;
use crate::store::branches::record::OPEN_BRANCHES_MAX;
use crate::store::branches::{BranchView, Fate, MergeTurn, NewBranch, Part, pack_fork};
use crate::store::communities::{Actor, Founding, NewDocument, NewInvitation, Refusal};
use crate::store::people::SecretHash;
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId};
use crate::store::{Append, Store};

/// As [`CommunityFactory`], for tests that need documents too.
#[async_trait]
pub trait BranchFactory: CommunityFactory {
    /// Opens it; called once.
    async fn open_whole(&self) -> Arc<dyn Store>;
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! branch_contract {
    ($factory:expr) => {
        $crate::branch_contract!(@rules $factory;
            a_branch_begins_with_the_owners_and_the_title_of_its_document
            a_draft_is_its_authors_until_it_is_handed_in
            who_cannot_read_the_document_learns_of_no_branch
            who_has_no_role_or_too_many_makes_none
            what_is_decided_stands_in_the_row_and_in_the_ledger
            only_those_who_may_decide_about_a_branch
            what_is_private_is_not_in_the_ledger
            the_epoch_moves_with_the_fate_of_a_branch
            who_decides_does_so_in_their_turn_at_the_document
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::branches::$rule(&$factory).await;
            }
        )*
    };
}

pub(super) const NOW_MS: i64 = 1_790_000_000_000;

pub(super) fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a valid name")
}

pub(super) fn by(account: AccountId) -> Actor {
    Actor {
        account,
        at_ms: NOW_MS,
    }
}

/// A community with a document `text`, open to it, and one account of each role that matters here.
pub(super) struct World {
    pub(super) store: Arc<dyn Store>,
    pub(super) id: CommunityId,
    pub(super) leader: AccountId,
    pub(super) member: AccountId,
    pub(super) guest: AccountId,
    pub(super) listener: AccountId,
    pub(super) stranger: AccountId,
}

impl World {
    pub(super) async fn new(factory: &impl BranchFactory) -> Self {
        let store = factory.open_whole().await;
        let leader = factory.account("leader").await;
        let founding = Founding {
            id: CommunityId::new(),
            name: "World".to_owned(),
            description: String::new(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: NewDocument {
                name: name("text"),
                title: "A text".to_owned(),
                privacy: None,
            },
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
            listener: factory.account("listener").await,
            stranger: factory.account("stranger").await,
        };
        world.let_in(world.member, 1, Role::Member).await;
        world.let_in(world.guest, 2, Role::Guest).await;
        world.let_in(world.listener, 3, Role::Listener).await;
        world
    }

    pub(super) async fn let_in(&self, account: AccountId, number: u8, role: Role) {
        let secret = SecretHash([number; 32]);
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role,
            secret,
            expires_at_ms: NOW_MS + 1_000,
            uses_max: None,
        };
        let made = self
            .store
            .invite(by(self.leader), self.id, &invitation)
            .await;
        made.expect("invite").expect("leaders invite");
        let joined = self.store.join(by(account), &secret).await;
        joined.expect("join").expect("the invited join");
    }

    pub(super) async fn grant(&self, account: AccountId, access: Access) {
        let leader = by(self.leader);
        let granted = self
            .store
            .grant(leader, &name("text"), account, access.into())
            .await;
        granted.expect("grant").expect("leaders grant");
    }

    async fn try_branch(
        &self,
        author: AccountId,
        of: &str,
        text: &str,
        kind: BranchKind,
    ) -> Result<BranchView, Refusal> {
        let made = self.store.load_or_create(&name(text), NOW_MS).await;
        let branch = NewBranch {
            doc: made.expect("make a document").record.id,
            name: name(text),
            document: name(of),
            kind,
            note: "Because".to_owned(),
            fork: pack_fork(b"the text as it was").expect("pack"),
        };
        let made = self.store.make_branch(by(author), &branch).await;
        made.expect("make a branch")
    }

    async fn branch(&self, author: AccountId, text: &str, kind: BranchKind) -> BranchView {
        let made = self.try_branch(author, "text", text, kind).await;
        made.expect("who may make branches")
    }

    async fn access(&self, account: AccountId, text: &str) -> Access {
        let found = self
            .store
            .branch_standing(account, &name(text), NOW_MS)
            .await;
        let standing = found.expect("read a standing");
        standing.map_or(Access::None, |standing| standing.access())
    }

    pub(super) async fn listed(&self, account: AccountId) -> Result<Vec<String>, Refusal> {
        let listed = self.store.branches_of(by(account), &name("text")).await;
        let listed = listed.expect("list branches")?;
        Ok(listed
            .iter()
            .map(|view| view.name.as_str().to_owned())
            .collect())
    }

    pub(super) async fn decide(
        &self,
        account: AccountId,
        text: &str,
        fate: Fate,
    ) -> Result<BranchState, Refusal> {
        let decided = self
            .store
            .decide_branch(by(account), &name(text), fate, None)
            .await;
        decided.expect("decide").map(|view| view.standing.state)
    }

    /// What the ledger says of suggestions.
    pub(super) async fn acts(&self) -> Vec<String> {
        let mut acts = self.all_acts().await;
        acts.retain(|act| act.starts_with("suggestion"));
        acts
    }

    pub(super) async fn all_acts(&self) -> Vec<String> {
        let lines = self.store.ledger(by(self.leader), self.id, None, 100).await;
        let lines = lines.expect("read the ledger").expect("leaders read it");
        lines
            .iter()
            .rev()
            .map(|line| {
                let detail: serde_json::Value =
                    serde_json::from_str(&line.sealed.entry.detail).expect("JSON");
                let part = detail["part"]
                    .as_str()
                    .map_or(String::new(), |part| format!(" {part}"));
                format!("{}{part}", line.sealed.entry.act)
            })
            .collect()
    }
}

/// Whose a block is does not change by its being copied, and a branch is listed under the title of its document.
pub async fn a_branch_begins_with_the_owners_and_the_title_of_its_document(
    factory: &impl BranchFactory,
) {
    let world = World::new(factory).await;
    let text = world
        .store
        .load(&name("text"))
        .await
        .expect("load")
        .expect("there");
    let claim = Append {
        doc: text.record.id,
        update: Bytes::from_static(b"an update"),
        author: Some(UserId::new("anna")),
        claims: vec![7, u64::MAX],
        at_ms: NOW_MS,
    };
    world.store.append(&[claim]).await.expect("append");
    let made = world
        .branch(world.member, "branch", BranchKind::Suggestion)
        .await;
    assert_eq!(made.document, name("text"));
    assert_eq!(made.document_title, "A text");
    assert_eq!(made.author.name, "member");
    assert_eq!(made.note, "Because");
    assert_eq!(made.closed, None);
    let branch = world
        .store
        .load(&name("branch"))
        .await
        .expect("load")
        .expect("there");
    assert_eq!(branch.record.title, "A text");
    assert_ne!(branch.record.lineage, text.record.lineage);
    let anna = UserId::new("anna");
    assert_eq!(branch.owners.get(&7), Some(&anna));
    assert_eq!(branch.owners.get(&u64::MAX), Some(&anna));
    let fork = world.store.fork_of(by(world.leader), &name("branch")).await;
    assert_eq!(
        fork.expect("read").expect("a reader"),
        b"the text as it was"
    );
    // Whoever claims one of them for somebody else in the branch is refused, as in the document.
    let stolen = Append {
        doc: branch.record.id,
        update: Bytes::from_static(b"an update"),
        author: Some(UserId::new("bert")),
        claims: vec![7],
        at_ms: NOW_MS,
    };
    assert!(world.store.append(&[stolen]).await.is_err());
    // A branch is no document of the community, and has no branches.
    let standing = world
        .store
        .document_standing(world.member, &name("branch"), NOW_MS)
        .await;
    assert_eq!(standing.expect("read"), None);
    let again = world
        .try_branch(world.member, "branch", "twig", BranchKind::Draft)
        .await;
    assert_eq!(again, Err(Refusal::NoSuchDocument));
}

/// A draft is nobody else's business, not even a leader's.
pub async fn a_draft_is_its_authors_until_it_is_handed_in(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.grant(world.guest, Access::Read).await;
    world.branch(world.guest, "draft", BranchKind::Draft).await;
    assert_eq!(world.access(world.guest, "draft").await, Access::Write);
    assert_eq!(world.access(world.leader, "draft").await, Access::None);
    assert_eq!(world.listed(world.leader).await, Ok(vec![]));
    assert_eq!(
        world.listed(world.guest).await,
        Ok(vec!["draft".to_owned()])
    );
    let seen = world.store.branch(by(world.leader), &name("draft")).await;
    assert_eq!(seen.expect("read"), Err(Refusal::NoSuchBranch));
    let handed = world
        .store
        .hand_in(by(world.leader), &name("draft"), "")
        .await;
    assert_eq!(handed.expect("hand in"), Err(Refusal::NoSuchBranch));

    let handed = world
        .store
        .hand_in(by(world.guest), &name("draft"), "Please")
        .await;
    let handed = handed.expect("hand in").expect("its author");
    assert_eq!(
        (handed.standing.kind, handed.note.as_str()),
        (BranchKind::Suggestion, "Please")
    );
    assert_eq!(world.access(world.leader, "draft").await, Access::Write);
    assert_eq!(
        world.listed(world.leader).await,
        Ok(vec!["draft".to_owned()])
    );
    let again = world
        .store
        .hand_in(by(world.leader), &name("draft"), "")
        .await;
    assert_eq!(again.expect("hand in"), Err(Refusal::AuthorOnly));
}

/// Whoever loses the document loses its branches, their own included.
pub async fn who_cannot_read_the_document_learns_of_no_branch(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.grant(world.guest, Access::Comment).await;
    world
        .branch(world.guest, "branch", BranchKind::Suggestion)
        .await;
    assert_eq!(world.access(world.guest, "branch").await, Access::Write);
    world.grant(world.guest, Access::None).await;
    for account in [world.guest, world.listener, world.stranger] {
        assert_eq!(world.access(account, "branch").await, Access::None);
        assert_eq!(world.listed(account).await, Err(Refusal::NoSuchDocument));
        for branch in ["branch", "nothing"] {
            let seen = world.store.branch(by(account), &name(branch)).await;
            assert_eq!(seen.expect("read"), Err(Refusal::NoSuchBranch));
            let fork = world.store.fork_of(by(account), &name(branch)).await;
            assert_eq!(fork.expect("read"), Err(Refusal::NoSuchBranch));
            let fate = world.decide(account, branch, Fate::Discarded).await;
            assert_eq!(fate, Err(Refusal::NoSuchBranch));
        }
    }
    assert_eq!(world.access(world.leader, "branch").await, Access::Write);
}

/// Whoever reads the library of the portal has no say in its texts, and nobody fills the list.
pub async fn who_has_no_role_or_too_many_makes_none(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    for account in [world.guest, world.listener, world.stranger] {
        let made = world
            .try_branch(account, "text", "none", BranchKind::Draft)
            .await;
        assert_eq!(made, Err(Refusal::NoSuchDocument));
    }
    let reason = Some("For the library");
    let opened = world
        .store
        .set_privacy(by(world.leader), &name("text"), Privacy::Portal, reason)
        .await;
    opened.expect("open").expect("leaders open");
    let made = world
        .try_branch(world.stranger, "text", "none", BranchKind::Draft)
        .await;
    assert_eq!(made, Err(Refusal::MembersOnly));
    world
        .branch(world.listener, "listener's", BranchKind::Suggestion)
        .await;
    for number in 0..OPEN_BRANCHES_MAX {
        let may = world
            .store
            .may_branch(by(world.member), &name("text"))
            .await;
        assert_eq!(may.expect("ask"), Ok(()));
        world
            .branch(world.member, &format!("branch {number}"), BranchKind::Draft)
            .await;
    }
    let may = world
        .store
        .may_branch(by(world.member), &name("text"))
        .await;
    assert_eq!(may.expect("ask"), Err(Refusal::TooManyBranches));
    let made = world
        .try_branch(world.member, "text", "one more", BranchKind::Draft)
        .await;
    assert_eq!(made, Err(Refusal::TooManyBranches));
    assert_eq!(
        world
            .decide(world.member, "branch 3", Fate::Discarded)
            .await,
        Ok(BranchState::Discarded)
    );
    world
        .branch(world.member, "one more", BranchKind::Draft)
        .await;
}

/// A branch is decided about once, but for what was discarded; the ledger has it all, and whose suggestion it was.
pub async fn what_is_decided_stands_in_the_row_and_in_the_ledger(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.grant(world.guest, Access::Read).await;
    world
        .branch(world.guest, "branch", BranchKind::Suggestion)
        .await;
    let all = Fate::Merged(Part::All);
    let steps = [
        (Fate::Discarded, Ok(BranchState::Discarded)),
        (Fate::Discarded, Err(Refusal::BranchClosed)),
        (all, Err(Refusal::BranchClosed)),
        (Fate::Reopened, Ok(BranchState::Open)),
        (Fate::Reopened, Err(Refusal::BranchClosed)),
        (Fate::Merged(Part::Some), Ok(BranchState::Open)),
        (all, Ok(BranchState::Merged)),
        (all, Err(Refusal::BranchClosed)),
        (Fate::Reopened, Err(Refusal::BranchClosed)),
    ];
    for (fate, expected) in steps {
        assert_eq!(
            world.decide(world.member, "branch", fate).await,
            expected,
            "{fate:?}"
        );
    }
    let view = world.store.branch(by(world.guest), &name("branch")).await;
    let view = view.expect("read").expect("its author");
    assert!(view.is_taken_in_part);
    let (at_ms, closed_by) = view.closed.clone().expect("it is closed");
    assert_eq!((at_ms, closed_by.name.as_str()), (NOW_MS, "member"));
    assert_eq!(view.standing.access(), Access::Read);
    assert_eq!(
        world.acts().await,
        [
            "suggestion-discarded",
            "suggestion-reopened",
            "suggestion-merged some",
            "suggestion-merged all",
        ]
    );
    let lines = world
        .store
        .ledger(by(world.leader), world.id, None, 1)
        .await;
    let lines = lines.expect("read").expect("leaders read");
    assert_eq!(
        lines[0].member.as_ref().map(|who| who.id),
        Some(world.guest)
    );
}

/// Those who may write the document decide; the author may take a proposal back.
pub async fn only_those_who_may_decide_about_a_branch(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.grant(world.guest, Access::Comment).await;
    world
        .branch(world.member, "member's", BranchKind::Suggestion)
        .await;
    for fate in [
        Fate::Discarded,
        Fate::Merged(Part::All),
        Fate::Merged(Part::Some),
    ] {
        let decided = world.decide(world.guest, "member's", fate).await;
        assert_eq!(decided, Err(Refusal::WritersOnly), "{fate:?}");
    }
    world
        .branch(world.guest, "guest's", BranchKind::Suggestion)
        .await;
    let merged = world
        .decide(world.guest, "guest's", Fate::Merged(Part::All))
        .await;
    assert_eq!(merged, Err(Refusal::WritersOnly));
    assert_eq!(
        world.decide(world.guest, "guest's", Fate::Discarded).await,
        Ok(BranchState::Discarded)
    );
    assert_eq!(
        world.decide(world.guest, "guest's", Fate::Reopened).await,
        Ok(BranchState::Open)
    );
    assert_eq!(
        world
            .decide(world.leader, "guest's", Fate::Merged(Part::All))
            .await,
        Ok(BranchState::Merged)
    );
}

/// That somebody has a draft, or a private document, is their own affair.
pub async fn what_is_private_is_not_in_the_ledger(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    world.branch(world.member, "draft", BranchKind::Draft).await;
    assert_eq!(
        world.decide(world.member, "draft", Fate::Discarded).await,
        Ok(BranchState::Discarded)
    );
    let private = NewDocument {
        name: name("private"),
        title: String::new(),
        privacy: Some(Privacy::Private),
    };
    let made = world
        .store
        .create_document(by(world.member), world.id, &private)
        .await;
    made.expect("create").expect("members create");
    let made = world
        .try_branch(world.member, "private", "branch", BranchKind::Suggestion)
        .await;
    made.expect("its maker");
    assert_eq!(
        world
            .decide(world.member, "branch", Fate::Merged(Part::All))
            .await,
        Ok(BranchState::Merged)
    );
    assert_eq!(world.acts().await, [""; 0]);
}

/// Open sockets learn of it by the epoch.
pub async fn the_epoch_moves_with_the_fate_of_a_branch(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let mut known = 0;
    let mut moved = async || {
        let before = known;
        known = world.store.access_epoch().await.expect("read the epoch");
        known > before
    };
    assert!(moved().await);
    world
        .branch(world.member, "branch", BranchKind::Draft)
        .await;
    assert!(moved().await, "made");
    let handed = world
        .store
        .hand_in(by(world.member), &name("branch"), "")
        .await;
    handed.expect("hand in").expect("its author");
    assert!(moved().await, "handed in");
    let discarded = world.decide(world.leader, "branch", Fate::Discarded).await;
    discarded.expect("a writer");
    assert!(moved().await, "discarded");
    world.listed(world.leader).await.expect("a reader");
    assert!(!moved().await, "reading moves nothing");
}

/// Nobody decides about a suggestion to a document while somebody else does, to whichever; and no turn lasts for ever.
pub async fn who_decides_does_so_in_their_turn_at_the_document(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    for branch in ["one", "other"] {
        world
            .branch(world.member, branch, BranchKind::Suggestion)
            .await;
    }
    let long = Duration::from_secs(3_600);
    let (first, second) = (MergeTurn::fresh(), MergeTurn::fresh());
    let take = async |branch: &str, turn, life| {
        let taken = world
            .store
            .take_merge_turn(by(world.leader), &name(branch), turn, life)
            .await;
        taken.expect("ask for a turn")
    };
    let decide = async |branch: &str, turn| {
        let decided = world
            .store
            .decide_branch(by(world.leader), &name(branch), Fate::Discarded, turn)
            .await;
        decided.expect("decide").map(|view| view.standing.state)
    };
    assert_eq!(take("one", first, long).await, Ok(true));
    assert_eq!(take("other", second, long).await, Ok(false), "one document");
    for turn in [None, Some(second)] {
        assert_eq!(decide("one", turn).await, Err(Refusal::BeingDecided));
        assert_eq!(decide("other", turn).await, Err(Refusal::BeingDecided));
    }
    assert_eq!(decide("one", Some(first)).await, Ok(BranchState::Discarded));
    world.store.end_merge_turn(first).await.expect("end");
    let kept = world.store.keep_merge_turn(first, long).await;
    assert!(!kept.expect("keep"), "it has ended");

    // A turn that nobody ends is over by itself, and is not taken up again after another has come.
    assert_eq!(take("other", first, Duration::ZERO).await, Ok(true));
    assert_eq!(take("other", second, long).await, Ok(true));
    let kept = world.store.keep_merge_turn(first, long).await;
    assert!(!kept.expect("keep"), "it is another's turn");
    let kept = world.store.keep_merge_turn(second, Duration::ZERO).await;
    assert!(kept.expect("keep"));
    assert_eq!(decide("other", None).await, Ok(BranchState::Discarded));

    let asked = world
        .store
        .take_merge_turn(by(world.stranger), &name("other"), first, long)
        .await;
    assert_eq!(asked.expect("ask"), Err(Refusal::NoSuchBranch));
}
