//! A materialised document that knows whether it has all that its updates build on.

use bytes::Bytes;
use yrs::updates::decoder::Decode;
use yrs::{Doc, GetString, ReadTxn, Transact, Update};

pub(crate) struct Replica {
    pub(crate) doc: Doc,
}

impl Replica {
    pub(crate) fn new(client: u64) -> Self {
        Self {
            doc: Doc::with_client_id(client),
        }
    }

    /// Applies updates; answers whether something waits for what is not there.
    pub(crate) fn apply(&self, updates: &[Bytes]) -> bool {
        let mut txn = self.doc.transact_mut();
        for update in updates {
            txn.apply_update(Update::decode_v1(update).expect("an update"))
                .expect("applicable");
        }
        txn.has_missing_updates()
    }

    pub(crate) fn text(&self) -> String {
        let text = self.doc.get_or_insert_text("t");
        text.get_string(&self.doc.transact())
    }
}
