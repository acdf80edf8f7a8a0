//! The chair is gone: grace, the deputy, an election, and the leader's way back. Never two chairs.

use super::super::command::{Actor, Command};
use super::super::deadline::next_deadline;
use super::super::limits;
use super::super::seat::Seat;
use super::super::time::{Moment, Span};
use super::script::{CAST, START, Stage, user};

/// Who acts as chair; `-` for nobody.
fn chair(stage: &Stage) -> &'static str {
    let state = &stage.meeting.state;
    let chairs: Vec<_> = CAST
        .into_iter()
        .filter(|name| state.seat(&Actor::Person(user(name))) == Seat::Chair)
        .collect();
    assert!(chairs.len() <= 1, "{chairs:?}");
    assert_eq!(
        chairs.first().map(|name| user(name)).as_ref(),
        state.lead.chair()
    );
    chairs.first().copied().unwrap_or("-")
}

#[test]
fn the_chair_passes_on_as_the_rule_says() {
    // What happens in a meeting that lena chairs, with dora as deputy; who chairs it then.
    for (steps, expected) in [
        ("", "lena"),
        ("server drop lena", "-"),
        ("server drop lena; @44; server tick", "-"),
        (
            "server drop lena; @44; server tick; server arrive lena member",
            "lena",
        ),
        ("server drop lena; @45; server tick", "dora"),
        // Late, she is back as leader and takes the chair when she wants it.
        (
            "server drop lena; @45; server tick; server arrive lena member",
            "dora",
        ),
        (
            "server drop lena; @45; server tick; server arrive lena member; lena reclaim",
            "lena",
        ),
        // Demoted while away.
        ("server drop lena; server arrive lena guest", "dora"),
        ("server arrive lena guest", "dora"),
        // Saying goodbye, or put out by the community: at once.
        ("lena leave", "dora"),
        ("server expel lena", "dora"),
        // The deputies in their order, those present.
        ("lena name-deputies mia,max; lena leave", "mia"),
        (
            "lena name-deputies mia,max; server drop mia; lena leave",
            "max",
        ),
        (
            "lena name-deputies mia,max; lena remove mia no; lena leave",
            "max",
        ),
        (
            "lena name-deputies mia,max; server drop mia; server drop max; lena leave",
            "-",
        ),
        // Not who is recused from what is dealt with.
        (
            "lena recuse dora 0 read-only; lena begin-item 0; lena leave",
            "-",
        ),
        // Somebody named comes while there is nobody.
        (
            "server drop dora; lena leave; server arrive dora member",
            "dora",
        ),
        (
            "server drop dora; lena leave; server arrive lena member",
            "lena",
        ),
        (
            "server drop dora; lena leave; server drop mo; server arrive mo member",
            "-",
        ),
        // The leader is there and somebody else's chair is vacant.
        (
            "lena hand-over mia; server drop mia; @45; server tick",
            "lena",
        ),
        ("lena hand-over mia; server drop mia; lena reclaim", "lena"),
        // Elections.
        (
            "server drop dora; lena leave; mia elect max; max elect max",
            "-",
        ),
        (
            "server drop dora; lena leave; mia elect max; max elect max; mo elect mia",
            "max",
        ),
        (
            "server drop dora; lena leave; mia elect max; @60; server tick",
            "max",
        ),
        (
            "server drop dora; lena leave; mia elect max; @59; server tick",
            "-",
        ),
        // A tie goes to whoever came first.
        (
            "server drop dora; lena leave; mia elect max; max elect mia; @60; server tick",
            "mia",
        ),
        // The last word counts.
        (
            "server drop dora; lena leave; mia elect max; mia elect mo; @60; server tick",
            "mo",
        ),
        // Whoever is gone by then counts for nothing, elected or electing.
        (
            "server drop dora; lena leave; mia elect max; server drop max; @60; server tick",
            "-",
        ),
        (
            "server drop dora; lena leave; mia elect max; mia leave; @60; server tick",
            "-",
        ),
        (
            "server drop dora; lena leave; mia elect max; @60; server drop max; server tick; server arrive max member; \
          mia elect max; max elect max; mo elect mo",
            "max",
        ),
        // Whoever was elected drops too.
        (
            "server drop dora; lena leave; mia elect max; @60; server tick; server drop max; @105; server tick",
            "-",
        ),
        ("lena end", "-"),
    ] {
        assert_eq!(chair(&Stage::open().play(steps)), expected, "{steps}");
    }
}

#[test]
fn the_server_is_told_when_to_look_again() {
    let after = |seconds: u64| Some(Moment(START).plus(Span::seconds(seconds)));
    for (steps, expected) in [
        ("", None),
        ("server drop lena", Some(limits::GRACE)),
        ("server drop lena; @45; server tick", None),
        ("server drop dora; lena leave", None),
        (
            "server drop dora; lena leave; mia elect max",
            Some(limits::ELECTION),
        ),
        ("lena begin-item 0", Some(Span::minutes(10))),
        ("lena begin-item 0; lena pause-timer", None),
        (
            "lena begin-item 0; lena gather q1 10; lena give-floor mia 30",
            Some(Span::seconds(10)),
        ),
        (
            "lena begin-item 0; lena give-floor mia 30",
            Some(Span::seconds(30)),
        ),
        ("lena begin-item 0; lena end", None),
    ] {
        let stage = Stage::open().play(steps);
        let found = next_deadline(&stage.meeting.state);
        assert_eq!(
            found,
            expected.and_then(|span| after(span.0 / 1_000)),
            "{steps}"
        );
    }
}

#[test]
fn a_clock_that_goes_back_takes_no_time_away() {
    let mut stage = Stage::open().play("@100; lena begin-item 0");
    stage.now = Moment(START - 1_000_000);
    let decision = stage.must("lena pause-timer");
    assert_eq!(decision.records[0].at, Moment(START + 100_000));
}

#[test]
fn commands_decided_on_one_version_make_one_chair_whichever_comes_first() {
    // Two nodes decide at once: the leader is back here, the grace is over there. The store takes one of them.
    let stage = Stage::open().play("server drop lena");
    let here = (
        Command::Arrive {
            who: user("lena"),
            kind: super::super::people::Kind::Member,
        },
        Moment(START + 44_000),
    );
    let there = (Command::Tick, Moment(START + 46_000));
    for (first, second) in [(&here, &there), (&there, &here)] {
        let mut meeting = stage.meeting.clone();
        meeting.apply(&first.0, &Actor::Server, first.1).unwrap();
        // The other is decided again, on the version that there is now.
        meeting.apply(&second.0, &Actor::Server, second.1).unwrap();
        let expected = if first == &here { "lena" } else { "dora" };
        assert_eq!(meeting.state.lead.chair(), Some(&user(expected)));
    }
}
