//! The application behind every host: one list of commands, their request and response types, state, jobs and
//! progress.
//!
//! A host (the Tauri window, `handover serve`, the terminal) makes one [`Desk`], dispatches commands by name and hands
//! [`wire::Event`]s on. All state lives here; a host keeps none. Invariants:
//!
//! - No response, event or error holds a secret. Secrets come in as [`wire::SecretText`] and go to the secret store, to
//!   the clipboard or into a run.
//! - Profiles of the sandbox, and their secrets, live in memory only.
//! - Blocking work (files, keychain, clipboard) never runs on an async thread.

mod chat;
pub mod clipboard;
pub mod command;
mod desk;
pub mod generate;
mod history;
pub mod notify;
mod profiles;
pub mod script;
mod secrets;
mod service;
mod typed;
pub mod watch;
pub mod wire;

pub use chat::SandboxChat;
pub use desk::{Desk, Host, Options, StartError};
pub use service::{DiagnoseOptions, OnScenario, cognigy_says, find_scenario, scenarios};
pub use typed::os_random;
pub use wire::{ErrorCode, Event, WireError};

/// The log filter of a host: what the user asked for, with the libraries that handle requests held to warnings. At their
/// lower levels they write addresses and headers, and a log must hold no secret.
pub fn log_filter(asked: &str) -> String {
    const QUIET: [&str; 9] = [
        "h2",
        "hyper",
        "hyper_util",
        "keyring",
        "keyring_core",
        "reqwest",
        "rustls",
        "tower",
        "zbus",
    ];
    let quiet: Vec<_> = QUIET.iter().map(|name| format!("{name}=warn")).collect();
    let asked = if asked.is_empty() { "warn" } else { asked };
    // It logs every certificate it refuses in the words of its library; the failure itself says it in ours.
    format!("{asked},{},rustls_platform_verifier=off", quiet.join(","))
}
