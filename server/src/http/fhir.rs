//! A guideline as an HL7 FHIR R5 bundle, for other software: of a draft for whoever may read it, of a version for its
//! readers. What somebody may not see of it on its page is not in their bundle either: the same functions are asked.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use consilium_model::{discussion, question, register};
use consilium_protocol::ids::DocName;
use serde_json::Value;

use super::attachment::called;
use super::community_path::PublicationPath;
use super::doc_path::DocPath;
use super::library::Reader;
use super::problem::{Problem, ProblemBody};
use super::publications::{Looking, newest_of, publications};
use super::signed_in::now_ms;
use super::state::AppState;
use crate::community::wording::Language;
use crate::export::archive::slug;
use crate::fhir::guideline::{Community, Guideline, Published, Signature, Standing, Text, Version};
use crate::fhir::question::Undecided;
use crate::fhir::{MEDIA_TYPE, bundle};
use crate::publication::UndecidedQuestion;
use crate::publication::rules::{Refusal as Why, State as Stage};
use crate::store::communities::{Actor, Refusal};
use crate::store::portal_ids::PublicationId;
use crate::store::publications::PublicationView;

/// Gives what a document and its clinical questions say now as an HL7 FHIR R5 bundle of type `document`. The questions are
/// those that the asker sees. One that is open to everybody is read without any proof.
#[utoipa::path(get, path = "/api/v1/documents/{name}/fhir", tag = "documents",
    params(("name" = String, Path, description = "Document name, percent-encoded")),
    responses(
        (status = 200, description = "The bundle", body = Object, content_type = "application/fhir+json"),
        (status = 401, description = "No valid token, or nobody signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The token does not cover the document", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such document, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is too long, or nested too deeply", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many ask for much at once, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("bearer" = []), ("session" = [])))]
pub async fn of_draft(
    State(state): State<AppState>,
    DocPath(name): DocPath,
    reader: Reader,
) -> Result<(HeaderMap, Vec<u8>), Problem> {
    reader.require(&state, &name).await?;
    // Questions and discussions are documents too, and no guidelines.
    if question::parent_of(&name).is_some() || discussion::parent_of(&name).is_some() {
        return Err(Problem::NoSuchDocument);
    }
    let at_ms = now_ms();
    let by = match &reader {
        Reader::Known(bearer) => bearer.0.portal_member().map(|member| Actor {
            account: member.account,
            at_ms,
        }),
        Reader::Stranger(_) => None,
    };
    let _turn = state.read_turn().await?;
    let (community, language) = community_of(&state, by, &name).await?;
    let draft = publications(&state).draft(by, &name).await?;
    written(move || {
        Ok(Guideline {
            document: name.to_string(),
            community,
            language,
            at_ms,
            standing: Standing::Draft,
            text: text(draft.content.text.as_bytes())?,
            undecided: draft.undecided.iter().map(undecided).collect(),
        })
    })
    .await
}

/// Gives a version as an HL7 FHIR R5 bundle of type `document`, to whoever may read the version.
#[utoipa::path(get, path = "/api/v1/publications/{publication}/fhir", tag = "publications",
    params(("publication" = String, Path, description = "The version's id")),
    responses(
        (status = 200, description = "The bundle", body = Object, content_type = "application/fhir+json"),
        (status = 404, description = "No such version, or not for you", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is nested too deeply", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Too many ask for much at once, or storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ))]
pub async fn of_version(
    State(state): State<AppState>,
    looking: Looking,
    PublicationPath(id): PublicationPath,
) -> Result<(HeaderMap, Vec<u8>), Problem> {
    let viewer = looking.viewer();
    let _turn = state.read_turn().await?;
    let view = state.store.publication(viewer, id).await??;
    let all = state.store.publications_of(viewer, &view.document).await?;
    let frozen = state.store.publication_text(viewer, id).await??;
    let newest = newest_of(&all);
    written(move || {
        Ok(Guideline {
            document: view.document.to_string(),
            community: Some(Community {
                id: view.community.to_string(),
                name: view.community_name.clone(),
            }),
            language: view.language,
            at_ms: view
                .published
                .as_ref()
                .map_or(view.prepared_at_ms, |published| published.at_ms),
            text: text(&frozen)?,
            standing: Standing::Version(Box::new(version(view, newest))),
            undecided: BTreeMap::new(),
        })
    })
    .await
}

/// The bundle as bytes; it takes as long as there is text.
async fn written(
    guideline: impl FnOnce() -> Result<Guideline, Problem> + Send + 'static,
) -> Result<(HeaderMap, Vec<u8>), Problem> {
    let (title, bytes) = tokio::task::spawn_blocking(move || {
        let guideline = guideline()?;
        let bytes = serde_json::to_vec(&bundle(&guideline)).map_err(|_| Problem::Internal)?;
        Ok::<_, Problem>((guideline.text.title, bytes))
    })
    .await
    .unwrap_or(Err(Problem::Internal))?;
    let name = format!("{}.fhir.json", slug(&title));
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
        (
            header::CONTENT_DISPOSITION,
            called(&name, "guideline.fhir.json"),
        ),
    ]);
    Ok((headers, bytes))
}

fn text(frozen: &[u8]) -> Result<Text, Problem> {
    // Nobody writes so deep; what is refused for its length would be read by other software no better.
    Text::read(frozen).map_err(|_| Refusal::Publication(Why::TextTooLong).into())
}

/// Whose a document is, as far as the reader may know, and the language of their words. Outside of a portal it is nobody's.
async fn community_of(
    state: &AppState,
    by: Option<Actor>,
    name: &DocName,
) -> Result<(Option<Community>, Language), Problem> {
    if let Some(found) = state.store.public_document(name).await? {
        let community = Community {
            id: found.community.to_string(),
            name: found.community_name,
        };
        return Ok((Some(community), found.language));
    }
    let Some(by) = by else {
        return Ok((None, Language::English));
    };
    // A suggestion has no policy of its own; whoever asks may read it.
    let Ok(policy) = state.store.policy(by, name).await? else {
        return Ok((None, Language::English));
    };
    let id = policy.standing.community;
    // Whoever reads it from outside learns no more of the community than its name.
    let language = match state.store.community(by, id).await? {
        Ok(view) => view.community.language,
        Err(_) => Language::English,
    };
    let community = Community {
        id: id.to_string(),
        name: policy.community_name,
    };
    Ok((Some(community), language))
}

fn undecided(question: &UndecidedQuestion) -> (String, Vec<Undecided>) {
    let read = |written: &String| serde_json::from_str(written).unwrap_or(Value::Null);
    let mut all: Vec<Undecided> = question
        .values
        .iter()
        .map(|(register, values)| Undecided {
            register: register.clone(),
            values: values.iter().map(read).collect(),
        })
        .collect();
    if question.foreign > 0 {
        // How many entries there are that no app can read.
        all.push(Undecided {
            register: register::VALUES.to_owned(),
            values: vec![question.foreign.into()],
        });
    }
    let id = question::id_of(&question.name).unwrap_or_default();
    (id.to_owned(), all)
}

fn version(view: PublicationView, newest: Option<PublicationId>) -> Version {
    let is_superseded = match view.state {
        Stage::Candidate => false,
        Stage::Replaced => true,
        Stage::Published => newest != Some(view.id),
    };
    let origin = view
        .published
        .as_ref()
        .and_then(|published| published.origin.as_ref());
    // Who signed it where it was published before; here nobody has.
    let signatures = match origin {
        Some(origin) => origin
            .signatories
            .iter()
            .filter_map(|each| {
                Some(Signature {
                    name: each.name.clone(),
                    at_ms: each.at?,
                    declined: each.declined.clone(),
                })
            })
            .collect(),
        None => view
            .signatories
            .iter()
            .filter_map(|each| {
                Some(Signature {
                    name: each.who.name.clone(),
                    at_ms: each.decided_at_ms?,
                    declined: each.declined.clone(),
                })
            })
            .collect(),
    };
    let withdrawn_there = origin.and_then(|origin| origin.withdrawn.clone());
    Version {
        id: view.id.to_string(),
        hash: view.hash.0,
        signatures,
        is_superseded,
        withdrawn: view
            .withdrawal
            .map(|withdrawal| withdrawal.reason)
            .or(withdrawn_there),
        published: view.published.map(|published| Published {
            number: published.number.to_string(),
            at_ms: published.at_ms,
            review_by_ms: published.review_by_ms,
            licence: published.licence,
            note: published.note,
            votes: published.votes,
            origin: published
                .origin
                .map(|origin| (origin.community, origin.published_at)),
        }),
    }
}
