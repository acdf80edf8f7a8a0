//! I5: nesting cannot end the process. Shared types nest through references between blocks, so no single value is
//! deep, and a library that follows parents or children recursively runs out of stack, which no panic boundary
//! catches.

use bytes::Bytes;
use consilium_protocol::wire::Writer;
use consilium_tests::eventually::eventually;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{Fate, RawSocket, extended_auth};

const CLIENT: u64 = 7;
const TYPE: u64 = 7;
const XML_ELEMENT: u64 = 3;

/// One client's elements, each the only child of the one before; the first sits in the root `body`.
fn nested_elements(client: u64, depth: u32) -> Bytes {
    nested_between(client, 0, depth)
}

fn nested_between(client: u64, start: u32, depth: u32) -> Bytes {
    let mut update = Writer::default();
    update.var_uint(1);
    update.var_uint(u64::from(depth));
    update.var_uint(client);
    update.var_uint(u64::from(start));
    for level in start..start + depth {
        update.var_uint(TYPE);
        match level.checked_sub(1) {
            None => {
                update.var_uint(1);
                update.var_string("body");
            }
            Some(parent) => {
                update.var_uint(0);
                update.var_uint(client);
                update.var_uint(u64::from(parent));
            }
        }
        update.var_uint(XML_ELEMENT);
        update.var_string("p");
    }
    update.var_uint(0);
    update.finish()
}

/// A piece of nesting under an id of its own, below a block of somebody else's, or in the root.
fn nested_below(client: u64, above: Option<(u64, u32)>, depth: u32) -> Bytes {
    let mut update = Writer::default();
    for value in [1, u64::from(depth), client, 0] {
        update.var_uint(value);
    }
    for level in 0..depth {
        update.var_uint(TYPE);
        let parent = level
            .checked_sub(1)
            .map(|parent| (client, parent))
            .or(above);
        match parent {
            None => {
                update.var_uint(1);
                update.var_string("body");
            }
            Some((client, clock)) => {
                update.var_uint(0);
                update.var_uint(client);
                update.var_uint(u64::from(clock));
            }
        }
        update.var_uint(XML_ELEMENT);
        update.var_string("p");
    }
    update.var_uint(0);
    update.finish()
}

/// Each level is two elements: the first names its parent, the second only the first as its neighbour, and holds the
/// next level.
fn nested_through_siblings(client: u64, start: u32, depth: u32) -> Bytes {
    const TYPE_WITH_ORIGIN: u8 = 0x87;
    let mut update = Writer::default();
    for value in [1, u64::from(depth) * 2, client, u64::from(start) * 2] {
        update.var_uint(value);
    }
    for level in start..start + depth {
        update.var_uint(TYPE);
        match level.checked_sub(1) {
            None => {
                update.var_uint(1);
                update.var_string("body");
            }
            Some(above) => {
                for value in [0, client, u64::from(above) * 2 + 1] {
                    update.var_uint(value);
                }
            }
        }
        update.var_uint(XML_ELEMENT);
        update.var_string("p");
        update.raw(&[TYPE_WITH_ORIGIN]);
        for value in [client, u64::from(level) * 2, XML_ELEMENT] {
            update.var_uint(value);
        }
        update.var_string("p");
    }
    update.var_uint(0);
    update.finish()
}

/// Deletes one block.
fn deletion(client: u64, clock: u64) -> Bytes {
    let mut update = Writer::default();
    for value in [0, 1, client, 1, clock, 1] {
        update.var_uint(value);
    }
    update.finish()
}

#[tokio::test]
async fn nesting_elements_deeply_and_deleting_the_root_never_ends_the_process() {
    let mut server = ServerProcess::start(ServerOptions::open());
    for depth in [100, 1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000] {
        let doc = format!("depth-{depth}");
        let mut socket = RawSocket::connect(server.address(), "/sync")
            .await
            .expect("a connection");
        socket.say(&doc, extended_auth("", None)).await;
        let grown = socket.push(&doc, 1, nested_elements(7, depth)).await;
        let cut = match grown {
            Some(Fate::Acknowledged) => socket.push(&doc, 2, deletion(7, 0)).await,
            other => other,
        };
        println!("{depth} levels: {grown:?}; deleting the root: {cut:?}");
        eventually("an answer, or the end", async || {
            let ended = !server.is_alive();
            (ended || reqwest::get(server.url("/healthz")).await.is_ok()).then_some(())
        })
        .await;
        assert!(server.is_alive(), "{depth} levels ended the process");
        assert!(cut.is_some(), "{depth} levels ended the connection");
    }
}

/// Pushes one update after the other, then deletes the root, and asks whether the document can still be read: now, and
/// after a restart, when it comes from the journal.
async fn survives(what: &str, updates: impl Iterator<Item = Bytes>) {
    let mut server = ServerProcess::start(ServerOptions::open());
    let mut socket = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a connection");
    socket.say("deep", extended_auth("", None)).await;
    let mut fates = [0, 0];
    let mut id = 0;
    for update in updates {
        id += 1;
        match socket.push("deep", id, update).await {
            Some(Fate::Acknowledged) => fates[0] += 1,
            Some(Fate::Rejected(_)) => fates[1] += 1,
            None => panic!("{what}: update {id} ended the connection"),
        }
    }
    let cut = socket.push("deep", id + 1, deletion(CLIENT, 0)).await;
    println!(
        "{what}: {} updates taken, {} refused; deleting the root: {cut:?}",
        fates[0], fates[1]
    );
    assert!(
        cut.is_some(),
        "{what}: deleting the root ended the connection"
    );
    assert!(server.is_alive());
    let read = async |server: &ServerProcess| {
        let url = server.url("/api/v1/docs/deep/update");
        reqwest::get(url)
            .await
            .expect("an answer")
            .status()
            .as_u16()
    };
    assert_eq!(read(&server).await, 200);
    server.kill();
    server.start_again();
    assert_eq!(read(&server).await, 200);
    let mut again = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a connection");
    again.say("deep", extended_auth("", None)).await;
    assert!(
        again
            .push("deep", 1, Bytes::from_static(&[0, 0]))
            .await
            .is_some()
    );
}

const STEP: u32 = 50;
const STEPS: u32 = 400;

#[tokio::test]
async fn nesting_that_grows_from_update_to_update_never_ends_the_process() {
    survives(
        "from the root down",
        (0..STEPS).map(|step| nested_between(CLIENT, step * STEP, STEP)),
    )
    .await;
}

/// Each update waits for the one after it; the last lets all of them in at once.
#[tokio::test]
async fn nesting_that_arrives_from_the_leaves_up_never_ends_the_process() {
    survives(
        "from the leaves up",
        (0..STEPS)
            .rev()
            .map(|step| nested_between(CLIENT, step * STEP, STEP)),
    )
    .await;
}

/// Under ids of its own for each piece, so that no clock tells what is missing.
#[tokio::test]
async fn nesting_under_many_client_ids_never_ends_the_process() {
    let piece = |number: u32| {
        let client = CLIENT + u64::from(number);
        let above = number
            .checked_sub(1)
            .map(|above| (CLIENT + u64::from(above), STEP - 1));
        nested_below(client, above, STEP)
    };
    survives("many ids, from the root down", (0..STEPS).map(piece)).await;
    survives("many ids, from the leaves up", (0..STEPS).rev().map(piece)).await;
}

/// A block that names its left neighbour names no parent: it is its neighbour's.
#[tokio::test]
async fn nesting_through_siblings_never_ends_the_process() {
    survives(
        "through siblings",
        (0..STEPS).map(|step| nested_through_siblings(CLIENT, step * STEP / 2, STEP / 2)),
    )
    .await;
}

/// JSON text in embeds and formats is parsed, too.
#[tokio::test]
async fn deep_json_in_embeds_and_formats_never_ends_the_process() {
    const DEPTH: usize = 500_000;
    let mut server = ServerProcess::start(ServerOptions::open());
    let nested = [
        "[".repeat(DEPTH) + &"]".repeat(DEPTH),
        r#"{"a":"#.repeat(DEPTH) + "1" + &"}".repeat(DEPTH),
        "[".repeat(DEPTH),
    ];
    for (number, json) in nested.iter().enumerate() {
        for kind in [5, 6] {
            let mut update = Writer::default();
            for value in [1, 1, 7, 0, kind, 1] {
                update.var_uint(value);
            }
            update.var_string("text");
            if kind == 6 {
                update.var_string("bold");
            }
            update.var_string(json);
            update.var_uint(0);
            let doc = format!("json-{number}-{kind}");
            let mut socket = RawSocket::connect(server.address(), "/sync")
                .await
                .expect("a connection");
            socket.say(&doc, extended_auth("", None)).await;
            let fate = socket.push(&doc, 1, update.finish()).await;
            println!("JSON {number} in content {kind}: {fate:?}");
            assert!(fate.is_some(), "deep JSON ended the connection");
            let whole = reqwest::get(server.url(&format!("/api/v1/docs/{doc}/update")))
                .await
                .unwrap();
            assert_eq!(whole.status(), 200);
        }
    }
    assert!(server.is_alive());
}
