//! What is made of answers: redirects, pages, JSON, compression, and what is kept of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect};
use axum::routing::get;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use support::{closed_port, head, loopback, raw, settings, url};
use tokio::io::AsyncWriteExt;
use transport::{BoxFuture, Client, Exchange, FailureKind, Method, Resolve, Response, Settings};

fn client() -> Client {
    Client::new(settings()).unwrap()
}

async fn answer(app: Router) -> Response {
    let server = loopback(app).await;
    client()
        .call(Method::GET, url(&server, "/"))
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn redirects_are_answers_and_take_no_credentials_along() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heads = Arc::clone(&seen);
    let other = raw(move |mut stream| {
        let heads = Arc::clone(&heads);
        async move {
            let head = head(&mut stream).await;
            heads.lock().unwrap().push(head);
        }
    })
    .await;
    let next = format!("http://{other}/next?token=sim_one_time");
    let app = Router::new().route("/", get(|| async move { Redirect::temporary(&next) }));
    let server = loopback(app).await;
    let token = SecretString::from("sim_token_0123456789");
    for http1 in [false, true] {
        let mut call = client().call(Method::GET, url(&server, "/")).bearer(&token);
        if http1 {
            call = call.http1_only();
        }
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status, 307);
        assert!(
            answer.headers[header::LOCATION]
                .to_str()
                .unwrap()
                .ends_with("token=sim_one_time")
        );
        let kept = serde_json::to_string(&*answer.exchange).unwrap();
        assert!(!kept.contains("sim_one_time"), "{kept}");
    }
    let report = client().probe(&url(&server, "/"), Method::GET, false).await;
    assert_eq!(report.status, Some(307));
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_page_is_recognised_as_one() {
    let page = answer(Router::new().route("/", get(|| async { Html("<p>Sign in</p>") }))).await;
    assert!(page.looks_html());
    assert_eq!(page.media_type().as_deref(), Some("text/html"));
    let named_wrong = answer(Router::new().route("/", get(|| async { "\n <!DOCTYPE HTML><title>x" }))).await;
    assert!(named_wrong.looks_html());
    let json = answer(Router::new().route("/", get(|| async { axum::Json(json!({})) }))).await;
    assert!(!json.looks_html());
}

#[derive(Debug, Deserialize)]
struct Channels {
    #[allow(dead_code, reason = "only its reading is tested")]
    channels: Vec<Channel>,
}

#[derive(Debug, Deserialize)]
struct Channel {
    #[allow(dead_code, reason = "only its reading is tested")]
    id: String,
}

#[tokio::test]
async fn a_json_error_says_where() {
    let body = json!({ "channels": [{ "id": "a" }, { "id": 7 }] }).to_string();
    let shape = answer(Router::new().route("/", get(|| async { body })))
        .await
        .json::<Channels>()
        .unwrap_err();
    assert_eq!(
        (shape.path.as_str(), shape.line, shape.is_json),
        ("channels[1].id", 1, true)
    );

    let page = answer(Router::new().route("/", get(|| async { "\n<html>" }))).await;
    let syntax = page.json::<Channels>().unwrap_err();
    assert_eq!((syntax.line, syntax.column, syntax.is_json), (2, 1, false));

    let more = answer(Router::new().route("/", get(|| async { "{\"channels\":[]} x" }))).await;
    assert!(more.json::<Channels>().is_err());
}

#[tokio::test]
async fn a_json_error_does_not_repeat_a_secret() {
    let server =
        loopback(Router::new().route("/", get(|| async { "{\"channels\":\"sim_secret_1\"}" }))).await;
    let client = client();
    client.redactor().add(&SecretString::from("sim_secret_1"));
    let answer = client.call(Method::GET, url(&server, "/")).send().await.unwrap();
    let error = answer.json::<Channels>().unwrap_err();
    assert_eq!(error.path, "channels");
    assert!(!format!("{error} {error:?}").contains("sim_secret_1"), "{error}");
}

#[tokio::test]
async fn an_echoed_header_does_not_survive_in_the_record() {
    let echo = |headers: HeaderMap| async move {
        let sent = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
        (
            StatusCode::BAD_REQUEST,
            Html(format!("<pre>authorization: {sent}</pre>")),
        )
    };
    let server = loopback(Router::new().route("/", get(echo))).await;
    let (user, password) = (SecretString::from("user-1"), SecretString::from("sim_password"));
    let answer = client()
        .call(Method::GET, url(&server, "/"))
        .basic(&user, &password)
        .send()
        .await
        .unwrap();
    assert!(answer.text().contains("dXNlci0xOnNpbV9wYXNzd29yZA=="));
    let kept = format!(
        "{:?} {}",
        answer.exchange,
        serde_json::to_string(&*answer.exchange).unwrap()
    );
    for part in ["dXNlci0x", "nNpbV9wYXNzd29yZA", "sim_password"] {
        assert!(!kept.contains(part), "{part} in {kept}");
    }
}

#[tokio::test]
async fn the_date_of_an_answer_is_read() {
    let dated = || async { ([(header::DATE, "Sun, 06 Nov 1994 08:49:37 GMT")], "").into_response() };
    let answer = answer(Router::new().route("/", get(dated))).await;
    assert_eq!(answer.date(), Some("1994-11-06T08:49:37Z".parse().unwrap()));
}

#[tokio::test]
async fn compressed_answers_are_read_and_still_limited() {
    // 100,000 zero bytes.
    let packed: &[u8] = include_bytes!("data/zeros.gz");
    let gzip = move || async move { ([(header::CONTENT_ENCODING, "gzip")], packed).into_response() };
    let server = loopback(Router::new().route("/", get(gzip))).await;
    let answer = client()
        .call(Method::GET, url(&server, "/"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.body, vec![0; 100_000]);
    let small = Client::new(Settings {
        max_body: 99_999,
        ..settings()
    })
    .unwrap();
    let error = small
        .call(Method::GET, url(&server, "/"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.failure.kind, FailureKind::BodyTooLarge);
}

#[tokio::test]
async fn broken_compression_is_a_protocol_error() {
    let gzip = || async { ([(header::CONTENT_ENCODING, "gzip")], "not packed").into_response() };
    let server = loopback(Router::new().route("/", get(gzip))).await;
    let error = client()
        .call(Method::GET, url(&server, "/"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.failure.kind, FailureKind::Protocol);
}

#[tokio::test]
async fn an_exchange_survives_being_stored() {
    let answer = answer(Router::new().route("/", get(|| async { "ok" }))).await;
    let stored = serde_json::to_string(&*answer.exchange).unwrap();
    let read: Exchange = serde_json::from_str(&stored).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);
}

/// The IPv6 address of this computer first.
struct SixFirst;

impl Resolve for SixFirst {
    fn resolve(&self, _host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async { Ok(vec!["::1".parse().unwrap(), "127.0.0.1".parse().unwrap()]) })
    }
}

#[tokio::test]
async fn every_address_is_tried_in_order() {
    let server = loopback(Router::new().route("/", get(|| async { "ok" }))).await;
    let port = server.rsplit(':').next().unwrap();
    let client = Client::new(Settings {
        resolver: Arc::new(SixFirst),
        ..settings()
    })
    .unwrap();
    let target = url(&format!("two.example.com:{port}"), "/");
    assert_eq!(
        client
            .call(Method::GET, target.clone())
            .send()
            .await
            .unwrap()
            .status,
        200
    );
    let report = client.probe(&target, Method::GET, false).await;
    assert_eq!((report.status, report.remote), (Some(200), Some(server.clone())));
    let tried: Vec<_> = report.attempts.iter().map(|one| one.address.clone()).collect();
    assert_eq!(tried, [format!("[::1]:{port}"), server]);
    assert!(report.attempts[0].failure.is_some() && report.attempts[1].failure.is_none());

    let nobody = url(&format!("two.example.com:{}", closed_port()), "/");
    let report = client.probe(&nobody, Method::GET, false).await;
    assert_eq!(report.attempts.len(), 2);
    assert_eq!(report.failure.unwrap().kind, FailureKind::Refused);
    let error = client.call(Method::GET, nobody).send().await.unwrap_err();
    assert_eq!(error.failure.kind, FailureKind::Refused);
}

#[tokio::test]
async fn a_head_that_comes_in_pieces_is_one_answer() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
        for piece in ["HTTP/1.1 2", "00 OK\r\ncontent-le", "ngth: 2\r\n\r", "\no", "k"] {
            stream.write_all(piece.as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
    })
    .await;
    let answer = client()
        .call(Method::GET, url(&server, "/"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text(), "ok");
}
