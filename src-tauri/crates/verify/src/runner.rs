//! Order, parallelism, budgets, cancellation and progress.
//!
//! Invariants: every planned check ends exactly once, or not at all when the run is cancelled; a check starts
//! only when everything it needs or comes after is over; a check that panics is `crashed` and takes nothing with
//! it; only `fail`, `blocked` and `crashed` block.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use profile::Answer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use transport::deadline;
use ts_rs::TS;

use crate::answer;
use crate::check::Check;
use crate::evidence::{self, Log};
use crate::finding::Finding;
use crate::outcome::{Outcome, RunOutcome};
use crate::report::CheckResult;

/// The part of a check's budget in which its calls must be over. The rest is for saying in which phase one of them hung.
const FOR_CALLS: f64 = 0.95;

/// Names a check that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("There is no check {id}. These exist: {}.", valid.join(", "))]
pub struct UnknownCheck {
    /// What was asked for, as typed.
    pub id: String,
    /// Every id there is.
    pub valid: Vec<&'static str>,
}

/// One step of a run. Steps are told in order, so the one who listens may number them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Progress {
    /// The run begins.
    Started {
        /// The checks it will make, in report order. A check that is named as a cause later joins without being told here.
        ids: Vec<String>,
    },
    /// A check began to work. Blocked checks never begin.
    CheckStarted {
        /// Which.
        id: String,
    },
    /// A check ended.
    CheckFinished {
        /// Its result.
        result: Box<CheckResult>,
    },
    /// The run ended; the report follows.
    Finished {
        /// How.
        outcome: RunOutcome,
    },
}

/// Receives the steps of a run, in order. Must not block.
pub type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// What the runner is told beside the checks.
pub(crate) struct Orders {
    /// Ends the run at once.
    pub(crate) cancel: CancellationToken,
    /// Who hears of the progress.
    pub(crate) progress: OnProgress,
    /// How many checks work at the same time; at least one does.
    pub(crate) side_by_side: usize,
    /// Replaces every check's own budget.
    pub(crate) budget: Option<Duration>,
    /// What a person said, by the check's id.
    pub(crate) answers: BTreeMap<String, Answer>,
    /// Makes any text fit to be shown.
    pub(crate) redact: Arc<dyn Fn(&str) -> String + Send + Sync>,
}

/// What a run left behind.
pub(crate) struct Outcomes {
    /// In the order of the plan; without those a cancellation prevented.
    pub(crate) results: Vec<CheckResult>,
    /// Whether it was cancelled.
    pub(crate) cancelled: bool,
}

/// The checks named by `only`, with everything they need, in the catalogue's order; all of them when it is empty.
/// Ids are read without regard to case, with or without `HD-`.
pub(crate) fn plan<'a, C>(
    catalogue: &'a [Check<C>],
    only: &[String],
) -> Result<Vec<&'a Check<C>>, UnknownCheck> {
    if only.is_empty() {
        return Ok(catalogue.iter().collect());
    }
    let named = only.iter().map(|id| {
        find(catalogue, id).ok_or_else(|| UnknownCheck {
            id: id.clone(),
            valid: catalogue.iter().map(|check| check.id).collect(),
        })
    });
    Ok(with_needs(catalogue, named.collect::<Result<_, _>>()?))
}

/// These checks and everything they need or come after, in the catalogue's order.
fn with_needs<'a, C>(catalogue: &'a [Check<C>], mut open: Vec<&'a Check<C>>) -> Vec<&'a Check<C>> {
    let mut wanted = BTreeSet::new();
    while let Some(check) = open.pop() {
        if wanted.insert(check.id) {
            open.extend(
                check
                    .needs
                    .iter()
                    .chain(check.after)
                    .filter_map(|id| find(catalogue, id)),
            );
        }
    }
    catalogue
        .iter()
        .filter(|check| wanted.contains(check.id))
        .collect()
}

fn find<'a, C>(catalogue: &'a [Check<C>], id: &str) -> Option<&'a Check<C>> {
    let id = id.trim().to_ascii_uppercase();
    let number = id.strip_prefix("HD-").unwrap_or(&id);
    catalogue
        .iter()
        .find(|check| check.id.strip_prefix("HD-") == Some(number))
}

/// Runs `plan` to its end, or to its cancellation. A check that is named as the cause of another joins the run, so that
/// every report holds the causes it names.
pub(crate) async fn execute<C: Send + Sync + 'static>(
    catalogue: &'static [Check<C>],
    plan: Vec<&'static Check<C>>,
    context: Arc<C>,
    orders: &Orders,
) -> Outcomes {
    let mut run = Run {
        catalogue,
        plan,
        orders,
        ended: BTreeMap::new(),
        started: BTreeSet::new(),
        tasks: JoinSet::new(),
    };
    let mut running = BTreeMap::new();
    loop {
        run.start_what_can(&context, &mut running);
        if running.is_empty() && !run.call_in_causes() {
            break;
        }
        if running.is_empty() {
            continue;
        }
        let joined = tokio::select! {
            biased;
            () = orders.cancel.cancelled() => break,
            joined = run.tasks.join_next_with_id() => joined,
        };
        let Some(joined) = joined else { break };
        let (task, answer) = match joined {
            Ok((task, finding)) => (task, Ok(finding)),
            Err(error) => (error.id(), Err(error)),
        };
        let Some(Job { check, log, since }) = running.remove(&task) else {
            continue;
        };
        let finding = answer.unwrap_or_else(|error| crash(error, &orders.redact));
        run.end(check, finding, &log, since.elapsed());
    }
    let cancelled = orders.cancel.is_cancelled() && run.ended.len() < run.plan.len();
    run.tasks.abort_all();
    let mut ended = run.ended;
    name_roots(&mut ended);
    Outcomes {
        results: catalogue
            .iter()
            .filter_map(|check| ended.remove(check.id))
            .collect(),
        cancelled,
    }
}

struct Job<C: 'static> {
    check: &'static Check<C>,
    log: Arc<Log>,
    since: Instant,
}

struct Run<'a, C: 'static> {
    catalogue: &'static [Check<C>],
    plan: Vec<&'static Check<C>>,
    orders: &'a Orders,
    ended: BTreeMap<&'static str, CheckResult>,
    started: BTreeSet<&'static str>,
    tasks: JoinSet<Finding>,
}

impl<C: Send + Sync + 'static> Run<'_, C> {
    /// Starts every check whose turn has come, and ends those that are blocked. Ending one can bring the turn of
    /// another, so it looks until nothing changes.
    fn start_what_can(&mut self, context: &Arc<C>, running: &mut BTreeMap<Id, Job<C>>) {
        let mut changed = true;
        while changed {
            changed = false;
            for check in self.plan.clone() {
                if self.started.contains(check.id) || !self.turn_of(check) {
                    continue;
                }
                let blockers = self.blockers_of(check);
                if blockers.is_empty() {
                    if running.len() >= self.orders.side_by_side.max(1) {
                        continue;
                    }
                    self.started.insert(check.id);
                    (self.orders.progress)(Progress::CheckStarted {
                        id: check.id.to_owned(),
                    });
                    let log = Arc::new(Log::default());
                    let task = self.tasks.spawn(self.work(check, context, &log));
                    running.insert(
                        task.id(),
                        Job {
                            check,
                            log,
                            since: Instant::now(),
                        },
                    );
                } else {
                    self.started.insert(check.id);
                    let ids: Vec<&str> = blockers.iter().map(String::as_str).collect();
                    let finding = Finding::blocked(&ids, waits_for(&ids));
                    self.end(check, finding, &Log::default(), Duration::ZERO);
                    changed = true;
                }
            }
        }
    }

    /// Adds the checks that results name as their cause and that the plan lacks, with what they need. Whether there were
    /// any.
    fn call_in_causes(&mut self) -> bool {
        let planned: BTreeSet<&str> = self.plan.iter().map(|check| check.id).collect();
        let named = self.ended.values().flat_map(CheckResult::causes);
        let missing: Vec<_> = named
            .filter(|id| !planned.contains(id.as_str()))
            .filter_map(|id| find(self.catalogue, id))
            .collect();
        let joining: Vec<_> = with_needs(self.catalogue, missing)
            .into_iter()
            .filter(|check| !planned.contains(check.id))
            .collect();
        self.plan.extend(&joining);
        !joining.is_empty()
    }

    fn work(
        &self,
        check: &'static Check<C>,
        context: &Arc<C>,
        log: &Arc<Log>,
    ) -> impl Future<Output = Finding> + Send + 'static {
        let budget = self
            .orders
            .budget
            .unwrap_or(Duration::from_millis(check.budget_ms));
        // The function is called inside the task, so that a panic in its first lines is caught as well.
        let (context, log) = (Arc::clone(context), Arc::clone(log));
        evidence::scoped(log, async move {
            let work = async move { (check.work)(context).await };
            let work = deadline::within(Instant::now() + budget.mul_f64(FOR_CALLS), work);
            match tokio::time::timeout(budget, Box::pin(work)).await {
                Ok(finding) => finding,
                Err(_) => over_budget(check.tries, budget),
            }
        })
    }

    fn turn_of(&self, check: &Check<C>) -> bool {
        let planned = |id: &&str| self.plan.iter().any(|other| other.id == *id);
        check
            .needs
            .iter()
            .chain(check.after)
            .filter(|id| planned(id))
            .all(|id| self.ended.contains_key(id))
    }

    /// The root causes among what the check needs, in catalogue order.
    fn blockers_of(&self, check: &Check<C>) -> BTreeSet<String> {
        let mut blockers = BTreeSet::new();
        for need in check.needs.iter().filter_map(|id| self.ended.get(id)) {
            if need.outcome == Outcome::Blocked && !need.blocked_by.is_empty() {
                blockers.extend(need.blocked_by.iter().cloned());
            } else if need.outcome.holds_up() {
                blockers.insert(need.id.clone());
            }
        }
        blockers
    }

    fn end(&mut self, check: &'static Check<C>, finding: Finding, log: &Log, took: Duration) {
        let finding = answer::applied(check, finding, self.orders.answers.get(check.id));
        let result = CheckResult::new(check, finding, log.collect(), took, &self.orders.redact);
        (self.orders.progress)(Progress::CheckFinished {
            result: Box::new(result.clone()),
        });
        self.ended.insert(check.id, result);
    }
}

/// The sentence of a blocked check.
pub(crate) fn waits_for(ids: &[&str]) -> String {
    format!("This check waits for {}.", ids.join(" and "))
}

fn over_budget(tries: &str, budget: Duration) -> Finding {
    Finding::fail(format!(
        "No end was in sight after {} s, seen from this computer. The calls in the evidence show where the time went.",
        budget.as_secs_f64()
    ))
    .tried(tries)
    .hint("Run the check again. If it stays so, the service is slow or something on the way holds the answers back.")
}

fn crash(error: JoinError, redact: &Arc<dyn Fn(&str) -> String + Send + Sync>) -> Finding {
    let finding = Finding::crashed("The check itself broke. This says nothing about your configuration.")
        .hint("Run the check again. If it stays so, report it together with this report.");
    match error.try_into_panic() {
        Ok(cause) => {
            let text = cause
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| cause.downcast_ref::<String>().cloned());
            match text {
                Some(text) => finding.found(redact(&text)),
                None => finding,
            }
        }
        Err(_) => finding,
    }
}

/// A check may name another as its cause before that one ended. When that one turns out to be blocked itself, its causes
/// take its place, so that every blocked line points at a red one.
fn name_roots(ended: &mut BTreeMap<&'static str, CheckResult>) {
    let causes: BTreeMap<String, Vec<String>> = ended
        .values()
        .filter(|result| result.outcome == Outcome::Blocked)
        .map(|result| (result.id.clone(), result.blocked_by.clone()))
        .collect();
    for result in ended
        .values_mut()
        .filter(|result| result.outcome == Outcome::Blocked)
    {
        let mut seen = BTreeSet::new();
        let mut roots = BTreeSet::new();
        let mut open = result.blocked_by.clone();
        while let Some(id) = open.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            match causes.get(&id) {
                Some(further) if !further.is_empty() => open.extend(further.iter().cloned()),
                _ => {
                    roots.insert(id);
                }
            }
        }
        let roots: Vec<String> = roots.into_iter().collect();
        if roots != result.blocked_by {
            let ids: Vec<&str> = roots.iter().map(String::as_str).collect();
            result.message = waits_for(&ids);
            result.blocked_by = roots;
        }
    }
}

#[cfg(test)]
mod tests;
