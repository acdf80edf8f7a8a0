//! The modelled bus keeps the contract of the real one, and does everything that the contract leaves open.

use super::*;

const NODES: usize = 3;

fn doc(name: &str) -> DocName {
    DocName::parse(name).unwrap()
}

fn bus(seed: u64, faults: BusFaults) -> Bus {
    let mut bus = Bus::new(NODES, faults, Dice::of_stream(seed, "BUS"));
    for node in 0..NODES {
        bus.process_starts(node);
    }
    bus
}

/// A bus that every node follows "d" on, and the time when all of them know.
fn followed(seed: u64, faults: BusFaults) -> (Bus, u64) {
    let mut bus = bus(seed, faults);
    for node in 0..NODES {
        bus.follow(0, node, &doc("d"));
    }
    let told = bus.hearings(100);
    assert_eq!(told.len(), NODES);
    assert!(told.iter().all(|hearing| hearing.heard == Heard::Following));
    (bus, 100)
}

fn message(from: usize, number: u32) -> Bytes {
    Bytes::from(format!("{from} {number}"))
}

/// Who said it, and as their which.
fn read(message: &Bytes) -> (usize, u32) {
    let text = std::str::from_utf8(message).unwrap();
    let (from, number) = text.split_once(' ').unwrap();
    (from.parse().unwrap(), number.parse().unwrap())
}

/// Everything that is heard until `end_ms`, each with its time.
fn listen(bus: &mut Bus, end_ms: u64) -> Vec<(u64, Hearing)> {
    let mut heard = Vec::new();
    while let Some(at) = bus.next_at_ms().filter(|at| *at <= end_ms) {
        heard.extend(bus.hearings(at).into_iter().map(|hearing| (at, hearing)));
    }
    heard
}

/// Every node publishes every 10 ms for 5 s; faults get their chance. What each node heard, with times.
fn chatter(bus: &mut Bus, start_ms: u64) -> Vec<Vec<(u64, Heard)>> {
    let mut heard = vec![Vec::new(); NODES];
    for number in 0..500 {
        let now = start_ms + u64::from(number) * 10;
        for (at, hearing) in listen(bus, now) {
            heard[hearing.node].push((at, hearing.heard));
        }
        if number % 10 == 0 {
            bus.mischief(now);
        }
        for node in 0..NODES {
            bus.publish(now, node, &doc("d"), message(node, number));
        }
    }
    bus.calm_down();
    for (at, hearing) in listen(bus, start_ms + 60_000) {
        heard[hearing.node].push((at, hearing.heard));
    }
    heard
}

fn messages(heard: &[(u64, Heard)]) -> Vec<(usize, u32)> {
    heard
        .iter()
        .filter_map(|(_, heard)| match heard {
            Heard::Message(message) => Some(read(message)),
            Heard::Following | Heard::Missed => None,
        })
        .collect()
}

fn of_publisher(heard: &[(u64, Heard)], from: usize) -> Vec<u32> {
    messages(heard)
        .into_iter()
        .filter(|(publisher, _)| *publisher == from)
        .map(|(_, number)| number)
        .collect()
}

#[test]
fn without_faults_every_other_follower_hears_everything_once_and_in_order() {
    let (mut bus, now) = followed(1, BusFaults::default());
    let heard = chatter(&mut bus, now);
    for (node, heard) in heard.iter().enumerate() {
        for from in 0..NODES {
            let expected: Vec<u32> = if from == node {
                vec![]
            } else {
                (0..500).collect()
            };
            assert_eq!(of_publisher(heard, from), expected, "{node} hears {from}");
        }
    }
}

#[test]
fn messages_of_other_documents_are_not_heard() {
    let mut bus = bus(1, BusFaults::default());
    bus.follow(0, 0, &doc("d"));
    bus.follow(0, 1, &doc("e"));
    assert_eq!(bus.hearings(100).len(), 2);
    bus.publish(100, 2, &doc("e"), message(2, 1));
    assert_eq!(
        bus.hearings(200),
        [Hearing {
            node: 1,
            doc: doc("e"),
            heard: Heard::Message(message(2, 1)),
        }]
    );
}

#[test]
fn publishers_overtake_each_other() {
    let (mut bus, now) = followed(1, BusFaults::default());
    // Of each pair, 1 publishes just before 2.
    let heard = messages(&chatter(&mut bus, now)[0]);
    let overtaken = heard
        .windows(2)
        .filter(|pair| matches!(pair, [(2, second), (1, first)] if first == second))
        .count();
    assert!(overtaken > 0);
}

#[test]
fn whatever_happens_nothing_arrives_twice_or_before_what_its_publisher_said_earlier() {
    let faults = BusFaults {
        lose: 50,
        delay: 50,
        repeat: 0,
        overtake: 0,
        pause: 30,
        cut: 30,
        lasting: 200,
        restart: 10,
    };
    let mut total = Report::default();
    for seed in 0..20 {
        let (mut bus, now) = followed(seed, faults);
        for heard in chatter(&mut bus, now) {
            for from in 0..NODES {
                let numbers = of_publisher(&heard, from);
                assert!(
                    numbers.windows(2).all(|pair| pair[0] < pair[1]),
                    "seed {seed}: {numbers:?}"
                );
            }
        }
        total += bus.report;
    }
    for kind in [
        Seen::BusLost,
        Seen::BusDelayed,
        Seen::BusPaused,
        Seen::BusCut,
        Seen::BusMissed,
    ] {
        assert!(total.count(kind) > 0, "{kind:?} never happened");
    }
    assert_eq!(total.count(Seen::BusRepeated), 0);
}

#[test]
fn a_publisher_repeats_itself_only_where_that_is_switched_on() {
    let faults = BusFaults {
        repeat: 50,
        ..BusFaults::default()
    };
    let (mut bus, now) = followed(1, faults);
    let heard = chatter(&mut bus, now);
    let numbers = of_publisher(&heard[0], 1);
    assert!(numbers.len() > 500);
    let mut firsts = Vec::new();
    for number in numbers {
        if !firsts.contains(&number) {
            firsts.push(number);
        }
    }
    assert_eq!(firsts, (0..500).collect::<Vec<u32>>());
}

#[test]
fn between_following_and_missed_a_follower_lacks_nothing_that_left_its_publisher() {
    let faults = BusFaults {
        delay: 20,
        pause: 20,
        ..BusFaults::default()
    };
    for seed in 0..20 {
        let (mut bus, start) = followed(seed, faults);
        // Only the followers 1 and 2 lose their connections, and only 0 publishes.
        let mut heard = vec![vec![(start, Heard::Following)]; NODES];
        for number in 0..500 {
            let now = start + u64::from(number) * 10;
            for (at, hearing) in listen(&mut bus, now) {
                heard[hearing.node].push((at, hearing.heard));
            }
            if number % 10 == 0 {
                bus.mischief(now);
            }
            if number % 97 == 50 {
                bus.cut(now, 1 + number as usize % 2);
            }
            bus.publish(now, 0, &doc("d"), message(0, number));
        }
        for (at, hearing) in listen(&mut bus, start + 60_000) {
            heard[hearing.node].push((at, hearing.heard));
        }
        for node in 1..NODES {
            let missed = heard[node]
                .iter()
                .filter(|(_, heard)| *heard == Heard::Missed)
                .count();
            assert!(missed > 0, "seed {seed}: node {node} was never cut off");
            assert_spells_are_whole(seed, start, &heard[node]);
        }
    }
}

/// Each spell from `Following` to `Missed` holds a run of numbers without a gap, from the first that was published
/// after `Following` was heard, or an earlier one; the last spell holds all the rest.
fn assert_spells_are_whole(seed: u64, start_ms: u64, heard: &[(u64, Heard)]) {
    let mut told_at = None;
    let mut run: Vec<u32> = Vec::new();
    let check_begin = |told_at: u64, run: &[u32]| {
        let first_after = (told_at - start_ms).div_ceil(10) as u32;
        if let Some(first) = run.first() {
            assert!(
                *first <= first_after,
                "seed {seed}: {first} > {first_after}"
            );
        }
        let whole: Vec<u32> = run
            .first()
            .map_or(vec![], |first| (*first..).take(run.len()).collect());
        assert_eq!(run, whole, "seed {seed}");
    };
    for (at, heard) in heard {
        match heard {
            Heard::Following => {
                assert_eq!(told_at, None, "seed {seed}: following twice");
                told_at = Some(*at);
                run.clear();
            }
            Heard::Message(message) => {
                assert!(told_at.is_some(), "seed {seed}: heard while not following");
                run.push(read(message).1);
            }
            Heard::Missed => {
                let since = told_at.take();
                assert!(since.is_some(), "seed {seed}: missed what was not followed");
                check_begin(since.unwrap_or_default(), &run);
            }
        }
    }
    assert!(told_at.is_some(), "seed {seed}: not following in the end");
    check_begin(told_at.unwrap_or_default(), &run);
    assert_eq!(run.last().copied().unwrap_or(499), 499, "seed {seed}");
}

#[test]
fn while_the_bus_stands_still_nothing_is_heard_and_afterwards_everything() {
    let (mut bus, now) = followed(1, BusFaults::default());
    bus.pause(now, 1_000);
    for number in 0..5 {
        bus.publish(now + u64::from(number), 0, &doc("d"), message(0, number));
    }
    assert_eq!(bus.hearings(now + 999), []);
    let heard = listen(&mut bus, now + 2_000);
    assert!(heard.iter().all(|(at, _)| *at >= now + 1_000));
    let of_one: Vec<(u64, Heard)> = heard
        .into_iter()
        .filter(|(_, hearing)| hearing.node == 1)
        .map(|(at, hearing)| (at, hearing.heard))
        .collect();
    assert_eq!(of_publisher(&of_one, 0), [0, 1, 2, 3, 4]);
}

#[test]
fn a_node_that_is_cut_off_learns_of_it_late_and_then_follows_again() {
    let (mut bus, now) = followed(1, BusFaults::default());
    bus.cut(now, 1);
    assert!(bus.seems_connected(1));
    bus.publish(now, 0, &doc("d"), message(0, 1));
    let mut of_one = Vec::new();
    for (_, hearing) in listen(&mut bus, now + 5_000) {
        if hearing.node == 1 {
            of_one.push(hearing.heard);
        }
    }
    assert_eq!(of_one, [Heard::Missed, Heard::Following]);
    bus.publish(now + 5_000, 0, &doc("d"), message(0, 2));
    let heard = listen(&mut bus, now + 5_100);
    assert_eq!(heard.len(), 2);
}

#[test]
fn a_dead_process_hears_nothing_and_a_new_one_follows_anew() {
    let (mut bus, now) = followed(1, BusFaults::default());
    bus.publish(now, 0, &doc("d"), message(0, 1));
    bus.process_ends(now, 1);
    bus.process_starts(1);
    let heard = listen(&mut bus, now + 100);
    assert_eq!(heard.len(), 1);
    assert_eq!(heard[0].1.node, 2);
    bus.follow(now + 100, 1, &doc("d"));
    bus.publish(now + 100, 0, &doc("d"), message(0, 2));
    let again: Vec<Hearing> = listen(&mut bus, now + 200)
        .into_iter()
        .map(|(_, hearing)| hearing)
        .filter(|hearing| hearing.node == 1)
        .collect();
    assert_eq!(again[0].heard, Heard::Following);
}

#[test]
fn who_has_unfollowed_hears_nothing() {
    let (mut bus, now) = followed(1, BusFaults::default());
    bus.publish(now, 0, &doc("d"), message(0, 1));
    bus.unfollow(1, &doc("d"));
    bus.publish(now, 0, &doc("d"), message(0, 2));
    assert!(
        listen(&mut bus, now + 100)
            .iter()
            .all(|(_, hearing)| hearing.node == 2)
    );
}
