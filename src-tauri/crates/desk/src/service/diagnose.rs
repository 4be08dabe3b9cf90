use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cognigy::api::ProvisioningState;
use diagnose::{CognigySays, CognigyStatus, Diagnosis, Kind, OnProgress, Plan, Progress, Subject, diagnose};
use jiff::Timestamp;
use profile::{Credentials, ProfileId, Record};
use secrecy::{ExposeSecret, SecretString};
use store::archive;
use tokio_util::sync::CancellationToken;
use verify::{Input, Run};

use crate::Desk;
use crate::desk::lock;
use crate::wire::{
    ByIdRequest, DiagnoseRequest, Empty, ErrorCode, Event, JobId, JobRequest, JobStarted, WireError,
};

/// Earlier diagnoses that make up what is usual, and that are kept of the sandbox's profile.
const USUAL: usize = 20;
const ROUNDS: std::ops::RangeInclusive<u32> = 1..=100;
const BUDGET_MS: std::ops::RangeInclusive<u32> = 100..=600_000;

/// How long Cognigy.AI may take to say how the last Save ended.
const SAYS_LIMIT: Duration = Duration::from_secs(10);

/// How a diagnosis is wanted.
#[derive(Debug, Clone)]
pub struct DiagnoseOptions {
    /// Rounds.
    pub rounds: u32,
    /// What a call may take.
    pub budget: Duration,
    /// Also makes a channel, and removes it again.
    pub create: bool,
}

impl Default for DiagnoseOptions {
    fn default() -> Self {
        let plan = Plan::new();
        Self {
            rounds: plan.rounds,
            budget: plan.budget,
            create: false,
        }
    }
}

impl DiagnoseOptions {
    /// Options within their bounds.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`] with the bounds.
    pub fn new(rounds: Option<u32>, budget_ms: Option<u32>, create: bool) -> Result<Self, WireError> {
        let usual = Self::default();
        let wrong = |what: &str, bounds: String| {
            WireError::new(ErrorCode::Invalid, format!("{what} cannot be used.")).hint(bounds)
        };
        if rounds.is_some_and(|rounds| !ROUNDS.contains(&rounds)) {
            return Err(wrong(
                "This number of rounds",
                format!("It takes {} to {} rounds.", ROUNDS.start(), ROUNDS.end()),
            ));
        }
        if budget_ms.is_some_and(|budget| !BUDGET_MS.contains(&budget)) {
            return Err(wrong("This budget", "It takes 100 ms to 600 s.".to_owned()));
        }
        Ok(Self {
            rounds: rounds.unwrap_or(usual.rounds),
            budget: budget_ms.map_or(usual.budget, |ms| Duration::from_millis(ms.into())),
            create,
        })
    }
}

impl Desk {
    pub(crate) async fn diagnose_start(&self, request: DiagnoseRequest) -> Result<JobStarted, WireError> {
        let options = DiagnoseOptions::new(request.rounds, request.budget_ms, request.create)?;
        let record = self.record(&request.id).await?;
        self.needs_open_vault(&record)?;
        let cancel = self.inner.stop.child_token();
        let job = match lock(&self.inner.diagnoses).entry(record.id.clone()) {
            // One at a time: two would measure each other, and sign in twice.
            Entry::Occupied(running) => {
                return Ok(JobStarted {
                    job: running.get().0.clone(),
                });
            }
            Entry::Vacant(free) => {
                let job = JobId(uuid::Uuid::new_v4().to_string());
                free.insert((job.clone(), cancel.clone()));
                job
            }
        };
        let (desk, started) = (self.clone(), job.clone());
        tokio::spawn(async move { desk.diagnose_job(record, options, started, cancel).await });
        Ok(JobStarted { job })
    }

    async fn diagnose_job(
        self,
        record: Record,
        options: DiagnoseOptions,
        job: JobId,
        cancel: CancellationToken,
    ) {
        let seq = Arc::new(AtomicU32::new(0));
        let tell: OnProgress = {
            let (desk, id, job) = (self.clone(), record.id.clone(), job.clone());
            Arc::new(move |progress| {
                let seq = seq.fetch_add(1, Ordering::Relaxed) + 1;
                desk.emit(Event::Diagnose {
                    job: job.clone(),
                    profile_id: id.clone(),
                    seq,
                    progress,
                });
            })
        };
        let work = {
            let (desk, record, tell) = (self.clone(), record.clone(), Arc::clone(&tell));
            async move { desk.diagnose(&record, &options, cancel, tell).await }
        };
        // A task of its own: should it crash, the window hears of it and can start again.
        let result = tokio::spawn(work)
            .await
            .unwrap_or_else(|error| Err(WireError::internal("diagnosing", error)));
        let is_wanted = lock(&self.inner.diagnoses)
            .remove(&record.id)
            .is_some_and(|(known, _)| known == job);
        match result {
            Ok(diagnosis) => {
                let kind = diagnosis.verdict.kind;
                // What was measured of a profile that was deleted meanwhile belongs nowhere, and nothing is no measurement.
                if is_wanted && kind != Kind::Unknown {
                    self.keep_diagnosis(&record.id, diagnosis).await;
                }
                tell(Progress::Finished { kind });
            }
            Err(error) => self.emit(Event::DiagnoseFailed {
                job,
                profile_id: record.id,
                error,
            }),
        }
    }

    /// Measures and judges a profile's save path against what is usual for it. Keeps nothing; see
    /// [`Desk::keep_diagnosis`].
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`] when its secrets are in a locked vault, [`ErrorCode::Cancelled`] before it began,
    /// [`ErrorCode::Invalid`] when the network's settings cannot be used.
    pub async fn diagnose(
        &self,
        record: &Record,
        options: &DiagnoseOptions,
        cancel: CancellationToken,
        progress: OnProgress,
    ) -> Result<Diagnosis, WireError> {
        let before = self.diagnoses_of(&record.id).await;
        let (subject, mut plan) = self.diagnose_plan(record, &cancel).await?;
        plan.rounds = options.rounds;
        plan.budget = options.budget;
        plan.create = options.create.then(|| uuid::Uuid::new_v4().to_string());
        let is_known = lock(&self.inner.accepted)
            .get(&record.id)
            .is_some_and(|known| is_same(known, &subject.credentials));
        plan.accepted_before = is_known || before.iter().any(|earlier| was_accepted(record, earlier));
        plan.cancel = cancel;
        plan.progress = progress;
        let earlier: Vec<_> = before.iter().map(Diagnosis::earlier).collect();
        let says = match self.prepare(record).await {
            Ok((input, run)) => cognigy_says(input, run, &plan.cancel).await,
            Err(_) => None,
        };
        let diagnosis = diagnose(&subject, &plan, &earlier, says).await.map_err(|error| {
            WireError::new(
                ErrorCode::Invalid,
                format!("The diagnosis could not begin: {error}"),
            )
            .hint("Check the proxy and certificate settings of this computer.")
        })?;
        if diagnosis.accepted {
            lock(&self.inner.accepted).insert(record.id.clone(), subject.credentials);
        }
        Ok(diagnosis)
    }

    /// Whose save path, and how calls are made.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`] when its secrets are in a locked vault, [`ErrorCode::Cancelled`].
    pub async fn diagnose_plan(
        &self,
        record: &Record,
        cancel: &CancellationToken,
    ) -> Result<(Subject, Plan), WireError> {
        // The keychain may wait for its dialog; cancelling must not.
        let prepared = tokio::select! {
            prepared = self.prepare(record) => prepared,
            () = cancel.cancelled() => Err(WireError::new(ErrorCode::Cancelled, "The diagnosis was cancelled.")),
        };
        let (input, run) = prepared?;
        let subject = Subject {
            profile: input.profile,
            credentials: input.credentials,
            trusted_hosts: input.trusted_hosts,
        };
        let plan = Plan {
            settings: run.settings,
            clock: run.clock,
            ..Plan::new()
        };
        Ok((subject, plan))
    }

    /// Keeps a diagnosis in the profile's history; in memory where the file takes none.
    pub async fn keep_diagnosis(&self, id: &ProfileId, diagnosis: Diagnosis) {
        match entry(id, &diagnosis) {
            Ok(entry) => match self.archive(id).add(entry).await {
                Ok(_) => return,
                Err(error) => tracing::warn!(%error, "the diagnosis was not kept"),
            },
            Err(error) => tracing::warn!(%error, "the diagnosis cannot be written"),
        }
        let mut kept = lock(&self.inner.diagnosed);
        let kept = kept.entry(id.clone()).or_default();
        kept.insert(0, diagnosis);
        kept.truncate(USUAL);
    }

    /// Earlier diagnoses of a profile, newest first.
    async fn diagnoses_of(&self, id: &ProfileId) -> Vec<Diagnosis> {
        let mut all = lock(&self.inner.diagnosed).get(id).cloned().unwrap_or_default();
        match self.archive(id).recent(id, archive::Kind::Diagnose, USUAL).await {
            // One of another version's form is passed over.
            Ok(entries) => all.extend(
                entries
                    .into_iter()
                    .filter_map(|entry| serde_json::from_value(entry.body).ok()),
            ),
            Err(error) => tracing::warn!(%error, "the history cannot be read"),
        }
        all.sort_by_key(|diagnosis: &Diagnosis| std::cmp::Reverse(diagnosis.measured_at));
        all
    }

    pub(crate) async fn diagnose_cancel(&self, request: JobRequest) -> Result<Empty, WireError> {
        // A job that has ended meanwhile needs no cancelling.
        for (job, cancel) in lock(&self.inner.diagnoses).values() {
            if *job == request.job {
                cancel.cancel();
            }
        }
        Ok(Empty {})
    }

    pub(crate) async fn diagnose_last(&self, request: ByIdRequest) -> Result<Option<Diagnosis>, WireError> {
        self.record(&request.id).await?;
        Ok(self.diagnoses_of(&request.id).await.into_iter().next())
    }

    /// Ends what measures a profile, and drops what it had found.
    pub(crate) fn forget_diagnoses(&self, id: &ProfileId) {
        if let Some((_, running)) = lock(&self.inner.diagnoses).remove(id) {
            running.cancel();
        }
        lock(&self.inner.diagnosed).remove(id);
        lock(&self.inner.accepted).remove(id);
        self.forget_wait(id);
    }
}

/// What Cognigy.AI itself says of the last Save, where there is an API key to ask with. Where it does not answer, the
/// measurement goes on without.
pub async fn cognigy_says(input: Input, run: Run, cancel: &CancellationToken) -> Option<CognigySays> {
    let ask = tokio::time::timeout(SAYS_LIMIT, Box::pin(verify::provisioning(input, run)));
    let found = tokio::select! {
        found = ask => found.ok()?.ok()??,
        () = cancel.cancelled() => return None,
    };
    let status = match found.state {
        ProvisioningState::Succeeded => CognigyStatus::Succeeded,
        ProvisioningState::Failed => CognigyStatus::Failed,
        ProvisioningState::Pending => CognigyStatus::Pending,
        ProvisioningState::Unknown => return None,
    };
    Some(CognigySays {
        status,
        at: None,
        error: found.reason,
    })
}

/// Whether both sign in with the same values.
fn is_same(known: &Credentials, now: &Credentials) -> bool {
    let text = |secret: &Option<SecretString>| secret.as_ref().map(|it| it.expose_secret().to_owned());
    let values = |of: &Credentials| {
        [
            text(&of.access_key_id),
            text(&of.access_key_secret),
            text(&of.client_id),
            text(&of.client_secret),
        ]
    };
    values(known) == values(now)
}

/// Whether CXone accepted, in an earlier measurement, the very credentials that the profile has now.
fn was_accepted(record: &Record, earlier: &Diagnosis) -> bool {
    let since = earlier.measured_at;
    earlier.accepted && record.changed_at <= since && record.secrets.values().all(|note| note.set_at <= since)
}

fn entry(id: &ProfileId, diagnosis: &Diagnosis) -> Result<archive::NewEntry, serde_json::Error> {
    let took: f64 = diagnosis.rounds.iter().map(|round| round.total_ms).sum();
    let verdict = &diagnosis.verdict;
    let totals = diagnosis
        .calls
        .iter()
        .map(|stats| Ok((word(&stats.call)?, stats.p50.total.into())))
        .collect::<Result<serde_json::Map<_, _>, serde_json::Error>>()?;
    Ok(archive::NewEntry {
        profile_id: id.clone(),
        kind: archive::Kind::Diagnose,
        at: Timestamp::now(),
        outcome: word(&verdict.kind)?,
        duration_ms: took as u32,
        summary: verdict.message.clone(),
        facts: serde_json::json!({
            "code": verdict.code, "call": verdict.call, "phase": verdict.phase, "side": verdict.side, "p50_ms": totals,
        }),
        body: serde_json::to_value(diagnosis)?,
    })
}

/// A unit variant as it is on the wire.
pub(super) fn word(value: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    serde_json::from_value(serde_json::to_value(value)?)
}
