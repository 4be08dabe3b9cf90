use profile::{AcceptedScript, ProfileId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The Studio script of a profile, as far as this computer knows it; nobody is called.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScriptStatus {
    /// Its full path in CXone; absent while the profile has no provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// The state that was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub accepted: Option<AcceptedScript>,
    /// The copies that are kept, the newest first.
    pub backups: Vec<ScriptBackupInfo>,
    /// Whether something is being done with the script now.
    pub busy: bool,
}

/// A copy of a script, without its content.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ScriptBackupInfo {
    /// Names it among the profile's copies.
    pub id: String,
    /// When it was taken, in RFC 3339.
    pub at: String,
    /// Why it was taken.
    pub reason: ScriptBackupReason,
    /// The script's full path.
    pub name: String,
    /// CXone's number of the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub version: Option<i64>,
    /// SHA-256 of what the script does.
    pub fingerprint: String,
    /// The tenant it was read from.
    pub tenant_id: String,
    /// The file on this computer; absent where it is in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub file: Option<String>,
    /// Whether it is the state that was accepted last.
    pub accepted: bool,
}

/// Why a copy was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScriptBackupReason {
    /// Somebody asked for it.
    Asked,
    /// The script was about to be replaced.
    BeforeRestore,
    /// The script was accepted as it was.
    Accepted,
}

/// Compare the script in CXone with a copy.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ScriptDiffRequest {
    /// The profile.
    pub id: ProfileId,
    /// The copy; without it the accepted one, else the newest.
    #[serde(default)]
    #[ts(optional)]
    pub backup: Option<String>,
}

/// What differs between a copy and the script in CXone. Known secrets are replaced.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScriptDifference {
    /// The copy.
    pub backup: ScriptBackupInfo,
    /// What is in CXone.
    pub current: ScriptInCxone,
    /// Whether both do the same.
    pub equal: bool,
    /// What differs, from the copy to what is in CXone.
    pub changes: Vec<ScriptChange>,
    /// The same as lines of JSON.
    pub lines: Vec<ScriptLine>,
}

/// The script as it is in CXone.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScriptInCxone {
    /// CXone's number of the version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub version: Option<i64>,
    /// SHA-256 of what it does.
    pub fingerprint: String,
    /// Who saved it, where CXone tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub changed_by: Option<String>,
    /// When, as CXone writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub changed_at: Option<String>,
    /// Whether somebody holds it for editing.
    pub locked: bool,
    /// Who does, where CXone tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub locked_by: Option<String>,
}

/// One thing that differs.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScriptChange {
    /// How.
    pub kind: ScriptChangeKind,
    /// What.
    pub part: ScriptPart,
    /// Number of the action; absent for a setting of the whole script.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub action: Option<String>,
    /// Name of the property, branch, field or setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// What it is about, in words.
    pub place: String,
    /// The copy's value in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub before: Option<String>,
    /// The value in CXone in a few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub after: Option<String>,
    /// All of it in one sentence.
    pub text: String,
}

/// How something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScriptChangeKind {
    /// Only CXone has it.
    Added,
    /// Only the copy has it.
    Removed,
    /// Both have it, and not alike.
    Changed,
}

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScriptPart {
    /// A setting of the whole script.
    Setting,
    /// An action as a whole.
    Action,
    /// The type of an action.
    Type,
    /// The label of an action.
    Label,
    /// Another field of an action.
    Field,
    /// A property of an action.
    Property,
    /// Where a branch leads.
    Branch,
}

/// A line of the difference as JSON.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScriptLine {
    /// Which side has it.
    pub sign: ScriptSign,
    /// The line.
    pub text: String,
}

/// Which side has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScriptSign {
    /// Both.
    Same,
    /// CXone.
    Added,
    /// The copy.
    Removed,
    /// Equal lines were left out here.
    Gap,
}

/// Put a copy back over the script that was compared with it.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ScriptRestoreRequest {
    /// The profile.
    pub id: ProfileId,
    /// The copy.
    pub backup: String,
    /// Fingerprint of what was in CXone when the difference was shown.
    pub seen: String,
    /// Its version.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub seen_version: Option<i64>,
}

/// A copy was put back.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ScriptRestored {
    /// The new version in CXone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub version: Option<i64>,
    /// What CXone's syntax check does not like about it, although it saved it.
    pub warnings: Vec<String>,
    /// What was read afterwards.
    pub read_back: ScriptReadBack,
    /// What that means.
    pub message: String,
    /// What differs from the copy, where something does.
    pub changes: Vec<ScriptChange>,
    /// What was there before, to undo it.
    pub undo: ScriptBackupInfo,
}

/// What was read after a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScriptReadBack {
    /// The copy.
    Equal,
    /// Something else.
    Differs,
    /// It could not be read.
    Unread,
}

/// Accept the script as it is in CXone.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ScriptAcceptRequest {
    /// The profile.
    pub id: ProfileId,
    /// Fingerprint of what was shown; what is there by now is refused if it differs. Without it whatever is there is accepted.
    #[serde(default)]
    #[ts(optional)]
    pub seen: Option<String>,
}
