//! What every store must do about who may come in: one rule a function, named after a sentence of [`JoiningStore`].
//!
//! [`joining_contract!`](crate::joining_contract) turns them into tests for one kind of store, with the factory of
//! [`super::communities`] and the same store behind another trait.

use std::sync::Arc;

use async_trait::async_trait;
use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;

use super::communities::CommunityFactory;
use super::governing::{NOW_MS, at, by, document, name, secret};
use crate::community::wording::{JoinPolicy, Language};
use crate::store::DocumentFilter;
use crate::store::communities::{
    Actor, Changes, Founding, Grant, MemberChange, NewInvitation, Refusal,
};
use crate::store::joining::{
    Answer, Asked, GuestScope, JoiningStore, NewSubGroup, OwnRequest, SubGroupView,
};
use crate::store::limits::DECLINED_FOR_MS;
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, SubGroupId};

/// One underlying storage, seen by who may come in.
#[async_trait]
pub trait JoiningFactory: CommunityFactory {
    /// Opens it; called once, and instead of [`CommunityFactory::open`].
    async fn joining(&self) -> Arc<dyn JoiningStore>;
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! joining_contract {
    ($factory:expr) => {
        $crate::joining_contract!(@rules $factory;
            a_grant_is_over_when_it_is_over
            whoever_made_a_document_grants_access_to_it
            a_private_document_and_a_listener_are_granted_nothing
            grants_are_listed_for_those_who_decide
            the_next_end_is_that_of_the_next_term_or_grant
            guests_are_invited_for_documents_until_a_day
            a_guest_who_is_invited_again_gains_and_loses_nothing
            whoever_was_gone_comes_back_with_nothing
            a_sub_group_is_made_by_any_member_and_seen_by_all
            a_document_is_open_to_the_sub_group_and_nobody_else
            a_sub_group_without_anybody_is_in_the_hands_of_leaders
            only_communities_that_can_be_joined_are_shown
            an_open_community_is_joined_at_once
            doors_are_opened_by_leaders_and_shut_by_deputies_too
            who_asks_to_join_is_let_in_or_not
            a_locked_leader_is_no_leader_for_good
            a_public_document_is_read_by_everybody_until_it_is_binned
            the_library_holds_what_is_open_to_everybody_with_an_account
            every_change_of_a_sub_group_moves_the_epoch
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::joining::$rule(&$factory).await;
            }
        )*
    };
}

fn until(access: Access, until_ms: i64) -> Grant {
    Grant {
        access,
        until_ms: Some(until_ms),
    }
}

/// A community with one account of each role, and a stranger. Its first document is called `first`.
struct World {
    store: Arc<dyn JoiningStore>,
    id: CommunityId,
    leader: AccountId,
    deputy: AccountId,
    member: AccountId,
    guest: AccountId,
    listener: AccountId,
    stranger: AccountId,
}

impl World {
    async fn new(factory: &impl JoiningFactory) -> Self {
        let store = factory.joining().await;
        let leader = factory.account("leader").await;
        let founding = Founding {
            id: CommunityId::new(),
            name: "World".to_owned(),
            description: "For the tests".to_owned(),
            accent: "#186a58".to_owned(),
            default_privacy: Privacy::Community,
            language: Language::English,
            first_document: document("first", None),
        };
        store
            .found_community(by(leader), &founding)
            .await
            .expect("found a community");
        let mut world = Self {
            store,
            id: founding.id,
            leader,
            deputy: leader,
            member: leader,
            guest: leader,
            listener: leader,
            stranger: factory.account("stranger").await,
        };
        for (number, role) in (200..).zip(Role::ALL) {
            if role == Role::Leader {
                continue;
            }
            let account = factory.account(role.word()).await;
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

    fn invitation(number: u8, role: Role) -> NewInvitation {
        NewInvitation {
            id: InvitationId::new(),
            role,
            secret: secret(number),
            expires_at_ms: NOW_MS + 1_000_000,
            uses_max: None,
        }
    }

    async fn let_in(&self, account: AccountId, number: u8, role: Role) {
        self.store
            .invite(by(self.leader), self.id, &Self::invitation(number, role))
            .await
            .expect("invite")
            .expect("leaders invite");
        self.join(account, number, NOW_MS).await;
    }

    async fn join(&self, account: AccountId, number: u8, at_ms: i64) {
        self.store
            .join(at(account, at_ms), &secret(number))
            .await
            .expect("join")
            .expect("the invited join");
    }

    async fn invite_guests(
        &self,
        number: u8,
        scope: &GuestScope,
    ) -> Result<(Option<i64>, u64), Refusal> {
        self.store
            .invite_guests(
                by(self.deputy),
                self.id,
                &Self::invitation(number, Role::Guest),
                scope,
            )
            .await
            .expect("invite guests")
            .map(|made| (made.until_ms, made.document_count))
    }

    async fn create(&self, account: AccountId, text: &str, privacy: Privacy) {
        let first = privacy.min(Privacy::Community);
        self.store
            .create_document(by(account), self.id, &document(text, Some(first)))
            .await
            .expect("create a document")
            .expect("members create documents");
        if privacy > first {
            self.store
                .set_privacy(by(self.leader), &name(text), privacy, Some("for all"))
                .await
                .expect("open a document further")
                .expect("leaders may");
        }
    }

    async fn access_at(&self, account: AccountId, text: &str, at_ms: i64) -> Access {
        self.store
            .document_standing(account, &name(text), at_ms)
            .await
            .expect("read a standing")
            .map_or(Access::None, |standing| standing.access())
    }

    async fn access(&self, account: AccountId, text: &str) -> Access {
        self.access_at(account, text, NOW_MS).await
    }

    async fn grant(
        &self,
        actor: AccountId,
        text: &str,
        to: AccountId,
        grant: impl Into<Grant>,
    ) -> Result<(), Refusal> {
        self.store
            .grant(by(actor), &name(text), to, grant.into())
            .await
            .expect("grant")
    }

    async fn group(
        &self,
        actor: AccountId,
        members: &[AccountId],
    ) -> Result<SubGroupView, Refusal> {
        let group = NewSubGroup {
            id: SubGroupId::new(),
            name: "Dosage".to_owned(),
            members: members.to_vec(),
        };
        self.store
            .make_sub_group(by(actor), self.id, &group)
            .await
            .expect("make a sub-group")
    }

    async fn set_policy(&self, policy: JoinPolicy) {
        let changes = Changes {
            join_policy: Some(policy),
            ..Changes::default()
        };
        self.store
            .change_community(by(self.leader), self.id, &changes)
            .await
            .expect("change a community")
            .expect("leaders may");
    }

    async fn ask(
        &self,
        account: AccountId,
        at_ms: i64,
        sentence: Option<&str>,
    ) -> Result<Asked, Refusal> {
        self.store
            .ask_to_join(at(account, at_ms), self.id, sentence)
            .await
            .expect("ask to join")
    }

    async fn answer(&self, actor: AccountId, answer: Answer) -> Result<(), Refusal> {
        self.store
            .answer_request(by(actor), self.id, self.stranger, answer)
            .await
            .expect("answer")
    }

    async fn role(&self, account: AccountId) -> Option<Role> {
        let view = self.store.community(by(account), self.id).await;
        view.expect("read a community").ok().map(|view| view.role)
    }

    async fn last_acts(&self, count: usize) -> Vec<String> {
        let entries = self.store.sealed_entries(self.id, 0, 1_000).await;
        let entries = entries.expect("read the ledger").expect("it exists");
        let from = entries.len() - count;
        entries[from..]
            .iter()
            .map(|sealed| sealed.entry.act.clone())
            .collect()
    }
}

/// To the millisecond, and the same with the end of the membership.
pub async fn a_grant_is_over_when_it_is_over(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let end = NOW_MS + 500;
    let granted = world.grant(
        world.leader,
        "first",
        world.guest,
        until(Access::Comment, end),
    );
    assert_eq!(granted.await, Ok(()));
    for (at_ms, expected) in [
        (NOW_MS, Access::Comment),
        (end - 1, Access::Comment),
        (end, Access::None),
    ] {
        assert_eq!(
            world.access_at(world.guest, "first", at_ms).await,
            expected,
            "{at_ms}"
        );
    }
    // Another end is another grant; the same one is no act.
    for (end, acts) in [(end, 0), (end + 1, 1)] {
        let entries = world.store.sealed_entries(world.id, 0, 1_000).await;
        let count = entries.expect("read").expect("there").len();
        let granted = world.grant(
            world.leader,
            "first",
            world.guest,
            until(Access::Comment, end),
        );
        granted.await.expect("granted");
        let entries = world.store.sealed_entries(world.id, 0, 1_000).await;
        assert_eq!(entries.expect("read").expect("there").len(), count + acts);
    }
}

/// And so do leaders and deputies; nobody else.
pub async fn whoever_made_a_document_grants_access_to_it(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.create(world.member, "made", Privacy::Community).await;
    for (actor, text, expected) in [
        (world.member, "made", Ok(())),
        (world.deputy, "made", Ok(())),
        (world.leader, "made", Ok(())),
        (world.member, "first", Err(Refusal::LeadersOnly)),
        (world.guest, "made", Err(Refusal::LeadersOnly)),
        (world.stranger, "made", Err(Refusal::NoSuchDocument)),
    ] {
        for access in [Access::Read, Access::Write] {
            let granted = world.grant(actor, text, world.guest, access).await;
            assert_eq!(granted, expected, "{actor} {text}");
        }
    }
}

/// It would have no effect; what was granted before can be taken back.
pub async fn a_private_document_and_a_listener_are_granted_nothing(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.create(world.member, "draft", Privacy::Private).await;
    assert_eq!(
        world
            .grant(world.member, "draft", world.guest, Access::Read)
            .await,
        Err(Refusal::PrivateDocument)
    );
    assert_eq!(
        world
            .grant(world.leader, "first", world.listener, Access::Read)
            .await,
        Err(Refusal::NotForListeners)
    );
    assert_eq!(
        world
            .grant(world.leader, "first", world.stranger, Access::Read)
            .await,
        Err(Refusal::NoSuchMember)
    );
    assert_eq!(
        world
            .grant(world.leader, "first", world.listener, Access::None)
            .await,
        Ok(())
    );
}

/// Without those that are over, and without whoever is gone.
pub async fn grants_are_listed_for_those_who_decide(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let ada = factory.account("Ada").await;
    world.let_in(ada, 1, Role::Guest).await;
    let end = NOW_MS + 500;
    for (to, grant) in [
        (world.guest, until(Access::Read, end)),
        (ada, Access::Write.into()),
    ] {
        world
            .grant(world.deputy, "first", to, grant)
            .await
            .expect("granted");
    }
    let listed = async |actor: Actor| {
        let grants = world.store.grants(actor, &name("first")).await;
        grants.expect("list").map(|grants| {
            grants
                .into_iter()
                .map(|view| (view.account.id, view.role, view.grant, view.granted_by.id))
                .collect::<Vec<_>>()
        })
    };
    let adas = (ada, Role::Guest, Access::Write.into(), world.deputy);
    let guests = (
        world.guest,
        Role::Guest,
        until(Access::Read, end),
        world.deputy,
    );
    assert_eq!(listed(by(world.leader)).await, Ok(vec![adas, guests]));
    assert_eq!(listed(at(world.leader, end)).await, Ok(vec![adas]));
    assert_eq!(listed(by(world.member)).await, Err(Refusal::LeadersOnly));
    assert_eq!(listed(by(ada)).await, Err(Refusal::LeadersOnly));
    assert_eq!(
        listed(by(world.stranger)).await,
        Err(Refusal::NoSuchDocument)
    );
    world
        .store
        .remove_member(by(world.leader), world.id, ada)
        .await
        .expect("remove")
        .expect("may");
    assert_eq!(listed(by(world.leader)).await, Ok(vec![guests]));
}

/// Whichever comes first, and only what is to come.
pub async fn the_next_end_is_that_of_the_next_term_or_grant(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let next = async |now_ms| world.store.next_end(now_ms).await.expect("read");
    assert_eq!(next(NOW_MS).await, None);
    let term = MemberChange {
        role: None,
        until_ms: Some(Some(NOW_MS + 700)),
    };
    world
        .store
        .change_member(by(world.leader), world.id, world.member, term)
        .await
        .expect("change")
        .expect("may");
    assert_eq!(next(NOW_MS).await, Some(NOW_MS + 700));
    world
        .grant(
            world.leader,
            "first",
            world.guest,
            until(Access::Read, NOW_MS + 300),
        )
        .await
        .expect("granted");
    for (now_ms, expected) in [
        (NOW_MS, Some(NOW_MS + 300)),
        (NOW_MS + 299, Some(NOW_MS + 300)),
        (NOW_MS + 300, Some(NOW_MS + 700)),
        (NOW_MS + 700, None),
    ] {
        assert_eq!(next(now_ms).await, expected);
    }
}

/// In one go, with an entry of the ledger for each document, by whoever made the invitation.
pub async fn guests_are_invited_for_documents_until_a_day(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.create(world.member, "second", Privacy::Portal).await;
    world.create(world.member, "draft", Privacy::Private).await;
    let end = NOW_MS + 900;
    let scope = |documents: &[(&str, Access)]| GuestScope {
        until_ms: Some(end),
        documents: documents
            .iter()
            .map(|(text, access)| (name(text), *access))
            .collect(),
    };
    let two = scope(&[("first", Access::Comment), ("second", Access::Write)]);
    assert_eq!(world.invite_guests(1, &two).await, Ok((Some(end), 2)));
    // What whoever invites cannot read does not exist for them.
    let hidden = scope(&[("draft", Access::Read)]);
    assert_eq!(
        world.invite_guests(2, &hidden).await,
        Err(Refusal::NoSuchDocument)
    );
    let open = world.store.open_invitation(&secret(1), NOW_MS).await;
    let open = open.expect("read").expect("open");
    assert_eq!((open.until_ms, open.document_count), (Some(end), 2));
    world.join(world.stranger, 1, NOW_MS).await;
    assert_eq!(world.access(world.stranger, "first").await, Access::Comment);
    assert_eq!(world.access(world.stranger, "second").await, Access::Write);
    assert_eq!(
        world.last_acts(3).await,
        ["member-joined", "access-granted", "access-granted"]
    );
    let lines = world
        .store
        .ledger(by(world.leader), world.id, None, 1)
        .await;
    let line = lines.expect("read").expect("may").remove(0);
    assert_eq!(line.actor.map(|actor| actor.id), Some(world.deputy));
    assert_eq!(line.member.map(|member| member.id), Some(world.stranger));
    // It ends as a whole.
    for text in ["first", "second"] {
        let before = world.access_at(world.stranger, text, end - 1).await;
        assert!(before > Access::Read, "{text}");
    }
    assert_eq!(
        world.access_at(world.stranger, "first", end).await,
        Access::None
    );
    assert_eq!(
        world.access_at(world.stranger, "second", end).await,
        Access::Read
    );
    let gone = world
        .store
        .community(at(world.stranger, end), world.id)
        .await
        .expect("read");
    assert_eq!(gone, Err(Refusal::NoSuchCommunity));
}

/// The longer term, the greater access; a member who takes it stays one, and uses nothing up.
pub async fn a_guest_who_is_invited_again_gains_and_loses_nothing(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let scope = |access, until_ms| GuestScope {
        until_ms,
        documents: vec![(name("first"), access)],
    };
    let uses = async || {
        let open = world.store.invitations(by(world.leader), world.id).await;
        let open = open.expect("list").expect("may");
        open.iter().map(|each| each.uses).sum::<i64>()
    };
    let before = uses().await;
    let (short, long) = (NOW_MS + 100, NOW_MS + 200);
    for (number, access, until_ms, found, at_last) in [
        (1, Access::Write, Some(short), Access::Write, Some(short)),
        (2, Access::Read, Some(long), Access::Write, Some(long)),
        (3, Access::Read, Some(short), Access::Write, Some(long)),
        (4, Access::Read, None, Access::Write, None),
    ] {
        world
            .invite_guests(number, &scope(access, until_ms))
            .await
            .expect("invited");
        world.join(world.stranger, number, NOW_MS).await;
        assert_eq!(world.access(world.stranger, "first").await, found);
        let members = world.store.members(by(world.leader), world.id).await;
        let members = members.expect("list").expect("may");
        let theirs = members
            .iter()
            .find(|each| each.account.id == world.stranger);
        assert_eq!(theirs.expect("in").until_ms, at_last, "{number}");
    }
    assert_eq!(uses().await, before + 3, "the third gave nothing");
    world.join(world.member, 1, NOW_MS).await;
    assert_eq!(world.role(world.member).await, Some(Role::Member));
    assert_eq!(uses().await, before + 3);
}

/// Grants and sub-groups do not wait for whoever was removed.
pub async fn whoever_was_gone_comes_back_with_nothing(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world
        .grant(world.leader, "first", world.guest, Access::Write)
        .await
        .expect("granted");
    let group = world.group(world.leader, &[world.member]).await;
    let group = group.expect("made").id;
    for account in [world.guest, world.member] {
        world
            .store
            .remove_member(by(world.leader), world.id, account)
            .await
            .expect("remove")
            .expect("may");
    }
    for (account, number, role) in [
        (world.guest, 213, Role::Guest),
        (world.member, 212, Role::Member),
    ] {
        // By links that were made after they went.
        let invitation = World::invitation(number, role);
        world
            .store
            .invite(at(world.leader, NOW_MS + 1), world.id, &invitation)
            .await
            .expect("invite")
            .expect("leaders invite");
        world.join(account, number, NOW_MS + 1).await;
    }
    assert_eq!(world.access(world.guest, "first").await, Access::None);
    assert_eq!(world.role(world.member).await, Some(Role::Member));
    let members = world
        .store
        .sub_group_members(by(world.leader), world.id, group)
        .await
        .expect("list")
        .expect("may");
    assert_eq!(members.len(), 1);
}

/// Those who are in it take others in.
pub async fn a_sub_group_is_made_by_any_member_and_seen_by_all(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    for (actor, members, refusal) in [
        (world.guest, vec![], Refusal::MembersOnly),
        (world.listener, vec![], Refusal::MembersOnly),
        (world.stranger, vec![], Refusal::NoSuchCommunity),
        (world.member, vec![world.guest], Refusal::NoSuchMember),
        (world.member, vec![world.stranger], Refusal::NoSuchMember),
    ] {
        assert_eq!(world.group(actor, &members).await, Err(refusal));
    }
    let made = world
        .group(world.member, &[world.deputy, world.member])
        .await;
    let made = made.expect("made");
    assert_eq!((made.member_count, made.is_in), (2, true));
    let listed = world.store.sub_groups(by(world.leader), world.id).await;
    let listed = listed.expect("list").expect("may");
    assert_eq!(
        listed,
        [SubGroupView {
            is_in: false,
            ..made.clone()
        }]
    );
    let add = async |actor, member| {
        world
            .store
            .add_to_sub_group(by(actor), world.id, made.id, member)
            .await
            .expect("add")
    };
    assert_eq!(
        add(world.leader, world.leader).await,
        Err(Refusal::SubGroupOnly)
    );
    assert_eq!(
        add(world.deputy, world.guest).await,
        Err(Refusal::NoSuchMember)
    );
    assert_eq!(add(world.deputy, world.leader).await, Ok(()));
    assert_eq!(add(world.leader, world.leader).await, Ok(()), "once more");
    let leave = async |actor| {
        world
            .store
            .leave_sub_group(by(actor), world.id, made.id)
            .await
            .expect("leave")
    };
    assert_eq!(leave(world.deputy).await, Ok(()));
    assert_eq!(leave(world.deputy).await, Err(Refusal::SubGroupOnly));
    assert_eq!(
        world.last_acts(3).await,
        ["sub-group-made", "sub-group-joined", "sub-group-left"]
    );
}

/// Opened further by whoever made it, too, because no leader need be in it.
pub async fn a_document_is_open_to_the_sub_group_and_nobody_else(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let group = world.group(world.member, &[world.deputy]).await;
    let group = group.expect("made").id;
    let store = &world.store;
    let create = async |actor, text: &str| {
        store
            .create_document_in(by(actor), world.id, group, &document(text, None))
            .await
            .expect("create")
    };
    assert_eq!(create(world.member, "theirs").await, Ok(()));
    assert_eq!(
        create(world.leader, "other").await,
        Err(Refusal::SubGroupOnly)
    );
    for (account, expected) in [
        (world.member, Access::Write),
        (world.deputy, Access::Write),
        (world.leader, Access::None),
        (world.guest, Access::None),
    ] {
        assert_eq!(world.access(account, "theirs").await, expected);
    }
    let open_to = async |actor, text: &str, reason| {
        store
            .open_to_sub_group(by(actor), &name(text), group, reason)
            .await
            .expect("open")
            .map(|policy| (policy.standing.privacy, policy.sub_group_name))
    };
    let theirs = Ok((Privacy::SubGroup, Some("Dosage".to_owned())));
    // A leader who is not in it would lose sight of the document.
    assert_eq!(
        open_to(world.leader, "first", None).await,
        Err(Refusal::SubGroupOnly)
    );
    world.create(world.member, "made", Privacy::Community).await;
    assert_eq!(open_to(world.member, "made", None).await, theirs);
    world.create(world.member, "draft", Privacy::Private).await;
    assert_eq!(
        open_to(world.member, "draft", None).await,
        Err(Refusal::ReasonMissing)
    );
    assert_eq!(open_to(world.member, "draft", Some("see")).await, theirs);
    let widen = async |actor, to| {
        store
            .set_privacy(by(actor), &name("made"), to, Some("it is done"))
            .await
            .expect("widen")
            .map(|policy| (policy.standing.privacy, policy.standing.sub_group))
    };
    assert_eq!(
        widen(world.deputy, Privacy::Community).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        widen(world.member, Privacy::Portal).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(
        widen(world.member, Privacy::SubGroup).await,
        Err(Refusal::NoSuchSubGroup),
        "without one named"
    );
    assert_eq!(
        widen(world.member, Privacy::Community).await,
        Ok((Privacy::Community, None))
    );
    // Somebody of the community reads what they were granted, in the sub-group or not.
    world
        .grant(world.member, "theirs", world.leader, Access::Comment)
        .await
        .expect("granted");
    assert_eq!(world.access(world.leader, "theirs").await, Access::Comment);
}

/// So that no text is beyond reach; and one with nothing in it goes with the last.
pub async fn a_sub_group_without_anybody_is_in_the_hands_of_leaders(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let group = world.group(world.member, &[]).await.expect("made").id;
    let theirs = document("theirs", None);
    let made = world
        .store
        .create_document_in(by(world.member), world.id, group, &theirs);
    made.await.expect("create").expect("may");
    world
        .store
        .remove_member(by(world.leader), world.id, world.member)
        .await
        .expect("remove")
        .expect("may");
    let add = async |actor, member| {
        world
            .store
            .add_to_sub_group(by(actor), world.id, group, member)
            .await
            .expect("add")
    };
    assert_eq!(
        add(world.deputy, world.deputy).await,
        Err(Refusal::SubGroupOnly)
    );
    assert_eq!(add(world.leader, world.leader).await, Ok(()));
    assert_eq!(world.access(world.leader, "theirs").await, Access::Write);
    let empty = world.group(world.deputy, &[]).await.expect("made").id;
    world
        .store
        .leave_sub_group(by(world.deputy), world.id, empty)
        .await
        .expect("leave")
        .expect("may");
    let listed = world.store.sub_groups(by(world.deputy), world.id).await;
    let listed: Vec<SubGroupId> = listed
        .expect("list")
        .expect("may")
        .iter()
        .map(|each| each.id)
        .collect();
    assert_eq!(listed, [group]);
}

/// To those who are not in them, with nothing but what they need for deciding.
pub async fn only_communities_that_can_be_joined_are_shown(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let shown = async |account| {
        let found = world.store.joinable(by(account)).await.expect("list");
        found
            .into_iter()
            .map(|each| (each.name, each.join_policy, each.request))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(world.stranger).await, []);
    assert_eq!(
        world.ask(world.stranger, NOW_MS, Some("please")).await,
        Err(Refusal::NoSuchCommunity)
    );
    for policy in [JoinPolicy::Request, JoinPolicy::Open] {
        world.set_policy(policy).await;
        assert_eq!(
            shown(world.stranger).await,
            [("World".to_owned(), policy, OwnRequest::None)]
        );
        assert_eq!(shown(world.guest).await, [], "in already");
    }
    world.set_policy(JoinPolicy::Invitation).await;
    assert_eq!(shown(world.stranger).await, []);
}

/// An open door opens all that the community has.
pub async fn doors_are_opened_by_leaders_and_shut_by_deputies_too(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let set = async |who: AccountId, policy: JoinPolicy| {
        let changes = Changes {
            join_policy: Some(policy),
            ..Changes::default()
        };
        let changed = world.store.change_community(by(who), world.id, &changes);
        changed.await.expect("change").map(|_| ())
    };
    for policy in [JoinPolicy::Request, JoinPolicy::Open] {
        assert_eq!(set(world.deputy, policy).await, Err(Refusal::LeadersOnly));
        assert_eq!(set(world.leader, policy).await, Ok(()));
        assert_eq!(set(world.deputy, JoinPolicy::Invitation).await, Ok(()));
    }
}

/// As a member; whoever is in stays what they are.
pub async fn an_open_community_is_joined_at_once(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.set_policy(JoinPolicy::Open).await;
    let asked = world.ask(world.stranger, NOW_MS, None).await;
    assert!(matches!(asked, Ok(Asked::In(view)) if view.role == Role::Member));
    assert_eq!(world.last_acts(1).await, ["member-joined-freely"]);
    let asked = world.ask(world.guest, NOW_MS, None).await;
    assert!(matches!(asked, Ok(Asked::In(view)) if view.role == Role::Guest));
}

/// By leaders and deputies. Whoever was declined does not ask again for a while.
pub async fn who_asks_to_join_is_let_in_or_not(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    world.set_policy(JoinPolicy::Request).await;
    let why = Some("I work on this.");
    assert_eq!(
        world.ask(world.stranger, NOW_MS, None).await,
        Err(Refusal::SentenceMissing)
    );
    assert_eq!(
        world.ask(world.stranger, NOW_MS, why).await,
        Ok(Asked::Waiting)
    );
    let waiting = async |account| {
        let listed = world.store.join_requests(by(account), world.id).await;
        listed.expect("list").map(|requests| {
            requests
                .into_iter()
                .map(|each| (each.account.id, each.sentence))
                .collect::<Vec<_>>()
        })
    };
    let one = vec![(world.stranger, "I work on this.".to_owned())];
    assert_eq!(waiting(world.deputy).await, Ok(one));
    assert_eq!(waiting(world.member).await, Err(Refusal::LeadersOnly));
    for (account, expected) in [(world.leader, Some(1)), (world.member, None)] {
        let view = world.store.community(by(account), world.id).await;
        let view = view.expect("read").expect("in");
        assert_eq!(view.request_count, expected);
    }
    assert_eq!(world.role(world.stranger).await, None, "not in yet");
    assert_eq!(
        world.answer(world.member, Answer::Accept).await,
        Err(Refusal::LeadersOnly)
    );
    assert_eq!(world.answer(world.deputy, Answer::Decline).await, Ok(()));
    assert_eq!(
        world.answer(world.deputy, Answer::Accept).await,
        Err(Refusal::NoSuchRequest)
    );
    let shown = world.store.joinable(by(world.stranger)).await;
    assert_eq!(shown.expect("list")[0].request, OwnRequest::Declined);
    let again = NOW_MS + DECLINED_FOR_MS;
    assert_eq!(
        world.ask(world.stranger, again - 1, why).await,
        Err(Refusal::DeclinedLately)
    );
    assert_eq!(
        world.ask(world.stranger, again, why).await,
        Ok(Asked::Waiting)
    );
    let withdrawn = world.store.withdraw_request(by(world.stranger), world.id);
    assert_eq!(withdrawn.await.expect("withdraw"), Ok(()));
    assert_eq!(waiting(world.leader).await, Ok(vec![]));
    assert_eq!(
        world.ask(world.stranger, again, why).await,
        Ok(Asked::Waiting)
    );
    assert_eq!(world.answer(world.leader, Answer::Accept).await, Ok(()));
    assert_eq!(world.role(world.stranger).await, Some(Role::Member));
    assert_eq!(
        world.last_acts(2).await,
        ["request-declined", "request-accepted"]
    );
}

/// Whoever cannot sign in leads nobody.
pub async fn a_locked_leader_is_no_leader_for_good(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let promoted = MemberChange {
        role: Some(Role::Leader),
        until_ms: None,
    };
    world
        .store
        .change_member(by(world.leader), world.id, world.deputy, promoted)
        .await
        .expect("change")
        .expect("may");
    factory.lock(world.deputy).await;
    let leave = async || {
        world
            .store
            .remove_member(by(world.leader), world.id, world.leader)
            .await
            .expect("leave")
    };
    assert_eq!(leave().await, Err(Refusal::LastLeader));
    let promoted = MemberChange {
        role: Some(Role::Leader),
        until_ms: None,
    };
    world
        .store
        .change_member(by(world.leader), world.id, world.member, promoted)
        .await
        .expect("change")
        .expect("may");
    assert_eq!(leave().await, Ok(()));
}

/// And of others a stranger learns nothing.
pub async fn a_public_document_is_read_by_everybody_until_it_is_binned(
    factory: &impl JoiningFactory,
) {
    let world = World::new(factory).await;
    let public = async || {
        let found = world.store.public_document(&name("first")).await;
        found
            .expect("read")
            .map(|found| (found.record.title, found.community_name))
    };
    assert_eq!(public().await, None);
    for (to, expected) in [
        (Privacy::Portal, None),
        (
            Privacy::Public,
            Some(("Title of first".to_owned(), "World".to_owned())),
        ),
        (Privacy::Community, None),
        (
            Privacy::Public,
            Some(("Title of first".to_owned(), "World".to_owned())),
        ),
    ] {
        world
            .store
            .set_privacy(by(world.leader), &name("first"), to, Some("decided"))
            .await
            .expect("change")
            .expect("may");
        assert_eq!(public().await, expected, "{to:?}");
    }
    assert_eq!(world.access(world.stranger, "first").await, Access::Read);
    let granted = world
        .grant(world.leader, "first", world.guest, Access::Comment)
        .await;
    assert_eq!(granted, Ok(()));
    factory.bin(&name("first")).await;
    assert_eq!(public().await, None);
    for (who, expected) in [
        (world.stranger, Access::None),
        (world.guest, Access::None),
        (world.member, Access::Write),
    ] {
        assert_eq!(world.access(who, "first").await, expected);
    }
    let unknown = world.store.public_document(&name("unknown")).await;
    assert_eq!(unknown.expect("read"), None);
}

/// Of all communities, whoever asks.
pub async fn the_library_holds_what_is_open_to_everybody_with_an_account(
    factory: &impl JoiningFactory,
) {
    let world = World::new(factory).await;
    world.create(world.member, "shared", Privacy::Portal).await;
    world.create(world.member, "draft", Privacy::Private).await;
    world
        .store
        .set_privacy(
            by(world.leader),
            &name("first"),
            Privacy::Public,
            Some("decided"),
        )
        .await
        .expect("change")
        .expect("may");
    for account in [world.leader, world.listener, world.stranger] {
        let listed = world
            .store
            .shared_documents(by(account), &DocumentFilter::default())
            .await
            .expect("list");
        let names: Vec<(String, &str)> = listed
            .iter()
            .map(|each| (each.record.name.to_string(), &*each.community_name))
            .collect();
        assert_eq!(
            names,
            [
                ("shared".to_owned(), "World"),
                ("first".to_owned(), "World")
            ]
        );
    }
}

/// Coming in, leaving, and being removed from the community.
pub async fn every_change_of_a_sub_group_moves_the_epoch(factory: &impl JoiningFactory) {
    let world = World::new(factory).await;
    let epoch = async || world.store.access_epoch().await.expect("read the epoch");
    let mut last = epoch().await;
    let mut moved = async |what: &str| {
        let now = epoch().await;
        assert!(now > last, "{what}");
        last = now;
    };
    let group = world.group(world.member, &[]).await.expect("made").id;
    moved("a sub-group").await;
    world
        .store
        .add_to_sub_group(by(world.member), world.id, group, world.deputy)
        .await
        .expect("add")
        .expect("may");
    moved("somebody more").await;
    world
        .store
        .leave_sub_group(by(world.deputy), world.id, group)
        .await
        .expect("leave")
        .expect("may");
    moved("somebody less").await;
    world
        .grant(
            world.leader,
            "first",
            world.guest,
            until(Access::Read, NOW_MS + 1),
        )
        .await
        .expect("granted");
    moved("a grant").await;
}
