//! The connection that publishes to one server: many messages in a write, all answers checked.
//!
//! Whatever waits goes out in one write, and what comes meanwhile gathers until its answers are there, as in the
//! journal's group commit: no timer, and a single message goes at once. One write at a time keeps the order whatever
//! the driver does. A write whose answers do not come is not repeated, because it may have arrived (at most once); its
//! followers see the gap.
//!
//! A server may take the connection and refuse what is published. Then nobody hears this node, however alive it is: the
//! part fails, until the same way was tried with success. That is done every second, since a node whose members are silent
//! for an hour would count as unheard for as long.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{ErrorKind, PushKind, RedisError, ServerError, ServerErrorKind, Value};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::connection::{self, OpenError, said};
use super::core::Core;
use super::envelope::Envelope;
use super::figures::{self, Dropped};
use super::health::Part;
use super::limits::{BATCH_BYTES_MAX, BATCH_MESSAGES_MAX, PING_EVERY};
use super::names::ChannelId;
use super::outbox::Outgoing;
use super::shard::Shard;
use super::topology::Server;

/// Publishes until the shard is cancelled.
///
/// Cancel safety: messages of the write under way may or may not arrive.
pub(super) async fn run(core: Arc<Core>, shard: Arc<Shard>, server: Server) {
    let part = Part::Publisher(shard.id);
    let mut backoff = Backoff::default();
    loop {
        let reason = serve(&core, &shard, &server, &mut backoff).await;
        *shard.publishing.lock() = None;
        figures::connection_lost("publish");
        core.health.fails(part, &reason);
        core.look.notify_one();
        tracing::debug!(%server, %reason, "the publishing connection is gone");
        sleep(backoff.next(rand::random())).await;
    }
}

/// One connection, from its beginning to its end. Says why it ended.
async fn serve(core: &Core, shard: &Shard, server: &Server, backoff: &mut Backoff) -> String {
    let part = Part::Publisher(shard.id);
    let ended = CancellationToken::new();
    let ends = ended.clone();
    let opened = connection::open(&core.address, server, move |info| {
        if info.kind == PushKind::Disconnection {
            ends.cancel();
        }
    });
    let mut connection = match opened.await {
        Ok((_, greeting)) if greeting.is_replica => {
            let server = server.clone();
            return OpenError::Replica { server }.to_string();
        }
        Ok((connection, _)) => connection,
        Err(error) => return error.to_string(),
    };
    *shard.publishing.lock() = Some(connection.clone());
    core.health.works(part);
    // The document about which the server said no, and when it is asked again.
    let mut refused: Option<(ChannelId, Instant)> = None;
    loop {
        if ended.is_cancelled() {
            return format!("{server}: the connection ended");
        }
        if let Some((channel, ask_at)) = refused
            && ask_at <= Instant::now()
        {
            match probe(core, server, &mut connection, channel).await {
                Ok(None) => {
                    core.health.works(part);
                    refused = None;
                }
                Ok(Some(refusal)) => {
                    core.health.fails(part, &format!("{server}: {refusal}"));
                    refused = Some((channel, Instant::now() + PING_EVERY));
                }
                Err(error) => return format!("{server}: {}", said(&error)),
            }
        }
        let batch = core
            .outbox
            .take(shard.id, BATCH_MESSAGES_MAX, BATCH_BYTES_MAX);
        if batch.is_empty() {
            tokio::select! {
                biased;
                () = ended.cancelled() => {}
                () = shard.mail.notified() => {}
                () = sleep(PING_EVERY) => {
                    if refused.is_some() {
                        // It is asked something anyway.
                        continue;
                    }
                    if let Err(error) = connection::ping(&mut connection).await {
                        return format!("{server}: {}", said(&error));
                    }
                    backoff.reset();
                }
            }
            continue;
        }
        let refusal = match publish(core, &mut connection, &batch).await {
            Ok(refusal) => refusal,
            Err(error) => {
                figures::dropped(batch.len(), Dropped::Unanswered);
                return format!("{server}: {}", said(&error));
            }
        };
        backoff.reset();
        let Some(Refusal { channel, error }) = refusal else {
            continue;
        };
        if is_about_slots(&error) {
            core.names_another(server, channel, &error);
        }
        if is_more_than_a_move(&error) {
            core.health.fails(part, &format!("{server}: {error}"));
            refused.get_or_insert_with(|| (channel, Instant::now() + PING_EVERY));
        }
    }
}

/// What a server would not publish.
#[derive(Debug)]
struct Refusal {
    channel: ChannelId,
    error: ServerError,
}

/// Asks whether what is said about a document would be published; what the server still says against it.
async fn probe(
    core: &Core,
    server: &Server,
    connection: &mut MultiplexedConnection,
    channel: ChannelId,
) -> Result<Option<ServerError>, RedisError> {
    let mut pipeline = redis::Pipeline::with_capacity(1);
    pipeline
        .cmd("SPUBLISH")
        .arg(core.names.probe(channel))
        .arg("");
    let answers = connection.send_packed_commands(&pipeline, 0, 1).await?;
    let refusal = answers.into_iter().find_map(|answer| match answer {
        Value::ServerError(error) => Some(error),
        _ => None,
    });
    if let Some(error) = refusal.as_ref().filter(|error| is_about_slots(error)) {
        core.names_another(server, channel, error);
    }
    // One that names another server would have let us.
    Ok(refusal.filter(is_more_than_a_move))
}

/// Sends a batch and waits for its answers; the gravest of the refusals, if there are any.
async fn publish(
    core: &Core,
    connection: &mut MultiplexedConnection,
    batch: &[Outgoing],
) -> Result<Option<Refusal>, RedisError> {
    let mut pipeline = redis::Pipeline::with_capacity(batch.len());
    for outgoing in batch {
        pipeline
            .cmd("SPUBLISH")
            .arg(core.names.channel(outgoing.channel))
            .arg(Envelope {
                node: core.node,
                sequence: outgoing.sequence,
                message: outgoing.message.clone(),
            });
    }
    let sent = Instant::now();
    let answers = connection
        .send_packed_commands(&pipeline, 0, batch.len())
        .await?;
    if answers.len() != batch.len() {
        return Err(RedisError::from((
            ErrorKind::UnexpectedReturnType,
            "as many answers as messages were expected",
        )));
    }
    let mut refusal: Option<Refusal> = None;
    let (mut messages, mut bytes) = (0, 0);
    for (outgoing, answer) in batch.iter().zip(answers) {
        if let Value::ServerError(error) = answer {
            if refusal
                .as_ref()
                .is_none_or(|known| !is_more_than_a_move(&known.error))
            {
                let channel = outgoing.channel;
                refusal = Some(Refusal { channel, error });
            }
        } else {
            messages += 1;
            bytes += outgoing.message.len();
        }
    }
    figures::published(messages, bytes, sent.elapsed());
    figures::dropped(batch.len() - messages, Dropped::Refused);
    Ok(refusal)
}

/// Whether a server refuses because another serves this slot now, or will in a moment.
pub(super) fn is_about_slots(error: &ServerError) -> bool {
    matches!(
        error.kind(),
        Some(
            ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ReadOnly
        )
    )
}

/// Whether a server refuses for another reason than that somebody else serves this slot: the message is lost, and the
/// next one will be.
fn is_more_than_a_move(error: &ServerError) -> bool {
    !is_about_slots(error) || error.kind() == Some(ServerErrorKind::ReadOnly)
}
