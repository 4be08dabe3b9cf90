//! Disturbances of the way: what they do, and to which calls.

use std::time::{Duration, Instant};

use sandbox::{Disturbance, Effect, Fault};

use crate::play::Play;

fn place(host: &str, path: &str, calls: Vec<u64>, effect: Effect) -> Disturbance {
    Disturbance {
        host: Some(host.into()),
        method: None,
        path: Some(path.into()),
        calls,
        effect,
    }
}

#[tokio::test]
async fn the_first_call_fails_and_the_second_is_fine() {
    let play = Play::start().await;
    let sandbox = &play.sandbox;
    let refused = |status: u16, retry_after: Option<u64>| Effect::Status { status, retry_after };
    sandbox
        .disturb(place("issuer", "/auth/token", vec![1], refused(503, None)))
        .unwrap();
    sandbox
        .disturb(place("issuer", "/auth/token", vec![2], refused(429, Some(7))))
        .unwrap();
    sandbox
        .disturb(place("issuer", "/auth/token", vec![3], refused(429, None)))
        .unwrap();
    let first = play.sign_in().await;
    assert_eq!((first.status.as_u16(), first.header("retry-after")), (503, ""));
    assert_eq!(first.json()["error"], "service_unavailable");
    let second = play.sign_in().await;
    assert_eq!((second.status.as_u16(), second.header("retry-after")), (429, "7"));
    let third = play.sign_in().await;
    assert_eq!((third.status.as_u16(), third.header("retry-after")), (429, ""));
    assert_eq!(play.sign_in().await.status, 200);
}

#[tokio::test]
async fn a_named_fault_can_be_held_to_single_calls() {
    let play = Play::start().await;
    let wrong = Effect::Fault {
        fault: Fault::KeyWrong,
    };
    play.sandbox
        .disturb(place("issuer", "/auth/token", vec![2], wrong))
        .unwrap();
    assert_eq!(play.sign_in().await.status, 200);
    assert_eq!(play.sign_in().await.status, 400);
    assert_eq!(play.sign_in().await.status, 200);
    assert_eq!(play.access_key_token().await.status, 200, "another address");
}

#[tokio::test]
async fn connections_are_reset_and_labels_are_wrong() {
    let play = Play::start().await;
    let discovery = "/.well-known/openid-configuration";
    let url = format!("{}{discovery}", play.about.issuer);
    let reset = play
        .sandbox
        .disturb(place("issuer", discovery, vec![], Effect::Reset))
        .unwrap();
    let error = play.http.get(&url).send().await.unwrap_err();
    let cause = format!("{error:?}");
    assert!(cause.contains("ConnectionReset"), "{cause}");
    assert!(play.sandbox.settle(reset));
    let label = Effect::ContentType {
        value: "text/html".into(),
    };
    play.sandbox
        .disturb(place("issuer", discovery, vec![1], label))
        .unwrap();
    let answer = play.get(&url).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "text/html")
    );
    assert_eq!(
        answer.json()["issuer"],
        play.about.issuer.as_str(),
        "the body is as ever"
    );
    assert_eq!(play.get(&url).await.header("content-type"), "application/json");
}

/// Times are lower bounds only: what is slow must be slow, how much slower the computer is says nothing.
#[tokio::test]
async fn slow_answers_are_slow_in_the_phase_that_is_named() {
    let play = Play::start().await;
    let url = format!("{}/auth/jwks", play.about.issuer);
    let quarter = Duration::from_millis(250);
    let timed = async || {
        let started = Instant::now();
        let response = play.http.get(&url).send().await.unwrap();
        let first_byte = started.elapsed();
        assert_eq!(response.status(), 200);
        let body = response.text().await.unwrap();
        assert!(body.contains("\"keys\""));
        (first_byte, started.elapsed())
    };
    let first = place("issuer", "/auth/jwks", vec![], Effect::SlowFirstByte { ms: 250 });
    let id = play.sandbox.disturb(first).unwrap();
    assert!(timed().await.0 >= quarter);
    play.sandbox.settle(id);
    let trickle = place("issuer", "/auth/jwks", vec![], Effect::TrickleBody { ms: 500 });
    let id = play.sandbox.disturb(trickle).unwrap();
    let (first_byte, whole) = timed().await;
    assert!(whole - first_byte >= quarter, "{first_byte:?} {whole:?}");
    play.sandbox.settle(id);

    play.sandbox.set_slowness(quarter);
    for (fault, slow) in [
        (Fault::FirstByteSlow, true),
        (Fault::BodyTrickle, true),
        (Fault::TokenSlow, false),
        (Fault::ChannelsSlow, false),
    ] {
        play.sandbox.set_fault(fault, true);
        let (_, whole) = timed().await;
        play.sandbox.set_fault(fault, false);
        // An address that is not slowed may be slow for reasons of its own; only slowness is promised.
        assert!(!slow || whole >= quarter, "{fault}");
    }
    play.sandbox.set_fault(Fault::TokenSlow, true);
    let started = Instant::now();
    assert_eq!(play.sign_in().await.status, 200);
    assert!(started.elapsed() >= quarter);
    let token = play.access_token().await;
    for (fault, url) in [
        (Fault::ChannelsSlow, play.dfo("channels")),
        (Fault::ScriptsSlow, play.acd("scripts/search")),
        (Fault::ScriptsSlow, play.acd("script-folders")),
    ] {
        play.sandbox.set_fault(fault, true);
        let started = Instant::now();
        assert_eq!(play.get_as(&token, &url).await.status, 200);
        play.sandbox.set_fault(fault, false);
        assert!(started.elapsed() >= quarter, "{fault}");
    }
}
