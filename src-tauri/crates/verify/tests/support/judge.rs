//! What a report has to look like while faults are on.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::Fault;
use verify::{CheckResult, Outcome, Report, Request, RunOutcome, Severity, catalogue, dependants, select};

/// Whether the verification makes the check. The sandbox knows more: faults of checks to come prove nothing yet.
pub fn is_made(id: &str) -> bool {
    catalogue().iter().any(|check| check.id == id)
}

fn severity_of(id: &str) -> Option<Severity> {
    catalogue()
        .iter()
        .find(|check| check.id == id)
        .map(|check| check.severity)
}

/// What is wrong with a report, given what the faults should do together. Each shows what it shows alone; of two that speak of
/// the same check, nothing is expected here: see `pairs`.
pub fn complaints(faults: &[Fault], asked: &[Request], report: &Report) -> Vec<String> {
    let expected: BTreeMap<&str, &str> = faults.iter().flat_map(|fault| fault.expects()).copied().collect();
    let fault = faults
        .iter()
        .map(|fault| fault.name())
        .collect::<Vec<_>>()
        .join(" + ");
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
                Outcome::Pass | Outcome::Skipped | Outcome::Manual => {}
                Outcome::Blocked | Outcome::Unknown if roots_are_expected => {}
                _ => complain(check, "should be green"),
            },
        }
    }
    // A run makes no mention of what it was not asked for.
    if report.checks.len() != select(&[], asked).unwrap().len() {
        wrong.push(format!("{fault}: {} results", report.checks.len()));
    }
    // What a failure weighs is the check's: one that only warns leaves open what waits for it.
    let shows = |words: &[&str], severity: Severity| {
        expected
            .iter()
            .any(|(id, word)| words.contains(word) && severity_of(id) == Some(severity))
    };
    let open = |check: &CheckResult| matches!(check.outcome, Outcome::Blocked | Outcome::Unknown);
    let (outcome, codes) = if shows(&["fail"], Severity::Error) {
        (RunOutcome::Fail, (1, 1))
    } else if expected.get("HD-103") == Some(&"fail") {
        // The way to both sides is not clean, so nobody was asked anything.
        (RunOutcome::Unknown, (69, 69))
    } else if report.checks.iter().any(open) {
        (RunOutcome::Unknown, (0, 3))
    } else if shows(&["warn", "fail"], Severity::Warning) || shows(&["warn"], Severity::Error) {
        (RunOutcome::Warn, (0, 2))
    } else {
        (RunOutcome::Pass, (0, 0))
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
