//! The live round trip and the measurement of speed: what is created is what was agreed to, and nothing open remains,
//! however the run ends.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sandbox::{Disturbance, Effect, Fault};
use support::Scene;
use verify::{
    Left, LeftKind, LeftState, Outcome, Progress, Report, Request, RunOutcome, SelectError, select,
};

fn outcome(report: &Report, id: &str) -> Outcome {
    let check = report.check(id);
    check.unwrap_or_else(|| panic!("{id} did not run")).outcome
}

fn left(report: &Report, kind: LeftKind) -> Vec<&Left> {
    report.remains.iter().filter(|left| left.kind == kind).collect()
}

/// Every contact that the round trip made is over.
fn all_closed(scene: &Scene, mark: &str) -> bool {
    scene.contacts(mark).iter().all(|(_, status)| status == "closed")
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_chat_the_whole_way_is_green_and_everything_is_closed() {
    let mut scene = Scene::new(&[]).await;
    let plan = scene.live();
    scene.with_chat();
    scene.speed(2, Duration::from_secs(60));
    let report = scene.report().await;
    assert_eq!(report.outcome, RunOutcome::Pass, "{}", report.to_text(false));
    assert_eq!(
        report.checks.len(),
        select(&[], &[Request::Live, Request::Speed]).unwrap().len()
    );
    assert_eq!(report.of(), report.checks.len());
    let passed = report
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Pass)
        .count();
    assert_eq!(report.headline, format!("All {passed} checks pass."));
    let contacts = scene.contacts(&plan.mark);
    assert_eq!(
        contacts.len(),
        1,
        "the chat's handover goes on in the contact that is there"
    );
    assert!(all_closed(&scene, &plan.mark));
    let [contact] = left(&report, LeftKind::Contact)[..] else {
        panic!("{:?}", report.remains)
    };
    assert_eq!(
        (&contact.id, contact.state),
        (&contacts[0].0.to_string(), LeftState::Settled)
    );
    assert!(
        report.to_text(false).contains("Left in CXone") && report.to_markdown().contains(&contact.message)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_created_is_what_was_agreed_to() {
    let mut scene = Scene::new(&[]).await;
    let plan = scene.live();
    let report = scene.report().await;
    // Nobody is behind the thread: the box is right to refuse, and more cannot be told.
    assert_eq!(outcome(&report, "HD-802"), Outcome::Pass);
    assert_eq!(outcome(&report, "HD-803"), Outcome::Unknown);
    assert_eq!(outcome(&report, "HD-804"), Outcome::Unknown);
    assert_eq!(report.outcome, RunOutcome::Unknown);
    let [(number, status)] = &scene.contacts(&plan.mark)[..] else {
        panic!("{:?}", scene.contacts(&plan.mark))
    };
    assert_eq!(status, "closed");
    let contact = scene.sandbox.contact(*number).unwrap();
    assert_eq!((&contact.thread, &contact.end_user), (&plan.thread, &plan.mark));
    let said: Vec<&str> = contact
        .messages
        .iter()
        .map(|message| message.text.as_str())
        .collect();
    assert_eq!(said, [&plan.message, &plan.reply]);
    let named: Vec<&str> = report.remains.iter().map(|left| left.id.as_str()).collect();
    assert_eq!(named, [&number.to_string(), &plan.mark]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_refuses_its_own_token_is_told_without_a_chat() {
    for fault in [Fault::Outbound401Forever, Fault::OutboundNoId] {
        let mut scene = Scene::new(&[fault]).await;
        let plan = scene.live();
        let report = scene.report().await;
        assert_eq!(outcome(&report, "HD-803"), Outcome::Fail, "{fault}");
        assert_eq!(outcome(&report, "HD-804"), Outcome::Blocked, "{fault}");
        assert!(all_closed(&scene, &plan.mark), "{fault}");
    }
}

/// Cancels when a step comes by.
fn cancel_at(scene: &mut Scene, wanted: fn(&Progress) -> bool) -> Arc<Mutex<Vec<Progress>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let (ears, cancel) = (Arc::clone(&told), scene.run.cancel.clone());
    scene.run.progress = Arc::new(move |step: Progress| {
        if wanted(&step) {
            cancel.cancel();
        }
        ears.lock().unwrap().push(step);
    });
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_cancelled_while_it_waits_for_the_queue_closes_the_contact() {
    let mut scene = Scene::new(&[Fault::ContactStuckNew]).await;
    let plan = scene.live();
    scene.run.live_waits.routed = Duration::from_secs(600);
    let told = cancel_at(
        &mut scene,
        |step| matches!(step, Progress::CheckStarted { id } if id == "HD-802"),
    );
    let report = scene.report().await;
    assert_eq!(report.outcome, RunOutcome::Cancelled);
    assert_eq!(outcome(&report, "HD-801"), Outcome::Pass);
    assert!(report.check("HD-802").is_none());
    assert_eq!(scene.contacts(&plan.mark).len(), 1);
    assert!(all_closed(&scene, &plan.mark));
    assert_eq!(left(&report, LeftKind::Contact)[0].state, LeftState::Settled);
    let told = told.lock().unwrap();
    assert!(told.iter().any(|step| matches!(step, Progress::CleaningUp {})));
    assert!(matches!(told.last(), Some(Progress::Finished { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_cancelled_while_it_creates_leaves_nothing_open() {
    let mut scene = Scene::new(&[]).await;
    let plan = scene.live();
    cancel_at(
        &mut scene,
        |step| matches!(step, Progress::CheckStarted { id } if id == "HD-801"),
    );
    let report = scene.report().await;
    assert_eq!(report.outcome, RunOutcome::Cancelled);
    assert!(all_closed(&scene, &plan.mark));
    // What is there is told, and nothing else.
    let settled = left(&report, LeftKind::Contact)
        .iter()
        .filter(|left| left.state == LeftState::Settled)
        .count();
    assert_eq!(settled, scene.contacts(&plan.mark).len());
}

fn on_digital(method: &str, path: &str, effect: Effect) -> Disturbance {
    Disturbance {
        host: Some("digital".to_owned()),
        method: Some(method.to_owned()),
        path: Some(path.to_owned()),
        calls: Vec::new(),
        effect,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_whose_creation_was_never_answered_is_found_and_closed() {
    let mut scene = Scene::new(&[]).await;
    let plan = scene.live();
    scene.run.settings.timeouts.body = Duration::from_secs(2);
    let drops = Effect::TrickleBody { ms: 600_000 };
    let path = "/dfo/3.0/channels/*/messages";
    scene.sandbox.disturb(on_digital("POST", path, drops)).unwrap();
    let report = scene.report().await;
    assert_eq!(outcome(&report, "HD-801"), Outcome::Fail);
    assert_eq!(scene.contacts(&plan.mark).len(), 1, "the sandbox took it");
    assert!(all_closed(&scene, &plan.mark));
    assert_eq!(left(&report, LeftKind::Contact)[0].state, LeftState::Settled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_that_cannot_be_closed_is_named() {
    let mut scene = Scene::new(&[]).await;
    let plan = scene.live();
    scene.with_chat();
    let refused = Effect::Status {
        status: 403,
        retry_after: None,
    };
    let path = "/dfo/3.0/contacts/*/status";
    scene.sandbox.disturb(on_digital("PUT", path, refused)).unwrap();
    let report = scene.report().await;
    assert_eq!(outcome(&report, "HD-803"), Outcome::Pass);
    assert_eq!(outcome(&report, "HD-804"), Outcome::Unknown);
    let number = scene.contacts(&plan.mark)[0].0.to_string();
    let contact = left(&report, LeftKind::Contact)[0];
    assert_eq!((&contact.id, contact.state), (&number, LeftState::Open));
    assert!(contact.message.contains("403"), "{}", contact.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_leaves_nothing() {
    let mut scene = Scene::new(&[Fault::MessageRejected]).await;
    let plan = scene.live();
    let report = scene.report().await;
    assert_eq!(outcome(&report, "HD-801"), Outcome::Fail);
    let found = report.check("HD-801").unwrap().found.clone().unwrap();
    assert!(found.contains("messageContent"), "{found}");
    assert_eq!((report.remains.len(), scene.contacts(&plan.mark).len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_for_another_channel_is_none() {
    let mut scene = Scene::new(&[]).await;
    let plan = scene.live();
    scene.run.only = vec!["HD-801".to_owned()];
    let mut input = scene.input.clone();
    input.profile.name = format!("{} renamed", plan.channel);
    scene.input = input;
    scene.sandbox.set_fault(Fault::ChannelRenamed, false);
    let report = scene.report().await;
    assert!(scene.contacts(&plan.mark).is_empty());
    assert_ne!(outcome(&report, "HD-801"), Outcome::Pass);
    assert!(report.remains.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handover_with_a_thread_of_its_own_is_followed_and_closed() {
    let mut switches = sandbox::switch::Switches::default();
    switches.set("handover-thread", "handover").unwrap();
    let mut scene = Scene::switched(&[], switches).await;
    let plan = scene.live();
    scene.with_chat();
    let report = scene.report().await;
    assert_eq!(
        outcome(&report, "HD-803"),
        Outcome::Pass,
        "{}",
        report.to_text(false)
    );
    assert_eq!(
        outcome(&report, "HD-804"),
        Outcome::Pass,
        "{}",
        report.to_text(false)
    );
    assert_eq!(scene.contacts(&plan.mark).len(), 2);
    assert!(all_closed(&scene, &plan.mark));
    assert_eq!(left(&report, LeftKind::Contact).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slow_call_and_its_phase_are_named() {
    for (fault, call, phase) in [
        (Fault::TokenSlow, "Token", transport::Phase::FirstByte),
        (Fault::ScriptsSlow, "Scripts", transport::Phase::FirstByte),
        (Fault::ChannelsSlow, "Channels", transport::Phase::FirstByte),
    ] {
        let mut scene = Scene::new(&[fault]).await;
        // Far enough apart that a busy computer cannot take the place of the slow call.
        scene.sandbox.set_slowness(Duration::from_secs(3));
        scene.speed(1, Duration::from_millis(2_500));
        scene.run.only = vec!["HD-901".to_owned()];
        let report = scene.report().await;
        let check = report.check("HD-901").unwrap();
        assert_eq!(check.outcome, Outcome::Warn, "{fault}");
        assert!(
            check.message.contains(&format!("the call {call} took")) && check.message.contains(phase.doing()),
            "{fault}: {}",
            check.message
        );
        assert_eq!(check.evidence.len(), 6, "the slowest exchange of each call");
    }
}

#[test]
fn what_is_only_made_on_request_has_to_be_asked_for() {
    let only = |id: &str| vec![id.to_owned()];
    assert!(matches!(
        select(&only("HD-802"), &[]),
        Err(SelectError::NotAsked {
            id: "HD-802",
            request: Request::Live
        })
    ));
    assert!(matches!(
        select(&only("HD-901"), &[Request::Live]),
        Err(SelectError::NotAsked {
            id: "HD-901",
            request: Request::Speed
        })
    ));
    assert!(matches!(
        select(&only("HD-303"), &[Request::Speed]),
        Err(SelectError::LeftOut {
            request: Request::Speed
        })
    ));
    let whole = select(&[], &[]).unwrap();
    assert!(
        whole
            .iter()
            .all(|id| !id.starts_with("HD-8") && !id.starts_with("HD-9"))
    );
    assert!(
        select(&only("HD-804"), &[Request::Live])
            .unwrap()
            .contains(&"HD-801")
    );
}
