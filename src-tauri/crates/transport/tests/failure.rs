//! Every kind of failure, told from the others.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use secrecy::SecretString;
use support::{Listener, closed_port, head, https, loopback, raw, settings, url};
use tokio::io::AsyncWriteExt;
use transport::{
    Client, Exchange, FailureKind, Method, Phase, Settings, TransportError, Url, probe::ProbeReport,
};

/// Calls and expects no answer; one exchange, with the failure in it.
async fn failing(settings: Settings, url: &Url) -> TransportError {
    let heard = Listener::default();
    let client = Client::new(settings)
        .unwrap()
        .with_recorder(Arc::new(heard.clone()));
    let error = client.call(Method::GET, url.clone()).send().await.unwrap_err();
    assert_eq!(heard.all(), std::slice::from_ref(&error.exchange));
    assert_eq!(error.exchange.failure.as_ref(), Some(&error.failure));
    assert!(error.exchange.phases.total.is_some());
    error
}

/// The same with a probe.
async fn probed(settings: Settings, url: &Url) -> ProbeReport {
    let report = Client::new(settings)
        .unwrap()
        .probe(url, Method::GET, false)
        .await;
    assert!(report.phases.total.is_some());
    report
}

/// Call and probe agree on kind and phase.
async fn both(settings: Settings, url: &Url, kind: FailureKind, phase: Phase) -> Arc<Exchange> {
    let error = failing(settings.clone(), url).await;
    assert_eq!(
        (error.failure.kind, error.failure.phase),
        (kind, Some(phase)),
        "{}",
        error.failure.detail
    );
    let report = probed(settings, url).await;
    let failure = report.failure.unwrap();
    assert_eq!(
        (failure.kind, failure.phase),
        (kind, Some(phase)),
        "probe: {}",
        failure.detail
    );
    error.exchange
}

#[tokio::test]
async fn a_name_without_address() {
    for host in ["endpoint.invalid", "unknown.example.com"] {
        let url = https(host, 443, "/");
        let exchange = both(settings(), &url, FailureKind::Resolve, Phase::Resolve).await;
        assert_eq!((exchange.status, exchange.response_body.as_ref()), (None, None));
        assert!(exchange.failure.as_ref().unwrap().detail.contains(host));
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    let url = url(&format!("127.0.0.1:{}", closed_port()), "/");
    both(settings(), &url, FailureKind::Refused, Phase::Connect).await;
    let report = probed(settings(), &url).await;
    assert_eq!(report.attempts.len(), 1);
    assert_eq!(
        report.attempts[0].failure.as_ref().unwrap().kind,
        FailureKind::Refused
    );
    assert_eq!(report.phases.connect, None);
}

#[tokio::test]
async fn a_connection_closed_before_the_answer() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
    })
    .await;
    both(
        settings(),
        &url(&server, "/"),
        FailureKind::Reset,
        Phase::FirstByte,
    )
    .await;
}

#[tokio::test]
async fn a_connection_reset_instead_of_an_answer() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
        // Closing with no time to linger sends a reset.
        socket2_linger(&stream);
    })
    .await;
    both(
        settings(),
        &url(&server, "/"),
        FailureKind::Reset,
        Phase::FirstByte,
    )
    .await;
}

fn socket2_linger(stream: &tokio::net::TcpStream) {
    stream.set_zero_linger().unwrap();
}

#[tokio::test]
async fn a_connection_closed_within_the_body() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
            .await
            .unwrap();
    })
    .await;
    let exchange = both(settings(), &url(&server, "/"), FailureKind::Reset, Phase::Body).await;
    assert_eq!(
        (exchange.status, exchange.response_body.as_deref()),
        (Some(200), Some("half"))
    );
    assert_eq!(exchange.phases.body, None);
}

#[tokio::test]
async fn a_broken_chunk_in_the_body() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense")
            .await
            .unwrap();
    })
    .await;
    let error = failing(settings(), &url(&server, "/")).await;
    assert_eq!(
        (error.failure.kind, error.failure.phase),
        (FailureKind::Protocol, Some(Phase::Body))
    );
}

#[tokio::test]
async fn an_answer_that_is_not_http() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
        stream
            .write_all(b"220 mail.example.com ESMTP\r\n\r\n")
            .await
            .unwrap();
        std::future::pending().await
    })
    .await;
    both(
        settings(),
        &url(&server, "/"),
        FailureKind::Protocol,
        Phase::FirstByte,
    )
    .await;
}

#[tokio::test]
async fn an_answer_longer_than_the_limit() {
    let server = loopback(Router::new().route("/", get(|| async { "x".repeat(50_000) }))).await;
    let small = Settings {
        max_body: 49_999,
        ..settings()
    };
    let exchange = both(small, &url(&server, "/"), FailureKind::BodyTooLarge, Phase::Body).await;
    assert!(exchange.body_truncated || exchange.response_body.as_ref().unwrap().len() < 50_000);
    let enough = Settings {
        max_body: 50_000,
        ..settings()
    };
    let client = Client::new(enough).unwrap();
    let answer = client.call(Method::GET, url(&server, "/")).send().await.unwrap();
    assert_eq!(answer.body.len(), 50_000);
    assert_eq!(
        answer.exchange.response_body.as_ref().unwrap().len(),
        transport::KEPT_BODY
    );
    assert!(answer.exchange.body_truncated);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent() {
    let client = Client::new(settings()).unwrap();
    let url = url("127.0.0.1:9", "/");
    for call in [
        client
            .call(Method::GET, url.clone())
            .bearer(&SecretString::from("sim_line\nbreak")),
        client.call(Method::GET, url.clone()).header("bad name", "x"),
    ] {
        let error = call.send().await.unwrap_err();
        assert_eq!(
            (error.failure.kind, error.failure.phase),
            (FailureKind::Protocol, None)
        );
        assert!(!format!("{error} {error:?}").contains("sim_line"));
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_is_recorded_as_cancelled() {
    let (asked, mut heard_request) = tokio::sync::mpsc::channel(1);
    let server = raw(move |mut stream| {
        let asked = asked.clone();
        async move {
            head(&mut stream).await;
            asked.send(()).await.unwrap();
            std::future::pending().await
        }
    })
    .await;
    let heard = Listener::default();
    let client = Client::new(settings())
        .unwrap()
        .with_recorder(Arc::new(heard.clone()));
    let call = client.call(Method::GET, url(&server, "/")).label("slow").send();
    tokio::select! {
        _answer = call => panic!("nobody answers"),
        asked = heard_request.recv() => asked.unwrap(),
    }
    let all = heard.all();
    assert_eq!(all.len(), 1);
    let failure = all[0].failure.as_ref().unwrap();
    assert_eq!(
        (failure.kind, failure.phase),
        (FailureKind::Cancelled, Some(Phase::FirstByte))
    );
    assert_eq!(all[0].label, "slow");
}

#[tokio::test]
async fn a_call_that_is_never_polled_leaves_nothing() {
    let heard = Listener::default();
    let client = Client::new(settings())
        .unwrap()
        .with_recorder(Arc::new(heard.clone()));
    drop(client.call(Method::GET, url("127.0.0.1:9", "/")).send());
    assert!(heard.all().is_empty());
}

#[tokio::test]
async fn the_message_says_what_was_tried_and_from_where() {
    let url = url(&format!("127.0.0.1:{}", closed_port()), "/a?token=sim_one_time");
    let error = failing(settings(), &url).await;
    let said = error.to_string();
    assert!(
        said.starts_with("GET http://127.0.0.1:") && said.ends_with("(seen from this computer)"),
        "{said}"
    );
    assert!(!said.contains("sim_one_time"), "{said}");
}
