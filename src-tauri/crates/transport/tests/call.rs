//! Ordinary calls against servers on this computer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use secrecy::SecretString;
use serde_json::{Value, json};
use support::{Listener, loopback, url};
use transport::{Client, FormValue, Method};

#[tokio::test]
async fn a_call_is_sent_answered_and_recorded_without_secrets() {
    let app = Router::new().route(
        "/auth/token",
        post(|headers: HeaderMap, body: String| async move {
            let sent = headers["authorization"].to_str().unwrap().to_owned();
            let answer = json!({ "access_token": "sim_token_0123456789abcdef", "echo": body, "sent": sent });
            ([("x-trace-id", "trace-1")], axum::Json(answer))
        }),
    );
    let server = loopback(app).await;
    let heard = Listener::default();
    let client = Client::new(support::settings())
        .unwrap()
        .with_recorder(Arc::new(heard.clone()));
    let answer = client
        .call(Method::POST, url(&server, "/auth/token"))
        .label("token")
        .basic(
            &SecretString::from("client-1"),
            &SecretString::from("test-secret-pass word"),
        )
        .form(&[
            ("grant_type", FormValue::Plain("password")),
            (
                "password",
                FormValue::Secret(&SecretString::from("sim_key+secret==")),
            ),
        ])
        .accept_json()
        .send()
        .await
        .unwrap();

    assert_eq!(answer.status, 200);
    let body: Value = answer.json().unwrap();
    assert_eq!(
        body["echo"],
        "grant_type=password&password=sim_key%2Bsecret%3D%3D"
    );
    assert_eq!(body["sent"], "Basic Y2xpZW50LTE6dGVzdC1zZWNyZXQtcGFzcyB3b3Jk");
    assert_eq!(answer.trace_id().as_deref(), Some("trace-1"));

    let heard = heard.all();
    assert_eq!(heard.len(), 1);
    let exchange = &heard[0];
    assert_eq!(**exchange, *answer.exchange);
    assert_eq!((exchange.label.as_str(), exchange.status), ("token", Some(200)));
    assert_eq!(exchange.http_version.as_deref(), Some("HTTP/1.1"));
    assert_eq!(exchange.remote.as_deref(), Some(server.as_str()));
    let phases = exchange.phases;
    assert!(phases.connection.is_some() && phases.first_byte.is_some() && phases.body.is_some());
    assert_eq!(
        (phases.resolve, phases.connect, phases.tls, phases.send),
        (None, None, None, None)
    );
    let written = serde_json::to_string(&**exchange).unwrap() + &format!("{exchange:?} {answer:?}");
    for secret in ["sim_token", "sim_key", "c2ltX2", "pass", "cGFzcyB3b3Jk"] {
        let shown = written
            .replace("grant_type=password", "")
            .replace("password=", "")
            .replace("\"pass", "");
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(written.contains("Basic <redacted:"), "{written}");
}

#[tokio::test]
async fn connections_are_reused_and_then_not_measured() {
    let server = loopback(Router::new().route("/", get(|| async { "ok" }))).await;
    let client = Client::new(support::settings()).unwrap();
    let first = client.call(Method::GET, url(&server, "/")).send().await.unwrap();
    let second = client.call(Method::GET, url(&server, "/")).send().await.unwrap();
    assert!(first.exchange.phases.connection.is_some());
    assert_eq!(second.exchange.phases.connection, None);
    assert!(second.exchange.phases.first_byte.is_some());
    assert_eq!((first.exchange.id, second.exchange.id), (1, 2));
}
