//! Scenarios: the sandbox is started afresh in the scenario's situation, the steps are played, and the verification has the
//! last word. The sandbox stays as the scenario left it, so that one can look around.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use sandbox::scenario::{Missed, Player, Scenario, mixed_up, patched};
use tokio_util::sync::CancellationToken;
use verify::{OnProgress, Outcome, Progress, Report};

use super::conversation::customer;
use crate::Desk;
use crate::desk::lock;
use crate::wire::{
    CheckResultOf, Empty, ErrorCode, Event, ScenarioInfo, ScenarioProgress, ScenarioReport, ScenarioRequest,
    StepResult, WireError,
};

/// Who wants to hear how far a scenario is. Called in order; it must not block.
pub type OnScenario = Arc<dyn Fn(&ScenarioProgress) + Send + Sync>;

impl Desk {
    pub(crate) async fn scenario_list(&self, _: Empty) -> Result<Vec<ScenarioInfo>, WireError> {
        Ok(scenarios()?
            .into_iter()
            .map(|scenario| ScenarioInfo {
                steps: u32::try_from(scenario.steps.len()).unwrap_or(u32::MAX),
                verifies: scenario.checks.is_some(),
                name: scenario.name,
                title: scenario.title,
                about: scenario.about,
            })
            .collect())
    }

    pub(crate) async fn scenario_run(&self, request: ScenarioRequest) -> Result<ScenarioReport, WireError> {
        let scenario = find_scenario(&request.name)?;
        self.play_scenario(scenario, Arc::new(|_| {})).await
    }

    pub(crate) async fn scenario_cancel(&self, _: Empty) -> Result<Empty, WireError> {
        // What has ended meanwhile needs no cancelling.
        if let Some(playing) = lock(&self.inner.scenario).take() {
            playing.cancel();
        }
        Ok(Empty {})
    }

    /// Plays a scenario in a fresh sandbox, which stays. One that is being played gives way.
    ///
    /// # Errors
    /// When the sandbox does not start, or the scenario names a switch that does not exist;
    /// [`ErrorCode::Cancelled`] when it was cancelled. A step or a check that went otherwise is no error: it stands in the
    /// report.
    pub async fn play_scenario(
        &self,
        scenario: Scenario,
        heard: OnScenario,
    ) -> Result<ScenarioReport, WireError> {
        let cancel = self.inner.stop.child_token();
        if let Some(before) = lock(&self.inner.scenario).replace(cancel.clone()) {
            before.cancel();
        }
        let (desk, name) = (self.clone(), scenario.name.clone());
        let tell: OnScenario = Arc::new(move |progress| {
            heard(progress);
            desk.emit(Event::Scenario {
                name: name.clone(),
                progress: progress.clone(),
            });
        });
        let played = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(WireError::new(ErrorCode::Cancelled, "The scenario was cancelled.")),
            played = self.play(scenario, cancel.child_token(), &tell) => played,
        };
        // What was still going on, such as the verification, ends with it.
        cancel.cancel();
        tell(&ScenarioProgress::Over {});
        played
    }

    async fn play(
        &self,
        scenario: Scenario,
        cancel: CancellationToken,
        tell: &OnScenario,
    ) -> Result<ScenarioReport, WireError> {
        self.halt_sandbox().await;
        self.start_sandbox().await?;
        let mut player = self
            .within_sandbox(|sandbox| {
                let player = Player::new(sandbox, &scenario).map_err(wrong_situation)?;
                // The window shows this chat while it goes on.
                Ok(player.in_chat(customer(sandbox)))
            })
            .await?;
        let since = Instant::now();
        let steps = steps(&mut player, &scenario, tell).await;
        let steps_ms = since.elapsed().as_secs_f64() * 1000.0;
        let went = steps.iter().all(|step| step.went);
        let chat = player.chat();
        {
            let mut local = lock(&self.inner.local_faults);
            let played = scenario
                .faults
                .iter()
                .filter(|fault| !fault.is_shown_by_sandbox());
            local.extend(played.map(|fault| fault.name().to_owned()));
        }
        let running = self.inner.sandbox.lock().await;
        let Some(rehearsal) = running.as_ref() else {
            return Err(WireError::new(ErrorCode::Cancelled, "The sandbox was stopped."));
        };
        let change = |description: &mut sandbox::Description| {
            description.env = mixed_up(&scenario, &description.env);
            description.profile = patched(description.profile.take(), &scenario.profile);
        };
        self.keep_sample_as(&rehearsal.sandbox, &rehearsal.profile_id, change)
            .await?;
        let id = rehearsal.profile_id.clone();
        let view = self.sandbox_view(Some(rehearsal));
        drop(running);
        self.emit(Event::Sandbox { status: view });
        self.emit(Event::Profiles {});
        let mut report = ScenarioReport {
            passed: went,
            steps_ms,
            steps,
            chat,
            checks: Vec::new(),
            headline: None,
            name: scenario.name,
            title: scenario.title,
        };
        if let (Some(expected), true) = (&scenario.checks, went) {
            let found = self.verify_now(&id, cancel, &checking(tell)).await?;
            report.headline = Some(found.headline.clone());
            report.checks = judged(expected, &found);
            report.passed = report.checks.iter().all(|check| check.expected == check.found);
        }
        Ok(report)
    }
}

/// Plays the steps until one goes otherwise.
async fn steps(player: &mut Player, scenario: &Scenario, tell: &OnScenario) -> Vec<StepResult> {
    let of = u32::try_from(scenario.steps.len()).unwrap_or(u32::MAX);
    let mut results = Vec::new();
    for (at, step) in (1..).zip(&scenario.steps) {
        let words = step.to_string();
        tell(&ScenarioProgress::Step {
            at,
            of,
            step: words.clone(),
        });
        let missed = player.play(step).await.err().map(|missed| missed.to_string());
        let result = StepResult {
            step: words,
            went: missed.is_none(),
            missed,
        };
        tell(&ScenarioProgress::StepOver {
            at,
            of,
            result: result.clone(),
        });
        let went = result.went;
        results.push(result);
        if !went {
            break;
        }
    }
    results
}

/// Tells of the verification by the number of checks that are over.
fn checking(tell: &OnScenario) -> OnProgress {
    let (tell, total, over) = (tell.clone(), AtomicU32::new(0), AtomicU32::new(0));
    tell(&ScenarioProgress::Verifying { done: 0, of: 0 });
    Arc::new(move |progress| {
        match progress {
            Progress::Started { ids } => {
                total.store(u32::try_from(ids.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
            }
            Progress::CheckFinished { .. } => drop(over.fetch_add(1, Ordering::Relaxed)),
            Progress::CheckStarted { .. } | Progress::Finished { .. } => return,
        }
        tell(&ScenarioProgress::Verifying {
            done: over.load(Ordering::Relaxed),
            of: total.load(Ordering::Relaxed),
        });
    })
}

/// The scenarios that come with the program.
///
/// # Errors
/// [`ErrorCode::Internal`], when one of them cannot be read.
pub fn scenarios() -> Result<Vec<Scenario>, WireError> {
    Scenario::shipped().map_err(|error| WireError::internal("reading the shipped scenarios", error))
}

/// A shipped scenario.
///
/// # Errors
/// [`ErrorCode::NotFound`], with the names that exist.
pub fn find_scenario(name: &str) -> Result<Scenario, WireError> {
    let all = scenarios()?;
    let names: Vec<String> = all.iter().map(|scenario| scenario.name.clone()).collect();
    all.into_iter()
        .find(|scenario| scenario.name == name)
        .ok_or_else(|| {
            WireError::new(
                ErrorCode::NotFound,
                format!("There is no scenario called {name:?}."),
            )
            .hint(format!("There are: {}.", names.join(", ")))
        })
}

fn wrong_situation(missed: Missed) -> WireError {
    WireError::new(
        ErrorCode::Invalid,
        format!("The scenario cannot begin: {missed}."),
    )
    .hint("`handover sandbox --switches` lists all switches and their choices.")
}

/// The checks that the scenario names, and every other that says more than that it waits for one of them.
fn judged(expected: &BTreeMap<String, String>, report: &Report) -> Vec<CheckResultOf> {
    let named: BTreeSet<&str> = expected.keys().map(String::as_str).collect();
    let waits = |check: &verify::CheckResult| {
        matches!(check.outcome, Outcome::Blocked | Outcome::Unknown)
            && check.causes().next().is_some()
            && check.causes().all(|id| named.contains(id.as_str()))
    };
    let mut rows: Vec<CheckResultOf> = report
        .checks
        .iter()
        .filter(|check| named.contains(check.id.as_str()) || !(check.outcome.is_quiet() || waits(check)))
        .map(|check| CheckResultOf {
            expected: expected
                .get(&check.id)
                .cloned()
                .unwrap_or_else(|| Outcome::Pass.word().to_owned()),
            found: check.outcome.word().to_owned(),
            message: check.message.clone(),
            id: check.id.clone(),
        })
        .collect();
    let known: BTreeSet<&str> = report.checks.iter().map(|check| check.id.as_str()).collect();
    rows.extend(
        named
            .iter()
            .filter(|id| !known.contains(*id))
            .map(|id| CheckResultOf {
                id: (*id).to_owned(),
                expected: expected.get(*id).cloned().unwrap_or_default(),
                found: "no such check".to_owned(),
                message: String::new(),
            }),
    );
    rows
}
