//! The thread that talks to a secret store, and the limit on waiting for it.
//!
//! A keychain call can block for ever, behind a dialog or a hung service. It blocks this thread and nothing else:
//! callers wait asynchronously with a limit, and nobody joins the thread, neither on drop nor on exit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::time::Duration;

use profile::{ProfileId, SecretError, SecretField, SecretStore, StoreKind};
use secrecy::SecretString;
use tokio::sync::{oneshot, watch};

/// The limit for a keychain in use: longer means a dialog or a fault.
pub const DEFAULT_LIMIT: Duration = Duration::from_secs(3);

/// What happens when the store has not answered within the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// The call fails with [`SecretError::Slow`]: for places where no dialog can appear.
    Fail(Duration),
    /// [`SecretThread::waiting`] turns true and the call goes on until it is answered or
    /// [cancelled](SecretThread::cancel): for a desktop, where a person may have to answer.
    Wait(Duration),
}

type Job = Box<dyn FnOnce(&dyn SecretStore) + Send>;

/// A secret store served by a thread of its own, one request after the other.
///
/// A request nobody waits for any more is not begun; one that has begun runs to its end, and its result is
/// dropped. Calls need a Tokio runtime with time.
#[derive(Debug)]
pub struct SecretThread {
    jobs: mpsc::Sender<Job>,
    patience: Patience,
    kind: StoreKind,
    /// Calls that are over the limit and still wait.
    over: watch::Sender<usize>,
    /// Counts the cancellations.
    cancelled: watch::Sender<u64>,
}

impl SecretThread {
    /// Starts the thread. It ends when this value is dropped and the store has answered what it began.
    pub fn start(store: Box<dyn SecretStore>, patience: Patience) -> Result<SecretThread, SecretError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let kind = store.kind();
        std::thread::Builder::new()
            .name("secret-store".to_owned())
            .spawn(move || {
                while let Ok(job) = queue.recv() {
                    job(store.as_ref());
                }
            })
            .map_err(|error| SecretError::Io {
                kind: error.kind(),
                detail: error.to_string(),
            })?;
        Ok(SecretThread {
            jobs,
            patience,
            kind,
            over: watch::Sender::new(0),
            cancelled: watch::Sender::new(0),
        })
    }

    /// What kind of store it serves.
    pub fn kind(&self) -> StoreKind {
        self.kind
    }

    /// How many calls wait longer than the limit, presumably for a dialog of the keychain.
    pub fn waiting(&self) -> watch::Receiver<usize> {
        self.over.subscribe()
    }

    /// Gives up every call that waits now; each ends with [`SecretError::Cancelled`].
    pub fn cancel(&self) {
        self.cancelled.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Reads one secret.
    pub async fn get(
        &self,
        profile: &ProfileId,
        field: SecretField,
    ) -> Result<Option<SecretString>, SecretError> {
        let profile = profile.clone();
        self.ask(move |store| store.get(&profile, field)).await
    }

    /// Stores one secret.
    pub async fn set(
        &self,
        profile: &ProfileId,
        field: SecretField,
        secret: &SecretString,
    ) -> Result<(), SecretError> {
        let (profile, secret) = (profile.clone(), secret.clone());
        self.ask(move |store| store.set(&profile, field, &secret)).await
    }

    /// Deletes one secret.
    pub async fn delete(&self, profile: &ProfileId, field: SecretField) -> Result<(), SecretError> {
        let profile = profile.clone();
        self.ask(move |store| store.delete(&profile, field)).await
    }

    /// Proves that the store works.
    pub async fn probe(&self) -> Result<(), SecretError> {
        self.ask(|store| store.probe()).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        request: impl FnOnce(&dyn SecretStore) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let mut cancelled = self.cancelled.subscribe();
        let (reply, mut answer) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            if reply.is_closed() {
                return;
            }
            // A panic inside a keychain library must not take the thread, and with it every later call, away.
            let result = catch_unwind(AssertUnwindSafe(|| request(store)));
            let crashed = || {
                Err(SecretError::Other {
                    detail: "the keychain library crashed".to_owned(),
                })
            };
            // Fails when the caller has given up: the late result is dropped.
            let _ = reply.send(result.unwrap_or_else(|_| crashed()));
        });
        self.jobs.send(job).map_err(|_| SecretError::Closed)?;
        let (Patience::Fail(limit) | Patience::Wait(limit)) = self.patience;
        tokio::select! {
            biased;
            result = &mut answer => return result.unwrap_or(Err(SecretError::Closed)),
            _ = cancelled.changed() => return Err(SecretError::Cancelled),
            () = tokio::time::sleep(limit) => {}
        }
        if let Patience::Fail(_) = self.patience {
            let after_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
            return Err(SecretError::Slow { after_ms });
        }
        let _over = Over::count(&self.over);
        tokio::select! {
            biased;
            result = &mut answer => result.unwrap_or(Err(SecretError::Closed)),
            _ = cancelled.changed() => Err(SecretError::Cancelled),
        }
    }
}

/// Counts one waiting call for as long as it lives, also when its future is dropped.
struct Over<'a>(&'a watch::Sender<usize>);

impl<'a> Over<'a> {
    fn count(over: &'a watch::Sender<usize>) -> Over<'a> {
        over.send_modify(|count| *count += 1);
        Over(over)
    }
}

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
