//! A host without anything of its own, and how tests call commands.

// Each test program uses a part of it.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::path::Path;
use std::sync::Arc;

use desk::clipboard::Clipboard;
use desk::wire::{HostKind, Preferences, StoreChoice};
use desk::{Desk, Host, Options, WireError};
use profile::StoreKind;
use serde_json::{Value, json};

pub const LINK: &str = "https://trial.cognigy.ai/project/65ae8e3adc2d77e6e260aa37/69b009f72e3deaa53a602d66/handover-provider/69f9bba8844ecf15d07954f9";
pub const CANARY: &str = "test-secret-canary-8f2c41";

/// A host without a clipboard of its own.
pub struct Bare;

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
pub async fn open(folder: Option<&Path>) -> Desk {
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

pub async fn call(desk: &Desk, name: &str, payload: Value) -> Value {
    desk.dispatch(name, payload)
        .await
        .unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

pub async fn refused(desk: &Desk, name: &str, payload: Value) -> WireError {
    match desk.dispatch(name, payload).await {
        Ok(answer) => panic!("{name} should have been refused, and answered {answer}"),
        Err(error) => error,
    }
}

pub async fn create(desk: &Desk, name: &str) -> String {
    call(desk, "profile.create", json!({ "name": name })).await["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub async fn save(desk: &Desk, id: &str, profile: Value) -> Value {
    call(
        desk,
        "profile.save",
        json!({ "id": id, "profile": profile, "connection": {} }),
    )
    .await
}

pub fn state(view: &Value, field: &str) -> String {
    let secrets = view["secrets"].as_array().unwrap();
    let secret = secrets.iter().find(|secret| secret["field"] == field).unwrap();
    secret["state"].as_str().unwrap().to_owned()
}
