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

/// Runs a verification of the sample to its end; gives the profile's summary of it.
async fn verified(desk: &Desk, id: &str, only: &[&str]) -> Value {
    let mut events = desk.subscribe();
    call(desk, "verify.start", json!({ "id": id, "only": only })).await;
    while !matches!(
        events.recv().await.unwrap(),
        Event::Job {
            progress: verify::Progress::Finished { .. },
            ..
        }
    ) {}
    last_run(desk).await
}

async fn last_run(desk: &Desk) -> Value {
    call(desk, "profile.list", json!({})).await["profiles"][0]["last_run"].clone()
}

#[tokio::test]
async fn a_summary_says_how_much_was_checked_and_whether_it_still_holds() {
    let desk = open(None).await;
    let sandbox = call(&desk, "sandbox.start", json!({})).await;
    let id = sandbox["profile_id"].as_str().unwrap();
    let all = verify::catalogue().len();
    let fault = |on: bool| call(&desk, "sandbox.fault", json!({ "name": "skill-voice", "on": on }));

    let part = verified(&desk, id, &["HD-402"]).await;
    assert_eq!((&part["of"], &part["stale"]), (&json!(all), &json!(false)));
    assert!(part["checked"].as_u64().unwrap() < all as u64, "{part}");
    assert!(
        part["headline"].as_str().unwrap().contains("did not run"),
        "{part}"
    );

    let whole = verified(&desk, id, &[]).await;
    assert_eq!((&whole["checked"], &whole["stale"]), (&json!(all), &json!(false)));

    fault(true).await;
    assert_eq!(last_run(&desk).await["stale"], true);
    // A check alone does not make the others newer.
    assert_eq!(verified(&desk, id, &["HD-402"]).await["stale"], true);
    let red = verified(&desk, id, &[]).await;
    assert_eq!((&red["stale"], &red["problems"]), (&json!(false), &json!(1)));
    fault(false).await;
    assert_eq!(last_run(&desk).await["stale"], true);
}

#[tokio::test]
async fn a_cancelled_run_of_one_check_says_nothing_of_the_whole() {
    let desk = open(None).await;
    let mut events = desk.subscribe();
    let sandbox = call(&desk, "sandbox.start", json!({})).await;
    let id = sandbox["profile_id"].as_str().unwrap();
    call(
        &desk,
        "sandbox.fault",
        json!({ "name": "discovery-hang", "on": true }),
    )
    .await;
    let job = call(&desk, "verify.start", json!({ "id": id, "only": ["HD-302"] })).await["job"].clone();
    // Something has ended, so there is something to keep.
    while !matches!(
        events.recv().await.unwrap(),
        Event::Job {
            progress: verify::Progress::CheckFinished { .. },
            ..
        }
    ) {}
    call(&desk, "verify.cancel", json!({ "job": job })).await;
    while !matches!(
        events.recv().await.unwrap(),
        Event::Job {
            progress: verify::Progress::Finished { .. },
            ..
        }
    ) {}
    assert_ne!(last_run(&desk).await["outcome"], "cancelled");
}

#[tokio::test]
async fn reading_the_skills_is_cancelled_at_once() {
    let desk = open(None).await;
    let sandbox = call(&desk, "sandbox.start", json!({})).await;
    let id = json!({ "id": sandbox["profile_id"] });
    call(
        &desk,
        "sandbox.fault",
        json!({ "name": "discovery-hang", "on": true }),
    )
    .await;
    let reading = {
        let (desk, id) = (desk.clone(), id.clone());
        tokio::spawn(async move { refused(&desk, "cxone.skills", id).await })
    };
    // Cancelling finds nothing until the reading has begun.
    while !reading.is_finished() {
        call(&desk, "cxone.skills_cancel", id.clone()).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(reading.await.unwrap().code, ErrorCode::Cancelled);
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

#[tokio::test]
async fn what_a_person_found_is_kept_counts_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let made = call(&desk, "profile.create", json!({ "name": "Support" })).await;
    let id = made["id"].clone();
    assert_eq!(made["answers"], json!({}));
    let request =
        json!({ "id": id, "check": "hd-506", "answer": { "well": false, "note": "  no Reassign  " } });
    let view = call(&desk, "checks.answer", request).await;
    assert_eq!(view["answers"]["HD-506"]["well"], false);
    assert_eq!(view["answers"]["HD-506"]["note"], "no Reassign");
    let exported = call(&desk, "profile.export", json!({ "id": id })).await;
    assert!(!exported.to_string().contains("Reassign"), "{exported}");
    // Another program that opens the same folder sees it.
    let other = open(Some(folder.path())).await;
    let seen = call(&other, "profile.get", json!({ "id": id })).await;
    assert_eq!(seen["answers"], view["answers"]);
    let back = json!({ "id": id, "check": "506", "answer": null });
    assert_eq!(call(&desk, "checks.answer", back).await["answers"], json!({}));
    for (check, code) in [
        ("HD-303", "not_found"),
        ("HD-999", "not_found"),
        ("", "not_found"),
    ] {
        let request = json!({ "id": id, "check": check, "answer": { "well": true } });
        let error = desk.dispatch("checks.answer", request).await.unwrap_err();
        assert_eq!(json!(error.code), json!(code), "{check}");
        assert!(error.hint.unwrap().contains("HD-209, HD-506"));
    }
    let long = json!({ "id": id, "check": "HD-506", "answer": { "well": true, "note": "x".repeat(501) } });
    let error = desk.dispatch("checks.answer", long).await.unwrap_err();
    assert_eq!(json!(error.code), json!("invalid"));
}
