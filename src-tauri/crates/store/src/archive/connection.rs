//! Opening the archive: who may read the file, whose it is, and from older formats to the present one.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::ArchiveError;
use crate::disk::beside;
use crate::lock::{Lock, LockError};

/// How long another process that writes is waited for: longer than any write takes.
const PATIENCE: Duration = Duration::from_secs(5);
/// Marks the file as ours: "HDAr".
const APPLICATION: i64 = 0x4844_4172;

/// The way from each format to the next, by index; the first makes an empty file an archive. A step is never changed
/// once it was released.
pub(super) const STEPS: [&str; 1] = ["
    CREATE TABLE entry (
      id          INTEGER PRIMARY KEY AUTOINCREMENT,
      profile_id  TEXT    NOT NULL,
      kind        TEXT    NOT NULL,
      at          INTEGER NOT NULL,
      outcome     TEXT    NOT NULL,
      duration_ms INTEGER NOT NULL,
      summary     TEXT    NOT NULL,
      facts       TEXT    NOT NULL,
      body        TEXT    NOT NULL
    ) STRICT;
    CREATE INDEX entry_of_profile ON entry (profile_id, kind, id);
"];

/// Where an archive is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    File(PathBuf),
    Memory,
}

impl Place {
    pub(super) fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Memory => None,
        }
    }

    /// Opens it, makes it where there is none, and brings it to the present format.
    pub(super) fn open(&self) -> Result<Connection, ArchiveError> {
        let mut _lock = None;
        let mut connection = match self {
            Self::File(path) => {
                // One at a time: while a new file gets its write-ahead log, SQLite turns others away without waiting.
                _lock = Some(Lock::take(&beside(path, "lock")).map_err(|error| match error {
                    LockError::Busy => ArchiveError::Busy,
                    LockError::Io(error) => refused(path, &error),
                })?);
                make_private(path).map_err(|error| refused(path, &error))?;
                Connection::open_with_flags(
                    path,
                    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
                )?
            }
            Self::Memory => Connection::open_in_memory()?,
        };
        connection.busy_timeout(PATIENCE)?;
        // Before anything is written: a file of a newer version, or of another program, stays byte for byte as it is.
        judge(&connection)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "trusted_schema", false)?;
        // In memory there is no log, and SQLite says so by another word than was asked for.
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        migrate(&mut connection, &STEPS)?;
        Ok(connection)
    }
}

/// Brings a file to the newest format, in one transaction; two programs that start at once do it once.
pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), ArchiveError> {
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    if version(connection)? == known {
        return Ok(());
    }
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = usize::try_from(version(&change)?).unwrap_or(usize::MAX);
    for step in steps.iter().skip(from) {
        change.execute_batch(step)?;
    }
    change.pragma_update(None, "application_id", APPLICATION)?;
    change.pragma_update(None, "user_version", known)?;
    change.commit()?;
    Ok(())
}

/// Whether the file is an archive that this version may use, or empty.
fn judge(connection: &Connection) -> Result<(), ArchiveError> {
    // One view of the file for all three, whoever writes meanwhile.
    let _view = connection.unchecked_transaction()?;
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let owner = number("application_id")?;
    let found = version(connection)?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if owner != APPLICATION && (owner != 0 || tables > 0) {
        return Err(ArchiveError::Damaged {
            detail: "it is the database of another program".to_owned(),
        });
    }
    if found > known {
        return Err(ArchiveError::Newer { found, known });
    }
    if found < 0 || (found > 0) != (tables > 0) {
        return Err(ArchiveError::Damaged {
            detail: "its tables are missing".to_owned(),
        });
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, ArchiveError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Makes the file for its owner only, before SQLite would make it for everybody; its log takes the same permissions.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn refused(path: &Path, error: &io::Error) -> ArchiveError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ArchiveError::Full,
        _ => ArchiveError::Io {
            path: path.to_owned(),
            detail: error.to_string(),
        },
    }
}
