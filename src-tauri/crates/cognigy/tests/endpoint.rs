//! The probes against a handover endpoint on this computer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cognigy::endpoint::{self, Action, BodyKind, BoxMode, MADE_UP_PROVIDER};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use transport::{Client, FailureKind, Method, Proxy, Roots, Settings, Url};

const PROVIDER: &str = "66f0aa11bb22cc33dd44ee55";
const SECRET: &str = "test-secret-0123456789abcdefghij";

async fn token(Path(provider): Path<String>, headers: HeaderMap, body: String) -> Response {
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    let body: Value = serde_json::from_str(&body).unwrap();
    if provider != PROVIDER {
        return (
            StatusCode::NOT_FOUND,
            Json(json!({ "error": "provider_not_found", "id": provider })),
        )
            .into_response();
    }
    let known =
        json!({ "grant_type": "client_credentials", "client_id": "byoc-demo", "client_secret": SECRET });
    if body != known {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "invalid_client" })),
        )
            .into_response();
    }
    Json(json!({ "access_token": "sim_token_0123456789abcdef", "token_type": "Bearer", "expires_in": 60 }))
        .into_response()
}

async fn message(headers: HeaderMap, Json(body): Json<Value>) -> Response {
    if headers.contains_key(header::AUTHORIZATION) {
        return StatusCode::IM_A_TEAPOT.into_response();
    }
    assert!(body["thread"]["idOnExternalPlatform"].is_string(), "{body}");
    assert_eq!(body["messageContent"]["type"], "TEXT");
    StatusCode::UNAUTHORIZED.into_response()
}

async fn action(Query(query): Query<BTreeMap<String, String>>) -> Response {
    assert_eq!(
        query.keys().map(String::as_str).collect::<Vec<_>>(),
        ["backUrl", "brandId", "token", "userId"]
    );
    Redirect::to("https://example.com/").into_response()
}

/// The endpoint, or an ingress that does not route to it.
async fn endpoint(routed: bool) -> Url {
    let mut app = Router::new().fallback(|| async { (StatusCode::NOT_FOUND, "default backend - 404") });
    if routed {
        app = app
            .route("/handover/niceCxOne/{provider}/auth/token", post(token))
            .route(
                "/handover/niceCxOne/2.0/channel/{channel}/outbound",
                post(message),
            )
            .route("/handover/niceCxOne/1.0/posts/{post}/messages", post(message))
            .route("/handover/niceCxOne/add", get(action))
            .route("/handover/niceCxOne/reconnect", get(action))
            .route(
                "/handover/niceCxOne/remove",
                get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
            );
    }
    serve(app).await
}

async fn serve(app: Router) -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    base
}

fn client() -> Client {
    let settings = Settings {
        proxy: Proxy::None,
        roots: Roots::Only(Vec::new()),
        ..Settings::default()
    };
    Client::new(settings).unwrap()
}

async fn ask(base: &Url, provider: &str, secret: &str) -> endpoint::TokenAnswer {
    let (id, secret) = (SecretString::from("byoc-demo"), SecretString::from(secret));
    endpoint::token(&client(), base, provider, &id, &secret)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_right_pair_gets_a_token_that_is_not_kept() {
    let base = endpoint(true).await;
    let answer = ask(&base, PROVIDER, SECRET).await;
    assert!(answer.accepted);
    assert_eq!((answer.status, answer.body_kind), (200, BodyKind::Json));
    assert_eq!(
        (answer.token_type.as_deref(), answer.expires_in),
        (Some("Bearer"), Some(60))
    );
    let written = format!("{answer:?}");
    assert!(
        !written.contains("sim_token") && !written.contains(SECRET),
        "{written}"
    );
    assert!(
        answer
            .exchange
            .request_body
            .as_ref()
            .unwrap()
            .contains("client_credentials")
    );
}

#[tokio::test]
async fn a_wrong_pair_and_an_unknown_provider_are_told_apart() {
    let base = endpoint(true).await;
    let wrong = ask(&base, PROVIDER, "sim_wrong_secret").await;
    assert!(!wrong.accepted);
    assert_eq!(
        (wrong.status, wrong.error_code.as_deref()),
        (401, Some("invalid_client"))
    );
    let unknown = ask(&base, MADE_UP_PROVIDER, "sim_wrong_secret").await;
    assert_eq!(
        (unknown.status, unknown.error_code.as_deref()),
        (404, Some("provider_not_found"))
    );
    assert_ne!(wrong.answer.fingerprint(), unknown.answer.fingerprint());
    // An answer that only repeats another id is the same answer.
    let other = ask(&base, "66f0aa11bb22cc33dd44ee56", "sim_wrong_secret").await;
    assert_eq!(other.answer.fingerprint(), unknown.answer.fingerprint());
}

#[tokio::test]
async fn a_page_is_not_a_token() {
    let app = Router::new().fallback(|| async { Html("<!doctype html><p>access_token</p>") });
    let answer = ask(&serve(app).await, PROVIDER, SECRET).await;
    assert!(!answer.accepted);
    assert_eq!(
        (answer.status, answer.body_kind, answer.error_code),
        (200, BodyKind::Html, None)
    );
}

#[tokio::test]
async fn an_empty_token_is_none() {
    let app = Router::new().fallback(|| async { Json(json!({ "access_token": "" })) });
    let answer = ask(&serve(app).await, PROVIDER, SECRET).await;
    assert!(!answer.accepted);
    assert_eq!(answer.answer.fields, ["access_token"]);
}

#[tokio::test]
async fn both_boxes_are_asked_without_a_token() {
    let base = endpoint(true).await;
    for mode in BoxMode::ALL {
        let answer = endpoint::outbound_without_token(&client(), &base, mode)
            .await
            .unwrap();
        assert_eq!(
            (answer.status, answer.body_kind),
            (401, BodyKind::Empty),
            "{mode:?}"
        );
    }
}

#[tokio::test]
async fn actions_answer_with_their_status_and_are_not_followed() {
    let base = endpoint(true).await;
    let mut found = Vec::new();
    for action in Action::ALL {
        found.push(endpoint::action(&client(), &base, action).await.unwrap().status);
    }
    assert_eq!(found, [303, 303, 500]);
}

#[tokio::test]
async fn a_routed_service_differs_from_a_nonsense_path() {
    let routed = endpoint::route(&client(), &endpoint(true).await).await.unwrap();
    assert!(!routed.alike(), "{routed:?}");
    assert!(routed.handover.is_json());
    assert_eq!(routed.nonsense.body_kind, BodyKind::Other);

    let base = endpoint(false).await;
    let missing = endpoint::route(&client(), &base).await.unwrap();
    assert!(missing.alike(), "{missing:?}");
    let get = endpoint::nonsense(&client(), &base, Method::GET).await.unwrap();
    assert_eq!(
        (get.status, get.content_type.as_deref()),
        (404, Some("text/plain"))
    );
}

#[tokio::test]
async fn a_base_with_a_path_keeps_it() {
    let app = Router::new().route("/behind/handover/niceCxOne/add", get(action));
    let base = serve(app).await.join("/behind/").unwrap();
    assert_eq!(
        endpoint::action(&client(), &base, Action::Add)
            .await
            .unwrap()
            .status,
        303
    );
}

#[tokio::test]
async fn no_answer_is_an_error_with_its_record() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let error = endpoint::route(&client(), &base).await.unwrap_err();
    assert_eq!(error.failure.kind, FailureKind::Refused);
    assert_eq!(error.exchange.label, "handover path");
}

#[tokio::test]
async fn a_message_is_delivered_with_a_token_of_its_own_and_its_answer_is_judged() {
    let delivered = |answer: Value| async move {
        let app = Router::new()
            .route("/handover/niceCxOne/{provider}/auth/token", post(token))
            .route(
                "/handover/niceCxOne/2.0/channel/c-1/outbound",
                post(move |headers: HeaderMap, Json(body): Json<Value>| async move {
                    assert_eq!(
                        headers[header::AUTHORIZATION],
                        "Bearer sim_token_0123456789abcdef"
                    );
                    assert_eq!(body["thread"]["idOnExternalPlatform"], "thread-1");
                    assert_eq!(body["endUserRecipients"][0]["idOnExternalPlatform"], "user-1");
                    assert_eq!(body["messageContent"]["payload"]["text"], "Hello");
                    Json(answer)
                }),
            );
        let (id, secret) = (SecretString::from("byoc-demo"), SecretString::from(SECRET));
        let errand = endpoint::Errand {
            provider_id: PROVIDER,
            client_id: &id,
            client_secret: &secret,
            channel_id: "c-1",
            thread: "thread-1",
            end_user: "user-1",
            text: "Hello",
        };
        endpoint::deliver(&client(), &serve(app).await, BoxMode::V2, errand)
            .await
            .unwrap()
    };
    let kept = delivered(json!({ "message": { "idOnExternalPlatform": "out-1" } })).await;
    assert!(kept.is_kept);
    let lost = delivered(json!({ "message": {} })).await;
    assert_eq!(
        (lost.is_kept, lost.message.map(|answer| answer.status)),
        (false, Some(200))
    );
}

#[tokio::test]
async fn without_a_token_nothing_is_delivered() {
    let base = endpoint(true).await;
    let (id, secret) = (
        SecretString::from("byoc-demo"),
        SecretString::from("sim_wrong_secret"),
    );
    let errand = endpoint::Errand {
        provider_id: PROVIDER,
        client_id: &id,
        client_secret: &secret,
        channel_id: "c-1",
        thread: "thread-1",
        end_user: "user-1",
        text: "Hello",
    };
    let refused = endpoint::deliver(&client(), &base, BoxMode::V2, errand)
        .await
        .unwrap();
    assert_eq!((refused.token.status, refused.message.is_some()), (401, false));
}
