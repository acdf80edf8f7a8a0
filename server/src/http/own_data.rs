//! Taking one's own data away.
//!
//! What is in the archive is what one may read oneself at this moment; of others nothing is in it but the titles of their
//! documents beside what one said about them, and the passages that one commented on. It leaves no trace in any community:
//! whoever takes away what is their own need not tell anybody.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use consilium_model::discussion;
use consilium_protocol::ids::{Access, DocName};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::archive::{archived, asked, blocking, body_of, put_questions};
use super::interests::{self, ShownDeclaration, ShownJudgement};
use super::limits::ARCHIVED_ENTRIES_AT_ONCE;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::wording::Language;
use crate::export::archive::{Place, Writer};
use crate::export::manifest::ArchivedDocument;
use crate::export::own::{
    ACCOUNT_FILE, COMMENTS_FILE, INDEX_FILE, INTERESTS_FILE, LEDGER_FILE, OwnAccount, OwnAct,
    OwnComment, OwnData, OwnMembershipLine, OwnSession, OwnSuggestion, SUGGESTIONS_FILE,
    comments_in, page,
};
use crate::export::question::AskedQuestion;
use crate::store::branches::BranchView;
use crate::store::communities::{Actor, OpenDocument};
use crate::store::interests::Declaration;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::{DocumentFilter, Shelf};

/// In which language the page of an archive speaks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct OwnQuery {
    /// `en` or `de`; English when it is left out.
    #[serde(default)]
    language: Option<String>,
}

/// Whose archives are being written on this node.
#[derive(Debug, Default)]
pub(super) struct OwnArchives(Arc<Mutex<HashSet<AccountId>>>);

/// The place of one account; free again when it is dropped.
struct Turn {
    account: AccountId,
    all: Arc<Mutex<HashSet<AccountId>>>,
}

impl OwnArchives {
    /// One at a time.
    fn turn(&self, account: AccountId) -> Result<Turn, Problem> {
        if !self.0.lock().insert(account) {
            return Err(Problem::Busy);
        }
        Ok(Turn {
            account,
            all: Arc::clone(&self.0),
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.all.lock().remove(&self.account);
    }
}

/// Writes an archive of everything that is one's own.
#[utoipa::path(get, path = "/api/v1/account/archive", tag = "people", params(OwnQuery),
    responses(
        (status = 200, description = "The archive", content_type = "application/zip", body = Vec<u8>),
        (status = 400, description = "Bad query", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away, or one is being written already", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn write(
    State(state): State<AppState>,
    signed_in: SignedIn,
    query: Result<Query<OwnQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Query(query) = query.map_err(|_| Problem::BadQuery)?;
    let language = match query.language.as_deref() {
        None => Language::English,
        Some(word) => Language::from_word(word).ok_or(Problem::BadQuery)?,
    };
    let _mine = state.own_archives().turn(signed_in.account.id)?;
    let _turn = state.archive_turn().await?;
    let actor = signed_in.actor();
    let mut writer = Box::new(Writer::new(
        tempfile::tempfile().map_err(|error| {
            tracing::error!(%error, "no file for an archive");
            Problem::StorageUnavailable
        })?,
        language,
    ));
    let mut comments = Vec::new();
    for (shelf, document) in all_readable(&state, actor).await? {
        if document.standing.is_creator {
            let entry = ArchivedDocument {
                // One list: here nothing is read back.
                deleted_at: None,
                ..archived(&document)
            };
            let questions = asked(&state, actor, &document, language).await?;
            writer = put(&state, writer, entry, questions).await?;
            writer = put_questions(&state, actor, writer, Place::Live, &document).await?;
        }
        if matches!(shelf, Shelf::Live) && document.standing.access_to_discussion() >= Access::Read
        {
            comments.extend(comments_on(&state, actor.account, &document).await?);
        }
    }
    let mine = writer.count();
    let mut suggestions = Vec::new();
    for branch in state.store.own_branches(actor).await? {
        writer = put(&state, writer, archived_branch(&branch), Vec::new()).await?;
        let file = writer
            .documents()
            .last()
            .map_or_else(String::new, |document| document.file.clone());
        suggestions.push(suggestion(branch, file));
    }
    let interests = own_interests(&state, actor).await?;
    let data = OwnData {
        account: account(&state, &signed_in, actor).await?,
        comments,
        suggestions,
        acts: acts(&state, actor).await?,
    };
    let file = blocking(move || {
        let json = |value: serde_json::Result<Vec<u8>>| value.map_err(|_| Problem::Internal);
        let page = page(&data, &writer.documents()[..mine], language);
        writer.file(INDEX_FILE, page.as_bytes())?;
        let files = [
            (ACCOUNT_FILE, serde_json::to_vec_pretty(&data.account)),
            (COMMENTS_FILE, serde_json::to_vec_pretty(&data.comments)),
            (
                SUGGESTIONS_FILE,
                serde_json::to_vec_pretty(&data.suggestions),
            ),
            (LEDGER_FILE, serde_json::to_vec_pretty(&data.acts)),
            (INTERESTS_FILE, serde_json::to_vec_pretty(&interests)),
        ];
        for (name, content) in files {
            writer.file(name, &json(content)?)?;
        }
        let mut file = writer.end()?;
        file.seek(SeekFrom::Start(0)).map_err(|error| {
            tracing::error!(%error, "an archive cannot be read back");
            Problem::StorageUnavailable
        })?;
        Ok::<_, Problem>(file)
    })
    .await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"my-data.zip\"",
        ),
    ];
    Ok((headers, body_of(file)))
}

/// What somebody declared, and how others judged them.
#[derive(Serialize)]
struct OwnInterests {
    declarations: Vec<OwnDeclaration>,
    judgements: Vec<ShownJudgement>,
}

/// A declaration, and where it was made.
#[derive(Serialize)]
struct OwnDeclaration {
    community: CommunityId,
    #[serde(flatten)]
    declaration: ShownDeclaration,
}

async fn own_interests(state: &AppState, actor: Actor) -> Result<OwnInterests, Problem> {
    let found = state.store.own_interests(actor).await?;
    let own = |each: Declaration| OwnDeclaration {
        community: each.community,
        declaration: interests::declaration(each),
    };
    Ok(OwnInterests {
        declarations: found.declarations.into_iter().map(own).collect(),
        judgements: found
            .judgements
            .into_iter()
            .map(interests::judgement)
            .collect(),
    })
}

/// Every document that the actor may read, of all communities, in the bin too.
async fn all_readable(
    state: &AppState,
    actor: Actor,
) -> Result<Vec<(Shelf, OpenDocument)>, Problem> {
    let mut all = Vec::new();
    for shelf in [Shelf::Live, Shelf::Bin] {
        let mut filter = DocumentFilter {
            shelf,
            ..DocumentFilter::default()
        };
        loop {
            let documents = state.store.open_documents(actor, None, &filter).await?;
            let is_last = documents.len() < filter.page_size() as usize;
            if let Some(last) = documents.last() {
                filter.after = Some(filter.cursor_after(&last.record));
            }
            all.extend(
                documents
                    .into_iter()
                    .filter(|document| document.standing.access() >= Access::Read)
                    .map(|document| (shelf, document)),
            );
            if is_last {
                break;
            }
        }
    }
    Ok(all)
}

/// Puts a document into the archive.
async fn put(
    state: &AppState,
    mut writer: Box<Writer<File>>,
    document: ArchivedDocument,
    questions: Vec<AskedQuestion>,
) -> Result<Box<Writer<File>>, Problem> {
    let _turn = state.read_turn().await?;
    let name = DocName::parse(&document.name).map_err(|_| Problem::Internal)?;
    let content = state
        .registry
        .snapshot_update(&name)
        .await?
        .unwrap_or_default();
    blocking(move || {
        writer.document(document, &content, &questions)?;
        Ok::<_, Problem>(writer)
    })
    .await
}

/// What the account said about a document.
async fn comments_on(
    state: &AppState,
    account: AccountId,
    document: &OpenDocument,
) -> Result<Vec<OwnComment>, Problem> {
    let Some(name) = discussion::of_document(&document.record.name) else {
        return Ok(Vec::new());
    };
    let user = account.user();
    let authors = state.store.authors(&name).await?.unwrap_or_default();
    let Some(me) = authors.into_iter().find(|author| author.id == user) else {
        return Ok(Vec::new());
    };
    let _turn = state.read_turn().await?;
    let content = state
        .registry
        .snapshot_update(&name)
        .await?
        .unwrap_or_default();
    let clients: HashSet<u64> = me.clients.into_iter().collect();
    let said = blocking(move || Ok::<_, Problem>(comments_in(&content, &clients))).await?;
    let record = &document.record;
    Ok(said
        .into_iter()
        .map(|comment| OwnComment {
            document: record.name.as_str().to_owned(),
            title: record.title.clone(),
            at: comment.at_ms,
            text: comment.text,
            passage: comment.passage,
        })
        .collect())
}

fn archived_branch(branch: &BranchView) -> ArchivedDocument {
    ArchivedDocument {
        file: String::new(),
        name: branch.name.as_str().to_owned(),
        title: branch.document_title.clone(),
        privacy: branch.standing.document.privacy.word().to_owned(),
        created_at: branch.made_at_ms,
        updated_at: branch.made_at_ms,
        ..ArchivedDocument::default()
    }
}

fn suggestion(branch: BranchView, file: String) -> OwnSuggestion {
    OwnSuggestion {
        document: branch.document.as_str().to_owned(),
        title: branch.document_title,
        kind: branch.standing.kind.word().to_owned(),
        state: branch.standing.state.word().to_owned(),
        note: branch.note,
        made_at: branch.made_at_ms,
        file,
    }
}

async fn account(
    state: &AppState,
    signed_in: &SignedIn,
    actor: Actor,
) -> Result<OwnAccount, Problem> {
    let account = &signed_in.account;
    let sessions = state.store.sessions(account.id, actor.at_ms).await?;
    let memberships = state.store.own_memberships(actor).await?;
    Ok(OwnAccount {
        id: account.id.to_string(),
        name: account.name.clone(),
        email: account.email.written.clone(),
        created_at: account.created_at_ms,
        sessions: sessions
            .into_iter()
            .map(|session| OwnSession {
                created_at: session.created_at_ms,
                last_seen_at: session.last_seen_at_ms,
                expires_at: session.expires_at_ms,
                user_agent: session.user_agent,
                address: session.address,
            })
            .collect(),
        memberships: memberships
            .into_iter()
            .map(|membership| OwnMembershipLine {
                id: membership.community.to_string(),
                name: membership.community_name,
                role: membership.role.word().to_owned(),
                since: membership.since_ms,
                until: membership.until_ms,
                last_seen_day: membership.last_seen_day,
                stepped_back_at: membership.stepped_back_at_ms,
            })
            .collect(),
    })
}

/// What the actor did, in every community whose ledger they may read.
async fn acts(state: &AppState, actor: Actor) -> Result<Vec<OwnAct>, Problem> {
    let mut acts = BTreeMap::new();
    for membership in state.store.own_memberships(actor).await? {
        let id = membership.community;
        let mut after = 0;
        loop {
            let entries = state
                .store
                .own_acts(actor, id, after, ARCHIVED_ENTRIES_AT_ONCE)
                .await?;
            let Some(last) = entries.last() else {
                break;
            };
            after = last.entry.seq;
            for sealed in entries {
                let entry = sealed.entry;
                let act = OwnAct {
                    community: id.to_string(),
                    seq: entry.seq,
                    at: entry.at_ms,
                    act: entry.act,
                    detail: serde_json::from_str(&entry.detail).unwrap_or_default(),
                    hash: sealed.hash.to_string(),
                };
                acts.insert((act.at, id, act.seq), act);
            }
        }
    }
    Ok(acts.into_values().collect())
}
