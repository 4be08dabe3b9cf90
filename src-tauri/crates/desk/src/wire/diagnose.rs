use diagnose::{Chart, Ended, Verdict};
use profile::ProfileId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::WireError;

/// Measure the save path.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct DiagnoseRequest {
    /// The profile.
    pub id: ProfileId,
    /// Rounds, 1 to 100; absent means 5.
    #[serde(default)]
    #[ts(optional)]
    pub rounds: Option<u32>,
    /// What a call may take, in milliseconds, 100 to 600 000; absent means 10 000.
    #[serde(default)]
    #[ts(optional)]
    pub budget_ms: Option<u32>,
    /// Also makes a channel in CXone, once, and removes it again.
    #[serde(default)]
    pub create: bool,
}

/// Wait until it is well again.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct WaitRequest {
    /// The profile.
    pub id: ProfileId,
    /// What a call may take, in milliseconds; absent means 10 000.
    #[serde(default)]
    #[ts(optional)]
    pub budget_ms: Option<u32>,
}

/// A wait, under way or over.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WaitView {
    /// The profile.
    pub profile_id: ProfileId,
    /// When it began (RFC 3339).
    pub since: String,
    /// When the next look is due (RFC 3339); none while looking and when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub next_at: Option<String>,
    /// What was found when.
    pub chart: Chart,
    /// What the last look came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub verdict: Option<Verdict>,
    /// How it ended; none while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ended: Option<Ended>,
    /// Why it broke.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error: Option<WireError>,
}

/// A chart as text.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ChartText {
    /// CSV with a head line.
    pub csv: String,
}
