//! Members who have not been here for long: when they are asked, and when they step back. Pure.
//!
//! A community decides for how many days somebody may be away before they are asked whether they are still with it, and how
//! many days they have for the answer. Unanswered, they step back: they stay a member and keep what they may do, and no
//! longer count among the active ones. Nobody is ever removed by the calendar. An answer counts, and not that a page was
//! opened: whoever is asked sees the question on every page until they answer.

/// A day in milliseconds.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A shorter absence is a holiday.
pub const ASK_AFTER_DAYS_MIN: u32 = 14;
/// A longer one than this needs no rule.
pub const ASK_AFTER_DAYS_MAX: u32 = 1_095;
/// Less is no time to answer.
pub const STEP_BACK_AFTER_DAYS_MIN: u32 = 7;
/// After a year the question is forgotten.
pub const STEP_BACK_AFTER_DAYS_MAX: u32 = 365;

/// What a community decided about members who are away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// They are asked after so many days without a visit.
    pub ask_after_days: u32,
    /// Unanswered for so many days after that, they step back.
    pub step_back_after_days: u32,
}

impl Rule {
    /// A rule within the bounds.
    #[must_use]
    pub fn new(ask_after_days: u32, step_back_after_days: u32) -> Option<Self> {
        let is_fit = (ASK_AFTER_DAYS_MIN..=ASK_AFTER_DAYS_MAX).contains(&ask_after_days)
            && (STEP_BACK_AFTER_DAYS_MIN..=STEP_BACK_AFTER_DAYS_MAX)
                .contains(&step_back_after_days);
        is_fit.then_some(Self {
            ask_after_days,
            step_back_after_days,
        })
    }
}

/// When a member was last here, and what was said since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// Days since 1970 UTC.
    pub last_seen_day: i64,
    /// Since when they are asked.
    pub asked_at_ms: Option<i64>,
    /// Since when they have stepped back.
    pub stepped_back_at_ms: Option<i64>,
}

/// What is to be done about a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// They are asked whether they are still with the community.
    Ask,
    /// They were asked, and the community no longer wants to know.
    StopAsking,
    /// They did not answer.
    StepBack,
}

/// The day of a moment.
#[must_use]
pub const fn day_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(DAY_MS)
}

/// What is to be done about a member at `now_ms`. Carrying it out twice is carrying it out once.
#[must_use]
pub fn next_step(rule: Option<Rule>, member: Attendance, now_ms: i64) -> Step {
    if member.stepped_back_at_ms.is_some() {
        return Step::Nothing;
    }
    match (rule, member.asked_at_ms) {
        (None, None) => Step::Nothing,
        (None, Some(_)) => Step::StopAsking,
        (Some(rule), None) => {
            let away_days = day_of(now_ms) - member.last_seen_day;
            if away_days >= i64::from(rule.ask_after_days) {
                Step::Ask
            } else {
                Step::Nothing
            }
        }
        (Some(rule), Some(asked_at_ms)) => {
            if now_ms - asked_at_ms >= i64::from(rule.step_back_after_days) * DAY_MS {
                Step::StepBack
            } else {
                Step::Nothing
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        ask_after_days: 30,
        step_back_after_days: 14,
    };

    /// Noon of a day.
    fn noon(day: i64) -> i64 {
        day * DAY_MS + DAY_MS / 2
    }

    #[test]
    fn who_is_away_is_asked_and_who_does_not_answer_steps_back() {
        let rule = Some(RULE);
        for (rule, last_seen_day, asked, stepped_back, today, expected) in [
            (rule, 100, None, None, 100, Step::Nothing),
            (rule, 100, None, None, 129, Step::Nothing),
            (rule, 100, None, None, 130, Step::Ask),
            (rule, 100, None, None, 900, Step::Ask),
            // A clock that was set back asks nobody.
            (rule, 100, None, None, 50, Step::Nothing),
            (rule, 100, Some(130), None, 130, Step::Nothing),
            (rule, 100, Some(130), None, 143, Step::Nothing),
            (rule, 100, Some(130), None, 144, Step::StepBack),
            // To come by is no answer.
            (rule, 143, Some(130), None, 144, Step::StepBack),
            (rule, 100, None, Some(144), 900, Step::Nothing),
            (None, 100, None, None, 900, Step::Nothing),
            (None, 100, Some(130), None, 131, Step::StopAsking),
            // Who has stepped back comes back by themselves, whatever the rule is by then.
            (None, 100, None, Some(144), 900, Step::Nothing),
        ] {
            let member = Attendance {
                last_seen_day,
                asked_at_ms: asked.map(noon),
                stepped_back_at_ms: stepped_back.map(noon),
            };
            let step = next_step(rule, member, noon(today));
            assert_eq!(step, expected, "{rule:?} {member:?} on day {today}");
        }
    }

    #[test]
    fn a_rule_leaves_time_for_holidays_and_for_an_answer() {
        assert_eq!(Rule::new(30, 14), Some(RULE));
        for (ask, back) in [(0, 14), (13, 14), (1_096, 14), (30, 6), (30, 366)] {
            assert_eq!(Rule::new(ask, back), None, "{ask} {back}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_utc() {
        assert_eq!(day_of(0), 0);
        assert_eq!(day_of(DAY_MS - 1), 0);
        assert_eq!(day_of(DAY_MS), 1);
        assert_eq!(day_of(-1), -1);
    }
}
