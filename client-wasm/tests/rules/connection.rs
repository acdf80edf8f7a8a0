//! Rules of the one connection.

use bytes::Bytes;
use consilium_client::effect::Effect;
use consilium_client::event::Event;
use consilium_client::state::ConnectionStatus;
use consilium_protocol::awareness::{self, AwarenessEntry};
use consilium_protocol::close::CloseCode;
use consilium_protocol::envelope::{ClientFrame, ClientMessage, ServerFrame, ServerMessage};
use consilium_protocol::ids::{Access, DocName};
use consilium_protocol::limits;
use consilium_protocol::sync::{EMPTY_UPDATE, SyncMessage};

use crate::shell::{START, Shell, doc};

fn presence(client: u64, clock: u64) -> Bytes {
    awareness::encode(
        [AwarenessEntry {
            client,
            clock,
            state: "{}".into(),
        }]
        .iter(),
    )
}

#[test]
fn token_state_vector_and_presence_go_out_in_one_flight() {
    let mut shell = Shell::with_token(Some(Some("secret".into())));
    shell.open_empty();
    shell.tell(Event::LocalPresence {
        doc: doc(),
        payload: presence(7, 0),
    });
    shell.forget_past();
    shell.tell(Event::SocketOpened);
    let said = shell.said();
    let [ClientMessage::Auth(auth), step1, here] = said.as_slice() else {
        panic!("unexpected opening {said:?}");
    };
    assert_eq!(auth.token, "secret");
    assert!(auth.speaks_extensions());
    assert_eq!(auth.lineage, None);
    assert_eq!(
        *step1,
        ClientMessage::Sync(SyncMessage::Step1(Bytes::from_static(&[0])))
    );
    assert_eq!(*here, ClientMessage::Awareness(presence(7, 0)));
}

#[test]
fn an_unknown_token_is_asked_for_before_connecting() {
    let mut shell = Shell::with_token(None);
    shell.open_empty();
    assert!(shell.did(&Effect::RequestToken));
    assert!(!shell.did(&Effect::Connect));
    shell.tell(Event::Token { token: None });
    assert!(shell.did(&Effect::Connect));
}

#[test]
fn it_says_online_only_when_the_server_has_spoken() {
    let mut shell = Shell::new();
    shell.open_empty();
    shell.tell(Event::SocketOpened);
    assert_eq!(shell.status, Some(ConnectionStatus::Connecting));
    shell.greet(Access::Write);
    assert_eq!(shell.status, Some(ConnectionStatus::Online));
}

#[test]
fn failed_attempts_wait_longer_and_longer_with_full_jitter() {
    let mut shell = Shell::new();
    shell.open_empty();
    for attempt in 0..12u32 {
        let bound = limits::RECONNECT_DELAY_BASE
            .saturating_mul(2u32.pow(attempt))
            .min(limits::RECONNECT_DELAY_MAX);
        shell.close(1006);
        let Some(ConnectionStatus::Waiting { at, .. }) = shell.status else {
            panic!("not waiting: {:?}", shell.status);
        };
        assert!(u128::from(at - shell.now) <= bound.as_millis());
        shell.forget_past();
        shell.fire();
        assert!(shell.did(&Effect::Connect));
    }
}

#[test]
fn the_wait_starts_anew_only_after_a_connection_that_proved_itself() {
    let wait_after = |lived_ms: u64, synced: bool| {
        let mut shell = Shell::new();
        shell.open_empty();
        for _ in 0..8 {
            shell.close(1006);
            shell.fire();
        }
        shell.tell(Event::SocketOpened);
        shell.greet(Access::Write);
        if synced {
            shell.hear(ServerMessage::Sync(SyncMessage::Step2(Bytes::from_static(
                EMPTY_UPDATE,
            ))));
        }
        shell.now += lived_ms;
        // The longest of many draws tells the bound.
        shell.close(1006);
        shell.timer.expect("a timer") - shell.now
    };
    let base = u64::try_from(limits::RECONNECT_DELAY_BASE.as_millis()).expect("small");
    assert!(wait_after(10_000, false) <= base);
    assert!(wait_after(1_500, true) <= base, "short and healthy");
    for (lived_ms, synced) in [(1_500, false), (10, true), (10, false)] {
        assert!(
            wait_after(lived_ms, synced) > base,
            "the seed draws a long wait here"
        );
    }
}

#[test]
fn without_a_network_there_are_no_attempts_and_with_one_at_once() {
    let mut shell = Shell::online();
    shell.tell(Event::NetworkOffline);
    assert!(
        shell.sent().contains(&ClientFrame::Ping),
        "trust, but verify"
    );
    shell.close(1006);
    assert_eq!(shell.status, Some(ConnectionStatus::Offline));
    assert!(!shell.did(&Effect::Connect));
    shell.tell(Event::NetworkOnline);
    assert!(shell.did(&Effect::Connect));
}

#[test]
fn permanent_refusals_wait_for_a_person_or_a_token() {
    for code in CloseCode::ALL {
        let mut shell = Shell::online();
        shell.close(code.code());
        let refused = Some(ConnectionStatus::Refused {
            reason: code.reason().to_owned(),
        });
        match code.retry() {
            consilium_protocol::close::Retry::Permanent => assert_eq!(shell.status, refused),
            consilium_protocol::close::Retry::Transient => {
                assert_eq!(shell.reason_for_waiting(), Some(code.reason()));
                continue;
            }
        }
        assert_eq!(
            shell.did(&Effect::RequestToken),
            code == CloseCode::Unauthorized
        );
        shell.forget_past();
        shell.tell(Event::Wake);
        shell.tell(Event::NetworkOnline);
        shell.tell(Event::Token { token: None });
        assert!(!shell.did(&Effect::Connect), "nothing has changed");
        shell.tell(Event::Token {
            token: Some("new".into()),
        });
        assert!(shell.did(&Effect::Connect));
        shell.close(code.code());
        shell.forget_past();
        shell.tell(Event::ReconnectNow);
        assert!(shell.did(&Effect::Connect));
    }
}

#[test]
fn waking_up_probes_and_a_dead_socket_is_replaced_within_five_seconds() {
    let mut shell = Shell::online();
    shell.tell(Event::Wake);
    assert_eq!(shell.sent(), [ClientFrame::Ping]);
    let asked = shell.now;
    shell.fire();
    assert_eq!(shell.now - asked, 5_000);
    assert!(shell.did(&Effect::Disconnect {
        code: CloseCode::Normal.code()
    }));
    assert!(shell.did(&Effect::Connect), "without a wait");
}

#[test]
fn waking_up_with_a_living_socket_changes_nothing() {
    let mut shell = Shell::online();
    shell.tell(Event::Wake);
    shell.tell(Event::SocketMessage {
        bytes: ServerFrame::Pong.encode(),
    });
    shell.forget_past();
    shell.now += 5_000;
    shell.tell(Event::Timer);
    assert!(!shell.did(&Effect::Connect));
    assert_eq!(shell.status, Some(ConnectionStatus::Online));
}

#[test]
fn waking_up_while_waiting_connects_at_once() {
    let mut shell = Shell::online();
    shell.close(1006);
    shell.forget_past();
    shell.tell(Event::Wake);
    assert!(shell.did(&Effect::Connect));
}

#[test]
fn silence_brings_a_ping_and_more_silence_a_new_connection() {
    let mut shell = Shell::online();
    let heard = shell.now;
    shell.fire();
    assert_eq!(shell.now - heard, 15_000);
    assert_eq!(shell.sent(), [ClientFrame::Ping]);
    shell.fire();
    assert_eq!(shell.now - heard, 30_000);
    assert!(shell.did(&Effect::Connect));
}

#[test]
fn a_process_that_slept_through_its_deadline_asks_once_more() {
    let mut shell = Shell::online();
    shell.fire();
    shell.forget_past();
    shell.now += 3_600_000;
    shell.tell(Event::Timer);
    assert_eq!(shell.sent(), [ClientFrame::Ping]);
    shell.fire();
    assert!(shell.did(&Effect::Connect));
}

#[test]
fn a_socket_that_never_opens_is_given_up() {
    let mut shell = Shell::new();
    shell.open_empty();
    shell.fire();
    assert_eq!(shell.now, START + 15_000);
    assert_eq!(shell.reason_for_waiting(), Some("timeout"));
}

#[test]
fn a_ping_is_answered() {
    let mut shell = Shell::online();
    shell.tell(Event::SocketMessage {
        bytes: ServerFrame::Ping.encode(),
    });
    assert_eq!(shell.sent(), [ClientFrame::Pong]);
}

#[test]
fn nonsense_from_the_server_ends_the_connection_and_waits() {
    for bytes in [
        &b"\xff\xff\xff"[..],
        b"\x03doc\x63",
        b"\x03doc\x00\x02\x03\x01\x01\x01",
    ] {
        let mut shell = Shell::online();
        shell.tell(Event::SocketMessage {
            bytes: Bytes::copy_from_slice(bytes),
        });
        assert!(shell.did(&Effect::Disconnect {
            code: CloseCode::Malformed.code()
        }));
        assert_eq!(shell.reason_for_waiting(), Some("malformed"));
    }
}

#[test]
fn many_documents_open_without_breaking_the_limit_before_authentication() {
    let token = "t".repeat(8 * 1024);
    let mut shell = Shell::with_token(Some(Some(token)));
    for number in 0..100 {
        let doc = DocName::parse(&format!("doc-{number}")).expect("a name");
        shell.tell(Event::Open { doc: doc.clone() });
        shell.tell(Event::LoadFailed {
            doc,
            cause: consilium_client::state::StoreCause::Unavailable,
        });
    }
    shell.forget_past();
    shell.tell(Event::SocketOpened);
    let bytes: usize = shell
        .effects
        .iter()
        .map(|effect| match effect {
            Effect::Send { bytes } => bytes.len(),
            _ => 0,
        })
        .sum();
    assert!(bytes <= limits::PREAUTH_BYTES_MAX / 2, "{bytes}");
    let first = shell.said().len();
    assert!(first > 0);
    let frame = ServerFrame::Message {
        address: consilium_protocol::envelope::Address::of(
            &DocName::parse("doc-0").expect("a name"),
        ),
        message: consilium_protocol::envelope::ServerMessage::Authenticated(
            consilium_protocol::envelope::Scope::ReadWrite,
        ),
    };
    shell.tell(Event::SocketMessage {
        bytes: frame.encode(),
    });
    assert_eq!(first + shell.said().len(), 200, "then all the others");
}

#[test]
fn presence_is_announced_again_on_every_connection_and_others_are_forgotten() {
    let mut shell = Shell::online();
    shell.tell(Event::LocalPresence {
        doc: doc(),
        payload: presence(7, 3),
    });
    shell.forget_past();
    shell.close(1006);
    assert!(shell.did(&Effect::ClearPresence { doc: doc() }));
    shell.fire();
    shell.forget_past();
    shell.tell(Event::SocketOpened);
    assert!(
        shell
            .said()
            .contains(&ClientMessage::Awareness(presence(7, 3)))
    );
}

#[test]
fn a_stopped_engine_does_nothing_more() {
    let mut shell = Shell::online();
    shell.tell(Event::Stop);
    assert!(shell.did(&Effect::Disconnect {
        code: CloseCode::Normal.code()
    }));
    shell.forget_past();
    shell.tell(Event::ReconnectNow);
    shell.tell(Event::Wake);
    assert!(shell.effects.is_empty());
}
