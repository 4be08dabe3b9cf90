use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use proptest::prelude::*;
use serde_json::json;

use super::connection::{STEPS, migrate};
use super::*;

fn id(number: u8) -> ProfileId {
    format!("00000000-0000-4000-8000-0000000000{number:02x}")
        .parse()
        .unwrap()
}

fn new(profile: u8, kind: Kind, name: &str) -> NewEntry {
    NewEntry {
        profile_id: id(profile),
        kind,
        at: "2026-11-24T08:00:00.123Z".parse().unwrap(),
        outcome: "fail".to_owned(),
        duration_ms: 1200,
        summary: format!("About {name}."),
        facts: json!({ "problems": 1 }),
        body: json!({ "name": name, "list": [1, null, "é\u{0}\u{1F600}"] }),
    }
}

fn names(heads: &[Head]) -> Vec<&str> {
    heads.iter().map(|head| head.summary.as_str()).collect()
}

#[tokio::test]
async fn what_was_added_is_found_again_also_by_another_program() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    for name in ["a", "b", "c"] {
        archive.add(new(1, Kind::Verify, name)).await.unwrap();
    }
    archive.add(new(1, Kind::Probe, "p")).await.unwrap();
    let other_profile = archive.add(new(2, Kind::Verify, "x")).await.unwrap();
    drop(archive);

    let archive = Archive::at(folder.path()).unwrap();
    let page = archive.list(&id(1), Kind::Verify, None, 2).await.unwrap();
    assert_eq!(names(&page), ["About c.", "About b."]);
    let next = archive
        .list(&id(1), Kind::Verify, Some(page[1].id), 2)
        .await
        .unwrap();
    assert_eq!(names(&next), ["About a."]);

    let added = new(1, Kind::Verify, "c");
    let latest = archive.latest(&id(1), Kind::Verify).await.unwrap().unwrap();
    assert_eq!(latest.body, added.body);
    assert_eq!(latest.head.at, added.at);
    assert_eq!(
        (latest.head.outcome.as_str(), latest.head.duration_ms),
        ("fail", 1200)
    );
    assert_eq!(latest.head.facts, added.facts);
    assert_eq!(archive.get(latest.head.id).await.unwrap(), Some(latest));
    assert_eq!(archive.get(999).await.unwrap(), None);
    assert!(archive.latest(&id(3), Kind::Verify).await.unwrap().is_none());
    assert_eq!(
        archive
            .latest(&id(2), Kind::Verify)
            .await
            .unwrap()
            .unwrap()
            .head
            .id,
        other_profile
    );
    let bodies = archive.recent(&id(1), Kind::Verify, 5).await.unwrap();
    assert_eq!(
        bodies.iter().map(|entry| &entry.body["name"]).collect::<Vec<_>>(),
        ["c", "b", "a"]
    );
}

#[tokio::test]
async fn a_kind_of_a_newer_version_is_not_there_and_harms_nobody() {
    let archive = Archive::in_memory().unwrap();
    let known = archive.add(new(1, Kind::Verify, "a")).await.unwrap();
    let sql = "INSERT INTO entry SELECT 77, profile_id, 'dream', at, outcome, duration_ms, summary, facts, body FROM entry";
    run(&archive, sql).await.unwrap();
    assert_eq!(archive.get(77).await.unwrap(), None);
    let all = archive.list(&id(1), Kind::Verify, None, 9).await.unwrap();
    assert_eq!(all.iter().map(|head| head.id).collect::<Vec<_>>(), [known]);
    assert_eq!(archive.delete(&id(1)).await.unwrap(), 2);
}

#[tokio::test]
async fn the_newest_are_kept_of_each_profile_and_kind() {
    let archive = Archive::in_memory().unwrap();
    archive.add(new(1, Kind::Probe, "probe")).await.unwrap();
    archive.add(new(2, Kind::Verify, "other")).await.unwrap();
    for number in 0..KEPT + 3 {
        archive
            .add(new(1, Kind::Verify, &number.to_string()))
            .await
            .unwrap();
    }
    let all = archive
        .list(&id(1), Kind::Verify, None, usize::MAX)
        .await
        .unwrap();
    assert_eq!(all.len(), KEPT);
    assert_eq!(all.last().unwrap().summary, "About 3.");
    assert!(archive.latest(&id(1), Kind::Probe).await.unwrap().is_some());
    assert!(archive.latest(&id(2), Kind::Verify).await.unwrap().is_some());

    assert_eq!(archive.prune(&id(1), 10).await.unwrap(), KEPT - 10);
    assert_eq!(
        archive.list(&id(1), Kind::Verify, None, 99).await.unwrap().len(),
        10
    );
    assert!(archive.latest(&id(1), Kind::Probe).await.unwrap().is_some());
}

#[tokio::test]
async fn a_number_is_never_given_twice() {
    let archive = Archive::in_memory().unwrap();
    let first = archive.add(new(1, Kind::Verify, "a")).await.unwrap();
    assert!(
        !archive.remove(&id(2), first).await.unwrap(),
        "it belongs to another profile"
    );
    assert!(archive.remove(&id(1), first).await.unwrap());
    assert!(archive.add(new(1, Kind::Verify, "b")).await.unwrap() > first);
    archive.add(new(1, Kind::Probe, "c")).await.unwrap();
    assert_eq!(archive.delete_kind(&id(1), Kind::Verify).await.unwrap(), 1);
    assert!(archive.latest(&id(1), Kind::Probe).await.unwrap().is_some());
}

/// All bytes of the archive's files, the log included.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        all.extend(fs::read(file.unwrap().path()).unwrap());
    }
    all
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn what_was_deleted_is_in_no_byte_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    let long = "marked-text-".repeat(2000);
    archive.add(new(1, Kind::Verify, &long)).await.unwrap();
    archive.add(new(2, Kind::Verify, "stays-here")).await.unwrap();
    assert!(holds(&bytes(folder.path()), "marked-text-"));
    assert_eq!(archive.delete(&id(1)).await.unwrap(), 1);
    let left = bytes(folder.path());
    assert!(!holds(&left, "marked-text-"));
    assert!(holds(&left, "stays-here"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    archive.add(new(1, Kind::Verify, "a")).await.unwrap();
    let mut seen = 0;
    for file in fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            file.path()
        );
        seen += 1;
    }
    assert!(seen >= 3, "the file, its log and the log's index");
}

#[tokio::test]
async fn a_file_that_is_no_archive_is_named_and_left_alone_and_a_new_one_begins_once_it_is_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(ARCHIVE_FILE);
    let garbage = b"this is a text, not a database, and longer than its header".repeat(20);
    fs::write(&path, &garbage).unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    let error = archive.add(new(1, Kind::Verify, "a")).await.unwrap_err();
    assert_eq!(error.code(), "archive_damaged");
    assert_eq!(
        archive.latest(&id(1), Kind::Verify).await.unwrap_err().code(),
        "archive_damaged"
    );
    assert_eq!(fs::read(&path).unwrap(), garbage);
    fs::rename(&path, folder.path().join("aside")).unwrap();
    archive.add(new(1, Kind::Verify, "a")).await.unwrap();
}

#[tokio::test]
async fn damaged_pages_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(ARCHIVE_FILE);
    let archive = Archive::at(folder.path()).unwrap();
    archive
        .add(new(1, Kind::Verify, &"long".repeat(9000)))
        .await
        .unwrap();
    archive.delete(&id(9)).await.unwrap();
    run(&archive, "PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    drop(archive);
    let mut content = fs::read(&path).unwrap();
    content[4096..].fill(0xA5);
    fs::write(&path, &content).unwrap();
    let error = Archive::at(folder.path())
        .unwrap()
        .latest(&id(1), Kind::Verify)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "archive_damaged", "{error}");
}

#[tokio::test]
async fn a_newer_file_and_another_programs_are_left_as_they_are() {
    for (sql, code) in [
        ("PRAGMA user_version = 99", "archive_newer"),
        ("PRAGMA application_id = 7", "archive_damaged"),
        ("PRAGMA user_version = 0", "archive_damaged"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ARCHIVE_FILE);
        let archive = Archive::at(folder.path()).unwrap();
        archive.add(new(1, Kind::Verify, "a")).await.unwrap();
        run(&archive, sql).await.unwrap();
        run(&archive, "PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
        drop(archive);
        let before = fs::read(&path).unwrap();
        let error = Archive::at(folder.path())
            .unwrap()
            .add(new(1, Kind::Verify, "b"))
            .await
            .unwrap_err();
        assert_eq!(error.code(), code, "{sql}");
        assert_eq!(fs::read(&path).unwrap(), before, "{sql}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(&folder.path().join("missing")).unwrap();
    assert_eq!(
        archive.latest(&id(1), Kind::Verify).await.unwrap_err().code(),
        "archive_io"
    );
}

#[tokio::test]
async fn every_older_format_comes_to_the_present_one() {
    for version in 0..STEPS.len() {
        let folder = tempfile::tempdir().unwrap();
        let mut old = Connection::open(folder.path().join(ARCHIVE_FILE)).unwrap();
        if version > 0 {
            migrate(&mut old, &STEPS[..version]).unwrap();
        }
        drop(old);
        let archive = Archive::at(folder.path()).unwrap();
        archive.add(new(1, Kind::Verify, "a")).await.unwrap();
    }
}

#[test]
fn a_migration_is_done_as_a_whole_or_not_at_all() {
    let mut connection = Connection::open_in_memory().unwrap();
    let version = |connection: &Connection| -> i64 {
        connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    };
    let first = "CREATE TABLE one (a TEXT); INSERT INTO one VALUES ('kept');";
    migrate(&mut connection, &[first]).unwrap();
    let broken = "ALTER TABLE one ADD COLUMN b TEXT; CREATE TABLE one (a TEXT);";
    migrate(&mut connection, &[first, broken]).unwrap_err();
    assert_eq!(version(&connection), 1);
    migrate(
        &mut connection,
        &[
            first,
            "ALTER TABLE one ADD COLUMN b TEXT;",
            "CREATE TABLE two (c TEXT)",
        ],
    )
    .unwrap();
    assert_eq!(version(&connection), 3);
    let kept: String = connection
        .query_row("SELECT a FROM one WHERE b IS NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, "kept");
}

#[tokio::test]
async fn a_full_disk_costs_the_new_entry_alone() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    archive.add(new(1, Kind::Verify, "before")).await.unwrap();
    // As many pages as there are: what a full disk does.
    run(&archive, "PRAGMA max_page_count = 1").await.unwrap();
    let error = archive
        .add(new(1, Kind::Verify, &"x".repeat(100_000)))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "archive_full", "{error}");
    let all = archive.list(&id(1), Kind::Verify, None, 9).await.unwrap();
    assert_eq!(names(&all), ["About before."]);
    run(&archive, "PRAGMA max_page_count = 4294967294").await.unwrap();
    archive.add(new(1, Kind::Verify, "after")).await.unwrap();
}

#[tokio::test]
async fn another_program_that_holds_the_file_is_named_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    archive.add(new(1, Kind::Verify, "a")).await.unwrap();
    archive
        .writer
        .ask(|connection| Ok(connection.busy_timeout(std::time::Duration::ZERO)?))
        .await
        .unwrap();
    let other = Connection::open(folder.path().join(ARCHIVE_FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(
        archive.add(new(1, Kind::Verify, "b")).await.unwrap_err().code(),
        "archive_busy"
    );
    // Reading goes on all the while.
    assert!(archive.latest(&id(1), Kind::Verify).await.unwrap().is_some());
    other.execute_batch("ROLLBACK").unwrap();
    archive.add(new(1, Kind::Verify, "b")).await.unwrap();
}

#[tokio::test]
async fn a_change_by_whichever_program_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    let other = Archive::at(folder.path()).unwrap();
    archive.add(new(1, Kind::Verify, "a")).await.unwrap();
    let first = archive.state().await.unwrap();
    assert_eq!(archive.state().await.unwrap(), first);
    other.add(new(1, Kind::Verify, "b")).await.unwrap();
    let second = archive.state().await.unwrap();
    assert_ne!(second, first);
    archive.delete(&id(1)).await.unwrap();
    assert_ne!(archive.state().await.unwrap(), second);
}

/// Runs a statement on the writer's connection; rows it gives are dropped.
async fn run(archive: &Archive, sql: &'static str) -> Result<(), ArchiveError> {
    archive
        .writer
        .ask(move |connection| Ok(connection.execute_batch(sql)?))
        .await
}

const CHILD: &str = "ARCHIVE_TEST_CHILD";
const FOLDER: &str = "ARCHIVE_TEST_FOLDER";
const ROUNDS: usize = 40;

/// Another process, which does as `what` says.
fn child(what: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "archive::tests::another_process",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD, what)
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
#[ignore = "the other process of the tests below"]
async fn another_process() {
    let (Ok(what), Ok(folder)) = (std::env::var(CHILD), std::env::var(FOLDER)) else {
        return;
    };
    let archive = Archive::at(Path::new(&folder)).unwrap();
    if what == "writes" {
        for round in 0..ROUNDS {
            archive
                .add(new(1, Kind::Verify, &round.to_string()))
                .await
                .unwrap();
        }
    } else {
        archive.add(new(1, Kind::Verify, "whole")).await.unwrap();
        let never = archive.writer.ask(|connection| {
            write(connection, |change| {
                change.execute("UPDATE entry SET summary = 'half'", [])?;
                change.execute("DELETE FROM entry WHERE kind = 'probe'", [])?;
                println!("in the middle");
                // Until the parent ends this process; without a parent the input is at its end.
                let _ = std::io::stdin().read(&mut [0]);
                loop {
                    std::thread::park();
                }
            })
        });
        let _: Result<(), _> = never.await;
    }
}

#[tokio::test]
async fn processes_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut children = [child("writes", folder.path()), child("writes", folder.path())];
    let archive = Archive::at(folder.path()).unwrap();
    for round in 0..ROUNDS {
        archive
            .add(new(1, Kind::Verify, &round.to_string()))
            .await
            .unwrap();
    }
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let all = archive
        .list(&id(1), Kind::Verify, None, usize::MAX)
        .await
        .unwrap();
    assert_eq!(all.len(), 3 * ROUNDS);
}

#[tokio::test]
async fn a_process_killed_in_the_middle_of_a_change_leaves_what_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::at(folder.path()).unwrap();
    archive.add(new(1, Kind::Probe, "probe")).await.unwrap();
    let mut other = child("dies", folder.path());
    let lines = BufReader::new(other.stdout.take().unwrap()).lines();
    assert!(
        lines
            .map_while(Result::ok)
            .any(|line| line.contains("in the middle"))
    );
    other.kill().unwrap();
    other.wait().unwrap();
    let all = archive.list(&id(1), Kind::Verify, None, 9).await.unwrap();
    assert_eq!(names(&all), ["About whole."]);
    assert!(archive.latest(&id(1), Kind::Probe).await.unwrap().is_some());
    archive.add(new(1, Kind::Verify, "after")).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_comes_back_as_it_was(summary in any::<String>(), key in any::<String>(), value in any::<String>(), number in any::<i64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let archive = Archive::in_memory().unwrap();
            let mut given = new(1, Kind::Diagnose, "a");
            given.summary = summary;
            given.body = json!({ key: [value, number] });
            archive.add(given.clone()).await.unwrap();
            let entry = archive.latest(&id(1), Kind::Diagnose).await.unwrap().unwrap();
            assert_eq!((entry.head.summary, entry.body), (given.summary, given.body));
        });
    }
}
