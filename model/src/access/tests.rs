//! The function against the table that people read.

use super::*;

const PAGE: &str = include_str!("../../../docs/access.md");

/// What a line of the table is about.
fn standing(who: &str) -> Standing {
    let (role, how) = who.split_once(", ").unwrap_or((who, ""));
    let role = match role {
        "other account" => None,
        word => Some(Role::from_word(word).unwrap_or_else(|| panic!("no role: {word:?}"))),
    };
    let plain = Standing {
        role,
        ..Standing::default()
    };
    match how {
        "" => plain,
        "made it" => Standing {
            is_creator: true,
            ..plain
        },
        "sub-group" => Standing {
            is_in_sub_group: true,
            ..plain
        },
        "granted" => Standing {
            grant: Some(Access::Comment),
            ..plain
        },
        other => panic!("no standing: {other:?}"),
    }
}

/// The table of the page whose first column has this heading: its rows, the heading's among them.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    PAGE.lines()
        .skip_while(|line| !line.starts_with(&format!("| {heading} |")))
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").collect())
        .collect()
}

#[test]
fn branches_are_open_to_those_whom_the_table_names() {
    let mut rows = table("branch");
    let levels = [Access::None, Access::Read, Access::Comment, Access::Write];
    let head: Vec<String> = levels
        .iter()
        .map(|access| format!("document: {}", word(*access)))
        .collect();
    assert_eq!(rows.remove(0)[1..], head);
    let mut seen = std::collections::BTreeSet::new();
    for row in rows {
        assert!(seen.insert(row[0]), "{} stands twice", row[0]);
        let (branch, who) = row[0].split_once(", ").unwrap();
        let is_author = match who {
            "its author" => true,
            "somebody else" => false,
            other => panic!("nobody: {other:?}"),
        };
        let (state, kind) = branch.split_once(' ').unwrap();
        let kind = BranchKind::from_word(kind).unwrap();
        let state = BranchState::from_word(state).unwrap();
        for (document, expected) in levels.into_iter().zip(&row[1..]) {
            let found = branch_access(kind, state, is_author, document);
            assert_eq!(word(found), *expected, "{} {document:?}", row[0]);
            assert!(found == Access::None || document >= Access::Read);
        }
    }
    // Every kind in every state, for its author and for others.
    assert_eq!(
        seen.len(),
        BranchKind::ALL.len() * BranchState::ALL.len() * 2
    );
}

fn word(access: Access) -> &'static str {
    match access {
        Access::None => "none",
        Access::Read => "read",
        Access::Comment => "comment",
        Access::Write => "write",
    }
}

#[test]
fn the_function_says_what_the_table_says() {
    let mut rows = table("who");
    let levels = rows.remove(0);
    assert_eq!(levels[1..], Privacy::ALL.map(Privacy::word));
    // Every role and none, in four ways each, and nobody in particular.
    assert_eq!(rows.len(), (Role::ALL.len() + 1) * 4 + 1);
    let mut people = std::collections::BTreeSet::new();
    for row in rows {
        assert!(people.insert(row[0]), "{} stands twice", row[0]);
        for (privacy, expected) in Privacy::ALL.into_iter().zip(&row[1..]) {
            let found = match row[0] {
                "nobody in particular" => access_of_strangers(privacy),
                who => access(privacy, &standing(who)),
            };
            assert_eq!(word(found), *expected, "{} and {privacy:?}", row[0]);
        }
    }
}

#[test]
fn a_discussion_is_open_as_the_table_says() {
    let rows = table("the document");
    assert_eq!(rows[0], ["the document", "its discussion"]);
    let levels = [Access::None, Access::Read, Access::Comment, Access::Write];
    let expected = levels.map(|level| vec![word(level), word(access_to_discussion(level))]);
    assert_eq!(rows[1..], expected);
}

#[test]
fn a_question_is_open_as_the_table_says() {
    let rows = table("the guideline");
    assert_eq!(
        rows[0],
        [
            "the guideline",
            "its question",
            "in the bin, to members",
            "in the bin, to guests"
        ]
    );
    let levels = [Access::None, Access::Read, Access::Comment, Access::Write];
    let expected = levels.map(|level| {
        let states = [(false, false), (true, true), (true, false)];
        let found = states.map(|(is_binned, belongs)| {
            word(access_to_question(
                level,
                Participation::Full,
                is_binned,
                belongs,
            ))
        });
        [vec![word(level)], found.to_vec()].concat()
    });
    assert_eq!(rows[1..], expected);
}

#[test]
fn interests_leave_what_the_table_says() {
    let rows = table("judged");
    assert_eq!(
        rows[0],
        [
            "judged",
            "what it leaves",
            "none",
            "read",
            "comment",
            "write"
        ]
    );
    let levels = [Access::None, Access::Read, Access::Comment, Access::Write];
    let mut expected = Vec::new();
    for participation in Participation::ALL {
        for (what, left) in [
            ("of the text", Participation::of_text as fn(_, _) -> _),
            ("of the work on it", Participation::of_work),
        ] {
            let mut row = vec![participation.word(), what];
            row.extend(levels.map(|level| word(left(participation, level))));
            expected.push(row);
        }
    }
    assert_eq!(rows[1..], expected);
}

/// Every standing there is.
fn all_standings() -> Vec<Standing> {
    let mut all = Vec::new();
    let grants = [
        None,
        Some(Access::Read),
        Some(Access::Comment),
        Some(Access::Write),
    ];
    for role in Role::ALL.map(Some).into_iter().chain([None]) {
        for grant in grants {
            for (is_creator, is_in_sub_group) in
                [(false, false), (false, true), (true, false), (true, true)]
            {
                all.push(Standing {
                    role,
                    is_creator,
                    is_in_sub_group,
                    grant,
                    participation: Participation::Full,
                });
            }
        }
    }
    all
}

#[test]
fn no_judgement_ever_widens_and_a_narrower_one_never_leaves_more() {
    for full in all_standings() {
        for privacy in Privacy::ALL {
            for pair in Participation::ALL.windows(2) {
                let [wider, narrower] = [pair[0], pair[1]].map(|participation| Standing {
                    participation,
                    ..full
                });
                assert!(access(privacy, &narrower) <= access(privacy, &wider));
                assert!(access_inside(privacy, &narrower) <= access_inside(privacy, &wider));
                assert!(access_inside(privacy, &narrower) <= access(privacy, &narrower));
                let discussions = [narrower, wider]
                    .map(|standing| access_to_discussion(access_inside(privacy, &standing)));
                assert!(discussions[0] <= discussions[1]);
            }
            for of_document in Participation::ALL {
                let inside = access_inside(
                    privacy,
                    &Standing {
                        participation: of_document,
                        ..full
                    },
                );
                for of_question in Participation::ALL {
                    for (is_binned, belongs) in
                        [(false, false), (false, true), (true, false), (true, true)]
                    {
                        let found = access_to_question(inside, of_question, is_binned, belongs);
                        let unjudged = access_to_question(
                            access_inside(privacy, &full),
                            Participation::Full,
                            is_binned,
                            belongs,
                        );
                        assert!(found <= unjudged);
                        // Nobody who is not to vote writes a value, and nobody who is not to be there reads one.
                        let strictest = of_document.max(of_question);
                        assert!(strictest == Participation::Full || found < Access::Write);
                        assert!(strictest < Participation::Excluded || found == Access::None);
                    }
                }
            }
        }
    }
}

#[test]
fn more_privacy_never_gives_more_to_anybody_but_whom_it_is_narrowed_to() {
    for role in Role::ALL.map(Some).into_iter().chain([None]) {
        for grant in [None, Some(Access::Read), Some(Access::Write)] {
            let standing = Standing {
                role,
                grant,
                ..Standing::default()
            };
            for pair in Privacy::ALL.windows(2) {
                assert!(
                    access(pair[0], &standing) <= access(pair[1], &standing),
                    "{standing:?} {pair:?}"
                );
            }
        }
    }
}

#[test]
fn words_come_back_and_others_are_none() {
    for role in Role::ALL {
        assert_eq!(Role::from_word(role.word()), Some(role));
    }
    for privacy in Privacy::ALL {
        assert_eq!(Privacy::from_word(privacy.word()), Some(privacy));
    }
    for participation in Participation::ALL {
        assert_eq!(
            Participation::from_word(participation.word()),
            Some(participation)
        );
    }
    assert_eq!(Role::from_word("Leader"), None);
    assert_eq!(Privacy::from_word("subgroup"), None);
}
