//! The checks of the bus between nodes. Never with what was written as its address, which may hold a password.

use std::time::Duration;

use super::Finding;
use crate::auth::Secret;
use crate::bus::redis::check::{RedisFacts, ServerAnswer, ServerFacts};
use crate::bus::redis::{RedisAddress, check};
use crate::cli::buses;
use crate::store::address::StoreAddress;

/// Members on other nodes see each keystroke this much later, at least.
const LATENCY_HIGH: Duration = Duration::from_millis(20);

/// A room's message is at most about a megabyte, and a node that pauses for a moment has many of them to come.
const OUTPUT_BUFFER_BYTES_LOW: u64 = 32 * 1024 * 1024;

/// What the bus needs, as a rule of Redis' ACL.
const RIGHTS: &str = "resetchannels &consilium:* resetkeys ~consilium:* -@all +ping +ssubscribe +sunsubscribe \
                      +spublish +set +pttl, on a cluster also +cluster|slots";

/// One line for each server, or one that none is needed.
pub(super) async fn examine(url: Option<&Secret>, store: &StoreAddress) -> Vec<Finding> {
    let Some(url) = url else {
        return vec![without(store)];
    };
    let address = match buses::address(url) {
        Ok(address) => address,
        Err(error) => return vec![Finding::Broken(format!("bus: {error:#}"))],
    };
    match check::check(&address).await {
        Ok(facts) => judge(&facts),
        Err(error) => vec![away(&address, &error)],
    }
}

fn without(store: &StoreAddress) -> Finding {
    match store {
        StoreAddress::Sqlite(_) => {
            Finding::Fine("bus: none needed, this is a single node".to_owned())
        }
        StoreAddress::Postgres(_) => Finding::Attention(
            "bus: PostgreSQL without --redis-url: this must be the only node. Members on a second one would see edits \
             of this one only when they open the document anew. Give every node the same --redis-url, or start no second one"
                .to_owned(),
        ),
    }
}

fn away(address: &RedisAddress, error: &str) -> Finding {
    let scheme = if address.to_string().starts_with("rediss:") {
        " The address says rediss://, which is TLS: a server that does not speak it there never answers, and is redis://."
    } else {
        ""
    };
    // Nodes serve all the same, but whoever asks a doctor wants to have it well.
    Finding::Broken(format!(
        "bus: Redis at {address} cannot be used ({error}).{scheme} Check the address, user and password with redis-cli, that it is \
         7.0 or later, and that it runs. Without it nodes serve, and edits cross between them once in --repair-interval-ms"
    ))
}

fn judge(facts: &RedisFacts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = facts
        .servers
        .iter()
        .flat_map(|server| judge_server(server, facts.is_cluster))
        .collect();
    if facts.orphaned_slots > 0 {
        findings.push(Finding::Broken(format!(
            "bus: nobody serves {} of the Redis cluster's 16384 slots, and documents there cross between nodes only by \
             the journal. See redis-cli --cluster check, then --cluster fix",
            facts.orphaned_slots
        )));
    }
    findings
}

fn judge_server(facts: &ServerFacts, is_cluster: bool) -> Vec<Finding> {
    let server = &facts.server;
    let answer = match &facts.answer {
        Ok(answer) => answer,
        Err(error) => {
            return vec![Finding::Broken(format!(
                "bus: Redis at {server} does not answer ({error}). See whether it runs, and whether this machine may reach it"
            ))];
        }
    };
    let kind = if is_cluster { "Redis cluster" } else { "Redis" };
    let named = format!("bus: {kind} {} at {server}", answer.version);
    let mut findings = Vec::new();
    if !answer.refused.is_empty() {
        findings.push(Finding::Broken(format!(
            "{named}: refused: {}. Give its user these rights: {RIGHTS}",
            in_words(answer)
        )));
    }
    if answer.latency > LATENCY_HIGH {
        findings.push(Finding::Attention(format!(
            "{named}: answers after {} ms, and members on other nodes see every keystroke later by it. Put it near the nodes",
            answer.latency.as_millis()
        )));
    }
    if let Some(buffer) = answer.output_buffer
        && buffer.hard_bytes > 0
        && buffer.hard_bytes < OUTPUT_BUFFER_BYTES_LOW
    {
        findings.push(Finding::Attention(format!(
            "{named}: closes a subscriber that is {} bytes behind. Set client-output-buffer-limit \"pubsub 128mb 64mb 60\"",
            buffer.hard_bytes
        )));
    }
    if findings.is_empty() {
        findings.push(Finding::Fine(format!(
            "{named}: everything that nodes need is allowed, a round trip takes {:.2} ms",
            answer.latency.as_secs_f64() * 1_000.0
        )));
    }
    findings
}

fn in_words(answer: &ServerAnswer) -> String {
    let words: Vec<String> = answer
        .refused
        .iter()
        .map(|(what, said)| format!("{what} ({said})"))
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::redis::check::OutputBuffer;

    /// What is changed, whether that breaks the bus, and a word of what is said.
    type Case = (fn(&mut RedisFacts), bool, &'static str);

    fn healthy() -> RedisFacts {
        RedisFacts {
            is_cluster: false,
            orphaned_slots: 0,
            servers: vec![ServerFacts {
                server: "redis:6379".to_owned(),
                answer: Ok(ServerAnswer {
                    version: "7.2.4".to_owned(),
                    latency: Duration::from_micros(300),
                    output_buffer: Some(OutputBuffer {
                        hard_bytes: 32 << 20,
                        soft_bytes: 8 << 20,
                        soft_for: Duration::from_secs(60),
                    }),
                    refused: Vec::new(),
                }),
            }],
        }
    }

    fn answer(facts: &mut RedisFacts) -> &mut ServerAnswer {
        facts.servers[0].answer.as_mut().unwrap()
    }

    #[test]
    fn a_healthy_redis_is_fine_whether_it_tells_its_buffers_or_not() {
        for change in [
            (|_| ()) as fn(&mut RedisFacts),
            |facts| answer(facts).output_buffer = None,
            // No bound at all.
            |facts| answer(facts).output_buffer.as_mut().unwrap().hard_bytes = 0,
            |facts| facts.is_cluster = true,
        ] {
            let mut facts = healthy();
            change(&mut facts);
            let findings = judge(&facts);
            assert!(
                matches!(findings.as_slice(), [Finding::Fine(text)] if text.contains("7.2.4 at redis:6379")),
                "{findings:?}"
            );
        }
    }

    #[test]
    fn what_keeps_nodes_apart_is_broken_and_what_slows_them_is_said() {
        let changes: &[Case] = &[
            (
                |facts| answer(facts).refused = vec![("SPUBLISH", "NOPERM".to_owned())],
                true,
                "SPUBLISH (NOPERM)",
            ),
            (|facts| facts.orphaned_slots = 12, true, "12 of the"),
            (
                |facts| facts.servers[0].answer = Err("timed out".to_owned()),
                true,
                "does not answer (timed out)",
            ),
            (
                |facts| answer(facts).latency = Duration::from_millis(45),
                false,
                "after 45 ms",
            ),
            (
                |facts| answer(facts).output_buffer.as_mut().unwrap().hard_bytes = 1 << 20,
                false,
                "1048576 bytes",
            ),
        ];
        for (change, is_broken, word) in changes {
            let mut facts = healthy();
            change(&mut facts);
            let findings = judge(&facts);
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

    #[tokio::test]
    async fn an_address_that_cannot_be_read_is_broken_and_not_repeated() {
        let url = Secret::new(b"redis://:hunter2@host:port");
        let store = StoreAddress::Postgres("postgres://db/c".parse().unwrap());
        let findings = examine(Some(&url), &store).await;
        assert!(
            matches!(findings.as_slice(), [Finding::Broken(text)] if !text.contains("hunter2")),
            "{findings:?}"
        );
    }

    #[tokio::test]
    async fn postgres_without_a_bus_is_for_one_node() {
        let store = StoreAddress::Postgres("postgres://db/c".parse().unwrap());
        let findings = examine(None, &store).await;
        assert!(
            matches!(findings.as_slice(), [Finding::Attention(text)] if text.contains("the only node")),
            "{findings:?}"
        );
    }
}
