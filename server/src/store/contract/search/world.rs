//! A community with people of every kind, documents with texts, and words to ask with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use consilium_model::access::{Privacy, Role};
use consilium_model::prose::Block;

use super::super::StoreFactory;
use super::super::governing::{NOW_MS, by, document, name, secret};
use crate::community::wording::Language;
use crate::search::query::Query;
use crate::search::text::SearchText;
use crate::store::communities::{Founding, Grant, MemberChange, NewInvitation};
use crate::store::joining::NewSubGroup;
use crate::store::people::{Email, NewAccount};
use crate::store::portal_ids::{AccountId, CommunityId, InvitationId, SubGroupId};
use crate::store::search::{Search, SearchWithin};
use crate::store::{DocId, Store};

/// Who is in the community, by name; the leader besides. Most become something else in a test.
const PEOPLE: &[(&str, Role)] = &[
    ("deputy", Role::Deputy),
    ("member", Role::Member),
    ("outside the sub-group", Role::Member),
    ("guest", Role::Guest),
    ("guest without grants", Role::Guest),
    ("listener", Role::Listener),
    ("lowered", Role::Guest),
    ("expired", Role::Guest),
    ("over", Role::Guest),
    ("locked", Role::Member),
];

pub(super) struct World {
    pub(super) store: Arc<dyn Store>,
    pub(super) id: CommunityId,
    people: BTreeMap<&'static str, AccountId>,
    /// Each document is younger than the one before.
    clock: AtomicI64,
}

/// Everything, from the beginning.
pub(super) fn wanted(query: &Query) -> Search<'_> {
    Search {
        query,
        within: SearchWithin::Everything,
        after: None,
        limit: 50,
    }
}

/// A text of one paragraph.
pub(super) fn text(title: &str, text: &str) -> SearchText {
    SearchText::new(title, &[Block::paragraph(text)])
}

async fn account(store: &dyn Store, name: &str) -> AccountId {
    let id = AccountId::new();
    let address = format!("{id}@example.org");
    let made = NewAccount {
        id,
        email: Email {
            written: address.clone(),
            folded: address,
        },
        name: name.to_owned(),
        password: None,
        created_at_ms: NOW_MS,
    };
    store.create_account(&made, None).await.expect("an account");
    id
}

fn founding(id: CommunityId, first: &str) -> Founding {
    Founding {
        id,
        name: "World".to_owned(),
        description: String::new(),
        accent: "#186a58".to_owned(),
        default_privacy: Privacy::Community,
        language: Language::English,
        first_document: document(first, None),
    }
}

impl World {
    pub(super) async fn new(factory: &impl StoreFactory) -> Self {
        let store = factory.open().await;
        let leader = account(&*store, "leader").await;
        let id = CommunityId::new();
        store
            .found_community(by(leader), &founding(id, "first"))
            .await
            .expect("found");
        let stranger = account(&*store, "stranger").await;
        let mut people = BTreeMap::from([("leader", leader), ("stranger", stranger)]);
        for ((who, role), number) in PEOPLE.iter().zip(1..) {
            let joining = account(&*store, who).await;
            let invitation = NewInvitation {
                id: InvitationId::new(),
                role: *role,
                secret: secret(number),
                expires_at_ms: NOW_MS + 1_000,
                uses_max: None,
            };
            let invited = store.invite(by(leader), id, &invitation).await;
            invited.expect("invite").expect("leaders invite");
            let joined = store.join(by(joining), &secret(number)).await;
            joined.expect("join").expect("the invited join");
            people.insert(*who, joining);
        }
        Self {
            store,
            id,
            people,
            clock: AtomicI64::new(NOW_MS),
        }
    }

    pub(super) fn people(&self) -> impl Iterator<Item = (&'static str, AccountId)> + '_ {
        self.people.iter().map(|(who, id)| (*who, *id))
    }

    pub(super) fn id_of(&self, who: &str) -> AccountId {
        self.people[who]
    }

    /// A community of which they are the leader, with one document.
    pub(super) async fn another_community(&self, who: &str) -> CommunityId {
        let id = CommunityId::new();
        self.store
            .found_community(by(self.id_of(who)), &founding(id, "first of the other"))
            .await
            .expect("found");
        id
    }

    pub(super) async fn sub_group(&self, members: &[&str]) -> SubGroupId {
        let group = NewSubGroup {
            id: SubGroupId::new(),
            name: "Group".to_owned(),
            members: members[1..].iter().map(|who| self.id_of(who)).collect(),
        };
        let made = self
            .store
            .make_sub_group(by(self.id_of(members[0])), self.id, &group)
            .await;
        made.expect("make").expect("members make sub-groups");
        group.id
    }

    pub(super) async fn create(&self, text: &str, who: &str, privacy: Privacy) {
        let first = privacy.min(Privacy::Community);
        let at_ms = self.clock.fetch_add(1, Ordering::Relaxed) + 1;
        let actor = crate::store::communities::Actor {
            account: self.id_of(who),
            at_ms,
        };
        let made = self
            .store
            .create_document(actor, self.id, &document(text, Some(first)))
            .await;
        made.expect("create").expect("members create");
        if privacy > first {
            self.set_privacy(text, "leader", privacy).await;
        }
    }

    pub(super) async fn create_in(&self, text: &str, who: &str, group: SubGroupId) {
        let made = self
            .store
            .create_document_in(by(self.id_of(who)), self.id, group, &document(text, None))
            .await;
        made.expect("create").expect("members create");
    }

    pub(super) async fn set_privacy(&self, text: &str, who: &str, privacy: Privacy) {
        let set = self
            .store
            .set_privacy(by(self.id_of(who)), &name(text), privacy, Some("a reason"))
            .await;
        set.expect("set").expect("they may");
    }

    pub(super) async fn grant(&self, text: &str, who: &str, grant: Grant) {
        let granter = by(self.id_of("member"));
        let granted = self
            .store
            .grant(granter, &name(text), self.id_of(who), grant)
            .await;
        granted.expect("grant").expect("makers grant");
    }

    pub(super) async fn change(&self, who: &str, change: MemberChange) {
        let changed = self
            .store
            .change_member(by(self.id_of("leader")), self.id, self.id_of(who), change)
            .await;
        changed.expect("change").expect("leaders change members");
    }

    pub(super) async fn become_a(&self, who: &str, role: Role) {
        let change = MemberChange {
            role: Some(role),
            until_ms: None,
        };
        self.change(who, change).await;
    }

    pub(super) async fn lock(&self, who: &str) {
        let locked = self.store.set_locked(self.id_of(who), Some(NOW_MS)).await;
        assert!(locked.expect("lock"));
    }

    pub(super) async fn doc(&self, text: &str) -> DocId {
        let loaded = self.store.load(&name(text)).await.expect("load");
        loaded.expect("the document exists").record.id
    }

    /// As if the document said this, and had been read now.
    pub(super) async fn index(&self, document: &str, title: &str, paragraph: &str) {
        let doc = self.doc(document).await;
        let position = self.store.search_position().await.expect("a position");
        let put = self
            .store
            .put_search_text(doc, &position, &text(title, paragraph))
            .await;
        assert!(put.expect("put"), "{document}");
    }

    /// Makes so many documents with texts of two kilobytes; how many bytes of text they have.
    pub(super) async fn fill(&self, documents: usize) -> usize {
        let mut dice = Dice::new(23);
        let mut bytes = 0;
        for number in 0..documents {
            let text = format!("d{number}");
            self.create(&text, "member", Privacy::Community).await;
            let prose = dice.prose(300);
            bytes += prose.len();
            self.index(&text, &format!("Document {number}"), &prose)
                .await;
        }
        bytes
    }

    pub(super) async fn found(&self, account: AccountId, query: &str) -> Vec<String> {
        let query = Query::parse(query).expect("a query");
        let page = self.store.search(by(account), wanted(&query)).await;
        let hits = page.expect("search").hits.into_iter();
        hits.map(|hit| hit.record.name.to_string()).collect()
    }

    pub(super) async fn found_by(&self, who: &str, query: &str) -> Vec<String> {
        self.found(self.id_of(who), query).await
    }

    pub(super) async fn found_within(
        &self,
        who: &str,
        query: &str,
        within: SearchWithin,
    ) -> Vec<String> {
        let query = Query::parse(query).expect("a query");
        let search = Search {
            within,
            ..wanted(&query)
        };
        let page = self.store.search(by(self.id_of(who)), search).await;
        let hits = page.expect("search").hits.into_iter();
        hits.map(|hit| hit.record.name.to_string()).collect()
    }
}

/// How long the quickest of some tries takes: what the machine does besides is not to be measured.
pub(super) async fn quickest(mut work: impl AsyncFnMut()) -> Duration {
    let mut quickest = Duration::MAX;
    for _ in 0..15 {
        let started = Instant::now();
        work().await;
        quickest = quickest.min(started.elapsed());
    }
    quickest
}

/// Chance that repeats itself.
pub(super) struct Dice(u64);

/// What means something to a database, to a tokenizer, or to nobody.
const SPECIAL: &[char] = &[
    '"', '\'', '*', ':', '&', '|', '!', '(', ')', '<', '>', '-', '\\', '%', '_', ';', '^', '{',
    '\0', '\n', '\t', ' ', ' ', ' ', ' ', 'ß', 'ü', 'İ', 'ς', 'ﬁ', '\u{301}', '\u{ad}', '\u{200d}',
    '\u{fdfa}', '\u{202e}', '½', 'Ａ', '\u{feff}', '„', '“',
];

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below a usize")
    }

    fn character(&mut self) -> char {
        match self.below(4) {
            0 => SPECIAL[self.below(SPECIAL.len())],
            1 => char::from(b'a' + u8::try_from(self.below(26)).expect("a letter")),
            2 => char::from_u32(u32::try_from(self.below(0x3000)).expect("small")).unwrap_or(' '),
            _ => {
                char::from_u32(u32::try_from(self.below(0x11_0000)).expect("small")).unwrap_or(' ')
            }
        }
    }

    /// Up to so many characters of any kind.
    pub(super) fn text(&mut self, characters: usize) -> String {
        let count = self.below(characters);
        (0..count).map(|_| self.character()).collect()
    }

    /// So many words of a small vocabulary, of which few are common; now and then a rare one.
    pub(super) fn prose(&mut self, words: usize) -> String {
        let word = |dice: &mut Self| match dice.below(5_000) {
            0 => "rare".to_owned(),
            _ => {
                let bound = 1 + dice.below(3_000);
                format!("w{}", dice.below(bound))
            }
        };
        let words: Vec<String> = (0..words).map(|_| word(self)).collect();
        words.join(" ")
    }

    /// A few characters out of a text.
    pub(super) fn piece_of(&mut self, text: &str) -> String {
        let count = text.chars().count();
        let (skip, take) = (self.below(count + 1), self.below(40));
        text.chars().skip(skip).take(take).collect()
    }
}
