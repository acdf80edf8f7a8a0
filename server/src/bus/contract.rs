//! What every bus must do: one rule a function, named after the sentence of [`super::Bus`] that it holds.
//!
//! [`bus_contract!`](crate::bus_contract) turns them into tests for one kind of bus. The suite looks only through the
//! trait, at a bus that is there all the time; what happens while a bus is away is shown for each kind by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use consilium_protocol::ids::DocName;
use consilium_protocol::limits::DOC_NAME_BYTES_MAX;

use super::{Bus, BusHealth, Following, Heard, NodeId, limits};

/// Joins nodes to one bus, again and again.
#[async_trait]
pub trait BusFactory: Send + Sync {
    /// One more node on the same bus.
    async fn node(&self) -> Arc<dyn Bus>;
}

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! bus_contract {
    ($factory:expr) => {
        $crate::bus_contract!(@rules $factory;
            every_node_is_somebody_else
            a_bus_that_is_there_says_so
            a_node_does_not_hear_itself
            every_other_follower_hears_a_message_once
            messages_of_one_node_arrive_in_their_order
            following_comes_before_messages
            what_is_published_after_following_is_heard
            documents_are_apart
            names_of_any_characters_are_followed
            a_dropped_following_ends
            a_document_can_be_followed_again_and_again
            a_later_following_replaces_an_earlier
            messages_of_any_size_arrive
            publishing_never_waits_for_a_reader
            what_a_reader_cannot_take_is_missed
            a_lease_says_who_lives
            a_lease_says_how_long_ago_it_was_renewed
            a_lease_that_is_not_renewed_ends
            a_closed_bus_drops_what_is_published
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::bus::contract::$rule(&$factory).await;
            }
        )*
    };
}

/// How long anything may take on a busy machine. A passing test never waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a state is asked for that is not announced.
const ASK_EVERY: Duration = Duration::from_millis(20);

fn name(text: &str) -> DocName {
    DocName::parse(text).expect("a valid name")
}

fn text(heard: &Bytes) -> &str {
    std::str::from_utf8(heard).expect("messages here are text")
}

/// The next thing heard.
async fn next(following: &mut Following) -> Heard {
    tokio::time::timeout(PATIENCE, following.next())
        .await
        .expect("waited in vain for the bus")
}

/// The next message; the subscription stays in force.
async fn message(following: &mut Following) -> Bytes {
    match next(following).await {
        Heard::Message(message) => message,
        other => panic!("heard {other:?} instead of a message"),
    }
}

/// Follows, and waits until that is in force.
async fn follow(bus: &Arc<dyn Bus>, doc: &DocName) -> Following {
    let mut following = bus.follow(doc);
    assert_eq!(next(&mut following).await, Heard::Following);
    following
}

/// Reads until `last` is heard. What was heard before it, without `Following` and `Missed`.
async fn read_until_last(following: &mut Following) -> Vec<String> {
    let mut before = Vec::new();
    loop {
        if let Heard::Message(message) = next(following).await {
            if message == "last" {
                return before;
            }
            before.push(text(&message).to_owned());
        }
    }
}

/// Says `last` and reads until it is heard: nothing earlier can come from that node.
async fn until_last(from: &Arc<dyn Bus>, doc: &DocName, following: &mut Following) -> Vec<String> {
    from.publish(doc, Bytes::from_static(b"last"));
    read_until_last(following).await
}

/// Waits until everything is in force, or has ended, that this node began or ended so far: subscriptions take effect
/// in their order, at least among those that take the same way, and these are more than there are ways.
async fn settle(node: &Arc<dyn Bus>) {
    for number in 0..64 {
        drop(follow(node, &name(&format!("settle {number}"))).await);
    }
}

/// Nodes are told apart.
pub async fn every_node_is_somebody_else(factory: &impl BusFactory) {
    let (a, b) = (factory.node().await, factory.node().await);
    assert_ne!(a.node(), b.node());
    assert_eq!(a.node(), a.node());
}

/// Whether messages get through.
pub async fn a_bus_that_is_there_says_so(factory: &impl BusFactory) {
    let node = factory.node().await;
    let mut health = node.health();
    tokio::time::timeout(
        PATIENCE,
        health.wait_for(|health| *health == BusHealth::Connected),
    )
    .await
    .expect("waited in vain for the bus")
    .expect("the bus is open");
}

/// A node does not hear itself.
pub async fn a_node_does_not_hear_itself(factory: &impl BusFactory) {
    let (a, b) = (factory.node().await, factory.node().await);
    let doc = name("a");
    let mut following = follow(&a, &doc).await;
    let mut others = follow(&b, &doc).await;
    a.publish(&doc, Bytes::from_static(b"mine"));
    // Once another has heard it, and then answers, an echo would be here before the answer.
    assert_eq!(message(&mut others).await, "mine");
    assert_eq!(
        until_last(&b, &doc, &mut following).await,
        [] as [String; 0]
    );
}

/// What one node publishes arrives at every other follower, and once.
pub async fn every_other_follower_hears_a_message_once(factory: &impl BusFactory) {
    let writer = factory.node().await;
    let doc = name("a");
    let mut readers = Vec::new();
    for _ in 0..3 {
        let node = factory.node().await;
        let following = follow(&node, &doc).await;
        readers.push((node, following));
    }
    for word in ["1", "2", "3", "last"] {
        writer.publish(&doc, Bytes::from_static(word.as_bytes()));
    }
    for (_, following) in &mut readers {
        assert_eq!(read_until_last(following).await, ["1", "2", "3"]);
        assert_eq!(following.try_next(), None);
    }
}

/// In the order of publishing, whoever else publishes meanwhile.
pub async fn messages_of_one_node_arrive_in_their_order(factory: &impl BusFactory) {
    const EACH: usize = 300;
    let reader = factory.node().await;
    let doc = name("a");
    let mut following = follow(&reader, &doc).await;
    let writers = [factory.node().await, factory.node().await];
    let publishing = writers.iter().enumerate().map(|(number, writer)| {
        let (writer, doc) = (Arc::clone(writer), doc.clone());
        tokio::spawn(async move {
            for count in 0..EACH {
                writer.publish(&doc, Bytes::from(format!("{number} {count}")));
                tokio::task::yield_now().await;
            }
        })
    });
    let publishing: Vec<_> = publishing.collect();
    let mut seen = [0; 2];
    while seen != [EACH; 2] {
        let message = message(&mut following).await;
        let (number, count) = text(&message).split_once(' ').expect("two words");
        let number: usize = number.parse().expect("a number");
        assert_eq!(count, seen[number].to_string(), "of writer {number}");
        seen[number] += 1;
    }
    for task in publishing {
        task.await.expect("publish");
    }
}

/// A follower hears `Following` first, also when others publish all the time.
pub async fn following_comes_before_messages(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    let doc = name("a");
    let publishing = {
        let (writer, doc) = (Arc::clone(&writer), doc.clone());
        tokio::spawn(async move {
            loop {
                for _ in 0..10 {
                    writer.publish(&doc, Bytes::from_static(b"x"));
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
    };
    for _ in 0..20 {
        let mut following = reader.follow(&doc);
        assert_eq!(next(&mut following).await, Heard::Following);
        // Whatever comes next, the messages have begun.
        next(&mut following).await;
    }
    publishing.abort();
}

/// From `Following` on, everything is heard.
pub async fn what_is_published_after_following_is_heard(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    for round in 0..50 {
        let doc = name(&format!("doc {round}"));
        let mut following = follow(&reader, &doc).await;
        writer.publish(&doc, Bytes::from(format!("{round}")));
        assert_eq!(message(&mut following).await, format!("{round}"));
    }
}

/// A follower of one document does not hear another's.
pub async fn documents_are_apart(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    let docs = ["a", "a/b", "A", "a ", "aa", "*", "a*"].map(name);
    let mut followings = Vec::new();
    for doc in &docs {
        followings.push(follow(&reader, doc).await);
    }
    for doc in &docs {
        writer.publish(doc, Bytes::from(doc.as_str().to_owned()));
    }
    for (doc, following) in docs.iter().zip(&mut followings) {
        assert_eq!(until_last(&writer, doc, following).await, [doc.as_str()]);
    }
}

/// Names of any characters, up to the longest.
pub async fn names_of_any_characters_are_followed(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    let longest = "ü".repeat(DOC_NAME_BYTES_MAX / 2);
    let names = [
        "{tag}",
        "}{",
        "{}",
        "a b",
        "Leitlinie/Frage 1: Dosis?",
        "\u{202e}rtl",
        "🩺",
        "%00",
        "[a-z]?",
        "\\",
        "\"'",
        longest.as_str(),
    ];
    for text in names {
        let doc = name(text);
        let mut following = follow(&reader, &doc).await;
        writer.publish(&doc, Bytes::from(text.to_owned()));
        assert_eq!(message(&mut following).await, text);
    }
}

/// Dropping a following ends it: what is published meanwhile is not heard by a later one.
pub async fn a_dropped_following_ends(factory: &impl BusFactory) {
    let (writer, reader, witness) = (
        factory.node().await,
        factory.node().await,
        factory.node().await,
    );
    let doc = name("a");
    let mut witnessing = follow(&witness, &doc).await;
    for round in 0..3 {
        let mut following = follow(&reader, &doc).await;
        writer.publish(&doc, Bytes::from_static(b"heard"));
        assert_eq!(message(&mut following).await, "heard", "round {round}");
        assert_eq!(message(&mut witnessing).await, "heard");
        drop(following);
        settle(&reader).await;
        writer.publish(&doc, Bytes::from_static(b"meanwhile"));
        assert_eq!(message(&mut witnessing).await, "meanwhile");
        let mut following = follow(&reader, &doc).await;
        assert_eq!(
            until_last(&writer, &doc, &mut following).await,
            [] as [String; 0]
        );
        assert_eq!(message(&mut witnessing).await, "last");
    }
}

/// However quickly a document is let go and followed again, in the end it is followed.
pub async fn a_document_can_be_followed_again_and_again(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    for round in 0..20 {
        let doc = name(&format!("doc {}", round % 3));
        for _ in 0..round {
            drop(reader.follow(&doc));
        }
        let mut following = follow(&reader, &doc).await;
        writer.publish(&doc, Bytes::from(format!("{round}")));
        // Words of an earlier round may still be on their way.
        while message(&mut following).await != format!("{round}") {}
    }
}

/// A later following of one document on one node replaces an earlier; the end of the earlier does not touch it.
pub async fn a_later_following_replaces_an_earlier(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    let doc = name("a");
    let mut earlier = follow(&reader, &doc).await;
    let mut later = follow(&reader, &doc).await;
    writer.publish(&doc, Bytes::from_static(b"1"));
    assert_eq!(message(&mut later).await, "1");
    assert_eq!(earlier.try_next(), Some(Heard::Missed));
    assert_eq!(earlier.try_next(), None);
    drop(earlier);
    writer.publish(&doc, Bytes::from_static(b"2"));
    assert_eq!(message(&mut later).await, "2");
}

/// Messages of nothing, and of as much as a following may hold, arrive as they were.
pub async fn messages_of_any_size_arrive(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    let doc = name("a");
    let mut following = follow(&reader, &doc).await;
    for size in [0, 1, 1_000, 65_536, 8_000_000, limits::FOLLOWING_BYTES_MAX] {
        let sent: Bytes = (0..size).map(|at| (at * 31 % 251) as u8).collect();
        writer.publish(&doc, sent.clone());
        let heard = message(&mut following).await;
        assert!(heard == sent, "{size} bytes, {} arrived", heard.len());
    }
}

/// `publish` never blocks, however much is published and however little is read.
pub async fn publishing_never_waits_for_a_reader(factory: &impl BusFactory) {
    let (writer, reader) = (factory.node().await, factory.node().await);
    let doc = name("a");
    let mut following = follow(&reader, &doc).await;
    let payload = Bytes::from(vec![7; 64 * 1024]);
    // Four times what may wait on its way. This thread gives way to nobody meanwhile.
    for _ in 0..4 * limits::PUBLISH_BYTES_MAX / payload.len() {
        writer.publish(&doc, payload.clone());
    }
    // And then it goes on. What was dropped may have been the very last.
    let still_heard = async {
        loop {
            writer.publish(&doc, Bytes::from_static(b"last"));
            tokio::time::sleep(ASK_EVERY).await;
            while let Some(heard) = following.try_next() {
                if heard == Heard::Message(Bytes::from_static(b"last")) {
                    return;
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, still_heard)
        .await
        .expect("waited in vain for the bus");
}

/// What does not fit into a follower's queue becomes one `Missed`, and then it goes on.
pub async fn what_a_reader_cannot_take_is_missed(factory: &impl BusFactory) {
    let (writer, reader, witness) = (
        factory.node().await,
        factory.node().await,
        factory.node().await,
    );
    let doc = name("a");
    let mut following = follow(&reader, &doc).await;
    let mut witnessing = follow(&witness, &doc).await;
    let count = limits::FOLLOWING_MESSAGES_MAX + 100;
    for number in 0..count {
        writer.publish(&doc, Bytes::from(format!("{number}")));
        // The witness reads, so that the bus itself is never the reason.
        assert_eq!(message(&mut witnessing).await, format!("{number}"));
    }
    let mut missed = 0;
    let mut last = None;
    while last != Some(count - 1) {
        match next(&mut following).await {
            Heard::Missed => {
                missed += 1;
                assert_eq!(next(&mut following).await, Heard::Following);
            }
            Heard::Following => panic!("in force again without having missed anything"),
            Heard::Message(message) => {
                let number: usize = text(&message).parse().expect("a number");
                assert!(last < Some(number), "{number} after {last:?}");
                last = Some(number);
            }
        }
    }
    assert_eq!(missed, 1);
}

/// Which nodes hold a lease, in the order of asking.
pub async fn a_lease_says_who_lives(factory: &impl BusFactory) {
    let (a, b, c) = (
        factory.node().await,
        factory.node().await,
        factory.node().await,
    );
    let nobody = NodeId::random();
    assert_eq!(a.lease_ages(&[]).await.expect("ask"), []);
    let asked = [c.node(), a.node(), nobody, b.node(), a.node()];
    assert_eq!(a.lease_ages(&asked).await.expect("ask"), [None; 5]);
    a.renew_lease().await.expect("renew");
    b.renew_lease().await.expect("renew");
    for node in [&a, &b, &c] {
        let ages = node.lease_ages(&asked).await.expect("ask");
        let living: Vec<bool> = ages.iter().map(Option::is_some).collect();
        assert_eq!(living, [false, true, false, true, true]);
    }
}

/// How long ago it was renewed: neither since when it exists, nor always now.
pub async fn a_lease_says_how_long_ago_it_was_renewed(factory: &impl BusFactory) {
    let (a, b) = (factory.node().await, factory.node().await);
    let age = async || b.lease_ages(&[a.node()]).await.expect("ask")[0].expect("a lease");
    for _ in 0..2 {
        let before = Instant::now();
        a.renew_lease().await.expect("renew");
        let after = Instant::now();
        loop {
            let longest_before = after.elapsed();
            let age = age().await;
            let longest = before.elapsed();
            // A millisecond of rounding, and the bus's clock need not be ours.
            let slack = Duration::from_millis(50);
            assert!(
                age <= longest + slack && age + slack >= longest_before,
                "{age:?}, renewed between {longest_before:?} and {longest:?} ago"
            );
            if age > limits::LEASE / 3 {
                break;
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }
}

/// A lease ends [`limits::LEASE`] after it was last renewed, and not earlier.
pub async fn a_lease_that_is_not_renewed_ends(factory: &impl BusFactory) {
    let (a, b) = (factory.node().await, factory.node().await);
    let is_living = async || b.lease_ages(&[a.node()]).await.expect("ask")[0].is_some();
    let mut renewed = Instant::now();
    a.renew_lease().await.expect("renew");
    let mut renewals = 1;
    while is_living().await {
        if renewals == 1 && renewed.elapsed() > limits::LEASE / 2 {
            renewed = Instant::now();
            a.renew_lease().await.expect("renew");
            renewals += 1;
        }
        assert!(renewed.elapsed() < PATIENCE, "still living");
        tokio::time::sleep(ASK_EVERY).await;
    }
    assert_eq!(renewals, 2, "ended too early");
    // The bus's clock may be a little ahead of ours.
    let lived = renewed.elapsed();
    assert!(
        lived > limits::LEASE - Duration::from_millis(100),
        "{lived:?}"
    );
}

/// Later publishes are dropped; the others go on.
pub async fn a_closed_bus_drops_what_is_published(factory: &impl BusFactory) {
    let (closing, writer, reader) = (
        factory.node().await,
        factory.node().await,
        factory.node().await,
    );
    let doc = name("a");
    let mut following = follow(&reader, &doc).await;
    let mut closed = follow(&closing, &doc).await;
    closing.close().await;
    closing.close().await;
    closing.publish(&doc, Bytes::from_static(b"dropped"));
    assert_eq!(*closing.health().borrow(), BusHealth::Away);
    assert!(closing.renew_lease().await.is_err());
    assert!(closing.lease_ages(&[writer.node()]).await.is_err());
    assert_eq!(next(&mut closed).await, Heard::Missed);
    assert_eq!(
        until_last(&writer, &doc, &mut following).await,
        [] as [String; 0]
    );
    assert_eq!(closed.try_next(), None);
}
