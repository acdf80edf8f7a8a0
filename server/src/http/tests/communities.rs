//! Communities over REST: founding, inviting, roles, policies, lists and the ledger; and that outsiders learn nothing.

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::portal::{Person, Portal, bare};

#[tokio::test]
async fn a_community_is_founded_from_a_template_with_a_written_first_document() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let wish =
        json!({"name": " Sepsis-Leitlinie ", "template": "guideline-panel", "language": "de"});
    let answer = portal.post(&ann, "/communities", wish).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    let founded = answer.json();
    assert_eq!(founded["name"], "Sepsis-Leitlinie");
    assert_eq!(founded["role"], "leader");
    assert_eq!(founded["memberCount"], 1);
    assert_eq!(founded["joinPolicy"], "invite");
    assert_eq!(founded["defaultPrivacy"], "community");
    assert_eq!(founded["language"], "de");
    let path = format!("/communities/{}", founded["id"].as_str().unwrap());
    assert_eq!(portal.get(&ann, &path).await.json(), founded);

    let listed = portal.get(&ann, "/communities").await.json();
    assert_eq!(
        listed,
        json!({"communities": [{
            "id": founded["id"], "name": "Sepsis-Leitlinie", "accent": founded["accent"], "role": "leader", "memberCount": 1,
            "requestCount": 0
        }]})
    );
    let documents = portal.get(&ann, &format!("{path}/documents")).await.json();
    let first = &documents["documents"][0];
    assert_eq!(first["title"], "Leitlinie (Entwurf)");
    assert_eq!(
        (&first["privacy"], &first["access"]),
        (&json!("community"), &json!("write"))
    );
    let name = first["name"].as_str().unwrap();
    assert_eq!(Uuid::parse_str(name).unwrap().get_version_num(), 7);
    let text = portal.text(name).await;
    assert!(text.contains("Geltungsbereich und Zweck"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_the_field_that_is_wrong() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let good = json!({"name": "x", "template": "working-group", "language": "en"});
    for (field, value) in [
        ("name", json!(" ")),
        ("name", json!("a\u{0}b")),
        ("name", json!("x".repeat(121))),
        ("template", json!("no-such-template")),
        ("language", json!("fr")),
    ] {
        let mut wish = good.clone();
        wish[field] = value;
        let answer = portal.post(&ann, "/communities", wish).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], field);
    }
    for (path, wish, field) in [
        ("", json!({"accent": "red"}), "accent"),
        ("", json!({"defaultPrivacy": "public"}), "defaultPrivacy"),
        ("", json!({"defaultPrivacy": "sub-group"}), "defaultPrivacy"),
        ("", json!({"description": "x".repeat(2_001)}), "description"),
        ("/members/ANN", json!({"until": 5}), "until"),
        ("/members/ANN", json!({"role": "king"}), "role"),
    ] {
        let path = path.replace("ANN", &ann.account.to_string());
        let answer = portal
            .patch(&ann, &format!("{community}{path}"), wish)
            .await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], field);
    }
    for (path, wish, field) in [
        (
            "invitations",
            json!({"role": "x", "expiresInDays": 1}),
            "role",
        ),
        (
            "invitations",
            json!({"role": "guest", "expiresInDays": 0}),
            "expiresInDays",
        ),
        (
            "invitations",
            json!({"role": "guest", "expiresInDays": 366}),
            "expiresInDays",
        ),
        (
            "invitations",
            json!({"role": "guest", "expiresInDays": 1, "usesMax": 0}),
            "usesMax",
        ),
        ("documents", json!({"title": "a\nb"}), "title"),
        ("documents", json!({"privacy": "public"}), "privacy"),
        ("documents", json!({"template": "x"}), "template"),
    ] {
        let answer = portal
            .post(&ann, &format!("{community}/{path}"), wish)
            .await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
        assert_eq!(answer.json()["field"], field);
    }
    // A field that nobody knows, one that is missing, and what is no JSON at all.
    let mut odd = good.clone();
    odd["colour"] = json!("red");
    for wish in [odd, json!({"name": "x"}), json!([1])] {
        let answer = portal.post(&ann, "/communities", wish).await;
        answer.is_problem(StatusCode::BAD_REQUEST, "malformed-json");
    }
    let long = json!({"description": "x".repeat(40_000)});
    portal
        .patch(&ann, &community, long)
        .await
        .is_problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    portal
        .ask(&ann, Method::POST, "/communities", None)
        .await
        .is_problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json");
}

#[tokio::test]
async fn outsiders_get_the_answer_for_what_does_not_exist_whatever_they_ask() {
    let portal = Portal::new().await;
    let (ann, eve) = (portal.person("Ann").await, portal.person("Eve").await);
    let community = portal.found(&ann, "Panel").await;
    let document = portal
        .document(&ann, &community, json!({"title": "Ours"}))
        .await;
    let invitation = portal
        .post(
            &ann,
            &format!("{community}/invitations"),
            json!({"role": "guest", "expiresInDays": 1}),
        )
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let nowhere = format!("/communities/{}", Uuid::now_v7());
    let invite = json!({"role": "guest", "expiresInDays": 1});
    for (method, below, body) in [
        (Method::GET, String::new(), None),
        (Method::PATCH, String::new(), Some(json!({"name": "x"}))),
        (Method::GET, "/members".to_owned(), None),
        (
            Method::PATCH,
            format!("/members/{}", ann.account),
            Some(json!({"role": "guest"})),
        ),
        (Method::DELETE, format!("/members/{}", ann.account), None),
        (Method::DELETE, format!("/members/{}", eve.account), None),
        (Method::GET, "/invitations".to_owned(), None),
        (Method::POST, "/invitations".to_owned(), Some(invite)),
        (Method::DELETE, format!("/invitations/{invitation}"), None),
        (Method::GET, "/documents".to_owned(), None),
        (Method::POST, "/documents".to_owned(), Some(json!({}))),
        (Method::GET, "/ledger".to_owned(), None),
    ] {
        let ours = format!("{community}{below}");
        let refused = portal.ask(&eve, method.clone(), &ours, body.clone()).await;
        refused.is_problem(StatusCode::NOT_FOUND, "no-such-community");
        for other in [&nowhere, "/communities/x"] {
            let other = format!("{other}{below}");
            let unknown = portal.ask(&eve, method.clone(), &other, body.clone()).await;
            assert_eq!(bare(&refused), bare(&unknown), "{method} {other}");
        }
    }
    for (method, body) in [
        (Method::GET, None),
        (
            Method::PUT,
            Some(json!({"privacy": "portal", "reason": "because"})),
        ),
    ] {
        let path = format!("/documents/{document}/policy");
        let refused = portal.ask(&eve, method.clone(), &path, body.clone()).await;
        refused.is_problem(StatusCode::NOT_FOUND, "no-such-document");
        let path = format!("/documents/{}/policy", Uuid::now_v7());
        let unknown = portal.ask(&eve, method, &path, body).await;
        assert_eq!(bare(&refused), bare(&unknown));
    }
    assert_eq!(
        portal.get(&eve, "/communities").await.json(),
        json!({"communities": []})
    );
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let mut people: Vec<(&str, Person)> = Vec::new();
    for role in ["deputy", "member", "guest", "listener"] {
        people.push((role, portal.member(&ann, &community, role).await));
    }
    for (method, below, body, allowed, code) in [
        (
            Method::PATCH,
            "",
            json!({"name": "Renamed"}),
            &["deputy"][..],
            "leaders-only",
        ),
        (
            Method::GET,
            "/members",
            Value::Null,
            &["deputy", "member", "guest"],
            "members-only",
        ),
        (
            Method::GET,
            "/invitations",
            Value::Null,
            &["deputy"],
            "leaders-only",
        ),
        (
            Method::POST,
            "/invitations",
            json!({"role": "member", "expiresInDays": 1}),
            &["deputy"],
            "leaders-only",
        ),
        (
            Method::POST,
            "/invitations",
            json!({"role": "leader", "expiresInDays": 1}),
            &[],
            "leaders-only",
        ),
        (
            Method::POST,
            "/documents",
            json!({}),
            &["deputy", "member"],
            "members-only",
        ),
        (
            Method::GET,
            "/ledger",
            Value::Null,
            &["deputy", "member"],
            "members-only",
        ),
        (
            Method::PATCH,
            "/members/leader",
            json!({"role": "guest"}),
            &[],
            "leaders-only",
        ),
        (
            Method::DELETE,
            "/members/leader",
            Value::Null,
            &[],
            "leaders-only",
        ),
    ] {
        let below = below.replace("leader", &ann.account.to_string());
        for (role, person) in &people {
            let body = (!body.is_null()).then(|| body.clone());
            let path = format!("{community}{below}");
            let answer = portal.ask(person, method.clone(), &path, body).await;
            if allowed.contains(role) {
                assert!(answer.status.is_success(), "{role}: {method} {path}");
            } else {
                answer.is_problem(StatusCode::FORBIDDEN, code);
            }
        }
    }
    let members = portal
        .get(&ann, &format!("{community}/members"))
        .await
        .json();
    let listed: Vec<(&str, bool)> = members["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| {
            (
                member["role"].as_str().unwrap(),
                member.get("email").is_some(),
            )
        })
        .collect();
    assert_eq!(
        listed,
        ["leader", "deputy", "member", "guest", "listener"].map(|role| (role, true))
    );
    let seen = portal
        .get(&people[1].1, &format!("{community}/members"))
        .await
        .json();
    assert!(seen["members"][0].get("email").is_none());
}

#[tokio::test]
async fn a_role_is_changed_and_the_last_leader_stays() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let of = |person: &Person| format!("{community}/members/{}", person.account);
    for answer in [
        portal
            .patch(&ann, &of(&ann), json!({"role": "member"}))
            .await,
        portal.delete(&ann, &of(&ann)).await,
    ] {
        answer.is_problem(StatusCode::CONFLICT, "last-leader");
    }
    let answer = portal
        .patch(
            &ann,
            &of(&ben),
            json!({"role": "leader", "until": 4_000_000_000_000_i64}),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["until"], 4_000_000_000_000_i64);
    let answer = portal.patch(&ann, &of(&ben), json!({"until": null})).await;
    assert_eq!(answer.json()["role"], "leader");
    assert!(answer.json().get("until").is_none());
    assert_eq!(
        portal.delete(&ann, &of(&ann)).await.status,
        StatusCode::NO_CONTENT
    );
    portal
        .get(&ann, &community)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-community");
    portal
        .delete(&ben, &of(&ann))
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-member");
}

#[tokio::test]
async fn a_link_is_shown_once_taken_often_and_dead_when_withdrawn() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let secret = portal.invite(&ann, &community, "member").await;
    assert!(secret.len() >= 43, "256 bits");
    let open = portal.get(&ann, &format!("{community}/invitations")).await;
    assert!(!String::from_utf8_lossy(&open.body).contains(&secret));
    let open = open.json();
    let invitation = &open["invitations"][0];
    assert_eq!(invitation["invitedBy"], "Ann");
    assert_eq!(invitation["uses"], 0);

    let link = format!("/links/{secret}");
    let shown = portal.edge.get(&format!("/api/v1{link}"), None).await;
    assert_eq!(shown.status, StatusCode::OK, "nobody needs to be signed in");
    let shown = shown.json();
    assert_eq!(shown["kind"], "invitation");
    assert_eq!(shown["community"]["name"], "Panel");
    assert_eq!(
        (&shown["role"], &shown["invitedBy"]),
        (&json!("member"), &json!("Ann"))
    );

    let ben = portal.person("Ben").await;
    for _ in 0..2 {
        let joined = portal.post(&ben, &format!("{link}/join"), json!({})).await;
        assert_eq!(joined.status, StatusCode::OK, "{}", joined.json());
        assert_eq!(joined.json()["community"]["name"], "Panel");
    }
    let open = portal
        .get(&ann, &format!("{community}/invitations"))
        .await
        .json();
    assert_eq!(open["invitations"][0]["uses"], 1);

    let withdraw = format!(
        "{community}/invitations/{}",
        invitation["id"].as_str().unwrap()
    );
    assert_eq!(
        portal.delete(&ann, &withdraw).await.status,
        StatusCode::NO_CONTENT
    );
    portal
        .delete(&ann, &withdraw)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-invitation");
    let late = portal.person("Late").await;
    let refused = portal.post(&late, &format!("{link}/join"), json!({})).await;
    refused.is_problem(StatusCode::NOT_FOUND, "no-such-link");
    let unknown = portal.post(&late, "/links/x/join", json!({})).await;
    assert_eq!(bare(&refused), bare(&unknown));
}

#[tokio::test]
async fn a_document_is_opened_and_closed_by_those_who_may() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let eve = portal.person("Eve").await;
    let name = portal
        .document(
            &ben,
            &community,
            json!({"title": "Draft", "privacy": "private"}),
        )
        .await;
    let path = format!("/documents/{name}/policy");
    portal
        .get(&ann, &path)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    let policy = portal.get(&ben, &path).await.json();
    assert_eq!(policy["community"]["name"], "Panel");
    assert_eq!(
        (&policy["privacy"], &policy["access"]),
        (&json!("private"), &json!("write"))
    );
    assert_eq!(
        (&policy["mayNarrow"], &policy["mayWiden"]),
        (&json!(false), &json!(true))
    );
    let answer = portal
        .put(&ben, &path, json!({"privacy": "community"}))
        .await;
    answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "reason-missing");
    assert_eq!(answer.json()["field"], "reason");
    let why = "ready to be read";
    let answer = portal
        .put(&ben, &path, json!({"privacy": "community", "reason": why}))
        .await;
    assert_eq!(answer.json()["privacy"], "community");
    portal
        .put(&ben, &path, json!({"privacy": "portal", "reason": why}))
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    let answer = portal
        .put(&ann, &path, json!({"privacy": "portal", "reason": "x"}))
        .await;
    answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-field");
    let answer = portal
        .put(&ann, &path, json!({"privacy": "portal", "reason": why}))
        .await;
    assert_eq!(answer.json()["privacy"], "portal");
    let policy = portal.get(&eve, &path).await.json();
    assert_eq!(
        (&policy["access"], &policy["mayWiden"]),
        (&json!("read"), &json!(false))
    );
    portal
        .put(&ann, &path, json!({"privacy": "private"}))
        .await
        .is_problem(StatusCode::FORBIDDEN, "creator-only");
    let answer = portal.put(&ben, &path, json!({"privacy": "private"})).await;
    assert_eq!(answer.json()["privacy"], "private");
    for person in [&ann, &eve] {
        portal
            .get(person, &path)
            .await
            .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    }
    let ledger = portal
        .get(&ann, &format!("{community}/ledger"))
        .await
        .json();
    let last = &ledger["entries"][0];
    assert_eq!(last["act"], "privacy-changed");
    assert_eq!(last["detail"]["from"], "portal");
    assert_eq!(last["actor"]["id"], ben.account.to_string());
}

#[tokio::test]
async fn a_list_holds_exactly_what_one_may_read_page_by_page() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let guest = portal.member(&ann, &community, "guest").await;
    for (title, privacy) in [("Mine", "private"), ("Ours", "community")] {
        portal
            .document(
                &ben,
                &community,
                json!({"title": title, "privacy": privacy}),
            )
            .await;
    }
    let all = json!({"title": "All", "privacy": "portal"});
    portal
        .ask(
            &ben,
            Method::POST,
            &format!("{community}/documents"),
            Some(all.clone()),
        )
        .await
        .is_problem(StatusCode::FORBIDDEN, "leaders-only");
    portal.document(&ann, &community, all).await;
    let titles = async |person: &Person, query: &str| {
        let path = format!("{community}/documents{query}");
        let list = portal.get(person, &path).await.json();
        let mut titles: Vec<String> = list["documents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|document| document["title"].as_str().unwrap().to_owned())
            .collect();
        titles.sort();
        titles
    };
    assert_eq!(
        titles(&ben, "").await,
        ["All", "Guideline (draft)", "Mine", "Ours"]
    );
    assert_eq!(titles(&ann, "").await, ["All", "Guideline (draft)", "Ours"]);
    assert_eq!(titles(&guest, "").await, ["All"]);
    assert_eq!(titles(&ann, "?query=our").await, ["Ours"]);
    assert!(titles(&ann, "?deleted=true").await.is_empty());
    portal
        .get(&ann, &format!("{community}/documents?after=x"))
        .await
        .is_problem(StatusCode::BAD_REQUEST, "bad-query");
}

#[tokio::test]
async fn the_ledger_is_shown_newest_first_with_its_hashes() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let ben = portal.member(&ann, &community, "member").await;
    let ledger = portal
        .get(&ben, &format!("{community}/ledger"))
        .await
        .json();
    let entries = ledger["entries"].as_array().unwrap();
    let acts: Vec<&str> = entries
        .iter()
        .map(|entry| entry["act"].as_str().unwrap())
        .collect();
    assert_eq!(
        acts,
        [
            "member-joined",
            "invitation-made",
            "document-created",
            "community-founded"
        ]
    );
    assert!(ledger.get("next").is_none());
    assert_eq!(entries[0]["actor"]["name"], "member");
    assert_eq!(entries[0]["seq"], 4);
    assert_eq!(entries[3]["detail"], json!({"name": "Panel"}));
    for entry in entries {
        assert_eq!(entry["hash"].as_str().unwrap().len(), 64);
    }
    for n in 0..100 {
        let rename = json!({"name": format!("Panel {n}")});
        assert!(
            portal
                .patch(&ann, &community, rename)
                .await
                .status
                .is_success()
        );
    }
    let page = portal
        .get(&ben, &format!("{community}/ledger"))
        .await
        .json();
    assert_eq!(page["entries"].as_array().unwrap().len(), 100);
    let next = page["next"].as_u64().unwrap();
    let page = portal
        .get(&ben, &format!("{community}/ledger?after={next}"))
        .await
        .json();
    assert_eq!(page["entries"].as_array().unwrap().len(), 4);
    assert!(page.get("next").is_none());
    portal
        .get(&ben, &format!("{community}/ledger?after=x"))
        .await
        .is_problem(StatusCode::BAD_REQUEST, "bad-query");
}

#[tokio::test]
async fn nobody_comes_in_without_signing_in() {
    let portal = Portal::new().await;
    for path in [
        "/communities",
        "/communities/x/members",
        "/documents/x/policy",
    ] {
        let answer = portal.edge.get(&format!("/api/v1{path}"), None).await;
        answer.is_problem(StatusCode::UNAUTHORIZED, "not-signed-in");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
}

#[tokio::test]
async fn somebody_new_signs_up_by_a_link_and_is_in() {
    let portal = Portal::new().await;
    let ann = portal.person("Ann").await;
    let community = portal.found(&ann, "Panel").await;
    let secret = portal.invite(&ann, &community, "member").await;
    let sign_up = async |secret: &str, wish: Value| {
        let path = format!("/api/v1/links/{secret}/sign-up");
        let json = [(header::CONTENT_TYPE, "application/json")];
        let body = serde_json::to_vec(&wish).unwrap();
        portal
            .edge
            .send_with(Method::POST, &path, None, &body, &json)
            .await
    };
    let good =
        json!({"name": "Ben", "email": "Ben@Example.org", "password": "correct horse battery"});
    for (field, value, code) in [
        ("name", " ", "invalid-field"),
        ("email", "nowhere", "invalid-field"),
        ("password", "short", "weak-password"),
    ] {
        let mut wish = good.clone();
        wish[field] = value.into();
        let answer = sign_up(&secret, wish).await;
        answer.is_problem(StatusCode::UNPROCESSABLE_ENTITY, code);
        assert_eq!(answer.json()["field"], field);
    }
    let answer = sign_up(&secret, good.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
    assert_eq!(answer.json()["account"]["email"], "Ben@Example.org");
    let set = answer.headers[header::SET_COOKIE].to_str().unwrap();
    let ben = Person {
        account: answer.json()["account"]["id"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap(),
        cookie: set.split(';').next().unwrap().to_owned(),
    };
    let shown = portal.get(&ben, &community).await.json();
    assert_eq!(
        (&shown["role"], &shown["memberCount"]),
        (&json!("member"), &json!(2))
    );

    let mut again = good.clone();
    again["email"] = json!("ben@example.ORG");
    let answer = sign_up(&secret, again).await;
    answer.is_problem(StatusCode::CONFLICT, "email-taken");
    assert_eq!(answer.json()["field"], "email");
}

#[tokio::test]
async fn the_list_of_all_documents_holds_exactly_what_one_may_read() {
    let portal = Portal::new().await;
    let (ann, eve) = (portal.person("Ann").await, portal.person("Eve").await);
    let first = portal.found(&ann, "First").await;
    let second = portal.found(&eve, "Second").await;
    for (who, community, title, privacy) in [
        (&ann, &first, "Ours", "community"),
        (&ann, &first, "Mine", "private"),
        (&eve, &second, "All", "portal"),
    ] {
        portal
            .document(who, community, json!({"title": title, "privacy": privacy}))
            .await;
    }
    let titles = async |who: &Person, query: &str| {
        let list = portal.get(who, &format!("/documents{query}")).await.json();
        let mut titles: Vec<String> = list["documents"]
            .as_array()
            .unwrap()
            .iter()
            .map(|document| document["title"].as_str().unwrap().to_owned())
            .collect();
        titles.sort();
        titles
    };
    assert_eq!(
        titles(&ann, "").await,
        ["All", "Guideline (draft)", "Mine", "Ours"]
    );
    assert_eq!(titles(&eve, "").await, ["All", "Guideline (draft)"]);
    let name = portal
        .document(&ann, &first, json!({"title": "Gone"}))
        .await;
    let path = format!("/documents/{name}");
    portal
        .delete(&eve, &path)
        .await
        .is_problem(StatusCode::NOT_FOUND, "no-such-document");
    assert_eq!(
        portal.delete(&ann, &path).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(titles(&ann, "?deleted=true").await, ["Gone"]);
    assert!(titles(&eve, "?deleted=true").await.is_empty());
}
