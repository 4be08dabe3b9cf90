//! One who writes, others who read, and what happens when there is no room.

use super::*;

#[test]
fn what_a_source_tells_twice_is_kept_once_and_numbers_have_no_gaps() {
    let store = Store::memory().unwrap();
    let by = |origin: &str, text: &str| {
        let mut event = said(0, text);
        event.origin = Some(origin.to_owned());
        event
    };
    let mut other_source = by("m1", "hello");
    other_source.source = Source::Poller;
    let events = [
        by("m1", "hello"),
        by("m1", "hello"),
        by("m1", "hello, edited"),
        by("m2", "hello"),
        other_source,
        said(0, "no id"),
        said(0, "no id"),
    ];
    let health = fill(&store, true, events.clone());
    assert_eq!((health.written, health.repeated), (6, 1));
    // A restart that reads the same again.
    let health = fill(&store, true, events);
    assert_eq!((health.written, health.repeated), (2, 5));
    let all = store.since(&Filter::All, &now(), 0, 100).unwrap();
    assert_eq!(
        all.iter().map(|it| it.seq).collect::<Vec<_>>(),
        (1..=8).collect::<Vec<_>>()
    );
}

#[test]
fn one_captures_and_others_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traffic.sqlite");
    let (one, other) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    let news = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&news);
    let writer = one
        .capture(quick(), move |it| heard.lock().unwrap().push(it))
        .unwrap();
    assert!(matches!(
        other.capture(quick(), |_| {}),
        Err(StoreError::Captured)
    ));
    writer.offer(
        &privacy(true),
        said(0, "hello"),
        Some(Bodies {
            request: Some("{}".into()),
            ..Bodies::default()
        }),
    );
    writer.flush();
    assert!(news.lock().unwrap().contains(&News::Rows(1)));
    assert_eq!(found(&other, "hello"), [1]);
    assert_eq!(other.bodies(1).unwrap().unwrap().request.as_deref(), Some("{}"));
    drop(writer);
    assert!(matches!(
        news.lock().unwrap().last(),
        Some(News::Health(Health {
            state: State::Stopped,
            ..
        }))
    ));
    // What waits when it ends is written.
    let writer = other.capture(quick(), |_| {}).unwrap();
    writer.offer(&privacy(true), said(1, "bye"), None);
    drop(writer);
    assert_eq!(found(&one, "bye"), [2]);
}

#[test]
fn a_full_queue_drops_bodies_first_and_counts() {
    let store = Store::memory().unwrap();
    // Held by the test, the store keeps the writer busy.
    let held = store.writes.0.clone();
    let lock = held.lock().unwrap();
    let batching = Batching {
        batch: 1,
        events: 5,
        bytes: 100,
        ..quick()
    };
    let writer = store.capture(batching, |_| {}).unwrap();
    let body = || {
        Some(Bodies {
            request: Some("x".repeat(40)),
            ..Bodies::default()
        })
    };
    // The first may be under way already, so that up to six have room.
    for n in 0..10 {
        writer.offer(&privacy(true), said(n, "hello"), body());
    }
    let health = writer.health();
    assert!((4..=5).contains(&health.dropped_events), "{health:?}");
    assert!((2..=4).contains(&health.dropped_bodies), "{health:?}");
    drop(lock);
    writer.flush();
    let health = writer.health();
    assert_eq!(health.written + health.dropped_events, 10);
    assert_eq!(store.last().unwrap(), health.written);
}

#[test]
fn a_full_disk_stops_capture_and_lets_it_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("traffic.sqlite")).unwrap();
    let full = Batching {
        largest: Some(300_000),
        batch: 50,
        ..quick()
    };
    let writer = store.capture(full, |_| {}).unwrap();
    let privacy = privacy(true);
    for n in 0..2_000 {
        writer.offer(&privacy, said(n, &"a long line ".repeat(20)), None);
    }
    writer.flush();
    let health = writer.health();
    assert_eq!(health.state, State::Full);
    let kept = store.last().unwrap();
    assert!(kept > 0 && kept < 2_000 && kept == health.written, "{kept}");
    // Somebody makes room.
    store
        .writes
        .lock()
        .pragma_update(None, "max_page_count", 1_000_000)
        .unwrap();
    writer.flush();
    assert_eq!(writer.health().state, State::Running);
    assert_eq!(store.last().unwrap(), 2_000);
    assert_eq!(writer.health().dropped_events, 0);
}

#[test]
fn a_file_that_is_no_store_or_of_a_later_version_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("traffic.sqlite");
    std::fs::write(
        &path,
        "this is a letter, not a database; it has to be long enough".repeat(20),
    )
    .unwrap();
    assert!(matches!(Store::open(&path), Err(StoreError::Damaged(_))));
    std::fs::remove_file(&path).unwrap();
    let store = Store::open(&path).unwrap();
    store
        .writes
        .lock()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    drop(store);
    let error = Store::open(&path).unwrap_err();
    assert!(
        matches!(error, StoreError::Newer { found: 99, known: 1 }),
        "{error}"
    );
    assert!(!error.hint().is_empty());
}

#[cfg(unix)]
#[test]
fn only_this_user_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("traffic.sqlite")).unwrap();
    let _writer = store.capture(quick(), |_| {}).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}
