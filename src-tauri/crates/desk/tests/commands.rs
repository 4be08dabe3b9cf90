//! The commands as a host calls them: by name, with JSON.

// Outside of test functions, too, a test ends by a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use desk::clipboard::Clipboard;
use desk::wire::{HostKind, Preferences, StoreChoice};
use desk::{Desk, ErrorCode, Event, Host, Options, WireError};
use profile::StoreKind;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

const LINK: &str = "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa37/69b009f72e3deaa53a602d66/handover-provider/69f9bba8844ecf15d07954f9";
const CANARY: &str = "test-secret-canary-8f2c41";

/// A host without a clipboard of its own.
struct Bare;

impl Host for Bare {
    fn kind(&self) -> HostKind {
        HostKind::Terminal
    }
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn set_preferences(&self, _: &Preferences) -> Result<(), WireError> {
        Ok(())
    }
    fn clipboard(&self) -> Option<Clipboard> {
        None
    }
    fn dialogs(&self) -> bool {
        false
    }
}

/// The application on a folder, with secrets in memory: tests never touch a real keychain.
async fn open(folder: Option<&Path>) -> Desk {
    let options = Options {
        data_dir: folder.map(Path::to_owned),
        sample: false,
        host: Arc::new(Bare),
    };
    let desk = Desk::start(options).await.unwrap();
    desk.use_store(StoreChoice {
        kind: StoreKind::Session,
        passphrase: None,
    })
    .await
    .unwrap();
    desk
}

async fn call(desk: &Desk, name: &str, payload: Value) -> Value {
    desk.dispatch(name, payload)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

async fn refused(desk: &Desk, name: &str, payload: Value) -> WireError {
    match desk.dispatch(name, payload).await {
        Ok(answer) => panic!("{name} should have been refused, and answered {answer}"),
        Err(error) => error,
    }
}

async fn create(desk: &Desk, name: &str) -> String {
    call(desk, "profile.create", json!({ "name": name })).await["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn save(desk: &Desk, id: &str, profile: Value) -> Value {
    call(
        desk,
        "profile.save",
        json!({ "id": id, "profile": profile, "connection": {} }),
    )
    .await
}

fn state(view: &Value, field: &str) -> String {
    let secrets = view["secrets"].as_array().unwrap();
    let secret = secrets.iter().find(|secret| secret["field"] == field).unwrap();
    secret["state"].as_str().unwrap().to_owned()
}

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
async fn names_are_unique_and_deleting_is_final() {
    let desk = open(None).await;
    let id = create(&desk, "One").await;
    assert_eq!(
        refused(&desk, "profile.create", json!({ "name": " One " }))
            .await
            .code,
        ErrorCode::Invalid
    );
    assert_eq!(
        refused(&desk, "profile.create", json!({ "name": "  " }))
            .await
            .code,
        ErrorCode::Invalid
    );
    let copy = call(&desk, "profile.duplicate", json!({ "id": id, "name": "Two" })).await;
    assert_ne!(copy["id"], id.as_str());
    call(&desk, "profile.delete", json!({ "id": id })).await;
    assert_eq!(
        refused(&desk, "profile.get", json!({ "id": id })).await.code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn an_import_shows_hosts_that_are_not_the_vendors() {
    let desk = open(None).await;
    let text = json!({ "name": "x", "cxone": { "hosts": { "digital": "https://collector.example.com" } } })
        .to_string();
    let outcome = call(&desk, "profile.import", json!({ "json": text })).await;
    assert_eq!(outcome["foreign_hosts"], json!(["collector.example.com"]));
    assert!(outcome["id"].is_null(), "nothing is imported yet");
    let outcome = call(
        &desk,
        "profile.import",
        json!({ "json": text, "accept_hosts": true }),
    )
    .await;
    assert!(outcome["id"].is_string());
    let bad = refused(&desk, "profile.import", json!({ "json": "{\"nmae\": \"x\"}" })).await;
    assert_eq!(bad.code, ErrorCode::Invalid);
    assert!(
        bad.message.contains("nmae"),
        "it names the field: {}",
        bad.message
    );
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
async fn the_sample_is_verified_green_and_nothing_of_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(Some(folder.path())).await;
    let mut events = desk.subscribe();
    let sandbox = call(&desk, "sandbox.start", json!({})).await;
    let id = sandbox["profile_id"].as_str().unwrap().to_owned();
    let sample = call(&desk, "profile.get", json!({ "id": id })).await;
    let job = call(&desk, "verify.start", json!({ "id": id })).await["job"].clone();
    let mut last = 0;
    loop {
        let event = events.recv().await.unwrap();
        if let Event::Job {
            job: named,
            seq,
            progress,
            ..
        } = event
        {
            assert_eq!(json!(named), job);
            assert_eq!(seq, last + 1, "progress has no gaps");
            last = seq;
            if matches!(progress, verify::Progress::Finished { .. }) {
                break;
            }
        }
    }
    let report = call(&desk, "verify.last", json!({ "id": id })).await;
    assert_eq!(report["outcome"], "pass", "{report:#}");
    let file = folder.path().join("profiles.json");
    assert!(!file.exists(), "the sample profile never enters the user's files");

    call(
        &desk,
        "sandbox.fault",
        json!({ "name": "bu-mismatch", "on": true }),
    )
    .await;
    let view = call(&desk, "profile.get", json!({ "id": id })).await;
    assert_ne!(
        view["profile"], sample["profile"],
        "the sample changed with the fault"
    );
    call(&desk, "sandbox.stop", json!({})).await;
    assert_eq!(
        refused(&desk, "profile.get", json!({ "id": id })).await.code,
        ErrorCode::NotFound
    );
}

#[tokio::test]
async fn a_job_is_cancelled_at_once() {
    let desk = open(None).await;
    let mut events = desk.subscribe();
    let id = call(&desk, "sandbox.start", json!({})).await["profile_id"]
        .as_str()
        .unwrap()
        .to_owned();
    // A server that accepts and never answers.
    call(
        &desk,
        "sandbox.fault",
        json!({ "name": "discovery-hang", "on": true }),
    )
    .await;
    let job = call(&desk, "verify.start", json!({ "id": id })).await["job"].clone();
    while !matches!(events.recv().await.unwrap(), Event::Job { seq: 1, .. }) {}
    call(&desk, "verify.cancel", json!({ "job": job })).await;
    let outcome = loop {
        if let Event::Job {
            progress: verify::Progress::Finished { outcome },
            ..
        } = events.recv().await.unwrap()
        {
            break outcome;
        }
    };
    assert_eq!(outcome, verify::RunOutcome::Cancelled);
}

#[tokio::test]
async fn a_request_of_another_shape_is_refused_without_repeating_it() {
    let desk = open(None).await;
    let error = refused(&desk, "profile.create", json!({ "name": 7, "secret": CANARY })).await;
    assert_eq!(error.code, ErrorCode::BadRequest);
    assert!(!error.message.contains(CANARY));
    assert_eq!(
        refused(&desk, "no.such", json!({})).await.code,
        ErrorCode::NotFound
    );
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
        (&status["kind"], &status["code"]),
        (&json!("vault"), &json!("locked"))
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
