//! A socket over real TCP, with others that send while it waits.

use std::net::{IpAddr, Ipv4Addr};

use tokio::net::{TcpListener, TcpSocket};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::super::metered::Metered;
use super::*;
use crate::config::ConnectionLimits;
use crate::listener::admission::Admission;
use crate::listener::counted::Counted;
use crate::outbound::NodeBudget;

/// Frames that each of two pushes.
const FRAMES: u32 = 3_000;

/// A socket of ours, and its peer, whose system takes little at once.
async fn pair(
    outbound: &Outbound,
) -> (
    Socket,
    watch::Sender<Moves>,
    WebSocketStream<tokio::net::TcpStream>,
) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let peer = TcpSocket::new_v4().unwrap();
    peer.set_recv_buffer_size(4_096).unwrap();
    let address = listener.local_addr().unwrap();
    let (peer, accepted) = tokio::join!(peer.connect(address), listener.accept());
    let (accepted, _) = accepted.unwrap();
    let admission = Admission::new(ConnectionLimits {
        connections_max: 1,
        connections_per_address_max: None,
        connects_per_address_per_second: None,
        connects_per_second: 1,
    });
    let place = admission
        .admit(IpAddr::V4(Ipv4Addr::LOCALHOST))
        .expect("there is room");
    let (metered, meter) = Metered::new(Counted::new(accepted, place), 0);
    let stream = WebSocketStream::from_raw_socket(metered, Role::Server, None).await;
    let peer = WebSocketStream::from_raw_socket(peer.unwrap(), Role::Client, None).await;
    let (moves, access_changes) = watch::channel(Moves::default());
    let sending = Sending::start();
    let mut socket = Socket::new(stream, meter, outbound.clone(), sending, access_changes);
    socket.authenticated(None);
    (socket, moves, peer)
}

/// Its number, whose it is, and as much again as makes some frames larger than the system takes at once.
fn frame(of: u8, number: u32) -> Bytes {
    let length = match number % 50 {
        0 => 40_000,
        rest => rest as usize * 3,
    };
    let mut bytes = vec![of; 5 + length];
    bytes[1..5].copy_from_slice(&number.to_be_bytes());
    bytes.into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_arrive_whole_and_in_order_whoever_sends_them_between_pings_and_answers() {
    let outbound = Outbound::new(NodeBudget::default());
    let (mut socket, moves, mut peer) = pair(&outbound).await;
    let serving = tokio::spawn({
        let outbound = outbound.clone();
        async move {
            let mut answers = 0;
            loop {
                match socket.next(None).await {
                    Heard::Frame(frame) => {
                        outbound.answer(frame);
                        answers += 1;
                    }
                    Heard::Gone => break answers,
                    _ => {}
                }
            }
        }
    });
    let pushing: Vec<_> = (0..2)
        .map(|of| {
            let outbound = outbound.clone();
            tokio::spawn(async move {
                for number in 0..FRAMES {
                    while outbound.push(&[frame(of, number)]).is_err() {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    if number.is_multiple_of(7) {
                        tokio::time::sleep(Duration::from_micros(300)).await;
                    }
                }
            })
        })
        .collect();
    let mut next = [0, 0];
    let (mut answers, mut pongs) = (0_u32, 0_u32);
    let reading = async {
        while next != [FRAMES, FRAMES] {
            let read: u32 = next.iter().sum();
            if read.is_multiple_of(20) {
                let _ = peer
                    .send(Message::Ping(Bytes::copy_from_slice(&read.to_be_bytes())))
                    .await;
                let _ = peer.send(Message::Binary(Bytes::from_static(&[9]))).await;
            }
            match peer
                .next()
                .await
                .expect("the line holds")
                .expect("and frames are whole")
            {
                Message::Binary(got) if got[..] == [9] => answers += 1,
                Message::Binary(got) => {
                    let of = got[0];
                    assert_eq!(got, frame(of, next[usize::from(of)]), "the next of {of}");
                    next[usize::from(of)] += 1;
                }
                Message::Pong(_) => pongs += 1,
                other => panic!("{other:?}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reading)
        .await
        .expect("everything arrives");
    for pushed in pushing {
        pushed.await.unwrap();
    }
    assert!(answers > 0 && pongs > 0, "{answers} answers, {pongs} pongs");
    drop(peer);
    assert!(serving.await.unwrap() > 0);
    drop(moves);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connection_ends_with_the_socket_though_rooms_hold_its_queue() {
    let outbound = Outbound::new(NodeBudget::default());
    let (mut socket, _moves, mut peer) = pair(&outbound).await;
    outbound.answer(Bytes::from_static(b"one"));
    let waited = tokio::time::timeout(Duration::from_millis(200), socket.next(None)).await;
    assert!(waited.is_err(), "there is nothing to tell");
    // Nobody polls the socket now: this goes out by another hand.
    outbound.answer(Bytes::from_static(b"two"));
    for text in [b"one", b"two"] {
        let got = tokio::time::timeout(Duration::from_secs(10), peer.next()).await;
        let got = got.expect("it is sent").unwrap().unwrap();
        assert_eq!(got, Message::Binary(Bytes::from_static(text)));
    }
    drop(socket);
    outbound.answer(Bytes::from_static(b"three"));
    let end = tokio::time::timeout(Duration::from_secs(10), peer.next()).await;
    assert!(!matches!(end.expect("it ends"), Some(Ok(_))));
}
