//! The commands as a host calls them: by name, with JSON.

// Outside of test functions, too, a test ends by a panic.
#![allow(
    missing_docs,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use desk::{Desk, ErrorCode, Event, Options};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use support::*;

#[tokio::test]
async fn names_are_unique_and_deleting_is_final() {
    let desk = open(None).await;
    let id = create(&desk, "One").await;
    assert_eq!(
        refused(&desk, "profile.create", json!({ "name": " One " }))
            .await
            .code,
        ErrorCode::Invalid
    );
    assert_eq!(
        refused(&desk, "profile.create", json!({ "name": "  " }))
            .await
            .code,
        ErrorCode::Invalid
    );
    let copy = call(&desk, "profile.duplicate", json!({ "id": id, "name": "Two" })).await;
    assert_ne!(copy["id"], id.as_str());
    call(&desk, "profile.delete", json!({ "id": id })).await;
    assert_eq!(
        refused(&desk, "profile.get", json!({ "id": id })).await.code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn an_import_shows_hosts_that_are_not_the_vendors() {
    let desk = open(None).await;
    let text = json!({ "name": "x", "cxone": { "hosts": { "digital": "https://collector.example.com" } } })
        .to_string();
    let outcome = call(&desk, "profile.import", json!({ "json": text })).await;
    assert_eq!(outcome["foreign_hosts"], json!(["collector.example.com"]));
    assert!(outcome["id"].is_null(), "nothing is imported yet");
    let outcome = call(
        &desk,
        "profile.import",
        json!({ "json": text, "accept_hosts": true }),
    )
    .await;
    assert!(outcome["id"].is_string());
    assert_eq!(outcome["name"], "x");
    for nameless in ["{}", r#"{"name": " "}"#] {
        let bad = refused(&desk, "profile.import", json!({ "json": nameless })).await;
        assert_eq!(bad.message, "The profile has no name.");
    }
    let bad = refused(&desk, "profile.import", json!({ "json": "{\"nmae\": \"x\"}" })).await;
    assert_eq!(bad.code, ErrorCode::Invalid);
    assert!(
        bad.message.contains("nmae"),
        "it names the field: {}",
        bad.message
    );
}

#[tokio::test]
async fn a_request_of_another_shape_is_refused_without_repeating_it() {
    let desk = open(None).await;
    let error = refused(&desk, "profile.create", json!({ "name": 7, "secret": CANARY })).await;
    assert_eq!(error.code, ErrorCode::BadRequest);
    assert!(!error.message.contains(CANARY));
    assert_eq!(
        refused(&desk, "no.such", json!({})).await.code,
        ErrorCode::NotFound
    );
}

#[test]
fn the_log_leaves_certificates_to_the_report() {
    let filter = desk::log_filter("debug");
    assert!(
        filter.starts_with("debug,") && filter.contains("rustls_platform_verifier=off"),
        "{filter}"
    );
}
