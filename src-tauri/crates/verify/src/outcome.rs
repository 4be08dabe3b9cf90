//! The words a check and a run end with, and how heavy they weigh.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How one check ended. Only `fail`, `blocked` and `crashed` hold up the checks that need this one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was looked for is there.
    Pass,
    /// It works, but something deserves a look.
    Warn,
    /// This is broken, and it is the cause.
    Fail,
    /// A check this one needs failed; `blocked_by` names it.
    Blocked,
    /// It cannot be told from here; the message says why.
    Unknown,
    /// Optional input is missing, so there was nothing to check.
    Skipped,
    /// Only a person can see it.
    Manual,
    /// The check itself broke.
    Crashed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 8] = [
        Self::Pass,
        Self::Warn,
        Self::Fail,
        Self::Blocked,
        Self::Unknown,
        Self::Skipped,
        Self::Manual,
        Self::Crashed,
    ];

    /// The word used in reports and on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
            Self::Manual => "manual",
            Self::Crashed => "crashed",
        }
    }

    /// Whether checks that need this one wait for it to be mended.
    pub const fn holds_up(self) -> bool {
        matches!(self, Self::Fail | Self::Blocked | Self::Crashed)
    }

    /// Whether this is normal and asks for nothing.
    pub const fn is_quiet(self) -> bool {
        matches!(self, Self::Pass | Self::Skipped | Self::Manual)
    }
}

/// How a whole run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// Nothing to mend and nothing left open.
    Pass,
    /// Only warnings.
    Warn,
    /// Nothing failed, but something could not be told from here.
    Unknown,
    /// A check of severity `error` failed.
    Fail,
    /// A check broke; the other results stand.
    Crashed,
    /// The run was cancelled; what had finished is kept.
    Cancelled,
}

/// What a failure of the check weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Fails the run.
    Error,
    /// Does not fail the run.
    Warning,
    /// Worth knowing, never counted.
    Info,
}

/// The parts of the catalogue, in its order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 1xx.
    Computer,
    /// 2xx.
    Endpoint,
    /// 3xx.
    SignIn,
    /// 4xx.
    Channel,
    /// 5xx.
    Routing,
    /// 6xx.
    Script,
    /// 7xx.
    Project,
}

impl Group {
    /// Every group, in the catalogue's order.
    pub const ALL: [Self; 7] = [
        Self::Computer,
        Self::Endpoint,
        Self::SignIn,
        Self::Channel,
        Self::Routing,
        Self::Script,
        Self::Project,
    ];

    /// The heading above its checks.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Computer => "This computer",
            Self::Endpoint => "Cognigy.AI handover endpoint",
            Self::SignIn => "CXone sign-in",
            Self::Channel => "BYOC integration and channel",
            Self::Routing => "Routing",
            Self::Script => "Studio script",
            Self::Project => "Cognigy.AI project",
        }
    }
}

/// How well a rule is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// In the vendors' documentation or official interface descriptions.
    Documented,
    /// Seen in the vendors' or other working code.
    SeenInCode,
    /// Follows from several of these; never a contract.
    Inferred,
}

impl Mark {
    /// The mark as a reader sees it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::SeenInCode => "seen in code",
            Self::Inferred => "inferred",
        }
    }
}
