//! The name under which a browser keeps what it is sent (RFC 6266): as it is, for those who read UTF-8, and plainly for others.

use axum::http::HeaderValue;

/// `plain` is a name of letters, figures and dots.
pub(super) fn called(name: &str, plain: &'static str) -> HeaderValue {
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    let value = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_script_comes_whole_and_never_ends_the_header() {
        for (name, encoded) in [
            ("leitlinie-ä.zip", "leitlinie-%C3%A4.zip"),
            ("指南.zip", "%E6%8C%87%E5%8D%97.zip"),
            ("a\"; b\r\nc: d", "a%22%3B%20b%0D%0Ac%3A%20d"),
        ] {
            assert_eq!(
                called(name, "community.zip"),
                format!("attachment; filename=\"community.zip\"; filename*=UTF-8''{encoded}")
            );
        }
    }
}
