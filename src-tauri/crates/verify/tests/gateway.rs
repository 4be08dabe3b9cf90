//! One cause, one red line: outages, gateways and typing errors that several checks meet.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use profile::{SecretError, StoreKind};
use support::Scene;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use verify::{Outcome, StoreProbe};

/// A host that gives every request the same answer.
async fn gateway(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let answer = format!(
                    "HTTP/1.1 {status}\r\nlocation: https://login.example.com/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn the_same_answer_on_every_path_is_no_missing_route() {
    let cases = [
        ("500 Internal Server Error", Outcome::Fail, "fails on every path"),
        ("429 Too Many Requests", Outcome::Unknown, "throttled"),
        ("302 Found", Outcome::Unknown, "somewhere else"),
        ("401 Unauthorized", Outcome::Unknown, "asks for a sign-in"),
        ("403 Forbidden", Outcome::Unknown, "turns this computer away"),
        ("404 Not Found", Outcome::Fail, "not routed"),
    ];
    for (status, outcome, words) in cases {
        let mut scene = Scene::new(&[]).await;
        scene.input.profile.endpoint_base = Some(gateway(status).await);
        scene.run.only = vec!["HD-204".to_owned()];
        let report = scene.report().await;
        let check = report.check("HD-204").unwrap();
        assert_eq!(check.outcome, outcome, "{status}: {}", check.message);
        assert!(check.message.contains(words), "{status}: {}", check.message);
    }
}

fn red(report: &verify::Report) -> Vec<&str> {
    report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Fail)
        .map(|check| check.id.as_str())
        .collect()
}

#[tokio::test]
async fn an_outage_of_the_acd_host_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    scene.input.profile.cxone.hosts.api = Some(gateway("500 Internal Server Error").await);
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-308"]);
    assert_eq!(report.check("HD-601").unwrap().blocked_by, ["HD-308"]);
}

/// A host in front of `upstream` that passes everything on but requests whose path ends with `hung`: these get no
/// answer. Addresses of the upstream in answers become its own.
async fn front(upstream: &str, hung: impl Into<String>) -> String {
    let hung = hung.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let (shown, upstream) = (own.clone(), upstream.trim_end_matches('/').to_owned());
    let settings = transport::Settings {
        proxy: transport::Proxy::None,
        roots: transport::Roots::Only(Vec::new()),
        ..transport::Settings::default()
    };
    let client = transport::Client::new(settings).unwrap();
    let app = axum::Router::new().fallback(move |request: axum::extract::Request| async move {
        let (parts, body) = request.into_parts();
        if parts.uri.path().ends_with(&hung) {
            return std::future::pending().await;
        }
        let url = format!("{upstream}{}", parts.uri).parse().unwrap();
        let mut call = client.call(parts.method, url);
        let body = axum::body::to_bytes(body, 65536).await.unwrap();
        if !body.is_empty() {
            call = call.json(&serde_json::from_slice(&body).unwrap());
        }
        let answer = call.send().await.unwrap();
        let text = String::from_utf8(answer.body.to_vec())
            .unwrap()
            .replace(&upstream, &own);
        let kind = answer.headers.get("content-type").cloned();
        let mut response = axum::response::Response::new(axum::body::Body::from(text));
        *response.status_mut() = axum::http::StatusCode::from_u16(answer.status).unwrap();
        if let Some(kind) = kind {
            response.headers_mut().insert("content-type", kind);
        }
        response
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    shown
}

/// Enough for everything that answers, and little enough to wait for what does not.
const BUDGET: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_hangs_everywhere_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    let cxone = &mut scene.input.profile.cxone;
    cxone.issuer = Some(front(cxone.issuer.as_deref().unwrap(), "/auth/token").await);
    cxone.hosts.userhub = Some(front(cxone.hosts.userhub.as_deref().unwrap(), "/token/access-key").await);
    scene.run.budget = Some(BUDGET);
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-303"], "{}", report.to_text(false));
    let message = &report.check("HD-303").unwrap().message;
    assert!(message.contains("first byte"), "{message}");
    assert_eq!(report.check("HD-304").unwrap().blocked_by, ["HD-303"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_service_of_cognigy_that_hangs_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    let profile = &mut scene.input.profile;
    let path = format!("/{}/auth/token", profile.provider().unwrap().id);
    profile.endpoint_base = Some(front(profile.endpoint_base.as_deref().unwrap(), path).await);
    scene.input.typed_form = None;
    scene.run.budget = Some(BUDGET);
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-206"], "{}", report.to_text(false));
    let message = &report.check("HD-206").unwrap().message;
    assert!(message.contains("first byte"), "{message}");
    let known = report.check("HD-205").unwrap();
    assert_eq!(
        (known.outcome, known.because_of.as_slice()),
        (Outcome::Unknown, &["HD-206".to_owned()][..])
    );
}

#[tokio::test]
async fn a_cloud_that_calls_itself_otherwise_is_pointed_out() {
    let mut scene = Scene::new(&[]).await;
    let cxone = &mut scene.input.profile.cxone;
    let told = cxone.issuer.clone().unwrap();
    cxone.issuer = Some(told.replace("127.0.0.1", "localhost"));
    scene.run.only = vec!["HD-301".to_owned()];
    let report = scene.report().await;
    let check = report.check("HD-301").unwrap();
    assert_eq!(check.outcome, Outcome::Warn, "{}", check.message);
    assert!(
        check.message.contains(told.trim_end_matches('/')),
        "{}",
        check.message
    );
}

#[tokio::test]
async fn a_pasted_page_in_place_of_a_secret_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    let page = "sim_page ".repeat(400);
    scene.input.credentials.client_secret = Some(page.into());
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-104"], "{}", report.to_text(false));
    let message = &report.check("HD-104").unwrap().message;
    assert!(message.contains("more than 1280 characters"), "{message}");
    assert_eq!(report.check("HD-303").unwrap().blocked_by, ["HD-104"]);
}

#[tokio::test]
async fn a_stray_space_in_the_secret_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    let right = scene.input.credentials.integration_client_secret.clone().unwrap();
    let typed = format!(" {}", secrecy::ExposeSecret::expose_secret(&right));
    scene.input.credentials.integration_client_secret = Some(typed.into());
    scene.input.typed_form = None;
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-402"]);
    assert_eq!(report.check("HD-206").unwrap().blocked_by, ["HD-402"]);
}

#[tokio::test]
async fn the_registered_application_in_place_of_the_integrations_pair_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    let credentials = &mut scene.input.credentials;
    credentials.integration_client_id = credentials.client_id.clone();
    credentials.integration_client_secret = credentials.client_secret.clone();
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-402"], "{}", report.to_text(false));
    assert_eq!(report.check("HD-401").unwrap().blocked_by, ["HD-402"]);
    assert_eq!(report.check("HD-206").unwrap().blocked_by, ["HD-402"]);
}

/// A keychain that never answers.
struct Hung;

impl StoreProbe for Hung {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }
    fn probe(&self) -> BoxFuture<'static, Result<(), SecretError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_keychain_that_hangs_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    scene.run.probe_store = Arc::new(Hung);
    scene.run.store_limit = Duration::from_millis(20);
    scene.input.credentials.source = StoreKind::Keychain;
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-101"]);
    assert!(
        report
            .check("HD-101")
            .unwrap()
            .message
            .contains("does not answer in time")
    );
}
