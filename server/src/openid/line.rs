//! Asking the provider: only where it may be asked, without following redirects, within bounds of time and size.

use std::pin::Pin;

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};

use super::limits::{ANSWER_BYTES_MAX, ANSWER_TIMEOUT};
use super::settings::Issuer;

/// Why the provider was not asked, or did not answer as it should.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It names an address that is not to be asked.
    #[error("the provider names an address that is not encrypted")]
    NotEncrypted,
    /// The network, or the other side.
    #[error("{0}")]
    Failed(String),
    /// More than anything that we want to know.
    #[error("the answer is larger than {ANSWER_BYTES_MAX} bytes")]
    TooLarge,
}

/// The line to a provider.
#[derive(Debug)]
pub(super) struct Line {
    issuer: Issuer,
    http: reqwest::Client,
}

impl Line {
    /// To this provider.
    ///
    /// # Errors
    /// Why there is no client for HTTP.
    pub(super) fn to(issuer: Issuer) -> Result<Self, AskError> {
        let http = reqwest::Client::builder()
            .timeout(ANSWER_TIMEOUT)
            // A redirect could lead anywhere, with the code in hand.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(failed)?;
        Ok(Self { issuer, http })
    }

    /// The provider.
    pub(super) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, AskError> {
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        if !self.issuer.admits(request.url()) {
            return Err(AskError::NotEncrypted);
        }
        let mut response = self.http.execute(request).await.map_err(failed)?;
        let mut answer = openidconnect::http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(AskError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        answer
            .body(body)
            .map_err(|error| AskError::Failed(error.to_string()))
    }
}

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = AskError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, AskError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn failed(error: reqwest::Error) -> AskError {
    // Without its address, in which a code can be.
    AskError::Failed(with_cause(&error.without_url()))
}

/// An error with what it comes from.
pub(super) fn with_cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
