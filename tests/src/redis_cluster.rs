//! A real Redis Cluster of three masters, whose slots can be moved and whose members can be killed.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::redis_process::{RedisOptions, RedisProcess};
use crate::server_process::free_port;

/// How long the servers may take to agree, on a busy machine.
const AGREE_TIMEOUT: Duration = Duration::from_secs(60);

/// Its masters. Ended when dropped.
#[derive(Debug)]
pub struct RedisCluster {
    masters: Vec<RedisProcess>,
}

impl RedisCluster {
    /// Starts three masters and waits until they agree that they are a cluster.
    ///
    /// # Panics
    /// When they do not.
    #[must_use]
    pub fn start() -> Self {
        let cluster = Self {
            masters: (0..3).map(|_| start_member(free_port())).collect(),
        };
        let output = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(cluster.addresses())
            .args(["--cluster-replicas", "0", "--cluster-yes"])
            .output()
            .expect("run redis-cli, which comes with Redis");
        assert!(
            output.status.success(),
            "create a cluster: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        cluster.until("the cluster is there", |master| {
            let text: String = redis::cmd("CLUSTER")
                .arg("INFO")
                .query(&mut master.admin())
                .expect("ask a master");
            text.contains("cluster_state:ok") && text.contains("cluster_known_nodes:3")
        });
        cluster
    }

    /// `host:port` of every master.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        self.masters
            .iter()
            .map(|master| format!("127.0.0.1:{}", master.port()))
            .collect()
    }

    /// What an operator would write: some of the masters are enough.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.addresses()[..2].join(","))
    }

    /// Its masters.
    #[must_use]
    pub fn masters(&self) -> &[RedisProcess] {
        &self.masters
    }

    /// One master, to be killed and started again.
    pub fn master_mut(&mut self, index: usize) -> &mut RedisProcess {
        &mut self.masters[index]
    }

    /// Starts a replica of a master, and waits until it could take over.
    ///
    /// # Panics
    /// When it does not come so far.
    #[must_use]
    pub fn start_replica_of(&self, index: usize) -> RedisProcess {
        let bus_port = free_port();
        let replica = start_member(bus_port);
        redis::cmd("CLUSTER")
            .arg("MEET")
            .arg("127.0.0.1")
            .arg(replica.port())
            .arg(bus_port)
            .exec(&mut self.masters[index].admin())
            .expect("introduce a replica");
        let master = Self::id_of(&self.masters[index]);
        wait("the replica knows its master", || {
            redis::cmd("CLUSTER")
                .arg("REPLICATE")
                .arg(&master)
                .exec(&mut replica.admin())
                .is_ok()
        });
        wait("the replica follows its master", || {
            let text: String = redis::cmd("INFO")
                .arg("replication")
                .query(&mut replica.admin())
                .expect("ask the replica");
            text.contains("master_link_status:up")
        });
        let id = Self::id_of(&replica);
        self.until("all know the replica", |known| {
            let text: String = redis::cmd("CLUSTER")
                .arg("NODES")
                .query(&mut known.admin())
                .expect("ask a master");
            text.lines()
                .any(|line| line.starts_with(&id) && line.contains("slave"))
        });
        replica
    }

    /// Which master serves the slot of a name.
    ///
    /// # Panics
    /// When a master does not answer, or nobody serves it.
    #[must_use]
    pub fn owner_of(&self, name: &str) -> usize {
        let slot = self.slot_of(name);
        self.masters
            .iter()
            .position(|master| {
                let myself = Self::id_of(master);
                let text: String = redis::cmd("CLUSTER")
                    .arg("NODES")
                    .query(&mut master.admin())
                    .expect("ask a master");
                text.lines()
                    .filter(|line| line.starts_with(&myself))
                    .flat_map(|line| line.split(' ').skip(8))
                    .filter_map(|range| {
                        let (first, last) = range.split_once('-').unwrap_or((range, range));
                        Some(first.parse::<u16>().ok()?..=last.parse::<u16>().ok()?)
                    })
                    .any(|range| range.contains(&slot))
            })
            .expect("a master that serves the slot")
    }

    /// Moves the slot of a name to a master, and waits until all know it.
    ///
    /// # Panics
    /// When they do not agree.
    pub fn move_slot_of(&self, name: &str, to: usize) {
        let slot = self.slot_of(name);
        let id = Self::id_of(&self.masters[to]);
        // The new owner first, so that nobody serves it for no moment.
        let rest = (0..self.masters.len()).filter(|master| *master != to);
        for master in std::iter::once(to).chain(rest) {
            redis::cmd("CLUSTER")
                .arg("SETSLOT")
                .arg(slot)
                .arg("NODE")
                .arg(&id)
                .exec(&mut self.masters[master].admin())
                .expect("move a slot");
        }
        self.until("the slot has moved", |_| self.owner_of(name) == to);
    }

    /// Leaves a move of the slot of a name half done: each master says that the next one serves it.
    ///
    /// # Panics
    /// When a master refuses.
    pub fn disown_slot_of(&self, name: &str) {
        let slot = self.slot_of(name);
        for (at, master) in self.masters.iter().enumerate() {
            let next = Self::id_of(&self.masters[(at + 1) % self.masters.len()]);
            redis::cmd("CLUSTER")
                .arg("SETSLOT")
                .arg(slot)
                .arg("NODE")
                .arg(next)
                .exec(&mut master.admin())
                .expect("give a slot away");
        }
    }

    fn slot_of(&self, name: &str) -> u16 {
        redis::cmd("CLUSTER")
            .arg("KEYSLOT")
            .arg(name)
            .query(&mut self.masters[0].admin())
            .expect("ask for a slot")
    }

    fn id_of(master: &RedisProcess) -> String {
        redis::cmd("CLUSTER")
            .arg("MYID")
            .query(&mut master.admin())
            .expect("ask a master who it is")
    }

    /// Waits until every master says so.
    fn until(&self, what: &str, says_so: impl Fn(&RedisProcess) -> bool) {
        wait(what, || self.masters.iter().all(&says_so));
    }
}

/// A server that may become part of a cluster.
fn start_member(bus_port: u16) -> RedisProcess {
    let options = RedisOptions::plain()
        .line("cluster-enabled yes")
        .line("cluster-config-file nodes.conf")
        .line("cluster-node-timeout 3000")
        .line(&format!("cluster-port {bus_port}"));
    RedisProcess::start(options)
}

fn wait(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < AGREE_TIMEOUT, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
