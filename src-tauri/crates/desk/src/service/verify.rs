use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use profile::{ProfileId, Record};
use tokio_util::sync::CancellationToken;
use verify::{Input, Report, Run};

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
        verify::select(&request.only).map_err(|error| {
            WireError::new(ErrorCode::NotFound, error.to_string()).hint("`checks.list` names all checks.")
        })?;
        let job = JobId(uuid::Uuid::new_v4().to_string());
        let cancel = self.inner.stop.child_token();
        // One verification a profile at a time: a second one would sign in twice and show two truths.
        let running = {
            let mut jobs = lock(&self.inner.jobs);
            let running = jobs
                .keys()
                .find(|known| known.0.starts_with(record.id.as_str()))
                .cloned();
            let job = JobId(format!("{}/{}", record.id.as_str(), job.0));
            if running.is_none() {
                jobs.insert(job.clone(), cancel.clone());
            }
            running.map_or(Ok(job), Err)
        };
        let job = match running {
            Ok(job) => job,
            Err(running) => return Ok(JobStarted { job: running }),
        };
        let (desk, started) = (self.clone(), job.clone());
        tokio::spawn(async move { desk.verify_job(record, request.only, started, cancel).await });
        Ok(JobStarted { job })
    }

    async fn verify_job(self, record: Record, only: Vec<String>, job: JobId, cancel: CancellationToken) {
        let (input, mut run) = self.prepare(&record).await;
        tracing::debug!(profile = record.id.as_str(), "verification starts");
        let partial = !only.is_empty();
        run.only = only;
        run.cancel = cancel;
        let seq = Arc::new(AtomicU32::new(0));
        let (desk, id, named) = (self.clone(), record.id.clone(), job.clone());
        run.progress = Arc::new(move |progress| {
            let seq = seq.fetch_add(1, Ordering::Relaxed) + 1;
            desk.emit(Event::Job {
                job: named.clone(),
                profile_id: id.clone(),
                seq,
                progress,
            });
        });
        let report = match verify::run(input, run).await {
            Ok(report) => report,
            Err(error) => {
                lock(&self.inner.jobs).remove(&job);
                let error = WireError::new(ErrorCode::Invalid, error.to_string())
                    .hint("Check the proxy and certificate settings of this computer.");
                self.emit(Event::JobFailed {
                    job,
                    profile_id: record.id,
                    error,
                });
                return;
            }
        };
        let agreed =
            |check: &verify::CheckResult| check.id == "HD-206" && check.outcome == verify::Outcome::Pass;
        if report.checks.iter().any(agreed) {
            self.prove_integration_secret(&record).await;
        }
        {
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
        }
        lock(&self.inner.jobs).remove(&job);
        self.emit(Event::Profiles {});
    }

    /// Everything a run of this profile needs.
    pub async fn prepare(&self, record: &Record) -> (Input, Run) {
        let in_memory = self.inner.profiles.in_memory(&record.id);
        let credentials = self.inner.secrets.credentials(&self.inner.profiles, record).await;
        let input = Input {
            profile: record.profile.clone(),
            credentials,
            typed_form: record.typed_form.clone(),
            trusted_hosts: record.trusted_hosts.clone(),
            is_sandbox: in_memory,
        };
        let mut run = Run::new(self.inner.secrets.probe_of(in_memory));
        if in_memory {
            run.simulate(&lock(&self.inner.local_faults));
        }
        (input, run)
    }

    pub(crate) async fn verify_cancel(&self, request: JobRequest) -> Result<Empty, WireError> {
        // A job that has ended meanwhile needs no cancelling.
        if let Some(job) = lock(&self.inner.jobs).get(&request.job) {
            job.cancel();
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
        let (input, run) = self.prepare(&record).await;
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
