//! Where traffic is kept: one SQLite file, one process that captures into it, any number that read.
//!
//! Invariants:
//!
//! - **Numbers have no gaps where nothing was erased** and are never given twice, so that whoever reads can tell whether
//!   something is missing.
//! - **A crash loses the last batch at most**, never the file: a batch is one transaction of a write-ahead log.
//! - **The one who writes is never waited for.** Its queue is bounded; what does not fit is dropped, bodies first, and
//!   counted.
//! - **What is erased is gone**, from the index, the log and the free pages too.
//!
//! All functions here block; call them off the async threads.

mod erase;
mod error;
mod query;
mod read;
mod row;
mod schema;
mod write;

#[cfg(test)]
mod tests;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use erase::{Erased, Retention, Scope};
pub use error::StoreError;
pub use read::{Page, Stats};
pub use write::{Batching, Health, News, State, Writer};

use crate::event::Seq;

/// Headers and bodies of an HTTP exchange. Redacted before they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Bodies {
    /// Headers of the request, in order.
    pub request_headers: Vec<(String, String)>,
    /// Body of the request.
    pub request: Option<String>,
    /// Headers of the answer, in order.
    pub response_headers: Vec<(String, String)>,
    /// Body of the answer.
    pub response: Option<String>,
    /// Whether a body was longer than what is kept.
    pub truncated: bool,
}

impl Bodies {
    /// About how much memory it takes, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        let headers = self.request_headers.iter().chain(&self.response_headers);
        let heads: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        let bodies = self.request.iter().chain(&self.response).map(String::len);
        heads + bodies.sum::<usize>()
    }
}

/// A connection that several use in turn.
#[derive(Clone)]
struct Shared(Arc<Mutex<Connection>>);

impl Shared {
    fn new(connection: Connection) -> Self {
        Self(Arc::new(Mutex::new(connection)))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The store. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Store {
    path: Option<PathBuf>,
    reads: Shared,
    writes: Shared,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store of a file, which is made when it is not there, readable by this user alone.
    ///
    /// # Errors
    /// [`StoreError::Folder`] when the file cannot be made, [`StoreError::Newer`] for one of a later version,
    /// [`StoreError::Damaged`] for one that is no store.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let folder = |source| StoreError::Folder {
            path: path.to_owned(),
            source,
        };
        private().create(true).append(true).open(path).map_err(folder)?;
        let open = || -> Result<Connection, StoreError> {
            let connection = Connection::open(path)?;
            schema::prepare(&connection)?;
            Ok(connection)
        };
        let mut writes = open()?;
        schema::migrate(&mut writes)?;
        Ok(Self {
            path: Some(path.to_owned()),
            reads: Shared::new(open()?),
            writes: Shared::new(writes),
        })
    }

    /// A store in memory, gone with its last clone.
    ///
    /// # Errors
    /// When SQLite gives none.
    pub fn memory() -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        schema::prepare(&connection)?;
        schema::migrate(&mut connection)?;
        let shared = Shared::new(connection);
        Ok(Self {
            path: None,
            reads: shared.clone(),
            writes: shared,
        })
    }

    /// Takes the right to capture, and starts to write. `news` hears of new rows and of the writer's state, from the
    /// writer's thread; it must not block.
    ///
    /// # Errors
    /// [`StoreError::Captured`] while another process, or another writer of this one, has the right.
    pub fn capture(
        &self,
        batching: Batching,
        news: impl Fn(News) + Send + Sync + 'static,
    ) -> Result<Writer, StoreError> {
        Writer::start(self.writes.clone(), self.lock_file()?, batching, Box::new(news))
    }

    /// The lock is the file's beside the store: SQLite's own are held for a moment only.
    fn lock_file(&self) -> Result<Option<File>, StoreError> {
        let Some(path) = &self.path else {
            return Ok(None);
        };
        let path = path.with_extension("lock");
        let folder = |source| StoreError::Folder {
            path: path.clone(),
            source,
        };
        let file = private()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(folder)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(StoreError::Captured),
            Err(TryLockError::Error(source)) => Err(folder(source)),
        }
    }

    /// Marks an event, or takes the mark away.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn mark(&self, seq: Seq, on: bool) -> Result<(), StoreError> {
        let writes = self.writes.lock();
        let sql = if on {
            "INSERT INTO mark (seq) SELECT seq FROM event WHERE seq = ?1 ON CONFLICT DO NOTHING"
        } else {
            "DELETE FROM mark WHERE seq = ?1"
        };
        writes.execute(sql, [row::number(seq)])?;
        Ok(())
    }
}

/// How files of the store are opened: only this user may read what customers wrote.
fn private() -> OpenOptions {
    #[allow(unused_mut)]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}
