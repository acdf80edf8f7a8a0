//! I5: input that is valid but costly. A member may make their own document slow; nobody else may lose the server
//! over it.

use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::envelope::ClientMessage;
use consilium_protocol::extension::{ClientExtension, Push, RejectCode};
use consilium_protocol::ids::PushId;
use consilium_protocol::wire::Writer;
use consilium_tests::innocents::{Innocents, Report};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{Fate, RawSocket, extended_auth, frame_of};
use futures_util::future::join_all;

const MIB: u64 = 1024 * 1024;

/// Many one-character blocks of one client, each inserted before all others, so that none joins its neighbour.
fn many_blocks(client: u64, blocks: u32) -> Bytes {
    const STRING_WITH_RIGHT_ORIGIN: u64 = 0x44;
    const STRING: u64 = 4;
    let mut update = Writer::default();
    for value in [1, u64::from(blocks), client, 0] {
        update.var_uint(value);
    }
    for block in 0..blocks {
        match block.checked_sub(1) {
            None => {
                update.var_uint(STRING);
                update.var_uint(1);
                update.var_string("text");
            }
            Some(right) => {
                update.var_uint(STRING_WITH_RIGHT_ORIGIN);
                update.var_uint(client);
                update.var_uint(u64::from(right));
            }
        }
        update.var_string("x");
    }
    update.var_uint(0);
    update.finish()
}

/// One character that claims to follow work that nobody has.
fn waiting_block(client: u64, clock: u32) -> Bytes {
    const STRING_WITH_ORIGIN: u8 = 0x84;
    let mut update = Writer::default();
    for value in [1, 1, client, u64::from(clock)] {
        update.var_uint(value);
    }
    update.raw(&[STRING_WITH_ORIGIN]);
    update.var_uint(client);
    update.var_uint(u64::from(clock - 1));
    update.var_string("x");
    update.var_uint(0);
    update.finish()
}

/// As many deleted ranges as asked for, with gaps, of blocks that nobody has.
fn many_deletions(client: u64, ranges: u32) -> Bytes {
    let mut update = Writer::default();
    for value in [0, 1, client, u64::from(ranges)] {
        update.var_uint(value);
    }
    for range in 0..ranges {
        update.var_uint(u64::from(range) * 2);
        update.var_uint(1);
    }
    update.finish()
}

/// How long the attack took, and what the innocents saw meanwhile.
async fn attacked(
    what: &str,
    attackers: usize,
    updates: impl Fn(usize) -> Vec<Bytes>,
) -> (Duration, Report) {
    let mut server = ServerProcess::start(ServerOptions::open());
    let innocents = Innocents::at_work(server.address(), "innocent").await;
    let before = server.resident_bytes();
    let address = server.address();
    let started = std::time::Instant::now();
    let bytes: usize = join_all((0..attackers).map(async |number| {
        let doc = format!("costly-{number}");
        let mut socket = RawSocket::connect(address, "/sync")
            .await
            .expect("a connection");
        socket.say(&doc, extended_auth("", None)).await;
        let mut bytes = 0;
        let updates = updates(number);
        for (id, update) in updates.into_iter().enumerate() {
            bytes += update.len();
            let push = Push {
                id: PushId(id as u64),
                update,
            };
            let frame = frame_of(&doc, ClientMessage::Extension(ClientExtension::Push(push)));
            assert!(socket.feed(frame).await);
        }
        // Worked off: whatever became of the updates, a harmless one is answered after them.
        assert!(
            socket
                .push(&doc, u64::MAX >> 12, Bytes::from_static(&[0, 0]))
                .await
                .is_some()
        );
        bytes
    }))
    .await
    .into_iter()
    .sum();
    let took = started.elapsed();
    let after = server.resident_bytes();
    let report = innocents.report().await;
    println!(
        "{what}: {} KiB by {attackers} attackers worked off in {} ms; innocents {} edits, slowest {} ms; memory {} MiB \
         before, {} MiB after",
        bytes / 1024,
        took.as_millis(),
        report.edits,
        report.slowest.as_millis(),
        before / MIB,
        after / MIB
    );
    assert!(server.is_alive());
    (took, report)
}

/// A document is bounded in blocks as well as in bytes (I4): small ones cost much more memory than their text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_takes_only_so_many_blocks_and_is_read_as_before() {
    let server = ServerProcess::start(ServerOptions::open());
    let before = server.resident_bytes();
    let mut socket = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a connection");
    socket.say("blocks", extended_auth("", None)).await;
    let mut fates = Vec::new();
    let mut bytes = 0;
    for number in 0..4 {
        let update = many_blocks(number + 7, 300_000);
        bytes += update.len();
        fates.push(
            socket
                .push("blocks", number, update)
                .await
                .expect("an answer"),
        );
    }
    let after = server.resident_bytes();
    println!(
        "{} KiB of blocks of one character: {fates:?}; memory {} MiB before, {} MiB after",
        bytes / 1024,
        before / MIB,
        after / MIB
    );
    assert_eq!(fates[0], Fate::Acknowledged);
    assert_eq!(fates[1..], [Fate::Rejected(RejectCode::TooLarge); 3]);
    assert!(after - before < 400 * MIB);
    let whole = reqwest::get(server.url("/api/v1/docs/blocks/update"))
        .await
        .expect("an answer");
    assert_eq!(whole.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_of_very_many_blocks_slow_only_their_own_document() {
    attacked("300,000 blocks in an update", 4, |number| {
        vec![many_blocks(number as u64 + 7, 300_000)]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_that_wait_for_what_nobody_has_slow_only_their_own_document() {
    let (took, report) = attacked("3,000 updates that wait", 4, |number| {
        (0..3_000)
            .map(|at| waiting_block(number as u64 + 7, at * 2 + 1))
            .collect()
    })
    .await;
    // Most are set aside, and whoever sends those is slowed down; the others go on meanwhile.
    // What is over in a second cannot be told from a machine that is busy with other things.
    assert!(
        report.slowest < (took / 4).max(Duration::from_secs(1)),
        "an innocent waited {:?} of {took:?}",
        report.slowest
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn very_many_deletions_slow_only_their_own_document() {
    attacked("20 updates of 100,000 deletions of nothing", 4, |number| {
        (0..20)
            .map(|_| many_deletions(number as u64 + 7, 100_000))
            .collect()
    })
    .await;
}
