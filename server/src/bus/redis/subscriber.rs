//! The connection that subscribes to one server's documents.
//!
//! Commands go out in batches, one at a time, each answer checked; what arrives goes straight to the
//! [`super::audience`]. When the connection ends, for whatever reason, everybody hears `Missed` first and `Following`
//! only when the next one has confirmed their subscription.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{RedisError, Value};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::audience::Noted;
use super::backoff::Backoff;
use super::connection::{self, said};
use super::core::Core;
use super::figures;
use super::health::Part;
use super::limits::{PING_EVERY, SUBSCRIPTIONS_BATCH_MAX};
use super::names::ChannelId;
use super::publisher::is_about_slots;
use super::shard::Shard;
use super::subscriptions::Command;
use super::topology::Server;

/// Subscribes until the shard is cancelled.
///
/// Cancel safety: whoever cancels tells the followers, or takes them elsewhere.
pub(super) async fn run(core: Arc<Core>, shard: Arc<Shard>, server: Server) {
    let part = Part::Subscriber(shard.id);
    let mut backoff = Backoff::default();
    loop {
        let reason = serve(&core, &shard, &server, &mut backoff).await;
        shard.audience.lost();
        figures::connection_lost("subscribe");
        core.health.fails(part, &reason);
        core.look.notify_one();
        tracing::debug!(%server, %reason, "the subscribing connection is gone");
        sleep(backoff.next(rand::random())).await;
    }
}

/// One connection, from its beginning to its end. Says why it ended.
async fn serve(
    core: &Arc<Core>,
    shard: &Arc<Shard>,
    server: &Server,
    backoff: &mut Backoff,
) -> String {
    let audience = &shard.audience;
    let ended = CancellationToken::new();
    let number = audience.connected();
    let push = {
        let (core, shard, ended) = (Arc::clone(core), Arc::clone(shard), ended.clone());
        move |info| match shard.audience.push(number, info) {
            Noted::Nothing => {}
            Noted::Moved => core.look.notify_one(),
            Noted::Ended => ended.cancel(),
        }
    };
    let mut connection = match connection::open(&core.address, server, push).await {
        Ok((connection, _)) => connection,
        Err(error) => return error.to_string(),
    };
    // When what was refused is asked for again, if anything was.
    let mut retry_at = None;
    let mut retries = Backoff::default();
    loop {
        if ended.is_cancelled() {
            return format!("{server}: the connection ended");
        }
        let commands = audience.take_due(SUBSCRIPTIONS_BATCH_MAX);
        if !commands.is_empty() {
            match send(core, shard, server, &mut connection, &commands).await {
                Ok(refusals) => {
                    backoff.reset();
                    if refusals.any {
                        retry_at = Some(Instant::now() + retries.next(rand::random()));
                    }
                    if let Some(reason) = refusals.trouble {
                        core.health
                            .fails(Part::Subscriber(shard.id), &format!("{server}: {reason}"));
                    }
                }
                Err(error) => return format!("{server}: {}", said(&error)),
            }
            continue;
        }
        if retry_at.is_none() {
            retries.reset();
            core.health.works(Part::Subscriber(shard.id));
        }
        tokio::select! {
            biased;
            () = ended.cancelled() => {}
            () = audience.until_due() => {}
            () = sleep_until(retry_at.unwrap_or_else(Instant::now)), if retry_at.is_some() => {
                retry_at = None;
                audience.retry();
            }
            () = sleep(PING_EVERY) => {
                if let Err(error) = ping(shard, &mut connection).await {
                    return format!("{server}: {}", said(&error));
                }
                backoff.reset();
            }
        }
    }
}

/// What a server would not do.
#[derive(Debug, Default)]
struct Refusals {
    /// Whether anything was refused.
    any: bool,
    /// A refusal that is more than slots on the move.
    trouble: Option<String>,
}

/// Sends commands and waits for their answers.
async fn send(
    core: &Core,
    shard: &Shard,
    server: &Server,
    connection: &mut MultiplexedConnection,
    commands: &[(ChannelId, Command)],
) -> Result<Refusals, RedisError> {
    let mut pipeline = redis::Pipeline::with_capacity(commands.len());
    for (id, command) in commands {
        // One channel each: in a cluster, those of one command would have to be of one slot.
        let command = match command {
            Command::Subscribe => "SSUBSCRIBE",
            Command::Unsubscribe => "SUNSUBSCRIBE",
        };
        pipeline.cmd(command).arg(core.names.channel(*id));
    }
    let answers = connection
        .send_packed_commands(&pipeline, 0, commands.len())
        .await?;
    shard.audience.answered();
    let mut refusals = Refusals::default();
    for ((id, _), answer) in commands.iter().zip(answers) {
        if let Value::ServerError(error) = answer {
            shard.audience.refused(*id);
            refusals.any = true;
            if is_about_slots(&error) {
                core.names_another(server, *id, &error);
            } else {
                refusals.trouble = Some(error.to_string());
            }
        }
    }
    Ok(refusals)
}

/// Asks whether the server lives. While messages keep coming it does, however late the answer is behind them.
async fn ping(shard: &Shard, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
    let before = shard.audience.pushes();
    shard.audience.asks();
    match connection::ping(connection).await {
        Ok(()) => {
            shard.audience.answered();
            Ok(())
        }
        Err(error) if error.is_timeout() && shard.audience.pushes() != before => Ok(()),
        Err(error) => Err(error),
    }
}
