//! A page of another site gets no socket, whatever the browser sends along: not on either endpoint, and not with a good
//! token (cross-site WebSocket hijacking, T-3).

use consilium_tests::portal::{Person, StoreAt};
use consilium_tests::server_process::{ServerOptions, ServerProcess};
use reqwest::{Client as Http, StatusCode, header};

/// What a browser gets that asks for a socket from a page of this origin; from no page at all for `None`.
async fn upgraded(server: &ServerProcess, path: &str, origin: Option<&str>) -> StatusCode {
    let mut request = Http::new()
        .get(server.url(path))
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ==");
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    request.send().await.expect("an answer").status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_another_site_gets_no_socket_on_either_endpoint() {
    let server = ServerProcess::start(ServerOptions::portal());
    let store = StoreAt::Directory(server.data_dir());
    let leader = Person::made_by_the_operator(&server, store, "Ada Leader").await;
    let community = leader.found("Panel").await;
    let doc = leader.new_document(&community, "community").await;
    let plain = format!("/yjs/{doc}?token={}", leader.token().await);
    let own = server.url("");
    for path in ["/sync", &plain] {
        for origin in [Some(own.as_str()), None] {
            let status = upgraded(&server, path, origin).await;
            assert_eq!(status, StatusCode::SWITCHING_PROTOCOLS, "{path} {origin:?}");
        }
        for origin in ["https://elsewhere.example", "null", "http://127.0.0.1"] {
            let status = upgraded(&server, path, Some(origin)).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} {origin}");
        }
    }
}
