//! What every store must do about what cannot be taken back: one rule a function, named after a sentence of
//! [`crate::store::ForGoodStore`].
//!
//! [`for_good_contract!`](crate::for_good_contract) turns them into tests for one kind of store.

use bytes::Bytes;
use consilium_model::access::{BranchKind, Privacy, Role};
use consilium_protocol::ids::{Access, DocName, UserId};

use super::branches::BranchFactory;
use super::governing::{Founded, NOW_MS, at, by, document, name};
use crate::store::branches::{NewBranch, pack_fork};
use crate::store::communities::{MemberChange, Refusal};
use crate::store::for_good::Afterwards;
use crate::store::history::{KeepOutcome, Naming, NewVersion, PackedState};
use crate::store::people::Email;
use crate::store::portal_ids::{AccountId, VersionId};
use crate::store::questions::NewQuestion;
use crate::store::statements::Value;
use crate::store::{
    Append, Compaction, DocId, DocumentFilter, Quarantined, Shelf, Store, StoreError,
};

/// Makes a test of every rule, for the factory that the expression makes anew for each.
#[macro_export]
macro_rules! for_good_contract {
    ($factory:expr) => {
        $crate::for_good_contract!(@rules $factory;
            what_is_deleted_for_good_takes_everything_with_it
            a_name_that_was_deleted_is_never_used_again
            only_a_leader_deletes_and_only_what_is_in_the_bin
            a_draft_is_deleted_by_its_maker_without_a_trace
            what_was_open_once_is_not_its_makers_to_delete
            whoever_may_know_is_told_who_deleted_it
            nothing_is_left_of_a_document_that_others_write_in_meanwhile
            leadership_is_handed_over_in_one_act
            leadership_is_handed_to_those_who_can_take_it
            nobody_gives_up_their_account_who_leads_alone
            whoever_gives_up_their_account_is_gone_and_what_they_decided_stays
            what_is_ones_own_is_found_and_nothing_else
        );
    };
    (@rules $factory:expr; $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store::contract::for_good::$rule(&$factory).await;
            }
        )*
    };
}

const WHY: &str = "written in the wrong place";

async fn delete(world: &Founded, account: AccountId, text: &str) -> Result<(), Refusal> {
    let name = name(text);
    let deleted = world.store.delete_for_good(by(account), &name, WHY).await;
    deleted.expect("delete for good")
}

async fn bin(world: &Founded, account: AccountId, text: &str) {
    let binned = world.store.set_binned(by(account), &name(text), true).await;
    binned.expect("bin").expect("writers may");
}

fn append(doc: DocId, author: &str, client: u64) -> Append {
    Append {
        doc,
        update: Bytes::from_static(b"a line"),
        author: Some(UserId::new(author)),
        claims: vec![client],
        at_ms: NOW_MS,
    }
}

/// A text, with everything that a document can have.
async fn fill(world: &Founded, text: &DocName) -> DocId {
    let store = &world.store;
    let created = store.load_or_create(text, NOW_MS).await;
    let doc = created.expect("create").record.id;
    let rows = [append(doc, "ann", 1), append(doc, "ben", 2)];
    let rows = store.append(&rows).await.expect("append");
    let compaction = Compaction {
        doc,
        state: Bytes::from_static(b"a state"),
        rows: rows[..1].to_vec(),
        snapshots: Vec::new(),
    };
    store.compact(&compaction).await.expect("compact");
    let aside = Quarantined {
        doc,
        author: None,
        reason: "recused".to_owned(),
        update: Bytes::from_static(b"refused"),
        at_ms: NOW_MS,
    };
    store.quarantine(&[aside]).await.expect("quarantine");
    let version = NewVersion {
        id: VersionId::new(),
        at_ms: NOW_MS,
        ends_session: false,
        state: PackedState::of(doc, b"a version").expect("pack"),
        naming: Some(Naming {
            name: "Draft 1".to_owned(),
            by: Some(UserId::new("ann")),
        }),
    };
    let kept = store.keep_versions(doc, &[version], NOW_MS).await;
    assert_eq!(kept.expect("keep a version"), KeepOutcome::Kept);
    doc
}

/// The document `first` of the community, filled, discussed, granted to a guest, and with a branch and a question.
async fn fill_all(world: &Founded, guest: AccountId) {
    for text in ["first", "first/discussion"] {
        fill(world, &name(text)).await;
    }
    let doc = fill(world, &name("branch")).await;
    let branch = NewBranch {
        doc,
        name: name("branch"),
        document: name("first"),
        kind: BranchKind::Suggestion,
        note: String::new(),
        fork: pack_fork(b"a state").expect("pack"),
    };
    let store = &world.store;
    // A branch inherits the owners of its document; it has some of its own already here.
    let mut work = store.writing().await.expect("write");
    work.statements()
        .run(
            "DELETE FROM client_owners WHERE doc = $1",
            &[Value::Int(doc.0)],
        )
        .await
        .expect("make room");
    work.end(None, "make room").await.expect("commit");
    let made = store.make_branch(by(world.founder), &branch).await;
    made.expect("make a branch").expect("members may");
    let question = NewQuestion {
        name: name("first/question/00000000-0000-7000-8000-000000000001"),
        title: String::new(),
    };
    let asked = store
        .create_question(by(world.founder), &name("first"), &question)
        .await;
    asked.expect("make a question").expect("members may");
    let granted = store
        .grant(
            by(world.founder),
            &name("first"),
            guest,
            Access::Read.into(),
        )
        .await;
    granted.expect("grant").expect("leaders may");
}

/// How many rows there are in all tables but those that name nobody's text.
async fn rows(store: &dyn Store) -> Vec<(&'static str, i64)> {
    let mut counts = Vec::new();
    let mut work = store.reading().await.expect("read");
    for table in [
        "documents",
        "document_policies",
        "journal",
        "snapshots",
        "client_owners",
        "quarantine",
        "contributions",
        "versions",
        "version_states",
        "document_grants",
        "branches",
        "questions",
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        let row = work.statements().row(&sql, &[]).await.expect("count");
        counts.push((table, row.expect("a row").int(0).expect("a count")));
    }
    work.end(None, "count rows").await.expect("end");
    counts
}

/// Journal, snapshots, what was set aside, discussion, branches, past, policy, grants: nothing is left, and nothing of
/// other documents is missing. The ledger says who and why, and not what it was called.
///
/// # Panics
/// When the store breaks the rule, as everywhere here.
pub async fn what_is_deleted_for_good_takes_everything_with_it(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let guest = world.let_in(factory, "guest", 1, Role::Guest).await;
    world
        .create(world.founder, "other", Privacy::Community)
        .await;
    fill(&world, &name("other")).await;
    let before = rows(&*world.store).await;
    fill_all(&world, guest).await;
    assert!(
        rows(&*world.store)
            .await
            .iter()
            .zip(&before)
            .all(|((table, now), (_, then))| now > then || *table == "document_policies"),
        "something in every table"
    );
    bin(&world, world.founder, "first").await;
    let epoch = world.store.access_epoch().await.expect("read the epoch");
    assert_eq!(delete(&world, world.founder, "first").await, Ok(()));
    assert!(world.store.access_epoch().await.expect("read") > epoch);

    let expected: Vec<(&str, i64)> = before
        .into_iter()
        .map(|(table, count)| match table {
            // The community's first document had a record and a policy before.
            "documents" | "document_policies" => (table, count - 1),
            _ => (table, count),
        })
        .collect();
    assert_eq!(rows(&*world.store).await, expected);
    assert_eq!(world.access(world.founder, "first").await, Access::None);
    assert_eq!(
        delete(&world, world.founder, "first").await,
        Err(Refusal::NoSuchDocument)
    );
    let entry = world.ledger(world.founder, 1).await.remove(0);
    assert_eq!(entry.0, "document-deleted-for-good");
    assert_eq!(
        entry.1,
        format!(r#"{{"document":"first","reason":"{WHY}"}}"#)
    );
    let binned = DocumentFilter {
        shelf: Shelf::Bin,
        ..DocumentFilter::default()
    };
    let listed = world
        .store
        .open_documents(by(world.founder), Some(world.id), &binned)
        .await;
    assert_eq!(listed.expect("list").len(), 0);
}

/// Neither the text nor its discussion, nor a branch of it, comes into being under the old name: by nobody's way.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_name_that_was_deleted_is_never_used_again(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let doc = fill(&world, &name("first")).await;
    bin(&world, world.founder, "first").await;
    assert_eq!(delete(&world, world.founder, "first").await, Ok(()));
    for text in ["first", "first/discussion"] {
        let made = world.store.load_or_create(&name(text), NOW_MS).await;
        assert!(
            matches!(made, Err(StoreError::DeletedForGood)),
            "{text}: {made:?}"
        );
        assert_eq!(world.store.load(&name(text)).await.expect("load"), None);
        let wish = document(text, None);
        let made = world
            .store
            .create_document(by(world.founder), world.id, &wish)
            .await;
        assert!(
            matches!(made, Err(StoreError::DeletedForGood)),
            "{text}: {made:?}"
        );
    }
    // A room that still has it open is told that it is gone.
    let appended = world.store.append(&[append(doc, "ann", 9)]).await;
    assert!(
        matches!(appended, Err(StoreError::NotFound(at)) if at == doc),
        "{appended:?}"
    );
    // Another name is as good as ever.
    let other = world.store.load_or_create(&name("second"), NOW_MS).await;
    other.expect("create");
}

/// A deputy bins and does not delete; nobody deletes what is not in the bin, and what they cannot read is not there.
///
/// # Panics
/// When the store breaks the rule.
pub async fn only_a_leader_deletes_and_only_what_is_in_the_bin(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let deputy = world.let_in(factory, "deputy", 1, Role::Deputy).await;
    let member = world.let_in(factory, "member", 2, Role::Member).await;
    let guest = world.let_in(factory, "guest", 3, Role::Guest).await;
    let stranger = factory.account("stranger").await;
    world.create(member, "second", Privacy::Community).await;
    assert_eq!(
        delete(&world, world.founder, "second").await,
        Err(Refusal::NotInTheBin)
    );
    bin(&world, deputy, "second").await;
    for (account, refusal) in [
        (deputy, Refusal::LeadersOnly),
        (member, Refusal::LeadersOnly),
        (guest, Refusal::NoSuchDocument),
        (stranger, Refusal::NoSuchDocument),
    ] {
        assert_eq!(delete(&world, account, "second").await, Err(refusal));
    }
    assert_eq!(
        delete(&world, world.founder, "no such").await,
        Err(Refusal::NoSuchDocument)
    );
    assert_eq!(world.access(member, "second").await, Access::Write);
    assert_eq!(delete(&world, world.founder, "second").await, Ok(()));
}

/// That there was one is its maker's own affair, before and after.
///
/// # Panics
/// When the store breaks the rule.
pub async fn a_draft_is_deleted_by_its_maker_without_a_trace(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    world.create(member, "draft", Privacy::Private).await;
    bin(&world, member, "draft").await;
    let acts = world.acts(world.founder, 9).await;
    assert_eq!(
        delete(&world, world.founder, "draft").await,
        Err(Refusal::NoSuchDocument)
    );
    assert_eq!(delete(&world, member, "draft").await, Ok(()));
    assert_eq!(world.acts(world.founder, 9).await, acts);
    let draft = name("draft");
    let stone = |account| world.store.tombstone(by(account), &draft);
    assert_eq!(
        stone(world.founder).await.expect("read"),
        Err(Refusal::NoSuchDocument)
    );
    let mine = stone(member).await.expect("read").expect("its maker");
    assert_eq!(mine.deleted_by.id, member);
}

/// Whoever narrows a text of the community to themselves does not get it out of the world by that.
///
/// # Panics
/// When the store breaks the rule.
pub async fn what_was_open_once_is_not_its_makers_to_delete(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    world.create(member, "second", Privacy::Community).await;
    let narrowed = world
        .store
        .set_privacy(by(member), &name("second"), Privacy::Private, None)
        .await;
    narrowed.expect("narrow").expect("its maker may");
    bin(&world, member, "second").await;
    assert_eq!(
        delete(&world, member, "second").await,
        Err(Refusal::LeadersOnly)
    );
    let leads = MemberChange {
        role: Some(Role::Leader),
        until_ms: None,
    };
    let made = world
        .store
        .change_member(by(world.founder), world.id, member, leads)
        .await;
    made.expect("change").expect("leaders may");
    assert_eq!(delete(&world, member, "second").await, Ok(()));
    assert_eq!(
        world.acts(world.founder, 1).await,
        ["document-deleted-for-good"]
    );
}

/// Those who belong to the community are told who deleted it and when, of the text as of its discussion; nobody else.
///
/// # Panics
/// When the store breaks the rule.
pub async fn whoever_may_know_is_told_who_deleted_it(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let member = world.let_in(factory, "member", 1, Role::Member).await;
    let guest = world.let_in(factory, "guest", 2, Role::Guest).await;
    let listener = world.let_in(factory, "listener", 3, Role::Listener).await;
    let stranger = factory.account("stranger").await;
    let stone = |account, text| world.store.tombstone(by(account), text);
    let (first, discussion) = (name("first"), name("first/discussion"));
    assert_eq!(
        stone(member, &first).await.expect("read"),
        Err(Refusal::NoSuchDocument),
        "it is there"
    );
    bin(&world, member, "first").await;
    let deleted = world
        .store
        .delete_for_good(at(world.founder, NOW_MS + 5), &first, WHY)
        .await;
    deleted.expect("delete").expect("leaders may");
    for text in [&first, &discussion] {
        let told = stone(member, text).await.expect("read").expect("a member");
        assert_eq!(told.deleted_by.name, "founder");
        assert_eq!((told.at_ms, told.community), (NOW_MS + 5, world.id));
        for account in [guest, listener, stranger] {
            let told = stone(account, text).await.expect("read");
            assert_eq!(told, Err(Refusal::NoSuchDocument));
        }
    }
}

/// Whoever writes while it is deleted is either deleted with it or told that it is gone; no row is left behind.
///
/// # Panics
/// When the store breaks the rule.
pub async fn nothing_is_left_of_a_document_that_others_write_in_meanwhile(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    for round in 0..8_u64 {
        let text = format!("text {round}");
        world.create(world.founder, &text, Privacy::Community).await;
        let created = world.store.load_or_create(&name(&text), NOW_MS).await;
        let doc = created.expect("load").record.id;
        bin(&world, world.founder, &text).await;
        let writes = (0..4_u64).map(|writer| {
            let store = world.store.clone();
            tokio::spawn(async move {
                for client in 0..20 {
                    let row = append(doc, "ann", writer * 100 + client);
                    match store.append(&[row]).await {
                        Ok(_) => {}
                        Err(StoreError::NotFound(_)) => return,
                        Err(error) => panic!("append: {error}"),
                    }
                }
            })
        });
        let writes: Vec<_> = writes.collect();
        assert_eq!(delete(&world, world.founder, &text).await, Ok(()));
        for write in writes {
            write.await.expect("a writer");
        }
    }
    for (table, count) in rows(&*world.store).await {
        if ["journal", "client_owners"].contains(&table) {
            assert_eq!(count, 0, "{table}");
        }
    }
}

/// They lead, and whoever led is what they chose; the last leader too, and there is one entry that says so.
///
/// # Panics
/// When the store breaks the rule.
pub async fn leadership_is_handed_over_in_one_act(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let deputy = world.let_in(factory, "deputy", 1, Role::Deputy).await;
    let member = world.let_in(factory, "member", 2, Role::Member).await;
    let hand_over = |from, to, afterwards| {
        let world = &world;
        async move {
            let done = world.store.hand_over(by(from), world.id, to, afterwards);
            done.await.expect("hand over")
        }
    };
    let left = world
        .store
        .remove_member(by(world.founder), world.id, world.founder);
    assert_eq!(left.await.expect("leave"), Err(Refusal::LastLeader));
    assert_eq!(
        hand_over(world.founder, deputy, Afterwards::Member).await,
        Ok(())
    );
    assert_eq!(world.role(deputy, NOW_MS).await, Some(Role::Leader));
    assert_eq!(world.role(world.founder, NOW_MS).await, Some(Role::Member));
    assert_eq!(hand_over(deputy, member, Afterwards::Deputy).await, Ok(()));
    assert_eq!(world.role(deputy, NOW_MS).await, Some(Role::Deputy));
    world.create(member, "mine", Privacy::Community).await;
    let narrowed = world
        .store
        .set_privacy(by(member), &name("mine"), Privacy::Private, None)
        .await;
    narrowed.expect("narrow").expect("its maker may");
    assert_eq!(
        hand_over(member, world.founder, Afterwards::Gone).await,
        Ok(())
    );
    assert_eq!(world.role(member, NOW_MS).await, None);
    // What was the community's is the community's again.
    assert_eq!(world.access(deputy, "mine").await, Access::Write);
    let entries = world.ledger(deputy, 2).await;
    assert_eq!(entries[0].0, "privacy-changed");
    assert_eq!(entries[1].0, "leadership-handed-over");
    assert!(
        entries[1].1.contains(r#""afterwards":"gone""#)
            && entries[1].1.contains(&world.founder.to_string()),
        "{}",
        entries[1].1
    );
    // A link that the former leader made as one makes nobody leader, nor them.
    assert_eq!(
        hand_over(deputy, world.founder, Afterwards::Member).await,
        Err(Refusal::LeadersOnly)
    );
}

/// To a deputy or a member who can sign in; not to a guest, a leader, oneself or somebody who is not there.
///
/// # Panics
/// When the store breaks the rule.
pub async fn leadership_is_handed_to_those_who_can_take_it(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let other = world.let_in(factory, "other", 1, Role::Leader).await;
    let guest = world.let_in(factory, "guest", 2, Role::Guest).await;
    let locked = world.let_in(factory, "locked", 3, Role::Deputy).await;
    let deputy = world.let_in(factory, "deputy", 4, Role::Deputy).await;
    let stranger = factory.account("stranger").await;
    factory.lock(locked).await;
    let founder = world.founder;
    for (from, to, refusal) in [
        (founder, other, Refusal::CannotTakeOver),
        (founder, guest, Refusal::CannotTakeOver),
        (founder, locked, Refusal::CannotTakeOver),
        (founder, founder, Refusal::CannotTakeOver),
        (founder, stranger, Refusal::NoSuchMember),
        (deputy, guest, Refusal::LeadersOnly),
        (stranger, deputy, Refusal::NoSuchCommunity),
    ] {
        let done = world
            .store
            .hand_over(by(from), world.id, to, Afterwards::Member)
            .await;
        assert_eq!(done.expect("hand over"), Err(refusal));
    }
    assert_eq!(world.role(founder, NOW_MS).await, Some(Role::Leader));
}

/// Where they lead together with others, or until a day, they may go.
///
/// # Panics
/// When the store breaks the rule.
pub async fn nobody_gives_up_their_account_who_leads_alone(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let deputy = world.let_in(factory, "deputy", 1, Role::Deputy).await;
    let leave = |account| world.store.leave_portal(by(account), None);
    assert_eq!(
        leave(world.founder).await.expect("leave"),
        Err(Refusal::LastLeader)
    );
    assert_eq!(world.role(world.founder, NOW_MS).await, Some(Role::Leader));
    let account = world.store.account(world.founder).await.expect("read");
    assert_eq!(account.expect("still there").locked_at_ms, None);
    let handed = world
        .store
        .hand_over(by(world.founder), world.id, deputy, Afterwards::Member)
        .await;
    handed.expect("hand over").expect("leaders may");
    assert_eq!(leave(world.founder).await.expect("leave"), Ok(()));
    assert_eq!(world.role(world.founder, NOW_MS).await, None);
    assert_eq!(world.acts(deputy, 1).await, ["member-left"]);
}

/// Out of every community, found by no address, signed in nowhere; their drafts are gone, and their id stands beside what
/// they wrote and decided, with the name that they chose.
///
/// # Panics
/// When the store breaks the rule.
pub async fn whoever_gives_up_their_account_is_gone_and_what_they_decided_stays(
    factory: &impl BranchFactory,
) {
    let world = Founded::new(factory).await;
    let other = Founded {
        id: world.id,
        store: world.store.clone(),
        founder: world.founder,
    };
    let person = other.let_in(factory, "person", 1, Role::Member).await;
    world.create(person, "draft", Privacy::Private).await;
    world.create(person, "narrowed", Privacy::Community).await;
    world.create(person, "open", Privacy::Community).await;
    let narrowed = world
        .store
        .set_privacy(by(person), &name("narrowed"), Privacy::Private, None)
        .await;
    narrowed.expect("narrow").expect("its maker may");
    fill(&world, &name("draft")).await;
    let email = Email {
        written: "person@example.org".to_owned(),
        folded: "person@example.org".to_owned(),
    };
    let found = world.store.account_by_email(&email).await.expect("find");
    assert_eq!(found.map(|account| account.id), Some(person));

    let left = world
        .store
        .leave_portal(at(person, NOW_MS + 9), Some("A former member"))
        .await;
    assert_eq!(left.expect("leave"), Ok(()));
    assert_eq!(world.role(person, NOW_MS + 9).await, None);
    assert_eq!(
        world.store.account_by_email(&email).await.expect("find"),
        None
    );
    let account = world.store.account(person).await.expect("read");
    let account = account.expect("its id stays");
    assert_eq!(account.name, "A former member");
    assert_eq!(account.password, None);
    assert_eq!(account.locked_at_ms, Some(NOW_MS + 9));
    assert_eq!(account.email.written, "");
    for (text, access) in [
        ("draft", Access::None),
        ("narrowed", Access::Write),
        ("open", Access::Write),
    ] {
        assert_eq!(world.access(world.founder, text).await, access, "{text}");
    }
    assert_eq!(world.store.load(&name("draft")).await.expect("load"), None);
    let counts = rows(&*world.store).await;
    assert!(counts.contains(&("journal", 0)), "{counts:?}");
    let lines = world
        .store
        .ledger(by(world.founder), world.id, None, 3)
        .await;
    let lines = lines.expect("read").expect("a member");
    let said: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| {
            let actor = line.actor.as_ref().expect("somebody");
            (line.sealed.entry.act.as_str(), actor.name.as_str())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("privacy-changed", "A former member"),
            ("member-left", "A former member"),
            ("privacy-changed", "A former member"),
        ]
    );
    // The address is free for whoever comes next.
    assert_eq!(
        factory.account("person").await,
        factory_account(&world, &email).await
    );
}

async fn factory_account(world: &Founded, email: &Email) -> AccountId {
    let found = world.store.account_by_email(email).await.expect("find");
    found.expect("made anew").id
}

/// Memberships, branches and acts: those that they have now, and may see now.
///
/// # Panics
/// When the store breaks the rule.
pub async fn what_is_ones_own_is_found_and_nothing_else(factory: &impl BranchFactory) {
    let world = Founded::new(factory).await;
    let person = world.let_in(factory, "person", 1, Role::Member).await;
    let guest = world.let_in(factory, "guest", 2, Role::Guest).await;
    world.create(person, "theirs", Privacy::Community).await;
    fill_all(&world, guest).await;
    let mine = world.store.own_memberships(by(person)).await.expect("read");
    assert_eq!(mine.len(), 1);
    assert_eq!((mine[0].role, mine[0].since_ms), (Role::Member, NOW_MS));
    let acts = |account| world.store.own_acts(by(account), world.id, 0, 9);
    let words: Vec<String> = acts(person)
        .await
        .expect("read")
        .into_iter()
        .map(|sealed| sealed.entry.act)
        .collect();
    assert_eq!(words, ["member-joined", "document-created"]);
    assert_eq!(acts(guest).await.expect("read"), [], "no ledger for guests");
    let branches = |account| world.store.own_branches(by(account));
    assert_eq!(branches(person).await.expect("read"), []);
    let of_founder = branches(world.founder).await.expect("read");
    assert_eq!(of_founder.len(), 1);
    assert_eq!(of_founder[0].document, name("first"));
    bin(&world, world.founder, "first").await;
    assert_eq!(
        branches(world.founder).await.expect("read"),
        [],
        "what is in the bin has no branches"
    );
}
