//! What the simulated members write: a few notes each, in a paragraph of their own, and how they revise them.
//!
//! A part is one member in one document. Its paragraph begins with a mark, the member's name, by which it is found again
//! whatever happened meanwhile; behind the mark stands one of the drafts, or the beginning of one. Drafts that follow each
//! other begin alike, so that going from one to the next looks like somebody who thinks again. The text can therefore
//! never grow beyond the longest draft.

use consilium_model::prose::Block;

use crate::community::templates::text::{h, p};

/// One of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sample {
    /// The guideline.
    Guideline,
    /// The charter.
    Charter,
    /// The working paper.
    Paper,
}

impl Sample {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Guideline, Self::Charter, Self::Paper];
}

/// Whether somebody's connection is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Always connected.
    Steady,
    /// Goes offline in the middle of a sentence, writes on, and comes back with it.
    GoesOffline,
}

/// One member in one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Who: a key of [`super::people::PEOPLE`].
    pub person: &'static str,
    /// Where.
    pub sample: Sample,
    /// What the paragraph begins with.
    pub mark: &'static str,
    /// What is written behind it, one after the other and over again.
    pub drafts: &'static [&'static str],
    /// How good the connection is.
    pub habit: Habit,
}

/// All parts.
pub const PARTS: &[Part] = &[
    Part {
        person: "physician",
        sample: Sample::Guideline,
        mark: "Sana Ito: ",
        drafts: &[
            "Recommendation 1 says “typical symptoms”. I would name them: pain on passing water, urgency, frequency.",
            "Recommendation 1 says “typical symptoms”. I would name them, because nurses triage by phone: pain on passing \
             water, urgency, frequency, and no discharge.",
            "Recommendation 1 says “typical symptoms”. Fine with me, if section 2 lists them. I will draft that list.",
        ],
        habit: Habit::Steady,
    },
    Part {
        person: "pharmacist",
        sample: Sample::Guideline,
        mark: "Jonas Brandt: ",
        drafts: &[
            "Could the table say which option is in stock everywhere? Single doses often have to be ordered, and then \
             nobody starts today.",
            "Could the table say which option is in stock everywhere? I asked eleven pharmacies: nine have the \
             five-day course at once, four have the single dose.",
        ],
        habit: Habit::GoesOffline,
    },
    Part {
        person: "deputy",
        sample: Sample::Charter,
        mark: "Chidi Okafor: ",
        drafts: &[
            "Article 3 lets half of the panel adopt a conditional recommendation. With eight members that is four \
             people. Is that enough for a text that others will follow?",
            "Article 3 lets half of the panel adopt a conditional recommendation. I propose two thirds, as for strong \
             ones; then nobody has to explain the difference.",
        ],
        habit: Habit::Steady,
    },
    Part {
        person: "pharmacist",
        sample: Sample::Charter,
        mark: "Jonas Brandt: ",
        drafts: &[
            "On the allowance for patient partners: the travel costs at least, and paid in advance.",
            "On the allowance for patient partners: the same hourly sum for everybody who is not paid to be here.",
        ],
        habit: Habit::GoesOffline,
    },
    Part {
        person: "physician",
        sample: Sample::Paper,
        mark: "Sana Ito: ",
        drafts: &[
            "I have read the first forty abstracts. Six go on to full text, three of them only for harms.",
            "I have read the first forty abstracts. Seven go on to full text; the seventh reports on women over eighty, \
             whom we nearly forgot.",
        ],
        habit: Habit::Steady,
    },
    Part {
        person: "deputy",
        sample: Sample::Paper,
        mark: "Chidi Okafor: ",
        drafts: &[
            "The hospital’s resistance figures are ready. They count isolates, not women, so they look worse than \
             practice is.",
            "The hospital’s resistance figures are ready. I will add the outpatient ones by Thursday, so that we do \
             not compare unlike things.",
        ],
        habit: Habit::GoesOffline,
    },
];

/// Where the parts of a sample write: a section with an empty note for each.
#[must_use]
pub fn notes(sample: Sample) -> Vec<Block> {
    let mut blocks = vec![
        h(2, "Notes for the session"),
        p("__One paragraph each, please. Add your own below.__"),
    ];
    let marks = PARTS.iter().filter(|part| part.sample == sample);
    blocks.extend(marks.map(|part| p(part.mark)));
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::people::{PEOPLE, Played, index_of};

    #[test]
    fn every_part_is_of_somebody_whom_the_server_plays_and_is_found_by_its_mark() {
        for part in PARTS {
            let person = &PEOPLE[index_of(part.person).unwrap()];
            assert_eq!(person.played, Played::ByTheServer);
            assert!(
                person
                    .name
                    .ends_with(part.mark.trim_end().trim_end_matches(':'))
            );
            assert!(part.drafts.len() > 1, "there is something to revise");
        }
        for sample in Sample::ALL {
            let mut marks: Vec<&str> = PARTS
                .iter()
                .filter(|part| part.sample == sample)
                .map(|part| part.mark)
                .collect();
            let count = marks.len();
            marks.sort_unstable();
            marks.dedup();
            assert!(count >= 2 && marks.len() == count, "{sample:?}");
        }
    }

    #[test]
    fn drafts_begin_alike_so_that_a_revision_looks_like_one() {
        for part in PARTS {
            for pair in part.drafts.windows(2) {
                let common = pair[0]
                    .chars()
                    .zip(pair[1].chars())
                    .take_while(|(one, other)| one == other)
                    .count();
                assert!(common >= 20, "{pair:?}");
            }
        }
    }
}
