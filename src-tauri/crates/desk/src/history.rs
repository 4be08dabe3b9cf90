//! Where runs are kept: in the data folder, or in memory for profiles that live in memory only.

use std::path::Path;
use std::sync::Mutex;

use profile::ProfileId;
use store::{Archive, ArchiveError};

use crate::Desk;
use crate::desk::lock;
use crate::wire::{ErrorCode, Trouble, WireError};

/// The archives, and why the last run was not kept.
pub(crate) struct History {
    kept: Archive,
    memory: Archive,
    trouble: Mutex<Option<Trouble>>,
    /// Which state of the file was seen last.
    seen: Mutex<Option<u32>>,
}

impl History {
    pub(crate) fn at(folder: Option<&Path>) -> Result<Self, ArchiveError> {
        let memory = Archive::in_memory()?;
        Ok(Self {
            kept: match folder {
                Some(folder) => Archive::at(folder)?,
                None => memory.clone(),
            },
            memory,
            trouble: Mutex::default(),
            seen: Mutex::default(),
        })
    }

    /// Whether something was kept or deleted since this was last asked, by another program or by this one. An archive that
    /// cannot be read does not change.
    pub(crate) async fn changed_elsewhere(&self) -> bool {
        if self.kept.path().is_none_or(|path| !path.exists()) {
            return false;
        }
        let Ok(now) = self.kept.state().await else {
            return false;
        };
        lock(&self.seen).replace(now).is_some_and(|seen| seen != now)
    }

    /// Why the last run was not kept; nothing when it was.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        lock(&self.trouble).clone()
    }

    /// Notes how keeping a run went, and gives its number.
    pub(crate) fn noted(&self, kept: Result<u32, ArchiveError>) -> Result<u32, WireError> {
        let result = kept.map_err(WireError::from);
        *lock(&self.trouble) = result.as_ref().err().map(|error| Trouble {
            message: error.message.clone(),
            hint: error.hint.clone().unwrap_or_default(),
        });
        if let Err(error) = &result {
            tracing::warn!(%error, "a run was not kept");
        }
        result
    }
}

impl Desk {
    /// Where runs and measurements of a profile are kept. One call at a time never blocks an async thread.
    pub fn archive(&self, id: &ProfileId) -> &Archive {
        let history = &self.inner.history;
        match self.inner.profiles.in_memory(id) {
            true => &history.memory,
            false => &history.kept,
        }
    }

    /// Deletes everything that was kept of a profile. What cannot be deleted keeps nothing from going on.
    pub(crate) async fn forget_history(&self, id: &ProfileId) {
        let history = &self.inner.history;
        for archive in [&history.kept, &history.memory] {
            if let Err(error) = archive.delete(id).await {
                tracing::warn!(%error, "the history of a deleted profile is still there");
            }
        }
    }
}

impl From<ArchiveError> for WireError {
    fn from(error: ArchiveError) -> Self {
        Self::new(ErrorCode::Storage, error.to_string()).hint(error.hint())
    }
}
