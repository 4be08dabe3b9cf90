//! Every check is proven by its faults: with one fault on, exactly its check shows the expected outcome, what needs that
//! check is blocked by it, and everything else is green.
//!
//! Green is `pass`, `skipped` where the run has nothing to look at (the secret store, with secrets from the environment), and
//! `manual` where nobody has answered. Where the expected outcome is `unknown`, what follows may be `unknown` for the same reason and has to say
//! so in `blocked_by` or `because_of`.
//!
//! In all these reports, in every form of them, none of the run's secrets and tokens occurs in any encoding.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use futures_util::StreamExt;
use futures_util::stream;
use sandbox::{Fault, FaultKind};
use support::judge::{complaints, is_made};
use support::{Scene, leaks};
use verify::catalogue;

async fn prove(faults: impl Iterator<Item = Fault>) {
    let wrong: Vec<String> = stream::iter(faults)
        .map(|fault| async move {
            let scene = Scene::new(&[fault]).await;
            let report = scene.report().await;
            let mut wrong = complaints(&[fault], &report);
            wrong.extend(
                leaks(&scene, &report)
                    .into_iter()
                    .map(|leak| format!("{fault}: {leak}")),
            );
            scene.sandbox.stop().await;
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
