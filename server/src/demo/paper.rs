//! A working paper: what lies on the table of a panel between two sessions.

use consilium_model::prose::{Block, Done};

use super::script::{self, Sample};
use crate::community::templates::text::{bullets, h, numbered, p, table, tasks};

/// The title.
pub const TITLE: &str = "Working paper: evidence for the choice of treatment";

/// The text.
#[must_use]
pub fn body() -> Vec<Block> {
    let mut blocks = vec![Block::Blockquote(vec![p(
        "**Demonstration text, not for clinical use.** The searches, studies and figures are invented.",
    )])];
    blocks.extend(script::notes(Sample::Paper));
    blocks.extend([
        h(2, "What this paper is for"),
        p(
            "The guideline says in two sentences what we found. This paper says how we found it, so that the next panel \
           can begin where we stopped. Whoever reads a study writes down here what it changes, in words that the others \
           understand.",
        ),
        h(2, "How we searched"),
        table(&[
            ["Source", "Last searched", "Found", "Read in full", "Kept"],
            ["Databases of trials", "12 March", "412", "38", "11"],
            ["Registers of running trials", "12 March", "57", "6", "0"],
            ["References of earlier guidelines", "2 April", "93", "14", "3"],
            ["Letters from members", "2 April", "8", "8", "1"],
        ]),
        p(
            "Two of us chose independently and met afterwards. We disagreed on nine of 66 full texts and agreed on all of \
           them in one conversation.",
        ),
        h(2, "What the studies say"),
        h(3, "Relief of symptoms"),
        p(
            "Eleven trials with 4,210 women. Any of the first choices frees about 75 to 80 of 100 women of their symptoms \
           by day five. The trials were small, but they agree.",
        ),
        h(3, "Harms"),
        p(
            "Nausea and diarrhoea are common and short. Serious harms were rare, and no trial was large enough to compare \
           them. We looked at registers instead, which is why certainty is only moderate.",
        ),
        h(3, "Resistance"),
        p(
            "Nobody has followed women for long enough. What we have are counts of isolates from laboratories, and \
           laboratories see the women who did not get better.",
        ),
        h(2, "What would change our mind"),
        bullets(&[
            "a trial of the single dose against the five-day course with more than 2,000 women",
            "figures on resistance from general practice, not from hospitals",
            "interviews with women over 75, of whom there were eleven in all studies together",
        ]),
        h(2, "Next steps"),
        numbered(&[
            "Extract the four studies that came in April.",
            "Repeat the search two weeks before the vote.",
            "Have the plain-language summary read by three patient partners.",
        ]),
        tasks(&[
            (Done::Yes, "Protocol published before the search"),
            (Done::Yes, "Second reader for every full text"),
            (Done::No, "Table of harms, with the registers"),
            (Done::No, "Answer the letter about delayed prescriptions"),
        ]),
    ]);
    blocks
}
