//! Communities: founding one, seeing one's own, and changing what one is called.
//!
//! Whoever is not in a community gets the answer for an id that was never given, whatever they ask (D17).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use consilium_model::access::Privacy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::JsonBody;
use super::community_documents::{NewText, new_name, write_first_text};
use super::community_path::CommunityPath;
use super::digest::note_visit;
use super::looks::logo_path;
use super::problem::{Problem, ProblemBody};
use super::signed_in::{SignedIn, now_ms};
use super::state::AppState;
use super::visits;
use crate::community::rules::OFFERED;
use crate::community::templates::Template;
use crate::community::wording::{
    self, DESCRIPTION_CHARS_MAX, JoinPolicy, Language, NAME_CHARS_MAX,
};
use crate::store::communities::{Actor, Changes, CommunityView, Founding, NewDocument};
use crate::store::portal_ids::CommunityId;

/// The communities of whoever asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Communities {
    /// By name.
    pub communities: Vec<ListedCommunity>,
}

/// One community of the list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedCommunity {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
    /// Its colour.
    pub accent: String,
    /// Where its picture is; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// What the asker is in it.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// How many are in it, without those who have stepped back.
    pub member_count: u64,
    /// How many wait to be let in; only for leaders and deputies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_count: Option<u64>,
    /// Since when the asker is asked whether they are still with it, in milliseconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<i64>,
    /// Since when the asker has stepped back, in milliseconds since 1970 UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stepped_back_at: Option<i64>,
    /// So many days after being asked members step back; absent where nothing is done about those who are away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_back_after_days: Option<u32>,
}

impl From<CommunityView> for ListedCommunity {
    fn from(view: CommunityView) -> Self {
        Self {
            id: view.community.id,
            name: view.community.name,
            accent: view.community.accent,
            logo: logo_path(view.community.id, view.logo),
            role: view.role.word(),
            member_count: view.member_count,
            request_count: view.request_count,
            asked_at: view.asked_at_ms,
            stepped_back_at: view.stepped_back_at_ms,
            step_back_after_days: view.inactivity.map(|rule| rule.step_back_after_days),
        }
    }
}

/// A community as somebody in it sees it. Times are milliseconds since 1970 UTC.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownCommunity {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CommunityId,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its colour: `#` and six hexadecimal digits.
    pub accent: String,
    /// Where its picture is; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// How people come in: `invite`, `request` or `open`.
    #[schema(value_type = String)]
    pub join_policy: &'static str,
    /// What new documents are open to: `private`, `community` or `portal`.
    #[schema(value_type = String)]
    pub default_privacy: &'static str,
    /// The language of its own words: `en` or `de`.
    #[schema(value_type = String)]
    pub language: &'static str,
    /// What the asker is in it: `leader`, `deputy`, `member`, `guest` or `listener`.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// How many are in it, without those who have stepped back.
    pub member_count: u64,
    /// How many wait to be let in; only for leaders and deputies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_count: Option<u64>,
    /// When it was founded.
    pub created_at: i64,
    /// Members who are away are asked after so many days; absent where nothing is done about them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_after_days: Option<u32>,
    /// And step back so many days after that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_back_after_days: Option<u32>,
    /// Since when the asker is asked whether they are still with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<i64>,
    /// Since when the asker has stepped back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stepped_back_at: Option<i64>,
}

impl From<CommunityView> for ShownCommunity {
    fn from(view: CommunityView) -> Self {
        let community = view.community;
        Self {
            id: community.id,
            name: community.name,
            description: community.description,
            accent: community.accent,
            logo: logo_path(community.id, view.logo),
            join_policy: community.join_policy.word(),
            default_privacy: community.default_privacy.word(),
            language: community.language.word(),
            role: view.role.word(),
            member_count: view.member_count,
            request_count: view.request_count,
            created_at: community.created_at_ms,
            ask_after_days: view.inactivity.map(|rule| rule.ask_after_days),
            step_back_after_days: view.inactivity.map(|rule| rule.step_back_after_days),
            asked_at: view.asked_at_ms,
            stepped_back_at: view.stepped_back_at_ms,
        }
    }
}

/// A community to found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCommunity {
    /// What it is called: one line of at most 120 characters.
    pub name: String,
    /// `guideline-panel`, `community-of-practice` or `working-group`.
    pub template: String,
    /// `en` or `de`.
    pub language: String,
}

/// What is to be another. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommunityChange {
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for: at most 2,000 characters.
    #[serde(default)]
    pub description: Option<String>,
    /// Its colour.
    #[serde(default)]
    pub accent: Option<String>,
    /// What new documents are open to.
    #[serde(default)]
    pub default_privacy: Option<String>,
    /// How people come in: `invite`, `request` or `open`.
    #[serde(default)]
    pub join_policy: Option<String>,
}

impl SignedIn {
    /// Who acts, now.
    pub(super) fn actor(&self) -> Actor {
        Actor {
            account: self.account.id,
            at_ms: now_ms(),
        }
    }
}

/// Reads a level of privacy that documents may begin with by themselves.
pub(super) fn offered_privacy(word: &str, field: &'static str) -> Result<Privacy, Problem> {
    Privacy::from_word(word)
        .filter(|privacy| OFFERED.contains(privacy))
        .ok_or(Problem::InvalidField { field })
}

/// Lists the communities that one is in.
#[utoipa::path(get, path = "/api/v1/communities", tag = "communities",
    responses(
        (status = 200, description = "By name", body = Communities),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn list(
    State(state): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<Communities>, Problem> {
    let views = state.store.communities_of(signed_in.actor()).await?;
    Ok(Json(Communities {
        communities: views.into_iter().map(ListedCommunity::from).collect(),
    }))
}

/// Founds a community: whoever does is its leader, and its first document is made from the template.
#[utoipa::path(post, path = "/api/v1/communities", tag = "communities", request_body = NewCommunity,
    responses(
        (status = 201, description = "Founded", body = ShownCommunity),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away; nothing was stored", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn found(
    State(state): State<AppState>,
    signed_in: SignedIn,
    JsonBody(wish): JsonBody<NewCommunity>,
) -> Result<(StatusCode, Json<ShownCommunity>), Problem> {
    let unfit = |field| Problem::InvalidField { field };
    let name = wording::line(&wish.name, NAME_CHARS_MAX).map_err(|_| unfit("name"))?;
    let template = Template::from_word(&wish.template).ok_or(unfit("template"))?;
    let language = Language::from_word(&wish.language).ok_or(unfit("language"))?;
    let text = NewText {
        title: template.title(language).to_owned(),
        blocks: template.body(language),
    };
    let founding = Founding {
        id: CommunityId::new(),
        name,
        description: template.description(language).to_owned(),
        accent: template.accent().to_owned(),
        default_privacy: template.default_privacy(),
        language,
        first_document: NewDocument {
            name: new_name(),
            title: text.title.clone(),
            privacy: None,
        },
    };
    state.store.may_found(signed_in.actor()).await??;
    let view = state
        .store
        .found_community(signed_in.actor(), &founding)
        .await?;
    state.access.look_now();
    write_first_text(&state, &signed_in, &founding.first_document.name, text).await;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Shows a community.
#[utoipa::path(get, path = "/api/v1/communities/{id}", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "The community", body = ShownCommunity),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn show(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<Json<ShownCommunity>, Problem> {
    let actor = signed_in.actor();
    let view = state.store.community(actor, id).await??;
    visits::note(&state, actor, id).await;
    note_visit(&state, actor, id).await;
    Ok(Json(view.into()))
}

/// Changes what a community is called, how it looks, what its new documents are open to, or how people come in; for leaders and deputies.
#[utoipa::path(patch, path = "/api/v1/communities/{id}", tag = "communities", request_body = CommunityChange,
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "As it is now", body = ShownCommunity),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For leaders and deputies", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`field` says what is not right", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn change(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
    JsonBody(wish): JsonBody<CommunityChange>,
) -> Result<Json<ShownCommunity>, Problem> {
    let unfit = |field| move |_| Problem::InvalidField { field };
    let changes = Changes {
        name: wish
            .name
            .map(|text| wording::line(&text, NAME_CHARS_MAX))
            .transpose()
            .map_err(unfit("name"))?,
        description: wish
            .description
            .map(|text| wording::lines(&text, DESCRIPTION_CHARS_MAX))
            .transpose()
            .map_err(unfit("description"))?,
        accent: wish
            .accent
            .map(|text| wording::colour(&text))
            .transpose()
            .map_err(unfit("accent"))?,
        default_privacy: wish
            .default_privacy
            .map(|word| offered_privacy(&word, "defaultPrivacy"))
            .transpose()?,
        join_policy: wish
            .join_policy
            .map(|word| {
                JoinPolicy::from_word(&word).ok_or(Problem::InvalidField {
                    field: "joinPolicy",
                })
            })
            .transpose()?,
    };
    let view = state
        .store
        .change_community(signed_in.actor(), id, &changes)
        .await??;
    Ok(Json(view.into()))
}
