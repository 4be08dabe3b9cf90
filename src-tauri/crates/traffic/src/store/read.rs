//! Reading pages, single events and figures.

use jiff::Zoned;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::row::{COLUMNS, number, read, seq};
use super::{Bodies, Store, StoreError, query};
use crate::event::{Event, Keys, Seq};
use crate::filter::Filter;

/// How often the closure over a conversation's keys is widened. Two rounds reach everything that sources tell; more are
/// for chains of sessions.
const ROUNDS: usize = 8;

/// A page of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Page {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// Whether older ones follow.
    pub more: bool,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Stats {
    /// Events.
    #[ts(type = "number")]
    pub events: u64,
    /// The number of the newest one; 0 without any.
    #[ts(type = "number")]
    pub last: Seq,
    /// Bytes of the file in use.
    #[ts(type = "number")]
    pub bytes: u64,
}

impl Store {
    /// The number of the newest event; 0 without any.
    ///
    /// # Errors
    /// When the store cannot be read, as all reading here.
    pub fn last(&self) -> Result<Seq, StoreError> {
        let reads = self.reads.lock();
        Ok(seq(reads.query_row(
            "SELECT value - 1 FROM meta WHERE name = 'next'",
            [],
            |row| row.get(0),
        )?))
    }

    /// The newest events of a filter that are older than `before`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page(
        &self,
        filter: &Filter,
        now: &Zoned,
        before: Option<Seq>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        let mut found = self.select(
            filter,
            now,
            before.map(|seq| ("seq < ?", seq)),
            "DESC",
            limit.saturating_add(1),
        )?;
        let more = found.len() > limit;
        found.truncate(limit);
        Ok(Page { events: found, more })
    }

    /// The events of a filter that are newer than `after`, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn since(
        &self,
        filter: &Filter,
        now: &Zoned,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        self.select(filter, now, Some(("seq > ?", after)), "ASC", limit)
    }

    fn select(
        &self,
        filter: &Filter,
        now: &Zoned,
        bound: Option<(&str, Seq)>,
        order: &str,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let mut condition = query::condition(filter, now);
        let (bound, place) = bound.map_or(("1", None), |(sql, seq)| (sql, Some(seq)));
        condition
            .values
            .extend(place.map(|place| Value::Integer(number(place))));
        condition
            .values
            .push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let sql = format!(
            "SELECT {COLUMNS} FROM event WHERE {} AND {bound} ORDER BY seq {order} LIMIT ?",
            condition.sql
        );
        all(&self.reads.lock(), &sql, condition.values)
    }

    /// How many events a filter finds.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count(&self, filter: &Filter, now: &Zoned) -> Result<u64, StoreError> {
        let condition = query::condition(filter, now);
        let sql = format!("SELECT count(*) FROM event WHERE {}", condition.sql);
        let reads = self.reads.lock();
        Ok(seq(reads.query_row(
            &sql,
            params_from_iter(condition.values),
            |row| row.get(0),
        )?))
    }

    /// One event.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn get(&self, at: Seq) -> Result<Option<Event>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM event WHERE seq = ?1");
        let reads = self.reads.lock();
        Ok(reads.query_row(&sql, [number(at)], read).optional()?)
    }

    /// Headers and bodies of an event.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn bodies(&self, at: Seq) -> Result<Option<Bodies>, StoreError> {
        let reads = self.reads.lock();
        let json: Option<String> = reads
            .query_row("SELECT json FROM body WHERE seq = ?1", [number(at)], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
    }

    /// Everything that is tied to these keys, directly or by way of others, oldest first: what
    /// [`crate::conversation::conversations`] needs to tell the story, with those of the same session before and after it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn related(&self, profile: &profile::ProfileId, keys: &Keys) -> Result<Vec<Event>, StoreError> {
        let mut known: Vec<(&'static str, String)> = Vec::new();
        let add = |known: &mut Vec<(&'static str, String)>, keys: &Keys| {
            for (column, key) in [
                ("contact", &keys.contact),
                ("thread", &keys.thread),
                ("thread", &keys.session),
            ] {
                if let Some(key) = key {
                    let key = (column, key.clone());
                    if !known.contains(&key) {
                        known.push(key);
                    }
                }
            }
        };
        add(&mut known, keys);
        let reads = self.reads.lock();
        let mut events = Vec::new();
        for _ in 0..ROUNDS {
            let before = known.len();
            if before == 0 {
                break;
            }
            // Thread and session are one kind of key: see `conversation::join`.
            let terms: Vec<&str> = known
                .iter()
                .map(|(column, _)| {
                    if *column == "contact" {
                        "contact = ?"
                    } else {
                        "thread = ? OR session = ?"
                    }
                })
                .collect();
            let mut values = vec![Value::Text(profile.as_str().to_owned())];
            for (column, key) in &known {
                let times = if *column == "contact" { 1 } else { 2 };
                values.extend(std::iter::repeat_n(Value::Text(key.clone()), times));
            }
            let sql = format!(
                "SELECT {COLUMNS} FROM event WHERE profile = ? AND ({}) ORDER BY seq",
                terms.join(" OR ")
            );
            events = all(&reads, &sql, values)?;
            for event in &events {
                add(&mut known, &event.keys);
            }
            if known.len() == before {
                break;
            }
        }
        Ok(events)
    }

    /// How much there is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        let reads = self.reads.lock();
        let number = |sql: &str| reads.query_row(sql, [], |row| row.get::<_, i64>(0)).map(seq);
        Ok(Stats {
            events: number("SELECT count(*) FROM event")?,
            last: number("SELECT value - 1 FROM meta WHERE name = 'next'")?,
            bytes: in_use(&reads)?,
        })
    }
}

/// Bytes of pages that hold something.
pub(super) fn in_use(connection: &Connection) -> Result<u64, StoreError> {
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let pages = pragma("page_count")? - pragma("freelist_count")?;
    Ok(seq(pages * pragma("page_size")?))
}

fn all(connection: &Connection, sql: &str, values: Vec<Value>) -> Result<Vec<Event>, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map(params_from_iter(values), read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
