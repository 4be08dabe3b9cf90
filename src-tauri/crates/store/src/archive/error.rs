use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode as Sqlite;

/// Why the archive could not be used. Nothing but the archive depends on it: runs go on without being kept. `Display` is
/// a full sentence.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file is not an archive, or its pages are damaged.
    #[error("The archive of runs is damaged: {detail}.")]
    Damaged {
        /// What is wrong with it.
        detail: String,
    },
    /// A newer version of the program wrote it. It is left alone.
    #[error(
        "The archive of runs was written by a newer version (format {found}; this version knows {known})."
    )]
    Newer {
        /// Its format.
        found: i64,
        /// The newest format this version knows.
        known: i64,
    },
    /// The disk is full. What was kept before is still there.
    #[error("The archive of runs could not grow: the disk is full.")]
    Full,
    /// Another program writes for longer than any write takes.
    #[error("The archive of runs is held by another program.")]
    Busy,
    /// The file system refused.
    #[error("The archive of runs {} could not be used: {detail}.", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// An entry is not in its form.
    #[error("An entry of the archive of runs cannot be read: its {what} is not in a known form.")]
    Entry {
        /// Which part.
        what: &'static str,
    },
    /// All numbers of entries were given out.
    #[error("The archive of runs has no number left for another entry.")]
    Spent,
    /// The system gave no thread.
    #[error("The archive of runs could not start: {0}.")]
    Thread(io::Error),
    /// The archive has ended with the program.
    #[error("The archive of runs is closed.")]
    Closed,
    /// SQLite refused for another reason: a defect in this program.
    #[error("The archive of runs refused: {0}.")]
    Sqlite(rusqlite::Error),
}

impl ArchiveError {
    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } | Self::Entry { .. } => "archive_damaged",
            Self::Newer { .. } => "archive_newer",
            Self::Full => "archive_full",
            Self::Busy => "archive_busy",
            Self::Io { .. } => "archive_io",
            Self::Spent => "archive_spent",
            Self::Thread(_) | Self::Closed => "archive_closed",
            Self::Sqlite(_) => "archive_refused",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Damaged { .. } | Self::Entry { .. } | Self::Spent => {
                "Verifying goes on without history. Move archive.sqlite out of the data folder to begin a new one."
            }
            Self::Newer { .. } => {
                "Update Handover Desk, or use another data folder. Verifying goes on without history."
            }
            Self::Full => "Free some space. Runs are not kept until then; nothing else was lost.",
            Self::Busy => "Close the other Handover Desk or handover command and try again.",
            Self::Io { .. } => "Check your rights in the data folder. Runs are not kept until then.",
            Self::Thread(_) | Self::Closed => "Start Handover Desk anew.",
            Self::Sqlite(_) => "Report this. Verifying goes on without history.",
        }
    }
}

impl From<rusqlite::Error> for ArchiveError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(Sqlite::NotADatabase) => Self::Damaged {
                detail: "it is not a database".to_owned(),
            },
            Some(Sqlite::DatabaseCorrupt) => Self::Damaged {
                detail: "its pages do not fit together".to_owned(),
            },
            Some(Sqlite::DiskFull) => Self::Full,
            Some(Sqlite::DatabaseBusy | Sqlite::DatabaseLocked | Sqlite::FileLockingProtocolFailed) => {
                Self::Busy
            }
            Some(
                Sqlite::CannotOpen | Sqlite::SystemIoFailure | Sqlite::PermissionDenied | Sqlite::ReadOnly,
            ) => Self::Io {
                path: PathBuf::from(super::ARCHIVE_FILE),
                detail: error.to_string(),
            },
            _ => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => Self::Entry { what: "column" },
                error => Self::Sqlite(error),
            },
        }
    }
}
