//! What holds for every operation of the description, so that no handler has to say it again: a name of its own, who may
//! ask, and how a request is turned away before its handler sees it.

use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, Response, ResponseBuilder};

/// Completes each operation.
pub(super) struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, api: &mut OpenApi) {
        for (path, item) in &mut api.paths.paths {
            for (method, operation) in operations(item) {
                operation.operation_id = Some(name_of(method, path));
                complete(operation);
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("put", &mut item.put),
        ("post", &mut item.post),
        ("delete", &mut item.delete),
        ("patch", &mut item.patch),
    ]
    .into_iter()
    .filter_map(|(method, operation)| operation.as_mut().map(|operation| (method, operation)))
}

/// `get /api/v1/communities/{id}/members` is `getCommunitiesIdMembers`.
fn name_of(method: &str, path: &str) -> String {
    let words = path
        .trim_start_matches("/api/v1")
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut name = method.to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

fn complete(operation: &mut Operation) {
    let mut add = |status: &str, description: &str| {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(problem(description)));
    };
    add("400", "A name, a query or a body that cannot be read");
    if operation.request_body.is_some() {
        add("413", "The body is too large");
        add("415", "The body is of another content type");
    }
    if operation.security.is_some() {
        add("429", "Too many failures from this address");
    }
    if let Some(security) = &mut operation.security {
        // Where a token is taken, a portal takes the cookie of a session as well.
        let cookie = SecurityRequirement::new("session", [""; 0]);
        let token = SecurityRequirement::new("bearer", [""; 0]);
        if security.contains(&token) && !security.contains(&cookie) {
            security.push(cookie);
        }
    }
}

fn problem(description: &str) -> Response {
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemBody")))
        .build();
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", body)
        .build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::http::openapi::description;

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let mut api = description();
        let mut names = BTreeSet::new();
        for item in api.paths.paths.values_mut() {
            for (_, operation) in operations(item) {
                let name = operation.operation_id.clone().unwrap_or_default();
                assert!(names.insert(name.clone()), "{name} stands twice");
            }
        }
        assert!(names.contains("getCommunitiesIdMembers"));
        assert!(names.len() > 60, "{}", names.len());
    }

    #[test]
    fn a_request_that_is_turned_away_is_described() {
        let mut api = description();
        for (path, item) in &mut api.paths.paths {
            for (method, operation) in operations(item) {
                let known = &operation.responses.responses;
                assert!(known.contains_key("400"), "{method} {path}");
                let has_body = operation.request_body.is_some();
                assert_eq!(known.contains_key("415"), has_body, "{method} {path}");
            }
        }
    }
}
