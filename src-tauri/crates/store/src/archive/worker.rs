use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::connection::Place;
use super::error::ArchiveError;

/// How many requests may wait before whoever asks waits, too.
const QUEUE: usize = 64;

type Job = Box<dyn FnOnce(Result<&mut Connection, ArchiveError>) + Send>;

/// A thread with a connection of its own, which serves one request after the other. It opens the connection when it is
/// first needed, and anew after it could not.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
    place: Place,
}

impl Worker {
    pub(super) fn start(name: &str, place: Place) -> Result<Self, ArchiveError> {
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let served = place.clone();
        std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let mut open = None;
                while let Some(job) = queue.blocking_recv() {
                    if open.is_none() {
                        match served.open() {
                            Ok(connection) => open = Some(connection),
                            Err(error) => {
                                job(Err(error));
                                continue;
                            }
                        }
                    }
                    if let Some(connection) = open.as_mut() {
                        job(Ok(connection));
                    }
                }
            })
            .map_err(ArchiveError::Thread)?;
        Ok(Self { jobs, place })
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Runs a request on the thread. It runs to its end even when nobody waits for it any more: a run that ended is kept.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        request: impl FnOnce(&mut Connection) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ArchiveError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Fails when the caller has given up.
            let _ = reply.send(connection.and_then(request));
        });
        self.jobs.send(job).await.map_err(|_| ArchiveError::Closed)?;
        answer.await.unwrap_or(Err(ArchiveError::Closed))
    }
}
