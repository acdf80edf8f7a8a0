//! What hangs on a document is no way around the community's decision about it: every role, every level of openness, and
//! both kinds of documents that follow from another, on both socket endpoints and over REST, held to docs/access.md.
//!
//! The documents themselves are held to it in `portal.rs`.

use consilium_model::access::{Privacy, Role};
use consilium_protocol::ids::Access;
use consilium_tests::attempt::{on_socket, over_rest};
use consilium_tests::client::Dialect;
use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Method, StatusCode};
use serde_json::json;

const PAGE: &str = include_str!("../../docs/access.md");

/// How somebody stands to a document, besides their role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Plain,
    SubGroup,
    Granted,
}

struct Line {
    /// None: an account without a role.
    role: Option<Role>,
    how: How,
    /// At each level.
    document: Vec<Access>,
}

fn access_of(word: &str) -> Access {
    match word {
        "none" => Access::None,
        "read" => Access::Read,
        "comment" => Access::Comment,
        "write" => Access::Write,
        other => panic!("no access: {other:?}"),
    }
}

/// The cells of the table under a heading, without its first line.
fn cells(head: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines: Vec<&str> = PAGE
        .lines()
        .skip_while(|line| !line.starts_with(head))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert!(!lines.is_empty(), "no table: {head}");
    lines.into_iter().map(|line| {
        let line = line
            .strip_prefix("| ")
            .and_then(|line| line.strip_suffix(" |"));
        line.expect("a row").split(" | ").map(str::trim).collect()
    })
}

/// The lines whose standing this test can bring about.
fn lines() -> Vec<Line> {
    let found: Vec<Line> = cells("| who |")
        .filter_map(|cells| {
            let (role, how) = cells[0].split_once(", ").unwrap_or((cells[0], ""));
            let how = match how {
                "" => How::Plain,
                "sub-group" => How::SubGroup,
                "granted" => How::Granted,
                _ => return None,
            };
            let role = match role {
                "other account" => None,
                word => Some(Role::from_word(word)?),
            };
            Some(Line {
                role,
                how,
                document: cells[1..].iter().map(|word| access_of(word)).collect(),
            })
        })
        .collect();
    assert_eq!(found.len(), (Role::ALL.len() + 1) * 3);
    found
}

/// What follows from a document's access, by the table of this kind: its second column.
fn follows(head: &str, document: Access) -> Access {
    cells(head)
        .find(|cells| access_of(cells[0]) == document)
        .map(|cells| access_of(cells[1]))
        .expect("a row for each access")
}

/// What the community lets somebody do: whoever only reads because it is open to everybody reads the text and no more.
fn inside(level: Privacy, document: Access) -> Access {
    match (level, document) {
        (Privacy::Portal | Privacy::Public, Access::Read) => Access::None,
        _ => document,
    }
}

/// What can be told apart from outside.
fn seen(access: Access) -> Access {
    match access {
        Access::Comment => Access::Read,
        other => other,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_hangs_on_a_document_follows_from_it_for_every_role_on_every_way_in() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let founder = Person::made_by_the_operator(&server, store, "Ada Founder").await;
    let community = founder.found("Panel").await;
    let lines = lines();
    // Everybody comes in as a member, for only members are in sub-groups; then they become what the line says.
    let invitation = founder.invite(&community, "member").await;
    let mut people = Vec::new();
    for number in 1..=lines.len() {
        let name = format!("Person {number}");
        people.push(Person::invited(&server, &invitation, &name).await);
    }
    let in_group: Vec<&Person> = lines
        .iter()
        .zip(&people)
        .filter(|(line, _)| line.how == How::SubGroup)
        .map(|(_, person)| person)
        .collect();
    let group = founder.make_sub_group(&community, &in_group).await;

    let mut documents = Vec::new();
    for level in Privacy::ALL {
        let doc = match level {
            Privacy::SubGroup => founder.new_document_in(&community, &group).await,
            Privacy::Portal | Privacy::Public => {
                let doc = founder.new_document(&community, "community").await;
                founder.decide(&doc, level.word()).await;
                doc
            }
            Privacy::Private | Privacy::Community => {
                founder.new_document(&community, level.word()).await
            }
        };
        let path = format!("/documents/{doc}/questions");
        let wish = json!({"title": "Statins over 75?"});
        let made = founder.call(Method::POST, &path, Some(wish)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let question = format!("{doc}/question/{}", made.text("id"));
        documents.push((level, doc.clone(), format!("{doc}/discussion"), question));
    }
    for (line, person) in lines.iter().zip(&people) {
        if line.how == How::Granted && line.role != Some(Role::Listener) {
            for (level, doc, ..) in &documents {
                if *level != Privacy::Private {
                    founder.grant(doc, person, "comment", None).await;
                }
            }
        }
        match line.role {
            None => founder.remove(&community, person).await,
            Some(Role::Member) => {}
            Some(role) => founder.give_role(&community, person, role.word()).await,
        }
    }

    let mut clients = 10_000;
    let mut tried = 0;
    for (line, person) in lines.iter().zip(&people) {
        for ((level, _, discussion, question), document) in documents.iter().zip(&line.document) {
            let document = inside(*level, *document);
            for (kind, name, head) in [
                ("discussion", discussion, "| the document |"),
                ("question", question, "| the guideline |"),
            ] {
                let expected = seen(follows(head, document));
                let what = format!("{:?} {:?}, {level:?}, {kind}", line.role, line.how);
                for dialect in Dialect::ALL {
                    let found = on_socket(&server, name, dialect, person).await;
                    assert_eq!(found, expected, "{what}, {dialect:?}");
                }
                clients += 1;
                assert_eq!(
                    over_rest(name, person, clients).await,
                    expected,
                    "{what}, REST"
                );
                tried += Dialect::ALL.len() + 1;
            }
        }
    }
    println!(
        "{tried} ways into what hangs on documents, by {} people",
        people.len()
    );
}
