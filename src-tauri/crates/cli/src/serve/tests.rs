use std::net::Ipv4Addr;

use desk::Options;
use reqwest::header::{
    ACCEPT, ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE,
};
use reqwest::{Client, Method, RequestBuilder, StatusCode};

use serde_json::Value;

use super::*;

/// A server and a client that follows no redirects and keeps no cookies by itself.
struct Server {
    origin: String,
    link: String,
    client: Client,
}

impl Server {
    async fn start() -> Self {
        transport::install_crypto();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk = Desk::start(Options {
            data_dir: None,
            sample: false,
            host: Arc::new(Browser::default()),
        })
        .await
        .unwrap();
        let guard = Arc::new(guard::Guard::new(address));
        let link = guard.link();
        tokio::spawn(axum::serve(listener, routes(Served { desk, guard })).into_future());
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            origin: format!("http://{address}"),
            link,
            client,
        }
    }

    /// Exchanges the token and gives the cookie.
    async fn cookie(&self) -> String {
        let answer = self.client.get(&self.link).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    fn rpc(&self, name: &str) -> RequestBuilder {
        self.client
            .request(Method::POST, format!("{}/rpc/{name}", self.origin))
            .json(&json!({}))
    }
}

#[tokio::test]
async fn the_token_becomes_a_cookie_once_and_leaves_the_address() {
    let server = Server::start().await;
    let preview = server.client.head(&server.link).send().await.unwrap();
    assert_eq!(
        preview.status(),
        StatusCode::UNAUTHORIZED,
        "a preview does not use it up"
    );
    let first = server.client.get(&server.link).send().await.unwrap();
    assert_eq!(first.headers()[LOCATION], "/", "the token leaves the address");
    let cookie = first.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "scripts and other sites have no use of it"
    );
    let token = server.link.rsplit_once('=').unwrap().1;
    assert!(!cookie.contains(token), "the cookie is not the token");
    let second = server.client.get(&server.link).send().await.unwrap();
    assert_eq!(
        second.status(),
        StatusCode::UNAUTHORIZED,
        "the address works once"
    );
}

#[tokio::test]
async fn commands_run_for_the_cookie_from_our_own_page_only() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let ours = || server.rpc("app.info").header(COOKIE, &cookie);
    let origin = server.origin.as_str();
    let answered = ours().header(ORIGIN, origin).send().await.unwrap();
    assert_eq!(answered.status(), StatusCode::OK);
    assert_eq!(answered.json::<Value>().await.unwrap()["host"], "web");

    let refusals = [
        (
            "no cookie",
            server.rpc("app.info").header(ORIGIN, origin),
            StatusCode::UNAUTHORIZED,
        ),
        (
            "a wrong cookie",
            server
                .rpc("app.info")
                .header(ORIGIN, origin)
                .header(COOKIE, "handover=x"),
            StatusCode::UNAUTHORIZED,
        ),
        ("no origin", ours(), StatusCode::FORBIDDEN),
        (
            "another page",
            ours().header(ORIGIN, "https://example.com"),
            StatusCode::FORBIDDEN,
        ),
        (
            "another port",
            ours().header(ORIGIN, "http://127.0.0.1:1"),
            StatusCode::FORBIDDEN,
        ),
        (
            "a rebound name",
            ours().header(ORIGIN, origin).header(HOST, "example.com"),
            StatusCode::MISDIRECTED_REQUEST,
        ),
    ];
    for (what, request, status) in refusals {
        assert_eq!(request.send().await.unwrap().status(), status, "{what}");
    }
}

#[tokio::test]
async fn the_websocket_needs_cookie_and_origin() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let upgrade = || {
        server
            .client
            .get(format!("{}/events", server.origin))
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGVzdC1rZXktMTIzNDU2Nw==")
    };
    let well = upgrade()
        .header(COOKIE, &cookie)
        .header(ORIGIN, &server.origin)
        .send()
        .await
        .unwrap();
    assert_eq!(well.status(), StatusCode::SWITCHING_PROTOCOLS);
    let foreign = upgrade()
        .header(COOKIE, &cookie)
        .header(ORIGIN, "https://example.com")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let unknown = upgrade().header(ORIGIN, &server.origin).send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_has_no_cookie_reads_what_to_do_and_gets_nothing_else() {
    let server = Server::start().await;
    let get = |path: &str, accept: &str| {
        server
            .client
            .get(format!("{}{path}", server.origin))
            .header(ACCEPT, accept)
            .send()
    };
    let page = get("/?token=used", "text/html,*/*").await.unwrap();
    assert_eq!(page.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    let text = page.text().await.unwrap();
    assert!(text.contains("start it again"), "{text}");
    assert!(
        !text.contains("<script") && !text.contains("style="),
        "the policy forbids both: {text}"
    );
    let style = get("/refused.css", "text/css").await.unwrap();
    assert_eq!(style.status(), StatusCode::OK, "the page's look");
    assert_eq!(style.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
    let other = get("/favicon.svg", "image/*").await.unwrap();
    assert_eq!(other.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(other.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
}

#[tokio::test]
async fn every_answer_carries_the_policy() {
    let server = Server::start().await;
    for path in ["/", "/nothing", "/events"] {
        let answer = server
            .client
            .get(format!("{}{path}", server.origin))
            .send()
            .await
            .unwrap();
        let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{path}: {policy}"
        );
    }
}

#[tokio::test]
async fn an_error_is_a_wire_error() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let answer = server
        .rpc("no.such")
        .header(COOKIE, cookie)
        .header(ORIGIN, &server.origin)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "not_found");
}

#[tokio::test]
async fn pages_are_read_and_calls_are_json_of_a_bounded_size() {
    let server = Server::start().await;
    let cookie = server.cookie().await;
    let ours = |request: RequestBuilder| request.header(COOKIE, &cookie).header(ORIGIN, &server.origin);
    for method in [Method::POST, Method::DELETE, Method::PUT] {
        let request = server
            .client
            .request(method.clone(), format!("{}/", server.origin));
        let answer = ours(request).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.headers()[ALLOW], "GET, HEAD");
    }
    let call = || server.client.post(format!("{}/rpc/app.info", server.origin));
    let form = ours(call()).header(CONTENT_TYPE, "text/plain").body("{}");
    let answer = form.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "bad_request");
    let large = ours(call())
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .body(vec![b' '; 3 * 1024 * 1024]);
    let answer = large.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "bad_request");
}
