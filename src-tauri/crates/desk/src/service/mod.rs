//! The commands, by subject. Each module adds methods to [`crate::Desk`]; the list is in [`crate::command`].

mod answer;
mod app;
mod conversation;
mod merge;
mod profile;
mod sandbox;
mod scenario;
mod secret;
mod verify;
mod view;

pub(crate) use sandbox::Rehearsal;
pub use scenario::{find_scenario, scenarios};
pub(crate) use verify::Finished;
