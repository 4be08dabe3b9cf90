//! Secrets: which there are, what can go wrong with keeping them, and how a new one is made.

use std::fmt;

use rand::{CryptoRng, RngExt};
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::field::ProfileField;
use crate::id::ProfileId;
use crate::stray::{Stray, stray};

/// The secrets of a profile.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum SecretField {
    /// The secret half of the CXone user's access key.
    AccessKeySecret,
    /// The secret of the registered application.
    ClientSecret,
    /// The secret CXone and Cognigy.AI share for the channel integration.
    IntegrationClientSecret,
    /// The one before, restorable until the new one is proven.
    IntegrationClientSecretPrevious,
    /// The API key of a Cognigy.AI user. Optional: with it the provider, Flows, Endpoints and logs can be read.
    CognigyApiKey,
}

impl SecretField {
    /// All secrets.
    pub const ALL: [SecretField; 5] = [
        SecretField::AccessKeySecret,
        SecretField::ClientSecret,
        SecretField::IntegrationClientSecret,
        SecretField::IntegrationClientSecretPrevious,
        SecretField::CognigyApiKey,
    ];

    /// The name in keychain entries and files.
    pub fn as_str(self) -> &'static str {
        match self {
            SecretField::AccessKeySecret => "access_key_secret",
            SecretField::ClientSecret => "client_secret",
            SecretField::IntegrationClientSecret => "integration_client_secret",
            SecretField::IntegrationClientSecretPrevious => "integration_client_secret_previous",
            SecretField::CognigyApiKey => "cognigy_api_key",
        }
    }

    /// The field of the set-up that it fills.
    pub fn field(self) -> ProfileField {
        match self {
            SecretField::AccessKeySecret => ProfileField::AccessKeySecret,
            SecretField::ClientSecret => ProfileField::ClientSecret,
            SecretField::IntegrationClientSecret | SecretField::IntegrationClientSecretPrevious => {
                ProfileField::IntegrationClientSecret
            }
            SecretField::CognigyApiKey => ProfileField::CognigyApiKey,
        }
    }
}

impl fmt::Display for SecretField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where secrets are kept.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SecretStoreKind")]
#[schemars(rename = "SecretStoreKind")]
pub enum StoreKind {
    /// The operating system's keychain.
    Keychain,
    /// A file encrypted with a passphrase.
    Vault,
    /// This run's memory only.
    Session,
    /// The process's environment; read only.
    Environment,
}

/// Why a secret store did not do what was asked. Codes are told apart because each has another remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// No store is there at all.
    #[error("No keychain service answers on this computer.")]
    NoService {
        /// What the system said; never a secret.
        detail: String,
    },
    /// There is a store, and it is locked.
    #[error("The keychain is locked.")]
    Locked,
    /// The vault waits for its passphrase.
    #[error("The vault is locked.")]
    VaultLocked,
    /// The user or the system refused.
    #[error("Access to the keychain was denied.")]
    Denied,
    /// No answer in time; the request may still be answered by a dialog.
    #[error("The secret store has not answered within {after_ms} ms.")]
    Slow {
        /// The limit, in milliseconds.
        after_ms: u64,
    },
    /// The platform's store takes no text this long.
    #[error("The value is longer than the {limit} characters this keychain takes.")]
    TooLong {
        /// Characters the store takes, as it reports them.
        limit: u32,
    },
    /// The passphrase does not open the vault.
    #[error("The passphrase does not open this vault.")]
    WrongPassphrase,
    /// The stored data cannot be read; the passphrase plays no part in it.
    #[error("The stored secrets are damaged: {detail}.")]
    Damaged {
        /// What is wrong with them.
        detail: String,
    },
    /// The file system refused.
    #[error("The secrets could not be read or written: {detail}.")]
    Io {
        /// The kind of failure.
        kind: std::io::ErrorKind,
        /// What the system said.
        detail: String,
    },
    /// The store only reads.
    #[error("Secrets that come from the environment cannot be changed here.")]
    ReadOnly,
    /// The caller gave up waiting.
    #[error("Waiting for the secret store was cancelled.")]
    Cancelled,
    /// The thread that serves the store has ended.
    #[error("The secret store is no longer served.")]
    Closed,
    /// Anything else the platform reports.
    #[error("The keychain reports: {detail}.")]
    Other {
        /// What it said.
        detail: String,
    },
}

/// The word for a [`SecretError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // as in `SecretError`
pub enum SecretErrorCode {
    NoService,
    Locked,
    VaultLocked,
    Denied,
    Slow,
    TooLong,
    WrongPassphrase,
    Damaged,
    Io,
    ReadOnly,
    Cancelled,
    Closed,
    Other,
}

impl SecretError {
    /// What the system said, where it said something: for whoever looks closer.
    pub fn detail(&self) -> Option<&str> {
        match self {
            SecretError::NoService { detail }
            | SecretError::Damaged { detail }
            | SecretError::Io { detail, .. }
            | SecretError::Other { detail } => Some(detail),
            _ => None,
        }
    }

    /// The word for it.
    pub fn code(&self) -> SecretErrorCode {
        match self {
            SecretError::NoService { .. } => SecretErrorCode::NoService,
            SecretError::Locked => SecretErrorCode::Locked,
            SecretError::VaultLocked => SecretErrorCode::VaultLocked,
            SecretError::Denied => SecretErrorCode::Denied,
            SecretError::Slow { .. } => SecretErrorCode::Slow,
            SecretError::TooLong { .. } => SecretErrorCode::TooLong,
            SecretError::WrongPassphrase => SecretErrorCode::WrongPassphrase,
            SecretError::Damaged { .. } => SecretErrorCode::Damaged,
            SecretError::Io { .. } => SecretErrorCode::Io,
            SecretError::ReadOnly => SecretErrorCode::ReadOnly,
            SecretError::Cancelled => SecretErrorCode::Cancelled,
            SecretError::Closed => SecretErrorCode::Closed,
            SecretError::Other { .. } => SecretErrorCode::Other,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            SecretError::NoService { .. } => {
                "Start a keychain service (on Linux for example gnome-keyring or KWallet), or keep the secrets \
                 for this session only or in a vault with a passphrase."
            }
            SecretError::Locked => {
                "Unlock the keychain with your system's password, or keep the secrets for this session only or \
                 in a vault with a passphrase."
            }
            SecretError::VaultLocked => {
                "Open it with its passphrase: Settings > Secrets, or HANDOVER_VAULT_PASSPHRASE in a terminal."
            }
            SecretError::Denied => {
                "Allow Handover Desk in the keychain's settings, or keep the secrets for this session only or in \
                 a vault with a passphrase."
            }
            SecretError::Slow { .. } => {
                "The keychain may be waiting for an answer in a dialog of its own; look for it behind other windows."
            }
            SecretError::TooLong { .. } => "Check that only the secret was pasted, or use a vault.",
            SecretError::WrongPassphrase => "Enter the passphrase once more. It cannot be recovered.",
            SecretError::Damaged { .. } => {
                "Restore the file from a backup, or start a new one and enter the secrets again."
            }
            SecretError::Io { .. } => "Check the free space and your rights in the data folder.",
            SecretError::ReadOnly => "Change the environment variables and start again.",
            SecretError::Cancelled => "Try again, or choose another place for the secrets.",
            SecretError::Closed => "Start Handover Desk again.",
            SecretError::Other { .. } => "Try again, or choose another place for the secrets.",
        }
    }
}

/// A place that keeps secrets. Calls block, possibly until a person answers a dialog: never on an async thread.
pub trait SecretStore: Send + Sync {
    /// What kind of place it is.
    fn kind(&self) -> StoreKind;
    /// Reads one secret; `None` when it was never stored or is deleted.
    fn get(&self, profile: &ProfileId, field: SecretField) -> Result<Option<SecretString>, SecretError>;
    /// Stores one secret, in place of an earlier one.
    fn set(&self, profile: &ProfileId, field: SecretField, secret: &SecretString) -> Result<(), SecretError>;
    /// Deletes one secret; deleting what is not there is no error.
    fn delete(&self, profile: &ProfileId, field: SecretField) -> Result<(), SecretError>;
    /// Writes, reads and deletes a throw-away entry: the only proof that a store works.
    fn probe(&self) -> Result<(), SecretError>;
}

/// Characters of a generated secret, as CXone's form asks for.
pub const GENERATED_SECRET_CHARS: usize = 32;

/// Letters and digits that are not mistaken for each other on paper or screen: none of `0 O o Q 1 l I i j L 2 Z z 5 S s 8 B`.
const ALPHABET: &[u8; 44] = b"ACDEFGHJKMNPRTUVWXYabcdefghkmnpqrtuvwxy34679";

/// A new channel integration secret: 32 characters, 174 bits.
pub fn generate_secret(rng: &mut impl CryptoRng) -> SecretString {
    let mut text = String::with_capacity(GENERATED_SECRET_CHARS);
    for _ in 0..GENERATED_SECRET_CHARS {
        let at = rng.random_range(0..ALPHABET.len());
        text.push(ALPHABET.get(at).copied().map(char::from).unwrap_or('A'));
    }
    SecretString::from(text)
}

/// What is wrong with a channel integration secret. Positions count characters from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum SecretProblem {
    /// Not 32 characters.
    Length {
        /// Characters found.
        found: usize,
    },
    /// White space at the beginning.
    LeadingSpace,
    /// White space at the end.
    TrailingSpace,
    /// A line break among the white space at the beginning.
    LeadingBreak,
    /// A line break among the white space at the end.
    TrailingBreak,
    /// White space inside.
    InnerSpace {
        /// Where.
        at: usize,
    },
    /// A control character or mark without width.
    NonPrintable {
        /// Where.
        at: usize,
    },
    /// A letter outside ASCII.
    NonAscii {
        /// Where.
        at: usize,
    },
}

impl SecretProblem {
    /// The finding in words.
    pub fn message(&self) -> String {
        match self {
            SecretProblem::Length { found: 1 } => {
                format!("It has 1 character and not {GENERATED_SECRET_CHARS}.")
            }
            SecretProblem::Length { found } => {
                format!("It has {found} characters and not {GENERATED_SECRET_CHARS}.")
            }
            SecretProblem::LeadingBreak => "It begins with a line break.".to_owned(),
            SecretProblem::TrailingBreak => "It ends with a line break.".to_owned(),
            SecretProblem::LeadingSpace => "It begins with a space.".to_owned(),
            SecretProblem::TrailingSpace => "It ends with a space.".to_owned(),
            SecretProblem::InnerSpace { at } => format!("It has a space at position {}.", at + 1),
            SecretProblem::NonPrintable { at } => {
                format!("It has an invisible character at position {}.", at + 1)
            }
            SecretProblem::NonAscii { at } => {
                format!(
                    "It has a character at position {} that is neither a plain letter, digit nor mark.",
                    at + 1
                )
            }
        }
    }
}

/// Checks a channel integration secret: 32 characters (documented by the vendor), none that gets lost in copying.
pub fn secret_problems(secret: &SecretString) -> Vec<SecretProblem> {
    let text = secret.expose_secret();
    let found = text.chars().count();
    let mut problems = Vec::new();
    if found != GENERATED_SECRET_CHARS {
        problems.push(SecretProblem::Length { found });
    }
    let around = stray(text);
    problems.extend(around.before.map(|stray| match stray {
        Stray::Space => SecretProblem::LeadingSpace,
        Stray::LineBreak => SecretProblem::LeadingBreak,
    }));
    problems.extend(around.after.map(|stray| match stray {
        Stray::Space => SecretProblem::TrailingSpace,
        Stray::LineBreak => SecretProblem::TrailingBreak,
    }));
    let start = text.chars().take_while(|c| c.is_whitespace()).count();
    let end = found
        - text
            .chars()
            .rev()
            .take_while(|c| c.is_whitespace())
            .count()
            .min(found);
    let first = |test: fn(char) -> bool| {
        text.chars()
            .enumerate()
            .find(|&(at, c)| at >= start && at < end && test(c))
            .map(|(at, _)| at)
    };
    problems.extend(first(char::is_whitespace).map(|at| SecretProblem::InnerSpace { at }));
    let hidden = |c: char| !c.is_whitespace() && (c.is_control() || crate::lookalike::invisible(c));
    problems.extend(first(hidden).map(|at| SecretProblem::NonPrintable { at }));
    let foreign = |c: char| !c.is_ascii() && !c.is_control() && !crate::lookalike::invisible(c);
    problems.extend(first(foreign).map(|at| SecretProblem::NonAscii { at }));
    problems
}
