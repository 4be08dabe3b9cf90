use std::collections::BTreeSet;

use profile::{Profile, ProfileId, Record};
use proptest::prelude::*;
use serde_json::json;
use verify::Report;

use super::*;
use crate::service::history::Subject;
use crate::wire::{RunFacts, RunOrigin};

fn check(id: &str, outcome: Outcome, message: &str) -> CheckResult {
    serde_json::from_value(json!({
        "id": id, "group": "sign_in", "title": format!("Title of {id}"), "outcome": outcome, "severity": "error",
        "blocked_by": [], "message": message, "hint": null, "tried": "Tried.", "found": null,
        "source": { "mark": "documented", "text": "Rule." }, "compared": [], "duration_ms": 1, "evidence": []
    }))
    .unwrap()
}

fn run(number: u32, checks: Vec<CheckResult>, record: &Record, faults: &[&str]) -> Run {
    let faults: BTreeSet<String> = faults.iter().map(|name| (*name).to_owned()).collect();
    let report: Report = serde_json::from_value(json!({
        "outcome": "fail", "headline": "A sentence.", "duration_ms": 5, "checks": checks
    }))
    .unwrap();
    let head = RunHead {
        run: number,
        at: "2026-11-24T08:00:00Z".parse().unwrap(),
        outcome: report.outcome,
        headline: report.headline.clone(),
        duration_ms: 5,
        facts: RunFacts {
            origin: RunOrigin::Window,
            version: "0".to_owned(),
            only: Vec::new(),
            checked: 1,
            failed: 0,
            warned: 0,
            faults: faults.clone(),
        },
    };
    let subject = Subject::of(record, faults);
    (head, Verified { report, subject })
}

fn record() -> Record {
    let profile = Profile {
        name: "Support".to_owned(),
        ..Profile::default()
    };
    Record::new(
        ProfileId::random(),
        profile,
        "2026-11-24T07:00:00Z".parse().unwrap(),
    )
}

#[test]
fn every_pair_of_outcomes_turns_as_told() {
    use Outcome::*;
    let red = [Fail, Crashed];
    for before in Outcome::ALL {
        for after in Outcome::ALL {
            let found = turn(&check("HD-303", before, "same"), &check("HD-303", after, "same"));
            let expected = if before == after {
                None
            } else if red.contains(&after) && !red.contains(&before) {
                Some(Turn::Red)
            } else if after == Pass && [Fail, Crashed, Warn, Blocked, Unknown].contains(&before) {
                Some(Turn::Green)
            } else {
                Some(Turn::Other)
            };
            assert_eq!(found, expected, "{before:?} to {after:?}");
        }
    }
}

#[test]
fn another_cause_of_the_same_failure_is_news_and_other_words_of_a_pass_are_not() {
    let pair = |outcome| {
        turn(
            &check("HD-303", outcome, "one"),
            &check("HD-303", outcome, "other"),
        )
    };
    assert_eq!(pair(Outcome::Fail), Some(Turn::Other));
    assert_eq!(pair(Outcome::Pass), None);
    assert_eq!(pair(Outcome::Blocked), None);
}

#[test]
fn what_changed_is_told_in_the_order_of_its_weight() {
    use Outcome::*;
    let before = record();
    let mut after = before.clone();
    after.profile.cxone.tenant_id = Some("4711".to_owned());
    after.connection.client_id = Some("client".to_owned());
    after.trusted_hosts.insert("example.com".to_owned());
    after.note_secret(
        SecretField::ClientSecret,
        &"a-secret".into(),
        profile::StoreKind::Session,
        "2026-11-24T09:00:00Z".parse().unwrap(),
    );
    let one = run(
        4,
        vec![
            check("HD-101", Unknown, ""),
            check("HD-201", Fail, ""),
            check("HD-301", Pass, ""),
            check("HD-302", Pass, ""),
            check("HD-601", Pass, ""),
        ],
        &before,
        &["wrong-secret"],
    );
    let two = run(
        9,
        vec![
            check("HD-101", Warn, ""),
            check("HD-201", Pass, ""),
            check("HD-301", Pass, ""),
            check("HD-302", Fail, "Refused."),
            check("HD-701", Pass, ""),
        ],
        &after,
        &["slow-token"],
    );
    let diff = between(&one, &two);
    let turns: Vec<_> = diff
        .checks
        .iter()
        .map(|change| (change.id.as_str(), change.turn))
        .collect();
    assert_eq!(
        turns,
        [
            ("HD-302", Turn::Red),
            ("HD-201", Turn::Green),
            ("HD-101", Turn::Other),
            ("HD-701", Turn::Appeared),
            ("HD-601", Turn::Vanished),
        ]
    );
    assert_eq!(diff.same, 1);
    assert_eq!(
        diff.headline,
        "1 check turned red, 1 check turned green, 3 checks changed otherwise, 4 values of the profile changed."
    );
    let labels: Vec<_> = diff.values.iter().map(|change| change.label.as_str()).collect();
    assert_eq!(labels, ["Tenant ID", "Client ID", "Confirmed hosts"]);
    assert_eq!(diff.values[0].before, None);
    assert_eq!(diff.values[0].after.as_deref(), Some("4711"));
    assert_eq!(diff.secrets.len(), 1);
    assert_eq!(
        (diff.secrets[0].field, diff.secrets[0].before),
        (SecretField::ClientSecret, None)
    );
    assert_eq!(
        (diff.faults_on, diff.faults_off),
        (vec!["slow-token".to_owned()], vec!["wrong-secret".to_owned()])
    );
    assert_eq!((diff.before.run, diff.after.run), (4, 9));
}

fn any_checks() -> impl Strategy<Value = Vec<CheckResult>> {
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    prop::collection::btree_map(100_u32..140, (outcome, "[a-c]{0,2}"), 0..12).prop_map(|all| {
        all.into_iter()
            .map(|(id, (outcome, message))| check(&format!("HD-{id}"), outcome, &message))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_run_does_not_differ_from_itself(all in any_checks()) {
        let one = run(1, all, &record(), &[]);
        let diff = between(&one, &one);
        prop_assert_eq!(diff.headline, "Nothing changed.");
        prop_assert!(diff.checks.is_empty() && diff.values.is_empty() && diff.secrets.is_empty());
        prop_assert_eq!(diff.same as usize, one.1.report.checks.len());
    }

    #[test]
    fn both_ways_name_the_same_checks_and_none_is_lost(one in any_checks(), other in any_checks()) {
        let record = record();
        let (one, other) = (run(1, one, &record, &[]), run(2, other, &record, &[]));
        let (there, back) = (between(&one, &other), between(&other, &one));
        let ids = |diff: &RunDiff| diff.checks.iter().map(|change| change.id.clone()).collect::<BTreeSet<_>>();
        prop_assert_eq!(ids(&there), ids(&back));
        let all: BTreeSet<_> = [&one, &other].iter().flat_map(|run| &run.1.report.checks).map(|check| &check.id).collect();
        prop_assert_eq!(there.checks.len() + there.same as usize, all.len());
    }
}
