use std::collections::BTreeMap;

use profile::{
    Answer, ByocUrls, Certainty, Checklist, Connection, FieldDiff, FieldProblem, FormRow, Profile, ProfileId,
    StepId, StepState, Warning,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{SecretText, SecretView};

/// How the last verification of a profile went.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RunSummary {
    /// When it ended (RFC 3339).
    pub at: String,
    /// Its outcome.
    pub outcome: verify::RunOutcome,
    /// How many checks failed, crashed or are blocked.
    pub problems: u32,
    /// The sentence on top.
    pub headline: String,
    /// How many checks have a result.
    pub checked: u32,
    /// How many there are.
    pub of: u32,
    /// Whether what was verified has changed since: a value, a secret, or a fault of the sandbox.
    pub stale: bool,
}

/// One profile in a list.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ProfileSummary {
    /// Its id.
    pub id: ProfileId,
    /// The provider's name.
    pub name: String,
    /// Whether it belongs to the sandbox and lives in memory only.
    pub sandbox: bool,
    /// When it changed (RFC 3339).
    pub changed_at: String,
    /// How the last verification went, in this run of the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub last_run: Option<RunSummary>,
}

/// All profiles.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ProfileList {
    /// Sorted by name.
    pub profiles: Vec<ProfileSummary>,
    /// The profile file was damaged and the previous copy is in use.
    pub recovered: bool,
    /// Entries of the file that this version cannot read.
    pub unreadable: Vec<UnreadableProfile>,
}

/// Names a profile.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ByIdRequest {
    /// The profile.
    pub id: ProfileId,
}

/// Make a profile.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct NewProfile {
    /// The provider's name.
    pub name: String,
}

/// Give a profile (or its copy) a name.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct NameRequest {
    /// The profile.
    pub id: ProfileId,
    /// The name.
    pub name: String,
}

/// What was typed. Kept as it is, wrong values included.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ProfileDraft {
    /// The profile.
    pub id: ProfileId,
    /// Its values.
    pub profile: Profile,
    /// Identifiers of the CXone connection.
    pub connection: Connection,
    /// What was shown when the typing began. With it, what a terminal changed meanwhile is kept.
    #[serde(default)]
    #[ts(optional)]
    pub seen: Option<Typed>,
}

/// The part of a profile that is typed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[ts(rename = "TypedValues")]
pub struct Typed {
    /// Its values.
    pub profile: Profile,
    /// Identifiers of the CXone connection.
    pub connection: Connection,
}

/// An entry of the profile file that this version cannot read. It stays in the file.
#[derive(Debug, Clone, Serialize, TS)]
pub struct UnreadableProfile {
    /// Its name, where it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

/// Why a value cannot be used, and where the right one is.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Trouble {
    /// What is wrong.
    pub message: String,
    /// Where to find the right value.
    pub hint: String,
}

/// The provider that was read from the link, or why not.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ProviderView {
    /// 24 hexadecimal characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub id: Option<String>,
    /// The project, when the link says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub project_id: Option<String>,
    /// The host of the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub host: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
}

/// The endpoint base, or why there is none.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AddressView {
    /// The origin, without a trailing slash.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub base: Option<String>,
    /// How sure it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub certainty: Option<Certainty>,
    /// Things to know about it.
    pub warnings: Vec<Warning>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub trouble: Option<Trouble>,
}

/// A profile with all that follows from it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ProfileView {
    /// Its id.
    pub id: ProfileId,
    /// Whether it belongs to the sandbox and lives in memory only.
    pub sandbox: bool,
    /// What was typed.
    pub profile: Profile,
    /// Identifiers of the CXone connection.
    pub connection: Connection,
    /// What is known about its secrets.
    pub secrets: Vec<SecretView>,
    /// Where the set-up stands.
    pub checklist: Checklist,
    /// Missing and malformed values.
    pub problems: Vec<FieldProblem>,
    /// The provider.
    pub provider: ProviderView,
    /// The endpoint base.
    pub endpoint: AddressView,
    /// The five URLs, when they can be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub urls: Option<ByocUrls>,
    /// CXone's BYOC form, in its order.
    pub form: Vec<FormRow>,
    /// The result of the last "Compare with what I typed".
    pub compared: Vec<FieldDiff>,
    /// Hosts beside the vendors' own that were confirmed.
    pub trusted_hosts: Vec<String>,
    /// What a person found where only a person can look, by the check's id.
    pub answers: BTreeMap<String, Answer>,
    /// When it changed (RFC 3339).
    pub changed_at: String,
}

/// Mark a step of the checklist; `state: null` clears it.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ChecklistMark {
    /// The profile.
    pub id: ProfileId,
    /// The step.
    pub step: StepId,
    /// Its state.
    pub state: Option<StepState>,
    /// Since when (RFC 3339); now if absent.
    #[serde(default)]
    #[ts(optional)]
    pub since: Option<String>,
    /// A note, such as a tracking number.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
}

/// What the administrator pasted from CXone's form.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct PasteRequest {
    /// The profile.
    pub id: ProfileId,
    /// The paste; may hold the secret, and is never sent back.
    pub text: SecretText,
}

/// A profile file without secrets.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ExportedProfile {
    /// A sensible file name.
    pub file_name: String,
    /// The file's content.
    pub json: String,
}

/// Bring in a profile file.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ImportRequest {
    /// The file's content.
    pub json: String,
    /// The hosts were shown and accepted.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub accept_hosts: bool,
}

/// What became of an import.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ImportOutcome {
    /// The new profile; absent while hosts wait for a yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub id: Option<ProfileId>,
    /// The name it got: the file's, with a number where another profile has it; absent while hosts wait for a yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// Hosts that are not the vendors' own.
    pub foreign_hosts: Vec<String>,
}

/// Confirm a host that is not the vendors' own.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct HostConfirmation {
    /// The profile.
    pub id: ProfileId,
    /// The host.
    pub host: String,
}
