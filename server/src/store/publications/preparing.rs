//! Preparing a version: it takes the place of the candidate before.

use std::collections::BTreeSet;

use consilium_model::access::{Participation, Privacy};
use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::NewCandidate;
use crate::community::act::Act;
use crate::community::rules::{Deed, may as role_may};
use crate::interests::leads_fully;
use crate::publication::rules::{self, SIGNATORIES_MAX, State, Step};
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::communities::record::{Actor, Decided, DocumentStanding, Refusal};
use crate::store::communities::rows::{granted, lock, named};
use crate::store::communities::{NamedAccount, ledger, standing};
use crate::store::interests::judging;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::rounds::opening::voters;
use crate::store::rounds::record::may_read;
use crate::store::statements::{Statements, Value, unreadable};

/// How the actor stands to a document that they may publish.
pub(super) async fn admitted(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<DocumentStanding>, Error> {
    let found = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
    let Some(standing) = found.filter(may_read) else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    if !standing
        .role
        .is_some_and(|role| role_may(role, Deed::Publish))
    {
        return Ok(Err(Refusal::LeadersOnly));
    }
    if standing.privacy == Privacy::Private {
        return Ok(Err(Refusal::PrivateDocument));
    }
    let narrowed = judging::narrowed(statements, document).await?;
    let part = match narrowed.get(&by.account) {
        // Of a question that they do not see they would publish a version without it.
        Some(Participation::Excluded) => Participation::Excluded,
        _ => standing.participation,
    };
    if let Err(refusal) = leads_fully(part) {
        return Ok(Err(Refusal::Interests(refusal)));
    }
    Ok(Ok(standing))
}

/// Who can be asked to sign: who may vote, unless they are excluded from the document or one of its questions and could not
/// read what they sign.
async fn can_sign(
    statements: &mut dyn Statements,
    by: Actor,
    community: CommunityId,
    document: &DocName,
) -> Result<BTreeSet<AccountId>, Error> {
    let mut found = voters(&mut *statements, by, community, document).await?;
    let narrowed = judging::narrowed(statements, document).await?;
    found.retain(|account| narrowed.get(account) != Some(&Participation::Excluded));
    Ok(found)
}

pub(super) async fn may(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<()>, Error> {
    Ok(admitted(statements, by, document).await?.map(|_| ()))
}

pub(super) async fn signers(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<Vec<NamedAccount>>, Error> {
    let standing = granted!(admitted(&mut *statements, by, document).await?);
    let found = can_sign(&mut *statements, by, standing.community, document).await?;
    let rows = statements
        .rows(
            "SELECT a.id, a.name FROM memberships m JOIN accounts a ON a.id = m.account
             WHERE m.community = $1 ORDER BY a.name, a.id",
            &[Value::Bytes(standing.community.as_bytes())],
        )
        .await?;
    let mut named = rows
        .iter()
        .map(|row| named(row, 0, 1))
        .collect::<Result<Vec<_>, _>>()?;
    named.retain(|each| found.contains(&each.id));
    Ok(Ok(named))
}

pub(super) async fn prepare(
    statements: &mut dyn Statements,
    by: Actor,
    candidate: &NewCandidate,
) -> Result<Decided<()>, Error> {
    let standing = granted!(admitted(&mut *statements, by, &candidate.document).await?);
    lock(&mut *statements, standing.community).await?;
    // Again, now that nobody else can change it.
    let standing = granted!(admitted(&mut *statements, by, &candidate.document).await?);
    let community = standing.community;
    let can_sign = can_sign(&mut *statements, by, community, &candidate.document).await?;
    let mut signatories: Vec<AccountId> = candidate.signatories.clone();
    signatories.sort_unstable();
    signatories.dedup();
    let is_fit = (1..=SIGNATORIES_MAX).contains(&signatories.len())
        && signatories.len() == candidate.signatories.len()
        && signatories.iter().all(|each| can_sign.contains(each));
    if !is_fit {
        return Ok(Err(Refusal::Publication(rules::Refusal::CannotSign)));
    }
    statements
        .run(
            "UPDATE publications SET state = $2
             WHERE state = 'candidate' AND doc = (SELECT id FROM documents WHERE name = $1)",
            &[
                Value::Text(candidate.document.as_str()),
                Value::Text(State::Replaced.word()),
            ],
        )
        .await?;
    insert(&mut *statements, by, standing, candidate).await?;
    for signatory in &signatories {
        statements
            .run(
                "INSERT INTO publication_signatories (publication, signatory) VALUES ($1, $2)",
                &[
                    Value::Bytes(candidate.id.as_bytes()),
                    Value::Bytes(signatory.as_bytes()),
                ],
            )
            .await?;
        let note = Note {
            document: Some(&candidate.document),
            ..Note::new(by, Kind::SignatureAsked, community)
        };
        telling::tell(&mut *statements, *signatory, &note).await?;
    }
    let act = Act::Publication {
        publication: candidate.id,
        document: candidate.document.clone(),
        step: Step::Prepared {
            hash: candidate.hash,
            signatories: signatories.len(),
        },
    };
    ledger::write(statements, by, community, &act).await.map(Ok)
}

/// The row of a candidate, with nothing decided.
pub(super) async fn insert(
    statements: &mut dyn Statements,
    by: Actor,
    standing: DocumentStanding,
    candidate: &NewCandidate,
) -> Result<(), Error> {
    let made = statements
        .run(
            "INSERT INTO publications (id, doc, community, prepared_by, prepared_at_ms, title, text_hash, text_bytes,
                                       text_zstd, state)
             SELECT $1, d.id, $3, $4, $5, $6, $7, $8, $9, $10 FROM documents d WHERE d.name = $2",
            &[
                Value::Bytes(candidate.id.as_bytes()),
                Value::Text(candidate.document.as_str()),
                Value::Bytes(standing.community.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Text(&candidate.title),
                Value::Bytes(&candidate.hash.0),
                Value::Int(candidate.text.bytes),
                Value::Bytes(&candidate.text.zstd),
                Value::Text(State::Candidate.word()),
            ],
        )
        .await?;
    if made == 1 {
        Ok(())
    } else {
        Err(unreadable(0))
    }
}
