//! The provider: what it says of itself, where people are sent, and whom a code stands for.
//!
//! What it says of itself (addresses and keys) is remembered and asked for again after a while, and when a signature is by
//! a key that we do not know, but never more often than every few seconds. Nothing that the
//! provider writes in a failure reaches a page.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken,
    CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreTokenResponse,
    CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, OAuth2TokenResponse as _,
    PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse as _,
};
use tokio::sync::Mutex;
use url::Url;

use super::flow::Flow;
use super::limits::{CLOCK_SKEW, DISCOVERY_LIFE, DISCOVERY_PAUSE};
use super::line::{AskError, Line, with_cause};
use super::person::{Person, Said};
use super::settings::OpenIdSettings;
use crate::public_url::PublicUrl;

/// Where the provider sends people back to.
pub const CALLBACK_PATH: &str = "/api/v1/openid/callback";

/// The signatures that count: nothing that is made with a secret which we have as well.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why nobody was signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The provider does not answer.
    #[error("the provider does not answer")]
    Away,
    /// By its clock or ours, what it says is over or still to come.
    #[error("the provider's clock and ours differ, or somebody waited too long")]
    Clock,
    /// It let somebody in again by an earlier sign-in, though it was asked for a new one.
    #[error("the provider did not ask again who it is")]
    Stale,
    /// It says something that cannot be believed, or does not take the code.
    #[error("what the provider says cannot be believed")]
    Refused,
}

/// The operator's configuration does not make a client.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("prepare for the OpenID Connect provider: {0}")]
pub struct NoProvider(String);

/// When it is asked about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How long an answer is good for.
    pub life: Duration,
    /// At most this often.
    pub pause: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            life: DISCOVERY_LIFE,
            pause: DISCOVERY_PAUSE,
        }
    }
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The provider, for all requests.
#[derive(Debug)]
pub struct Provider {
    line: Line,
    issuer_url: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    callback: RedirectUrl,
    schedule: Schedule,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    metadata: Option<(Arc<CoreProviderMetadata>, Instant)>,
    asked_at: Option<Instant>,
}

/// How new what the provider says of itself has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Recent,
    Newest,
}

impl Provider {
    /// Prepares; asks nobody yet.
    ///
    /// # Errors
    /// [`NoProvider`].
    pub fn new(
        settings: &OpenIdSettings,
        public_url: &PublicUrl,
        schedule: Schedule,
    ) -> Result<Self, NoProvider> {
        let failed = |error: &dyn std::fmt::Display| NoProvider(error.to_string());
        let secret = match &settings.client_secret {
            None => None,
            Some(secret) => Some(ClientSecret::new(
                String::from_utf8(secret.expose().to_vec())
                    .map_err(|_| failed(&"the client secret is not text"))?,
            )),
        };
        Ok(Self {
            line: Line::to(settings.issuer.clone()).map_err(|error| failed(&error))?,
            issuer_url: IssuerUrl::new(settings.issuer.as_str().to_owned())
                .map_err(|error| failed(&error))?,
            client_id: ClientId::new(settings.client_id.clone()),
            client_secret: secret,
            callback: RedirectUrl::new(public_url.at(CALLBACK_PATH))
                .map_err(|error| failed(&error))?,
            schedule,
            known: Mutex::default(),
        })
    }

    /// The provider's name for itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.line.issuer().as_str()
    }

    /// Where to send somebody who begins `flow`.
    ///
    /// # Errors
    /// [`Failure::Away`] when the provider's addresses are not known.
    ///
    /// Cancel safety: nothing to lose.
    pub async fn door(&self, flow: &Flow, challenge: PkceCodeChallenge) -> Result<Url, Failure> {
        let client = self.client(Wish::Recent).await?;
        let (state, nonce) = (flow.state(), flow.nonce());
        let mut request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || state,
            move || nonce,
        );
        if flow.fresh_since_ms().is_some() {
            // Both, because a provider may know only one of them (OpenID Connect Core, section 3.1.2.1).
            request = request
                .add_prompt(CoreAuthPrompt::Login)
                .set_max_age(Duration::ZERO);
        }
        let (url, _, _) = request
            .add_scope(Scope::new("profile".to_owned()))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        if self.line.issuer().admits(&url) {
            Ok(url)
        } else {
            tracing::warn!(
                "the OpenID Connect provider sends people to an address that is not encrypted"
            );
            Err(Failure::Refused)
        }
    }

    /// Whom a code stands for that came back from `flow`.
    ///
    /// # Errors
    /// [`Failure`].
    ///
    /// Cancel safety: the code may be used up.
    pub async fn person(&self, flow: &Flow, code: String) -> Result<Person, Failure> {
        let client = self.client(Wish::Recent).await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| refused(&"it has no token endpoint", &error))?
            .set_pkce_verifier(flow.verifier())
            .request_async(&self.line)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => away(&error),
                RequestTokenError::ServerResponse(answer) => {
                    refused(&"it does not take the code", &answer.error())
                }
                RequestTokenError::Parse(error, _) => refused(&"its tokens are not read", &error),
                RequestTokenError::Other(error) => refused(&"it gives no tokens", &error),
            })?;
        let id_token = tokens
            .id_token()
            .ok_or_else(|| refused(&"it gives no id token", &""))?;
        let claims = match claims_of(&client, id_token, flow) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                // It may sign with a new one.
                let client = self.client(Wish::Newest).await?;
                claims_of(&client, id_token, flow)
            }
            known => known,
        }
        .map_err(|error| match error {
            ClaimsVerificationError::Expired(_) => {
                tracing::warn!(%error, "a sign-in with the provider failed by the clock");
                Failure::Clock
            }
            error => refused(&"its id token is not valid", &error),
        })?;
        check_access_token(&client, &tokens, id_token, &claims)?;
        check_freshness(&claims, flow)?;
        let by_token = Person::of(self.issuer(), &Said::from(&claims));
        let person = by_token.ok_or_else(|| refused(&"its subject is none", &""))?;
        if person.email.is_some() || client.user_info_url().is_none() {
            return Ok(person);
        }
        // Many providers name people only here.
        let request = client
            .user_info(
                tokens.access_token().clone(),
                Some(claims.subject().clone()),
            )
            .map_err(|error| refused(&"it names nobody", &error))?;
        let claims: CoreUserInfoClaims = request
            .request_async(&self.line)
            .await
            .map_err(|error| refused(&"it does not say who it is", &error))?;
        let by_info = Person::of(self.issuer(), &Said::from(&claims));
        by_info.ok_or_else(|| refused(&"its subject is none", &""))
    }

    /// Asks the provider about itself, for the operator.
    ///
    /// # Errors
    /// Why it cannot be used, in words.
    ///
    /// Cancel safety: nothing to lose.
    pub async fn examine(&self) -> Result<(), String> {
        let metadata = self.discover().await?;
        if metadata.token_endpoint().is_none() {
            return Err("it names no token endpoint".to_owned());
        }
        let url = metadata.authorization_endpoint().url();
        if !self.line.issuer().admits(url) {
            return Err(format!("{url} is not encrypted"));
        }
        Ok(())
    }

    async fn client(&self, wish: Wish) -> Result<Client, Failure> {
        let metadata = self.metadata(wish).await?;
        // The usual way, unless the provider only knows the other.
        let methods = metadata.token_endpoint_auth_methods_supported();
        let is_by_body = methods.is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let client = CoreClient::from_provider_metadata(
            metadata.as_ref().clone(),
            self.client_id.clone(),
            self.client_secret.clone(),
        )
        .set_redirect_uri(self.callback.clone());
        Ok(if is_by_body {
            client.set_auth_type(AuthType::RequestBody)
        } else {
            client
        })
    }

    /// What the provider says of itself; the last that it said while it does not answer.
    async fn metadata(&self, wish: Wish) -> Result<Arc<CoreProviderMetadata>, Failure> {
        // Held while asking: whoever comes meanwhile waits for the same answer.
        let mut known = self.known.lock().await;
        let now = Instant::now();
        let is_recent = known
            .metadata
            .as_ref()
            .is_some_and(|(_, at)| now.duration_since(*at) < self.schedule.life);
        let may_ask = known
            .asked_at
            .is_none_or(|at| now.duration_since(at) >= self.schedule.pause);
        if (wish == Wish::Newest || !is_recent) && may_ask {
            known.asked_at = Some(now);
            match self.discover().await {
                Ok(metadata) => known.metadata = Some((Arc::new(metadata), now)),
                Err(error) => {
                    tracing::warn!(
                        error,
                        issuer = self.issuer(),
                        "the OpenID Connect provider does not say who it is"
                    );
                }
            }
        }
        let metadata = known
            .metadata
            .as_ref()
            .map(|(metadata, _)| Arc::clone(metadata));
        metadata.ok_or(Failure::Away)
    }

    async fn discover(&self) -> Result<CoreProviderMetadata, String> {
        CoreProviderMetadata::discover_async(self.issuer_url.clone(), &self.line)
            .await
            .map_err(|error| with_cause(&error))
    }
}

/// What an id token says, if it is the provider's, for us, of now, and of this flow.
fn claims_of(
    client: &Client,
    id_token: &CoreIdToken,
    flow: &Flow,
) -> Result<CoreIdTokenClaims, ClaimsVerificationError> {
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        // Nobody else is to be able to show us what was meant for both.
        .set_other_audience_verifier_fn(|_| false)
        .set_time_fn(|| (SystemTime::now() - CLOCK_SKEW).into())
        .set_issue_time_verifier_fn(|issued_at| {
            if SystemTime::from(issued_at) > SystemTime::now() + CLOCK_SKEW {
                Err("issued in the future".to_owned())
            } else {
                Ok(())
            }
        });
    id_token.claims(&verifier, &flow.nonce()).cloned()
}

/// Whoever was asked to sign in once more has to have done so. Some providers do not say when somebody did; they were
/// asked to ask again, and that is all that there is.
fn check_freshness(claims: &CoreIdTokenClaims, flow: &Flow) -> Result<(), Failure> {
    let (Some(since_ms), Some(signed_in_at)) = (flow.fresh_since_ms(), claims.auth_time()) else {
        return Ok(());
    };
    let skew_ms = i64::try_from(CLOCK_SKEW.as_millis()).unwrap_or(i64::MAX);
    if signed_in_at.timestamp_millis().saturating_add(skew_ms) < since_ms {
        tracing::warn!("the OpenID Connect provider did not ask again who somebody is");
        return Err(Failure::Stale);
    }
    Ok(())
}

/// The access token has to be the one that was given with the id token, where that says which.
fn check_access_token(
    client: &Client,
    tokens: &CoreTokenResponse,
    id_token: &CoreIdToken,
    claims: &CoreIdTokenClaims,
) -> Result<(), Failure> {
    let Some(expected) = claims.access_token_hash() else {
        return Ok(());
    };
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let (Ok(algorithm), Ok(key)) = (id_token.signing_alg(), id_token.signing_key(&verifier)) else {
        // The key is newer than this client: the signature was checked with it all the same.
        return Ok(());
    };
    match AccessTokenHash::from_token(tokens.access_token(), algorithm, key) {
        Ok(hash) if hash == *expected => Ok(()),
        _ => Err(refused(&"its access token is another", &"")),
    }
}

fn away(error: &AskError) -> Failure {
    tracing::warn!(%error, "the OpenID Connect provider does not answer");
    Failure::Away
}

fn refused(what: &dyn std::fmt::Display, error: &dyn std::fmt::Debug) -> Failure {
    tracing::warn!(
        ?error,
        "a sign-in with the OpenID Connect provider failed: {what}"
    );
    Failure::Refused
}
