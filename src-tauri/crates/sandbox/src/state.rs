//! The one struct behind all listeners: the world, the faults that are on, the tokens that are out, the clock.
//!
//! A request sees one moment of it: [`Seen`] takes the faults and the world as they show it once, at its start.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use secrecy::SecretString;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::autopilot::Autopilot;
use crate::clock::Clock;
use crate::cognigy::Cognigy;
use crate::courier::{Outbox, Purse};
use crate::disturbance::{Disturbances, Scoped};
use crate::fault::{Fault, FaultSet};
use crate::hub::Hub;
use crate::inbox::Inbox;
use crate::issued::Tokens;
use crate::server::{Addresses, Detours};
use crate::switch::{ListLag, Switches, UnknownSwitch};
use crate::tenant::{Agent, AgentState, Integration, World};
use crate::view::view;

/// What the faults of slowness cost unless told otherwise, in milliseconds: too long for a Save of several calls that has ten
/// seconds, and not too long for each of them.
const SLOWNESS: u64 = 4_000;

pub(crate) struct Sim {
    pub seed: u64,
    /// Whether the contract documents are left aside.
    pub loose: bool,
    /// The world as the seed makes it: what the description tells. Nothing changes it.
    pub world: World,
    /// The world as it is now. `change` is the one way to it.
    live: RwLock<World>,
    /// Conversations, kept beside the world: no fault changes them.
    inbox: Mutex<Inbox>,
    pub hub: Hub,
    pub autopilot: Autopilot,
    /// Counts what happens in conversations, for who waits for something.
    pub pulse: watch::Sender<u64>,
    /// Tokens of integration boxes that CXone holds.
    pub purse: Purse,
    /// Messages on their way to integration boxes.
    pub outbox: Outbox,
    pub addresses: Addresses,
    /// Where the faults of the path lead; nowhere before the sandbox serves.
    pub detours: OnceLock<Detours>,
    /// Lets in to the control addresses. Drawn for every start: who can reach the port is not yet allowed to steer.
    pub control_token: SecretString,
    /// The Cognigy.AI install; it knows CXone by its addresses alone.
    pub cognigy: Cognigy,
    /// What it was started with: a reset leads back to it.
    started: (FaultSet, Switches),
    faults: RwLock<FaultSet>,
    switches: RwLock<Switches>,
    pub disturbances: Disturbances,
    /// Milliseconds that the faults of slowness cost.
    slowness: AtomicU64,
    pub tokens: Tokens,
    /// Tokens of the integration box, kept apart: the two sides know nothing of each other.
    pub box_tokens: Tokens,
    pub clock: Clock,
    /// Ends what runs beside the listeners when the sandbox stops.
    pub cancel: CancellationToken,
    /// What runs beside the listeners; a stop waits for it.
    pub tasks: TaskTracker,
    count: AtomicU64,
    /// How often it was reset: what began before a reset leaves no trace after it.
    resets: AtomicU64,
}

impl Sim {
    pub(crate) fn new(
        seed: u64,
        faults: FaultSet,
        switches: Switches,
        loose: bool,
        addresses: Addresses,
    ) -> Sim {
        let world = World::seeded(seed);
        Sim {
            seed,
            loose,
            cognigy: Cognigy::new(seed, &world),
            live: RwLock::new(typed(&world, addresses)),
            inbox: Mutex::new(Inbox::seeded(seed, &world.tenant)),
            hub: Hub::default(),
            autopilot: Autopilot::default(),
            pulse: watch::Sender::new(0),
            purse: Purse::default(),
            outbox: Outbox::default(),
            world,
            addresses,
            detours: OnceLock::new(),
            control_token: drawn(),
            started: (faults.clone(), switches),
            faults: RwLock::new(faults),
            switches: RwLock::new(switches),
            disturbances: Disturbances::default(),
            slowness: AtomicU64::new(SLOWNESS),
            tokens: Tokens::default(),
            box_tokens: Tokens::default(),
            clock: Clock::default(),
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
            count: AtomicU64::new(0),
            resets: AtomicU64::new(0),
        }
    }

    /// Back to the moment of the start: world, conversations, tokens, faults, switches, disturbances, clock. Addresses stay,
    /// and who listens to events keeps listening.
    pub(crate) fn reset(&self) {
        let (faults, switches) = self.started.clone();
        self.resets.fetch_add(1, Ordering::Relaxed);
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = typed(&self.world, self.addresses);
        *self.inbox() = Inbox::seeded(self.seed, &self.world.tenant);
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = faults;
        *self.switches.write().unwrap_or_else(PoisonError::into_inner) = switches;
        self.disturbances.clear();
        self.slowness.store(SLOWNESS, Ordering::Relaxed);
        self.autopilot.clear();
        self.hub.forget();
        self.purse.empty();
        self.outbox.empty();
        self.tokens.clear();
        self.box_tokens.clear();
        self.clock.back();
        self.cognigy.reset(self.seed, &self.world);
        self.count.store(0, Ordering::Relaxed);
    }

    /// What the faults of slowness cost.
    pub(crate) fn slowness(&self) -> Duration {
        Duration::from_millis(self.slowness.load(Ordering::Relaxed))
    }

    pub(crate) fn set_slowness(&self, slowness: Duration) {
        let ms = u64::try_from(slowness.as_millis()).unwrap_or(u64::MAX);
        self.slowness.store(ms, Ordering::Relaxed);
    }

    /// Changes the world for good: requests from now on see it. Faults distort only what is shown, so never write back what
    /// a request saw.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.live.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// The world as the faults that are on make it look now.
    pub(crate) fn view(&self, faults: &FaultSet) -> World {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        view(&live, faults, self.seed)
    }

    /// The conversations. Never held over an await.
    pub(crate) fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn switches(&self) -> Switches {
        *self.switches.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_switch(&self, name: &str, choice: &str) -> Result<(), UnknownSwitch> {
        self.switches
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .set(name, choice)
    }

    pub(crate) fn faults(&self) -> FaultSet {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_fault(&self, fault: Fault, on: bool) {
        let mut faults = self.faults.write().unwrap_or_else(PoisonError::into_inner);
        if on {
            faults.insert(fault);
        } else {
            faults.remove(&fault);
        }
    }

    /// Whether the employee is there.
    pub(crate) fn set_agent_state(&self, id: u64, state: AgentState) -> bool {
        let now = self.clock.now();
        self.change(|world| {
            let agent = world.tenant.agents.iter_mut().find(|agent| agent.id == id);
            let since = |agent: &mut Agent| (agent.state, agent.state_since) = (state, Some(now));
            agent.map(since).is_some()
        })
    }

    pub(crate) fn resets(&self) -> u64 {
        self.resets.load(Ordering::Relaxed)
    }

    /// The next of the numbers that make ids unique within a run.
    pub(crate) fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// A token nobody can guess. It is the one thing of the sandbox that no seed decides.
fn drawn() -> SecretString {
    let mut bytes = [0_u8; 24];
    // Without a source of chance the token stays a word that no request can carry.
    match rustls::crypto::ring::default_provider()
        .secure_random
        .fill(&mut bytes)
    {
        Ok(()) => format!("sim_control_{}", URL_SAFE_NO_PAD.encode(bytes)).into(),
        Err(_) => "\n".into(),
    }
}

/// The world of a seed with the integration as it is typed into CXone's form.
fn typed(world: &World, addresses: Addresses) -> World {
    let mut live = world.clone();
    live.tenant.integrations = vec![Integration::typed(&live.install.provider, addresses.endpoint)];
    live
}

/// What one request sees.
pub(crate) struct Seen {
    pub sim: Arc<Sim>,
    pub faults: FaultSet,
    pub switches: Switches,
    pub world: World,
    pub trace: String,
    /// `Agent::id` of the employee whose token the request carries.
    pub caller: Option<u64>,
    /// How often the sandbox had been reset.
    pub resets: u64,
}

/// The id of the exchange, in the answer's `x-trace-id` and in the error bodies that have a place for it.
#[derive(Clone)]
pub(crate) struct Trace(pub String);

impl Seen {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// What somebody sees who is not a caller of the simulated servers: the sandbox's own control.
    pub(crate) fn of(sim: &Arc<Sim>, trace: String) -> Seen {
        let faults = sim.faults();
        Seen {
            world: sim.view(&faults),
            switches: sim.switches(),
            caller: None,
            resets: sim.resets(),
            sim: sim.clone(),
            faults,
            trace,
        }
    }

    /// Whether the sandbox was reset since: then ids mean other things.
    pub(crate) fn is_over(&self) -> bool {
        self.resets != self.sim.resets()
    }

    /// The employee who asks.
    pub(crate) fn caller(&self) -> Option<&Agent> {
        self.world
            .tenant
            .agents
            .iter()
            .find(|agent| Some(agent.id) == self.caller)
    }

    /// Whether something made at that second is in lists by now.
    pub(crate) fn listed(&self, made_at: i64) -> bool {
        let lag = match self.switches.list_lag {
            ListLag::None => return true,
            ListLag::ThreeSeconds => 3,
        };
        self.sim.clock.now() >= made_at + lag
    }

    /// What a background task of this request sees.
    pub(crate) fn again(&self) -> Seen {
        Seen {
            sim: self.sim.clone(),
            faults: self.faults.clone(),
            switches: self.switches,
            world: self.world.clone(),
            trace: self.trace.clone(),
            caller: self.caller,
            resets: self.resets,
        }
    }
}

impl FromRequestParts<Arc<Sim>> for Seen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, sim: &Arc<Sim>) -> Result<Seen, Infallible> {
        let mut faults = sim.faults();
        if let Some(Scoped(scoped)) = parts.extensions.get() {
            faults.extend(scoped);
        }
        let world = sim.view(&faults);
        let trace = parts
            .extensions
            .get::<Trace>()
            .map(|trace| trace.0.clone())
            .unwrap_or_default();
        let caller = sim
            .tokens
            .bearer(&parts.headers, sim.clock.now())
            .and_then(|issued| world.tenant.subject(&issued.subject));
        Ok(Seen {
            caller,
            resets: sim.resets(),
            sim: sim.clone(),
            switches: sim.switches(),
            faults,
            world,
            trace,
        })
    }
}
