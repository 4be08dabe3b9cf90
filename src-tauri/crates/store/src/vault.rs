//! A file of secrets encrypted with a passphrase, for computers without a keychain.
//!
//! It is an `age` file (scrypt): `age --decrypt` opens it too. All entries are one JSON object
//! `{"version": 1, "entries": {"<profile id>/<field>": "..."}}`, rewritten as a whole under a lock, crash-safe as
//! the profile file is, with the previous state as `.bak`.
//!
//! Telling a wrong passphrase from damage: a changed byte in header or content is damage by itself. A changed byte
//! in the wrapped key looks like a wrong passphrase; there the previous copy decides, since it has the same
//! passphrase: if it opens, the file is damaged. For that a new vault has a copy from the start.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use age::DecryptError;
use profile::{ProfileId, SecretError, SecretField, SecretStore, StoreKind};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::disk::{self, Disk, System, beside};
use crate::lock::{Lock, LockError};

/// Cost of deriving the key: 2^17 rounds, 128 MiB, about half a second.
const WORK_FACTOR: u8 = 17;
/// A file that asks for more than this is not ours: 2^20 rounds need 1 GiB.
const MOST_WORK: u8 = 20;
const VERSION: u64 = 1;

/// An opened vault.
pub struct Vault {
    path: PathBuf,
    passphrase: SecretString,
    work_factor: u8,
    disk: Arc<dyn Disk>,
    /// What was last read, with the bytes it was read from: the key is costly to derive.
    cache: Mutex<Option<Cached>>,
}

type Entries = BTreeMap<String, SecretString>;

#[derive(Clone)]
struct Cached {
    sealed: Arc<[u8]>,
    entries: Arc<Entries>,
}

/// What a vault holds now.
struct Contents {
    entries: Arc<Entries>,
    /// The file's bytes, if it was the file and not its copy that was read: the next copy.
    file: Option<Arc<[u8]>>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("path", &self.path)
            .field("passphrase", &"<redacted>")
            .finish_non_exhaustive()
    }
}

/// The file's plain text. Borrowed on writing, so that no further copy of a secret is made.
#[derive(Serialize)]
struct Sealing<'a> {
    version: u64,
    entries: BTreeMap<&'a str, &'a str>,
}

#[derive(Deserialize)]
struct Opened {
    version: u64,
    entries: BTreeMap<String, SecretText>,
}

/// A secret straight from the parser.
struct SecretText(SecretString);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| SecretText(SecretString::from(text)))
    }
}

impl Vault {
    /// Whether there is a vault at this path (or its previous copy).
    pub fn exists(path: &Path) -> bool {
        path.exists() || beside(path, "bak").exists()
    }

    /// Makes an empty vault. Fails with [`std::io::ErrorKind::AlreadyExists`] where there is one.
    pub fn create(path: impl Into<PathBuf>, passphrase: SecretString) -> Result<Vault, SecretError> {
        Vault::create_with(path, passphrase, WORK_FACTOR)
    }

    /// As [`Vault::create`], with another cost (1 to 20: the power of two of scrypt's rounds). Less than the
    /// default is for tests.
    pub fn create_with(
        path: impl Into<PathBuf>,
        passphrase: SecretString,
        work_factor: u8,
    ) -> Result<Vault, SecretError> {
        Vault::create_on(path.into(), passphrase, work_factor, Arc::new(System))
    }

    fn create_on(
        path: PathBuf,
        passphrase: SecretString,
        work_factor: u8,
        disk: Arc<dyn Disk>,
    ) -> Result<Vault, SecretError> {
        let vault = Vault {
            path,
            passphrase,
            work_factor: work_factor.clamp(1, MOST_WORK),
            disk,
            cache: Mutex::new(None),
        };
        disk::make_folder(&vault.path).map_err(|error| io(&error))?;
        let _lock = vault.lock()?;
        if Vault::exists(&vault.path) {
            let detail = "there is a vault already".to_owned();
            return Err(SecretError::Io {
                kind: std::io::ErrorKind::AlreadyExists,
                detail,
            });
        }
        let sealed = vault.seal(&Entries::new())?;
        disk::replace(vault.disk.as_ref(), &vault.path, &sealed, Some(&sealed))
            .map_err(|error| io(&error))?;
        vault.remember(sealed, Entries::new());
        Ok(vault)
    }

    /// Opens a vault: proves the passphrase by reading it. Takes about half a second.
    pub fn open(path: impl Into<PathBuf>, passphrase: SecretString) -> Result<Vault, SecretError> {
        Vault::open_on(path.into(), passphrase, WORK_FACTOR, Arc::new(System))
    }

    /// As [`Vault::open`], for a vault made by [`Vault::create_with`]: later writes keep the cost.
    pub fn open_with(
        path: impl Into<PathBuf>,
        passphrase: SecretString,
        work_factor: u8,
    ) -> Result<Vault, SecretError> {
        Vault::open_on(
            path.into(),
            passphrase,
            work_factor.clamp(1, MOST_WORK),
            Arc::new(System),
        )
    }

    fn open_on(
        path: PathBuf,
        passphrase: SecretString,
        work_factor: u8,
        disk: Arc<dyn Disk>,
    ) -> Result<Vault, SecretError> {
        let vault = Vault {
            path,
            passphrase,
            work_factor,
            disk,
            cache: Mutex::new(None),
        };
        vault.read()?;
        Ok(vault)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock(&self) -> Result<Lock, SecretError> {
        Lock::take(&beside(&self.path, "lock")).map_err(|error| match error {
            LockError::Busy => SecretError::Io {
                kind: std::io::ErrorKind::WouldBlock,
                detail: "another program holds the vault".to_owned(),
            },
            LockError::Io(error) => io(&error),
        })
    }

    fn read(&self) -> Result<Contents, SecretError> {
        let sealed = self.disk.read(&self.path).map_err(|error| io(&error))?;
        if let Some(sealed) = &sealed
            && let Some(cached) = self.cached().filter(|cached| *cached.sealed == **sealed)
        {
            return Ok(Contents {
                entries: cached.entries,
                file: Some(cached.sealed),
            });
        }
        let fault = match &sealed {
            Some(sealed) => match self.unseal(sealed) {
                Ok(entries) => {
                    let cached = self.remember(sealed.clone(), entries);
                    return Ok(Contents {
                        entries: cached.entries,
                        file: Some(cached.sealed),
                    });
                }
                Err(fault @ (SecretError::WrongPassphrase | SecretError::Damaged { .. })) => fault,
                Err(error) => return Err(error),
            },
            None => SecretError::Io {
                kind: std::io::ErrorKind::NotFound,
                detail: "there is no vault".to_owned(),
            },
        };
        match self
            .disk
            .read(&beside(&self.path, "bak"))
            .map_err(|error| io(&error))?
        {
            Some(copy) => match self.unseal(&copy) {
                Ok(entries) => {
                    tracing::warn!(vault = %self.path.display(), "the vault was damaged; its previous copy was read");
                    Ok(Contents {
                        entries: Arc::new(entries),
                        file: None,
                    })
                }
                // The copy is whole: with the right passphrase it would replace the file.
                Err(SecretError::WrongPassphrase) => Err(SecretError::WrongPassphrase),
                Err(_) => Err(fault),
            },
            None => Err(fault),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Entries) -> bool) -> Result<(), SecretError> {
        let _lock = self.lock()?;
        let Contents { entries, file } = self.read()?;
        let mut entries = Entries::clone(&entries);
        if !change(&mut entries) && file.is_some() {
            return Ok(());
        }
        let sealed = self.seal(&entries)?;
        disk::replace(self.disk.as_ref(), &self.path, &sealed, file.as_deref())
            .map_err(|error| io(&error))?;
        self.remember(sealed, entries);
        Ok(())
    }

    fn seal(&self, entries: &Entries) -> Result<Vec<u8>, SecretError> {
        let plain = Sealing {
            version: VERSION,
            entries: entries
                .iter()
                .map(|(name, secret)| (name.as_str(), secret.expose_secret()))
                .collect(),
        };
        // Room for all, so that growing leaves no copies behind.
        let room = 64
            + entries
                .iter()
                .map(|(n, s)| n.len() + 6 * s.expose_secret().len() + 8)
                .sum::<usize>();
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *text, &plain).map_err(|error| other(&error))?;
        let mut recipient = age::scrypt::Recipient::new(self.passphrase.clone());
        recipient.set_work_factor(self.work_factor);
        age::encrypt(&recipient, &text).map_err(|error| other(&error))
    }

    fn unseal(&self, sealed: &[u8]) -> Result<Entries, SecretError> {
        let damaged = |detail: &str| SecretError::Damaged {
            detail: detail.to_owned(),
        };
        let mut identity = age::scrypt::Identity::new(self.passphrase.clone());
        identity.set_max_work_factor(MOST_WORK);
        let text = Zeroizing::new(age::decrypt(&identity, sealed).map_err(|error| match error {
            DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
                SecretError::WrongPassphrase
            }
            error => SecretError::Damaged {
                detail: error.to_string(),
            },
        })?);
        let opened: Opened =
            serde_json::from_slice(&text).map_err(|_| damaged("its content is not a vault's"))?;
        if opened.version != VERSION {
            return Err(damaged("a newer version wrote it"));
        }
        Ok(opened
            .entries
            .into_iter()
            .map(|(name, secret)| (name, secret.0))
            .collect())
    }

    fn cached(&self) -> Option<Cached> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, sealed: Vec<u8>, entries: Entries) -> Cached {
        let cached = Cached {
            sealed: sealed.into(),
            entries: Arc::new(entries),
        };
        *self.cache.lock().unwrap_or_else(PoisonError::into_inner) = Some(cached.clone());
        cached
    }
}

impl SecretStore for Vault {
    fn kind(&self) -> StoreKind {
        StoreKind::Vault
    }

    fn get(&self, profile: &ProfileId, field: SecretField) -> Result<Option<SecretString>, SecretError> {
        Ok(self.read()?.entries.get(&name(profile, field)).cloned())
    }

    fn set(&self, profile: &ProfileId, field: SecretField, secret: &SecretString) -> Result<(), SecretError> {
        self.change(|entries| {
            let old = entries.insert(name(profile, field), secret.clone());
            old.is_none_or(|old| old.expose_secret() != secret.expose_secret())
        })
    }

    fn delete(&self, profile: &ProfileId, field: SecretField) -> Result<(), SecretError> {
        self.change(|entries| entries.remove(&name(profile, field)).is_some())
    }

    fn probe(&self) -> Result<(), SecretError> {
        self.read().map(|_| ())
    }
}

fn name(profile: &ProfileId, field: SecretField) -> String {
    format!("{profile}/{field}")
}

fn io(error: &std::io::Error) -> SecretError {
    SecretError::Io {
        kind: error.kind(),
        detail: error.to_string(),
    }
}

fn other(error: &dyn std::error::Error) -> SecretError {
    SecretError::Other {
        detail: error.to_string(),
    }
}

#[cfg(test)]
#[path = "vault_tests.rs"]
mod tests;
