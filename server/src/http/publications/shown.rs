//! Publications as REST shows them. Times are milliseconds since 1970 UTC.

use consilium_model::meeting::ids::Hash32;
use consilium_model::question;
use consilium_protocol::ids::{Access, DocName};
use serde::Serialize;
use utoipa::ToSchema;

use crate::community::rules::{Deed, may};
use crate::http::branches::Person;
use crate::publication::rules::{Obstacle, State};
use crate::publication::votes::Vote;
use crate::store::looks::Viewer;
use crate::store::portal_ids::{CommunityId, PublicationId, RoundId};
use crate::store::publications::{Origin, PublicationView, Published, Signatory, Withdrawal};

/// Where the publication of a document stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DocumentPublications {
    /// Whether the asker may prepare and publish versions.
    pub may_publish: bool,
    /// Who can be named to sign; only for those who may publish.
    pub may_sign: Vec<Person>,
    /// What has to be decided before a version can be prepared.
    pub obstacles: Vec<ShownObstacle>,
    /// Whether the text has changed since the candidate was prepared; absent without a candidate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_changed: Option<bool>,
    /// Candidates, those that were replaced, and published versions: the latest first.
    pub publications: Vec<ShownPublication>,
    /// The server's clock when this was answered.
    pub now: i64,
}

/// What is in the way of a version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ShownObstacle {
    /// A question in which a person has to decide.
    Undecided {
        /// Its id within the document.
        question: String,
        /// Its title; may be empty.
        title: String,
        /// The registers with more than one value.
        values: Vec<String>,
        /// How much else stands among its values.
        foreign: usize,
    },
    /// A round about the document that is open.
    OpenRound {
        /// Its id.
        #[schema(value_type = String)]
        round: RoundId,
        /// What it asks.
        question: String,
    },
    /// Neither the document nor its questions say anything.
    NoText,
}

/// A version in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownPublication {
    /// Its id; `/p/` and that is its address in the app.
    #[schema(value_type = String)]
    pub id: PublicationId,
    /// The document.
    #[schema(value_type = String)]
    pub document: DocName,
    /// The community.
    #[schema(value_type = String)]
    pub community: CommunityId,
    /// What that is called.
    pub community_name: String,
    /// The language of its words: `en` or `de`.
    #[schema(value_type = String)]
    pub language: &'static str,
    /// The title of the version.
    pub title: String,
    /// Who prepared it.
    pub prepared_by: Person,
    /// When.
    pub prepared_at: i64,
    /// The SHA-256 of its text.
    #[schema(value_type = String)]
    pub hash: Hash32,
    /// `candidate`, `replaced` or `published`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// How many are to sign.
    pub signatories: usize,
    /// How many have signed.
    pub signed: usize,
    /// How many have declined.
    pub declined: usize,
    /// What it is published as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<ShownPublished>,
    /// That it does not hold any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<ShownWithdrawal>,
    /// Whether a later version is published.
    pub superseded: bool,
    /// Whether the asker is to sign and has not decided.
    pub waits_for_me: bool,
}

/// What a version is published as.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownPublished {
    /// Its number.
    pub number: String,
    /// By whom: of a version that was published elsewhere, by whom it was brought.
    pub by: Person,
    /// When.
    pub at: i64,
    /// When it is to be looked at again.
    pub review_by: i64,
    /// What others may do with it.
    #[schema(value_type = String)]
    pub licence: &'static str,
    /// What is new; may be empty.
    pub note: String,
    /// Where it was published before it was brought here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// That a version does not hold any more.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownWithdrawal {
    /// When.
    pub at: i64,
    /// By whom.
    pub by: Person,
    /// Why.
    pub reason: String,
}

/// One version with everything that its page shows but its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PublicationPage {
    /// The version.
    #[serde(flatten)]
    pub publication: ShownPublication,
    /// Who was named to sign, by name.
    pub signatures: Vec<ShownSignature>,
    /// What was voted on of this very text.
    pub votes: Vec<Vote>,
    /// The other published versions of the document, the latest first.
    pub others: Vec<OtherVersion>,
    /// How the asker is to sign it: `none`, `waiting`, `signed` or `declined`.
    #[schema(value_type = String)]
    pub mine: &'static str,
    /// Whether everybody has decided and somebody has signed.
    pub complete: bool,
    /// Whether the asker may publish or withdraw it.
    pub may_publish: bool,
    /// Whether the asker sees the work on the document.
    pub inside: bool,
    /// The server's clock when this was answered.
    pub now: i64,
}

/// Somebody who was named to sign.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownSignature {
    /// Who.
    pub who: Person,
    /// When they decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Why they do not sign, where they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declined: Option<String>,
    /// The hash of what they decided about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub hash: Option<Hash32>,
}

/// Another version of the same document.
#[derive(Debug, Serialize, ToSchema)]
pub struct OtherVersion {
    /// Its id.
    #[schema(value_type = String)]
    pub id: PublicationId,
    /// Its number.
    pub number: String,
    /// When it was published.
    pub at: i64,
    /// Whether it was published after this one.
    pub later: bool,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

pub(super) fn shown_obstacle(obstacle: Obstacle) -> ShownObstacle {
    match obstacle {
        Obstacle::Undecided {
            question: name,
            title,
            values,
            foreign,
        } => ShownObstacle::Undecided {
            question: question::id_of(&name).unwrap_or_default().to_owned(),
            title,
            values,
            foreign,
        },
        Obstacle::OpenRound { round, question } => ShownObstacle::OpenRound { round, question },
        Obstacle::NoText => ShownObstacle::NoText,
    }
}

fn shown_published(published: &Published) -> ShownPublished {
    ShownPublished {
        number: published.number.to_string(),
        by: published.by.clone().into(),
        at: published.at_ms,
        review_by: published.review_by_ms,
        licence: published.licence.word(),
        note: published.note.clone(),
        origin: published.origin.clone(),
    }
}

fn shown_withdrawal(withdrawal: &Withdrawal) -> ShownWithdrawal {
    ShownWithdrawal {
        at: withdrawal.at_ms,
        by: withdrawal.by.clone().into(),
        reason: withdrawal.reason.clone(),
    }
}

/// How somebody is to sign.
fn mine(view: &PublicationView, viewer: Viewer) -> &'static str {
    let found = viewer.account.and_then(|account| view.signatory(account));
    match found {
        None => "none",
        Some(signatory) => match (signatory.decided_at_ms, &signatory.declined) {
            (None, _) => "waiting",
            (Some(_), None) => "signed",
            (Some(_), Some(_)) => "declined",
        },
    }
}

/// One version, where `newest` is the latest published one of its document.
pub(super) fn in_list(
    view: &PublicationView,
    viewer: Viewer,
    newest: Option<PublicationId>,
) -> ShownPublication {
    let count =
        |is: fn(&Signatory) -> bool| view.signatories.iter().filter(|each| is(each)).count();
    ShownPublication {
        id: view.id,
        document: view.document.clone(),
        community: view.community,
        community_name: view.community_name.clone(),
        language: view.language.word(),
        title: view.title.clone(),
        prepared_by: view.prepared_by.clone().into(),
        prepared_at: view.prepared_at_ms,
        hash: view.hash,
        state: view.state.word(),
        signatories: view.signatories.len(),
        signed: count(|each| each.decided_at_ms.is_some() && each.declined.is_none()),
        declined: count(|each| each.declined.is_some()),
        published: view.published.as_ref().map(shown_published),
        withdrawn: view.withdrawal.as_ref().map(shown_withdrawal),
        superseded: view.state == State::Published && newest != Some(view.id),
        waits_for_me: view.state == State::Candidate && mine(view, viewer) == "waiting",
    }
}

/// One version among all that the viewer sees of its document, the latest first.
pub(super) fn page_of(
    view: &PublicationView,
    all: &[PublicationView],
    viewer: Viewer,
) -> PublicationPage {
    let published: Vec<&PublicationView> = all
        .iter()
        .filter(|other| other.state == State::Published)
        .collect();
    let newest = published.first().map(|other| other.id);
    let place = published.iter().position(|other| other.id == view.id);
    let others = published
        .iter()
        .enumerate()
        .filter(|(_, other)| other.id != view.id)
        .filter_map(|(at, other)| {
            let published = other.published.as_ref()?;
            Some(OtherVersion {
                id: other.id,
                number: published.number.to_string(),
                at: published.at_ms,
                later: place.is_some_and(|place| at < place),
                withdrawn: other.withdrawal.is_some(),
            })
        })
        .collect();
    let role = view.standing.role.filter(|_| viewer.account.is_some());
    PublicationPage {
        publication: in_list(view, viewer, newest),
        signatures: view
            .signatories
            .iter()
            .map(|each| ShownSignature {
                who: each.who.clone().into(),
                at: each.decided_at_ms,
                declined: each.declined.clone(),
                hash: each.hash,
            })
            .collect(),
        votes: view
            .published
            .as_ref()
            .map(|published| published.votes.clone())
            .unwrap_or_default(),
        others,
        mine: mine(view, viewer),
        complete: view.is_signed(),
        may_publish: role.is_some_and(|role| may(role, Deed::Publish)),
        inside: role.is_some() && view.standing.access_inside() >= Access::Read,
        now: viewer.at_ms,
    }
}
