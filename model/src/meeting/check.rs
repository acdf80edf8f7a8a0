//! Whether what a command brings with it is within the limits.

use std::collections::BTreeSet;

use consilium_protocol::ids::UserId;

use super::limits;
use super::people::Admission;
use super::place::Place;
use super::refusal::Refusal;
use super::state::State;
use super::time::Span;

/// A text of one line.
pub(super) fn line(text: &str) -> Result<(), Refusal> {
    let is_fine = !text.trim().is_empty()
        && text.len() <= limits::LINE_BYTES_MAX
        && !text.chars().any(char::is_control);
    is_fine.then_some(()).ok_or(Refusal::BadText)
}

/// A text of several.
pub(super) fn text(text: &str) -> Result<(), Refusal> {
    let is_fine = !text.trim().is_empty()
        && text.len() <= limits::TEXT_BYTES_MAX
        && !text.chars().any(|c| c.is_control() && c != '\n');
    is_fine.then_some(()).ok_or(Refusal::BadText)
}

/// A time for an item, or for a turn.
pub(super) fn time_box(time: Span) -> Result<(), Refusal> {
    within(time, limits::TIME_BOX_MIN, limits::TIME_BOX_MAX)
}

/// A span between two.
pub(super) fn within(time: Span, least: Span, most: Span) -> Result<(), Refusal> {
    (least <= time && time <= most)
        .then_some(())
        .ok_or(Refusal::BadTime)
}

/// What may be chosen.
pub(super) fn options(options: &[String]) -> Result<(), Refusal> {
    options.iter().try_for_each(|option| line(option))?;
    let different: BTreeSet<&String> = options.iter().collect();
    let is_fine =
        (2..=limits::OPTIONS_MAX).contains(&options.len()) && different.len() == options.len();
    is_fine.then_some(()).ok_or(Refusal::BadChoices)
}

/// One more of something that there are `count` of.
pub(super) fn room_for_one(count: usize, most: usize) -> Result<(), Refusal> {
    (count < most).then_some(()).ok_or(Refusal::Full)
}

impl State {
    /// A place that the meeting is about.
    pub(super) fn check_place(&self, place: &Place) -> Result<(), Refusal> {
        if let Some(section) = &place.section {
            line(section)?;
        }
        self.documents
            .contains(&place.document)
            .then_some(())
            .ok_or(Refusal::NotOurText)
    }

    /// Somebody who has been admitted, whether present or not.
    pub(super) fn check_admitted(&self, who: &UserId) -> Result<(), Refusal> {
        self.people
            .get(who)
            .is_some_and(|person| person.admission == Admission::Admitted)
            .then_some(())
            .ok_or(Refusal::NoSuchPerson)
    }

    /// A list of editors.
    pub(super) fn check_names(&self, names: &BTreeSet<UserId>) -> Result<(), Refusal> {
        if names.len() > limits::NAMES_MAX {
            return Err(Refusal::Full);
        }
        names.iter().try_for_each(|who| self.check_admitted(who))
    }
}
