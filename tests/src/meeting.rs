//! A meeting as people are in it: commands over REST, and the stream of what they may see.
//!
//! A [`Seat`] reads its stream as a page does, and begins again when it breaks. Knows nothing of what a server does inside.

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::eventually::PATIENCE;
use crate::panel::Panel;
use crate::portal::{Answer, Person};

/// What somebody has seen of a meeting.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The newest view with what is beside it; null before the first.
    pub latest: Value,
    /// How many views there were.
    pub views: u64,
    /// Whether the stream said that there is nothing to see any more.
    pub is_gone: bool,
}

/// Somebody in a meeting, with a page open. Dropping it closes the page.
pub struct Seat {
    who: Person,
    meeting: String,
    seen: watch::Receiver<Seen>,
    task: JoinHandle<()>,
}

/// Plans a meeting about documents; its id.
///
/// # Panics
/// When that is refused.
pub async fn plan(
    leader: &Person,
    community: &str,
    documents: &[&str],
    deputies: &[&Person],
) -> String {
    let deputies: Vec<_> = deputies.iter().map(|who| &who.id).collect();
    let body = json!({
        "title": "Third meeting", "startsAt": null, "documents": documents, "deputies": deputies,
        "lobby": "open", "peers": false,
    });
    let path = format!("/communities/{community}/meetings");
    let answer = leader.call(Method::POST, &path, Some(body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.text("id")
}

impl Panel {
    /// A meeting about a document, opened by Ada: its id, and her seat.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn open(&self, doc: &str, deputies: &[&Person]) -> (String, Seat) {
        let meeting = plan(&self.ada, &self.community, &[doc], deputies).await;
        let ada = Seat::take(&self.ada, &meeting).await;
        let _ = ada.act(json!({ "do": "open" })).await;
        (meeting, ada)
    }
}

impl Seat {
    /// Comes, and has seen something.
    ///
    /// # Panics
    /// When nothing is shown.
    pub async fn take(who: &Person, meeting: &str) -> Self {
        let (send, seen) = watch::channel(Seen::default());
        let task = tokio::spawn(read(who.clone(), meeting.to_owned(), Arc::new(send)));
        let seat = Self {
            who: who.clone(),
            meeting: meeting.to_owned(),
            seen,
            task,
        };
        let _ = seat.until("anything", |seen| seen.views > 0).await;
        seat
    }

    /// Asks for something.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn ask(&self, command: Value) -> Answer {
        ask(&self.who, &self.meeting, command).await
    }

    /// Does something.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn act(&self, command: Value) -> Value {
        let answer = self.ask(command.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{command}: {answer:?}");
        answer.body
    }

    /// Asks for what is refused; why.
    ///
    /// # Panics
    /// When it is not.
    pub async fn refused(&self, command: Value) -> String {
        refused(&self.who, &self.meeting, command).await
    }

    /// What was seen by now.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    /// Waits until what is seen is so; what that is.
    ///
    /// # Panics
    /// When it does not come to that.
    pub async fn until(&self, what: &str, wanted: impl Fn(&Seen) -> bool) -> Value {
        let mut seen = self.seen.clone();
        let found = tokio::time::timeout(PATIENCE, seen.wait_for(wanted)).await;
        match found {
            Ok(Ok(seen)) => seen.latest.clone(),
            _ => panic!("waited in vain for {what}: {:?}", self.seen()),
        }
    }

    /// Waits until the view is so.
    ///
    /// # Panics
    /// As [`Seat::until`].
    pub async fn sees(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until(what, |seen| wanted(&seen.latest["view"])).await
    }

    /// Waits until this one leads.
    ///
    /// # Panics
    /// As [`Seat::until`].
    pub async fn sees_chair(&self, chair: &Person) {
        let _ = self
            .sees("the chair", |view| {
                view["lead"] == json!({ "chair": chair.id })
            })
            .await;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Asks for something without a page.
///
/// # Panics
/// When there is no answer.
pub async fn ask(who: &Person, meeting: &str, command: Value) -> Answer {
    let path = format!("/meetings/{meeting}/commands");
    who.call(Method::POST, &path, Some(command)).await
}

/// Asks for what is refused; why.
///
/// # Panics
/// When it is not.
pub async fn refused(who: &Person, meeting: &str, command: Value) -> String {
    let answer = ask(who, meeting, command.clone()).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{command}: {answer:?}");
    assert_eq!(answer.text("code"), "meeting-refused", "{command}");
    answer.text("refusal")
}

/// Reads the stream, again and again.
async fn read(who: Person, meeting: String, seen: Arc<watch::Sender<Seen>>) {
    loop {
        if let Ok(response) = who.open(&format!("/meetings/{meeting}/live")).await
            && response.status().is_success()
            && read_one(response, &seen).await
        {
            return;
        }
        // As a browser: the server is away, or has sent us somewhere else.
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// True when it said that there is nothing more to see.
async fn read_one(response: reqwest::Response, seen: &watch::Sender<Seen>) -> bool {
    let mut is_gone = false;
    each_event(response, |event, data| match event {
        "view" => {
            let latest = serde_json::from_str(data).expect("JSON");
            seen.send_modify(|seen| {
                seen.latest = latest;
                seen.views += 1;
            });
        }
        "gone" => {
            seen.send_modify(|seen| seen.is_gone = true);
            is_gone = true;
        }
        _ => {}
    })
    .await;
    is_gone
}

/// Reads a stream to its end, event by event: the word of each, and its data.
pub(crate) async fn each_event(mut response: reqwest::Response, mut heard: impl FnMut(&str, &str)) {
    let mut buffer = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        buffer.extend_from_slice(&chunk);
        while let Some(end) = buffer.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = buffer.drain(..end + 2).collect();
            let event = String::from_utf8(event).expect("text");
            let field = |name: &str| {
                let mut lines = event.lines();
                lines.find_map(|line| line.strip_prefix(name).map(str::trim))
            };
            if let Some(word) = field("event:") {
                heard(word, field("data:").expect("data"));
            }
        }
    }
}
