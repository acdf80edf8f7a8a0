//! Versions that are signed and published: preparing one, signing it, publishing it for good, and reading it.
//!
//! What is published is read by whoever may read its document, without an account where that is public; what is not is the
//! business of those who work on the document. Everybody else gets the answer for a version that does not exist. There is no
//! endpoint that changes what was published.

mod shown;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use consilium_model::meeting::ids::Hash32;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::shown::{DocumentPublications, PublicationPage, ShownPublication};
use self::shown::{in_list, page_of, shown_obstacle};
use super::body::JsonBody;
use super::community_path::{CommunityPath, PublicationPath};
use super::doc_path::DocPath;
use super::problem::{Problem, ProblemBody};
use super::signed_in::{SignedIn, now_ms, signed_in};
use super::state::AppState;
use crate::community::wording;
use crate::publication::rules::{
    DECLINED_CHARS_MAX, Decision, Licence, NOTE_CHARS_MAX, Number, REVIEW_MS_MAX, REVIEW_MS_MIN,
    SIGNATORIES_MAX, State as Stage, WATCH_MS,
};
use crate::publication::{Publications, Wish, stands};
use crate::store::communities::Actor;
use crate::store::looks::Viewer;
use crate::store::portal_ids::{AccountId, PublicationId};

/// Whoever looks: somebody signed in, or a stranger.
#[derive(Debug, Clone)]
pub struct Looking(Option<SignedIn>);

impl FromRequestParts<AppState> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        match signed_in(parts, state).await {
            Ok(signed_in) => Ok(Self(Some(signed_in))),
            Err(Problem::NotSignedIn) => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }
}

impl Looking {
    pub(super) fn viewer(&self) -> Viewer {
        Viewer {
            account: self.0.as_ref().map(|signed_in| signed_in.account.id),
            at_ms: now_ms(),
        }
    }
}

/// Who is to sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CandidateWish {
    /// Accounts: 1 to 50 of those who belong to the community and read the document.
    pub signatories: Vec<String>,
}

/// A signature: it is of whoever is signed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The hash of the text that was shown.
    #[schema(value_type = String)]
    pub hash: Hash32,
}

/// That whoever is signed in does not sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declining {
    /// The hash of the text that was shown.
    #[schema(value_type = String)]
    pub hash: Hash32,
    /// Why, in 3 to 2000 characters; published with the version.
    pub reason: String,
}

/// What a version is published as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublishWish {
    /// Two numbers with a point between them, larger than those before: `1.0`, `1.1`, `2.0`.
    pub number: String,
    /// When it is to be looked at again: milliseconds since 1970 UTC, in 1 to 10 years.
    pub review_by: i64,
    /// `cc-by-4.0`, `cc-by-nc-4.0`, `cc-by-sa-4.0`, `cc-by-nd-4.0` or `all-rights-reserved`.
    pub licence: String,
    /// What is new, in at most 2000 characters.
    #[serde(default)]
    pub note: String,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalWish {
    /// In 3 to 500 characters; shown with the version.
    pub reason: String,
}

/// Published versions that are to be looked at again.
#[derive(Debug, Serialize, ToSchema)]
pub struct WatchList {
    /// What is due first comes first.
    pub publications: Vec<ShownPublication>,
}

pub(super) fn publications(state: &AppState) -> Publications<'_> {
    Publications {
        store: &state.store,
    }
}

fn unfit(field: &'static str) -> Problem {
    Problem::InvalidField { field }
}

/// Shows where the publication of a document stands: what is in its way, the candidate, and the versions.
#[utoipa::path(get, path = "/api/v1/documents/{name}/publications", tag = "publications",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "As of now", body = DocumentPublications),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many ask for much at once, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn of_document(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
) -> Result<Json<DocumentPublications>, Problem> {
    let by = signed_in.actor();
    let _turn = state.read_turn().await?;
    let present = publications(&state).present(by, &name).await?;
    let may_publish = state.store.may_publish(by, &name).await?.is_ok();
    let may_sign = if may_publish {
        state.store.may_sign(by, &name).await??
    } else {
        Vec::new()
    };
    let found = state.store.publications_of(by.into(), &name).await?;
    let newest = newest_of(&found);
    let candidate = found.iter().find(|view| view.state == Stage::Candidate);
    let text_changed = candidate.map(|view| !stands(&present, view.hash));
    Ok(Json(DocumentPublications {
        may_publish,
        may_sign: may_sign.into_iter().map(Into::into).collect(),
        obstacles: present.obstacles.into_iter().map(shown_obstacle).collect(),
        text_changed,
        publications: found
            .iter()
            .map(|view| in_list(view, by.into(), newest))
            .collect(),
        now: by.at_ms,
    }))
}

/// The latest published one of a list that begins with the latest.
pub(super) fn newest_of(
    found: &[crate::store::publications::PublicationView],
) -> Option<PublicationId> {
    let newest = found.iter().find(|view| view.state == Stage::Published);
    newest.map(|view| view.id)
}

/// Freezes the text of a document and of its questions as it is committed now, to be signed. It takes the place of the
/// candidate before. For leaders and deputies who can read it.
#[utoipa::path(post, path = "/api/v1/documents/{name}/publications", tag = "publications", request_body = CandidateWish,
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 201, description = "Prepared", body = PublicationPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn prepare(
    State(state): State<AppState>,
    signed_in: SignedIn,
    DocPath(name): DocPath,
    JsonBody(wish): JsonBody<CandidateWish>,
) -> Result<(StatusCode, Json<PublicationPage>), Problem> {
    if !(1..=SIGNATORIES_MAX).contains(&wish.signatories.len()) {
        return Err(unfit("signatories"));
    }
    let signatories = wish
        .signatories
        .iter()
        .map(|each| each.parse::<AccountId>().map_err(|_| unfit("signatories")))
        .collect::<Result<Vec<_>, _>>()?;
    let by = signed_in.actor();
    let _turn = state.read_turn().await?;
    let id = publications(&state).prepare(by, &name, signatories).await?;
    let page = page(&state, by.into(), id).await?;
    Ok((StatusCode::CREATED, Json(page)))
}

/// Shows one version: what it is, who signed, and where it stands among the others of its document. Nobody signs in for one
/// of a public document.
#[utoipa::path(get, path = "/api/v1/publications/{publication}", tag = "publications",
    params(("publication" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "As it is now", body = PublicationPage),
        (status = 404, description = "No such version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn show(
    State(state): State<AppState>,
    looking: Looking,
    PublicationPath(id): PublicationPath,
) -> Result<Json<PublicationPage>, Problem> {
    page(&state, looking.viewer(), id).await.map(Json)
}

async fn page(
    state: &AppState,
    viewer: Viewer,
    id: PublicationId,
) -> Result<PublicationPage, Problem> {
    let view = state.store.publication(viewer, id).await??;
    let others = state.store.publications_of(viewer, &view.document).await?;
    Ok(page_of(&view, &others, viewer))
}

/// Gives what a version says: canonical JSON, of which the SHA-256 is its hash. Its `body` is a document as ProseMirror
/// editors read it, its `questions` are texts and values by the names of `docs/adr/0031-questions.md`.
#[utoipa::path(get, path = "/api/v1/publications/{publication}/text", tag = "publications",
    params(("publication" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "The very bytes that were signed", body = Vec<u8>, content_type = "application/json"),
        (status = 404, description = "No such version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn text(
    State(state): State<AppState>,
    looking: Looking,
    PublicationPath(id): PublicationPath,
) -> Result<impl IntoResponse, Problem> {
    let _turn = state.read_turn().await?;
    let text = state.store.publication_text(looking.viewer(), id).await??;
    Ok(([(header::CONTENT_TYPE, "application/json")], text))
}

/// Signs a candidate, once, for the text that was shown.
#[utoipa::path(post, path = "/api/v1/publications/{publication}/signature", tag = "publications", request_body = Signature,
    params(("publication" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "Signed", body = PublicationPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not; nothing has changed", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn sign(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PublicationPath(id): PublicationPath,
    JsonBody(signature): JsonBody<Signature>,
) -> Result<Json<PublicationPage>, Problem> {
    decide(
        &state,
        signed_in.actor(),
        id,
        signature.hash,
        &Decision::Sign,
    )
    .await
}

/// Says that the asker does not sign a candidate, and why. That is published with it.
#[utoipa::path(post, path = "/api/v1/publications/{publication}/refusal", tag = "publications", request_body = Declining,
    params(("publication" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "Declined", body = PublicationPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not; nothing has changed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn decline(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PublicationPath(id): PublicationPath,
    JsonBody(declining): JsonBody<Declining>,
) -> Result<Json<PublicationPage>, Problem> {
    let reason = wording::lines(&declining.reason, DECLINED_CHARS_MAX)
        .ok()
        .filter(|reason| reason.chars().count() >= wording::REASON_CHARS_MIN)
        .ok_or(unfit("reason"))?;
    let decision = Decision::Decline(reason);
    decide(&state, signed_in.actor(), id, declining.hash, &decision).await
}

async fn decide(
    state: &AppState,
    by: Actor,
    id: PublicationId,
    hash: Hash32,
    decision: &Decision,
) -> Result<Json<PublicationPage>, Problem> {
    state.store.sign(by, id, hash, decision).await??;
    page(state, by.into(), id).await.map(Json)
}

/// Publishes a candidate for good, when everybody who was named has decided and the text stands as it was signed. For leaders
/// and deputies.
#[utoipa::path(post, path = "/api/v1/publications/{publication}/publish", tag = "publications", request_body = PublishWish,
    params(("publication" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "Published", body = PublicationPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not; nothing has changed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn publish(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PublicationPath(id): PublicationPath,
    JsonBody(wish): JsonBody<PublishWish>,
) -> Result<Json<PublicationPage>, Problem> {
    let by = signed_in.actor();
    let number: Number = wish.number.parse().map_err(|_| unfit("number"))?;
    let ahead = wish.review_by.saturating_sub(by.at_ms);
    if !(REVIEW_MS_MIN..=REVIEW_MS_MAX).contains(&ahead) {
        return Err(unfit("reviewBy"));
    }
    let wish = Wish {
        number,
        review_by_ms: wish.review_by,
        licence: Licence::from_word(&wish.licence).ok_or(unfit("licence"))?,
        note: wording::lines(&wish.note, NOTE_CHARS_MAX).map_err(|_| unfit("note"))?,
    };
    let _turn = state.read_turn().await?;
    publications(&state).publish(by, id, wish).await?;
    page(&state, by.into(), id).await.map(Json)
}

/// Says that a published version does not hold any more, and why. Its text can be read all the same. For leaders and
/// deputies.
#[utoipa::path(post, path = "/api/v1/publications/{publication}/withdrawal", tag = "publications", request_body = WithdrawalWish,
    params(("publication" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "Withdrawn", body = PublicationPage),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`code` says why not", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn withdraw(
    State(state): State<AppState>,
    signed_in: SignedIn,
    PublicationPath(id): PublicationPath,
    JsonBody(wish): JsonBody<WithdrawalWish>,
) -> Result<Json<PublicationPage>, Problem> {
    let reason = wording::reason(&wish.reason).map_err(|_| unfit("reason"))?;
    let by = signed_in.actor();
    state.store.withdraw_publication(by, id, &reason).await??;
    page(&state, by.into(), id).await.map(Json)
}

/// Lists the published versions of a community that are to be looked at again within six months, or should have been; as far
/// as the asker may read them.
#[utoipa::path(get, path = "/api/v1/communities/{id}/publications", tag = "publications",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "At most 100", body = WatchList),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn watched(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<Json<WatchList>, Problem> {
    let by = signed_in.actor();
    let until_ms = by.at_ms.saturating_add(WATCH_MS);
    let found = state.store.watched(by, id, until_ms).await??;
    Ok(Json(WatchList {
        publications: found
            .iter()
            .map(|view| in_list(view, by.into(), Some(view.id)))
            .collect(),
    }))
}
