use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use profile::{ProfileId, Record, SecretError, SecretField, SecretState, StoreKind};
use tokio_util::sync::CancellationToken;
use verify::{
    CheckResult, Consent, Input, LivePlan, OnProgress, Progress, Report, Request, Run, SelectError,
    SpeedOrders, StoreProbe,
};

use super::history::{Circumstance, Subject};
use crate::Desk;
use crate::chat::SandboxChat;
use crate::desk::lock;
use crate::watch::Seen;
use crate::wire::{
    ByIdRequest, Empty, ErrorCode, Event, JobId, JobRequest, JobStarted, LiveConsent, ReportFormat,
    ReportRequest, ReportText, RunOrigin, RunSummary, SkillChoice, SpeedRequest, VerifyRequest, WireError,
};

/// How long the list of skills may take, sign-in included.
const SKILLS_LIMIT: Duration = Duration::from_secs(30);

/// Asks the store that a run's secrets come from.
struct Probe {
    desk: Desk,
    kind: StoreKind,
}

impl StoreProbe for Probe {
    fn kind(&self) -> StoreKind {
        self.kind
    }

    fn probe(&self) -> BoxFuture<'static, Result<(), SecretError>> {
        let (desk, kind) = (self.desk.clone(), self.kind);
        Box::pin(async move { desk.inner.secrets.prove(kind).await })
    }
}

/// Who wanted a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A person.
    Hand,
    /// The watch of the profile.
    Watch,
}

/// What a run is to make.
#[derive(Default)]
pub(crate) struct Wanted {
    only: Vec<String>,
    live: Option<Consent>,
    speed: Option<SpeedOrders>,
}

impl Wanted {
    fn asked(&self) -> Vec<Request> {
        let live = self.live.as_ref().map(|_| Request::Live);
        let speed = self.speed.map(|_| Request::Speed);
        live.into_iter().chain(speed).collect()
    }
}

fn speed_orders(request: SpeedRequest) -> Result<SpeedOrders, WireError> {
    if !(1..=SpeedOrders::MOST_ROUNDS).contains(&request.rounds) || request.budget_ms == 0 {
        return Err(WireError::new(
            ErrorCode::BadRequest,
            format!(
                "Speed is measured in 1 to {} rounds against a budget above zero.",
                SpeedOrders::MOST_ROUNDS
            ),
        ));
    }
    Ok(SpeedOrders {
        rounds: request.rounds,
        budget: Duration::from_millis(u64::from(request.budget_ms)),
    })
}

impl Desk {
    pub(crate) async fn verify_live_plan(&self, request: ByIdRequest) -> Result<LivePlan, WireError> {
        let record = self.record(&request.id).await?;
        let plan = LivePlan::new(&record.profile, self.is_sample(&record.id), &mut rand::rng());
        lock(&self.inner.plans).insert(record.id, plan.clone());
        Ok(plan)
    }

    /// The consent to the plan that was shown last. It counts once.
    fn consent(&self, record: &Record, given: &LiveConsent) -> Result<Consent, WireError> {
        let mut plans = lock(&self.inner.plans);
        let shown = plans
            .get(&record.id)
            .is_some_and(|plan| plan.mark == given.mark && plan.channel == record.profile.name);
        let plan = shown.then(|| plans.remove(&record.id)).flatten();
        plan.map(LivePlan::agreed).ok_or_else(|| {
            WireError::new(
                ErrorCode::Invalid,
                "What was agreed to is not what the round trip would create now, so nothing was sent.",
            )
            .hint("Start it again and read what it creates.")
        })
    }

    pub(crate) async fn verify_start(&self, request: VerifyRequest) -> Result<JobStarted, WireError> {
        let record = self.record(&request.id).await?;
        self.needs_open_vault(&record)?;
        let live = request.live.as_ref().map(|_| Request::Live);
        let asked: Vec<Request> = live
            .into_iter()
            .chain(request.speed.map(|_| Request::Speed))
            .collect();
        verify::select(&request.only, &asked).map_err(|error| match error {
            SelectError::Unknown(_) => {
                WireError::new(ErrorCode::NotFound, error.to_string()).hint("`checks.list` names all checks.")
            }
            SelectError::NotAsked { .. } | SelectError::LeftOut { .. } => {
                WireError::new(ErrorCode::Invalid, error.to_string())
                    .hint("Ask for it with `live` or `speed`; `checks.list` says which check needs which.")
            }
        })?;
        let wanted = Wanted {
            only: request.only,
            live: None,
            speed: request.speed.map(speed_orders).transpose()?,
        };
        let job = self.launch(record, wanted, request.live.as_ref(), Origin::Hand)?;
        Ok(JobStarted { job })
    }

    /// Begins a run, or names the one that goes on for this profile. Consent to a live round trip is given with the run it is
    /// for.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`] when something is asked for that the run that goes on does not do, or when the consent is to
    /// another plan than the one that was shown.
    pub(crate) fn launch(
        &self,
        record: Record,
        mut wanted: Wanted,
        live: Option<&LiveConsent>,
        origin: Origin,
    ) -> Result<JobId, WireError> {
        let cancel = self.inner.stop.child_token();
        let job = match lock(&self.inner.jobs).entry(record.id.clone()) {
            // One verification a profile at a time: a second one would sign in twice and show two truths.
            Entry::Occupied(_) if live.is_some() || wanted.speed.is_some() => {
                return Err(WireError::new(
                    ErrorCode::Invalid,
                    "A verification of this profile is going on.",
                )
                .hint("Wait for its end, or cancel it."));
            }
            Entry::Occupied(running) => return Ok(running.get().0.clone()),
            Entry::Vacant(free) => {
                wanted.live = live.map(|given| self.consent(&record, given)).transpose()?;
                let job = JobId(uuid::Uuid::new_v4().to_string());
                free.insert((job.clone(), cancel.clone()));
                job
            }
        };
        let (desk, started) = (self.clone(), job.clone());
        let writes = wanted.live.is_some();
        let work = async move { desk.verify_job(record, wanted, started, cancel, origin).await };
        match writes {
            true => self.inner.writing.spawn(work),
            false => tokio::spawn(work),
        };
        Ok(job)
    }

    async fn verify_job(
        self,
        record: Record,
        wanted: Wanted,
        job: JobId,
        cancel: CancellationToken,
        origin: Origin,
    ) {
        let tell = self.teller(&record.id, &job);
        let circumstance = Circumstance {
            subject: self.subject(&record, &self.faults_played().await),
            only: wanted.only.clone(),
            origin: match origin {
                Origin::Hand => self.origin(),
                Origin::Watch => RunOrigin::Watch,
            },
        };
        let values = self.mark(&record).await;
        let work = {
            let (desk, record, tell) = (self.clone(), record.clone(), tell.clone());
            async move { desk.verify_record(&record, wanted, cancel, &tell).await }
        };
        // A task of its own: should it crash, the profile can be verified again and the window hears of it.
        let result = tokio::spawn(work)
            .await
            .unwrap_or_else(|error| Err(WireError::internal("verifying", error)));
        let profile_id = record.id;
        let is_wanted = lock(&self.inner.jobs)
            .remove(&profile_id)
            .is_some_and(|(known, _)| known == job);
        let mut seen = None;
        let result = match result {
            Ok(report) => {
                let outcome = report.outcome;
                // The report of a profile that was deleted meanwhile belongs nowhere. That a run could not be kept is told
                // with the list of runs.
                if is_wanted {
                    let complete = circumstance.only.is_empty();
                    seen = Some((Seen::of(&report, complete), report.headline.clone()));
                    let _ = self.keep_report(&profile_id, report, circumstance).await;
                }
                Ok(outcome)
            }
            Err(error) => Err(error),
        };
        let trouble = result.as_ref().err().cloned();
        // The job is over, and its report can be read, before anybody hears that it ended.
        match result {
            Ok(outcome) => tell(Progress::Finished { outcome }),
            Err(error) => self.emit(Event::JobFailed {
                job,
                profile_id: profile_id.clone(),
                error,
            }),
        }
        self.emit(Event::Profiles {});
        self.watch_saw(&profile_id, seen, trouble, values, origin).await;
    }

    /// What a run of this profile depends on now. Faults are those of the sandbox's own profile alone.
    fn subject(&self, record: &Record, played: &BTreeSet<String>) -> Subject {
        let faults = match self.is_sample(&record.id) {
            true => played.clone(),
            false => BTreeSet::new(),
        };
        Subject::of(record, faults)
    }

    /// Names of the faults that the sandbox and this computer play now.
    pub(crate) async fn faults_played(&self) -> BTreeSet<String> {
        let running = self.inner.sandbox.lock().await;
        let played = running.as_ref().map(|rehearsal| rehearsal.sandbox.faults());
        let local = lock(&self.inner.local_faults).clone();
        let names = played
            .unwrap_or_default()
            .into_iter()
            .map(|fault| fault.name().to_owned());
        names.chain(local).collect()
    }

    /// Verifies a profile of the sandbox to the end and keeps the report as the profile's last.
    pub(crate) async fn verify_now(
        &self,
        id: &ProfileId,
        cancel: CancellationToken,
        tell: &OnProgress,
    ) -> Result<Report, WireError> {
        let record = self.record(id).await?;
        let circumstance = Circumstance {
            subject: Subject::of(&record, self.faults_played().await),
            only: Vec::new(),
            origin: self.origin(),
        };
        let report = self
            .verify_record(&record, Wanted::default(), cancel, tell)
            .await?;
        let _ = self.keep_report(id, report.clone(), circumstance).await;
        self.emit(Event::Profiles {});
        Ok(report)
    }

    async fn verify_record(
        &self,
        record: &Record,
        wanted: Wanted,
        cancel: CancellationToken,
        tell: &OnProgress,
    ) -> Result<Report, WireError> {
        // The keychain may wait for its dialog; cancelling must not.
        let prepared = tokio::select! {
            prepared = self.prepare(record) => prepared,
            () = cancel.cancelled() => Err(WireError::new(ErrorCode::Cancelled, "The verification was cancelled.")),
        };
        let (input, mut run) = prepared?;
        run.only = self.with_blocked(&record.id, &wanted).await;
        run.live = wanted.live;
        run.speed = wanted.speed;
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
        Ok(report)
    }

    /// Checks to run again, and those of the last report that wait for them: what was mended frees them.
    async fn with_blocked(&self, id: &ProfileId, wanted: &Wanted) -> Vec<String> {
        let (only, asked) = (&wanted.only, wanted.asked());
        if only.is_empty() {
            return Vec::new();
        }
        let Some(before) = self.recall(id).await else {
            return only.clone();
        };
        let is_asked = |named: &CheckResult| {
            let on_request = verify::catalogue()
                .iter()
                .find(|check| check.id == named.id)
                .and_then(|check| check.on_request);
            on_request.is_none_or(|request| asked.contains(&request))
        };
        let waits = |named: &&CheckResult| named.causes().any(|root| only.contains(root)) && is_asked(named);
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

    pub(crate) fn needs_open_vault(&self, record: &Record) -> Result<(), WireError> {
        let vaulted = record.secrets.values().any(|note| note.store == StoreKind::Vault);
        if vaulted && self.inner.secrets.is_locked_vault() {
            return Err(WireError::new(
                ErrorCode::StoreLocked,
                "The secrets of this profile are in the vault, which is locked.",
            )
            .hint(SecretError::VaultLocked.hint()));
        }
        Ok(())
    }

    /// Everything a run of this profile needs.
    ///
    /// # Errors
    /// [`ErrorCode::StoreLocked`] when its secrets are in a vault that nobody has opened yet.
    pub async fn prepare(&self, record: &Record) -> Result<(Input, Run), WireError> {
        self.needs_open_vault(record)?;
        let credentials = self.inner.secrets.credentials(record).await;
        let input = Input {
            profile: record.profile.clone(),
            credentials,
            typed_form: record.typed_form.clone(),
            accepted_script: self.accepted_script(record).await,
            trusted_hosts: record.trusted_hosts.clone(),
            // A tenant on this computer is a sandbox, whoever started it.
            is_sandbox: self.is_sample(&record.id) || record.profile.is_loopback(),
            answers: record.answers.clone(),
            unconfirmed: SecretField::ALL
                .iter()
                .filter(|field| self.inner.secrets.state(record, **field) == SecretState::NeedsConfirmation)
                .map(|field| field.field())
                .collect(),
        };
        let mut run = Run::new(Arc::new(Probe {
            desk: self.clone(),
            kind: self.inner.secrets.source(record),
        }));
        if self.is_sample(&record.id) {
            run.simulate(&lock(&self.inner.local_faults));
            self.rehearse(&mut run).await?;
            run.test_chat = Some(Arc::new(self.sandbox_chat()));
        }
        Ok((input, run))
    }

    /// Sends a run the way that the sandbox describes.
    async fn rehearse(&self, run: &mut Run) -> Result<(), WireError> {
        let root = sandbox::Sandbox::root_certificate()
            .map_err(|error| WireError::internal("reading the sandbox's authority", error))?;
        let running = self.inner.sandbox.lock().await;
        let proxy = running
            .as_ref()
            .and_then(|rehearsal| rehearsal.sandbox.description().proxy);
        run.rehearse(root, proxy.as_deref());
        Ok(())
    }

    /// A chat with the sandbox that runs.
    fn sandbox_chat(&self) -> SandboxChat {
        let desk = self.clone();
        SandboxChat::new(move |user, session| {
            let desk = desk.clone();
            Box::pin(async move {
                let running = desk.inner.sandbox.lock().await;
                let rehearsal = running.as_ref();
                rehearsal.map(|rehearsal| rehearsal.sandbox.customer(&user, &session))
            })
        })
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
        Ok(self.recall(&request.id).await.map(|finished| finished.report))
    }

    pub(crate) async fn verify_report(&self, request: ReportRequest) -> Result<ReportText, WireError> {
        let record = self.record(&request.id).await?;
        let (report, at) = match request.run {
            Some(run) => {
                let (report, head) = self.kept_report(&record.id, run).await?;
                (report, head.at)
            }
            None => {
                let last = self.recall(&record.id).await.ok_or_else(|| {
                    WireError::new(ErrorCode::NotFound, "This profile was not verified yet.")
                        .hint("Run the verification first.")
                })?;
                (last.report, last.at)
            }
        };
        let cover = verify::Cover {
            profile: record.profile.name.clone(),
            at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let (text, ending) = match request.format {
            ReportFormat::Markdown => (report.to_markdown(), "md"),
            ReportFormat::Text => (report.to_text(false), "txt"),
            ReportFormat::Html => (report.to_html(&cover), "html"),
            ReportFormat::Json => (
                serde_json::to_string_pretty(&report)
                    .map_err(|error| WireError::internal("writing the report", error))?,
                "json",
            ),
        };
        let stem = super::profile::file_stem(&record.profile.name);
        Ok(ReportText {
            text,
            file_name: format!("{stem}-verification-{}.{ending}", at.strftime("%Y%m%d-%H%M")),
        })
    }

    pub(crate) async fn cxone_skills(&self, request: ByIdRequest) -> Result<Vec<SkillChoice>, WireError> {
        let record = self.record(&request.id).await?;
        let cancel = self.inner.stop.child_token();
        if let Some(before) = lock(&self.inner.skills).insert(record.id.clone(), cancel.clone()) {
            before.cancel();
        }
        let read = async {
            let (input, mut run) = self.prepare(&record).await?;
            run.cancel = cancel.clone();
            verify::digital_skills(input, run).await.map_err(|error| {
                WireError::new(
                    ErrorCode::Service,
                    format!("The skills could not be read: {error}"),
                )
                .hint("Run the verification: it names what is wrong with the sign-in.")
            })
        };
        let skills = tokio::select! {
            skills = tokio::time::timeout(SKILLS_LIMIT, read) => skills.map_err(|_| {
                WireError::new(ErrorCode::Service, "The skills could not be read in time.")
                    .hint("Run the verification: it names the call that is slow.")
            })??,
            () = cancel.cancelled() => {
                return Err(WireError::new(ErrorCode::Cancelled, "Reading the skills was cancelled."));
            }
        };
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

    pub(crate) async fn cxone_skills_cancel(&self, request: ByIdRequest) -> Result<Empty, WireError> {
        // What has ended meanwhile needs no cancelling.
        if let Some(reading) = lock(&self.inner.skills).remove(&request.id) {
            reading.cancel();
        }
        Ok(Empty {})
    }

    pub(crate) async fn last_run(&self, record: &Record, played: &BTreeSet<String>) -> Option<RunSummary> {
        let now = self.subject(record, played);
        let finished = self.recall(&record.id).await?;
        Some(RunSummary {
            checked: u32::try_from(finished.report.checks.len()).unwrap_or(u32::MAX),
            of: u32::try_from(finished.report.of()).unwrap_or(u32::MAX),
            stale: finished.subject != now,
            at: finished.at.to_string(),
            outcome: finished.report.outcome,
            problems: u32::try_from(finished.report.problems()).unwrap_or(u32::MAX),
            headline: finished.report.headline.clone(),
        })
    }

    /// Ends what works on a profile, and drops what it had found.
    pub(crate) fn forget_run(&self, id: &ProfileId) {
        if let Some((_, running)) = lock(&self.inner.jobs).remove(id) {
            running.cancel();
        }
        self.forget_diagnoses(id);
        lock(&self.inner.reports).remove(id);
        lock(&self.inner.plans).remove(id);
    }
}
