//! The one struct behind all listeners: the world, the faults that are on, the tokens that are out, the clock.
//!
//! A request sees one moment of it: [`Seen`] takes the faults and the world as they show it once, at its start.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cognigy::Cognigy;
use crate::courier::Purse;
use crate::fault::{Fault, FaultSet};
use crate::hub::Hub;
use crate::inbox::Inbox;
use crate::server::Addresses;
use crate::switch::{Switches, UnknownSwitch};
use crate::tenant::{Agent, Integration, World};
use crate::view::view;

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
    /// Counts what happens in conversations, for who waits for something.
    pub pulse: watch::Sender<u64>,
    /// Tokens of integration boxes that CXone holds.
    pub purse: Purse,
    pub addresses: Addresses,
    /// The Cognigy.AI install; it knows CXone by its addresses alone.
    pub cognigy: Cognigy,
    faults: RwLock<FaultSet>,
    switches: RwLock<Switches>,
    pub tokens: Tokens,
    /// Tokens of the integration box, kept apart: the two sides know nothing of each other.
    pub box_tokens: Tokens,
    pub clock: Clock,
    /// Ends what runs beside the listeners when the sandbox stops.
    pub cancel: CancellationToken,
    /// What runs beside the listeners; a stop waits for it.
    pub tasks: TaskTracker,
    count: AtomicU64,
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
        let mut live = world.clone();
        live.tenant.integrations = vec![Integration::typed(&live.install.provider, addresses.endpoint)];
        Sim {
            seed,
            loose,
            cognigy: Cognigy::new(seed, &world),
            live: RwLock::new(live),
            inbox: Mutex::new(Inbox::seeded(seed, &world.tenant)),
            hub: Hub::default(),
            pulse: watch::Sender::new(0),
            purse: Purse::default(),
            world,
            addresses,
            faults: RwLock::new(faults),
            switches: RwLock::new(switches),
            tokens: Tokens::default(),
            box_tokens: Tokens::default(),
            clock: Clock::default(),
            cancel: CancellationToken::new(),
            tasks: TaskTracker::new(),
            count: AtomicU64::new(0),
        }
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

    /// The next of the numbers that make ids unique within a run.
    pub(crate) fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Seconds since 1970 as the simulated servers see them: the computer's, moved on by what a test asked for.
#[derive(Default)]
pub(crate) struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    pub(crate) fn now(&self) -> i64 {
        Timestamp::now().as_second() + self.ahead.load(Ordering::Relaxed)
    }

    /// The same with the fraction of the second.
    pub(crate) fn timestamp(&self) -> Timestamp {
        let now = Timestamp::now();
        let ahead = jiff::SignedDuration::from_secs(self.ahead.load(Ordering::Relaxed));
        now.checked_add(ahead).unwrap_or(now)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// Tokens handed out, with what they stand for and when they end.
#[derive(Default)]
pub(crate) struct Tokens {
    issued: Mutex<HashMap<String, Issued>>,
}

#[derive(Clone)]
pub(crate) struct Issued {
    /// Access key (CXone) or provider (Cognigy.AI) the token was issued to.
    pub subject: String,
    /// Seconds since 1970.
    pub expires_at: i64,
    pub refresh: bool,
}

impl Tokens {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Issued>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn issue(&self, token: String, issued: Issued) {
        self.lock().insert(token, issued);
    }

    /// What a token stands for, if it is known, of the asked kind and not over.
    pub(crate) fn valid(&self, token: &str, refresh: bool, now: i64) -> Option<Issued> {
        self.lock()
            .get(token)
            .filter(|issued| issued.refresh == refresh && issued.expires_at > now)
            .cloned()
    }

    /// The bearer token of a request, if it is a valid one.
    pub(crate) fn bearer(&self, headers: &HeaderMap, now: i64) -> Option<Issued> {
        let value = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| self.valid(token.trim(), false, now))
            .flatten()
    }
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
}

/// The id of the exchange, in the answer's `x-trace-id` and in the error bodies that have a place for it.
#[derive(Clone)]
pub(crate) struct Trace(pub String);

impl Seen {
    /// The employee who asks.
    pub(crate) fn caller(&self) -> Option<&Agent> {
        self.world
            .tenant
            .agents
            .iter()
            .find(|agent| Some(agent.id) == self.caller)
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
        }
    }
}

impl FromRequestParts<Arc<Sim>> for Seen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, sim: &Arc<Sim>) -> Result<Seen, Infallible> {
        let faults = sim.faults();
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
            sim: sim.clone(),
            switches: sim.switches(),
            faults,
            world,
            trace,
        })
    }
}
