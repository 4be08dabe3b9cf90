//! A simulated CXone tenant and Cognigy.AI install on this computer, faults included.
//!
//! Everything listens on 127.0.0.1, one port a host, and answers this computer only. Nothing is kept on disk. Ids and
//! secrets come from a seed and are marked `sim_` where the vendor's format has room for it; tokens are signed with a key
//! that is public on purpose (see `key`).
//!
//! How it is laid out: [`fault`] is the table of faults, [`switch`] that of open questions; `tenant` is what the servers
//! know (`seed` makes it), `inbox` the conversations, `view` what is shown while faults are on; `intercept` holds the faults
//! that are wrong answers, and `disturbance` what goes wrong on the way whatever it leads to; `contract` holds requests and
//! answers against the documents in the crate's folder of that name. `host` is what all hosts have in common, and each family
//! of routes is a module (`auth`, `userhub`, `units`, `acd`, `scripts`, `digital`, `events`, `endpoint`, `cognigy`). `courier`
//! is CXone as a caller of the integration box, `act` an agent at the desk, `autopilot` one who follows a script, `control` and
//! `stage` what steers all of it.
//!
//! To add a fault: a row in [`fault`], and its effect in exactly one of `view`, `cognigy::view`, `intercept`, a route or
//! `description`. Its check need not be made by the verification yet.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod acd;
mod act;
mod answer;
mod auth;
mod autopilot;
mod clock;
mod cognigy;
mod contract;
mod control;
mod courier;
mod description;
mod digital;
mod disturbance;
mod endpoint;
mod events;
pub mod fault;
mod form;
mod glance;
mod host;
mod hub;
mod id;
mod inbox;
mod intercept;
mod issued;
mod key;
mod keyring;
mod outgoing;
mod page;
mod params;
mod routing;
pub mod scenario;
mod scripts;
mod seed;
mod server;
mod stage;
mod state;
pub mod switch;
mod tenant;
mod tls;
mod token;
mod trickle;
mod units;
mod userhub;
mod view;
mod wire;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use act::{Act, CannotAct, Deed};
pub use cognigy::customer::{ChatError, ChatLine, ChatStage, ChatView, Customer, Speaker};
pub use description::{Control, Description, Hosts, PRIVATE_HOST};
pub use disturbance::{BadDisturbance, Disturbance, Effect, Kept};
pub use fault::{Expectation, Fault, FaultKind, FaultSet, UnknownFault};
pub use form::{ByocForm, RoleRights};
pub use glance::{AgentView, ChannelView, ContactView, Glance, MessageView};
pub use page::page;
pub use rustls::pki_types::CertificateDer;

use crate::host::Host;
use crate::server::{Listeners, Serving};
use crate::state::{Seen, Sim};
use crate::switch::{SwitchRow, Switches, UnknownSwitch};

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Port of the issuer; 0 takes a free one. The other hosts always take free ones.
    pub issuer_port: u16,
    /// Faults that are on from the start.
    pub faults: FaultSet,
    /// How the questions nobody can answer are settled.
    pub switches: Switches,
    /// Takes and says what the contract documents do not allow, instead of refusing it.
    pub loose: bool,
    /// Same seed, same ids and secrets.
    pub seed: u64,
}

/// Why the sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port could not be taken.
    #[error("the sandbox's {host} could not listen on 127.0.0.1 port {port}: {source}")]
    Bind {
        /// Which host it was for.
        host: &'static str,
        /// The port asked for; 0 for any.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate for the fault `endpoint-tls-expired` could not be made.
    #[error("the sandbox's certificates could not be made: {detail}")]
    Certificate {
        /// What the maker said.
        detail: String,
    },
}

/// A running sandbox. Dropping it ends it too, without waiting.
pub struct Sandbox {
    sim: Arc<Sim>,
    cancel: CancellationToken,
    tasks: TaskTracker,
    /// Held so that nobody else gets the port that must refuse.
    _refused: TcpSocket,
}

impl Sandbox {
    /// Takes the ports and serves. Must be called within a tokio runtime.
    pub async fn start(options: Options) -> Result<Sandbox, StartError> {
        let Options {
            issuer_port,
            faults,
            switches,
            loose,
            seed,
        } = options;
        let listeners = Listeners::bind(issuer_port).await.map_err(|(host, source)| {
            let port = if host == Host::Issuer.name() {
                issuer_port
            } else {
                0
            };
            StartError::Bind { host, port, source }
        })?;
        let certified = |made: Result<TlsAcceptor, tls::TlsError>| {
            made.map_err(|error| StartError::Certificate {
                detail: error.to_string(),
            })
        };
        let expired = certified(tls::expired())?;
        let intercepted = certified(tls::intercepted())?;
        let sim = Arc::new(Sim::new(seed, faults, switches, loose, listeners.addresses));
        let (cancel, tasks) = (sim.cancel.clone(), sim.tasks.clone());
        // A sandbox that was just made has no detours yet.
        let _ = sim.detours.set(listeners.detours);
        let serve = |name, folded, router, listener, tls| {
            let serving = Serving {
                name,
                folded,
                router,
                tls,
                cancel: cancel.clone(),
                tasks: tasks.clone(),
            };
            tasks.spawn(serving.run(listener));
        };
        for (host, listener) in listeners.plain {
            serve(host.name(), host == Host::Api, host.router(&sim), listener, None);
        }
        let endpoint = || Host::Endpoint.router(&sim);
        serve("expired", false, endpoint(), listeners.expired, Some(expired));
        serve(
            "intercepted",
            false,
            endpoint(),
            listeners.intercepted,
            Some(intercepted),
        );
        serve("proxy", false, server::proxy(), listeners.proxy, None);
        Ok(Sandbox {
            sim,
            cancel,
            tasks,
            _refused: listeners.refused,
        })
    }

    /// Addresses, profile and secrets as the faults that are on make them. Profile and path faults show here only, so ask
    /// again after switching one.
    pub fn description(&self) -> Description {
        self.sim.description()
    }

    /// What the administrator typed into CXone's BYOC form, to be pasted into the comparison: `Label: value` lines, the
    /// client secret among them. Always there; faults of the form change it.
    pub fn typed_form(&self) -> Option<String> {
        Some(self.sim.typed_form())
    }

    /// Switches a fault. Server faults hold from the next request on; requests under way see the old state. Local
    /// faults change nothing here, except for a wrong clock.
    pub fn set_fault(&self, fault: Fault, on: bool) {
        self.sim.set_fault(fault, on);
    }

    /// The faults that are on.
    pub fn faults(&self) -> FaultSet {
        self.sim.faults()
    }

    /// Every switch, as it is set and as it could be.
    pub fn switches(&self) -> Vec<SwitchRow> {
        self.sim.switches().page()
    }

    /// Settles a question otherwise, from the next request on.
    pub fn set_switch(&self, name: &str, choice: &str) -> Result<(), UnknownSwitch> {
        self.sim.set_switch(name, choice)
    }

    /// The address that the console's button of the integration opens in an administrator's browser: the add action with a
    /// fresh one-time token. None where the tenant has no integration.
    pub fn add_action(&self) -> Option<String> {
        self.sim.add_action()
    }

    /// A customer in a chat of the install's webchat endpoint. The same ids are the same chat, as over a socket.
    pub fn customer(&self, user: &str, session: &str) -> Customer {
        Customer::new(&self.sim, user, session)
    }

    /// Sets the default skill of a channel, as an administrator does in the console: no documented call of the API can. False
    /// where there is no such channel or no such skill.
    pub fn set_channel_skill(&self, channel: &str, skill: u64) -> bool {
        self.sim.set_channel_skill(channel, skill)
    }

    /// Lets a scripted agent do these acts with every contact that is put into a queue from now on; none of them, nobody does.
    /// It stops at the first act that is refused, as by hand.
    pub fn set_agent(&self, acts: Vec<Act>) {
        self.sim.autopilot.set(acts);
    }

    /// Changes whenever something happens in a conversation, on either side: for who waits for something to be said.
    pub fn pulse(&self) -> watch::Receiver<u64> {
        self.sim.pulse.subscribe()
    }

    /// Moves the clock of the simulated servers on, so that tokens can run out without waiting. Whole seconds count.
    pub fn advance(&self, by: Duration) {
        self.sim
            .clock
            .advance(i64::try_from(by.as_secs()).unwrap_or(i64::MAX));
    }

    /// Everything at a glance, as the faults that are on make it look.
    pub fn glance(&self) -> Glance {
        self.seen().glance()
    }

    /// A contact with its messages.
    pub fn contact(&self, number: u64) -> Option<ContactView> {
        self.seen().contact(number)
    }

    /// Lets an agent do something with a contact, and shows the contact afterwards.
    pub async fn act(&self, contact: u64, deed: Deed) -> Result<ContactView, CannotAct> {
        self.actor().act(contact, deed).await
    }

    /// Somebody to play agents with, for work that goes on while others use the sandbox.
    pub fn actor(&self) -> Actor {
        Actor(self.sim.clone())
    }

    /// The handover script as it was made (`scriptContent`), whatever was saved or switched since: what a careful
    /// administrator accepted on the first day.
    pub fn handover_script(&self) -> Option<serde_json::Value> {
        scripts::seeded(&self.sim)
    }

    fn seen(&self) -> Seen {
        Seen::of(&self.sim, format!("sim_control_{}", self.sim.next()))
    }

    /// Types something else into the BYOC form of an integration. False if there is no such Integration ID.
    pub fn type_form(&self, integration: &str, typed: ByocForm) -> bool {
        self.sim.type_form(integration, typed)
    }

    /// Changes what a role may do with channels. False if there is no role of that name.
    pub fn set_role(&self, name: &str, rights: RoleRights) -> bool {
        self.sim.set_role(name, rights)
    }

    /// Puts a disturbance on the way. The number is there to take it away again.
    pub fn disturb(&self, disturbance: Disturbance) -> Result<u64, BadDisturbance> {
        self.sim.disturbances.add(disturbance)
    }

    /// Takes a disturbance away. False if it was not there.
    pub fn settle(&self, id: u64) -> bool {
        self.sim.disturbances.remove(id)
    }

    /// How long the faults of slowness make a call take.
    pub fn set_slowness(&self, slowness: Duration) {
        self.sim.set_slowness(slowness);
    }

    /// Back to the moment of the start, addresses and control token aside.
    pub fn reset(&self) {
        self.sim.reset();
    }

    /// The authority behind the expired certificate of `endpoint-tls-expired`: with it trusted, the expiry is all that is
    /// wrong. The same for all sandboxes of a process, and never to be trusted elsewhere.
    pub fn root_certificate() -> Result<CertificateDer<'static>, StartError> {
        tls::root_certificate().map_err(|error| StartError::Certificate {
            detail: error.to_string(),
        })
    }

    /// Ends it: drops every connection, answered or not, and returns when nothing of it runs any more.
    pub async fn stop(self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Plays agents of a running sandbox.
#[derive(Clone)]
pub struct Actor(Arc<Sim>);

impl Actor {
    /// Lets an agent do something with a contact, and shows the contact afterwards.
    ///
    /// # Errors
    /// [`CannotAct`].
    pub async fn act(&self, contact: u64, deed: Deed) -> Result<ContactView, CannotAct> {
        let trace = format!("sim_control_{}", self.0.next());
        Seen::of(&self.0, trace).act(contact, deed).await
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor").finish_non_exhaustive()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults = self.faults();
        f.debug_struct("Sandbox")
            .field("issuer", &self.sim.issuer())
            .field("faults", &faults)
            .finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
