//! The commands, by subject. Each module adds methods to [`crate::Desk`]; the list is in [`crate::command`].

mod answer;
mod app;
mod conversation;
mod diagnose;
mod history;
mod merge;
mod profile;
mod sandbox;
mod scenario;
mod script;
mod secret;
mod verify;
mod view;
mod wait;
mod watch;

pub use diagnose::{DiagnoseOptions, cognigy_says};
pub(crate) use history::Finished;
pub(crate) use sandbox::Rehearsal;
pub use scenario::{OnScenario, find_scenario, scenarios};
pub use script::connect as connect_script;
pub(crate) use wait::Waiting;
pub(crate) use watch::Watchers;
