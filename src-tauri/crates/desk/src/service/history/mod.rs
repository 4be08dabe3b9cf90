mod diff;
mod kept;

use profile::ProfileId;
use store::archive::{Entry, Head, Kind};
use verify::Report;

use crate::Desk;
use crate::desk::lock;
use crate::wire::{
    DiffRequest, Empty, ErrorCode, Event, HistoryDelete, HistoryList, HistoryRequest, RunDiff, RunHead,
    RunRequest, RunView, WireError,
};
pub(crate) use kept::{Circumstance, Finished, Subject, Verified};

/// How many runs a list has when nobody says.
const PAGE: u32 = 50;

impl Desk {
    pub(crate) async fn history_list(&self, request: HistoryRequest) -> Result<HistoryList, WireError> {
        self.record(&request.id).await?;
        let limit = request.limit.unwrap_or(PAGE) as usize;
        // One more tells whether there are older ones.
        let archive = self.archive(&request.id);
        let mut heads = archive
            .list(&request.id, Kind::Verify, request.before, limit.saturating_add(1))
            .await?;
        let more = heads.len() > limit;
        heads.truncate(limit);
        Ok(HistoryList {
            runs: heads.into_iter().filter_map(head).collect(),
            more,
            trouble: self.inner.history.trouble(),
        })
    }

    pub(crate) async fn history_get(&self, request: RunRequest) -> Result<RunView, WireError> {
        let (head, verified) = self.kept_run(&request.id, request.run).await?;
        Ok(RunView {
            head,
            snapshot: verified.subject.snapshot(),
            report: verified.report,
        })
    }

    pub(crate) async fn history_diff(&self, request: DiffRequest) -> Result<RunDiff, WireError> {
        let id = &request.id;
        let after = match request.after {
            Some(run) => run,
            None => self.run_before(id, None).await?,
        };
        let before = match request.before {
            Some(run) => run,
            None => self.run_before(id, Some(after)).await?,
        };
        let before = self.kept_run(id, before).await?;
        let after = self.kept_run(id, after).await?;
        Ok(diff::between(&before, &after))
    }

    pub(crate) async fn history_delete(&self, request: HistoryDelete) -> Result<Empty, WireError> {
        self.record(&request.id).await?;
        let archive = self.archive(&request.id);
        match request.run {
            Some(run) => {
                if !archive.remove(&request.id, run).await? {
                    return Err(no_such_run(run));
                }
            }
            None => drop(archive.delete_kind(&request.id, Kind::Verify).await?),
        }
        // What was read of it before must not outlive it.
        lock(&self.inner.reports).remove(&request.id);
        self.emit(Event::History {
            profile_id: Some(request.id),
        });
        self.emit(Event::Profiles {});
        Ok(Empty {})
    }

    /// The report of a run that was kept.
    pub(crate) async fn kept_report(&self, id: &ProfileId, run: u32) -> Result<(Report, RunHead), WireError> {
        let (head, verified) = self.kept_run(id, run).await?;
        Ok((verified.report, head))
    }

    async fn kept_run(&self, id: &ProfileId, run: u32) -> Result<(RunHead, Verified), WireError> {
        self.record(id).await?;
        let entry = self.archive(id).get(run).await?;
        entry
            .filter(|entry| entry.head.profile_id == *id && entry.head.kind == Kind::Verify)
            .and_then(read)
            .ok_or_else(|| no_such_run(run))
    }

    /// The number of the run before another one, or of the newest.
    async fn run_before(&self, id: &ProfileId, run: Option<u32>) -> Result<u32, WireError> {
        let newest = self.archive(id).list(id, Kind::Verify, run, 1).await?;
        newest.first().map(|head| head.id).ok_or_else(|| {
            let message = match run {
                None => "No run of this profile is kept yet.".to_owned(),
                Some(run) => format!("There is no run before {run} to compare with."),
            };
            WireError::new(ErrorCode::NotFound, message).hint("Verify the profile, then compare.")
        })
    }
}

/// A head of this version's form; others are left out of lists.
fn head(head: Head) -> Option<RunHead> {
    Some(RunHead {
        run: head.id,
        at: head.at,
        outcome: serde_json::from_value(head.outcome.into()).ok()?,
        headline: head.summary,
        duration_ms: head.duration_ms,
        facts: serde_json::from_value(head.facts).ok()?,
    })
}

fn read(entry: Entry) -> Option<(RunHead, Verified)> {
    let verified = serde_json::from_value(entry.body)
        .inspect_err(|error| tracing::warn!(%error, "a kept run is not in a known form"))
        .ok()?;
    Some((head(entry.head)?, verified))
}

fn no_such_run(run: u32) -> WireError {
    WireError::new(
        ErrorCode::NotFound,
        format!("There is no run {run} of this profile."),
    )
    .hint(
        "It may have been deleted, or a newer version made it. `handover history list` shows what is there.",
    )
}
