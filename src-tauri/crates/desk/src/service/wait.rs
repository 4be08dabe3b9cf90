use std::sync::Arc;
use std::time::Duration;

use diagnose::{Chart, Ended, Patience, Plan, Point, SystemSleeper, Verdict, Wait, csv, wait};
use jiff::{SignedDuration, Timestamp};
use profile::{ProfileId, Record};
use store::archive;
use tokio_util::sync::CancellationToken;

use super::diagnose::word;
use crate::Desk;
use crate::desk::lock;
use crate::service::DiagnoseOptions;
use crate::wire::{ByIdRequest, ChartText, ErrorCode, Event, JobId, WaitRequest, WaitView, WireError};

/// Looks of a wait that may wait for the archive.
const QUEUE: usize = 64;

/// A wait of a profile, under way or over.
pub(crate) struct Waiting {
    since: Timestamp,
    next_at: Option<Timestamp>,
    points: Vec<Point>,
    verdict: Option<Verdict>,
    ended: Option<Ended>,
    error: Option<WireError>,
    cancel: CancellationToken,
    /// Which of the profile's waits it is.
    number: JobId,
}

impl Waiting {
    fn view(&self, id: &ProfileId) -> WaitView {
        WaitView {
            profile_id: id.clone(),
            since: self.since.to_string(),
            next_at: self.next_at.map(|at| at.to_string()),
            chart: Chart::of(self.points.clone()),
            verdict: self.verdict.clone(),
            ended: self.ended,
            error: self.error.clone(),
        }
    }

    fn goes_on(&self) -> bool {
        self.ended.is_none() && self.error.is_none()
    }
}

impl Desk {
    pub(crate) async fn diagnose_wait_start(&self, request: WaitRequest) -> Result<WaitView, WireError> {
        let budget = DiagnoseOptions::new(None, request.budget_ms, false)?.budget;
        let record = self.record(&request.id).await?;
        self.needs_open_vault(&record)?;
        let cancel = self.inner.stop.child_token();
        let number = JobId(uuid::Uuid::new_v4().to_string());
        {
            let mut waits = lock(&self.inner.waits);
            if let Some(known) = waits.get(&record.id).filter(|known| known.goes_on()) {
                return Ok(known.view(&record.id));
            }
            let waiting = Waiting {
                since: Timestamp::now(),
                next_at: None,
                points: Vec::new(),
                verdict: None,
                ended: None,
                error: None,
                cancel: cancel.clone(),
                number: number.clone(),
            };
            waits.insert(record.id.clone(), waiting);
        }
        let (desk, id) = (self.clone(), record.id.clone());
        tokio::spawn(async move {
            let (working, own) = (desk.clone(), number.clone());
            let work = tokio::spawn(async move { working.wait_for(record, budget, own, cancel).await });
            let ended = work
                .await
                .unwrap_or_else(|error| Err(WireError::internal("waiting", error)));
            desk.waited(&id, &number, ended);
        });
        self.diagnose_waiting(ByIdRequest { id: request.id })
            .await?
            .ok_or_else(|| WireError::new(ErrorCode::NotFound, "The wait is over."))
    }

    async fn wait_for(
        &self,
        record: Record,
        budget: Duration,
        number: JobId,
        cancel: CancellationToken,
    ) -> Result<Ended, WireError> {
        let (subject, plan) = match self.diagnose_plan(&record, &cancel).await {
            Err(error) if error.code == ErrorCode::Cancelled => return Ok(Ended::Stopped),
            prepared => prepared?,
        };
        let plan = Plan {
            budget,
            cancel,
            ..plan
        };
        let (looks, mut kept) = tokio::sync::mpsc::channel::<(Point, String)>(QUEUE);
        let archive = self.archive(&record.id).clone();
        let keeping = {
            let id = record.id.clone();
            tokio::spawn(async move {
                while let Some((point, summary)) = kept.recv().await {
                    let Ok(entry) = probed(&id, &point, summary) else {
                        continue;
                    };
                    if let Err(error) = archive.add(entry).await {
                        tracing::warn!(%error, "a look was not kept on disk");
                    }
                }
            })
        };
        let (desk, id) = (self.clone(), record.id.clone());
        let ended = wait(Wait {
            subject: &subject,
            plan: &plan,
            patience: Patience::default(),
            sleeper: Arc::new(SystemSleeper),
            on_point: Arc::new(move |point, verdict, pause| {
                // The chart on the screen is complete even if the archive lags so far behind.
                if looks.try_send((point.clone(), verdict.message.clone())).is_err() {
                    tracing::warn!("a look is not kept on disk: too many wait for it");
                }
                desk.looked(&id, &number, point, verdict, pause);
            }),
        })
        .await;
        if let Err(error) = keeping.await {
            tracing::warn!(%error, "the looks were not kept to the end");
        }
        let waited = ended.map_err(|error| {
            WireError::new(ErrorCode::Invalid, format!("The wait could not begin: {error}"))
                .hint("Check the proxy and certificate settings of this computer.")
        })?;
        Ok(waited.ended)
    }

    fn looked(&self, id: &ProfileId, number: &JobId, point: &Point, verdict: &Verdict, pause: Duration) {
        if let Some(waiting) = lock(&self.inner.waits).get_mut(id)
            && waiting.number == *number
            && waiting.goes_on()
        {
            waiting.points.push(point.clone());
            waiting.verdict = Some(verdict.clone());
            let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::ZERO);
            waiting.next_at = Timestamp::now().checked_add(pause).ok();
        }
        self.emit(Event::Waiting {
            profile_id: id.clone(),
        });
    }

    /// The task of a wait is over. One that was replaced meanwhile has nothing to say.
    fn waited(&self, id: &ProfileId, number: &JobId, ended: Result<Ended, WireError>) {
        if let Some(waiting) = lock(&self.inner.waits).get_mut(id)
            && waiting.goes_on()
            && waiting.number == *number
        {
            waiting.next_at = None;
            match ended {
                Ok(ended) => waiting.ended = Some(ended),
                Err(error) => waiting.error = Some(error),
            }
        }
        self.emit(Event::Waiting {
            profile_id: id.clone(),
        });
    }

    pub(crate) async fn diagnose_wait_stop(
        &self,
        request: ByIdRequest,
    ) -> Result<Option<WaitView>, WireError> {
        if let Some(waiting) = lock(&self.inner.waits).get_mut(&request.id)
            && waiting.goes_on()
        {
            waiting.cancel.cancel();
            // At once, whatever the look under way is doing.
            waiting.ended = Some(Ended::Stopped);
            waiting.next_at = None;
        }
        self.emit(Event::Waiting {
            profile_id: request.id.clone(),
        });
        self.diagnose_waiting(request).await
    }

    pub(crate) async fn diagnose_waiting(&self, request: ByIdRequest) -> Result<Option<WaitView>, WireError> {
        Ok(lock(&self.inner.waits)
            .get(&request.id)
            .map(|waiting| waiting.view(&request.id)))
    }

    pub(crate) async fn diagnose_chart(&self, request: ByIdRequest) -> Result<ChartText, WireError> {
        let waits = lock(&self.inner.waits);
        let waiting = waits.get(&request.id).ok_or_else(|| {
            WireError::new(ErrorCode::NotFound, "There is no chart of this profile.")
                .hint("It is drawn while Handover Desk waits until CXone is well again.")
        })?;
        Ok(ChartText {
            csv: csv(&waiting.points),
        })
    }

    pub(crate) fn forget_wait(&self, id: &ProfileId) {
        if let Some(waiting) = lock(&self.inner.waits).remove(id) {
            waiting.cancel.cancel();
        }
    }
}

fn probed(id: &ProfileId, point: &Point, summary: String) -> Result<archive::NewEntry, serde_json::Error> {
    Ok(archive::NewEntry {
        profile_id: id.clone(),
        kind: archive::Kind::Probe,
        at: point.at,
        outcome: word(&point.state)?,
        duration_ms: point.ms as u32,
        summary,
        facts: serde_json::json!({ "code": point.code, "call": point.call, "side": point.side }),
        body: serde_json::to_value(point)?,
    })
}
