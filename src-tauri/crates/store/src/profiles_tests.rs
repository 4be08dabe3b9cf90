//! The profile file under crashes, full disks, damage, other versions and other writers.

use std::collections::BTreeSet;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use profile::{Profile, ProfileId};
use tempfile::TempDir;

use super::*;

fn record(name: &str) -> Record {
    let profile = Profile {
        name: name.to_owned(),
        ..Profile::default()
    };
    Record::new(ProfileId::random(), profile, Timestamp::UNIX_EPOCH)
}

fn names(records: &[Record]) -> Vec<&str> {
    records
        .iter()
        .map(|record| record.profile.name.as_str())
        .collect()
}

fn file() -> (TempDir, ProfileFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = ProfileFile::new(folder.path().join("data/profiles.json"));
    (folder, file)
}

fn filled(entries: &[&str]) -> (TempDir, ProfileFile) {
    let (folder, file) = file();
    for entry in entries {
        file.update(|records| records.push(record(entry))).unwrap();
    }
    (folder, file)
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn nothing_stored_is_no_profiles() {
    let (_folder, file) = file();
    let loaded = file.load().unwrap();
    assert!(loaded.records.is_empty() && !loaded.recovered && !loaded.newer);
    assert!(!file.path().exists(), "reading writes nothing");
}

#[test]
fn what_is_stored_is_found_again_and_the_one_before_as_well() {
    let (_folder, file) = filled(&["one", "two"]);
    assert_eq!(names(&file.load().unwrap().records), ["one", "two"]);
    let previous = ProfileFile::new(beside(file.path(), "bak"));
    assert_eq!(names(&previous.load().unwrap().records), ["one"]);
    let removed = file.update(|records| records.remove(0).profile.name).unwrap();
    assert_eq!(removed, "one");
    assert_eq!(names(&file.load().unwrap().records), ["two"]);
}

#[test]
fn a_change_of_nothing_writes_nothing() {
    let (_folder, file) = filled(&["one"]);
    let stamp = file.stamp();
    assert!(!beside(file.path(), "bak").exists());
    file.update(|_| ()).unwrap();
    assert!(!beside(file.path(), "bak").exists());
    assert!(!file.changed_since(&stamp));
    ProfileFile::new(file.path())
        .update(|records| records.clear())
        .unwrap();
    assert!(
        file.changed_since(&stamp),
        "what the terminal changed is seen by the window"
    );
    assert_eq!(file.load().unwrap().stamp, file.stamp());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, file) = filled(&["one", "two"]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.path()), 0o600);
    assert_eq!(mode(&beside(file.path(), "bak")), 0o600);
    assert_eq!(mode(&file.path().with_extension("lock")), 0o600);
    assert_eq!(mode(file.path().parent().unwrap()), 0o700);
}

/// Works as the real disk until a step, and then either fails once or is dead, as after a kill.
struct Faulty {
    steps: AtomicUsize,
    fails_at: usize,
    dead: bool,
    log: Mutex<Vec<&'static str>>,
}

impl Faulty {
    fn new(fails_at: usize, dead: bool) -> Arc<Faulty> {
        Arc::new(Faulty {
            steps: AtomicUsize::new(0),
            fails_at,
            dead,
            log: Mutex::new(vec![]),
        })
    }

    /// Whether this step is still done.
    fn step(&self, name: &'static str) -> bool {
        let number = self.steps.fetch_add(1, Ordering::SeqCst);
        self.log.lock().unwrap().push(name);
        if self.dead {
            number < self.fails_at
        } else {
            number != self.fails_at
        }
    }

    fn failure<T>(&self) -> io::Result<T> {
        Err(if self.dead {
            io::Error::other("killed")
        } else {
            io::ErrorKind::StorageFull.into()
        })
    }
}

impl Disk for Faulty {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        System.read(path)
    }

    fn write_new(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        if self.step("write") {
            return System.write_new(path, content);
        }
        // As far as it came.
        System.write_new(path, &content[..content.len() / 2])?;
        self.failure()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        if self.step("rename") {
            System.rename(from, to)
        } else {
            self.failure()
        }
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if self.step("sync") {
            System.sync_folder(folder)
        } else {
            self.failure()
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        if self.dead && self.steps.load(Ordering::SeqCst) > self.fails_at {
            return self.failure();
        }
        System.remove(path)
    }
}

/// How many steps one change takes.
fn steps_of_a_change() -> usize {
    let (_folder, file) = filled(&["one", "two"]);
    let disk = Faulty::new(usize::MAX, true);
    ProfileFile::on(file.path(), disk.clone())
        .update(|records| records.push(record("three")))
        .unwrap();
    assert_eq!(
        *disk.log.lock().unwrap(),
        ["write", "write", "rename", "rename", "sync"]
    );
    disk.steps.load(Ordering::SeqCst)
}

#[test]
fn a_kill_between_any_two_steps_loses_nothing() {
    for fails_at in 0..steps_of_a_change() {
        let (_folder, file) = filled(&["one", "two"]);
        let dying = ProfileFile::on(file.path(), Faulty::new(fails_at, true));
        dying.update(|records| records.push(record("three"))).unwrap_err();
        let loaded = file.load().unwrap();
        assert!(
            !loaded.recovered,
            "the file itself was never half written (step {fails_at})"
        );
        let expected: &[&str] = if fails_at < 4 {
            &["one", "two"]
        } else {
            &["one", "two", "three"]
        };
        assert_eq!(names(&loaded.records), expected, "step {fails_at}");
        // The next start goes on as if nothing had been.
        file.update(|records| records.push(record("four"))).unwrap();
        assert_eq!(
            names(&file.load().unwrap().records),
            [expected, &["four"]].concat(),
            "step {fails_at}"
        );
        let left: BTreeSet<_> = std::fs::read_dir(file.path().parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert!(
            !left.contains(std::ffi::OsStr::new("profiles.json.new")),
            "step {fails_at}: {left:?}"
        );
    }
}

#[test]
fn a_full_disk_is_an_error_that_keeps_the_old_file() {
    for fails_at in 0..4 {
        let (_folder, file) = filled(&["one", "two"]);
        let before = bytes(file.path());
        let full = ProfileFile::on(file.path(), Faulty::new(fails_at, false));
        let error = full.update(|records| records.push(record("three"))).unwrap_err();
        assert_eq!(error.code(), "store_full", "step {fails_at}");
        assert_eq!(bytes(file.path()), before, "step {fails_at}");
        assert!(!beside(file.path(), "new").exists(), "room is made again");
        assert!(!beside(file.path(), "bak.new").exists());
        assert_eq!(names(&file.load().unwrap().records), ["one", "two"]);
    }
}

#[test]
fn a_damaged_file_is_read_from_its_previous_copy_and_kept() {
    let good = {
        let (_folder, file) = filled(&["one", "two"]);
        bytes(file.path())
    };
    let damages: [&[u8]; 6] = [
        b"",
        &good[..good.len() / 2],
        b"\0\0\0\0",
        b"[]",
        b"{\"version\": 1}",
        b"{\"version\": \"x\"}",
    ];
    for damage in damages {
        let (_folder, file) = filled(&["one", "two"]);
        std::fs::write(file.path(), damage).unwrap();
        let loaded = file.load().unwrap();
        assert!(loaded.recovered);
        assert_eq!(names(&loaded.records), ["one"], "{damage:?}");
        file.update(|records| records.push(record("three"))).unwrap();
        let after = file.load().unwrap();
        assert!(!after.recovered);
        assert_eq!(names(&after.records), ["one", "three"]);
        // A good copy is not replaced by damage, and the damage is kept for who can read it.
        assert_eq!(
            names(
                &ProfileFile::new(beside(file.path(), "bak"))
                    .load()
                    .unwrap()
                    .records
            ),
            ["one"]
        );
        assert_eq!(bytes(&beside(file.path(), "damaged")), damage);
    }
}

#[test]
fn a_lost_file_is_read_from_its_previous_copy() {
    let (_folder, file) = filled(&["one", "two"]);
    std::fs::remove_file(file.path()).unwrap();
    let loaded = file.load().unwrap();
    assert!(loaded.recovered);
    assert_eq!(names(&loaded.records), ["one"]);
    file.update(|_| ()).unwrap();
    assert!(
        !file.load().unwrap().recovered,
        "any change writes the file again"
    );
}

#[test]
fn damage_of_both_is_an_error_and_stays_as_it_is() {
    let (_folder, file) = filled(&["one", "two"]);
    std::fs::write(file.path(), "x").unwrap();
    std::fs::write(beside(file.path(), "bak"), "y").unwrap();
    assert_eq!(file.load().unwrap_err().code(), "store_damaged");
    assert_eq!(
        file.update(|records| records.clear()).unwrap_err().code(),
        "store_damaged"
    );
    assert_eq!(
        (bytes(file.path()), bytes(&beside(file.path(), "bak"))),
        (b"x".to_vec(), b"y".to_vec())
    );
    let away = file.set_aside().unwrap().unwrap();
    assert_eq!(bytes(&away), b"x");
    assert!(file.load().unwrap().records.is_empty());
    file.update(|records| records.push(record("new"))).unwrap();
    assert_eq!(file.set_aside().unwrap(), None, "what can be read is not moved");
}

#[test]
fn a_newer_file_is_left_alone() {
    let (_folder, file) = filled(&["one", "two"]);
    let newer = format!(
        r#"{{"version": {}, "profiles": {{"shape": "unknown"}}}}"#,
        SCHEMA_VERSION + 1
    )
    .into_bytes();
    std::fs::write(file.path(), &newer).unwrap();
    let loaded = file.load().unwrap();
    assert!(loaded.newer && loaded.records.is_empty());
    let error = file.update(|records| records.clear()).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Newer {
                found,
                known: SCHEMA_VERSION,
                ..
            } if found == SCHEMA_VERSION + 1
        ),
        "{error}"
    );
    assert!(matches!(file.set_aside(), Err(StoreError::Newer { .. })));
    assert_eq!(bytes(file.path()), newer);
    // Neither is a newer copy of a damaged file.
    std::fs::write(beside(file.path(), "bak"), &newer).unwrap();
    std::fs::write(file.path(), "damaged").unwrap();
    assert!(file.load().unwrap().newer);
    assert!(file.update(|records| records.clear()).is_err());
}

#[test]
fn version_1_had_no_answers_and_those_of_now_are_kept() {
    let (_folder, file) = filled(&["one"]);
    let mut old: Value = serde_json::from_slice(&bytes(file.path())).unwrap();
    old["version"] = 1.into();
    assert!(old["profiles"][0].get("answers").is_none(), "none is none");
    std::fs::write(file.path(), old.to_string()).unwrap();
    let loaded = file.load().unwrap();
    assert_eq!((loaded.records.len(), loaded.unreadable.len()), (1, 0));
    assert!(loaded.records[0].answers.is_empty());
    let answer = profile::Answer {
        at: Timestamp::UNIX_EPOCH,
        well: false,
        note: Some("seen".to_owned()),
    };
    let kept = answer.clone();
    file.update(move |records| records[0].answers.insert("HD-506".to_owned(), kept))
        .unwrap();
    assert_eq!(file.load().unwrap().records[0].answers["HD-506"], answer);
    let written: Value = serde_json::from_slice(&bytes(file.path())).unwrap();
    assert_eq!(written["version"], SCHEMA_VERSION);
}

#[test]
fn version_0_is_migrated() {
    let (_folder, file) = file();
    std::fs::create_dir_all(file.path().parent().unwrap()).unwrap();
    let old = include_bytes!("../fixtures/profiles-v0.json");
    std::fs::write(file.path(), old).unwrap();
    let loaded = file.load().unwrap();
    assert_eq!(
        (names(&loaded.records), loaded.unreadable.len()),
        (vec!["Example Support", "Example Sales"], 0)
    );
    let first = &loaded.records[0];
    assert_eq!(first.id.as_str(), "11111111-2222-3333-4444-555555555555");
    assert_eq!(first.profile.cxone.business_unit.as_deref(), Some("4597359"));
    assert_eq!(first.changed_at, first.created_at);
    assert_eq!(bytes(file.path()), old, "reading migrates in memory only");
    file.update(|records| records.truncate(1)).unwrap();
    let written: Value = serde_json::from_slice(&bytes(file.path())).unwrap();
    assert_eq!(written["version"], SCHEMA_VERSION);
    assert_eq!(written["profiles"][0]["profile"]["name"], "Example Support");
    assert_eq!(
        bytes(&beside(file.path(), "bak")),
        old,
        "the old file is the previous copy"
    );
}

#[test]
fn what_cannot_be_read_is_written_back_value_for_value() {
    let (_folder, file) = filled(&["one", "two"]);
    let mut document: Value = serde_json::from_slice(&bytes(file.path())).unwrap();
    document["remark"] = "kept".into();
    document["profiles"][0]["future"] = Value::from(vec![1, 2, 3]);
    let twin = document["profiles"][1].clone();
    document["profiles"].as_array_mut().unwrap().push(twin);
    std::fs::write(file.path(), document.to_string()).unwrap();
    let loaded = file.load().unwrap();
    assert_eq!(names(&loaded.records), ["two"]);
    assert_eq!(loaded.unreadable.len(), 2);
    assert_eq!(loaded.unreadable[0].name.as_deref(), Some("one"));
    assert!(
        loaded.unreadable[0].reason.contains("future"),
        "{:?}",
        loaded.unreadable
    );
    file.update(|records| records.push(record("three"))).unwrap();
    let after: Value = serde_json::from_slice(&bytes(file.path())).unwrap();
    assert_eq!(after["remark"], "kept");
    assert_eq!(after["profiles"][2], document["profiles"][0]);
    assert_eq!(after["profiles"][3], document["profiles"][2]);
}

#[test]
fn writers_side_by_side_lose_nothing_of_each_other() {
    const WRITERS: usize = 8;
    const WRITES: usize = 12;
    let (_folder, file) = file();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            // Each with a handle of its own, as another process has.
            let file = ProfileFile::new(file.path());
            scope.spawn(move || {
                for write in 0..WRITES {
                    file.update(|records| records.push(record(&format!("{writer}-{write}"))))
                        .unwrap();
                }
            });
        }
        scope.spawn(|| {
            // A reader without a lock always sees one whole state.
            while file.load().unwrap().records.len() < WRITERS * WRITES {
                assert!(!file.load().unwrap().recovered);
            }
        });
    });
    let loaded = file.load().unwrap();
    let unique: BTreeSet<_> = names(&loaded.records).into_iter().collect();
    assert_eq!(unique.len(), WRITERS * WRITES);
}

#[test]
fn a_lock_that_is_held_is_told_and_released_with_its_holder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.lock");
    let held = Lock::take(&path).unwrap_or_else(|_| panic!("free"));
    let again = Lock::take_within(&path, std::time::Duration::ZERO);
    assert!(matches!(again, Err(LockError::Busy)));
    drop(held);
    assert!(Lock::take_within(&path, std::time::Duration::ZERO).is_ok());
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("data"), "a file").unwrap();
    let file = ProfileFile::new(folder.path().join("data/profiles.json"));
    assert_eq!(file.update(|_| ()).unwrap_err().code(), "store_io");
}
