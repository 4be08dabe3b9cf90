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
