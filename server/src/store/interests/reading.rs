//! Seeing declarations and judgements: what belongs to the community is shown to those who belong to it, and to everybody
//! what is their own.

use std::collections::{BTreeMap, HashMap};

use consilium_model::access::{Participation, Privacy};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;
use uuid::Uuid;

use super::judging::may_judge_others;
use super::record::{Declaration, JudgementView, JudgementsAbout, OwnInterests, PersonInterests};
use crate::community::rules::{Deed, may};
use crate::interests::{Amount, Interest, Item, Month};
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{
    account_id, admit, community_id, granted, named, role, role_of, word,
};
use crate::store::communities::standing;
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Where the standing to the document begins.
const STANDING: usize = 13;

/// The judgements that count now, as account `$1` might see them as of `$2`.
fn judgements(condition: &str) -> String {
    format!(
        "SELECT d.name, d.title, CASE WHEN q.doc IS NULL THEN NULL ELSE jd.name END, jd.title, j.member, ma.name,
                j.verdict, j.reason, j.judged_by, ba.name, j.at_ms, j.version,
                coalesce((SELECT w.verdict FROM judgements w WHERE w.doc = j.doc AND w.member = $1
                          ORDER BY w.version DESC LIMIT 1), 'full'), {}
         FROM judgements j
         JOIN documents jd ON jd.id = j.doc
         LEFT JOIN questions q ON q.doc = j.doc
         JOIN documents d ON d.id = coalesce(q.parent, j.doc)
         JOIN document_policies p ON p.doc = d.id
         JOIN accounts ma ON ma.id = j.member
         JOIN accounts ba ON ba.id = j.judged_by
         {}
         WHERE j.version = (SELECT max(v.version) FROM judgements v WHERE v.doc = j.doc AND v.member = j.member)
           AND d.deleted_at_ms IS NULL AND {condition}
         ORDER BY d.title, d.id, q.place, j.doc, ma.name, j.member",
        standing::COLUMNS,
        standing::JOINS
    )
}

/// One of them, if the actor may see it. One's own is always one's own, but what a question is called from which somebody is
/// excluded is not told.
fn judgement_of(row: &Row, by: Actor) -> Result<Option<JudgementView>, Error> {
    let standing = standing::read(row, STANDING)?;
    let part: Participation = word(row, 12, Participation::from_word)?;
    let doc_name =
        |text: String, column: usize| DocName::parse(&text).map_err(|_| unreadable(column));
    let member = named(row, 4, 5)?;
    let question = row
        .maybe_text(2)?
        .map(|text| doc_name(text, 2))
        .transpose()?;
    let inside = if question.is_some() {
        part.of_work(standing.access_inside())
    } else {
        standing.access_inside()
    };
    let sees = inside >= Access::Read;
    let is_own = member.id == by.account && standing.access() >= Access::Read;
    if !sees && !is_own {
        return Ok(None);
    }
    Ok(Some(JudgementView {
        document: doc_name(row.text(0)?, 0)?,
        document_title: row.text(1)?,
        question_title: match &question {
            Some(_) if sees => Some(row.text(3)?),
            _ => None,
        },
        question,
        member,
        verdict: word(row, 6, Participation::from_word)?,
        reason: row.text(7)?,
        judged_by: named(row, 8, 9)?,
        at_ms: row.int(10)?,
        version: row.int(11)?.unsigned_abs(),
    }))
}

async fn seen(
    statements: &mut dyn Statements,
    by: Actor,
    condition: &str,
    more: &[Value<'_>],
) -> Result<Vec<JudgementView>, Error> {
    let mut values = vec![Value::Bytes(by.account.as_bytes()), Value::Int(by.at_ms)];
    values.extend_from_slice(more);
    let rows = statements.rows(&judgements(condition), &values).await?;
    let mut found = Vec::new();
    for row in &rows {
        found.extend(judgement_of(row, by)?);
    }
    Ok(found)
}

/// Declarations with what stands in them, by whose they are and when they were made.
async fn declarations(
    statements: &mut dyn Statements,
    condition: &str,
    values: &[Value<'_>],
) -> Result<Vec<(AccountId, Declaration)>, Error> {
    let sql = format!(
        "SELECT c.id, c.account, c.community, c.at_ms, i.item, i.organisation, i.purpose, i.amount, i.from_month,
                i.until_month, i.is_ongoing
         FROM declarations c LEFT JOIN declared_interests i ON i.declaration = c.id
         WHERE {condition} ORDER BY c.at_ms DESC, c.id DESC, i.place"
    );
    let mut found: Vec<(AccountId, Declaration)> = Vec::new();
    for row in &statements.rows(&sql, values).await? {
        let id = Uuid::from_slice(row.bytes(0)?).map_err(|_| unreadable(0))?;
        if found.last().is_none_or(|(_, last)| last.id != id) {
            let declaration = Declaration {
                id,
                community: community_id(row, 2)?,
                at_ms: row.int(3)?,
                interests: Vec::new(),
            };
            found.push((account_id(row, 1)?, declaration));
        }
        if row.maybe_text(4)?.is_some()
            && let Some((_, last)) = found.last_mut()
        {
            last.interests.push(interest_of(row)?);
        }
    }
    Ok(found)
}

fn interest_of(row: &Row) -> Result<Interest, Error> {
    let month = |column: usize| {
        row.maybe_text(column)?
            .map(|text| Month::parse(&text).ok_or_else(|| unreadable(column)))
            .transpose()
    };
    Ok(Interest {
        item: word(row, 4, Item::from_word)?,
        organisation: row.text(5)?,
        purpose: row.text(6)?,
        amount: row
            .maybe_text(7)?
            .map(|text| Amount::from_word(&text).ok_or_else(|| unreadable(7)))
            .transpose()?,
        from: month(8)?,
        until: month(9)?,
        is_ongoing: row.int(10)? == 1,
    })
}

pub(super) async fn people(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Decided<Vec<PersonInterests>>, Error> {
    let role_here = granted!(admit(&mut *statements, by, id, Deed::DeclareInterests).await?);
    let sees_all = may(role_here, Deed::SeeInterests);
    let rows = statements
        .rows(
            "SELECT m.account, a.name, m.role FROM memberships m JOIN accounts a ON a.id = m.account
             WHERE m.community = $1 AND (m.until_ms IS NULL OR m.until_ms > $2) AND a.locked_at_ms IS NULL",
            &[Value::Bytes(id.as_bytes()), Value::Int(by.at_ms)],
        )
        .await?;
    let mut latest: HashMap<AccountId, (Declaration, u64)> = HashMap::new();
    let here = [Value::Bytes(id.as_bytes())];
    for (account, declaration) in declarations(&mut *statements, "c.community = $1", &here).await? {
        // The latest come first.
        latest.entry(account).or_insert((declaration, 0)).1 += 1;
    }
    let mut judged: BTreeMap<AccountId, Vec<JudgementView>> = BTreeMap::new();
    for view in seen(&mut *statements, by, "p.community = $3", &here).await? {
        judged.entry(view.member.id).or_default().push(view);
    }
    let mut people = Vec::new();
    for row in &rows {
        let who = named(row, 0, 1)?;
        let role = role(row, 2)?;
        if !may(role, Deed::DeclareInterests) || !(sees_all || who.id == by.account) {
            continue;
        }
        let (declaration, declared) = match latest.remove(&who.id) {
            Some((declaration, declared)) => (Some(declaration), declared),
            None => (None, 0),
        };
        people.push(PersonInterests {
            judgements: judged.remove(&who.id).unwrap_or_default(),
            who,
            role,
            declaration,
            declared,
        });
    }
    people.sort_by_cached_key(|person| (person.who.name.to_lowercase(), person.who.id));
    Ok(Ok(people))
}

pub(super) async fn history(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    of: AccountId,
) -> Result<Decided<Vec<Declaration>>, Error> {
    let role_here = granted!(admit(&mut *statements, by, id, Deed::DeclareInterests).await?);
    let is_there = role_of(&mut *statements, id, of, by.at_ms).await?.is_some();
    if !is_there || !(may(role_here, Deed::SeeInterests) || of == by.account) {
        return Ok(Err(Refusal::NoSuchMember));
    }
    let values = [Value::Bytes(id.as_bytes()), Value::Bytes(of.as_bytes())];
    let found = declarations(statements, "c.community = $1 AND c.account = $2", &values).await?;
    Ok(Ok(found.into_iter().map(|(_, each)| each).collect()))
}

pub(super) async fn own(statements: &mut dyn Statements, by: Actor) -> Result<OwnInterests, Error> {
    let mine = [Value::Bytes(by.account.as_bytes())];
    let found = declarations(&mut *statements, "c.account = $1", &mine).await?;
    Ok(OwnInterests {
        declarations: found.into_iter().map(|(_, each)| each).collect(),
        judgements: seen(statements, by, "j.member = $1", &[]).await?,
    })
}

pub(super) async fn last_declared(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
) -> Result<Option<Option<i64>>, Error> {
    let role = role_of(&mut *statements, id, by.account, by.at_ms).await?;
    if !role.is_some_and(|role| may(role, Deed::DeclareInterests)) {
        return Ok(None);
    }
    let row = statements
        .row(
            "SELECT max(at_ms) FROM declarations WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    Ok(Some(row.maybe_int(0)?))
}

pub(super) async fn about(
    statements: &mut dyn Statements,
    by: Actor,
    document: &DocName,
) -> Result<Decided<JudgementsAbout>, Error> {
    let found = standing::of(&mut *statements, by.account, document, by.at_ms).await?;
    // Whoever is excluded from it altogether learns of themselves from the page of interests.
    let Some(found) =
        found.filter(|found| !found.is_binned && found.access_inside() >= Access::Read)
    else {
        return Ok(Err(Refusal::NoSuchDocument));
    };
    let name = [Value::Text(document.as_str())];
    let mut judgements = seen(&mut *statements, by, "d.name = $3", &name).await?;
    // Guests see what concerns them; those who belong see everything.
    let sees_all = found.role.is_some_and(|role| may(role, Deed::SeeInterests));
    judgements.retain(|view| sees_all || view.member.id == by.account);
    let may_judge =
        found.privacy != Privacy::Private && may_judge_others(found.role, found.participation);
    Ok(Ok(JudgementsAbout {
        community: found.community,
        judgements,
        may_judge,
    }))
}
