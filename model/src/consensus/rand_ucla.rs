//! The RAND/UCLA Appropriateness Method: median, agreement and disagreement of ratings from 1 to 9.
//!
//! Source: Fitch K, Bernstein SJ, Aguilar MD, et al. The RAND/UCLA Appropriateness Method User's Manual. RAND, 2001
//! (MR-1269). Everything is computed in whole numbers: percentiles come out in tenths, the adjusted range in two-hundredths.

use super::ballot::{Band, Rating};
use super::exact::Fraction;

/// How many ratings were given of each value, 1 first.
pub type Histogram = [u32; 9];

/// Counts ratings.
#[must_use]
pub fn histogram(ratings: impl IntoIterator<Item = Rating>) -> Histogram {
    let mut counts = Histogram::default();
    for rating in ratings {
        counts[usize::from(rating.get()) - 1] += 1;
    }
    counts
}

/// How many ratings lie in a third of the scale.
#[must_use]
pub fn in_band(histogram: &Histogram, band: Band) -> u32 {
    let range = match band {
        Band::Low => 0..3,
        Band::Middle => 3..6,
        Band::High => 6..9,
    };
    histogram[range].iter().sum()
}

/// What the manual's table says of a panel of some size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Disagreement: at least so many in 1 to 3, and as many in 7 to 9.
    pub extremes_min: u32,
    /// Agreement: at most so many outside the third of the scale that holds the median.
    pub outside_max: u32,
}

/// The table of the classic definitions. It begins with panels of 8 and ends with those of 16: for other sizes the method
/// has no classic definition, and none is made up here.
#[must_use]
pub const fn table(ratings: u32) -> Option<Table> {
    let (extremes_min, outside_max) = match ratings {
        8..=10 => (3, 2),
        11..=13 => (4, 3),
        14..=16 => (5, 4),
        _ => return None,
    };
    Some(Table {
        extremes_min,
        outside_max,
    })
}

/// The classic definitions, applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classic {
    /// Many in both extremes.
    pub disagreement: bool,
    /// Few outside the third that holds the median. Neither may hold; both cannot.
    pub agreement: bool,
}

/// What ratings come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// How many there are.
    pub ratings: u32,
    /// The middle one, or half-way between the two in the middle.
    pub median: Fraction,
    /// The third of the scale that the median counts for: between two of them (3.5, 6.5) it counts for the upper one.
    pub band: Band,
    /// Ratings outside the third that holds the median. Between two thirds none holds it, so all are outside; counted
    /// from the upper one it would be half of them, which is too many for agreement in any panel of the table as well.
    pub outside: u32,
    /// The 30th percentile.
    pub p30: Fraction,
    /// The 70th percentile.
    pub p70: Fraction,
    /// The interpercentile range: `p70 - p30`.
    pub ipr: Fraction,
    /// The range from which on there is disagreement, adjusted for symmetry: `2.35 + 1.5 |5 - (p30 + p70) / 2|`.
    pub ipras: Fraction,
    /// The disagreement index, `ipr / ipras`: above 1 there is disagreement.
    pub index: Fraction,
    /// `None` for a number of ratings of which the table says nothing.
    pub classic: Option<Classic>,
    /// Whether `ipr > ipras`.
    pub ipras_disagreement: bool,
}

impl Spread {
    /// `None` where there is no rating.
    #[must_use]
    pub fn of(histogram: &Histogram) -> Option<Self> {
        let count: u32 = histogram.iter().sum();
        let last = count.checked_sub(1)?;
        // Twice the median, so that it is whole.
        let twice = i64::from(rating_at(histogram, last / 2))
            + i64::from(rating_at(histogram, last.div_ceil(2)));
        let band = match twice {
            ..=6 => Band::Low,
            7..=12 => Band::Middle,
            _ => Band::High,
        };
        let is_between = matches!(twice, 7 | 13);
        let outside = if is_between {
            count
        } else {
            count - in_band(histogram, band)
        };
        let p30 = percentile_in_tenths(histogram, last, 3);
        let p70 = percentile_in_tenths(histogram, last, 7);
        let ipr = p70 - p30;
        // 1.5 |5 - (p30 + p70) / 2| with both in tenths is 15 |100 - (p30 + p70)| two-hundredths; 2.35 is 470 of them.
        let ipras = 470 + 15 * (100 - p30 - p70).abs();
        let classic = table(count).map(|table| Classic {
            disagreement: in_band(histogram, Band::Low) >= table.extremes_min
                && in_band(histogram, Band::High) >= table.extremes_min,
            agreement: outside <= table.outside_max,
        });
        Some(Self {
            ratings: count,
            median: Fraction::of(twice, 2),
            band,
            outside,
            p30: Fraction::of(p30, 10),
            p70: Fraction::of(p70, 10),
            ipr: Fraction::of(ipr, 10),
            ipras: Fraction::of(ipras, 200),
            index: Fraction::of(20 * ipr, ipras),
            classic,
            ipras_disagreement: 20 * ipr > ipras,
        })
    }
}

/// The rating at a rank, counted from nought; beyond the last, the highest value of the scale.
fn rating_at(histogram: &Histogram, rank: u32) -> u8 {
    let mut before = 0;
    for (count, value) in histogram.iter().zip(1..) {
        before += count;
        if rank < before {
            return value;
        }
    }
    9
}

/// By linear interpolation at rank `last * tenths / 10`.
fn percentile_in_tenths(histogram: &Histogram, last: u32, tenths: u32) -> i64 {
    let position = u64::from(last) * u64::from(tenths);
    let rank = u32::try_from(position / 10).unwrap_or(last);
    let rest = i64::try_from(position % 10).unwrap_or(0);
    let lower = i64::from(rating_at(histogram, rank));
    let upper = i64::from(rating_at(histogram, last.min(rank.saturating_add(1))));
    10 * lower + rest * (upper - lower)
}
