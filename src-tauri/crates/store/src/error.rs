//! What can go wrong with the profile file.

use std::io;
use std::path::PathBuf;

/// What was being done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreAction {
    /// Reading it.
    Read,
    /// Writing it.
    Write,
    /// Taking its lock.
    Lock,
}

impl StoreAction {
    fn verb(self) -> &'static str {
        match self {
            StoreAction::Read => "read",
            StoreAction::Write => "written",
            StoreAction::Lock => "locked",
        }
    }
}

/// Why profiles could not be read or written. `Display` is a full sentence.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused. What was stored before is still there.
    #[error("{} could not be {}: {source}.", path.display(), action.verb())]
    Io {
        /// What was being done.
        action: StoreAction,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Neither the file nor its previous copy can be read.
    #[error("{} is damaged, and so is its previous copy: {detail}.", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A newer version of the program wrote it. It is left alone.
    #[error("{} was written by a newer version (format {found}; this version knows {known}).", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The newest format this version knows.
        known: u64,
    },
    /// Another program holds the lock for longer than any write takes.
    #[error("{} is held by another program.", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// The profiles cannot be written as JSON.
    #[error("The profiles could not be written as JSON: {0}.")]
    Encode(#[from] serde_json::Error),
}

impl StoreError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::Io { source, .. } if is_full(source) => "store_full",
            StoreError::Io { .. } => "store_io",
            StoreError::Damaged { .. } => "store_damaged",
            StoreError::Newer { .. } => "store_newer",
            StoreError::Busy { .. } => "store_busy",
            StoreError::Encode(_) => "store_encode",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            StoreError::Io { source, .. } if is_full(source) => {
                "Free some space and try again; nothing was lost."
            }
            StoreError::Io { .. } => "Check your rights in the data folder and try again; nothing was lost.",
            StoreError::Damaged { .. } => "Restore the file from a backup, or set it aside and start anew.",
            StoreError::Newer { .. } => "Update Handover Desk, or use another data folder.",
            StoreError::Busy { .. } => "Close the other Handover Desk or handover command and try again.",
            StoreError::Encode(_) => "Export the profiles and report this.",
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
