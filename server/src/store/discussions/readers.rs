//! Who may read a document and its discussion: everybody in its community, put through the rule of access one by one.

use consilium_model::access::{Participation, Privacy, Role};
use consilium_protocol::ids::{Access, DocName};
use sqlx::Error;

use crate::community::act::access_from_word;
use crate::store::communities::{DocumentStanding, NamedAccount};
use crate::store::portal_ids::{AccountId, CommunityId};
use crate::store::statements::{Row, Statements, Value, unreadable};

/// Everybody in the community of document `$1` as of `$2`, and how they stand to it.
const PEOPLE: &str = "
    SELECT a.id, a.name, p.community, p.privacy, m.role, CASE WHEN p.creator = a.id THEN 1 ELSE 0 END, g.access,
           CASE WHEN s.account IS NULL THEN 0 ELSE 1 END,
           coalesce((SELECT j.verdict FROM judgements j WHERE j.doc = p.doc AND j.member = a.id
                     ORDER BY j.version DESC LIMIT 1), 'full')
    FROM documents d
    JOIN document_policies p ON p.doc = d.id
    JOIN memberships m ON m.community = p.community AND (m.until_ms IS NULL OR m.until_ms > $2)
    JOIN accounts a ON a.id = m.account AND a.locked_at_ms IS NULL
    LEFT JOIN document_grants g
      ON g.doc = p.doc AND g.account = a.id AND (g.until_ms IS NULL OR g.until_ms > $2)
    LEFT JOIN sub_group_members s ON s.sub_group = p.sub_group AND s.account = a.id
    WHERE d.name = $1 AND d.deleted_at_ms IS NULL";

pub(super) async fn of(
    statements: &mut dyn Statements,
    name: &DocName,
    now_ms: i64,
) -> Result<Vec<NamedAccount>, Error> {
    let values = [Value::Text(name.as_str()), Value::Int(now_ms)];
    let mut readers = Vec::new();
    for row in statements.rows(PEOPLE, &values).await? {
        if standing(&row)?.access_inside() >= Access::Read {
            readers.push(NamedAccount {
                id: AccountId::from_bytes(row.bytes(0)?).map_err(|_| unreadable(0))?,
                name: row.text(1)?,
            });
        }
    }
    readers.sort_by_cached_key(|reader| (reader.name.to_lowercase(), reader.id));
    Ok(readers)
}

fn standing(row: &Row) -> Result<DocumentStanding, Error> {
    let grant = row.maybe_text(6)?;
    Ok(DocumentStanding {
        community: CommunityId::from_bytes(row.bytes(2)?).map_err(|_| unreadable(2))?,
        privacy: Privacy::from_word(&row.text(3)?).ok_or_else(|| unreadable(3))?,
        role: Some(Role::from_word(&row.text(4)?).ok_or_else(|| unreadable(4))?),
        is_creator: row.int(5)? == 1,
        grant: grant
            .map(|word| access_from_word(&word).ok_or_else(|| unreadable(6)))
            .transpose()?,
        // Access asks only whether they are in it.
        sub_group: None,
        is_in_sub_group: row.int(7)? == 1,
        account_is_locked: false,
        is_binned: false,
        participation: Participation::from_word(&row.text(8)?).ok_or_else(|| unreadable(8))?,
    })
}
