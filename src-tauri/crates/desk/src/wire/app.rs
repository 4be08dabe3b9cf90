use profile::ProfileId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request or response without content.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
pub struct Empty {}

/// Where the window runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HostKind {
    /// The desktop window.
    Desktop,
    /// A browser, served by `handover serve`.
    Web,
    /// A terminal.
    Terminal,
}

/// About this program.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AppInfo {
    /// The program's name.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// Where the window runs.
    pub host: HostKind,
    /// The folder of the profile file.
    pub data_dir: String,
    /// Whether it was started with the sample profile and nothing is kept.
    pub sample: bool,
    /// Whether the backend can reach this desktop's clipboard.
    pub clipboard: bool,
}

/// Colours of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the window remembers about itself. Never anything about a profile's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Preferences {
    /// Colours.
    pub theme: Theme,
    /// The profile that was open last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub last_profile: Option<ProfileId>,
    /// Whether the rail shows icons only.
    pub rail_folded: bool,
}

/// Text to put on this desktop's clipboard.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct TextCopy {
    /// The text; not a secret.
    pub text: String,
}
