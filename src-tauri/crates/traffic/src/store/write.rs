//! The one who writes: a thread of its own, fed by a bounded queue, one transaction a batch.

use std::collections::VecDeque;
use std::fs::File;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::row::{INSERT, insert, number, words};
use super::{Bodies, Shared, StoreError};
use crate::event::{Event, Seq};
use crate::privacy::Privacy;

/// How the writer gathers, and how much it keeps waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batching {
    /// Longest time an event waits for company. A crash loses no more than this.
    pub wait: Duration,
    /// Events of one transaction, at most.
    pub batch: usize,
    /// Events that may wait, at most.
    pub events: usize,
    /// Bytes of bodies that may wait, at most.
    pub bytes: usize,
    /// How long the writer waits before it tries again what the disk refused.
    pub retry: Duration,
    /// Largest file, in bytes; as if the disk ended there.
    pub largest: Option<u64>,
}

impl Default for Batching {
    fn default() -> Self {
        Self {
            wait: Duration::from_millis(250),
            batch: 2_000,
            events: 20_000,
            bytes: 32 * 1024 * 1024,
            retry: Duration::from_secs(5),
            largest: None,
        }
    }
}

/// How capturing goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Health {
    /// Whether it runs.
    pub state: State,
    /// Events written since it began.
    #[ts(type = "number")]
    pub written: u64,
    /// Events that were told twice.
    #[ts(type = "number")]
    pub repeated: u64,
    /// Events that did not fit into the queue.
    #[ts(type = "number")]
    pub dropped_events: u64,
    /// Headers and bodies that did not fit into the queue; their events were kept.
    #[ts(type = "number")]
    pub dropped_bodies: u64,
}

/// Whether capturing runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It writes what comes.
    #[default]
    Running,
    /// The disk is full. It goes on by itself when there is room.
    Full,
    /// Writing fails. It tries again.
    Failing {
        /// What the store says.
        message: String,
    },
    /// It was stopped.
    Stopped,
}

/// What the writer tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// There are rows up to this number.
    Rows(Seq),
    /// Its state or its counts changed.
    Health(Health),
}

type Listener = Box<dyn Fn(News) + Send + Sync>;

/// The right to capture into a store. Dropping it writes what waits and gives the right back.
pub struct Writer {
    queue: Arc<Queue>,
    batching: Batching,
    thread: Option<JoinHandle<()>>,
}

struct Queue {
    waiting: Mutex<Waiting>,
    wakes: Condvar,
}

#[derive(Default)]
struct Waiting {
    entries: VecDeque<Entry>,
    bytes: usize,
    flushes: Vec<SyncSender<()>>,
    closed: bool,
    health: Health,
}

struct Entry {
    event: Event,
    bodies: Option<Bodies>,
    privacy: Arc<Privacy>,
    since: Instant,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    pub(super) fn start(
        store: Shared,
        lock: Option<File>,
        batching: Batching,
        news: Listener,
    ) -> Result<Self, StoreError> {
        if let Some(largest) = batching.largest {
            let connection = store.lock();
            let size: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
            let pages = i64::try_from(largest).unwrap_or(i64::MAX) / size.max(1);
            connection.pragma_update(None, "max_page_count", pages.max(1))?;
        }
        let queue = Arc::new(Queue {
            waiting: Mutex::default(),
            wakes: Condvar::new(),
        });
        let mine = Arc::clone(&queue);
        let thread = std::thread::Builder::new()
            .name("traffic".to_owned())
            .spawn(move || {
                // Held until the last row is written.
                let _lock = lock;
                Work {
                    store,
                    queue: mine,
                    batching,
                    news,
                }
                .run();
            })
            .map_err(|source| StoreError::Folder {
                path: "traffic".into(),
                source,
            })?;
        Ok(Self {
            queue,
            batching,
            thread: Some(thread),
        })
    }

    /// Hands an event over, with its headers and bodies; returns at once. When there is no room, bodies are dropped, then
    /// events; both are counted.
    pub fn offer(&self, privacy: &Arc<Privacy>, event: Event, bodies: Option<Bodies>) {
        let mut waiting = self.queue.lock();
        if waiting.closed || waiting.entries.len() >= self.batching.events {
            waiting.health.dropped_events += 1;
            return;
        }
        let weight = bodies.as_ref().map_or(0, Bodies::weight);
        let bodies = if waiting.bytes + weight > self.batching.bytes {
            waiting.health.dropped_bodies += 1;
            None
        } else {
            waiting.bytes += weight;
            bodies
        };
        waiting.entries.push_back(Entry {
            event,
            bodies,
            privacy: Arc::clone(privacy),
            since: Instant::now(),
        });
        drop(waiting);
        self.queue.wakes.notify_one();
    }

    /// Waits until everything that was offered so far is written, or the disk refused it.
    pub fn flush(&self) {
        let (done, wait) = sync_channel(1);
        self.queue.lock().flushes.push(done);
        self.queue.wakes.notify_one();
        // The writer is gone when it hears nothing.
        let _ = wait.recv();
    }

    /// How it goes.
    #[must_use]
    pub fn health(&self) -> Health {
        self.queue.lock().health.clone()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.wakes.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by the thread itself.
            let _ = thread.join();
        }
    }
}

struct Work {
    store: Shared,
    queue: Arc<Queue>,
    batching: Batching,
    news: Listener,
}

impl Work {
    fn run(self) {
        loop {
            let (batch, flushes, closed) = self.next();
            let fits = batch.is_empty() || self.write(batch);
            for flush in flushes {
                let _ = flush.send(());
            }
            let rest = self.queue.lock().entries.len();
            if closed && (rest == 0 || !fits) {
                let mut waiting = self.queue.lock();
                waiting.health.dropped_events += rest as u64;
                waiting.health.state = State::Stopped;
                let health = waiting.health.clone();
                drop(waiting);
                (self.news)(News::Health(health));
                return;
            }
        }
    }

    /// The next batch: full, or old enough, or asked for.
    fn next(&self) -> (Vec<Entry>, Vec<SyncSender<()>>, bool) {
        let mut waiting = self.queue.lock();
        loop {
            let due = waiting.closed
                || !waiting.flushes.is_empty()
                || waiting.entries.len() >= self.batching.batch.max(1);
            let left = waiting
                .entries
                .front()
                .map(|first| self.batching.wait.saturating_sub(first.since.elapsed()));
            match left {
                Some(left) if due || left.is_zero() => break,
                None if due => break,
                Some(left) => {
                    let woken = self.queue.wakes.wait_timeout(waiting, left);
                    waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
                }
                None => {
                    let woken = self.queue.wakes.wait(waiting);
                    waiting = woken.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        let many = waiting.entries.len().min(self.batching.batch.max(1));
        let batch: Vec<Entry> = waiting.entries.drain(..many).collect();
        let weight: usize = batch
            .iter()
            .map(|entry| entry.bodies.as_ref().map_or(0, Bodies::weight))
            .sum();
        waiting.bytes = waiting.bytes.saturating_sub(weight);
        // What was asked for is done when nothing is left of it.
        let flushes = if waiting.entries.is_empty() {
            std::mem::take(&mut waiting.flushes)
        } else {
            Vec::new()
        };
        (batch, flushes, waiting.closed)
    }

    /// Writes a batch; puts it back when the disk refuses it, and waits a while.
    fn write(&self, batch: Vec<Entry>) -> bool {
        let clean: Vec<(Event, Option<Bodies>)> = batch
            .iter()
            .map(|entry| {
                let bodies = entry.bodies.clone().map(|bodies| entry.privacy.bodies(bodies));
                (entry.privacy.event(entry.event.clone()), bodies)
            })
            .collect();
        let written = commit(&mut self.store.lock(), &clean);
        let mut waiting = self.queue.lock();
        let before = waiting.health.clone();
        let (last, fits) = match written {
            Ok((last, new)) => {
                waiting.health.written += new;
                waiting.health.repeated += clean.len() as u64 - new;
                waiting.health.state = State::Running;
                (Some(last), true)
            }
            Err(error) => {
                tracing::warn!(%error, "a batch of traffic was not written");
                waiting.health.state = match error {
                    StoreError::Full => State::Full,
                    other => State::Failing {
                        message: other.to_string(),
                    },
                };
                for entry in batch.into_iter().rev() {
                    waiting.bytes += entry.bodies.as_ref().map_or(0, Bodies::weight);
                    waiting.entries.push_front(entry);
                }
                for flush in std::mem::take(&mut waiting.flushes) {
                    let _ = flush.send(());
                }
                (None, false)
            }
        };
        let health = waiting.health.clone();
        drop(waiting);
        if health != before {
            (self.news)(News::Health(health));
        }
        if let Some(last) = last {
            (self.news)(News::Rows(last));
        }
        if !fits {
            self.pause();
        }
        fits
    }

    /// Waits before the next try; who stops or asks for a flush is not kept waiting.
    fn pause(&self) {
        let until = Instant::now() + self.batching.retry;
        let mut waiting = self.queue.lock();
        while !waiting.closed && waiting.flushes.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let woken = self.queue.wakes.wait_timeout(waiting, left);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// One transaction. The number of the newest row, and how many were new.
fn commit(connection: &mut Connection, batch: &[(Event, Option<Bodies>)]) -> Result<(Seq, u64), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let first: i64 =
        transaction.query_row("SELECT value FROM meta WHERE name = 'next'", [], |row| row.get(0))?;
    let first = super::row::seq(first);
    let mut next = first;
    {
        let mut event_row = transaction.prepare(INSERT)?;
        let mut body_row = transaction.prepare("INSERT INTO body (seq, bytes, json) VALUES (?1, ?2, ?3)")?;
        let mut said_row = transaction.prepare("INSERT INTO said (seq, text) VALUES (?1, ?2)")?;
        let mut words_row = transaction.prepare("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?;
        for (event, bodies) in batch {
            if !insert(&mut event_row, next, event)? {
                continue;
            }
            if let Some(text) = words(event) {
                said_row.execute(params![number(next), text])?;
                words_row.execute(params![number(next), text])?;
            }
            if let Some(bodies) = bodies {
                let bytes = i64::try_from(bodies.weight()).unwrap_or(i64::MAX);
                body_row.execute(params![number(next), bytes, serde_json::to_string(bodies)?])?;
            }
            next += 1;
        }
    }
    transaction.execute("UPDATE meta SET value = ?1 WHERE name = 'next'", [number(next)])?;
    transaction.commit()?;
    Ok((next - 1, next - first))
}
