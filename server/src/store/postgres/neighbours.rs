//! Which other nodes serve the same database, and whether they and this one hear of each other.
//!
//! Nodes of one database need one bus between them. One that was not told of it by mistake would serve all the same:
//! members would write into one journal, and see each other's edits only when they open a document anew. So every
//! session of a serving node says in its `application_name` whether the node is alone, and one that starts looks who
//! else is there. Its own sessions are there before it looks, so that of two that start at once one sees the other.
//!
//! A node that has lost the bus and serves on is found by the same names: they carry what it is called on the bus
//! ([`crate::cluster`]).
//!
//! What this cannot see: two different buses, releases that did not say it yet, and sessions behind a pooler that names
//! them itself. Every role sees what others' sessions are called (PostgreSQL 15, tried), and not where they come from; one
//! that is shown no name is told nothing.

use std::collections::BTreeSet;
use std::fmt;

use sqlx::Row;
use sqlx::postgres::PgConnection;

use super::classify::{classify, within};
use super::links::Links;
use crate::bus::NodeId;
use crate::store::StoreError;
use crate::store::limits::{
    POSTGRES_ALONE_PATIENCE, POSTGRES_ALONE_RETRY, POSTGRES_ANSWER_TIMEOUT, POSTGRES_SIGN_OF_LIFE,
};

/// PostgreSQL cuts names of applications to this.
const NAME_BYTES_MAX: usize = 63;

/// Whether a node hears of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// It has no bus, and must be the only one.
    Alone,
    /// It is on a bus.
    Cluster,
}

impl Company {
    const fn word(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Cluster => "cluster",
        }
    }
}

/// What the sessions of one process of a serving node are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) company: Company,
    /// One life of its process.
    node: NodeId,
}

impl Mark {
    /// Of this life of this process.
    pub(super) fn new(company: Company, node: NodeId) -> Self {
        Self { company, node }
    }

    /// The `application_name`. What the operator's address says comes last.
    pub(super) fn name(&self, named: Option<&str>) -> String {
        let mut name = self.to_string();
        for character in named
            .into_iter()
            .flat_map(|named| [" ", named])
            .flat_map(str::chars)
        {
            if name.len() + character.len_utf8() > NAME_BYTES_MAX {
                break;
            }
            name.push(character);
        }
        name
    }

    fn parse(name: &str) -> Option<Self> {
        let mut words = name.split(' ');
        if words.next() != Some("consilium") {
            return None;
        }
        let company = match words.next()? {
            "alone" => Company::Alone,
            "cluster" => Company::Cluster,
            _ => return None,
        };
        let node = u64::from_str_radix(words.next()?, 16).ok().map(NodeId)?;
        Some(Self { company, node })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "consilium {} {}", self.company.word(), self.node)
    }
}

/// Another process that serves the same database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Whether it hears of others.
    pub company: Company,
    /// Where it connects from, when we may know.
    pub from: Option<String>,
}

impl fmt::Display for Neighbour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.company {
            Company::Alone => f.write_str("a node without --redis-url")?,
            Company::Cluster => f.write_str("a node with a --redis-url")?,
        }
        f.write_str(" serves this database")?;
        match &self.from {
            Some(from) => write!(f, " from {from}"),
            None => Ok(()),
        }
    }
}

/// The first of these that a node in such company could not live with.
pub(crate) fn stranger(company: Company, neighbours: &[Neighbour]) -> Option<&Neighbour> {
    neighbours
        .iter()
        .find(|other| (company, other.company) != (Company::Cluster, Company::Cluster))
}

/// Other processes that serve the database of this session.
pub(super) async fn others(
    connection: &mut PgConnection,
    own: Option<&Mark>,
) -> Result<Vec<Neighbour>, StoreError> {
    const SESSIONS: &str = "
        SELECT DISTINCT application_name AS name, host(client_addr) AS client
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'consilium %'
        ORDER BY name, client";
    let asked = sqlx::query(SESSIONS)
        .persistent(false)
        .fetch_all(connection);
    let listed = within(POSTGRES_ANSWER_TIMEOUT, asked)
        .await
        .and_then(|rows| rows.iter().map(session).collect::<Result<Vec<_>, _>>())
        .map_err(|error| classify(&error, "look who else serves this database"))?;
    Ok(listed
        .into_iter()
        .filter_map(|(name, from)| {
            let mark = Mark::parse(&name)?;
            (own.is_none_or(|own| own.node != mark.node)).then_some(Neighbour {
                company: mark.company,
                from,
            })
        })
        .collect())
}

fn session(row: &sqlx::postgres::PgRow) -> Result<(String, Option<String>), sqlx::Error> {
    Ok((row.try_get("name")?, row.try_get("client")?))
}

/// The nodes on a bus that serve this database and have asked it something lately. The sessions of a machine that lost
/// its power stay for hours, and ask nothing; when a session last did, is shown to its own role only, and one of
/// another role counts.
///
/// Cancel safety: nothing changes.
pub(super) async fn serving(links: &Links) -> Result<BTreeSet<NodeId>, StoreError> {
    const SESSIONS: &str = "
        SELECT DISTINCT application_name
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'consilium cluster %'
          AND (state_change IS NULL OR state_change > clock_timestamp() - make_interval(secs => $1))";
    let mut link = links.take().await?;
    let asked = sqlx::query_scalar::<_, String>(SESSIONS)
        .bind(POSTGRES_SIGN_OF_LIFE.as_secs_f64())
        .fetch_all(link.connection()?);
    let listed = within(POSTGRES_ANSWER_TIMEOUT, asked).await;
    let names = link.check(listed, "look who serves this database")?;
    let marks = names.iter().filter_map(|name| Mark::parse(name));
    Ok(marks.map(|mark| mark.node).collect())
}

/// Refuses to serve beside a node that would not hear of this one.
///
/// Cancel safety: nothing changes.
pub(super) async fn admit(connection: &mut PgConnection, own: &Mark) -> Result<(), StoreError> {
    let until = tokio::time::Instant::now() + POSTGRES_ALONE_PATIENCE;
    loop {
        let neighbours = others(connection, Some(own)).await?;
        let Some(stranger) = stranger(own.company, &neighbours) else {
            return Ok(());
        };
        // The server may not have noticed yet that the process which served a moment ago has ended.
        if tokio::time::Instant::now() < until {
            tokio::time::sleep(POSTGRES_ALONE_RETRY).await;
            continue;
        }
        return Err(StoreError::Rejected(refusal(own.company, stranger).into()));
    }
}

fn refusal(company: Company, stranger: &Neighbour) -> String {
    let ours = match (company, stranger.company) {
        (Company::Cluster, _) => "with one",
        (Company::Alone, Company::Cluster) => "without one",
        (Company::Alone, Company::Alone) => "without one, too",
    };
    format!(
        "{stranger}, and this one is started {ours}: edits would not cross between them. Give all nodes the same \
         --redis-url (CONSILIUM_REDIS_URL), or stop the other"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_says_what_it_is_whatever_the_operator_calls_it() {
        for company in [Company::Alone, Company::Cluster] {
            let mark = Mark::new(company, NodeId(0xfeed));
            for named in [None, Some(""), Some("node 7"), Some(&*"ä".repeat(40))] {
                let name = mark.name(named);
                assert!(name.len() <= NAME_BYTES_MAX, "{name}");
                assert_eq!(Mark::parse(&name), Some(mark.clone()), "{name}");
            }
            assert!(mark.name(Some("node 7")).ends_with(" node 7"));
        }
        for other in [
            "",
            "psql",
            "consilium",
            "consilium backup",
            "consilium alone",
            "consilium alone dawn",
        ] {
            assert_eq!(Mark::parse(other), None, "{other}");
        }
    }

    #[test]
    fn only_nodes_on_a_bus_live_side_by_side() {
        let neighbour = |company| Neighbour {
            company,
            from: None,
        };
        use Company::{Alone, Cluster};
        for (ours, theirs, is_fine) in [
            (Cluster, Cluster, true),
            (Cluster, Alone, false),
            (Alone, Cluster, false),
            (Alone, Alone, false),
        ] {
            let found = [neighbour(theirs)];
            assert_eq!(
                stranger(ours, &found).is_none(),
                is_fine,
                "{ours:?} {theirs:?}"
            );
        }
        assert_eq!(stranger(Alone, &[]), None);
        assert_eq!(
            stranger(Cluster, &[neighbour(Cluster), neighbour(Alone)]),
            Some(&neighbour(Alone))
        );
    }
}
