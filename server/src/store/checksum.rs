//! The checksum of a journal row: finds rot, torn writes and rows that changed place. It is no protection against
//! someone who can write to the database.

use super::record::{DocId, RowId};

/// Bytes kept of the hash. Eight leave one undetected error in 2^64; more would weigh as much as a keystroke.
pub const CHECKSUM_BYTES: usize = 8;

/// The checksum of a row. It covers where the row belongs, not only what it holds.
#[must_use]
pub fn journal_row(
    doc: DocId,
    row: RowId,
    at_ms: i64,
    author: Option<&str>,
    update: &[u8],
) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&doc.0.to_le_bytes());
    hasher.update(&row.0.to_le_bytes());
    hasher.update(&at_ms.to_le_bytes());
    let author_len = author.map_or(u64::MAX, |author| author.len() as u64);
    hasher.update(&author_len.to_le_bytes());
    hasher.update(author.unwrap_or_default().as_bytes());
    hasher.update(update);
    let mut checksum = [0; CHECKSUM_BYTES];
    hasher.finalize_xof().fill(&mut checksum);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_row_is_covered() {
        let base = journal_row(DocId(1), RowId(2), 3, Some("a"), b"bc");
        let others = [
            journal_row(DocId(2), RowId(2), 3, Some("a"), b"bc"),
            journal_row(DocId(1), RowId(3), 3, Some("a"), b"bc"),
            journal_row(DocId(1), RowId(2), 4, Some("a"), b"bc"),
            journal_row(DocId(1), RowId(2), 3, Some("ab"), b"c"),
            journal_row(DocId(1), RowId(2), 3, None, b"bc"),
            journal_row(DocId(1), RowId(2), 3, Some("a"), b"bd"),
        ];
        for other in others {
            assert_ne!(base, other);
        }
        assert_ne!(
            journal_row(DocId(1), RowId(2), 3, Some(""), b"x"),
            journal_row(DocId(1), RowId(2), 3, None, b"x"),
            "no author is not an empty author"
        );
    }
}
