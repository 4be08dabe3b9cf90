//! What stays on disk, and who else works on it.

// Outside of test functions, too, a test ends by a panic.
#![allow(
    missing_docs,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use desk::{Desk, ErrorCode, Event, Options};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use support::*;

#[tokio::test]
async fn what_was_typed_survives_a_restart_wrong_values_included() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let id = create(&desk, "Support EU").await;
    let typed =
        json!({ "name": "Support EU", "provider_link": "not a link", "cxone": { "business_unit": "12x" } });
    let view = save(&desk, &id, typed.clone()).await;
    assert!(
        view["provider"]["trouble"]["hint"].is_string(),
        "it says where the right value is: {view}"
    );
    desk.stop().await;

    let again = open(Some(folder.path())).await;
    let view = call(&again, "profile.get", json!({ "id": id })).await;
    assert_eq!(view["profile"]["provider_link"], "not a link");
    assert_eq!(view["profile"]["cxone"]["business_unit"], "12x");
}

#[tokio::test]
async fn another_program_sees_the_change_and_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let (window, terminal) = (open(Some(folder.path())).await, open(Some(folder.path())).await);
    let id = create(&window, "Shared").await;
    create(&terminal, "From the terminal").await;
    let names: BTreeSet<_> = window
        .profiles()
        .await
        .unwrap()
        .profiles
        .into_iter()
        .map(|p| p.name)
        .collect();
    assert_eq!(names, ["From the terminal", "Shared"].map(str::to_owned).into());
    call(
        &terminal,
        "profile.rename",
        json!({ "id": id, "name": "Renamed" }),
    )
    .await;
    assert_eq!(
        call(&window, "profile.get", json!({ "id": id })).await["profile"]["name"],
        "Renamed"
    );
}

#[tokio::test]
async fn what_a_terminal_changed_while_somebody_typed_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (window, terminal) = (open(Some(folder.path())).await, open(Some(folder.path())).await);
    let id = create(&window, "Before").await;
    let seen = json!({ "profile": { "name": "Before", "cxone": {} }, "connection": {} });
    call(&terminal, "profile.rename", json!({ "id": id, "name": "After" })).await;
    let typed = json!({ "name": "Before", "domain": "trial", "cxone": {} });
    let draft = json!({ "id": id, "profile": typed, "connection": {}, "seen": seen });
    let view = call(&window, "profile.save", draft).await;
    assert_eq!(
        (&view["profile"]["name"], &view["profile"]["domain"]),
        (&json!("After"), &json!("trial"))
    );
}

#[tokio::test]
async fn news_of_another_program_are_heard() {
    let folder = tempfile::tempdir().unwrap();
    let (window, terminal) = (open(Some(folder.path())).await, open(Some(folder.path())).await);
    let mut events = window.subscribe();
    create(&terminal, "From the terminal").await;
    while !matches!(events.recv().await.unwrap(), Event::Profiles {}) {}
    assert_eq!(window.profiles().await.unwrap().profiles.len(), 1);
}

#[tokio::test]
async fn a_folder_that_is_there_keeps_its_permissions() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o750)).unwrap();
        open(Some(folder.path())).await;
        let mode = std::fs::metadata(folder.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o750);
        open(Some(&folder.path().join("new"))).await;
        let mode = std::fs::metadata(folder.path().join("new"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "a new one is for this user alone");
    }
}

#[tokio::test]
async fn a_newer_file_is_no_empty_list() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("profiles.json"),
        r#"{"version": 9999, "profiles": []}"#,
    )
    .unwrap();
    let desk = open(Some(folder.path())).await;
    assert_eq!(
        refused(&desk, "profile.list", json!({})).await.code,
        ErrorCode::NewerFile
    );
    assert_eq!(
        refused(&desk, "profile.create", json!({ "name": "x" }))
            .await
            .code,
        ErrorCode::NewerFile
    );
}

#[tokio::test]
async fn a_damaged_file_can_be_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["profiles.json", "profiles.json.bak"] {
        std::fs::write(folder.path().join(name), "{").unwrap();
    }
    let desk = open(Some(folder.path())).await;
    assert_eq!(
        refused(&desk, "profile.list", json!({})).await.code,
        ErrorCode::DamagedFile
    );
    let list = call(&desk, "profile.set_aside", json!({})).await;
    assert_eq!(list["profiles"], json!([]));
    create(&desk, "Anew").await;
}
