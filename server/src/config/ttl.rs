//! Durations as operators write them: `90s`, `15m`, `8h`, `1d`.

use std::time::Duration;

/// Reads a duration with a unit.
///
/// # Errors
/// A message with examples.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is not a duration such as 90s, 15m, 8h or 1d");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds_per_unit = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    let count: u64 = text[..text.len() - unit.len_utf8()]
        .parse()
        .map_err(|_| wrong())?;
    count
        .checked_mul(seconds_per_unit)
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn durations_have_a_unit() {
        for (text, seconds) in [("90s", 90), ("15m", 900), ("8h", 28_800), ("1d", 86_400)] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for wrong in [
            "",
            "15",
            "m",
            "-1m",
            "0s",
            "1.5h",
            "15 m",
            "99999999999999999999d",
            "5µ",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
