//! Making the community of the demonstration, in an empty store, the way people would: accounts, a community, invitations
//! that are taken, documents. So its ledger is one like any other, and can be verified.
//!
//! Nobody knows a password of these accounts, and none fits: one signs in by the demonstration's own endpoint.

use std::sync::Arc;

use consilium_model::access::Role;
use consilium_model::discussion;
use consilium_model::prose::Block;
use consilium_protocol::ids::{Access, DocName};
use uuid::Uuid;

use super::coming_up::Here;
use super::desk::{Beginning, Browser};
use super::people::{ABSENT, PEOPLE, PEOPLE_COUNT, Person};
use super::script::Sample;
use super::{charter, colours, conversation, guideline, paper};
use crate::auth::Secret;
use crate::community::inactivity::Rule;
use crate::community::templates::{Template, new_document};
use crate::community::wording::Language;
use crate::people::email;
use crate::people::password::{HashError, Passwords};
use crate::people::secrets::{FreshSecret, NoRandomness};
use crate::registry::{ApplyOutcome, Registry, RoomError};
use crate::store::communities::{
    Actor, Decided, Founding, Grant, MemberChange, NewDocument, NewInvitation,
};
use crate::store::people::{Creation, Email, NewAccount, NewSession, PasswordHash, Session};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, SessionId};
use crate::store::stepping_back::Absent;
use crate::store::{DocumentFilter, Shelf, Store, StoreError};

/// What the community is called.
pub const COMMUNITY: &str = "Northwater Guideline Panel";

const DESCRIPTION: &str = "Five people who write a guideline on urinary tract infections together. The people and \
                           their society are invented; what they do here is what your community could do.";

/// For how long the guest is asked, and an invitation is good.
const GUEST_DAYS: i64 = 30;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// When the community was founded, for a member to have been away for long; before now, in days.
const FOUNDED_DAYS: i64 = 120;

/// What the community does about members who are away, and what came of it for one of them: on which day after the
/// founding they were asked, and on which they stepped back.
const RULE: Rule = Rule {
    ask_after_days: 60,
    step_back_after_days: 14,
};
const ASKED_DAY: i64 = 61;
const STEPPED_BACK_DAY: i64 = 76;

/// In which order the texts are begun.
const ORDER: [Sample; 3] = [Sample::Charter, Sample::Paper, Sample::Guideline];

/// The community could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No password could be hashed.
    #[error("prepare the accounts: {0}")]
    Password(#[from] HashError),
    /// As it says.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// A rule of communities was in the way, so something is wrong with the seeding.
    #[error("the demonstration could not be made: {0}")]
    Refused(String),
    /// A room said no.
    #[error("write sample {title:?}: {cause}")]
    Room {
        /// Which sample.
        title: &'static str,
        /// Why.
        cause: RoomError,
    },
}

/// A text to write.
#[derive(Debug)]
pub struct Text {
    /// Its title.
    pub title: &'static str,
    /// Its blocks.
    pub blocks: Vec<Block>,
    /// Who begins it, in the order of [`PEOPLE`].
    pub author: usize,
}

/// The text of a sample.
#[must_use]
pub fn text(sample: Sample) -> Text {
    let (title, blocks, author) = match sample {
        Sample::Guideline => (guideline::TITLE, guideline::body(), 0),
        Sample::Charter => (charter::TITLE, charter::body(), 1),
        Sample::Paper => (paper::TITLE, paper::body(), 2),
    };
    Text {
        title,
        blocks,
        author,
    }
}

/// Makes everything in an empty store.
///
/// # Errors
/// [`SeedError`].
///
/// Cancel safety: what was made so far stays; the store is good for nothing else then.
pub async fn seed(
    store: &Arc<dyn Store>,
    registry: &Registry,
    passwords: &Passwords,
    now_ms: i64,
) -> Result<Beginning, SeedError> {
    let founded_ms = now_ms - FOUNDED_DAYS * DAY_MS;
    let by = |account| Actor {
        account,
        at_ms: now_ms,
    };
    let then = |account| Actor {
        account,
        at_ms: founded_ms,
    };
    let shared = store;
    let store = store.as_ref();
    let accounts = make_accounts(store, passwords, now_ms).await?;
    let leader = accounts[0];
    let community = CommunityId::new();
    // The last one is listed first.
    let documents = ORDER.map(|sample| (sample, new_name()));
    let first = &documents[0];
    let founding = Founding {
        id: community,
        name: COMMUNITY.to_owned(),
        description: DESCRIPTION.to_owned(),
        accent: Template::GuidelinePanel.accent().to_owned(),
        default_privacy: Template::GuidelinePanel.default_privacy(),
        language: Language::English,
        first_document: record_of(first),
    };
    store.found_community(then(leader), &founding).await?;
    let absent = make_absent(store, founded_ms).await?;
    let joining = PEOPLE.iter().zip(accounts).skip(1);
    let joining = joining.map(|(person, account)| (person.role, account));
    for (role, account) in joining.chain([(Role::Member, absent)]) {
        let secret = FreshSecret::make()?;
        let invitation = NewInvitation {
            id: InvitationId::new(),
            role,
            secret: secret.hash(),
            expires_at_ms: founded_ms + GUEST_DAYS * DAY_MS,
            uses_max: Some(1),
        };
        granted(store.invite(then(leader), community, &invitation).await?)?;
        granted(store.join(then(account), &secret.hash()).await?)?;
    }
    step_back(store, then(leader), community, &accounts, absent).await?;
    for document in &documents[1..] {
        let author = accounts[text(document.0).author];
        let record = record_of(document);
        granted(
            store
                .create_document(by(author), community, &record)
                .await?,
        )?;
    }
    for (sample, name) in &documents {
        write(registry, *sample, name, &accounts).await?;
    }
    let guest = accounts[PEOPLE_COUNT - 1];
    for (sample, name) in &documents {
        if *sample == Sample::Guideline {
            let grant = Grant {
                access: Access::Comment,
                until_ms: Some(now_ms + GUEST_DAYS * DAY_MS),
            };
            granted(store.grant(by(leader), name, guest, grant).await?)?;
        }
    }
    let term = MemberChange {
        until_ms: Some(Some(now_ms + GUEST_DAYS * DAY_MS)),
        ..MemberChange::default()
    };
    granted(
        store
            .change_member(by(leader), community, guest, term)
            .await?,
    )?;
    for (sample, name) in &documents {
        if *sample == Sample::Guideline {
            ask(registry, name, &accounts, now_ms).await?;
            let here = Here {
                store: shared,
                registry,
                community,
                guideline: name,
                accounts: &accounts,
                now_ms,
            };
            here.prepare().await?;
        }
    }
    for account in accounts {
        let before = Actor {
            account,
            at_ms: now_ms - conversation::AWAY_MS,
        };
        store.visit(before, community).await?;
    }
    Ok(Beginning {
        id: store.id(),
        community,
        accounts,
        documents: documents.to_vec(),
    })
}

/// The community in a store that was seeded before; `None` when it is not there as it was.
///
/// # Errors
/// The storage-wide kinds.
pub async fn find(store: &dyn Store, now_ms: i64) -> Result<Option<Beginning>, StoreError> {
    let mut accounts = Vec::with_capacity(PEOPLE_COUNT);
    for person in &PEOPLE {
        let Some(email) = email_of(person) else {
            return Ok(None);
        };
        accounts.extend(store.account_by_email(&email).await?.map(|found| found.id));
    }
    let Ok(accounts) = <[AccountId; PEOPLE_COUNT]>::try_from(accounts) else {
        return Ok(None);
    };
    // Whoever leads now, somebody of them is still there, or the community has lost them all.
    for account in accounts {
        let by = Actor {
            account,
            at_ms: now_ms,
        };
        let communities = store.communities_of(by).await?;
        let first = communities
            .iter()
            .min_by_key(|view| view.community.created_at_ms);
        if let Some(view) = first {
            let community = view.community.id;
            return Ok(Some(Beginning {
                id: store.id(),
                community,
                accounts,
                documents: documents_of(store, by, community).await?,
            }));
        }
    }
    Ok(None)
}

/// The samples among the documents of a community: those that were begun first, whatever they are called now.
async fn documents_of(
    store: &dyn Store,
    by: Actor,
    community: CommunityId,
) -> Result<Vec<(Sample, DocName)>, StoreError> {
    let mut records = Vec::new();
    for shelf in [Shelf::Live, Shelf::Bin] {
        let filter = DocumentFilter {
            shelf,
            ..DocumentFilter::default()
        };
        let page = store.open_documents(by, Some(community), &filter).await?;
        records.extend(page.into_iter().map(|document| document.record));
    }
    records.sort_by_key(|record| (record.created_at_ms, record.id));
    let names = records.into_iter().map(|record| record.name);
    Ok(ORDER.into_iter().zip(names).collect())
}

/// Lets browsers be again whom they were, in a store that was seeded anew.
///
/// # Errors
/// The storage-wide kinds.
pub async fn let_in_again(
    store: &dyn Store,
    beginning: &Beginning,
    sessions: Vec<(Browser, Session)>,
) -> Result<(), StoreError> {
    for (browser, session) in sessions {
        let Some(account) = beginning.accounts.get(browser.person) else {
            continue;
        };
        let Some(password) = store
            .account(*account)
            .await?
            .and_then(|account| account.password)
        else {
            continue;
        };
        let new = NewSession {
            session: Session {
                id: SessionId::new(),
                account: *account,
                ..session
            },
            secret: browser.secret,
        };
        store.begin_session(&new, &password).await?;
    }
    Ok(())
}

/// An account in which nobody can sign in.
async fn make_absent(store: &dyn Store, now_ms: i64) -> Result<AccountId, SeedError> {
    let refused = || SeedError::Refused(ABSENT.email.to_owned());
    let account = NewAccount {
        id: AccountId::new(),
        email: email::parse(ABSENT.email).ok_or_else(refused)?,
        name: ABSENT.name.to_owned(),
        password: None,
        created_at_ms: now_ms,
    };
    match store.create_account(&account, None).await? {
        Creation::Created => Ok(account.id),
        Creation::EmailTaken => Err(refused()),
    }
}

/// Lets the absent one be asked and step back, by the rule that the leader sets, while the others come by.
async fn step_back(
    store: &dyn Store,
    leader: Actor,
    community: CommunityId,
    accounts: &[AccountId],
    absent: AccountId,
) -> Result<(), SeedError> {
    let rule = store.set_inactivity_rule(leader, community, Some(RULE));
    granted(rule.await?)?;
    for day in [ASKED_DAY, STEPPED_BACK_DAY, FOUNDED_DAYS] {
        let at_ms = leader.at_ms + day * DAY_MS;
        for account in accounts {
            let present = Actor {
                account: *account,
                at_ms,
            };
            store.note_visit(present, community).await?;
        }
        if day < FOUNDED_DAYS {
            let member = Absent {
                community,
                account: absent,
            };
            store.take_step(member, at_ms).await?;
        }
    }
    Ok(())
}

async fn make_accounts(
    store: &dyn Store,
    passwords: &Passwords,
    now_ms: i64,
) -> Result<[AccountId; PEOPLE_COUNT], SeedError> {
    // One for all of them, which is forgotten here.
    let nobody_knows = Secret::from(FreshSecret::make()?.expose().to_owned());
    let password: PasswordHash = passwords.hash(&nobody_knows).await?;
    let accounts = std::array::from_fn(colours::account_of);
    for (person, id) in PEOPLE.iter().zip(accounts) {
        let email = email_of(person).ok_or_else(|| SeedError::Refused(person.email.to_owned()))?;
        let account = NewAccount {
            id,
            email,
            name: person.name.to_owned(),
            password: Some(password.clone()),
            created_at_ms: now_ms,
        };
        match store.create_account(&account, None).await? {
            Creation::Created => {}
            Creation::EmailTaken => return Err(SeedError::Refused(person.email.to_owned())),
        }
    }
    Ok(accounts)
}

async fn write(
    registry: &Registry,
    sample: Sample,
    name: &DocName,
    accounts: &[AccountId; PEOPLE_COUNT],
) -> Result<(), SeedError> {
    let Text {
        title,
        blocks,
        author,
    } = text(sample);
    let outcome = registry
        .apply_update(
            name,
            Some(accounts[author].user()),
            Access::Write,
            new_document(title, &blocks).into(),
        )
        .await
        .map_err(|cause| SeedError::Room { title, cause })?;
    match outcome {
        ApplyOutcome::Committed => Ok(()),
        ApplyOutcome::Quarantined(reason) => Err(SeedError::Refused(format!(
            "{title:?} was set aside: {}",
            reason.word()
        ))),
    }
}

/// Lets a colleague ask everybody something beside a document.
async fn ask(
    registry: &Registry,
    document: &DocName,
    accounts: &[AccountId; PEOPLE_COUNT],
    now_ms: i64,
) -> Result<(), SeedError> {
    let Some(discussion) = discussion::of_document(document) else {
        return Err(SeedError::Refused(format!("{document} is not discussed")));
    };
    let title = "the discussion";
    let outcome = registry
        .apply_update(
            &discussion,
            Some(accounts[conversation::ASKED_BY].user()),
            Access::Write,
            conversation::question(accounts, now_ms).into(),
        )
        .await
        .map_err(|cause| SeedError::Room { title, cause })?;
    match outcome {
        ApplyOutcome::Committed => Ok(()),
        ApplyOutcome::Quarantined(reason) => Err(SeedError::Refused(format!(
            "{title} was set aside: {}",
            reason.word()
        ))),
    }
}

fn record_of((sample, name): &(Sample, DocName)) -> NewDocument {
    NewDocument {
        name: name.clone(),
        title: text(*sample).title.to_owned(),
        privacy: None,
    }
}

fn email_of(person: &Person) -> Option<Email> {
    email::parse(person.email)
}

pub(super) fn granted<T>(decided: Decided<T>) -> Result<T, SeedError> {
    decided.map_err(|refusal| SeedError::Refused(format!("{refusal:?}")))
}

/// A name as the app makes them.
fn new_name() -> DocName {
    match DocName::parse(&Uuid::now_v7().to_string()) {
        Ok(name) => name,
        Err(error) => unreachable!("a UUID is a document name: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::document::BODY;
    use yrs::updates::decoder::Decode;
    use yrs::{Doc, GetString, Transact, Update};

    #[test]
    fn samples_are_whole_documents_with_a_title() {
        for sample in Sample::ALL {
            let Text { title, blocks, .. } = text(sample);
            let doc = Doc::new();
            let update = Update::decode_v1(&new_document(title, &blocks)).unwrap();
            doc.transact_mut().apply_update(update).unwrap();
            assert_eq!(
                consilium_model::document::title(&doc).as_deref(),
                Some(title)
            );
            let body = doc.get_or_insert_xml_fragment(BODY);
            let text = body.get_string(&doc.transact());
            assert!(text.len() > 3_000, "{title} is a page at least");
        }
    }

    #[test]
    fn doses_stand_beside_the_warning_that_they_are_no_advice() {
        let text = format!("{:?}", guideline::body());
        let warning = text.find("not for clinical use").unwrap();
        let first_dose = text.find(" mg").unwrap();
        assert!(warning < first_dose);
    }
}
