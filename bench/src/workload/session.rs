//! A meeting of a community, as five hundred people are in it: some write, the others look on, hands go up and down, a poll
//! is taken, the leader goes through the agenda, people come and go.
//!
//! Everybody has an account ([`crate::portal`]), a socket on the document and a stream of the meeting. [`script`] says who
//! does what when, [`looks`] what each stream showed, [`hall`] does it. A latency counts from the time in the script until
//! the stream of each of the others showed it; the goal is a second. Ours only: no peer knows meetings.

mod hall;
mod looks;
mod script;

use std::slice::from_ref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use tokio::task::{JoinSet, block_in_place};

use self::hall::{Done, Hall};
use self::looks::Told;
use self::script::{Kind, Script};
use super::exchanged;
use crate::exchange::gather::Seat;
use crate::exchange::{self, Movers, Outcome, Plan};
use crate::histogram::Latencies;
use crate::line::Findings;
use crate::peer::consilium::Portal;
use crate::peer::process::Server;
use crate::peer::{Peer as _, Spoken};
use crate::portal::{self, Community, Person, text};
use crate::run::Parameters;

/// What people are promised.
const GOAL: Duration = Duration::from_secs(1);

/// What is still missing may come for so long.
const DRAIN: Duration = Duration::from_secs(5);

/// Starts a portal, gathers everybody, and meets.
///
/// Cancel safety: yes; everybody leaves, and the server ends.
pub(crate) async fn run(spoken: Spoken, parameters: &Parameters) -> Result<Findings> {
    if spoken.peer.name() != Portal.name() {
        bail!("{} knows no meetings", spoken.peer.name());
    }
    ensure!(
        Portal.dialects().contains(&spoken.dialect),
        "a portal is not spoken to in {}",
        spoken.dialect.name()
    );
    let spoken = Spoken {
        peer: &Portal,
        ..spoken
    };
    let plan = Plan {
        documents: 1,
        writers: 20,
        readers: 500,
        rate: 2.0,
        cursor_rate: 2.0,
        movers: Movers::Writers,
        measured: Duration::from_secs(30),
        ..Plan::usual("session")
    }
    .with(parameters);
    ensure!(plan.documents == 1, "a session is about one document");
    let server = block_in_place(|| Server::start(spoken.peer))?;
    meet(&server, spoken, &plan)
        .await
        .inspect_err(|_| eprintln!("{}", server.log_tail()))
}

async fn meet(server: &Server, spoken: Spoken, plan: &Plan) -> Result<Findings> {
    let people = plan.writers + plan.readers;
    let script = Script::new(plan.writers, people, plan.warmup, plan.measured)?;
    let begun = Instant::now();
    let community = portal::found(server.address(), &server.folder(), people).await?;
    let made = begun.elapsed();
    let doc = document(&community).await?;
    let meeting = planned(&community, &doc).await?;
    let begun = Instant::now();
    let hall = Hall::gathered(&community.people, &meeting, script.items()).await?;
    let seated = begun.elapsed();
    let seats = seats(&community, &doc, plan.writers).await?;

    let docs: [Arc<str>; 1] = [doc.into()];
    let beside = async |epoch| hall.play(&script, epoch, DRAIN).await;
    let (outcome, done) =
        exchange::run_beside(from_ref(server), spoken, plan, (&docs, seats), beside).await?;
    let told = hall.told(&script, &done);
    let mut findings = Findings {
        settings: Some(spoken.peer.settings().to_owned()),
        ..Findings::default()
    };
    findings.figure("made_seconds", made.as_secs_f64());
    findings.figure("seated_seconds", seated.as_secs_f64());
    findings.parameter("cursor_moves_per_second_per_writer", plan.cursor_rate);
    shown(&mut findings, &script, &outcome, &done, told);
    exchanged(&mut findings, plan, outcome, spoken);
    Ok(findings)
}

/// What the members saw, as figures.
fn shown(findings: &mut Findings, script: &Script, outcome: &Outcome, done: &[Done], told: Told) {
    findings.parameter("hands_per_second", script::HANDS_PER_SECOND);
    findings.parameter("votes", script.voters());
    let mut beyond = outcome.deliveries.beyond(GOAL) + outcome.cursors.beyond(GOAL);
    let nothing = "nothing of the kind was shown";
    findings.latencies("cursor", outcome.cursors.quantiles(), "no move was seen");
    for kind in Kind::ALL {
        let seen = &told.of[kind.place()];
        beyond += seen.beyond(GOAL);
        findings.latencies(kind.name(), seen.quantiles(), nothing);
    }
    findings.figure("beyond_goal", beyond as f64);
    findings.figure("presence_overtaken", told.overtaken as f64);
    let (mut votes, mut deeds, mut late) = (Latencies::new(), Latencies::new(), Latencies::new());
    for one in done {
        match script.act(one.act).deed.kind() {
            None => votes.record(one.at),
            Some(Kind::Presence) => continue,
            Some(_) => deeds.record(one.at),
        }
        late.record(one.late);
    }
    findings.latencies("vote_answered", votes.quantiles(), "nobody voted");
    findings.latencies("deed_answered", deeds.quantiles(), "nobody did anything");
    findings.latencies("deed_lateness", late.quantiles(), "nobody did anything");
    let views = told.views.max(1) as f64;
    findings.figure("view_kib", told.bytes as f64 / views / 1024.0);
    let each = (told.streams.max(1) as f64) * told.wall.as_secs_f64();
    findings.figure("views_per_second_each", views / each);
    findings.figure("kib_per_second_each", told.bytes as f64 / 1024.0 / each);
    findings.problems.extend(told.problems);
}

async fn document(community: &Community) -> Result<String> {
    let wish = json!({ "title": "What is spoken about", "privacy": "community" });
    let path = format!("/communities/{}/documents", community.id);
    text(&leader(community)?.post(&path, wish).await?, "name")
}

async fn planned(community: &Community, doc: &str) -> Result<String> {
    let wish = json!({
        "title": "Everybody", "startsAt": null, "documents": [doc], "deputies": [], "lobby": "open", "peers": false,
    });
    let path = format!("/communities/{}/meetings", community.id);
    text(&leader(community)?.post(&path, wish).await?, "id")
}

fn leader(community: &Community) -> Result<&Person> {
    community.people.first().context("a leader")
}

/// Where everybody sits in the document: the leader and other writers first, as in the script.
async fn seats(community: &Community, doc: &str, writers: usize) -> Result<Vec<Seat>> {
    let name: Arc<str> = doc.into();
    let mut asking = JoinSet::new();
    for (number, person) in community.people.iter().cloned().enumerate() {
        asking.spawn(async move { (number, person.token().await) });
    }
    let mut tokens: Vec<Arc<str>> = vec![Arc::default(); community.people.len()];
    while let Some(asked) = asking.join_next().await {
        let (number, token) = asked.context("a member's task")?;
        tokens[number] = Arc::from(token?);
    }
    Ok((0..)
        .zip(tokens)
        .map(|(number, token)| Seat {
            doc: 0,
            name: Arc::clone(&name),
            writer: (number < writers).then_some(number),
            token,
        })
        .collect())
}
