//! What the portal keeps of versions that are signed and published: the frozen text, who is to sign, and what became of it.
//!
//! As everywhere in the portal an act is one transaction that asks the rules ([`crate::publication::rules`]), changes what it
//! has to and writes the ledger. A candidate is for those who work on its document; what is published is for everybody who
//! may read the document. What was frozen has no statement here that changes it, and triggers refuse any.
//!
//! Reading order: [`record`], the trait, then `preparing`, `signing`, `publishing` and `reading`. Does not know HTTP, and never
//! looks inside a text.

mod preparing;
mod publishing;
pub(in crate::store) mod reading;
pub mod record;
mod signing;

use async_trait::async_trait;
use consilium_model::meeting::ids::Hash32;
use consilium_protocol::ids::DocName;

pub use self::record::{
    NewCandidate, NewPublication, Origin, OriginSignature, PublicationView, Published, RoundAbout,
    Signatory, Withdrawal,
};

use super::StoreError;
use super::communities::NamedAccount;
use super::communities::record::{Actor, Decided};
use super::looks::Viewer;
use super::portal_ids::{CommunityId, PublicationId};
use super::rounds::record::unpack;
use super::statements::{Database, act, end, read};
use crate::publication::content::TEXT_BYTES_MAX;
use crate::publication::rules::Decision;

/// Where publications live. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`]; what is refused by a rule is a
/// [`super::communities::Refusal`] inside the answer, and then nothing has changed.
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait PublicationStore: Send + Sync + 'static {
    /// Whether the actor may prepare and publish versions of this document now.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn may_publish(&self, by: Actor, document: &DocName) -> Result<Decided<()>, StoreError>;

    /// Who can be named to sign a version of this document, by name: whoever belongs to the community, reads it and has not
    /// stepped back. For those who may publish it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn may_sign(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<NamedAccount>>, StoreError>;

    /// Rounds about a document that are open or were counted, the latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn rounds_about(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<RoundAbout>>, StoreError>;

    /// Keeps a candidate in the place of the one before.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn prepare_publication(
        &self,
        by: Actor,
        candidate: &NewCandidate,
    ) -> Result<Decided<()>, StoreError>;

    /// One version.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn publication(
        &self,
        viewer: Viewer,
        id: PublicationId,
    ) -> Result<Decided<PublicationView>, StoreError>;

    /// What it says: canonical JSON.
    ///
    /// # Errors
    /// [`StoreError::Rejected`] when what is stored is not what was written; the storage-wide kinds.
    async fn publication_text(
        &self,
        viewer: Viewer,
        id: PublicationId,
    ) -> Result<Decided<Vec<u8>>, StoreError>;

    /// The versions of a document that the viewer may see, the latest first.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn publications_of(
        &self,
        viewer: Viewer,
        document: &DocName,
    ) -> Result<Vec<PublicationView>, StoreError>;

    /// The actor signs what this hash is of, or declines.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn sign(
        &self,
        by: Actor,
        id: PublicationId,
        hash: Hash32,
        decision: &Decision,
    ) -> Result<Decided<()>, StoreError>;

    /// Publishes a candidate. Whether its text still stands is the caller's question, asked just before.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn publish(
        &self,
        by: Actor,
        id: PublicationId,
        publication: &NewPublication,
    ) -> Result<Decided<()>, StoreError>;

    /// Says that a version does not hold any more, and why. Its text stays.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn withdraw_publication(
        &self,
        by: Actor,
        id: PublicationId,
        reason: &str,
    ) -> Result<Decided<()>, StoreError>;

    /// The latest published versions of the documents of a community that the actor may read and that are to be looked at
    /// again before `until_ms`: what is due first comes first; at most [`record::WATCHED_MAX`].
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn watched(
        &self,
        by: Actor,
        id: CommunityId,
        until_ms: i64,
    ) -> Result<Decided<Vec<PublicationView>>, StoreError>;

    /// Keeps a version that was published elsewhere. For whoever may publish the document.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn bring_publication(
        &self,
        by: Actor,
        brought: &NewCandidate,
        publication: &NewPublication,
        origin: &Origin,
    ) -> Result<Decided<()>, StoreError>;
}

#[async_trait]
impl<D: Database> PublicationStore for D {
    async fn may_publish(&self, by: Actor, document: &DocName) -> Result<Decided<()>, StoreError> {
        read!(self, "ask for a publication", |s| preparing::may(
            s, by, document
        ))
    }

    async fn may_sign(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<NamedAccount>>, StoreError> {
        read!(self, "ask who may sign", |s| preparing::signers(
            s, by, document
        ))
    }

    async fn rounds_about(
        &self,
        by: Actor,
        document: &DocName,
    ) -> Result<Decided<Vec<RoundAbout>>, StoreError> {
        read!(self, "read rounds about a document", |s| {
            reading::rounds_about(s, by, document)
        })
    }

    async fn prepare_publication(
        &self,
        by: Actor,
        candidate: &NewCandidate,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "prepare a publication", |s| preparing::prepare(
            s, by, candidate
        ))
    }

    async fn publication(
        &self,
        viewer: Viewer,
        id: PublicationId,
    ) -> Result<Decided<PublicationView>, StoreError> {
        read!(self, "read a publication", |s| reading::one(s, viewer, id))
    }

    async fn publication_text(
        &self,
        viewer: Viewer,
        id: PublicationId,
    ) -> Result<Decided<Vec<u8>>, StoreError> {
        let packed = read!(self, "read what is published", |s| reading::text(
            s, viewer, id
        ))?;
        match packed {
            Ok(packed) => unpack(packed, TEXT_BYTES_MAX).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn publications_of(
        &self,
        viewer: Viewer,
        document: &DocName,
    ) -> Result<Vec<PublicationView>, StoreError> {
        read!(self, "list publications", |s| reading::of_document(
            s, viewer, document
        ))
    }

    async fn sign(
        &self,
        by: Actor,
        id: PublicationId,
        hash: Hash32,
        decision: &Decision,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "sign a publication", |s| signing::decide(
            s, by, id, hash, decision
        ))
    }

    async fn publish(
        &self,
        by: Actor,
        id: PublicationId,
        publication: &NewPublication,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "publish a version", |s| publishing::publish(
            s,
            by,
            id,
            publication
        ))
    }

    async fn withdraw_publication(
        &self,
        by: Actor,
        id: PublicationId,
        reason: &str,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "withdraw a version", |s| publishing::withdraw(
            s, by, id, reason
        ))
    }

    async fn watched(
        &self,
        by: Actor,
        id: CommunityId,
        until_ms: i64,
    ) -> Result<Decided<Vec<PublicationView>>, StoreError> {
        read!(self, "read a watch list", |s| reading::watched(
            s, by, id, until_ms
        ))
    }

    async fn bring_publication(
        &self,
        by: Actor,
        brought: &NewCandidate,
        publication: &NewPublication,
        origin: &Origin,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "bring a published version", |s| publishing::bring(
            s,
            by,
            brought,
            publication,
            origin
        ))
    }
}
