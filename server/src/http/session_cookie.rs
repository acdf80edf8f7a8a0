//! The cookie that proves a session. Scripts never see it, other sites' pages never send it with what changes something,
//! and where the page came encrypted it travels only so.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::people::limits::SESSION_LIFE;
use crate::people::secrets::hash_of_text;
use crate::store::people::SecretHash;

/// Its name.
pub const NAME: &str = "consilium_session";

/// Sets it for as long as an unused session lives.
pub(super) fn set(secret: &str, by_https: bool) -> Option<HeaderValue> {
    written(secret, SESSION_LIFE.as_secs(), by_https)
}

/// Takes it away.
pub(super) fn clear(by_https: bool) -> Option<HeaderValue> {
    written("", 0, by_https)
}

fn written(value: &str, seconds: u64, by_https: bool) -> Option<HeaderValue> {
    let secure = if by_https { "; Secure" } else { "" };
    let cookie =
        format!("{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut cookie = HeaderValue::from_str(&cookie).ok()?;
    cookie.set_sensitive(true);
    Some(cookie)
}

/// What a request brings: the text of its cookie, with the hash by which the session is known. `None` without one, and
/// with two: another host of the same domain can add one, and then neither is to be believed.
pub(super) fn of(headers: &HeaderMap) -> Option<(&str, SecretHash)> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == NAME)
        .map(|(_, value)| value);
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    Some((value, hash_of_text(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::secrets::FreshSecret;

    fn cookies(lines: &[String]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn a_session_is_found_among_other_cookies_unless_there_are_two() {
        let secret = FreshSecret::make().unwrap();
        let mine = format!("{NAME}={}", secret.expose());
        for lines in [
            vec![mine.clone()],
            vec![format!("a=b; {mine};c=d")],
            vec!["a=b".to_owned(), mine.clone()],
        ] {
            let headers = cookies(&lines);
            let found = of(&headers).unwrap();
            assert_eq!(found, (secret.expose(), secret.hash()));
        }
        for lines in [
            vec![],
            vec![format!("x{mine}")],
            vec![format!("{NAME}=short")],
            vec![format!("{mine}; {mine}")],
            vec![mine.clone(), format!("{NAME}=short")],
        ] {
            assert!(of(&cookies(&lines)).is_none(), "{lines:?}");
        }
    }
}
