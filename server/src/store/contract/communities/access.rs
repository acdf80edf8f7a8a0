//! What decides about access to a document, and the epoch that says when it has changed.

use consilium_model::access::{Participation, Privacy, Role};
use consilium_protocol::ids::Access;

use super::{CommunityFactory, World, founding, role_change, term};
use crate::store::communities::{Changes, DocumentStanding, NewDocument, Refusal};
use crate::store::contract::governing::{NOW_MS, at, by, document, name};
use crate::store::portal_ids::AccountId;
use crate::store::{DocumentFilter, Shelf};

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
        participation: Participation::Full,
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
