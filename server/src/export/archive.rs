//! A community as one file: a ZIP archive that people can open, and another server can read.
//!
//! ```text
//! consilium.json            the table of contents (see `manifest`)
//! members.json              who is in the community
//! logo.png                  the picture of the community, if it has one
//! ledger.jsonl              one act a line, oldest first, with the hashes that chain them
//! documents/001-title.md    each document for people,
//! documents/001-title.html  for browsers and word processors,
//! documents/001-title.update   and as its CRDT state: one update (V1)
//! documents/001-title.discussion.json     what was said about it, for people,
//! documents/001-title.discussion.update   and as its CRDT state
//! documents/001-title.version-1.update    each named version
//! documents/001-title.question-1.json     each clinical question, for people,
//! documents/001-title.question-1.update   and as its CRDT state
//! documents/001-title.publication-1.json  each published version, as it was signed
//! documents/001-title.branch-1.update     each suggestion, and what it began with (branch-1.fork.update)
//! ```
//!
//! [`Writer`] takes the documents one by one, so an archive may be larger than memory. [`Reader`] believes nothing that
//! an archive says about its sizes: what unpacks to more than was allowed is refused before it is in memory.

use std::io::{self, Cursor, Read, Seek, Write};

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use yrs::updates::decoder::Decode;
use yrs::{Doc, ReadTxn as _, Transact, Update};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use consilium_model::document;
use consilium_model::prose::read;

use super::chronicle::{self, LedgerFound};
use super::manifest::{
    ArchivedBranch, ArchivedDocument, ArchivedPublication, ArchivedQuestion, ArchivedVersion,
    FORMAT, Manifest, VERSION,
};
use super::question::{self, AskedQuestion, placed};
use super::{html, markdown};
use crate::community::logo::{KEPT_BYTES_MAX, Logo, drawn_anew};
use crate::community::wording::Language;
use crate::panic_boundary::contain;
use crate::plain_doc::plain_doc;

/// The table of contents.
pub const MANIFEST_FILE: &str = "consilium.json";
/// Who is in it.
pub const MEMBERS_FILE: &str = "members.json";
/// What it is known by.
pub const LOGO_FILE: &str = "logo.png";
/// What was decided.
pub const LEDGER_FILE: &str = "ledger.jsonl";

/// A table of contents: two thousand documents with long titles.
const MANIFEST_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A ledger: a hundred thousand acts, one every hour for ten years.
const LEDGER_BYTES_MAX: u64 = 64 * 1024 * 1024;

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

/// The document that something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The last one that was put in.
    Live,
    /// The last one of those in the bin.
    Binned,
}

/// Writes an archive, document by document.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
    language: Language,
    documents: Vec<ArchivedDocument>,
    binned: Vec<ArchivedDocument>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins. `language` is what the texts are in.
    pub fn new(to: W, language: Language) -> Self {
        Self {
            zip: ZipWriter::new(to),
            language,
            documents: Vec::new(),
            binned: Vec::new(),
        }
    }

    /// Puts a document in, in its three forms. `state` is its state as one update (V1), or nothing for a document in
    /// which nobody has written yet. What `document` says of its file is replaced; its title too, where the text has
    /// another one. A text that cannot be read is there as its state only: it must not keep the others back. `questions` are
    /// those that stand in it and behind it, for people.
    ///
    /// # Errors
    /// [`WriteError`]; the archive is then worth nothing.
    pub fn document(
        &mut self,
        mut document: ArchivedDocument,
        state: &[u8],
        questions: &[AskedQuestion],
    ) -> Result<(), WriteError> {
        let doc = decoded(state).ok_or(WriteError::Document)?;
        if let Some(title) = contain(|| document::title(&doc)).ok().flatten() {
            document.title = title;
        }
        let blocks = contain(|| read::body(&doc.transact())).ok();
        document.file = format!(
            "documents/{:03}-{}",
            self.documents.len() + self.binned.len() + 1,
            slug(&document.title)
        );
        let file = document.file.clone();
        if let Some(blocks) = blocks {
            let blocks = placed(blocks, questions, self.language);
            let markdown = markdown::write(&document.title, &blocks);
            self.file(&format!("{file}.md"), markdown.as_bytes())?;
            let page = html::page(&document.title, self.language.word(), &blocks);
            self.file(&format!("{file}.html"), page.as_bytes())?;
        }
        self.file(&format!("{file}.update"), state)?;
        if document.deleted_at.is_some() {
            self.binned.push(document);
        } else {
            self.documents.push(document);
        }
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
        manifest.binned = std::mem::take(&mut self.binned);
        let contents = serde_json::to_vec_pretty(&manifest)?;
        self.file(MANIFEST_FILE, &contents)?;
        Ok(self.zip.finish()?)
    }
}

impl<W: Write + Seek> Writer<W> {
    /// Puts the discussion of a document in: its state (V1), and what was said as JSON.
    ///
    /// # Errors
    /// [`WriteError`]; the archive is then worth nothing. [`WriteError::Document`] when no document is in yet.
    pub fn discussion(&mut self, at: Place, state: &[u8], said: &[u8]) -> Result<(), WriteError> {
        let document = self.at(at)?;
        let file = format!("{}.discussion", document.file);
        document.discussion = Some(file.clone());
        self.file(&format!("{file}.json"), said)?;
        self.file(&format!("{file}.update"), state)
    }

    /// Puts a named version of a document in.
    ///
    /// # Errors
    /// As [`Writer::discussion`].
    pub fn version(
        &mut self,
        at: Place,
        named: &str,
        at_ms: i64,
        state: &[u8],
    ) -> Result<(), WriteError> {
        let document = self.at(at)?;
        let file = format!("{}.version-{}", document.file, document.versions.len() + 1);
        document.versions.push(ArchivedVersion {
            file: file.clone(),
            name: named.to_owned(),
            at: at_ms,
        });
        self.file(&format!("{file}.update"), state)
    }

    /// Puts a branch of a document in: its state (V1) and that of the document when it began. What `branch` says of its
    /// file is replaced.
    ///
    /// # Errors
    /// As [`Writer::discussion`].
    pub fn branch(
        &mut self,
        at: Place,
        mut branch: ArchivedBranch,
        state: &[u8],
        fork: &[u8],
    ) -> Result<(), WriteError> {
        let document = self.at(at)?;
        let file = format!("{}.branch-{}", document.file, document.branches.len() + 1);
        branch.file.clone_from(&file);
        document.branches.push(branch);
        self.file(&format!("{file}.update"), state)?;
        self.file(&format!("{file}.fork.update"), fork)
    }

    /// Puts a clinical question of a document in: its state (V1), and what it says as JSON where that can be read. What
    /// `question` says of its file is replaced.
    ///
    /// # Errors
    /// As [`Writer::discussion`].
    pub fn question(
        &mut self,
        at: Place,
        mut question: ArchivedQuestion,
        state: &[u8],
    ) -> Result<(), WriteError> {
        let doc = decoded(state).ok_or(WriteError::Document)?;
        let said = contain(|| question::said(&doc)).ok();
        let document = self.at(at)?;
        let file = format!(
            "{}.question-{}",
            document.file,
            document.questions.len() + 1
        );
        question.file.clone_from(&file);
        document.questions.push(question);
        if let Some(said) = said {
            let said = serde_json::to_vec_pretty(&said)?;
            self.file(&format!("{file}.json"), &said)?;
        }
        self.file(&format!("{file}.update"), state)
    }

    /// Puts a published version of a document in: the text that was signed. What `publication` says of its file is replaced.
    ///
    /// # Errors
    /// As [`Writer::discussion`].
    pub fn publication(
        &mut self,
        at: Place,
        mut publication: ArchivedPublication,
        text: &[u8],
    ) -> Result<(), WriteError> {
        let document = self.at(at)?;
        let file = format!(
            "{}.publication-{}",
            document.file,
            document.publications.len() + 1
        );
        publication.file.clone_from(&file);
        document.publications.push(publication);
        self.file(&format!("{file}.json"), text)
    }

    fn at(&mut self, at: Place) -> Result<&mut ArchivedDocument, WriteError> {
        let list = match at {
            Place::Live => &mut self.documents,
            Place::Binned => &mut self.binned,
        };
        list.last_mut().ok_or(WriteError::Document)
    }

    /// The documents that are in, with their files.
    #[must_use]
    pub fn documents(&self) -> &[ArchivedDocument] {
        &self.documents
    }

    /// Ends without a table of contents: for what is no archive of a community.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn end(self) -> Result<W, WriteError> {
        Ok(self.zip.finish()?)
    }
}

/// The document that a state is of; `None` when it is none.
pub(crate) fn decoded(state: &[u8]) -> Option<Doc> {
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

/// A title as part of a file's name, for every file system: its letters and figures, in whichever script, as UTF-8.
pub(crate) fn slug(title: &str) -> String {
    let composed = ComposingNormalizerBorrowed::new_nfkc().normalize(title);
    let mut slug = String::new();
    for character in composed.to_lowercase().chars() {
        // Marks belong to their letters, and begin nothing.
        let is_kept = character.is_alphanumeric()
            || (is_mark(character) && !slug.is_empty() && !slug.ends_with('-'));
        let next = match is_kept {
            true => character,
            false if slug.ends_with('-') || slug.is_empty() => continue,
            false => '-',
        };
        if slug.len() + next.len_utf8() > SLUG_BYTES_MAX {
            break;
        }
        slug.push(next);
    }
    match slug.trim_end_matches('-') {
        "" => "document".to_owned(),
        slug => slug.to_owned(),
    }
}

fn is_mark(character: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(character))
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
        if manifest.documents.len() + manifest.binned.len() > DOCUMENTS_MAX {
            return Err(ReadError::TooLarge);
        }
        Ok(Self { zip, manifest })
    }

    /// The table of contents.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The state in this file, named without its ending; empty where nobody had written. At most `bytes_max` of it.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] and [`ReadError::TooLarge`].
    pub fn state(&mut self, file: &str, bytes_max: usize) -> Result<Vec<u8>, ReadError> {
        let name = format!("{file}.update");
        let state = unpack(&mut self.zip, &name, bytes_max as u64)
            .map_err(|error| error.unless_missing(ReadError::Damaged))?;
        decoded(&state).ok_or(ReadError::Damaged)?;
        Ok(state)
    }

    /// The text of a published version in this file, named without its ending. At most `bytes_max` of it.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] and [`ReadError::TooLarge`].
    pub fn text(&mut self, file: &str, bytes_max: usize) -> Result<Vec<u8>, ReadError> {
        let name = format!("{file}.json");
        unpack(&mut self.zip, &name, bytes_max as u64)
            .map_err(|error| error.unless_missing(ReadError::Damaged))
    }

    /// Whether the ledger that came along is what was written. One that does not fit what is taken counts as broken.
    pub fn ledger(&mut self) -> LedgerFound {
        let community = &self.manifest.community.id;
        let head = self.manifest.ledger_head.as_deref();
        let lines = match unpack(&mut self.zip, LEDGER_FILE, LEDGER_BYTES_MAX) {
            Ok(lines) => lines,
            Err(UnpackError::Missing) => return LedgerFound::Missing,
            Err(UnpackError::TooLarge) => return LedgerFound::Broken,
        };
        match std::str::from_utf8(&lines) {
            Ok(lines) => chronicle::follow(lines, community, head),
            Err(_) => LedgerFound::Broken,
        }
    }

    /// The picture of the community, drawn anew: an archive is believed no more than a person. `None` where it has none.
    ///
    /// # Errors
    /// [`ReadError::Damaged`] and [`ReadError::TooLarge`].
    pub fn logo(&mut self) -> Result<Option<Logo>, ReadError> {
        let Some(file) = self.manifest.community.logo.clone() else {
            return Ok(None);
        };
        let brought = unpack(&mut self.zip, &file, KEPT_BYTES_MAX as u64)
            .map_err(|error| error.unless_missing(ReadError::Damaged))?;
        drawn_anew(&brought)
            .map(Some)
            .map_err(|_| ReadError::Damaged)
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
