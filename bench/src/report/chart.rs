//! One figure of everybody as bars, drawn as SVG by hand: a picture of the table below it, nothing that is not there.
//!
//! Colours fit both light and dark pages; where the reader's system says which, they are better still. Ours stands out.
//! The line at the end of a bar goes from the least to the most of the runs.

use std::fmt::Write as _;

use super::spread::Spread;

/// Widths and heights, in pixels of the drawing.
const WIDTH: f64 = 720.0;
const NAMES: f64 = 150.0;
const FIGURES: f64 = 190.0;
const HEAD: f64 = 56.0;
const ROW: f64 = 30.0;
const BAR: f64 = 16.0;
const FOOT: f64 = 10.0;

/// Which way is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    /// More.
    More,
    /// Less.
    Less,
}

impl Better {
    fn words(self) -> &'static str {
        match self {
            Self::More => "longer is better",
            Self::Less => "shorter is better",
        }
    }
}

/// One bar.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) figure: Spread,
    pub(super) ours: bool,
}

/// Draws the bars; None when there is none.
pub(super) fn draw(title: &str, figure: &str, better: Better, bars: &[Bar]) -> Option<String> {
    let most = bars
        .iter()
        .map(|bar| bar.figure.most)
        .fold(0.0_f64, f64::max);
    if bars.is_empty() || most <= 0.0 {
        return None;
    }
    let height = HEAD + ROW * bars.len() as f64 + FOOT;
    let scale = (WIDTH - NAMES - FIGURES) / most;
    let told: Vec<String> = bars
        .iter()
        .map(|bar| format!("{}: {}", bar.name, bar.figure))
        .collect();
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title what">
<title id="title">{title}</title>
<desc id="what">{figure}, {words}. {told}</desc>
<style>
text {{ font: 13px system-ui, sans-serif; fill: #57606a; }}
.title {{ font-size: 15px; font-weight: 600; }}
.bar {{ fill: #8c959f; }}
.ours {{ fill: #2f6fdb; }}
.spread {{ stroke: #57606a; stroke-width: 1.5; }}
@media (prefers-color-scheme: dark) {{
text {{ fill: #c9d1d9; }}
.bar {{ fill: #6e7681; }}
.ours {{ fill: #6ea8fe; }}
.spread {{ stroke: #c9d1d9; }}
}}
</style>
<text class="title" x="0" y="18">{title}</text>
<text x="0" y="40">{figure} ({words})</text>
"#,
        title = escaped(title),
        figure = escaped(figure),
        words = better.words(),
        told = escaped(&told.join("; ")),
    );
    for (row, bar) in bars.iter().enumerate() {
        let top = HEAD + ROW * row as f64;
        let middle = top + BAR / 2.0;
        let length = |value: f64| value.max(0.0) * scale;
        let (least, end) = (length(bar.figure.least), length(bar.figure.most));
        let class = if bar.ours { "bar ours" } else { "bar" };
        let _ = writeln!(
            svg,
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="end">{name}</text>
<rect class="{class}" x="{NAMES}" y="{top:.1}" width="{width:.1}" height="{BAR}" rx="2"/>"#,
            x = NAMES - 10.0,
            y = middle + 4.5,
            name = escaped(&bar.name),
            width = length(bar.figure.median).max(1.0),
        );
        if end - least >= 1.0 {
            let _ = writeln!(
                svg,
                r#"<line class="spread" x1="{:.1}" x2="{:.1}" y1="{middle:.1}" y2="{middle:.1}"/>"#,
                NAMES + least,
                NAMES + end,
            );
        }
        let _ = writeln!(
            svg,
            r#"<text x="{x:.1}" y="{y:.1}">{figure}</text>"#,
            x = NAMES + end + 8.0,
            y = middle + 4.5,
            figure = escaped(&bar.figure.to_string()),
        );
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

/// A text inside of XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(name: &str, figures: &[f64]) -> Bar {
        Bar {
            name: name.to_owned(),
            figure: Spread::of(figures.iter().copied()).unwrap(),
            ours: name == "consilium",
        }
    }

    #[test]
    fn a_bar_is_as_long_as_its_median_and_the_longest_run_fits() {
        let bars = [bar("consilium", &[10.0, 20.0, 40.0]), bar("limit", &[10.0])];
        let svg = draw("Edit", "deliveries", Better::More, &bars).unwrap();
        // 380 pixels for the most, 40.
        assert!(
            svg.contains(r#"class="bar ours" x="150" y="56.0" width="190.0""#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"class="bar" x="150" y="86.0" width="95.0""#),
            "{svg}"
        );
        assert!(svg.contains(r#"x1="245.0" x2="530.0""#), "{svg}");
        assert_eq!(svg.matches("<line").count(), 1, "one run has no spread");
        assert!(svg.contains("(longer is better)"), "{svg}");
    }

    #[test]
    fn names_are_text_and_never_markup() {
        let svg = draw("<a> & b", "x", Better::Less, &[bar("p<q", &[1.0])]).unwrap();
        assert!(
            svg.contains("<title id=\"title\">&lt;a&gt; &amp; b</title>"),
            "{svg}"
        );
        assert!(svg.contains(">p&lt;q</text>"), "{svg}");
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(draw("t", "f", Better::More, &[]), None);
        assert_eq!(draw("t", "f", Better::Less, &[bar("limit", &[0.0])]), None);
    }
}
