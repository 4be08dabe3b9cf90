use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use profile::{ProfileId, Record, SecretField, SecretState};
use tokio_util::sync::CancellationToken;
use verify::{CheckResult, Input, OnProgress, Progress, Report, Run, RunOutcome};

use crate::Desk;
use crate::desk::lock;
use crate::wire::{
    ByIdRequest, Empty, ErrorCode, Event, JobId, JobRequest, JobStarted, ReportFormat, ReportRequest,
    ReportText, RunSummary, SkillChoice, VerifyRequest, WireError,
};

/// The last run of a profile.
#[derive(Clone)]
pub(crate) struct Finished {
    pub(crate) report: Report,
    pub(crate) at: Timestamp,
}

impl Desk {
    pub(crate) async fn verify_start(&self, request: VerifyRequest) -> Result<JobStarted, WireError> {
        let record = self.record(&request.id).await?;
        self.needs_open_vault(&record)?;
        verify::select(&request.only).map_err(|error| {
            WireError::new(ErrorCode::NotFound, error.to_string()).hint("`checks.list` names all checks.")
        })?;
        let cancel = self.inner.stop.child_token();
        let job = match lock(&self.inner.jobs).entry(record.id.clone()) {
            // One verification a profile at a time: a second one would sign in twice and show two truths.
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
        tokio::spawn(async move { desk.verify_job(record, request.only, started, cancel).await });
        Ok(JobStarted { job })
    }

    async fn verify_job(self, record: Record, only: Vec<String>, job: JobId, cancel: CancellationToken) {
        let tell = self.teller(&record.id, &job);
        let result = self.verify_record(&record, only, cancel, &tell).await;
        // The job is over, and its report can be read, before anybody hears that it ended.
        lock(&self.inner.jobs).remove(&record.id);
        match result {
            Ok(outcome) => tell(Progress::Finished { outcome }),
            Err(error) => self.emit(Event::JobFailed {
                job,
                profile_id: record.id,
                error,
            }),
        }
        self.emit(Event::Profiles {});
    }

    async fn verify_record(
        &self,
        record: &Record,
        only: Vec<String>,
        cancel: CancellationToken,
        tell: &OnProgress,
    ) -> Result<RunOutcome, WireError> {
        // The keychain may wait for its dialog; cancelling must not.
        let prepared = tokio::select! {
            prepared = self.prepare(record) => prepared,
            () = cancel.cancelled() => Err(WireError::new(ErrorCode::Cancelled, "The verification was cancelled.")),
        };
        let (input, mut run) = prepared?;
        let partial = !only.is_empty();
        run.only = self.with_blocked(&record.id, only);
        run.cancel = cancel;
        let tell = tell.clone();
        run.progress = Arc::new(move |progress| {
            if !matches!(progress, Progress::Finished { .. }) {
                tell(progress);
            }
        });
        let report = verify::run(input, run).await.map_err(|error| {
            WireError::new(
                ErrorCode::Invalid,
                format!("The verification could not begin: {error}"),
            )
            .hint("Check the proxy and certificate settings of this computer.")
        })?;
        let agreed = |check: &CheckResult| check.id == "HD-206" && check.outcome == verify::Outcome::Pass;
        if report.checks.iter().any(agreed) {
            self.prove_integration_secret(record).await;
        }
        let outcome = report.outcome;
        let mut reports = lock(&self.inner.reports);
        let report = match reports.remove(&record.id) {
            // A re-run of some checks keeps what the others showed.
            Some(before) if partial => before.report.updated_by(report),
            _ => report,
        };
        reports.insert(
            record.id.clone(),
            Finished {
                report,
                at: Timestamp::now(),
            },
        );
        Ok(outcome)
    }

    /// Checks to run again, and those of the last report that wait for them: what was mended frees them.
    fn with_blocked(&self, id: &ProfileId, only: Vec<String>) -> Vec<String> {
        let reports = lock(&self.inner.reports);
        let Some(before) = reports.get(id) else {
            return only;
        };
        let waits = |named: &&CheckResult| named.blocked_by.iter().any(|root| only.contains(root));
        let blocked = before
            .report
            .checks
            .iter()
            .filter(waits)
            .map(|check| check.id.clone());
        let mut all: Vec<_> = only.iter().cloned().chain(blocked).collect();
        all.dedup();
        all
    }

    /// Numbers the steps of a job and tells the windows.
    fn teller(&self, id: &ProfileId, job: &JobId) -> OnProgress {
        let seq = AtomicU32::new(0);
        let (desk, id, job) = (self.clone(), id.clone(), job.clone());
        Arc::new(move |progress| {
            let seq = seq.fetch_add(1, Ordering::Relaxed) + 1;
            desk.emit(Event::Job {
                job: job.clone(),
                profile_id: id.clone(),
                seq,
                progress,
            });
        })
    }

    fn needs_open_vault(&self, record: &Record) -> Result<(), WireError> {
        let kept = !self.inner.profiles.in_memory(&record.id) && !record.secrets.is_empty();
        if kept && self.inner.secrets.is_locked_vault() {
            return Err(WireError::new(ErrorCode::StoreLocked, "The secrets of this profile are in the vault, which is locked.")
                .hint("Open it with its passphrase: Settings > Secret store, or HANDOVER_VAULT_PASSPHRASE in a terminal."));
        }
        Ok(())
    }

    /// Everything a run of this profile needs.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`] when its secrets are in a vault that nobody has opened yet.
    pub async fn prepare(&self, record: &Record) -> Result<(Input, Run), WireError> {
        let in_memory = self.inner.profiles.in_memory(&record.id);
        self.needs_open_vault(record)?;
        let credentials = self.inner.secrets.credentials(&self.inner.profiles, record).await;
        let input = Input {
            profile: record.profile.clone(),
            credentials,
            typed_form: record.typed_form.clone(),
            trusted_hosts: record.trusted_hosts.clone(),
            is_sandbox: in_memory,
            unconfirmed: SecretField::ALL
                .iter()
                .filter(|field| record.usable(**field) == SecretState::NeedsConfirmation)
                .map(|field| field.field())
                .collect(),
        };
        let mut run = Run::new(self.inner.secrets.probe_of(in_memory));
        if in_memory {
            run.simulate(&lock(&self.inner.local_faults));
        }
        Ok((input, run))
    }

    pub(crate) async fn verify_cancel(&self, request: JobRequest) -> Result<Empty, WireError> {
        // A job that has ended meanwhile needs no cancelling.
        for (job, cancel) in lock(&self.inner.jobs).values() {
            if *job == request.job {
                cancel.cancel();
            }
        }
        Ok(Empty {})
    }

    pub(crate) async fn verify_last(&self, request: ByIdRequest) -> Result<Option<Report>, WireError> {
        Ok(lock(&self.inner.reports)
            .get(&request.id)
            .map(|finished| finished.report.clone()))
    }

    pub(crate) async fn verify_report(&self, request: ReportRequest) -> Result<ReportText, WireError> {
        let report = self
            .verify_last(ByIdRequest { id: request.id })
            .await?
            .ok_or_else(|| {
                WireError::new(ErrorCode::NotFound, "This profile was not verified yet.")
                    .hint("Run the verification first.")
            })?;
        let text = match request.format {
            ReportFormat::Markdown => report.to_markdown(),
            ReportFormat::Text => report.to_text(false),
            ReportFormat::Json => serde_json::to_string_pretty(&report)
                .map_err(|error| WireError::internal("writing the report", error))?,
        };
        Ok(ReportText { text })
    }

    pub(crate) async fn cxone_skills(&self, request: ByIdRequest) -> Result<Vec<SkillChoice>, WireError> {
        let record = self.record(&request.id).await?;
        let (input, run) = self.prepare(&record).await?;
        let skills = verify::digital_skills(input, run).await.map_err(|error| {
            WireError::new(
                ErrorCode::Service,
                format!("The skills could not be read: {error}"),
            )
            .hint("Run the verification: it names what is wrong with the sign-in.")
        })?;
        Ok(skills
            .into_iter()
            .map(|skill| SkillChoice {
                id: skill.id.to_string(),
                name: skill.name.unwrap_or_else(|| skill.id.to_string()),
                campaign: skill.campaign_name,
                active: skill.is_active.unwrap_or(true),
            })
            .collect())
    }

    pub(crate) fn last_run(&self, id: &ProfileId) -> Option<RunSummary> {
        lock(&self.inner.reports).get(id).map(|finished| RunSummary {
            at: finished.at.to_string(),
            outcome: finished.report.outcome,
            problems: u32::try_from(finished.report.problems()).unwrap_or(u32::MAX),
            headline: finished.report.headline.clone(),
        })
    }

    pub(crate) fn forget_run(&self, id: &ProfileId) {
        lock(&self.inner.reports).remove(id);
    }
}
