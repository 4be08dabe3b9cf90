//! Calls with credentials and bodies, measured in every phase.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use secrecy::SecretString;
use support::certificate::{Authority, Time};
use support::{Listener, closed_port, https, loopback, secure, settings, url};
use transport::probe::{Gauge, ProbeReport};
use transport::{Client, FailureKind, FormValue, KEPT_BODY, Method, Roots, Settings};

#[derive(Default)]
struct Heard(Mutex<Vec<(String, ProbeReport)>>);

impl Gauge for Heard {
    fn measured(&self, label: &str, report: &ProbeReport) {
        self.0.lock().unwrap().push((label.to_owned(), report.clone()));
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

/// Says what came, and a token of its own.
fn echo() -> Router {
    Router::new().route(
        "/token",
        post(|headers: HeaderMap, body: String| async move {
            let auth = headers["authorization"].to_str().unwrap().to_owned();
            let kind = headers["content-type"].to_str().unwrap().to_owned();
            (
                [("x-trace-id", "sim-trace")],
                format!(
                    r#"{{"auth":"{auth}","kind":"{kind}","body":"{body}","access_token":"sim_fresh_token"}}"#
                ),
            )
        }),
    )
}

#[tokio::test]
async fn a_form_with_secrets_is_sent_as_by_an_ordinary_call_and_shown_redacted() {
    let server = loopback(echo()).await;
    let heard = Arc::new(Heard::default());
    let records = Listener::default();
    let client = Client::new(settings())
        .unwrap()
        .with_recorder(Arc::new(records.clone()));
    let gauged = client.with_gauge(heard.clone());
    let ask = |client: &Client| {
        client
            .call(Method::POST, url(&server, "/token"))
            .label("token")
            .basic(&secret("sim_client"), &secret("sim_client_secret"))
            .form(&[
                ("grant_type", FormValue::Plain("password")),
                ("password", FormValue::Secret(&secret("sim_key_secret"))),
            ])
            .send()
    };
    let plain = ask(&client).await.unwrap();
    let measured = ask(&gauged).await.unwrap();
    assert_eq!(plain.body, measured.body, "the server saw the same request");
    assert!(
        measured
            .text()
            .contains("grant_type=password&password=sim_key_secret")
    );
    assert_eq!(records.all().len(), 2);
    assert_eq!(records.all()[1], measured.exchange);
    assert_eq!(measured.trace_id().as_deref(), Some("sim-trace"));

    let heard = heard.0.lock().unwrap();
    let [(label, report)] = &heard[..] else {
        panic!("{heard:?}")
    };
    assert_eq!(
        (label.as_str(), report.method.as_str(), report.status),
        ("token", "POST", Some(200))
    );
    assert_eq!(report.trace_id.as_deref(), Some("sim-trace"));
    let phases = report.phases;
    assert!(phases.connect.is_some() && phases.send.is_some() && phases.first_byte.is_some());
    assert!(phases.body.is_some() && phases.total.is_some() && phases.connection.is_none());
    assert_eq!(phases, measured.exchange.phases);
    let shown = format!(
        "{}{:?}",
        serde_json::to_string(report).unwrap(),
        measured.exchange
    );
    for canary in ["sim_client_secret", "sim_key_secret", "sim_fresh_token"] {
        assert!(!shown.contains(canary), "{canary} in {shown}");
    }
    assert!(report.body.as_ref().unwrap().contains("<redacted:"));
}

#[tokio::test]
async fn https_with_a_json_body_speaks_http_2_unless_told_otherwise() {
    let authority = Authority::new();
    let app = Router::new().route(
        "/",
        post(|body: String| async move { (StatusCode::CREATED, body) }),
    );
    let port = secure(
        app,
        authority.server("chat.example.com", Time::Now, &["h2", "http/1.1"]),
    )
    .await;
    let client = Client::new(Settings {
        roots: Roots::Only(vec![authority.root()]),
        ..settings()
    })
    .unwrap();
    let call = || {
        client
            .call(Method::POST, https("chat.example.com", port, "/"))
            .bearer(&secret("sim_bearer_token"))
            .json(&serde_json::json!({ "name": "x".repeat(KEPT_BODY) }))
    };
    let measured = call().measure().await;
    assert_eq!(measured.report.http_version.as_deref(), Some("HTTP/2"));
    assert!(measured.report.phases.tls.is_some());
    let answer = measured.answer.unwrap();
    assert!(answer.body.len() > KEPT_BODY, "the caller gets all of it");
    assert_eq!(measured.report.body.unwrap().len(), KEPT_BODY);
    let measured = call().http1_only().measure().await;
    assert_eq!(measured.report.http_version.as_deref(), Some("HTTP/1.1"));
    assert_eq!(measured.answer.unwrap().status, 201);
}

#[tokio::test]
async fn a_call_without_an_answer_is_measured_as_far_as_it_came() {
    let heard = Arc::new(Heard::default());
    let client = Client::new(settings()).unwrap().with_gauge(heard.clone());
    let nobody = url(&format!("127.0.0.1:{}", closed_port()), "/");
    let error = client
        .call(Method::GET, nobody)
        .label("gone")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.failure.kind, FailureKind::Refused);
    let unsendable = client
        .call(Method::GET, url("127.0.0.1:9", "/"))
        .header("x-a", "b\nc");
    let error = unsendable.send().await.unwrap_err();
    assert_eq!(error.failure.kind, FailureKind::Protocol);
    let heard = heard.0.lock().unwrap();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].1.failure.as_ref(), Some(error_of(&heard[0].1)));
    assert!(heard[1].1.attempts.is_empty(), "nothing was tried");
}

fn error_of(report: &ProbeReport) -> &transport::Failure {
    report.attempts[0].failure.as_ref().unwrap()
}

#[tokio::test]
async fn a_call_that_is_dropped_is_recorded_once() {
    let server = loopback(Router::new().route("/", get(std::future::pending::<String>))).await;
    let records = Listener::default();
    let client = Client::new(settings())
        .unwrap()
        .with_recorder(Arc::new(records.clone()))
        .with_gauge(Arc::new(Heard::default()));
    let call = client.call(Method::GET, url(&server, "/")).send();
    assert!(tokio::time::timeout(support::SOON, call).await.is_err());
    let records = records.all();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].failure.as_ref().unwrap().kind, FailureKind::Cancelled);
}
