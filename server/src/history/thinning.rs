//! Which versions without a name are kept. Pure.
//!
//! All of the last thirty days; then the last of each day, for a year; then the last of each thirty days. Of these at most
//! [`UNNAMED_MAX`], with at most [`UNNAMED_BYTES_MAX`] bytes, the latest first. So the space that a document's past takes is
//! bounded however long and often people work on it, and what is forgotten is what nobody named and few would look for.
//! That a session took place, and who worked, is never forgotten.

/// Versions without a name, of one document. A year of daily work, and some.
pub const UNNAMED_MAX: usize = 400;

/// Their bytes, compressed.
pub const UNNAMED_BYTES_MAX: usize = 64 * 1024 * 1024;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const ALL_FOR_MS: i64 = 30 * DAY_MS;
const DAILY_FOR_MS: i64 = 365 * DAY_MS;

/// A version without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unnamed {
    /// Its moment.
    pub at_ms: i64,
    /// What it takes, compressed; 0 when it is not known yet.
    pub bytes: usize,
}

/// Those of these versions that are to go, by their moments.
#[must_use]
pub fn superfluous(mut versions: Vec<Unnamed>, now_ms: i64) -> Vec<i64> {
    versions.sort_by_key(|version| std::cmp::Reverse(version.at_ms));
    let mut gone = Vec::new();
    let (mut count, mut bytes) = (0, 0_usize);
    let mut last_period = None;
    for version in versions {
        let period = period_of(version.at_ms, now_ms);
        let is_alone = period.is_none() || period != last_period;
        let fits = count == 0
            || (count < UNNAMED_MAX && bytes.saturating_add(version.bytes) <= UNNAMED_BYTES_MAX);
        if is_alone && fits {
            count += 1;
            bytes = bytes.saturating_add(version.bytes);
            last_period = period;
        } else {
            gone.push(version.at_ms);
        }
    }
    gone
}

/// The stretch of time of which one version is kept; `None` where all are.
fn period_of(at_ms: i64, now_ms: i64) -> Option<(i64, i64)> {
    let age_ms = now_ms - at_ms;
    if age_ms <= ALL_FOR_MS {
        None
    } else if age_ms <= DAILY_FOR_MS {
        Some((DAY_MS, at_ms.div_euclid(DAY_MS)))
    } else {
        Some((ALL_FOR_MS, at_ms.div_euclid(ALL_FOR_MS)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 20_000 * DAY_MS;
    const HOUR_MS: i64 = DAY_MS / 24;

    fn version(age_ms: i64) -> Unnamed {
        Unnamed {
            at_ms: NOW_MS - age_ms,
            bytes: 10,
        }
    }

    fn kept(versions: &[Unnamed], now_ms: i64) -> Vec<Unnamed> {
        let gone = superfluous(versions.to_vec(), now_ms);
        versions
            .iter()
            .copied()
            .filter(|version| !gone.contains(&version.at_ms))
            .collect()
    }

    #[test]
    fn what_is_new_stays_and_what_is_old_thins_out() {
        let lately: Vec<_> = (0..100).map(|step| version(step * HOUR_MS)).collect();
        assert_eq!(kept(&lately, NOW_MS), lately);

        // Three a day, forty days ago: the last of each day stays.
        let daily: Vec<_> = (40 * 24..43 * 24)
            .step_by(8)
            .map(|hour| version(hour * HOUR_MS + HOUR_MS))
            .collect();
        assert_eq!(kept(&daily, NOW_MS).len(), 3);
        assert_eq!(kept(&daily, NOW_MS)[0], daily[0]);

        // Daily, two years ago: one in thirty days.
        let old: Vec<_> = (720..810).map(|day| version(day * DAY_MS)).collect();
        assert!((3..=4).contains(&kept(&old, NOW_MS).len()));
    }

    #[test]
    fn a_version_that_is_too_large_for_the_bound_stays_if_it_is_the_latest() {
        let large = Unnamed {
            bytes: 2 * UNNAMED_BYTES_MAX,
            ..version(0)
        };
        assert_eq!(superfluous(vec![version(1), large], NOW_MS), [NOW_MS - 1]);
        assert_eq!(superfluous(vec![large], NOW_MS), [0_i64; 0]);
    }

    #[test]
    fn many_years_of_work_stay_within_the_bounds_and_thinning_again_changes_nothing() {
        for seed in 1..40_u64 {
            let mut state = seed;
            let mut dice = |bound: u64| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state % bound
            };
            let mut versions = Vec::new();
            let mut at_ms = NOW_MS - 8 * DAILY_FOR_MS;
            while at_ms < NOW_MS {
                let bytes = usize::try_from(dice(600_000)).unwrap();
                versions.push(Unnamed { at_ms, bytes });
                at_ms += i64::try_from(dice(3 * DAY_MS.unsigned_abs())).unwrap() + 1;
                // As it happens: thinned with each one that is added.
                if dice(10) == 0 {
                    versions = kept(&versions, at_ms);
                }
            }
            let once = kept(&versions, NOW_MS);
            assert_eq!(kept(&once, NOW_MS), once, "seed {seed}");
            assert!(once.len() <= UNNAMED_MAX, "seed {seed}");
            let bytes: usize = once.iter().map(|version| version.bytes).sum();
            assert!(bytes <= UNNAMED_BYTES_MAX, "seed {seed}");
            assert_eq!(
                once.last(),
                versions.last(),
                "seed {seed}: the latest stays"
            );
        }
    }
}
