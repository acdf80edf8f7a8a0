//! The connection that publishes to one server: many messages in a write, all answers checked.
//!
//! Whatever waits goes out in one write, and what comes meanwhile gathers until its answers are there, as in the
//! journal's group commit: no timer, and a single message goes at once. One write at a time keeps the order whatever
//! the driver does. A write whose answers do not come is not repeated, because it may have arrived (at most once); its
//! followers see the gap.

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
    let mut is_refused = false;
    loop {
        if ended.is_cancelled() {
            return format!("{server}: the connection ended");
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
        match refusal {
            Some(refusal) if is_about_slots(&refusal) => core.look.notify_one(),
            Some(refusal) => {
                core.health.fails(part, &format!("{server}: {refusal}"));
                is_refused = true;
            }
            None if is_refused => {
                core.health.works(part);
                is_refused = false;
            }
            None => {}
        }
    }
}

/// Sends a batch and waits for its answers; one of the refusals, if there are any.
async fn publish(
    core: &Core,
    connection: &mut MultiplexedConnection,
    batch: &[Outgoing],
) -> Result<Option<ServerError>, RedisError> {
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
    let mut refusal = None;
    let (mut messages, mut bytes) = (0, 0);
    for (outgoing, answer) in batch.iter().zip(answers) {
        if let Value::ServerError(error) = answer {
            refusal = Some(error);
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
