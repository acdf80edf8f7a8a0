//! Which server serves which slots.
//!
//! A single Redis serves all of them. A cluster says who serves what when it is asked (`CLUSTER SLOTS`); only the
//! first server of each range counts, which is the one that takes subscriptions and publishes.

use std::fmt;

use redis::Value;

use super::limits::SERVERS_MAX;
use super::slot::SLOTS;

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// What a cluster says about itself, or all slots on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Topology {
    servers: Vec<Server>,
    /// For each slot, the place of its server; none while nobody serves it.
    owners: Vec<Option<u16>>,
}

impl Topology {
    /// One server for everything.
    pub(super) fn single(server: Server) -> Self {
        Self {
            servers: vec![server],
            owners: vec![Some(0); usize::from(SLOTS)],
        }
    }

    /// Reads the answer to `CLUSTER SLOTS`. `asked` is who gave it: a server that does not know its own name means the
    /// one by which it was reached.
    pub(super) fn parse(answer: &Value, asked: &Server) -> Option<Self> {
        let Value::Array(ranges) = answer else {
            return None;
        };
        let mut topology = Self {
            servers: Vec::new(),
            owners: vec![None; usize::from(SLOTS)],
        };
        for range in ranges {
            let Value::Array(parts) = range else {
                return None;
            };
            let [
                Value::Int(first),
                Value::Int(last),
                Value::Array(server),
                ..,
            ] = parts.as_slice()
            else {
                return None;
            };
            let (first, last) = (slot(*first)?, slot(*last)?);
            // A range whose server is not known is served by nobody.
            let Some(server) = read_server(server, asked)? else {
                continue;
            };
            let place = topology.place_of(server)?;
            topology.owners.get_mut(first..=last)?.fill(Some(place));
        }
        Some(topology)
    }

    /// All servers, each once.
    pub(super) fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// For each slot, the place of its server in [`Topology::servers`].
    pub(super) fn owners(&self) -> &[Option<u16>] {
        &self.owners
    }

    /// How many slots nobody serves.
    pub(super) fn orphans(&self) -> usize {
        self.owners.iter().filter(|owner| owner.is_none()).count()
    }

    fn place_of(&mut self, server: Server) -> Option<u16> {
        let place = match self.servers.iter().position(|known| *known == server) {
            Some(place) => place,
            None if self.servers.len() < SERVERS_MAX => {
                self.servers.push(server);
                self.servers.len() - 1
            }
            None => return None,
        };
        u16::try_from(place).ok()
    }
}

fn slot(number: i64) -> Option<usize> {
    let slot = u16::try_from(number).ok()?;
    (slot < SLOTS).then_some(usize::from(slot))
}

/// The outer none: not the answer to `CLUSTER SLOTS`. The inner: a server that the cluster itself does not know.
fn read_server(parts: &[Value], asked: &Server) -> Option<Option<Server>> {
    let [host, Value::Int(port), ..] = parts else {
        return None;
    };
    let host = match host {
        Value::Nil => String::new(),
        Value::BulkString(host) => String::from_utf8(host.clone()).ok()?,
        Value::SimpleString(host) => host.clone(),
        _ => return None,
    };
    let host = match host.as_str() {
        "" => asked.host.clone(),
        "?" => return Some(None),
        _ => host,
    };
    Some(Some(Server {
        host,
        port: u16::try_from(*port).ok()?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(host: &str, port: u16) -> Server {
        Server {
            host: host.to_owned(),
            port,
        }
    }

    fn text(text: &str) -> Value {
        Value::BulkString(text.as_bytes().to_vec())
    }

    fn range(first: i64, last: i64, host: Value, port: i64) -> Value {
        let replica = Value::Array(vec![text("10.9.9.9"), Value::Int(1), text("id")]);
        Value::Array(vec![
            Value::Int(first),
            Value::Int(last),
            Value::Array(vec![
                host,
                Value::Int(port),
                text("id"),
                Value::Array(vec![]),
            ]),
            replica,
        ])
    }

    fn parse(ranges: Vec<Value>) -> Option<Topology> {
        Topology::parse(&Value::Array(ranges), &server("asked", 7000))
    }

    fn owner(topology: &Topology, slot: usize) -> Option<String> {
        let place = topology.owners()[slot]?;
        Some(topology.servers()[usize::from(place)].to_string())
    }

    #[test]
    fn every_slot_goes_to_the_first_server_of_its_range() {
        let topology = parse(vec![
            range(0, 5_460, text("10.0.0.1"), 7000),
            range(5_461, 10_922, text("fe80::1"), 7001),
            range(10_923, 16_383, text("10.0.0.1"), 7000),
        ])
        .unwrap();
        assert_eq!(topology.servers().len(), 2);
        assert_eq!(topology.orphans(), 0);
        for (slot, expected) in [
            (0, "10.0.0.1:7000"),
            (5_460, "10.0.0.1:7000"),
            (5_461, "[fe80::1]:7001"),
            (16_383, "10.0.0.1:7000"),
        ] {
            assert_eq!(owner(&topology, slot).as_deref(), Some(expected), "{slot}");
        }
    }

    #[test]
    fn a_server_without_a_name_is_the_one_that_was_asked() {
        for host in [Value::Nil, text("")] {
            let topology = parse(vec![range(0, 16_383, host, 7002)]).unwrap();
            assert_eq!(topology.servers(), [server("asked", 7002)]);
        }
    }

    #[test]
    fn slots_of_nobody_are_orphans() {
        let topology = parse(vec![
            range(0, 99, text("10.0.0.1"), 7000),
            range(100, 199, text("?"), 7001),
        ])
        .unwrap();
        assert_eq!(topology.orphans(), 16_384 - 100);
        assert_eq!(owner(&topology, 150), None);
        assert_eq!(parse(vec![]).unwrap().orphans(), 16_384);
    }

    #[test]
    fn a_single_server_has_everything() {
        let topology = Topology::single(server("a", 1));
        assert_eq!(topology.orphans(), 0);
        assert_eq!(owner(&topology, 16_383).as_deref(), Some("a:1"));
    }

    #[test]
    fn what_is_not_an_answer_is_refused_whole() {
        assert_eq!(Topology::parse(&Value::Okay, &server("a", 1)), None);
        for bad in [
            Value::Int(1),
            Value::Array(vec![Value::Int(0), Value::Int(1)]),
            range(0, 16_384, text("a"), 1),
            range(-1, 5, text("a"), 1),
            range(9, 5, text("a"), 1),
            range(0, 5, text("a"), 70_000),
            range(0, 5, Value::Int(3), 1),
        ] {
            assert_eq!(parse(vec![bad.clone()]), None, "{bad:?}");
        }
    }
}
