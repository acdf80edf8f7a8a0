//! What the demonstration remembers across two beginnings: whether colleagues are at work, who is to begin again, and
//! which browser is whom.
//!
//! A handle. The HTTP edge asks it and tells it, `consilium demo` carries it out. Without one there is no demonstration:
//! nothing of it is routed then.

use std::collections::VecDeque;
use std::sync::Arc;

use consilium_protocol::ids::DocName;
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::people::PEOPLE_COUNT;
use super::script::Sample;
use crate::store::people::SecretHash;
use crate::store::portal_ids::{AccountId, CommunityId};

/// Browsers that are remembered. Whoever is beyond that chooses a person again after a new beginning.
const BROWSERS_MAX: usize = 200;

/// One beginning: the community as it was seeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// Of the store: another one after each beginning.
    pub id: Uuid,
    /// The community.
    pub community: CommunityId,
    /// The accounts, in the order of [`super::people::PEOPLE`].
    pub accounts: [AccountId; PEOPLE_COUNT],
    /// Its first documents.
    pub documents: Vec<(Sample, DocName)>,
}

/// Whether the simulated members write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colleagues {
    /// While somebody looks.
    AtWork,
    /// Not at all.
    Resting,
}

/// What somebody wants of the whole demonstration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Everything is deleted, and the community made anew.
    BeginAgain,
    /// The server is away for a while, as if its plug were pulled; nothing is lost by it.
    Outage,
}

/// A browser in which somebody became one of the people.
#[derive(Debug, Clone, Copy)]
pub struct Browser {
    /// Of its cookie.
    pub secret: SecretHash,
    /// Which person, in the order of [`super::people::PEOPLE`].
    pub person: usize,
}

/// The demonstration. A cheap handle; clones share it.
#[derive(Debug, Clone)]
pub struct Demo {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    beginning: Mutex<Option<Beginning>>,
    colleagues: watch::Sender<Colleagues>,
    wish: Mutex<Option<Wish>>,
    wished: Notify,
    browsers: Mutex<VecDeque<Browser>>,
}

impl Default for Demo {
    fn default() -> Self {
        Self {
            inner: Arc::new(Inner {
                beginning: Mutex::default(),
                colleagues: watch::Sender::new(Colleagues::AtWork),
                wish: Mutex::default(),
                wished: Notify::new(),
                browsers: Mutex::default(),
            }),
        }
    }
}

impl Demo {
    /// The present beginning; `None` before the community is there.
    #[must_use]
    pub fn beginning(&self) -> Option<Beginning> {
        self.inner.beginning.lock().clone()
    }

    /// The community is there.
    pub fn begun(&self, beginning: Beginning) {
        *self.inner.beginning.lock() = Some(beginning);
    }

    /// Whether colleagues are at work, and that it has changed.
    #[must_use]
    pub fn colleagues(&self) -> watch::Receiver<Colleagues> {
        self.inner.colleagues.subscribe()
    }

    /// Sends them to work or to rest.
    pub fn set_colleagues(&self, colleagues: Colleagues) {
        self.inner.colleagues.send_replace(colleagues);
    }

    /// Somebody wants something. Of two wishes at once the later is granted, and only once.
    pub fn ask(&self, wish: Wish) {
        *self.inner.wish.lock() = Some(wish);
        self.inner.wished.notify_one();
    }

    /// Waits until somebody wants something.
    ///
    /// Cancel safety: a wish is not lost.
    pub async fn wish(&self) -> Wish {
        loop {
            if let Some(wish) = self.inner.wish.lock().take() {
                return wish;
            }
            self.inner.wished.notified().await;
        }
    }

    /// A browser is somebody now.
    pub fn remember(&self, browser: Browser) {
        let mut browsers = self.inner.browsers.lock();
        browsers.retain(|known| known.secret != browser.secret);
        if browsers.len() >= BROWSERS_MAX {
            browsers.pop_front();
        }
        browsers.push_back(browser);
    }

    /// A browser is nobody any more.
    pub fn forget(&self, secret: SecretHash) {
        self.inner
            .browsers
            .lock()
            .retain(|known| known.secret != secret);
    }

    /// The browsers that are somebody, as far as is known: a session may have ended without a word to here.
    #[must_use]
    pub fn browsers(&self) -> Vec<Browser> {
        self.inner.browsers.lock().iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn browser(number: usize, person: usize) -> Browser {
        let mut secret = [0; 32];
        secret[..8].copy_from_slice(&number.to_be_bytes());
        Browser {
            secret: SecretHash(secret),
            person,
        }
    }

    #[test]
    fn a_browser_is_one_person_and_the_oldest_of_too_many_is_forgotten() {
        let demo = Demo::default();
        demo.remember(browser(1, 0));
        demo.remember(browser(1, 2));
        let people: Vec<usize> = demo.browsers().iter().map(|known| known.person).collect();
        assert_eq!(people, [2]);
        for number in 2..BROWSERS_MAX + 2 {
            demo.remember(browser(number, 1));
        }
        let known = demo.browsers();
        assert_eq!(known.len(), BROWSERS_MAX);
        assert!(known.iter().all(|known| known.person == 1));
        demo.forget(known[0].secret);
        assert_eq!(demo.browsers().len(), BROWSERS_MAX - 1);
    }

    #[tokio::test]
    async fn who_asks_twice_is_granted_once() {
        let demo = Demo::default();
        demo.ask(Wish::Outage);
        demo.ask(Wish::BeginAgain);
        assert_eq!(demo.wish().await, Wish::BeginAgain);
        assert!(demo.wish().now_or_never().is_none());
    }
}
