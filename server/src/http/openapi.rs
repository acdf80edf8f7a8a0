//! The description of the REST interface, made from the handlers themselves.

use axum::Json;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{about, documents, health, problem, quarantine, updates};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Consilium",
        description = "Documents that people write together. Editing in real time goes over `/sync` and `/yjs/{name}` \
                       (WebSockets); this interface reads and applies whole updates and keeps the list. Every failure \
                       is `application/problem+json` with a stable `code` and a `requestId`."
    ),
    paths(
        updates::read, updates::apply, quarantine::list,
        documents::list, documents::delete, documents::restore,
        about::config, health::live, health::ready, health::metrics,
    ),
    components(schemas(problem::ProblemBody)),
    modifiers(&BearerScheme)
)]
struct Api;

struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        api.components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The description.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// Serves the description.
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(description())
}
