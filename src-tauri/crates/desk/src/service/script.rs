use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use cxone::Session;
use profile::{AcceptedScript, ProfileId, Record};
use sandbox::Sandbox;
use tokio_util::sync::CancellationToken;
use verify::Accepted;

use crate::Desk;
use crate::desk::lock;
use crate::script::Bench;
use crate::wire::{
    ByIdRequest, Empty, ErrorCode, ScriptAcceptRequest, ScriptBackupInfo, ScriptDiffRequest,
    ScriptDifference, ScriptRestoreRequest, ScriptRestored, ScriptStatus, WireError,
};

/// How long the sign-in may take.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(30);

/// Work on the script of one profile: one piece at a time, and it can be ended.
struct Turn {
    desk: Desk,
    id: ProfileId,
    cancel: CancellationToken,
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.desk.inner.script_turns).remove(&self.id);
    }
}

impl Turn {
    async fn until<T>(&self, work: impl Future<Output = Result<T, WireError>>) -> Result<T, WireError> {
        tokio::select! {
            result = work => result,
            () = self.cancel.cancelled() => {
                Err(WireError::new(ErrorCode::Cancelled, "It was stopped. The script is as it was."))
            }
        }
    }
}

impl Desk {
    pub(crate) async fn script_status(&self, request: ByIdRequest) -> Result<ScriptStatus, WireError> {
        let record = self.record(&request.id).await?;
        let busy = lock(&self.inner.script_turns).contains_key(&record.id);
        let bench = self.script_bench(&record).ok();
        let backups = match &bench {
            Some(bench) => bench.list().await?,
            None => Vec::new(),
        };
        Ok(ScriptStatus {
            name: bench.map(|bench| bench.path().to_owned()),
            accepted: record.accepted_script,
            backups,
            busy,
        })
    }

    pub(crate) async fn script_list(&self, request: ByIdRequest) -> Result<Vec<ScriptBackupInfo>, WireError> {
        let record = self.record(&request.id).await?;
        self.script_bench(&record)?.list().await
    }

    pub(crate) async fn script_backup(&self, request: ByIdRequest) -> Result<ScriptBackupInfo, WireError> {
        let (record, turn) = self.script_turn(&request.id).await?;
        let bench = self.script_bench(&record)?;
        turn.until(async { bench.backup(&self.script_session(&record).await?).await })
            .await
    }

    pub(crate) async fn script_diff(
        &self,
        request: ScriptDiffRequest,
    ) -> Result<ScriptDifference, WireError> {
        let (record, turn) = self.script_turn(&request.id).await?;
        let bench = self.script_bench(&record)?;
        turn.until(async {
            let session = self.script_session(&record).await?;
            bench.diff(&session, request.backup.as_deref()).await
        })
        .await
    }

    pub(crate) async fn script_restore(
        &self,
        request: ScriptRestoreRequest,
    ) -> Result<ScriptRestored, WireError> {
        let (record, turn) = self.script_turn(&request.id).await?;
        let bench = self.script_bench(&record)?;
        let session = turn.until(self.script_session(&record)).await?;
        let (seen, version) = (request.seen.as_str(), request.seen_version);
        bench
            .restore(&session, &request.backup, seen, version, &turn.cancel)
            .await
    }

    pub(crate) async fn script_accept(
        &self,
        request: ScriptAcceptRequest,
    ) -> Result<ScriptStatus, WireError> {
        {
            let (record, turn) = self.script_turn(&request.id).await?;
            let bench = self.script_bench(&record)?;
            let accept = async {
                let session = self.script_session(&record).await?;
                bench.accept(&session, request.seen.as_deref()).await
            };
            let accepted = turn.until(accept).await?;
            self.note_accepted(&record.id, accepted).await?;
        }
        self.script_status(ByIdRequest { id: request.id }).await
    }

    pub(crate) async fn script_cancel(&self, request: ByIdRequest) -> Result<Empty, WireError> {
        // What has ended meanwhile needs no cancelling.
        if let Some(cancel) = lock(&self.inner.script_turns).get(&request.id) {
            cancel.cancel();
        }
        Ok(Empty {})
    }

    /// The script of a profile and the place of its copies.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`] while the profile has no usable provider.
    pub fn script_bench(&self, record: &Record) -> Result<Bench, WireError> {
        let [on_disk, in_memory] = &self.inner.scripts;
        let backups = if self.inner.profiles.in_memory(&record.id) {
            in_memory
        } else {
            on_disk
        };
        let owner = record.id.as_str().to_owned();
        Bench::new(
            Arc::clone(backups),
            owner,
            &record.profile,
            record.accepted_script.clone(),
        )
    }

    /// Notes in the profile that its script was accepted.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`], [`ErrorCode::NotFound`].
    pub async fn note_accepted(&self, id: &ProfileId, accepted: AcceptedScript) -> Result<(), WireError> {
        let change = move |record: &mut Record| record.accepted_script = Some(accepted);
        self.change(id, change).await.map(drop)
    }

    async fn script_turn(&self, id: &ProfileId) -> Result<(Record, Turn), WireError> {
        let record = self.record(id).await?;
        let cancel = self.inner.stop.child_token();
        match lock(&self.inner.script_turns).entry(record.id.clone()) {
            // Two at a time would sign in twice, and one could replace what the other shows.
            Entry::Occupied(_) => {
                return Err(WireError::new(
                    ErrorCode::Invalid,
                    "Something is being done with this script already.",
                )
                .hint("Wait until it is done, or stop it."));
            }
            Entry::Vacant(free) => free.insert(cancel.clone()),
        };
        let turn = Turn {
            desk: self.clone(),
            id: record.id.clone(),
            cancel,
        };
        Ok((record, turn))
    }

    async fn script_session(&self, record: &Record) -> Result<Session, WireError> {
        // Large ones: whoever waits for them would be as large.
        let (input, run) = Box::pin(self.prepare(record)).await?;
        Box::pin(connect(input, run)).await
    }

    /// What HD-605 compares with.
    pub(crate) async fn accepted_script(&self, record: &Record) -> Option<Accepted> {
        let script = record.accepted_script.clone()?;
        let content = match self.script_bench(record) {
            Ok(bench) => bench.accepted_content().await,
            Err(_) => None,
        };
        Some(Accepted { script, content })
    }

    /// The sample comes with a script that a careful administrator accepted on its first day.
    pub(crate) async fn accept_sample(&self, sandbox: &Sandbox, id: &ProfileId) -> Result<(), WireError> {
        let record = self.record(id).await?;
        let now = jiff::Timestamp::now();
        let first = sandbox
            .handover_script()
            .and_then(|script| Accepted::new(script, now));
        if let Some(content) = first.and_then(|first| first.content) {
            let accepted = self.script_bench(&record)?.take(content).await?;
            self.note_accepted(id, accepted).await?;
        }
        Ok(())
    }

    /// Ends work on the script of a profile that is gone, and removes its copies.
    pub(crate) async fn forget_script(&self, id: &ProfileId) {
        if let Some(cancel) = lock(&self.inner.script_turns).get(id) {
            cancel.cancel();
        }
        for backups in self.inner.scripts.clone() {
            let owner = id.as_str().to_owned();
            let removed = tokio::task::spawn_blocking(move || backups.forget(&owner)).await;
            if !matches!(removed, Ok(Ok(()))) {
                tracing::warn!("the copies of a deleted profile's script could not be removed");
            }
        }
    }
}

/// Signs in for work on a script.
///
/// # Errors
/// [`ErrorCode::Service`], with the hint to verify, which names the cause.
pub async fn connect(input: verify::Input, run: verify::Run) -> Result<Session, WireError> {
    const HINT: &str = "Run the verification: it names what is wrong with the sign-in.";
    let session = tokio::time::timeout(SIGN_IN_LIMIT, verify::connect(input, run));
    let session = session
        .await
        .map_err(|_| WireError::new(ErrorCode::Service, "The sign-in to CXone took too long.").hint(HINT))?;
    session.map_err(|error| {
        WireError::new(
            ErrorCode::Service,
            format!("The script cannot be reached, because the sign-in did not work: {error}"),
        )
        .hint(HINT)
    })
}
