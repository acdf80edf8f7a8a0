//! Who wrote in a document: the owners of its CRDT client ids, with the names of today.

use std::collections::{BTreeMap, HashMap};

use consilium_protocol::ids::{DocName, UserId};
use sqlx::Error;

use super::Author;
use crate::store::portal_ids::AccountId;
use crate::store::statements::{Dialect, Statements, Value, unreadable};

/// How many names are asked for at once: far below what either database takes as parameters.
const NAMES_AT_ONCE: usize = 200;

pub(super) async fn of(
    statements: &mut dyn Statements,
    name: &DocName,
) -> Result<Option<Vec<Author>>, Error> {
    let found = statements
        .row(
            "SELECT id FROM documents WHERE name = $1",
            &[Value::Text(name.as_str())],
        )
        .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    // The column was named before there were two databases.
    let owners = match statements.dialect() {
        Dialect::Sqlite => "SELECT client, user FROM client_owners WHERE doc = $1",
        Dialect::Postgres => "SELECT client, owner FROM client_owners WHERE doc = $1",
    };
    let rows = statements
        .rows(owners, &[Value::Int(found.int(0)?)])
        .await?;
    let mut clients: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for row in &rows {
        let client = row.int(0)?.cast_unsigned();
        clients.entry(row.text(1)?).or_default().push(client);
    }
    let owners: Vec<UserId> = clients.keys().map(|id| UserId::new(id.as_str())).collect();
    let mut names = names(statements, &owners).await?;
    Ok(Some(
        owners
            .into_iter()
            .zip(clients.into_values())
            .map(|(id, mut clients)| {
                clients.sort_unstable();
                Author {
                    name: names.remove(&id),
                    id,
                    clients,
                }
            })
            .collect(),
    ))
}

/// The names of those who have an account.
async fn names(
    statements: &mut dyn Statements,
    users: &[UserId],
) -> Result<HashMap<UserId, String>, Error> {
    let accounts: Vec<AccountId> = users.iter().filter_map(AccountId::of_user).collect();
    let mut names = HashMap::new();
    for some in accounts.chunks(NAMES_AT_ONCE) {
        let places: Vec<String> = (1..=some.len()).map(|at| format!("${at}")).collect();
        let sql = format!(
            "SELECT id, name FROM accounts WHERE id IN ({})",
            places.join(", ")
        );
        let values: Vec<Value<'_>> = some.iter().map(|id| Value::Bytes(id.as_bytes())).collect();
        for row in statements.rows(&sql, &values).await? {
            let id = AccountId::from_bytes(row.bytes(0)?).map_err(|_| unreadable(0))?;
            names.insert(id.user(), row.text(1)?);
        }
    }
    Ok(names)
}
