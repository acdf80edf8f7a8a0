//! Slowing down whoever keeps sending what is set aside, and nobody else.
//!
//! Every update that is set aside costs a row in the quarantine. An offline spell that ends in a document that may not
//! be written any more brings many at once, which is fine; a member who goes on has their connection read more slowly.
//! The debt is the member's, so a second connection does not help.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use consilium_protocol::ids::UserId;
use consilium_protocol::limits;

use crate::room::subscriber::SubscriberId;

/// Who owes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Debtor {
    /// A member, by any of their connections.
    Member(UserId),
    /// A channel of nobody known.
    Channel(SubscriberId),
}

/// Debts in time: for each debtor, when all that they have sent so far is paid for.
#[derive(Debug, Default)]
pub(super) struct Brake {
    paid_at: HashMap<Debtor, Instant>,
}

impl Brake {
    /// Charges an update that was set aside. Answers with when its sender may be heard again, if not at once.
    pub(super) fn charge(&mut self, debtor: Debtor, bytes: usize, now: Instant) -> Option<Instant> {
        let unit = Duration::from_secs(1) / limits::SET_ASIDE_PER_SECOND;
        let units = 1 + u32::try_from(bytes / limits::SET_ASIDE_UNIT_BYTES).unwrap_or(u32::MAX);
        if self.paid_at.len() >= limits::SET_ASIDE_DEBTORS_MAX {
            self.paid_at.retain(|_, paid_at| *paid_at > now);
        }
        let paid_at = self.paid_at.entry(debtor).or_insert(now);
        *paid_at = (*paid_at).max(now) + unit * units;
        let free_at = *paid_at - unit * limits::SET_ASIDE_BURST;
        // Never for long at a time: a silent connection is taken for a dead one.
        (free_at > now).then(|| free_at.min(now + limits::SET_ASIDE_WAIT_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anna() -> Debtor {
        Debtor::Member(UserId::new("anna"))
    }

    #[test]
    fn a_burst_is_free_and_what_follows_is_paid_for_at_the_rate() {
        let mut brake = Brake::default();
        let begun = Instant::now();
        for _ in 0..limits::SET_ASIDE_BURST {
            assert_eq!(brake.charge(anna(), 10, begun), None);
        }
        let mut now = begun;
        let more = 2 * limits::SET_ASIDE_PER_SECOND;
        for _ in 0..more {
            now = brake.charge(anna(), 10, now).expect("a wait");
        }
        let took = now.duration_since(begun).as_secs_f64();
        assert!((1.9..2.1).contains(&took), "{took} s");
    }

    #[test]
    fn debts_are_each_members_own_and_end() {
        let mut brake = Brake::default();
        let now = Instant::now();
        for _ in 0..=limits::SET_ASIDE_BURST {
            brake.charge(anna(), 10, now);
        }
        assert!(brake.charge(anna(), 10, now).is_some());
        assert_eq!(
            brake.charge(Debtor::Member(UserId::new("bert")), 10, now),
            None
        );
        assert_eq!(
            brake.charge(Debtor::Channel(SubscriberId(1)), 10, now),
            None
        );
        let later = now + Duration::from_secs(60);
        assert_eq!(brake.charge(anna(), 10, later), None);
    }

    #[test]
    fn large_updates_cost_more_and_no_wait_is_long() {
        let mut brake = Brake::default();
        let now = Instant::now();
        let large = limits::SET_ASIDE_UNIT_BYTES * limits::SET_ASIDE_BURST as usize;
        let until = brake.charge(anna(), large, now).expect("a wait");
        assert!(until > now);
        for _ in 0..100 {
            let until = brake.charge(anna(), large, now).expect("a wait");
            assert!(until <= now + limits::SET_ASIDE_WAIT_MAX);
        }
    }
}
