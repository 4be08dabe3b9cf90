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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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
    /// Whether profiles that are watched are watched from the start on; else they wait to be resumed.
    pub watch_at_start: bool,
    /// Whether a change that a watch sees is told by the desktop's notifications.
    pub notifications: bool,
    /// Whether it was said once that closing the window leaves the program in the tray.
    pub tray_told: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            last_profile: None,
            rail_folded: false,
            watch_at_start: true,
            notifications: true,
            tray_told: false,
        }
    }
}

/// What closing the window means.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
pub struct Leave {
    /// End the program; else it goes on with its window out of the way.
    pub quit: bool,
}

/// Text to put on this desktop's clipboard.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct TextCopy {
    /// The text; not a secret.
    pub text: String,
}
