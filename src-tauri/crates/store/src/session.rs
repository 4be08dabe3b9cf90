//! Secrets in memory: gone with the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use profile::{ProfileId, SecretError, SecretField, SecretStore, StoreKind};
use secrecy::SecretString;

/// A store for this run only. Values are overwritten with zeros when they are replaced, deleted or dropped.
#[derive(Default)]
pub struct Session {
    entries: Mutex<HashMap<(ProfileId, SecretField), SecretString>>,
}

impl Session {
    /// An empty one.
    pub fn new() -> Session {
        Session::default()
    }

    // A map of whole values is sound even if a holder of the lock panicked.
    fn entries(&self) -> MutexGuard<'_, HashMap<(ProfileId, SecretField), SecretString>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("entries", &self.entries().len())
            .finish()
    }
}

impl SecretStore for Session {
    fn kind(&self) -> StoreKind {
        StoreKind::Session
    }

    fn get(&self, profile: &ProfileId, field: SecretField) -> Result<Option<SecretString>, SecretError> {
        Ok(self.entries().get(&(profile.clone(), field)).cloned())
    }

    fn set(&self, profile: &ProfileId, field: SecretField, secret: &SecretString) -> Result<(), SecretError> {
        self.entries().insert((profile.clone(), field), secret.clone());
        Ok(())
    }

    fn delete(&self, profile: &ProfileId, field: SecretField) -> Result<(), SecretError> {
        self.entries().remove(&(profile.clone(), field));
        Ok(())
    }

    fn probe(&self) -> Result<(), SecretError> {
        Ok(())
    }
}
