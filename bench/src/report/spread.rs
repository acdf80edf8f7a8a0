//! A figure over several runs: its median, and the least and the most of it.

use std::fmt;

/// A figure over several runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Spread {
    /// None when there is nothing.
    pub(super) fn of(figures: impl Iterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.collect();
        figures.sort_by(f64::total_cmp);
        let middle = figures.len() / 2;
        let median = if figures.len() % 2 == 1 {
            *figures.get(middle)?
        } else {
            (figures.get(middle.checked_sub(1)?)? + figures.get(middle)?) / 2.0
        };
        Some(Self {
            median,
            least: *figures.first()?,
            most: *figures.last()?,
        })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let median = told(self.median);
        let (least, most) = (told(self.least), told(self.most));
        if least == most {
            write!(f, "{median}")
        } else {
            write!(f, "{median} ({least}-{most})")
        }
    }
}

/// Three digits where that is exact enough, thousands apart.
fn told(figure: f64) -> String {
    if figure.abs() < 10.0 {
        return format!("{figure:.2}");
    }
    if figure.abs() < 100.0 {
        return format!("{figure:.1}");
    }
    let digits = format!("{figure:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_with_its_spread() {
        let told =
            |figures: &[f64]| Spread::of(figures.iter().copied()).map(|spread| spread.to_string());
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[0.5]).unwrap(), "0.50");
        assert_eq!(told(&[3.0, 1.0, 2.0]).unwrap(), "2.00 (1.00-3.00)");
        assert_eq!(told(&[10.0, 20.0]).unwrap(), "15.0 (10.0-20.0)");
        assert_eq!(told(&[1234567.0]).unwrap(), "1,234,567");
        assert_eq!(told(&[123.0]).unwrap(), "123");
    }
}
