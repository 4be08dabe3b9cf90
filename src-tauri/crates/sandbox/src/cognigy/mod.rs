//! The Cognigy.AI install: its REST API, the Save of a handover provider, chats by Socket.IO and REST, and the handover
//! that relays between a chat and CXone.
//!
//! The install knows CXone by HTTP alone, as the real product does: it signs in with what the provider's connection holds
//! and is refused like anybody else. What it keeps is [`install`], what runs is [`session`]; both change only here.
//!
//! Nothing of this was checked against a live install. What no public source tells is a row in `crate::switch`, or named
//! as ours where it stands.

mod api;
mod caller;
mod chart;
mod connection;
mod conversation;
mod cxone;
mod document;
mod endpoint;
mod flow;
mod install;
mod journal;
mod log;
mod page;
mod problem;
mod project;
mod provider;
mod sample;
mod save;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use api::{routes, unknown, wrong_method};

use crate::cognigy::install::Install;
use crate::tenant::World;

/// The running install.
pub(crate) struct Cognigy {
    install: Mutex<Install>,
    cxone: cxone::Keyring,
}

impl Cognigy {
    pub(crate) fn new(seed: u64, world: &World) -> Cognigy {
        Cognigy {
            install: Mutex::new(sample::install(seed, world)),
            cxone: cxone::Keyring::default(),
        }
    }

    /// What the install keeps. Never held over a wait.
    pub(crate) fn install(&self) -> MutexGuard<'_, Install> {
        self.install.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
