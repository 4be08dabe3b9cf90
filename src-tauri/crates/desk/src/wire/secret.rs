pub use profile::SecretField;
use profile::{ProfileId, SecretErrorCode, SecretState, StoreKind};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Text that comes in and is never shown again.
#[derive(Debug, Clone, Deserialize, TS)]
#[ts(as = "String")]
pub struct SecretText(pub SecretString);

/// What the window may know about a secret.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SecretView {
    /// Which secret.
    pub field: SecretField,
    /// Whether it can be used.
    pub state: SecretState,
    /// Length in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub chars: Option<u32>,
    /// When it was entered (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub set_at: Option<String>,
    /// Whether a previous one can be brought back.
    pub restorable: bool,
}

/// Names one secret of one profile.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SecretRequest {
    /// The profile.
    pub id: ProfileId,
    /// The secret.
    pub field: SecretField,
    /// Overwrite one that is stored.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub replace: bool,
}

/// A secret that was typed.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SecretValue {
    /// The profile.
    pub id: ProfileId,
    /// The secret.
    pub field: SecretField,
    /// What was typed.
    pub value: SecretText,
}

/// What became of a copy.
#[derive(Debug, Clone, Serialize, TS)]
pub struct CopyOutcome {
    /// After how many seconds the clipboard is cleared, if it still holds this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cleared_after_s: Option<u32>,
}

/// How the secret store does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StoreHealth {
    /// Not tried yet.
    Untried,
    /// Proven by writing, reading and deleting an entry.
    Well,
    /// It waits, most likely for the keychain's own dialog.
    Waiting,
    /// The vault waits for its passphrase.
    Locked,
    /// It does not work; `code` and `message` say why.
    Failed,
}

/// The secret store in use.
#[derive(Debug, Clone, Serialize, TS)]
pub struct StoreStatus {
    /// Which one.
    pub kind: StoreKind,
    /// How it does.
    pub health: StoreHealth,
    /// Why it does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub code: Option<SecretErrorCode>,
    /// One sentence for people.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
    /// Whether a vault file is there.
    pub vault_exists: bool,
}

/// Choose a secret store.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct StoreChoice {
    /// Which one.
    pub kind: StoreKind,
    /// The vault's passphrase.
    #[serde(default)]
    #[ts(optional)]
    pub passphrase: Option<SecretText>,
}
