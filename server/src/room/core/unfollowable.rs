//! Blocks that will not come, because they were refused: what continues them would wait for ever.
//!
//! An author whose edit was refused may write on, unaware. Each such edit leaves a gap behind what the document has.
//! It is refused for the same reason, instead of being half applied. Bounded (I4): of very many clients those refused
//! last are remembered.

use std::collections::{HashMap, VecDeque};

use consilium_protocol::extension::RejectCode;
use consilium_protocol::limits;

use crate::room::replica::Replica;
use consilium_protocol::update_shape::UpdateShape;

/// For each CRDT client with refused blocks: the first of their clocks, and why.
#[derive(Debug, Default)]
pub(super) struct Unfollowable {
    from: HashMap<u64, Refused>,
    /// By age, with the number of the entry that was meant: an entry that has ended may be followed by a newer one.
    order: VecDeque<(u64, u64)>,
    numbers: u64,
}

#[derive(Debug, Clone, Copy)]
struct Refused {
    clock: u32,
    code: RejectCode,
    number: u64,
}

impl Unfollowable {
    /// Notes the blocks of an update that was refused.
    pub(super) fn note(&mut self, shape: &UpdateShape, code: RejectCode, replica: &Replica) {
        for span in &shape.spans {
            if replica.has_blocks(*span) {
                continue;
            }
            let (order, numbers) = (&mut self.order, &mut self.numbers);
            let refused = self.from.entry(span.client).or_insert_with(|| {
                *numbers += 1;
                order.push_back((span.client, *numbers));
                Refused {
                    clock: span.start,
                    code,
                    number: *numbers,
                }
            });
            refused.clock = refused.clock.min(span.start);
        }
        while self.order.len() > limits::REFUSED_CLIENTS_MAX
            && let Some((client, number)) = self.order.pop_front()
        {
            if self
                .from
                .get(&client)
                .is_some_and(|refused| refused.number == number)
            {
                self.from.remove(&client);
            }
        }
    }

    /// Whether the update builds on refused blocks. Blocks that come again without a gap are welcome, and end the
    /// matter.
    pub(super) fn continued_by(
        &mut self,
        shape: &UpdateShape,
        replica: &Replica,
    ) -> Option<RejectCode> {
        if self.from.is_empty() {
            return None;
        }
        shape.spans.iter().find_map(|span| {
            let refused = *self.from.get(&span.client)?;
            let known = replica.clock_of(span.client);
            if known > refused.clock {
                self.from.remove(&span.client);
                return None;
            }
            let gap = span.start > known;
            (gap && span.end > refused.clock && !replica.has_blocks(*span)).then_some(refused.code)
        })
    }
}
