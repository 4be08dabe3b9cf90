use profile::ProfileId;
use serde::Serialize;
use ts_rs::TS;

use super::{JobId, SandboxView, ScenarioProgress, StoreStatus, WatchView, WireError};

/// Something happened that the window did not ask for just now. An event says that there is news; the window reads the
/// content with a command, so a lost event costs nothing but time.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The profiles changed, here or in a terminal.
    Profiles {},
    /// A job went on. `seq` counts from 1 within the job, without gaps.
    Job {
        /// The job.
        job: JobId,
        /// The profile it works on.
        profile_id: ProfileId,
        /// Position in the job's progress.
        seq: u32,
        /// What happened.
        progress: verify::Progress,
    },
    /// A job ended without a result.
    JobFailed {
        /// The job.
        job: JobId,
        /// The profile it worked on.
        profile_id: ProfileId,
        /// Why.
        error: WireError,
    },
    /// A diagnosis went on. `seq` counts from 1 within the job, without gaps.
    Diagnose {
        /// The job.
        job: JobId,
        /// The profile it works on.
        profile_id: ProfileId,
        /// Position in the job's progress.
        seq: u32,
        /// What happened.
        progress: diagnose::Progress,
    },
    /// A diagnosis ended without a result.
    DiagnoseFailed {
        /// The job.
        job: JobId,
        /// The profile it worked on.
        profile_id: ProfileId,
        /// Why.
        error: WireError,
    },
    /// A wait for better times began, looked, or ended.
    Waiting {
        /// The profile it is about.
        profile_id: ProfileId,
    },
    /// A run of a profile was kept or deleted, here or in a terminal.
    History {
        /// The profile; absent when it cannot be told which.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        profile_id: Option<ProfileId>,
    },
    /// The secret store's state changed.
    Secrets {
        /// The state.
        status: StoreStatus,
    },
    /// The sandbox started, stopped, or a fault was switched.
    Sandbox {
        /// The state.
        status: SandboxView,
    },
    /// Something was said in the sandbox.
    Conversation {},
    /// A scenario that is being played went on.
    Scenario {
        /// Its name.
        name: String,
        /// How far it is.
        progress: ScenarioProgress,
    },
    /// A watch was changed, began a run or ended one.
    Watch {
        /// The state.
        status: WatchView,
    },
    /// The window should be closed while profiles are watched: ask, and answer with `app.leave`.
    Closing {},
    /// A notification was clicked: show this screen of this profile.
    Open {
        /// The profile it was about.
        profile_id: ProfileId,
        /// The screen.
        screen: crate::notify::Screen,
    },
    /// Events were lost because the window read too slowly: read everything again.
    Lagged {},
}
