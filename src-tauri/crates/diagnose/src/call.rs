//! The calls of Save.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A call that Save makes, in its order.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SaveCall {
    /// The cloud's OpenID configuration.
    Discovery,
    /// The sign-in.
    Token,
    /// The tenant's configuration.
    Tenant,
    /// The business unit.
    BusinessUnit,
    /// The channels of Digital.
    Channels,
    /// The Studio scripts.
    Scripts,
    /// Making a channel; on request alone, and once.
    Create,
}

impl SaveCall {
    /// All but the one that writes.
    pub const READS: [SaveCall; 6] = [
        SaveCall::Discovery,
        SaveCall::Token,
        SaveCall::Tenant,
        SaveCall::BusinessUnit,
        SaveCall::Channels,
        SaveCall::Scripts,
    ];

    /// What people call it; stands after "the call".
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SaveCall::Discovery => "discovery",
            SaveCall::Token => "sign-in",
            SaveCall::Tenant => "tenant configuration",
            SaveCall::BusinessUnit => "business unit",
            SaveCall::Channels => "channels",
            SaveCall::Scripts => "scripts",
            SaveCall::Create => "create channel",
        }
    }

    /// The call that an exchange of this label belongs to; none for one that is no call of Save.
    pub(crate) fn of_label(label: &str) -> Option<SaveCall> {
        Some(match label {
            "openid-configuration" => SaveCall::Discovery,
            "token" => SaveCall::Token,
            "cxone-configuration" => SaveCall::Tenant,
            "business-unit" => SaveCall::BusinessUnit,
            "channels" => SaveCall::Channels,
            "scripts-search" => SaveCall::Scripts,
            crate::create::LABEL => SaveCall::Create,
            _ => return None,
        })
    }
}
