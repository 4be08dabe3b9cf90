//! The profiles: those of the file, and those that live in memory only.

use std::path::Path;
use std::sync::{Arc, Mutex};

use profile::{ProfileId, Record};
use store::{ProfileFile, StoreError};

use crate::desk::lock;
use crate::wire::{ErrorCode, UnreadableProfile, WireError};

/// Name of the profile file in the data folder.
const FILE: &str = "profiles.json";

/// All profiles of this program.
pub(crate) struct Profiles {
    file: Option<Arc<ProfileFile>>,
    memory: Mutex<Vec<Record>>,
    stamp: Mutex<Option<store::Stamp>>,
}

/// What was read.
pub(crate) struct All {
    /// Kept ones first, then those in memory.
    pub(crate) records: Vec<Record>,
    /// Entries that this version cannot read.
    pub(crate) unreadable: Vec<UnreadableProfile>,
    /// The file was damaged and its previous copy is in use.
    pub(crate) recovered: bool,
}

impl Profiles {
    pub(crate) fn at(folder: Option<&Path>) -> Self {
        let file = folder.map(|folder| Arc::new(ProfileFile::new(folder.join(FILE))));
        Self {
            // From here on, and not from the first look on: what another program changes in between is news too.
            stamp: Mutex::new(file.as_ref().map(|file| file.stamp())),
            file,
            memory: Mutex::default(),
        }
    }

    pub(crate) async fn all(&self) -> Result<All, WireError> {
        let loaded = match self.file.clone() {
            Some(file) => blocking("reading the profiles", move || file.load()).await?,
            None => store::Loaded::default(),
        };
        if loaded.newer {
            return Err(WireError::new(
                ErrorCode::NewerFile,
                "The profiles were written by a newer version of this program.",
            )
            .hint("Update Handover Desk, or use another data folder. Nothing was changed."));
        }
        let mut records = loaded.records;
        records.extend(lock(&self.memory).iter().cloned());
        let unreadable = loaded.unreadable.into_iter();
        Ok(All {
            records,
            unreadable: unreadable
                .map(|entry| UnreadableProfile {
                    name: entry.name,
                    reason: entry.reason,
                })
                .collect(),
            recovered: loaded.recovered,
        })
    }

    /// Moves a damaged file out of the way.
    pub(crate) async fn set_aside(&self) -> Result<(), WireError> {
        let Some(file) = self.file.clone() else {
            return Ok(());
        };
        blocking("setting the profiles aside", move || file.set_aside())
            .await
            .map(drop)
    }

    pub(crate) async fn get(&self, id: &ProfileId) -> Result<Option<Record>, WireError> {
        Ok(self
            .all()
            .await?
            .records
            .into_iter()
            .find(|record| record.id == *id))
    }

    /// Whether a profile lives in memory only.
    pub(crate) fn in_memory(&self, id: &ProfileId) -> bool {
        lock(&self.memory).iter().any(|record| record.id == *id)
    }

    /// Adds a profile to the file; in memory where there is no file.
    pub(crate) async fn add(&self, record: Record) -> Result<(), WireError> {
        match &self.file {
            Some(_) => self.update(move |records| records.push(record)).await,
            None => {
                lock(&self.memory).push(record);
                Ok(())
            }
        }
    }

    /// Adds or replaces a profile that must never reach a file.
    pub(crate) fn put_in_memory(&self, record: Record) {
        let mut memory = lock(&self.memory);
        memory.retain(|known| known.id != record.id);
        memory.push(record);
    }

    pub(crate) fn drop_from_memory(&self, id: &ProfileId) {
        lock(&self.memory).retain(|known| known.id != *id);
    }

    pub(crate) async fn change(
        &self,
        id: &ProfileId,
        change: impl FnOnce(&mut Record) + Send + 'static,
    ) -> Result<Record, WireError> {
        let mut memory_change = Some(change);
        if let Some(record) = lock(&self.memory).iter_mut().find(|record| record.id == *id)
            && let Some(change) = memory_change.take()
        {
            change(record);
            record.changed_at = jiff::Timestamp::now();
            return Ok(record.clone());
        }
        let Some(change) = memory_change else {
            return Err(gone());
        };
        let id = id.clone();
        self.update(move |records| {
            records.iter_mut().find(|record| record.id == id).map(|record| {
                change(record);
                record.changed_at = jiff::Timestamp::now();
                record.clone()
            })
        })
        .await?
        .ok_or_else(gone)
    }

    pub(crate) async fn remove(&self, id: &ProfileId) -> Result<(), WireError> {
        if self.in_memory(id) {
            self.drop_from_memory(id);
            return Ok(());
        }
        let id = id.clone();
        self.update(move |records| records.retain(|record| record.id != id))
            .await
    }

    /// Whether the file changed since this was last asked, by another program or by this one.
    pub(crate) async fn changed_elsewhere(&self) -> bool {
        let Some(file) = self.file.clone() else {
            return false;
        };
        let Ok(now) = tokio::task::spawn_blocking(move || file.stamp()).await else {
            return false;
        };
        let mut known = lock(&self.stamp);
        let changed = known.as_ref().is_some_and(|known| *known != now);
        *known = Some(now);
        changed
    }

    async fn update<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Vec<Record>) -> T + Send + 'static,
    ) -> Result<T, WireError> {
        let Some(file) = self.file.clone() else {
            return Err(gone());
        };
        blocking("keeping the profiles", move || file.update(change)).await
    }
}

fn gone() -> WireError {
    WireError::new(ErrorCode::NotFound, "This profile is no longer there.")
        .hint("It may have been deleted in another window or terminal. Choose another one.")
}

async fn blocking<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, WireError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| WireError::internal(doing, error))?
        .map_err(WireError::from)
}
