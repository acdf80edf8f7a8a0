//! The values that cross the border of [`super::PublicationStore`]. Times are milliseconds since 1970 UTC.

use consilium_model::access::Privacy;
use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::{Access, DocName};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::community::wording::Language;
use crate::publication::rules::{Licence, Number, State, is_signed};
use crate::publication::votes::Vote;
use crate::rounds::result::RoundResult;
use crate::rounds::text::Scope;
use crate::store::communities::{DocumentStanding, NamedAccount};
use crate::store::looks::Viewer;
use crate::store::portal_ids::{AccountId, CommunityId, PublicationId, RoundId};
use crate::store::rounds::PackedText;
use crate::store::rounds::record::may_read;

/// Versions in a watch list.
pub const WATCHED_MAX: i64 = 100;

/// Versions of one document in a list: a guideline has one a year, and a candidate or two before each.
pub(super) const LISTED_MAX: i64 = 200;

/// Rounds about one document that are looked at.
pub(super) const ROUNDS_MAX: i64 = 200;

/// A version to be signed.
#[derive(Debug, Clone)]
pub struct NewCandidate {
    /// Its id.
    pub id: PublicationId,
    /// The document.
    pub document: DocName,
    /// What that is called now.
    pub title: String,
    /// Of its text.
    pub hash: Hash32,
    /// Its text.
    pub text: PackedText,
    /// Who is to sign.
    pub signatories: Vec<AccountId>,
}

/// What a candidate is published as.
#[derive(Debug, Clone)]
pub struct NewPublication {
    /// Its number.
    pub number: Number,
    /// When it is to be looked at again.
    pub review_by_ms: i64,
    /// What others may do with it.
    pub licence: Licence,
    /// What is new; may be empty.
    pub note: String,
    /// What was voted on of it.
    pub votes: Vec<Vote>,
}

/// Where a version comes from that was published elsewhere, as an archive said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    /// What the community is called there.
    pub community: String,
    /// The id that the version has there.
    pub id: String,
    /// When it was published there.
    pub published_at: i64,
    /// Who published it there.
    pub published_by: String,
    /// Who signed it there, or declined.
    pub signatories: Vec<OriginSignature>,
    /// Why it was withdrawn there, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<String>,
}

/// Somebody who signed elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OriginSignature {
    /// What they are called there.
    pub name: String,
    /// When they decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Why they declined, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declined: Option<String>,
}

/// Somebody who was named to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signatory {
    /// Who.
    pub who: NamedAccount,
    /// When they decided.
    pub decided_at_ms: Option<i64>,
    /// Why they do not sign, where they do not.
    pub declined: Option<String>,
    /// What they signed.
    pub hash: Option<Hash32>,
}

/// What a version is published as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub number: Number,
    /// By whom.
    pub by: NamedAccount,
    /// When.
    pub at_ms: i64,
    /// When it is to be looked at again.
    pub review_by_ms: i64,
    /// What others may do with it.
    pub licence: Licence,
    /// What is new; may be empty.
    pub note: String,
    /// What was voted on of it.
    pub votes: Vec<Vote>,
    /// Where it comes from, when it was published elsewhere.
    pub origin: Option<Origin>,
}

/// That a version does not hold any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// When.
    pub at_ms: i64,
    /// By whom.
    pub by: NamedAccount,
    /// Why.
    pub reason: String,
}

/// A version as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicationView {
    /// Its id.
    pub id: PublicationId,
    /// The document.
    pub document: DocName,
    /// The community.
    pub community: CommunityId,
    /// What that is called.
    pub community_name: String,
    /// The language of its words.
    pub language: Language,
    /// The title of the version.
    pub title: String,
    /// Who prepared it.
    pub prepared_by: NamedAccount,
    /// When.
    pub prepared_at_ms: i64,
    /// Of its text.
    pub hash: Hash32,
    /// Where it stands.
    pub state: State,
    /// Who is to sign, by name.
    pub signatories: Vec<Signatory>,
    /// What it is published as.
    pub published: Option<Published>,
    /// That it does not hold any more.
    pub withdrawal: Option<Withdrawal>,
    /// How the viewer stands to the document.
    pub standing: DocumentStanding,
}

impl PublicationView {
    /// Whether the viewer may read it: what is published as the document, what is not as the work on it.
    #[must_use]
    pub fn is_readable(&self, viewer: Viewer) -> bool {
        match self.state {
            State::Candidate | State::Replaced => {
                viewer.account.is_some() && may_read(&self.standing)
            }
            State::Published => {
                let is_public = self.standing.privacy == Privacy::Public;
                !self.standing.is_binned && (is_public || self.standing.access() >= Access::Read)
            }
        }
    }

    /// Whether everybody has decided and somebody has signed.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        is_signed(self.signatories.iter().map(|each| {
            each.decided_at_ms?;
            Some(each.declined.is_none())
        }))
    }

    /// How somebody is to sign it.
    #[must_use]
    pub fn signatory(&self, account: AccountId) -> Option<&Signatory> {
        self.signatories.iter().find(|each| each.who.id == account)
    }
}

/// A round about a document.
#[derive(Debug, Clone)]
pub struct RoundAbout {
    /// Its id.
    pub id: RoundId,
    /// What it asks.
    pub question: String,
    /// Of how much of the document.
    pub scope: Scope,
    /// How that begins.
    pub quote: String,
    /// Of what it shows.
    pub hash: Hash32,
    /// Whether it takes ballots still, or is not counted yet.
    pub is_open: bool,
    /// When it was counted, and what it came to.
    pub ended: Option<(i64, RoundResult)>,
    /// In a round with names: what those said who did not agree.
    pub said: Vec<String>,
}
