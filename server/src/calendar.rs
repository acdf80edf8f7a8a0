//! Days as every calendar has them, from milliseconds since 1970. Knows no clock.

/// Days since 1970 as a date of the Gregorian calendar (after Howard Hinnant's `civil_from_days`); `None` beyond the years
/// that a page shows.
#[must_use]
pub fn date_of(days: i64) -> Option<(i64, i64, i64)> {
    if !(-1_000_000..=1_000_000).contains(&days) {
        return None;
    }
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some((year, month, day))
}
