//! How most black-box tests begin: somebody founds a community, others join it.
//!
//! [`Panel`] is that on one server with a store of its own; [`community`] and [`people`] are the steps, for several nodes
//! or a store that a test brings. Documents are made by whoever owns them ([`Person::new_document`]).

use crate::client::{Client, ClientOptions, Dialect};
use crate::portal::{Person, StoreAt};
use crate::server_process::{ServerOptions, ServerProcess};

/// The operator makes an account, and its owner founds a community; both, the community by its id.
///
/// # Panics
/// When that does not work.
pub async fn community(
    server: &ServerProcess,
    store: StoreAt<'_>,
    leader: &str,
) -> (Person, String) {
    let leader = Person::made_by_the_operator(server, store, leader).await;
    let community = leader.found("Panel").await;
    (leader, community)
}

/// People take invitations into a community, each with a role and a name.
///
/// # Panics
/// When that does not work.
pub async fn people<const N: usize>(
    server: &ServerProcess,
    leader: &Person,
    community: &str,
    who: [(&str, &str); N],
) -> [Person; N] {
    let mut people = Vec::with_capacity(N);
    for (role, name) in who {
        let invitation = leader.invite(community, role).await;
        people.push(Person::invited(server, &invitation, name).await);
    }
    people.try_into().expect("as many as were invited")
}

/// A server with one community, which Ada founded.
#[derive(Debug)]
pub struct Panel {
    /// The server.
    pub server: ServerProcess,
    /// Who leads the community.
    pub ada: Person,
    /// The community's id.
    pub community: String,
}

impl Panel {
    /// Starts one.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn new() -> Self {
        Self::led_by("Ada Founder").await
    }

    /// Starts one, with another name for Ada.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn led_by(name: &str) -> Self {
        let server = ServerProcess::start(ServerOptions::portal());
        let store = StoreAt::Directory(server.data_dir());
        let (ada, community) = community(&server, store, name).await;
        Self {
            server,
            ada,
            community,
        }
    }

    /// Somebody joins.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn someone(&self, role: &str, name: &str) -> Person {
        let [person] = people(&self.server, &self.ada, &self.community, [(role, name)]).await;
        person
    }

    /// Somebody with an account and no role in the community.
    ///
    /// # Panics
    /// When that does not work.
    pub async fn stranger(&self, name: &str) -> Person {
        let store = StoreAt::Directory(self.server.data_dir());
        Person::made_by_the_operator(&self.server, store, name).await
    }

    /// Somebody's client on a document, let in and synced.
    ///
    /// # Panics
    /// When it is not let in.
    pub async fn client(&self, doc: &str, dialect: Dialect, who: &Person) -> Client {
        client(&self.server, doc, dialect, who).await
    }
}

/// Somebody's client on a document at this node, let in and synced.
///
/// # Panics
/// When it is not let in.
pub async fn client(server: &ServerProcess, doc: &str, dialect: Dialect, who: &Person) -> Client {
    let options = ClientOptions::new(server.address(), doc, dialect).token(&who.token().await);
    Client::synced(options).await
}
