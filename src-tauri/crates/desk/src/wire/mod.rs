//! What crosses between a host and the application: requests, responses, events and the one error.
//!
//! Everything here is JSON on the wire and TypeScript in the window; the TypeScript is generated from these
//! types (`cargo run -p desk --example generate`). A secret may come in (inside a [`SecretText`]), never out.

mod app;
mod diagnose;
mod error;
mod event;
mod history;
mod profile;
mod sandbox;
mod scenario;
mod script;
mod secret;
mod verify;
mod watch;

pub use app::{AppInfo, Empty, HostKind, Leave, Preferences, TextCopy, Theme};
pub use diagnose::{ChartText, DiagnoseRequest, WaitRequest, WaitView};
pub use error::{Correlation, ErrorCode, WireError};
pub use event::Event;
pub use history::{
    CheckChange, DiffRequest, HistoryDelete, HistoryList, HistoryRequest, RunDiff, RunFacts, RunHead,
    RunOrigin, RunRequest, RunView, SecretChange, Snapshot, SnapshotSecret, SnapshotValue, Turn, ValueChange,
};
pub use profile::{
    AddressView, ByIdRequest, ChecklistMark, ExportedProfile, HostConfirmation, ImportOutcome, ImportRequest,
    NameRequest, NewProfile, PasteRequest, ProfileDraft, ProfileList, ProfileSummary, ProfileView,
    ProviderView, RunSummary, Trouble, Typed, UnreadableProfile,
};
pub use sandbox::{FaultSwitch, FaultView, SandboxView};
pub use scenario::{
    AgentAct, Card, CardLine, CheckResultOf, ConversationView, CustomerLine, DeskAgent, Move, ScenarioInfo,
    ScenarioProgress, ScenarioReport, ScenarioRequest, StepResult, SwitchSetting,
};
pub use script::{
    ScriptAcceptRequest, ScriptBackupInfo, ScriptBackupReason, ScriptChange, ScriptChangeKind,
    ScriptDiffRequest, ScriptDifference, ScriptInCxone, ScriptLine, ScriptPart, ScriptReadBack,
    ScriptRestoreRequest, ScriptRestored, ScriptSign, ScriptStatus,
};
pub use secret::{
    CopyOutcome, SecretField, SecretRequest, SecretText, SecretValue, SecretView, StoreChoice, StoreHealth,
    StoreStatus,
};
pub use verify::{
    AnswerRequest, AnswerText, JobId, JobRequest, JobStarted, LiveConsent, ReportFormat, ReportRequest,
    ReportText, SkillChoice, SpeedRequest, VerifyRequest,
};
pub use watch::{WatchChoice, WatchPaused, WatchSetting, WatchState, WatchView};
