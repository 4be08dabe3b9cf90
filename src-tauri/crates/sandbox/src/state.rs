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

use crate::fault::{Fault, FaultSet};
use crate::server::Addresses;
use crate::tenant::World;
use crate::view::view;

pub(crate) struct Sim {
    pub seed: u64,
    pub world: World,
    pub addresses: Addresses,
    faults: RwLock<FaultSet>,
    pub tokens: Tokens,
    /// Tokens of the integration box, kept apart: the two sides know nothing of each other.
    pub box_tokens: Tokens,
    pub clock: Clock,
    count: AtomicU64,
}

impl Sim {
    pub(crate) fn new(seed: u64, faults: FaultSet, addresses: Addresses) -> Sim {
        Sim {
            seed,
            world: World::seeded(seed),
            addresses,
            faults: RwLock::new(faults),
            tokens: Tokens::default(),
            box_tokens: Tokens::default(),
            clock: Clock::default(),
            count: AtomicU64::new(0),
        }
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
        jiff::Timestamp::now().as_second() + self.ahead.load(Ordering::Relaxed)
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
    pub world: World,
    pub trace: String,
}

/// The id of the exchange, in the answer's `x-trace-id` and in the error bodies that have a place for it.
#[derive(Clone)]
pub(crate) struct Trace(pub String);

impl Seen {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }
}

impl FromRequestParts<Arc<Sim>> for Seen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, sim: &Arc<Sim>) -> Result<Seen, Infallible> {
        let faults = sim.faults();
        let world = view(&sim.world, &faults, sim.seed);
        let trace = parts
            .extensions
            .get::<Trace>()
            .map(|trace| trace.0.clone())
            .unwrap_or_default();
        Ok(Seen {
            sim: sim.clone(),
            faults,
            world,
            trace,
        })
    }
}
