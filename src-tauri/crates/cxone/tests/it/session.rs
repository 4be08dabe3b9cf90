use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use cxone::failure::Family;
use cxone::session::Parts;
use cxone::{ApiFailure, Error, Host, Session, SignInError, SignInGate, Token, Waits};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;

use crate::server::{Answer, Hit, Server, granted, parts, session, token};

fn sign_ins(server: &Server) -> usize {
    server
        .hits()
        .iter()
        .filter(|hit| hit.path == "/auth/token")
        .count()
}

/// Accepts `sim_token_1` only, and gives it to who signs in.
fn stale(hit: &Hit) -> Answer {
    if hit.path == "/auth/token" {
        granted("sim_token_1")
    } else if hit.authorization.as_deref() == Some("Bearer sim_token_1") {
        Answer::json(200, "[]")
    } else {
        Answer::json(401, r#"{"error":"invalid_token"}"#)
    }
}

async fn read(session: &Session) -> Result<u16, Error> {
    session
        .get(Host::Digital, &["dfo", "3.0", "x"], &[], "x")
        .await
        .map(|response| response.status)
}

#[tokio::test]
async fn a_stale_token_is_replaced_once() {
    let server = Server::start(|hit, _| stale(hit)).await;
    let session = session(&server);
    assert_eq!(read(&session).await.unwrap(), 200);
    assert_eq!(read(&session).await.unwrap(), 200);
    assert_eq!(
        server.lines(),
        [
            "GET /dfo/3.0/x",
            "POST /auth/token",
            "GET /dfo/3.0/x",
            "GET /dfo/3.0/x"
        ]
    );
    assert_eq!(
        session.token().await.unwrap().access_token.expose_secret(),
        "sim_token_1"
    );
}

#[tokio::test]
async fn calls_side_by_side_share_one_sign_in() {
    let server = Server::start(|hit, _| stale(hit)).await;
    let session = session(&server);
    let found = tokio::join!(read(&session), read(&session), read(&session), read(&session));
    for status in [found.0, found.1, found.2, found.3] {
        assert_eq!(status.unwrap(), 200);
    }
    assert_eq!(sign_ins(&server), 1);
}

#[tokio::test]
async fn a_second_401_is_the_answer() {
    let server = Server::start(|hit, _| match hit.path.as_str() {
        "/auth/token" => granted("sim_token_1"),
        _ => Answer::json(401, r#"{"errors":[{"message":"No"}],"uid":"u-1"}"#),
    })
    .await;
    let found = read(&session(&server)).await.unwrap_err();
    let Error::Status {
        status: 401,
        api,
        exchange,
        ..
    } = found
    else {
        panic!("{found:?}")
    };
    let told = ApiFailure {
        family: Family::Digital,
        code: None,
        message: Some("No".to_owned()),
        trace: Some("u-1".to_owned()),
    };
    assert_eq!(*api, told);
    assert_eq!(exchange.status, Some(401));
    assert_eq!(
        server.lines(),
        ["GET /dfo/3.0/x", "POST /auth/token", "GET /dfo/3.0/x"]
    );
}

#[tokio::test]
async fn a_refused_renewal_closes_the_gate_for_all() {
    let server = Server::start(|hit, _| match hit.path.as_str() {
        "/auth/token" => Answer::json(400, r#"{"error":"invalid_grant"}"#),
        _ => Answer::empty(401),
    })
    .await;
    let gate = SignInGate::new();
    let first = Session::new(Parts {
        gate: gate.clone(),
        ..parts(&server)
    });
    let second = Session::new(Parts {
        gate: gate.clone(),
        ..parts(&server)
    });
    assert!(matches!(
        read(&first).await,
        Err(Error::SignIn(SignInError::Refused { .. }))
    ));
    assert!(gate.is_closed());
    assert!(matches!(read(&first).await, Err(Error::SignInClosed)));
    assert!(matches!(read(&second).await, Err(Error::SignInClosed)));
    assert_eq!(sign_ins(&server), 1);
}

#[tokio::test]
async fn a_failing_sign_in_service_is_tried_again_by_the_next_call() {
    let server = Server::start(|hit, number| match (hit.path.as_str(), number) {
        ("/auth/token", 1) => Answer::empty(503),
        _ => stale(hit),
    })
    .await;
    let session = session(&server);
    assert!(matches!(
        read(&session).await,
        Err(Error::SignIn(SignInError::Service { status: 503, .. }))
    ));
    assert_eq!(read(&session).await.unwrap(), 200);
}

#[tokio::test]
async fn a_token_is_renewed_a_minute_before_its_end() {
    for (life, still_good, due) in [(3600, 3539, 3540), (60, 29, 30), (90, 44, 45)] {
        let server = Server::start(|hit, _| match hit.path.as_str() {
            "/auth/token" => granted("sim_token_1"),
            _ => Answer::json(200, "[]"),
        })
        .await;
        let start = Timestamp::now();
        let offset = Arc::new(AtomicI64::new(0));
        let moved = Arc::clone(&offset);
        let clock = Arc::new(move || start + SignedDuration::from_secs(moved.load(Ordering::SeqCst)));
        let token = Token {
            expires_in: life,
            obtained_at: start,
            ..token("sim_token_0")
        };
        let session = Session::new(Parts {
            clock,
            token,
            ..parts(&server)
        });
        offset.store(still_good, Ordering::SeqCst);
        assert_eq!(read(&session).await.unwrap(), 200);
        assert_eq!(sign_ins(&server), 0, "{life}");
        offset.store(due, Ordering::SeqCst);
        assert_eq!(read(&session).await.unwrap(), 200);
        assert_eq!(sign_ins(&server), 1, "{life}");
        // The new token lives from now on.
        offset.store(due + 1000, Ordering::SeqCst);
        assert_eq!(read(&session).await.unwrap(), 200);
        assert_eq!(sign_ins(&server), 1, "{life}");
        let bearers: Vec<_> = server
            .hits()
            .into_iter()
            .filter(|hit| hit.path != "/auth/token")
            .collect();
        assert_eq!(bearers[0].authorization.as_deref(), Some("Bearer sim_token_0"));
        assert_eq!(bearers[1].authorization.as_deref(), Some("Bearer sim_token_1"));
    }
}

#[tokio::test]
async fn reads_are_repeated_twice_at_most() {
    let cases = [
        (429, 2, 3, true),
        (502, 1, 2, true),
        (503, 2, 3, true),
        (504, 2, 3, true),
        (503, 3, 3, false),
        (500, 1, 1, false),
        (403, 1, 1, false),
        (409, 1, 1, false),
    ];
    for (status, failures, requests, succeeds) in cases {
        let server = Server::start(move |_, number| {
            if number < failures {
                Answer::empty(status)
            } else {
                Answer::json(200, "[]")
            }
        })
        .await;
        let found = read(&session(&server)).await;
        assert_eq!(found.is_ok(), succeeds, "{status} {failures}");
        assert_eq!(server.hits().len(), requests, "{status} {failures}");
    }
}

#[tokio::test]
async fn a_long_retry_after_is_handed_on() {
    let server = Server::start(|_, _| Answer::empty(429).header("retry-after", "60")).await;
    let waits = Waits {
        longest: Duration::from_secs(2),
        ..Waits::none()
    };
    let session = Session::new(Parts {
        waits,
        ..parts(&server)
    });
    let found = read(&session).await.unwrap_err();
    assert!(
        matches!(found, Error::Status { status: 429, retry_after: Some(wait), .. } if wait.as_secs() == 60)
    );
    assert_eq!(server.hits().len(), 1);

    let server = Server::start(|_, number| match number {
        0 => Answer::empty(429).header("retry-after", "0"),
        _ => Answer::json(200, "[]"),
    })
    .await;
    assert_eq!(read(&self::session(&server)).await.unwrap(), 200);
}

/// Knows one version of the ACD API and one skill.
fn versioned(version: &'static str) -> impl Fn(&Hit, usize) -> Answer {
    move |hit, _| {
        let base = format!("/incontactapi/services/{version}");
        match hit.path.strip_prefix(&base) {
            Some("/skills/1") => Answer::json(200, r#"{"skillId":1}"#),
            _ => Answer::json(404, r#"{"error":"not_found"}"#),
        }
    }
}

#[tokio::test]
async fn an_older_version_is_found_and_remembered() {
    for (version, first_time) in [("v34.0", 1), ("v30.0", 2), ("v27.0", 3)] {
        let server = Server::start(versioned(version)).await;
        let session = session(&server);
        assert!(cxone::skills::read(&session, 1).await.unwrap().is_some());
        assert_eq!(server.hits().len(), first_time, "{version}");
        assert!(cxone::skills::read(&session, 1).await.unwrap().is_some());
        // From now on 404 is about the skill.
        assert_eq!(cxone::skills::read(&session, 2).await.unwrap(), None);
        assert_eq!(server.hits().len(), first_time + 2, "{version}");
    }
}

#[tokio::test]
async fn without_any_version_the_first_answer_counts() {
    let server = Server::start(|hit, _| {
        let version = hit.path.split('/').nth(3).unwrap().to_owned();
        Answer::json(404, format!(r#"{{"error":"{version}"}}"#))
    })
    .await;
    let found = session(&server)
        .acd(&["skills"], &[], "skills")
        .await
        .unwrap_err();
    assert!(matches!(&found, Error::Status { status: 404, api, .. } if api.code.as_deref() == Some("v34.0")));
    assert_eq!(server.hits().len(), 3);
}

#[tokio::test]
async fn a_403_is_no_reason_for_another_version() {
    let server =
        Server::start(|_, _| Answer::empty(403).header("icStatusDescription", "No permission")).await;
    let found = session(&server)
        .acd(&["skills"], &[], "skills")
        .await
        .unwrap_err();
    let Error::Status { status: 403, api, .. } = &found else {
        panic!("{found:?}")
    };
    assert_eq!(
        (api.family, api.message.as_deref()),
        (Family::AcdHeader, Some("No permission"))
    );
    assert_eq!(server.hits().len(), 1);
    assert_eq!(found.to_string(), "CXone answered 403: No permission");
}

#[tokio::test]
async fn an_echoed_secret_is_redacted_in_the_message() {
    let server = Server::start(|hit, _| {
        Answer::json(
            403,
            format!(
                r#"{{"error":"x","error_description":"{}"}}"#,
                hit.authorization.as_ref().unwrap()
            ),
        )
    })
    .await;
    let found = read(&session(&server)).await.unwrap_err();
    assert!(!format!("{found:?} {found}").contains("sim_token_0"));
}
