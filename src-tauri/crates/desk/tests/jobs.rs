//! Verifications as jobs, against the sandbox.

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
async fn the_sample_is_verified_green_and_nothing_of_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let mut events = desk.subscribe();
    let sandbox = call(&desk, "sandbox.start", json!({})).await;
    let id = sandbox["profile_id"].as_str().unwrap().to_owned();
    let sample = call(&desk, "profile.get", json!({ "id": id })).await;
    let job = call(&desk, "verify.start", json!({ "id": id })).await["job"].clone();
    let mut last = 0;
    loop {
        let event = events.recv().await.unwrap();
        if let Event::Job {
            job: named,
            seq,
            progress,
            ..
        } = event
        {
            assert_eq!(json!(named), job);
            assert_eq!(seq, last + 1, "progress has no gaps");
            last = seq;
            if matches!(progress, verify::Progress::Finished { .. }) {
                break;
            }
        }
    }
    let report = call(&desk, "verify.last", json!({ "id": id })).await;
    assert_eq!(report["outcome"], "pass", "{report:#}");
    let file = folder.path().join("profiles.json");
    assert!(!file.exists(), "the sample profile never enters the user's files");

    call(
        &desk,
        "sandbox.fault",
        json!({ "name": "bu-mismatch", "on": true }),
    )
    .await;
    let view = call(&desk, "profile.get", json!({ "id": id })).await;
    assert_ne!(
        view["profile"], sample["profile"],
        "the sample changed with the fault"
    );
    call(&desk, "sandbox.stop", json!({})).await;
    assert_eq!(
        refused(&desk, "profile.get", json!({ "id": id })).await.code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn a_job_is_cancelled_at_once() {
    let desk = open(None).await;
    let mut events = desk.subscribe();
    let id = call(&desk, "sandbox.start", json!({})).await["profile_id"]
        .as_str()
        .unwrap()
        .to_owned();
    // A server that accepts and never answers.
    call(
        &desk,
        "sandbox.fault",
        json!({ "name": "discovery-hang", "on": true }),
    )
    .await;
    let job = call(&desk, "verify.start", json!({ "id": id })).await["job"].clone();
    while !matches!(events.recv().await.unwrap(), Event::Job { seq: 1, .. }) {}
    call(&desk, "verify.cancel", json!({ "job": job })).await;
    let outcome = loop {
        if let Event::Job {
            progress: verify::Progress::Finished { outcome },
            ..
        } = events.recv().await.unwrap()
        {
            break outcome;
        }
    };
    assert_eq!(outcome, verify::RunOutcome::Cancelled);
}
