use std::time::Duration;

use cxone::sign_in::{password_grant, token};
use cxone::{ClientAuth, OAuthCode, SignInError, SignInGate};
use secrecy::ExposeSecret;
use transport::{Client, Settings};

use crate::server::{Answer, Server, client, granted, sign_in, target};

fn refusal(code: &str) -> Answer {
    Answer::json(400, format!(r#"{{"error":"{code}"}}"#))
}

#[tokio::test]
async fn basic_comes_first_and_the_form_is_encoded() {
    let server = Server::start(|_, _| granted("sim_token_1")).await;
    let gate = SignInGate::new();
    let (token, auth) = password_grant(
        &client(),
        &target(&server),
        &server.at("/auth/token"),
        &sign_in(),
        &gate,
    )
    .await
    .unwrap();
    assert_eq!(auth, ClientAuth::Basic);
    assert_eq!(token.access_token.expose_secret(), "sim_token_1");
    assert_eq!(token.id_token.unwrap().expose_secret(), "sim_id_token");
    assert_eq!((token.expires_in, gate.is_closed()), (3600, false));
    let hits = server.hits();
    assert_eq!(hits.len(), 1);
    insta::assert_snapshot!(
        format!("{}\n{:?}\n{:?}\n{}", hits[0].line(), hits[0].authorization, hits[0].accept, hits[0].body),
        @r#"
    POST /auth/token
    Some("Basic c2ltX2NsaWVudF9pZDpzaW1fY2xpZW50X3NlY3JldCsv")
    Some("application/json")
    grant_type=password&username=sim_access_key_id%3D%3D%3D%3D&password=sim_access_key_secret%3D%3D%3D%3D
    "#
    );
}

#[tokio::test]
async fn a_client_registered_for_the_body_is_found() {
    for code in ["invalid_client", "unauthorized_client"] {
        let server = Server::start(move |hit, _| match hit.authorization {
            Some(_) => refusal(code),
            None => granted("sim_token_1"),
        })
        .await;
        let gate = SignInGate::new();
        let found = password_grant(
            &client(),
            &target(&server),
            &server.at("/auth/token"),
            &sign_in(),
            &gate,
        )
        .await;
        assert_eq!(found.unwrap().1, ClientAuth::Body);
        assert!(!gate.is_closed());
        let hits = server.hits();
        assert_eq!(hits.len(), 2);
        assert!(
            hits[1]
                .body
                .ends_with("&client_id=sim_client_id&client_secret=sim_client_secret%2B%2F")
        );
    }
}

/// Answers to Basic and to the body; what is told; number of requests; whether the gate closes.
#[tokio::test]
async fn two_refusals_are_told_as_the_one_that_says_more() {
    let cases = [
        (
            "invalid_client",
            refusal("invalid_client"),
            "invalid_client Basic",
            2,
        ),
        (
            "unauthorized_client",
            refusal("invalid_client"),
            "unauthorized_client Basic",
            2,
        ),
        (
            "invalid_client",
            refusal("invalid_request"),
            "invalid_client Basic",
            2,
        ),
        (
            "invalid_client",
            refusal("invalid_grant"),
            "invalid_grant Body",
            2,
        ),
        ("invalid_client", Answer::html(503), "service 503", 2),
        ("invalid_grant", granted("never"), "invalid_grant Basic", 1),
    ];
    for (basic, body, expected, requests) in cases {
        let answer = body.clone();
        let server = Server::start(move |hit, _| match hit.authorization {
            Some(_) => refusal(basic),
            None => answer.clone(),
        })
        .await;
        let gate = SignInGate::new();
        let found = password_grant(
            &client(),
            &target(&server),
            &server.at("/auth/token"),
            &sign_in(),
            &gate,
        )
        .await;
        let told = match found.unwrap_err() {
            SignInError::Refused {
                code,
                auth: Some(auth),
                ..
            } => format!("{} {auth:?}", code.as_str()),
            SignInError::Service { status, .. } => format!("service {status}"),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected, "{basic} then {body:?}");
        assert_eq!(server.hits().len(), requests, "{basic} then {body:?}");
        assert!(gate.is_closed(), "{basic} then {body:?}");

        let again = password_grant(
            &client(),
            &target(&server),
            &server.at("/auth/token"),
            &sign_in(),
            &gate,
        )
        .await;
        assert!(matches!(again, Err(SignInError::Closed)), "{basic} then {body:?}");
        assert_eq!(server.hits().len(), requests, "{basic} then {body:?}");
    }
}

#[tokio::test]
async fn every_answer_is_told_apart() {
    let description = |key: &str| format!(r#"{{"error":"invalid_grant","{key}":"Invalid credentials"}}"#);
    let cases = [
        (refusal("invalid_request"), "refused 400 invalid_request -"),
        (
            refusal("unsupported_grant_type"),
            "refused 400 unsupported_grant_type -",
        ),
        (refusal("invalid_scope"), "refused 400 invalid_scope -"),
        (refusal("something_new"), "refused 400 something_new -"),
        (
            Answer::json(401, description("error_description")),
            "refused 401 invalid_grant Invalid credentials",
        ),
        (
            Answer::json(400, description("errorDescription")),
            "refused 400 invalid_grant Invalid credentials",
        ),
        // JSON counts by its body, whatever its media type says.
        (
            Answer::text(400, r#"{"error":"invalid_client"}"#),
            "refused 400 invalid_client -",
        ),
        (
            Answer::json(401, r#"{"message":"Unauthorized"}"#),
            "refused 401  Unauthorized",
        ),
        (Answer::empty(401), "refused 401  -"),
        (
            Answer::text(401, "sim_client_id is not allowed"),
            "refused 401  <redacted> is not allowed",
        ),
        (Answer::html(401), "not json 401 html"),
        (Answer::html(200), "not json 200 html"),
        (Answer::html(400), "not json 400 html"),
        (Answer::text(400, "Bad Request"), "not json 400 text"),
        (Answer::empty(400), "not json 400 text"),
        (Answer::text(403, "Blocked"), "not json 403 text"),
        (Answer::empty(200), "not json 200 text"),
        (Answer::html(403), "not json 403 html"),
        (
            Answer::json(429, r#"{"error":"invalid_client"}"#).header("retry-after", "7"),
            "service 429 7",
        ),
        (Answer::json(500, r#"{"error":"invalid_grant"}"#), "service 500 -"),
        (
            Answer::html(503).header("retry-after", "tomorrow"),
            "service 503 -",
        ),
        (Answer::empty(404), "service 404 -"),
        (Answer::empty(302).header("location", "/portal"), "service 302 -"),
        (Answer::empty(204), "service 204 -"),
        (Answer::json(200, "{}"), "shape no access_token"),
        (
            Answer::json(200, r#"{"access_token":""}"#),
            "shape no access_token",
        ),
        (Answer::json(200, "[]"), "shape it is no object"),
    ];
    for (answer, expected) in cases {
        let given = answer.clone();
        let server = Server::start(move |_, _| given.clone()).await;
        let found = token(
            &client(),
            &target(&server),
            &server.at("/auth/token"),
            &sign_in(),
            ClientAuth::Basic,
        )
        .await;
        let told = match found.unwrap_err() {
            SignInError::Refused {
                code,
                status,
                description,
                ..
            } => {
                let description = description.map_or("-".to_owned(), |text| match text.find("<redacted:") {
                    Some(start) => format!(
                        "{}<redacted>{}",
                        &text[..start],
                        &text[text.find('>').unwrap() + 1..]
                    ),
                    None => text,
                });
                format!("refused {status} {} {description}", code.as_str())
            }
            SignInError::NotJson { html, status, .. } => {
                format!("not json {status} {}", if html { "html" } else { "text" })
            }
            SignInError::Service {
                status, retry_after, ..
            } => {
                format!(
                    "service {status} {}",
                    retry_after.map_or("-".to_owned(), |wait| wait.as_secs().to_string())
                )
            }
            SignInError::Shape { detail, .. } => format!("shape {detail}"),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected, "{answer:?}");
        assert_eq!(server.hits().len(), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn a_bare_401_tries_the_body_and_closes_the_gate() {
    let server = Server::start(|_, _| Answer::empty(401)).await;
    let gate = SignInGate::new();
    let found = password_grant(
        &client(),
        &target(&server),
        &server.at("/auth/token"),
        &sign_in(),
        &gate,
    )
    .await;
    assert!(
        matches!(found, Err(SignInError::Refused { code: OAuthCode::Other(code), .. }) if code.is_empty())
    );
    assert_eq!(server.hits().len(), 2);
    assert!(gate.is_closed());
}

#[tokio::test]
async fn a_service_that_fails_leaves_the_gate_open() {
    for answer in [
        Answer::empty(503),
        Answer::empty(429),
        Answer::html(200),
        Answer::json(400, r#"{"error":"invalid_request"}"#),
    ] {
        let given = answer.clone();
        let server = Server::start(move |_, _| given.clone()).await;
        let gate = SignInGate::new();
        let found = password_grant(
            &client(),
            &target(&server),
            &server.at("/auth/token"),
            &sign_in(),
            &gate,
        )
        .await;
        assert!(found.is_err());
        assert_eq!((server.hits().len(), gate.is_closed()), (1, false), "{answer:?}");
    }
}

#[tokio::test]
async fn a_silent_server_is_no_refusal() {
    // Accepts and never answers.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/auth/token", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    transport::install_crypto();
    let mut settings = Settings::default();
    settings.timeouts.first_byte = Duration::from_millis(100);
    let client = Client::new(settings).unwrap();
    let server = Server::start(|_, _| Answer::empty(500)).await;
    let mut target = target(&server);
    target.hosts.api = Some(url);
    let gate = SignInGate::new();
    let found = password_grant(
        &client,
        &target,
        target.hosts.api.as_ref().unwrap(),
        &sign_in(),
        &gate,
    )
    .await
    .unwrap_err();
    let SignInError::Transport(error) = &found else {
        panic!("{found:?}")
    };
    assert_eq!(error.failure.kind, transport::FailureKind::Timeout);
    assert!(!gate.is_closed());
    drop(listener);
}

#[tokio::test]
async fn nothing_secret_stays_in_the_evidence() {
    let server = Server::start(|_, n| {
        if n == 0 {
            refusal("invalid_client")
        } else {
            granted("sim_token_1")
        }
    })
    .await;
    let client = client();
    let target = target(&server);
    let refused = token(
        &client,
        &target,
        &server.at("/auth/token"),
        &sign_in(),
        ClientAuth::Basic,
    )
    .await
    .unwrap_err();
    let evidence = format!("{refused:?} {refused}");
    let found = token(
        &client,
        &target,
        &server.at("/auth/token"),
        &sign_in(),
        ClientAuth::Body,
    )
    .await
    .unwrap();
    let shown = format!("{evidence} {found:?} {:?}", sign_in());
    for secret in [
        "sim_access_key_secret",
        "sim_client_secret",
        "sim_token_1",
        "sim_refresh",
        "sim_id_token",
        "c2ltX2NsaWVudF9pZD",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(
            !client
                .redactor()
                .text("sim_token_1 sim_refresh sim_id_token")
                .contains(secret)
        );
    }
}

/// What one TLS client offers to speak; the connection is dropped after its first message.
async fn offered(listener: &tokio::net::TcpListener) -> Vec<String> {
    let (stream, _) = listener.accept().await.unwrap();
    let hello =
        tokio_rustls::LazyConfigAcceptor::new(tokio_rustls::rustls::server::Acceptor::default(), stream);
    let hello = hello.await.unwrap();
    let protocols = hello
        .client_hello()
        .alpn()
        .map(|names| names.map(|name| name.to_vec()).collect::<Vec<_>>());
    protocols
        .unwrap_or_default()
        .into_iter()
        .map(|name| String::from_utf8(name).unwrap())
        .collect()
}

#[tokio::test]
async fn sign_in_offers_no_http2() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: transport::Url = format!("https://{}/", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let server = Server::start(|_, _| Answer::empty(500)).await;
    let target = cxone::Target {
        issuer: url.clone(),
        ..target(&server)
    };
    let (client, sign_in) = (client(), sign_in());

    let (offer, found) = tokio::join!(
        offered(&listener),
        token(&client, &target, &url, &sign_in, ClientAuth::Basic)
    );
    assert_eq!(offer, ["http/1.1"]);
    assert!(matches!(found, Err(SignInError::Transport(_))));
    // Elsewhere HTTP/2 is welcome, so the offer above is the sign-in's own.
    let (offer, _) = tokio::join!(offered(&listener), cxone::discovery::openid(&client, &url));
    assert!(offer.contains(&"h2".to_owned()), "{offer:?}");
}
