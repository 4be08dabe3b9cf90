//! Faults of this computer that can be played without breaking it: a wrong clock and a secret store in trouble.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use profile::{SecretError, StoreKind};
use transport::{CertificateDer, Proxy, Roots};

use crate::run::{Run, StoreProbe};

/// How far a played clock is off, in seconds: more than what fails the check, less than a token's life.
const SKEW: i64 = 600;

impl Run {
    /// Plays the local faults among `names` (`clock-skew`, `keychain-missing`, `keychain-locked`, `keychain-slow`); other
    /// names are left to the sandbox.
    pub fn simulate(&mut self, names: &BTreeSet<String>) {
        for name in names {
            match name.as_str() {
                "clock-skew" => self.date_shift = SKEW,
                "keychain-missing" => self.play_store(Trouble::Missing),
                "keychain-locked" => self.play_store(Trouble::Locked),
                "keychain-slow" => self.play_store(Trouble::Slow),
                _ => {}
            }
        }
    }

    /// Lets a run against the built-in sandbox take the way that the sandbox describes: its authority counts as one that this
    /// computer trusts, and its proxy, where a fault has one, is the way out. An address that is none is left out.
    pub fn rehearse(&mut self, root: CertificateDer<'static>, proxy: Option<&str>) {
        self.settings.roots = Roots::SystemAnd(vec![root]);
        if let Some(proxy) = proxy.and_then(|proxy| proxy.parse().ok()) {
            self.settings.proxy = Proxy::Url(proxy);
        }
    }

    fn play_store(&mut self, trouble: Trouble) {
        self.simulated_store = Some(Arc::new(trouble));
    }
}

/// A keychain in trouble.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    Missing,
    Locked,
    Slow,
}

impl StoreProbe for Trouble {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn probe(&self) -> BoxFuture<'static, Result<(), SecretError>> {
        let error = match self {
            Self::Missing => SecretError::NoService {
                detail: "played by the sandbox".to_owned(),
            },
            Self::Locked => SecretError::Locked,
            Self::Slow => SecretError::Slow { after_ms: 3_000 },
        };
        async move { Err(error) }.boxed()
    }
}
