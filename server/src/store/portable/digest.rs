//! The canonical form of a document, and of a store, as BLAKE3 digests.
//!
//! Everything of a [`PortableDocument`] is in it, in one order and with the length before each part, so that no two
//! different documents have the same form. Snapshots come in the order of their bytes' hashes, because their order
//! says nothing; rows and quarantine come in theirs.

use std::fmt;

use consilium_protocol::ids::{DocName, UserId};
use uuid::Uuid;

use super::PortableDocument;
use crate::store::statements::Cell;

/// What the form is called. Another form needs another name.
const DOCUMENT: &str = "consilium 2026-11 canonical form of a document with its past";
const STORE: &str = "consilium 2026-11 canonical form of a store with its portal";
const PORTAL: &str = "consilium 2026-11 canonical form of a portal";

/// A digest. Written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of one document.
    #[must_use]
    pub fn of(document: &PortableDocument) -> Self {
        let mut form = Form::new(DOCUMENT);
        form.bytes(document.name.as_str().as_bytes());
        form.bytes(document.lineage.as_bytes());
        form.bytes(document.title.as_bytes());
        form.number(document.created_at_ms);
        form.number(document.updated_at_ms);
        form.option(document.deleted_at_ms.map(i64::to_le_bytes));
        let mut snapshots: Vec<[u8; 32]> = document
            .snapshots
            .iter()
            .map(|state| *blake3::hash(state).as_bytes())
            .collect();
        snapshots.sort_unstable();
        form.length(snapshots.len());
        for hash in snapshots {
            form.bytes(&hash);
        }
        form.length(document.rows.len());
        for row in &document.rows {
            form.number(row.at_ms);
            form.option(row.author.as_ref().map(UserId::as_str));
            form.bytes(&row.update);
        }
        form.length(document.owners.len());
        for (client, owner) in &document.owners {
            form.bytes(&client.to_le_bytes());
            form.bytes(owner.as_str().as_bytes());
        }
        form.length(document.quarantine.len());
        for entry in &document.quarantine {
            form.number(entry.at_ms);
            form.option(entry.author.as_ref().map(UserId::as_str));
            form.bytes(entry.reason.as_bytes());
            form.bytes(&entry.update);
        }
        let mut form = PortalForm(form);
        for (table, rows) in document.past.tables() {
            form.table(table, rows.len());
            form.cells(rows);
        }
        form.end()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        blake3::Hash::from_bytes(self.0).to_hex().fmt(f)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest of a whole store, document by document in the order of their names.
#[derive(Debug)]
pub struct StoreDigest {
    form: Form,
    documents: u64,
}

impl StoreDigest {
    /// Of a store with this identity.
    #[must_use]
    pub fn new(store_id: Uuid) -> Self {
        let mut form = Form::new(STORE);
        form.bytes(store_id.as_bytes());
        Self { form, documents: 0 }
    }

    /// Takes the next document in.
    pub fn add(&mut self, name: &DocName, digest: Digest) {
        self.form.bytes(name.as_str().as_bytes());
        self.form.bytes(&digest.0);
        self.documents += 1;
    }

    /// Takes what the portal keeps in, after the documents.
    pub fn add_portal(&mut self, digest: Digest) {
        self.form.bytes(&digest.0);
    }

    /// How many documents are in it so far.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// The digest.
    #[must_use]
    pub fn end(self) -> Digest {
        self.form.end()
    }
}

/// The digest of what is kept in tables, cell by cell. The order of the rows is the caller's.
#[derive(Debug)]
pub(crate) struct PortalForm(Form);

impl PortalForm {
    pub(crate) fn new() -> Self {
        Self(Form::new(PORTAL))
    }

    pub(crate) fn table(&mut self, name: &str, rows: usize) {
        self.0.bytes(name.as_bytes());
        self.0.length(rows);
    }

    pub(crate) fn cells(&mut self, rows: &[Vec<Cell>]) {
        for cell in rows.iter().flatten() {
            match cell {
                Cell::Null => self.null(),
                Cell::Int(number) => self.int(*number),
                Cell::Text(text) => self.text(text),
                Cell::Bytes(bytes) => self.bytes(bytes),
            }
        }
    }

    fn null(&mut self) {
        self.0.0.update(&[0]);
    }

    fn int(&mut self, number: i64) {
        self.0.0.update(&[1]);
        self.0.number(number);
    }

    fn text(&mut self, text: &str) {
        self.0.0.update(&[2]);
        self.0.bytes(text.as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.0.update(&[3]);
        self.0.bytes(bytes);
    }

    pub(crate) fn end(self) -> Digest {
        self.0.end()
    }
}

/// Feeds parts to the hash, each with its length before it.
#[derive(Debug)]
struct Form(blake3::Hasher);

impl Form {
    fn new(what: &str) -> Self {
        Self(blake3::Hasher::new_derive_key(what))
    }

    fn length(&mut self, length: usize) {
        self.0.update(&(length as u64).to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.0.update(bytes);
    }

    fn number(&mut self, number: i64) {
        self.0.update(&number.to_le_bytes());
    }

    fn option(&mut self, bytes: Option<impl AsRef<[u8]>>) {
        match bytes {
            None => {
                self.0.update(&[0]);
            }
            Some(bytes) => {
                self.0.update(&[1]);
                self.bytes(bytes.as_ref());
            }
        }
    }

    fn end(self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PortablePast, PortableQuarantined, PortableRow};
    use super::*;
    use bytes::Bytes;
    use consilium_protocol::ids::Lineage;

    fn document() -> PortableDocument {
        PortableDocument {
            name: DocName::parse("a").unwrap(),
            lineage: Lineage(Uuid::from_u128(7)),
            title: "T".to_owned(),
            created_at_ms: 1,
            updated_at_ms: 2,
            deleted_at_ms: None,
            snapshots: vec![Bytes::from_static(b"s"), Bytes::from_static(b"t")],
            rows: vec![row(3, Some("ann"), b"u"), row(4, None, b"v")],
            owners: [(5, UserId::new("ann"))].into_iter().collect(),
            quarantine: vec![PortableQuarantined {
                at_ms: 6,
                author: None,
                reason: "r".to_owned(),
                update: Bytes::from_static(b"q"),
            }],
            past: PortablePast::of_one_edit(&UserId::new("ann"), 8),
        }
    }

    fn row(at_ms: i64, author: Option<&str>, update: &'static [u8]) -> PortableRow {
        PortableRow {
            at_ms,
            author: author.map(UserId::new),
            update: Bytes::from_static(update),
        }
    }

    #[test]
    fn every_part_of_a_document_is_covered() {
        let changes: &[fn(&mut PortableDocument)] = &[
            |d| d.name = DocName::parse("b").unwrap(),
            |d| d.lineage = Lineage(Uuid::from_u128(8)),
            |d| d.title.push('x'),
            |d| d.created_at_ms += 1,
            |d| d.updated_at_ms += 1,
            |d| d.deleted_at_ms = Some(0),
            |d| drop(d.snapshots.pop()),
            |d| d.snapshots[0] = Bytes::from_static(b"x"),
            |d| d.rows.swap(0, 1),
            |d| drop(d.rows.pop()),
            |d| d.rows[0].at_ms += 1,
            |d| d.rows[0].author = None,
            |d| d.rows[1].author = Some(UserId::new("")),
            |d| d.rows[0].update = Bytes::from_static(b"x"),
            |d| drop(d.owners.insert(6, UserId::new("ben"))),
            |d| drop(d.owners.insert(5, UserId::new("ben"))),
            |d| drop(d.quarantine.pop()),
            |d| d.quarantine[0].at_ms += 1,
            |d| d.quarantine[0].author = Some(UserId::new("ben")),
            |d| d.quarantine[0].reason.push('x'),
            |d| d.quarantine[0].update = Bytes::new(),
            |d| d.past = PortablePast::default(),
            |d| d.past = PortablePast::of_one_edit(&UserId::new("ann"), 9),
            |d| d.past = PortablePast::of_one_edit(&UserId::new("ben"), 8),
        ];
        let mut digests = std::collections::HashSet::from([Digest::of(&document())]);
        for (at, change) in changes.iter().enumerate() {
            let mut changed = document();
            change(&mut changed);
            assert!(digests.insert(Digest::of(&changed)), "change {at}");
        }
    }

    #[test]
    fn the_order_of_snapshots_says_nothing() {
        let mut swapped = document();
        swapped.snapshots.reverse();
        assert_eq!(Digest::of(&swapped), Digest::of(&document()));
    }

    #[test]
    fn a_store_is_its_identity_and_its_documents() {
        let name = |text: &str| DocName::parse(text).unwrap();
        let digest = |id, documents: &[(&str, Digest)]| {
            let mut store = StoreDigest::new(Uuid::from_u128(id));
            for (text, digest) in documents {
                store.add(&name(text), *digest);
            }
            assert_eq!(store.documents(), documents.len() as u64);
            store.end()
        };
        let (one, two) = (Digest([1; 32]), Digest([2; 32]));
        let base = digest(1, &[("a", one), ("b", two)]);
        assert_eq!(digest(1, &[("a", one), ("b", two)]), base);
        for other in [
            digest(2, &[("a", one), ("b", two)]),
            digest(1, &[("a", one)]),
            digest(1, &[("a", two), ("b", two)]),
            digest(1, &[("a", one), ("c", two)]),
        ] {
            assert_ne!(other, base);
        }
        assert_eq!(base.to_string().len(), 64);
    }
}
