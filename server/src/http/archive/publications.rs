//! Published versions in archives: the very text that was signed, and where it was published (ADR-0036).
//!
//! Whoever reads an archive believes its hash no more than its text: both have to fit. Numbers that do not rise, or words
//! that mean nothing here, make an archive a damaged one, before anything is made.

use std::fs::File;

use axum::body::Bytes;
use consilium_protocol::ids::DocName;

use super::blocking;
use crate::community::wording::{self, NAME_CHARS_MAX, REASON_CHARS_MAX, TITLE_CHARS_MAX};
use crate::export::archive::{Place, ReadError, Reader, Writer};
use crate::export::manifest::ArchivedPublication;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::publication::content::{TEXT_BYTES_MAX, hash_of};
use crate::publication::rules::{
    DECLINED_CHARS_MAX, Licence, NOTE_CHARS_MAX, Number, SIGNATORIES_MAX, State,
};
use crate::store::communities::{Actor, OpenDocument};
use crate::store::portal_ids::PublicationId;
use crate::store::publications::{
    NewCandidate, NewPublication, Origin, OriginSignature, PublicationView,
};
use crate::store::rounds::pack_text;

/// Puts the published versions of a document in, the oldest first.
pub(super) async fn put(
    state: &AppState,
    actor: Actor,
    mut writer: Box<Writer<File>>,
    at: Place,
    document: &OpenDocument,
) -> Result<Box<Writer<File>>, Problem> {
    let name = &document.record.name;
    let found = state.store.publications_of(actor.into(), name).await?;
    for view in found.iter().rev() {
        let Some(entry) = archived(view) else {
            continue;
        };
        let _turn = state.read_turn().await?;
        let text = state
            .store
            .publication_text(actor.into(), view.id)
            .await??;
        writer = blocking(move || {
            writer.publication(at, entry, &text)?;
            Ok::<_, Problem>(writer)
        })
        .await?;
    }
    Ok(writer)
}

/// What an archive says of a version; nothing of one that is not published.
fn archived(view: &PublicationView) -> Option<ArchivedPublication> {
    let published = view
        .published
        .as_ref()
        .filter(|_| view.state == State::Published)?;
    let own = |at: &crate::store::publications::Signatory| OriginSignature {
        name: at.who.name.clone(),
        at: at.decided_at_ms,
        declined: at.declined.clone(),
    };
    // One that came from elsewhere goes on as what it was there.
    let origin = published.origin.clone().unwrap_or_else(|| Origin {
        community: view.community_name.clone(),
        id: view.id.to_string(),
        published_at: published.at_ms,
        published_by: published.by.name.clone(),
        signatories: view.signatories.iter().map(own).collect(),
        withdrawn: None,
    });
    let withdrawn = view.withdrawal.as_ref();
    Some(ArchivedPublication {
        file: String::new(),
        id: origin.id,
        community: origin.community,
        number: published.number.to_string(),
        title: view.title.clone(),
        hash: view.hash.to_string(),
        published_at: origin.published_at,
        published_by: origin.published_by,
        review_by: published.review_by_ms,
        licence: published.licence.word().to_owned(),
        note: published.note.clone(),
        signatories: origin.signatories,
        votes: published.votes.clone(),
        withdrawn: withdrawn
            .map(|withdrawal| withdrawal.reason.clone())
            .or(origin.withdrawn),
    })
}

/// A version as it is kept here, and where it comes from.
pub(super) type Brought = (NewCandidate, NewPublication, Origin);

/// Looks at every version of an archive.
pub(super) fn check(archive: &mut Reader<Bytes>) -> Result<(), Problem> {
    let manifest = archive.manifest().clone();
    let nowhere = DocName::parse("nowhere").map_err(|_| Problem::Internal)?;
    for document in manifest.documents.iter().chain(&manifest.binned) {
        let mut last: Option<Number> = None;
        for publication in &document.publications {
            let (_, found, _) = brought(archive, publication, nowhere.clone())?;
            if last.is_some_and(|last| last >= found.number) {
                return Err(ReadError::Damaged.into());
            }
            last = Some(found.number);
        }
    }
    Ok(())
}

/// One version, off the async threads.
pub(super) async fn read(
    mut archive: Reader<Bytes>,
    publication: ArchivedPublication,
    document: DocName,
) -> Result<(Reader<Bytes>, Box<Brought>), Problem> {
    blocking(move || {
        let found = brought(&mut archive, &publication, document)?;
        Ok::<_, Problem>((archive, Box::new(found)))
    })
    .await
}

fn brought(
    archive: &mut Reader<Bytes>,
    archived: &ArchivedPublication,
    document: DocName,
) -> Result<Brought, Problem> {
    let damaged = || Problem::from(ReadError::Damaged);
    let line = |text: &str| wording::line(text, NAME_CHARS_MAX).map_err(|_| damaged());
    let lines = |text: &str, chars| wording::lines(text, chars).map_err(|_| damaged());
    let text = archive.text(&archived.file, TEXT_BYTES_MAX)?;
    let hash = hash_of(&text);
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&text).is_ok();
    if hash.to_string() != archived.hash || !is_json {
        return Err(damaged());
    }
    if archived.signatories.len() > SIGNATORIES_MAX {
        return Err(damaged());
    }
    let signatories = archived
        .signatories
        .iter()
        .map(|each| {
            let declined = each.declined.as_deref();
            Ok(OriginSignature {
                name: line(&each.name)?,
                at: each.at,
                declined: declined
                    .map(|said| lines(said, DECLINED_CHARS_MAX))
                    .transpose()?,
            })
        })
        .collect::<Result<_, Problem>>()?;
    let withdrawn = archived.withdrawn.as_deref();
    let origin = Origin {
        community: line(&archived.community)?,
        id: line(&archived.id)?,
        published_at: archived.published_at,
        published_by: line(&archived.published_by)?,
        signatories,
        withdrawn: withdrawn
            .map(|reason| lines(reason, REASON_CHARS_MAX))
            .transpose()?,
    };
    let candidate = NewCandidate {
        id: PublicationId::new(),
        document,
        title: lines(&archived.title, TITLE_CHARS_MAX)?,
        hash,
        text: pack_text(&text)?,
        signatories: Vec::new(),
    };
    let publication = NewPublication {
        number: archived.number.parse().map_err(|_| damaged())?,
        review_by_ms: archived.review_by,
        licence: Licence::from_word(&archived.licence).ok_or_else(damaged)?,
        note: lines(&archived.note, NOTE_CHARS_MAX)?,
        votes: archived.votes.clone(),
    };
    Ok((candidate, publication, origin))
}
