//! A colleague on a stage: what they do, in which order, and what they never do.

use super::*;
use crate::demo::script::PARTS;

fn part_of(habit: Habit) -> Part {
    *PARTS.iter().find(|part| part.habit == habit).unwrap()
}

/// Somebody's paragraph, as the server has it and as their own device has it.
struct Stage {
    colleague: Colleague,
    written: String,
    at_the_server: String,
    audience: Audience,
    took: Duration,
}

impl Stage {
    fn new(part: Part, seed: u64) -> Self {
        Self {
            colleague: Colleague::new(part, seed),
            written: String::new(),
            at_the_server: String::new(),
            audience: Audience::Somebody,
            took: Duration::ZERO,
        }
    }

    fn step(&mut self) -> Move {
        let scene = Scene {
            audience: self.audience,
            written: Some(&self.written),
        };
        let (step, wait) = self.colleague.next(scene);
        self.took += wait;
        match step {
            Move::Type(character) => self.written.push(character),
            Move::Erase => {
                self.written.pop().expect("something is erased");
            }
            _ => {}
        }
        if self.colleague.is_here() {
            self.at_the_server.clone_from(&self.written);
        }
        step
    }

    fn until(&mut self, wanted: &Move) {
        for _ in 0..2_000 {
            if self.step() == *wanted {
                return;
            }
        }
        panic!("{wanted:?} does not come");
    }
}

#[test]
fn nobody_comes_without_an_audience() {
    let mut stage = Stage::new(part_of(Habit::Steady), 1);
    for audience in [Audience::Nobody, Audience::Oneself] {
        stage.audience = audience;
        for _ in 0..50 {
            assert_eq!(stage.step(), Move::Wait);
        }
    }
    stage.audience = Audience::Somebody;
    assert_eq!(stage.step(), Move::Come);
}

#[test]
fn the_text_is_always_the_beginning_of_a_draft_and_each_draft_is_reached() {
    for (seed, part) in PARTS.iter().enumerate() {
        let mut stage = Stage::new(*part, seed as u64);
        let mut reached = vec![0; part.drafts.len()];
        for _ in 0..5_000 {
            stage.step();
            assert!(
                part.drafts
                    .iter()
                    .any(|draft| draft.starts_with(&stage.written)),
                "{}",
                stage.written
            );
            if let Some(draft) = part.drafts.iter().position(|draft| *draft == stage.written) {
                reached[draft] += 1;
            }
        }
        assert!(reached.iter().all(|times| *times > 1), "{reached:?}");
    }
}

#[test]
fn a_good_typist_is_as_fast_as_a_person() {
    let part = part_of(Habit::Steady);
    let mut stage = Stage::new(part, 3);
    while stage.written != part.drafts[0] {
        stage.step();
    }
    let a_key = stage.took / part.drafts[0].chars().count() as u32;
    let of_a_person = Duration::from_millis(100)..Duration::from_millis(400);
    assert!(of_a_person.contains(&a_key), "{a_key:?}");
}

#[test]
fn when_the_last_visitor_goes_so_do_they_and_they_write_on_when_one_comes() {
    let mut stage = Stage::new(part_of(Habit::Steady), 4);
    for _ in 0..30 {
        stage.step();
    }
    let written = stage.written.clone();
    stage.audience = Audience::Nobody;
    assert_eq!(stage.step(), Move::Leave);
    assert_eq!(stage.step(), Move::Wait);
    stage.audience = Audience::Somebody;
    assert_eq!(stage.step(), Move::Come);
    assert!(matches!(stage.step(), Move::Type(_)));
    assert!(stage.written.starts_with(&written));
}

#[test]
fn what_is_written_offline_arrives_at_once_when_the_network_is_back() {
    let mut stage = Stage::new(part_of(Habit::GoesOffline), 5);
    stage.until(&Move::LoseNetwork);
    let seen = stage.at_the_server.clone();
    for _ in 0..10 {
        stage.step();
    }
    assert!(stage.written.len() > seen.len());
    assert_eq!(stage.at_the_server, seen);
    stage.until(&Move::FindNetwork);
    assert_eq!(stage.at_the_server, stage.written);
}

#[test]
fn nobody_leaves_with_something_that_only_their_device_has() {
    let mut stage = Stage::new(part_of(Habit::GoesOffline), 6);
    stage.until(&Move::LoseNetwork);
    stage.step();
    stage.audience = Audience::Nobody;
    assert_eq!(stage.step(), Move::FindNetwork);
    assert_eq!(stage.step(), Move::Leave);
}

#[test]
fn a_paragraph_in_which_somebody_else_has_written_is_left_alone() {
    for change in ["!", " And what about children?"] {
        let mut stage = Stage::new(part_of(Habit::Steady), 7);
        for _ in 0..20 {
            stage.step();
        }
        stage.written.push_str(change);
        let theirs = stage.written.clone();
        assert_eq!(stage.step(), Move::Leave);
        for _ in 0..100 {
            assert_eq!(stage.step(), Move::Wait);
        }
        assert_eq!(stage.written, theirs);
    }
    let mut colleague = Colleague::new(part_of(Habit::Steady), 8);
    let deleted = Scene {
        audience: Audience::Somebody,
        written: None,
    };
    assert_eq!(colleague.next(deleted).0, Move::Wait);
}

#[test]
fn a_page_that_is_left_open_does_not_fill_the_journal() {
    let mut stage = Stage::new(part_of(Habit::GoesOffline), 9);
    let mut keys = 0;
    for _ in 0..4 * KEYS_MAX {
        keys += u32::from(matches!(stage.step(), Move::Type(_) | Move::Erase));
    }
    assert_eq!(keys, KEYS_MAX);
    assert_eq!(stage.step(), Move::Wait);
}

#[test]
fn the_same_seed_plays_the_same() {
    let play = |seed| {
        let mut stage = Stage::new(part_of(Habit::GoesOffline), seed);
        let moves: Vec<Move> = (0..200).map(|_| stage.step()).collect();
        (moves, stage.took)
    };
    assert_eq!(play(10), play(10));
    assert_ne!(play(10).1, play(11).1);
}

#[test]
fn whoever_has_finished_a_draft_looks_at_what_was_said_and_only_where_others_can_hear_them() {
    for habit in [Habit::Steady, Habit::GoesOffline] {
        let part = part_of(habit);
        let mut stage = Stage::new(part, 9);
        let mut considered = 0;
        for _ in 0..3_000 {
            if stage.step() == Move::Consider {
                considered += 1;
                assert!(stage.colleague.is_here());
                assert!(part.drafts.contains(&stage.written.as_str()));
            }
        }
        assert!(considered > 1, "{habit:?}: {considered}");
    }
}
