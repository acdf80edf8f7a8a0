//! A community as one file: a ZIP archive that people can open, and another server can read.
//!
//! ```text
//! consilium.json            the table of contents (see `manifest`)
//! members.json              who is in the community
//! ledger.jsonl              one act a line, oldest first, with the hashes that chain them
//! documents/001-title.md    each document for people,
//! documents/001-title.html  for browsers and word processors,
//! documents/001-title.update   and as its CRDT state: one update (V1)
//! ```
//!
//! [`Writer`] takes the documents one by one, so an archive may be larger than memory. [`Reader`] believes nothing that
//! an archive says about its sizes: what unpacks to more than was allowed is refused before it is in memory.

use std::io::{self, Cursor, Read, Seek, Write};

use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn as _, Transact, Update};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use consilium_model::document;
use consilium_model::prose::read;

use super::manifest::{ArchivedDocument, FORMAT, Manifest, VERSION};
use super::{html, markdown};
use crate::panic_boundary::contain;
use crate::plain_doc::plain_doc;

/// The table of contents.
pub const MANIFEST_FILE: &str = "consilium.json";
/// Who is in it.
pub const MEMBERS_FILE: &str = "members.json";
/// What was decided.
pub const LEDGER_FILE: &str = "ledger.jsonl";

/// A table of contents: two thousand documents with long titles.
const MANIFEST_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Documents in an archive that is read. A community with more is moved by the operator (`migrate-store`).
pub const DOCUMENTS_MAX: usize = 2_000;

/// How much of a title is in the name of a file.
const SLUG_BYTES_MAX: usize = 60;

/// Why an archive could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The file took no more.
    #[error("write an archive")]
    File(#[from] ZipError),
    /// The file took no more.
    #[error("write an archive")]
    Io(#[from] io::Error),
    /// A document's state is not one.
    #[error("read a document for an archive")]
    Document,
    /// A table of contents that cannot be written down.
    #[error("write the contents of an archive")]
    Contents(#[from] serde_json::Error),
}

/// Why an archive cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is no ZIP archive, or it is damaged.
    #[error("no archive, or a damaged one")]
    NoArchive,
    /// It is none of ours, or of a later form.
    #[error("not an archive of a community that this version knows")]
    OtherKind,
    /// A file that the table of contents names is missing or is not what it should be.
    #[error("a document of the archive is missing or damaged")]
    Damaged,
    /// It unpacks to more than is taken.
    #[error("more than is taken")]
    TooLarge,
}

/// Writes an archive, document by document.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
    language: String,
    documents: Vec<ArchivedDocument>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins. `language` is what the texts are in, as HTML names it.
    pub fn new(to: W, language: &str) -> Self {
        Self {
            zip: ZipWriter::new(to),
            language: language.to_owned(),
            documents: Vec::new(),
        }
    }

    /// Puts a document in, in its three forms. `state` is its state as one update (V1), or nothing for a document in
    /// which nobody has written yet. What `document` says of its file is replaced; its title too, where the text has
    /// another one. A text that cannot be read is there as its state only: it must not keep the others back.
    ///
    /// # Errors
    /// [`WriteError`]; the archive is then worth nothing.
    pub fn document(
        &mut self,
        mut document: ArchivedDocument,
        state: &[u8],
    ) -> Result<(), WriteError> {
        let doc = decoded(state).ok_or(WriteError::Document)?;
        if let Some(title) = contain(|| document::title(&doc)).ok().flatten() {
            document.title = title;
        }
        let blocks = contain(|| read::body(&doc.transact())).ok();
        document.file = format!(
            "documents/{:03}-{}",
            self.documents.len() + 1,
            slug(&document.title)
        );
        let file = document.file.clone();
        if let Some(blocks) = blocks {
            let markdown = markdown::write(&document.title, &blocks);
            self.file(&format!("{file}.md"), markdown.as_bytes())?;
            let page = html::page(&document.title, &self.language, &blocks);
            self.file(&format!("{file}.html"), page.as_bytes())?;
        }
        self.file(&format!("{file}.update"), state)?;
        self.documents.push(document);
        Ok(())
    }

    /// Puts another file in.
    ///
    /// # Errors
    /// [`WriteError`]; the archive is then worth nothing.
    pub fn file(&mut self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        self.zip.start_file(name, SimpleFileOptions::default())?;
        self.zip.write_all(content)?;
        Ok(())
    }

    /// How many documents are in.
    #[must_use]
    pub fn count(&self) -> usize {
        self.documents.len()
    }

    /// Writes the table of contents and ends. Its list of documents is the writer's own.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn finish(mut self, mut manifest: Manifest) -> Result<W, WriteError> {
        manifest.documents = std::mem::take(&mut self.documents);
        let contents = serde_json::to_vec_pretty(&manifest)?;
        self.file(MANIFEST_FILE, &contents)?;
        Ok(self.zip.finish()?)
    }
}

/// The document that a state is of; `None` when it is none.
fn decoded(state: &[u8]) -> Option<Doc> {
    let doc = plain_doc();
    if state.is_empty() {
        return Some(doc);
    }
    contain(|| {
        let update = Update::decode_v1(state).ok()?;
        doc.transact_mut().apply_update(update).ok()?;
        // What waits for something that is missing would not be in the text: that is no state.
        let is_whole = doc.transact().store().pending_update().is_none();
        is_whole.then_some(doc)
    })
    .ok()
    .flatten()
}

/// A title as part of a file's name, for every file system.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for character in title.chars() {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            'A'..='Z' => slug.push(character.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= SLUG_BYTES_MAX {
            break;
        }
    }
    match slug.trim_end_matches('-') {
        "" => "document".to_owned(),
        slug => slug.to_owned(),
    }
}

/// Reads an archive that somebody brought.
pub struct Reader<B: AsRef<[u8]>> {
    zip: ZipArchive<Cursor<B>>,
    manifest: Manifest,
}

impl<B: AsRef<[u8]>> Reader<B> {
    /// Looks at what it says of itself.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn open(bytes: B) -> Result<Self, ReadError> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::NoArchive)?;
        let contents = unpack(&mut zip, MANIFEST_FILE, MANIFEST_BYTES_MAX)
            .map_err(|error| error.unless_missing(ReadError::OtherKind))?;
        let manifest: Manifest =
            serde_json::from_slice(&contents).map_err(|_| ReadError::OtherKind)?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(ReadError::OtherKind);
        }
        if manifest.documents.len() > DOCUMENTS_MAX {
            return Err(ReadError::TooLarge);
        }
        Ok(Self { zip, manifest })
    }

    /// The table of contents.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The state of the document at this place of the table of contents; empty where nobody had written in it. At most
    /// `bytes_max` of it.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] and [`ReadError::TooLarge`].
    pub fn state(&mut self, place: usize, bytes_max: usize) -> Result<Vec<u8>, ReadError> {
        let document = self
            .manifest
            .documents
            .get(place)
            .ok_or(ReadError::Damaged)?;
        let name = format!("{}.update", document.file);
        let state = unpack(&mut self.zip, &name, bytes_max as u64)
            .map_err(|error| error.unless_missing(ReadError::Damaged))?;
        decoded(&state).ok_or(ReadError::Damaged)?;
        Ok(state)
    }
}

/// Why a file of an archive is not there.
enum UnpackError {
    Missing,
    TooLarge,
}

impl UnpackError {
    fn unless_missing(self, missing: ReadError) -> ReadError {
        match self {
            Self::Missing => missing,
            Self::TooLarge => ReadError::TooLarge,
        }
    }
}

fn unpack<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    name: &str,
    bytes_max: u64,
) -> Result<Vec<u8>, UnpackError> {
    let file = zip.by_name(name).map_err(|_| UnpackError::Missing)?;
    let mut content = Vec::new();
    // One more than allowed, to tell; whatever the archive says about the size.
    file.take(bytes_max + 1)
        .read_to_end(&mut content)
        .map_err(|_| UnpackError::Missing)?;
    if content.len() as u64 > bytes_max {
        return Err(UnpackError::TooLarge);
    }
    Ok(content)
}

#[cfg(test)]
mod tests;
