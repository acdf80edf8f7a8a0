//! Signing, or saying why not: once, for the very text that was shown (I8).

use consilium_model::meeting::ids::Hash32;
use sqlx::Error;

use super::reading;
use crate::community::act::Act;
use crate::publication::rules::{Decision, Refusal as Why, State, Step};
use crate::store::catching_up::Kind;
use crate::store::catching_up::telling::{self, Note};
use crate::store::communities::ledger;
use crate::store::communities::record::{Actor, Decided, Refusal};
use crate::store::communities::rows::{granted, lock};
use crate::store::portal_ids::PublicationId;
use crate::store::statements::{Statements, Value};

pub(super) async fn decide(
    statements: &mut dyn Statements,
    by: Actor,
    id: PublicationId,
    hash: Hash32,
    decision: &Decision,
) -> Result<Decided<()>, Error> {
    let view = granted!(reading::one(&mut *statements, by.into(), id).await?);
    lock(&mut *statements, view.community).await?;
    // Again, now that nobody else can change it.
    let view = granted!(reading::one(&mut *statements, by.into(), id).await?);
    let no = |why: Why| Ok(Err(Refusal::Publication(why)));
    let Some(mine) = view.signatory(by.account) else {
        return no(Why::NotASignatory);
    };
    if view.state != State::Candidate {
        return no(Why::Over);
    }
    if mine.decided_at_ms.is_some() {
        return no(Why::HasDecided);
    }
    if hash != view.hash {
        return no(Why::OtherText);
    }
    let (declined, step) = match decision {
        Decision::Sign => (None, Step::Signed { hash }),
        Decision::Decline(said) => (Some(said.as_str()), Step::Declined { hash }),
    };
    statements
        .run(
            "UPDATE publication_signatories SET decided_at_ms = $3, declined = $4, signed_hash = $5
             WHERE publication = $1 AND signatory = $2 AND decided_at_ms IS NULL",
            &[
                Value::Bytes(id.as_bytes()),
                Value::Bytes(by.account.as_bytes()),
                Value::Int(by.at_ms),
                Value::MaybeText(declined),
                Value::Bytes(&hash.0),
            ],
        )
        .await?;
    if declined.is_some() {
        let note = Note {
            document: Some(&view.document),
            ..Note::new(by, Kind::SignatureDeclined, view.community)
        };
        telling::tell(&mut *statements, view.prepared_by.id, &note).await?;
    }
    let act = Act::Publication {
        publication: id,
        document: view.document,
        step,
    };
    ledger::write(statements, by, view.community, &act)
        .await
        .map(Ok)
}
