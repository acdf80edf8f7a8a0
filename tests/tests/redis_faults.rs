//! Redis is killed, cut off, replaced, refuses, loses a server or moves a slot: followers hear that they missed
//! something, then that they follow again, and what is published afterwards arrives, in its order and once.

use std::time::{Duration, Instant};

use bytes::Bytes;
use consilium_server::bus::redis::RedisAddress;
use consilium_server::bus::redis::check::check;
use consilium_server::bus::redis::limits::PING_EVERY;
use consilium_server::bus::{Bus, BusHealth, Heard, NodeId};
use consilium_tests::bus_node::{BusNode, doc, message, next, until};
use consilium_tests::eventually::eventually;
use consilium_tests::redis_cluster::RedisCluster;
use consilium_tests::redis_process::{RedisOptions, RedisProcess};
use uuid::Uuid;

/// The channels of an installation that anybody is subscribed to.
fn channels(redis: &RedisProcess, store: Uuid) -> usize {
    let channels: Vec<String> = redis::cmd("PUBSUB")
        .arg("SHARDCHANNELS")
        .arg(format!("consilium:{store}:d:*"))
        .query(&mut redis.admin())
        .expect("ask Redis");
    channels.len()
}

/// A single Redis, and two nodes of one installation.
async fn pair() -> (RedisProcess, BusNode, BusNode) {
    let redis = RedisProcess::start(RedisOptions::plain());
    let store = Uuid::new_v4();
    let writer = BusNode::connected(&redis.url(), store).await;
    let reader = BusNode::connected(&redis.url(), store).await;
    (redis, writer, reader)
}

/// Says words until one is heard: the way is open again.
async fn heard_again(writer: &BusNode, following: &mut consilium_server::bus::Following) {
    let mut number = 0;
    eventually("a message arrives again", async || {
        number += 1;
        writer.say("a", &format!("again {number}"));
        std::iter::from_fn(|| following.try_next())
            .any(|heard| matches!(heard, Heard::Message(text) if text.starts_with(b"again")))
            .then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_is_killed_is_missed_and_followed_again_when_it_is_back() {
    let (mut redis, writer, reader) = pair().await;
    let mut following = reader.follow("a").await;
    for round in 0..3 {
        redis.kill();
        assert_eq!(next(&mut following).await, Heard::Missed, "round {round}");
        writer.until(BusHealth::Away).await;
        reader.until(BusHealth::Away).await;
        assert!(reader.bus.trouble().is_some());
        assert!(writer.bus.renew_lease().await.is_err());
        assert!(reader.bus.lease_ages(&[writer.bus.node()]).await.is_err());
        writer.say("a", "while it is away");
        redis.start_again();
        assert_eq!(next(&mut following).await, Heard::Following);
        writer.until(BusHealth::Connected).await;
        reader.until(BusHealth::Connected).await;
        writer.say("a", &format!("round {round}"));
        while message(&mut following).await != format!("round {round}") {}
        writer.bus.renew_lease().await.expect("renew");
        let ages = reader.bus.lease_ages(&[writer.bus.node()]).await;
        assert!(ages.expect("ask")[0].is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscribing_connection_that_is_cut_is_replaced_and_its_followers_are_told() {
    let (redis, writer, reader) = pair().await;
    let mut following = reader.follow("a").await;
    for round in 0..3 {
        assert_eq!(redis.cut("pubsub"), 1);
        assert_eq!(next(&mut following).await, Heard::Missed);
        assert_eq!(next(&mut following).await, Heard::Following);
        writer.say("a", &format!("{round}"));
        assert_eq!(message(&mut following).await, format!("{round}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishing_connections_that_are_cut_cost_messages_but_neither_order_nor_a_second_copy() {
    const CUTS: usize = 5;
    let (redis, writer, reader) = pair().await;
    let mut following = reader.follow("a").await;
    let mut published = 0;
    let mut heard = Vec::new();
    for _ in 0..CUTS {
        for _ in 0..200 {
            published += 1;
            writer.say("a", &format!("{published}"));
        }
        // The readers' idle connections are cut with them.
        assert!(redis.cut("normal") >= 1);
        for _ in 0..200 {
            published += 1;
            writer.say("a", &format!("{published}"));
        }
        let last = eventually("a message after the cut", async || {
            published += 1;
            writer.say("a", &format!("{published}"));
            while let Some(item) = following.try_next() {
                match item {
                    Heard::Message(text) => {
                        heard.push(
                            String::from_utf8_lossy(&text)
                                .parse::<u64>()
                                .expect("a number"),
                        );
                    }
                    other => panic!("{other:?}: the subscribing connection was not cut"),
                }
            }
            heard.last().copied().filter(|last| *last + 10 > published)
        })
        .await;
        assert!(last <= published);
    }
    assert!(heard.is_sorted_by(|left, right| left < right), "{heard:?}");
    println!(
        "{CUTS} cuts of the publishing connection: {} of {published} messages heard",
        heard.len()
    );
    assert!(heard.len() >= CUTS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_starts_before_redis_joins_when_it_is_there() {
    let mut redis = RedisProcess::start(RedisOptions::plain());
    redis.kill();
    let store = Uuid::new_v4();
    let (writer, reader) = (
        BusNode::start(&redis.url(), store),
        BusNode::start(&redis.url(), store),
    );
    let mut following = reader.bus.follow(&doc("a"));
    writer.say("a", "waits");
    eventually("a reason", async || reader.bus.trouble()).await;
    assert!(!reader.is_connected());
    assert_eq!(following.try_next(), None);
    redis.start_again();
    assert_eq!(next(&mut following).await, Heard::Following);
    heard_again(&writer, &mut following).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_rooms_do_redis_ends_up_with_what_is_followed() {
    let (redis, _writer, reader) = pair().await;
    let store = Uuid::new_v4();
    let node = BusNode::connected(&redis.url(), store).await;
    drop(reader);
    let names: Vec<String> = (0..50).map(|number| format!("doc {number}")).collect();
    for round in 0..20 {
        for name in &names {
            drop(node.bus.follow(&doc(name)));
        }
        let kept: Vec<_> = names
            .iter()
            .skip(round)
            .map(|name| node.bus.follow(&doc(name)))
            .collect();
        let wanted = kept.len();
        eventually("what is followed", async || {
            (channels(&redis, store) == wanted).then_some(())
        })
        .await;
    }
    eventually("nothing is followed", async || {
        (channels(&redis, store) == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_installations_on_one_redis_do_not_hear_each_other() {
    let (redis, writer, reader) = pair().await;
    let stranger = BusNode::connected(&redis.url(), Uuid::new_v4()).await;
    let mut following = reader.follow("a").await;
    let mut strangers = stranger.follow("a").await;
    stranger.say("a", "from a stranger");
    writer.say("a", "from a friend");
    assert_eq!(message(&mut following).await, "from a friend");
    assert_eq!(strangers.try_next(), None);
    writer.bus.renew_lease().await.expect("renew");
    let ages = stranger.bus.lease_ages(&[writer.bus.node()]).await;
    assert_eq!(ages.expect("ask"), [None]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_who_may_not_is_told_by_name_of_the_right() {
    let may = |commands: &str| {
        let rights = format!("&consilium:* ~consilium:* -@all {commands}");
        RedisOptions::plain().user("bus", "s3cret", &rights)
    };
    let url = |redis: &RedisProcess, password: &str| {
        format!("redis://bus:{password}@127.0.0.1:{}", redis.port())
    };
    let store = Uuid::new_v4();

    // Nobody may subscribe: the reason is seen as soon as somebody follows, and it is tried again.
    let redis = RedisProcess::start(may("+ping +set +pttl +spublish +sunsubscribe"));
    let node = BusNode::connected(&url(&redis, "s3cret"), store).await;
    let mut following = node.bus.follow(&doc("a"));
    node.until(BusHealth::Away).await;
    let reason = node.bus.trouble().expect("a reason");
    assert!(reason.contains("ssubscribe"), "{reason}");
    assert_eq!(following.try_next(), None);
    let facts = check(&RedisAddress::parse(&url(&redis, "s3cret")).expect("an address"))
        .await
        .expect("ask");
    let answer = facts.servers[0].answer.as_ref().expect("an answer");
    let refused: Vec<&str> = answer.refused.iter().map(|(what, _)| *what).collect();
    assert_eq!(refused, ["SSUBSCRIBE"]);
    assert_eq!(answer.output_buffer, None);
    redis::cmd("ACL")
        .arg(&["SETUSER", "bus", "+ssubscribe"])
        .exec(&mut redis.admin())
        .expect("grant");
    assert_eq!(next(&mut following).await, Heard::Following);
    node.until(BusHealth::Connected).await;

    // Nobody may publish.
    redis::cmd("ACL")
        .arg(&["SETUSER", "bus", "-spublish"])
        .exec(&mut redis.admin())
        .expect("revoke");
    node.say("a", "x");
    node.until(BusHealth::Away).await;
    let reason = node.bus.trouble().expect("a reason");
    assert!(reason.contains("spublish"), "{reason}");
    // That it may again is found out without anybody having something to say.
    redis::cmd("ACL")
        .arg(&["SETUSER", "bus", "+spublish"])
        .exec(&mut redis.admin())
        .expect("grant");
    node.until(BusHealth::Connected).await;

    // Nobody may write or read leases: others would take this node for unheard, or it could not tell who is.
    for right in ["set", "pttl"] {
        redis::cmd("ACL")
            .arg(&["SETUSER", "bus", &format!("-{right}")])
            .exec(&mut redis.admin())
            .expect("revoke");
        let refused = match right {
            "set" => node.bus.renew_lease().await.map(|()| Vec::new()),
            _ => node.bus.lease_ages(&[node.bus.node()]).await,
        };
        assert!(refused.is_err(), "{right}");
        node.until(BusHealth::Away).await;
        let reason = node.bus.trouble().expect("a reason");
        assert!(reason.contains(right), "{reason}");
        redis::cmd("ACL")
            .arg(&["SETUSER", "bus", &format!("+{right}")])
            .exec(&mut redis.admin())
            .expect("grant");
        node.bus.renew_lease().await.expect("renew");
        let ages = node.bus.lease_ages(&[node.bus.node()]).await;
        assert!(ages.expect("ask")[0].is_some());
        node.until(BusHealth::Connected).await;
    }

    // Another password.
    let node = BusNode::start(&url(&redis, "wr0ng"), store);
    let reason = eventually("a reason", async || node.bus.trouble()).await;
    assert!(reason.contains("WRONGPASS"), "{reason}");
    assert!(!reason.contains("wr0ng"), "{reason}");
    let refused = check(&RedisAddress::parse(&url(&redis, "wr0ng")).expect("an address")).await;
    assert!(refused.expect_err("refused").contains("WRONGPASS"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_publishes_nothing_is_away_until_it_does() {
    let cluster = RedisCluster::start();
    let node = BusNode::connected(&cluster.url(), Uuid::new_v4()).await;
    let change_rights = |right: &str| {
        for master in cluster.masters() {
            redis::cmd("ACL")
                .arg(&["SETUSER", "default", right])
                .exec(&mut master.admin())
                .expect("change the rights");
        }
    };
    change_rights("-spublish");
    node.say("a", "x");
    node.until(BusHealth::Away).await;
    // It is tried every second, and does not count as healed by that.
    tokio::time::sleep(PING_EVERY * 3).await;
    assert!(!node.is_connected());
    change_rights("+spublish");
    node.until(BusHealth::Connected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_is_told_about_every_server() {
    let mut redis = RedisProcess::start(RedisOptions::plain());
    let address = RedisAddress::parse(&redis.url()).expect("an address");
    let facts = check(&address).await.expect("ask");
    assert!(!facts.is_cluster);
    assert_eq!(facts.orphaned_slots, 0);
    let answer = facts.servers[0].answer.as_ref().expect("an answer");
    println!("{}: {answer:?}", facts.servers[0].server);
    assert!(
        answer
            .version
            .split('.')
            .next()
            .is_some_and(|major| major >= "7")
    );
    assert!(answer.refused.is_empty() && answer.latency > Duration::ZERO);
    let buffer = answer.output_buffer.expect("may be asked");
    assert_eq!(buffer.hard_bytes, 32 * 1024 * 1024);
    redis.kill();
    let refused = check(&address).await.expect_err("nobody is there");
    assert!(refused.contains("refused"), "{refused}");

    let cluster = RedisCluster::start();
    let facts = check(&RedisAddress::parse(&cluster.url()).expect("an address"))
        .await
        .expect("ask");
    assert!(facts.is_cluster);
    let mut servers: Vec<&String> = facts.servers.iter().map(|server| &server.server).collect();
    servers.sort();
    let mut expected = cluster.addresses();
    expected.sort();
    assert_eq!(servers, expected.iter().collect::<Vec<_>>());
    for server in &facts.servers {
        let answer = server.answer.as_ref().expect("an answer");
        assert!(answer.refused.is_empty(), "{answer:?}");
    }

    let two = format!("{},127.0.0.1:1", cluster.masters()[0].url());
    assert!(
        check(&RedisAddress::parse(&two).expect("an address"))
            .await
            .is_ok()
    );
    let single = RedisProcess::start(RedisOptions::plain());
    let two = format!("{},127.0.0.1:{}", single.url(), single.port());
    let refused = check(&RedisAddress::parse(&two).expect("an address")).await;
    let refused = refused.expect_err("not a cluster");
    assert!(refused.contains("not part of a cluster"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_is_not_taken_for_the_server_that_it_repeats() {
    let original = RedisProcess::start(RedisOptions::plain());
    let replica = RedisProcess::start(
        RedisOptions::plain().line(&format!("replicaof 127.0.0.1 {}", original.port())),
    );
    let node = BusNode::start(&replica.url(), Uuid::new_v4());
    let reason = eventually("a reason", async || node.bus.trouble()).await;
    assert!(reason.contains("is a replica"), "{reason}");
    assert!(!node.is_connected());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_is_closed_at_once_also_while_redis_hangs() {
    let (redis, writer, reader) = pair().await;
    let mut following = reader.follow("a").await;
    redis.pause();
    for _ in 0..1_000 {
        writer.say("a", "waits");
    }
    let started = Instant::now();
    writer.bus.close().await;
    reader.bus.close().await;
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(next(&mut following).await, Heard::Missed);
    assert!(!writer.is_connected());
    redis.resume();
}

/// The name of the channel of a document, as Redis sees it.
fn channel(cluster: &RedisCluster, store: Uuid) -> String {
    cluster
        .masters()
        .iter()
        .flat_map(|master| {
            redis::cmd("PUBSUB")
                .arg("SHARDCHANNELS")
                .arg(format!("consilium:{store}:d:*"))
                .query::<Vec<String>>(&mut master.admin())
                .expect("ask a master")
        })
        .next()
        .expect("the only channel of this installation")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_whose_slot_moves_is_followed_at_its_new_server() {
    let cluster = RedisCluster::start();
    let store = Uuid::new_v4();
    let writer = BusNode::connected(&cluster.url(), store).await;
    let reader = BusNode::connected(&cluster.url(), store).await;
    let mut following = reader.follow("a").await;
    writer.say("a", "before");
    assert_eq!(message(&mut following).await, "before");
    let channel = channel(&cluster, store);
    let from = cluster.owner_of(&channel);
    for step in 1..=4 {
        let to = (from + step) % 3;
        cluster.move_slot_of(&channel, to);
        until(&mut following, &Heard::Missed).await;
        assert_eq!(next(&mut following).await, Heard::Following, "step {step}");
        // The writer may learn of it only now, and loses what it sends to the old server until then.
        heard_again(&writer, &mut following).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_server_of_a_cluster_that_tells_no_leases_is_not_outweighed_by_the_others() {
    let cluster = RedisCluster::start();
    let node = BusNode::connected(&cluster.url(), Uuid::new_v4()).await;
    // So many that each server has some of their leases.
    let others: Vec<NodeId> = (1..=48).map(NodeId).collect();
    for master in cluster.masters() {
        let change_right = |right: &str| {
            redis::cmd("ACL")
                .arg(&["SETUSER", "default", right])
                .exec(&mut master.admin())
                .expect("change the rights");
        };
        change_right("-pttl");
        assert!(node.bus.lease_ages(&others).await.is_err());
        assert!(!node.is_connected());
        change_right("+pttl");
        assert!(node.bus.lease_ages(&others).await.is_ok());
        node.until(BusHealth::Connected).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_do_not_agree_who_serves_a_document_are_no_way_to_the_others() {
    let cluster = RedisCluster::start();
    let store = Uuid::new_v4();
    let node = BusNode::connected(&cluster.url(), store).await;
    let mut following = node.follow("a").await;
    let channel = channel(&cluster, store);
    let owner = cluster.owner_of(&channel);
    cluster.disown_slot_of(&channel);
    node.until(BusHealth::Away).await;
    let reason = node.bus.trouble().expect("a reason");
    assert!(reason.contains("do not agree"), "{reason}");
    assert!(node.bus.renew_lease().await.is_err(), "it would be a lie");
    cluster.move_slot_of(&channel, owner);
    node.until(BusHealth::Connected).await;
    let mut heard = Vec::new();
    eventually("it is followed again", async || {
        heard.extend(std::iter::from_fn(|| following.try_next()));
        (heard.last() == Some(&Heard::Following)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_takes_over_is_followed_instead() {
    let mut cluster = RedisCluster::start();
    let store = Uuid::new_v4();
    let writer = BusNode::connected(&cluster.url(), store).await;
    let reader = BusNode::connected(&cluster.url(), store).await;
    let mut following = reader.follow("a").await;
    let owner = cluster.owner_of(&channel(&cluster, store));
    let replica = cluster.start_replica_of(owner);
    let started = Instant::now();
    cluster.master_mut(owner).kill();
    until(&mut following, &Heard::Missed).await;
    until(&mut following, &Heard::Following).await;
    println!(
        "a master is killed and its replica takes over: followed again after {:?}",
        started.elapsed()
    );
    heard_again(&writer, &mut following).await;
    assert!(replica.info("commandstats", "cmdstat_spublish", "calls") > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_old_connection_left_in_redis_never_comes_after_something_newer() {
    let (redis, writer, reader) = pair().await;
    let mut following = reader.follow("a").await;
    let mut published: u64 = 0;
    let mut heard = Vec::new();
    let mut say = |count: usize| {
        for _ in 0..count {
            published += 1;
            // Long enough that Redis does not read all of them at once when it goes on.
            writer.say("a", &format!("{published:>1000}"));
        }
    };
    redis.pause();
    // These go into the socket, and Redis reads them when it goes on.
    say(400);
    writer.until(BusHealth::Away).await;
    say(400);
    redis.resume();
    let last = eventually("messages after the pause", async || {
        say(1);
        while let Some(item) = following.try_next() {
            if let Heard::Message(text) = item {
                let text = String::from_utf8_lossy(&text);
                heard.push(text.trim().parse::<u64>().expect("a number"));
            }
        }
        heard.last().copied().filter(|last| *last > 800)
    })
    .await;
    assert!(heard.is_sorted_by(|left, right| left < right), "{heard:?}");
    println!("{} of {last} messages heard around a pause", heard.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_a_cluster_that_hangs_or_dies_holds_up_nobody_else() {
    let mut cluster = RedisCluster::start();
    let store = Uuid::new_v4();
    let writer = BusNode::connected(&cluster.url(), store).await;
    let reader = BusNode::connected(&cluster.url(), store).await;
    // Documents on all three.
    let names: Vec<String> = (0..30).map(|number| format!("doc {number}")).collect();
    let mut followings = Vec::new();
    for name in &names {
        followings.push(reader.follow(name).await);
    }
    cluster.masters()[0].pause();
    let started = Instant::now();
    // While one server hangs, documents on the others go on.
    let mut heard = 0;
    for (name, following) in names.iter().zip(&mut followings) {
        writer.say(name, "while one hangs");
        let patience = Duration::from_millis(300);
        if tokio::time::timeout(patience, message(following))
            .await
            .is_ok()
        {
            heard += 1;
        }
    }
    assert!(heard >= 10, "{heard} of 30 documents heard");
    reader.until(BusHealth::Away).await;
    println!(
        "one of three servers hangs: {heard} of 30 documents go on, away after {:?}",
        started.elapsed()
    );
    cluster.masters()[0].resume();
    for bus in [&writer, &reader] {
        bus.until(BusHealth::Connected).await;
    }
    cluster.master_mut(0).kill();
    reader.until(BusHealth::Away).await;
    cluster.master_mut(0).start_again();
    for (name, following) in names.iter().zip(&mut followings) {
        let mut number = 0;
        eventually("every document is heard again", async || {
            number += 1;
            writer.say(name, &format!("again {number}"));
            std::iter::from_fn(|| following.try_next())
                .any(|heard| matches!(heard, Heard::Message(text) if text.starts_with(b"again")))
                .then_some(())
        })
        .await;
    }
    reader.until(BusHealth::Connected).await;
    writer.until(BusHealth::Connected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_that_redis_finds_too_slow_is_told_that_it_missed_something() {
    let redis = RedisProcess::start(
        RedisOptions::plain().line("client-output-buffer-limit pubsub 1mb 512kb 1"),
    );
    let store = Uuid::new_v4();
    let writer = BusNode::connected(&redis.url(), store).await;
    let reader = BusNode::connected(&redis.url(), store).await;
    let mut following = reader.follow("a").await;
    writer
        .bus
        .publish(&doc("a"), Bytes::from(vec![0; 4_000_000]));
    until(&mut following, &Heard::Missed).await;
    until(&mut following, &Heard::Following).await;
    heard_again(&writer, &mut following).await;
}
