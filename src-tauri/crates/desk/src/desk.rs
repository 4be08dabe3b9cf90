use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use profile::{ProfileId, Record};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clipboard::Clipboard;
use crate::history::History;
use crate::notify::Notifier;
use crate::profiles::Profiles;
use crate::secrets::Secrets;
use crate::service::{Finished, Rehearsal, Waiting, Watchers};
use crate::watch::{SystemTime, Time};
use crate::wire::{ErrorCode, Event, HostKind, JobId, Preferences, WireError};

/// How often the profile file is looked at for changes of another program.
const WATCH: Duration = Duration::from_secs(2);
/// How many events a slow window may be behind before it is told to read everything again.
const EVENTS: usize = 1024;

/// What the application needs of the place it runs in.
pub trait Host: Send + Sync + 'static {
    /// Which kind of place it is.
    fn kind(&self) -> HostKind;
    /// What the window remembers about itself.
    fn preferences(&self) -> Preferences;
    /// Keeps what the window remembers about itself.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when it cannot be written.
    fn set_preferences(&self, preferences: &Preferences) -> Result<(), WireError>;
    /// This desktop's clipboard, where the host may use one.
    fn clipboard(&self) -> Option<Clipboard>;
    /// Whether a person can answer a dialog of the keychain here. Where not, a keychain that waits has failed.
    fn dialogs(&self) -> bool;
    /// Who tells this person of something while nobody looks; `None` where nobody can be told.
    fn notifier(&self) -> Option<Arc<dyn Notifier>> {
        None
    }
    /// Brings the window to the front, where there is one: a notification was clicked.
    fn reveal(&self) {}
    /// Leaves the window: ends the program, or goes on without showing it. Does nothing where there is no window.
    fn leave(&self, _quit: bool) {}
    /// The clock, the sleep and the chance of what goes on in the background.
    fn time(&self) -> Arc<dyn Time> {
        Arc::new(SystemTime)
    }
}

/// How to start.
#[derive(Clone)]
pub struct Options {
    /// The folder of the profile file and the vault; `None` keeps everything in memory.
    pub data_dir: Option<PathBuf>,
    /// Start the sandbox with its sample profile.
    pub sample: bool,
    /// The place it runs in.
    pub host: Arc<dyn Host>,
}

impl Options {
    /// The data folder of this user, by the platform's own rules.
    pub fn user_data_dir() -> Option<PathBuf> {
        directories::ProjectDirs::from("dev", "", "handover-desk").map(|dirs| dirs.data_dir().to_owned())
    }
}

/// Why the application could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("The data folder {} cannot be used: {source}. Choose another one or mend its permissions.", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The system gives the program no thread.
    #[error("{0} {hint}", hint = .0.hint())]
    Archive(#[from] store::ArchiveError),
    /// The sandbox did not start.
    #[error("The sandbox did not start: {0}")]
    Sandbox(WireError),
}

/// The application. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) options: Options,
    pub(crate) clipboard: Option<Clipboard>,
    pub(crate) profiles: Profiles,
    pub(crate) secrets: Secrets,
    pub(crate) history: History,
    /// The verification that runs, by profile.
    pub(crate) jobs: Mutex<HashMap<ProfileId, (JobId, CancellationToken)>>,
    /// Verifications that write: whoever ends the program waits for their clean-up.
    pub(crate) writing: TaskTracker,
    pub(crate) reports: Mutex<HashMap<ProfileId, Finished>>,
    /// The plan of a live round trip that was shown last, by profile: only that one can be agreed to.
    pub(crate) plans: Mutex<HashMap<ProfileId, verify::LivePlan>>,
    /// The diagnosis that runs, by profile.
    pub(crate) diagnoses: Mutex<HashMap<ProfileId, (JobId, CancellationToken)>>,
    /// Diagnoses that the history did not take, newest first.
    pub(crate) diagnosed: Mutex<HashMap<ProfileId, Vec<diagnose::Diagnosis>>>,
    /// Credentials that CXone accepted last, in memory alone: refused later, they are not mistyped.
    pub(crate) accepted: Mutex<HashMap<ProfileId, profile::Credentials>>,
    pub(crate) waits: Mutex<HashMap<ProfileId, Waiting>>,
    /// Ends the reading of skills that goes on, by profile.
    pub(crate) skills: Mutex<HashMap<ProfileId, CancellationToken>>,
    /// Copies of Studio scripts: those on disk, and those of profiles that live in memory.
    pub(crate) scripts: [Arc<store::ScriptBackups>; 2],
    /// Ends the work on a script that goes on, by profile.
    pub(crate) script_turns: Mutex<HashMap<ProfileId, CancellationToken>>,
    pub(crate) watchers: Watchers,
    pub(crate) sandbox: tokio::sync::Mutex<Option<Rehearsal>>,
    /// Ends the scenario that is being played.
    pub(crate) scenario: Mutex<Option<CancellationToken>>,
    /// The id that the sandbox's sample profile has whenever there is one.
    pub(crate) sample_id: ProfileId,
    /// The sandbox's sample profile, while it runs.
    pub(crate) sample: Mutex<Option<ProfileId>>,
    /// Faults that only this computer can play, by name.
    pub(crate) local_faults: Mutex<BTreeSet<String>>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) stop: CancellationToken,
}

impl Desk {
    /// Starts the application.
    ///
    /// # Errors
    /// When the data folder cannot be made, or the sandbox does not start.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        transport::install_crypto();
        if let Some(path) = &options.data_dir {
            make_folder(path).map_err(|source| StartError::Folder {
                path: path.clone(),
                source,
            })?;
        }
        let (events, _) = broadcast::channel(EVENTS);
        let desk = Self {
            inner: Arc::new(Inner {
                clipboard: options.host.clipboard(),
                profiles: Profiles::at(options.data_dir.as_deref()),
                secrets: Secrets::at(options.data_dir.as_deref(), options.host.dialogs()),
                history: History::at(options.data_dir.as_deref())?,
                jobs: Mutex::default(),
                writing: TaskTracker::new(),
                reports: Mutex::default(),
                plans: Mutex::default(),
                diagnoses: Mutex::default(),
                diagnosed: Mutex::default(),
                accepted: Mutex::default(),
                waits: Mutex::default(),
                skills: Mutex::default(),
                scripts: [
                    Arc::new(
                        options
                            .data_dir
                            .as_deref()
                            .map_or_else(store::ScriptBackups::in_memory, store::ScriptBackups::in_folder),
                    ),
                    Arc::new(store::ScriptBackups::in_memory()),
                ],
                script_turns: Mutex::default(),
                watchers: Watchers::new(options.host.time()),
                sandbox: tokio::sync::Mutex::default(),
                scenario: Mutex::default(),
                sample_id: ProfileId::random(),
                sample: Mutex::default(),
                local_faults: Mutex::default(),
                events,
                stop: CancellationToken::new(),
                options,
            }),
        };
        if desk.inner.options.sample {
            desk.start_sandbox().await.map_err(StartError::Sandbox)?;
        }
        desk.watch();
        desk.watch_store();
        desk.watch_profiles().await;
        Ok(desk)
    }

    /// Everything that happens from now on. A receiver that lags should act as on [`Event::Lagged`].
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// Ends running jobs, clears a copied secret and stops the sandbox. Never waits for the keychain; for the clean-up of a live
    /// round trip it does, which has a time limit of its own.
    pub async fn stop(&self) {
        self.inner.stop.cancel();
        self.inner.secrets.cancel();
        for (_, job) in lock(&self.inner.jobs).values() {
            job.cancel();
        }
        if let Some(clipboard) = self.inner.clipboard.clone() {
            // Blocking for at most a second, and away from the async threads.
            let closed = tokio::task::spawn_blocking(move || clipboard.close(Duration::from_secs(1))).await;
            if let Err(error) = closed {
                tracing::warn!(%error, "the clipboard was not closed");
            }
        }
        self.inner.writing.close();
        self.inner.writing.wait().await;
        if let Some(rehearsal) = self.inner.sandbox.lock().await.take() {
            rehearsal.sandbox.stop().await;
        }
    }

    pub(crate) fn emit(&self, event: Event) {
        // Nobody listening is no error: the state can be read at any time.
        let _ = self.inner.events.send(event);
    }

    /// Asks the page what closing the window means while profiles are watched.
    pub fn ask_to_leave(&self) {
        self.emit(Event::Closing {});
    }

    /// A profile, kept or of the sandbox.
    pub(crate) async fn record(&self, id: &ProfileId) -> Result<Record, WireError> {
        self.inner.profiles.get(id).await?.ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, "This profile is no longer there.")
                .hint("It may have been deleted in another window or terminal. Choose another one.")
        })
    }

    /// Changes a profile and tells the windows.
    pub(crate) async fn change(
        &self,
        id: &ProfileId,
        change: impl FnOnce(&mut Record) + Send + 'static,
    ) -> Result<Record, WireError> {
        let record = self.inner.profiles.change(id, change).await?;
        self.emit(Event::Profiles {});
        self.inner.watchers.wake();
        Ok(record)
    }

    /// Tells the windows when something about the secret store changed, such as that it waits.
    fn watch_store(&self) {
        let weak = Arc::downgrade(&self.inner);
        let stop = self.inner.stop.clone();
        let mut news = self.inner.secrets.news();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    changed = news.changed() => if changed.is_err() { return },
                }
                let Some(inner) = weak.upgrade() else { return };
                let _ = inner.events.send(Event::Secrets {
                    status: inner.secrets.status(),
                });
            }
        });
    }

    /// Whether a profile is the sandbox's.
    pub(crate) fn is_sample(&self, id: &ProfileId) -> bool {
        lock(&self.inner.sample).as_ref() == Some(id)
    }

    /// Tells the windows when another program changed the profile file or kept a run.
    fn watch(&self) {
        let weak = Arc::downgrade(&self.inner);
        let stop = self.inner.stop.clone();
        tokio::spawn(async move {
            loop {
                let Some(inner) = weak.upgrade() else { return };
                if inner.profiles.changed_elsewhere().await {
                    let _ = inner.events.send(Event::Profiles {});
                }
                if inner.history.changed_elsewhere().await {
                    let _ = inner.events.send(Event::History { profile_id: None });
                    // The last run of a profile may be another one now.
                    let _ = inner.events.send(Event::Profiles {});
                }
                drop(inner);
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(WATCH) => {}
                }
            }
        });
    }
}

/// Makes the folder where there is none, for this user alone. A folder that is there keeps its permissions.
fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A lock whose holder crashed still guards valid data: every change under our locks is a single step.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
