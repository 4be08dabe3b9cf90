//! What becomes of secrets, through the commands of a host.

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
async fn a_secret_never_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let id = create(&desk, "Canary").await;
    let mut answers = Vec::new();
    answers.push(
        call(
            &desk,
            "secret.set",
            json!({ "id": id, "field": "client_secret", "value": CANARY }),
        )
        .await,
    );
    answers.push(call(&desk, "profile.get", json!({ "id": id })).await);
    answers.push(call(&desk, "profile.export", json!({ "id": id })).await);
    answers.push(call(&desk, "profile.list", json!({})).await);
    answers
        .push(serde_json::to_value(refused(&desk, "secret.set", json!({ "value": CANARY })).await).unwrap());
    answers.push(
        serde_json::to_value(
            refused(
                &desk,
                "secret.copy",
                json!({ "id": id, "field": "client_secret" }),
            )
            .await,
        )
        .unwrap(),
    );
    for answer in answers {
        assert!(!answer.to_string().contains(CANARY), "{answer}");
    }
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(
            !String::from_utf8_lossy(&content).contains(CANARY),
            "nothing on disk holds it"
        );
    }
}

#[tokio::test]
async fn a_new_secret_asks_and_the_previous_one_can_be_restored() {
    let desk = open(None).await;
    let id = create(&desk, "Rotation").await;
    let field = "integration_client_secret";
    let view = call(&desk, "secret.generate", json!({ "id": id, "field": field })).await;
    let first = view["secrets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["field"] == field)
        .unwrap()
        .clone();
    assert_eq!(
        (first["chars"].as_u64(), first["restorable"].as_bool()),
        (Some(32), Some(false))
    );
    let asked = refused(&desk, "secret.generate", json!({ "id": id, "field": field })).await;
    assert_eq!(asked.code, ErrorCode::SecretExists);
    let view = call(
        &desk,
        "secret.generate",
        json!({ "id": id, "field": field, "replace": true }),
    )
    .await;
    let second = view["secrets"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["field"] == field)
        .unwrap()
        .clone();
    assert_eq!(second["restorable"], true);
    call(&desk, "secret.restore", json!({ "id": id, "field": field })).await;
    let other = refused(
        &desk,
        "secret.generate",
        json!({ "id": id, "field": "client_secret" }),
    )
    .await;
    assert_eq!(
        other.code,
        ErrorCode::BadRequest,
        "only our own secret can be made here"
    );
}

#[tokio::test]
async fn a_secret_is_not_used_for_another_address_until_confirmed() {
    let desk = open(None).await;
    let id = create(&desk, "Moved").await;
    let profile = json!({ "name": "Moved", "provider_link": LINK, "cxone": { "cloud": "global" } });
    save(&desk, &id, profile).await;
    let view = call(
        &desk,
        "secret.set",
        json!({ "id": id, "field": "client_secret", "value": CANARY }),
    )
    .await;
    assert_eq!(state(&view, "client_secret"), "present");
    let moved = json!({ "name": "Moved", "provider_link": LINK, "cxone": { "issuer": "https://login.example.com", "cloud": "other" } });
    let view = save(&desk, &id, moved).await;
    assert_eq!(state(&view, "client_secret"), "needs_confirmation");
    let view = call(
        &desk,
        "secret.confirm",
        json!({ "id": id, "field": "client_secret" }),
    )
    .await;
    assert_eq!(state(&view, "client_secret"), "present");
}

#[tokio::test]
async fn a_vault_is_locked_after_a_restart_until_its_passphrase_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let vault = |passphrase: &str| json!({ "kind": "vault", "passphrase": passphrase });
    let status = call(&desk, "store.use", vault("test-secret-passphrase")).await;
    assert_eq!(
        (&status["kind"], &status["health"]),
        (&json!("vault"), &json!("well"))
    );
    let id = create(&desk, "Vaulted").await;
    call(
        &desk,
        "secret.set",
        json!({ "id": id, "field": "client_secret", "value": CANARY }),
    )
    .await;
    desk.stop().await;

    let options = Options {
        data_dir: Some(folder.path().to_owned()),
        sample: false,
        host: Arc::new(Bare),
    };
    let again = Desk::start(options).await.unwrap();
    let status = call(&again, "store.status", json!({})).await;
    assert_eq!(
        (&status["kind"], &status["health"], &status["code"]),
        (&json!("vault"), &json!("locked"), &json!("vault_locked"))
    );
    assert_eq!(
        refused(&again, "verify.start", json!({ "id": id })).await.code,
        ErrorCode::StoreLocked
    );
    assert_eq!(
        refused(&again, "store.use", vault("wrong")).await.code,
        ErrorCode::WrongPassphrase
    );
    call(&again, "store.use", vault("test-secret-passphrase")).await;
    call(&again, "verify.start", json!({ "id": id })).await;
    let content = std::fs::read(folder.path().join("vault.age")).unwrap();
    assert!(
        !String::from_utf8_lossy(&content).contains(CANARY),
        "the vault is encrypted"
    );
}

#[tokio::test]
async fn a_restored_secret_is_the_former_one_and_keeps_its_address() {
    let desk = open(None).await;
    let id = create(&desk, "Restored").await;
    let field = "integration_client_secret";
    let first = json!({ "name": "Restored", "provider_link": LINK, "cxone": { "cloud": "global" } });
    save(&desk, &id, first.clone()).await;
    call(
        &desk,
        "secret.set",
        json!({ "id": id, "field": field, "value": CANARY }),
    )
    .await;
    let moved = json!({ "name": "Restored", "provider_link": LINK, "endpoint_base": "https://endpoint.example.com", "cxone": { "cloud": "global" } });
    save(&desk, &id, moved).await;
    call(
        &desk,
        "secret.generate",
        json!({ "id": id, "field": field, "replace": true }),
    )
    .await;
    let view = call(&desk, "secret.restore", json!({ "id": id, "field": field })).await;
    assert_eq!(
        state(&view, field),
        "needs_confirmation",
        "restoring is no confirmation of the new address"
    );

    let used = || async {
        let records = desk.records().await.unwrap();
        let (input, _) = desk.prepare(&records[0]).await.unwrap();
        input
            .credentials
            .integration_client_secret
            .map(|secret| secret.expose_secret().to_owned())
    };
    assert_eq!(used().await, None, "a run does not send it to the new address");
    call(&desk, "secret.confirm", json!({ "id": id, "field": field })).await;
    assert_eq!(used().await.as_deref(), Some(CANARY), "it is the former secret");
}

#[tokio::test]
async fn a_secret_stays_in_the_store_it_was_entered_into() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let id = create(&desk, "Two stores").await;
    call(
        &desk,
        "secret.set",
        json!({ "id": id, "field": "client_secret", "value": CANARY }),
    )
    .await;
    call(
        &desk,
        "store.use",
        json!({ "kind": "vault", "passphrase": "test-secret-passphrase" }),
    )
    .await;
    let view = call(
        &desk,
        "secret.set",
        json!({ "id": id, "field": "access_key_secret", "value": CANARY }),
    )
    .await;
    assert_eq!(state(&view, "client_secret"), "present");
    let records = desk.records().await.unwrap();
    let (input, _) = desk.prepare(&records[0]).await.unwrap();
    assert!(
        input.credentials.client_secret.is_some() && input.credentials.access_key_secret.is_some(),
        "both are read"
    );
    desk.stop().await;

    // Another run of the program: what was kept for the session is gone, and said to be.
    let again = open(Some(folder.path())).await;
    let view = call(&again, "profile.get", json!({ "id": id })).await;
    assert_eq!(state(&view, "client_secret"), "absent");
    assert_eq!(state(&view, "access_key_secret"), "present");
}

#[tokio::test]
async fn the_previous_secret_goes_when_both_sides_have_the_new_one() {
    let desk = open(None).await;
    let mut events = desk.subscribe();
    let id = call(&desk, "sandbox.start", json!({})).await["profile_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let field = "integration_client_secret";
    // Another one, and the former back: the sandbox has the former.
    call(
        &desk,
        "secret.generate",
        json!({ "id": id, "field": field, "replace": true }),
    )
    .await;
    let view = call(&desk, "secret.restore", json!({ "id": id, "field": field })).await;
    let restorable = |view: &Value| {
        let secrets = view["secrets"].as_array().unwrap();
        secrets.iter().find(|secret| secret["field"] == field).unwrap()["restorable"].clone()
    };
    let mut verify = async |desk: &Desk| {
        call(desk, "verify.start", json!({ "id": id, "only": ["HD-206"] })).await;
        while !matches!(
            events.recv().await.unwrap(),
            Event::Job {
                progress: verify::Progress::Finished { .. },
                ..
            }
        ) {}
        call(desk, "profile.get", json!({ "id": id })).await
    };
    assert_eq!(restorable(&view), true);
    assert_eq!(
        restorable(&verify(&desk).await),
        true,
        "Cognigy.AI alone is not enough"
    );

    let records = desk.records().await.unwrap();
    let (input, _) = desk.prepare(&records[0]).await.unwrap();
    let secret = input.credentials.integration_client_secret.unwrap();
    let paste = format!("Client Secret: {}", secret.expose_secret());
    call(&desk, "byoc.compare", json!({ "id": id, "text": paste })).await;
    assert_eq!(restorable(&verify(&desk).await), false);
}
