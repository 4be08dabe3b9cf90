//! Verifications are kept: over restarts, by window and terminal alike, without a secret, and nothing else depends on it.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use desk::wire::RunOrigin;
use desk::{Desk, Event};
use serde_json::{Value, json};
use support::{CANARY, LINK, call, create, open, refused, save};

/// Runs a check that makes no call, to its end.
async fn verify(desk: &Desk, id: &str, only: &[&str]) {
    let mut events = desk.subscribe();
    call(desk, "verify.start", json!({ "id": id, "only": only })).await;
    while !matches!(
        events.recv().await.unwrap(),
        Event::Job {
            progress: verify::Progress::Finished { .. },
            ..
        }
    ) {}
}

/// Checks that look at the profile alone.
const LOCAL: [&str; 2] = ["HD-104", "HD-201"];

async fn runs(desk: &Desk, id: &str) -> Vec<Value> {
    let list = call(desk, "history.list", json!({ "id": id })).await;
    list["runs"].as_array().unwrap().clone()
}

fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("archive.sqlite")
        {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes
        .windows(needle.len())
        .any(|window| window.eq_ignore_ascii_case(needle))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_report_and_its_runs_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let id = create(&desk, "Support EU").await;
    assert!(runs(&desk, &id).await.is_empty());
    verify(&desk, &id, &LOCAL).await;
    save(
        &desk,
        &id,
        json!({ "name": "Support EU", "provider_link": LINK, "cxone": {} }),
    )
    .await;
    verify(&desk, &id, &LOCAL).await;
    let last = call(&desk, "verify.last", json!({ "id": id })).await;
    desk.stop().await;
    drop(desk);

    let desk = open(Some(folder.path())).await;
    assert_eq!(call(&desk, "verify.last", json!({ "id": id })).await, last);
    let list = call(&desk, "profile.list", json!({})).await;
    assert_eq!(list["profiles"][0]["last_run"]["headline"], last["headline"]);
    let all = runs(&desk, &id).await;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["origin"], "terminal", "the host of this test");
    assert_eq!(all[0]["only"], json!(LOCAL));
    assert!(all[0]["run"].as_u64() > all[1]["run"].as_u64());

    let diff = call(&desk, "history.diff", json!({ "id": id })).await;
    assert_eq!(
        diff["values"],
        json!([]),
        "a re-run of some checks does not make what was entered newer"
    );
    let turned = diff["checks"].as_array().unwrap();
    assert!(
        turned
            .iter()
            .any(|change| change["id"] == "HD-201" && change["turn"] == "green"),
        "{diff:#}"
    );
    let view = call(&desk, "history.get", json!({ "id": id, "run": all[0]["run"] })).await;
    assert_eq!(view["report"], last);
    let old = json!({ "id": id, "format": "html", "run": all[1]["run"] });
    let page = call(&desk, "verify.report", old).await;
    assert!(page["text"].as_str().unwrap().starts_with("<!doctype html>"));
    assert!(
        page["file_name"]
            .as_str()
            .unwrap()
            .starts_with("support-eu-verification-")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_terminal_is_seen_by_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let window = open(Some(folder.path())).await;
    let id = create(&window, "Support EU").await;
    assert!(call(&window, "verify.last", json!({ "id": id })).await.is_null());
    let terminal = open(Some(folder.path())).await;
    let record = terminal.records().await.unwrap().remove(0);
    let (input, mut run) = terminal.prepare(&record).await.unwrap();
    run.only = vec!["HD-104".to_owned()];
    let report = verify::run(input, run).await.unwrap();
    let only = vec!["HD-104".to_owned()];
    let number = terminal
        .keep_run(
            &record,
            report.clone(),
            only,
            BTreeSet::new(),
            RunOrigin::Terminal,
        )
        .await
        .unwrap();
    let last = call(&window, "verify.last", json!({ "id": id })).await;
    assert_eq!(last["headline"], report.headline);
    assert_eq!(runs(&window, &id).await[0]["run"], number);

    call(&terminal, "history.delete", json!({ "id": id })).await;
    assert!(runs(&window, &id).await.is_empty());
    assert!(call(&window, "verify.last", json!({ "id": id })).await.is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_go_with_their_profile_and_belong_to_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let (one, other) = (create(&desk, "One").await, create(&desk, "Other").await);
    verify(&desk, &one, &LOCAL).await;
    verify(&desk, &other, &LOCAL).await;
    let run = runs(&desk, &one).await[0]["run"].clone();
    let error = refused(&desk, "history.get", json!({ "id": other, "run": run })).await;
    assert_eq!(error.code, desk::ErrorCode::NotFound);
    let error = refused(&desk, "history.diff", json!({ "id": other })).await;
    assert_eq!(error.code, desk::ErrorCode::NotFound);
    call(&desk, "profile.delete", json!({ "id": one })).await;
    refused(&desk, "history.list", json!({ "id": one })).await;
    assert_eq!(runs(&desk, &other).await.len(), 1);
    assert!(
        !holds(&all_bytes(folder.path()), one.as_bytes()),
        "nothing of it is left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_usable_archive_everything_else_goes_on_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let broken = b"not a database, but long enough to be taken for one ".repeat(40);
    std::fs::write(folder.path().join("archive.sqlite"), &broken).unwrap();
    let desk = open(Some(folder.path())).await;
    let id = create(&desk, "Support EU").await;
    verify(&desk, &id, &LOCAL).await;
    let last = call(&desk, "verify.last", json!({ "id": id })).await;
    assert!(!last["checks"].as_array().unwrap().is_empty());
    let error = refused(&desk, "history.list", json!({ "id": id })).await;
    assert!(
        error.message.contains("damaged") && error.hint.is_some(),
        "{error:?}"
    );
    call(&desk, "profile.delete", json!({ "id": id })).await;
    assert_eq!(
        std::fs::read(folder.path().join("archive.sqlite")).unwrap(),
        broken
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_the_sandbox_stays_in_memory_and_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let view = call(&desk, "sandbox.start", json!({})).await;
    let id = view["profile_id"].as_str().unwrap().to_owned();
    verify(&desk, &id, &LOCAL).await;
    let fault = json!({ "name": "integration-secret-mismatch", "on": true });
    call(&desk, "sandbox.fault", fault).await;
    verify(&desk, &id, &[]).await;
    let diff = call(&desk, "history.diff", json!({ "id": id })).await;
    assert_eq!(diff["faults_on"], json!(["integration-secret-mismatch"]));
    assert!(!runs(&desk, &id).await.is_empty());
    assert!(!holds(&all_bytes(folder.path()), id.as_bytes()));
    call(&desk, "sandbox.stop", json!({})).await;
    call(&desk, "sandbox.start", json!({})).await;
    assert!(runs(&desk, &id).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_in_the_archive_in_any_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let sandbox = sandbox::Sandbox::start(sandbox::Options::default())
        .await
        .unwrap();
    let description = sandbox.description();
    let import = json!({ "json": description.profile.to_string(), "accept_hosts": true });
    let id = call(&desk, "profile.import", import).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    // Secrets of our own, with which the run is refused: they are sent, and may be echoed.
    for field in ["access_key_secret", "client_secret", "integration_client_secret"] {
        let secret = json!({ "id": id, "field": field, "value": format!("{CANARY}-{field}?&") });
        call(&desk, "secret.set", secret).await;
    }
    verify(&desk, &id, &[]).await;
    let last = call(&desk, "verify.last", json!({ "id": id })).await;
    assert!(
        last["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| !check["evidence"].as_array().unwrap().is_empty())
    );
    desk.stop().await;
    sandbox.stop().await;

    let bytes = all_bytes(folder.path());
    assert!(holds(&bytes, b"HD-201"), "the run itself is there");
    let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = CANARY.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let utf16: Vec<u8> = CANARY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut forms = vec![
        CANARY.as_bytes().to_vec(),
        hex.into_bytes(),
        percent.into_bytes(),
        utf16,
    ];
    for ahead in ["", "x", "xx"] {
        for engine in [&STANDARD, &URL_SAFE_NO_PAD] {
            let digits = engine.encode(format!("{ahead}{CANARY}"));
            // Without the digits that mix with what stands before and after.
            forms.push(digits.as_bytes()[4..24].to_vec());
        }
    }
    for form in forms {
        assert!(!holds(&bytes, &form), "{}", String::from_utf8_lossy(&form));
    }
}
