//! Whole runs: the green report and its schema, cancelling, `only`, sign-ins that must not be repeated, input that is
//! missing or malformed.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use sandbox::Fault;
use serde_json::Value;
use support::Scene;
use verify::{Advice, Outcome, Progress, Report, RunError, RunOutcome, SelectError, report_schema, select};

/// Replaces what differs from run to run: times, ports, ids made by the server's counter, and the marks of the redactor.
fn masked(report: &Report) -> Value {
    let mut value = serde_json::to_value(report).unwrap();
    mask(&mut value);
    value
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let clock = map.get("id").is_some_and(|id| id == "HD-102");
            for (key, inner) in map {
                match key.as_str() {
                    "duration_ms" => *inner = "<ms>".into(),
                    // Which answer came first, and so told the time, differs.
                    "evidence" if clock => *inner = "<first answer>".into(),
                    "normal" if clock => *inner = "<of the first answer>".into(),
                    // Numbers of exchanges are given in the order of sending, and many are sent side by side.
                    "exchanges" => *inner = "<exchanges>".into(),
                    // The exchanges themselves are transport's; here it counts which ones are cited.
                    "evidence" => {
                        let labels = inner.as_array().into_iter().flatten().map(|exchange| {
                            format!("{} {}", exchange["label"].as_str().unwrap(), exchange["status"])
                        });
                        *inner = labels.collect::<Vec<_>>().into();
                    }
                    // Marks differ with every run, and how often they stand there with the first answer.
                    "redacted" => {
                        let rows = inner.as_array().into_iter().flatten().map(|row| {
                            format!(
                                "{} {}",
                                row["kind"].as_str().unwrap(),
                                row["name"].as_str().unwrap()
                            )
                        });
                        *inner = rows
                            .collect::<BTreeSet<_>>()
                            .into_iter()
                            .collect::<Vec<_>>()
                            .into();
                    }
                    _ => mask(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) => *text = mask_text(text),
        _ => {}
    }
}

fn mask_text(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("127.0.0.1:") {
        let (before, after) = rest.split_at(at + "127.0.0.1:".len());
        out.push_str(before);
        out.push_str("PORT");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    // The day of a key's last use is today.
    if let Some((before, day)) = out.split_once("Last used: ")
        && day.trim_end_matches('.').parse::<jiff::civil::Date>().is_ok()
    {
        return format!("{before}Last used: <day>.");
    }
    // A time of day, as the clock check compares it.
    if out.parse::<jiff::Timestamp>().is_ok() {
        "<time>".to_owned()
    } else {
        out
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_green_report_is_as_documented() {
    let scene = Scene::new(&[]).await;
    let report = scene.report().await;
    assert_eq!(report.outcome, RunOutcome::Pass);
    assert_eq!(
        (report.exit_code(false), report.exit_code(true), report.problems()),
        (0, 0, 0)
    );
    insta::assert_json_snapshot!("green", masked(&report));
    insta::assert_snapshot!("green_text", {
        let mut report = report.clone();
        report.duration_ms = 0;
        report.redacted.clear();
        report.to_text(false)
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_red_report_names_the_cause_first() {
    let scene = Scene::new(&[Fault::KeyWrong]).await;
    let report = scene.report().await;
    assert_eq!(
        report.headline,
        "The access key is refused. 20 checks wait for it."
    );
    let text = report.to_text(false);
    let first = text.lines().nth(2).unwrap();
    assert!(first.starts_with("fail") && first.contains("HD-304"), "{text}");
    assert!(!text.contains('\u{1b}'));
    assert!(report.to_text(true).contains("\u{1b}[31m"));
    let markdown = report.to_markdown();
    assert!(
        markdown.contains("## HD-304 Access key is accepted: fail"),
        "{markdown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_keeps_the_schema() {
    let schema = jsonschema::validator_for(&report_schema()).unwrap();
    for faults in [
        &[][..],
        &[Fault::BuMismatch],
        &[Fault::EndpointHang],
        &[Fault::ChannelFieldsAbsent],
    ] {
        let scene = Scene::new(faults).await;
        let report = serde_json::to_value(scene.report().await).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&report)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{faults:?}: {errors:?}");
        for check in report["checks"].as_array().unwrap() {
            for field in [
                "id",
                "outcome",
                "blocked_by",
                "message",
                "hint",
                "duration_ms",
                "evidence",
            ] {
                assert!(check.get(field).is_some(), "{field} in {check}");
            }
        }
        let back: Report = serde_json::from_value(report.clone()).unwrap();
        assert_eq!(serde_json::to_value(back).unwrap(), report);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_hung_run_ends_it_at_once() {
    // Without a limit of its own the endpoint would hold the run for as long as the budget lasts.
    let mut scene = Scene::new(&[Fault::EndpointHang]).await;
    scene.run.settings = transport::Settings {
        proxy: transport::Proxy::None,
        roots: transport::Roots::Only(Vec::new()),
        ..transport::Settings::default()
    };
    let told = Arc::new(Mutex::new(Vec::new()));
    let (ears, cancel) = (Arc::clone(&told), scene.run.cancel.clone());
    scene.run.progress = Arc::new(move |progress| {
        // The last check of the CXone chain: by then only the endpoint is waited for.
        let last = matches!(&progress, Progress::CheckFinished { result } if result.id == "HD-604");
        ears.lock().unwrap().push(progress);
        if last {
            cancel.cancel();
        }
    });
    let report = scene.report().await;
    assert_eq!(report.outcome, RunOutcome::Cancelled);
    assert_eq!(report.exit_code(true), 130);
    assert_eq!(report.check("HD-604").unwrap().outcome, Outcome::Pass);
    assert!(report.check("HD-203").is_none());
    let told = told.lock().unwrap();
    assert!(
        matches!(told.first(), Some(Progress::Started { ids }) if ids.len() == select(&[], &[]).unwrap().len())
    );
    assert!(matches!(
        told.last(),
        Some(Progress::Finished {
            outcome: RunOutcome::Cancelled
        })
    ));
    let finished = told
        .iter()
        .filter(|it| matches!(it, Progress::CheckFinished { .. }))
        .count();
    assert_eq!(finished, report.checks.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_runs_what_is_named_and_what_that_needs() {
    let mut scene = Scene::new(&[]).await;
    scene.run.only = vec!["HD-302".to_owned()];
    let report = scene.report().await;
    let ids: Vec<&str> = report.checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, ["HD-103", "HD-301", "HD-302"]);
    scene.run.only = vec!["HD-999".to_owned()];
    match verify::run(scene.input.clone(), scene.run.clone()).await {
        Err(RunError::Select(SelectError::Unknown(error))) => {
            assert_eq!(error.id, "HD-999");
            assert_eq!(error.valid.len(), verify::catalogue().len());
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_check_can_be_run_alone_and_says_the_same() {
    let scene = Scene::new(&[Fault::ProviderUnknown]).await;
    let whole = scene.report().await;
    for check in verify::catalogue()
        .iter()
        .filter(|check| check.on_request.is_none())
    {
        let mut run = scene.run.clone();
        run.only = vec![check.id.to_owned()];
        let part = verify::run(scene.input.clone(), run).await.unwrap();
        let (alone, among) = (part.check(check.id).unwrap(), whole.check(check.id).unwrap());
        assert_eq!(
            (alone.outcome, &alone.blocked_by, &alone.because_of),
            (among.outcome, &among.blocked_by, &among.because_of),
            "{}",
            check.id
        );
        for id in alone.causes() {
            assert!(
                part.check(id).is_some(),
                "{} names {id}, which is not in the report",
                check.id
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rerun_of_some_checks_updates_the_report() {
    let mut scene = Scene::new(&[Fault::ChannelMissing]).await;
    let before = scene.report().await;
    assert_eq!(before.outcome, RunOutcome::Fail);
    scene.sandbox.set_fault(Fault::ChannelMissing, false);
    scene.run.only = [
        "HD-403", "HD-404", "HD-405", "HD-501", "HD-505", "HD-506", "HD-507", "HD-603", "HD-604", "HD-605",
    ]
    .map(str::to_owned)
    .to_vec();
    let newer = scene.report().await;
    let after = before.clone().updated_by(newer);
    assert_eq!(after.checks.len(), before.checks.len());
    assert_eq!(after.outcome, RunOutcome::Pass, "{}", after.headline);
    let ids: Vec<_> = after.checks.iter().map(|check| &check.id).collect();
    assert_eq!(
        ids,
        before.checks.iter().map(|check| &check.id).collect::<Vec<_>>()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_signs_in_again_after_a_refusal() {
    for (fault, most) in [
        (Fault::KeyWrong, 1),
        (Fault::UserBlocked, 1),
        (Fault::ClientWrong, 2),
    ] {
        let report = Scene::new(&[fault]).await.report().await;
        let mut sign_ins = BTreeSet::new();
        let mut key_alone = BTreeSet::new();
        for exchange in report.checks.iter().flat_map(|check| &check.evidence) {
            match exchange.label.as_str() {
                "token" => sign_ins.insert(exchange.id),
                "token-access-key" => key_alone.insert(exchange.id),
                _ => false,
            };
        }
        assert_eq!(sign_ins.len(), most, "{fault}");
        assert!(key_alone.len() <= 1, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shared_calls_are_made_once_and_are_evidence_of_all_who_used_them() {
    let report = Scene::new(&[]).await.report().await;
    let cited = |label: &str| -> (BTreeSet<u64>, Vec<&str>) {
        let mut ids = BTreeSet::new();
        let mut checks = Vec::new();
        for check in &report.checks {
            for exchange in check.evidence.iter().filter(|exchange| exchange.label == label) {
                ids.insert(exchange.id);
                checks.push(check.id.as_str());
            }
        }
        (ids, checks)
    };
    for (label, checks) in [
        ("token", &["HD-303", "HD-304", "HD-305", "HD-307"][..]),
        (
            "channels",
            &["HD-403", "HD-404", "HD-405", "HD-501", "HD-502", "HD-506"],
        ),
        ("business-unit", &["HD-306", "HD-308"]),
        ("scripts-search", &["HD-602", "HD-603", "HD-604", "HD-605"]),
    ] {
        let (ids, cited) = cited(label);
        assert_eq!(ids.len(), 1, "{label}");
        assert_eq!(cited, checks, "{label}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_business_unit_comes_with_the_right_one() {
    let scene = Scene::new(&[Fault::BuMismatch]).await;
    let right = Scene::new(&[]).await.input.profile.cxone.business_unit.unwrap();
    let report = scene.report().await;
    let advice = report.check("HD-306").unwrap().advice.clone();
    assert_eq!(advice, Some(Advice::AdoptBusinessUnit { business_unit: right }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_out_names_its_phase_and_side() {
    for (fault, id, side) in [
        (Fault::EndpointHang, "HD-203", "Cognigy.AI"),
        (Fault::DiscoveryHang, "HD-301", "CXone"),
    ] {
        let report = Scene::new(&[fault]).await.report().await;
        let check = report.check(id).unwrap();
        assert!(check.message.contains(side), "{}", check.message);
        assert!(
            check.message.contains(transport::Phase::FirstByte.doing()),
            "{}",
            check.message
        );
        assert!(check.message.contains("from this computer"), "{}", check.message);
        assert_eq!(check.evidence.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_both_sides_gone_nothing_is_reachable() {
    let mut scene = Scene::new(&[Fault::EndpointRefused]).await;
    // The port of the endpoint that refuses does so for the issuer, too.
    scene.input.profile.cxone.issuer = scene.input.profile.endpoint_base.clone();
    let report = scene.report().await;
    assert_eq!(report.check("HD-301").unwrap().outcome, Outcome::Fail);
    assert_eq!(report.exit_code(false), 69);
    // The clock has nothing to go by, and says for whom it waits.
    assert_eq!(report.check("HD-102").unwrap().blocked_by, ["HD-203", "HD-301"]);
}

/// The ids that are red.
fn red(report: &Report) -> Vec<&str> {
    report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Fail)
        .map(|check| check.id.as_str())
        .collect()
}

/// Every check that did not run points at `id`.
fn all_wait_for(report: &Report, id: &str) {
    for check in report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Blocked)
    {
        assert_eq!(check.blocked_by, [id], "{}", check.id);
    }
}

#[test]
fn profile_and_client_agree_on_whose_hosts_are_the_vendors() {
    let told: BTreeSet<&str> = cxone::host::domains().collect();
    let (cognigy, cxone): (Vec<&str>, Vec<&str>) = profile::VENDOR_DOMAINS
        .iter()
        .copied()
        .partition(|domain| domain.starts_with("cognigy."));
    assert_eq!(told, cxone.into_iter().collect());
    assert_eq!(cognigy, ["cognigy.ai", "cognigy.cloud"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_profile_is_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    scene.input.profile = profile::Profile::default();
    scene.input.credentials = profile::Credentials::none(profile::StoreKind::Environment);
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-104"]);
    all_wait_for(&report, "HD-104");
    assert!(
        report.checks.iter().all(|check| check.outcome != Outcome::Pass),
        "{}",
        report.to_text(false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_fields_are_one_red_line() {
    let mut scene = Scene::new(&[]).await;
    let profile = &mut scene.input.profile;
    profile.name = " spaced ".to_owned();
    profile.endpoint_base = Some("ftp://example.com".to_owned());
    profile.cxone.tenant_id = Some("not a uuid".to_owned());
    profile.cxone.business_unit = Some("4x".to_owned());
    profile.cxone.issuer = Some("http://example.com".to_owned());
    profile.cxone.hosts.api = Some("::".to_owned());
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-104"], "{}", report.to_text(false));
    all_wait_for(&report, "HD-104");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_a_keychain_does_not_give_are_not_missing_from_the_profile() {
    let mut scene = Scene::new(&[Fault::KeychainMissing]).await;
    scene.input.credentials = profile::Credentials::none(profile::StoreKind::Keychain);
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-101"], "{}", report.to_text(false));
    all_wait_for(&report, "HD-101");
    assert_eq!(report.check("HD-104").unwrap().outcome, Outcome::Pass);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discovered_host_that_nobody_vouches_for_gets_nothing() {
    let mut scene = Scene::new(&[]).await;
    scene.input.profile.cxone.hosts = profile::Hosts::default();
    let report = scene.report().await;
    assert_eq!(red(&report), ["HD-302"], "{}", report.to_text(false));
    assert!(matches!(
        report.check("HD-302").unwrap().advice,
        Some(Advice::TrustHost { .. })
    ));
    let sent: Vec<_> = report
        .checks
        .iter()
        .flat_map(|check| &check.evidence)
        .map(|it| it.label.as_str())
        .collect();
    assert!(
        !sent.contains(&"token") && !sent.contains(&"channels"),
        "{sent:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routing_skill_may_be_a_name_and_is_asked_for_when_needed() {
    let mut scene = Scene::new(&[Fault::ChannelFieldsAbsent]).await;
    let skills = verify::digital_skills(scene.input.clone(), scene.run.clone())
        .await
        .unwrap();
    scene.input.profile.routing_skill = skills[0].name.clone();
    let report = scene.report().await;
    assert_eq!(
        report.check("HD-504").unwrap().outcome,
        Outcome::Pass,
        "{}",
        report.to_text(false)
    );
    scene.input.profile.routing_skill = None;
    let report = scene.report().await;
    for (id, because) in [("HD-503", "HD-502"), ("HD-504", "HD-502")] {
        let check = report.check(id).unwrap();
        assert_eq!(
            (check.outcome, check.because_of.as_slice()),
            (Outcome::Unknown, &[because.to_owned()][..]),
            "{id}"
        );
    }
    assert_eq!(
        report.check("HD-503").unwrap().advice,
        Some(Advice::ChooseSkill {})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_moves_no_cursor_and_makes_no_markup() {
    let mut scene = Scene::new(&[]).await;
    scene.input.profile.provider_link =
        Some("https://a\u{1b}[31m|<b>*x*\n# y/handover-provider/1".to_owned());
    let report = scene.report().await;
    assert_eq!(report.check("HD-201").unwrap().outcome, Outcome::Fail);
    assert!(!report.to_text(false).contains('\u{1b}'));
    assert!(!report.to_markdown().contains("<b>") && !report.to_markdown().contains("\n# y"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_is_compared_with_the_accepted_one_alone() {
    let mut scene = Scene::new(&[Fault::ScriptDrift]).await;
    scene.run.only = vec!["HD-605".to_owned()];
    let look = async |scene: &Scene| scene.report().await.check("HD-605").unwrap().clone();
    let drifted = look(&scene).await;
    assert_eq!(drifted.outcome, Outcome::Warn, "{}", drifted.message);
    let rows: Vec<_> = drifted
        .compared
        .iter()
        .map(|row| (row.what.as_str(), row.expected.as_deref()))
        .collect();
    assert_eq!(rows, [("Action 6 \"Note\" (ANNOTATION)", Some("not there"))]);
    assert!(drifted.evidence.iter().all(|exchange| {
        exchange.label != "script" || exchange.response_body.as_ref().unwrap().starts_with("<not kept")
    }));

    let accepted = scene.input.accepted_script.clone().unwrap();
    scene.input.accepted_script = Some(verify::Accepted {
        content: None,
        ..accepted.clone()
    });
    let without = look(&scene).await;
    assert_eq!(
        (without.outcome, without.compared.len()),
        (Outcome::Warn, 0),
        "the copy is gone"
    );
    let mut others = accepted;
    others.script.name = "Cognigy\\Cognigy Handover Script 000000000000000000000000".to_owned();
    for script in [None, Some(others)] {
        scene.input.accepted_script = script;
        assert_eq!(
            look(&scene).await.outcome,
            Outcome::Skipped,
            "nothing of this provider was accepted"
        );
    }
}
