//! The Studio script that the administrator accepted as it is.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The state of the handover script that somebody looked at and accepted. Later states are compared with it. Nothing
/// accepts a script by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct AcceptedScript {
    /// Its full path in CXone.
    pub name: String,
    /// CXone's number of that version, where it was told. There is no other id: each version gets a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub version: Option<i64>,
    /// SHA-256 of what it does, in hexadecimal digits.
    pub fingerprint: String,
    /// When it was accepted.
    #[schemars(with = "String")]
    #[ts(type = "string")]
    pub at: Timestamp,
    /// Id of the copy that was kept then, for the difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub backup: Option<String>,
}
