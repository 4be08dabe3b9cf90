//! Keychains that fail in one way each, for rehearsing and testing what the program says then.

use profile::{ProfileId, SecretError, SecretField, SecretStore, StoreKind};
use secrecy::SecretString;

/// What is wrong with a simulated keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SimulatedFault {
    /// No keychain service answers.
    Missing,
    /// It is locked.
    Locked,
    /// It never answers. Serve it by a [`crate::SecretThread`], whose limit ends the wait; a direct call hangs.
    Slow,
    /// It refuses.
    Denied,
}

/// A keychain with this fault.
pub fn simulated(fault: SimulatedFault) -> Box<dyn SecretStore> {
    Box::new(Simulated(fault))
}

struct Simulated(SimulatedFault);

impl Simulated {
    fn fail<T>(&self) -> Result<T, SecretError> {
        Err(match self.0 {
            SimulatedFault::Missing => SecretError::NoService {
                detail: "simulated".to_owned(),
            },
            SimulatedFault::Locked => SecretError::Locked,
            SimulatedFault::Denied => SecretError::Denied,
            SimulatedFault::Slow => loop {
                std::thread::park();
            },
        })
    }
}

impl SecretStore for Simulated {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn get(&self, _: &ProfileId, _: SecretField) -> Result<Option<SecretString>, SecretError> {
        self.fail()
    }

    fn set(&self, _: &ProfileId, _: SecretField, _: &SecretString) -> Result<(), SecretError> {
        self.fail()
    }

    fn delete(&self, _: &ProfileId, _: SecretField) -> Result<(), SecretError> {
        self.fail()
    }

    fn probe(&self) -> Result<(), SecretError> {
        self.fail()
    }
}
