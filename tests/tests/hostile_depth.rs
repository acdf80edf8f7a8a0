//! I5: nesting cannot end the process. Shared types nest through references between blocks, so no single value is
//! deep, and a library that follows parents or children recursively runs out of stack, which no panic boundary
//! catches.

use bytes::Bytes;
use consilium_protocol::wire::Writer;
use consilium_tests::eventually::eventually;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{Fate, RawSocket, extended_auth};

/// One client's elements, each the only child of the one before; the first sits in the root `body`.
fn nested_elements(client: u64, depth: u32) -> Bytes {
    nested_between(client, 0, depth)
}

fn nested_between(client: u64, start: u32, depth: u32) -> Bytes {
    const TYPE: u64 = 7;
    const XML_ELEMENT: u64 = 3;
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

/// The same in several updates, each of which continues the one before, so that none is deep by itself.
#[tokio::test]
async fn nesting_that_grows_from_update_to_update_never_ends_the_process() {
    const STEP: u32 = 200;
    const STEPS: u32 = 200;
    let mut server = ServerProcess::start(ServerOptions::open());
    let mut socket = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a connection");
    socket.say("deep", extended_auth("", None)).await;
    let mut fates = Vec::new();
    for step in 0..STEPS {
        fates.push(
            socket
                .push(
                    "deep",
                    u64::from(step),
                    nested_between(7, step * STEP, STEP),
                )
                .await,
        );
    }
    let levels = fates
        .iter()
        .take_while(|fate| **fate == Some(Fate::Acknowledged))
        .count() as u32
        * STEP;
    let cut = socket.push("deep", u64::from(STEPS), deletion(7, 0)).await;
    println!("{levels} levels in steps of {STEP}; deleting the root: {cut:?}");
    assert!(
        cut.is_some(),
        "deleting {levels} levels ended the connection"
    );
    assert!(server.is_alive());
    let whole = reqwest::get(server.url("/api/v1/docs/deep/update"))
        .await
        .unwrap();
    assert_eq!(whole.status(), 200);
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
