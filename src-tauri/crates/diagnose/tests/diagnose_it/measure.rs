//! How it is measured: what is sent, how often, and what is told on the way.

use diagnose::{Progress, SaveCall, bars};
use sandbox::Fault;

use crate::scene::Scene;

#[tokio::test]
async fn five_rounds_of_six_calls_on_fresh_connections_with_every_phase() {
    let mut scene = Scene::new(&[]).await;
    scene.plan.rounds = 5;
    let heard = scene.heard();
    let diagnosis = scene.diagnosis().await;
    assert_eq!((diagnosis.rounds.len(), diagnosis.calls.len()), (5, 6));
    assert!(diagnosis.accepted && !diagnosis.cancelled);
    for round in &diagnosis.rounds {
        let calls: Vec<_> = round.calls.iter().map(|sample| sample.call).collect();
        assert_eq!(calls, SaveCall::READS, "each once, in the order of Save");
        assert!(round.complete);
        for sample in &round.calls {
            let phases = sample.phases;
            assert!(phases.connect.is_some() && phases.send.is_some(), "{sample:?}");
            assert!(phases.first_byte.is_some() && phases.body.is_some() && phases.total.is_some());
            assert_eq!(sample.status, Some(200));
        }
    }
    for call in &diagnosis.calls {
        assert_eq!((call.answered, call.failed, call.p95_is_max), (5, 0, true));
        assert!(call.p50.total.unwrap() <= call.p95.total.unwrap());
    }
    let heard = heard.lock().unwrap();
    assert!(matches!(&heard[0], Progress::Started { rounds: 5, calls, .. } if calls.len() == 6));
    let finished = |step: &&Progress| matches!(step, Progress::CallFinished { .. });
    assert_eq!(heard.iter().filter(finished).count(), 30);
    assert!(matches!(
        heard.last(),
        Some(Progress::RoundFinished {
            round: 5,
            complete: true,
            ..
        })
    ));
    assert!(diagnosis.to_text(false).contains("5 of 5 rounds"));
    assert_eq!(bars(&diagnosis.calls, diagnosis.budget_ms).lines().count(), 7);
}

#[tokio::test]
async fn a_refused_credential_is_offered_once_and_ends_the_rounds() {
    let mut scene = Scene::new(&[Fault::KeyWrong]).await;
    scene.plan.rounds = 5;
    let diagnosis = scene.diagnosis().await;
    let calls: Vec<_> = diagnosis
        .rounds
        .iter()
        .flat_map(|round| &round.calls)
        .map(|it| it.call)
        .collect();
    assert_eq!(calls, [SaveCall::Discovery, SaveCall::Token, SaveCall::Tenant]);
    assert!(!diagnosis.accepted);
}

#[tokio::test]
async fn an_application_that_takes_its_credentials_in_the_body_signs_in_once_a_round_from_then_on() {
    let scene = Scene::new(&[Fault::ClientPostOnly]).await;
    let diagnosis = scene.diagnosis().await;
    let tokens = |round: usize| {
        diagnosis.rounds[round]
            .calls
            .iter()
            .filter(|it| it.call == SaveCall::Token)
            .count()
    };
    assert_eq!((tokens(0), tokens(1)), (2, 1));
    assert_eq!(
        diagnosis.verdict.kind,
        diagnose::Kind::Well,
        "{:#?}",
        diagnosis.verdict
    );
}

#[tokio::test]
async fn a_channel_is_made_on_request_alone_and_removed_again() {
    let mut scene = Scene::new(&[]).await;
    let names = |scene: &Scene| serde_json::to_string(&scene.sandbox.glance().channels).unwrap();
    let before = names(&scene);
    let without = scene.diagnosis().await;
    assert!(without.calls.iter().all(|call| call.call != SaveCall::Create));
    scene.plan.create = Some("sim_channel_of_a_test".to_owned());
    let with = scene.diagnosis().await;
    let created: Vec<_> = with
        .rounds
        .iter()
        .flat_map(|round| &round.calls)
        .filter(|it| it.call == SaveCall::Create)
        .collect();
    assert_eq!(created.len(), 1, "in the first round");
    assert!(
        created[0]
            .status
            .is_some_and(|status| (200..300).contains(&status)),
        "{created:?}"
    );
    assert_eq!((with.left_behind, names(&scene)), (None, before));
}

#[tokio::test]
async fn cancelling_ends_it_at_once_and_keeps_what_was_measured() {
    let mut scene = Scene::new(&[Fault::DiscoveryHang]).await;
    let cancel = scene.plan.cancel.clone();
    scene.plan.progress = std::sync::Arc::new(move |progress| {
        if matches!(progress, Progress::CallStarted { .. }) {
            cancel.cancel();
        }
    });
    let diagnosis = scene.diagnosis().await;
    assert!(diagnosis.cancelled && diagnosis.rounds.len() == 1 && diagnosis.rounds[0].calls.is_empty());
}
