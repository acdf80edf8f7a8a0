//! The sample documents of `consilium demo`, written for it. People, societies and references in them are invented.
//!
//! They enter through a room like any edit, so a demonstration shows what a real server does.

pub mod charter;
pub mod guideline;

use consilium_protocol::ids::{Access, DocName};
use uuid::Uuid;

use crate::community::templates::new_document;
use crate::registry::{ApplyOutcome, Registry, RoomError};

/// A sample could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The room said no.
    #[error("write sample {title:?}")]
    Room {
        /// Which sample.
        title: &'static str,
        /// Why.
        #[source]
        cause: RoomError,
    },
    /// The room set it aside, so something is wrong with the sample.
    #[error("sample {title:?} was set aside")]
    SetAside {
        /// Which sample.
        title: &'static str,
    },
}

/// Writes all samples through the rooms. The last one written is listed first.
///
/// # Errors
/// [`SeedError`].
///
/// Cancel safety: samples written so far stay.
pub async fn seed(registry: &Registry) -> Result<(), SeedError> {
    for (title, blocks) in [
        (charter::TITLE, charter::body()),
        (guideline::TITLE, guideline::body()),
    ] {
        let name = new_name();
        let outcome = registry
            .apply_update(
                &name,
                None,
                Access::Write,
                new_document(title, &blocks).into(),
            )
            .await
            .map_err(|cause| SeedError::Room { title, cause })?;
        if outcome != ApplyOutcome::Committed {
            return Err(SeedError::SetAside { title });
        }
    }
    Ok(())
}

/// A name as the app makes them.
fn new_name() -> DocName {
    match DocName::parse(&Uuid::now_v7().to_string()) {
        Ok(name) => name,
        Err(error) => unreachable!("a UUID is a document name: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::document::BODY;
    use yrs::updates::decoder::Decode;
    use yrs::{Doc, GetString, Transact, Update};

    #[test]
    fn samples_are_whole_documents_with_a_title() {
        for (title, blocks) in [
            (guideline::TITLE, guideline::body()),
            (charter::TITLE, charter::body()),
        ] {
            let doc = Doc::new();
            let update = Update::decode_v1(&new_document(title, &blocks)).unwrap();
            doc.transact_mut().apply_update(update).unwrap();
            assert_eq!(
                consilium_model::document::title(&doc).as_deref(),
                Some(title)
            );
            let body = doc.get_or_insert_xml_fragment(BODY);
            let text = body.get_string(&doc.transact());
            assert!(text.len() > 3_000, "{title} is a page at least");
        }
    }

    #[test]
    fn doses_stand_beside_the_warning_that_they_are_no_advice() {
        let text = format!("{:?}", guideline::body());
        let warning = text.find("not for clinical use").unwrap();
        let first_dose = text.find(" mg").unwrap();
        assert!(warning < first_dose);
    }
}
