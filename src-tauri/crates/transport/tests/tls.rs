//! TLS: who is trusted, why not, and what a probe shows of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use support::certificate::{Authority, Time};
use support::{head, https, patient, raw, secure, settings};
use tokio::io::AsyncWriteExt;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use transport::{
    Client, FailureKind, Method, Phase, PublicRoots, Response, Roots, Settings, Timeouts, TlsProblem, Url,
};

fn app() -> Router {
    Router::new().route("/", get(|| async { "ok" }))
}

fn trusting(authority: &Authority) -> Settings {
    Settings {
        roots: Roots::Only(vec![authority.root()]),
        ..settings()
    }
}

/// Call and probe agree on the problem; the probe shows the chain nevertheless.
async fn refused(settings: Settings, url: &Url, problem: TlsProblem) {
    let client = Client::new(settings).unwrap();
    let error = client.call(Method::GET, url.clone()).send().await.unwrap_err();
    assert_eq!(
        (error.failure.kind, error.failure.tls),
        (FailureKind::Tls, Some(problem))
    );
    assert_eq!(error.failure.phase, Some(Phase::Tls));
    let report = client.probe(url, Method::GET, false).await;
    let failure = report.failure.unwrap();
    assert_eq!(
        (failure.kind, failure.tls, failure.phase),
        (FailureKind::Tls, Some(problem), Some(Phase::Tls))
    );
    assert_eq!(report.status, None);
    assert_eq!(report.phases.tls, None);
    if problem != TlsProblem::Protocol {
        assert_eq!(report.chain.len(), 2);
        assert_eq!(report.chain[0].subject, "CN=Test Server");
        assert_eq!(report.chain[0].issuer, "CN=Test Authority");
        assert!(report.chain[0].not_after.unwrap() > report.chain[0].not_before.unwrap());
    }
}

#[tokio::test]
async fn an_expired_certificate() {
    let authority = Authority::new();
    let port = secure(app(), authority.server("localhost", Time::Past, &[])).await;
    refused(
        trusting(&authority),
        &https("localhost", port, "/"),
        TlsProblem::Expired,
    )
    .await;
}

#[tokio::test]
async fn a_certificate_of_the_future() {
    let authority = Authority::new();
    let port = secure(app(), authority.server("localhost", Time::Future, &[])).await;
    refused(
        trusting(&authority),
        &https("localhost", port, "/"),
        TlsProblem::NotYetValid,
    )
    .await;
}

#[tokio::test]
async fn a_certificate_for_another_name() {
    let authority = Authority::new();
    let port = secure(app(), authority.server("other.example.com", Time::Now, &[])).await;
    refused(
        trusting(&authority),
        &https("localhost", port, "/"),
        TlsProblem::NameMismatch,
    )
    .await;
}

#[tokio::test]
async fn an_issuer_nobody_knows() {
    let port = secure(app(), Authority::new().server("localhost", Time::Now, &[])).await;
    let url = https("localhost", port, "/");
    refused(
        trusting(&Authority::named("Another Authority")),
        &url,
        TlsProblem::UnknownIssuer,
    )
    .await;
    // Nor with no roots at all, nor with those of this computer, whatever they are.
    refused(settings(), &url, TlsProblem::UnknownIssuer).await;
    refused(
        Settings {
            roots: Roots::System,
            ..settings()
        },
        &url,
        TlsProblem::UnknownIssuer,
    )
    .await;
}

#[tokio::test]
async fn an_authority_of_the_companys_own_is_added_to_the_systems() {
    let authority = Authority::new();
    let port = secure(app(), authority.server("localhost", Time::Now, &[])).await;
    let roots = Roots::SystemAnd(vec![authority.root()]);
    let client = Client::new(Settings { roots, ..settings() }).unwrap();
    let answer = client
        .call(Method::GET, https("localhost", port, "/"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_look_tells_who_vouches_for_a_chain_and_asks_nothing() {
    let authority = Authority::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let app = Router::new().fallback(move || async move {
        count.fetch_add(1, Ordering::SeqCst);
        "ok"
    });
    let port = secure(app, authority.server("localhost", Time::Now, &[])).await;
    let url = https("localhost", port, "/");
    let own = || vec![authority.root()];
    let cases = [
        // The public set does not know an authority that this computer trusts.
        (Roots::Only(own()), PublicRoots::Shipped, Some((true, false))),
        (Roots::Only(own()), PublicRoots::Only(own()), Some((true, true))),
        (
            Roots::Only(Vec::new()),
            PublicRoots::Only(own()),
            Some((false, true)),
        ),
        (
            Roots::Only(Vec::new()),
            PublicRoots::Only(Vec::new()),
            Some((false, false)),
        ),
    ];
    for (roots, public, expected) in cases {
        let client = Client::new(Settings {
            roots,
            public,
            ..settings()
        })
        .unwrap();
        let report = client.look(&url, patient()).await;
        let trust = report.trust.map(|trust| (trust.system, trust.public));
        assert_eq!(trust, expected, "{client:?}");
        assert_eq!(
            report.failure.is_none(),
            expected == Some((true, false)) || expected == Some((true, true))
        );
        assert_eq!((report.status, report.chain.len()), (None, 2));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let client = Client::new(trusting(&authority)).unwrap();
    assert_eq!(client.probe(&url, Method::GET, false).await.status, Some(200));
}

#[tokio::test]
async fn a_root_that_is_no_certificate_is_refused_at_once() {
    let roots = Roots::Only(vec![transport::CertificateDer::from(vec![1, 2, 3])]);
    assert!(Client::new(Settings { roots, ..settings() }).is_err());
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls() {
    let server = raw(|mut stream| async move {
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
            .await
            .unwrap();
        std::future::pending().await
    })
    .await;
    let port = server.rsplit(':').next().unwrap().parse().unwrap();
    refused(settings(), &https("localhost", port, "/"), TlsProblem::Protocol).await;
}

#[tokio::test]
async fn a_handshake_that_is_cut_off() {
    let server = raw(|stream| async move { drop(stream) }).await;
    let port = server.rsplit(':').next().unwrap().parse().unwrap();
    let url = https("localhost", port, "/");
    let client = Client::new(settings()).unwrap();
    let error = client.call(Method::GET, url.clone()).send().await.unwrap_err();
    assert_eq!(
        (error.failure.kind, error.failure.phase),
        (FailureKind::Reset, Some(Phase::Tls))
    );
    let failure = client.probe(&url, Method::GET, false).await.failure.unwrap();
    assert_eq!(
        (failure.kind, failure.phase),
        (FailureKind::Reset, Some(Phase::Tls))
    );
}

#[tokio::test]
async fn http2_is_used_unless_it_is_unwanted() {
    let authority = Authority::new();
    let port = secure(
        app(),
        authority.server("localhost", Time::Now, &["h2", "http/1.1"]),
    )
    .await;
    let client = Client::new(trusting(&authority)).unwrap();
    let url = https("localhost", port, "/");
    let any = client.call(Method::GET, url.clone()).send().await.unwrap();
    assert_eq!(any.exchange.http_version.as_deref(), Some("HTTP/2"));
    assert_eq!(any.body, b"ok");
    let old = client
        .call(Method::GET, url.clone())
        .http1_only()
        .send()
        .await
        .unwrap();
    assert_eq!(old.exchange.http_version.as_deref(), Some("HTTP/1.1"));

    for (http1_only, alpn, version) in [(false, "h2", "HTTP/2"), (true, "http/1.1", "HTTP/1.1")] {
        let report = client.probe(&url, Method::GET, http1_only).await;
        assert_eq!(report.failure, None);
        assert_eq!(
            (report.alpn.as_deref(), report.http_version.as_deref()),
            (Some(alpn), Some(version))
        );
    }
}

#[tokio::test]
async fn many_calls_at_once_share_one_http2_connection() {
    let authority = Authority::new();
    let port = secure(app(), authority.server("localhost", Time::Now, &["h2"])).await;
    let client = Client::new(trusting(&authority)).unwrap();
    let calls = (0..8).map(|_| client.call(Method::GET, https("localhost", port, "/")).send());
    let answers = futures_util::future::join_all(calls).await;
    let phases: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap().exchange.phases)
        .collect();
    // Only the call that made it has measured it.
    assert_eq!(
        phases.iter().filter(|phases| phases.connection.is_some()).count(),
        1,
        "{phases:?}"
    );
    assert!(phases.iter().all(|phases| phases.first_byte.is_some()));
}

#[tokio::test]
async fn an_http2_stream_or_connection_that_ends_early() {
    let authority = Authority::new();
    let acceptor = TlsAcceptor::from(Arc::new(authority.server("localhost", Time::Now, &["h2"])));
    for by_reset in [true, false] {
        let acceptor = acceptor.clone();
        let server = raw(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let mut connection = h2::server::handshake(acceptor.accept(stream).await.unwrap())
                    .await
                    .unwrap();
                let (_, mut answer) = connection.accept().await.unwrap().unwrap();
                if by_reset {
                    answer.send_reset(h2::Reason::INTERNAL_ERROR);
                    let _until_closed = connection.accept().await;
                }
            }
        })
        .await;
        let url = https(
            "localhost",
            server.rsplit(':').next().unwrap().parse().unwrap(),
            "/",
        );
        let client = Client::new(trusting(&authority)).unwrap();
        let error = client.call(Method::GET, url.clone()).send().await.unwrap_err();
        let found = (error.failure.kind, error.failure.phase);
        assert_eq!(
            found,
            (FailureKind::Reset, Some(Phase::FirstByte)),
            "{}",
            error.failure.detail
        );
        let failure = client.probe(&url, Method::GET, false).await.failure.unwrap();
        assert_eq!((failure.kind, failure.phase), found, "{}", failure.detail);
    }
}

#[tokio::test]
async fn a_probe_measures_everything() {
    let authority = Authority::new();
    let port = secure(
        app(),
        authority.server("localhost", Time::Now, &["h2", "http/1.1"]),
    )
    .await;
    let url = https("localhost", port, "/");
    for http1_only in [false, true] {
        let report = transport::probe::probe(&trusting(&authority), &url, Method::GET, http1_only).await;
        assert_eq!((report.failure.as_ref(), report.status), (None, Some(200)));
        let phases = report.phases;
        for (name, measured) in [
            ("resolve", phases.resolve),
            ("connect", phases.connect),
            ("tls", phases.tls),
            ("send", phases.send),
            ("first_byte", phases.first_byte),
            ("body", phases.body),
            ("total", phases.total),
        ] {
            assert!(
                measured.is_some_and(|measured| measured >= 0.0),
                "{name} in {phases:?}"
            );
        }
        assert_eq!((phases.proxy_connect, phases.connection), (None, None));
        assert_eq!(report.tls_version.as_deref(), Some("TLSv1.3"));
        assert_eq!(report.addresses, ["127.0.0.1", "::1"]);
        assert_eq!(report.remote, Some(format!("127.0.0.1:{port}")));
        assert_eq!(report.chain[0].names, ["localhost"]);
    }
}

#[tokio::test]
async fn an_ordinary_call_measures_what_it_can() {
    let authority = Authority::new();
    let port = secure(app(), authority.server("localhost", Time::Now, &["h2"])).await;
    let client = Client::new(trusting(&authority)).unwrap();
    let answer = client
        .call(Method::GET, https("localhost", port, "/"))
        .send()
        .await
        .unwrap();
    let phases = answer.exchange.phases;
    assert!(
        phases.resolve.is_some() && phases.connection.is_some(),
        "{phases:?}"
    );
    assert!(
        phases.first_byte.is_some() && phases.body.is_some() && phases.total.is_some(),
        "{phases:?}"
    );
    assert_eq!(
        (phases.connect, phases.tls, phases.send, phases.proxy_connect),
        (None, None, None, None)
    );
}

#[tokio::test]
async fn a_call_that_gets_another_ones_connection_is_not_held_to_its_own() {
    // The first connection answers late, and only once the second one has come; the second one never agrees on TLS.
    let authority = Authority::new();
    let acceptor = TlsAcceptor::from(Arc::new(authority.server("localhost", Time::Now, &[])));
    let second = Arc::new(Notify::new());
    let connections = Arc::new(AtomicUsize::new(0));
    let server = raw(move |stream| {
        let (acceptor, second, number) = (
            acceptor.clone(),
            Arc::clone(&second),
            connections.fetch_add(1, Ordering::SeqCst),
        );
        async move {
            if number > 0 {
                second.notify_one();
                return std::future::pending().await;
            }
            let mut stream = acceptor.accept(stream).await.unwrap();
            head(&mut stream).await;
            second.notified().await;
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na")
                .await
                .unwrap();
            head(&mut stream).await;
            // Longer than the limit for TLS: the second call must know that it waits for an answer by now.
            tokio::time::sleep(LIMIT + LIMIT / 2).await;
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb")
                .await
                .unwrap();
            std::future::pending().await
        }
    })
    .await;
    const LIMIT: Duration = Duration::from_secs(1);
    let timeouts = Timeouts {
        tls: LIMIT,
        ..patient()
    };
    let client = Client::new(Settings {
        timeouts,
        ..trusting(&authority)
    })
    .unwrap();
    let url = https(
        "localhost",
        server.rsplit(':').next().unwrap().parse().unwrap(),
        "/",
    );
    let call = || client.call(Method::GET, url.clone()).send();
    let first = tokio::spawn(call());
    let (first, other) = tokio::join!(first, call());
    let (first, other) = (first.unwrap().unwrap(), other.unwrap());
    let measured = |answer: &Response| answer.exchange.phases.connection.is_some();
    let mut bodies = [first.text(), other.text()];
    bodies.sort();
    assert_eq!(bodies, ["a", "b"]);
    let late = if first.text() == "b" { &first } else { &other };
    assert!(!measured(late), "{:?}", late.exchange.phases);
}
