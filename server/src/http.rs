//! Everything that speaks HTTP and is no socket: health, figures, REST and the app.
//!
//! Handlers are thin: they check the bearer's access, call the registry or the store, and shape the answer. Every
//! failure is a [`Problem`] with a stable code and the request's id; an internal text never leaves the process.
//! Updates take the same way as those of sockets, through the room.
//!
//! Reading order: [`state`], [`problem`], [`bearer`], [`signed_in`], [`body`] with `body_places`, [`doc_path`], [`community_path`]; then one
//! file for each group of endpoints ([`health`], [`updates`], [`documents`], [`history`], [`authorship`], [`taken_away`], [`terms`], [`quarantine`],
//! [`session`], [`account`], [`own_data`], [`farewell`], [`ways_in`], [`openid`] with [`flow_cookie`], [`forgotten`],
//! [`links`], [`joining`], [`communities`], [`members`], [`invitations`], [`community_documents`], [`document_policy`],
//! [`looks`], [`ledger`], [`for_good`], [`handing_over`], [`stepping_back`] with [`visits`], [`grants`], [`sub_groups`],
//! [`join_requests`], [`meetings`], [`library`], [`search`], [`archive`], [`branches`] with
//! [`branch_path`], [`questions`], [`rounds`], [`publications`], [`fhir`], [`demo`], [`about`], [`openapi`], [`app`]); then what every request passes ([`request_id`],
//! [`client_address`],
//! [`origins`], [`headers`]).

pub mod about;
pub mod account;
pub mod acts;
pub mod app;
pub mod archive;
mod attachment;
pub mod authorship;
pub mod bearer;
pub mod body;
mod body_places;
pub mod branch_path;
pub mod branches;
pub mod client_address;
pub mod communities;
pub mod community_documents;
pub mod community_path;
pub mod demo;
pub mod digest;
pub mod doc_path;
pub mod document_policy;
pub mod documents;
pub mod farewell;
pub mod fhir;
pub mod flow_cookie;
pub mod for_good;
pub mod forgotten;
pub mod grants;
pub mod handing_over;
pub mod headers;
pub mod health;
pub mod history;
pub mod interests;
pub mod invitations;
pub mod join_requests;
pub mod joining;
pub mod leader_links;
pub mod ledger;
pub mod left_behind;
pub mod library;
pub mod limits;
pub mod links;
pub mod looks;
pub mod meetings;
pub mod members;
pub mod notifications;
pub mod openapi;
pub mod openid;
pub mod origins;
pub mod own_data;
pub mod paging;
pub mod problem;
pub mod publications;
pub mod quarantine;
pub mod questions;
pub mod request_id;
pub mod rounds;
pub mod search;
pub mod session;
pub mod session_cookie;
pub mod signed_in;
pub mod state;
pub mod stepping_back;
pub mod sub_groups;
pub mod taken_away;
pub mod terms;
pub mod updates;
pub mod visitor;
pub mod visits;
pub mod ways_in;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, delete, get, patch, post, put};
use tower_http::catch_panic::CatchPanicLayer;

pub use problem::Problem;
pub use state::{AppState, ServerMode};

/// All routes, with `sockets` (`/sync` and `/yjs/…`) among them.
pub fn router(state: AppState, sockets: Router) -> Router {
    let people = Router::new()
        .route(
            "/session",
            post(session::sign_in)
                .get(session::read)
                .delete(session::sign_out),
        )
        .route("/session/token", post(session::token))
        .route("/account", patch(account::change))
        .route("/account/password", post(account::change_password))
        .route("/account/archive", get(own_data::write))
        .route("/account/farewell", post(farewell::leave))
        .route("/account/sessions", get(account::sessions))
        .route("/account/sessions/{id}", delete(account::end_session))
        .route("/account/ways-in", get(ways_in::list))
        .route("/account/identities/{id}", delete(ways_in::disconnect))
        .route("/links/{secret}", get(links::read))
        .route("/links/{secret}/password", post(links::set_password))
        .route("/links/{secret}/join", post(joining::join))
        .route("/links/{secret}/sign-up", post(joining::sign_up))
        .merge(of_communities())
        .merge(of_branches())
        .merge(of_questions())
        .merge(of_rounds())
        .merge(of_publications())
        .merge(of_interests())
        .merge(of_joining())
        .merge(of_catching_up())
        .merge(of_meetings())
        .route("/search", get(search::find))
        .merge(demo::routes(&state))
        .merge(openid::routes(&state))
        .merge(forgotten::routes(&state))
        .layer(from_fn_with_state(state.clone(), acts::note))
        .layer(from_fn_with_state(state.clone(), body::json_first))
        .route_layer(from_fn_with_state(
            state.clone(),
            signed_in::only_in_a_portal,
        ));
    let api = Router::new()
        .merge(people)
        .route(
            "/docs/{name}/update",
            get(updates::read).post(updates::apply),
        )
        .route("/docs/{name}/quarantine", get(quarantine::list))
        .route("/documents/{name}/fhir", get(fhir::of_draft))
        .route("/documents", get(documents::list))
        .route("/documents/{name}", delete(documents::delete))
        .route("/documents/{name}/restore", post(documents::restore))
        .route("/documents/{name}/history", get(history::list))
        .route("/documents/{name}/versions", post(history::name_present))
        .route("/documents/{name}/versions/{id}", patch(history::name))
        .route("/documents/{name}/versions/{id}/update", get(history::read))
        .route("/documents/{name}/authors", get(authorship::authors))
        .route("/config", get(about::config))
        .route("/openapi.json", get(openapi::document))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn(headers::never_stored))
        .layer(from_fn_with_state(state.clone(), origins::check));

    Router::new()
        .nest("/api/v1", api)
        .route("/api", any(problem::not_found))
        .route("/api/{*rest}", any(problem::not_found))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(app::serve)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn(headers::secure))
        .with_state(state.clone())
        .merge(sockets)
        .layer(CatchPanicLayer::custom(problem::after_panic))
        .layer(from_fn_with_state(state, client_address::resolve))
        .layer(from_fn(request_id::assign))
}

/// Communities, and how far their documents are open.
fn of_communities() -> Router<AppState> {
    Router::new()
        .route(
            "/communities",
            get(communities::list).post(communities::found),
        )
        .route(
            "/communities/{id}",
            get(communities::show).patch(communities::change),
        )
        .route("/communities/{id}/look", get(looks::show))
        .route(
            "/communities/{id}/logo",
            put(looks::set).delete(looks::take_away),
        )
        .route("/communities/{id}/logo/{hash}", get(looks::picture))
        .route("/communities/{id}/members", get(members::list))
        .route(
            "/communities/{id}/members/{accountId}",
            patch(members::change).delete(members::remove),
        )
        .route(
            "/communities/{id}/members/{accountId}/password-link",
            post(leader_links::make),
        )
        .route(
            "/communities/{id}/invitations",
            get(invitations::list).post(invitations::make),
        )
        .route(
            "/communities/{id}/invitations/{invitationId}",
            delete(invitations::withdraw),
        )
        .route(
            "/communities/{id}/documents",
            get(community_documents::list).post(community_documents::make),
        )
        .route("/communities/{id}/ledger", get(ledger::list))
        .route("/communities/{id}/hand-over", post(handing_over::hand_over))
        .route("/communities/{id}/inactivity", put(stepping_back::decide))
        .route("/communities/{id}/term", get(terms::of_community))
        .route(
            "/communities/{id}/presence",
            post(stepping_back::say_present),
        )
        .route("/documents/{name}/delete-for-good", post(for_good::delete))
        .route("/documents/{name}/tombstone", get(for_good::tombstone))
        .route("/documents/{name}/term", get(terms::of_document))
        .route("/documents/{name}/readers", get(authorship::readers))
        .route(
            "/documents/{name}/taken-away",
            get(taken_away::list).post(taken_away::take),
        )
        .route("/communities/{id}/archive", get(archive::write))
        .route("/archives", post(archive::bringing::read))
        .route(
            "/documents/{name}/policy",
            get(document_policy::show).put(document_policy::set),
        )
}

/// What people declare about their interests, and how that is judged.
fn of_interests() -> Router<AppState> {
    Router::new()
        .route(
            "/communities/{id}/interests",
            get(interests::list).post(interests::declare),
        )
        .route(
            "/communities/{id}/interests/{accountId}",
            get(interests::of_member),
        )
        .route(
            "/documents/{name}/judgements",
            get(interests::about).post(interests::judge),
        )
}

/// What people suggest to documents.
fn of_branches() -> Router<AppState> {
    Router::new()
        .route(
            "/documents/{name}/branches",
            get(branches::list).post(branches::make),
        )
        .route("/documents/{name}/left-behind", post(left_behind::hand_in))
        .route("/branches/{branch}", get(branches::show))
        .route("/branches/{branch}/changes", get(branches::changes))
        .route("/branches/{branch}/hand-in", post(branches::hand_in))
        .route("/branches/{branch}/merge", post(branches::merge))
        .route("/branches/{branch}/discard", post(branches::discard))
        .route("/branches/{branch}/reopen", post(branches::reopen))
}

/// The clinical questions of documents.
fn of_questions() -> Router<AppState> {
    Router::new()
        .route(
            "/documents/{name}/questions",
            get(questions::list).post(questions::make),
        )
        .route("/documents/{name}/question-order", put(questions::order))
        .route(
            "/documents/{name}/questions/{questionId}",
            delete(questions::delete),
        )
        .route(
            "/documents/{name}/questions/{questionId}/restore",
            post(questions::restore),
        )
}

/// What is put to the vote.
fn of_rounds() -> Router<AppState> {
    Router::new()
        .route(
            "/communities/{id}/rounds",
            get(rounds::list).post(rounds::open),
        )
        .route("/rounds/{round}", get(rounds::show))
        .route("/rounds/{round}/text", get(rounds::text))
        .route("/rounds/{round}/ballot", put(rounds::vote))
        .route("/rounds/{round}/recusal", post(rounds::recuse))
        .route("/rounds/{round}/close", post(rounds::close))
        .route("/rounds/{round}/void", post(rounds::void))
}

/// Versions that are signed and published.
fn of_publications() -> Router<AppState> {
    Router::new()
        .route(
            "/documents/{name}/publications",
            get(publications::of_document).post(publications::prepare),
        )
        .route("/publications/{publication}", get(publications::show))
        .route("/publications/{publication}/text", get(publications::text))
        .route("/publications/{publication}/fhir", get(fhir::of_version))
        .route(
            "/publications/{publication}/signature",
            post(publications::sign),
        )
        .route(
            "/publications/{publication}/refusal",
            post(publications::decline),
        )
        .route(
            "/publications/{publication}/publish",
            post(publications::publish),
        )
        .route(
            "/publications/{publication}/withdrawal",
            post(publications::withdraw),
        )
        .route("/communities/{id}/publications", get(publications::watched))
}

/// Who may come in: guests, sub-groups, people who ask, and readers.
fn of_joining() -> Router<AppState> {
    Router::new()
        .route("/documents/{name}/grants", get(grants::list))
        .route(
            "/documents/{name}/grants/{accountId}",
            put(grants::give).delete(grants::take_back),
        )
        .route(
            "/communities/{id}/sub-groups",
            get(sub_groups::list).post(sub_groups::make),
        )
        .route(
            "/communities/{id}/sub-groups/{subGroupId}/members",
            get(sub_groups::members),
        )
        .route(
            "/communities/{id}/sub-groups/{subGroupId}/members/{accountId}",
            put(sub_groups::add).delete(sub_groups::leave),
        )
        .route("/joinable-communities", get(join_requests::joinable))
        .route(
            "/communities/{id}/join",
            post(join_requests::ask).delete(join_requests::withdraw),
        )
        .route("/communities/{id}/join-requests", get(join_requests::list))
        .route(
            "/communities/{id}/join-requests/{accountId}",
            post(join_requests::answer),
        )
        .route("/library", get(library::list))
        .route("/public/{name}", get(library::public))
}

/// Meetings of communities.
fn of_meetings() -> Router<AppState> {
    Router::new()
        .route(
            "/communities/{id}/meetings",
            get(meetings::list).post(meetings::plan),
        )
        .route(
            "/meetings/{id}",
            get(meetings::show).delete(meetings::cancel),
        )
        .route("/meetings/{id}/live", get(meetings::live::stream))
        .route("/meetings/{id}/here", post(meetings::live::here))
        .route("/meetings/{id}/commands", post(meetings::commands::act))
        .route("/meetings/{id}/minutes", get(meetings::minutes::read))
        .route("/documents/{name}/meeting", get(meetings::about))
        .route("/documents/{name}/text-hash", get(meetings::text_hash))
}

/// What concerns somebody, and what is new.
fn of_catching_up() -> Router<AppState> {
    Router::new()
        .route("/notifications", get(notifications::list))
        .route("/notifications/unread", get(notifications::unread))
        .route("/notifications/read", post(notifications::mark_read))
        .route(
            "/account/notifications",
            get(notifications::silences).put(notifications::silence),
        )
        .route("/communities/{id}/digest", get(digest::show))
        .route("/communities/{id}/caught-up", post(digest::caught_up))
        .route("/communities/{id}/chosen-roles", put(digest::choose))
}

#[cfg(test)]
pub(crate) mod tests;
