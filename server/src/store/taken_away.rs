//! Comments that those who govern a community took away.
//!
//! Nobody deletes another's block of a discussion (ADR-0018), and this does not either: it says that a comment is no longer
//! shown, as an act with its entry in the ledger, and tells its author. Where a comment stands and whose it is, is in the
//! CRDT document, which this module does not read: callers do. Both databases share this code; [`super::statements`] says
//! how.

use async_trait::async_trait;
use consilium_model::access::Privacy;
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::StoreError;
use super::catching_up::Kind;
use super::catching_up::telling::{self, Note};
use super::communities::rows::{admit, granted, lock};
use super::communities::{Actor, Decided, Refusal, ledger, standing};
use super::portal_ids::AccountId;
use super::statements::{Database, Statements, Value, act, end, read};
use crate::community::act::Act;
use crate::community::rules::Deed;

/// A comment, as its discussion has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remark<'a> {
    /// The document that it is about.
    pub document: &'a DocName,
    /// The discussion that it stands in.
    pub discussion: &'a DocName,
    /// Its name: the place of its block.
    pub place: &'a str,
    /// The thread that it stands in.
    pub thread: &'a str,
    /// Whose it is; `None` for somebody without an account here.
    pub author: Option<AccountId>,
}

/// Where it is kept. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`].
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait TakenAwayStore: Send + Sync + 'static {
    /// The places of the comments of a discussion that were taken away, in their order.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn taken_away(&self, discussion: &DocName) -> Result<Vec<String>, StoreError>;

    /// Takes a comment away; for leaders and deputies who see the discussion. Nothing happens to one that is taken away
    /// already.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn take_away(
        &self,
        by: Actor,
        remark: Remark<'_>,
        reason: &str,
    ) -> Result<Decided<()>, StoreError>;
}

#[async_trait]
impl<D: Database> TakenAwayStore for D {
    async fn taken_away(&self, discussion: &DocName) -> Result<Vec<String>, StoreError> {
        read!(self, "list comments that were taken away", |s| list(
            s, discussion
        ))
    }

    async fn take_away(
        &self,
        by: Actor,
        remark: Remark<'_>,
        reason: &str,
    ) -> Result<Decided<()>, StoreError> {
        act!(self, "take a comment away", |s| take(s, by, remark, reason))
    }
}

async fn list(statements: &mut dyn Statements, discussion: &DocName) -> Result<Vec<String>, Error> {
    let rows = statements
        .rows(
            "SELECT t.remark FROM taken_away t JOIN documents d ON d.id = t.doc WHERE d.name = $1",
            &[Value::Text(discussion.as_str())],
        )
        .await?;
    let mut places = rows
        .iter()
        .map(|row| row.text(0))
        .collect::<Result<Vec<_>, _>>()?;
    // Here, because two databases need not sort alike.
    places.sort_unstable();
    Ok(places)
}

async fn take(
    statements: &mut dyn Statements,
    by: Actor,
    remark: Remark<'_>,
    reason: &str,
) -> Result<Decided<()>, Error> {
    let found = standing::of(&mut *statements, by.account, remark.document, by.at_ms).await?;
    let Some(found) = found.filter(|found| found.access_to_discussion() >= Access::Read) else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    lock(&mut *statements, found.community).await?;
    granted!(
        admit(
            &mut *statements,
            by,
            found.community,
            Deed::TakeCommentsAway
        )
        .await?
    );
    let taken = statements
        .run(
            "INSERT INTO taken_away (doc, remark, taken_by, at_ms)
             SELECT id, $2, $3, $4 FROM documents WHERE name = $1 ON CONFLICT (doc, remark) DO NOTHING",
            &[
                Value::Text(remark.discussion.as_str()),
                Value::Text(remark.place),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    if taken == 0 {
        return Ok(Ok(()));
    }
    if found.privacy != Privacy::Private {
        let act = Act::CommentTakenAway {
            document: remark.document.clone(),
            member: remark.author,
            reason: reason.to_owned(),
        };
        ledger::write(&mut *statements, by, found.community, &act).await?;
    }
    if let Some(author) = remark.author {
        let note = Note {
            document: Some(remark.document),
            thread: Some(remark.thread),
            ..Note::new(by, Kind::CommentTakenAway, found.community)
        };
        let cause = format!("taken away {} {}", remark.discussion, remark.place);
        telling::tell_of(statements, author, &note, &cause).await?;
    }
    Ok(Ok(()))
}
