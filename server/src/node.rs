//! One node: everything that runs in the process, put together, started and ended in order.
//!
//! The way down is the way up reversed, with one deadline over all of it: the door closes; rooms flush
//! and tell their members to come back later; the journal empties; bus and store close. What was acknowledged is durable at every step
//! (I1), so the worst that a missed deadline costs is that somebody sends an edit again.
//!
//! This module knows which parts there are, and nothing of what they do.

pub mod signals;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use consilium_model::discussion::{self, DocumentKind};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::AccessBook;
use crate::access::portal::PortalRules;
use crate::auth::jwks::{self, JwksError, JwksSource, RefreshSchedule};
use crate::auth::keys::PublicKeys;
use crate::auth::{Authenticator, FailureLimit, KeyRing, PortalTokens, Secret};
use crate::bus::Bus;
use crate::cluster::Cluster;
use crate::compaction::{CompactionPolicy, Compactor, DocumentSize};
use crate::config::{AuthConfig, ServerConfig};
use crate::http::state::{Parts, Portal};
use crate::http::{self, AppState, ServerMode};
use crate::journal::{Journal, JournalLimits};
use crate::listener::{self, admission::Admission};
use crate::mail::Mailroom;
use crate::mail::limits::MAILINGS_PER_ADDRESS_PER_MINUTE;
use crate::mail::sender::{self, NoMailroom};
use crate::meetings::Meetings;
use crate::openid::OpenIdEntrance;
use crate::openid::entrance::NoEntrance;
use crate::openid::provider::Schedule;
use crate::outbound::NodeBudget;
use crate::outbound::sending::Sending;
use crate::people::attempts::Attempts;
use crate::people::password::{Cost, HashError, Passwords};
use crate::registry::{Registry, RoomError};
use crate::room::actor::{RoomServices, TailGrown};
use crate::rounds;
use crate::search::indexer::Indexer;
use crate::stepping_back;
use crate::store::{Store, StoreError};
use crate::telling::Teller;
use crate::ws::{self, WsServices};

/// All of the way down. Supervisors wait 10 s before they kill.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(9);

/// How long peers get to answer a close frame.
const FAREWELL_TIMEOUT: Duration = Duration::from_secs(2);

/// Kept of the deadline for the steps after the rooms: the farewell, the journal, the store.
const LAST_STEPS: Duration = Duration::from_secs(4);

/// Why the end was not clean.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// Edits that were under way may be only at their authors.
    #[error("rooms did not flush: {0}")]
    Rooms(RoomError),
    /// As above.
    #[error("the journal did not empty: {0}")]
    Journal(StoreError),
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The file with the keys of tokens cannot be used.
    #[error(transparent)]
    Jwks(#[from] JwksError),
    /// The store does not give the portal's key.
    #[error("read the portal's key: {0}")]
    PortalKey(StoreError),
    /// People cannot be let in with the provider.
    #[error(transparent)]
    OpenId(#[from] NoEntrance),
    /// Mail cannot be sent.
    #[error(transparent)]
    Mail(#[from] NoMailroom),
    /// Passwords cannot be hashed here.
    #[error("prepare for passwords: {0}")]
    Passwords(HashError),
}

/// A node that has started, with its door still closed.
pub struct Node {
    router: axum::Router,
    admission: Admission,
    registry: Registry,
    access: AccessBook,
    journal: Journal,
    store: Arc<dyn Store>,
    bus: Option<Arc<dyn Bus>>,
    sockets: TaskTracker,
    background: TaskTracker,
    closing: CancellationToken,
}

/// A node that is serving.
pub struct Serving {
    node: Down,
}

struct Down {
    registry: Registry,
    journal: Journal,
    store: Arc<dyn Store>,
    bus: Option<Arc<dyn Bus>>,
    sockets: TaskTracker,
    background: TaskTracker,
    closing: CancellationToken,
}

impl Node {
    /// Starts everything but the door.
    ///
    /// # Errors
    /// [`StartError`]. An address for keys that does not answer is no error: it is asked again until it does.
    ///
    /// Cancel safety: tasks that were started end with the runtime.
    pub async fn start(
        config: &ServerConfig,
        mode: ServerMode,
        store: Arc<dyn Store>,
        bus: Option<Arc<dyn Bus>>,
        figures: PrometheusHandle,
    ) -> Result<Self, StartError> {
        let sockets = TaskTracker::new();
        let background = TaskTracker::new();
        let closing = CancellationToken::new();

        let demo = match &config.auth {
            AuthConfig::Demo(demo) => Some(demo.clone()),
            AuthConfig::InsecureOpen | AuthConfig::Token { .. } | AuthConfig::Portal => None,
        };
        let (authenticator, portal) = match &config.auth {
            AuthConfig::InsecureOpen => (Authenticator::insecure_open(), None),
            AuthConfig::Token {
                secret,
                jwks,
                rules,
            } => {
                let keys = keys(secret.as_ref(), jwks.as_ref(), &background, &closing).await?;
                (Authenticator::with_keys(keys, rules.clone()), None)
            }
            AuthConfig::Portal | AuthConfig::Demo(_) => {
                let portal = portal(&store, config).await?;
                if let Some(mailroom) = &portal.mail {
                    background.spawn(Arc::clone(mailroom).serve(closing.clone()));
                }
                (Authenticator::portal(portal.tokens.clone()), Some(portal))
            }
        };
        let origins = config.origin_policy();
        let journal = Journal::start(Arc::clone(&store), JournalLimits::default(), &background);
        let compactor =
            Compactor::new(Arc::clone(&store), CompactionPolicy::default(), &background);
        let indexer = portal.as_ref().map(|_| Indexer::default());
        if let Some(indexer) = indexer.clone() {
            background.spawn(indexer.run(Arc::clone(&store), closing.clone()));
        }
        let cluster = bus.clone().map(|bus| {
            Cluster::join(
                bus,
                Arc::clone(&store),
                config.repair_interval,
                &background,
                closing.clone(),
            )
        });
        let access = match portal {
            Some(_) => AccessBook::of_portal(Arc::new(PortalRules::new(Arc::clone(&store)))),
            None => AccessBook::of_tokens(),
        };
        let registry = Registry::new(RoomServices {
            store: Arc::clone(&store),
            journal: journal.clone(),
            tail_grown: tail_grown(compactor, indexer),
            cluster,
            moderation: access.moderation().clone(),
            kind_of: match portal {
                Some(_) => discussion::kind_of,
                // Names are the embedding application's.
                None => |_| DocumentKind::Text,
            },
            idle_timeout: config.room_idle_timeout,
            tasks: background.clone(),
            shutdown: CancellationToken::new(),
        });
        let meetings = Meetings::new(
            Arc::clone(&store),
            access.clone(),
            registry.clone(),
            bus.clone(),
            background.clone(),
            closing.clone(),
        );
        let failures = Arc::new(FailureLimit::per_minute(config.auth_failures_per_minute));
        background.spawn(access.clone().keep_watch(closing.clone()));
        if portal.is_some() {
            meetings.first_look().await;
            background.spawn(meetings.clone().keep_watch());
            background.spawn(Teller::new(Arc::clone(&store)).keep_telling(closing.clone()));
            background.spawn(rounds::closing::keep_watch(
                Arc::clone(&store),
                closing.clone(),
            ));
            background.spawn(stepping_back::keep_watch(
                Arc::clone(&store),
                access.clone(),
                closing.clone(),
            ));
        }
        let for_members = access.clone();
        let socket_routes = ws::router(WsServices {
            registry: registry.clone(),
            authenticator: authenticator.clone(),
            access: access.clone(),
            failures: Arc::clone(&failures),
            origins: Arc::new(origins.clone()),
            outbound: NodeBudget::default(),
            sending: Sending::start(),
            waiting_bytes: Arc::new(AtomicUsize::new(0)),
            tasks: sockets.clone(),
            shutdown: closing.clone(),
        });
        let state = AppState::new(Parts {
            authenticator,
            access,
            failures,
            origins,
            forwarded_for: config.forwarded_for,
            store: Arc::clone(&store),
            storage: journal.health(),
            bus: bus.as_ref().map(|bus| bus.health()),
            meetings,
            registry: registry.clone(),
            figures,
            mode,
            portal,
            demo,
        });
        Ok(Self {
            router: http::router(state, socket_routes),
            admission: Admission::new(config.connections),
            registry,
            access: for_members,
            journal,
            store,
            bus,
            sockets,
            background,
            closing,
        })
    }

    /// The rooms.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Who may do what.
    #[must_use]
    pub fn access(&self) -> &AccessBook {
        &self.access
    }

    /// Opens the door.
    #[must_use]
    pub fn serve(self, listener: TcpListener) -> Serving {
        self.sockets.spawn(listener::serve(
            listener,
            self.router,
            self.admission,
            self.sockets.clone(),
            self.closing.clone(),
        ));
        Serving {
            node: Down {
                registry: self.registry,
                journal: self.journal,
                store: self.store,
                bus: self.bus,
                sockets: self.sockets,
                background: self.background,
                closing: self.closing,
            },
        }
    }
}

impl Serving {
    /// Ends everything in order, within the time that supervisors allow.
    ///
    /// # Errors
    /// [`DrainError`] names the first step that did not end cleanly; the later ones were taken all the same.
    ///
    /// Cancel safety: what was begun goes on; what was acknowledged is durable.
    pub async fn drain(self) -> Result<(), DrainError> {
        let node = self.node;
        let deadline = Instant::now() + DRAIN_TIMEOUT;
        node.closing.cancel();
        let for_rooms = (deadline - LAST_STEPS).saturating_duration_since(Instant::now());
        // A room that has flushed closes its sockets itself, after their last acknowledgements.
        let rooms = node
            .registry
            .drain(for_rooms)
            .await
            .map_err(DrainError::Rooms);
        node.sockets.close();
        if tokio::time::timeout(FAREWELL_TIMEOUT, node.sockets.wait())
            .await
            .is_err()
        {
            tracing::debug!(left = node.sockets.len(), "some peers did not say farewell");
        }
        let for_journal = deadline.saturating_duration_since(Instant::now()) / 2;
        let journal = node
            .journal
            .drain(for_journal)
            .await
            .map_err(DrainError::Journal);
        node.background.close();
        let left = async {
            node.background.wait().await;
            if let Some(bus) = node.bus {
                bus.close().await;
            }
            node.store.close().await;
        };
        if tokio::time::timeout_at(deadline, left).await.is_err() {
            tracing::debug!("background work did not end in time");
        }
        rooms.and(journal)
    }
}

/// Rooms know how much they appended; the rest of a document's size is looked up when it is compacted. In a portal its
/// text is read for searching some time later.
fn tail_grown(compactor: Compactor, indexer: Option<Indexer>) -> TailGrown {
    Arc::new(move |name, tail_rows, tail_bytes| {
        if let Some(indexer) = &indexer {
            indexer.note(name);
        }
        let size = DocumentSize {
            tail_rows,
            tail_bytes,
            ..DocumentSize::default()
        };
        compactor.consider(name, size).is_some()
    })
}

/// What a portal needs to let people sign in.
async fn portal(store: &Arc<dyn Store>, config: &ServerConfig) -> Result<Portal, StartError> {
    let key = store.portal_key().await.map_err(StartError::PortalKey)?;
    // Hashing for once, and short of the door: nobody waits for it.
    let passwords = Passwords::new(Cost::default()).map_err(StartError::Passwords)?;
    let openid = match (&config.openid, &config.public_url) {
        (Some(settings), Some(url)) => Some(OpenIdEntrance::new(
            settings,
            url,
            &key,
            Schedule::default(),
        )?),
        _ => None,
    };
    let mail = match (&config.mail, &config.public_url) {
        (Some(settings), Some(url)) => {
            let (store, schedule) = (Arc::clone(store), sender::Schedule::default());
            Some(Arc::new(Mailroom::new(
                settings, url, &key, store, schedule,
            )?))
        }
        _ => None,
    };
    Ok(Portal {
        passwords,
        mail,
        mailing: Attempts::new(MAILINGS_PER_ADDRESS_PER_MINUTE),
        openid,
        attempts: Attempts::new(config.auth_failures_per_minute),
        tokens: PortalTokens::new(Secret::new(&key)),
    })
}

/// Whose signature counts; public keys are kept fresh.
async fn keys(
    secret: Option<&Secret>,
    jwks: Option<&JwksSource>,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<KeyRing, JwksError> {
    let mut keys = KeyRing::new();
    if let Some(secret) = secret {
        keys = keys.with_secret(secret);
    }
    if let Some(source) = jwks {
        let public = Arc::new(PublicKeys::new(first_keys(source).await?));
        keys = keys.with_public_keys(Arc::clone(&public));
        tasks.spawn(jwks::keep_fresh(
            source.clone(),
            public,
            RefreshSchedule::default(),
            stop.clone(),
        ));
    }
    Ok(keys)
}

/// The keys to start with. A file must be right; an issuer may be away for the moment.
async fn first_keys(
    source: &JwksSource,
) -> Result<Vec<crate::auth::keys::VerifyingKey>, JwksError> {
    match (source.load().await, source) {
        (Ok(keys), _) => Ok(keys),
        (Err(error), JwksSource::File(_)) => Err(error),
        (Err(error), JwksSource::Url(_)) => {
            tracing::warn!(%error, "no token keys yet; nobody can come in until they are there");
            Ok(Vec::new())
        }
    }
}

#[cfg(test)]
mod tests;
