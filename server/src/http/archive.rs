//! Taking a community away as one archive, and making one from an archive (D17).
//!
//! Whoever belongs to a community may take away what they may read there; that they did stands in the ledger. From an
//! archive a new community is made, with its own ids and lineage: its documents are other documents than those that it
//! was written from (D15). Nothing in it is open to more people than the new community, whatever it was open to before:
//! opening further is a decision of the new one. People are not brought along, they are invited.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use consilium_model::access::Privacy;
use consilium_protocol::ids::Access;
use consilium_protocol::limits::FRAME_BYTES_MAX;
use futures_util::stream;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::body::read_body;
use super::communities::ShownCommunity;
use super::community_documents::new_name;
use super::community_path::CommunityPath;
use super::limits::{ARCHIVE_BYTES_MAX, ARCHIVE_PIECE_BYTES, ARCHIVED_ENTRIES_AT_ONCE};
use super::members::ShownMember;
use super::problem::{Problem, ProblemBody};
use super::signed_in::SignedIn;
use super::state::AppState;
use crate::community::act::Act;
use crate::community::wording::{
    self, DESCRIPTION_CHARS_MAX, Language, NAME_CHARS_MAX, TITLE_CHARS_MAX,
};
use crate::export::archive::{LEDGER_FILE, MEMBERS_FILE, ReadError, Reader, Writer};
use crate::export::manifest::{ArchivedCommunity, ArchivedDocument, FORMAT, Manifest, VERSION};
use crate::registry::ApplyOutcome;
use crate::store::communities::{
    Actor, CommunityStore, CommunityView, Founding, NewDocument, OpenDocument,
};
use crate::store::portal_ids::CommunityId;
use crate::store::{DocumentFilter, StoreError};

/// A community that was made from an archive.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedCommunity {
    /// The community.
    pub community: ShownCommunity,
    /// How many documents have come over.
    pub documents: usize,
    /// The titles of those that have not: this server takes no document like them.
    pub refused: Vec<String>,
}

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

    let mut writer = Writer::new(
        tempfile::tempfile().map_err(|error| {
            tracing::error!(%error, "no file for an archive");
            Problem::StorageUnavailable
        })?,
        view.community.language.word(),
    );
    for document in documents {
        let _turn = state.read_turn().await?;
        let content = state
            .registry
            .snapshot_update(&document.record.name)
            .await?
            .unwrap_or_default();
        writer = blocking(move || {
            writer.document(archived(&document), &content)?;
            Ok::<_, Problem>(writer)
        })
        .await?;
    }
    let members = state.store.members(actor, id).await??;
    let members: Vec<ShownMember> = members.into_iter().map(ShownMember::from).collect();
    let (ledger, ledger_head) = ledger(&state, id).await?;
    let manifest = manifest(&view, actor.at_ms, ledger_head);
    let file = blocking(move || {
        let members = serde_json::to_vec_pretty(&json!({ "members": members }))
            .map_err(|_| Problem::Internal)?;
        writer.file(MEMBERS_FILE, &members)?;
        writer.file(LEDGER_FILE, ledger.as_bytes())?;
        let mut file = writer.finish(manifest)?;
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
            "attachment; filename=\"community.zip\"",
        ),
    ];
    Ok((headers, body_of(file)))
}

/// Makes a community from an archive. Whoever does is its leader, and its members are invited as anybody is.
#[utoipa::path(post, path = "/api/v1/archives", tag = "communities",
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "An archive, of at most 64 MiB"),
    responses(
        (status = 201, description = "Made", body = ImportedCommunity),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Not a whole archive; `detail` says why. Nothing was made", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Storage is away", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("session" = [])))]
pub async fn read(
    State(state): State<AppState>,
    signed_in: SignedIn,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<ImportedCommunity>), Problem> {
    let _turn = state.archive_turn().await?;
    let bytes = read_body(&state, &headers, body, ARCHIVE_BYTES_MAX).await?;
    signed_in.still(&state).await?;
    // Everything is looked at before anything is made.
    let mut archive = blocking(move || {
        let mut archive = Reader::open(bytes)?;
        for place in 0..archive.manifest().documents.len() {
            archive.state(place, FRAME_BYTES_MAX)?;
        }
        Ok::<_, Problem>(archive)
    })
    .await?;
    let manifest = archive.manifest().clone();
    let founding = founding(&manifest)?;
    let actor = signed_in.actor();
    let id = founding.id;
    state.store.found_community(actor, &founding).await?;

    let mut documents = 0;
    let mut refused = Vec::new();
    let mut first = Some(founding.first_document);
    for (place, document) in manifest.documents.iter().enumerate() {
        let wish = match first.take() {
            Some(first) => first,
            None => {
                let wish = new_document_of(document);
                state.store.create_document(actor, id, &wish).await??;
                wish
            }
        };
        let content;
        (archive, content) = blocking(move || {
            let content = archive.state(place, FRAME_BYTES_MAX)?;
            Ok::<_, Problem>((archive, content))
        })
        .await?;
        if content.is_empty() {
            documents += 1;
            continue;
        }
        // Nobody's edits: who wrote them is known where the archive comes from.
        let applied = state
            .registry
            .apply_update(&wish.name, None, Access::Write, content.into())
            .await;
        match applied {
            Ok(ApplyOutcome::Committed) => documents += 1,
            Ok(ApplyOutcome::Quarantined(_)) => refused.push(document.title.clone()),
            Err(error) => match Problem::from(error) {
                Problem::TooLarge | Problem::MalformedUpdate => {
                    refused.push(document.title.clone());
                }
                other => return Err(other),
            },
        }
    }
    let act = Act::Imported {
        exported_at_ms: manifest.exported_at,
        ledger_head: manifest.ledger_head,
        documents,
    };
    state.store.note(actor, id, &act).await??;
    let view = state.store.community(actor, id).await??;
    let imported = ImportedCommunity {
        community: view.into(),
        documents,
        refused,
    };
    Ok((StatusCode::CREATED, Json(imported)))
}

/// Every document of the community that the actor may read.
async fn all_readable(
    store: &dyn CommunityStore,
    actor: Actor,
    id: CommunityId,
) -> Result<Vec<OpenDocument>, StoreError> {
    let mut all = Vec::new();
    let mut filter = DocumentFilter::default();
    loop {
        let page = store.open_documents(actor, Some(id), &filter).await?;
        let is_last = page.len() < filter.page_size() as usize;
        if let Some(last) = page.last() {
            filter.after = Some(filter.cursor_after(&last.record));
        }
        let may_read = |document: &OpenDocument| document.standing.access() >= Access::Read;
        all.extend(page.into_iter().filter(may_read));
        if is_last {
            return Ok(all);
        }
    }
}

fn archived(document: &OpenDocument) -> ArchivedDocument {
    let record = &document.record;
    ArchivedDocument {
        file: String::new(),
        name: record.name.as_str().to_owned(),
        title: record.title.clone(),
        privacy: document.standing.privacy.word().to_owned(),
        created_at: record.created_at_ms,
        updated_at: record.updated_at_ms,
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
            language: community.language.word().to_owned(),
            default_privacy: community.default_privacy.word().to_owned(),
            created_at: community.created_at_ms,
        },
        ledger_head,
        documents: Vec::new(),
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

/// What the new community begins with.
fn founding(manifest: &Manifest) -> Result<Founding, Problem> {
    let unfit = |_| Problem::from(ReadError::Damaged);
    let community = &manifest.community;
    let first_document = manifest.documents.first().map_or_else(
        || NewDocument {
            name: new_name(),
            title: String::new(),
            privacy: None,
        },
        new_document_of,
    );
    Ok(Founding {
        id: CommunityId::new(),
        name: wording::line(&community.name, NAME_CHARS_MAX).map_err(unfit)?,
        description: wording::lines(&community.description, DESCRIPTION_CHARS_MAX)
            .map_err(unfit)?,
        accent: wording::colour(&community.accent).map_err(unfit)?,
        default_privacy: within(&community.default_privacy),
        language: Language::from_word(&community.language)
            .ok_or(Problem::from(ReadError::Damaged))?,
        first_document,
    })
}

fn new_document_of(document: &ArchivedDocument) -> NewDocument {
    NewDocument {
        name: new_name(),
        // The text brings its own; this is for the list until then.
        title: wording::line(&document.title, TITLE_CHARS_MAX).unwrap_or_default(),
        privacy: Some(within(&document.privacy)),
    }
}

/// What a document is open to in the new community: what was only its maker's, or a part's, is its importer's.
fn within(word: &str) -> Privacy {
    match Privacy::from_word(word) {
        Some(Privacy::Private | Privacy::SubGroup) | None => Privacy::Private,
        Some(Privacy::Community | Privacy::Portal | Privacy::Public) => Privacy::Community,
    }
}

/// Work that takes the processor or the disk for a while.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Problem::Internal))
}

/// A file as a body, read piece by piece as the other side takes it.
fn body_of(file: File) -> Body {
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
