//! The Cognigy.AI install: its REST API, the Save of a handover provider, chats by Socket.IO and REST, and the handover
//! that relays between a chat and CXone.
//!
//! The install knows CXone by HTTP alone, as the real product does: it signs in with what the provider's connection holds
//! and is refused like anybody else. What it keeps is [`install`], what runs is [`session`]; both change only here.
//!
//! Nothing of this was checked against a live install. What no public source tells is a row in `crate::switch`, or named
//! as ours where it stands.

mod api;
mod bot;
mod caller;
mod chart;
mod chat;
mod connection;
mod conversation;
pub(crate) mod customer;
mod cxone;
mod document;
mod endpoint;
mod flow;
pub(crate) mod install;
mod journal;
mod log;
mod message;
mod page;
pub(crate) mod problem;
mod project;
mod provider;
pub(crate) mod relay;
mod sample;
pub(crate) mod save;
pub(crate) mod session;
mod socket;
#[cfg(test)]
mod tests;
mod view;
pub(crate) mod visit;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use socketioxide::SocketIo;

pub(crate) use api::{broken_rule, routes, unknown, wrong_method};
pub(crate) use caller::turned_away;

use crate::cognigy::install::Install;
use crate::cognigy::sample::{INTEGRATION_CREDENTIALS, INTEGRATION_FIELDS};
use crate::cognigy::session::Sessions;
use crate::state::{Seen, Sim};
use crate::tenant::World;

/// The running install.
pub(crate) struct Cognigy {
    install: Mutex<Install>,
    cxone: cxone::Keyring,
    sessions: Sessions,
    sockets: OnceLock<SocketIo>,
    /// Made once: the endpoint host listens twice, and both have the same chats.
    socket_routes: OnceLock<Router<Arc<Sim>>>,
}

impl Cognigy {
    pub(crate) fn new(seed: u64, world: &World) -> Cognigy {
        let install = sample::install(seed, world);
        Cognigy {
            sessions: Sessions::new(seed, world, &install),
            install: Mutex::new(install),
            cxone: cxone::Keyring::default(),
            sockets: OnceLock::new(),
            socket_routes: OnceLock::new(),
        }
    }

    /// Back to the install of the seed. Sockets stay, and find no session any more.
    pub(crate) fn reset(&self, seed: u64, world: &World) {
        let install = sample::install(seed, world);
        self.sessions.become_fresh(Sessions::new(seed, world, &install));
        self.cxone.forget();
        *self.install() = install;
    }

    /// What the install keeps. Never held over a wait.
    pub(crate) fn install(&self) -> MutexGuard<'_, Install> {
        self.install.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sockets(&self) -> Option<&SocketIo> {
        self.sockets.get()
    }

    fn listen(&self, io: SocketIo) {
        let _ = self.sockets.set(io);
    }
}

/// The chats' part of the endpoint host.
pub(crate) fn chats(sim: &Arc<Sim>) -> Router<Arc<Sim>> {
    let sockets = sim.cognigy.socket_routes.get_or_init(|| socket::routes(sim));
    chat::routes().merge(sockets.clone())
}

/// The client id and secret that the integration box wants of CXone, if the provider is there.
///
/// While a fault distorts what the administrator typed for the sample provider, that is what counts.
pub(crate) fn integration_pair(seen: &Seen, provider: &str) -> Option<(String, String)> {
    let typed = &seen.sim.world.install.provider;
    let shown = &seen.world.install.provider;
    let pair = (shown.client_id.clone(), shown.client_secret.clone());
    if provider == typed.id {
        if shown.id != typed.id {
            return None;
        }
        if pair != (typed.client_id.clone(), typed.client_secret.clone()) {
            return Some(pair);
        }
    }
    let install = seen.sim.cognigy.install();
    let credentials = install.provider(provider)?.text(INTEGRATION_CREDENTIALS);
    let connection = credentials.and_then(|id| install.connection(&id).cloned());
    let field = |name: &str| {
        let value = connection.as_ref().and_then(|connection| connection.field(name));
        value.unwrap_or_default().to_owned()
    };
    Some((field(INTEGRATION_FIELDS[0]), field(INTEGRATION_FIELDS[1])))
}
