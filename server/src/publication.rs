//! Publication: a version of a document is frozen, signed by those who were named, and published for good
//! ([`crate::store::publications`] keeps it).
//!
//! - [`content`]: what is frozen, as canonical JSON that needs no CRDT, and its hash.
//! - [`rules`]: numbers, licences, what stands in the way, and the steps in words.
//! - [`votes`]: what was voted on of this very text.
//!
//! Here rows and these pure parts come together: freezing what is committed, and saying whether what was signed still stands
//! (I8). Does not know HTTP.

pub mod content;
pub mod rules;
pub mod votes;

use std::collections::BTreeSet;
use std::sync::Arc;

use consilium_model::document;
use consilium_model::meeting::ids::Hash32;
use consilium_model::register;
use consilium_protocol::ids::DocName;
use yrs::Transact;

use self::content::{Content, Json, TEXT_BYTES_MAX};
use self::rules::{Number, Obstacle, Refusal as Why};
use self::votes::Vote;
use crate::history::states::{StateError, read_present};
use crate::rounds::text;
use crate::store::communities::{Actor, Refusal};
use crate::store::portal_ids::{AccountId, PublicationId};
use crate::store::publications::{NewCandidate, NewPublication, RoundAbout};
use crate::store::questions::QuestionView;
use crate::store::rounds::pack_text;
use crate::store::{Store, StoreError};

/// Why something about a publication did not work. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// A rule forbids it.
    #[error("refused: {0:?}")]
    Forbidden(Refusal),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is stored of a document cannot be read.
    #[error("a stored document cannot be read")]
    Unreadable,
}

impl From<Refusal> for PublicationError {
    fn from(refusal: Refusal) -> Self {
        Self::Forbidden(refusal)
    }
}

impl From<Why> for PublicationError {
    fn from(refusal: Why) -> Self {
        Self::Forbidden(Refusal::Publication(refusal))
    }
}

impl From<StateError> for PublicationError {
    fn from(_: StateError) -> Self {
        Self::Unreadable
    }
}

/// A document with its questions, as committed now.
#[derive(Debug)]
pub struct Present {
    /// What would be frozen; nothing where something has to be decided first.
    pub content: Option<Content>,
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
    /// What was counted of it: rounds whose text stands in it.
    pub votes: Vec<Vote>,
}

/// A document with its questions as committed now, settled or not.
#[derive(Debug)]
pub struct Draft {
    /// What is settled.
    pub content: Content,
    /// What is not.
    pub undecided: Vec<UndecidedQuestion>,
}

/// A question in which a person has to decide (D12).
#[derive(Debug)]
pub struct UndecidedQuestion {
    /// Which.
    pub name: DocName,
    /// What it is called.
    pub title: String,
    /// The registers, and what was set in each, as canonical JSON.
    pub values: Vec<(String, Vec<String>)>,
    /// How much else among its values is none.
    pub foreign: usize,
}

/// What the questions of a document say.
#[derive(Debug, Default)]
struct Gathered {
    questions: Vec<Json>,
    /// The references that their evidence rests on.
    cited: BTreeSet<String>,
    undecided: Vec<UndecidedQuestion>,
}

/// What somebody wants to publish it as.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The number of the version.
    pub number: Number,
    /// When it is to be looked at again.
    pub review_by_ms: i64,
    /// What others may do with it.
    pub licence: rules::Licence,
    /// What is new.
    pub note: String,
}

/// Reaches what is needed. Borrowed for the time of one request.
#[derive(Clone, Copy)]
pub struct Publications<'a> {
    /// The store.
    pub store: &'a Arc<dyn Store>,
}

impl Publications<'_> {
    /// What the document and its questions say as committed now, for somebody who may read them.
    ///
    /// # Errors
    /// [`PublicationError`].
    ///
    /// Cancel safety: reads only.
    pub async fn present(self, by: Actor, name: &DocName) -> Result<Present, PublicationError> {
        let about = self.store.rounds_about(by, name).await??;
        let questions = self.store.questions_of(by, name).await??;
        let body = self.store.load(name).await?;
        let body = body.ok_or(Refusal::NoSuchDocument)?;
        let Gathered {
            questions: frozen,
            mut cited,
            undecided,
        } = self.gather(questions).await?;
        let mut obstacles: Vec<Obstacle> = about
            .iter()
            .filter(|about| about.is_open)
            .map(|about| Obstacle::OpenRound {
                round: about.id,
                question: about.question.clone(),
            })
            .collect();
        obstacles.extend(undecided.into_iter().map(|question| {
            let values = question.values.into_iter();
            Obstacle::Undecided {
                question: question.name,
                title: question.title,
                values: values.map(|(register, _)| register).collect(),
                foreign: question.foreign,
            }
        }));
        let is_decided = !obstacles
            .iter()
            .any(|obstacle| matches!(obstacle, Obstacle::Undecided { .. }));
        let (content, votes) = off_thread(move || {
            let title = body.record.title.clone();
            let (title, body, references, votes) = read_present(&body, |doc| {
                let title = document::title(doc).unwrap_or(title);
                let txn = doc.transact();
                let body = content::body(&txn, &mut cited);
                let references = content::cited_references(&txn, &cited);
                drop(txn);
                (title, body, references, counted(&about, doc))
            })?;
            let content = is_decided.then(|| Content::freeze(&title, body, frozen, references));
            Ok((content.flatten(), votes))
        })
        .await?;
        if is_decided && content.is_none() {
            obstacles.push(Obstacle::NoText);
        }
        Ok(Present {
            content,
            obstacles,
            votes,
        })
    }

    /// What the document says as committed now, whatever is to be decided still, for somebody who may read it; with the
    /// questions that `by` sees, which are none for a stranger and for whoever reads it only because it is open to many.
    ///
    /// # Errors
    /// [`PublicationError`].
    ///
    /// Cancel safety: reads only.
    pub async fn draft(self, by: Option<Actor>, name: &DocName) -> Result<Draft, PublicationError> {
        let questions = match by {
            None => Vec::new(),
            Some(by) => match self.store.questions_of(by, name).await? {
                Ok(questions) => questions,
                Err(Refusal::NoSuchDocument) => Vec::new(),
                Err(refusal) => return Err(refusal.into()),
            },
        };
        let stored = self.store.load(name).await?;
        let stored = stored.ok_or(Refusal::NoSuchDocument)?;
        let Gathered {
            questions,
            mut cited,
            undecided,
        } = self.gather(questions).await?;
        let content = off_thread(move || {
            let title = stored.record.title.clone();
            let content = read_present(&stored, |doc| {
                let title = document::title(doc).unwrap_or(title);
                let txn = doc.transact();
                let body = content::body(&txn, &mut cited);
                let references = content::cited_references(&txn, &cited);
                Content::of(&title, body, questions, references)
            })?;
            Ok(content)
        })
        .await?;
        if content.text.len() > TEXT_BYTES_MAX {
            return Err(Why::TextTooLong.into());
        }
        Ok(Draft { content, undecided })
    }

    /// What questions say, one after the other: only what is said of each stays in memory. Those in the bin say nothing.
    async fn gather(self, questions: Vec<QuestionView>) -> Result<Gathered, PublicationError> {
        let mut gathered = Gathered::default();
        for view in questions
            .into_iter()
            .filter(|view| view.deleted_at_ms.is_none())
        {
            let Some(stored) = self.store.load(&view.name).await? else {
                continue;
            };
            let name = view.name.clone();
            let (question, rests_on, values, foreign) = off_thread(move || {
                read_present(&stored, |doc| {
                    let txn = doc.transact();
                    let values = register::read(&txn);
                    let mut rests_on = BTreeSet::new();
                    content::cited_by(&values, &mut rests_on);
                    let question = content::question(&txn, &name, &values);
                    let foreign = values.foreign.len() + values.foreign_more;
                    (question, rests_on, content::undecided(&values), foreign)
                })
                .map_err(PublicationError::from)
            })
            .await?;
            gathered.questions.extend(question);
            gathered.cited.extend(rests_on);
            if !values.is_empty() || foreign > 0 {
                gathered.undecided.push(UndecidedQuestion {
                    name: view.name,
                    title: view.title,
                    values,
                    foreign,
                });
            }
        }
        Ok(gathered)
    }

    /// Freezes what is committed now, to be signed by these.
    ///
    /// # Errors
    /// [`PublicationError`]; what stands in the way is in [`Publications::present`].
    ///
    /// Cancel safety: there is a candidate, or there is none.
    pub async fn prepare(
        self,
        by: Actor,
        name: &DocName,
        signatories: Vec<AccountId>,
    ) -> Result<PublicationId, PublicationError> {
        // Before anything is read.
        self.store.may_publish(by, name).await??;
        let present = self.present(by, name).await?;
        if !present.obstacles.is_empty() {
            return Err(Why::Obstacles.into());
        }
        let content = present.content.ok_or(Why::Obstacles)?;
        if content.text.len() > TEXT_BYTES_MAX {
            return Err(Why::TextTooLong.into());
        }
        let id = PublicationId::new();
        let document = name.clone();
        let candidate = off_thread(move || {
            Ok(NewCandidate {
                id,
                document,
                title: content.title,
                hash: content.hash,
                text: pack_text(content.text.as_bytes())?,
                signatories,
            })
        })
        .await?;
        self.store.prepare_publication(by, &candidate).await??;
        Ok(id)
    }

    /// Publishes a candidate that everybody has decided about and whose text stands as it was signed.
    ///
    /// # Errors
    /// [`PublicationError`].
    ///
    /// Cancel safety: it is published or not.
    pub async fn publish(
        self,
        by: Actor,
        id: PublicationId,
        wish: Wish,
    ) -> Result<(), PublicationError> {
        let candidate = self.store.publication(by.into(), id).await??;
        self.store.may_publish(by, &candidate.document).await??;
        let present = self.present(by, &candidate.document).await?;
        if !stands(&present, candidate.hash) {
            return Err(Why::Changed.into());
        }
        if !present.obstacles.is_empty() {
            return Err(Why::Obstacles.into());
        }
        let publication = NewPublication {
            number: wish.number,
            review_by_ms: wish.review_by_ms,
            licence: wish.licence,
            note: wish.note,
            votes: present.votes,
        };
        self.store.publish(by, id, &publication).await??;
        Ok(())
    }
}

/// Whether what was frozen under this hash is what is there now (I8).
#[must_use]
pub fn stands(present: &Present, hash: Hash32) -> bool {
    present
        .content
        .as_ref()
        .is_some_and(|content| content.hash == hash)
}

/// What was counted of these and stands in the text.
fn counted(about: &[RoundAbout], doc: &yrs::Doc) -> Vec<Vote> {
    about
        .iter()
        .filter(|about| about.ended.is_some() && text::stands(doc, &about.scope, about.hash))
        .filter_map(Vote::of)
        .collect()
}

/// Takes as long as there is text.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PublicationError> + Send + 'static,
) -> Result<T, PublicationError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(PublicationError::Unreadable))
}
