//! Moments as FHIR writes them: UTC, in the years 1 to 9999; null for others, which no honest clock shows.

use serde_json::Value;

use crate::calendar::date_of;

const SECOND_MS: i64 = 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * SECOND_MS;

/// A day.
pub(super) fn date(at_ms: i64) -> Value {
    day(at_ms).into()
}

/// A moment to the second.
pub(super) fn date_time(at_ms: i64) -> Value {
    let written = day(at_ms).map(|day| format!("{day}T{}Z", time(at_ms)));
    written.into()
}

/// A moment to the millisecond.
pub(super) fn instant(at_ms: i64) -> Value {
    let ms = at_ms.rem_euclid(SECOND_MS);
    let written = day(at_ms).map(|day| format!("{day}T{}.{ms:03}Z", time(at_ms)));
    written.into()
}

/// A day that people have written as `2026-11-26`; null for what is none.
pub(super) fn written_date(text: &str) -> Value {
    let parts: Vec<Option<i64>> = text
        .split('-')
        .map(|part| {
            part.parse()
                .ok()
                .filter(|_| part.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect();
    match parts[..] {
        [Some(year), Some(month), Some(day)] if text.len() == 10 => {
            partial_date(&[year, month, day])
                .filter(|date| date == text)
                .into()
        }
        _ => Value::Null,
    }
}

/// A year, a month or a day by its parts; a part that no calendar has ends it.
pub(super) fn partial_date(parts: &[i64]) -> Option<String> {
    let year = *parts.first().filter(|year| (1..=9_999).contains(*year))?;
    let mut date = format!("{year:04}");
    let Some(month) = parts.get(1).filter(|month| (1..=12).contains(*month)) else {
        return Some(date);
    };
    date.push_str(&format!("-{month:02}"));
    if let Some(day) = parts
        .get(2)
        .filter(|day| (1..=days_in(year, *month)).contains(*day))
    {
        date.push_str(&format!("-{day:02}"));
    }
    Some(date)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn day(at_ms: i64) -> Option<String> {
    let (year, month, day) = date_of(at_ms.div_euclid(DAY_MS))?;
    (1..=9_999)
        .contains(&year)
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn time(at_ms: i64) -> String {
    let seconds = at_ms.rem_euclid(DAY_MS) / SECOND_MS;
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(instant(1_790_000_000_007), "2026-09-21T14:13:20.007Z");
        assert_eq!(date_time(-1), "1969-12-31T23:59:59Z");
        assert_eq!(date(951_782_400_000), "2000-02-29");
        assert_eq!(instant(i64::MAX), Value::Null);
    }

    #[test]
    fn a_day_that_was_written_is_one_of_the_calendar_or_none() {
        assert_eq!(written_date("2028-02-29"), "2028-02-29");
        for text in [
            "2027-02-29",
            "2027-13-01",
            "27-1-1",
            "",
            "2027-1-001",
            "+027-01-01",
            "0000-01-01",
        ] {
            assert_eq!(written_date(text), Value::Null, "{text}");
        }
    }

    #[test]
    fn publications_are_of_a_year_a_month_or_a_day() {
        let date = |parts: &[i64]| partial_date(parts).unwrap_or_default();
        assert_eq!(date(&[2011, 4, 31]), "2011-04");
        assert_eq!(date(&[2011, 0]), "2011");
        assert_eq!(date(&[2000, 2, 29]), "2000-02-29");
        assert_eq!(date(&[-44, 3, 15]), "");
    }
}
