//! How a community looks: who may change it, who sees it, and what a picture is served as.

use std::io::Cursor;

use axum::http::{Method, StatusCode, header};
use image::{DynamicImage, GenericImageView as _, ImageFormat, RgbaImage};
use serde_json::json;

use super::edge::Answer;
use super::portal::{Person, Portal, bare};
use crate::community::logo::LOGO_BYTES_MAX;

pub(super) fn picture(format: ImageFormat) -> Vec<u8> {
    let pixels = RgbaImage::from_pixel(300, 150, image::Rgba([24, 106, 88, 255]));
    let mut bytes = Vec::new();
    let picture = match format {
        ImageFormat::Jpeg => DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(pixels).to_rgb8()),
        _ => DynamicImage::ImageRgba8(pixels),
    };
    picture
        .write_to(&mut Cursor::new(&mut bytes), format)
        .unwrap();
    bytes
}

pub(super) async fn bring(portal: &Portal, who: &Person, community: &str, bytes: &[u8]) -> Answer {
    let headers = [
        (header::COOKIE, who.cookie.as_str()),
        (header::CONTENT_TYPE, "application/octet-stream"),
    ];
    let path = format!("/api/v1{community}/logo");
    portal
        .edge
        .send_with(Method::PUT, &path, None, bytes, &headers)
        .await
}

/// The path that an answer gives, as [`Portal::get`] takes it.
fn logo_in(answer: &Answer) -> String {
    let json = answer.json();
    let path = json["logo"].as_str().expect("a picture");
    path.trim_start_matches("/api/v1").to_owned()
}

#[tokio::test]
async fn a_picture_is_drawn_anew_and_served_as_what_it_is_under_a_name_of_its_own() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Sepsis panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let answer = bring(&portal, &ann, &community, &picture(format)).await;
        assert_eq!(answer.status, StatusCode::OK, "{format:?}");
        let path = logo_in(&answer);
        let served = portal.get(&ben, &path).await;
        assert_eq!(served.status, StatusCode::OK);
        assert_eq!(served.headers["content-type"], "image/png");
        assert_eq!(served.headers["x-content-type-options"], "nosniff");
        assert_eq!(
            served.headers["cache-control"],
            "private, max-age=31536000, immutable"
        );
        let drawn = image::load_from_memory_with_format(&served.body, ImageFormat::Png).unwrap();
        assert_eq!(drawn.dimensions(), (256, 128));
        let look = portal.get(&ben, &format!("{community}/look")).await;
        assert_eq!(logo_in(&look), path);
        assert_eq!(look.headers["cache-control"], "no-store");
    }
    let listed = portal.get(&ben, "/communities").await.json();
    assert!(listed["communities"][0]["logo"].is_string());
    let gone = portal.delete(&ann, &format!("{community}/logo")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let look = portal.get(&ben, &format!("{community}/look")).await.json();
    assert_eq!(
        look,
        json!({"name": "Sepsis panel", "accent": look["accent"]})
    );
    let ledger = portal
        .get(&ben, &format!("{community}/ledger"))
        .await
        .json();
    assert_eq!(ledger["entries"][0]["act"], "community-changed");
    assert_eq!(ledger["entries"][0]["detail"], json!({"logo": null}));
}

#[tokio::test]
async fn what_is_no_picture_or_too_large_is_refused_and_nothing_changes() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Sepsis panel").await;
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let damaged = &picture(ImageFormat::Png)[..60];
    for (brought, reason) in [(&svg[..], "another-kind"), (damaged, "damaged")] {
        let answer = bring(&portal, &ann, &community, brought).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "no-picture");
        assert_eq!(answer.json()["detail"], reason);
        assert_eq!(answer.json()["field"], "logo");
    }
    bring(&portal, &ann, &community, &vec![0; LOGO_BYTES_MAX + 1])
        .await
        .is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    bring(&portal, &ann, &community, b"")
        .await
        .is_problem(StatusCode::BAD_REQUEST, "empty-body");
    let look = portal.get(&ann, &format!("{community}/look")).await.json();
    assert!(look.get("logo").is_none());
}

#[tokio::test]
async fn who_does_not_lead_changes_no_picture_and_who_is_outside_sees_nothing() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Sepsis panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let eve = portal.person("Eve").await;
    let bytes = picture(ImageFormat::Png);
    bring(&portal, &ben, &community, &bytes)
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    let path = logo_in(&bring(&portal, &ann, &community, &bytes).await);
    let nowhere = "/communities/0190aaaa-0000-7000-8000-000000000000";
    let hash = path.rsplit('/').next().unwrap();
    for (there, not) in [
        (format!("{community}/look"), format!("{nowhere}/look")),
        (path.clone(), format!("{nowhere}/logo/{hash}")),
        (path.clone(), format!("{community}/logo/no-hash")),
    ] {
        let refused = portal.get(&eve, &there).await;
        refused.is_problem(StatusCode::NOT_FOUND, "no-such-community");
        assert_eq!(bare(&refused), bare(&portal.get(&eve, &not).await));
        // Nor does a stranger.
        let stranger = portal.edge.get(&format!("/api/v1{there}"), None).await;
        let nobody = portal.edge.get(&format!("/api/v1{not}"), None).await;
        if there.ends_with("/look") {
            stranger.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
        } else {
            stranger.is_problem(StatusCode::NOT_FOUND, "no-such-community");
        }
        assert_eq!(bare(&stranger), bare(&nobody));
    }
}

#[tokio::test]
async fn a_public_page_shows_strangers_whose_it_is() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Sepsis panel").await;
    let path = logo_in(&bring(&portal, &ann, &community, &picture(ImageFormat::Png)).await);
    let wish = json!({"title": "Open", "privacy": "community"});
    let name = portal.document(&ann, &community, wish).await;
    let opened = portal
        .put(
            &ann,
            &format!("/documents/{name}/policy"),
            json!({"privacy": "public", "reason": "as decided"}),
        )
        .await;
    assert_eq!(opened.status, StatusCode::OK);
    let page = portal
        .edge
        .get(&format!("/api/v1/public/{name}"), None)
        .await
        .json();
    assert_eq!(page["community"]["logo"], format!("/api/v1{path}"));
    let served = portal.edge.get(&format!("/api/v1{path}"), None).await;
    assert_eq!(served.status, StatusCode::OK);
}
