//! What the fuzz targets need beyond `consilium_protocol::laws`: the server's way of an update into a document (D8, I5).
//!
//! The modules are the server's own sources, taken by path: the code that is searched is the code that serves, without
//! the server's store and sockets, which would make the instrumented build ten times as long.

#[path = "../../../server/src/panic_boundary.rs"]
pub mod panic_boundary;
#[path = "../../../server/src/plain_doc.rs"]
pub mod plain_doc;

pub mod room;

use std::collections::BTreeMap;
use std::sync::Once;

use bytes::Bytes;
use consilium_protocol::wire::Reader;

use crate::room::replica::{Keep, Refusal, Replica};

/// A document of one letter by client 1, so that an input can refer to something.
const BASE: &[u8] = &[1, 1, 1, 0, 4, 1, 1, b't', 1, b'x', 0];

/// An update is refused or applied, and never ends the process; what a document that took it says of itself can be
/// read by the same guard that reads members' updates, and gives a document with all that it has.
///
/// # Panics
/// When a law is broken.
pub fn update_ingress(input: &[u8]) {
    // libFuzzer ends the process at any panic. Behind this hook, only at those that were not contained.
    static HOOK: Once = Once::new();
    HOOK.call_once(panic_boundary::install_hook);

    for keep in [Keep::AsSent, Keep::OnlyNew] {
        let mut replica = Replica::new();
        take(&mut replica, BASE, Keep::AsSent).expect("the base is valid");
        if take(&mut replica, input, keep).is_err() {
            continue;
        }
        let Ok(whole) = replica.whole() else {
            continue;
        };
        let mut copy = Replica::new();
        match take(&mut copy, &whole, keep) {
            // A block that waits for itself is settled by the library only when it arrives with its whole document.
            Ok(()) => assert_no_less(&clocks(&copy), &clocks(&replica)),
            Err(refusal) => assert_eq!(refusal, Refusal::Poison, "the guard refuses a document"),
        }
    }
}

fn take(replica: &mut Replica, update: &[u8], keep: Keep) -> Result<(), Refusal> {
    let update = Bytes::copy_from_slice(update);
    let shape = Replica::shape(&update)?;
    replica.apply(&update, &shape, keep).map(drop)
}

/// The state vector without its order, which is that of a hash table, and without clients that have no blocks.
fn clocks(replica: &Replica) -> BTreeMap<u64, u64> {
    let mut reader = Reader::new(replica.state_vector());
    let mut integer = || reader.var_uint().expect("a state vector");
    let count = integer();
    (0..count)
        .map(|_| (integer(), integer()))
        .filter(|(_, clock)| *clock > 0)
        .collect()
}

fn assert_no_less(copy: &BTreeMap<u64, u64>, original: &BTreeMap<u64, u64>) {
    for (client, clock) in original {
        assert!(
            copy.get(client) >= Some(clock),
            "{copy:?} lacks blocks of {original:?}"
        );
    }
}
