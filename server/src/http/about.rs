//! What the app must know before anybody comes in.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::state::{AppState, ServerMode};

/// The product's name.
pub const PRODUCT: &str = "Consilium";

/// The release.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The server about itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct About {
    /// How people come in.
    pub mode: ServerMode,
    /// The product's name.
    #[schema(value_type = String)]
    pub product: &'static str,
    /// The release.
    #[schema(value_type = String)]
    pub version: &'static str,
    /// With whose accounts people may sign in too; absent where there is no such provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openid: Option<AboutProvider>,
    /// Whether mail is sent: about a forgotten password, and with invitations.
    pub mail: bool,
}

/// An OpenID Connect provider, in the words of its button.
#[derive(Debug, Serialize, ToSchema)]
pub struct AboutProvider {
    /// What people call it.
    pub name: String,
}

/// How people come in, and what runs here.
#[utoipa::path(get, path = "/api/v1/config", tag = "operation",
    responses((status = 200, description = "The server about itself", body = About)))]
pub async fn config(State(state): State<AppState>) -> Json<About> {
    let portal = state.portal().ok();
    let openid = portal.and_then(|portal| portal.openid.as_ref());
    Json(About {
        mode: state.mode,
        product: PRODUCT,
        version: VERSION,
        openid: openid.map(|openid| AboutProvider {
            name: openid.name.clone(),
        }),
        mail: portal.is_some_and(|portal| portal.mail.is_some()),
    })
}
