//! What a portal has to let people in with a provider.

use super::flow::SEALED_FOR;
use super::fresh;
use super::provider::{NoProvider, Provider, Schedule};
use super::settings::{OpenIdSettings, SignUp};
use crate::public_url::PublicUrl;
use crate::sealed::{NotSealed, Sealer};
use crate::store::people::PORTAL_KEY_BYTES;

/// The provider, and what belongs to it here.
#[derive(Debug)]
pub struct OpenIdEntrance {
    /// What people call the provider.
    pub name: String,
    /// Who gets an account.
    pub sign_up: SignUp,
    /// The provider.
    pub provider: Provider,
    /// Where people come back to.
    pub public_url: PublicUrl,
    /// Seals what is remembered of them meanwhile.
    pub sealer: Sealer,
    /// Seals that somebody has just signed in once more.
    pub fresh: Sealer,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum NoEntrance {
    /// The settings make no client.
    #[error(transparent)]
    Provider(#[from] NoProvider),
    /// Cookies cannot be sealed.
    #[error(transparent)]
    Sealing(#[from] NotSealed),
}

impl OpenIdEntrance {
    /// Prepares it; asks nobody yet.
    ///
    /// # Errors
    /// [`NoEntrance`].
    pub fn new(
        settings: &OpenIdSettings,
        public_url: &PublicUrl,
        portal_key: &[u8; PORTAL_KEY_BYTES],
        schedule: Schedule,
    ) -> Result<Self, NoEntrance> {
        Ok(Self {
            name: settings.name.clone(),
            sign_up: settings.sign_up,
            provider: Provider::new(settings, public_url, schedule)?,
            public_url: public_url.clone(),
            sealer: Sealer::new(portal_key, SEALED_FOR)?,
            fresh: Sealer::new(portal_key, fresh::SEALED_FOR)?,
        })
    }
}
