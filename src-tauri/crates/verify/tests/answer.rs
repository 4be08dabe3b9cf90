//! What a person said counts where nobody else can tell, and nowhere else.

#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use profile::Answer;
use sandbox::Fault;
use support::Scene;
use verify::{Outcome, RunOutcome, catalogue};

fn answer(well: bool, note: Option<&str>) -> Answer {
    Answer {
        at: "2026-11-24T09:00:00Z".parse().unwrap(),
        well,
        note: note.map(str::to_owned),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_stays_quiet_and_a_no_weighs_as_much_as_the_check() {
    let mut scene = Scene::new(&[]).await;
    scene.run.only = vec!["HD-506".to_owned()];
    let open = scene.report().await;
    let check = open.check("HD-506").unwrap();
    assert_eq!((check.outcome, open.outcome), (Outcome::Manual, RunOutcome::Pass));
    assert!(check.answer.is_none() && check.hint.as_deref().unwrap().contains("ACD > Roles"));
    assert!(
        check
            .message
            .contains("the role Administrator may reply and assign"),
        "{}",
        check.message
    );

    scene
        .input
        .answers
        .insert("HD-506".to_owned(), answer(true, Some("looked with Support")));
    let yes = scene.report().await;
    let check = yes.check("HD-506").unwrap();
    assert_eq!((check.outcome, yes.outcome), (Outcome::Manual, RunOutcome::Pass));
    assert!(
        check.message.starts_with("You confirmed this on 2026-11-24."),
        "{}",
        check.message
    );
    assert_eq!(
        check.answer.as_ref().unwrap().note.as_deref(),
        Some("looked with Support")
    );

    scene
        .input
        .answers
        .insert("HD-506".to_owned(), answer(false, Some("Reassign is missing")));
    let no = scene.report().await;
    let check = no.check("HD-506").unwrap();
    assert_eq!((check.outcome, no.outcome), (Outcome::Fail, RunOutcome::Fail));
    assert!(check.hint.is_some());
    assert!(no.to_text(false).contains("Note: Reassign is missing"));
    assert!(no.to_markdown().contains("Note: Reassign is missing"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_only_warns_is_not_made_worse_by_a_no() {
    let mut scene = Scene::new(&[]).await;
    // Nobody's sandbox: then it takes a person to say whether CXone gets there.
    scene.input.is_sandbox = false;
    scene.input.profile.endpoint_base = scene
        .input
        .profile
        .endpoint_base
        .map(|base| base.replace("127.0.0.1", "localhost"));
    scene.run.only = vec!["HD-209".to_owned()];
    let report = scene.report().await;
    assert_eq!(
        report.check("HD-209").unwrap().outcome,
        Outcome::Warn,
        "loopback only"
    );
    // What was seen weighs more than what was said.
    scene
        .input
        .answers
        .insert("HD-209".to_owned(), answer(true, None));
    assert_eq!(
        scene.report().await.check("HD-209").unwrap().outcome,
        Outcome::Warn
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_measured_weighs_more_than_what_was_said() {
    let mut scene = Scene::new(&[Fault::RoleNoReply]).await;
    scene
        .input
        .answers
        .insert("HD-506".to_owned(), answer(true, None));
    scene
        .input
        .answers
        .insert("HD-303".to_owned(), answer(false, None));
    let report = scene.report().await;
    let check = report.check("HD-506").unwrap();
    assert_eq!(check.outcome, Outcome::Fail);
    assert!(check.message.contains("lacks Send Replies"), "{}", check.message);
    assert_eq!(report.check("HD-303").unwrap().outcome, Outcome::Pass);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_checks_that_say_so_are_ever_manual() {
    let report = Scene::new(&[]).await.report().await;
    for check in &report.checks {
        let row = catalogue().iter().find(|row| row.id == check.id).unwrap();
        assert!(check.outcome != Outcome::Manual || row.by_hand, "{}", check.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_rights_say_nothing_without_the_skill() {
    let scene = Scene::new(&[Fault::RoleNoReply, Fault::SkillNobody]).await;
    let report = scene.report().await;
    let check = report.check("HD-506").unwrap();
    assert_eq!(check.outcome, Outcome::Manual, "{}", check.message);
}
