//! What a run leaves: one result per check, one sentence on top, one exit code.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use profile::Answer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::{Exchange, FailureKind};
use ts_rs::TS;

use crate::catalogue::ordinary;
use crate::check::{Check, RuleSource};
use crate::finding::{Advice, Compared, Finding};
use crate::live::Left;
use crate::normal::{self, Normal};
use crate::outcome::{Group, Outcome, RunOutcome, Severity};
use crate::redacted::{self, Redacted};

/// The report of one run. Its JSON is the answer of `handover verify --json`. It holds no secret.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct Report {
    /// How the run ended.
    pub outcome: RunOutcome,
    /// One sentence that names the root cause, or says that all is well.
    pub headline: String,
    /// Duration of the run in milliseconds, rounded up.
    pub duration_ms: u32,
    /// The results in the order of the catalogue. A cancelled run has only those that had finished.
    pub checks: Vec<CheckResult>,
    /// What the live round trip left on the vendor's side. Empty, and then left out, for a run that only reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Left>>")]
    pub remains: Vec<Left>,
    /// What was taken out of the evidence, and how often; never the values.
    #[serde(default)]
    pub redacted: Vec<Redacted>,
}

/// The result of one check.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
pub struct CheckResult {
    /// Such as `HD-304`; stable and never reused.
    pub id: String,
    /// Its part of the catalogue.
    pub group: Group,
    /// The good state, in a few words.
    pub title: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What a failure weighs.
    pub severity: Severity,
    /// The root causes of a blocked check; empty for every other outcome.
    pub blocked_by: Vec<String>,
    /// For `unknown`: the checks whose doubt is the reason, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub because_of: Vec<String>,
    /// What it means.
    pub message: String,
    /// What to do about it, or where to click; absent when there is nothing to do.
    pub hint: Option<String>,
    /// What was tried.
    pub tried: String,
    /// What came back; absent when the check did not run.
    pub found: Option<String>,
    /// The rule it was judged by.
    pub source: RuleSource,
    /// Values side by side. Never a secret.
    pub compared: Vec<Compared>,
    /// Time from its start to its end in milliseconds, rounded up; waiting for calls shared with others is part of it.
    pub duration_ms: u32,
    /// The redacted HTTP exchanges it rests on.
    pub evidence: Vec<Exchange>,
    /// What in that evidence looks wrong and is normal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Normal>>")]
    pub normal: Vec<Normal>,
    /// The answer of a person that the outcome rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub answer: Option<Answer>,
    /// A change of the profile that would mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub advice: Option<Advice>,
}

impl CheckResult {
    pub(crate) fn new<C>(
        check: &Check<C>,
        finding: Finding,
        evidence: Vec<Exchange>,
        took: Duration,
        redact: &Arc<dyn Fn(&str) -> String + Send + Sync>,
    ) -> Self {
        // What servers said is in some of these texts: no secret and nothing that moves a terminal's cursor.
        let clean = |text: String| printable(&redact(&text));
        let clean_row = |row: Compared| Compared {
            what: row.what,
            expected: row.expected.map(clean),
            found: row.found.map(clean),
        };
        let (blocked_by, because_of) = match finding.outcome {
            Outcome::Blocked => (finding.because_of, Vec::new()),
            _ => (Vec::new(), finding.because_of),
        };
        let message = match because_of.is_empty() {
            true => finding.message,
            false => format!("{} See {}.", finding.message, because_of.join(" and ")),
        };
        Self {
            id: check.id.to_owned(),
            group: check.group,
            title: check.title.to_owned(),
            outcome: finding.outcome,
            severity: check.severity,
            blocked_by,
            because_of,
            message: clean(message),
            hint: finding.hint.map(clean),
            tried: finding.tried.map_or_else(|| check.tries.to_owned(), clean),
            found: finding.found.map(clean),
            source: RuleSource::from(check.rule),
            compared: finding.compared.into_iter().map(clean_row).collect(),
            duration_ms: millis(took),
            normal: normal::seen_in(&evidence),
            evidence,
            answer: finding.answer.map(|answer| Answer {
                note: answer.note.map(clean),
                ..answer
            }),
            advice: finding.advice,
        }
    }

    /// The checks it names as its cause: those that block it, or whose doubt is its own.
    pub fn causes(&self) -> impl Iterator<Item = &String> {
        self.blocked_by.iter().chain(&self.because_of)
    }

    /// Whether it fails the run.
    pub fn is_failure(&self) -> bool {
        self.outcome == Outcome::Fail && self.severity == Severity::Error
    }

    /// Whether it only warns: by its outcome, or because a failure of this check weighs no more.
    pub fn is_warning(&self) -> bool {
        match self.outcome {
            Outcome::Warn => self.severity != Severity::Info,
            Outcome::Fail => self.severity == Severity::Warning,
            _ => false,
        }
    }

    /// Whether a reader should see it first: anything that is neither well nor normal.
    pub fn is_problem(&self) -> bool {
        self.is_failure() || self.is_warning() || self.outcome == Outcome::Crashed
    }

    /// Whether it was left open.
    fn is_open(&self) -> bool {
        matches!(self.outcome, Outcome::Blocked | Outcome::Unknown)
    }

    /// Whether its calls were made and not one reached a server that answers.
    fn reached_nothing(&self) -> bool {
        !self.evidence.is_empty()
            && self.evidence.iter().all(|exchange| {
                exchange.status.is_none()
                    && exchange
                        .failure
                        .as_ref()
                        .is_some_and(|failure| failure.kind != FailureKind::Cancelled)
            })
    }
}

/// Whole-run facts of [`Report::new`].
pub(crate) struct Frame {
    pub(crate) cancelled: bool,
    pub(crate) took: Duration,
    pub(crate) remains: Vec<Left>,
}

impl Report {
    pub(crate) fn new(checks: Vec<CheckResult>, frame: Frame) -> Self {
        let any = |test: fn(&CheckResult) -> bool| checks.iter().any(test);
        let outcome = if frame.cancelled {
            RunOutcome::Cancelled
        } else if any(|check| check.outcome == Outcome::Crashed) {
            RunOutcome::Crashed
        } else if any(CheckResult::is_failure) {
            RunOutcome::Fail
        } else if any(CheckResult::is_open) {
            RunOutcome::Unknown
        } else if any(CheckResult::is_warning) {
            RunOutcome::Warn
        } else {
            RunOutcome::Pass
        };
        let headline = headline(outcome, &checks);
        Self {
            outcome,
            headline,
            duration_ms: millis(frame.took),
            checks,
            remains: frame.remains,
            redacted: Vec::new(),
        }
    }

    /// The report with the list of what its marks stand for.
    #[must_use]
    pub(crate) fn explained(mut self, known: &[Redacted]) -> Self {
        self.redacted = redacted::count(&self.checks, known);
        self
    }

    /// The exit code of a terminal: 0 well, 1 a check failed, 2 only warnings and `strict`, 3 something was left open,
    /// nothing failed and `strict`, 69 nothing reachable, 70 a check crashed, 130 cancelled. 64, wrong usage, is the
    /// terminal's own.
    pub fn exit_code(&self, strict: bool) -> u8 {
        match self.outcome {
            RunOutcome::Cancelled => 130,
            RunOutcome::Crashed => 70,
            RunOutcome::Fail if self.nothing_reachable() => 69,
            RunOutcome::Unknown if self.nothing_asked() => 69,
            RunOutcome::Fail => 1,
            RunOutcome::Unknown if strict => 3,
            RunOutcome::Warn if strict => 2,
            RunOutcome::Unknown | RunOutcome::Warn | RunOutcome::Pass => 0,
        }
    }

    /// The result of one check.
    pub fn check(&self, id: &str) -> Option<&CheckResult> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// How many results a whole run of the same kind has: the checks of every run, and those on request that are here.
    pub fn of(&self) -> usize {
        ordinary()
            + self
                .checks
                .iter()
                .filter(|check| check.group.is_on_request())
                .count()
    }

    /// How many checks need attention: failures, warnings and crashes.
    pub fn problems(&self) -> usize {
        self.checks.iter().filter(|check| check.is_problem()).count()
    }

    /// This report with the results of a later run of some of its checks: headline and outcome are those of the whole.
    /// A cancelled later run gives only what it had finished, and the whole counts as cancelled when this one was.
    #[must_use]
    pub fn updated_by(self, newer: Self) -> Self {
        let cancelled = self.outcome == RunOutcome::Cancelled;
        let took = Duration::from_millis(u64::from(newer.duration_ms));
        // A check on request that waited for one which has been made anew was not asked for again: it says nothing now.
        let says_nothing = |check: &CheckResult| {
            check.group.is_on_request() && check.causes().any(|id| newer.check(id).is_some())
        };
        let mut checks: BTreeMap<String, CheckResult> = self
            .checks
            .into_iter()
            .filter(|check| !says_nothing(check))
            .map(|check| (check.id.clone(), check))
            .collect();
        checks.extend(newer.checks.into_iter().map(|check| (check.id.clone(), check)));
        let remains = [self.remains, newer.remains].concat();
        let known = [self.redacted, newer.redacted].concat();
        // Ids sort as the catalogue does.
        let frame = Frame {
            cancelled,
            took,
            remains,
        };
        Self::new(checks.into_values().collect(), frame).explained(&known)
    }

    /// What a cancelled run of some checks found, as far as it came: it says nothing of the whole, so the whole is not
    /// cancelled with it. None where nothing was finished.
    #[must_use]
    pub fn settled(self) -> Option<Self> {
        let took = Duration::from_millis(u64::from(self.duration_ms));
        let frame = Frame {
            cancelled: false,
            took,
            remains: self.remains,
        };
        (!self.checks.is_empty()).then(|| Self::new(self.checks, frame).explained(&self.redacted))
    }

    /// Whether nothing was asked on either side, because the way to both is not clean. That HD-103 is a warning says that it
    /// fails no run; a run that reached nobody is not well either.
    fn nothing_asked(&self) -> bool {
        let waits = |id| {
            self.check(id)
                .is_some_and(|check| check.blocked_by.iter().any(|cause| cause == "HD-103"))
        };
        waits("HD-203") && waits("HD-301")
    }

    /// Whether both sides were called and every call ended before a server answered.
    pub fn nothing_reachable(&self) -> bool {
        let called = |id| self.check(id).is_some_and(|check| !check.evidence.is_empty());
        called("HD-203")
            && called("HD-301")
            && self
                .checks
                .iter()
                .filter(|check| !check.evidence.is_empty())
                .all(CheckResult::reached_nothing)
    }
}

/// One sentence: the first root cause and what waits for it.
fn headline(outcome: RunOutcome, checks: &[CheckResult]) -> String {
    let count = |test: fn(&CheckResult) -> bool| checks.iter().filter(|check| test(check)).count();
    if outcome == RunOutcome::Cancelled {
        return match checks.len() {
            0 => "Cancelled before a check had finished.".to_owned(),
            1 => "Cancelled. One check had finished.".to_owned(),
            n => format!("Cancelled. {n} checks had finished."),
        };
    }
    let roots = || {
        checks
            .iter()
            .filter(|check| check.is_failure() || check.outcome == Outcome::Crashed)
    };
    if let Some(root) = roots().next() {
        let wait = waiting_for(root, checks).unwrap_or_default();
        let others = match roots().count() - 1 {
            0 => String::new(),
            1 => " One more check needs you.".to_owned(),
            n => format!(" {n} more checks need you."),
        };
        return format!("{}{wait}{others}", first_sentence(&root.message));
    }
    let warnings = count(CheckResult::is_warning);
    let open = count(CheckResult::is_open);
    // A check that weighs less than an error can fail all the same; it must not stand below a word of calm.
    let failed = || checks.iter().filter(|check| check.outcome == Outcome::Fail);
    if let Some(first) = failed().next() {
        let others = match warnings.saturating_sub(usize::from(first.is_warning())) {
            0 => String::new(),
            1 => " One more warning.".to_owned(),
            n => format!(" {n} more warnings."),
        };
        let message = first_sentence(&first.message);
        return match waiting_for(first, checks) {
            Some(wait) => format!("{message}{wait}{others}"),
            None => format!("{message} Nothing that stops a handover fails.{others}"),
        };
    }
    if let Some(warning) = checks.iter().find(|check| check.is_warning()) {
        let others = match warnings - 1 {
            0 => String::new(),
            1 => " One more warning.".to_owned(),
            n => format!(" {n} more warnings."),
        };
        return format!("Nothing fails. {}{others}", first_sentence(&warning.message));
    }
    if open > 0 {
        return match open {
            1 => "Nothing fails. One check cannot be decided from here.".to_owned(),
            n => format!("Nothing fails. {n} checks cannot be decided from here."),
        };
    }
    let ran = count(|check| !check.group.is_on_request());
    match count(|check| check.outcome == Outcome::Pass) {
        0 => "There was nothing to check.".to_owned(),
        1 => format!("The check passes.{}", left_out(ran)),
        n if ran < ordinary() => format!("{n} checks pass.{}", left_out(ran)),
        n => format!("All {n} checks pass."),
    }
}

/// How many checks wait for this one; none where nothing does.
fn waiting_for(root: &CheckResult, checks: &[CheckResult]) -> Option<String> {
    let waits =
        |check: &&CheckResult| check.outcome == Outcome::Blocked && check.blocked_by.contains(&root.id);
    match checks.iter().filter(waits).count() {
        0 => None,
        1 => Some(" One check waits for it.".to_owned()),
        n => Some(format!(" {n} checks wait for it.")),
    }
}

/// What a run of some checks says nothing about.
fn left_out(ran: usize) -> String {
    match ordinary().saturating_sub(ran) {
        0 => String::new(),
        1 => " One check did not run.".to_owned(),
        n => format!(" {n} checks did not run."),
    }
}

/// The text on one line, without control characters; marks that turn text are written out, since a value may be wrong by
/// just such a one.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.push(' ');
        } else if profile::is_format_mark(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The text up to its first full stop that ends a sentence; addresses and numbers have full stops too.
fn first_sentence(text: &str) -> String {
    match text.find(". ") {
        Some(end) => text[..=end].to_owned(),
        None => text.to_owned(),
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_micros().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// The JSON Schema of [`Report`], as documented for `handover verify --json`.
pub fn report_schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
