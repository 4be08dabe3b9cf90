//! Every scenario that ships, with what the verification says of it.

// Outside of test functions, too, a test ends by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use desk::wire::ScenarioReport;
use sandbox::scenario::{Scenario, scenario_schema};
use serde_json::{Value, json};
use support::*;

async fn played(text: &str) -> ScenarioReport {
    let desk = open(None).await;
    desk.play_scenario(Scenario::read(text).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shipped_scenario_ends_as_it_says() {
    let desk = open(None).await;
    let mut wrong = Vec::new();
    for scenario in desk::scenarios().unwrap() {
        let report = desk.play_scenario(scenario).await.unwrap();
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
        .play_scenario(desk::find_scenario("full-handover").unwrap())
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
