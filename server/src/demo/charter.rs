//! A charter in the making: the other kind of text that communities bind themselves with.

use consilium_model::prose::{Block, Done};

use super::script::{self, Sample};
use crate::community::templates::text::{bullets, h, numbered, p, table, tasks};

/// The title.
pub const TITLE: &str = "Charter of the Northwater Guideline Community (draft)";

/// The text.
#[must_use]
pub fn body() -> Vec<Block> {
    let mut blocks = vec![p(
        "__Second reading. Please edit the text itself; what is still disputed stands at the end.__",
    )];
    blocks.extend(script::notes(Sample::Charter));
    blocks.extend([
        h(2, "Preamble"),
        p(
            "We are physicians, nurses, pharmacists, methodologists and patients who write guidelines together. We want \
           texts that a tired colleague can trust at night and that a patient can understand by day. This charter says \
           how we agree, how we disagree, and how we stay independent.",
        ),
        h(2, "Article 1: Members"),
        numbered(&[
            "Whoever takes part in the care of patients, or lives with the condition a guideline is about, may become a \
             member on the proposal of two members.",
            "Members take part under their own name. What a member may see and change in a text is written down and \
             visible to all members.",
            "A member may leave at any time. Contributions stay; the name is removed on request wherever the law \
             allows it.",
        ]),
        h(2, "Article 2: Independence"),
        numbered(&[
            "Every member declares interests once a year and before every session. Declarations are public.",
            "A member with a relevant interest takes no part in the question concerned: neither writing, nor \
             discussing, nor voting.",
            "We take no money from makers of drugs, devices or tests.",
        ]),
        h(2, "Article 3: How we agree"),
        p(
            "We look for consent first. A recommendation is adopted when nobody upholds a reasoned objection. If one \
           remains after two rounds, we vote.",
        ),
        table(&[
            ["Decision", "Quorum", "Majority"],
            [
                "Strong recommendation",
                "two thirds of the panel",
                "75 % of the votes",
            ],
            [
                "Conditional recommendation",
                "half of the panel",
                "more than 50 % of the votes",
            ],
            [
                "Change of this charter",
                "half of all members",
                "two thirds of the votes",
            ],
            [
                "Election of the chair",
                "half of all members",
                "more than 50 % of the votes",
            ],
        ]),
        p(
            "Votes on recommendations are anonymous unless a quarter of those present ask otherwise. A minority may add a \
           reasoned opinion, which is published with the text.",
        ),
        h(2, "Article 4: The chair"),
        bullets(&[
            "The chair opens and closes sessions, gives the floor and watches over the time. The chair does not own \
             the text.",
            "The chair serves two years, once renewable, and names a deputy who can take over at any moment.",
            "A third of the members may call a vote of confidence at any time.",
        ]),
        h(2, "Article 5: Our texts and our data"),
        Block::Blockquote(vec![p(
            "What we write belongs to the community. No host, sponsor or provider may read, keep or withhold it \
             against our will.",
        )]),
        numbered(&[
            "Adopted texts are published under a licence that lets others adapt them, naming us.",
            "Any member may take away a complete copy of everything the member may read.",
            "The community may move to another host by a simple vote.",
        ]),
        h(2, "Still open"),
        tasks(&[
            (
                Done::Yes,
                "Quorum for conditional recommendations: half or two thirds?",
            ),
            (Done::No, "Term of office of the chair: two or three years?"),
            (
                Done::No,
                "Do patient partners receive an allowance, and who decides on it?",
            ),
            (Done::No, "Which licence exactly (Article 5, paragraph 1)?"),
        ]),
    ]);
    blocks
}
