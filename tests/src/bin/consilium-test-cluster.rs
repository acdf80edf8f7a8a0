//! A cluster for tests that are not written in Rust: PostgreSQL, Redis and some nodes, led line by line.
//!
//! `consilium-test-cluster NODES` prints one line `node ADDRESS` for each node and then `ready`. After that it takes
//! orders and answers each with `done`: `kill N`, `start N` (a node), `kill redis`, `start redis`. At the end of the
//! input everything ends, however that came about.

use std::io::BufRead;

use consilium_tests::cluster::Cluster;

#[tokio::main]
async fn main() {
    let nodes = std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .expect("usage: consilium-test-cluster NODES");
    let mut cluster = Cluster::start(nodes, &[]).await;
    for node in &cluster.nodes {
        println!("node {}", node.address());
    }
    println!("ready");
    for order in std::io::stdin().lock().lines() {
        let order = order.expect("an order");
        match order.split_once(' ') {
            Some(("kill", "redis")) => cluster.redis.kill(),
            Some(("start", "redis")) => cluster.redis.start_again(),
            Some(("kill", node)) => cluster.nodes[number(node)].kill(),
            Some(("start", node)) => cluster.nodes[number(node)].start_again(),
            _ => panic!("not an order: {order}"),
        }
        println!("done");
    }
}

fn number(node: &str) -> usize {
    node.parse().expect("the number of a node")
}
