//! The ledger that an archive comes with: whether it is there, and whether it is what was written.
//!
//! Whoever brings an archive brings a record of what was decided, and will show it to others. It is followed entry by
//! entry, each hash over the text beside it and the hash before, up to the one that the table of contents names. What is
//! said of it then is a word, and keeps nobody out: a community may have lost its ledger and still have its texts. Pure.

use aws_lc_rs::digest::{Context, SHA256};
use serde::Deserialize;

use crate::community::ledger::LedgerHash;

/// What became of following it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LedgerFound {
    /// Every entry is what was written, up to the last.
    Whole,
    /// There is none in the archive.
    Missing,
    /// An entry was changed, taken out or put in, or the end is another one.
    Broken,
}

impl LedgerFound {
    /// A stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Missing => "missing",
            Self::Broken => "broken",
        }
    }
}

/// One line.
#[derive(Deserialize)]
struct Line {
    /// The canonical text that the hash covers.
    entry: String,
    hash: String,
}

/// The part of an entry that says where it belongs.
#[derive(Deserialize)]
struct Place {
    seq: u64,
    community: String,
}

/// Follows the lines of a ledger of this community, whose last hash is `head`.
#[must_use]
pub fn follow(lines: &str, community: &str, head: Option<&str>) -> LedgerFound {
    let mut before = LedgerHash::GENESIS;
    let mut seq = 0;
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let Ok(line) = serde_json::from_str::<Line>(line) else {
            return LedgerFound::Broken;
        };
        let Ok(place) = serde_json::from_str::<Place>(&line.entry) else {
            return LedgerFound::Broken;
        };
        let hash = hash_of(before, &line.entry);
        seq += 1;
        if place.seq != seq || place.community != community || hash.to_string() != line.hash {
            return LedgerFound::Broken;
        }
        before = hash;
    }
    match head {
        None if seq == 0 => LedgerFound::Missing,
        Some(head) if before.to_string() == head && seq > 0 => LedgerFound::Whole,
        _ => LedgerFound::Broken,
    }
}

fn hash_of(before: LedgerHash, entry: &str) -> LedgerHash {
    let mut context = Context::new(&SHA256);
    context.update(&before.0);
    context.update(entry.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    LedgerHash(hash)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::community::ledger::Entry;
    use crate::store::portal_ids::CommunityId;

    /// A ledger of so many entries: its lines and its last hash.
    fn ledger(community: CommunityId, count: u64) -> (Vec<String>, String) {
        let mut before = LedgerHash::GENESIS;
        let mut lines = Vec::new();
        for seq in 1..=count {
            let entry = Entry {
                community,
                seq,
                at_ms: 7,
                actor: None,
                act: "community-changed".to_owned(),
                detail: format!("{{\"name\":\"{seq}\"}}"),
            };
            before = entry.hash(before);
            let line = json!({"entry": entry.canonical(), "hash": before.to_string()});
            lines.push(line.to_string());
        }
        (lines, before.to_string())
    }

    #[test]
    fn a_ledger_is_whole_only_as_it_was_written() {
        let community = CommunityId::new();
        let id = community.to_string();
        let (lines, head) = ledger(community, 4);
        let found = |lines: &[String], head: &str| follow(&lines.join("\n"), &id, Some(head));
        assert_eq!(found(&lines, &head), LedgerFound::Whole);
        for at in 0..lines.len() {
            let mut without = lines.clone();
            without.remove(at);
            assert_eq!(found(&without, &head), LedgerFound::Broken, "without {at}");
            let mut changed = lines.clone();
            changed[at] = changed[at].replace("\\\"name\\\":\\\"", "\\\"name\\\":\\\"x");
            assert_ne!(changed, lines);
            assert_eq!(found(&changed, &head), LedgerFound::Broken, "changed {at}");
        }
        let mut moved = lines.clone();
        moved.swap(1, 2);
        assert_eq!(found(&moved, &head), LedgerFound::Broken);
        let (longer, _) = ledger(community, 5);
        assert_eq!(found(&longer, &head), LedgerFound::Broken);
        assert_eq!(found(&["no line".to_owned()], &head), LedgerFound::Broken);
        let elsewhere = CommunityId::new().to_string();
        assert_eq!(
            follow(&lines.join("\n"), &elsewhere, Some(&head)),
            LedgerFound::Broken
        );
    }

    #[test]
    fn none_is_missing_where_none_is_promised_and_broken_where_one_is() {
        assert_eq!(follow("", "a", None), LedgerFound::Missing);
        assert_eq!(follow("", "a", Some("ab")), LedgerFound::Broken);
        let (lines, _) = ledger(CommunityId::new(), 1);
        assert_eq!(follow(&lines.join("\n"), "a", None), LedgerFound::Broken);
    }
}
