//! What handlers need, gathered once at start. A cheap handle.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};

use super::body_places::{BodyPlace, BodyPlaces};
use super::left_behind::DoorLimit;
use super::limits::{
    ARCHIVES_AT_ONCE_MAX, PICTURES_AT_ONCE_MAX, READS_AT_ONCE_MAX, SEARCHES_AT_ONCE_MAX,
    TURN_TIMEOUT,
};
use super::own_data::OwnArchives;
use super::problem::Problem;
use super::visits::Visits;
use crate::access::AccessBook;
use crate::auth::{Authenticator, FailureLimit, OriginPolicy, PortalTokens};
use crate::bus::BusHealth;
use crate::config::ForwardedFor;
use crate::demo::Demo;
use crate::journal::{AwayCause, StorageHealth};
use crate::mail::Mailroom;
use crate::meetings::Meetings;
use crate::openid::OpenIdEntrance;
use crate::people::attempts::Attempts;
use crate::people::password::Passwords;
use crate::registry::Registry;
use crate::store::Store;
use crate::store::people::Email;

/// How people come in, in the words of `/api/v1/config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ServerMode {
    /// A portal with a demonstration community; a click signs in as one of its people.
    Demo,
    /// On loopback without tokens; everybody picks a name.
    Open,
    /// With a token of another application.
    Token,
    /// With an account.
    Portal,
}

/// What a portal lets people sign in with.
#[derive(Debug)]
pub struct Portal {
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Who guesses waits.
    pub attempts: Attempts,
    /// Gives tokens for sockets.
    pub tokens: PortalTokens,
    /// Lets people in with a provider, where there is one.
    pub openid: Option<OpenIdEntrance>,
    /// Sends mail, where there is a server for it.
    pub mail: Option<Arc<Mailroom>>,
    /// Who has others written to waits.
    pub mailing: Attempts,
}

impl Portal {
    /// Before somebody has a mail sent to another. Whoever has many written to waits: an account is not there to send mail
    /// to the world.
    ///
    /// # Errors
    /// [`Problem::TooManyAttempts`].
    pub(super) fn begin_mail(&self, account: &Email, from: IpAddr) -> Result<(), Problem> {
        let (now, wait) = (Instant::now(), |wait| Problem::TooManyAttempts { wait });
        self.mailing.begin_from(from, now).map_err(wait)?;
        self.mailing.begin(account, from, now).map_err(wait)
    }
}

/// What the edge is built from.
pub struct Parts {
    /// Who somebody is.
    pub authenticator: Authenticator,
    /// What they may do.
    pub access: AccessBook,
    /// Counts failures.
    pub failures: Arc<FailureLimit>,
    /// Which pages may come.
    pub origins: OriginPolicy,
    /// Whose address counts.
    pub forwarded_for: ForwardedFor,
    /// Lists, bin and quarantine.
    pub store: Arc<dyn Store>,
    /// Whether storage works, as the journal sees it.
    pub storage: watch::Receiver<StorageHealth>,
    /// Whether other nodes are reached; `None` on a single node.
    pub bus: Option<watch::Receiver<BusHealth>>,
    /// The meetings.
    pub meetings: Meetings,
    /// The rooms.
    pub registry: Registry,
    /// The figures.
    pub figures: PrometheusHandle,
    /// How people come in.
    pub mode: ServerMode,
    /// How they sign in, in a portal.
    pub portal: Option<Portal>,
    /// The demonstration, if this is one: nothing of it is routed otherwise.
    pub demo: Option<Demo>,
}

/// Shared by all requests.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

struct Inner {
    parts: Parts,
    body_places: BodyPlaces,
    read_turns: Semaphore,
    merge_turns: Semaphore,
    archive_turns: Semaphore,
    picture_turns: Semaphore,
    search_turns: Semaphore,
    door_limit: DoorLimit,
    last_probe: Mutex<Option<Probe>>,
    visits: Visits,
    own_archives: OwnArchives,
}

/// What the last probe of storage found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe {
    pub(super) at: Instant,
    pub(super) found: Result<(), AwayCause>,
}

impl AppState {
    /// Takes the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            inner: Arc::new(Inner {
                parts,
                body_places: BodyPlaces::default(),
                read_turns: Semaphore::new(READS_AT_ONCE_MAX),
                merge_turns: Semaphore::new(1),
                archive_turns: Semaphore::new(ARCHIVES_AT_ONCE_MAX),
                picture_turns: Semaphore::new(PICTURES_AT_ONCE_MAX),
                search_turns: Semaphore::new(SEARCHES_AT_ONCE_MAX),
                door_limit: DoorLimit::default(),
                last_probe: Mutex::new(None),
                visits: Visits::default(),
                own_archives: OwnArchives::default(),
            }),
        }
    }

    /// A place among those whose large body is read. Waits for one, but not for long.
    pub(super) async fn body_place(&self) -> Result<BodyPlace<'_>, Problem> {
        self.inner.body_places.take().await
    }

    /// A place among those for whom much is read from the store.
    pub(super) async fn read_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        turn(&self.inner.read_turns).await
    }

    /// The one place of whoever takes a branch into its document.
    pub(super) async fn merge_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        turn(&self.inner.merge_turns).await
    }

    /// A place among those whose archive is written or read.
    pub(super) async fn archive_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        turn(&self.inner.archive_turns).await
    }

    /// A place among those whose picture is drawn.
    pub(super) async fn picture_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        turn(&self.inner.picture_turns).await
    }

    /// A place among those who search.
    pub(super) async fn search_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        turn(&self.inner.search_turns).await
    }

    /// Counts those who bring what they left behind.
    pub(super) fn door_limit(&self) -> &DoorLimit {
        &self.inner.door_limit
    }

    /// What people sign in with.
    ///
    /// # Errors
    /// [`Problem::NotFound`] on a server that is no portal: nobody signs in there.
    pub(super) fn portal(&self) -> Result<&Portal, Problem> {
        self.portal.as_ref().ok_or(Problem::NotFound)
    }

    pub(super) fn own_archives(&self) -> &OwnArchives {
        &self.inner.own_archives
    }

    pub(super) fn visits(&self) -> &Visits {
        &self.inner.visits
    }

    pub(super) fn last_probe(&self) -> &Mutex<Option<Probe>> {
        &self.inner.last_probe
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.inner.parts
    }
}

async fn turn(turns: &Semaphore) -> Result<SemaphorePermit<'_>, Problem> {
    tokio::time::timeout(TURN_TIMEOUT, turns.acquire())
        .await
        .map_err(|_| Problem::Busy)?
        .map_err(|_| Problem::ShuttingDown)
}
