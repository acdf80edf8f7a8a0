//! One member: what it makes of each message. Pure but for the shared counts.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail};

use super::Ledger;
use super::gather::Seat;
use super::ledger::Edit;
use crate::dialect::{Heard, NOTHING_NEW};

/// One member's memory.
pub(super) struct Member {
    ledger: Arc<Ledger>,
    seat: Seat,
    /// Its place among all members.
    number: usize,
    /// Which edits of the document it has, a bit each.
    seen: Vec<u64>,
    /// Whether the server's state has come.
    ready: bool,
    /// What it made without the server.
    outbox: Outbox,
    /// How many of its own edits were acknowledged, where acknowledgements carry no name.
    acknowledged: usize,
    /// Acknowledgements to come that are not of edits.
    statuses_owed: usize,
}

/// Edits made without the server, said when it asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    /// What is said.
    pub(crate) messages: Vec<Vec<u8>>,
    /// Which edits these are.
    pub(crate) numbers: Vec<u32>,
}

/// What is to be done about a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Nothing,
    /// The server's state has come.
    Ready,
    Answer(Vec<Vec<u8>>),
}

impl Member {
    pub(super) fn new(
        ledger: Arc<Ledger>,
        seat: Seat,
        number: usize,
        outbox: Option<Outbox>,
    ) -> Self {
        let words = ledger.in_doc(seat.doc).div_ceil(64);
        let outbox = outbox.unwrap_or_else(|| Outbox {
            messages: ledger
                .spoken()
                .dialect()
                .outbox(&seat.name, &[], NOTHING_NEW),
            numbers: Vec::new(),
        });
        Self {
            ledger,
            seat,
            number,
            ready: false,
            outbox,
            seen: vec![0; words],
            acknowledged: 0,
            statuses_owed: 0,
        }
    }

    pub(super) fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Takes a message. An error when the run is worthless from here on.
    pub(super) fn hear(&mut self, message: &[u8], now: Instant) -> Result<Deed> {
        let ledger = Arc::clone(&self.ledger);
        let mut marked = false;
        for number in ledger.finder.numbers(message) {
            marked = true;
            match ledger.edit(number) {
                Some(edit) if edit.doc == self.seat.doc => self.take(edit, now)?,
                _ => bail!("an edit of another document"),
            }
        }
        // A state may hold edits of others who came back earlier.
        if marked && self.ready {
            return Ok(Deed::Nothing);
        }
        let dialect = ledger.spoken().dialect();
        match dialect.hear(&self.seat.name, message) {
            Heard::State => {
                self.ready = true;
                return Ok(Deed::Ready);
            }
            Heard::Asks => {
                self.statuses_owed += 1;
                return Ok(Deed::Answer(self.outbox.messages.clone()));
            }
            Heard::Wants(answer) => return Ok(Deed::Answer(vec![answer])),
            Heard::Acknowledged(number) => match ledger.edit(number) {
                Some(edit) if Some(edit.writer) == self.seat.writer => {
                    ledger.acknowledge(self.number, edit, now);
                }
                _ => bail!("an acknowledgement of somebody else's edit"),
            },
            Heard::NextAcknowledged if self.statuses_owed > 0 => {
                self.statuses_owed -= 1;
                for number in std::mem::take(&mut self.outbox.numbers) {
                    if let Some(edit) = ledger.edit(number) {
                        ledger.acknowledge(self.number, edit, now);
                    }
                }
            }
            Heard::NextAcknowledged => {
                let own = self
                    .seat
                    .writer
                    .and_then(|writer| ledger.own(writer, self.acknowledged));
                self.acknowledged += 1;
                match own.and_then(|number| ledger.edit(number)) {
                    Some(edit) => ledger.acknowledge(self.number, edit, now),
                    None => bail!("more acknowledgements than edits"),
                }
            }
            Heard::Refused(reason) => bail!("refused: {reason}"),
            Heard::Other => {}
        }
        Ok(Deed::Nothing)
    }

    fn take(&mut self, edit: Edit, now: Instant) -> Result<()> {
        let (word, bit) = (edit.ordinal / 64, 1 << (edit.ordinal % 64));
        let Some(seen) = self.seen.get_mut(word) else {
            bail!("an edit that was never planned");
        };
        // Some servers repeat an edit; the first time counts.
        if *seen & bit != 0 {
            return Ok(());
        }
        *seen |= bit;
        if Some(edit.writer) != self.seat.writer {
            self.ledger.deliver(self.number, edit, now);
        } else if self.ledger.spoken().dialect().echo_acknowledges() {
            self.ledger.acknowledge(self.number, edit, now);
        }
        Ok(())
    }
}
