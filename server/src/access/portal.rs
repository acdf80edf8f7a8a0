//! What the communities have decided, for members of the portal who are signed in.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use consilium_model::{discussion, question};
use consilium_protocol::ids::{Access, DocName};
use parking_lot::Mutex;

use super::{Rules, Verdict};
use crate::auth::grants::PortalMember;
use crate::store::communities::Actor;
use crate::store::portal_ids::AccountId;
use crate::store::{Store, StoreError};

/// Writers that are remembered to be noted: a few megabytes. When there are more, the store is asked again.
const NOTED_MAX: usize = 50_000;

/// The rules of a portal: the decisions that are stored, read through the pure function of the model.
pub struct PortalRules {
    store: Arc<dyn Store>,
    /// Who is noted as having been let in to write ([`crate::left_behind`]).
    noted: Mutex<HashSet<(AccountId, DocName)>>,
}

impl PortalRules {
    /// Reads sessions and decisions from there.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            noted: Mutex::default(),
        }
    }

    /// Notes that somebody is let in to write. Where that fails they are let in all the same: it concerns what they write
    /// after they have lost the document, and they are noted when they come again.
    async fn note_writer(&self, account: AccountId, name: &DocName, at_ms: i64) {
        let key = (account, name.clone());
        if self.noted.lock().contains(&key) {
            return;
        }
        let by = Actor { account, at_ms };
        if let Err(error) = self.store.note_writer(by, name).await {
            tracing::warn!(doc = %name, %error, "a writer is not noted");
            return;
        }
        let mut noted = self.noted.lock();
        if noted.len() >= NOTED_MAX {
            noted.clear();
        }
        noted.insert(key);
    }
}

#[async_trait]
impl Rules for PortalRules {
    async fn access(
        &self,
        member: &PortalMember,
        name: &DocName,
        now: SystemTime,
    ) -> Result<Verdict, StoreError> {
        let now_ms = millis(now);
        // A token outlives the session that it was given to by minutes; what it allows does not.
        let live = self.store.live_sessions(&[member.session], now_ms).await?;
        if live.is_empty() {
            return Ok(Verdict::SessionOver);
        }
        let account = member.account;
        if question::parent_of(name).is_some() {
            let standing = self.store.question_standing(account, name, now_ms).await?;
            let access = standing.map_or(Access::None, |standing| standing.access());
            return Ok(Verdict::May(access));
        }
        let parent = discussion::parent_of(name);
        let of_document = parent.as_ref().unwrap_or(name);
        let standing = self
            .store
            .document_standing(account, of_document, now_ms)
            .await?;
        let access = match (standing, parent) {
            (Some(standing), Some(_)) => standing.access_to_discussion(),
            (Some(standing), None) => {
                let access = standing.access();
                if access == Access::Write {
                    self.note_writer(account, name, now_ms).await;
                }
                access
            }
            // A document of no community is none of the portal's; nor is a discussion of one.
            (None, Some(_)) => Access::None,
            (None, None) => {
                let branch = self.store.branch_standing(account, name, now_ms).await?;
                branch.map_or(Access::None, |standing| standing.access())
            }
        };
        Ok(Verdict::May(access))
    }

    async fn epoch(&self) -> Result<u64, StoreError> {
        self.store.access_epoch().await
    }

    async fn next_end(&self, now: SystemTime) -> Result<Option<SystemTime>, StoreError> {
        let end = self.store.next_end(millis(now)).await?;
        Ok(end.and_then(|end| {
            UNIX_EPOCH.checked_add(Duration::from_millis(u64::try_from(end).unwrap_or(0)))
        }))
    }
}

pub(super) fn millis(now: SystemTime) -> i64 {
    now.duration_since(UNIX_EPOCH).map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
