//! One connection to one server: opened, signed on, in RESP3, of a version that has what we need.
//!
//! The driver's plain multiplexed connection is used, never one that reconnects by itself: a gap must be seen. Its
//! pushes (messages, confirmations, the end of the connection) go to a function that must not wait.

use std::collections::HashMap;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, PushInfo, RedisError, Value, cmd};

use super::address::RedisAddress;
use super::limits::{ANSWER_TIMEOUT, CONNECT_TIMEOUT, VERSION_MIN};
use super::topology::Server;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// It cannot be reached, or does not let us in.
    #[error("{server}: {}", said(error))]
    Driver { server: Server, error: RedisError },
    /// It is too old.
    #[error(
        "{server} is Redis {version}; the bus needs Redis {VERSION_MIN} or later (sharded pub/sub)"
    )]
    TooOld { server: Server, version: String },
    /// It repeats what another server says, and would keep our messages to itself.
    #[error("{server} is a replica; the bus needs the server that it replicates")]
    Replica { server: Server },
}

/// What the driver says, in one line: its own texts begin with names of Rust types here and there.
pub(super) fn said(error: &RedisError) -> String {
    // Of several commands that were sent together, what the first was answered.
    let refusals = error.clone().into_server_errors();
    if let Some((_, refusal)) = refusals.as_deref().and_then(<[_]>::first) {
        return match refusal.details() {
            Some(detail) => format!("{} {detail}", refusal.code()),
            None => refusal.code().to_owned(),
        };
    }
    match (error.code(), error.detail()) {
        (Some(code), Some(detail)) => format!("{code} {detail}"),
        _ if error.is_timeout() => "no answer in time".to_owned(),
        _ => error.to_string(),
    }
}

/// What a server says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Greeting {
    pub(super) version: String,
    pub(super) is_cluster: bool,
    pub(super) is_replica: bool,
}

impl Greeting {
    fn parse(answer: Value) -> Option<Self> {
        let fields: HashMap<String, Value> = HashMap::from_redis_value(answer).ok()?;
        let text = |name: &str| String::from_redis_value(fields.get(name)?.clone()).ok();
        Some(Self {
            version: text("version")?,
            is_cluster: text("mode").is_some_and(|mode| mode == "cluster"),
            is_replica: text("role")
                .is_some_and(|role| matches!(role.as_str(), "replica" | "slave")),
        })
    }

    /// A server of another make may count differently; only what is certainly an old Redis is refused.
    fn is_too_old(&self) -> bool {
        let major = self.version.split('.').next().unwrap_or_default();
        major.parse().is_ok_and(|major: u32| major < VERSION_MIN)
    }
}

/// Opens a connection. `push` is called in the order of arrival, by the connection's own task.
pub(super) async fn open(
    address: &RedisAddress,
    server: &Server,
    push: impl Fn(PushInfo) + Send + Sync + 'static,
) -> Result<(MultiplexedConnection, Greeting), OpenError> {
    let failed = |error| OpenError::Driver {
        server: server.clone(),
        error,
    };
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        .set_response_timeout(Some(ANSWER_TIMEOUT))
        .set_push_sender(move |info| {
            push(info);
            Ok::<(), std::convert::Infallible>(())
        });
    let client = Client::open(address.connection_to(server)).map_err(failed)?;
    let mut connection = client
        .get_multiplexed_async_connection_with_config(&config)
        .await
        .map_err(failed)?;
    let answer = cmd("HELLO")
        .query_async(&mut connection)
        .await
        .map_err(failed)?;
    let greeting = Greeting::parse(answer).ok_or_else(|| {
        failed(RedisError::from((
            redis::ErrorKind::UnexpectedReturnType,
            "the greeting is not Redis'",
        )))
    })?;
    if greeting.is_too_old() {
        return Err(OpenError::TooOld {
            server: server.clone(),
            version: greeting.version,
        });
    }
    Ok((connection, greeting))
}

/// Asks whether it lives.
pub(super) async fn ping(connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
    cmd("PING").query_async(connection).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting(fields: &[(&str, &str)]) -> Option<Greeting> {
        let text = |text: &str| Value::BulkString(text.as_bytes().to_vec());
        let fields = fields
            .iter()
            .map(|(name, value)| (text(name), text(value)))
            .chain([(text("proto"), Value::Int(3))]);
        Greeting::parse(Value::Map(fields.collect()))
    }

    #[test]
    fn a_greeting_says_version_mode_and_role() {
        let said = greeting(&[
            ("version", "7.0.15"),
            ("mode", "cluster"),
            ("role", "replica"),
        ]);
        assert_eq!(
            said,
            Some(Greeting {
                version: "7.0.15".to_owned(),
                is_cluster: true,
                is_replica: true,
            })
        );
        let said = greeting(&[
            ("version", "8.0"),
            ("mode", "standalone"),
            ("role", "master"),
        ]);
        assert!(said.is_some_and(|said| !said.is_cluster && !said.is_replica));
        assert_eq!(greeting(&[("mode", "cluster")]), None);
        assert_eq!(Greeting::parse(Value::Okay), None);
    }

    #[test]
    fn only_what_is_certainly_old_is_too_old() {
        for (version, is_too_old) in [
            ("6.2.14", true),
            ("5", true),
            ("7.0.0", false),
            ("10.0.1", false),
            ("df-1.2", false),
        ] {
            let said = greeting(&[("version", version)]).unwrap();
            assert_eq!(said.is_too_old(), is_too_old, "{version}");
        }
    }
}
