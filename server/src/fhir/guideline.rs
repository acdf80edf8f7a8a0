//! What a bundle is made of: a frozen text as [`crate::publication::content`] writes it, and what is known of its version.
//! Times are milliseconds since 1970 UTC.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::question::{Question, Undecided};
use crate::community::wording::Language;
use crate::publication::rules::Licence;
use crate::publication::votes::Vote;

/// A guideline, as somebody may read it.
#[derive(Debug, Clone)]
pub struct Guideline {
    /// The name of the document, from which the names of resources are made. It is in no field.
    pub document: String,
    /// Whose it is; nothing outside of a portal.
    pub community: Option<Community>,
    /// What it is written in.
    pub language: Language,
    /// When it said this: of a version when it was published, of a draft now.
    pub at_ms: i64,
    /// Where it stands.
    pub standing: Standing,
    /// What it says.
    pub text: Text,
    /// Of a draft: what people have to decide, by the id of the question.
    pub undecided: BTreeMap<String, Vec<Undecided>>,
}

/// The community of a guideline.
#[derive(Debug, Clone)]
pub struct Community {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// Where a guideline stands.
#[derive(Debug, Clone)]
pub enum Standing {
    /// It is being written.
    Draft,
    /// It was frozen.
    Version(Box<Version>),
}

/// A version that was frozen.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its id, a UUID.
    pub id: String,
    /// The SHA-256 of its text.
    pub hash: [u8; 32],
    /// What it is published as; nothing for a candidate.
    pub published: Option<Published>,
    /// Who decided about it.
    pub signatures: Vec<Signature>,
    /// Whether a later version is published, or this candidate was replaced.
    pub is_superseded: bool,
    /// Why it does not hold any more, where it was withdrawn.
    pub withdrawn: Option<String>,
}

/// What a version is published as.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its number.
    pub number: String,
    /// When.
    pub at_ms: i64,
    /// When it is to be looked at again.
    pub review_by_ms: i64,
    /// What others may do with it.
    pub licence: Licence,
    /// What is new; may be empty.
    pub note: String,
    /// What was voted on of it.
    pub votes: Vec<Vote>,
    /// The community that published it elsewhere, and when, where it was brought here.
    pub origin: Option<(String, i64)>,
}

/// Somebody who signed a version, or declined.
#[derive(Debug, Clone)]
pub struct Signature {
    /// What they are called; empty for somebody who has given up their account.
    pub name: String,
    /// When.
    pub at_ms: i64,
    /// Why they declined, where they did.
    pub declined: Option<String>,
}

/// A frozen text.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// Its title.
    pub title: String,
    /// Its blocks, as ProseMirror has them in JSON.
    pub blocks: Vec<Value>,
    /// Its questions, in their order.
    pub questions: Vec<Question>,
    /// What the document says of the references that are cited, by the keys of its map.
    pub references: BTreeMap<String, Value>,
}

/// A text that was not frozen by [`crate::publication::content`], or is nested deeper than anybody writes.
#[derive(Debug, thiserror::Error)]
#[error("not a frozen text, or nested too deeply")]
pub struct NotFrozen(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Frozen {
    title: String,
    body: Body,
    questions: Vec<Question>,
    #[serde(default)]
    references: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    content: Vec<Value>,
}

impl Text {
    /// Reads the canonical JSON of a frozen text, as deep as `serde_json` goes: sixty lists within each other.
    ///
    /// # Errors
    /// [`NotFrozen`].
    pub fn read(frozen: &[u8]) -> Result<Self, NotFrozen> {
        let Frozen {
            title,
            body,
            questions,
            references,
        } = serde_json::from_slice(frozen)?;
        Ok(Self {
            title,
            blocks: body.content,
            questions,
            references,
        })
    }
}

impl Standing {
    /// As FHIR says it of artifacts: `draft`, `active` or `retired`.
    pub(super) fn publication_status(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Version(version) if version.is_over() => "retired",
            Self::Version(version) if version.published.is_some() => "active",
            Self::Version(_) => "draft",
        }
    }

    /// As FHIR says it of compositions.
    pub(super) fn composition_status(&self) -> &'static str {
        match self.publication_status() {
            "active" => "final",
            "retired" => "deprecated",
            _ => "preliminary",
        }
    }

    /// As FHIR says it of what was said about an artifact.
    pub(super) fn workflow_status(&self) -> &'static str {
        match self {
            Self::Version(version) if version.published.is_some() => "published",
            Self::Draft | Self::Version(_) => "submitted",
        }
    }
}

impl Version {
    fn is_over(&self) -> bool {
        self.is_superseded || self.withdrawn.is_some()
    }
}
