//! A meeting of 160: what every one of them is shown, over real sockets and streams, with real members of a real community.
//!
//! How long it took is printed and never asserted: `cargo xtask bench --workload session` measures that. What is asserted
//! holds on any machine: nobody misses a hand, a move of the agenda or the result of a poll, nobody is shown one twice or in
//! another order, the count is that of the ballots, a crowd is counted and not listed in every view, and nobody is
//! disconnected.

use std::time::{Duration, Instant};

use consilium_tests::client::{Client, Dialect};
use consilium_tests::meeting::{ask, plan};
use consilium_tests::onlooker::{Onlooker, Sight};
use consilium_tests::panel::Panel;
use consilium_tests::portal::Person;
use futures_util::{StreamExt, stream};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Ada among them, who leads.
const WRITERS: usize = 10;
const PEOPLE: usize = 160;
const HANDS: usize = 12;
const ITEMS: usize = 4;
const OPTIONS: usize = 3;

/// How many do something at a time.
const AT_ONCE: usize = 8;

/// Edits of each writer.
const EDITS: usize = 6;

/// Between two things that one person does, so that what others see is not one view.
const PAUSE: Duration = Duration::from_millis(150);

/// A meeting with everybody in it.
struct Hall {
    meeting: String,
    /// Ada first.
    onlookers: Vec<Onlooker>,
    /// Everybody's editor.
    clients: Vec<Client>,
    panel: Panel,
}

impl Hall {
    async fn gathered() -> Self {
        let panel = Panel::new().await;
        let invitation = panel.ada.invite(&panel.community, "member").await;
        let begun = Instant::now();
        let mut people = vec![panel.ada.clone()];
        let (server, invitation) = (&panel.server, &invitation);
        let signing_up = stream::iter(1..PEOPLE)
            .map(|nth| async move {
                Person::invited(server, invitation, &format!("Member {nth}")).await
            })
            .buffered(AT_ONCE);
        people.extend(signing_up.collect::<Vec<_>>().await);
        println!("{PEOPLE} have signed up after {:?}", begun.elapsed());

        let doc = panel.ada.new_document(&panel.community, "community").await;
        let meeting = plan(&panel.ada, &panel.community, &[&doc], &[]).await;
        let mut onlookers = vec![Onlooker::comes(&panel.ada, &meeting).await];
        for nth in 0..ITEMS {
            let item = json!({ "title": format!("Item {nth}"), "place": null, "timeBox": null });
            done(
                &panel.ada,
                &meeting,
                json!({ "do": "add-item", "item": item }),
            )
            .await;
        }
        done(&panel.ada, &meeting, json!({ "do": "open" })).await;
        let begun = Instant::now();
        let coming = stream::iter(&people[1..])
            .map(|person| Onlooker::comes(person, &meeting))
            .buffered(AT_ONCE);
        onlookers.extend(coming.collect::<Vec<_>>().await);
        println!("and are there after {:?}", begun.elapsed());
        let begun = Instant::now();
        let opening = stream::iter(&people)
            .map(|person| panel.client(&doc, Dialect::Extended, person))
            .buffered(AT_ONCE);
        let clients = opening.collect().await;
        println!("and have the text after {:?}", begun.elapsed());
        Self {
            meeting,
            onlookers,
            clients,
            panel,
        }
    }

    /// Somebody does something; the state that it led to.
    async fn act(&self, who: usize, command: Value) -> u64 {
        done(&self.onlookers[who].who, &self.meeting, command).await
    }

    /// Waits until the newest view of everybody is so, and prints how long that took.
    async fn all_see(&self, what: &str, wanted: impl Fn(&Sight) -> bool) {
        let since = Instant::now();
        for onlooker in &self.onlookers {
            onlooker.sees(what, &wanted).await;
        }
        println!("{what}: all saw it after {:?}", since.elapsed());
    }

    /// What everybody was shown of something, without repetitions, in the order in which they were.
    fn shown<T: PartialEq>(&self, of: impl Fn(&Sight) -> T) -> Vec<Vec<T>> {
        self.onlookers
            .iter()
            .map(|onlooker| {
                let mut shown: Vec<T> = onlooker.sights().views.iter().map(&of).collect();
                shown.dedup();
                shown
            })
            .collect()
    }
}

async fn done(who: &Person, meeting: &str, command: Value) -> u64 {
    let answer = ask(who, meeting, command.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{command}: {answer:?}");
    answer.body["version"].as_u64().expect("a version")
}

/// How many are there, where they are a crowd.
fn there(sight: &Sight) -> Option<u64> {
    sight.view["crowd"]["members"].as_u64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_and_sixty_are_each_told_everything_once_and_in_order() {
    let mut hall = Hall::gathered().await;
    hall.all_see("everybody is there", |sight| {
        there(sight) == Some(PEOPLE as u64)
    })
    .await;
    everybody_is_counted_and_listed_apart(&hall).await;
    // Those who write do so meanwhile.
    let writing = async {
        for edit in 0..EDITS {
            for writer in 0..WRITERS {
                hall.clients[writer].type_marker(&format!("[{writer}.{edit}]"), 0);
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::join!(writing, hands_go_up_and_down(&hall));
    everybody_has_the_same_text(&hall).await;
    the_agenda_is_gone_through(&hall).await;
    a_poll_is_taken(&hall).await;
    nothing_was_shown_twice_or_backwards(&hall).await;
    somebody_goes_and_comes_back(&mut hall).await;
}

async fn everybody_is_counted_and_listed_apart(hall: &Hall) {
    for onlooker in &hall.onlookers {
        onlooker
            .until("a list of everybody", |sights| {
                sights.lists.last().is_some_and(|list| {
                    let present = list["present"].as_object().map(serde_json::Map::len);
                    let names = list["names"].as_object().map(serde_json::Map::len);
                    (present, names) == (Some(PEOPLE), Some(PEOPLE))
                })
            })
            .await;
    }
    // A view names those whom it is about, and Ada's has the balance of all.
    let whole = hall.onlookers[1].sights();
    let last = whole.views.last().expect("a view");
    assert!(last.view["present"].is_null(), "{}", last.view);
    let bytes = last.view.to_string().len();
    println!("a view of {PEOPLE} is {bytes} bytes");
    let second = &hall.onlookers[2].who.id;
    assert!(!last.view.to_string().contains(second), "{}", last.view);
}

async fn hands_go_up_and_down(hall: &Hall) {
    // What the meeting had, state by state.
    let mut queue: Vec<String> = Vec::new();
    let mut states = vec![queue.clone()];
    let raising = WRITERS..WRITERS + HANDS;
    let first = Instant::now();
    for who in raising.clone() {
        hall.act(who, json!({ "do": "raise-hand" })).await;
        queue.push(hall.onlookers[who].who.id.clone());
        states.push(queue.clone());
        tokio::time::sleep(PAUSE).await;
    }
    println!("{HANDS} hands went up in {:?}", first.elapsed());
    hall.all_see("the hands", |sight| sight.hands() == queue)
        .await;
    for who in raising {
        hall.act(who, json!({ "do": "lower-hand" })).await;
        queue.remove(0);
        states.push(queue.clone());
        tokio::time::sleep(PAUSE).await;
    }
    hall.all_see("no hands", |sight| sight.hands().is_empty())
        .await;
    for shown in hall.shown(Sight::hands) {
        // Each is a state that there was, and a later one than the view before: so every hand, which was up until all had
        // seen it, went up once and down once.
        let mut from = 0;
        for hands in &shown {
            let found = states[from..].iter().position(|state| state == hands);
            let found = found.unwrap_or_else(|| panic!("never, or not then: {hands:?}"));
            from += found;
        }
        assert!(shown.iter().any(|hands| hands.len() == HANDS));
    }
}

async fn everybody_has_the_same_text(hall: &Hall) {
    let since = Instant::now();
    let all = WRITERS * EDITS;
    for client in &hall.clients {
        client
            .until("every edit", |replica| {
                let text = replica.text();
                text.matches('[').count() == all && text.matches(']').count() == all
            })
            .await;
    }
    println!("all edits: all had them after {:?}", since.elapsed());
    let text = hall.clients[0].text();
    for writer in 0..WRITERS {
        hall.clients[writer].settled().await;
        for edit in 0..EDITS {
            assert_eq!(
                text.matches(&format!("[{writer}.{edit}]")).count(),
                1,
                "{text}"
            );
        }
    }
    for client in &hall.clients {
        assert_eq!(client.text(), text);
    }
}

async fn the_agenda_is_gone_through(hall: &Hall) {
    let mut items = vec![Value::Null];
    for item in 0..ITEMS {
        hall.act(0, json!({ "do": "begin-item", "item": item }))
            .await;
        hall.all_see("the item", |sight| sight.view["current"] == item)
            .await;
        items.push(item.into());
    }
    for shown in hall.shown(|sight| sight.view["current"].clone()) {
        assert_eq!(shown, items);
    }
}

async fn a_poll_is_taken(hall: &Hall) {
    let poll = json!({ "question": { "question": "Go on?", "options": ["yes", "no", "later"] } });
    hall.act(0, json!({ "do": "open-poll", "poll": poll }))
        .await;
    hall.all_see("the poll", |sight| sight.view["room"]["poll"]["id"] == 0)
        .await;
    let begun = Instant::now();
    let votes = stream::iter(0..PEOPLE)
        .map(|who| async move {
            let option = who % OPTIONS;
            hall.act(
                who,
                json!({ "do": "answer-poll", "poll": 0, "option": option }),
            )
            .await;
        })
        .buffer_unordered(AT_ONCE);
    votes.collect::<Vec<()>>().await;
    println!("{PEOPLE} voted within {:?}", begun.elapsed());
    hall.all_see("all votes", |sight| {
        sight.view["room"]["poll"]["answered"] == PEOPLE
    })
    .await;
    for (who, onlooker) in hall.onlookers.iter().enumerate() {
        let sights = onlooker.sights();
        let last = sights.views.last().expect("a view");
        let mine = &last.view["room"]["poll"]["mine"];
        assert_eq!(mine, &json!({ "choice": who % OPTIONS }), "{who}");
    }
    hall.act(0, json!({ "do": "close-poll", "poll": 0 })).await;
    hall.all_see("the result", |sight| {
        !sight.view["room"]["poll"]["counts"].is_null()
    })
    .await;
    let counts: Vec<usize> = (0..OPTIONS)
        .map(|option| (0..PEOPLE).filter(|who| who % OPTIONS == option).count())
        .collect();
    for shown in hall.shown(|sight| sight.view["room"]["poll"]["counts"].clone()) {
        assert_eq!(shown, [Value::Null, json!(counts)], "blind until the close");
    }
}

async fn nothing_was_shown_twice_or_backwards(hall: &Hall) {
    for (who, onlooker) in hall.onlookers.iter().enumerate() {
        let sights = onlooker.sights();
        for pair in sights.views.windows(2) {
            assert!(pair[0].version() <= pair[1].version(), "{who}: backwards");
            assert_ne!(pair[0].view, pair[1].view, "{who}: the same again");
        }
        for pair in sights.lists.windows(2) {
            assert_ne!(pair[0], pair[1], "{who}: the same list again");
        }
        assert!(!sights.is_over, "{who} was disconnected from the meeting");
        let connections = hall.clients[who].replica().connections();
        assert_eq!(connections, 1, "{who} was disconnected from the text");
    }
    let streams = hall.panel.server.figure("consilium_meeting_streams").await;
    assert_eq!(streams as usize, PEOPLE);
}

async fn somebody_goes_and_comes_back(hall: &mut Hall) {
    let goes = hall.onlookers.pop().expect("somebody");
    let who = goes.who.clone();
    drop(goes);
    hall.all_see("that somebody went", |sight| {
        there(sight) == Some(PEOPLE as u64 - 1)
    })
    .await;
    hall.onlookers
        .push(Onlooker::comes(&who, &hall.meeting).await);
    hall.all_see("that they are back", |sight| {
        there(sight) == Some(PEOPLE as u64)
    })
    .await;
}
