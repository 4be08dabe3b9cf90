//! Copies of Studio scripts: `scripts/<owner>/<time>-<name>.json`, readable by this user alone, the newest 50 an owner.
//!
//! A script may hold secrets of the tenant, such as tokens of its integrations, and is kept as it is: a redacted copy could
//! not be put back. So a copy never leaves this computer by itself.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::disk::{Disk, System, make_folder, replace};
use crate::error::{StoreAction, StoreError};
use crate::lock::{Lock, LockError};

/// Copies of one owner that are kept; older ones go.
pub const KEPT_BACKUPS: usize = 50;

/// The format this version writes.
const FORMAT: u32 = 1;
/// Longest part of a file name that comes from the script's name, in characters.
const LONGEST_NAME: usize = 60;

/// A copy of a script.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ScriptBackup {
    /// Format of the file.
    format: u32,
    /// Names it among the copies of its owner. Part of the file's name and not of its content.
    #[serde(skip)]
    pub id: String,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// Why it was taken.
    pub reason: BackupReason,
    /// Tenant ID of the profile at that time.
    pub tenant_id: String,
    /// The script's full path in CXone.
    pub name: String,
    /// CXone's number of the version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// SHA-256 of what the script does.
    pub fingerprint: String,
    /// The script (`scriptContent`), as CXone gave it.
    pub content: Value,
}

impl std::fmt::Debug for ScriptBackup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptBackup")
            .field("id", &self.id)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

/// Why a copy was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackupReason {
    /// Somebody asked for it.
    Asked,
    /// The script was about to be replaced.
    BeforeRestore,
    /// The script was accepted as it was.
    Accepted,
}

impl ScriptBackup {
    /// A copy, not kept yet.
    pub fn new(
        taken_at: Timestamp,
        reason: BackupReason,
        tenant_id: String,
        name: String,
        version: Option<i64>,
        fingerprint: String,
        content: Value,
    ) -> Self {
        Self {
            format: FORMAT,
            id: String::new(),
            taken_at,
            reason,
            tenant_id,
            name,
            version,
            fingerprint,
            content,
        }
    }

    /// `20260105T090000.000Z-cognigy-handover-script-69f9`: sorts by time, and is safe as a file's name.
    fn stem(&self) -> String {
        let last = self.name.rsplit('\\').next().unwrap_or_default();
        let mut slug = String::new();
        for c in last.chars().take(LONGEST_NAME) {
            match c {
                c if c.is_ascii_alphanumeric() => slug.push(c.to_ascii_lowercase()),
                _ if slug.ends_with('-') => {}
                _ => slug.push('-'),
            }
        }
        let slug = slug.trim_matches('-');
        let slug = if slug.is_empty() { "script" } else { slug };
        format!("{}-{slug}", self.taken_at.strftime("%Y%m%dT%H%M%S%.3fZ"))
    }
}

/// The copies, by owner: a profile, or the provider of a profile file.
#[derive(Debug)]
pub struct ScriptBackups {
    /// None keeps them in memory.
    folder: Option<PathBuf>,
    memory: Mutex<BTreeMap<String, Vec<ScriptBackup>>>,
}

impl ScriptBackups {
    /// Those in a data folder. Nothing has to exist yet.
    pub fn in_folder(data: &Path) -> Self {
        Self {
            folder: Some(data.join("scripts")),
            memory: Mutex::default(),
        }
    }

    /// Those of this process, gone with it.
    pub fn in_memory() -> Self {
        Self {
            folder: None,
            memory: Mutex::default(),
        }
    }

    /// The file of a copy, where there are files.
    pub fn path(&self, owner: &str, id: &str) -> Option<PathBuf> {
        let folder = self.folder_of(owner)?;
        Some(folder.join(format!("{id}.json")))
    }

    fn folder_of(&self, owner: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(owner))
    }

    /// Keeps a copy and names it. Of older ones the newest [`KEPT_BACKUPS`] stay, and the one called `spare`.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Busy`], [`StoreError::Encode`]. Nothing that was kept is lost.
    pub fn keep(
        &self,
        owner: &str,
        backup: ScriptBackup,
        spare: Option<&str>,
    ) -> Result<ScriptBackup, StoreError> {
        let stem = backup.stem();
        let named = |number: u32| match number {
            1 => stem.clone(),
            number => format!("{stem}-{number}"),
        };
        let name = |taken: &dyn Fn(&str) -> bool| {
            (1..)
                .map(named)
                .find(|id| !taken(id))
                .unwrap_or_else(|| stem.clone())
        };
        let Some(folder) = self.folder_of(owner) else {
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = memory.entry(owner.to_owned()).or_default();
            let id = name(&|id| kept.iter().any(|known| known.id == id));
            let backup = ScriptBackup { id, ..backup };
            kept.push(backup.clone());
            kept.sort_by(newest);
            let old = too_many(kept.iter().map(|each| each.id.as_str()), spare);
            kept.retain(|each| !old.contains(&each.id));
            return Ok(backup);
        };
        if !is_plain(owner) {
            let error = io::Error::new(io::ErrorKind::InvalidInput, "not a folder's name");
            return Err(io_error(StoreAction::Write, &folder)(error));
        }
        make_folder(&folder.join("lock")).map_err(io_error(StoreAction::Write, &folder))?;
        let lock = folder.join("lock");
        let _lock = Lock::take(&lock).map_err(|error| match error {
            LockError::Busy => StoreError::Busy { path: lock.clone() },
            LockError::Io(source) => io_error(StoreAction::Lock, &lock)(source),
        })?;
        let file = |id: &str| folder.join(format!("{id}.json"));
        let id = name(&|id| file(id).exists());
        let path = file(&id);
        let backup = ScriptBackup { id, ..backup };
        let mut text = serde_json::to_vec_pretty(&backup)?;
        text.push(b'\n');
        replace(&System, &path, &text, None).map_err(io_error(StoreAction::Write, &path))?;
        // What is too old goes last: a disk that refuses it has kept the new copy all the same.
        if let Ok(ids) = ids(&folder) {
            for id in too_many(ids.iter().map(String::as_str), spare) {
                if let Err(error) = System.remove(&file(&id)) {
                    tracing::warn!(%error, "an old copy of a script could not be removed");
                }
            }
        }
        Ok(backup)
    }

    /// The copies, the newest first. A file that cannot be read is left out, and told in the log.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read.
    pub fn list(&self, owner: &str) -> Result<Vec<ScriptBackup>, StoreError> {
        let Some(folder) = self.folder_of(owner).filter(|_| is_plain(owner)) else {
            let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(memory.get(owner).cloned().unwrap_or_default());
        };
        let ids = match ids(&folder) {
            Ok(ids) => ids,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(io_error(StoreAction::Read, &folder)(error)),
        };
        let mut found = Vec::new();
        for id in ids {
            match self.load(owner, &id) {
                Ok(backup) => found.extend(backup),
                Err(error) => tracing::warn!(%error, "a copy of a script cannot be read"),
            }
        }
        found.sort_by(newest);
        Ok(found)
    }

    /// One copy; none where there is none of this id.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Damaged`], [`StoreError::Newer`].
    pub fn load(&self, owner: &str, id: &str) -> Result<Option<ScriptBackup>, StoreError> {
        let Some(path) = self.path(owner, id) else {
            let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = memory.get(owner).into_iter().flatten();
            return Ok(kept.clone().find(|backup| backup.id == id).cloned());
        };
        // Ids come from outside: one that is no file's name names no copy.
        if !is_plain(owner) || !is_plain(id) {
            return Ok(None);
        }
        let Some(bytes) = System.read(&path).map_err(io_error(StoreAction::Read, &path))? else {
            return Ok(None);
        };
        let damaged = |detail: serde_json::Error| StoreError::Damaged {
            path: path.clone(),
            detail: detail.to_string(),
        };
        let value: Value = serde_json::from_slice(&bytes).map_err(damaged)?;
        let format = value["format"].as_u64().unwrap_or_default();
        if format > u64::from(FORMAT) {
            return Err(StoreError::Newer {
                path,
                found: format,
                known: u64::from(FORMAT),
            });
        }
        let backup: ScriptBackup = serde_json::from_value(value).map_err(damaged)?;
        Ok(Some(ScriptBackup {
            id: id.to_owned(),
            ..backup
        }))
    }

    /// Removes all copies of an owner.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn forget(&self, owner: &str) -> Result<(), StoreError> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.remove(owner);
        let Some(folder) = self.folder_of(owner).filter(|_| is_plain(owner)) else {
            return Ok(());
        };
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(io_error(StoreAction::Write, &folder)(error))
            }
            _ => Ok(()),
        }
    }
}

fn newest(one: &ScriptBackup, other: &ScriptBackup) -> std::cmp::Ordering {
    (other.taken_at, &other.id).cmp(&(one.taken_at, &one.id))
}

/// The ids that have to go, of ids with the newest first.
fn too_many<'a>(ids: impl Iterator<Item = &'a str>, spare: Option<&str>) -> Vec<String> {
    ids.skip(KEPT_BACKUPS)
        .filter(|id| Some(*id) != spare)
        .map(str::to_owned)
        .collect()
}

/// The ids of the files in a folder, the newest first.
fn ids(folder: &Path) -> io::Result<Vec<String>> {
    let mut ids = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        ids.extend(
            name.to_str()
                .and_then(|name| name.strip_suffix(".json"))
                .map(str::to_owned),
        );
    }
    ids.sort_by(|one, other| other.cmp(one));
    Ok(ids)
}

/// Whether a text can be one step of a path and nothing else.
fn is_plain(name: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.len() <= 200 && name.chars().all(known)
}

fn io_error(action: StoreAction, path: &Path) -> impl Fn(io::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |source| StoreError::Io {
        action,
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn backup(second: i64, token: &str) -> ScriptBackup {
        ScriptBackup::new(
            Timestamp::from_second(second).unwrap(),
            BackupReason::Asked,
            "sim_tenant".to_owned(),
            "Cognigy\\Cognigy Handover Script 69f9".to_owned(),
            Some(7),
            "f".repeat(64),
            json!({ "header": {}, "actions": {}, "note": token }),
        )
    }

    fn stores() -> (tempfile::TempDir, [ScriptBackups; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let stores = [
            ScriptBackups::in_folder(folder.path()),
            ScriptBackups::in_memory(),
        ];
        (folder, stores)
    }

    #[test]
    fn a_copy_is_found_again_as_it_was() {
        let (_folder, stores) = stores();
        for store in stores {
            let kept = store.keep("p1", backup(1_767_600_000, "a"), None).unwrap();
            assert_eq!(kept.id, "20260105T080000.000Z-cognigy-handover-script-69f9");
            let again = store.keep("p1", backup(1_767_600_000, "b"), None).unwrap();
            assert_eq!(again.id, format!("{}-2", kept.id));
            assert_eq!(store.load("p1", &kept.id).unwrap(), Some(kept.clone()));
            assert_eq!(store.list("p1").unwrap(), [again, kept.clone()]);
            assert_eq!(store.list("p2").unwrap(), []);
            assert_eq!(store.load("p2", &kept.id).unwrap(), None);
            store.forget("p1").unwrap();
            assert_eq!(store.list("p1").unwrap(), []);
        }
    }

    #[test]
    fn the_newest_stay_and_the_accepted_one() {
        let (_folder, stores) = stores();
        for store in stores {
            let first = store.keep("p1", backup(0, "first"), None).unwrap();
            let second = store.keep("p1", backup(1, "second"), Some(&first.id)).unwrap();
            for second in 2..=51 {
                store.keep("p1", backup(second, "more"), Some(&first.id)).unwrap();
            }
            let ids: Vec<_> = store
                .list("p1")
                .unwrap()
                .into_iter()
                .map(|each| each.id)
                .collect();
            assert_eq!(ids.len(), KEPT_BACKUPS + 1);
            assert_eq!(ids.last(), Some(&first.id));
            assert!(!ids.contains(&second.id));
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_their_owner_can_read_them() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, [store, _]) = stores();
        let kept = store.keep("p1", backup(1, "a"), None).unwrap();
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(store.path("p1", &kept.id).unwrap()), 0o600);
        assert_eq!(mode(folder.path().join("scripts/p1")), 0o700);
        let left: Vec<_> = fs::read_dir(folder.path().join("scripts/p1")).unwrap().collect();
        assert_eq!(left.len(), 2, "the copy and the lock, and nothing half-written");
    }

    #[test]
    fn ids_from_outside_reach_nothing_else() {
        let (folder, [store, _]) = stores();
        fs::write(folder.path().join("profiles.json"), "{}").unwrap();
        for id in ["../../profiles", "..", "", "/etc/passwd", "a/b", "a\\b"] {
            assert_eq!(store.load("p1", id).unwrap(), None, "{id}");
            assert_eq!(store.load(id, "profiles").unwrap(), None, "{id}");
            assert!(store.keep(id, backup(1, "a"), None).is_err(), "{id}");
            store.forget(id).unwrap();
        }
        assert!(folder.path().join("profiles.json").exists());
    }

    #[test]
    fn what_cannot_be_read_is_told_and_hides_nothing() {
        let (folder, [store, _]) = stores();
        let kept = store.keep("p1", backup(1, "a"), None).unwrap();
        let at = folder.path().join("scripts/p1");
        fs::write(at.join("torn.json"), "{").unwrap();
        fs::write(at.join("later.json"), r#"{"format":2}"#).unwrap();
        assert_eq!(store.list("p1").unwrap(), [kept]);
        assert!(matches!(
            store.load("p1", "torn"),
            Err(StoreError::Damaged { .. })
        ));
        assert!(matches!(
            store.load("p1", "later"),
            Err(StoreError::Newer { found: 2, .. })
        ));
    }

    #[test]
    fn a_copy_is_never_printed() {
        assert!(!format!("{:?}", backup(1, "sim_token")).contains("sim_token"));
    }
}
