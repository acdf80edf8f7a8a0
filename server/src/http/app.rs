//! The browser app, embedded in the binary.
//!
//! Files under `assets/` carry a hash of their content in their name and never change; everything else is
//! revalidated by its tag. A path without a file extension is a place inside the app and gets its page. Texts are
//! compressed once and kept. In development builds the files are read from disk at each request. A binary built
//! without the app says how to build it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use parking_lot::Mutex;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::problem::Problem;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Assets;

const PAGE: &str = "index.html";

/// Names under this carry a hash of their content.
const HASHED: &str = "assets/";

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Smaller files gain nothing from compression.
const COMPRESS_BYTES_MIN: usize = 1_024;

/// Compressed files kept. The app has a few dozen; in development old ones must not pile up.
const COMPRESSED_FILES_MAX: usize = 256;

/// Shown instead of the app by a binary that was built without it.
const NOT_BUILT: &str = include_str!("app/not_built.html");

/// Where the app shows documents, each under its name.
const DOCUMENTS: &str = "d/";

type ContentHash = [u8; 32];

static COMPRESSED: Mutex<Option<HashMap<ContentHash, Bytes>>> = Mutex::new(None);

/// Serves a file of the app, its page, or the page that says how to build it.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::MethodNotAllowed.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let (name, file) = match Assets::get(path) {
        Some(file) if !path.is_empty() => (path, file),
        _ if is_file_name(path) => return Problem::NotFound.into_response(),
        _ => match Assets::get(PAGE) {
            Some(page) => (PAGE, page),
            None => return Html(NOT_BUILT).into_response(),
        },
    };
    answer(name, file, &headers).await
}

/// Whether the last segment looks like a file rather than a place inside the app. Names of documents may have dots.
fn is_file_name(path: &str) -> bool {
    !path.starts_with(DOCUMENTS)
        && path
            .rsplit('/')
            .next()
            .is_some_and(|segment| segment.contains('.'))
}

async fn answer(name: &str, file: EmbeddedFile, request: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let media_type = media_type(name);
    let gzip = is_compressible(&media_type)
        && file.data.len() >= COMPRESS_BYTES_MIN
        && accepts_gzip(request);
    // The tag names the bytes as sent, so both forms have their own.
    let tag = format!("\"{}{}\"", hex(&hash[..16]), if gzip { "-gz" } else { "" });
    let cache = if name.starts_with(HASHED) {
        FOR_EVER
    } else {
        REVALIDATE
    };
    let mut response = if is_unchanged(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let bytes = if gzip {
            compressed(hash, file.data).await
        } else {
            bytes_of(file.data)
        };
        let mut response = Body::from(bytes).into_response();
        if let Ok(media_type) = HeaderValue::from_str(&media_type) {
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, media_type);
        }
        if gzip {
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, cache);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn media_type(name: &str) -> String {
    let media_type = mime_guess::from_path(name).first_or_octet_stream();
    if media_type.type_() == mime_guess::mime::TEXT {
        format!("{media_type}; charset=utf-8")
    } else {
        media_type.to_string()
    }
}

fn is_compressible(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || [
            "application/javascript",
            "application/json",
            "application/manifest+json",
            "application/wasm",
            "image/svg+xml",
        ]
        .contains(&media_type)
}

fn accepts_gzip(request: &HeaderMap) -> bool {
    request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value.split(',').any(|coding| {
                let mut parts = coding.split(';').map(str::trim);
                parts.next() == Some("gzip") && !parts.any(|part| part == "q=0")
            })
        })
}

fn is_unchanged(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// The gzip form of a file, made at its first use on a thread that may take its time.
async fn compressed(hash: ContentHash, data: Cow<'static, [u8]>) -> Bytes {
    let known = COMPRESSED
        .lock()
        .as_ref()
        .and_then(|files| files.get(&hash).cloned());
    if let Some(bytes) = known {
        return bytes;
    }
    let data = Arc::new(data);
    let source = Arc::clone(&data);
    let made = tokio::task::spawn_blocking(move || {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&source)?;
        encoder.finish()
    })
    .await;
    match made {
        Ok(Ok(bytes)) => {
            let bytes = Bytes::from(bytes);
            let mut files = COMPRESSED.lock();
            let files = files.get_or_insert_default();
            if files.len() >= COMPRESSED_FILES_MAX {
                files.clear();
            }
            files.insert(hash, bytes.clone());
            bytes
        }
        // Compressing into memory fails only when the runtime is going down.
        Ok(Err(_)) | Err(_) => Bytes::new(),
    }
}

fn bytes_of(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(name, HeaderValue::from_str(value).unwrap());
        }
        serve(method, path.parse().unwrap(), map).await
    }

    fn file(data: &'static [u8]) -> EmbeddedFile {
        // The only way to make one is to read one.
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, data).unwrap();
        rust_embed::utils::read_file_from_fs(&path).unwrap()
    }

    async fn body(response: Response) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap()
            .to_vec()
    }

    #[tokio::test]
    async fn a_place_inside_the_app_gets_a_page_and_a_missing_file_does_not() {
        for path in ["/", "/documents/0190", "/no/such/place"] {
            let response = ask(Method::GET, path, &[]).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let media_type = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
            assert!(media_type.starts_with("text/html"), "{path}: {media_type}");
        }
        for path in [
            "/assets/none.js",
            "/favicon-none.ico",
            "/../Cargo.toml",
            "/%2e%2e/Cargo.toml",
        ] {
            let response = ask(Method::GET, path, &[]).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(
            ask(Method::POST, "/", &[]).await.status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }

    #[tokio::test]
    async fn hashed_files_are_kept_for_ever_and_others_are_revalidated() {
        let headers = HeaderMap::new();
        let hashed = answer("assets/a-1234.js", file(b"x"), &headers).await;
        assert_eq!(hashed.headers()[header::CACHE_CONTROL], FOR_EVER);
        let page = answer("index.html", file(b"x"), &headers).await;
        assert_eq!(page.headers()[header::CACHE_CONTROL], REVALIDATE);
        let mut known = HeaderMap::new();
        known.insert(header::IF_NONE_MATCH, page.headers()[header::ETAG].clone());
        let again = answer("index.html", file(b"x"), &known).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let changed = answer("index.html", file(b"y"), &known).await;
        assert_eq!(changed.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn texts_travel_compressed_to_those_who_take_it() {
        static TEXT: [u8; 4096] = [b'a'; 4096];
        let mut gzip = HeaderMap::new();
        gzip.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("br, gzip;q=0.8"),
        );
        let response = answer("a.js", file(&TEXT), &gzip).await;
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "gzip");
        let mut plain = Vec::new();
        let sent = body(response).await;
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&sent[..]), &mut plain)
            .unwrap();
        assert_eq!(plain, TEXT);

        let mut refused = HeaderMap::new();
        refused.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("gzip;q=0"),
        );
        for headers in [HeaderMap::new(), refused] {
            let response = answer("a.js", file(&TEXT), &headers).await;
            assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
            assert_eq!(body(response).await, TEXT);
        }
        let image = answer("a.png", file(&TEXT), &gzip).await;
        assert!(!image.headers().contains_key(header::CONTENT_ENCODING));
    }

    #[test]
    fn a_document_may_have_a_dot_in_its_name() {
        for (path, is_file) in [
            ("d/guideline-1.2", false),
            ("d/guideline-1.2/set-aside", false),
            ("assets/none.js", true),
            ("favicon.ico", true),
            ("bin", false),
        ] {
            assert_eq!(is_file_name(path), is_file, "{path}");
        }
    }

    #[test]
    fn the_browser_is_told_what_it_gets() {
        for (name, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("assets/a.js", "text/javascript; charset=utf-8"),
            ("assets/a.css", "text/css; charset=utf-8"),
            ("assets/a.wasm", "application/wasm"),
            ("manifest.webmanifest", "application/manifest+json"),
            ("icon.svg", "image/svg+xml"),
        ] {
            assert_eq!(media_type(name), expected, "{name}");
        }
    }
}
