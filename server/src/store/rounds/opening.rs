//! Opening rounds: who may vote is fixed here, as of now.

use std::collections::{BTreeMap, BTreeSet};

use consilium_model::access::{Participation, Privacy, Role};
use consilium_model::consensus::Roll;
use consilium_protocol::ids::DocName;
use sqlx::Error;

use super::record::{NewRound, may_read};
use crate::community::act::Act;
use crate::community::rules::Deed;
use crate::interests::leads_fully;
use crate::rounds::rules::{self, OPEN_ROUNDS_MAX, ROLL_MAX};
use crate::rounds::text::Scope;
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::communities::record::{Actor, Decided, DocumentStanding, Refusal};
use crate::store::communities::rows::{account_id, admit, granted, lock};
use crate::store::communities::{ledger, standing};
use crate::store::interests::judging;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value, unreadable};

/// Whether the actor may open a round about a document of this community.
pub(super) async fn may_open(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    document: &DocName,
) -> Result<Decided<()>, Error> {
    granted!(admit(&mut *statements, by, id, Deed::OpenRounds).await?);
    let found = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
    let Some(standing) = found.filter(|found| found.community == id && may_read(found)) else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    if standing.privacy == Privacy::Private {
        return Ok(Err(Refusal::PrivateDocument));
    }
    if let Err(refusal) = leads_fully(standing.participation) {
        return Ok(Err(Refusal::Interests(refusal)));
    }
    let open = statements
        .row(
            "SELECT count(*) FROM rounds WHERE community = $1 AND state = 'open'",
            &[Value::Bytes(id.as_bytes())],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(if open.int(0)? >= OPEN_ROUNDS_MAX {
        Err(Refusal::TooMany)
    } else {
        Ok(())
    })
}

/// Who might vote about a document: whoever belongs to its community, reads it, and has not stepped back. What others made of
/// their interests does not count here: whoever is kept from voting is on the roll, and recused.
pub(in crate::store) async fn voters(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    document: &DocName,
) -> Result<BTreeSet<AccountId>, Error> {
    let sql = format!(
        "SELECT v.account, {}
         FROM memberships v JOIN documents d ON d.name = $3
         JOIN document_policies p ON p.doc = d.id AND p.community = v.community
         LEFT JOIN attendance t ON t.community = v.community AND t.account = v.account
         {}
         WHERE v.community = $1 AND t.stepped_back_at_ms IS NULL",
        standing::COLUMNS.replace("$1", "v.account"),
        standing::JOINS.replace("$1", "v.account")
    );
    let values = [
        Value::Bytes(id.as_bytes()),
        Value::Int(by.at_ms),
        Value::Text(document.as_str()),
    ];
    let mut voters = BTreeSet::new();
    for row in &statements.rows(&sql, &values).await? {
        let standing = DocumentStanding {
            participation: Participation::Full,
            ..standing::read(row, 1)?
        };
        if may_read(&standing) && standing.role.is_some_and(Role::belongs) {
            voters.insert(account_id(row, 0)?);
        }
    }
    Ok(voters)
}

/// Who must not vote, by whose word, and why.
type Recused = BTreeMap<AccountId, (AccountId, String)>;

/// Those whom the actor recuses, and those whom others judged: that nobody takes back here. `None` when the actor names
/// somebody twice, or somebody who is not among the voters.
async fn recused(
    statements: &mut dyn Statements,
    by: Actor,
    round: &NewRound,
    voters: &BTreeSet<AccountId>,
) -> Result<Option<Recused>, Error> {
    let mut recused = Recused::new();
    for (who, reason) in &round.recused {
        let is_new = recused.insert(*who, (by.account, reason.clone())).is_none();
        if !is_new || !voters.contains(who) {
            return Ok(None);
        }
    }
    for (who, judged) in judging::current(statements, &round.document).await? {
        if judged.verdict != Participation::Full && voters.contains(&who) {
            recused.insert(who, (judged.by, judged.reason));
        }
    }
    Ok(Some(recused))
}

pub(super) async fn open(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    round: &NewRound,
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(may_open(&mut *statements, by, id, &round.document).await?);
    let voters = voters(&mut *statements, by, id, &round.document).await?;
    let Some(recused) = recused(&mut *statements, by, round, &voters).await? else {
        return Ok(Err(Refusal::Round(rules::Refusal::NotAVoter)));
    };
    if voters.len() > ROLL_MAX {
        return Ok(Err(Refusal::TooMany));
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let roll = Roll {
        eligible: count(voters.len() - recused.len()),
        recused: count(recused.len()),
    };
    if let Err(refusal) = rules::may_open(&round.rule, round.anonymity, roll) {
        return Ok(Err(Refusal::Round(refusal)));
    }
    write(&mut *statements, by, id, round).await?;
    for voter in &voters {
        let recusal = recused.get(voter);
        statements
            .run(
                "INSERT INTO round_roll (round, voter, recused_at_ms, recused_by, reason) VALUES ($1, $2, $3, $4, $5)",
                &[
                    Value::Bytes(round.id.as_bytes()),
                    Value::Bytes(voter.as_bytes()),
                    Value::MaybeInt(recusal.map(|_| by.at_ms)),
                    Value::MaybeBytes(recusal.map(|(by, _)| by.as_bytes())),
                    Value::MaybeText(recusal.map(|(_, reason)| reason.as_str())),
                ],
            )
            .await?;
    }
    let act = Act::RoundOpened {
        round: round.id,
        document: round.document.clone(),
        rule: round.rule.to_string(),
        anonymity: round.anonymity,
        eligible: roll.eligible,
        recused: roll.recused,
        closes_at_ms: round.closes_at_ms,
    };
    ledger::write(&mut *statements, by, id, &act).await?;
    let note = Note {
        document: Some(&round.document),
        round: Some(round.id),
        until_ms: Some(round.closes_at_ms),
        ..Note::new(by, Kind::RoundOpened, id)
    };
    let cause = format!("round-opened {}", round.id);
    for voter in voters.iter().filter(|voter| !recused.contains_key(voter)) {
        telling::tell_of(&mut *statements, *voter, &note, &cause).await?;
    }
    Ok(Ok(()))
}

async fn write(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    round: &NewRound,
) -> Result<(), Error> {
    let (heading, blocks) = match &round.scope {
        Scope::Whole => (None, None),
        Scope::Passage { heading, blocks } => (heading.as_deref(), Some(i64::from(*blocks))),
    };
    let written = statements
        .run(
            "INSERT INTO rounds (id, doc, community, opened_by, opened_at_ms, closes_at_ms, by_hand, question, rule,
                                 anonymity, heading, blocks, quote, text_hash, text_bytes, text_zstd, state)
             SELECT $1, d.id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'open'
             FROM documents d WHERE d.name = $2",
            &[
                Value::Bytes(round.id.as_bytes()),
                Value::Text(round.document.as_str()),
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::Int(round.closes_at_ms),
                Value::Int(i64::from(round.is_by_hand)),
                Value::Text(&round.question),
                Value::Text(&round.rule.to_string()),
                Value::Text(round.anonymity.word()),
                Value::MaybeText(heading),
                Value::MaybeInt(blocks),
                Value::Text(&round.quote),
                Value::Bytes(&round.hash.0),
                Value::Int(round.text.bytes),
                Value::Bytes(&round.text.zstd),
            ],
        )
        .await?;
    if written == 1 {
        Ok(())
    } else {
        Err(unreadable(0))
    }
}
