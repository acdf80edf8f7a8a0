//! What is shown: names, and to each person their view.

use consilium_model::meeting::state::State;
use consilium_protocol::ids::UserId;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::time::Instant;

use super::Hall;
use crate::meetings::rendering::{Rendered, Renderer};
use crate::meetings::{ActError, Shown};
use crate::room::actor::now_ms;
use crate::store::portal_ids::AccountId;

impl Hall {
    /// Makes sure that everybody who is known has a name here.
    pub(super) async fn know_names(&mut self) -> Result<(), ActError> {
        let is_nameless = |hall: &Self, who: &UserId| !hall.names.contains_key(who.as_str());
        let nameless = |hall: &Self| -> Vec<UserId> {
            let state = hall.held.as_ref().map(|held| &held.meeting.state);
            let known = state.into_iter().flat_map(State::known);
            let known = known.map(|(who, _, _)| who.clone());
            let here = hall.people.keys().map(|account| account.user());
            let roll = state
                .into_iter()
                .flat_map(|state| state.roll().iter().cloned());
            known
                .chain(here)
                .chain(roll)
                .filter(|who| is_nameless(hall, who))
                .collect()
        };
        if nameless(self).is_empty() {
            return Ok(());
        }
        let _ = self.members().await?;
        // Those who are not in the community any more.
        let others = nameless(self);
        if !others.is_empty() {
            let names = self.services.store.names_of(&others).await?;
            for who in others {
                let name = names.get(&who).cloned().unwrap_or_default();
                self.names.insert(who.as_str().to_owned(), name);
            }
        }
        Ok(())
    }

    pub(super) async fn show(&mut self) {
        self.show_at = None;
        self.shown_at = Instant::now();
        if let Err(error) = self.know_names().await {
            tracing::debug!(meeting = %self.id, %error, "somebody has no name now");
        }
        let everybody: Vec<_> = self.people.keys().copied().collect();
        fairly(everybody.len(), || self.show_to(&everybody));
    }

    pub(super) fn show_one(&mut self, account: AccountId) {
        if let Some(person) = self.people.get_mut(&account) {
            // A new tab has seen nothing yet.
            person.shown = None;
        }
        self.show_to(&[account]);
    }

    pub(super) fn show_to(&mut self, accounts: &[AccountId]) {
        let Some(held) = &self.held else {
            return;
        };
        let mut renderer = Renderer::new(&held.meeting, &self.names, now_ms());
        let list = self.crowd.shown(Instant::now(), || renderer.list());
        for account in accounts {
            let Some(person) = self.people.get_mut(account) else {
                continue;
            };
            let Rendered { view, is_inside } = renderer.render(*account);
            let people = list.as_ref().filter(|_| is_inside);
            let digests = (view.digest, people.map(|people| people.digest));
            if person.shown.replace(digests) == Some(digests) {
                continue;
            }
            for stream in &person.streams {
                stream.show.send_replace(Shown::View {
                    people: people.cloned(),
                    view: view.clone(),
                });
            }
        }
    }
}

/// Writing many views takes a while: then the other tasks of this thread go on elsewhere.
fn fairly(people: usize, work: impl FnOnce()) {
    const FEW: usize = 20;
    let can_step_aside = Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread;
    if people > FEW && can_step_aside {
        tokio::task::block_in_place(work);
    } else {
        work();
    }
}
