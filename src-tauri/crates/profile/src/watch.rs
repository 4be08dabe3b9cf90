//! Whether and how a profile is watched in the background, and what was told of it: kept, so that another start neither
//! tells the same thing again nor signs in with a credential that was refused.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The watch of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "WatchRecord")]
#[schemars(rename = "WatchRecord")]
pub struct Watch {
    /// Whether it is on.
    pub on: bool,
    /// Minutes from one run to the next, [`Watch::SHORTEST`] to [`Watch::LONGEST`].
    pub every_min: u16,
    /// Why it pauses, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub paused: Option<Pause>,
    /// What is known to be wrong and was told, by check.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<String, Weight>,
    /// Whether it was told that nothing can be reached.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offline: bool,
}

/// What a told check weighs.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "WatchWeight")]
#[schemars(rename = "WatchWeight")]
pub enum Weight {
    /// It deserves a look.
    Warning,
    /// It is broken.
    Problem,
}

/// A watch that pauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "WatchPause")]
#[schemars(rename = "WatchPause")]
pub struct Pause {
    /// Why.
    pub why: PauseReason,
    /// Since when.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub since: Timestamp,
    /// A mark of the values it paused for: other values have another mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub values: Option<String>,
}

/// Why a watch pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "WatchPauseReason")]
#[schemars(rename = "WatchPauseReason")]
pub enum PauseReason {
    /// The administrator wanted it.
    ByHand,
    /// CXone refuses the credentials. Goes on when a value or a secret changes.
    Refused,
}

impl Watch {
    /// The shortest interval in minutes: more often tells nothing more and only burdens CXone.
    pub const SHORTEST: u16 = 5;
    /// The longest interval in minutes: a day.
    pub const LONGEST: u16 = 1440;
    /// The interval in minutes where none was chosen.
    pub const USUAL: u16 = 15;

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.on && self.paused.is_none()
    }

    /// Minutes from one run to the next, also where the file says something impossible.
    pub fn minutes(&self) -> u16 {
        self.every_min.clamp(Self::SHORTEST, Self::LONGEST)
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            on: false,
            every_min: Self::USUAL,
            paused: None,
            told: BTreeMap::new(),
            offline: false,
        }
    }
}
