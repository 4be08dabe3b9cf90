use std::collections::BTreeSet;

use jiff::Timestamp;
use profile::{ProfileId, SecretField};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use verify::{Group, Outcome, Report, RunOutcome};

use super::Trouble;

/// Who made a run, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunOrigin {
    /// Somebody in the window or a browser.
    Window,
    /// Somebody, or a script, in a terminal.
    Terminal,
    /// The watch in the background.
    Watch,
}

/// Ask for the runs that were kept of a profile.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct HistoryRequest {
    /// The profile.
    pub id: ProfileId,
    /// Only runs before this number; the newest where it is absent.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<u32>,
    /// How many at most; 50 where it is absent.
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
}

/// Runs, newest first.
#[derive(Debug, Clone, Serialize, TS)]
pub struct HistoryList {
    /// The runs.
    pub runs: Vec<RunHead>,
    /// Whether there are older ones.
    pub more: bool,
    /// Why the last run of this program was not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
}

/// A run as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RunHead {
    /// Its number; newer runs have greater ones, and none is used twice.
    pub run: u32,
    /// When it ended (RFC 3339).
    #[ts(type = "string")]
    pub at: Timestamp,
    /// How it ended.
    pub outcome: RunOutcome,
    /// The sentence on top of its report.
    pub headline: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u32,
    /// What lists show beside.
    #[serde(flatten)]
    #[ts(flatten)]
    pub facts: RunFacts,
}

/// Small facts of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RunFacts {
    /// Who made it, and where.
    pub origin: RunOrigin,
    /// The program's version.
    pub version: String,
    /// The checks that ran, where not all of them did; the other results are those of the run before.
    #[serde(default)]
    pub only: Vec<String>,
    /// How many checks have a result.
    pub checked: u32,
    /// How many of them failed or crashed.
    pub failed: u32,
    /// How many only warn.
    pub warned: u32,
    /// The sandbox's faults that were on.
    #[serde(default)]
    pub faults: BTreeSet<String>,
}

/// Names a run.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct RunRequest {
    /// The profile.
    pub id: ProfileId,
    /// The run.
    pub run: u32,
}

/// A run in full.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RunView {
    /// What lists show of it.
    pub head: RunHead,
    /// Its report.
    pub report: Report,
    /// What was verified.
    pub snapshot: Snapshot,
}

/// The profile as it was when a run began. It holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct Snapshot {
    /// Every value that was set.
    pub values: Vec<SnapshotValue>,
    /// Every secret: absent, or since when it is there.
    pub secrets: Vec<SnapshotSecret>,
}

/// A value of the profile.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SnapshotValue {
    /// Its path in the profile, such as `cxone.tenant_id`.
    pub path: String,
    /// Its name on the screen.
    pub label: String,
    /// The value.
    pub value: String,
}

/// A secret of the profile, without its value.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SnapshotSecret {
    /// Which one.
    pub field: SecretField,
    /// Its name on the screen.
    pub label: String,
    /// When it was entered (RFC 3339); absent when it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<String>")]
    pub set_at: Option<Timestamp>,
}

/// Ask what changed between two runs.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct DiffRequest {
    /// The profile.
    pub id: ProfileId,
    /// The earlier run; the one before the later where it is absent.
    #[serde(default)]
    #[ts(optional)]
    pub before: Option<u32>,
    /// The later run; the newest where it is absent.
    #[serde(default)]
    #[ts(optional)]
    pub after: Option<u32>,
}

/// What changed between two runs, what matters most first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RunDiff {
    /// The earlier run.
    pub before: RunHead,
    /// The later run.
    pub after: RunHead,
    /// All of it in one sentence.
    pub headline: String,
    /// Checks with another result: red ones first, then green ones, then the others.
    pub checks: Vec<CheckChange>,
    /// Values of the profile that changed.
    pub values: Vec<ValueChange>,
    /// Secrets that were entered, replaced or deleted.
    pub secrets: Vec<SecretChange>,
    /// The sandbox's faults that were on in the later run alone.
    pub faults_on: Vec<String>,
    /// Those that were on in the earlier run alone.
    pub faults_off: Vec<String>,
    /// How many checks ended the same way in both.
    pub same: u32,
}

/// Where a check turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It fails now and did not before.
    Red,
    /// It passes now and asked for something before.
    Green,
    /// Anything else that differs, another cause of the same failure included.
    Other,
    /// Only the later run has a result.
    Appeared,
    /// Only the earlier run has one.
    Vanished,
}

/// A check with another result.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CheckChange {
    /// The check.
    pub id: String,
    /// The good state, in a few words.
    pub title: String,
    /// Its part of the catalogue.
    pub group: Group,
    /// Where it turned.
    pub turn: Turn,
    /// How it ended in the earlier run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<Outcome>,
    /// How it ended in the later run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<Outcome>,
    /// What the earlier run said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub said_before: Option<String>,
    /// What the later run says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub said_after: Option<String>,
}

/// A value that changed.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ValueChange {
    /// Its path in the profile.
    pub path: String,
    /// Its name on the screen.
    pub label: String,
    /// What it was; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<String>,
    /// What it is; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<String>,
}

/// A secret that was entered, replaced or deleted.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SecretChange {
    /// Which one.
    pub field: SecretField,
    /// Its name on the screen.
    pub label: String,
    /// When the one of the earlier run was entered; absent when there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<String>")]
    pub before: Option<Timestamp>,
    /// When the one of the later run was entered; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, as = "Option<String>")]
    pub after: Option<Timestamp>,
}

/// Delete runs.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct HistoryDelete {
    /// The profile.
    pub id: ProfileId,
    /// The run; all of them where it is absent.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<u32>,
}
