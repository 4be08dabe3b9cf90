use profile::ProfileId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names a running or finished job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct JobId(pub String);

/// Run the verification.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct VerifyRequest {
    /// The profile.
    pub id: ProfileId,
    /// Only these checks and what they need; empty means all.
    #[serde(default)]
    pub only: Vec<String>,
    /// Asks for the live round trip, which writes: the administrator's word for a plan of `verify.live_plan`.
    #[serde(default)]
    #[ts(optional)]
    pub live: Option<LiveConsent>,
    /// Asks for the measurement of speed.
    #[serde(default)]
    #[ts(optional)]
    pub speed: Option<SpeedRequest>,
}

/// The administrator's word for a plan.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct LiveConsent {
    /// The plan's mark. It counts once, and only for the plan that was shown last.
    pub mark: String,
}

/// How speed is measured.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
pub struct SpeedRequest {
    /// How often the calls of Save are made, from 1 to 50.
    pub rounds: u32,
    /// Longest a call may take and still be called fast enough, in milliseconds.
    pub budget_ms: u32,
}

/// A job was started.
#[derive(Debug, Clone, Serialize, TS)]
pub struct JobStarted {
    /// The job.
    pub job: JobId,
}

/// Names a job.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct JobRequest {
    /// The job.
    pub job: JobId,
}

/// Form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// For tickets and mails.
    Markdown,
    /// As in a terminal.
    Text,
    /// As `handover verify --json`.
    Json,
    /// One file for support: no script, nothing from elsewhere.
    Html,
}

/// Ask for a report.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ReportRequest {
    /// The profile.
    pub id: ProfileId,
    /// In which form.
    pub format: ReportFormat,
    /// An earlier run; the last report where it is absent.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<u32>,
}

/// A report as text.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ReportText {
    /// The text; holds no secrets.
    pub text: String,
    /// A name for a file of it.
    pub file_name: String,
}

/// What a person found where only a person can look; `answer: null` takes it back.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct AnswerRequest {
    /// The profile.
    pub id: ProfileId,
    /// The check, such as `HD-506`; one whose `by_hand` is true.
    pub check: String,
    /// What was found.
    pub answer: Option<AnswerText>,
}

/// What a person found, without its date: that is now.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct AnswerText {
    /// Whether it is as it should be.
    pub well: bool,
    /// What else there is to say, 500 characters at most.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
}

/// A digital inbound skill of the tenant.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SkillChoice {
    /// The skill's number, as text.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub campaign: Option<String>,
    /// Whether it is active.
    pub active: bool,
}
