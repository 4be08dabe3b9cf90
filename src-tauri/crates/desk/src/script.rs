//! The Studio script of one profile, and its copies on this computer: keep, compare, put back, accept.
//!
//! Works over a session that is signed in already, so that the window, a stored profile and a profile file do it alike. What
//! is shown of a script was redacted before it was compared; what is kept is whole, and stays here.

mod words;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use cxone::Session;
use cxone::scripts::{
    CURRENT, Content, Difference, Fingerprint, Order, ReadBack, RestoreError, Stage, Version, history, read,
    restore,
};
use jiff::Timestamp;
use profile::{AcceptedScript, Profile};
use store::{BackupReason, ScriptBackup, ScriptBackups};
use tokio_util::sync::CancellationToken;

pub use crate::service::connect_script as connect;
use crate::wire::{
    ErrorCode, ScriptBackupInfo, ScriptBackupReason, ScriptDifference, ScriptInCxone, ScriptReadBack,
    ScriptRestored, WireError,
};

/// How long a piece of work on a script may take, without the sign-in.
const LIMIT: Duration = Duration::from_secs(60);

/// Where one script is, in CXone and here.
pub struct Bench {
    backups: Arc<ScriptBackups>,
    owner: String,
    path: String,
    tenant_id: String,
    accepted: Option<AcceptedScript>,
}

impl Bench {
    /// The script of a profile's provider. `owner` names the place of its copies.
    ///
    /// # Errors
    /// [`ErrorCode::Invalid`] while the profile has no usable provider: the script is named after it.
    pub fn new(
        backups: Arc<ScriptBackups>,
        owner: String,
        profile: &Profile,
        accepted: Option<AcceptedScript>,
    ) -> Result<Self, WireError> {
        let provider = profile.provider().map_err(|error| {
            WireError::new(
                ErrorCode::Invalid,
                format!("The script is named after the provider, and that is not usable yet: {error}"),
            )
            .hint(error.hint())
        })?;
        Ok(Self {
            backups,
            owner,
            path: verify::script_path(&provider.id),
            tenant_id: profile.cxone.tenant_id.clone().unwrap_or_default(),
            accepted,
        })
    }

    /// The script of a profile file: its copies are kept under the provider's id, and nothing was accepted.
    ///
    /// # Errors
    /// As [`Bench::new`].
    pub fn of_file(data: &std::path::Path, profile: &Profile) -> Result<Self, WireError> {
        let owner = profile.provider().map(|provider| provider.id).unwrap_or_default();
        let backups = Arc::new(ScriptBackups::in_folder(data));
        Self::new(backups, format!("provider-{owner}"), profile, None)
    }

    /// The script's full path in CXone.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is shown of a copy.
    pub fn info(&self, backup: &ScriptBackup) -> ScriptBackupInfo {
        let accepted = self
            .accepted
            .as_ref()
            .and_then(|accepted| accepted.backup.as_deref());
        let file = self.backups.path(&self.owner, &backup.id);
        ScriptBackupInfo {
            id: backup.id.clone(),
            at: backup.taken_at.to_string(),
            reason: match backup.reason {
                BackupReason::Asked => ScriptBackupReason::Asked,
                BackupReason::BeforeRestore => ScriptBackupReason::BeforeRestore,
                BackupReason::Accepted => ScriptBackupReason::Accepted,
            },
            name: backup.name.clone(),
            version: backup.version,
            fingerprint: backup.fingerprint.clone(),
            tenant_id: backup.tenant_id.clone(),
            file: file.map(|file| file.to_string_lossy().into_owned()),
            accepted: accepted == Some(backup.id.as_str()),
        }
    }

    /// The file of a copy; none where it is in memory.
    pub fn file(&self, info: &ScriptBackupInfo) -> Option<PathBuf> {
        self.backups.path(&self.owner, &info.id)
    }

    /// The copies, the newest first.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`].
    pub async fn list(&self) -> Result<Vec<ScriptBackupInfo>, WireError> {
        let found = self.blocking(|backups, owner| backups.list(owner)).await?;
        Ok(found.iter().map(|backup| self.info(backup)).collect())
    }

    /// Keeps a copy of what is in CXone.
    ///
    /// # Errors
    /// What CXone said, or [`ErrorCode::Storage`].
    pub async fn backup(&self, session: &Session) -> Result<ScriptBackupInfo, WireError> {
        let content = self.read(session).await?;
        let kept = self.keep(content, BackupReason::Asked).await?;
        Ok(self.info(&kept))
    }

    /// What differs between a copy and what is in CXone.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] without a copy; what CXone said; [`ErrorCode::Storage`].
    pub async fn diff(&self, session: &Session, backup: Option<&str>) -> Result<ScriptDifference, WireError> {
        let backup = self.choose(backup).await?;
        let kept = content(&backup)?;
        let (current, versions) = tokio::join!(self.read(session), history(session, &self.path));
        let current = current?;
        // Who saved it is good to know and no reason to show nothing.
        let last = versions.ok().as_deref().and_then(last).cloned();
        let lock = current.lock();
        let difference = self.between(session, &kept, &current);
        Ok(ScriptDifference {
            backup: self.info(&backup),
            current: ScriptInCxone {
                version: current.version(),
                fingerprint: current.fingerprint().to_string(),
                changed_by: last.as_ref().and_then(|last| last.by.clone()),
                changed_at: last.and_then(|last| last.at),
                locked: lock.is_some(),
                locked_by: lock.and_then(|lock| lock.by),
            },
            equal: difference.is_empty(),
            changes: difference.changes.iter().map(words::change).collect(),
            lines: difference.lines.into_iter().map(words::line).collect(),
        })
    }

    /// Puts a copy back over the script whose fingerprint and version were shown. `cancel` ends it at once.
    ///
    /// # Errors
    /// [`ErrorCode::Changed`] when the script is another one by now; [`ErrorCode::Cancelled`], which says whether CXone may
    /// have saved; what CXone said; [`ErrorCode::Storage`].
    pub async fn restore(
        &self,
        session: &Session,
        backup: &str,
        seen: &str,
        seen_version: Option<i64>,
        cancel: &CancellationToken,
    ) -> Result<ScriptRestored, WireError> {
        let backup = self.choose(Some(backup)).await?;
        if backup.name != self.path {
            return Err(WireError::new(
                ErrorCode::Invalid,
                format!("This copy is of another script: {}.", backup.name),
            )
            .hint("Choose a copy of this provider's script."));
        }
        let wanted = content(&backup)?;
        let seen = Fingerprint::stored(seen);
        let order = Order {
            path: &self.path,
            wanted: &wanted,
            seen: &seen,
            seen_version,
        };
        let reached = AtomicU8::new(Stage::Reading as u8);
        let mut undo = None;
        let work = restore(
            session,
            order,
            |stage| reached.store(stage as u8, Ordering::Relaxed),
            |current| {
                let undo = &mut undo;
                async move {
                    *undo = Some(self.keep(current, BackupReason::BeforeRestore).await?);
                    Ok::<(), WireError>(())
                }
            },
        );
        let result = tokio::select! {
            // Whoever stopped it comes first: nothing is sent that was cancelled before.
            biased;
            () = cancel.cancelled() => Err(ErrorCode::Cancelled),
            result = tokio::time::timeout(LIMIT, work) => match result {
                Ok(result) => Ok(result),
                Err(_) => Err(ErrorCode::Service),
            },
        };
        let undo = undo.map(|undo| self.info(&undo));
        let restored = match result {
            Ok(Ok(restored)) => restored,
            Ok(Err(error)) => return Err(words::refused(&self.path, error, undo.as_ref())),
            Err(code) => {
                let sent = reached.load(Ordering::Relaxed) >= Stage::Saving as u8;
                return Err(words::broken_off(code, sent, undo.as_ref()));
            }
        };
        let Some(undo) = undo else {
            let cause = "there is no copy of what was there before";
            return Err(WireError::internal("putting the script back", cause));
        };
        let warnings = restored.saved.warnings.iter().map(words::remark).collect();
        let (read_back, message, changes) = match restored.read_back {
            ReadBack::Equal => (
                ScriptReadBack::Equal,
                "The script was put back, and CXone shows it so.".to_owned(),
                Vec::new(),
            ),
            ReadBack::Differs(now) => (
                ScriptReadBack::Differs,
                "CXone saved the script, but shows another one than the copy. Look at what differs."
                    .to_owned(),
                self.between(session, &wanted, &now)
                    .changes
                    .iter()
                    .map(words::change)
                    .collect(),
            ),
            ReadBack::Unread(error) => (
                ScriptReadBack::Unread,
                format!(
                    "CXone saved the script, but it could not be read afterwards: {error}. Compare it again."
                ),
                Vec::new(),
            ),
        };
        Ok(ScriptRestored {
            version: restored.saved.version,
            warnings,
            read_back,
            message,
            changes,
            undo,
        })
    }

    /// Keeps a copy of what is in CXone as the accepted one. Whoever calls this notes it in the profile.
    ///
    /// # Errors
    /// [`ErrorCode::Changed`] when it is not what was shown; what CXone said; [`ErrorCode::Storage`].
    pub async fn accept(&self, session: &Session, seen: Option<&str>) -> Result<AcceptedScript, WireError> {
        let content = self.read(session).await?;
        if seen.is_some_and(|seen| seen != content.fingerprint().as_str()) {
            return Err(WireError::new(
                ErrorCode::Changed,
                "The script is not the one that was shown any more. Nothing was accepted.",
            )
            .hint("Compare again, and accept what you see then."));
        }
        self.take(content).await
    }

    /// Keeps a script as the accepted one.
    pub(crate) async fn take(&self, content: Content) -> Result<AcceptedScript, WireError> {
        let kept = self.keep(content, BackupReason::Accepted).await?;
        Ok(AcceptedScript {
            name: kept.name,
            version: kept.version,
            fingerprint: kept.fingerprint,
            at: kept.taken_at,
            backup: Some(kept.id),
        })
    }

    /// The content of the accepted script, if its copy is still there.
    pub(crate) async fn accepted_content(&self) -> Option<Content> {
        let id = self.accepted.as_ref()?.backup.clone()?;
        let loaded = self
            .blocking(move |backups, owner| backups.load(owner, &id))
            .await;
        loaded
            .ok()
            .flatten()
            .and_then(|backup| Content::new(backup.content))
    }

    async fn read(&self, session: &Session) -> Result<Content, WireError> {
        tokio::time::timeout(LIMIT, read(session, &self.path))
            .await
            .map_err(|_| WireError::new(ErrorCode::Service, "CXone did not hand out the script in time."))?
            .map_err(|error| words::unread(&self.path, &error))
    }

    async fn keep(&self, content: Content, reason: BackupReason) -> Result<ScriptBackup, WireError> {
        let backup = ScriptBackup::new(
            Timestamp::now(),
            reason,
            self.tenant_id.clone(),
            self.path.clone(),
            content.version(),
            content.fingerprint().to_string(),
            content.value().clone(),
        );
        let spare = self
            .accepted
            .as_ref()
            .and_then(|accepted| accepted.backup.clone());
        self.blocking(move |backups, owner| backups.keep(owner, backup, spare.as_deref()))
            .await
    }

    /// A copy by its id; without one the accepted copy, else the newest.
    async fn choose(&self, id: Option<&str>) -> Result<ScriptBackup, WireError> {
        let accepted = self
            .accepted
            .as_ref()
            .and_then(|accepted| accepted.backup.as_deref());
        if let Some(wanted) = id.or(accepted) {
            let wanted = wanted.to_owned();
            let found = self
                .blocking(move |backups, owner| backups.load(owner, &wanted))
                .await?;
            match found {
                Some(found) => return Ok(found),
                None if id.is_some() => {
                    return Err(
                        WireError::new(ErrorCode::NotFound, "There is no such copy of the script.")
                            .hint("`handover script list` names the copies."),
                    );
                }
                None => {}
            }
        }
        let mut all = self
            .blocking(|backups, owner| backups.list(owner))
            .await?
            .into_iter();
        all.next().ok_or_else(|| {
            WireError::new(
                ErrorCode::NotFound,
                "There is no copy of the script to compare with yet.",
            )
            .hint("Keep one first: back the script up, or accept it.")
        })
    }

    fn between(&self, session: &Session, from: &Content, to: &Content) -> Difference {
        let redactor = session.client().redactor();
        let shown = |content: &Content| content.meaning().redacted(redactor);
        Difference::between(&shown(from), &shown(to))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ScriptBackups, &str) -> Result<T, store::StoreError> + Send + 'static,
    ) -> Result<T, WireError> {
        let (backups, owner) = (Arc::clone(&self.backups), self.owner.clone());
        let result = tokio::task::spawn_blocking(move || work(&backups, &owner)).await;
        let result = result.map_err(|error| WireError::internal("keeping copies of the script", error))?;
        result.map_err(words::storage)
    }
}

fn content(backup: &ScriptBackup) -> Result<Content, WireError> {
    Content::new(backup.content.clone()).ok_or_else(|| {
        WireError::new(ErrorCode::Storage, "This copy of the script is damaged.").hint("Choose another copy.")
    })
}

/// The version that runs.
fn last(versions: &[Version]) -> Option<&Version> {
    let current = |version: &&Version| version.status.as_deref() == Some(CURRENT);
    versions.iter().find(current).or(versions.first())
}

/// What became of a restore that somebody else's change, a lock or a refusal ended.
pub(crate) type Refusal = RestoreError<WireError>;
