//! Why the store of traffic cannot do what it was asked.

use std::path::PathBuf;

/// Why the store cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or file cannot be used.
    #[error("The traffic store {} cannot be used: {source}.", path.display())]
    Folder {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file was made by a newer version of the program.
    #[error(
        "The traffic store was made by a newer version of Handover Desk (version {found}; this one knows {known})."
    )]
    Newer {
        /// The version of the file.
        found: u32,
        /// The newest one known here.
        known: u32,
    },
    /// Another process captures into this store.
    #[error("Another window or terminal captures traffic into this store.")]
    Captured,
    /// The disk is full.
    #[error("The disk is full.")]
    Full,
    /// The file is damaged, or no store.
    #[error("The traffic store is damaged: {0}.")]
    Damaged(rusqlite::Error),
    /// The database said no.
    #[error("The traffic store could not be read or written: {0}.")]
    Sqlite(rusqlite::Error),
    /// A row does not have the shape it should have.
    #[error("An event of the traffic store cannot be read: {0}.")]
    Row(#[from] serde_json::Error),
    /// The thread that writes is gone.
    #[error("The writer of the traffic store has ended.")]
    Closed,
}

impl StoreError {
    /// What to do.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "Look at the permissions of the data folder, or choose another one.",
            Self::Newer { .. } => "Update Handover Desk on this computer.",
            Self::Captured => "Stop the capture there, or read along: what it writes is shown here too.",
            Self::Full => "Make room, or lower the retention. Capture goes on by itself when there is room.",
            Self::Damaged(_) => {
                "Set the file aside. A new one is made; what was captured so far stays in the old one."
            }
            Self::Sqlite(_) | Self::Row(_) => "Try again. If it stays so, set the file aside.",
            Self::Closed => "Start the capture again.",
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error),
            _ => Self::Sqlite(error),
        }
    }
}
