//! What every store must do about versions that are signed and published: one rule a function, named after a sentence of
//! [`crate::store::PublicationStore`].

use consilium_model::access::Role;
use consilium_model::meeting::ids::Hash32;

use super::branches::{BranchFactory, NOW_MS, World, by, name};
use crate::publication::rules::{Decision, Licence, Refusal as Why, State};
use crate::store::catching_up::{Kind, NotificationView};
use crate::store::communities::{Actor, Refusal};
use crate::store::looks::Viewer;
use crate::store::portal_ids::{AccountId, PublicationId};
use crate::store::publications::{NewCandidate, NewPublication, Origin, PublicationView};
use crate::store::rounds::pack_text;
use crate::store::statements::{Value, end};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! publication_contract {
    ($factory:expr) => {
        $crate::publication_contract!(@rules $factory;
            a_candidate_is_signed_once_by_those_named_and_published_once
            another_candidate_takes_the_place_of_the_one_before
            what_was_signed_or_published_is_changed_by_no_statement
            a_candidate_is_seen_by_those_inside_and_a_version_by_whoever_reads
            what_is_due_is_on_the_watch_list_until_it_is_replaced
            what_was_published_elsewhere_says_so
            a_version_goes_with_its_document
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::publications::$rule(&$factory).await;
            }
        )*
    };
}

const TEXT: &[u8] = b"{\"title\":\"A text\"}";
const HASH: Hash32 = Hash32([7; 32]);
const REVIEW_BY_MS: i64 = NOW_MS + 1_000_000;

fn candidate(signatories: &[AccountId]) -> NewCandidate {
    NewCandidate {
        id: PublicationId::new(),
        document: name("text"),
        title: "A text".to_owned(),
        hash: HASH,
        text: pack_text(TEXT).expect("pack"),
        signatories: signatories.to_vec(),
    }
}

fn as_number(number: &str) -> NewPublication {
    NewPublication {
        number: number.parse().expect("a number"),
        review_by_ms: REVIEW_BY_MS,
        licence: Licence::CcBy,
        note: "New.".to_owned(),
        votes: Vec::new(),
    }
}

impl World {
    async fn prepare(&self, signatories: &[AccountId]) -> PublicationId {
        let wish = candidate(signatories);
        let made = self.store.prepare_publication(by(self.leader), &wish).await;
        made.expect("prepare").expect("leaders prepare");
        wish.id
    }

    async fn sign(&self, who: AccountId, id: PublicationId) -> Result<(), Refusal> {
        let signed = self.store.sign(by(who), id, HASH, &Decision::Sign).await;
        signed.expect("sign")
    }

    async fn publish(&self, id: PublicationId, number: &str) -> Result<(), Refusal> {
        let wish = as_number(number);
        let published = self.store.publish(by(self.leader), id, &wish).await;
        published.expect("publish")
    }

    async fn version(&self, number: &str) -> PublicationId {
        let id = self.prepare(&[self.member]).await;
        self.sign(self.member, id).await.expect("the named sign");
        self.publish(id, number).await.expect("it is signed");
        id
    }

    async fn see_version(
        &self,
        who: Option<AccountId>,
        id: PublicationId,
    ) -> Result<PublicationView, Refusal> {
        let viewer = Viewer {
            account: who,
            at_ms: NOW_MS,
        };
        let seen = self.store.publication(viewer, id).await;
        seen.expect("read a version")
    }

    /// What becomes of a statement that changes a row of this version.
    async fn statement(&self, sql: &str, id: PublicationId) -> Result<u64, sqlx::Error> {
        let mut work = self.store.writing().await.expect("begin");
        let outcome = work
            .statements()
            .run(sql, &[Value::Bytes(id.as_bytes())])
            .await;
        match outcome {
            Ok(touched) => {
                end(work, Ok(()), "change a version").await.expect("end");
                Ok(touched)
            }
            Err(error) => Err(error),
        }
    }
}

fn refused(why: Why) -> Result<(), Refusal> {
    Err(Refusal::Publication(why))
}

/// By whom, for what, and how often.
pub async fn a_candidate_is_signed_once_by_those_named_and_published_once(
    factory: &impl BranchFactory,
) {
    let world = World::new(factory).await;
    let store = &world.store;
    let cleo = factory.account("cleo").await;
    world.let_in(cleo, 12, Role::Member).await;
    for (who, expected) in [
        (world.member, Refusal::LeadersOnly),
        (world.stranger, Refusal::NoSuchDocument),
    ] {
        let tried = store
            .prepare_publication(by(who), &candidate(&[cleo]))
            .await;
        assert_eq!(tried.expect("prepare"), Err(expected));
    }
    for unfit in [
        vec![],
        vec![world.guest],
        vec![world.stranger],
        vec![cleo, cleo],
    ] {
        let tried = store
            .prepare_publication(by(world.leader), &candidate(&unfit))
            .await;
        assert_eq!(tried.expect("prepare"), refused(Why::CannotSign));
    }
    let id = world.prepare(&[world.member, cleo]).await;
    assert_eq!(
        world.sign(world.leader, id).await,
        refused(Why::NotASignatory)
    );
    let other = Hash32([8; 32]);
    let tried = store
        .sign(by(world.member), id, other, &Decision::Sign)
        .await;
    assert_eq!(tried.expect("sign"), refused(Why::OtherText));
    assert_eq!(world.sign(world.member, id).await, Ok(()));
    assert_eq!(world.sign(world.member, id).await, refused(Why::HasDecided));
    assert_eq!(world.publish(id, "1.0").await, refused(Why::Unsigned));
    let no = Decision::Decline("Too early.".to_owned());
    let declined = store.sign(by(cleo), id, HASH, &no).await;
    assert_eq!(declined.expect("decline"), Ok(()));
    let (one, other) = tokio::join!(world.publish(id, "1.0"), world.publish(id, "2.0"));
    assert_eq!(
        usize::from(one.is_ok()) + usize::from(other.is_ok()),
        1,
        "{one:?} {other:?}"
    );
    let seen = world.see_version(Some(cleo), id).await.expect("seen");
    assert_eq!(seen.state, State::Published);
    assert_eq!(seen.signatories[0].declined.as_deref(), Some("Too early."));
    assert_eq!(seen.signatories[1].hash, Some(HASH));
    let text = store.publication_text(by(cleo).into(), id).await;
    assert_eq!(text.expect("read").expect("seen"), TEXT);
    for (who, expected) in [
        (cleo, vec![Kind::SignatureAsked]),
        (world.leader, vec![Kind::SignatureDeclined]),
    ] {
        let told = store.notifications(by(who)).await.expect("read");
        let about = |one: &&NotificationView| one.document.is_some();
        let kinds: Vec<Kind> = told.iter().filter(about).map(|one| one.kind).collect();
        assert_eq!(kinds, expected);
    }
    let acts = world.all_acts().await;
    assert_eq!(
        acts[acts.len() - 4..],
        [
            "publication-prepared",
            "publication-signed",
            "publication-declined",
            "version-published"
        ]
    );
}

/// The old one is kept, and takes no signature.
pub async fn another_candidate_takes_the_place_of_the_one_before(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let first = world.prepare(&[world.member]).await;
    let second = world.prepare(&[world.member]).await;
    assert_eq!(world.sign(world.member, first).await, refused(Why::Over));
    assert_eq!(world.publish(first, "1.0").await, refused(Why::Over));
    let listed = world
        .store
        .publications_of(by(world.member).into(), &name("text"))
        .await
        .expect("list");
    let states: Vec<(PublicationId, State)> =
        listed.iter().map(|view| (view.id, view.state)).collect();
    assert_eq!(
        states,
        [(second, State::Candidate), (first, State::Replaced)]
    );
    assert_eq!(world.sign(world.member, second).await, Ok(()));
    assert_eq!(world.publish(second, "1.0").await, Ok(()));
    let third = world.prepare(&[world.member]).await;
    assert_eq!(world.sign(world.member, third).await, Ok(()));
    assert_eq!(world.publish(third, "1.0").await, refused(Why::Number));
    assert_eq!(world.publish(third, "1.1").await, Ok(()));
}

/// Triggers see to that, whoever writes the statement.
pub async fn what_was_signed_or_published_is_changed_by_no_statement(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let candidate = world.prepare(&[world.member]).await;
    for sql in [
        "UPDATE publications SET text_zstd = text_hash WHERE id = $1",
        "UPDATE publications SET text_hash = id WHERE id = $1",
        "UPDATE publications SET title = 'Another' WHERE id = $1",
    ] {
        let tried = world.statement(sql, candidate).await;
        assert!(tried.is_err(), "{sql}: {tried:?}");
    }
    assert_eq!(world.sign(world.member, candidate).await, Ok(()));
    let sql = "UPDATE publication_signatories SET declined = 'No' WHERE publication = $1";
    let tried = world.statement(sql, candidate).await;
    assert!(tried.is_err(), "{tried:?}");
    assert_eq!(world.publish(candidate, "1.0").await, Ok(()));
    let before = world.see_version(Some(world.member), candidate).await;
    for sql in [
        "UPDATE publications SET number = '9.9' WHERE id = $1",
        "UPDATE publications SET state = 'candidate' WHERE id = $1",
        "UPDATE publications SET review_by_ms = 1 WHERE id = $1",
        "UPDATE publications SET licence = 'cc-by-nd-4.0' WHERE id = $1",
        "UPDATE publications SET note = '' WHERE id = $1",
        "UPDATE publications SET votes = '[]' WHERE id = $1",
        "UPDATE publications SET published_at_ms = 1 WHERE id = $1",
    ] {
        let tried = world.statement(sql, candidate).await;
        assert!(tried.is_err(), "{sql}: {tried:?}");
    }
    let leader = by(world.leader);
    let store = &world.store;
    let withdrawn = store.withdraw_publication(leader, candidate, "Retracted.");
    assert_eq!(withdrawn.await.expect("withdraw"), Ok(()));
    let again = store.withdraw_publication(leader, candidate, "Again.");
    assert_eq!(again.await.expect("withdraw"), refused(Why::Withdrawn));
    let sql = "UPDATE publications SET withdrawn_reason = '' WHERE id = $1";
    assert!(world.statement(sql, candidate).await.is_err());
    let mut after = world
        .see_version(Some(world.member), candidate)
        .await
        .expect("seen");
    let withdrawal = after.withdrawal.take().expect("it is withdrawn");
    assert_eq!(withdrawal.reason, "Retracted.");
    assert_eq!(Ok(after), before, "and nothing else is different");
}

/// Strangers read what is public, and nobody what is in the bin.
pub async fn a_candidate_is_seen_by_those_inside_and_a_version_by_whoever_reads(
    factory: &impl BranchFactory,
) {
    let world = World::new(factory).await;
    let version = world.version("1.0").await;
    let candidate = world.prepare(&[world.member]).await;
    let sees = async |who: Option<AccountId>, id| world.see_version(who, id).await.is_ok();
    let outside = [
        None,
        Some(world.stranger),
        Some(world.listener),
        Some(world.guest),
    ];
    for who in outside {
        assert!(!sees(who, version).await);
        assert!(!sees(who, candidate).await);
    }
    assert!(sees(Some(world.member), version).await);
    assert!(sees(Some(world.member), candidate).await);
    world
        .grant(world.guest, consilium_protocol::ids::Access::Read)
        .await;
    assert!(sees(Some(world.guest), candidate).await);
    let sql = "UPDATE document_policies SET privacy = 'public'
               WHERE doc = (SELECT doc FROM publications WHERE id = $1)";
    assert_eq!(world.statement(sql, version).await.expect("open"), 1);
    for who in outside {
        assert!(sees(who, version).await);
    }
    for who in [None, Some(world.stranger), Some(world.listener)] {
        assert!(!sees(who, candidate).await);
    }
    factory.bin(&name("text")).await;
    for who in [None, Some(world.leader), Some(world.member)] {
        assert!(!sees(who, version).await);
        assert!(!sees(who, candidate).await);
    }
}

/// What is due first comes first; what was withdrawn or replaced is not looked at again.
pub async fn what_is_due_is_on_the_watch_list_until_it_is_replaced(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let store = &world.store;
    let watched = async |until_ms| {
        let found = store.watched(by(world.member), world.id, until_ms).await;
        let found = found.expect("watch").expect("members watch");
        found.iter().map(|view| view.id).collect::<Vec<_>>()
    };
    let first = world.version("1.0").await;
    assert_eq!(watched(REVIEW_BY_MS - 1).await, []);
    assert_eq!(watched(REVIEW_BY_MS).await, [first]);
    let stranger = store.watched(by(world.stranger), world.id, REVIEW_BY_MS);
    assert_eq!(
        stranger.await.expect("watch").map(|_| ()),
        Err(Refusal::NoSuchCommunity)
    );
    let second = world.version("1.1").await;
    assert_eq!(watched(REVIEW_BY_MS).await, [second]);
    let leader = Actor {
        account: world.leader,
        at_ms: NOW_MS + 1,
    };
    let withdrawn = store.withdraw_publication(leader, second, "Retracted.");
    withdrawn
        .await
        .expect("withdraw")
        .expect("leaders withdraw");
    assert_eq!(watched(REVIEW_BY_MS).await, []);
}

/// It has no signatures of this portal, and its number counts.
pub async fn what_was_published_elsewhere_says_so(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let origin = Origin {
        community: "Elsewhere".to_owned(),
        id: "there".to_owned(),
        published_at: 5,
        published_by: "Dora".to_owned(),
        signatories: Vec::new(),
        withdrawn: None,
    };
    let leader = by(world.leader);
    let before = world.all_acts().await;
    let brought = candidate(&[]);
    let store = &world.store;
    let first = as_number("1.0");
    let came = store.bring_publication(leader, &brought, &first, &origin);
    assert_eq!(came.await.expect("bring"), Ok(()));
    let seen = world.see_version(Some(world.member), brought.id).await;
    let published = seen.expect("seen").published.expect("published");
    assert_eq!(published.origin, Some(origin.clone()));
    let other = candidate(&[]);
    let again = store.bring_publication(leader, &other, &first, &origin);
    assert_eq!(again.await.expect("bring"), refused(Why::Number));
    let acts = world.all_acts().await;
    assert_eq!(acts, before, "the act of the archive tells of it");
}

/// Deleting a document for good removes them; that they were stays in the ledger.
pub async fn a_version_goes_with_its_document(factory: &impl BranchFactory) {
    let world = World::new(factory).await;
    let version = world.version("1.0").await;
    world.prepare(&[world.member]).await;
    factory.bin(&name("text")).await;
    let gone = world
        .store
        .delete_for_good(by(world.leader), &name("text"), "By mistake.")
        .await;
    gone.expect("delete").expect("leaders delete");
    assert!(
        world
            .see_version(Some(world.leader), version)
            .await
            .is_err()
    );
    for table in ["publications", "publication_signatories"] {
        let mut work = world.store.reading().await.expect("begin");
        let rows = work
            .statements()
            .rows(&format!("SELECT * FROM {table}"), &[])
            .await;
        assert_eq!(rows.expect("read").len(), 0, "{table}");
        end(work, Ok(()), "look").await.expect("end");
    }
    let acts = world.all_acts().await;
    assert!(
        acts.iter().any(|act| act == "version-published"),
        "{acts:?}"
    );
}
