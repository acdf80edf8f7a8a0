//! Who is seen, by whom, under whose word; on one node and between two.

use super::*;

const ANNA: SubscriberId = SubscriberId(1);
const BERT: SubscriberId = SubscriberId(2);

fn identity(name: &str) -> Identity {
    Identity {
        user: UserId::new(name),
        display_name: format!("Dr {name}"),
    }
}

fn say(client: u64, clock: u64, state: &str) -> Bytes {
    awareness::encode(
        [AwarenessEntry {
            client,
            clock,
            state: state.into(),
        }]
        .iter(),
    )
}

fn told(payload: Option<Bytes>) -> Vec<(u64, u64, String)> {
    payload.map_or_else(Vec::new, |payload| {
        awareness::decode(payload)
            .unwrap()
            .into_iter()
            .map(|entry| (entry.client, entry.clock, entry.state))
            .collect()
    })
}

#[test]
fn a_name_is_the_servers_word_and_custom_fields_survive() {
    let mut presence = Presence::default();
    let now = Instant::now();
    let claim = r##"{"user":{"name":"Somebody else","color":"#123"},"cursor":5}"##;
    presence
        .hear(ANNA, Some(&identity("anna")), say(7, 0, claim), now)
        .unwrap();
    let (_, _, state) = told(presence.tick(now)).remove(0);
    let state: Value = serde_json::from_str(&state).unwrap();
    assert_eq!(state["user"]["name"], "Dr anna");
    assert_eq!(state["user"]["id"], "anna");
    assert_eq!(state["user"]["color"], "#123");
    assert_eq!(state["cursor"], 5);
}

#[test]
fn nobody_speaks_for_another() {
    let mut presence = Presence::default();
    let now = Instant::now();
    presence
        .hear(ANNA, Some(&identity("anna")), say(7, 3, "{}"), now)
        .unwrap();
    presence.tick(now);
    presence
        .hear(BERT, Some(&identity("bert")), say(7, 9, r#"{"x":1}"#), now)
        .unwrap();
    presence
        .hear(BERT, Some(&identity("bert")), say(7, 9, REMOVED), now)
        .unwrap();
    assert_eq!(told(presence.tick(now + limits::PRESENCE_COALESCE)), []);
    assert_eq!(presence.len(), 1);
}

#[test]
fn a_member_who_returns_with_an_old_clock_is_visible_at_once() {
    let mut presence = Presence::default();
    let now = Instant::now();
    presence.hear(ANNA, None, say(7, 4, "{}"), now).unwrap();
    let first = told(presence.tick(now)).remove(0);
    presence.leave(ANNA, now);
    presence.joined(BERT);
    let later = now + limits::PRESENCE_COALESCE;
    let gone = told(presence.tick(later)).remove(0);
    assert_eq!(gone.2, REMOVED);
    assert!(gone.1 > first.1);
    presence.hear(BERT, None, say(7, 4, "{}"), later).unwrap();
    let back = told(presence.tick(later + limits::PRESENCE_COALESCE)).remove(0);
    assert_eq!(back.2, "{}");
    assert!(back.1 > gone.1);
}

#[test]
fn who_was_here_cannot_keep_the_gone_by_repeating_them() {
    let mut presence = Presence::default();
    let now = Instant::now();
    presence.joined(ANNA);
    presence.joined(BERT);
    presence.hear(ANNA, None, say(7, 4, "{}"), now).unwrap();
    let told_clock = told(presence.tick(now)).remove(0).1;
    presence.leave(ANNA, now);
    // A stock client repeats what it was told, and has not heard yet that Anna has left.
    presence
        .hear(BERT, None, say(7, told_clock, "{}"), now)
        .unwrap();
    assert!(presence.is_empty());
    let later = now + limits::PRESENCE_COALESCE;
    assert_eq!(told(presence.tick(later)).remove(0).2, REMOVED);
}

#[test]
fn a_renewal_is_told_under_a_newer_clock() {
    let mut presence = Presence::default();
    let now = Instant::now();
    presence.hear(ANNA, None, say(7, 1, "{}"), now).unwrap();
    presence.tick(now);
    presence.set_quiet(ANNA, true, now);
    presence.set_quiet(ANNA, false, now);
    let before = told(presence.tick(now + limits::PRESENCE_COALESCE))
        .remove(0)
        .1;
    presence.hear(ANNA, None, say(7, 2, "{}"), now).unwrap();
    let after = told(presence.tick(now + limits::PRESENCE_COALESCE * 2))
        .remove(0)
        .1;
    assert!(after > before);
}

/// What a stock y-websocket client does: it takes every state that is newer than what it has, its own included, and says
/// again whatever it has taken.
struct Echoing {
    id: SubscriberId,
    client: u64,
    clock: u64,
    state: String,
    words: usize,
}

impl Echoing {
    fn new(id: SubscriberId, client: u64) -> Self {
        Self {
            id,
            client,
            clock: 0,
            state: "{}".to_owned(),
            words: 0,
        }
    }

    fn say(&mut self, presence: &mut Presence, now: Instant) {
        self.words += 1;
        let said = say(self.client, self.clock, &self.state);
        presence.hear(self.id, None, said, now).unwrap();
    }

    fn moves(&mut self, cursor: usize) {
        self.clock += 1;
        self.state = format!(r#"{{"cursor":{cursor}}}"#);
    }

    fn takes(&mut self, heard: &[(u64, u64, String)]) -> bool {
        let newer = heard
            .iter()
            .find(|(client, clock, _)| *client == self.client && *clock > self.clock);
        if let Some((_, clock, state)) = newer {
            (self.clock, self.state) = (*clock, state.clone());
        }
        newer.is_some()
    }
}

#[test]
fn who_says_again_what_they_were_told_of_themselves_starts_no_storm() {
    let mut presence = Presence::default();
    let mut now = Instant::now();
    let mut anna = Echoing::new(ANNA, 7);
    presence.joined(ANNA);
    anna.say(&mut presence, now);
    for round in 0..200 {
        // Newcomers are told under clocks that nobody was told, so what Anna is told next runs ahead of hers; and in every
        // second round she moves while that is on its way to her.
        if round % 20 == 0 {
            for _ in 0..5 {
                let _ = presence.everybody();
            }
            anna.moves(round);
            anna.say(&mut presence, now);
        }
        now += limits::PRESENCE_COALESCE;
        let heard = told(presence.tick(now));
        if round % 40 == 0 {
            anna.moves(round + 1);
            anna.say(&mut presence, now);
        }
        if anna.takes(&heard) {
            anna.say(&mut presence, now);
        }
    }
    assert!(anna.words < 60, "{} words", anna.words);
    now += limits::PRESENCE_COALESCE;
    let _ = presence.tick(now);
    assert_eq!(presence.next_deadline().map(|at| at > now), Some(true));
    // A renewal is told, though it says what was said before.
    now += Duration::from_secs(15);
    anna.clock += 1;
    anna.say(&mut presence, now);
    assert_eq!(told(presence.tick(now)).len(), 1);
}

#[test]
fn many_changes_become_one_payload_with_the_newest_states() {
    let mut presence = Presence::default();
    let now = Instant::now();
    presence.hear(ANNA, None, say(1, 0, "{}"), now).unwrap();
    presence.tick(now);
    for clock in 1..10 {
        let state = format!(r#"{{"cursor":{clock}}}"#);
        presence
            .hear(ANNA, None, say(1, clock, &state), now)
            .unwrap();
        presence
            .hear(BERT, None, say(2, clock, &state), now)
            .unwrap();
    }
    assert_eq!(presence.tick(now), None);
    let told = told(presence.tick(now + limits::PRESENCE_COALESCE));
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|(_, _, state)| state == r#"{"cursor":9}"#));
}

#[test]
fn presence_that_is_not_renewed_expires() {
    let mut presence = Presence::default();
    let now = Instant::now();
    presence.hear(ANNA, None, say(1, 0, "{}"), now).unwrap();
    presence.tick(now);
    let late = now + limits::PRESENCE_TIMEOUT;
    assert_eq!(presence.next_deadline(), Some(late));
    assert_eq!(told(presence.tick(late)).remove(0).2, REMOVED);
    assert!(presence.is_empty());
}

#[test]
fn a_quiet_connection_is_hidden_and_comes_back_unchanged() {
    let mut presence = Presence::default();
    let now = Instant::now();
    presence
        .hear(ANNA, None, say(1, 0, r#"{"a":1}"#), now)
        .unwrap();
    presence.tick(now);
    presence.set_quiet(ANNA, true, now);
    assert!(presence.is_empty());
    presence.set_quiet(ANNA, false, now);
    let back = told(presence.tick(now + limits::PRESENCE_COALESCE)).remove(0);
    assert_eq!(back.2, r#"{"a":1}"#);
}

const LEFT: NodeId = NodeId(1);
const RIGHT: NodeId = NodeId(2);

/// Two nodes' tables and the messages between them.
fn exchange(from: NodeId, payload: Option<Bytes>, to: &mut Presence, now: Instant) {
    if let Some(payload) = payload {
        to.hear_peer(from, payload, now).unwrap();
    }
}

#[test]
fn members_of_other_nodes_are_seen_and_go() {
    let now = Instant::now();
    let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
    left.hear(ANNA, Some(&identity("anna")), say(7, 3, "{}"), now)
        .unwrap();
    assert_eq!(left.tick_for_peers(now), None, "it waits for company");
    let later = now + limits::PRESENCE_PEERS_COALESCE;
    exchange(LEFT, left.tick_for_peers(later), &mut right, later);
    assert_eq!(left.tick_for_peers(later), None, "told once");
    assert!(told(right.tick(later))[0].2.contains("Dr anna"));
    assert_eq!(
        right.take_for_peers(now),
        None,
        "nobody speaks for another node"
    );
    left.leave(ANNA, later);
    exchange(LEFT, left.take_for_peers(now), &mut right, later);
    assert!(right.is_empty());
}

#[test]
fn a_node_that_has_gone_takes_its_members_along() {
    let now = Instant::now();
    let mut right = Presence::with_peers();
    right.hear_peer(LEFT, say(7, 3, "{}"), now).unwrap();
    right.hear_peer(NodeId(9), say(8, 3, "{}"), now).unwrap();
    right.node_gone(LEFT, now);
    assert_eq!(right.len(), 1);
    right.forget_peers(now);
    assert!(right.is_empty());
}

#[test]
fn who_moves_to_another_node_is_seen_there_at_once_and_stays_when_the_old_one_notices() {
    let now = Instant::now();
    let anna = identity("anna");
    let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
    left.hear(ANNA, Some(&anna), say(7, 3, "{}"), now).unwrap();
    exchange(LEFT, left.take_for_peers(now), &mut right, now);
    right.tick(now);
    // The line is cut; the left node has not noticed.
    right
        .hear(BERT, Some(&anna), say(7, 4, r#"{"cursor":1}"#), now)
        .unwrap();
    exchange(RIGHT, right.take_for_peers(now), &mut left, now);
    left.leave(ANNA, now);
    exchange(LEFT, left.take_for_peers(now), &mut right, now);
    assert_eq!(right.len(), 1, "only her node can say that she has gone");
    exchange(RIGHT, right.take_for_peers(now), &mut left, now);
    assert_eq!(left.len(), 1, "and it says that she has not");
    left.tick(now);
    right.leave(BERT, now);
    exchange(RIGHT, right.take_for_peers(now), &mut left, now);
    assert!(left.is_empty() && right.is_empty());
}

#[test]
fn who_repeats_what_they_were_told_does_not_speak_for_members_elsewhere() {
    let now = Instant::now();
    // In open mode nobody's name is vouched for, and one person may have two devices.
    for identity in [None, Some(identity("anna"))] {
        let identity = identity.as_ref();
        let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
        left.hear(ANNA, identity, say(7, 1, "{}"), now).unwrap();
        exchange(LEFT, left.take_for_peers(now), &mut right, now);
        let heard = told(right.tick(now)).remove(0);
        // One who has not spoken for themselves yet, and one who has; stock clients repeat everybody's.
        right
            .hear(BERT, identity, say(7, heard.1, &heard.2), now)
            .unwrap();
        right.hear(BERT, identity, say(8, 1, "{}"), now).unwrap();
        assert!(right.everybody().is_some(), "somebody joins");
        right
            .hear(BERT, identity, say(7, heard.1, &heard.2), now)
            .unwrap();
        left.hear(ANNA, identity, say(7, 2, r#"{"cursor":1}"#), now)
            .unwrap();
        exchange(LEFT, left.take_for_peers(now), &mut right, now);
        let later = now + limits::PRESENCE_COALESCE;
        let seen = told(right.tick(later));
        let anna = seen.iter().find(|entry| entry.0 == 7).unwrap();
        assert!(anna.2.contains("cursor"), "{seen:?}");
    }
}

#[test]
fn a_clock_beyond_reason_is_left_out_wherever_it_comes_from() {
    let now = Instant::now();
    let mut presence = Presence::with_peers();
    let beyond = limits::PRESENCE_CLOCK_MAX + 1;
    presence
        .hear(ANNA, None, say(1, beyond, "{}"), now)
        .unwrap();
    presence.hear_peer(LEFT, say(2, beyond, "{}"), now).unwrap();
    assert!(presence.is_empty());
    presence
        .hear(ANNA, None, say(1, limits::PRESENCE_CLOCK_MAX, "{}"), now)
        .unwrap();
    presence.leave(ANNA, now);
    let removal = presence.tick(now).expect("a removal");
    assert!(awareness::decode(removal).is_ok(), "others can read it");
}

#[test]
fn one_connection_has_so_much_to_say_and_no_more() {
    let now = Instant::now();
    let mut presence = Presence::default();
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(7_000));
    for client in 0..20 {
        presence
            .hear(ANNA, None, say(client, 1, &large), now)
            .unwrap();
    }
    assert_eq!(
        presence.len(),
        limits::PRESENCE_CONNECTION_BYTES_MAX / large.len()
    );
    // Less may always be said, and makes room.
    presence.hear(ANNA, None, say(0, 2, "{}"), now).unwrap();
    presence.hear(ANNA, None, say(19, 2, &large), now).unwrap();
    assert_eq!(
        presence.len(),
        limits::PRESENCE_CONNECTION_BYTES_MAX / large.len() + 1
    );
    presence.hear(BERT, None, say(30, 1, &large), now).unwrap();
    assert_eq!(told(presence.tick(now)).last().unwrap().0, 30);
}

#[test]
fn a_crowd_is_told_to_other_nodes_bit_by_bit() {
    let mut now = Instant::now();
    let (mut left, mut right) = (Presence::with_peers(), Presence::with_peers());
    let state = format!(r#"{{"a":"{}"}}"#, "x".repeat(7_000));
    for client in 0..100 {
        let from = SubscriberId(100 + client);
        left.hear(from, None, say(client, 1, &state), now).unwrap();
    }
    let mut messages = 0;
    while let Some(due) = left.for_peers.as_ref().unwrap().tell_at {
        now = now.max(due);
        let payload = left.tick_for_peers(now).unwrap();
        assert!(payload.len() < limits::PRESENCE_PEERS_BYTES_MAX + 2 * state.len());
        exchange(LEFT, Some(payload), &mut right, now);
        messages += 1;
    }
    assert_eq!(right.len(), 100);
    assert!(messages > 5, "{messages}");
}

#[test]
fn an_id_stays_its_members_when_they_have_gone() {
    let now = Instant::now();
    let (anna, bert) = (identity("anna"), identity("bert"));
    let mut presence = Presence::default();
    presence
        .hear(ANNA, Some(&anna), say(7, 1, "{}"), now)
        .unwrap();
    assert_eq!(presence.speaker_of(7), Some(&anna.user));
    presence.leave(ANNA, now);
    let later = SubscriberId(50);
    presence.joined(later);
    presence
        .hear(later, Some(&bert), say(7, 9, "{}"), now)
        .unwrap();
    assert!(presence.is_empty());
    assert_eq!(presence.speaker_of(7), Some(&anna.user));
    presence
        .hear(later, Some(&anna), say(7, 9, "{}"), now)
        .unwrap();
    assert_eq!(presence.len(), 1);
}

#[test]
fn nobody_takes_over_a_member_of_another_node() {
    let now = Instant::now();
    let mut left = Presence::with_peers();
    let mut right = Presence::with_peers();
    left.hear(ANNA, Some(&identity("anna")), say(7, 3, "{}"), now)
        .unwrap();
    exchange(LEFT, left.take_for_peers(now), &mut right, now);
    right
        .hear(BERT, Some(&identity("bert")), say(7, 9, "{}"), now)
        .unwrap();
    assert!(told(right.tick(now))[0].2.contains("Dr anna"));
    // Nor does a node's word about a member who is here count.
    left.hear_peer(RIGHT, say(7, 99, r#"{"x":1}"#), now)
        .unwrap();
    assert!(told(left.tick(now))[0].2.contains("Dr anna"));
}

#[test]
fn a_newcomer_among_the_nodes_is_told_of_everybody_who_is_here() {
    let now = Instant::now();
    let mut left = Presence::with_peers();
    left.hear(ANNA, None, say(7, 3, "{}"), now).unwrap();
    left.hear_peer(RIGHT, say(8, 3, "{}"), now).unwrap();
    assert!(left.take_for_peers(now).is_some());
    left.announce(now);
    let told = told(left.take_for_peers(now));
    assert_eq!(
        told.iter().map(|(client, ..)| *client).collect::<Vec<_>>(),
        [7]
    );
}

#[test]
fn text_that_is_not_a_json_object_never_reaches_others() {
    let mut presence = Presence::default();
    let now = Instant::now();
    for bad in ["", "7", "[1]", "{", "{\"a\":}", "\"x\""] {
        presence.hear(ANNA, None, say(1, 1, bad), now).unwrap();
    }
    assert_eq!(told(presence.tick(now)), []);
}

#[test]
fn what_is_kept_for_speed_is_what_a_look_at_everybody_says() {
    let mut presence = Presence::with_peers();
    let mut now = Instant::now();
    let mut chance = 1_u64;
    let mut draw = |below: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) % below
    };
    for round in 1..4_000 {
        now += Duration::from_millis(draw(400));
        let id = SubscriberId(1 + draw(6));
        presence.joined(id);
        let (client, clock) = (draw(200), draw(round));
        let state = if draw(4) == 0 { REMOVED } else { "{}" };
        match draw(8) {
            0 => presence.leave(id, now),
            1 => presence
                .hear_peer(NodeId(draw(2)), say(client, clock, state), now)
                .unwrap(),
            2 => presence.node_gone(NodeId(draw(2)), now),
            3 => presence.set_quiet(id, draw(2) == 0, now),
            _ => presence
                .hear(id, None, say(client, clock, state), now)
                .unwrap(),
        }
        presence.tick(now);
        if draw(50) == 0 {
            now += Duration::from_secs(700);
            presence.forget_long_gone(now);
        }
        let mut of_connection: BTreeMap<SubscriberId, BTreeSet<u64>> = BTreeMap::new();
        for (client, entry) in &presence.entries {
            if let Owner::Here(id) = entry.owner {
                of_connection.entry(id).or_default().insert(*client);
            }
            let expires_at = entry.renewed + limits::PRESENCE_TIMEOUT;
            assert!(entry.state.is_none() || presence.expiry_at.is_some_and(|at| at <= expires_at));
        }
        assert_eq!(presence.of_connection, of_connection, "round {round}");
    }
}
