//! Judging: one act with everything that follows from it at once.
//!
//! Access follows by itself, because every standing reads the latest judgement and the row moves the epoch. What is open to
//! be voted on has a roll that was fixed before: whoever is judged is recused from it here, in the same transaction.

use std::collections::BTreeMap;

use consilium_model::access::{Participation, Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use super::record::NewJudgement;
use crate::community::act::Act;
use crate::community::rules::{Deed, may};
use crate::interests::{Late, may_judge};
use crate::rounds::rules::Anonymity;
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::communities::record::{Actor, Decided, DocumentStanding, Refusal};
use crate::store::communities::rows::{account_id, admit, granted, lock, role_of, round_id, word};
use crate::store::communities::{ledger, standing};
use crate::store::portal_ids::AccountId;
use crate::store::questions;
use crate::store::statements::{Statements, Value, unreadable};

/// A judgement as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Judged {
    pub(in crate::store) verdict: Participation,
    pub(in crate::store) reason: String,
    pub(in crate::store) by: AccountId,
    version: i64,
}

/// The judgements about a document or a question that count now, by whom they are about.
pub(in crate::store) async fn current(
    statements: &mut dyn Statements,
    name: &DocName,
) -> Result<BTreeMap<AccountId, Judged>, Error> {
    let rows = statements
        .rows(
            "SELECT j.member, j.verdict, j.reason, j.judged_by, j.version FROM judgements j
             WHERE j.doc = (SELECT id FROM documents WHERE name = $1) ORDER BY j.member, j.version",
            &[Value::Text(name.as_str())],
        )
        .await?;
    let mut found = BTreeMap::new();
    for row in &rows {
        let judged = Judged {
            verdict: word(row, 1, Participation::from_word)?,
            reason: row.text(2)?,
            by: account_id(row, 3)?,
            version: row.int(4)?,
        };
        // Later versions come later and take the place of those before.
        found.insert(account_id(row, 0)?, judged);
    }
    Ok(found)
}

/// The narrowest judgement about each person that counts now, of a document and all its questions. Whoever takes full part in
/// all of it is not here.
pub(in crate::store) async fn narrowed(
    statements: &mut dyn Statements,
    document: &DocName,
) -> Result<BTreeMap<AccountId, Participation>, Error> {
    let rows = statements
        .rows(
            "SELECT j.member, j.verdict FROM judgements j
             WHERE j.doc IN (SELECT d.id FROM documents d WHERE d.name = $1
                             UNION ALL
                             SELECT q.doc FROM questions q JOIN documents d ON d.id = q.parent WHERE d.name = $1)
               AND j.version = (SELECT max(v.version) FROM judgements v WHERE v.doc = j.doc AND v.member = j.member)",
            &[Value::Text(document.as_str())],
        )
        .await?;
    let mut found = BTreeMap::new();
    for row in &rows {
        let verdict = word(row, 1, Participation::from_word)?;
        if verdict != Participation::Full {
            let narrowest = found.entry(account_id(row, 0)?).or_insert(verdict);
            *narrowest = verdict.max(*narrowest);
        }
    }
    Ok(found)
}

/// How the actor stands to what is judged, and how far they take part in it themselves.
async fn judge_of(
    statements: &mut dyn Statements,
    by: Actor,
    judgement: &NewJudgement,
) -> Result<Decided<(DocumentStanding, Participation)>, Error> {
    let found = standing::of(&mut *statements, by.account, &judgement.document, by.at_ms).await?;
    let Some(found) =
        found.filter(|found| !found.is_binned && found.access_inside() >= Access::Read)
    else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    if found.privacy == Privacy::Private {
        return Ok(Err(Refusal::PrivateDocument));
    }
    let Some(question) = &judgement.question else {
        return Ok(Ok((found, found.participation)));
    };
    let question = questions::standing_of(&mut *statements, by, question).await?;
    let Some(question) =
        question.filter(|found| !found.is_binned && found.access() >= Access::Read)
    else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    Ok(Ok((found, found.participation.max(question.participation))))
}

pub(super) async fn judge(
    statements: &mut dyn Statements,
    by: Actor,
    judgement: &NewJudgement,
) -> Result<Decided<()>, Error> {
    let (found, _) = granted!(judge_of(&mut *statements, by, judgement).await?);
    lock(&mut *statements, found.community).await?;
    // Again, now that nobody else can change it.
    let (found, part) = granted!(judge_of(&mut *statements, by, judgement).await?);
    let community = found.community;
    granted!(admit(&mut *statements, by, community, Deed::JudgeInterests).await?);
    if let Err(refusal) = may_judge(by.account, judgement.member, part) {
        return Ok(Err(Refusal::Interests(refusal)));
    }
    let role = role_of(&mut *statements, community, judgement.member, by.at_ms).await?;
    if !role.is_some_and(|role| may(role, Deed::DeclareInterests)) {
        return Ok(Err(Refusal::NoSuchMember));
    }
    let about = judgement.question.as_ref().unwrap_or(&judgement.document);
    let before = current(&mut *statements, about)
        .await?
        .remove(&judgement.member);
    let is_same = before.as_ref().is_some_and(|before| {
        before.verdict == judgement.verdict && before.reason == judgement.reason
    });
    if is_same {
        return Ok(Ok(()));
    }
    let version = before.map_or(1, |before| before.version + 1);
    write(&mut *statements, by, about, judgement, version).await?;
    let act = Act::InterestsJudged {
        document: judgement.document.clone(),
        question: judgement.question.clone(),
        member: judgement.member,
        verdict: judgement.verdict,
        reason: judgement.reason.clone(),
    };
    ledger::write(&mut *statements, by, community, &act).await?;
    if judgement.verdict != Participation::Full {
        recuse_from_open(&mut *statements, by, about, judgement).await?;
    }
    let note = Note {
        word: Some(judgement.verdict.word()),
        document: Some(&judgement.document),
        ..Note::new(by, Kind::InterestsJudged, community)
    };
    let cause = format!("interests-judged {about} {version}");
    telling::tell_of(statements, judgement.member, &note, &cause)
        .await
        .map(Ok)
}

async fn write(
    statements: &mut dyn Statements,
    by: Actor,
    about: &DocName,
    judgement: &NewJudgement,
    version: i64,
) -> Result<(), Error> {
    let written = statements
        .run(
            "INSERT INTO judgements (doc, member, version, verdict, reason, judged_by, at_ms)
             SELECT d.id, $2, $3, $4, $5, $6, $7 FROM documents d WHERE d.name = $1",
            &[
                Value::Text(about.as_str()),
                Value::Bytes(judgement.member.as_bytes()),
                Value::Int(version),
                Value::Text(judgement.verdict.word()),
                Value::Text(&judgement.reason),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    if written == 1 {
        Ok(())
    } else {
        Err(unreadable(0))
    }
}

/// Takes somebody off what is put to the vote about this. A ballot under their name is taken out; one without a name cannot
/// be found. What is over stays as it was, whether or not somebody has counted it yet.
async fn recuse_from_open(
    statements: &mut dyn Statements,
    by: Actor,
    about: &DocName,
    judgement: &NewJudgement,
) -> Result<(), Error> {
    let rounds = statements
        .rows(
            "SELECT r.id, r.anonymity FROM rounds r JOIN round_roll k ON k.round = r.id AND k.voter = $2
             WHERE r.doc = (SELECT id FROM documents WHERE name = $1) AND r.state = 'open' AND r.closes_at_ms > $3
               AND k.recused_at_ms IS NULL ORDER BY r.id",
            &[
                Value::Text(about.as_str()),
                Value::Bytes(judgement.member.as_bytes()),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    for row in &rounds {
        let round = round_id(row, 0)?;
        let late = match word(row, 1, Anonymity::from_word)? {
            Anonymity::Anonymous => Late::MayHaveVoted,
            Anonymity::Named => {
                let removed = statements
                    .run(
                        "DELETE FROM round_ballots WHERE round = $1 AND voter = $2",
                        &[
                            Value::Bytes(round.as_bytes()),
                            Value::Bytes(judgement.member.as_bytes()),
                        ],
                    )
                    .await?;
                if removed == 0 {
                    Late::NoBallot
                } else {
                    Late::BallotRemoved
                }
            }
        };
        statements
            .run(
                "UPDATE round_roll SET recused_at_ms = $3, recused_by = $4, reason = $5, late = $6
                 WHERE round = $1 AND voter = $2",
                &[
                    Value::Bytes(round.as_bytes()),
                    Value::Bytes(judgement.member.as_bytes()),
                    Value::Int(by.at_ms),
                    Value::Bytes(by.account.as_bytes()),
                    Value::Text(&judgement.reason),
                    Value::Text(late.word()),
                ],
            )
            .await?;
    }
    Ok(())
}

/// Whether somebody of this role may judge others about something in which they take this part.
pub(super) fn may_judge_others(role: Option<Role>, part: Participation) -> bool {
    role.is_some_and(|role| may(role, Deed::JudgeInterests)) && part == Participation::Full
}
