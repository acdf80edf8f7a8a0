//! What is searched of documents, and who finds it (ADR-0023).
//!
//! For each document of a community there may be one text, as of a position in what was committed. Everything here is
//! derived and can be made again; it goes with the policy of its document, and no move takes it along. The bin, policies,
//! roles and grants are asked at each search, in the same query: what narrows a document takes effect with its commit.
//!
//! Who may read is decided by the rule of access ([`DocumentStanding::access`]), for every hit. The query leaves out
//! beforehand whatever that rule would refuse, so that what is filtered out cannot be counted by whoever searches:
//! neither a page nor its end depends on documents that they may not read. The contract holds the two against each other.
//!
//! Both databases share this code; [`super::statements`] says how.

mod queries;

use async_trait::async_trait;
use consilium_protocol::ids::DocName;

use super::communities::{Actor, DocumentStanding};
use super::portal_ids::CommunityId;
use super::record::{DocId, DocumentRecord};
use super::statements::{Database, act, end, read};
use super::{DocumentCursor, StoreError};
use crate::search::query::Query;
use crate::search::text::SearchText;

/// A position in what was committed: a text that was read afterwards holds at least all before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPosition {
    /// In which run of the database; positions of two runs say nothing of each other.
    pub run: String,
    /// Grows within a run.
    pub seq: i64,
}

/// A step of a sweep through the documents of communities, the last changed first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepStep {
    /// Those whose head is beyond what is searched of them.
    pub behind: Vec<DocName>,
    /// Where the next step begins; `None` behind the last document.
    pub next: Option<DocumentCursor>,
}

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchWithin {
    /// Whatever the actor may read.
    Everything,
    /// One community.
    Community(CommunityId),
    /// What is open to everybody with an account, of communities that the actor is not in.
    Library,
}

/// A place in what is found: hits in the title first, then the last changed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchCursor {
    /// Whether all words occur in the title.
    pub in_title: bool,
    /// When the document was last changed.
    pub at_ms: i64,
    /// The document.
    pub id: DocId,
}

/// A search.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// What for.
    pub query: &'a Query,
    /// Where.
    pub within: SearchWithin,
    /// Where the last page ended.
    pub after: Option<SearchCursor>,
    /// At most so many documents.
    pub limit: usize,
}

/// A document in which all words occur, and that the actor may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// What lists show.
    pub record: DocumentRecord,
    /// What its community is called.
    pub community_name: String,
    /// How the actor stands to it.
    pub standing: DocumentStanding,
    /// What is searched of it.
    pub text: SearchText,
    /// Where to go on behind it.
    pub cursor: SearchCursor,
}

/// A page of what is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPage {
    /// Best first.
    pub hits: Vec<SearchHit>,
    /// Where to go on; `None` on the last page.
    pub next: Option<SearchCursor>,
}

/// Where texts are searched. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`].
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait SearchStore: Send + Sync + 'static {
    /// The position of now.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn search_position(&self) -> Result<SearchPosition, StoreError>;

    /// Looks at so many documents behind `after`, those in the bin left out.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn behind_in_search(
        &self,
        position: &SearchPosition,
        after: Option<DocumentCursor>,
        count: u32,
    ) -> Result<SweepStep, StoreError>;

    /// Whether a document of a community has gone on since its text was read. False for any other document.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn is_behind_in_search(
        &self,
        position: &SearchPosition,
        name: &DocName,
    ) -> Result<bool, StoreError>;

    /// Replaces what is searched of a document, unless that was read at a later position of the same run. False when
    /// nothing was replaced, also for a document of no community.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn put_search_text(
        &self,
        doc: DocId,
        position: &SearchPosition,
        text: &SearchText,
    ) -> Result<bool, StoreError>;

    /// One page of the documents that the actor may read and in which all words occur. Nobody finds anything by a query
    /// without words.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn search(&self, by: Actor, search: Search<'_>) -> Result<SearchPage, StoreError>;
}

#[async_trait]
impl<D: Database> SearchStore for D {
    async fn search_position(&self) -> Result<SearchPosition, StoreError> {
        read!(self, "read a position", |s| queries::position(s))
    }

    async fn behind_in_search(
        &self,
        position: &SearchPosition,
        after: Option<DocumentCursor>,
        count: u32,
    ) -> Result<SweepStep, StoreError> {
        read!(self, "look for documents to search", |s| queries::behind(
            s, position, after, count
        ))
    }

    async fn is_behind_in_search(
        &self,
        position: &SearchPosition,
        name: &DocName,
    ) -> Result<bool, StoreError> {
        read!(self, "look whether a document went on", |s| {
            queries::is_behind(s, position, name)
        })
    }

    async fn put_search_text(
        &self,
        doc: DocId,
        position: &SearchPosition,
        text: &SearchText,
    ) -> Result<bool, StoreError> {
        act!(self, "write what is searched", |s| queries::put(
            s, doc, position, text
        ))
    }

    async fn search(&self, by: Actor, search: Search<'_>) -> Result<SearchPage, StoreError> {
        if search.query.terms().is_empty() {
            return Ok(SearchPage {
                hits: Vec::new(),
                next: None,
            });
        }
        read!(self, "search", |s| queries::search(s, by, search))
    }
}
