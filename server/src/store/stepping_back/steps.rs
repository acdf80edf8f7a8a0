//! Asking, and stepping back: what a node does about members who are away.

use consilium_model::access::Role;
use sqlx::Error;

use super::{ABSENT_PAGE, Absent};
use crate::community::act::Act;
use crate::community::inactivity::{Attendance, DAY_MS, Rule, Step, day_of, next_step};
use crate::store::communities::members::{self, Term, other_leaders};
use crate::store::communities::rows::{account_id, community_id, lock, role};
use crate::store::communities::{Actor, ledger};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Statements, Value};

/// Broader than the rule, which is asked again for each.
pub(super) async fn absent(
    statements: &mut dyn Statements,
    now_ms: i64,
    after: Option<Absent>,
) -> Result<Vec<Absent>, Error> {
    // No id is empty.
    let (community, account) = after.as_ref().map_or((&[][..], &[][..]), |last| {
        (last.community.as_bytes(), last.account.as_bytes())
    });
    let rows = statements
        .rows(
            "SELECT m.community, m.account
             FROM memberships m JOIN communities c ON c.id = m.community
             LEFT JOIN attendance t ON t.community = m.community AND t.account = m.account
             WHERE (m.community, m.account) > ($3, $4)
               AND m.role IN ('leader', 'deputy', 'member') AND (m.until_ms IS NULL OR m.until_ms > $1)
               AND t.stepped_back_at_ms IS NULL
               AND ((t.asked_at_ms IS NULL AND coalesce(t.last_seen_day, m.since_ms / $5) + c.ask_after_days <= $2)
                 OR (t.asked_at_ms IS NOT NULL
                     AND (c.ask_after_days IS NULL OR t.asked_at_ms + c.step_back_after_days * $5 <= $1)))
             ORDER BY m.community, m.account LIMIT $6",
            &[
                Value::Int(now_ms),
                Value::Int(day_of(now_ms)),
                Value::Bytes(community),
                Value::Bytes(account),
                Value::Int(DAY_MS),
                Value::Int(i64::from(ABSENT_PAGE)),
            ],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Absent {
                community: community_id(row, 0)?,
                account: account_id(row, 1)?,
            })
        })
        .collect()
}

/// Somebody who belongs, as of now.
struct Member {
    term: Term,
    rule: Option<Rule>,
    attendance: Attendance,
}

async fn find(
    statements: &mut dyn Statements,
    Absent { community, account }: Absent,
    now_ms: i64,
) -> Result<Option<Member>, Error> {
    let found = statements
        .row(
            "SELECT m.role, m.since_ms, m.until_ms, c.ask_after_days, c.step_back_after_days,
                    t.last_seen_day, t.asked_at_ms, t.stepped_back_at_ms
             FROM memberships m JOIN communities c ON c.id = m.community
             LEFT JOIN attendance t ON t.community = m.community AND t.account = m.account
             WHERE m.community = $1 AND m.account = $2 AND (m.until_ms IS NULL OR m.until_ms > $3)",
            &[
                Value::Bytes(community.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Int(now_ms),
            ],
        )
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let term = Term {
        role: role(&row, 0)?,
        since_ms: row.int(1)?,
        until_ms: row.maybe_int(2)?,
    };
    Ok(term.role.belongs().then_some(Member {
        term,
        rule: rule_of(row.maybe_int(3)?, row.maybe_int(4)?),
        attendance: Attendance {
            last_seen_day: row.maybe_int(5)?.unwrap_or_else(|| day_of(term.since_ms)),
            asked_at_ms: row.maybe_int(6)?,
            stepped_back_at_ms: row.maybe_int(7)?,
        },
    }))
}

/// A rule as two columns have it.
pub(in crate::store) fn rule_of(ask: Option<i64>, step_back: Option<i64>) -> Option<Rule> {
    Rule::new(u32::try_from(ask?).ok()?, u32::try_from(step_back?).ok()?)
}

pub(super) async fn take(
    statements: &mut dyn Statements,
    absent: Absent,
    now_ms: i64,
) -> Result<Step, Error> {
    let Absent { community, account } = absent;
    lock(&mut *statements, community).await?;
    let Some(member) = find(&mut *statements, absent, now_ms).await? else {
        return Ok(Step::Nothing);
    };
    let step = next_step(member.rule, member.attendance, now_ms);
    match step {
        Step::Nothing => {}
        Step::Ask => mark(statements, absent, &member, Some(now_ms), None).await?,
        Step::StopAsking => mark(statements, absent, &member, None, None).await?,
        Step::StepBack => {
            let successor = match member.term.role {
                Role::Leader => {
                    match succession(&mut *statements, community, account, now_ms).await? {
                        Succession::Nobody => return Ok(Step::Nothing),
                        Succession::OtherLeaders => None,
                        Succession::Deputy(deputy) => Some(deputy),
                    }
                }
                Role::Deputy | Role::Member | Role::Guest | Role::Listener => None,
            };
            mark(&mut *statements, absent, &member, None, Some(now_ms)).await?;
            let act = Act::SteppedBack {
                member: account,
                role: member.term.role,
            };
            ledger::write_by_rule(&mut *statements, now_ms, community, &act).await?;
            if member.term.role == Role::Leader {
                lay_down(statements, absent, member.term, successor, now_ms).await?;
            }
        }
    }
    Ok(step)
}

/// Who leads when a leader steps back.
enum Succession {
    /// Those who lead already.
    OtherLeaders,
    /// Whoever was deputy longest.
    Deputy(AccountId),
    /// Nobody: they cannot step back.
    Nobody,
}

async fn succession(
    statements: &mut dyn Statements,
    id: CommunityId,
    leader: AccountId,
    now_ms: i64,
) -> Result<Succession, Error> {
    if other_leaders(&mut *statements, id, leader).await? > 0 {
        return Ok(Succession::OtherLeaders);
    }
    let found = statements
        .row(
            "SELECT m.account FROM memberships m JOIN accounts a ON a.id = m.account
             LEFT JOIN attendance t ON t.community = m.community AND t.account = m.account
             WHERE m.community = $1 AND m.role = $2 AND (m.until_ms IS NULL OR m.until_ms > $3)
               AND a.locked_at_ms IS NULL AND t.stepped_back_at_ms IS NULL
             ORDER BY m.since_ms, m.account LIMIT 1",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Text(Role::Deputy.word()),
                Value::Int(now_ms),
            ],
        )
        .await?;
    Ok(match found {
        Some(row) => Succession::Deputy(account_id(&row, 0)?),
        None => Succession::Nobody,
    })
}

/// A leader who stepped back is a member, and somebody else leads.
async fn lay_down(
    statements: &mut dyn Statements,
    Absent { community, account }: Absent,
    before: Term,
    successor: Option<AccountId>,
    now_ms: i64,
) -> Result<(), Error> {
    if let Some(deputy) = successor {
        let leads = Term {
            role: Role::Leader,
            since_ms: now_ms,
            until_ms: None,
        };
        members::put(&mut *statements, community, deputy, leads).await?;
        let act = Act::LeadershipPassed { member: deputy };
        ledger::write_by_rule(&mut *statements, now_ms, community, &act).await?;
    }
    let by = Actor {
        account,
        at_ms: now_ms,
    };
    let rests = Term {
        role: Role::Member,
        since_ms: now_ms,
        until_ms: before.until_ms,
    };
    members::lower(statements, by, community, rests).await
}

async fn mark(
    statements: &mut dyn Statements,
    Absent { community, account }: Absent,
    member: &Member,
    asked_at_ms: Option<i64>,
    stepped_back_at_ms: Option<i64>,
) -> Result<(), Error> {
    statements
        .run(
            "INSERT INTO attendance (community, account, last_seen_day, asked_at_ms, stepped_back_at_ms)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (community, account)
             DO UPDATE SET asked_at_ms = excluded.asked_at_ms, stepped_back_at_ms = excluded.stepped_back_at_ms",
            &[
                Value::Bytes(community.as_bytes()),
                Value::Bytes(account.as_bytes()),
                Value::Int(member.attendance.last_seen_day),
                Value::MaybeInt(asked_at_ms),
                Value::MaybeInt(stepped_back_at_ms),
            ],
        )
        .await
        .map(|_| ())
}
