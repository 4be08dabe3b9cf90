//! The verification of a handover: a catalogue of checks as values, the runner that owns their order, and the report.
//!
//! Invariants of this crate:
//!
//! - **An id never changes its meaning.** Ids are not reused; the table test proves every row by its faults.
//! - **One root cause, one red line.** What depends on a failed check is `blocked` and names it.
//! - **Nothing is written** on the vendors' side, and after a refused credential nothing signs in again.
//! - **No secret in a result.** The six credentials are known to the redactor before the first call; words, compared
//!   values and exchanges have all passed it.
//! - **A broken check breaks nothing else.** It is `crashed`, and the run goes on.
//!
//! To add a check: write its function in the group's module under `checks`, add its row to `catalogue`, and give the
//! sandbox a fault that proves it; the table test finds it by itself.

mod catalogue;
mod check;
mod checks;
mod context;
mod evidence;
mod finding;
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
pub use check::{Check, CheckInfo, Rule, RuleSource, Work};
pub use context::{Context, SkillsError};
pub use finding::{Advice, Compared, Finding};
pub use outcome::{Group, Mark, Outcome, RunOutcome, Severity};
pub use page::Cover;
pub use redacted::{Redacted, RedactedKind};
pub use report::{CheckResult, Report, printable, report_schema};
pub use run::{Input, Run, RunError, StoreProbe, dependants, digital_skills, run, select};
pub use runner::{OnProgress, Progress, UnknownCheck};
