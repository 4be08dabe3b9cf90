//! Waiting until it is well again.
//!
//! Gentle: looks are apart by a time that doubles while nothing changes, and a sign-in is made at most once in the time that
//! [`Patience`] says; looks in between read with the token there is, or ask the public calls alone. A refused credential
//! ends the wait, since offering it again could lock its owner out. Well is only what a look with a sign-in of its own found
//! well.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use transport::{BoxFuture, BuildError};
use ts_rs::TS;

use crate::chart::{Chart, Point, PointState};
use crate::diagnosis::judge;
use crate::measure::{Measurement, Plan, Runner, Subject};
use crate::problem::Problem;
use crate::{SaveCall, Verdict};

/// Looks that are kept; older ones are dropped from the chart, oldest first.
const KEPT: usize = 2000;

/// The longest time that a service's own wish is followed.
const LATEST: Duration = Duration::from_secs(900);

/// Lets time pass; passed in so that waits can be tested without waiting.
pub trait Sleeper: Send + Sync {
    /// Ends after `time`.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// Time as it passes.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemSleeper;

impl Sleeper for SystemSleeper {
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// How gently to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until the second look.
    pub first: Duration,
    /// Between looks at most.
    pub longest: Duration,
    /// Between sign-ins at least.
    pub between_sign_ins: Duration,
}

impl Default for Patience {
    /// 5 s, doubling to 2 min; one sign-in a minute.
    fn default() -> Patience {
        Patience {
            first: Duration::from_secs(5),
            longest: Duration::from_secs(120),
            between_sign_ins: Duration::from_secs(60),
        }
    }
}

/// Hears of every look with its verdict and the time until the next one. Must not block.
pub type OnPoint = Arc<dyn Fn(&Point, &Verdict, Duration) + Send + Sync>;

/// A wait.
pub struct Wait<'a> {
    /// Whose save path.
    pub subject: &'a Subject,
    /// How to measure; `rounds` does not count here, and nothing is created.
    pub plan: &'a Plan,
    /// How gently.
    pub patience: Patience,
    /// Lets time pass.
    pub sleeper: Arc<dyn Sleeper>,
    /// Hears of every look, with the time until the next one. Must not block.
    pub on_point: OnPoint,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "WaitEnded")]
pub enum Ended {
    /// It is well: save now.
    Well,
    /// A credential was refused; waiting does not mend that.
    Refused,
    /// It was stopped.
    Stopped,
}

/// What a wait came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Waited {
    /// How it ended.
    pub ended: Ended,
    /// What was found when.
    pub chart: Chart,
    /// What the last look came to.
    pub verdict: Option<Verdict>,
}

/// Looks until it is well, a credential is refused, or the plan's token is cancelled.
///
/// # Errors
/// [`BuildError`] when the settings of the network cannot be used.
pub async fn wait(wait: Wait<'_>) -> Result<Waited, BuildError> {
    let plan = Plan {
        create: None,
        rounds: 1,
        ..wait.plan.clone()
    };
    let mut runner = Runner::new(wait.subject, &plan)?;
    let mut points: Vec<Point> = Vec::new();
    let mut signed_in_at: Option<Timestamp> = None;
    let mut pause = wait.patience.first;
    let mut last = None;
    loop {
        let at = (plan.clock)();
        let may_sign_in =
            signed_in_at.is_none_or(|before| apart(before, at) >= wait.patience.between_sign_ins);
        runner.measurement = Measurement {
            planned: 1,
            ..Measurement::default()
        };
        runner.round(may_sign_in).await;
        let measurement = std::mem::take(&mut runner.measurement);
        if plan.cancel.is_cancelled() || measurement.cancelled {
            return Ok(ended(Ended::Stopped, points, last));
        }
        let Some(round) = measurement.rounds.last().cloned() else {
            return Ok(ended(Ended::Stopped, points, last));
        };
        let signed_in = round.calls.iter().any(|sample| sample.call == SaveCall::Token);
        if signed_in {
            signed_in_at = Some(at);
        }
        let until_sign_in = |now: Timestamp| {
            let since = signed_in_at.map_or(Duration::MAX, |before| apart(before, now));
            wait.patience.between_sign_ins.saturating_sub(since)
        };
        // The public calls alone were asked and are well: what is not cannot be told before the next sign-in.
        let says_nothing = !round.complete && measurement.troubles.is_empty();
        // A service that says when to come again is not asked before.
        let asked_for = measurement
            .troubles
            .iter()
            .filter_map(|trouble| match trouble.problem {
                Problem::RateLimit { retry_after_s } | Problem::Service { retry_after_s, .. } => {
                    retry_after_s
                }
                _ => None,
            });
        let not_before = Duration::from_secs(asked_for.max().unwrap_or(0)).min(LATEST);
        if says_nothing {
            pause = until_sign_in(at);
        } else {
            let verdict = judge(wait.subject, plan.budget_ms(), at, measurement, &[], None).verdict;
            let point = Point::new(&verdict, &round, at, signed_in);
            let before = points.last().map(|point| point.state);
            pause = match before {
                // What changes is worth a closer look.
                Some(before) if before != point.state => wait.patience.first,
                Some(_) => (pause * 2).min(wait.patience.longest),
                None => wait.patience.first,
            };
            // Well so far; only a sign-in tells whether it is well altogether.
            if point.state == PointState::Well && !signed_in {
                pause = until_sign_in(at);
            }
            let pause = pause.max(not_before);
            (wait.on_point)(&point, &verdict, pause);
            let state = point.state;
            points.push(point);
            if points.len() > KEPT {
                points.remove(0);
            }
            last = Some(verdict);
            if state == PointState::Well && signed_in {
                return Ok(ended(Ended::Well, points, last));
            }
            if state == PointState::Refused {
                return Ok(ended(Ended::Refused, points, last));
            }
        }
        let pause = pause.max(not_before).max(Duration::from_millis(1));
        let slept = plan.cancel.run_until_cancelled(wait.sleeper.sleep(pause)).await;
        if slept.is_none() {
            return Ok(ended(Ended::Stopped, points, last));
        }
    }
}

fn ended(ended: Ended, points: Vec<Point>, verdict: Option<Verdict>) -> Waited {
    Waited {
        ended,
        chart: Chart::of(points),
        verdict,
    }
}

fn apart(before: Timestamp, now: Timestamp) -> Duration {
    let apart: SignedDuration = now.duration_since(before);
    apart.unsigned_abs()
}
