//! Through a proxy, past it, and stopped by it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use support::certificate::{Authority, Time};
use support::proxy::{Mood, proxy, socks};
use support::{closed_port, https, loopback, secure, settings, url};
use transport::{Client, FailureKind, Method, Phase, Proxy, Roots, Settings, Url};

fn by(proxy: &str) -> Settings {
    Settings {
        proxy: Proxy::Url(Url::parse(proxy).unwrap()),
        ..settings()
    }
}

async fn both(settings: Settings, url: &Url, kind: FailureKind, phases: (Phase, Phase)) {
    let client = Client::new(settings).unwrap();
    let error = client.call(Method::GET, url.clone()).send().await.unwrap_err();
    assert_eq!(
        (error.failure.kind, error.failure.phase),
        (kind, Some(phases.0)),
        "{}",
        error.failure.detail
    );
    let failure = client.probe(url, Method::GET, false).await.failure.unwrap();
    assert_eq!(
        (failure.kind, failure.phase),
        (kind, Some(phases.1)),
        "{}",
        failure.detail
    );
}

const TUNNEL: (Phase, Phase) = (Phase::ProxyConnect, Phase::ProxyConnect);

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = Authority::new();
    let app = Router::new().route("/", get(|| async { "ok" }));
    let port = secure(
        app,
        authority.server("chat.example.com", Time::Now, &["h2", "http/1.1"]),
    )
    .await;
    let (address, heads) = proxy(Mood::Guarded(port)).await;
    let settings = Settings {
        roots: Roots::Only(vec![authority.root()]),
        ..by(&format!("http://user:sim_proxy_pass@{address}"))
    };
    let client = Client::new(settings).unwrap();
    let url = https("chat.example.com", 443, "/");
    let answer = client.call(Method::GET, url.clone()).send().await.unwrap();
    assert_eq!(answer.body, b"ok");
    assert_eq!(answer.exchange.http_version.as_deref(), Some("HTTP/2"));
    let report = client.probe(&url, Method::GET, false).await;
    assert_eq!((report.failure, report.status), (None, Some(200)));
    assert_eq!(report.proxy, Some(address.clone()));
    assert!(report.phases.proxy_connect.is_some() && report.phases.tls.is_some());
    let heads = heads.lock().unwrap();
    assert_eq!(heads.len(), 2);
    assert!(
        heads
            .iter()
            .all(|head| head.starts_with("CONNECT chat.example.com:443 ")),
        "{heads:?}"
    );
    assert!(!format!("{:?}", client).contains("sim_proxy_pass"));
}

#[tokio::test]
async fn a_tunnel_that_wants_a_sign_in() {
    let (address, _) = proxy(Mood::Guarded(closed_port())).await;
    for user in ["", "user:sim_wrong@"] {
        let settings = by(&format!("http://{user}{address}"));
        both(
            settings,
            &https("chat.example.com", 443, "/"),
            FailureKind::ProxyAuth,
            TUNNEL,
        )
        .await;
    }
}

#[tokio::test]
async fn plain_http_that_wants_a_sign_in() {
    let (address, heads) = proxy(Mood::Guarded(closed_port())).await;
    let target = url("chat.example.com", "/");
    both(
        by(&format!("http://{address}")),
        &target,
        FailureKind::ProxyAuth,
        TUNNEL,
    )
    .await;
    let client = Client::new(by(&format!("http://user:sim_proxy_pass@{address}"))).unwrap();
    let answer = client.call(Method::GET, target.clone()).send().await.unwrap();
    assert_eq!(answer.text(), "by proxy!");
    let report = client.probe(&target, Method::GET, false).await;
    assert_eq!((report.failure, report.status), (None, Some(200)));
    let heads = heads.lock().unwrap();
    assert!(
        heads
            .iter()
            .all(|head| head.starts_with("GET http://chat.example.com/ HTTP/1.1")),
        "{heads:?}"
    );
}

#[tokio::test]
async fn a_tunnel_that_is_refused() {
    let (address, _) = proxy(Mood::Closed).await;
    let url = https("chat.example.com", 443, "/");
    both(
        by(&format!("http://{address}")),
        &url,
        FailureKind::ProxyFailed,
        TUNNEL,
    )
    .await;
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    let settings = by(&format!("http://127.0.0.1:{}", closed_port()));
    let url = https("chat.example.com", 443, "/");
    both(
        settings,
        &url,
        FailureKind::ProxyFailed,
        (Phase::Connect, Phase::Connect),
    )
    .await;
    let settings = by("http://unknown.example.com:3128");
    both(
        settings,
        &url,
        FailureKind::Resolve,
        (Phase::Resolve, Phase::Resolve),
    )
    .await;
}

#[tokio::test]
async fn socks_carries_both_kinds_of_traffic() {
    let server = loopback(Router::new().route("/", get(|| async { "by socks" }))).await;
    let port: u16 = server.rsplit(':').next().unwrap().parse().unwrap();
    for (scheme, named) in [("socks5h", "chat.example.com"), ("socks5", "127.0.0.1")] {
        let (address, asked) = socks(Some(port)).await;
        let client = Client::new(by(&format!("{scheme}://{address}"))).unwrap();
        let target = url(&format!("chat.example.com:{port}"), "/");
        assert_eq!(
            client
                .call(Method::GET, target.clone())
                .send()
                .await
                .unwrap()
                .text(),
            "by socks"
        );
        let report = client.probe(&target, Method::GET, false).await;
        assert_eq!((report.failure, report.status), (None, Some(200)));
        assert!(report.phases.proxy_connect.is_some());
        assert_eq!(*asked.lock().unwrap(), [named, named]);
    }
    let (address, _) = socks(None).await;
    let target = https("chat.example.com", 443, "/");
    let phases = (Phase::Connect, Phase::ProxyConnect);
    both(
        by(&format!("socks5h://{address}")),
        &target,
        FailureKind::ProxyFailed,
        phases,
    )
    .await;
}

#[tokio::test]
async fn this_computer_is_never_asked_for_through_a_proxy() {
    let server = loopback(Router::new().route("/", get(|| async { "straight" }))).await;
    let (address, heads) = proxy(Mood::Closed).await;
    let client = Client::new(by(&format!("http://{address}"))).unwrap();
    let port = server.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost", "endpoint-sandbox.localhost"] {
        let url = url(&format!("{host}:{port}"), "/");
        let answer = client.call(Method::GET, url.clone()).send().await.unwrap();
        assert_eq!(answer.text(), "straight");
        let report = client.probe(&url, Method::GET, false).await;
        assert_eq!((report.status, report.proxy), (Some(200), None));
    }
    assert!(heads.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_407_from_the_server_itself_is_an_answer() {
    let app = Router::new()
        .fallback(|_: HeaderMap| async { axum::http::StatusCode::PROXY_AUTHENTICATION_REQUIRED });
    let server = loopback(app).await;
    let client = Client::new(settings()).unwrap();
    assert_eq!(
        client
            .call(Method::GET, url(&server, "/"))
            .send()
            .await
            .unwrap()
            .status,
        407
    );
}
