//! The application behind the window. The window opens at once; commands wait until the application has started, and
//! all of them answer with the reason when it could not.

use std::sync::{Mutex, PoisonError};

use desk::{Desk, ErrorCode, Event, Options, StartError, WireError};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::{broadcast, watch};

type Start = Result<Desk, WireError>;

/// The application, from the moment the window is there.
pub struct Backend {
    started: watch::Receiver<Option<Start>>,
    /// The window listens once; a page that was loaded anew takes the place of the former one.
    listener: Mutex<Option<tauri::async_runtime::JoinHandle<()>>>,
}

impl Backend {
    /// Starts the application in the background and leaves it in Tauri's state.
    pub fn start<R: Runtime>(app: &AppHandle<R>, options: Options) {
        let (report, started) = watch::channel(None);
        app.manage(Self {
            started,
            listener: Mutex::default(),
        });
        tauri::async_runtime::spawn(async move {
            let start = Desk::start(options).await.map_err(refusal);
            report.send_replace(Some(start));
        });
    }

    /// The application, once it has started.
    pub async fn desk(&self) -> Start {
        let mut started = self.started.clone();
        match started.wait_for(Option::is_some).await {
            Ok(start) => start.clone().unwrap_or_else(|| Err(stopped())),
            Err(_) => Err(stopped()),
        }
    }

    /// The application, if it has started already.
    pub fn running(&self) -> Option<Desk> {
        self.started
            .borrow()
            .as_ref()
            .and_then(|start| start.as_ref().ok().cloned())
    }

    /// Sends all events from now on to the page, and no longer to the one before it.
    pub async fn listen(&self, channel: Channel<Event>) -> Result<(), WireError> {
        let events = self.desk().await?.subscribe();
        let task = tauri::async_runtime::spawn(forward(events, channel));
        let former = self
            .listener
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(task);
        if let Some(former) = former {
            former.abort();
        }
        Ok(())
    }
}

async fn forward(mut events: broadcast::Receiver<Event>, channel: Channel<Event>) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(broadcast::error::RecvError::Lagged(lost)) => {
                tracing::warn!(lost, "the window was too slow for its events");
                Event::Lagged {}
            }
            Err(broadcast::error::RecvError::Closed) => return,
        };
        // Fails when the window is gone, and with it whoever would listen.
        if channel.send(event).is_err() {
            return;
        }
    }
}

fn refusal(error: StartError) -> WireError {
    match error {
        StartError::Sandbox(error) => error,
        StartError::Archive(error) => error.into(),
        folder @ StartError::Folder { .. } => WireError::new(ErrorCode::Storage, folder.to_string()),
    }
}

/// The task that starts the application ended without an answer: it panicked.
fn stopped() -> WireError {
    WireError::internal("starting", "the start was broken off")
}
