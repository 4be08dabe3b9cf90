use profile::{PauseReason, ProfileId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::WireError;

/// Watch a profile, or no longer.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct WatchSetting {
    /// The profile.
    pub id: ProfileId,
    /// Whether it is watched.
    pub on: bool,
    /// Minutes from one run to the next, 5 to 1440; as it was where absent.
    #[serde(default)]
    #[ts(optional)]
    pub every_min: Option<u16>,
}

/// Which watches are meant.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct WatchChoice {
    /// That of this profile; all where absent.
    #[serde(default)]
    #[ts(optional)]
    pub id: Option<ProfileId>,
}

/// What a watch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WatchState {
    /// Nothing: the profile is not watched.
    Off,
    /// It waits for its next run.
    Watching,
    /// A run goes on.
    Running,
    /// It pauses.
    Paused,
}

/// Why a watch pauses.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WatchPaused {
    /// Why.
    pub why: PauseReason,
    /// Since when (RFC 3339).
    pub since: String,
}

/// How a profile is watched.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WatchView {
    /// The profile.
    pub profile_id: ProfileId,
    /// What the watch does.
    pub state: WatchState,
    /// Minutes from one run to the next.
    pub every_min: u16,
    /// Why it pauses, when it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub paused: Option<WatchPaused>,
    /// When the next run is due (RFC 3339), while it waits for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next_at: Option<String>,
    /// When a run of this profile last ended (RFC 3339), of the watch or by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub last_at: Option<String>,
    /// Why the last run of the watch could not be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<WireError>,
    /// Whether nothing could be reached the last time.
    pub offline: bool,
}
