//! The verification of a handover: a catalogue of checks as values, the runner that owns their order, and the report.
//!
//! Invariants of this crate:
//!
//! - **An id never changes its meaning.** Ids are not reused; the table test proves every row by its faults.
//! - **One root cause, one red line.** What depends on a failed check is `blocked` and names it.
//! - **Nothing is written** on the vendors' side without the administrator's consent to exactly that ([`LivePlan`]); it is
//!   cleaned up however the run ends, and what remains is in the report. After a refused credential nothing signs in again.
//! - **No secret in a result.** The six credentials are known to the redactor before the first call; words, compared
//!   values and exchanges have all passed it.
//! - **A broken check breaks nothing else.** It is `crashed`, and the run goes on.
//!
//! What a person said is applied after a check looked, and to `manual` alone (`answer`); what looks wrong in an exchange and is
//! not is a row of `normal`.
//!
//! To add a check: write its function in the group's module under `checks`, add its row to `catalogue`, and give the
//! sandbox a fault that proves it; the table test finds it by itself.

mod answer;
mod catalogue;
mod chat;
mod check;
mod checks;
mod context;
mod evidence;
mod finding;
mod live;
mod normal;
mod outcome;
mod page;
mod redacted;
mod render;
mod report;
mod run;
mod runner;
mod simulate;
mod words;

pub use catalogue::catalogue;
pub use chat::{ChatState, ChatTrouble, TestChat};
pub use check::{Check, CheckInfo, Request, Rule, RuleSource, Work};
pub use checks::script::path as script_path;
pub use context::{ConnectError, Context};
pub use finding::{Advice, Compared, Finding};
pub use live::{Consent, Left, LeftKind, LeftState, LivePlan, LiveWaits};
pub use normal::{NORMAL, Normal, NormalRow, seen_in};
pub use outcome::{Group, Mark, Outcome, RunOutcome, Severity};
pub use page::Cover;
pub use redacted::{Redacted, RedactedKind};
pub use report::{CheckResult, Report, printable, report_schema};
pub use run::{
    Accepted, Input, Run, RunError, SpeedOrders, StoreProbe, connect, dependants, digital_skills,
    provisioning, run, select,
};
pub use runner::{OnProgress, Progress, SelectError, UnknownCheck};
