//! I4 and I5 from outside: whatever strangers and members send, the process lives, memory stays bounded, and two
//! innocent editors on another document go on as if nothing happened.

use std::time::Duration;

use bytes::Bytes;
use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::ClientMessage;
use consilium_protocol::extension::{ClientExtension, Push, RejectCode};
use consilium_protocol::ids::PushId;
use consilium_protocol::plain::PlainMessage;
use consilium_protocol::sync::SyncMessage;
use consilium_tests::client::{Client, ClientOptions, Dialect, Edit};
use consilium_tests::eventually::eventually;
use consilium_tests::innocents::Innocents;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{Fate, Heard, RawSocket, extended_auth, frame_of, stock_auth};
use futures_util::future::join_all;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use yrs::{
    Any, Array, Doc, Map, ReadTxn, StateVector, Text, Transact, XmlElementPrelim, XmlFragment,
};

const MIB: u64 = 1024 * 1024;
const SEED: u64 = 0xBAD_F00D;

fn start() -> ServerProcess {
    // Attackers reconnect after every refused frame; the limit for that has tests of its own.
    ServerProcess::start(
        ServerOptions::open()
            .arg("--connects-per-address-per-second=100000")
            .arg("--connects-per-second=100000"),
    )
}

/// Asserts what must hold after every attack, and prints the figures.
async fn nobody_noticed(
    server: &mut ServerProcess,
    innocents: Innocents,
    before: u64,
    growth_max: u64,
    what: &str,
) {
    let after = server.resident_bytes();
    let report = innocents.report().await;
    println!(
        "{what}: innocents {} edits, slowest {} ms; memory {} MiB before, {} MiB after",
        report.edits,
        report.slowest.as_millis(),
        before / MIB,
        after / MIB
    );
    assert!(server.is_alive());
    assert!(
        after <= before + growth_max,
        "memory grew by {} MiB, more than {}",
        (after - before) / MIB,
        growth_max / MIB
    );
}

/// An update with every kind of content.
fn rich_update(client: u64) -> Bytes {
    let doc = Doc::with_client_id(client);
    let text = doc.get_or_insert_text("text");
    let body = doc.get_or_insert_xml_fragment("body");
    let map = doc.get_or_insert_map("meta");
    let list = doc.get_or_insert_array("list");
    let mut txn = doc.transact_mut();
    text.insert(&mut txn, 0, "Give 5 mg of \u{1F600} twice daily.");
    text.insert_with_attributes(&mut txn, 5, "bold", [("b".into(), true.into())].into());
    text.remove_range(&mut txn, 2, 4);
    let paragraph = body.insert(&mut txn, 0, XmlElementPrelim::empty("paragraph"));
    paragraph.insert(&mut txn, 0, XmlElementPrelim::empty("strong"));
    map.insert(&mut txn, "title", "Guideline");
    map.insert(
        &mut txn,
        "any",
        Any::from_json(r#"{"a":[1,2.5,null,true,{"b":"c"}]}"#).expect("JSON"),
    );
    list.push_back(&mut txn, 1);
    list.push_back(&mut txn, "two");
    list.remove(&mut txn, 0);
    drop(txn);
    doc.transact()
        .encode_state_as_update_v1(&StateVector::default())
        .into()
}

fn presence() -> Bytes {
    let entry = AwarenessEntry {
        client: 77,
        clock: 3,
        state: r#"{"user":{"name":"Ada"},"cursor":null}"#.to_owned(),
    };
    awareness::encode([entry].iter())
}

fn sync_messages(client: u64) -> Vec<SyncMessage> {
    vec![
        SyncMessage::Step1(Bytes::from_static(&[0])),
        SyncMessage::Step1(Bytes::from_static(&[1, 7, 3])),
        SyncMessage::Step2(rich_update(client)),
        SyncMessage::Update(rich_update(client + 1)),
        SyncMessage::Update(Bytes::from_static(&[0, 0])),
    ]
}

fn envelope_frames(doc: &str, client: u64) -> Vec<Bytes> {
    let mut messages = vec![
        stock_auth("token"),
        extended_auth("token", None),
        ClientMessage::Awareness(presence()),
        ClientMessage::QueryAwareness,
        ClientMessage::Stateless("signal".to_owned()),
        ClientMessage::BroadcastStateless("signal".to_owned()),
        ClientMessage::Extension(ClientExtension::Push(Push {
            id: PushId(1),
            update: rich_update(client + 2),
        })),
        ClientMessage::Extension(ClientExtension::Probe { nonce: 7 }),
        ClientMessage::Close,
    ];
    messages.extend(sync_messages(client).into_iter().map(ClientMessage::Sync));
    messages
        .into_iter()
        .map(|message| frame_of(doc, message))
        .collect()
}

fn plain_frames(client: u64) -> Vec<Bytes> {
    let mut frames: Vec<Bytes> = sync_messages(client)
        .into_iter()
        .map(|message| PlainMessage::Sync(message).encode())
        .collect();
    frames.push(PlainMessage::Awareness(presence()).encode());
    frames.push(PlainMessage::QueryAwareness.encode());
    frames
}

fn mutate(frame: &[u8], rng: &mut ChaCha8Rng) -> Bytes {
    const EXTREMES: [&[u8]; 4] = [
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
        &[0x80; 12],
        &[0],
    ];
    let mut bytes = frame.to_vec();
    for _ in 0..rng.random_range(1..=4) {
        let at = rng.random_range(0..bytes.len().max(1));
        match rng.random_range(0..6) {
            0 => bytes.truncate(at),
            1 if !bytes.is_empty() => bytes[at] ^= 1 << rng.random_range(0..8),
            2 if !bytes.is_empty() => bytes[at] = rng.random(),
            3 => bytes.insert(at.min(bytes.len()), rng.random()),
            4 if !bytes.is_empty() => {
                let extreme = EXTREMES[rng.random_range(0..EXTREMES.len())];
                bytes.splice(at..at + 1, extreme.iter().copied());
            }
            _ => {
                let tail = bytes[at.min(bytes.len())..].to_vec();
                bytes.extend(tail);
            }
        }
    }
    bytes.into()
}

#[derive(Clone, Copy)]
enum Attack {
    BeforeAuth,
    AfterAuth,
    Plain,
}

/// Sends mutated frames, each of which is worked off before the next; returns how many ended the connection.
async fn attack(server: std::net::SocketAddr, attack: Attack, number: u64, frames: usize) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED ^ number);
    let doc = format!("attacked-{number}");
    let (path, corpus) = match attack {
        Attack::Plain => (format!("/yjs/{doc}"), plain_frames(number * 100)),
        Attack::BeforeAuth | Attack::AfterAuth => {
            ("/sync".to_owned(), envelope_frames(&doc, number * 100))
        }
    };
    let mut socket = None;
    let mut ended = 0;
    for _ in 0..frames {
        let connected = match &mut socket {
            Some(connected) => connected,
            none => {
                let mut fresh = RawSocket::connect(server, &path)
                    .await
                    .expect("a connection");
                if let Attack::AfterAuth = attack {
                    fresh.say(&doc, extended_auth("", None)).await;
                }
                none.insert(fresh)
            }
        };
        let frame = match attack {
            // Mutated updates in honest frames get further.
            Attack::AfterAuth if rng.random() => frame_of(
                &doc,
                ClientMessage::Extension(ClientExtension::Push(Push {
                    id: PushId(2),
                    update: mutate(&rich_update(number * 100 + 9), &mut rng),
                })),
            ),
            Attack::AfterAuth | Attack::BeforeAuth | Attack::Plain => {
                mutate(&corpus[rng.random_range(0..corpus.len())], &mut rng)
            }
        };
        if !connected.send(frame).await || !connected.answers().await {
            ended += 1;
            socket = None;
        }
    }
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mutated_frames_by_the_ten_thousand_harm_nobody() {
    const ATTACKERS: u64 = 12;
    const FRAMES: usize = 2_000;
    let mut server = start();
    let innocents = Innocents::at_work(server.address(), "innocent").await;
    let before = server.resident_bytes();
    let ended: usize = join_all((0..ATTACKERS).map(|number| {
        let kind = [Attack::BeforeAuth, Attack::AfterAuth, Attack::Plain][number as usize % 3];
        attack(server.address(), kind, number, FRAMES)
    }))
    .await
    .into_iter()
    .sum();
    let malformed = server.figure("consilium_malformed_total").await;
    let panics = server.figure("consilium_panics_total").await;
    let rejected = server.figure("consilium_rejected_total").await;
    let applied = server.figure("consilium_updates_total").await;
    let what = format!(
        "{} mutated frames ({ended} ended a connection; malformed {malformed}, updates rejected {rejected}, panics \
         caught {panics}, updates applied {applied})",
        ATTACKERS as usize * FRAMES
    );
    nobody_noticed(&mut server, innocents, before, 192 * MIB, &what).await;
    assert!(malformed > 1_000.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn huge_declared_lengths_reserve_nothing() {
    const SOCKETS: usize = 200;
    let mut server = start();
    let innocents = Innocents::at_work(server.address(), "innocent").await;
    let before = server.resident_bytes();

    // WebSocket frames that declare much and bring nothing: over the limit, and just within it.
    let mut waiting = Vec::new();
    for number in 0..SOCKETS {
        let declared: u64 = match number % 4 {
            0 => u64::MAX >> 1,
            1 => 1 << 40,
            2 => 17 * MIB,
            _ => 15 * MIB,
        };
        let doc = format!("declared-{number}");
        let mut socket = RawSocket::connect(server.address(), "/sync")
            .await
            .expect("a connection");
        if number % 8 >= 4 {
            socket.say(&doc, extended_auth("", None)).await;
            assert!(socket.answers().await);
        }
        let mut header = vec![0x82, 0x80 | 127];
        header.extend(declared.to_be_bytes());
        header.extend([0, 0, 0, 0]);
        header.extend([b'x'; 100]);
        socket.tcp().write_all(&header).await.unwrap();
        waiting.push(socket);
    }
    // Lengths inside of a frame.
    for huge in [
        &[0xff, 0xff, 0xff, 0xff, 0x0f][..],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ] {
        let mut socket = RawSocket::connect(server.address(), "/sync")
            .await
            .expect("a connection");
        socket.send(huge.to_vec()).await;
        assert_eq!(
            socket.ended(Duration::from_secs(30)).await,
            Some(Heard::Closed(CloseCode::Malformed.code()))
        );
        for prefix in [
            &[1, b'd', 0, 2][..],
            &[1, b'd', 0, 0],
            &[1, b'd', 1],
            &[1, b'd', 2, 0],
            &[1, b'd', 65, 1],
        ] {
            let mut socket = RawSocket::connect(server.address(), "/sync")
                .await
                .expect("a connection");
            socket.say("d", extended_auth("", None)).await;
            socket.send([prefix, huge].concat()).await;
            assert_eq!(
                socket.ended(Duration::from_secs(30)).await,
                Some(Heard::Closed(CloseCode::Malformed.code()))
            );
        }
        for update in [
            [huge, &[1, 1]].concat(),
            [&[1], huge, &[1, 1]].concat(),
            [&[0], huge].concat(),
        ] {
            let mut socket = RawSocket::connect(server.address(), "/sync")
                .await
                .expect("a connection");
            socket.say("d", extended_auth("", None)).await;
            assert_eq!(
                socket.push("d", 1, update).await,
                Some(Fate::Rejected(RejectCode::Malformed))
            );
        }
    }
    // A value nested a hundred thousand times.
    let mut bomb = vec![1, 1, 7, 0, 8, 1, 1, b't', 1];
    bomb.extend([117, 1].repeat(100_000));
    bomb.extend([127, 0]);
    let mut socket = RawSocket::connect(server.address(), "/sync")
        .await
        .expect("a connection");
    socket.say("d", extended_auth("", None)).await;
    assert_eq!(
        socket.push("d", 1, bomb).await,
        Some(Fate::Rejected(RejectCode::TooDeep))
    );
    nobody_noticed(
        &mut server,
        innocents,
        before,
        64 * MIB,
        "huge declared lengths",
    )
    .await;
    drop(waiting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn floods_before_authentication_stay_within_bounds() {
    const SOCKETS: usize = 100;
    const FRAMES: usize = 400;
    const FRAME_BYTES: usize = 8 * 1024;
    let mut server = start();
    let innocents = Innocents::at_work(server.address(), "innocent").await;
    let before = server.resident_bytes();
    let address = server.address();
    let sockets = join_all((0..SOCKETS).map(async |number| {
        let mut socket = RawSocket::connect(address, "/sync")
            .await
            .expect("a connection");
        let padding = Bytes::from(vec![b'x'; FRAME_BYTES]);
        for frame in 0..FRAMES {
            let doc = format!("flood-{number}-{}", frame % 40);
            let message = ClientMessage::Sync(SyncMessage::Update(padding.clone()));
            if !socket.say(&doc, message).await {
                break;
            }
        }
        socket
    }))
    .await;
    let what = format!(
        "{} MiB before authentication over {SOCKETS} sockets",
        (SOCKETS * FRAMES * FRAME_BYTES) as u64 / MIB
    );
    nobody_noticed(&mut server, innocents, before, 128 * MIB, &what).await;
    drop(sockets);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_and_silent_connections_are_let_go() {
    const HALF_OPEN: usize = 500;
    const SILENT: usize = 500;
    let mut server = start();
    let innocents = Innocents::at_work(server.address(), "innocent").await;
    let before = server.resident_bytes();
    let address = server.address();
    let mut half_open = Vec::new();
    for number in 0..HALF_OPEN {
        let mut tcp = TcpStream::connect(address).await.unwrap();
        if number % 2 == 0 {
            // A request that never ends.
            tcp.write_all(b"GET /sync HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
                .await
                .unwrap();
        }
        half_open.push(tcp);
    }
    let mut silent = Vec::new();
    for _ in 0..SILENT {
        silent.push(
            RawSocket::connect(address, "/sync")
                .await
                .expect("a connection"),
        );
    }
    let held = server.figure("consilium_tcp_connections").await;
    let during = server.resident_bytes();
    for socket in &mut silent {
        assert_eq!(
            socket.ended(Duration::from_secs(60)).await,
            Some(Heard::Closed(CloseCode::AuthTimeout.code()))
        );
    }
    for tcp in &mut half_open {
        let mut rest = Vec::new();
        tokio::time::timeout(Duration::from_secs(60), tcp.read_to_end(&mut rest))
            .await
            .expect("a half-open connection is closed")
            .ok();
    }
    let what = format!(
        "{HALF_OPEN} half-open and {SILENT} silent connections ({held} at once, {} MiB), all let go",
        during / MIB
    );
    nobody_noticed(&mut server, innocents, before, 64 * MIB, &what).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_never_read_cost_a_bounded_amount() {
    const NEVER: usize = 4;
    const EDIT_BYTES: usize = 100_000;
    const EDITS: usize = 520;
    let mut server = start();
    let innocents = Innocents::at_work(server.address(), "innocent").await;
    let writer = Client::synced(ClientOptions::new(
        server.address(),
        "busy",
        Dialect::Extended,
    ))
    .await;
    let reader = Client::synced(ClientOptions::new(server.address(), "busy", Dialect::Plain)).await;
    let mut never = Vec::new();
    for number in 0..NEVER {
        let mut socket = if number % 2 == 0 {
            RawSocket::connect(server.address(), "/yjs/busy")
                .await
                .expect("a connection")
        } else {
            RawSocket::connect(server.address(), "/sync")
                .await
                .expect("a connection")
        };
        if number % 2 == 1 {
            socket.say("busy", extended_auth("", None)).await;
            socket
                .say(
                    "busy",
                    ClientMessage::Sync(SyncMessage::Step1(Bytes::from_static(&[0]))),
                )
                .await;
        }
        never.push(socket);
    }
    let before = server.resident_bytes();
    let mut most = before;
    for number in 0..EDITS {
        let filler = char::from(b'a' + (number % 26) as u8)
            .to_string()
            .repeat(EDIT_BYTES);
        let edit = Edit {
            at: 0,
            remove: writer.text().len() as u32,
            insert: format!("[{number} {filler}]"),
        };
        writer.edit(&number.to_string(), &edit);
        writer.settled().await;
        most = most.max(server.resident_bytes());
    }
    reader.shows(&writer.text()).await;
    assert_eq!(reader.replica().connections(), 1);
    let dropped = server.figure("consilium_dropped_total").await;
    let what = format!(
        "{} MB past {NEVER} readers that never read ({dropped} messages dropped for them, {} MiB at most)",
        EDITS * EDIT_BYTES / 1_000_000,
        most / MIB
    );
    assert!(dropped > 0.0);
    assert!(most <= before + 96 * MIB, "{what}");
    nobody_noticed(&mut server, innocents, before, 96 * MIB, &what).await;
    // One who goes without a word leaves nothing queued.
    drop(never);
    eventually("queues are given back", async || {
        (server.figure("consilium_connections").await <= 4.0).then_some(())
    })
    .await;
}
