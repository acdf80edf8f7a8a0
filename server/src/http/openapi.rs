//! The description of the REST interface, made from the handlers themselves.

mod everywhere;

use axum::Json;
use axum::extract::State;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use self::everywhere::Everywhere;
use super::{
    about, account, archive, authorship, branches, communities, community_documents, demo, digest,
    document_policy, documents, farewell, fhir, for_good, forgotten, grants, handing_over, health,
    history, interests, invitations, join_requests, joining, leader_links, ledger, left_behind,
    library, links, looks, meetings, members, notifications, openid, own_data, problem,
    publications, quarantine, questions, rounds, search, session, session_cookie, state::AppState,
    stepping_back, sub_groups, taken_away, terms, updates, ways_in,
};

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
        history::list, history::name_present, history::name, history::read,
        authorship::authors, authorship::readers, taken_away::list, taken_away::take,
        session::sign_in, session::read, session::sign_out, session::token,
        account::change, account::change_password, account::sessions, account::end_session,
        ways_in::list, ways_in::disconnect,
        links::read, links::set_password, joining::join, joining::sign_up,
        communities::list, communities::found, communities::show, communities::change,
        looks::show, looks::set, looks::take_away, looks::picture,
        members::list, members::change, members::remove,
        invitations::make, invitations::list, invitations::withdraw,
        community_documents::list, community_documents::make,
        document_policy::show, document_policy::set, ledger::list, archive::write, archive::bringing::read,
        branches::make, branches::list, branches::show, branches::changes,
        branches::hand_in, branches::merge, branches::discard, branches::reopen, left_behind::hand_in,
        questions::list, questions::make, questions::order, questions::delete, questions::restore,
        interests::list, interests::declare, interests::of_member, interests::about, interests::judge,
        grants::list, grants::give, grants::take_back,
        sub_groups::list, sub_groups::make, sub_groups::members, sub_groups::add, sub_groups::leave,
        join_requests::joinable, join_requests::ask, join_requests::withdraw,
        join_requests::list, join_requests::answer,
        library::public, library::list, search::find,
        rounds::open, rounds::list, rounds::show, rounds::text, rounds::vote, rounds::recuse, rounds::close, rounds::void,
        publications::of_document, publications::prepare, publications::show, publications::text, publications::sign,
        publications::decline, publications::publish, publications::withdraw, publications::watched,
        fhir::of_draft, fhir::of_version,
        notifications::list, notifications::unread, notifications::mark_read,
        notifications::silences, notifications::silence,
        digest::show, digest::caught_up, digest::choose,
        for_good::delete, for_good::tombstone, handing_over::hand_over, leader_links::make,
        own_data::write, farewell::leave, terms::of_document, terms::of_community,
        stepping_back::decide, stepping_back::say_present,
        meetings::plan, meetings::list, meetings::show, meetings::cancel, meetings::about, meetings::text_hash,
        meetings::live::stream, meetings::live::here, meetings::commands::act, meetings::minutes::read,
        about::config, health::live, health::ready, health::metrics,
    ),
    components(schemas(problem::ProblemBody)),
    modifiers(&Schemes, &Everywhere)
)]
struct Api;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        let cookie = ApiKey::Cookie(ApiKeyValue::new(session_cookie::NAME));
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}

/// What only a demonstration has.
#[derive(OpenApi)]
#[openapi(paths(
    demo::show,
    demo::sign_in,
    demo::set_colleagues,
    demo::begin_again,
    demo::go_away
))]
struct OfDemonstrations;

/// What there is only with an OpenID Connect provider.
#[derive(OpenApi)]
#[openapi(paths(openid::begin, openid::come_back))]
struct OfProvider;

/// What there is only with a server for mail.
#[derive(OpenApi)]
#[openapi(paths(forgotten::ask))]
struct OfMail;

/// The description.
#[must_use]
pub fn description() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// Serves the description.
pub async fn document(State(state): State<AppState>) -> Json<utoipa::openapi::OpenApi> {
    let mut api = description();
    if state.demo.is_some() {
        api.merge(OfDemonstrations::openapi());
    }
    if state.portal().is_ok_and(|portal| portal.openid.is_some()) {
        api.merge(OfProvider::openapi());
    }
    if state.portal().is_ok_and(|portal| portal.mail.is_some()) {
        api.merge(OfMail::openapi());
    }
    Json(api)
}
