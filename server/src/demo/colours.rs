//! What the people of the demonstration look like: one colour each, the same beside a caret, a comment and a line of text.
//!
//! The app gives everybody the colour that their account's id asks for (`web/src/sync/looks.ts`), and the next one where two
//! who are together ask for the same. Five people who are always together should never have to move up: so their ids are
//! drawn until they ask for what is theirs.

use super::people::PEOPLE_COUNT;
use crate::store::portal_ids::AccountId;

/// The app's palette, in its order.
const PALETTE: [&str; 10] = [
    "#96264f", "#ac5304", "#5c4f03", "#66724a", "#1c4024", "#088079", "#256275", "#1426aa",
    "#9435c8", "#6d0c62",
];

/// How the others see them, in the order of [`super::people::PEOPLE`]: colours of the palette, none of them twice.
pub(super) const COLOURS: [&str; PEOPLE_COUNT] =
    ["#96264f", "#ac5304", "#256275", "#9435c8", "#5c4f03"];

/// The colour that an account's id asks for: FNV-1a, as the app has it.
fn wished(account: AccountId) -> &'static str {
    let hash = account
        .to_string()
        .to_lowercase()
        .bytes()
        .fold(0x811c_9dc5_u32, |value, byte| {
            (value ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    PALETTE[hash as usize % PALETTE.len()]
}

/// An id for the account of one of them. Every tenth will do.
pub(super) fn account_of(person: usize) -> AccountId {
    loop {
        let account = AccountId::new();
        if wished(account) == COLOURS[person] {
            return account;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_them_asks_for_a_colour_of_their_own() {
        for (person, colour) in COLOURS.iter().enumerate() {
            assert_eq!(wished(account_of(person)), *colour);
        }
        let mut colours = COLOURS;
        colours.sort_unstable();
        assert!(colours.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_app_asks_for_the_same() {
        let app = include_str!("../../../web/src/sync/colours.ts");
        let list = app
            .split_once("const palette")
            .and_then(|(_, rest)| rest.split_once("];"))
            .map(|(list, _)| list)
            .unwrap();
        let palette: Vec<&str> = list
            .split("light: \"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(palette, PALETTE);
        // As `web/tests/unit/looks.test.ts` has it.
        let known = "01900000-0000-7000-8000-000000000010".parse().unwrap();
        assert_eq!(wished(known), "#1426aa");
    }
}
