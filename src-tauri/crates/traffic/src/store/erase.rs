//! Erasing: on request, really; by age and size, cheaply.

use jiff::{SignedDuration, Timestamp};
use profile::ProfileId;
use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, TransactionBehavior, params_from_iter};

use super::row::seq;
use super::{Store, StoreError, read};
use crate::event::Keys;

/// Rows that retention deletes at once.
const STEP: i64 = 5_000;

/// What is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everything of a profile.
    Profile(ProfileId),
    /// A conversation, by its keys: all that names its contact, and all that names its thread or session and no other
    /// contact.
    Conversation(ProfileId, Keys),
    /// A person, by the user id in Cognigy.AI, with every conversation this person took part in.
    Person(ProfileId, String),
    /// Everything.
    All,
}

/// How long, and how much, is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days; older events go.
    pub days: u32,
    /// Bytes in use; the oldest events go.
    pub bytes: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            days: 30,
            bytes: 2 * 1024 * 1024 * 1024,
        }
    }
}

/// What became of an erasure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Events that are gone.
    pub events: u64,
    /// Whether the file was rewritten too, so that nothing of them is left on the disk. It is not while somebody reads; ask
    /// again then.
    pub thorough: bool,
}

impl Store {
    /// Erases, also from the index, the log and the free pages of the file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn erase(&self, scope: &Scope) -> Result<Erased, StoreError> {
        let mut writes = self.writes.lock();
        let (condition, values) = chosen(scope);
        let events = delete(&mut writes, &condition, values)?;
        Ok(Erased {
            events,
            thorough: rewrite(&writes)?,
        })
    }

    /// Lets go of what is too old or too much. Its pages are overwritten and used again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn retain(&self, retention: Retention, now: Timestamp) -> Result<u64, StoreError> {
        let mut writes = self.writes.lock();
        let days = SignedDuration::from_hours(i64::from(retention.days) * 24);
        let oldest = now.checked_sub(days).unwrap_or(Timestamp::MIN);
        let values = || vec![Value::Integer(oldest.as_microsecond()), Value::Integer(STEP)];
        let mut gone = 0;
        loop {
            let condition = "SELECT seq FROM event WHERE at < ? ORDER BY at LIMIT ?";
            let step = delete(&mut writes, condition, values())?;
            gone += step;
            if step == 0 {
                break;
            }
        }
        while read::in_use(&writes)? > retention.bytes {
            let condition = "SELECT seq FROM event ORDER BY seq LIMIT ?";
            let step = delete(&mut writes, condition, vec![Value::Integer(STEP)])?;
            gone += step;
            if step == 0 {
                break;
            }
        }
        Ok(gone)
    }
}

/// A query for the numbers of what a scope holds, with its values.
fn chosen(scope: &Scope) -> (String, Vec<Value>) {
    let text = |text: &str| Value::Text(text.to_owned());
    match scope {
        Scope::All => ("SELECT seq FROM event".to_owned(), Vec::new()),
        Scope::Profile(profile) => (
            "SELECT seq FROM event WHERE profile = ?".to_owned(),
            vec![text(profile.as_str())],
        ),
        Scope::Conversation(profile, keys) => {
            let mut terms = Vec::new();
            let mut values = vec![text(profile.as_str())];
            if let Some(contact) = &keys.contact {
                terms.push("contact = ?".to_owned());
                values.push(text(contact));
            }
            for key in keys.thread.iter().chain(&keys.session) {
                terms.push("(contact IS NULL AND (thread = ? OR session = ?))".to_owned());
                values.extend([text(key), text(key)]);
            }
            if terms.is_empty() {
                terms.push("0".to_owned());
            }
            let sql = format!(
                "SELECT seq FROM event WHERE profile = ? AND ({})",
                terms.join(" OR ")
            );
            (sql, values)
        }
        Scope::Person(profile, user) => {
            // Sources that know the thread alone told of this person as well.
            let sql = "WITH mine AS (SELECT contact, thread, session FROM event WHERE profile = ?1 AND user = ?2)
              SELECT seq FROM event WHERE profile = ?1 AND (user = ?2
                OR contact IN (SELECT contact FROM mine WHERE contact IS NOT NULL)
                OR thread IN (SELECT thread FROM mine WHERE thread IS NOT NULL UNION SELECT session FROM mine WHERE session IS NOT NULL)
                OR session IN (SELECT thread FROM mine WHERE thread IS NOT NULL UNION SELECT session FROM mine WHERE session IS NOT NULL))";
            (sql.to_owned(), vec![text(profile.as_str()), text(user)])
        }
    }
}

/// Deletes what a query names, and the notes under it.
fn delete(connection: &mut Connection, chosen: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction
        .execute_batch("CREATE TEMP TABLE IF NOT EXISTS gone (seq INTEGER PRIMARY KEY); DELETE FROM gone;")?;
    transaction.execute(&format!("INSERT INTO gone {chosen}"), params_from_iter(values))?;
    transaction.execute(
        "INSERT INTO gone SELECT seq FROM event WHERE under IN (SELECT seq FROM gone) ON CONFLICT DO NOTHING",
        [],
    )?;
    // The index forgets a text by being told it.
    transaction.execute(
        "INSERT INTO words (words, rowid, text) SELECT 'delete', seq, text FROM said WHERE seq IN (SELECT seq FROM gone)",
        [],
    )?;
    for table in ["said", "body", "mark"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE seq IN (SELECT seq FROM gone)"),
            [],
        )?;
    }
    let events = transaction.execute("DELETE FROM event WHERE seq IN (SELECT seq FROM gone)", [])?;
    transaction.execute_batch("DELETE FROM gone;")?;
    transaction.commit()?;
    Ok(seq(i64::try_from(events).unwrap_or(i64::MAX)))
}

/// Rewrites the file, so that neither the log nor a free page remembers. `false` while somebody reads.
fn rewrite(connection: &Connection) -> Result<bool, StoreError> {
    let truncate = || connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    let busy = |error: &rusqlite::Error| {
        matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
        )
    };
    connection.execute("INSERT INTO words(words) VALUES ('optimize')", [])?;
    match connection.execute_batch("VACUUM") {
        Ok(()) => {}
        Err(error) if busy(&error) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    match truncate() {
        Ok(waits) => Ok(waits == 0),
        Err(error) if busy(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
