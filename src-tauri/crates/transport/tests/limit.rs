//! Each phase has its limit; a call that hangs names the phase it hangs in. No test looks at how long something took.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use std::time::Duration;

use support::proxy::{Mood, proxy};
use support::{SOON, head, https, patient, raw, settings, url};
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;
use transport::{Client, FailureKind, Method, Phase, Proxy, Settings, Timeouts, Url, deadline};

/// For limits that also cover steps which go through: those must not take as long.
const LATER: Duration = Duration::from_millis(600);

async fn hangs_in(settings: Settings, url: &Url, expected: Phase, probed: Phase) {
    let client = Client::new(settings).unwrap();
    let error = client.call(Method::GET, url.clone()).send().await.unwrap_err();
    assert_eq!(
        (error.failure.kind, error.failure.phase),
        (FailureKind::Timeout, Some(expected))
    );
    let failure = client.probe(url, Method::GET, false).await.failure.unwrap();
    assert_eq!(
        (failure.kind, failure.phase),
        (FailureKind::Timeout, Some(probed))
    );
}

fn limited(limit: impl FnOnce(&mut Timeouts)) -> Settings {
    let mut timeouts = patient();
    limit(&mut timeouts);
    Settings {
        timeouts,
        ..settings()
    }
}

async fn silent() -> String {
    raw(|mut stream| async move {
        head(&mut stream).await;
        std::future::pending().await
    })
    .await
}

#[tokio::test]
async fn resolving() {
    let settings = limited(|limits| limits.resolve = SOON);
    hangs_in(
        settings,
        &https("nowhere.example.com", 443, "/"),
        Phase::Resolve,
        Phase::Resolve,
    )
    .await;
}

#[tokio::test]
async fn connecting() {
    // A listener whose queue is full does not answer to further connections.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while let Ok(connected) = tokio::time::timeout(LATER, tokio::net::TcpStream::connect(address)).await {
        waiting.push(connected.unwrap());
    }
    let settings = limited(|limits| limits.connect = SOON);
    hangs_in(
        settings,
        &url(&address.to_string(), "/"),
        Phase::Connect,
        Phase::Connect,
    )
    .await;
}

#[tokio::test]
async fn negotiating_with_a_proxy() {
    let (address, _) = proxy(Mood::Silent).await;
    let mut settings = limited(|limits| (limits.connect, limits.tls) = (LATER, SOON));
    settings.proxy = Proxy::Url(url(&address, ""));
    // An ordinary call cannot tell the negotiation from the connection.
    hangs_in(
        settings,
        &https("example.com", 443, "/"),
        Phase::Connect,
        Phase::ProxyConnect,
    )
    .await;
}

#[tokio::test]
async fn agreeing_on_tls() {
    let server = raw(|stream| async move {
        let _open = stream;
        std::future::pending().await
    })
    .await;
    let port = server.rsplit(':').next().unwrap().parse().unwrap();
    let settings = limited(|limits| limits.tls = SOON);
    hangs_in(settings, &https("127.0.0.1", port, "/"), Phase::Tls, Phase::Tls).await;
}

#[tokio::test]
async fn waiting_for_the_first_byte() {
    let settings = limited(|limits| limits.first_byte = SOON);
    hangs_in(
        settings,
        &url(&silent().await, "/"),
        Phase::FirstByte,
        Phase::FirstByte,
    )
    .await;
}

#[tokio::test]
async fn silence_within_the_body() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf")
            .await
            .unwrap();
        std::future::pending().await
    })
    .await;
    let settings = limited(|limits| limits.body = SOON);
    hangs_in(settings, &url(&server, "/"), Phase::Body, Phase::Body).await;
}

#[tokio::test]
async fn a_trickle_ends_with_the_whole_calls_limit() {
    let server = raw(|mut stream| async move {
        head(&mut stream).await;
        let mut part: &[u8] = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        // Never silent for long; ends when the client hangs up.
        while stream.write_all(part).await.is_ok() {
            part = b"1\r\nx\r\n";
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    let settings = limited(|limits| limits.total = LATER);
    hangs_in(settings, &url(&server, "/"), Phase::Body, Phase::Body).await;
}

#[tokio::test]
async fn the_whole_call_has_a_limit_too() {
    let settings = limited(|limits| limits.total = LATER);
    hangs_in(
        settings,
        &url(&silent().await, "/"),
        Phase::FirstByte,
        Phase::FirstByte,
    )
    .await;
}

#[tokio::test]
async fn a_call_may_have_limits_of_its_own() {
    let client = Client::new(settings()).unwrap();
    let limits = Timeouts {
        first_byte: SOON,
        ..patient()
    };
    let error = client
        .call(Method::GET, url(&silent().await, "/"))
        .timeouts(limits)
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.failure.phase, Some(Phase::FirstByte));
}

#[tokio::test]
async fn a_deadline_ends_a_call_with_its_phase_and_spares_what_is_sent_after_it() {
    let client = Client::new(settings()).unwrap();
    let silent = url(&silent().await, "/");
    let call = || client.call(Method::GET, silent.clone()).send();
    let error = deadline::within(Instant::now() + LATER, call())
        .await
        .unwrap_err();
    assert_eq!(
        (error.failure.kind, error.failure.phase),
        (FailureKind::Timeout, Some(Phase::FirstByte))
    );
    // Sent past it, a call has its own limits alone.
    let answered = raw(|mut stream| async move {
        head(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .unwrap();
    })
    .await;
    let after = client.call(Method::GET, url(&answered, "/")).send();
    assert_eq!(deadline::within(Instant::now(), after).await.unwrap().status, 204);
}
