//! The table of contents of an archive: what stands in `consilium.json`.
//!
//! Whoever reads an archive of a later release passes over fields that they do not know; a release that changes the
//! meaning of a field raises [`VERSION`]. Times are milliseconds since 1970 UTC.

use serde::{Deserialize, Serialize};

use crate::publication::votes::Vote;
use crate::store::publications::OriginSignature;

/// What every archive says it is.
pub const FORMAT: &str = "consilium-community";

/// The version of this form.
pub const VERSION: u32 = 1;

/// The table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// When it was written.
    pub exported_at: i64,
    /// Of what.
    pub community: ArchivedCommunity,
    /// The last hash of the ledger as it was then: who keeps it can tell a ledger that was changed later.
    pub ledger_head: Option<String>,
    /// The documents, last edited first.
    pub documents: Vec<ArchivedDocument>,
    /// Those in the bin, last deleted first. Apart, because a release that does not know of them must not take them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub binned: Vec<ArchivedDocument>,
}

/// The community.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedCommunity {
    /// Its id on the server that it comes from.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its colour.
    pub accent: String,
    /// The file of its picture, a PNG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// The language of its own words: `en` or `de`.
    pub language: String,
    /// What its new documents are open to.
    pub default_privacy: String,
    /// When it was founded.
    pub created_at: i64,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedDocument {
    /// Its files, without their endings `.md`, `.html` and `.update`.
    pub file: String,
    /// Its name on the server that it comes from.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How far it was open.
    pub privacy: String,
    /// When it was begun.
    pub created_at: i64,
    /// When it was last edited.
    pub updated_at: i64,
    /// When it was put into the bin, for those that are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
    /// The files of its discussion, without their endings `.json` (comments for people) and `.update`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discussion: Option<String>,
    /// Its named versions, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<ArchivedVersion>,
    /// What was suggested to it, as far as whoever took the archive could read it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<ArchivedBranch>,
    /// Its clinical questions in their order, those in the bin among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<ArchivedQuestion>,
    /// Its published versions, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publications: Vec<ArchivedPublication>,
}

/// A clinical question of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedQuestion {
    /// Its files, without their endings `.json` (what it says, for people) and `.update`.
    pub file: String,
    /// The id that it has within its document, by which the text names it. Archives of earlier releases do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its title.
    pub title: String,
    /// When it was put into the bin, for one that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<i64>,
}

/// A published version of a document: who signed it, and what was voted on of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedPublication {
    /// Its file, without its ending `.json`: the canonical text that was signed.
    pub file: String,
    /// The id that it has where it was published.
    pub id: String,
    /// What the community is called where it was published.
    pub community: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The SHA-256 of its text, which whoever brings it can compute again.
    pub hash: String,
    /// When it was published.
    pub published_at: i64,
    /// Who published it.
    pub published_by: String,
    /// When it is to be looked at again.
    pub review_by: i64,
    /// Its licence.
    pub licence: String,
    /// What was new in it.
    pub note: String,
    /// Who signed it, or declined.
    pub signatories: Vec<OriginSignature>,
    /// What was voted on of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Vote>,
    /// Why it was withdrawn, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
}

/// A named version of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedVersion {
    /// Its file, without its ending `.update`.
    pub file: String,
    /// What it is called.
    pub name: String,
    /// The moment whose text it is.
    pub at: i64,
}

/// A suggestion to a document, or a draft of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedBranch {
    /// Its files, without their endings `.update` (its text) and `.fork.update` (the document when it began).
    pub file: String,
    /// `draft` or `suggestion`.
    pub kind: String,
    /// `open`, `merged` or `discarded`.
    pub state: String,
    /// What its author says to it.
    pub note: String,
    /// What its author is called.
    pub author: String,
    /// When it was made.
    pub made_at: i64,
}
