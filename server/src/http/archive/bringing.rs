//! Making a community from an archive (D17).
//!
//! It is a new community, with its own ids and lineage: its documents are other documents than those that it was written
//! from (D15). Nothing in it is open to more people than the new community, whatever it was open to before: opening further
//! is a decision of the new one. People are not brought along, they are invited, so what they wrote and said belongs to
//! nobody here. Discussions, clinical questions, named and published versions, open suggestions and the bin come along; what was decided about a suggestion
//! stays decided, and is in the archive only.

use std::collections::HashSet;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use consilium_model::access::{BranchKind, BranchState, Privacy};
use consilium_model::{discussion, question};
use consilium_protocol::ids::{Access, DocName};
use consilium_protocol::limits::FRAME_BYTES_MAX;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{blocking, publications};
use crate::community::act::Act;
use crate::community::wording::{
    self, DESCRIPTION_CHARS_MAX, Language, NAME_CHARS_MAX, REASON_CHARS_MAX, TITLE_CHARS_MAX,
};
use crate::export::archive::{ReadError, Reader};
use crate::export::chronicle::LedgerFound;
use crate::export::manifest::{
    ArchivedBranch, ArchivedDocument, ArchivedPublication, ArchivedQuestion, Manifest,
};
use crate::http::body::read_body;
use crate::http::communities::ShownCommunity;
use crate::http::community_documents::new_name;
use crate::http::limits::ARCHIVE_BYTES_MAX;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::signed_in::SignedIn;
use crate::http::state::AppState;
use crate::registry::ApplyOutcome;
use crate::store::branches::{NewBranch, pack_fork};
use crate::store::communities::{Actor, Founding, NewDocument, Refusal};
use crate::store::history::{Naming, NewVersion, PackedState};
use crate::store::portal_ids::{CommunityId, VersionId};
use crate::store::questions::NewQuestion;
use crate::store::{Compaction, DocId};

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
    /// What the ledger in the archive is: `whole`; `missing`; or `broken`, where it is not what was written. It stays in
    /// the archive in any case.
    #[schema(value_type = String)]
    pub ledger: &'static str,
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
    let (archive, logo, ledger) = blocking(move || {
        let mut archive = Reader::open(bytes)?;
        for file in files_of(archive.manifest()) {
            archive.state(&file, FRAME_BYTES_MAX)?;
        }
        publications::check(&mut archive)?;
        let logo = archive.logo()?;
        let ledger = archive.ledger();
        Ok::<_, Problem>((archive, logo, ledger))
    })
    .await?;
    let manifest = archive.manifest().clone();
    let founding = founding(&manifest)?;
    let actor = signed_in.actor();
    let id = founding.id;
    state.store.may_found(actor).await??;
    state.store.found_community(actor, &founding).await?;
    if let Some(logo) = &logo {
        state.store.set_logo(actor, id, Some(logo)).await??;
    }

    let mut bringing = Bringing {
        state: &state,
        actor,
        archive,
        documents: 0,
        refused: Vec::new(),
    };
    let mut first = Some(founding.first_document);
    for document in manifest.documents.iter().chain(&manifest.binned) {
        let wish = match first.take() {
            Some(first) => first,
            None => {
                let wish = new_document_of(document);
                state.store.create_document(actor, id, &wish).await??;
                wish
            }
        };
        bringing = bringing.document(document, &wish.name).await?;
    }
    let Bringing {
        documents, refused, ..
    } = bringing;
    let act = Act::Imported {
        exported_at_ms: manifest.exported_at,
        // Only where it is the end of what came along.
        ledger_head: manifest
            .ledger_head
            .filter(|_| ledger == LedgerFound::Whole),
        ledger,
        documents,
    };
    state.store.note(actor, id, &act).await??;
    let view = state.store.community(actor, id).await??;
    let imported = ImportedCommunity {
        community: view.into(),
        documents,
        refused,
        ledger: ledger.word(),
    };
    Ok((StatusCode::CREATED, Json(imported)))
}

/// Every file that is read, without its ending.
fn files_of(manifest: &Manifest) -> Vec<String> {
    let mut files = Vec::new();
    for document in manifest.documents.iter().chain(&manifest.binned) {
        files.push(document.file.clone());
        files.extend(document.discussion.clone());
        files.extend(document.questions.iter().map(|each| each.file.clone()));
        files.extend(document.versions.iter().map(|version| version.file.clone()));
        for branch in &document.branches {
            files.push(branch.file.clone());
            files.push(format!("{}.fork", branch.file));
        }
    }
    files
}

/// What is under way.
struct Bringing<'a> {
    state: &'a AppState,
    actor: Actor,
    archive: Reader<Bytes>,
    /// How many have come over.
    documents: usize,
    /// The titles of those that have not.
    refused: Vec<String>,
}

impl Bringing<'_> {
    /// Brings a document's text to its room, and then what is beside it. Should the server end in between, the community is
    /// there with what has come by then.
    async fn document(
        mut self,
        document: &ArchivedDocument,
        name: &DocName,
    ) -> Result<Self, Problem> {
        let content;
        (self, content) = self.read(&document.file).await?;
        if !content.is_empty() {
            // Nobody's edits: who wrote them is known where the archive comes from.
            let applied = self
                .state
                .registry
                .apply_update(name, None, Access::Write, content)
                .await;
            let is_taken = match applied {
                Ok(ApplyOutcome::Committed) => true,
                Ok(ApplyOutcome::Quarantined(_)) => false,
                Err(error) => match Problem::from(error) {
                    Problem::TooLarge | Problem::MalformedUpdate => false,
                    other => return Err(other),
                },
            };
            if !is_taken {
                self.refused.push(document.title.clone());
                return Ok(self);
            }
        }
        self.documents += 1;
        self = self.beside(document, name).await?;
        if document.deleted_at.is_some() {
            self.state
                .store
                .set_binned(self.actor, name, true)
                .await??;
        }
        Ok(self)
    }

    async fn beside(
        mut self,
        document: &ArchivedDocument,
        name: &DocName,
    ) -> Result<Self, Problem> {
        let found = self.state.store.past_of(name).await?;
        let doc = found.ok_or(Problem::NoSuchDocument)?.doc;
        if let (Some(file), Some(discussion)) =
            (&document.discussion, discussion::of_document(name))
        {
            let content;
            (self, content) = self.read(file).await?;
            self.write_anew(&discussion, content).await?;
        }
        let mut ids = HashSet::new();
        for question in &document.questions {
            // The text names it by its id. A second one of the same id is another question.
            let id = question
                .id
                .clone()
                .filter(|id| question::is_id(id) && ids.insert(id.clone()))
                .unwrap_or_else(|| Uuid::now_v7().to_string());
            self = self.question(question, &id, name).await?;
        }
        for version in &document.versions {
            let content;
            (self, content) = self.read(&version.file).await?;
            let state = blocking(move || Ok::<_, Problem>(PackedState::of(doc, &content)?)).await?;
            let kept = NewVersion {
                id: VersionId::new(),
                at_ms: version.at,
                ends_session: false,
                state,
                naming: Some(Naming {
                    name: wording::line(&version.name, NAME_CHARS_MAX)
                        .map_err(|_| Problem::from(ReadError::Damaged))?,
                    by: None,
                }),
            };
            self.state
                .store
                .keep_versions(doc, &[kept], self.actor.at_ms)
                .await?;
        }
        for publication in &document.publications {
            self = self.publication(publication, name).await?;
        }
        for branch in &document.branches {
            if branch.state == BranchState::Open.word() {
                self = self.branch(branch, document, name).await?;
            }
        }
        Ok(self)
    }

    /// A question of the new document.
    async fn question(
        mut self,
        question: &ArchivedQuestion,
        id: &str,
        of: &DocName,
    ) -> Result<Self, Problem> {
        let content;
        (self, content) = self.read(&question.file).await?;
        let name = question::of_document(of, id).ok_or(Problem::Internal)?;
        let made = NewQuestion {
            name: name.clone(),
            // The question brings its own; this is for the list until then.
            title: wording::line(&question.title, TITLE_CHARS_MAX).unwrap_or_default(),
        };
        let store = &self.state.store;
        match store.create_question(self.actor, of, &made).await? {
            Ok(()) => {}
            Err(Refusal::TooMany) => {
                self.refused.push(question.title.clone());
                return Ok(self);
            }
            Err(refusal) => return Err(refusal.into()),
        }
        self.write_anew(&name, content).await?;
        if question.deleted_at.is_some() {
            let store = &self.state.store;
            store.set_question_binned(self.actor, &name, true).await??;
        }
        Ok(self)
    }

    /// A version that was published elsewhere, and says so.
    async fn publication(
        mut self,
        archived: &ArchivedPublication,
        of: &DocName,
    ) -> Result<Self, Problem> {
        let (archive, brought) =
            publications::read(self.archive, archived.clone(), of.clone()).await?;
        self.archive = archive;
        let store = &self.state.store;
        let (candidate, publication, origin) = &*brought;
        store
            .bring_publication(self.actor, candidate, publication, origin)
            .await??;
        Ok(self)
    }

    /// Its author is whoever brings it; who wrote it stands in front of what they said to it.
    async fn branch(
        mut self,
        branch: &ArchivedBranch,
        document: &ArchivedDocument,
        of: &DocName,
    ) -> Result<Self, Problem> {
        let (content, fork);
        (self, content) = self.read(&branch.file).await?;
        (self, fork) = self.read(&format!("{}.fork", branch.file)).await?;
        let fork = blocking(move || Ok::<_, Problem>(pack_fork(&fork)?)).await?;
        let name = new_name();
        let doc = self.write_anew(&name, content).await?;
        let note: String = format!("{}: {}", branch.author, branch.note)
            .chars()
            .take(REASON_CHARS_MAX)
            .collect();
        let made = NewBranch {
            doc,
            name: name.clone(),
            document: of.clone(),
            kind: BranchKind::from_word(&branch.kind).unwrap_or(BranchKind::Suggestion),
            note: wording::lines(&note, REASON_CHARS_MAX)
                .map_err(|_| Problem::from(ReadError::Damaged))?,
            fork,
        };
        match self.state.store.make_branch(self.actor, &made).await? {
            Ok(_) => {}
            Err(Refusal::TooManyBranches) => {
                self.state.store.discard_unclaimed(&name).await?;
                self.refused.push(document.title.clone());
            }
            Err(refusal) => {
                self.state.store.discard_unclaimed(&name).await?;
                return Err(refusal.into());
            }
        }
        Ok(self)
    }

    /// Writes the state of a document that nobody can have open: its name was made here, a moment ago.
    async fn write_anew(&self, name: &DocName, state: Bytes) -> Result<DocId, Problem> {
        let store = &self.state.store;
        let made = store.load_or_create(name, self.actor.at_ms).await?;
        let doc = made.record.id;
        if !state.is_empty() {
            let compaction = Compaction {
                doc,
                state,
                rows: Vec::new(),
                snapshots: Vec::new(),
            };
            store.compact(&compaction).await?;
        }
        Ok(doc)
    }

    /// A file of the archive.
    async fn read(mut self, file: &str) -> Result<(Self, Bytes), Problem> {
        let file = file.to_owned();
        let mut archive = self.archive;
        let content;
        (archive, content) = blocking(move || {
            let content = archive.state(&file, FRAME_BYTES_MAX)?;
            Ok::<_, Problem>((archive, content))
        })
        .await?;
        self.archive = archive;
        Ok((self, content.into()))
    }
}

/// What the new community begins with.
fn founding(manifest: &Manifest) -> Result<Founding, Problem> {
    let unfit = |_| Problem::from(ReadError::Damaged);
    let community = &manifest.community;
    let first_document = manifest
        .documents
        .first()
        .or(manifest.binned.first())
        .map_or_else(
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
