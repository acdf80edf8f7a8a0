//! The document name in a path: one percent-encoded segment, slashes as `%2F`.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use consilium_protocol::ids::DocName;

use super::problem::Problem;

/// The checked name.
#[derive(Debug, Clone)]
pub struct DocPath(pub DocName);

impl<S: Send + Sync> FromRequestParts<S> for DocPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(name) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::BadName)?;
        DocName::parse(&name)
            .map(Self)
            .map_err(|_| Problem::BadName)
    }
}
