use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command failed. A code exists only where somebody acts on it: the window shows another control, or the
/// terminal another exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request does not have the shape the command needs.
    BadRequest,
    /// There is no such command, profile, job or check.
    NotFound,
    /// What was typed cannot be used; the message says which value and where to find the right one.
    Invalid,
    /// A secret of that kind is stored already; ask, then send `replace: true`.
    SecretExists,
    /// There is no such secret.
    SecretMissing,
    /// No secret store is there.
    StoreMissing,
    /// The secret store is locked.
    StoreLocked,
    /// The secret store refused.
    StoreDenied,
    /// The secret store does not answer in time; it may be waiting for its dialog.
    StoreSlow,
    /// The secret is longer than the store takes.
    SecretTooLong,
    /// The vault's passphrase is wrong.
    WrongPassphrase,
    /// The profile file was written by a newer program.
    NewerFile,
    /// The profile file and its previous copy are damaged; offer `profile.set_aside`.
    DamagedFile,
    /// Writing or reading a file failed.
    Storage,
    /// The clipboard cannot be reached from here.
    ClipboardMissing,
    /// The application itself does not answer; made by the window, never sent.
    Unreachable,
    /// A server answered in a way that cannot be used.
    Service,
    /// It is not as it was when it was shown; show it again before anything is done.
    Changed,
    /// It was cancelled.
    Cancelled,
    /// A defect in this program.
    Internal,
}

/// Ids under which the other side's support finds the same call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Correlation {
    /// `x-trace-id` of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trace_id: Option<String>,
}

/// The one error of the wire: what happened, what it means, what to do.
#[derive(Debug, Clone, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct WireError {
    /// What kind of failure, for programs.
    pub code: ErrorCode,
    /// What happened and what it means, for people.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
    /// The phase of an HTTP call that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub phase: Option<transport::Phase>,
    /// When to try again, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_ms: Option<u32>,
    /// A page that says more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub docs: Option<String>,
    /// Ids for the vendor's support.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub correlation: Option<Correlation>,
}

impl WireError {
    /// An error with its message; the rest is added with [`WireError::hint`].
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            phase: None,
            retry_after_ms: None,
            docs: None,
            correlation: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A defect in this program, with what was being done.
    pub fn internal(doing: &str, cause: impl std::fmt::Display) -> Self {
        Self::new(
            ErrorCode::Internal,
            format!("Something in Handover Desk itself failed while {doing}: {cause}"),
        )
        .hint("Try again. If it comes back, report it with the steps that lead to it.")
    }
}

impl From<profile::SecretError> for WireError {
    fn from(error: profile::SecretError) -> Self {
        use profile::SecretErrorCode as Secret;
        let code = match error.code() {
            Secret::NoService | Secret::Closed => ErrorCode::StoreMissing,
            Secret::Locked | Secret::VaultLocked => ErrorCode::StoreLocked,
            Secret::Denied | Secret::ReadOnly | Secret::Other => ErrorCode::StoreDenied,
            Secret::Slow => ErrorCode::StoreSlow,
            Secret::TooLong => ErrorCode::SecretTooLong,
            Secret::WrongPassphrase => ErrorCode::WrongPassphrase,
            Secret::Damaged | Secret::Io => ErrorCode::Storage,
            Secret::Cancelled => ErrorCode::Cancelled,
        };
        Self::new(code, error.to_string()).hint(error.hint())
    }
}

impl From<store::StoreError> for WireError {
    fn from(error: store::StoreError) -> Self {
        let code = match &error {
            store::StoreError::Newer { .. } => ErrorCode::NewerFile,
            store::StoreError::Damaged { .. } => ErrorCode::DamagedFile,
            _ => ErrorCode::Storage,
        };
        Self::new(code, error.to_string()).hint(error.hint())
    }
}
