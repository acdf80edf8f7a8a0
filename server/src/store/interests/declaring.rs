//! Declaring: a declaration is written whole and stays as it is.

use sqlx::Error;
use uuid::Uuid;

use crate::community::act::Act;
use crate::community::rules::Deed;
use crate::interests::{Amount, ENTRIES_MAX, Interest, Month};
use crate::store::communities::ledger;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{admit, granted, lock};
use crate::store::portal_ids::CommunityId;
use crate::store::statements::{Statements, Value, unreadable};

/// Declarations of one person in one community: one a day for years.
const DECLARATIONS_MAX: i64 = 1_000;

pub(super) async fn declare(
    statements: &mut dyn Statements,
    by: Actor,
    id: CommunityId,
    interests: &[Interest],
) -> Result<Decided<()>, Error> {
    lock(&mut *statements, id).await?;
    granted!(admit(&mut *statements, by, id, Deed::DeclareInterests).await?);
    let before = statements
        .row(
            "SELECT count(*) FROM declarations WHERE community = $1 AND account = $2",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
            ],
        )
        .await?
        .ok_or_else(|| unreadable(0))?;
    if interests.len() > ENTRIES_MAX || before.int(0)? >= DECLARATIONS_MAX {
        return Ok(Err(Refusal::TooMany));
    }
    let declaration = Uuid::now_v7();
    statements
        .run(
            "INSERT INTO declarations (id, community, account, at_ms) VALUES ($1, $2, $3, $4)",
            &[
                Value::Bytes(declaration.as_bytes()),
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
            ],
        )
        .await?;
    for (place, interest) in (0..).zip(interests) {
        statements
            .run(
                "INSERT INTO declared_interests
                     (declaration, place, item, organisation, purpose, amount, from_month, until_month, is_ongoing)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                &[
                    Value::Bytes(declaration.as_bytes()),
                    Value::Int(place),
                    Value::Text(interest.item.word()),
                    Value::Text(&interest.organisation),
                    Value::Text(&interest.purpose),
                    Value::MaybeText(interest.amount.map(Amount::word)),
                    Value::MaybeText(interest.from.as_ref().map(Month::as_str)),
                    Value::MaybeText(interest.until.as_ref().map(Month::as_str)),
                    Value::Int(interest.is_ongoing.into()),
                ],
            )
            .await?;
    }
    let act = Act::InterestsDeclared {
        entries: interests.len(),
    };
    ledger::write(statements, by, id, &act).await.map(Ok)
}
