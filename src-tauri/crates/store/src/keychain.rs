//! The operating system's keychain, through the `keyring` crate.
//!
//! A keychain that can be reached is not yet one that works: a Secret Service that was never unlocked answers a
//! read or deletion with "no such entry". So the first absent entry of a run makes this store prove itself by
//! writing, reading and deleting an entry of its own, and the reason it cannot is what the caller gets.

use std::sync::atomic::{AtomicBool, Ordering};

use keyring::{Entry, Error};
use profile::{ProfileId, SecretError, SecretField, SecretStore, StoreKind};
use secrecy::{ExposeSecret, SecretString};

/// The service all entries are filed under; the user is `<profile id>/<field>`.
pub const SERVICE: &str = "handover-desk";

/// The system's keychain: Keychain Services, Credential Manager or the Secret Service.
///
/// Any call may block until a person answers a dialog.
#[derive(Debug, Default)]
pub struct Keychain(Prover<System>);

impl Keychain {
    /// The keychain. Nothing is asked of it yet.
    pub fn new() -> Keychain {
        Keychain::default()
    }
}

/// Entries by user name.
trait Ring: Send + Sync {
    fn get(&self, user: &str) -> Result<Option<SecretString>, SecretError>;
    fn set(&self, user: &str, secret: &SecretString) -> Result<(), SecretError>;
    /// Whether there was one.
    fn delete(&self, user: &str) -> Result<bool, SecretError>;
}

/// Does not believe an absent entry before the ring has shown that it works.
#[derive(Debug, Default)]
struct Prover<R> {
    ring: R,
    proven: AtomicBool,
}

impl<R: Ring> Prover<R> {
    fn get(&self, user: &str) -> Result<Option<SecretString>, SecretError> {
        let found = self.ring.get(user)?;
        if found.is_none() && !self.proven.load(Ordering::Relaxed) {
            self.probe()?;
        }
        Ok(found)
    }

    fn delete(&self, user: &str) -> Result<(), SecretError> {
        if !self.ring.delete(user)? && !self.proven.load(Ordering::Relaxed) {
            self.probe()?;
        }
        Ok(())
    }

    fn probe(&self) -> Result<(), SecretError> {
        // A name of its own for each probe: window and terminal may probe at the same time.
        let user = format!("probe/{}", uuid::Uuid::new_v4());
        let value = SecretString::from(uuid::Uuid::new_v4().to_string());
        self.ring.set(&user, &value)?;
        let found = self.ring.get(&user);
        let removed = self.ring.delete(&user);
        match found? {
            Some(read) if read.expose_secret() == value.expose_secret() => {}
            _ => {
                let detail = "a stored entry does not come back".to_owned();
                return Err(SecretError::Other { detail });
            }
        }
        removed?;
        self.proven.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl SecretStore for Keychain {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn get(&self, profile: &ProfileId, field: SecretField) -> Result<Option<SecretString>, SecretError> {
        self.0.get(&user(profile, field))
    }

    fn set(&self, profile: &ProfileId, field: SecretField, secret: &SecretString) -> Result<(), SecretError> {
        self.0.ring.set(&user(profile, field), secret)
    }

    fn delete(&self, profile: &ProfileId, field: SecretField) -> Result<(), SecretError> {
        self.0.delete(&user(profile, field))
    }

    fn probe(&self) -> Result<(), SecretError> {
        self.0.probe()
    }
}

fn user(profile: &ProfileId, field: SecretField) -> String {
    format!("{profile}/{field}")
}

/// The one of this computer.
#[derive(Debug, Default)]
struct System;

impl System {
    fn entry(user: &str) -> Result<Entry, SecretError> {
        // `Entry::new` says only that there is no store; the reason is in the status.
        if let Err(error) = Entry::store_status() {
            return Err(unavailable(error));
        }
        Entry::new(SERVICE, user).map_err(|error| translate(&error))
    }
}

impl Ring for System {
    fn get(&self, user: &str) -> Result<Option<SecretString>, SecretError> {
        match System::entry(user)?.get_password() {
            Ok(secret) => Ok(Some(SecretString::from(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(translate(&error)),
        }
    }

    fn set(&self, user: &str, secret: &SecretString) -> Result<(), SecretError> {
        System::entry(user)?
            .set_password(secret.expose_secret())
            .map_err(|error| translate(&error))
    }

    fn delete(&self, user: &str) -> Result<bool, SecretError> {
        match System::entry(user)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(translate(&error)),
        }
    }
}

/// The store could not be opened at all.
fn unavailable(error: &Error) -> SecretError {
    match translate(error) {
        SecretError::Other { detail } => SecretError::NoService { detail },
        known => known,
    }
}

/// The crate's errors as ours. `Debug` of the crate's error is never used: it can hold what was read.
fn translate(error: &Error) -> SecretError {
    let detail = || error.to_string();
    match error {
        Error::TooLong(_, limit) => SecretError::TooLong { limit: *limit },
        Error::NoStorageAccess(_) => SecretError::Locked,
        Error::PlatformFailure(cause) => {
            platform(cause.as_ref()).unwrap_or_else(|| SecretError::Other { detail: detail() })
        }
        Error::NoDefaultStore => SecretError::NoService { detail: detail() },
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            SecretError::Damaged { detail: detail() }
        }
        _ => SecretError::Other { detail: detail() },
    }
}

/// The Secret Service: bus errors by their registered names.
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn platform(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<SecretError> {
    use secret_service::Error as Service;
    let gone = || SecretError::NoService {
        detail: cause.to_string(),
    };
    let named = |name: &str| match name {
        "org.freedesktop.DBus.Error.AccessDenied" | "org.freedesktop.DBus.Error.AuthFailed" => {
            SecretError::Denied
        }
        "org.freedesktop.Secret.Error.IsLocked" => SecretError::Locked,
        _ => gone(),
    };
    match cause.downcast_ref::<Service>()? {
        Service::Locked | Service::NoResult | Service::Prompt => Some(SecretError::Locked),
        Service::Unavailable | Service::PromptDisconnected => Some(gone()),
        Service::Zbus(zbus::Error::MethodError(name, ..)) => Some(named(name.as_str())),
        Service::Zbus(_) => Some(gone()),
        Service::ZbusFdo(zbus::fdo::Error::AccessDenied(_) | zbus::fdo::Error::AuthFailed(_)) => {
            Some(SecretError::Denied)
        }
        Service::ZbusFdo(_) => Some(gone()),
        _ => None,
    }
}

/// Keychain Services: status codes of the Security framework.
#[cfg(target_os = "macos")]
fn platform(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<SecretError> {
    match cause.downcast_ref::<security_framework::base::Error>()?.code() {
        // userCanceledErr, errSecAuthFailed, errSecMissingEntitlement
        -128 | -25293 | -34018 => Some(SecretError::Denied),
        // errSecInteractionNotAllowed, errSecInteractionRequired
        -25308 | -25315 => Some(SecretError::Locked),
        // errSecNotAvailable, errSecNoDefaultKeychain
        -25291 | -25307 => Some(SecretError::NoService {
            detail: cause.to_string(),
        }),
        _ => None,
    }
}

#[cfg(not(unix))]
fn platform(_: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<SecretError> {
    None
}

#[cfg(test)]
#[path = "keychain_tests.rs"]
mod tests;
