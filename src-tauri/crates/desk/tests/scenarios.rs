//! Every scenario that ships, with what the verification says of it.

// Outside of test functions, too, a test ends by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use desk::wire::{Event, ScenarioProgress, ScenarioReport};
use desk::{ErrorCode, OnScenario};
use sandbox::scenario::{Scenario, scenario_schema};
use serde_json::{Value, json};
use support::*;

fn unheard() -> OnScenario {
    Arc::new(|_| {})
}

async fn played(text: &str) -> ScenarioReport {
    let desk = open(None).await;
    desk.play_scenario(Scenario::read(text).unwrap(), unheard())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shipped_scenario_ends_as_it_says() {
    let desk = open(None).await;
    let mut wrong = Vec::new();
    for scenario in desk::scenarios().unwrap() {
        let report = desk.play_scenario(scenario, unheard()).await.unwrap();
        if !report.passed {
            wrong.push(format!("{report:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_is_seen_in_the_chat_that_the_window_shows() {
    let desk = open(None).await;
    let before = call(&desk, "sandbox.start", json!({})).await;
    let report = desk
        .play_scenario(desk::find_scenario("full-handover").unwrap(), unheard())
        .await
        .unwrap();
    let again = call(&desk, "sandbox.status", json!({})).await;
    assert_eq!(
        again["profile_id"], before["profile_id"],
        "the window keeps its profile"
    );
    let view = call(&desk, "sandbox.conversation", json!({})).await;
    assert_eq!(view["chat"].as_array().unwrap().len(), report.chat.len());
    assert_eq!(view["contacts"][0]["status"], "closed");
    assert_eq!(view["stage"], "bot");
    let lines = view["contacts"][0]["lines"].as_array().unwrap();
    for line in lines {
        let written = line["inbound"] == false;
        assert_eq!(line["agent"]["name"] == "Sandbox Agent1", written, "{line}");
    }
    assert!(lines.iter().any(|line| line["inbound"] == false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scenario_tells_of_every_step_and_of_the_verification() {
    let desk = open(None).await;
    let mut events = desk.subscribe();
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    let scenario = desk::find_scenario("script-was-edited").unwrap();
    let steps = scenario.steps.len();
    let report = desk
        .play_scenario(
            scenario,
            Arc::new(move |progress| heard.lock().unwrap().push(progress.clone())),
        )
        .await
        .unwrap();
    assert!(report.passed, "{report:#?}");
    let told = told.lock().unwrap();
    let over: Vec<(u32, u32)> = told
        .iter()
        .filter_map(|progress| match progress {
            ScenarioProgress::StepOver { at, of, result } if result.went => Some((*at, *of)),
            _ => None,
        })
        .collect();
    let all: Vec<(u32, u32)> = (1..)
        .take(steps)
        .map(|at| (at, u32::try_from(steps).unwrap()))
        .collect();
    assert_eq!(over, all);
    assert!(matches!(told.first(), Some(ScenarioProgress::Step { at: 1, .. })));
    assert!(matches!(told.last(), Some(ScenarioProgress::Over {})));
    let last_check = told.iter().rev().find_map(|progress| match progress {
        ScenarioProgress::Verifying { done, of } => Some((*done, *of)),
        _ => None,
    });
    assert!(
        last_check.is_some_and(|(done, of)| of > 0 && done == of),
        "{last_check:?}"
    );
    let mut emitted = 0;
    while let Ok(event) = events.try_recv() {
        emitted += usize::from(matches!(event, Event::Scenario { .. }));
    }
    assert_eq!(emitted, told.len(), "the windows hear the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_scenario_ends_within_its_step_and_leaves_the_sandbox() {
    let desk = open(None).await;
    let scenario = Scenario::read(
        r#"{ "name": "x", "title": "t", "about": "a", "faults": ["discovery-hang"],
             "steps": [{ "do": "provider_saves", "succeeds": true }] }"#,
    )
    .unwrap();
    let canceller = desk.clone();
    let report = desk
        .play_scenario(
            scenario,
            Arc::new(move |progress| {
                // From within the step, which would wait for ten seconds.
                if matches!(progress, ScenarioProgress::Step { .. }) {
                    let desk = canceller.clone();
                    tokio::spawn(async move { call(&desk, "scenario.cancel", json!({})).await });
                }
            }),
        )
        .await;
    assert_eq!(report.unwrap_err().code, ErrorCode::Cancelled);
    let status = call(&desk, "sandbox.status", json!({})).await;
    assert_eq!(status["running"], true);
    let again = desk
        .play_scenario(desk::find_scenario("agent-details").unwrap(), unheard())
        .await
        .unwrap();
    assert!(again.passed, "{again:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finding_that_was_not_planted_and_one_that_does_not_come_are_told() {
    let report = played(
        r#"{ "name": "x", "title": "t", "about": "a", "faults": ["skill-voice"], "checks": { "HD-303": "fail" } }"#,
    )
    .await;
    let told: Vec<_> = report
        .checks
        .iter()
        .map(|check| (check.id.as_str(), check.expected.as_str(), check.found.as_str()))
        .collect();
    assert!(!report.passed);
    assert!(told.contains(&("HD-303", "fail", "pass")), "{told:?}");
    assert!(told.contains(&("HD-503", "pass", "fail")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_goes_otherwise_ends_the_scenario_before_the_verification() {
    let report = played(
        r#"{ "name": "x", "title": "t", "about": "a", "checks": {},
             "steps": [{ "do": "provider_saves", "succeeds": false }, { "do": "customer_says", "text": "hello" }] }"#,
    )
    .await;
    assert!(!report.passed && report.steps.len() == 1 && report.headline.is_none());
    assert!(report.steps[0].missed.as_deref().unwrap().contains("succeeded"));
}

#[test]
fn the_schema_fits_what_ships_and_nothing_with_other_fields() {
    let schema = jsonschema::validator_for(&scenario_schema()).unwrap();
    for scenario in desk::scenarios().unwrap() {
        let file = serde_json::to_value(&scenario).unwrap();
        assert!(schema.is_valid(&file), "{}", scenario.name);
    }
    let wrong = |value: Value| assert!(!schema.is_valid(&value), "{value}");
    wrong(json!({ "name": "x", "title": "t" }));
    wrong(json!({ "name": "x", "title": "t", "about": "a", "other": 1 }));
    wrong(json!({ "name": "x", "title": "t", "about": "a", "steps": [{ "do": "fly" }] }));
}
