//! What changed between two runs.

use std::collections::BTreeMap;

use profile::SecretField;
use verify::{CheckResult, Outcome};

use super::Verified;
use crate::wire::{CheckChange, RunDiff, RunHead, SecretChange, Snapshot, Turn, ValueChange};

type Run = (RunHead, Verified);

/// From one run to another.
pub(super) fn between(before: &Run, after: &Run) -> RunDiff {
    let (checks, same) = checks(&before.1.report.checks, &after.1.report.checks);
    let (old, new) = (before.1.subject.snapshot(), after.1.subject.snapshot());
    let (values, secrets) = (values(&old, &new), secrets(&old, &new));
    let only_in = |one: &Run, other: &Run| -> Vec<String> {
        let (one, other) = (&one.1.subject.faults, &other.1.subject.faults);
        one.difference(other).cloned().collect()
    };
    RunDiff {
        headline: headline(&checks, values.len() + secrets.len()),
        before: before.0.clone(),
        after: after.0.clone(),
        faults_on: only_in(after, before),
        faults_off: only_in(before, after),
        checks,
        values,
        secrets,
        same,
    }
}

fn checks(before: &[CheckResult], after: &[CheckResult]) -> (Vec<CheckChange>, u32) {
    let mut pairs: BTreeMap<&str, (Option<&CheckResult>, Option<&CheckResult>)> = BTreeMap::new();
    for check in before {
        pairs.entry(&check.id).or_default().0 = Some(check);
    }
    for check in after {
        pairs.entry(&check.id).or_default().1 = Some(check);
    }
    let mut same = 0;
    let mut changes = Vec::new();
    for (id, (before, after)) in pairs {
        let turn = match (before, after) {
            (Some(before), Some(after)) => turn(before, after),
            (None, Some(_)) => Some(Turn::Appeared),
            _ => Some(Turn::Vanished),
        };
        let (Some(turn), Some(named)) = (turn, after.or(before)) else {
            same += 1;
            continue;
        };
        changes.push(CheckChange {
            id: id.to_owned(),
            title: named.title.clone(),
            group: named.group,
            turn,
            before: before.map(|check| check.outcome),
            after: after.map(|check| check.outcome),
            said_before: before.map(|check| check.message.clone()),
            said_after: after.map(|check| check.message.clone()),
        });
    }
    // Stable: the catalogue's order stays within each.
    changes.sort_by_key(|change| change.turn);
    (changes, same)
}

fn turn(before: &CheckResult, after: &CheckResult) -> Option<Turn> {
    let is_red = |outcome| matches!(outcome, Outcome::Fail | Outcome::Crashed);
    match (before.outcome, after.outcome) {
        // What a passing or waiting check says may hold times and counts; a cause that differs is news.
        (one, other) if one == other => {
            (is_red(one) && before.message != after.message).then_some(Turn::Other)
        }
        (one, other) if is_red(other) && !is_red(one) => Some(Turn::Red),
        (one, Outcome::Pass) if !one.is_quiet() => Some(Turn::Green),
        _ => Some(Turn::Other),
    }
}

fn values(before: &Snapshot, after: &Snapshot) -> Vec<ValueChange> {
    let find = |snapshot: &Snapshot, path: &str| {
        let value = snapshot.values.iter().find(|value| value.path == path);
        value.map(|value| value.value.clone())
    };
    let mut changes: Vec<ValueChange> = Vec::new();
    for value in after.values.iter().chain(&before.values) {
        let (old, new) = (find(before, &value.path), find(after, &value.path));
        if old != new && changes.iter().all(|known| known.path != value.path) {
            changes.push(ValueChange {
                path: value.path.clone(),
                label: value.label.clone(),
                before: old,
                after: new,
            });
        }
    }
    changes
}

fn secrets(before: &Snapshot, after: &Snapshot) -> Vec<SecretChange> {
    let pairs = before.secrets.iter().zip(&after.secrets);
    pairs
        .filter(|(old, new)| {
            old.set_at != new.set_at && new.field != SecretField::IntegrationClientSecretPrevious
        })
        .map(|(old, new)| SecretChange {
            field: new.field,
            label: new.label.clone(),
            before: old.set_at,
            after: new.set_at,
        })
        .collect()
}

fn headline(checks: &[CheckChange], entered: usize) -> String {
    let count = |turn| checks.iter().filter(|change| change.turn == turn).count();
    let counted = |number: usize, what: &str, rest: &str| match number {
        0 => None,
        1 => Some(format!("1 {what} {rest}")),
        _ => Some(format!("{number} {what}s {rest}")),
    };
    let (red, green) = (count(Turn::Red), count(Turn::Green));
    let parts: Vec<String> = [
        counted(red, "check", "turned red"),
        counted(green, "check", "turned green"),
        counted(checks.len() - red - green, "check", "changed otherwise"),
        counted(entered, "value", "of the profile changed"),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.is_empty() {
        true => "Nothing changed.".to_owned(),
        false => format!("{}.", parts.join(", ")),
    }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
