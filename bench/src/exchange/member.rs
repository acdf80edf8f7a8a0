//! One member: what it makes of each message. Pure but for the shared counts.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Result, bail};

use super::Ledger;
use super::cursors::Newest;
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
    /// What it has seen of others' cursors, if it looks.
    cursors: Option<Newest>,
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
        let cursors = ledger.cursors().and_then(|cursors| cursors.memory(number));
        Self {
            ledger,
            seat,
            number,
            cursors,
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
        if let (Some(cursors), Some(newest), Some(epoch)) =
            (ledger.cursors(), &mut self.cursors, ledger.epoch())
        {
            cursors.look(self.number, newest, message, epoch, now);
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::dialect::DialectName;
    use crate::exchange::{Movers, Plan};
    use crate::marker;
    use crate::peer::{PeerName, Spoken};
    use crate::schedule::Planned;

    /// Two documents with two writers and a reader each; every writer writes twice.
    fn ledger(dialect: DialectName) -> Arc<Ledger> {
        let plan = Plan {
            name: "test".to_owned(),
            documents: 2,
            writers: 2,
            readers: 1,
            rate: 1.0,
            cursor_rate: 0.0,
            movers: Movers::Readers,
            warmup: Duration::ZERO,
            measured: Duration::ZERO,
            seed: 1,
        };
        let schedule: Vec<Planned> = [0, 1, 2, 3, 0, 1, 2, 3]
            .map(|writer| Planned {
                at: Duration::ZERO,
                writer,
            })
            .to_vec();
        let spoken = Spoken {
            peer: PeerName::Consilium.peer(),
            dialect,
        };
        let ledger = Ledger::scheduled(&plan, &schedule, spoken);
        ledger.begin();
        Arc::new(ledger)
    }

    fn member(ledger: &Arc<Ledger>, doc: usize, writer: Option<usize>) -> Member {
        let seat = Seat {
            doc,
            name: "test".into(),
            writer,
            token: Arc::default(),
        };
        let mut member = Member::new(Arc::clone(ledger), seat, 0, None);
        member.ready = true;
        member
    }

    fn hear(member: &mut Member, message: &[u8]) -> Result<Deed> {
        member.hear(message, Instant::now())
    }

    #[test]
    fn an_edit_counts_once_and_its_own_author_is_no_receiver() {
        let ledger = ledger(DialectName::Plain);
        let mut reader = member(&ledger, 0, None);
        let both = format!("{}{}", marker::text(0), marker::text(1));
        for _ in 0..2 {
            hear(&mut reader, both.as_bytes()).unwrap();
        }
        assert_eq!(ledger.delivered(), 2);
        let mut author = member(&ledger, 0, Some(0));
        hear(&mut author, marker::text(0).as_bytes()).unwrap();
        assert_eq!(ledger.delivered(), 2);
        // It came back, which is how this dialect is told.
        let promises: Vec<_> = ledger.promises().take(2).collect();
        assert_eq!(promises, [(0, true, true), (1, true, false)]);
    }

    #[test]
    fn an_edit_of_another_document_or_of_nobody_ends_the_run() {
        let ledger = ledger(DialectName::Plain);
        let mut reader = member(&ledger, 0, None);
        assert!(hear(&mut reader, marker::text(2).as_bytes()).is_err());
        assert!(hear(&mut reader, marker::text(99).as_bytes()).is_err());
    }

    #[test]
    fn a_status_after_a_question_is_not_about_an_edit() {
        use consilium_protocol::envelope::{Address, ServerFrame, ServerMessage};
        use consilium_protocol::sync::SyncMessage;
        let say = |message| {
            ServerFrame::Message {
                address: Address::parse("test").unwrap(),
                message,
            }
            .encode()
        };
        let ledger = ledger(DialectName::Envelope);
        let mut author = member(&ledger, 0, Some(1));
        let question = say(ServerMessage::Sync(SyncMessage::Step1(vec![0].into())));
        assert!(
            matches!(hear(&mut author, &question).unwrap(), Deed::Answer(answers) if answers.len() == 1)
        );
        let told = |ledger: &Ledger| -> Vec<u32> {
            ledger
                .promises()
                .filter(|(_, _, told)| *told)
                .map(|(number, ..)| number)
                .collect()
        };
        let status = say(ServerMessage::SyncStatus(true));
        for expected in [vec![], vec![1], vec![1, 5]] {
            hear(&mut author, &status).unwrap();
            assert_eq!(told(&ledger), expected);
        }
        // Nothing else was sent.
        assert!(hear(&mut author, &status).is_err());
        assert!(hear(&mut author, &say(ServerMessage::SyncStatus(false))).is_err());
    }
}
