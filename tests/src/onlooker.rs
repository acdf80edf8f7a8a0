//! Somebody who looks on in a meeting, and remembers everything that their stream showed, in order.
//!
//! A [`crate::meeting::Seat`] knows what is so now; an [`Onlooker`] can say afterwards whether something was shown twice, too
//! late or never. A stream that breaks is not opened again: whoever looks on was disconnected then.

use std::time::Instant;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::eventually::PATIENCE;
use crate::meeting::each_event;
use crate::portal::Person;

/// One view.
#[derive(Debug, Clone)]
pub struct Sight {
    /// When it came.
    pub at: Instant,
    /// The whole of it, without its clock.
    pub view: Value,
}

impl Sight {
    /// Which state of the meeting it shows.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.view["version"].as_u64().unwrap_or_default()
    }

    /// Whose hands are up, the first one first.
    #[must_use]
    pub fn hands(&self) -> Vec<String> {
        let hands = self.view["room"]["hands"].as_array();
        hands
            .into_iter()
            .flatten()
            .map(|hand| hand["who"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

/// All that was shown.
#[derive(Debug, Default)]
pub struct Sights {
    /// Every view, in order.
    pub views: Vec<Sight>,
    /// Every list of a crowd, in order.
    pub lists: Vec<Value>,
    /// Whether the stream has ended.
    pub is_over: bool,
}

/// Somebody with a page open. Dropping it closes the page.
pub struct Onlooker {
    /// Who it is.
    pub who: Person,
    sights: watch::Receiver<Sights>,
    task: JoinHandle<()>,
}

impl Onlooker {
    /// Comes, and has seen something.
    ///
    /// # Panics
    /// When they are not let in, or nothing is shown.
    pub async fn comes(who: &Person, meeting: &str) -> Self {
        let path = format!("/meetings/{meeting}/live");
        let response = who.open(&path).await.expect("a stream");
        assert!(response.status().is_success(), "{}", response.status());
        let (send, sights) = watch::channel(Sights::default());
        let task = tokio::spawn(async move {
            each_event(response, |event, data| {
                let at = Instant::now();
                let mut said: Value = serde_json::from_str(data).expect("JSON");
                send.send_modify(|sights| match event {
                    "view" => sights.views.push(Sight {
                        at,
                        view: said["view"].take(),
                    }),
                    "people" => sights.lists.push(said.take()),
                    _ => {}
                });
            })
            .await;
            send.send_modify(|sights| sights.is_over = true);
        });
        let onlooker = Self {
            who: who.clone(),
            sights,
            task,
        };
        onlooker
            .until("anything", |sights| !sights.views.is_empty())
            .await;
        onlooker
    }

    /// All that was shown until now.
    pub fn sights(&self) -> watch::Ref<'_, Sights> {
        self.sights.borrow()
    }

    /// Waits until it has come to that.
    ///
    /// # Panics
    /// When it does not.
    pub async fn until(&self, what: &str, wanted: impl Fn(&Sights) -> bool) {
        let mut sights = self.sights.clone();
        let found = tokio::time::timeout(PATIENCE, sights.wait_for(wanted)).await;
        if !matches!(found, Ok(Ok(_))) {
            let sights = self.sights.borrow();
            panic!(
                "waited in vain for {what}; over: {}; the last of {} views: {:?}",
                sights.is_over,
                sights.views.len(),
                sights.views.last()
            );
        }
    }

    /// Waits until the newest view is so.
    ///
    /// # Panics
    /// As [`Onlooker::until`].
    pub async fn sees(&self, what: &str, wanted: impl Fn(&Sight) -> bool) {
        self.until(what, |sights| sights.views.last().is_some_and(&wanted))
            .await;
    }
}

impl Drop for Onlooker {
    fn drop(&mut self) {
        self.task.abort();
    }
}
