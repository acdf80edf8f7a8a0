//! Several nodes in one world: what the world does with them before their rooms know of each other.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;
use crate::check;
use crate::plan::{Nodes, Setting};
use crate::report::Seen;

/// A world of so many nodes in which nothing goes wrong.
fn calm(count: usize, trace: Trace) -> World {
    let mut plan = Plan::in_setting(5, Setting::Several);
    plan.nodes = Nodes::calm(count);
    let mut world = World::new(plan, trace);
    world.dice.calm_down();
    world.begin();
    world
}

/// Somebody types at every client, every 50 ms.
fn type_for(world: &mut World, span_ms: u64) {
    let end = world.now_ms() + span_ms;
    while world.now_ms() < end {
        for client in 0..world.members.len() {
            world.type_at(client);
        }
        world.play_until(world.now_ms() + 50);
    }
}

#[test]
fn what_one_node_commits_every_other_node_hears() {
    let mut world = calm(3, Trace::default());
    world.play_until(world.now_ms() + 500);
    type_for(&mut world, 2_000);
    world.play_until(world.now_ms() + 10_000);
    let published = world.bus.report.count(Seen::Published);
    assert!(published > 20, "{published}");
    assert_eq!(world.report.count(Seen::Heard), 2 * published);
    let truth = world.journal.truth.text();
    for node in &world.nodes {
        let core = node.core.as_ref().expect("it runs");
        assert_eq!(check::text(core.replica().doc()), truth);
    }
}

#[test]
fn members_are_spread_over_the_nodes() {
    let mut world = calm(2, Trace::default());
    world.play_until(world.now_ms() + 2_000);
    let nodes: Vec<usize> = world
        .members
        .iter()
        .filter_map(|member| Some(world.wires.get(member.wire?)?.node))
        .collect();
    assert_eq!(nodes.len(), world.members.len());
    assert!(nodes.contains(&0) && nodes.contains(&1), "{nodes:?}");
}

#[test]
fn nothing_of_a_stopped_node_runs_until_it_goes_on_and_its_connections_stay() {
    let lines: Rc<RefCell<Vec<String>>> = Rc::default();
    let listener = Rc::clone(&lines);
    let trace = Trace::to(Box::new(move |_, words| {
        listener.borrow_mut().push(words.to_owned());
    }));
    let mut world = calm(2, trace);
    world.play_until(world.now_ms() + 500);
    type_for(&mut world, 500);
    lines.borrow_mut().clear();
    world.stop_node(0);
    type_for(&mut world, 12_000);

    let lines = lines.borrow();
    let goes_on = lines.iter().position(|line| line == "node 0 goes on");
    let (stopped, after) = lines.split_at(goes_on.expect("it goes on"));
    let is_traffic =
        |line: &&String| line.starts_with("node 0 <-") || line.starts_with("node 0 ->");
    assert_eq!(stopped.iter().filter(is_traffic).count(), 0);
    assert!(stopped.iter().any(|line| line.starts_with("node 1 <-")));
    assert!(after.iter().filter(is_traffic).count() > 0);
    assert!(!lines.iter().any(|line| line.contains("breaks")));
}

#[test]
fn a_batch_of_a_stopped_node_becomes_durable_and_is_told_when_the_node_goes_on() {
    let lines: Rc<RefCell<Vec<String>>> = Rc::default();
    let listener = Rc::clone(&lines);
    let trace = Trace::to(Box::new(move |_, words| {
        listener.borrow_mut().push(words.to_owned());
    }));
    let mut world = calm(2, trace);
    world.play_until(world.now_ms() + 500);
    while world.nodes[0].in_flight.is_none() {
        for client in 0..world.members.len() {
            world.type_at(client);
        }
        world.play_until(world.now_ms() + 1);
    }
    world.stop_node(0);
    let batch = world.nodes[0]
        .in_flight
        .as_ref()
        .expect("a batch")
        .updates();
    let spans: Vec<_> = batch.iter().flat_map(check::spans).collect();
    // What it said before is heard first.
    world.play_until(world.now_ms() + 100);
    assert!(world.journal.has(&spans), "it is durable");
    lines.borrow_mut().clear();
    world.play_until(world.now_ms() + 30_000);

    let lines = lines.borrow();
    let goes_on = lines.iter().position(|line| line == "node 0 goes on");
    let (stopped, after) = lines.split_at(goes_on.expect("it goes on"));
    let is_told = |line: &String| {
        line.starts_with("node 1 hears Message")
            && line.contains("node: NodeId(1001), epoch: 1, message: Some(Edits")
    };
    assert!(!stopped.iter().any(is_told));
    assert!(after.iter().any(is_told));
}

#[test]
fn clocks_of_nodes_differ() {
    let mut plan = Plan::in_setting(5, Setting::Several);
    plan.nodes.count = 3;
    plan.nodes.clock_skew_ms_max = 5_000;
    let world = World::new(plan, Trace::default());
    let skews: Vec<i64> = world.nodes.iter().map(|node| node.skew_ms).collect();
    assert!(skews.windows(2).any(|pair| pair[0] != pair[1]), "{skews:?}");
    assert!(skews.iter().all(|skew| skew.abs() <= 5_000), "{skews:?}");
}
