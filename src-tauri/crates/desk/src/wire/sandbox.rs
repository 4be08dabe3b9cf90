use profile::ProfileId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One fault of the sandbox.
#[derive(Debug, Clone, Serialize, TS)]
pub struct FaultView {
    /// Its name, as on the command line.
    pub name: String,
    /// `server`, `path`, `local` or `profile`.
    pub kind: String,
    /// The check that shows it.
    pub check: String,
    /// What is wrong while it is on.
    pub text: String,
    /// Whether it is switched on.
    pub active: bool,
}

/// The sandbox at a glance.
#[derive(Debug, Clone, Default, Serialize, TS)]
pub struct SandboxView {
    /// Whether it runs.
    pub running: bool,
    /// Address of the simulated issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub issuer: Option<String>,
    /// Its sample profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub profile_id: Option<ProfileId>,
    /// All faults.
    pub faults: Vec<FaultView>,
}

/// Switch a fault.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct FaultSwitch {
    /// The fault's name.
    pub name: String,
    /// On or off.
    pub on: bool,
}
