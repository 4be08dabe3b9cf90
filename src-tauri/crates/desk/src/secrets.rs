//! The secrets of all profiles.
//!
//! A secret stays in the store it was entered into, which its note names: taking another store into use changes where
//! new ones go. Secrets of profiles that live in memory only are kept in memory, whatever is in use.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use profile::{
    Credentials, ProfileId, Record, SecretError, SecretErrorCode, SecretField, SecretState, SecretStore,
    StoreKind,
};
use secrecy::{ExposeSecret, SecretString};
use store::{DEFAULT_LIMIT, Keychain, Patience, SecretThread, Session, Vault};
use tokio::sync::watch;

use crate::desk::lock;
use crate::wire::{ErrorCode, StoreHealth, StoreStatus, WireError};

/// Name of the vault in the data folder.
const VAULT: &str = "vault.age";
/// Shortest passphrase of a new vault, in characters: the file holds production secrets, and whoever copies it may guess
/// for years.
const SHORTEST_PASSPHRASE: usize = 12;

/// The stores, and how the one in use does.
pub(crate) struct Secrets {
    vault: Option<PathBuf>,
    patience: Patience,
    threads: Mutex<HashMap<StoreKind, Arc<SecretThread>>>,
    /// Where new secrets go.
    current: Mutex<StoreKind>,
    health: Mutex<Result<StoreHealth, SecretError>>,
    memory: Session,
    /// Counts what a window may want to know.
    news: watch::Sender<u64>,
}

impl Secrets {
    /// The stores of a data folder. In use is the vault where there is one (locked, until its passphrase is given), else
    /// the keychain; where nothing is kept, memory.
    ///
    /// `dialogs`: whether a person can answer a dialog of the keychain here.
    pub(crate) fn at(folder: Option<&Path>, dialogs: bool) -> Self {
        let vault = folder.map(|folder| folder.join(VAULT));
        let locked = vault.as_deref().is_some_and(Vault::exists);
        let current = match (&vault, locked) {
            (None, _) => StoreKind::Session,
            (_, true) => StoreKind::Vault,
            (_, false) => StoreKind::Keychain,
        };
        Self {
            vault,
            patience: if dialogs {
                Patience::Wait(DEFAULT_LIMIT)
            } else {
                Patience::Fail(DEFAULT_LIMIT)
            },
            threads: Mutex::default(),
            current: Mutex::new(current),
            health: Mutex::new(if locked {
                Err(SecretError::VaultLocked)
            } else {
                Ok(StoreHealth::Untried)
            }),
            memory: Session::new(),
            news: watch::Sender::new(0),
        }
    }

    /// Where new secrets go.
    pub(crate) fn kind(&self) -> StoreKind {
        *lock(&self.current)
    }

    /// Whether a vault is in use that nobody has opened yet.
    pub(crate) fn is_locked_vault(&self) -> bool {
        self.kind() == StoreKind::Vault && matches!(&*lock(&self.health), Err(SecretError::VaultLocked))
    }

    /// Turns true for whoever watches when the store's state may have changed.
    pub(crate) fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Whether a secret may be used, and is there as far as that can be told without asking.
    pub(crate) fn state(&self, record: &Record, field: SecretField) -> SecretState {
        let forgotten = record.secrets.get(&field).is_some_and(|note| {
            note.store == StoreKind::Session && !matches!(self.memory.get(&record.id, field), Ok(Some(_)))
        });
        if forgotten {
            SecretState::Absent
        } else {
            record.usable(field)
        }
    }

    /// One secret, whatever it was entered for.
    pub(crate) async fn get(
        &self,
        record: &Record,
        field: SecretField,
    ) -> Result<Option<SecretString>, SecretError> {
        // What was never stored need not be asked for: a profile without secrets opens no dialog.
        let Some(note) = record.secrets.get(&field) else {
            return Ok(None);
        };
        match note.store {
            StoreKind::Session | StoreKind::Environment => self.memory.get(&record.id, field),
            kind => self.heard(kind, self.thread(kind)?.get(&record.id, field).await),
        }
    }

    /// Stores a secret, and says where.
    pub(crate) async fn set(
        &self,
        id: &ProfileId,
        field: SecretField,
        value: &SecretString,
        in_memory: bool,
    ) -> Result<StoreKind, SecretError> {
        let kind = if in_memory {
            StoreKind::Session
        } else {
            self.kind()
        };
        match kind {
            StoreKind::Session | StoreKind::Environment => self.memory.set(id, field, value)?,
            kind => self.heard(kind, self.thread(kind)?.set(id, field, value).await)?,
        }
        Ok(kind)
    }

    /// Deletes a secret from the store that holds it.
    pub(crate) async fn delete(
        &self,
        id: &ProfileId,
        field: SecretField,
        kind: StoreKind,
    ) -> Result<(), SecretError> {
        match kind {
            StoreKind::Session | StoreKind::Environment => self.memory.delete(id, field),
            kind => self.heard(kind, self.thread(kind)?.delete(id, field).await),
        }
    }

    /// What a run signs in with. Secrets that were entered for other addresses are left out. Where the store does not
    /// answer they are missing, and the check of the store says why.
    pub(crate) async fn credentials(&self, record: &Record) -> Credentials {
        let mut credentials = Credentials::none(self.source(record));
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
            (SecretField::CognigyApiKey, &mut credentials.cognigy_api_key),
        ] {
            if record.usable(field) == SecretState::Present {
                match self.get(record, field).await {
                    Ok(secret) => *slot = secret,
                    Err(error) => {
                        tracing::warn!(code = ?error.code(), "a secret could not be read");
                        // One answer is enough: a store that waits would be asked for each of them.
                        break;
                    }
                }
            }
        }
        credentials
    }

    /// The store a run depends on most: the keychain, if any secret is in it.
    pub(crate) fn source(&self, record: &Record) -> StoreKind {
        let holds = |kind| record.secrets.values().any(|note| note.store == kind);
        [StoreKind::Keychain, StoreKind::Vault, StoreKind::Session]
            .into_iter()
            .find(|kind| holds(*kind))
            .unwrap_or_else(|| self.kind())
    }

    /// Puts a sample profile's secrets into memory, and notes them in its record.
    pub(crate) fn keep_sample(&self, record: &mut Record, sample: &Credentials) -> Result<(), SecretError> {
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
            (SecretField::CognigyApiKey, &sample.cognigy_api_key),
        ] {
            let Some(secret) = secret else { continue };
            self.memory.set(&record.id, field, secret)?;
            record.note_secret(field, secret, StoreKind::Session, jiff::Timestamp::now());
        }
        Ok(())
    }

    /// How the store in use does.
    pub(crate) fn status(&self) -> StoreStatus {
        let kind = self.kind();
        let waits = lock(&self.threads)
            .values()
            .any(|thread| *thread.waiting().borrow() > 0);
        let place = match kind {
            StoreKind::Keychain => "the operating system's keychain",
            StoreKind::Vault => "a vault encrypted with your passphrase",
            StoreKind::Session => "memory, until the program ends",
            StoreKind::Environment => "the environment",
        };
        let (health, error) = match lock(&self.health).clone() {
            _ if waits => (StoreHealth::Waiting, None),
            Ok(health) => (health, None),
            Err(error @ SecretError::VaultLocked) => (StoreHealth::Locked, Some(error)),
            Err(error) => (StoreHealth::Failed, Some(error)),
        };
        let (message, hint) = match (&error, health) {
            (Some(error), _) => (error.to_string(), Some(error.hint())),
            (None, StoreHealth::Waiting) => (
                "Waiting for the keychain. It may have opened a dialog.".to_owned(),
                Some(
                    "Answer its dialog; it can be behind another window. Or cancel, and keep secrets elsewhere.",
                ),
            ),
            (None, _) => (format!("Secrets are kept in {place}."), None),
        };
        StoreStatus {
            kind,
            health,
            code: error.as_ref().map(SecretError::code),
            message,
            hint: hint.map(str::to_owned),
            vault_exists: self.vault.as_deref().is_some_and(Vault::exists),
        }
    }

    /// Tries the store in use by writing, reading and deleting an entry.
    pub(crate) async fn probe(&self) -> StoreStatus {
        if let Err(error) = self.prove(self.kind()).await {
            tracing::debug!(code = ?error.code(), "the secret store does not work");
        }
        self.status()
    }

    /// Tries a store by writing, reading and deleting an entry.
    pub(crate) async fn prove(&self, kind: StoreKind) -> Result<(), SecretError> {
        match kind {
            StoreKind::Session | StoreKind::Environment => self.heard(kind, Ok(())),
            kind => self.heard(kind, self.thread(kind)?.probe().await),
        }
    }

    /// Gives up whatever waits for a store.
    pub(crate) fn cancel(&self) -> StoreStatus {
        for thread in lock(&self.threads).values() {
            thread.cancel();
        }
        self.status()
    }

    /// Takes another store into use. A vault is made when there is none.
    pub(crate) async fn choose(
        &self,
        kind: StoreKind,
        passphrase: Option<SecretString>,
    ) -> Result<StoreStatus, WireError> {
        match kind {
            StoreKind::Environment => {
                return Err(WireError::new(
                    ErrorCode::BadRequest,
                    "Secrets cannot be stored in the environment.",
                ));
            }
            StoreKind::Vault => {
                let (Some(path), Some(passphrase)) = (self.vault.clone(), passphrase) else {
                    return Err(WireError::new(
                        ErrorCode::BadRequest,
                        "The vault needs a data folder and a passphrase.",
                    ));
                };
                let is_new = !Vault::exists(&path);
                if is_new && passphrase.expose_secret().chars().count() < SHORTEST_PASSPHRASE {
                    return Err(WireError::new(
                        ErrorCode::Invalid,
                        format!("A passphrase has {SHORTEST_PASSPHRASE} characters at least."),
                    )
                    .hint("Four or five words that nobody would put together are good and easy to type."));
                }
                // The passphrase is stretched on purpose, which takes a second of one core.
                let opened = tokio::task::spawn_blocking(move || {
                    if Vault::exists(&path) {
                        Vault::open(path, passphrase)
                    } else {
                        Vault::create(path, passphrase)
                    }
                });
                let vault = opened
                    .await
                    .map_err(|error| WireError::internal("opening the vault", error))??;
                self.serve(kind, Box::new(vault))?;
            }
            StoreKind::Keychain | StoreKind::Session => {}
        }
        *lock(&self.current) = kind;
        *lock(&self.health) = Ok(StoreHealth::Untried);
        Ok(self.probe().await)
    }

    fn thread(&self, kind: StoreKind) -> Result<Arc<SecretThread>, SecretError> {
        if let Some(thread) = lock(&self.threads).get(&kind) {
            return Ok(thread.clone());
        }
        match kind {
            StoreKind::Keychain => self.serve(kind, Box::new(Keychain::new())),
            StoreKind::Vault => Err(SecretError::VaultLocked),
            StoreKind::Session | StoreKind::Environment => Err(SecretError::ReadOnly),
        }
    }

    fn serve(&self, kind: StoreKind, store: Box<dyn SecretStore>) -> Result<Arc<SecretThread>, SecretError> {
        let thread = Arc::new(SecretThread::start(store, self.patience)?);
        let (mut waiting, news) = (thread.waiting(), self.news.clone());
        tokio::spawn(async move {
            while waiting.changed().await.is_ok() {
                news.send_modify(|count| *count += 1);
            }
        });
        if let Some(former) = lock(&self.threads).insert(kind, thread.clone()) {
            former.cancel();
        }
        Ok(thread)
    }

    /// Remembers what an answer says about the store in use.
    fn heard<T>(&self, kind: StoreKind, answer: Result<T, SecretError>) -> Result<T, SecretError> {
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
        if let Some(health) = health.filter(|_| kind == self.kind()) {
            *lock(&self.health) = health;
            self.news.send_modify(|count| *count += 1);
        }
        answer
    }
}
