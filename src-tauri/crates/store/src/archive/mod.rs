//! What was measured and found, run by run: one SQLite file that window and terminal share.
//!
//! - **Opening never stops the program.** The file is opened by the first call; a file that is damaged, newer or out of
//!   reach makes that call and the next ones fail with an [`ArchiveError`], and every call tries again.
//! - **A run is there as a whole or not at all**: each change is one transaction, and the retention is part of it.
//! - **One writer, one reader**, each a thread of its own with its own connection, and a bounded queue before it. Other
//!   processes are waited for, a few seconds at most.
//! - **What is deleted is gone**: freed pages are overwritten, and the write-ahead log is emptied after a deletion.
//! - **No secret comes here.** That is the caller's part: bodies have passed the redactor.

mod connection;
mod error;
mod worker;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::Timestamp;
use profile::ProfileId;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, named_params, params};
use serde_json::Value;

use connection::Place;
pub use error::ArchiveError;
use worker::Worker;

/// Name of the archive in the data folder.
pub const ARCHIVE_FILE: &str = "archive.sqlite";

/// How many entries of a kind are kept for each profile; [`Archive::add`] drops the oldest beyond them.
pub const KEPT: usize = 500;

/// The archive. Cheap to clone; the threads end with the last clone, after what was asked of them is done.
#[derive(Debug, Clone)]
pub struct Archive {
    writer: Worker,
    /// The same thread as the writer's where everything is in memory, since there is one connection then.
    reader: Worker,
}

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A verification.
    Verify,
    /// A measurement of the save path.
    Diagnose,
    /// A single probe of a longer watch.
    Probe,
}

impl Kind {
    /// The stored word; it never changes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Diagnose => "diagnose",
            Self::Probe => "probe",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        [Self::Verify, Self::Diagnose, Self::Probe]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// What is added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    /// The profile it belongs to.
    pub profile_id: ProfileId,
    /// What it is about.
    pub kind: Kind,
    /// When it ended; kept to the millisecond.
    pub at: Timestamp,
    /// How it ended, in the word of its kind, such as `fail`.
    pub outcome: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// One sentence for lists.
    pub summary: String,
    /// Small facts for lists, in the form of its kind.
    pub facts: Value,
    /// All of it, in the form of its kind. It must hold no secret.
    pub body: Value,
}

/// An entry as lists need it: without its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Its number, from 1 on, in the order of adding; never used twice in a file.
    pub id: u32,
    /// The profile it belongs to.
    pub profile_id: ProfileId,
    /// What it is about.
    pub kind: Kind,
    /// When it ended.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// One sentence for lists.
    pub summary: String,
    /// Small facts for lists.
    pub facts: Value,
}

/// An entry with its body.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What lists show of it.
    pub head: Head,
    /// All of it.
    pub body: Value,
}

impl Archive {
    /// The archive of a data folder.
    ///
    /// # Errors
    /// [`ArchiveError::Thread`] when the system gives no thread. The file is not touched yet.
    pub fn at(folder: &Path) -> Result<Self, ArchiveError> {
        let path = folder.join(ARCHIVE_FILE);
        Ok(Self {
            writer: Worker::start("archive-write", Place::File(path.clone()))?,
            reader: Worker::start("archive-read", Place::File(path))?,
        })
    }

    /// An archive that ends with the program.
    ///
    /// # Errors
    /// [`ArchiveError::Thread`] when the system gives no thread.
    pub fn in_memory() -> Result<Self, ArchiveError> {
        let worker = Worker::start("archive-memory", Place::Memory)?;
        Ok(Self {
            writer: worker.clone(),
            reader: worker,
        })
    }

    /// The file; `None` where everything is in memory.
    pub fn path(&self) -> Option<&PathBuf> {
        self.writer.place().path()
    }

    /// A number that differs when the archive was changed since this was last asked, by whichever program.
    ///
    /// # Errors
    /// When the archive cannot be opened or read.
    pub async fn state(&self) -> Result<u32, ArchiveError> {
        self.reader
            .ask(|connection| Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?))
            .await
    }

    /// Keeps an entry, drops those of its profile and kind that are older than the newest [`KEPT`], and tells its number.
    ///
    /// # Errors
    /// When the archive cannot be opened or written; nothing was changed then.
    pub async fn add(&self, entry: NewEntry) -> Result<u32, ArchiveError> {
        self.writer
            .ask(move |connection| {
                write(connection, |change| {
                    let body = text(&entry.body)?;
                    change
                        .prepare(
                            "INSERT INTO entry (profile_id, kind, at, outcome, duration_ms, summary, facts, body)
                             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        )?
                        .execute(params![
                            entry.profile_id.as_str(),
                            entry.kind.word(),
                            entry.at.as_millisecond(),
                            entry.outcome,
                            entry.duration_ms,
                            entry.summary,
                            text(&entry.facts)?,
                            body
                        ])?;
                    let id = change.last_insert_rowid();
                    drop_old(change, &entry.profile_id, Some(entry.kind), KEPT)?;
                    u32::try_from(id).map_err(|_| ArchiveError::Spent)
                })
            })
            .await
    }

    /// Entries of a profile and kind, newest first: those before the number `before`, or the newest; `limit` at most.
    ///
    /// # Errors
    /// When the archive cannot be opened or read.
    pub async fn list(
        &self,
        profile: &ProfileId,
        kind: Kind,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Vec<Head>, ArchiveError> {
        let profile = profile.clone();
        self.reader
            .ask(move |connection| {
                let mut query = connection.prepare(&format!(
                    "SELECT {HEAD} FROM entry
                     WHERE profile_id = :profile AND kind = :kind AND id < :before ORDER BY id DESC LIMIT :limit",
                ))?;
                let rows = query.query_map(
                    named_params! {
                        ":profile": profile.as_str(),
                        ":kind": kind.word(),
                        ":before": before.map_or(i64::MAX, i64::from),
                        ":limit": count(limit),
                    },
                    |row| Ok(head(row)),
                )?;
                rows.map(|row| row?).collect()
            })
            .await
    }

    /// The newest entries of a profile and kind with their bodies, newest first; `limit` at most.
    ///
    /// # Errors
    /// When the archive cannot be opened or read.
    pub async fn recent(
        &self,
        profile: &ProfileId,
        kind: Kind,
        limit: usize,
    ) -> Result<Vec<Entry>, ArchiveError> {
        let profile = profile.clone();
        self.reader
            .ask(move |connection| {
                let mut query = connection.prepare(&format!(
                    "SELECT {HEAD}, body FROM entry
                     WHERE profile_id = ?1 AND kind = ?2 ORDER BY id DESC LIMIT ?3",
                ))?;
                let rows = query.query_map(params![profile.as_str(), kind.word(), count(limit)], |row| {
                    Ok(entry(row))
                })?;
                rows.map(|row| row?).collect()
            })
            .await
    }

    /// The newest entry of a profile and kind.
    ///
    /// # Errors
    /// When the archive cannot be opened or read.
    pub async fn latest(&self, profile: &ProfileId, kind: Kind) -> Result<Option<Entry>, ArchiveError> {
        Ok(self.recent(profile, kind, 1).await?.pop())
    }

    /// One entry; `None` when it is no longer there, or of a kind that a newer version made.
    ///
    /// # Errors
    /// When the archive cannot be opened or read.
    pub async fn get(&self, id: u32) -> Result<Option<Entry>, ArchiveError> {
        self.reader
            .ask(move |connection| {
                let known = [Kind::Verify, Kind::Diagnose, Kind::Probe].map(Kind::word);
                let found = connection
                    .prepare(&format!("SELECT {HEAD}, body FROM entry WHERE id = ?1"))?
                    .query_row([id], |row| {
                        let kind: String = row.get("kind")?;
                        Ok(known.contains(&kind.as_str()).then(|| entry(row)))
                    })
                    .optional()?;
                found.flatten().transpose()
            })
            .await
    }

    /// Deletes all entries of a profile, of every kind, and tells how many there were.
    ///
    /// # Errors
    /// When the archive cannot be opened or written; nothing was deleted then.
    pub async fn delete(&self, profile: &ProfileId) -> Result<usize, ArchiveError> {
        let profile = profile.clone();
        self.shrink(move |change| {
            Ok(change.execute("DELETE FROM entry WHERE profile_id = ?1", [profile.as_str()])?)
        })
        .await
    }

    /// Deletes all entries of a profile and kind, and tells how many there were.
    ///
    /// # Errors
    /// When the archive cannot be opened or written; nothing was deleted then.
    pub async fn delete_kind(&self, profile: &ProfileId, kind: Kind) -> Result<usize, ArchiveError> {
        let profile = profile.clone();
        self.shrink(move |change| drop_old(change, &profile, Some(kind), 0))
            .await
    }

    /// Deletes the entry of a profile, and tells whether there was one.
    ///
    /// # Errors
    /// When the archive cannot be opened or written; nothing was deleted then.
    pub async fn remove(&self, profile: &ProfileId, id: u32) -> Result<bool, ArchiveError> {
        let profile = profile.clone();
        let gone = self.shrink(move |change| {
            Ok(change.execute(
                "DELETE FROM entry WHERE id = ?1 AND profile_id = ?2",
                params![id, profile.as_str()],
            )?)
        });
        Ok(gone.await? > 0)
    }

    /// Keeps the newest `keep` entries of each kind of a profile, and tells how many older ones were deleted.
    ///
    /// # Errors
    /// When the archive cannot be opened or written; nothing was deleted then.
    pub async fn prune(&self, profile: &ProfileId, keep: usize) -> Result<usize, ArchiveError> {
        let profile = profile.clone();
        self.shrink(move |change| drop_old(change, &profile, None, keep))
            .await
    }

    /// A change that must leave nothing behind, not even in the write-ahead log.
    async fn shrink(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<usize, ArchiveError> + Send + 'static,
    ) -> Result<usize, ArchiveError> {
        self.writer
            .ask(move |connection| {
                let gone = write(connection, change)?;
                if gone > 0 {
                    // Another program that reads right now keeps the log from being emptied; its own end, or the next
                    // deletion, empties it.
                    let emptied = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
                    if let Err(error) = emptied {
                        tracing::debug!(%error, "the archive's log was not emptied");
                    }
                }
                Ok(gone)
            })
            .await
    }
}

const HEAD: &str = "id, profile_id, kind, at, outcome, duration_ms, summary, facts";

/// One transaction, which waits for another writer before it reads, never in its middle.
fn write<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, ArchiveError>,
) -> Result<T, ArchiveError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let result = change(&transaction)?;
    transaction.commit()?;
    Ok(result)
}

/// Deletes what is older than the newest `keep` of each kind, or of one.
fn drop_old(
    change: &Transaction<'_>,
    profile: &ProfileId,
    kind: Option<Kind>,
    keep: usize,
) -> Result<usize, ArchiveError> {
    let gone = change
        .prepare(
            "DELETE FROM entry WHERE id IN (
               SELECT id FROM (
                 SELECT id, row_number() OVER (PARTITION BY kind ORDER BY id DESC) AS place
                 FROM entry WHERE profile_id = ?1 AND (?2 IS NULL OR kind = ?2))
               WHERE place > ?3)",
        )?
        .execute(params![profile.as_str(), kind.map(Kind::word), count(keep)])?;
    Ok(gone)
}

fn head(row: &Row<'_>) -> Result<Head, ArchiveError> {
    let unreadable = |what: &'static str| ArchiveError::Entry { what };
    let kind: String = row.get("kind")?;
    let profile: String = row.get("profile_id")?;
    let facts: String = row.get("facts")?;
    Ok(Head {
        id: row.get("id")?,
        profile_id: ProfileId::from_str(&profile).map_err(|_| unreadable("profile"))?,
        kind: Kind::of_word(&kind).ok_or_else(|| unreadable("kind"))?,
        at: Timestamp::from_millisecond(row.get("at")?).map_err(|_| unreadable("time"))?,
        outcome: row.get("outcome")?,
        duration_ms: row.get("duration_ms")?,
        summary: row.get("summary")?,
        facts: serde_json::from_str(&facts).map_err(|_| unreadable("facts"))?,
    })
}

fn entry(row: &Row<'_>) -> Result<Entry, ArchiveError> {
    let body: String = row.get("body")?;
    Ok(Entry {
        head: head(row)?,
        body: serde_json::from_str(&body).map_err(|_| ArchiveError::Entry { what: "body" })?,
    })
}

fn text(value: &Value) -> Result<String, ArchiveError> {
    serde_json::to_string(value).map_err(|_| ArchiveError::Entry { what: "body" })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
