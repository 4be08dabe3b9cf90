//! Every check is proven by its faults: with one fault on, exactly its check shows the expected outcome, what needs that
//! check is blocked by it, and everything else is green.
//!
//! Green is `pass`, and `skipped` where the run has nothing to look at (the secret store, with secrets from the
//! environment). Where the expected outcome is `unknown`, what follows may be `unknown` for the same reason and has to say
//! so in `blocked_by` or `because_of`.
//!
//! In all these reports, in every form of them, none of the run's secrets and tokens occurs in any encoding.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use sandbox::switch::Switches;
use sandbox::{Fault, FaultKind};
use support::{Scene, leaks};
use verify::{CheckResult, Group, Outcome, Report, Request, RunOutcome, catalogue, dependants, select};

/// What is wrong with a report, given what the fault should do.
fn complaints(fault: Fault, asked: &[Request], report: &Report) -> Vec<String> {
    let expected: BTreeMap<&str, &str> = fault.expects().iter().copied().collect();
    let mut wrong = Vec::new();
    let mut complain = |check: &CheckResult, why: &str| {
        wrong.push(format!(
            "{fault}: {} is {} {:?}, {why}: {} {:?}",
            check.id,
            check.outcome.word(),
            check.causes().collect::<Vec<_>>(),
            check.message,
            check.found
        ));
    };
    let held_up: BTreeSet<&str> = expected
        .iter()
        .filter(|(_, word)| **word == "fail")
        .flat_map(|(id, _)| dependants(id))
        .collect();
    for check in &report.checks {
        if check.outcome != Outcome::Blocked && !check.blocked_by.is_empty() {
            complain(check, "only a blocked check waits for others");
        }
        let roots_are_expected =
            check.causes().next().is_some() && check.causes().all(|id| expected.contains_key(id.as_str()));
        match expected.get(check.id.as_str()) {
            Some(word) if *word == check.outcome.word() => {}
            Some(word) => complain(check, &format!("should be {word}")),
            None if held_up.contains(check.id.as_str()) => {
                if check.outcome != Outcome::Blocked || !roots_are_expected {
                    complain(check, "should be blocked by it");
                }
            }
            None => match check.outcome {
                Outcome::Pass | Outcome::Skipped => {}
                Outcome::Blocked | Outcome::Unknown if roots_are_expected => {}
                _ => complain(check, "should be green"),
            },
        }
    }
    // A run makes no mention of what it was not asked for.
    if report.checks.len() != select(&[], asked).unwrap().len() {
        wrong.push(format!("{fault}: {} results", report.checks.len()));
    }
    let (outcome, codes) = match expected.values().next() {
        _ if expected.values().any(|word| *word == "fail") => (RunOutcome::Fail, (1, 1)),
        _ if expected.values().any(|word| *word == "unknown") => (RunOutcome::Unknown, (0, 3)),
        _ if expected.values().any(|word| *word == "warn") => (RunOutcome::Warn, (0, 2)),
        _ => (RunOutcome::Pass, (0, 0)),
    };
    if report.outcome != outcome || (report.exit_code(false), report.exit_code(true)) != codes {
        wrong.push(format!(
            "{fault}: the run is {:?} with exit code {}",
            report.outcome,
            report.exit_code(false)
        ));
    }
    wrong
}

/// What a fault costs where it is about slowness: more than [`SPEED_BUDGET`], and far less than any call may take.
const SLOWNESS: Duration = Duration::from_millis(800);
const SPEED_BUDGET: Duration = Duration::from_millis(600);
/// What is waited for in vain is given up soon; what comes has all the time it needs.
const IN_VAIN: Duration = Duration::from_millis(300);

/// A scene with the fault, and with what its check has to be asked for.
async fn scene(fault: Fault) -> (Scene, Vec<Request>) {
    let check = catalogue().iter().find(|check| check.id == fault.check());
    let request = check.and_then(|check| check.on_request);
    let mut switches = Switches::default();
    if fault == Fault::OutboundSlow {
        switches.set("box-timeout", "1s").unwrap();
    }
    let mut scene = Scene::switched(&[fault], switches).await;
    match request {
        Some(Request::Live) => {
            scene.live();
            scene.with_chat();
            match fault {
                Fault::ContactStuckNew => scene.run.live_waits.routed = IN_VAIN,
                Fault::ReleaseLost => scene.run.live_waits.released = IN_VAIN,
                _ => {}
            }
        }
        Some(Request::Speed) => {
            scene.sandbox.set_slowness(SLOWNESS);
            scene.speed(1, SPEED_BUDGET);
        }
        None => {}
    }
    (scene, request.into_iter().collect())
}

async fn prove(faults: impl Iterator<Item = Fault>) {
    let wrong: Vec<String> = stream::iter(faults)
        .map(|fault| async move {
            let (scene, asked) = scene(fault).await;
            let report = scene.report().await;
            let mut wrong = complaints(fault, &asked, &report);
            wrong.extend(
                leaks(&scene, &report)
                    .into_iter()
                    .map(|leak| format!("{fault}: {leak}")),
            );
            let Scene { sandbox, run, .. } = scene;
            drop(run);
            if let Some(sandbox) = Arc::into_inner(sandbox) {
                sandbox.stop().await;
            }
            wrong
        })
        .buffer_unordered(4)
        .collect::<Vec<_>>()
        .await
        .concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The faults of a kind whose checks are made. The sandbox knows more: those of checks to come prove nothing yet.
fn of(kind: FaultKind) -> impl Iterator<Item = Fault> {
    Fault::ALL
        .iter()
        .copied()
        .filter(move |fault| fault.kind() == kind && is_made(fault.check()))
}

fn is_made(id: &str) -> bool {
    catalogue().iter().any(|check| check.id == id)
}

#[tokio::test(flavor = "multi_thread")]
async fn server_faults_show_exactly_their_check_and_no_secret() {
    prove(of(FaultKind::Server)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn path_faults_show_exactly_their_check_and_no_secret() {
    prove(of(FaultKind::Path)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn profile_faults_show_exactly_their_check_and_no_secret() {
    prove(of(FaultKind::Profile)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn local_faults_show_exactly_their_check_and_no_secret() {
    prove(of(FaultKind::Local)).await;
}

#[test]
fn the_groups_on_request_are_those_whose_checks_are() {
    for check in catalogue() {
        let request = match check.group {
            Group::Live => Some(Request::Live),
            Group::Speed => Some(Request::Speed),
            _ => None,
        };
        assert_eq!(check.on_request, request, "{}", check.id);
        assert_eq!(check.group.is_on_request(), request.is_some(), "{}", check.id);
    }
}

#[test]
fn every_check_has_a_fault_that_proves_it() {
    let proven: BTreeSet<&str> = Fault::ALL
        .iter()
        .flat_map(|fault| fault.expects())
        .map(|(id, _)| *id)
        .filter(|id| is_made(id))
        .collect();
    let known: BTreeSet<&str> = catalogue().iter().map(|check| check.id).collect();
    assert_eq!(proven, known);
}

#[test]
fn ids_are_unique_and_in_order_and_what_they_name_exists_without_a_circle() {
    let ids: Vec<&str> = catalogue().iter().map(|check| check.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    for check in catalogue() {
        for id in check.company() {
            assert!(ids.contains(&id), "{} names {id}", check.id);
            assert_ne!(id, check.id);
        }
        assert!(
            !check.title.is_empty() && !check.tries.is_empty() && !check.rule.text.is_empty(),
            "{}",
            check.id
        );
        assert!(check.budget_ms > 0, "{}", check.id);
    }
    // A check can be placed once all it waits for is; in the end all must be.
    let mut placed = BTreeSet::new();
    for _ in catalogue() {
        for check in catalogue() {
            if check
                .needs
                .iter()
                .chain(check.after)
                .all(|id| placed.contains(id))
            {
                placed.insert(check.id);
            }
        }
    }
    assert_eq!(placed.len(), ids.len());
}
