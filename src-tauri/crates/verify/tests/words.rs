//! What a report says about what was entered: which field or variable it means, what comes first, and what waits.

#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::collections::BTreeSet;

use profile::ProfileField;
use sandbox::Fault;
use support::Scene;
use verify::{Advice, Outcome, Report};

/// The ids that are red.
fn red(report: &Report) -> Vec<&str> {
    report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Fail)
        .map(|check| check.id.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_cannot_be_derived_is_a_missing_field_and_all_of_its_group_waits() {
    let mut scene = Scene::new(&[]).await;
    let profile = &mut scene.input.profile;
    profile.endpoint_base = None;
    let id = profile.provider().unwrap().id;
    profile.provider_link = Some(format!("https://10.1.2.3/handover-provider/{id}"));
    profile.provider_id = None;
    profile.domain = None;
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-104"], "{}", report.to_text(false));
    for id in [
        "HD-202", "HD-203", "HD-204", "HD-205", "HD-206", "HD-207", "HD-208",
    ] {
        let check = report.check(id).unwrap();
        assert_eq!(check.outcome, Outcome::Blocked, "{id}");
        assert_eq!(check.blocked_by, ["HD-104"], "{id}");
    }
    let check = report.check("HD-104").unwrap();
    assert!(
        check.message.starts_with("Endpoint address is missing."),
        "{}",
        check.message
    );
    assert_eq!(check.advice, Some(Advice::ConfirmEndpoint {}));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_one_field_that_is_wrong_is_named_in_the_message_and_said_once() {
    let mut scene = Scene::new(&[]).await;
    scene.input.profile.cxone.hosts.events = Some("https://[".to_owned());
    let report = scene.report().await;
    let check = report.check("HD-104").unwrap();
    assert!(check.message.starts_with("Event host: "), "{}", check.message);
    assert_eq!(check.found, None);
    assert!(report.headline.starts_with("Event host: "), "{}", report.headline);
}

#[tokio::test(flavor = "multi_thread")]
async fn white_space_that_came_along_with_a_credential_is_the_first_thing_to_do() {
    for (id, field, label) in [
        ("HD-303", ProfileField::ClientSecret, "Client Secret"),
        ("HD-304", ProfileField::AccessKeyId, "Access Key ID"),
        (
            "HD-206",
            ProfileField::IntegrationClientId,
            "Channel Integration Client ID",
        ),
        (
            "HD-402",
            ProfileField::IntegrationClientSecret,
            "Channel Integration Client Secret",
        ),
    ] {
        let mut scene = Scene::new(&[]).await;
        let values = scene.sandbox.description().env;
        let variable = field.variable().unwrap();
        scene.input.credentials = profile::Credentials::from_env(|name| {
            let value = values.get(name)?;
            Some(if name == variable {
                format!("{value}\n")
            } else {
                value.clone()
            })
        });
        scene.input.typed_form = None;
        let report = scene.report().await;
        let check = report.check(id).unwrap();
        assert_eq!(check.outcome, Outcome::Fail, "{}", report.to_text(false));
        let hint = check.hint.as_deref().unwrap();
        let lead = format!("The {label} is stored with a line break after it: remove that first.");
        assert!(hint.starts_with(&lead), "{id}: {hint}");
        let found = check.compared.iter().filter_map(|row| row.found.as_deref());
        assert!(
            found.clone().any(|found| found == "a line break after it"),
            "{id}: {:?}",
            check.compared
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_on_a_file_is_told_which_variable_and_which_part_of_the_file() {
    let mut scene = Scene::new(&[]).await;
    let values = scene.sandbox.description().env;
    let tenant = scene.input.profile.cxone.tenant_id.clone();
    let without = |variable: profile::Variable| {
        profile::Credentials::from_variables(|name| match name {
            "HANDOVER_CLIENT_ID" => variable.clone(),
            name => values
                .get(name)
                .cloned()
                .map_or(profile::Variable::Absent, profile::Variable::Text),
        })
    };
    scene.input.credentials = without(profile::Variable::Absent);
    let message = scene.report().await.check("HD-104").unwrap().message.clone();
    assert_eq!(
        message,
        "Client ID is missing: the variable HANDOVER_CLIENT_ID is not set."
    );
    // With more than one, each line has the variable and where its value is found.
    scene.input.profile.cxone.tenant_id = None;
    let report = scene.report().await;
    let rows: Vec<_> = report
        .check("HD-104")
        .unwrap()
        .compared
        .iter()
        .filter_map(|row| row.found.clone())
        .collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].ends_with(ProfileField::TenantId.find()), "{rows:?}");
    assert!(
        rows[1].contains("HANDOVER_CLIENT_ID") && rows[1].ends_with(ProfileField::ClientId.find()),
        "{rows:?}"
    );
    scene.input.profile.cxone.tenant_id = tenant;
    scene.input.credentials = without(profile::Variable::Unreadable);
    let check = scene.report().await.check("HD-104").unwrap().clone();
    assert!(
        check
            .message
            .contains("HANDOVER_CLIENT_ID is set, but not to text"),
        "{}",
        check.message
    );
    assert!(check.hint.unwrap().contains("Set HANDOVER_CLIENT_ID"));
    scene.input.credentials = profile::Credentials::from_env(|name| values.get(name).cloned());
    scene.input.profile.cxone.hosts = profile::Hosts::default();
    let hint = scene
        .report()
        .await
        .check("HD-302")
        .unwrap()
        .hint
        .clone()
        .unwrap();
    assert!(hint.contains("cxone.hosts of the profile file"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_can_be_played_here_as_well_as_by_the_sandbox() {
    let mut scene = Scene::new(&[]).await;
    scene.run.simulate(&BTreeSet::from(["clock-skew".to_owned()]));
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-102"], "{}", report.to_text(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_without_address_is_told_without_its_port() {
    let scene = Scene::new(&[Fault::EndpointDns]).await;
    let report = scene.report().await;
    let message = &report.check("HD-203").unwrap().message;
    let base = scene.input.profile.endpoint().unwrap().base;
    let host = base.host_str().unwrap();
    assert!(
        message.contains(&format!("The name {host} has no address")),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_is_told_with_its_day() {
    let report = Scene::new(&[Fault::EndpointTlsExpired]).await.report().await;
    let found = report.check("HD-203").unwrap().found.clone().unwrap();
    let day = found.strip_prefix("the certificate expired on ").unwrap();
    assert!(day.parse::<jiff::civil::Date>().is_ok(), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_that_turn_text_are_written_out() {
    let mut scene = Scene::new(&[]).await;
    scene.input.profile.name = "Sup\u{202e}port".to_owned();
    let text = scene.report().await.to_text(false);
    assert!(
        !text.contains('\u{202e}') && text.contains("Sup\\u{202e}port"),
        "{text}"
    );
}
