//! Diagnoses and waits as jobs, against the sandbox.

// Outside of test functions, too, a test ends by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use desk::{Desk, ErrorCode, Event};
use diagnose::Progress;
use serde_json::{Value, json};
use support::*;
use tokio::sync::broadcast::Receiver;

/// To the end of a diagnosis; the numbers of its steps.
async fn finished(events: &mut Receiver<Event>) -> Vec<u32> {
    let mut steps = Vec::new();
    loop {
        if let Event::Diagnose { seq, progress, .. } = events.recv().await.unwrap() {
            steps.push(seq);
            if matches!(progress, Progress::Finished { .. }) {
                return steps;
            }
        }
    }
}

async fn sample(desk: &Desk) -> String {
    let sandbox = call(desk, "sandbox.start", json!({})).await;
    sandbox["profile_id"].as_str().unwrap().to_owned()
}

async fn fault(desk: &Desk, name: &str, on: bool) {
    call(desk, "sandbox.fault", json!({ "name": name, "on": on })).await;
}

#[tokio::test]
async fn a_diagnosis_is_told_step_by_step_and_can_be_read_when_it_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let id = sample(&desk).await;
    assert_eq!(
        call(&desk, "diagnose.last", json!({ "id": id })).await,
        Value::Null
    );
    let mut events = desk.subscribe();
    let started = call(&desk, "diagnose.start", json!({ "id": id, "rounds": 2 })).await;
    let again = call(&desk, "diagnose.start", json!({ "id": id })).await;
    assert_eq!(started, again, "one at a time");
    let steps = finished(&mut events).await;
    assert!(
        steps.iter().zip(1..).all(|(seq, expected)| *seq == expected),
        "no gaps: {steps:?}"
    );
    let last = call(&desk, "diagnose.last", json!({ "id": id })).await;
    assert_eq!(
        (&last["verdict"]["code"], &last["planned_rounds"]),
        (&json!("well"), &json!(2))
    );
    assert!(
        !folder.path().join("archive.sqlite").exists(),
        "nothing of the sandbox is kept on disk"
    );

    // What was accepted before is not mistyped.
    fault(&desk, "key-inactive", true).await;
    call(&desk, "diagnose.start", json!({ "id": id, "rounds": 1 })).await;
    finished(&mut events).await;
    let last = call(&desk, "diagnose.last", json!({ "id": id })).await;
    assert_eq!(last["verdict"]["code"], "key_inactive", "{last:#}");
}

#[tokio::test]
async fn a_diagnosis_can_be_cancelled_at_once() {
    let desk = open(None).await;
    let id = sample(&desk).await;
    fault(&desk, "discovery-hang", true).await;
    let mut events = desk.subscribe();
    let job = call(&desk, "diagnose.start", json!({ "id": id })).await["job"].clone();
    loop {
        if let Event::Diagnose {
            progress: Progress::CallStarted { .. },
            ..
        } = events.recv().await.unwrap()
        {
            break;
        }
    }
    call(&desk, "diagnose.cancel", json!({ "job": job })).await;
    finished(&mut events).await;
    assert_eq!(
        call(&desk, "diagnose.last", json!({ "id": id })).await,
        Value::Null,
        "nothing was measured"
    );
}

#[tokio::test]
async fn a_profile_of_ones_own_keeps_its_history_over_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let id = create(&desk, "Support EU").await;
    save(
        &desk,
        &id,
        json!({ "name": "Support EU", "cxone": { "issuer": "https://cxone.invalid" } }),
    )
    .await;
    let mut events = desk.subscribe();
    call(&desk, "diagnose.start", json!({ "id": id, "rounds": 1 })).await;
    finished(&mut events).await;
    let last = call(&desk, "diagnose.last", json!({ "id": id })).await;
    assert_eq!(last["verdict"]["code"], "dns");
    desk.stop().await;
    drop(desk);
    let desk = open(Some(folder.path())).await;
    assert_eq!(call(&desk, "diagnose.last", json!({ "id": id })).await, last);
}

#[tokio::test]
async fn a_wait_ends_when_it_is_well_and_leaves_its_chart() {
    let desk = open(None).await;
    let id = sample(&desk).await;
    assert_eq!(
        refused(&desk, "diagnose.chart", json!({ "id": id })).await.code,
        ErrorCode::NotFound
    );
    let mut events = desk.subscribe();
    call(&desk, "diagnose.wait_start", json!({ "id": id })).await;
    let over = loop {
        if let Event::Waiting { .. } = events.recv().await.unwrap() {
            let view = call(&desk, "diagnose.waiting", json!({ "id": id })).await;
            if view.get("ended").is_some() {
                break view;
            }
        }
    };
    assert_eq!(
        (&over["ended"], &over["chart"]["points"][0]["state"]),
        (&json!("well"), &json!("well"))
    );
    let csv = call(&desk, "diagnose.chart", json!({ "id": id })).await["csv"].clone();
    assert_eq!(csv.as_str().unwrap().lines().count(), 2);
}

#[tokio::test]
async fn a_wait_is_stopped_at_once() {
    let desk = open(None).await;
    let id = sample(&desk).await;
    fault(&desk, "discovery-hang", true).await;
    let first = call(&desk, "diagnose.wait_start", json!({ "id": id })).await;
    let second = call(&desk, "diagnose.wait_start", json!({ "id": id })).await;
    assert_eq!(first["since"], second["since"], "one at a time");
    let stopped = call(&desk, "diagnose.wait_stop", json!({ "id": id })).await;
    assert_eq!(stopped["ended"], "stopped");
}

#[tokio::test]
async fn rounds_and_budget_have_bounds() {
    let desk = open(None).await;
    let id = sample(&desk).await;
    for wrong in [
        json!({ "rounds": 0 }),
        json!({ "rounds": 101 }),
        json!({ "budget_ms": 99 }),
    ] {
        let mut request = wrong.clone();
        request["id"] = json!(id);
        assert_eq!(
            refused(&desk, "diagnose.start", request).await.code,
            ErrorCode::Invalid,
            "{wrong}"
        );
    }
}
