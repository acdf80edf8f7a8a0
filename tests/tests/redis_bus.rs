//! The bus over a real Redis keeps its contract: on a single server, on a cluster of three, and over TLS with client
//! certificates as a user who may do nothing but what the bus needs.

use std::sync::{Arc, Mutex, Weak};

use async_trait::async_trait;
use consilium_server::bus::contract::BusFactory;
use consilium_server::bus::redis::RedisAddress;
use consilium_server::bus::{Bus, BusHealth, NodeId, RedisBus};
use uuid::Uuid;

/// Nodes of one installation on some Redis, which lives as long as they do.
struct Nodes<R> {
    _redis: R,
    url: String,
    store: Uuid,
}

impl<R> Nodes<R> {
    fn new(redis: R, url: String) -> Self {
        Self {
            _redis: redis,
            url,
            store: Uuid::new_v4(),
        }
    }
}

#[async_trait]
impl<R: Send + Sync> BusFactory for Nodes<R> {
    async fn node(&self) -> Arc<dyn Bus> {
        let address = RedisAddress::parse(&self.url).expect("an address");
        let bus = RedisBus::start(address, self.store, NodeId::random());
        let mut health = bus.health();
        health
            .wait_for(|health| *health == BusHealth::Connected)
            .await
            .expect("the bus is open");
        Arc::new(bus)
    }
}

/// One for all tests that run at the same time.
fn shared<R>(current: &Mutex<Weak<R>>, start: impl FnOnce() -> R) -> Arc<R> {
    let mut current = current.lock().expect("no test failed in here");
    current.upgrade().unwrap_or_else(|| {
        let started = Arc::new(start());
        *current = Arc::downgrade(&started);
        started
    })
}

mod single {
    use consilium_tests::redis_process::{RedisOptions, RedisProcess};

    use super::{Arc, Mutex, Nodes, Weak, shared};

    fn nodes() -> Nodes<Arc<RedisProcess>> {
        static REDIS: Mutex<Weak<RedisProcess>> = Mutex::new(Weak::new());
        let redis = shared(&REDIS, || RedisProcess::start(RedisOptions::plain()));
        let url = redis.url();
        Nodes::new(redis, url)
    }

    consilium_server::bus_contract!(nodes());
}

mod cluster {
    use consilium_tests::redis_cluster::RedisCluster;

    use super::{Arc, Mutex, Nodes, Weak, shared};

    fn nodes() -> Nodes<Arc<RedisCluster>> {
        static REDIS: Mutex<Weak<RedisCluster>> = Mutex::new(Weak::new());
        let redis = shared(&REDIS, RedisCluster::start);
        let url = redis.url();
        Nodes::new(redis, url)
    }

    consilium_server::bus_contract!(nodes());
}

mod tls_and_access_rules {
    use consilium_tests::certificates::Certificates;
    use consilium_tests::redis_process::{RedisOptions, RedisProcess};

    use super::{Arc, Mutex, Nodes, Weak, shared};

    /// What docs/adr/0010-redis-bus.md says that the bus needs.
    const RIGHTS: &str = "resetchannels &consilium:* resetkeys ~consilium:* \
                          -@all +ping +ssubscribe +sunsubscribe +spublish +set +pttl";

    fn nodes() -> Nodes<Arc<(RedisProcess, Certificates)>> {
        static REDIS: Mutex<Weak<(RedisProcess, Certificates)>> = Mutex::new(Weak::new());
        let shared = shared(&REDIS, || {
            let certificates = Certificates::make();
            let options =
                RedisOptions::plain()
                    .tls(&certificates)
                    .user("bus", "p%40ss,word", RIGHTS);
            (RedisProcess::start(options), certificates)
        });
        let (redis, certificates) = &*shared;
        let query = format!(
            "?ca={}&cert={}&key={}",
            certificates.ca().display(),
            certificates.client().display(),
            certificates.client_key().display()
        );
        let url = redis.tls_url("bus:p%2540ss%2Cword@", &query);
        Nodes::new(shared, url)
    }

    consilium_server::bus_contract!(nodes());
}
