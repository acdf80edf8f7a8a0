//! I5: nesting cannot end the process. Shared types nest through references between blocks, so no single value is
//! deep, and a library that follows parents or children recursively runs out of stack, which no panic boundary
//! catches.

use bytes::Bytes;
use consilium_protocol::envelope::ClientMessage;
use consilium_protocol::envelope::ServerMessage;
use consilium_protocol::extension::{ClientExtension, Push, ServerExtension};
use consilium_protocol::ids::PushId;
use consilium_protocol::wire::Writer;
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use consilium_tests::socket::{RawSocket, extended_auth};

/// One client's elements, each the only child of the one before; the first sits in the root `body`.
fn nested_elements(client: u64, depth: u32) -> Bytes {
    const TYPE: u64 = 7;
    const XML_ELEMENT: u64 = 3;
    let mut update = Writer::default();
    update.var_uint(1);
    update.var_uint(u64::from(depth));
    update.var_uint(client);
    update.var_uint(0);
    for level in 0..depth {
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

async fn push(socket: &mut RawSocket, doc: &str, id: u64, update: Bytes) -> Option<bool> {
    let push = Push {
        id: PushId(id),
        update,
    };
    socket
        .say(doc, ClientMessage::Extension(ClientExtension::Push(push)))
        .await;
    loop {
        match socket.hear().await {
            consilium_tests::socket::Heard::Frame(frame) => {
                let frame = consilium_protocol::envelope::ServerFrame::decode(frame).unwrap();
                if let consilium_protocol::envelope::ServerFrame::Message { message, .. } = frame {
                    match message {
                        ServerMessage::Extension(ServerExtension::Ack(PushId(acked)))
                            if acked == id =>
                        {
                            return Some(true);
                        }
                        ServerMessage::Extension(ServerExtension::Reject {
                            id: PushId(refused),
                            code,
                            ..
                        }) if refused == id => {
                            println!("  refused: {code:?}");
                            return Some(false);
                        }
                        _ => {}
                    }
                }
            }
            _ => return None,
        }
    }
}

#[tokio::test]
async fn nesting_elements_deeply_and_deleting_the_root_never_ends_the_process() {
    let mut server = ServerProcess::start(ServerOptions::open());
    for depth in [
        100, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000,
    ] {
        let doc = format!("depth-{depth}");
        let mut socket = RawSocket::connect(server.address(), "/sync").await.unwrap();
        socket.say(&doc, extended_auth("", None)).await;
        let grown = push(&mut socket, &doc, 1, nested_elements(7, depth)).await;
        println!(
            "depth {depth}: growing {grown:?}, alive {}",
            server.is_alive()
        );
        assert!(server.is_alive(), "nesting {depth} deep ended the process");
        let cut = push(&mut socket, &doc, 2, deletion(7, 0)).await;
        println!(
            "depth {depth}: deleting the root {cut:?}, alive {}",
            server.is_alive()
        );
        assert!(
            server.is_alive(),
            "deleting the root of {depth} levels ended the process"
        );
    }
}
