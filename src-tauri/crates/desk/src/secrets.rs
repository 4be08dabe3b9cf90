//! The secrets of all profiles: those of the store in use, and those of sample profiles, which live in memory only.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use profile::{
    Credentials, ProfileId, Record, SecretError, SecretErrorCode, SecretField, SecretState, SecretStore,
    StoreKind,
};
use secrecy::SecretString;
use store::{DEFAULT_LIMIT, Keychain, Patience, SecretThread, Session, Vault};
use tokio::sync::watch;
use verify::StoreProbe;

use crate::desk::lock;
use crate::profiles::Profiles;
use crate::wire::{ErrorCode, StoreHealth, StoreStatus, WireError};

/// Name of the vault in the data folder.
const VAULT: &str = "vault.age";

/// The stores, and how the one in use does.
pub(crate) struct Secrets {
    vault: Option<PathBuf>,
    patience: Patience,
    current: Mutex<Arc<SecretThread>>,
    health: Mutex<Result<StoreHealth, SecretError>>,
    memory: Session,
    /// Tells which thread is in use, so that somebody can watch whether it waits.
    in_use: watch::Sender<Arc<SecretThread>>,
}

impl Secrets {
    /// The stores of a data folder: the vault where there is one (locked, until its passphrase is given), else the
    /// keychain. Where nothing is kept, memory.
    ///
    /// `dialogs`: whether a person can answer a dialog of the keychain here.
    pub(crate) fn at(folder: Option<&Path>, in_memory: bool, dialogs: bool) -> Result<Self, SecretError> {
        let vault = folder.map(|folder| folder.join(VAULT));
        let patience = if dialogs {
            Patience::Wait(DEFAULT_LIMIT)
        } else {
            Patience::Fail(DEFAULT_LIMIT)
        };
        let locked = vault.as_deref().is_some_and(Vault::exists);
        let store: Box<dyn SecretStore> = match (in_memory || folder.is_none(), locked) {
            (true, _) => Box::new(Session::new()),
            (_, true) => Box::new(LockedVault),
            _ => Box::new(Keychain::new()),
        };
        let thread = Arc::new(SecretThread::start(store, patience)?);
        Ok(Self {
            vault,
            patience,
            health: Mutex::new(if locked {
                Err(SecretError::Locked)
            } else {
                Ok(StoreHealth::Untried)
            }),
            in_use: watch::Sender::new(thread.clone()),
            current: Mutex::new(thread),
            memory: Session::new(),
        })
    }

    pub(crate) fn kind(&self) -> StoreKind {
        lock(&self.current).kind()
    }

    /// Whether the store in use is a vault that nobody has opened yet.
    pub(crate) fn is_locked_vault(&self) -> bool {
        self.kind() == StoreKind::Vault && matches!(&*lock(&self.health), Err(SecretError::Locked))
    }

    fn thread(&self) -> Arc<SecretThread> {
        lock(&self.current).clone()
    }

    /// One secret, whatever it was entered for.
    pub(crate) async fn get(
        &self,
        profiles: &Profiles,
        record: &Record,
        field: SecretField,
    ) -> Result<Option<SecretString>, WireError> {
        Ok(self.read(profiles, record, field).await?)
    }

    pub(crate) async fn set(
        &self,
        profiles: &Profiles,
        id: &ProfileId,
        field: SecretField,
        value: &SecretString,
    ) -> Result<(), WireError> {
        if profiles.in_memory(id) {
            return Ok(self.memory.set(id, field, value)?);
        }
        self.heard(self.thread().set(id, field, value).await)
            .map_err(WireError::from)
    }

    pub(crate) async fn delete(
        &self,
        profiles: &Profiles,
        id: &ProfileId,
        field: SecretField,
    ) -> Result<(), WireError> {
        if profiles.in_memory(id) {
            return Ok(self.memory.delete(id, field)?);
        }
        self.heard(self.thread().delete(id, field).await)
            .map_err(WireError::from)
    }

    async fn read(
        &self,
        profiles: &Profiles,
        record: &Record,
        field: SecretField,
    ) -> Result<Option<SecretString>, SecretError> {
        if profiles.in_memory(&record.id) {
            return self.memory.get(&record.id, field);
        }
        // What was never stored need not be asked for: a profile without secrets opens no dialog.
        if !record.secrets.contains_key(&field) {
            return Ok(None);
        }
        self.heard(self.thread().get(&record.id, field).await)
    }

    /// What a run signs in with. Secrets that were entered for other addresses are left out. Where the store does not
    /// answer they are missing, and the check of the store says why.
    pub(crate) async fn credentials(&self, profiles: &Profiles, record: &Record) -> Credentials {
        let in_memory = profiles.in_memory(&record.id);
        let mut credentials = Credentials::none(if in_memory {
            StoreKind::Session
        } else {
            self.kind()
        });
        let typed = |text: &Option<String>| {
            text.clone()
                .filter(|text| !text.is_empty())
                .map(SecretString::from)
        };
        credentials.access_key_id = typed(&record.connection.access_key_id);
        credentials.client_id = typed(&record.connection.client_id);
        credentials.integration_client_id = typed(&record.connection.integration_client_id);
        for (field, slot) in [
            (SecretField::AccessKeySecret, &mut credentials.access_key_secret),
            (SecretField::ClientSecret, &mut credentials.client_secret),
            (
                SecretField::IntegrationClientSecret,
                &mut credentials.integration_client_secret,
            ),
        ] {
            if record.usable(field) == SecretState::Present {
                match self.read(profiles, record, field).await {
                    Ok(secret) => *slot = secret,
                    Err(error) => {
                        tracing::warn!(code = ?error.code(), "a secret could not be read");
                        // One answer is enough: a store that waits would be asked three times.
                        break;
                    }
                }
            }
        }
        credentials
    }

    /// Puts a sample profile's secrets into memory, and notes them in its record.
    pub(crate) fn keep_sample(&self, record: &mut Record, sample: &Credentials) {
        let plain = |secret: &Option<SecretString>| {
            secret
                .as_ref()
                .map(|secret| secrecy::ExposeSecret::expose_secret(secret).to_owned())
        };
        // The identifiers of a sample are made up, and shown like those of any profile.
        record.connection.access_key_id = plain(&sample.access_key_id);
        record.connection.client_id = plain(&sample.client_id);
        record.connection.integration_client_id = plain(&sample.integration_client_id);
        for (field, secret) in [
            (SecretField::AccessKeySecret, &sample.access_key_secret),
            (SecretField::ClientSecret, &sample.client_secret),
            (
                SecretField::IntegrationClientSecret,
                &sample.integration_client_secret,
            ),
        ] {
            let Some(secret) = secret else { continue };
            if let Err(error) = self.memory.set(&record.id, field, secret) {
                tracing::warn!(code = ?error.code(), "a secret of the sample profile was not kept");
                continue;
            }
            record.note_secret(field, secret, jiff::Timestamp::now());
        }
    }

    /// How the store in use does.
    pub(crate) fn status(&self) -> StoreStatus {
        let thread = self.thread();
        let kind = thread.kind();
        let waits = *thread.waiting().borrow() > 0;
        let health = lock(&self.health).clone();
        let place = match kind {
            StoreKind::Keychain => "the operating system's keychain",
            StoreKind::Vault => "a vault encrypted with your passphrase",
            StoreKind::Session => "memory, until the program ends",
            StoreKind::Environment => "the environment",
        };
        let (health, error) = match health {
            _ if waits => (StoreHealth::Waiting, None),
            Ok(health) => (health, None),
            Err(error) => (StoreHealth::Failed, Some(error)),
        };
        let (message, hint) = match (&error, health) {
            (Some(error), _) => (error.to_string(), Some(error.hint().to_owned())),
            (None, StoreHealth::Waiting) => (
                "Waiting for the keychain. It may have opened a dialog.".to_owned(),
                Some("Answer its dialog; it can be behind another window. Or cancel, and keep secrets elsewhere.".to_owned()),
            ),
            (None, _) => (format!("Secrets are kept in {place}."), None),
        };
        StoreStatus {
            kind,
            health,
            code: error.as_ref().map(SecretError::code),
            message,
            hint,
            vault_exists: self.vault.as_deref().is_some_and(Vault::exists),
        }
    }

    /// Tries the store by writing, reading and deleting an entry.
    pub(crate) async fn probe(&self) -> StoreStatus {
        // What it says is kept as the store's health.
        let _ = self.heard(self.thread().probe().await);
        self.status()
    }

    /// Gives up what waits for the store.
    pub(crate) fn cancel(&self) -> StoreStatus {
        self.thread().cancel();
        self.status()
    }

    /// Takes another store into use. A vault is made when there is none.
    pub(crate) async fn choose(
        &self,
        kind: StoreKind,
        passphrase: Option<SecretString>,
    ) -> Result<StoreStatus, WireError> {
        let store: Box<dyn SecretStore> = match kind {
            StoreKind::Keychain => Box::new(Keychain::new()),
            StoreKind::Vault => {
                let (Some(path), Some(passphrase)) = (self.vault.clone(), passphrase) else {
                    return Err(WireError::new(
                        ErrorCode::BadRequest,
                        "The vault needs a data folder and a passphrase.",
                    ));
                };
                // The passphrase is stretched on purpose, which takes a second of one core.
                let opened = tokio::task::spawn_blocking(move || {
                    if Vault::exists(&path) {
                        Vault::open(path, passphrase)
                    } else {
                        Vault::create(path, passphrase)
                    }
                });
                Box::new(
                    opened
                        .await
                        .map_err(|error| WireError::internal("opening the vault", error))??,
                )
            }
            StoreKind::Session | StoreKind::Environment => Box::new(Session::new()),
        };
        let thread = Arc::new(SecretThread::start(store, self.patience)?);
        // Whoever waits for the former store need not wait any longer.
        std::mem::replace(&mut *lock(&self.current), thread.clone()).cancel();
        *lock(&self.health) = Ok(StoreHealth::Untried);
        self.in_use.send_replace(thread);
        Ok(self.probe().await)
    }

    /// The probe of a verification.
    pub(crate) fn probe_of(&self, in_memory: bool) -> Arc<dyn StoreProbe> {
        Arc::new(Probe {
            thread: self.thread(),
            in_memory,
        })
    }

    /// Ends once, when the store in use begins or ends to wait, or another one is taken into use.
    pub(crate) fn watch(&self) -> Waits {
        Waits {
            in_use: self.in_use.subscribe(),
            thread: self.thread(),
        }
    }

    /// Remembers what an answer says about the store.
    fn heard<T>(&self, answer: Result<T, SecretError>) -> Result<T, SecretError> {
        let health = match &answer {
            Ok(_) => Some(Ok(StoreHealth::Well)),
            // These are about one value, or about the caller.
            Err(error)
                if matches!(
                    error.code(),
                    SecretErrorCode::TooLong | SecretErrorCode::Cancelled
                ) =>
            {
                None
            }
            Err(error) => Some(Err(error.clone())),
        };
        if let Some(health) = health {
            *lock(&self.health) = health;
        }
        answer
    }
}

/// Hears when the store begins or ends to wait.
pub(crate) struct Waits {
    in_use: watch::Receiver<Arc<SecretThread>>,
    thread: Arc<SecretThread>,
}

impl Waits {
    /// False when there is nothing to hear any more.
    pub(crate) async fn changed(&mut self) -> bool {
        let mut waiting = self.thread.waiting();
        waiting.mark_unchanged();
        tokio::select! {
            changed = waiting.changed() => changed.is_ok(),
            changed = self.in_use.changed() => {
                self.thread = self.in_use.borrow_and_update().clone();
                changed.is_ok()
            }
        }
    }
}

struct Probe {
    thread: Arc<SecretThread>,
    in_memory: bool,
}

impl StoreProbe for Probe {
    fn kind(&self) -> StoreKind {
        if self.in_memory {
            StoreKind::Session
        } else {
            self.thread.kind()
        }
    }

    fn probe(&self) -> BoxFuture<'static, Result<(), SecretError>> {
        let (thread, in_memory) = (self.thread.clone(), self.in_memory);
        Box::pin(async move { if in_memory { Ok(()) } else { thread.probe().await } })
    }
}

/// A vault whose passphrase was not given yet.
struct LockedVault;

impl SecretStore for LockedVault {
    fn kind(&self) -> StoreKind {
        StoreKind::Vault
    }
    fn get(&self, _: &ProfileId, _: SecretField) -> Result<Option<SecretString>, SecretError> {
        Err(SecretError::Locked)
    }
    fn set(&self, _: &ProfileId, _: SecretField, _: &SecretString) -> Result<(), SecretError> {
        Err(SecretError::Locked)
    }
    fn delete(&self, _: &ProfileId, _: SecretField) -> Result<(), SecretError> {
        Err(SecretError::Locked)
    }
    fn probe(&self) -> Result<(), SecretError> {
        Err(SecretError::Locked)
    }
}
