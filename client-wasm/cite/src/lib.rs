//! Citations and the list of references, as a style writes them.
//!
//! - [`request`]: what is asked for: references (CSL-JSON), and where they are cited. Whatever comes in is made harmless there.
//! - [`answer`]: formatted text as pieces, for whoever shows or exports it.
//! - [`styles`]: the two styles and the two languages that are built in.
//!
//! Pure: it knows no document and no page. Fields are taken by a list and bounded, because the formatting library may panic on
//! what no reference manager writes, and a panic ends the module.

pub mod answer;
pub mod request;
pub mod styles;
#[cfg(target_arch = "wasm32")]
pub mod wasm;

use hayagriva::citationberg::json::Item;
use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest};

pub use answer::{Answer, Piece, Reference};
pub use request::Request;
pub use styles::{Language, Style, Unusable};

/// Formats the citations, in the order of the text, and the references that they name, in the order of the style. A citation
/// of which no reference is there is empty.
///
/// # Errors
/// [`Unusable`] when what is built in cannot be read.
pub fn format(request: &Request) -> Result<Answer, Unusable> {
    let style = request.style.load()?;
    let locales = Language::all()?;
    let locale = Some(request.language.code());
    let items: Vec<Item> = request.items();
    let find = |id: &str| items.iter().find(|item| item.id().as_deref() == Some(id));
    let mut driver = BibliographyDriver::new();
    // Only citations that say something are numbered among themselves; the others keep their places in the answer.
    let mut spoken = Vec::new();
    for citation in &request.citations {
        let cites: Vec<_> = citation
            .iter()
            .filter_map(|cite| Some(CitationItem::with_locator(find(&cite.id)?, cite.locator())))
            .collect();
        spoken.push(!cites.is_empty());
        if !cites.is_empty() {
            driver.citation(CitationRequest::new(
                cites,
                &style,
                locale.clone(),
                &locales,
                None,
            ));
        }
    }
    let rendered = driver.finish(BibliographyRequest {
        style: &style,
        locale,
        locale_files: &locales,
    });
    Ok(Answer::of(&rendered, &spoken))
}

#[cfg(test)]
mod tests;
