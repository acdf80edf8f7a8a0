//! Taking a community away as one archive (D17). Making one from an archive is in [`bringing`].
//!
//! Whoever belongs to the community may take away what they may read there; that they did stands in the ledger. With each
//! document goes what is beside it, as far as they may read that: its discussion, its named versions, what was suggested
//! to it; and what lies in the bin.

pub mod bringing;
mod publications;

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use consilium_model::{discussion, question};
use consilium_protocol::ids::{Access, DocName};
use futures_util::stream;
use serde_json::json;

use super::attachment;
use super::community_path::CommunityPath;
use super::limits::{ARCHIVE_PIECE_BYTES, ARCHIVED_ENTRIES_AT_ONCE};
use super::members::ShownMember;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::act::Act;
use crate::community::wording::Language;
use crate::export::archive::{LEDGER_FILE, LOGO_FILE, MEMBERS_FILE, Place, Writer, slug};
use crate::export::manifest::{
    ArchivedBranch, ArchivedCommunity, ArchivedDocument, ArchivedQuestion, FORMAT, Manifest,
    VERSION,
};
use crate::export::own::comments_in;
use crate::export::question::AskedQuestion;
use crate::store::communities::{Actor, CommunityStore, CommunityView, OpenDocument};
use crate::store::discussions::Author;
use crate::store::portal_ids::CommunityId;
use crate::store::questions::QuestionView;
use crate::store::{DocumentFilter, Shelf, StoreError};

/// Writes an archive of all documents of a community that one may read, of its members and its ledger.
#[utoipa::path(get, path = "/api/v1/communities/{id}/archive", tag = "communities",
    params(("id" = String, Path, description = "The community's id")),
    responses(
        (status = 200, description = "The archive", content_type = "application/zip", body = Vec<u8>),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "For members and up", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such community, or not yours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away, or too many archives are written", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn write(
    State(state): State<AppState>,
    signed_in: SignedIn,
    CommunityPath(id): CommunityPath,
) -> Result<impl IntoResponse, Problem> {
    let actor = signed_in.actor();
    let view = state.store.community(actor, id).await??;
    let _turn = state.archive_turn().await?;
    let documents = all_readable(&*state.store, actor, id).await?;
    // First said, then done: what is in the ledger twice hurts nobody, what was taken away without a trace does.
    let act = Act::Exported {
        documents: documents.len(),
    };
    state.store.note(actor, id, &act).await??;

    let mut writer = Box::new(Writer::new(
        tempfile::tempfile().map_err(|error| {
            tracing::error!(%error, "no file for an archive");
            Problem::StorageUnavailable
        })?,
        view.community.language,
    ));
    for document in documents {
        let language = view.community.language;
        writer = put(&state, actor, writer, &document, language).await?;
    }
    let members = state.store.members(actor, id).await??;
    let members: Vec<ShownMember> = members.into_iter().map(ShownMember::from).collect();
    let (ledger, ledger_head) = ledger(&state, id).await?;
    let logo = match view.logo {
        Some(hash) => state.store.logo(actor.into(), id, hash).await?,
        None => None,
    };
    let mut manifest = manifest(&view, actor.at_ms, ledger_head);
    let name = format!("{}.zip", slug(&view.community.name));
    // Changed in this moment: the next archive has the other one.
    manifest.community.logo = logo.as_ref().map(|_| LOGO_FILE.to_owned());
    let file = blocking(move || {
        let members = serde_json::to_vec_pretty(&json!({ "members": members }))
            .map_err(|_| Problem::Internal)?;
        writer.file(MEMBERS_FILE, &members)?;
        writer.file(LEDGER_FILE, ledger.as_bytes())?;
        if let Some(logo) = logo {
            writer.file(LOGO_FILE, &logo)?;
        }
        let mut file = writer.finish(manifest)?;
        file.seek(SeekFrom::Start(0)).map_err(|error| {
            tracing::error!(%error, "an archive cannot be read back");
            Problem::StorageUnavailable
        })?;
        Ok::<_, Problem>(file)
    })
    .await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/zip"),
        ),
        (
            header::CONTENT_DISPOSITION,
            attachment::called(&name, "community.zip"),
        ),
    ];
    Ok((headers, body_of(file)))
}

/// Puts a document in, with everything beside it that the actor may read.
async fn put(
    state: &AppState,
    actor: Actor,
    mut writer: Box<Writer<File>>,
    document: &OpenDocument,
    language: Language,
) -> Result<Box<Writer<File>>, Problem> {
    let name = &document.record.name;
    let entry = archived(document);
    let at = if entry.deleted_at.is_some() {
        Place::Binned
    } else {
        Place::Live
    };
    let content = state_of(state, name).await?;
    let questions = asked(state, actor, document, language).await?;
    writer = blocking(move || {
        writer.document(entry, &content, &questions)?;
        Ok::<_, Problem>(writer)
    })
    .await?;
    let discussion = discussion::of_document(name)
        .filter(|_| document.standing.access_to_discussion() >= Access::Read);
    if let Some(discussion) = discussion
        && let Some(authors) = state.store.authors(&discussion).await?
    {
        let content = state_of(state, &discussion).await?;
        writer = blocking(move || {
            let said = said_in(&content, authors)?;
            writer.discussion(at, &content, &said)?;
            Ok::<_, Problem>(writer)
        })
        .await?;
    }
    writer = put_questions(state, actor, writer, at, document).await?;
    writer = put_versions(state, writer, at, document).await?;
    writer = publications::put(state, actor, writer, at, document).await?;
    put_branches(state, actor, writer, at, document).await
}

/// The clinical questions of a document as they stand in its text, as far as the actor may read them; those in the bin do not.
pub(super) async fn asked(
    state: &AppState,
    actor: Actor,
    document: &OpenDocument,
    language: Language,
) -> Result<Vec<AskedQuestion>, Problem> {
    let mut asked = Vec::new();
    for question in questions_of(state, actor, document).await? {
        let Some(id) = question::id_of(&question.name).map(str::to_owned) else {
            continue;
        };
        if question.deleted_at_ms.is_none() {
            // One after the other: only what is said of each stays in memory.
            let content = state_of(state, &question.name).await?;
            let read = move || Ok(AskedQuestion::of(&id, &question.title, &content, language));
            asked.push(blocking(read).await?);
        }
    }
    Ok(asked)
}

/// The clinical questions of a document, as far as the actor may read them.
async fn questions_of(
    state: &AppState,
    actor: Actor,
    document: &OpenDocument,
) -> Result<Vec<QuestionView>, Problem> {
    // What is in the bin has no questions for anybody.
    if document.standing.is_binned || document.standing.access_inside() < Access::Read {
        return Ok(Vec::new());
    }
    let name = &document.record.name;
    Ok(state.store.questions_of(actor, name).await??)
}

/// Puts the clinical questions of a document in, as far as the actor may read them.
pub(super) async fn put_questions(
    state: &AppState,
    actor: Actor,
    mut writer: Box<Writer<File>>,
    at: Place,
    document: &OpenDocument,
) -> Result<Box<Writer<File>>, Problem> {
    for question in questions_of(state, actor, document).await? {
        let content = state_of(state, &question.name).await?;
        let entry = ArchivedQuestion {
            file: String::new(),
            id: question::id_of(&question.name).map(str::to_owned),
            title: question.title,
            deleted_at: question.deleted_at_ms,
        };
        writer = blocking(move || {
            writer.question(at, entry, &content)?;
            Ok::<_, Problem>(writer)
        })
        .await?;
    }
    Ok(writer)
}

async fn put_versions(
    state: &AppState,
    mut writer: Box<Writer<File>>,
    at: Place,
    document: &OpenDocument,
) -> Result<Box<Writer<File>>, Problem> {
    let record = &document.record;
    for version in state.store.versions(record.id, i64::MIN, i64::MAX).await? {
        let Some(named) = version.name else {
            continue;
        };
        let _turn = state.read_turn().await?;
        let found = state
            .store
            .version_state(&record.name, record.id, version.hash)
            .await?;
        // Thinned out meanwhile.
        let Some(content) = found else {
            continue;
        };
        writer = blocking(move || {
            writer.version(at, &named, version.at_ms, &content)?;
            Ok::<_, Problem>(writer)
        })
        .await?;
    }
    Ok(writer)
}

async fn put_branches(
    state: &AppState,
    actor: Actor,
    mut writer: Box<Writer<File>>,
    at: Place,
    document: &OpenDocument,
) -> Result<Box<Writer<File>>, Problem> {
    // What is in the bin has no branches for anybody.
    if document.standing.is_binned || document.standing.role.is_none() {
        return Ok(writer);
    }
    for branch in state
        .store
        .branches_of(actor, &document.record.name)
        .await??
    {
        let fork = state.store.fork_of(actor, &branch.name).await??;
        let content = state_of(state, &branch.name).await?;
        let entry = ArchivedBranch {
            file: String::new(),
            kind: branch.standing.kind.word().to_owned(),
            state: branch.standing.state.word().to_owned(),
            note: branch.note,
            author: branch.author.name,
            made_at: branch.made_at_ms,
        };
        writer = blocking(move || {
            writer.branch(at, entry, &content, &fork)?;
            Ok::<_, Problem>(writer)
        })
        .await?;
    }
    Ok(writer)
}

/// The whole committed state of a document; nothing where there is none.
async fn state_of(state: &AppState, name: &DocName) -> Result<Bytes, Problem> {
    let _turn = state.read_turn().await?;
    let content = state.registry.snapshot_update(name).await?;
    Ok(content.unwrap_or_default())
}

/// What was said in a discussion, with the names of today.
fn said_in(content: &[u8], authors: Vec<Author>) -> Result<Vec<u8>, Problem> {
    let mut comments = Vec::new();
    for author in authors {
        let clients: HashSet<u64> = author.clients.into_iter().collect();
        for comment in comments_in(content, &clients) {
            comments.push((comment.at_ms, author.name.clone(), comment));
        }
    }
    comments.sort_by_key(|(at_ms, _, _)| *at_ms);
    let said: Vec<_> = comments
        .into_iter()
        .map(|(at_ms, author, comment)| {
            json!({ "at": at_ms, "author": author, "text": comment.text, "passage": comment.passage })
        })
        .collect();
    serde_json::to_vec_pretty(&json!({ "comments": said })).map_err(|_| Problem::Internal)
}

/// Every document of the community that the actor may read, those in the bin behind the others.
async fn all_readable(
    store: &dyn CommunityStore,
    actor: Actor,
    id: CommunityId,
) -> Result<Vec<OpenDocument>, StoreError> {
    let mut all = Vec::new();
    for shelf in [Shelf::Live, Shelf::Bin] {
        let mut filter = DocumentFilter {
            shelf,
            ..DocumentFilter::default()
        };
        loop {
            let page = store.open_documents(actor, Some(id), &filter).await?;
            let is_last = page.len() < filter.page_size() as usize;
            if let Some(last) = page.last() {
                filter.after = Some(filter.cursor_after(&last.record));
            }
            let may_read = |document: &OpenDocument| document.standing.access() >= Access::Read;
            all.extend(page.into_iter().filter(may_read));
            if is_last {
                break;
            }
        }
    }
    Ok(all)
}

pub(super) fn archived(document: &OpenDocument) -> ArchivedDocument {
    let record = &document.record;
    ArchivedDocument {
        file: String::new(),
        name: record.name.as_str().to_owned(),
        title: record.title.clone(),
        privacy: document.standing.privacy.word().to_owned(),
        created_at: record.created_at_ms,
        updated_at: record.updated_at_ms,
        deleted_at: record.deleted_at_ms,
        ..ArchivedDocument::default()
    }
}

fn manifest(view: &CommunityView, exported_at: i64, ledger_head: Option<String>) -> Manifest {
    let community = &view.community;
    Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        exported_at,
        community: ArchivedCommunity {
            id: community.id.to_string(),
            name: community.name.clone(),
            description: community.description.clone(),
            accent: community.accent.clone(),
            logo: None,
            language: community.language.word().to_owned(),
            default_privacy: community.default_privacy.word().to_owned(),
            created_at: community.created_at_ms,
        },
        ledger_head,
        documents: Vec::new(),
        binned: Vec::new(),
    }
}

/// The whole ledger, one entry a line, and its last hash.
async fn ledger(state: &AppState, id: CommunityId) -> Result<(String, Option<String>), Problem> {
    let mut text = String::new();
    let mut head = None;
    let mut after = 0;
    loop {
        let entries = state
            .store
            .sealed_entries(id, after, ARCHIVED_ENTRIES_AT_ONCE)
            .await?
            .unwrap_or_default();
        let Some(last) = entries.last() else {
            return Ok((text, head));
        };
        after = last.entry.seq;
        head = Some(last.hash.to_string());
        for sealed in &entries {
            // The canonical text is what the hash covers: whoever verifies needs it letter by letter.
            let line =
                json!({ "entry": sealed.entry.canonical(), "hash": sealed.hash.to_string() });
            text.push_str(&line.to_string());
            text.push('\n');
        }
    }
}

/// Work that takes the processor or the disk for a while.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Problem::Internal))
}

/// A file as a body, read piece by piece as the other side takes it.
pub(super) fn body_of(file: File) -> Body {
    let pieces = stream::try_unfold(file, |mut file| async move {
        tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; ARCHIVE_PIECE_BYTES];
            let read = file.read(&mut piece)?;
            piece.truncate(read);
            Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(piece), file)))
        })
        .await
        .map_err(std::io::Error::other)?
    });
    Body::from_stream(pieces)
}
