//! What was voted on of a text that is published: kept with it for ever, without names.
//!
//! Only rounds whose text stands in what is published belong to it (I8). Dissent is what those said who did not agree; who
//! they are the community can look up where the round had names, and readers elsewhere need not.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::rounds::result::{RoundResult, ShownCounts};
use crate::rounds::text::Scope;
use crate::store::publications::RoundAbout;

/// One round, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Vote {
    /// What was asked.
    pub question: String,
    /// The heading under which the passage stands; absent for the whole text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// Whether a passage was voted on, and not the whole text.
    pub passage: bool,
    /// How it begins.
    pub quote: String,
    /// The hash of what was put to the vote.
    pub text: String,
    /// When it was counted.
    pub ended_at: i64,
    /// The canonical text of the rule.
    pub rule: String,
    /// The verdict: a word of `docs/consensus.md`.
    pub verdict: String,
    /// How many might vote.
    pub eligible: u32,
    /// How many did.
    pub voted: u32,
    /// How many were recused.
    pub recused: u32,
    /// The counts; absent where too few voted without names to show any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<ShownCounts>,
    /// What was said to ballots, without names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<String>,
}

impl Vote {
    /// Of a round that was counted; `None` for others.
    #[must_use]
    pub fn of(about: &RoundAbout) -> Option<Self> {
        let (ended_at, result) = about.ended.as_ref()?;
        let RoundResult {
            rule,
            eligible,
            recused,
            voted,
            verdict,
            counts,
            said,
            ..
        } = result.clone();
        let (passage, heading) = match &about.scope {
            Scope::Whole => (false, None),
            Scope::Passage { heading, .. } => (true, heading.clone()),
        };
        let said = said.into_iter().chain(about.said.iter().cloned());
        Some(Self {
            question: about.question.clone(),
            heading,
            passage,
            quote: about.quote.clone(),
            text: about.hash.to_string(),
            ended_at: *ended_at,
            rule,
            verdict,
            eligible,
            voted,
            recused,
            counts,
            said: said.collect(),
        })
    }
}
