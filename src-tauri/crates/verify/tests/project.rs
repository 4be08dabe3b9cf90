//! The Cognigy.AI project: without a key nothing is asked, and what is wrong elsewhere is no second red line here.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use axum::Router;
use axum::http::StatusCode;
use profile::ProfileField;
use sandbox::Fault;
use secrecy::SecretString;
use serde_json::json;
use support::Scene;
use verify::{Advice, CheckResult, Group, Outcome, Report, RunOutcome};

fn of_project(report: &Report) -> impl Iterator<Item = &CheckResult> {
    report.checks.iter().filter(|check| check.group == Group::Project)
}

fn red(report: &Report) -> Vec<&str> {
    let failed = report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Fail);
    failed.map(|check| check.id.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_the_project_is_skipped_and_nothing_is_wrong() {
    let mut scene = Scene::new(&[]).await;
    scene.input.credentials.cognigy_api_key = None;
    let report = scene.report().await;
    assert_eq!(report.outcome, RunOutcome::Pass, "{}", report.to_text(false));
    assert_eq!(of_project(&report).count(), 7);
    for check in of_project(&report) {
        assert_eq!(check.outcome, Outcome::Skipped, "{}", check.id);
        assert!(check.evidence.is_empty(), "{}", check.id);
        let hint = check.hint.as_deref().unwrap();
        assert!(
            hint.contains("HANDOVER_COGNIGY_API_KEY") && hint.contains("My Profile"),
            "{hint}"
        );
    }
    scene.input.unconfirmed = vec![ProfileField::CognigyApiKey];
    let report = scene.report().await;
    let check = report.check("HD-701").unwrap();
    assert!(check.message.contains("another address"), "{}", check.message);
    assert_eq!(check.outcome, Outcome::Skipped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guessed_address_gets_no_key_before_somebody_confirms_it() {
    let mut scene = Scene::new(&[]).await;
    let profile = &mut scene.input.profile;
    let id = profile.provider().unwrap().id;
    profile.provider_link = Some(format!(
        "https://bot.example.com/project/{id}/{id}/handover-provider/{id}"
    ));
    profile.cognigy_api = None;
    scene.run.only = vec!["HD-701".to_owned(), "HD-702".to_owned()];
    let report = scene.report().await;
    let check = report.check("HD-701").unwrap();
    assert_eq!(check.outcome, Outcome::Unknown, "{}", check.message);
    assert!(check.evidence.is_empty());
    let host = "api-bot.example.com".to_owned();
    assert_eq!(check.advice, Some(Advice::TrustHost { host }));
    let after = report.check("HD-702").unwrap();
    assert_eq!(
        (after.outcome, after.because_of.as_slice()),
        (Outcome::Unknown, ["HD-701".to_owned()].as_slice())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_known_is_asked_for_and_a_malformed_one_is_the_profiles_matter() {
    let mut scene = Scene::new(&[]).await;
    scene.run.only = vec!["HD-701".to_owned()];
    scene.input.profile.cognigy_api = None;
    let check = scene.report().await.check("HD-701").unwrap().clone();
    assert_eq!(check.outcome, Outcome::Skipped);
    assert!(check.hint.unwrap().contains("Cognigy.AI API address"));

    scene.input.profile.cognigy_api = Some("http://api.example.com".to_owned());
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-104"], "{}", report.to_text(false));
    assert_eq!(report.check("HD-701").unwrap().blocked_by, ["HD-104"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_project_is_found_when_the_profile_does_not_name_it() {
    let mut scene = Scene::new(&[]).await;
    let profile = &mut scene.input.profile;
    profile.provider_id = Some(profile.provider().unwrap().id);
    profile.provider_link = None;
    profile.domain = Some(scene.sandbox.description().endpoint_base);
    scene.run.only = of_project(&scene.report().await)
        .map(|check| check.id.clone())
        .collect();
    let report = scene.report().await;
    for check in of_project(&report) {
        assert_eq!(check.outcome, Outcome::Pass, "{} {}", check.id, check.message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_could_not_work_waits_for_what_keeps_it_from_working() {
    for (fault, cause) in [
        (Fault::KeyWrong, "HD-304"),
        (Fault::ClientWrong, "HD-303"),
        (Fault::ChannelMissing, "HD-403"),
    ] {
        let scene = Scene::new(&[Fault::ProvisioningFailed, fault]).await;
        let report = scene.report().await;
        assert_eq!(red(&report), [cause], "{}", report.to_text(false));
        assert_eq!(report.check("HD-704").unwrap().blocked_by, [cause]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_entered_wrong_here_is_the_finding_of_the_check_that_asks_cxone() {
    for (fault, cause) in [(Fault::BuMismatch, "HD-306")] {
        let report = Scene::new(&[fault]).await.report().await;
        assert_eq!(red(&report), [cause], "{}", report.to_text(false));
        assert_eq!(report.check("HD-703").unwrap().blocked_by, [cause]);
    }
    let mut scene = Scene::new(&[]).await;
    scene.input.profile.channel_integration_id = Some("7c9e6679-7425-40de-944b-e07fc1f90ae7".to_owned());
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-404"], "{}", report.to_text(false));
    assert_eq!(report.check("HD-703").unwrap().blocked_by, ["HD-404"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_in_trouble_is_named_as_such_and_never_as_a_wrong_key() {
    let mut scene = Scene::new(&[]).await;
    let app = Router::new().fallback(|| async { (StatusCode::SERVICE_UNAVAILABLE, "busy") });
    scene.input.profile.cognigy_api = Some(support::serve(app).await);
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-701"], "{}", report.to_text(false));
    let check = report.check("HD-701").unwrap();
    assert!(
        check.message.contains("Your values are not the cause"),
        "{}",
        check.message
    );
    for check in of_project(&report).skip(1) {
        assert_eq!(check.blocked_by, ["HD-701"], "{}", check.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_with_a_space_is_told_so() {
    let mut scene = Scene::new(&[]).await;
    let key = "test-secret-0123456789abcdefghij ";
    scene.input.credentials.cognigy_api_key = Some(SecretString::from(key));
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-701"]);
    let check = report.check("HD-701").unwrap();
    assert!(
        check.hint.as_deref().unwrap().contains("space"),
        "{:?}",
        check.hint
    );
    assert!(support::leaks(&scene, &report).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_without_a_known_meaning_is_unknown_and_shown() {
    let mut scene = Scene::new(&[]).await;
    let profile = &scene.input.profile;
    let (id, name) = (profile.provider().unwrap().id, profile.name.clone());
    let app = Router::new().fallback(move |uri: axum::http::Uri| async move {
        let body = match uri.path() {
            path if path.contains("/handover/provider/") => json!({
                "_id": id, "name": name, "service": "niceCxOne", "properties": [{ "key": "odd", "value": "x" }],
                "provisioning": { "status": "state-7" },
            }),
            path if path.contains("/projects/") => json!({ "_id": "p", "name": "P" }),
            _ => json!({ "_id": "u" }),
        };
        axum::Json(body)
    });
    scene.input.profile.cognigy_api = Some(support::serve(app).await);
    scene.run.only = vec!["HD-703".to_owned(), "HD-704".to_owned()];
    let report = scene.report().await;
    let check = |id: &str| report.check(id).unwrap().clone();
    assert_eq!(
        check("HD-702").outcome,
        Outcome::Pass,
        "{}",
        report.to_text(false)
    );
    assert_eq!(check("HD-703").outcome, Outcome::Unknown);
    assert!(check("HD-703").found.unwrap().contains("odd"));
    assert_eq!(check("HD-704").outcome, Outcome::Unknown);
    assert_eq!(check("HD-704").compared[0].found.as_deref(), Some("state-7"));
}
