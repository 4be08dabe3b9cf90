//! The commands, by subject. Each module adds methods to [`crate::Desk`]; the list is in [`crate::command`].

mod app;
mod conversation;
mod history;
mod merge;
mod profile;
mod sandbox;
mod scenario;
mod secret;
mod verify;
mod view;

pub(crate) use history::Finished;
pub(crate) use sandbox::Rehearsal;
pub use scenario::{find_scenario, scenarios};
