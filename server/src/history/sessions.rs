//! Which edits make a session of work. Pure.
//!
//! A session goes on as long as no half an hour passes without an edit, and for four hours at most. The rule reads
//! *pieces*: the edits of one author within one slot of ten minutes, however many rows they were. A slot is shorter than
//! the shortest gap that ends a session, and long sessions end where a slot does; so rows that were counted together and
//! rows that lie in the journal one by one make the same sessions, whoever counted which of them when.

use std::collections::BTreeMap;

use consilium_protocol::ids::{Lineage, UserId};
use uuid::{Builder, Uuid};

/// Without an edit for so long, a session is over: a ward round or a lunch, not a thought.
pub const GAP_MS: i64 = 30 * 60 * 1000;

/// What compaction counts together. Part of what is stored: a change needs a migration.
pub const SLOT_MS: i64 = 10 * 60 * 1000;

/// A session lasts at most so many slots: half a day's work, or a program that never rests, is not one entry.
pub const SESSION_SLOTS_MAX: i64 = 24;

/// Edits of one author within one slot. Times are milliseconds since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Who; `None` where there was no identity.
    pub author: Option<UserId>,
    /// The first edit.
    pub from_ms: i64,
    /// The last edit; in the same slot.
    pub until_ms: i64,
    /// How many there were.
    pub edits: u64,
}

/// A session of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The first edit.
    pub from_ms: i64,
    /// The last edit.
    pub until_ms: i64,
    /// How many edits there were.
    pub edits: u64,
    /// Who worked, those with most edits first; those without an identity are not among them.
    pub authors: Vec<UserId>,
}

impl Session {
    /// Whether it may still go on.
    #[must_use]
    pub fn is_under_way(&self, now_ms: i64) -> bool {
        now_ms - self.until_ms < GAP_MS
    }

    /// Whether its last state can still be read from snapshots and journal: compaction has merged nothing later.
    ///
    /// `merged_until_ms`: the latest edit that compaction has merged.
    #[must_use]
    pub fn is_readable(&self, merged_until_ms: Option<i64>) -> bool {
        merged_until_ms.is_none_or(|merged| merged <= self.until_ms)
    }

    /// What the version that it ended in is called: the same on every node, whoever makes it.
    #[must_use]
    pub fn version_id(&self, lineage: Lineage) -> Uuid {
        let mut hash = blake3::Hasher::new_derive_key("consilium 2026-11 end of a session of work");
        hash.update(lineage.as_bytes());
        hash.update(&self.until_ms.to_le_bytes());
        let mut bytes = [0; 16];
        hash.finalize_xof().fill(&mut bytes);
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}

/// The slot of a moment.
#[must_use]
pub fn slot(at_ms: i64) -> i64 {
    at_ms.div_euclid(SLOT_MS)
}

/// Puts pieces together to sessions, oldest first. The order of the pieces does not matter.
#[must_use]
pub fn sessions(mut pieces: Vec<Piece>) -> Vec<Session> {
    pieces.sort_by_key(|piece| piece.from_ms);
    let mut sessions = Vec::new();
    let mut open: Option<Open> = None;
    for piece in pieces {
        match &mut open {
            Some(session) if session.takes(&piece) => session.add(piece),
            _ => sessions.extend(open.replace(Open::begun_by(piece)).map(Open::end)),
        }
    }
    sessions.extend(open.map(Open::end));
    sessions
}

struct Open {
    session: Session,
    edits: BTreeMap<UserId, u64>,
}

impl Open {
    fn begun_by(piece: Piece) -> Self {
        let session = Session {
            from_ms: piece.from_ms,
            until_ms: piece.until_ms,
            edits: 0,
            authors: Vec::new(),
        };
        let mut open = Self {
            session,
            edits: BTreeMap::new(),
        };
        open.add(piece);
        open
    }

    fn takes(&self, piece: &Piece) -> bool {
        piece.from_ms - self.session.until_ms < GAP_MS
            && slot(piece.from_ms) - slot(self.session.from_ms) < SESSION_SLOTS_MAX
    }

    fn add(&mut self, piece: Piece) {
        self.session.until_ms = self.session.until_ms.max(piece.until_ms);
        self.session.edits += piece.edits;
        if let Some(author) = piece.author {
            *self.edits.entry(author).or_default() += piece.edits;
        }
    }

    fn end(self) -> Session {
        let mut authors: Vec<(UserId, u64)> = self.edits.into_iter().collect();
        authors.sort_by_key(|(_, edits)| std::cmp::Reverse(*edits));
        Session {
            authors: authors.into_iter().map(|(author, _)| author).collect(),
            ..self.session
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    /// The beginning of a slot.
    const START: i64 = 2_983_333 * SLOT_MS;

    fn row(author: &str, minute: i64) -> Piece {
        Piece {
            author: (!author.is_empty()).then(|| UserId::new(author)),
            from_ms: START + minute * MINUTE,
            until_ms: START + minute * MINUTE,
            edits: 1,
        }
    }

    /// Minutes of the first and last edit, edits, authors.
    fn check(rows: &[(&str, i64)], expected: &[(i64, i64, u64, &[&str])]) {
        let found = sessions(rows.iter().map(|(who, minute)| row(who, *minute)).collect());
        let found: Vec<_> = found
            .iter()
            .map(|session| {
                let minute = |at: i64| (at - START) / MINUTE;
                let authors: Vec<&str> = session.authors.iter().map(UserId::as_str).collect();
                (
                    minute(session.from_ms),
                    minute(session.until_ms),
                    session.edits,
                    authors,
                )
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(from, until, edits, authors)| (*from, *until, *edits, authors.to_vec()))
            .collect();
        assert_eq!(found, expected, "{rows:?}");
    }

    #[test]
    fn half_an_hour_without_an_edit_ends_a_session() {
        check(&[], &[]);
        check(&[("ann", 3)], &[(3, 3, 1, &["ann"])]);
        check(&[("ann", 3), ("ann", 32)], &[(3, 32, 2, &["ann"])]);
        check(
            &[("ann", 3), ("ann", 33)],
            &[(3, 3, 1, &["ann"]), (33, 33, 1, &["ann"])],
        );
        check(
            &[("ben", 40), ("ann", 0), ("ben", 20), ("", 21)],
            &[(0, 40, 4, &["ben", "ann"])],
        );
    }

    #[test]
    fn a_session_lasts_four_hours_at_most() {
        let rows: Vec<(&str, i64)> = (0..60).map(|step| ("ann", 5 + step * 10)).collect();
        check(
            &rows,
            &[
                (5, 235, 24, &["ann"]),
                (245, 475, 24, &["ann"]),
                (485, 595, 12, &["ann"]),
            ],
        );
    }

    #[test]
    fn a_state_is_readable_until_something_later_was_merged() {
        let session = sessions(vec![row("ann", 0), row("ann", 5)]).remove(0);
        for (merged, is_readable) in [
            (None, true),
            (Some(0), true),
            (Some(5), true),
            (Some(6), false),
        ] {
            let merged = merged.map(|minute| START + minute * MINUTE);
            assert_eq!(session.is_readable(merged), is_readable, "{merged:?}");
        }
    }

    #[test]
    fn a_version_is_called_the_same_everywhere_and_differently_from_others() {
        let session = sessions(vec![row("ann", 0)]).remove(0);
        let later = sessions(vec![row("ann", 1)]).remove(0);
        let lineage = |number| Lineage(Uuid::from_u128(number));
        let id = session.version_id(lineage(1));
        assert_eq!(id, session.clone().version_id(lineage(1)));
        assert_ne!(id, session.version_id(lineage(2)));
        assert_ne!(id, later.version_id(lineage(1)));
    }

    /// Numbers from a seed (xorshift).
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0 % bound
        }
    }

    /// Counts rows together as compactions do: those of one author in one slot, in any number of goes.
    fn counted(rows: &[Piece], dice: &mut Dice) -> Vec<Piece> {
        let mut pieces: BTreeMap<(Option<UserId>, i64, u64), Piece> = BTreeMap::new();
        for row in rows {
            let key = (row.author.clone(), slot(row.from_ms), dice.below(3));
            pieces
                .entry(key)
                .and_modify(|piece| {
                    piece.from_ms = piece.from_ms.min(row.from_ms);
                    piece.until_ms = piece.until_ms.max(row.until_ms);
                    piece.edits += 1;
                })
                .or_insert_with(|| row.clone());
        }
        pieces.into_values().collect()
    }

    #[test]
    fn however_rows_were_counted_they_make_the_same_sessions() {
        for seed in 1..500 {
            let mut dice = Dice(seed * 0x9e37_79b9);
            let mut at_ms = START;
            let mut rows = Vec::new();
            for _ in 0..dice.below(120) {
                at_ms += match dice.below(10) {
                    0 => GAP_MS - 2 + i64::try_from(dice.below(4)).unwrap(),
                    1 => i64::try_from(dice.below(5_000_000)).unwrap(),
                    2 => {
                        SLOT_MS - at_ms.rem_euclid(SLOT_MS) - i64::try_from(dice.below(2)).unwrap()
                    }
                    _ => i64::try_from(dice.below(900_000)).unwrap(),
                };
                let author = ["", "ann", "ben", "cem"][usize::try_from(dice.below(4)).unwrap()];
                rows.push(Piece {
                    from_ms: at_ms,
                    until_ms: at_ms,
                    ..row(author, 0)
                });
            }
            let expected = sessions(rows.clone());
            assert_eq!(sessions(counted(&rows, &mut dice)), expected, "seed {seed}");

            let edits: u64 = expected.iter().map(|session| session.edits).sum();
            assert_eq!(
                edits,
                rows.len() as u64,
                "seed {seed}: no edit is lost or doubled"
            );
            for pair in expected.windows(2) {
                assert!(
                    pair[0].until_ms < pair[1].from_ms,
                    "seed {seed}: sessions overlap"
                );
            }
            for session in &expected {
                let slots = slot(session.until_ms) - slot(session.from_ms);
                assert!(slots < SESSION_SLOTS_MAX, "seed {seed}: {session:?}");
            }
        }
    }
}
