//! The tables, and how older ones become them.
//!
//! A row of `event` is small and holds what filters ask for; headers and bodies stand in `body`, texts to search in
//! `said` with their index `words`. What is deleted is overwritten, in the index too.

use rusqlite::Connection;

use super::StoreError;

/// The version this program writes.
pub(super) const VERSION: u32 = 1;

const V1: &str = "
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  profile TEXT NOT NULL,
  source TEXT NOT NULL,
  lane TEXT NOT NULL,
  kind TEXT NOT NULL,
  contact TEXT COLLATE NOCASE,
  thread TEXT COLLATE NOCASE,
  session TEXT COLLATE NOCASE,
  user TEXT COLLATE NOCASE,
  message TEXT COLLATE NOCASE,
  origin TEXT,
  latency REAL,
  status INTEGER,
  method TEXT,
  host TEXT COLLATE NOCASE,
  path TEXT COLLATE NOCASE,
  finding TEXT COLLATE NOCASE,
  error INTEGER NOT NULL,
  kept INTEGER NOT NULL,
  under INTEGER,
  what TEXT NOT NULL,
  same TEXT
) STRICT;
CREATE INDEX event_at ON event(at);
CREATE INDEX event_contact ON event(contact) WHERE contact IS NOT NULL;
CREATE INDEX event_thread ON event(thread) WHERE thread IS NOT NULL;
CREATE INDEX event_session ON event(session) WHERE session IS NOT NULL;
CREATE INDEX event_user ON event(user) WHERE user IS NOT NULL;
CREATE INDEX event_status ON event(status) WHERE status IS NOT NULL;
CREATE INDEX event_error ON event(seq) WHERE error = 1;
CREATE INDEX event_under ON event(under) WHERE under IS NOT NULL;
CREATE UNIQUE INDEX event_same ON event(profile, same) WHERE same IS NOT NULL;
CREATE TABLE body (
  seq INTEGER PRIMARY KEY,
  bytes INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE TABLE said (seq INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE VIRTUAL TABLE words USING fts5(
  text, content = 'said', content_rowid = 'seq', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO words(words, rank) VALUES ('secure-delete', 1);
CREATE TABLE mark (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO meta VALUES ('next', 1);
";

/// Brings a connection's database to the present version. Migrations run in one transaction: an interrupted one leaves the
/// file as it was.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        0 => transaction.execute_batch(V1)?,
        VERSION => return Ok(()),
        found => {
            return Err(StoreError::Newer {
                found,
                known: VERSION,
            });
        }
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(())
}

/// What every connection needs before anything else.
pub(super) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(())
}
