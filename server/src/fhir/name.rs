//! Names of resources: `urn:uuid:` of ids that are made from the document's name and a path within it, so that the same
//! thing has the same name in every export and every version.

use aws_lc_rs::digest::{SHA256, digest};
use uuid::Uuid;

/// What makes these ids different from any other digest.
const SPACE: &str = "consilium fhir";

/// The names of one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    document: &'a str,
}

impl<'a> Names<'a> {
    pub(super) const fn of(document: &'a str) -> Self {
        Self { document }
    }

    /// The id of what stands at this path: a UUID of version 8, made of a SHA-256.
    pub(super) fn id(self, path: &[&str]) -> String {
        let mut said = Vec::new();
        for part in [SPACE, self.document].iter().chain(path) {
            // With its length, so that no two paths come to the same bytes.
            said.extend((part.len() as u64).to_be_bytes());
            said.extend(part.as_bytes());
        }
        let mut bytes = [0; 16];
        for (byte, digested) in bytes.iter_mut().zip(digest(&SHA256, &said).as_ref()) {
            *byte = *digested;
        }
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Uuid::from_bytes(bytes).to_string()
    }

    /// The same as a URI, by which others refer to it.
    pub(super) fn urn(self, path: &[&str]) -> String {
        format!("urn:uuid:{}", self.id(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_its_place_and_stays() {
        let names = Names::of("guideline");
        assert_eq!(
            names.id(&["composition"]),
            Names::of("guideline").id(&["composition"])
        );
        assert_ne!(
            names.id(&["composition"]),
            Names::of("other").id(&["composition"])
        );
        assert_ne!(names.id(&["a", "bc"]), names.id(&["ab", "c"]));
        let id: Uuid = names.id(&["composition"]).parse().unwrap();
        assert_eq!(id.get_version_num(), 8);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    }
}
