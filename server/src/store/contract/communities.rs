//! What every store must do about communities: one rule a function, named after a sentence of [`CommunityStore`].
//!
//! [`community_contract!`](crate::community_contract) turns them into tests for one kind of store. Accounts are another
//! trait's business; the factory makes and locks them.

use std::sync::Arc;

use async_trait::async_trait;
use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::{Access, DocName};

use super::governing::{NOW_MS, at, by, document, name, secret};
use crate::community::ledger::{Chain, Sealed};
use crate::community::wording::Language;
use crate::store::communities::{
    Changes, CommunityStore, CommunityView, DocumentStanding, Founding, MemberChange, NewDocument,
    NewInvitation, Refusal,
};
use crate::store::people::{Email, NewAccount, NewSession, PasswordHash, Session};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, SessionId};
use crate::store::{DocumentFilter, Shelf};

/// One underlying storage with accounts in it.
#[async_trait]
pub trait CommunityFactory: Send + Sync {
    /// Opens it; called once.
    async fn open(&self) -> Arc<dyn CommunityStore>;

    /// Makes an account of this name; its address is the name and `@example.org`.
    async fn account(&self, name: &str) -> AccountId;

    /// Locks an account.
    async fn lock(&self, account: AccountId);

    /// Puts a document into the bin.
    async fn bin(&self, name: &DocName);
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! community_contract {
    ($factory:expr) => {
        $crate::community_contract!(@rules $factory;
            a_community_is_founded_with_its_leader_and_its_first_document
            communities_are_listed_by_name_for_those_who_are_in_them
            whoever_is_not_in_a_community_learns_nothing
            a_community_is_changed_by_those_who_may
            an_invitation_lets_people_in_until_it_is_used_up
            an_invitation_that_is_over_or_withdrawn_is_none
            joining_never_lowers_a_role
            a_deputy_makes_no_leaders
            the_last_use_of_an_invitation_goes_to_one
            who_signs_up_by_an_invitation_is_in_or_nothing_was_made
            members_are_listed_with_addresses_for_those_who_may_know
            roles_and_terms_are_changed_by_leaders
            a_community_always_keeps_a_leader
            two_leaders_cannot_both_leave_at_once
            a_term_that_is_over_counts_as_not_being_there
            who_leaves_or_is_removed_is_gone
            a_standing_says_all_that_access_needs
            a_locked_account_reads_nothing
            documents_are_listed_by_who_may_read_them
            a_list_of_documents_is_searched_and_paged
            privacy_is_narrowed_and_widened_by_those_who_may
            a_private_document_is_its_makers_alone
            a_grant_lets_a_guest_in_and_can_be_taken_back
            the_epoch_moves_with_every_change_of_access
            the_ledger_holds_every_act_in_an_unbroken_chain
            the_ledger_is_read_by_members_page_by_page
            acts_of_many_at_once_leave_no_gap_in_the_ledger
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::communities::$rule(&$factory).await;
            }
        )*
    };
}

fn founding(text: &str) -> Founding {
    Founding {
        id: CommunityId::new(),
        name: text.to_owned(),
        description: "For the tests".to_owned(),
        accent: "#186a58".to_owned(),
        default_privacy: Privacy::Community,
        language: Language::German,
        first_document: document(&format!("first of {text}"), None),
    }
}

fn invitation(number: u8, role: Role) -> NewInvitation {
    NewInvitation {
        id: InvitationId::new(),
        role,
        secret: secret(number),
        expires_at_ms: NOW_MS + 1_000,
        uses_max: None,
    }
}

/// A community with one account of each role, by name: leader, deputy, member, guest, listener; and a stranger.
struct World {
    store: Arc<dyn CommunityStore>,
    id: CommunityId,
    leader: AccountId,
    deputy: AccountId,
    member: AccountId,
    guest: AccountId,
    listener: AccountId,
    stranger: AccountId,
}

impl World {
    async fn new(factory: &impl CommunityFactory) -> Self {
        let store = factory.open().await;
        let leader = factory.account("leader").await;
        let found = founding("World");
        let id = found.id;
        store
            .found_community(by(leader), &found)
            .await
            .expect("found a community");
        let mut world = Self {
            store,
            id,
            leader,
            deputy: leader,
            member: leader,
            guest: leader,
            listener: leader,
            stranger: factory.account("stranger").await,
        };
        for (number, role) in (200..).zip(Role::ALL) {
            let account = match role {
                Role::Leader => continue,
                _ => factory.account(role.word()).await,
            };
            world.let_in(account, number, role).await;
            match role {
                Role::Leader => {}
                Role::Deputy => world.deputy = account,
                Role::Member => world.member = account,
                Role::Guest => world.guest = account,
                Role::Listener => world.listener = account,
            }
        }
        world
    }

    async fn let_in(&self, account: AccountId, number: u8, role: Role) {
        self.store
            .invite(by(self.leader), self.id, &invitation(number, role))
            .await
            .expect("invite")
            .expect("leaders invite");
        self.store
            .join(by(account), &secret(number))
            .await
            .expect("join")
            .expect("the invited join");
    }

    async fn standing(&self, account: AccountId, text: &str) -> Option<DocumentStanding> {
        self.store
            .document_standing(account, &name(text), NOW_MS)
            .await
            .expect("read a standing")
    }

    async fn access(&self, account: AccountId, text: &str) -> Access {
        self.standing(account, text)
            .await
            .map_or(Access::None, |standing| standing.access())
    }

    async fn create(&self, account: AccountId, text: &str, privacy: Option<Privacy>) {
        let first = privacy.map(|privacy| privacy.min(Privacy::Community));
        self.store
            .create_document(by(account), self.id, &document(text, first))
            .await
            .expect("create a document")
            .expect("those who belong create documents");
        if let Some(privacy) = privacy.filter(|_| privacy > first) {
            self.store
                .set_privacy(by(self.leader), &name(text), privacy, Some("for all"))
                .await
                .expect("open a document further")
                .expect("leaders may");
        }
    }

    async fn view(&self, account: AccountId) -> Result<CommunityView, Refusal> {
        self.store
            .community(by(account), self.id)
            .await
            .expect("read a community")
    }

    async fn role(&self, account: AccountId) -> Option<Role> {
        self.view(account).await.ok().map(|view| view.role)
    }

    async fn change(
        &self,
        actor: AccountId,
        member: AccountId,
        change: MemberChange,
    ) -> Result<Role, Refusal> {
        self.store
            .change_member(by(actor), self.id, member, change)
            .await
            .expect("change a member")
            .map(|member| member.role)
    }

    async fn remove(&self, actor: AccountId, member: AccountId) -> Result<(), Refusal> {
        self.store
            .remove_member(by(actor), self.id, member)
            .await
            .expect("remove a member")
    }

    async fn set_privacy(
        &self,
        account: AccountId,
        text: &str,
        privacy: Privacy,
        reason: Option<&str>,
    ) -> Result<Privacy, Refusal> {
        self.store
            .set_privacy(by(account), &name(text), privacy, reason)
            .await
            .expect("change a policy")
            .map(|policy| policy.standing.privacy)
    }

    async fn grant(
        &self,
        actor: AccountId,
        text: &str,
        member: AccountId,
        access: Access,
    ) -> Result<(), Refusal> {
        self.store
            .grant(by(actor), &name(text), member, access.into())
            .await
            .expect("grant access")
    }

    async fn epoch(&self) -> u64 {
        self.store.access_epoch().await.expect("read the epoch")
    }

    async fn sealed(&self) -> Vec<Sealed> {
        self.store
            .sealed_entries(self.id, 0, 1_000)
            .await
            .expect("read the ledger")
            .expect("the community exists")
    }

    /// The documents that somebody can read, latest first.
    async fn readable(&self, account: AccountId, filter: &DocumentFilter) -> Vec<String> {
        let listed = self
            .store
            .open_documents(by(account), Some(self.id), filter)
            .await
            .expect("list documents");
        listed
            .into_iter()
            .filter(|each| each.standing.access() >= Access::Read)
            .map(|each| each.record.name.to_string())
            .collect()
    }
}

fn role_change(role: Role) -> MemberChange {
    MemberChange {
        role: Some(role),
        until_ms: None,
    }
}

fn term(until_ms: Option<i64>) -> MemberChange {
    MemberChange {
        role: None,
        until_ms: Some(until_ms),
    }
}

/// The founder is the only leader, and the first document belongs to the community and to its founder.
pub async fn a_community_is_founded_with_its_leader_and_its_first_document(
    factory: &impl CommunityFactory,
) {
    let store = factory.open().await;
    let founder = factory.account("founder").await;
    let founding = founding("Größe & Maß");
    let view = store
        .found_community(by(founder), &founding)
        .await
        .expect("found");
    assert_eq!((view.role, view.member_count), (Role::Leader, 1));
    let community = &view.community;
    assert_eq!(
        (community.id, &community.name, community.language),
        (founding.id, &founding.name, Language::German)
    );
    assert_eq!(community.description, founding.description);
    assert_eq!(community.default_privacy, Privacy::Community);
    assert_eq!(community.created_at_ms, NOW_MS);
    assert_eq!(
        store
            .community(by(founder), founding.id)
            .await
            .expect("read"),
        Ok(view)
    );
    let standing = store
        .document_standing(founder, &founding.first_document.name, NOW_MS)
        .await
        .expect("read")
        .expect("it belongs to the community");
    assert_eq!(
        standing,
        DocumentStanding {
            community: founding.id,
            privacy: Privacy::Community,
            role: Some(Role::Leader),
            is_creator: true,
            grant: None,
            sub_group: None,
            is_in_sub_group: false,
            account_is_locked: false,
            is_binned: false,
        }
    );
    let listed = store
        .open_documents(by(founder), None, &DocumentFilter::default())
        .await
        .expect("list");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].record.title, founding.first_document.title);
    let again = store.found_community(by(founder), &founding).await;
    assert!(again.is_err(), "an id is given once");
    let mut other = self::founding("Other");
    other.first_document.name = founding.first_document.name.clone();
    store
        .found_community(by(founder), &other)
        .await
        .expect_err("a name is given once");
    assert_eq!(
        store.community(by(founder), other.id).await.expect("read"),
        Err(Refusal::NoSuchCommunity),
        "founded wholly or not at all"
    );
}

/// By name, whatever the case, and only one's own.
pub async fn communities_are_listed_by_name_for_those_who_are_in_them(
    factory: &impl CommunityFactory,
) {
    let store = factory.open().await;
    let (ann, ben) = (factory.account("ann").await, factory.account("ben").await);
    for (founder, text) in [(ann, "b"), (ann, "C"), (ann, "a"), (ben, "of ben")] {
        store
            .found_community(by(founder), &founding(text))
            .await
            .expect("found");
    }
    let names = |views: Vec<CommunityView>| -> Vec<String> {
        views.into_iter().map(|view| view.community.name).collect()
    };
    let of_ann = store.communities_of(by(ann)).await.expect("list");
    assert_eq!(names(of_ann), ["a", "b", "C"]);
    let of_ben = store.communities_of(by(ben)).await.expect("list");
    assert_eq!(names(of_ben), ["of ben"]);
}

/// The answer is the one for an id that was never given.
pub async fn whoever_is_not_in_a_community_learns_nothing(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let (store, stranger) = (&world.store, by(world.stranger));
    let first = name("first of World");
    for id in [world.id, CommunityId::new()] {
        let none = Err(Refusal::NoSuchCommunity);
        assert_eq!(store.community(stranger, id).await.expect("read"), none);
        assert_eq!(
            store
                .change_community(stranger, id, &Changes::default())
                .await
                .expect("change"),
            none
        );
        let none = Refusal::NoSuchCommunity;
        assert_eq!(store.members(stranger, id).await.expect("list"), Err(none));
        assert_eq!(
            store
                .change_member(stranger, id, world.member, role_change(Role::Guest))
                .await
                .expect("change"),
            Err(none)
        );
        for member in [world.member, world.stranger] {
            let removed = store.remove_member(stranger, id, member).await;
            assert_eq!(removed.expect("remove"), Err(none));
        }
        let invited = invitation(1, Role::Member);
        let invited = store.invite(stranger, id, &invited).await;
        assert_eq!(invited.expect("invite"), Err(none));
        let listed = store.invitations(stranger, id).await.expect("list");
        assert_eq!(listed, Err(none));
        let withdrawn = store.withdraw_invitation(stranger, id, InvitationId::new());
        assert_eq!(withdrawn.await.expect("withdraw"), Err(none));
        let created = document("x", None);
        let created = store.create_document(stranger, id, &created).await;
        assert_eq!(created.expect("create"), Err(none));
        let ledger = store.ledger(stranger, id, None, 10).await.expect("read");
        assert_eq!(ledger, Err(none));
        let listed = store
            .open_documents(stranger, Some(id), &DocumentFilter::default())
            .await;
        assert_eq!(listed.expect("list"), []);
    }
    let none = Refusal::NoSuchDocument;
    for document in [first, name("never made")] {
        let policy = store.policy(stranger, &document).await.expect("read");
        assert_eq!(policy, Err(none));
        let set = store.set_privacy(stranger, &document, Privacy::Portal, Some("why not"));
        assert_eq!(set.await.expect("set"), Err(none));
        let granted = store.grant(stranger, &document, world.stranger, Access::Write.into());
        assert_eq!(granted.await.expect("grant"), Err(none));
    }
    assert_eq!(
        world.standing(world.leader, "never made").await,
        None,
        "a document that does not exist"
    );
}

/// Leaders and deputies; an act without a difference is none.
pub async fn a_community_is_changed_by_those_who_may(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let changes = Changes {
        name: Some("Renamed".to_owned()),
        description: None,
        accent: Some("#000000".to_owned()),
        default_privacy: Some(Privacy::Private),
        join_policy: None,
    };
    for account in [world.member, world.guest, world.listener] {
        let changed = world
            .store
            .change_community(by(account), world.id, &changes)
            .await;
        assert_eq!(changed.expect("change"), Err(Refusal::LeadersOnly));
    }
    let before = world.sealed().await.len();
    for _ in 0..2 {
        let changed = world
            .store
            .change_community(by(world.deputy), world.id, &changes)
            .await
            .expect("change")
            .expect("deputies may");
        assert_eq!(changed.community.name, "Renamed");
        assert_eq!(changed.community.accent, "#000000");
        assert_eq!(changed.community.default_privacy, Privacy::Private);
        assert_eq!(changed.community.description, "For the tests");
        assert_eq!(changed.role, Role::Deputy);
    }
    let entries = world.sealed().await;
    assert_eq!(entries.len(), before + 1);
    assert_eq!(
        entries[before].entry.detail,
        r##"{"accent":"#000000","defaultPrivacy":"private","name":"Renamed"}"##
    );
    world.create(world.member, "by default", None).await;
    assert_eq!(world.access(world.leader, "by default").await, Access::None);
}

/// An invitation with a number of uses lets as many in.
pub async fn an_invitation_lets_people_in_until_it_is_used_up(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let once = NewInvitation {
        uses_max: Some(1),
        ..invitation(1, Role::Member)
    };
    let made = world
        .store
        .invite(by(world.leader), world.id, &once)
        .await
        .expect("invite")
        .expect("leaders invite");
    assert_eq!((made.id, made.uses, made.uses_max), (once.id, 0, Some(1)));
    assert_eq!(made.invited_by.name, "leader");
    let open = world.store.open_invitation(&once.secret, NOW_MS).await;
    let open = open.expect("read").expect("it is open");
    assert_eq!(
        (
            open.community,
            &*open.community_name,
            open.role,
            &*open.invited_by
        ),
        (world.id, "World", Role::Member, "leader")
    );
    let listed = world.store.invitations(by(world.deputy), world.id).await;
    let listed = listed.expect("list").expect("deputies see them");
    assert_eq!(listed[0], made);

    let joined = world.store.join(by(world.stranger), &once.secret).await;
    let joined = joined.expect("join").expect("the invited join");
    assert_eq!((joined.role, joined.member_count), (Role::Member, 6));
    let late = factory.account("late").await;
    for secret in [once.secret, secret(99)] {
        let refused = world.store.join(by(late), &secret).await.expect("join");
        assert_eq!(refused, Err(Refusal::NoSuchLink));
        let gone = world.store.open_invitation(&secret, NOW_MS).await;
        assert_eq!(gone.expect("read"), None);
    }
    let listed = world.store.invitations(by(world.leader), world.id).await;
    assert!(!listed.expect("list").expect("leaders").contains(&made));
}

/// Expired and withdrawn ones let nobody in.
pub async fn an_invitation_that_is_over_or_withdrawn_is_none(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let (store, leader) = (&world.store, by(world.leader));
    let (first, second) = (invitation(1, Role::Member), invitation(2, Role::Leader));
    for each in [&first, &second] {
        store
            .invite(leader, world.id, each)
            .await
            .expect("invite")
            .expect("leaders invite");
    }
    let after = at(world.stranger, first.expires_at_ms);
    let joined = store.join(after, &first.secret).await.expect("join");
    assert_eq!(joined, Err(Refusal::NoSuchLink));
    assert_eq!(
        store
            .open_invitation(&first.secret, first.expires_at_ms)
            .await
            .expect("read"),
        None
    );

    for (actor, id, expected) in [
        (world.member, first.id, Err(Refusal::LeadersOnly)),
        (world.deputy, second.id, Err(Refusal::LeadersOnly)),
        (
            world.deputy,
            InvitationId::new(),
            Err(Refusal::NoSuchInvitation),
        ),
        (world.deputy, first.id, Ok(())),
        (world.deputy, first.id, Err(Refusal::NoSuchInvitation)),
    ] {
        let withdrawn = store.withdraw_invitation(by(actor), world.id, id).await;
        assert_eq!(withdrawn.expect("withdraw"), expected);
    }
    let joined = store.join(by(world.stranger), &first.secret).await;
    assert_eq!(joined.expect("join"), Err(Refusal::NoSuchLink));
    let other = founding("Other");
    store
        .found_community(by(world.stranger), &other)
        .await
        .expect("found");
    let withdrawn = store.withdraw_invitation(by(world.stranger), other.id, second.id);
    assert_eq!(
        withdrawn.await.expect("withdraw"),
        Err(Refusal::NoSuchInvitation),
        "of another community"
    );
}

/// Whoever is there already keeps their role, gets more, and uses nothing up for nothing.
pub async fn joining_never_lowers_a_role(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let as_member = NewInvitation {
        uses_max: Some(2),
        ..invitation(1, Role::Member)
    };
    world
        .store
        .invite(by(world.leader), world.id, &as_member)
        .await
        .expect("invite")
        .expect("leaders invite");
    for (account, expected) in [
        (world.leader, Role::Leader),
        (world.deputy, Role::Deputy),
        (world.member, Role::Member),
        (world.guest, Role::Member),
        (world.listener, Role::Member),
    ] {
        let joined = world.store.join(by(account), &as_member.secret).await;
        assert_eq!(joined.expect("join").expect("joins").role, expected);
    }
    let joined = world
        .store
        .join(by(world.stranger), &as_member.secret)
        .await;
    assert_eq!(joined.expect("join"), Err(Refusal::NoSuchLink));
}

/// Only leaders invite leaders.
pub async fn a_deputy_makes_no_leaders(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    for (account, role, may) in [
        (world.deputy, Role::Leader, false),
        (world.deputy, Role::Deputy, true),
        (world.leader, Role::Leader, true),
        (world.member, Role::Guest, false),
    ] {
        let number = role as u8 * 10 + u8::from(account == world.deputy);
        let invited = world
            .store
            .invite(by(account), world.id, &invitation(number, role))
            .await
            .expect("invite");
        assert_eq!(
            invited.map(|_| ()),
            may.then_some(()).ok_or(Refusal::LeadersOnly)
        );
    }
}

/// Of many who come at once with the last use, one gets in.
pub async fn the_last_use_of_an_invitation_goes_to_one(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let once = NewInvitation {
        uses_max: Some(1),
        ..invitation(1, Role::Member)
    };
    world
        .store
        .invite(by(world.leader), world.id, &once)
        .await
        .expect("invite")
        .expect("leaders invite");
    let mut joins = Vec::new();
    for n in 0..6 {
        let account = factory.account(&format!("racer {n}")).await;
        let store = Arc::clone(&world.store);
        joins.push(tokio::spawn(async move {
            store.join(by(account), &secret(1)).await.expect("join")
        }));
    }
    let outcomes = futures_util::future::join_all(joins).await;
    let let_in = outcomes
        .into_iter()
        .filter(|outcome| outcome.as_ref().expect("join the task").is_ok())
        .count();
    assert_eq!(let_in, 1);
}

/// Account, session and membership, or none of them.
pub async fn who_signs_up_by_an_invitation_is_in_or_nothing_was_made(
    factory: &impl CommunityFactory,
) {
    let world = World::new(factory).await;
    let once = NewInvitation {
        uses_max: Some(1),
        ..invitation(1, Role::Member)
    };
    let invited = world.store.invite(by(world.leader), world.id, &once).await;
    invited.expect("invite").expect("leaders invite");
    let sign_up = async |address: &str, number: u8| {
        let account = NewAccount {
            id: AccountId::new(),
            email: Email {
                written: address.to_owned(),
                folded: address.to_lowercase(),
            },
            name: "New".to_owned(),
            password: Some(PasswordHash::new("hash".to_owned())),
            created_at_ms: NOW_MS,
        };
        let session = NewSession {
            session: Session {
                id: SessionId::new(),
                account: account.id,
                created_at_ms: NOW_MS,
                last_seen_at_ms: NOW_MS,
                expires_at_ms: NOW_MS + 9,
                user_agent: String::new(),
                address: String::new(),
            },
            secret: secret(100 + number),
        };
        let invited_by = secret(number);
        let joined = world.store.join_new(&account, &session, &invited_by).await;
        let joined = joined.expect("sign up");
        joined.map(|view| (account.id, view))
    };
    let taken = sign_up("Leader@Example.org", 1).await;
    assert_eq!(taken, Err(Refusal::EmailTaken));
    let unknown = sign_up("new@example.org", 2).await;
    assert_eq!(unknown, Err(Refusal::NoSuchLink));
    let (account, view) = sign_up("new@example.org", 1).await.expect("both are free");
    assert_eq!((view.role, view.member_count), (Role::Member, 6));
    assert_eq!(world.role(account).await, Some(Role::Member));
    let late = sign_up("late@example.org", 1).await;
    assert_eq!(late, Err(Refusal::NoSuchLink));
    let entries = world.sealed().await;
    let last = &entries.last().expect("there are some").entry;
    assert_eq!((&*last.act, last.actor), ("member-joined", Some(account)));
}

/// Leaders and deputies see addresses, listeners see nobody.
pub async fn members_are_listed_with_addresses_for_those_who_may_know(
    factory: &impl CommunityFactory,
) {
    let world = World::new(factory).await;
    for (account, sees_addresses) in [
        (world.leader, true),
        (world.deputy, true),
        (world.member, false),
        (world.guest, false),
    ] {
        let members = world.store.members(by(account), world.id).await;
        let members = members.expect("list").expect("may see them");
        let listed: Vec<(Role, &str)> = members
            .iter()
            .map(|member| (member.role, &*member.account.name))
            .collect();
        assert_eq!(listed, Role::ALL.map(|role| (role, role.word())));
        let expected = sees_addresses.then_some("leader@example.org");
        assert_eq!(members[0].email.as_deref(), expected);
        assert_eq!((members[0].since_ms, members[0].until_ms), (NOW_MS, None));
    }
    let refused = world.store.members(by(world.listener), world.id).await;
    assert_eq!(refused.expect("list"), Err(Refusal::MembersOnly));
}

/// And by nobody else; the answer is what is true now.
pub async fn roles_and_terms_are_changed_by_leaders(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    for account in [world.deputy, world.member, world.guest, world.listener] {
        let refused = world.change(account, world.guest, role_change(Role::Member));
        assert_eq!(refused.await, Err(Refusal::LeadersOnly));
    }
    let stranger = world.change(world.leader, world.stranger, role_change(Role::Member));
    assert_eq!(stranger.await, Err(Refusal::NoSuchMember));
    let changed = world
        .store
        .change_member(
            at(world.leader, NOW_MS + 5),
            world.id,
            world.guest,
            MemberChange {
                role: Some(Role::Member),
                until_ms: Some(Some(NOW_MS + 50)),
            },
        )
        .await
        .expect("change")
        .expect("leaders may");
    assert_eq!(
        (changed.role, changed.since_ms, changed.until_ms),
        (Role::Member, NOW_MS + 5, Some(NOW_MS + 50))
    );
    let changed = world
        .store
        .change_member(
            at(world.leader, NOW_MS + 7),
            world.id,
            world.guest,
            term(None),
        )
        .await
        .expect("change")
        .expect("leaders may");
    assert_eq!(
        (changed.role, changed.since_ms, changed.until_ms),
        (Role::Member, NOW_MS + 5, None),
        "a new term is no new role"
    );
    let listed = world.store.members(by(world.leader), world.id).await;
    let listed = listed.expect("list").expect("may");
    assert!(listed.contains(&changed), "{listed:?}");
    assert_eq!(world.role(world.guest).await, Some(Role::Member));
}

/// Not by stepping down, not by a term, not by leaving.
pub async fn a_community_always_keeps_a_leader(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let leader = world.leader;
    let last = Err(Refusal::LastLeader);
    assert_eq!(
        world
            .change(leader, leader, role_change(Role::Member))
            .await,
        last
    );
    assert_eq!(
        world.change(leader, leader, term(Some(NOW_MS + 9))).await,
        last
    );
    assert_eq!(world.remove(leader, leader).await, Err(Refusal::LastLeader));
    // A leader for some time is none for good.
    world
        .change(leader, world.deputy, role_change(Role::Leader))
        .await
        .expect("promote");
    world
        .change(leader, world.deputy, term(Some(NOW_MS + 9)))
        .await
        .expect("a term");
    assert_eq!(world.remove(leader, leader).await, Err(Refusal::LastLeader));
    world
        .change(leader, world.deputy, term(None))
        .await
        .expect("for good");
    assert_eq!(world.remove(leader, leader).await, Ok(()));
    assert_eq!(world.role(leader).await, None);
    assert_eq!(world.role(world.deputy).await, Some(Role::Leader));
}

/// Acts in one community wait for each other.
pub async fn two_leaders_cannot_both_leave_at_once(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .change(world.leader, world.deputy, role_change(Role::Leader))
        .await
        .expect("promote");
    let leaves = [world.leader, world.deputy].map(|account| {
        let (store, id) = (Arc::clone(&world.store), world.id);
        tokio::spawn(async move {
            store
                .remove_member(by(account), id, account)
                .await
                .expect("leave")
        })
    });
    let mut outcomes = Vec::new();
    for leave in leaves {
        outcomes.push(leave.await.expect("join the task"));
    }
    outcomes.sort_unstable_by_key(Result::is_err);
    assert_eq!(outcomes, [Ok(()), Err(Refusal::LastLeader)]);
}

/// In every respect, to the millisecond.
pub async fn a_term_that_is_over_counts_as_not_being_there(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let end = NOW_MS + 100;
    world
        .change(world.leader, world.member, term(Some(end)))
        .await
        .expect("a term");
    let before = at(world.member, end - 1);
    let view = world.store.community(before, world.id).await.expect("read");
    assert_eq!(view.expect("still there").member_count, 5);
    let over = at(world.member, end);
    let view = world.store.community(over, world.id).await.expect("read");
    assert_eq!(view, Err(Refusal::NoSuchCommunity));
    assert_eq!(world.store.communities_of(over).await.expect("list"), []);
    let standing = world
        .store
        .document_standing(world.member, &name("first of World"), end)
        .await
        .expect("read")
        .expect("it exists");
    assert_eq!((standing.role, standing.access()), (None, Access::None));
    let members = world.store.members(at(world.leader, end), world.id).await;
    assert_eq!(members.expect("list").expect("may").len(), 4);
    let changed = world
        .store
        .change_member(at(world.leader, end), world.id, world.member, term(None))
        .await;
    assert_eq!(changed.expect("change"), Err(Refusal::NoSuchMember));
    let again = NewInvitation {
        expires_at_ms: end + 9,
        ..invitation(1, Role::Guest)
    };
    world
        .store
        .invite(by(world.leader), world.id, &again)
        .await
        .expect("invite")
        .expect("may");
    let back = world.store.join(over, &again.secret).await.expect("join");
    assert_eq!(back, Err(Refusal::NoSuchLink), "a link from before");
    let anew = NewInvitation {
        id: InvitationId::new(),
        secret: secret(2),
        ..again
    };
    world
        .store
        .invite(at(world.leader, end + 1), world.id, &anew)
        .await
        .expect("invite")
        .expect("may");
    let back = world.store.join(at(world.member, end + 1), &anew.secret);
    let back = back.await.expect("join").expect("comes back");
    assert_eq!(back.role, Role::Guest);
}

/// Leaders remove, anybody leaves.
pub async fn who_leaves_or_is_removed_is_gone(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    assert_eq!(
        world.remove(world.deputy, world.guest).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        world.remove(world.leader, world.stranger).await,
        Err(Refusal::NoSuchMember)
    );
    assert_eq!(world.remove(world.guest, world.guest).await, Ok(()));
    assert_eq!(world.remove(world.leader, world.member).await, Ok(()));
    for account in [world.guest, world.member] {
        assert_eq!(world.view(account).await, Err(Refusal::NoSuchCommunity));
        assert_eq!(world.access(account, "first of World").await, Access::None);
    }
    let entries = world.sealed().await;
    let last: Vec<&str> = entries
        .iter()
        .rev()
        .take(2)
        .map(|e| &*e.entry.act)
        .collect();
    assert_eq!(last, ["member-removed", "member-left"]);
}

/// Role, maker, grant and privacy, in one answer.
pub async fn a_standing_says_all_that_access_needs(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .create(world.member, "made", Some(Privacy::Portal))
        .await;
    world
        .grant(world.leader, "made", world.guest, Access::Write)
        .await
        .expect("grant");
    let expected = |role, is_creator, grant| DocumentStanding {
        community: world.id,
        privacy: Privacy::Portal,
        role,
        is_creator,
        grant,
        sub_group: None,
        is_in_sub_group: false,
        account_is_locked: false,
        is_binned: false,
    };
    for (account, standing, access) in [
        (
            world.leader,
            expected(Some(Role::Leader), false, None),
            Access::Write,
        ),
        (
            world.deputy,
            expected(Some(Role::Deputy), false, None),
            Access::Write,
        ),
        (
            world.member,
            expected(Some(Role::Member), true, None),
            Access::Write,
        ),
        (
            world.guest,
            expected(Some(Role::Guest), false, Some(Access::Write)),
            Access::Write,
        ),
        (
            world.listener,
            expected(Some(Role::Listener), false, None),
            Access::Read,
        ),
        (world.stranger, expected(None, false, None), Access::Read),
    ] {
        assert_eq!(world.standing(account, "made").await, Some(standing));
        assert_eq!(standing.access(), access);
    }
    let nobody = world.standing(AccountId::new(), "made").await;
    let nobody = nobody.expect("the document exists");
    assert!(nobody.account_is_locked && nobody.access() == Access::None);
}

/// And the epoch says so.
pub async fn a_locked_account_reads_nothing(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    assert_eq!(
        world.access(world.member, "first of World").await,
        Access::Write
    );
    let epoch = world.epoch().await;
    factory.lock(world.member).await;
    assert!(world.epoch().await > epoch);
    let standing = world.standing(world.member, "first of World").await;
    let standing = standing.expect("it exists");
    assert!(standing.account_is_locked);
    assert_eq!(standing.access(), Access::None);
}

/// Nothing else is in anybody's list.
pub async fn documents_are_listed_by_who_may_read_them(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .create(world.member, "private", Some(Privacy::Private))
        .await;
    world
        .create(world.member, "portal", Some(Privacy::Portal))
        .await;
    world.create(world.member, "binned", None).await;
    factory.bin(&name("binned")).await;
    world
        .grant(world.leader, "first of World", world.guest, Access::Read)
        .await
        .expect("grant");
    let all = ["portal", "private", "first of World"];
    for (account, expected) in [
        (world.member, &all[..]),
        (world.leader, &["portal", "first of World"]),
        (world.guest, &["portal", "first of World"]),
        (world.listener, &["portal"]),
        (world.stranger, &["portal"]),
    ] {
        let live = world.readable(account, &DocumentFilter::default()).await;
        assert_eq!(live, expected, "{account}");
        for listed in &live {
            assert!(world.access(account, listed).await >= Access::Read);
        }
    }
    let bin = DocumentFilter {
        shelf: Shelf::Bin,
        ..DocumentFilter::default()
    };
    assert_eq!(world.readable(world.leader, &bin).await, ["binned"]);
    assert!(world.readable(world.guest, &bin).await.is_empty());
    let everywhere = world
        .store
        .open_documents(by(world.stranger), None, &DocumentFilter::default())
        .await
        .expect("list");
    assert_eq!(everywhere.len(), 1);
    assert_eq!(everywhere[0].record.title, "Title of portal");
}

/// As every list of documents.
pub async fn a_list_of_documents_is_searched_and_paged(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    for n in 0..5 {
        let made = NewDocument {
            title: format!("Größe {n}"),
            ..document(&format!("doc {n}"), None)
        };
        world
            .store
            .create_document(at(world.member, NOW_MS + n), world.id, &made)
            .await
            .expect("create")
            .expect("may");
    }
    let mut filter = DocumentFilter {
        search: "GRÖSSE größe".to_owned(),
        limit: 2,
        ..DocumentFilter::default()
    };
    assert!(world.readable(world.leader, &filter).await.is_empty());
    filter.search = "GRÖßE".to_owned();
    let mut found = Vec::new();
    loop {
        let page = world
            .store
            .open_documents(by(world.leader), Some(world.id), &filter)
            .await
            .expect("list");
        let Some(last) = page.last() else { break };
        filter.after = Some(filter.cursor_after(&last.record));
        found.extend(page.iter().map(|each| each.record.name.to_string()));
    }
    assert_eq!(found, ["doc 4", "doc 3", "doc 2", "doc 1", "doc 0"]);
}

/// Whoever made it narrows, leaders open it further and say why.
pub async fn privacy_is_narrowed_and_widened_by_those_who_may(factory: &impl CommunityFactory) {
    use Privacy::{Community, Portal};
    let world = World::new(factory).await;
    world.create(world.member, "made", None).await;
    let why = Some("the library needs it");
    for (account, to, reason, expected) in [
        (world.member, Portal, why, Err(Refusal::LeadersOnly)),
        (world.deputy, Portal, why, Err(Refusal::LeadersOnly)),
        (world.guest, Portal, why, Err(Refusal::NoSuchDocument)),
        (world.leader, Portal, None, Err(Refusal::ReasonMissing)),
        (world.leader, Portal, why, Ok(Portal)),
        (world.stranger, Community, None, Err(Refusal::LeadersOnly)),
        (world.deputy, Community, None, Err(Refusal::LeadersOnly)),
        (
            world.leader,
            Privacy::Private,
            None,
            Err(Refusal::CreatorOnly),
        ),
        (world.member, Community, None, Ok(Community)),
        (world.member, Community, None, Ok(Community)),
    ] {
        assert_eq!(
            world.set_privacy(account, "made", to, reason).await,
            expected
        );
    }
    let acts: Vec<String> = world
        .sealed()
        .await
        .into_iter()
        .filter(|sealed| sealed.entry.act == "privacy-changed")
        .map(|sealed| sealed.entry.detail)
        .collect();
    assert_eq!(
        acts,
        [
            r#"{"document":"made","from":"community","reason":"the library needs it","to":"portal"}"#,
            r#"{"document":"made","from":"portal","reason":null,"to":"community"}"#,
        ]
    );
    let policy = world.store.policy(by(world.leader), &name("made")).await;
    let policy = policy.expect("read").expect("leaders read it");
    assert_eq!(policy.community_name, "World");
    assert_eq!(policy.standing.privacy, Community);
}

/// Until its maker lays it before the community.
pub async fn a_private_document_is_its_makers_alone(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let entries = world.sealed().await.len();
    world
        .create(world.member, "draft", Some(Privacy::Private))
        .await;
    assert_eq!(world.sealed().await.len(), entries, "nobody is told");
    for account in [world.leader, world.deputy, world.guest] {
        assert_eq!(world.access(account, "draft").await, Access::None);
        let refused = world.set_privacy(account, "draft", Privacy::Community, Some("please"));
        assert_eq!(refused.await, Err(Refusal::NoSuchDocument));
    }
    let refused = world.set_privacy(world.member, "draft", Privacy::Portal, Some("please"));
    assert_eq!(refused.await, Err(Refusal::LeadersOnly));
    let opened = world.set_privacy(world.member, "draft", Privacy::Community, Some("done"));
    assert_eq!(opened.await, Ok(Privacy::Community));
    assert_eq!(world.access(world.leader, "draft").await, Access::Write);
}

/// By leaders and deputies, for whoever is in the community.
pub async fn a_grant_lets_a_guest_in_and_can_be_taken_back(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let text = "first of World";
    assert_eq!(
        world
            .grant(world.member, text, world.guest, Access::Write)
            .await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        world
            .grant(world.leader, text, world.stranger, Access::Read)
            .await,
        Err(Refusal::NoSuchMember)
    );
    for access in [Access::Read, Access::Write, Access::Write, Access::None] {
        world
            .grant(world.deputy, text, world.guest, access)
            .await
            .expect("deputies grant");
        assert_eq!(world.access(world.guest, text).await, access);
    }
    let acts = world.sealed().await;
    let granted = acts.iter().filter(|e| e.entry.act == "access-granted");
    assert_eq!(granted.count(), 3, "without a difference there is no act");
}

/// Every act that can change anybody's access moves it, whatever it is.
pub async fn the_epoch_moves_with_every_change_of_access(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let mut last = world.epoch().await;
    assert_eq!(world.epoch().await, last, "reading moves nothing");
    let mut moved = async |what: &str, expected: bool| {
        let now = world.epoch().await;
        assert_eq!(now > last, expected, "{what}");
        last = now;
    };
    world.create(world.member, "made", None).await;
    moved("a document", true).await;
    world
        .set_privacy(world.leader, "made", Privacy::Portal, Some("all of us"))
        .await
        .expect("widen");
    moved("a policy", true).await;
    let refused = world.set_privacy(world.deputy, "made", Privacy::Community, None);
    refused.await.expect_err("refused");
    moved("a refusal", false).await;
    world
        .grant(world.leader, "made", world.guest, Access::Write)
        .await
        .expect("grant");
    moved("a grant", true).await;
    world
        .grant(world.leader, "made", world.guest, Access::None)
        .await
        .expect("revoke");
    moved("a revocation", true).await;
    world
        .change(world.leader, world.guest, role_change(Role::Member))
        .await
        .expect("promote");
    moved("a role", true).await;
    world
        .change(world.leader, world.guest, term(Some(NOW_MS + 9)))
        .await
        .expect("a term");
    moved("a term", true).await;
    world.let_in(world.stranger, 1, Role::Guest).await;
    moved("joining", true).await;
    world
        .remove(world.leader, world.stranger)
        .await
        .expect("remove");
    moved("a removal", true).await;
    world
        .store
        .found_community(by(world.stranger), &founding("Other"))
        .await
        .expect("found");
    moved("a founding", true).await;
    let rename = Changes {
        name: Some("Renamed".to_owned()),
        ..Changes::default()
    };
    world
        .store
        .change_community(by(world.leader), world.id, &rename)
        .await
        .expect("rename")
        .expect("may");
    moved("a name", false).await;
}

/// Number after number, hash after hash, with who did it.
pub async fn the_ledger_holds_every_act_in_an_unbroken_chain(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .change(world.leader, world.guest, role_change(Role::Member))
        .await
        .expect("promote");
    let refused = world.change(world.deputy, world.guest, role_change(Role::Guest));
    refused.await.expect_err("refused, and not written");
    let entries = world.sealed().await;
    let mut chain = Chain::EMPTY;
    for entry in &entries {
        chain.follow(entry).expect("unbroken");
    }
    assert_eq!(chain.seq, entries.len() as u64);
    let acts: Vec<&str> = entries.iter().map(|entry| &*entry.entry.act).collect();
    assert_eq!(acts[..2], ["community-founded", "document-created"]);
    assert_eq!(acts[2..4], ["invitation-made", "member-joined"]);
    let last = &entries.last().expect("there are some").entry;
    assert_eq!(last.actor, Some(world.leader));
    assert_eq!(last.at_ms, NOW_MS);
    assert_eq!(
        last.detail,
        format!(
            r#"{{"from":"guest","member":"{}","to":"member","until":null}}"#,
            world.guest
        )
    );
    // From anywhere, in pieces.
    let some = world.store.sealed_entries(world.id, 2, 3).await;
    let some = some.expect("read").expect("exists");
    assert_eq!(some, entries[2..5]);
    let none = world.store.sealed_entries(CommunityId::new(), 0, 9).await;
    assert_eq!(none.expect("read"), None);
}

/// Newest first, with the names of today, not for guests and listeners.
pub async fn the_ledger_is_read_by_members_page_by_page(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    world
        .change(world.leader, world.guest, role_change(Role::Listener))
        .await
        .expect("change");
    for account in [world.guest, world.listener] {
        let refused = world.store.ledger(by(account), world.id, None, 10).await;
        assert_eq!(refused.expect("read"), Err(Refusal::MembersOnly));
    }
    let whole = world.sealed().await;
    let mut before = None;
    let mut seen = Vec::new();
    loop {
        let page = world
            .store
            .ledger(by(world.member), world.id, before, 3)
            .await;
        let page = page.expect("read").expect("members may");
        let Some(last) = page.last() else { break };
        before = Some(last.sealed.entry.seq);
        seen.extend(page);
    }
    assert_eq!(seen.len(), whole.len());
    assert!(seen.iter().rev().map(|line| &line.sealed).eq(&whole));
    assert_eq!(
        seen[0].actor.as_ref().map(|actor| &*actor.name),
        Some("leader")
    );
    assert_eq!(
        seen[0].member.as_ref().map(|member| &*member.name),
        Some("guest")
    );
}

/// Acts in one community wait for each other.
pub async fn acts_of_many_at_once_leave_no_gap_in_the_ledger(factory: &impl CommunityFactory) {
    let world = World::new(factory).await;
    let acts = (0..12_u8).map(|n| {
        let (store, id, member) = (Arc::clone(&world.store), world.id, world.member);
        tokio::spawn(async move {
            store
                .create_document(by(member), id, &document(&format!("d{n}"), None))
                .await
                .expect("create")
                .expect("may");
        })
    });
    let before = world.sealed().await.len();
    for act in futures_util::future::join_all(acts).await {
        act.expect("join the task");
    }
    let entries = world.sealed().await;
    assert_eq!(entries.len(), before + 12);
    let mut chain = Chain::EMPTY;
    for entry in &entries {
        chain.follow(entry).expect("unbroken");
    }
}
