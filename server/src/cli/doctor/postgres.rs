//! The checks of a PostgreSQL store. Nothing is left behind, and the schema is not touched.

use super::Finding;
use super::checks::CLOCK_TOLERANCE;
use crate::store::address::PostgresUrl;
use crate::store::limits::{POSTGRES_READERS, POSTGRES_WRITERS, PROBE_BYTES};
use crate::store::portable::MovedStore;
use crate::store::postgres::{
    Company, Neighbour, Probed, ServerSettings, examine as ask, stranger,
};

/// Sessions of one node, a backup included.
const SESSIONS: u32 = POSTGRES_READERS + POSTGRES_WRITERS + 1;

/// Readings of changes repeat this much, and a cluster commits as much in minutes: somebody forgot a transaction.
const TRANSACTIONS_BEHIND_MANY: u64 = 1_000_000;

/// One line for the store, and one for everything about the server that somebody should look at.
pub async fn examine(url: &PostgresUrl, moved: MovedStore, company: Company) -> Vec<Finding> {
    match ask(url).await {
        Ok(settings) => judge(url, &settings, moved, company),
        // It says what to do about it, as `serve` would.
        Err(error) => vec![Finding::Broken(format!("store: {url}: {error}"))],
    }
}

pub(super) fn judge(
    url: &PostgresUrl,
    settings: &ServerSettings,
    moved: MovedStore,
    company: Company,
) -> Vec<Finding> {
    let mut findings = vec![store(url, settings, moved)];
    findings.extend(neighbours(&settings.neighbours, company));
    findings.extend(durability(settings));
    findings.extend(surroundings(settings));
    findings
}

fn store(url: &PostgresUrl, settings: &ServerSettings, moved: MovedStore) -> Finding {
    let server = format!("store: PostgreSQL {} at {url}", settings.version);
    match &settings.store {
        None if settings.may_create => Finding::Fine(format!(
            "{server}: no store yet, it will be made at the first start"
        )),
        None => Finding::Broken(format!(
            "{server}: no store yet, and this role may not make one: {}, as owner of the database; or give the database to it",
            settings.grant_create
        )),
        Some(found) => match found.marks.admit(moved) {
            Err(error) => Finding::Broken(format!("{server}: {error}")),
            Ok(()) => match found.probed {
                Probed::Written => Finding::Fine(format!(
                    "{server}: opens, and {PROBE_BYTES} bytes were written durably"
                )),
                Probed::Outdated => Finding::Fine(format!(
                    "{server}: the store of an older version; the next start will bring it up to date"
                )),
            },
        },
    }
}

/// What `serve` would refuse to live with. The doctor may be asked about the very node that serves alone.
fn neighbours(found: &[Neighbour], company: Company) -> Option<Finding> {
    let stranger = stranger(company, found)?;
    Some(match (company, stranger.company) {
        (Company::Alone, Company::Alone) => Finding::Attention(format!(
            "nodes: {stranger}. If that is not the node that is asked about, stop one of them, or give both the same --redis-url"
        )),
        (Company::Alone, Company::Cluster) => Finding::Broken(format!(
            "nodes: {stranger}, and here is none: edits would not cross between them. Give all nodes the same --redis-url, or stop the other"
        )),
        (Company::Cluster, _) => Finding::Broken(format!(
            "nodes: {stranger}, and here is one: edits would not cross between them. Give all nodes the same --redis-url, or stop the other"
        )),
    })
}

fn durability(settings: &ServerSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !settings.fsync {
        findings.push(Finding::Broken(
            "durability: fsync is off on this server, so a power cut takes acknowledged edits with it, or the whole database. Set fsync = on".to_owned(),
        ));
    }
    if !settings.full_page_writes {
        findings.push(Finding::Attention(
            "durability: full_page_writes is off on this server: only where the file system never writes half a page does it survive a power cut. Set full_page_writes = on".to_owned(),
        ));
    }
    let default = &settings.synchronous_commit;
    if !matches!(default.as_str(), "on" | "remote_apply") {
        findings.push(Finding::Attention(format!(
            "durability: synchronous_commit is {default} by default; Consilium's own sessions have it {}, others' do not",
            settings.our_synchronous_commit
        )));
    }
    if findings.is_empty() {
        findings.push(Finding::Fine(
            "durability: a commit waits for the disk".to_owned(),
        ));
    }
    findings
}

fn surroundings(settings: &ServerSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !settings.is_encrypted && !settings.is_local {
        findings.push(Finding::Attention(
            "store: the connection to PostgreSQL is not encrypted. Add ?sslmode=verify-full (and sslrootcert=FILE) to the address".to_owned(),
        ));
    }
    let nodes = settings.connections_max / SESSIONS;
    if nodes < 2 {
        findings.push(Finding::Attention(format!(
            "store: the server allows {} connections, and a node takes up to {SESSIONS}. Raise max_connections",
            settings.connections_max
        )));
    }
    if settings.transactions_behind > TRANSACTIONS_BEHIND_MANY {
        findings.push(Finding::Attention(format!(
            "store: a transaction has been open on this server for {} others, and until it ends nodes read changes again and again. \
             Look for it in pg_stat_activity and pg_prepared_xacts",
            settings.transactions_behind
        )));
    }
    if settings.clock_offset > CLOCK_TOLERANCE {
        findings.push(Finding::Attention(format!(
            "clock: PostgreSQL's and ours differ by {} s. Run a time service on both machines",
            settings.clock_offset.as_secs()
        )));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::portable::Marks;
    use crate::store::postgres::FoundStore;
    use std::time::Duration;

    fn healthy() -> ServerSettings {
        ServerSettings {
            version: "15.8".to_owned(),
            fsync: true,
            full_page_writes: true,
            synchronous_commit: "on".to_owned(),
            our_synchronous_commit: "on".to_owned(),
            is_encrypted: true,
            is_local: false,
            connections_max: 97,
            transactions_behind: 3,
            clock_offset: Duration::from_millis(3),
            store: Some(FoundStore {
                marks: Marks::default(),
                probed: Probed::Written,
            }),
            may_create: false,
            grant_create: "GRANT CREATE ON SCHEMA public TO u".to_owned(),
            neighbours: vec![Neighbour {
                company: Company::Cluster,
                from: None,
            }],
        }
    }

    fn judged(change: impl FnOnce(&mut ServerSettings)) -> Vec<Finding> {
        let mut settings = healthy();
        change(&mut settings);
        let url = "postgres://u:hunter2@db/c".parse().unwrap();
        let findings = judge(&url, &settings, MovedStore::Refused, Company::Cluster);
        assert!(!format!("{findings:?}").contains("hunter2"));
        findings
    }

    #[test]
    fn a_healthy_server_is_fine() {
        for finding in judged(|_| ()) {
            assert!(matches!(finding, Finding::Fine(_)), "{finding}");
        }
        let local = judged(|s| {
            s.is_encrypted = false;
            s.is_local = true;
            s.synchronous_commit = "remote_apply".to_owned();
        });
        assert_eq!(local, judged(|_| ()));
    }

    #[test]
    fn what_could_lose_edits_or_hurt_is_said() {
        type Change = fn(&mut ServerSettings);
        let changes: &[(Change, bool, &str)] = &[
            (|s| s.fsync = false, true, "fsync is off"),
            (|s| s.full_page_writes = false, false, "full_page_writes"),
            (
                |s| s.synchronous_commit = "off".to_owned(),
                false,
                "synchronous_commit is off",
            ),
            (|s| s.is_encrypted = false, false, "sslmode"),
            (|s| s.connections_max = 12, false, "max_connections"),
            (
                |s| s.transactions_behind = 9_000_000,
                false,
                "pg_stat_activity",
            ),
            (|s| s.clock_offset = Duration::from_secs(90), false, "90 s"),
            (|s| s.store = None, true, "may not make one"),
            (
                |s| s.neighbours[0].company = Company::Alone,
                true,
                "a node without --redis-url",
            ),
        ];
        for (change, is_broken, word) in changes {
            let findings = judged(change);
            let found = findings
                .iter()
                .find(|finding| finding.to_string().contains(word))
                .unwrap_or_else(|| panic!("nothing about {word}: {findings:?}"));
            assert_eq!(matches!(found, Finding::Broken(_)), *is_broken, "{found}");
            assert!(
                *is_broken || matches!(found, Finding::Attention(_)),
                "{found}"
            );
        }
    }
}
