//! The Studio script of the sample: edited by hand in the sandbox, compared, put back, undone, accepted.

// Outside of test functions, too, a test ends by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use cxone::Session;
use cxone::scripts::{self, Content, Saved};
use desk::script::connect;
use desk::{Desk, ErrorCode};
use profile::Record;
use serde_json::{Value, json};
use support::*;
use tokio_util::sync::CancellationToken;

/// The sample, and an administrator at the tenant's own console.
struct Scene {
    desk: Desk,
    id: String,
    record: Record,
    console: Session,
    path: String,
}

impl Scene {
    async fn new() -> Self {
        let desk = open(None).await;
        let sandbox = call(&desk, "sandbox.start", json!({})).await;
        let id = sandbox["profile_id"].as_str().unwrap().to_owned();
        let records = desk.records().await.unwrap();
        let record = records
            .into_iter()
            .find(|record| record.id.as_str() == id)
            .unwrap();
        let (input, run) = desk.prepare(&record).await.unwrap();
        let console = connect(input, run).await.unwrap();
        let path = desk.script_bench(&record).unwrap().path().to_owned();
        Self {
            desk,
            id,
            record,
            console,
            path,
        }
    }

    async fn call(&self, name: &str, more: Value) -> Value {
        call(&self.desk, name, self.request(more)).await
    }

    async fn refused(&self, name: &str, more: Value) -> desk::WireError {
        refused(&self.desk, name, self.request(more)).await
    }

    fn request(&self, more: Value) -> Value {
        let mut request = json!({ "id": self.id });
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        request
    }

    async fn there(&self) -> Content {
        scripts::read(&self.console, &self.path).await.unwrap()
    }

    /// Edits the script as somebody does in Studio.
    async fn edit(&self, edit: impl FnOnce(&mut Value)) -> Saved {
        let mut content = self.there().await.value().clone();
        edit(&mut content);
        scripts::save(&self.console, &content).await.unwrap()
    }

    async fn diff(&self) -> Value {
        self.call("script.diff", json!({})).await
    }
}

fn restore_of(difference: &Value) -> Value {
    json!({
        "backup": difference["backup"]["id"],
        "seen": difference["current"]["fingerprint"],
        "seen_version": difference["current"]["version"],
    })
}

fn relabel(label: &'static str) -> impl FnOnce(&mut Value) {
    move |content| content["actions"]["4"]["label"] = label.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_by_hand_is_shown_put_back_and_undone() {
    let scene = Scene::new().await;
    let status = scene.call("script.status", json!({})).await;
    assert_eq!(status["accepted"]["name"], scene.path.as_str());
    assert_eq!(status["backups"].as_array().unwrap().len(), 1, "{status:#}");
    assert_eq!(
        scene.diff().await["equal"],
        true,
        "the script of the first day is the one there is"
    );

    scene
        .edit(|content| {
            content["actions"]["4"]["label"] = "FINISH".into();
            content["properties"]["3"]["1"] =
                json!({ "name": "Authorization", "value": "sim_token_of_the_tenant" });
            content["actions"]["1"]["x"] = 4711.into();
        })
        .await;
    let difference = scene.diff().await;
    let told: Vec<_> = difference["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["place"].as_str().unwrap())
        .collect();
    assert_eq!(difference["equal"], false);
    assert!(told.contains(&"Action 4 \"FINISH\" (END), label"), "{told:?}");
    assert!(
        told.contains(&"Action 3 \"ESCALATE\" (REQAGENT), property Authorization"),
        "{told:?}"
    );
    assert!(
        told.iter().all(|place| !place.contains("Action 1 ")),
        "boxes may be moved: {told:?}"
    );
    assert!(!difference.to_string().contains("sim_token_of_the_tenant"));
    assert!(!difference["current"]["changed_by"].is_null());

    let restored = scene.call("script.restore", restore_of(&difference)).await;
    assert_eq!(
        (&restored["read_back"], &restored["warnings"]),
        (&json!("equal"), &json!([])),
        "{restored:#}"
    );
    assert_eq!(
        scene.there().await.value()["actions"]["4"]["label"],
        "END ESCALATION"
    );
    assert_eq!(scene.diff().await["equal"], true);

    let undo = json!({ "backup": restored["undo"]["id"] });
    let before = scene.call("script.diff", undo).await;
    assert_eq!(before["backup"]["reason"], "before_restore");
    scene.call("script.restore", restore_of(&before)).await;
    let there = scene.there().await;
    assert_eq!(there.value()["actions"]["4"]["label"], "FINISH");
    assert!(
        there.value().to_string().contains("sim_token_of_the_tenant"),
        "a copy is whole"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_put_back_over_what_was_not_seen() {
    let scene = Scene::new().await;
    scene.edit(relabel("FINISH")).await;
    let shown = scene.diff().await;
    scene.edit(relabel("DONE")).await;
    let error = scene.refused("script.restore", restore_of(&shown)).await;
    assert_eq!(error.code, ErrorCode::Changed, "{error:?}");
    assert_eq!(scene.there().await.value()["actions"]["4"]["label"], "DONE");
    let error = scene
        .refused(
            "script.accept",
            json!({ "seen": shown["current"]["fingerprint"] }),
        )
        .await;
    assert_eq!(error.code, ErrorCode::Changed);

    // The same content saved again is another version: somebody works on it.
    let shown = scene.diff().await;
    scene.edit(|_| {}).await;
    assert_eq!(
        scene.refused("script.restore", restore_of(&shown)).await.code,
        ErrorCode::Changed
    );

    scene
        .edit(|content| content["header"]["lockInfo"] = json!({ "lockedName": "sim_agent" }))
        .await;
    let shown = scene.diff().await;
    assert_eq!(
        (&shown["current"]["locked"], &shown["current"]["locked_by"]),
        (&json!(true), &json!("sim_agent"))
    );
    let error = scene.refused("script.restore", restore_of(&shown)).await;
    assert!(error.message.contains("sim_agent"), "{error:?}");
    assert_eq!(scene.there().await.value()["actions"]["4"]["label"], "DONE");
    let copies = scene.call("script.list", json!({})).await;
    assert_eq!(
        copies.as_array().unwrap().len(),
        1,
        "nothing was about to be replaced"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_accepted_is_what_hd_605_compares_with() {
    let scene = Scene::new().await;
    let outcome = async || {
        let records = scene.desk.records().await.unwrap();
        let record = records
            .into_iter()
            .find(|record| record.id == scene.record.id)
            .unwrap();
        let (input, mut run) = scene.desk.prepare(&record).await.unwrap();
        run.only = vec!["HD-605".to_owned()];
        verify::run(input, run)
            .await
            .unwrap()
            .check("HD-605")
            .unwrap()
            .outcome
    };
    assert_eq!(outcome().await, verify::Outcome::Pass);
    scene
        .edit(|content| content["properties"]["3"]["1"] = json!({ "name": "Priority", "value": "5" }))
        .await;
    assert_eq!(outcome().await, verify::Outcome::Warn);
    let status = scene.call("script.accept", json!({})).await;
    assert_eq!(outcome().await, verify::Outcome::Pass);
    let copies = status["backups"].as_array().unwrap();
    let accepted: Vec<_> = copies
        .iter()
        .map(|copy| copy["accepted"].as_bool().unwrap())
        .collect();
    assert_eq!(accepted, [true, false]);
    let exported = call(&scene.desk, "profile.export", json!({ "id": scene.id })).await;
    assert!(
        !exported["json"].as_str().unwrap().contains("fingerprint"),
        "it is no part of a profile file"
    );
    // A fault of the sandbox puts the sample's profile together anew.
    call(
        &scene.desk,
        "sandbox.fault",
        json!({ "name": "bu-mismatch", "on": true }),
    )
    .await;
    assert_eq!(
        scene.call("script.status", json!({})).await["accepted"],
        status["accepted"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_before_it_is_saved_changes_nothing() {
    let scene = Scene::new().await;
    scene.edit(relabel("FINISH")).await;
    let shown = scene.diff().await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (backup, seen) = (
        text(&shown["backup"]["id"]),
        text(&shown["current"]["fingerprint"]),
    );
    let bench = scene.desk.script_bench(&scene.record).unwrap();
    let error = bench
        .restore(&scene.console, &backup, &seen, None, &cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::Cancelled);
    assert!(error.message.contains("as it was"), "{error:?}");
    assert_eq!(scene.there().await.value()["actions"]["4"]["label"], "FINISH");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copies_of_the_sample_are_in_no_file_and_go_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let sandbox = call(&desk, "sandbox.start", json!({})).await;
    let id = &sandbox["profile_id"];
    let kept = call(&desk, "script.backup", json!({ "id": id })).await;
    assert!(kept.get("file").is_none(), "{kept:#}");
    assert!(!folder.path().join("scripts").exists());
    assert_eq!(
        call(&desk, "script.list", json!({ "id": id }))
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
    call(&desk, "sandbox.stop", json!({})).await;
    call(&desk, "sandbox.start", json!({})).await;
    assert_eq!(
        call(&desk, "script.list", json!({ "id": id }))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // A profile without a provider has no script to name.
    let bare = create(&desk, "Bare").await;
    let status = call(&desk, "script.status", json!({ "id": bare })).await;
    assert_eq!(status, json!({ "backups": [], "busy": false }));
    assert_eq!(
        refused(&desk, "script.backup", json!({ "id": bare })).await.code,
        ErrorCode::Invalid
    );
    assert_eq!(
        refused(&desk, "script.diff", json!({ "id": id, "backup": "../x" }))
            .await
            .code,
        ErrorCode::NotFound
    );
}
