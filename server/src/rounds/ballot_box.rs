//! The box of an anonymous round (I9): all ballots by their slots, and who has voted, and nothing that ties the one to the
//! other.
//!
//! A slot is the hash of a secret that only the voter's device keeps. A first ballot must take an empty slot and a second
//! one a full one, so there are as many ballots as voters, nobody votes twice, and nobody changes a ballot whose secret
//! they do not have. Both halves are written sorted, each by itself: boxes into which the same was put are the same to the
//! byte, whoever voted when (a property test holds that).

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA256, digest};
use consilium_model::consensus::Ballot;
use consilium_model::meeting::ids::Hash32;

use super::rules::Refusal;
use crate::store::portal_ids::{AccountId, RoundId};

/// A box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BallotBox {
    ballots: BTreeMap<Hash32, (String, String)>,
    voted: BTreeSet<AccountId>,
}

/// What a ballot did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is the voter's first.
    First,
    /// It takes the place of the voter's last.
    Changed,
}

/// What was in a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emptied {
    /// The ballots, by their slots.
    pub ballots: Vec<(Hash32, Ballot)>,
    /// What was said, in an order that tells nothing.
    pub said: Vec<String>,
}

impl BallotBox {
    /// Reads what [`BallotBox::write`] wrote; `None` for anything else.
    #[must_use]
    pub fn read(ballots: &str, voted: &str) -> Option<Self> {
        Some(Self {
            ballots: serde_json::from_str(ballots).ok()?,
            voted: serde_json::from_str(voted).ok()?,
        })
    }

    /// The two halves as JSON.
    ///
    /// # Errors
    /// Never for what is in a box; the serializer's type says otherwise.
    pub fn write(&self) -> Result<(String, String), serde_json::Error> {
        Ok((
            serde_json::to_string(&self.ballots)?,
            serde_json::to_string(&self.voted)?,
        ))
    }

    /// Puts a ballot in, or another one in its place.
    ///
    /// # Errors
    /// [`Refusal::OtherSecret`], [`Refusal::SecretTaken`]; nothing has changed then.
    pub fn put(
        &mut self,
        voter: AccountId,
        slot: Hash32,
        choice: Ballot,
        said: String,
    ) -> Result<Put, Refusal> {
        let put = match (
            self.voted.contains(&voter),
            self.ballots.contains_key(&slot),
        ) {
            (false, false) => Put::First,
            (true, true) => Put::Changed,
            (true, false) => return Err(Refusal::OtherSecret),
            (false, true) => return Err(Refusal::SecretTaken),
        };
        self.voted.insert(voter);
        self.ballots.insert(slot, (choice.word(), said));
        Ok(put)
    }

    /// Whether somebody has voted.
    #[must_use]
    pub fn has_voted(&self, voter: AccountId) -> bool {
        self.voted.contains(&voter)
    }

    /// How many have.
    #[must_use]
    pub fn len(&self) -> usize {
        self.voted.len()
    }

    /// Whether nobody has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.voted.is_empty()
    }

    /// Takes everything out. `None` when something in it is no ballot. `shuffle` is random and used once: it orders what
    /// was said, so that its place tells neither its ballot nor when it was said.
    #[must_use]
    pub fn empty(self, shuffle: &[u8; 32]) -> Option<Emptied> {
        let mut ballots = Vec::with_capacity(self.ballots.len());
        let mut said = Vec::new();
        for (slot, (choice, words)) in self.ballots {
            ballots.push((slot, Ballot::from_word(&choice)?));
            if !words.is_empty() {
                let key = digest(&SHA256, &[shuffle.as_slice(), &slot.0].concat());
                said.push((key.as_ref().to_vec(), words));
            }
        }
        said.sort();
        Some(Emptied {
            ballots,
            said: said.into_iter().map(|(_, words)| words).collect(),
        })
    }
}

/// How many names are in the half that says who has voted, without the other half.
#[must_use]
pub fn count_voted(voted: &str) -> Option<(u32, BTreeSet<AccountId>)> {
    let voted: BTreeSet<AccountId> = serde_json::from_str(voted).ok()?;
    Some((u32::try_from(voted.len()).ok()?, voted))
}

/// Where the ballot of a secret lies: `SHA-256("consilium-round:" id ":" secret)`, both as their texts. With the round's id
/// in it, one secret shown twice would still be two slots. The app computes the same to find its ballot in the result.
#[must_use]
pub fn slot_of(round: RoundId, secret: Hash32) -> Hash32 {
    let mut slot = [0; 32];
    let text = format!("consilium-round:{round}:{secret}");
    slot.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
    Hash32(slot)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn voter(number: u128) -> AccountId {
        AccountId::from_uuid(uuid::Uuid::from_u128(number + 1))
    }

    #[test]
    fn a_slot_is_the_hash_that_anybody_can_compute() {
        let round = RoundId::from_uuid(uuid::Uuid::from_u128(7));
        // As `printf %s "consilium-round:00000000-0000-0000-0000-000000000007:$(printf '11%.0s' $(seq 32))" | sha256sum` says.
        let slot = slot_of(round, Hash32([0x11; 32])).to_string();
        assert_eq!(
            slot,
            "18debcf3d5db148cd31b9089ea08887508a9054ccdadfcd0243e996354634a9a"
        );
    }

    #[test]
    fn what_was_said_is_no_order_of_slots() {
        let mut filled = BallotBox::default();
        for number in 0..32_u8 {
            let said = format!("{number:02}");
            let slot = Hash32([number; 32]);
            filled
                .put(voter(number.into()), slot, Ballot::Abstain, said)
                .unwrap();
        }
        let one = filled.clone().empty(&[1; 32]).unwrap().said;
        let other = filled.clone().empty(&[2; 32]).unwrap().said;
        assert_ne!(one, other);
        assert!(!one.is_sorted() && !other.is_sorted());
        let again = filled.empty(&[1; 32]).unwrap();
        assert_eq!(again.said, one);
        assert!(again.ballots.is_sorted());
    }

    /// Five people with seven secrets, some of which others try too.
    fn attempts() -> impl Strategy<Value = Vec<(u128, u8, Ballot)>> {
        let choice = prop_oneof![
            Just(Ballot::Approve),
            Just(Ballot::Object),
            Just(Ballot::Abstain)
        ];
        prop::collection::vec((0..5_u128, 0..7_u8, choice), 0..40)
    }

    proptest! {
        #[test]
        fn there_are_as_many_ballots_as_voters_whatever_is_tried(attempts in attempts()) {
            let mut filled = BallotBox::default();
            let mut secrets: HashMap<u128, u8> = HashMap::new();
            let mut last: HashMap<u8, Ballot> = HashMap::new();
            for (who, secret, choice) in attempts {
                let before = filled.clone();
                let put = filled.put(voter(who), Hash32([secret; 32]), choice, String::new());
                let is_theirs = secrets.get(&who) == Some(&secret);
                let is_known = last.contains_key(&secret);
                match put {
                    Ok(Put::First) => {
                        prop_assert!(!secrets.contains_key(&who) && !is_known);
                        secrets.insert(who, secret);
                        last.insert(secret, choice);
                    }
                    Ok(Put::Changed) => {
                        // Whoever has voted and holds the secret of another can change that one: it would have to be guessed.
                        prop_assert!(secrets.contains_key(&who) && is_known);
                        last.insert(secret, choice);
                    }
                    Err(_) => {
                        prop_assert!(!is_theirs);
                        prop_assert_eq!(&before, &filled);
                    }
                }
                prop_assert_eq!(filled.len(), secrets.len());
            }
            let (ballots, voted) = filled.write().unwrap();
            prop_assert_eq!(BallotBox::read(&ballots, &voted), Some(filled.clone()));
            let counted = filled.empty(&[0; 32]).unwrap().ballots;
            prop_assert_eq!(counted.len(), secrets.len());
            for (slot, choice) in counted {
                prop_assert_eq!(last[&slot.0[0]], choice);
            }
        }

        /// Which ballot is whose cannot be read out of a box: with the same people and the same ballots it is the same to
        /// the byte, whoever took which slot and in whichever order.
        #[test]
        fn a_box_does_not_know_whose_ballot_is_whose(
            whose in Just((0..6_u8).collect::<Vec<_>>()).prop_shuffle(),
            order in Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            let fill = |whose: &[u8], order: &[usize]| {
                let mut filled = BallotBox::default();
                for at in order {
                    let choice = if whose[*at] % 2 == 0 { Ballot::Approve } else { Ballot::Object };
                    let said = format!("says {}", whose[*at]);
                    filled.put(voter(*at as u128), Hash32([whose[*at]; 32]), choice, said).unwrap();
                }
                filled.write().unwrap()
            };
            let plain: Vec<u8> = (0..6).collect();
            let straight: Vec<usize> = (0..6).collect();
            prop_assert_eq!(fill(&whose, &order), fill(&plain, &straight));
        }
    }
}
