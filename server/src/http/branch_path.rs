//! `…/branches/{branch}`. A text that is no name is like the name of nothing: nobody learns which branches there are.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use consilium_protocol::ids::DocName;

use super::problem::Problem;

/// The checked name.
#[derive(Debug, Clone)]
pub struct BranchPath(pub DocName);

impl<S: Send + Sync> FromRequestParts<S> for BranchPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(name) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::NoSuchBranch)?;
        DocName::parse(&name)
            .map(Self)
            .map_err(|_| Problem::NoSuchBranch)
    }
}
