//! The profile file: `{"version": 2, "profiles": [...]}`, shared by window and terminal.
//!
//! - Reading takes no lock: a rename makes every change visible at once.
//! - A change is one read-modify-write under the lock, so two writers lose nothing of each other's work.
//! - A record that cannot be read (damaged by hand, or with a field this version does not know) is set aside: it is
//!   reported, is in no list, and is written back value for value with every change.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use profile::Record;
use serde_json::{Map, Value};

use crate::disk::{self, Disk, System, beside};
use crate::error::{StoreAction, StoreError};
use crate::lock::{Lock, LockError};
use crate::migration::migrate;

/// The format this version writes.
pub const SCHEMA_VERSION: u64 = 2;

/// The file of all profiles. Cheap to clone; holds no lock and no open file.
#[derive(Clone)]
pub struct ProfileFile {
    path: PathBuf,
    disk: Arc<dyn Disk>,
}

impl std::fmt::Debug for ProfileFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProfileFile").field("path", &self.path).finish()
    }
}

/// What was found in the file.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    /// The profiles, in the file's order.
    pub records: Vec<Record>,
    /// Entries that cannot be read; they stay in the file.
    pub unreadable: Vec<Unreadable>,
    /// Whether the file was damaged or lost and the previous copy was read instead.
    pub recovered: bool,
    /// Whether a newer version wrote it. Then there are no records, and every change is refused.
    pub newer: bool,
    /// Which content this was.
    pub stamp: Stamp,
}

/// An entry of the file that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The profile's name, where it can be told.
    pub name: Option<String>,
    /// What is wrong with the entry.
    pub reason: String,
}

/// Identifies the content of the file at one time; equal stamps mean that nothing changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Stamp(Option<u64>);

/// A document that was read.
struct Document {
    records: Vec<Record>,
    /// Entries to write back as they are.
    kept: Vec<Value>,
    unreadable: Vec<Unreadable>,
    /// Fields beside `version` and `profiles`.
    extra: Map<String, Value>,
}

/// What is on the disk.
struct State {
    document: Document,
    /// The file's bytes when they were good: the next `.bak`.
    good: Option<Vec<u8>>,
    /// The file's bytes when they were damaged: set aside before they are replaced.
    damaged: Option<Vec<u8>>,
    recovered: bool,
    stamp: Stamp,
}

enum Unusable {
    Damaged(String),
    Newer(u64),
}

impl ProfileFile {
    /// The file at this path. Nothing is read yet, and nothing has to exist.
    pub fn new(path: impl Into<PathBuf>) -> ProfileFile {
        ProfileFile {
            path: path.into(),
            disk: Arc::new(System),
        }
    }

    #[cfg(test)]
    pub(crate) fn on(path: impl Into<PathBuf>, disk: Arc<dyn Disk>) -> ProfileFile {
        ProfileFile {
            path: path.into(),
            disk,
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the profiles. No file is no profiles; a damaged one is read from its previous copy.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        match self.read() {
            Ok(state) => Ok(Loaded {
                records: state.document.records,
                unreadable: state.document.unreadable,
                recovered: state.recovered,
                newer: false,
                stamp: state.stamp,
            }),
            Err(StoreError::Newer { .. }) => Ok(Loaded {
                newer: true,
                stamp: self.stamp(),
                ..Loaded::default()
            }),
            Err(error) => Err(error),
        }
    }

    /// Changes the profiles: one read, one change, one write, under the lock. Blocks for a few seconds at most.
    ///
    /// On an error the file is as it was. A change that leaves everything equal writes nothing.
    pub fn update<T>(&self, change: impl FnOnce(&mut Vec<Record>) -> T) -> Result<T, StoreError> {
        let write = |source| StoreError::Io {
            action: StoreAction::Write,
            path: self.path.clone(),
            source,
        };
        disk::make_folder(&self.path).map_err(write)?;
        let _lock = self.lock()?;
        let State {
            mut document,
            good,
            damaged,
            recovered,
            ..
        } = self.read()?;
        let outcome = change(&mut document.records);
        let content = document.encode()?;
        if recovered || good.as_deref() != Some(&content) {
            if let Some(damaged) = damaged {
                self.disk
                    .write_new(&beside(&self.path, "damaged"), &damaged)
                    .map_err(write)?;
            }
            disk::replace(self.disk.as_ref(), &self.path, &content, good.as_deref()).map_err(write)?;
        }
        Ok(outcome)
    }

    /// Which content the file has now. Any failure to read counts as a content of its own.
    pub fn stamp(&self) -> Stamp {
        match self.disk.read(&self.path) {
            Ok(content) => Stamp::of(content.as_deref()),
            Err(_) => Stamp(Some(0)),
        }
    }

    /// Whether the content is another one than at the time of the stamp.
    pub fn changed_since(&self, stamp: &Stamp) -> bool {
        self.stamp() != *stamp
    }

    /// Moves a damaged file and its damaged copy out of the way, so that one can start anew. Refused while either
    /// can still be read or is of a newer version; returns where the file went.
    pub fn set_aside(&self) -> Result<Option<PathBuf>, StoreError> {
        let _lock = self.lock()?;
        match self.read() {
            Err(StoreError::Damaged { .. }) => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(None),
        }
        let write = |source| StoreError::Io {
            action: StoreAction::Write,
            path: self.path.clone(),
            source,
        };
        let away = beside(&self.path, "damaged");
        for (from, to) in [
            (self.path.clone(), away.clone()),
            (beside(&self.path, "bak"), beside(&self.path, "bak.damaged")),
        ] {
            if self.disk.read(&from).map_err(write)?.is_some() {
                self.disk.rename(&from, &to).map_err(write)?;
            }
        }
        Ok(Some(away))
    }

    fn lock(&self) -> Result<Lock, StoreError> {
        let path = self.path.with_extension("lock");
        Lock::take(&path).map_err(|error| match error {
            LockError::Busy => StoreError::Busy { path },
            LockError::Io(source) => StoreError::Io {
                action: StoreAction::Lock,
                path,
                source,
            },
        })
    }

    fn read(&self) -> Result<State, StoreError> {
        let fetch = |path: &Path| {
            self.disk.read(path).map_err(|source| StoreError::Io {
                action: StoreAction::Read,
                path: path.to_owned(),
                source,
            })
        };
        let newer = |found| StoreError::Newer {
            path: self.path.clone(),
            found,
            known: SCHEMA_VERSION,
        };
        let main = fetch(&self.path)?;
        let stamp = Stamp::of(main.as_deref());
        let fault = match &main {
            Some(bytes) => match Document::decode(bytes) {
                Ok(document) => {
                    return Ok(State {
                        document,
                        good: main,
                        damaged: None,
                        recovered: false,
                        stamp,
                    });
                }
                Err(Unusable::Newer(found)) => return Err(newer(found)),
                Err(Unusable::Damaged(detail)) => Some(detail),
            },
            None => None,
        };
        let copy = fetch(&beside(&self.path, "bak"))?;
        match (copy.as_deref().map(Document::decode), fault) {
            (Some(Ok(document)), _) => Ok(State {
                document,
                good: None,
                damaged: main,
                recovered: true,
                stamp,
            }),
            (Some(Err(Unusable::Newer(found))), _) => Err(newer(found)),
            (None, None) => {
                let document = Document {
                    records: vec![],
                    kept: vec![],
                    unreadable: vec![],
                    extra: Map::new(),
                };
                Ok(State {
                    document,
                    good: None,
                    damaged: None,
                    recovered: false,
                    stamp,
                })
            }
            (Some(Err(Unusable::Damaged(_))) | None, Some(detail))
            | (Some(Err(Unusable::Damaged(detail))), None) => Err(StoreError::Damaged {
                path: self.path.clone(),
                detail,
            }),
        }
    }
}

impl Stamp {
    fn of(content: Option<&[u8]>) -> Stamp {
        Stamp(content.map(|content| {
            let mut hasher = DefaultHasher::new();
            content.hash(&mut hasher);
            hasher.finish()
        }))
    }
}

impl Document {
    fn decode(bytes: &[u8]) -> Result<Document, Unusable> {
        let damaged = |detail: &str| Unusable::Damaged(detail.to_owned());
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| Unusable::Damaged(error.to_string()))?;
        let Value::Object(mut document) = value else {
            return Err(damaged("it is not a JSON object"));
        };
        let version = match document.get("version") {
            None => 0,
            Some(version) => version
                .as_u64()
                .ok_or_else(|| damaged("its version is not a number"))?,
        };
        if version > SCHEMA_VERSION {
            return Err(Unusable::Newer(version));
        }
        if version < SCHEMA_VERSION {
            document = migrate(document, version);
        }
        document.shift_remove("version");
        let Some(Value::Array(entries)) = document.shift_remove("profiles") else {
            return Err(damaged("it has no list of profiles"));
        };
        let mut read = Document {
            records: vec![],
            kept: vec![],
            unreadable: vec![],
            extra: document,
        };
        let mut seen = BTreeSet::new();
        for entry in entries {
            let reason = match serde_json::from_value::<Record>(entry.clone()) {
                Ok(record) if seen.insert(record.id.clone()) => {
                    read.records.push(record);
                    continue;
                }
                Ok(_) => "another profile has the same id".to_owned(),
                Err(error) => error.to_string(),
            };
            let name = entry
                .pointer("/profile/name")
                .and_then(Value::as_str)
                .map(str::to_owned);
            read.unreadable.push(Unreadable { name, reason });
            read.kept.push(entry);
        }
        Ok(read)
    }

    fn encode(self) -> Result<Vec<u8>, StoreError> {
        let mut entries = self
            .records
            .iter()
            .map(serde_json::to_value)
            .collect::<Result<Vec<_>, _>>()?;
        entries.extend(self.kept);
        let mut document = Map::new();
        document.insert("version".to_owned(), Value::from(SCHEMA_VERSION));
        document.insert("profiles".to_owned(), Value::Array(entries));
        document.extend(self.extra);
        let mut content = serde_json::to_vec_pretty(&Value::Object(document))?;
        content.push(b'\n');
        Ok(content)
    }
}

#[cfg(test)]
#[path = "profiles_tests.rs"]
mod tests;
