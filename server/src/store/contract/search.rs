//! What every store must do about searching: one rule a function, named after a sentence of [`SearchStore`].
//! [`search_contract!`](crate::search_contract) turns them into tests.
//!
//! [`SearchStore`]: crate::store::SearchStore

mod world;

use std::time::Duration;

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;

use self::world::{World, wanted};
use super::StoreFactory;
use super::governing::{NOW_MS, at, by, name};
use crate::search::found::find;
use crate::search::query::{QUERY_CHARS_MAX, Query};
use crate::store::communities::{Grant, MemberChange};
use crate::store::search::{Search, SearchPosition, SearchWithin};
use crate::store::{Append, Compaction, DocumentCursor, DocumentFilter};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! search_contract {
    ($factory:expr) => {
        $crate::search_contract!(@rules $factory;
            who_may_read_a_document_finds_it_and_nobody_else_does
            what_changes_access_takes_effect_at_once
            a_document_in_the_bin_is_not_found_until_it_is_restored
            all_words_must_occur_in_title_or_text
            neither_case_nor_accents_count_and_words_may_go_on
            hits_in_the_title_come_first_then_the_last_changed
            pages_neither_skip_nor_repeat_and_end_for_whoever_may_read_nothing
            one_looks_in_one_community_or_in_the_library
            a_text_is_not_replaced_by_one_from_an_earlier_position
            a_document_is_behind_until_it_was_read_again
            a_sweep_sees_all_documents_of_communities_and_no_others
            nothing_that_is_looked_for_or_written_is_an_error
            a_search_among_two_thousand_documents_finds_one_page_of_them
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::search::$rule(&$factory).await;
            }
        )*
    };
}

/// Every level of privacy, for everybody whom there can be: what is found is what the rule of access lets them read.
pub async fn who_may_read_a_document_finds_it_and_nobody_else_does(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    let group = world.sub_group(&["deputy", "member"]).await;
    world.create("private", "member", Privacy::Private).await;
    world.create_in("sub-group", "member", group).await;
    world
        .create("community", "member", Privacy::Community)
        .await;
    world.create("granted", "member", Privacy::Community).await;
    world.create("narrowed", "member", Privacy::Community).await;
    world.create("portal", "member", Privacy::Portal).await;
    world.create("public", "member", Privacy::Public).await;
    for who in ["guest", "lowered", "expired", "over"] {
        for doc in ["sub-group", "granted", "narrowed"] {
            let until_ms = (who == "over").then_some(NOW_MS);
            let access = Access::Read;
            world.grant(doc, who, Grant { access, until_ms }).await;
        }
    }
    world
        .set_privacy("narrowed", "member", Privacy::Private)
        .await;
    world.become_a("lowered", Role::Listener).await;
    let over = MemberChange {
        role: None,
        until_ms: Some(Some(NOW_MS)),
    };
    world.change("expired", over).await;
    world.lock("locked").await;
    let documents = [
        "private",
        "sub-group",
        "community",
        "granted",
        "narrowed",
        "portal",
        "public",
    ];
    for text in documents {
        world
            .index(text, "", "Words that everybody looks for")
            .await;
    }
    let mut pairs = 0;
    for (who, account) in world.people() {
        let found = world.found(account, "everybody").await;
        for text in documents {
            let standing = world
                .store
                .document_standing(account, &name(text), NOW_MS)
                .await
                .expect("read a standing")
                .expect("a document of a community");
            let may_read = standing.access() >= Access::Read;
            assert_eq!(found.contains(&text.to_owned()), may_read, "{who}, {text}");
            pairs += usize::from(may_read);
        }
    }
    // So that the table above has something in it.
    assert_eq!(world.found_by("stranger", "everybody").await.len(), 2);
    assert_eq!(world.found_by("guest", "everybody").await.len(), 4);
    assert_eq!(world.found_by("member", "everybody").await.len(), 7);
    assert!(pairs > 30, "{pairs}");
}

/// In both directions, without any text being read again.
pub async fn what_changes_access_takes_effect_at_once(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world.create("a", "member", Privacy::Community).await;
    world.index("a", "Title", "Antibiotika").await;
    let finds = async |who: &str| !world.found_by(who, "antibiotika").await.is_empty();
    assert!(finds("deputy").await);
    assert!(!finds("stranger").await);
    world.set_privacy("a", "member", Privacy::Private).await;
    assert!(!finds("deputy").await);
    assert!(finds("member").await);
    world.set_privacy("a", "member", Privacy::Community).await;
    assert!(finds("deputy").await);
    world.set_privacy("a", "leader", Privacy::Portal).await;
    assert!(finds("stranger").await);
    world.set_privacy("a", "leader", Privacy::Community).await;
    assert!(!finds("stranger").await);
    world.become_a("deputy", Role::Listener).await;
    assert!(!finds("deputy").await);
    world.lock("member").await;
    assert!(!finds("member").await);
}

/// Whoever asks.
pub async fn a_document_in_the_bin_is_not_found_until_it_is_restored(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world.create("a", "member", Privacy::Community).await;
    world.index("a", "Title", "Antibiotika").await;
    for (deleted_at_ms, expected) in [(Some(NOW_MS), 0), (None, 1)] {
        let moved = world.store.set_deleted(&name("a"), deleted_at_ms).await;
        assert!(moved.expect("move"));
        assert_eq!(
            world.found_by("member", "antibiotika").await.len(),
            expected
        );
    }
}

/// Wherever each of them stands.
pub async fn all_words_must_occur_in_title_or_text(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world.create("a", "member", Privacy::Community).await;
    world
        .index("a", "Leitlinie Fieber", "Die Gabe beginnt früh.")
        .await;
    let finds = async |query: &str| !world.found_by("member", query).await.is_empty();
    for query in [
        "gabe",
        "fieber",
        "gabe leitlinie",
        "die beginnt gabe",
        "früh gabe die",
    ] {
        assert!(finds(query).await, "{query}");
    }
    for query in ["gabe penicillin", "abe", "eginnt", "!", "leitlinien"] {
        assert!(!finds(query).await, "{query}");
    }
}

/// A short word that is not the last one is that word and no other.
pub async fn neither_case_nor_accents_count_and_words_may_go_on(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world.create("a", "member", Privacy::Community).await;
    world
        .index(
            "a",
            "",
            "ÄRZTE geben Antibiotika in der Straße, naïve. 抗生物質",
        )
        .await;
    let finds = async |query: &str| !world.found_by("member", query).await.is_empty();
    for query in [
        "arzte",
        "Ärzt",
        "a\u{308}rzte",
        "antibiotik straße",
        "STRASSE",
        "NAÏVE",
        "der an",
        "抗生",
    ] {
        assert!(finds(query).await, "{query}");
    }
    for query in ["de antibiotika", "an der", "biotika"] {
        assert!(!finds(query).await, "{query}");
    }
}

/// All words, that is.
pub async fn hits_in_the_title_come_first_then_the_last_changed(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    for (text, title) in [
        ("old title", "Fieber beim Kind"),
        ("half a title", "Fieber"),
        ("text", "Anderes"),
        ("new title", "Kind mit Fieber"),
        ("newest text", "Neues"),
    ] {
        world.create(text, "member", Privacy::Community).await;
        world.index(text, title, "Ein Kind, das Fieber hat").await;
    }
    assert_eq!(
        world.found_by("member", "fieber kind").await,
        [
            "new title",
            "old title",
            "newest text",
            "text",
            "half a title"
        ]
    );
}

/// Nor does anybody learn from a page how much there is that they may not read.
pub async fn pages_neither_skip_nor_repeat_and_end_for_whoever_may_read_nothing(
    factory: &impl StoreFactory,
) {
    let world = World::new(factory).await;
    let mut expected = Vec::new();
    for number in 0..23 {
        let text = format!("d{number}");
        let privacy = match number % 3 {
            0 => Privacy::Private,
            _ => Privacy::Community,
        };
        world.create(&text, "member", privacy).await;
        let title = if number % 5 == 0 { "Antibiotika" } else { "" };
        world.index(&text, title, "Antibiotika").await;
        expected.push(text);
    }
    let pages = async |who: &str| {
        let query = Query::parse("antibiotika").expect("a query");
        let (mut seen, mut pages, mut after) = (Vec::new(), 0, None);
        loop {
            let search = Search {
                query: &query,
                within: SearchWithin::Everything,
                after,
                limit: 4,
            };
            let page = world.store.search(by(world.id_of(who)), search).await;
            let page = page.expect("search");
            pages += 1;
            assert!(page.hits.len() == 4 || page.next.is_none(), "{who}");
            seen.extend(page.hits.into_iter().map(|hit| hit.record.name.to_string()));
            after = page.next;
            if after.is_none() {
                return (seen, pages);
            }
        }
    };
    let (mut seen, _) = pages("member").await;
    assert_eq!(seen[..5], ["d20", "d15", "d10", "d5", "d0"]);
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
    let (of_another, _) = pages("deputy").await;
    assert_eq!(of_another.len(), 15);
    assert_eq!(pages("stranger").await, (Vec::new(), 1));
}

/// What is open to everybody is in the library for those who are not in its community, and for them only.
pub async fn one_looks_in_one_community_or_in_the_library(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    let other = world.another_community("member").await;
    world.create("own", "member", Privacy::Community).await;
    world.create("open", "member", Privacy::Portal).await;
    for text in ["own", "open", "first of the other"] {
        world.index(text, "", "Antibiotika").await;
    }
    let found = async |who: &str, within: SearchWithin| {
        let mut found = world.found_within(who, "antibiotika", within).await;
        found.sort();
        found
    };
    let first = "first of the other";
    assert_eq!(
        found("member", SearchWithin::Everything).await,
        [first, "open", "own"]
    );
    let here = SearchWithin::Community(world.id);
    assert_eq!(found("member", here).await, ["open", "own"]);
    assert_eq!(
        found("member", SearchWithin::Community(other)).await,
        [first]
    );
    assert_eq!(found("member", SearchWithin::Library).await, [""; 0]);
    assert_eq!(found("stranger", SearchWithin::Library).await, ["open"]);
}

/// One of the same position is: what is searched goes on while something old is still running.
pub async fn a_text_is_not_replaced_by_one_from_an_earlier_position(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world.create("a", "member", Privacy::Community).await;
    let doc = world.doc("a").await;
    let now = world.store.search_position().await.expect("a position");
    let at = |more: i64| SearchPosition {
        seq: now.seq + more,
        ..now.clone()
    };
    let put = async |position: SearchPosition, text: &str| {
        let text = world::text("", text);
        let put = world.store.put_search_text(doc, &position, &text).await;
        put.expect("put")
    };
    assert!(put(at(5), "first").await);
    assert!(!put(at(4), "earlier").await);
    assert!(!put(at(4), "first").await, "nor is its position");
    assert!(put(at(5), "second").await);
    assert!(put(at(6), "second").await);
    assert!(!put(at(5), "third").await);
    assert_eq!(world.found_by("member", "second").await.len(), 1);
    for gone in ["first", "earlier", "third"] {
        assert_eq!(world.found_by("member", gone).await.len(), 0, "{gone}");
    }
    let of_another_run = SearchPosition {
        run: "another run".to_owned(),
        seq: 0,
    };
    assert!(put(of_another_run, "fourth").await);
    assert_eq!(world.found_by("member", "fourth").await.len(), 1);
}

/// Because somebody wrote, or because what was written was merged meanwhile.
pub async fn a_document_is_behind_until_it_was_read_again(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world.create("a", "member", Privacy::Community).await;
    world
        .store
        .load_or_create(&name("of nobody"), NOW_MS)
        .await
        .expect("create");
    let is_behind = async |text: &str| {
        let position = world.store.search_position().await.expect("a position");
        let behind = world
            .store
            .is_behind_in_search(&position, &name(text))
            .await;
        behind.expect("look")
    };
    assert!(is_behind("a").await, "it was never read");
    assert!(!is_behind("missing").await);
    assert!(!is_behind("of nobody").await);
    world.index("a", "", "text").await;
    assert!(!is_behind("a").await);
    let doc = world.doc("a").await;
    let append = Append {
        doc,
        update: "row".into(),
        author: None,
        claims: Vec::new(),
        at_ms: NOW_MS,
    };
    let rows = world.store.append(&[append]).await.expect("append");
    assert!(is_behind("a").await, "somebody wrote");
    // Merged before anybody read it.
    let compaction = Compaction {
        doc,
        state: "row".into(),
        rows,
        snapshots: Vec::new(),
    };
    world.store.compact(&compaction).await.expect("compact");
    assert!(is_behind("a").await, "it was merged, and still not read");
    // Whatever else is still running on that server holds the position back.
    let caught_up = async {
        loop {
            world.index("a", "", "text").await;
            if !is_behind("a").await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), caught_up)
        .await
        .expect("it is not behind for ever");
    let next_run = SearchPosition {
        run: "another run".to_owned(),
        seq: i64::MAX,
    };
    let behind = world.store.is_behind_in_search(&next_run, &name("a")).await;
    assert!(
        behind.expect("look"),
        "positions of another run mean nothing"
    );
}

/// Step by step, the last changed first; not those in the bin.
pub async fn a_sweep_sees_all_documents_of_communities_and_no_others(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world
        .store
        .load_or_create(&name("of nobody"), NOW_MS)
        .await
        .expect("create");
    for number in 0..9 {
        let text = format!("d{number}");
        world.create(&text, "member", Privacy::Community).await;
        if number % 2 == 0 {
            world.index(&text, "", "read").await;
        }
    }
    let binned = world.store.set_deleted(&name("d7"), Some(NOW_MS)).await;
    assert!(binned.expect("bin"));
    let position = world.store.search_position().await.expect("a position");
    let (mut behind, mut after, mut steps): (Vec<String>, Option<DocumentCursor>, _) =
        (Vec::new(), None, 0);
    loop {
        let step = world.store.behind_in_search(&position, after, 3).await;
        let step = step.expect("look");
        behind.extend(step.behind.iter().map(ToString::to_string));
        after = step.next;
        steps += 1;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(behind, ["d5", "d3", "d1", "first"]);
    assert_eq!(steps, 4, "nine documents, three at a time, and an end");
}

/// Arbitrary texts and queries, and those that mean something to a database; a document is found by its own words.
pub async fn nothing_that_is_looked_for_or_written_is_an_error(factory: &impl StoreFactory) {
    let world = World::new(factory).await;
    world.create("a", "member", Privacy::Community).await;
    let mut dice = world::Dice::new(0x5eed);
    let member = by(world.id_of("member"));
    for round in 0..120 {
        let (title, text) = (dice.text(60), dice.text(400));
        world.index("a", &title, &text).await;
        let own = dice.piece_of(&text);
        for query in [dice.text(120), own] {
            let Ok(query) = Query::parse(&query) else {
                continue;
            };
            let page = world.store.search(member, wanted(&query)).await;
            let page = page.unwrap_or_else(|error| panic!("round {round}: {query:?}: {error}"));
            let is_there = find(&query, &world::text(&title, &text)).is_some();
            assert!(
                !is_there || page.hits.len() == 1,
                "round {round}: {query:?} in {title:?} {text:?}"
            );
        }
    }
    for query in [
        "\"",
        "'",
        "*",
        "a*",
        "\\",
        "title:a",
        "a AND",
        "NOT",
        "^a",
        "{a b}",
        "a:*",
        "!a",
        "a & | b",
        "<->",
        "') --",
        "a\0b",
        "%",
        "_",
        "NEAR(a b)",
        "+a",
        "-a",
        "a-",
        "(",
        "\u{fdfa}",
        "\u{1f9ec}",
    ] {
        let query = Query::parse(query).expect("a query");
        let found = world.store.search(member, wanted(&query)).await;
        found.unwrap_or_else(|error| panic!("{query:?}: {error}"));
    }
    let longest: String = "ab c".repeat(QUERY_CHARS_MAX / 4);
    let query = Query::parse(&longest).expect("a query");
    let later = at(member.account, i64::MAX);
    assert!(world.store.search(later, wanted(&query)).await.is_ok());
}

/// And says what it costs, for ADR-0023.
pub async fn a_search_among_two_thousand_documents_finds_one_page_of_them(
    factory: &impl StoreFactory,
) {
    let world = World::new(factory).await;
    let bytes = world.fill(2_000).await;
    let member = by(world.id_of("member"));
    let list = DocumentFilter {
        limit: 20,
        ..DocumentFilter::default()
    };
    let listing = world::quickest(async || {
        let listed = world.store.open_documents(member, None, &list).await;
        assert_eq!(listed.expect("list").len(), 20);
    })
    .await;
    // From a word that is nowhere to the beginning of many that are everywhere.
    for (query, expected) in [
        ("nowhere", 0),
        ("rare", 20),
        ("w17 w42", 20),
        ("\"w1 w2\"", 20),
        ("w1", 20),
    ] {
        let parsed = Query::parse(query).expect("a query");
        let mut count = 0;
        let search = Search {
            limit: 20,
            ..wanted(&parsed)
        };
        let searching = world::quickest(async || {
            let page = world.store.search(member, search).await.expect("search");
            count = page.hits.len();
        })
        .await;
        let ratio = searching.as_secs_f64() / listing.as_secs_f64();
        println!(
            "2,000 documents, {bytes} bytes: {query:?} found {count}, {ratio:.1} times listing ({listing:?})"
        );
        // Beside other tests even a ratio of two times says nothing that could be asserted.
        assert_eq!(count, expected, "{query:?}");
    }
}

/// Documents with texts of two kilobytes, for whoever measures what they take; how many bytes of text they have.
pub async fn filled(factory: &impl StoreFactory, documents: usize) -> usize {
    let world = World::new(factory).await;
    let bytes = world.fill(documents).await;
    world.store.close().await;
    bytes
}
