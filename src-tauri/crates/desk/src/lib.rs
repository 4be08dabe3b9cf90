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

pub mod clipboard;
pub mod command;
mod desk;
pub mod generate;
mod profiles;
mod secrets;
mod service;
mod typed;
pub mod wire;

pub use desk::{Desk, Host, Options, StartError};
pub use typed::os_random;
pub use wire::{ErrorCode, Event, WireError};
