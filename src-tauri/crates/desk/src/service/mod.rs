//! The commands, by subject. Each module adds methods to [`crate::Desk`]; the list is in [`crate::command`].

mod app;
mod merge;
mod profile;
mod sandbox;
mod secret;
mod verify;
mod view;

pub(crate) use sandbox::Rehearsal;
pub(crate) use verify::Finished;
