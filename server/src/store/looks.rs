//! How communities look: their picture, and what whoever may see a community sees of it.
//!
//! Their name and colour are columns of the community and change with it; the picture lies beside it. A look is for whoever
//! may know that the community exists: those in it; everybody with an account, where it can be joined or has documents in
//! the shared library; everybody, where one of its documents is public. Everybody else gets the answer for a community
//! that was never there (D17). Both databases share this code; [`super::statements`] says how.

use async_trait::async_trait;
use serde_json::{Map, Value as Json};
use sqlx::Error;

use super::StoreError;
use super::communities::rows::{admit, granted, lock, logo_hash, view};
use super::communities::{Actor, CommunityView, Decided, ledger};
use super::portal_ids::{AccountId, CommunityId};
use super::statements::{Database, Statements, Value, act, end, read};
use crate::community::act::Act;
use crate::community::logo::{Logo, LogoHash};
use crate::community::rules::Deed;

/// Who looks, and when: somebody signed in, or a stranger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// Who; `None` for a stranger.
    pub account: Option<AccountId>,
    /// When, in milliseconds since 1970 UTC.
    pub at_ms: i64,
}

impl From<Actor> for Viewer {
    fn from(actor: Actor) -> Self {
        Self {
            account: Some(actor.account),
            at_ms: actor.at_ms,
        }
    }
}

/// What a community looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What it is called.
    pub name: String,
    /// Its colour: `#` and six hexadecimal digits.
    pub accent: String,
    /// The picture that it is known by.
    pub logo: Option<LogoHash>,
}

/// Where looks are kept. Every method is safe to call from any number of tasks and nodes at once.
///
/// All methods fail with the storage-wide kinds of [`StoreError`].
///
/// Cancel safety, for all methods: dropping the future of a write leaves it either wholly done or wholly not done.
#[async_trait]
pub trait LookStore: Send + Sync + 'static {
    /// What a community looks like; `None` where there is none for whoever looks. One query.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn look(&self, viewer: Viewer, id: CommunityId) -> Result<Option<Look>, StoreError>;

    /// The picture of this name; `None` where the community has another one by now, or whoever looks does not see it.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn logo(
        &self,
        viewer: Viewer,
        id: CommunityId,
        hash: LogoHash,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Gives the community another picture, or none; for leaders and deputies. Without a difference nothing happens.
    ///
    /// # Errors
    /// The storage-wide kinds.
    async fn set_logo(
        &self,
        by: Actor,
        id: CommunityId,
        logo: Option<&Logo>,
    ) -> Result<Decided<CommunityView>, StoreError>;
}

#[async_trait]
impl<D: Database> LookStore for D {
    async fn look(&self, viewer: Viewer, id: CommunityId) -> Result<Option<Look>, StoreError> {
        read!(self, "read a look", |s| look(s, viewer, id))
    }

    async fn logo(
        &self,
        viewer: Viewer,
        id: CommunityId,
        hash: LogoHash,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        read!(self, "read a picture", |s| picture(s, viewer, id, hash))
    }

    async fn set_logo(
        &self,
        by: Actor,
        id: CommunityId,
        logo: Option<&Logo>,
    ) -> Result<Decided<CommunityView>, StoreError> {
        act!(self, "change a picture", |s| set(s, by, id, logo))
    }
}

/// Of community `c`, for account `$2` as of `$3`; `$4` is whether there is one.
const SEEN: &str = "(
    EXISTS (SELECT 1 FROM memberships m WHERE m.community = c.id AND m.account = $2
            AND (m.until_ms IS NULL OR m.until_ms > $3))
    OR (c.join_policy IN ('request', 'open') AND $4 = 1)
    OR EXISTS (SELECT 1 FROM document_policies p JOIN documents d ON d.id = p.doc
               WHERE p.community = c.id AND d.deleted_at_ms IS NULL
                 AND (p.privacy = 'public' OR (p.privacy = 'portal' AND $4 = 1))))";

/// The parameters of [`SEEN`], for community `$1`. Nobody has an account without bytes.
fn seen_by<'a>(viewer: &'a Viewer, id: &'a CommunityId) -> [Value<'a>; 4] {
    let account = viewer.account.as_ref();
    [
        Value::Bytes(id.as_bytes()),
        Value::Bytes(account.map_or(&[], |account| account.as_bytes())),
        Value::Int(viewer.at_ms),
        Value::Int(i64::from(account.is_some())),
    ]
}

async fn look(
    statements: &mut dyn Statements,
    viewer: Viewer,
    id: CommunityId,
) -> Result<Option<Look>, Error> {
    let sql = format!(
        "SELECT c.name, c.accent, l.hash FROM communities c
         LEFT JOIN community_logos l ON l.community = c.id WHERE c.id = $1 AND {SEEN}"
    );
    let found = statements.row(&sql, &seen_by(&viewer, &id)).await?;
    found
        .map(|row| {
            Ok(Look {
                name: row.text(0)?,
                accent: row.text(1)?,
                logo: logo_hash(&row, 2)?,
            })
        })
        .transpose()
}

async fn picture(
    statements: &mut dyn Statements,
    viewer: Viewer,
    id: CommunityId,
    hash: LogoHash,
) -> Result<Option<Vec<u8>>, Error> {
    let sql = format!(
        "SELECT l.picture FROM communities c JOIN community_logos l ON l.community = c.id
         WHERE c.id = $1 AND l.hash = $5 AND {SEEN}"
    );
    let [community, account, at, is_known] = seen_by(&viewer, &id);
    let values = [community, account, at, is_known, Value::Bytes(&hash.0)];
    let found = statements.row(&sql, &values).await?;
    found
        .map(|row| row.bytes(0).map(<[u8]>::to_vec))
        .transpose()
}

async fn set(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    logo: Option<&Logo>,
) -> Result<Decided<CommunityView>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::ChangeCommunity).await?);
    let before = granted!(view(&mut *statements, by, id).await?);
    if before.logo == logo.map(|logo| logo.hash) {
        return Ok(Ok(before));
    }
    statements
        .run(
            "DELETE FROM community_logos WHERE community = $1",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?;
    if let Some(logo) = logo {
        statements
            .run(
                "INSERT INTO community_logos (community, hash, picture, set_at_ms) VALUES ($1, $2, $3, $4)",
                &[
                    Value::Bytes(id.as_bytes()),
                    Value::Bytes(&logo.hash.0),
                    Value::Bytes(&logo.png),
                    Value::Int(by.at_ms),
                ],
            )
            .await?;
    }
    let called = logo.map_or(Json::Null, |logo| logo.hash.to_string().into());
    let fields = Map::from_iter([("logo".to_owned(), called)]);
    ledger::write(&mut *statements, by, id, &Act::Changed { fields }).await?;
    view(statements, by, id).await
}
