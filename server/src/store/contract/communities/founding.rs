//! A community: founded, listed, changed, and unknown to those who are not in it.

use consilium_model::access::{Participation, Privacy, Role};
use consilium_protocol::ids::Access;

use super::{CommunityFactory, World, founding, invitation, role_change};
use crate::community::wording::Language;
use crate::store::DocumentFilter;
use crate::store::communities::{Changes, CommunityView, DocumentStanding, NewInvitation, Refusal};
use crate::store::contract::governing::{NOW_MS, by, document, name};
use crate::store::limits::COMMUNITIES_LED_MAX;
use crate::store::people::SecretHash;
use crate::store::portal_ids::{CommunityId, InvitationId};

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
            participation: Participation::Full,
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

/// What somebody leads no more, or somebody else leads, does not count.
pub async fn nobody_leads_communities_without_number(factory: &impl CommunityFactory) {
    let store = factory.open().await;
    let (ann, ben) = (factory.account("ann").await, factory.account("ben").await);
    let may = async |who| store.may_found(by(who)).await.expect("ask");
    let mut last = None;
    for number in 0..COMMUNITIES_LED_MAX {
        assert_eq!(may(ann).await, Ok(()));
        let founding = founding(&format!("number {number}"));
        last = Some(founding.id);
        store
            .found_community(by(ann), &founding)
            .await
            .expect("found");
    }
    assert_eq!(may(ann).await, Err(Refusal::TooMany));
    assert_eq!(may(ben).await, Ok(()));
    let id = last.expect("some were founded");
    let invitation = NewInvitation {
        id: InvitationId::new(),
        role: Role::Leader,
        secret: SecretHash([9; 32]),
        expires_at_ms: NOW_MS + 1_000,
        uses_max: None,
    };
    let made = store.invite(by(ann), id, &invitation).await;
    made.expect("invite").expect("a leader");
    let joined = store.join(by(ben), &invitation.secret).await;
    joined.expect("join").expect("invited");
    let left = store.remove_member(by(ann), id, ann).await;
    left.expect("leave").expect("another leads");
    assert_eq!(may(ann).await, Ok(()));
}
