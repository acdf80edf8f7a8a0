//! A few sessions, handed to one caller at a time each.
//!
//! Not sqlx's pool: that one hides why it could not connect, retries until its deadline while everybody waits, asks
//! "are you there?" before each use, which would be a third of the round trips of a commit, and cannot say to which run
//! of the server a connection belongs.
//!
//! A session whose caller went away in the middle, or whose server did, is closed and never used again; the next
//! caller connects anew, and does not try those that rested meanwhile. So a restart of PostgreSQL, or a failover behind
//! one address, heals by itself, at the price of one failed call for each session that was in use. What such a session
//! was asked for may still be done at the server ([`super::backend`]).

use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::backend::{self, Backend};
use super::classify::{classify, is_lost, within};
use super::position::Epoch;
use super::session::{Admission, Connector, Session};
use crate::store::StoreError;
use crate::store::limits::{
    POSTGRES_ACQUIRE_TIMEOUT, POSTGRES_ALONE_RETRY, POSTGRES_ANSWER_TIMEOUT,
    POSTGRES_CONNECT_TIMEOUT, POSTGRES_PING_AFTER, POSTGRES_PING_TIMEOUT,
};
use crate::store::portable::MovedStore;

/// What sessions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// What was given up needs no thought.
    Reads,
    /// What was given up may be done later.
    Writes,
}

/// The sessions for one kind of work.
#[derive(Debug)]
pub(super) struct Links {
    connector: Arc<Connector>,
    moved: MovedStore,
    work: Work,
    count: u32,
    permits: Semaphore,
    idle: Mutex<Vec<Idle>>,
    /// Whose work was given up, and may not have ended.
    given_up: Mutex<Vec<Backend>>,
    /// One at a time sees to those.
    settling: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Idle {
    session: Session,
    since: Instant,
}

/// A session in use. Goes back when it is dropped, unless something is still under way on it.
#[derive(Debug)]
pub(super) struct Link<'a> {
    links: &'a Links,
    /// `None` once it turned out to be of no further use.
    session: Option<Session>,
    epoch: Epoch,
    is_busy: bool,
    _permit: SemaphorePermit<'a>,
}

impl Links {
    /// At most `count` sessions at one time; none is opened yet.
    pub(super) fn new(
        connector: Arc<Connector>,
        moved: MovedStore,
        work: Work,
        count: u32,
    ) -> Self {
        Self {
            connector,
            moved,
            work,
            count,
            permits: Semaphore::new(count as usize),
            idle: Mutex::default(),
            given_up: Mutex::default(),
            settling: tokio::sync::Mutex::default(),
        }
    }

    /// Waits for its turn and hands out a session.
    ///
    /// Cancel safety: nothing is left behind.
    pub(super) async fn take(&self) -> Result<Link<'_>, StoreError> {
        let permit = tokio::time::timeout(POSTGRES_ACQUIRE_TIMEOUT, self.permits.acquire())
            .await
            .map_err(|_| {
                StoreError::Busy(
                    "all connections to PostgreSQL have been in use for too long".into(),
                )
            })?
            .map_err(|_| StoreError::Unavailable("the store is closed".into()))?;
        let session = match self.answering().await {
            Some(session) => session,
            None => {
                self.connector
                    .connect(Admission::Serving(self.moved))
                    .await?
            }
        };
        Ok(Link {
            links: self,
            epoch: session.epoch,
            session: Some(session),
            is_busy: false,
            _permit: permit,
        })
    }

    /// A session at rest that is good, if there is one.
    async fn answering(&self) -> Option<Session> {
        loop {
            // Bound first: the lock must not be held while asking.
            let next = self.idle.lock().pop();
            let Idle { mut session, since } = next?;
            if !self.connector.trusts(&session) {
                continue;
            }
            if since.elapsed() < POSTGRES_PING_AFTER || session.answers(POSTGRES_PING_TIMEOUT).await
            {
                return Some(session);
            }
            self.connector.count_loss();
        }
    }

    /// Waits until all work that was given up has ended: it is done then, or never will be.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] while the server is at it, or cannot be asked.
    ///
    /// Cancel safety: what has not ended is waited for next time.
    pub(super) async fn settle(&self) -> Result<(), StoreError> {
        if self.given_up.lock().is_empty() {
            return Ok(());
        }
        // Whoever comes while another looks waits as long as that one may, not as long as all before it may.
        let turn = tokio::time::timeout(POSTGRES_CONNECT_TIMEOUT, self.settling.lock()).await;
        let _turn = turn.map_err(|_| still_at_it())?;
        let given_up = self.given_up.lock().clone();
        if given_up.is_empty() {
            return Ok(());
        }
        let mut link = self.take().await?;
        let asking = link.backend()?.clone();
        let until = tokio::time::Instant::now() + POSTGRES_CONNECT_TIMEOUT;
        loop {
            let asked = within(
                POSTGRES_ANSWER_TIMEOUT,
                backend::there(link.connection()?, &asking, &given_up),
            )
            .await;
            if link.check(asked, "look for what was given up")? == 0 {
                break;
            }
            if tokio::time::Instant::now() >= until {
                return Err(still_at_it());
            }
            tokio::time::sleep(POSTGRES_ALONE_RETRY).await;
        }
        self.given_up
            .lock()
            .retain(|backend| !given_up.contains(backend));
        Ok(())
    }

    /// Waits for work under way and closes all sessions. [`Links::take`] fails from then on.
    pub(super) async fn close(&self) {
        // Everything is bounded by timeouts, so the permits do come back.
        let all = self.permits.acquire_many(self.count).await;
        self.permits.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle.lock());
        for Idle { session, .. } in idle {
            // The server notices a closed socket as well.
            let _ = within(POSTGRES_PING_TIMEOUT, session.connection.close()).await;
        }
    }
}

fn still_at_it() -> StoreError {
    StoreError::Unavailable("PostgreSQL is still at a statement that was given up".into())
}

fn lost() -> StoreError {
    StoreError::Unavailable("the connection is lost".into())
}

impl Link<'_> {
    /// The connection, for one statement whose outcome is then told to [`Link::check`].
    pub(super) fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        self.is_busy = true;
        let session = self.session.as_mut().ok_or_else(lost)?;
        Ok(&mut session.connection)
    }

    /// Who works for it at the server.
    fn backend(&self) -> Result<&Backend, StoreError> {
        let session = self.session.as_ref().ok_or_else(lost)?;
        Ok(&session.backend)
    }

    /// The epoch of what is read here.
    pub(super) fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Takes note of the outcome of a statement that was its own transaction.
    pub(super) fn check<T>(
        &mut self,
        outcome: Result<T, sqlx::Error>,
        action: &str,
    ) -> Result<T, StoreError> {
        match outcome {
            Ok(value) => {
                self.is_busy = false;
                Ok(value)
            }
            Err(error) => {
                let is_refusal = matches!(error, sqlx::Error::Database(_));
                let error = classify(&error, action);
                if is_lost(&error) {
                    self.give_up();
                    self.links.connector.count_loss();
                } else if is_refusal {
                    self.is_busy = false;
                }
                Err(error)
            }
        }
    }

    /// As [`Link::check`], for work of several statements: after a failure a transaction may still be open.
    pub(super) fn check_transaction<T>(
        &mut self,
        outcome: Result<T, sqlx::Error>,
        action: &str,
    ) -> Result<T, StoreError> {
        if outcome.is_err() {
            self.give_up();
        }
        self.check(outcome, action)
    }

    /// Closes the session. The server may go on with what it was asked for.
    fn give_up(&mut self) {
        if let Some(session) = self.session.take()
            && self.links.work == Work::Writes
        {
            self.links.given_up.lock().push(session.backend);
        }
    }
}

impl Drop for Link<'_> {
    fn drop(&mut self) {
        if self.is_busy {
            self.give_up();
        }
        if let Some(session) = self.session.take()
            && !self.links.permits.is_closed()
        {
            let since = Instant::now();
            self.links.idle.lock().push(Idle { session, since });
        }
    }
}
