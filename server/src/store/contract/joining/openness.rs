//! What is read beyond the community: public documents and the library.

use consilium_model::access::Privacy;
use consilium_protocol::ids::Access;

use super::{JoiningFactory, World};
use crate::store::DocumentFilter;
use crate::store::contract::governing::{by, name};

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
