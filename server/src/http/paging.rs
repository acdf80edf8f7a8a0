//! Pages of lists that the store gives whole, because they are sorted by what no database sorts alike.
//!
//! A cursor is the place of the last one shown, not its number: whoever comes or goes meanwhile moves nothing.

use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::Problem;

/// Entries of one page: more than anybody looks at, few enough for one answer.
pub const PAGE_MAX: usize = 200;

/// The longest cursor: a name and what stands before it, percent-decoded.
const CURSOR_BYTES_MAX: usize = 1_024;

/// Where to go on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// What a page's query says. One that is not understood is a bad query.
pub(super) type PageAfter =
    Result<axum::extract::Query<PageQuery>, axum::extract::rejection::QueryRejection>;

/// A place in a list by the parts that it is sorted by. What stands between them is in no text that people choose, and
/// comes before every sign of one, so that places sort as their parts do.
pub(super) fn place(parts: &[&str]) -> String {
    parts.join("\u{1}")
}

/// The part of `items` behind the cursor, and the cursor behind that part; `place` is a text by which `items` are
/// sorted.
pub(super) fn page<T>(
    items: Vec<T>,
    query: PageAfter,
    place: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), Problem> {
    let after = query.map_err(|_| Problem::BadQuery)?.0.after;
    if after
        .as_ref()
        .is_some_and(|after| after.len() > CURSOR_BYTES_MAX)
    {
        return Err(Problem::BadQuery);
    }
    let mut rest = items
        .into_iter()
        .filter(|item| after.as_ref().is_none_or(|after| place(item) > *after));
    let shown: Vec<T> = rest.by_ref().take(PAGE_MAX).collect();
    let next = rest.next().and_then(|_| shown.last().map(&place));
    Ok((shown, next))
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;

    use super::*;

    fn asked(after: Option<String>) -> PageAfter {
        Ok(Query(PageQuery { after }))
    }

    #[test]
    fn places_sort_as_their_parts_do() {
        let parts = [["ann", "5"], ["ann 0", "1"], ["ann b", "0"], ["anna", "0"]];
        assert!(parts.is_sorted());
        assert!(parts.map(|parts| place(&parts)).is_sorted());
    }

    #[test]
    fn pages_hold_everything_once_also_when_the_last_one_shown_is_gone() {
        let all: Vec<String> = (0..PAGE_MAX * 2 + 7).map(|n| format!("{n:04}")).collect();
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            // Whoever was shown last has left.
            let left: Vec<String> = all
                .iter()
                .filter(|item| Some(*item) != after.as_ref())
                .cloned()
                .collect();
            let (shown, next) = page(left, asked(after), String::clone).unwrap();
            seen.extend(shown);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
        let long = "x".repeat(CURSOR_BYTES_MAX + 1);
        assert_eq!(
            page(all, asked(Some(long)), String::clone),
            Err(Problem::BadQuery)
        );
    }
}
