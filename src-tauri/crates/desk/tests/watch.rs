//! Profiles that are watched, against the sandbox and with a clock that the test turns.

// Outside of test functions, too, a test ends by a panic.
#![allow(
    missing_docs,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod support;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use desk::clipboard::Clipboard;
use desk::notify::{Notice, Notifier, NotifyError, OnClick};
use desk::watch::Time;
use desk::wire::{HostKind, Preferences, StoreChoice, WatchState};
use desk::{Desk, ErrorCode, Event, Host, Options, WireError};
use jiff::Timestamp;
use profile::StoreKind;
use serde_json::{Value, json};
use support::*;
use tokio::sync::{broadcast, oneshot};
use transport::BoxFuture;

/// A clock that stands until the test turns it.
struct Clock {
    now: Mutex<Timestamp>,
    asleep: Mutex<Vec<(Timestamp, oneshot::Sender<()>)>>,
    changed: tokio::sync::Notify,
}

impl Clock {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            now: Mutex::new(Timestamp::from_second(1_795_500_000).unwrap()),
            asleep: Mutex::default(),
            changed: tokio::sync::Notify::new(),
        })
    }

    /// Until somebody sleeps: what was due is under way.
    async fn settled(&self) {
        loop {
            let changed = self.changed.notified();
            {
                let mut asleep = self.asleep.lock().unwrap();
                asleep.retain(|(_, sleeper)| !sleeper.is_closed());
                if !asleep.is_empty() {
                    return;
                }
            }
            changed.await;
        }
    }

    fn turn(&self, time: Duration) {
        let now = {
            let mut now = self.now.lock().unwrap();
            *now = now.checked_add(time).unwrap();
            *now
        };
        let mut asleep = self.asleep.lock().unwrap();
        for (until, sleeper) in std::mem::take(&mut *asleep) {
            if until <= now {
                let _ = sleeper.send(());
            } else {
                asleep.push((until, sleeper));
            }
        }
    }
}

struct Place {
    clock: Arc<Clock>,
    told: Arc<Told>,
    preferences: Mutex<Preferences>,
}

struct Turned(Arc<Clock>);

impl Time for Turned {
    fn now(&self) -> Timestamp {
        *self.0.now.lock().unwrap()
    }
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let (sender, receiver) = oneshot::channel();
        let until = self.now().checked_add(time).unwrap();
        self.0.asleep.lock().unwrap().push((until, sender));
        self.0.changed.notify_one();
        Box::pin(async move {
            let _ = receiver.await;
        })
    }
    fn spread(&self) -> f64 {
        0.5
    }
}

#[derive(Default)]
struct Told(Mutex<Vec<Notice>>);

impl Notifier for Told {
    fn tell(&self, notice: Notice, _: OnClick) -> BoxFuture<'_, Result<(), NotifyError>> {
        self.0.lock().unwrap().push(notice);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Host for Place {
    fn kind(&self) -> HostKind {
        HostKind::Desktop
    }
    fn preferences(&self) -> Preferences {
        self.preferences.lock().unwrap().clone()
    }
    fn set_preferences(&self, preferences: &Preferences) -> Result<(), WireError> {
        self.preferences.lock().unwrap().clone_from(preferences);
        Ok(())
    }
    fn clipboard(&self) -> Option<Clipboard> {
        None
    }
    fn dialogs(&self) -> bool {
        false
    }
    fn notifier(&self) -> Option<Arc<dyn Notifier>> {
        Some(self.told.clone())
    }
    fn time(&self) -> Arc<dyn Time> {
        Arc::new(Turned(self.clock.clone()))
    }
}

struct Stage {
    desk: Desk,
    clock: Arc<Clock>,
    told: Arc<Told>,
    events: broadcast::Receiver<Event>,
    id: String,
}

impl Stage {
    async fn open(folder: Option<&Path>, preferences: Preferences) -> Self {
        let (clock, told) = (Clock::new(), Arc::<Told>::default());
        let host = Place {
            clock: clock.clone(),
            told: told.clone(),
            preferences: Mutex::new(preferences),
        };
        let desk = Desk::start(Options {
            data_dir: folder.map(Path::to_owned),
            sample: false,
            host: Arc::new(host),
        })
        .await
        .unwrap();
        desk.use_store(StoreChoice {
            kind: StoreKind::Session,
            passphrase: None,
        })
        .await
        .unwrap();
        Self {
            events: desk.subscribe(),
            desk,
            clock,
            told,
            id: String::new(),
        }
    }

    /// The sample, watched.
    async fn sample() -> Self {
        let mut stage = Self::open(None, Preferences::default()).await;
        let sandbox = call(&stage.desk, "sandbox.start", json!({})).await;
        stage.id = sandbox["profile_id"].as_str().unwrap().to_owned();
        stage.set(true).await;
        stage
    }

    async fn set(&self, on: bool) -> Value {
        call(&self.desk, "watch.set", json!({ "id": self.id, "on": on })).await
    }

    async fn view(&self) -> Value {
        call(&self.desk, "watch.get", json!({ "id": self.id })).await
    }

    async fn fault(&self, name: &str, on: bool) {
        call(&self.desk, "sandbox.fault", json!({ "name": name, "on": on })).await;
    }

    /// Turns the clock until the watch has made a run, and waits for what it said of it.
    async fn run(&mut self) -> Value {
        while !self.has_begun() {
            self.clock.settled().await;
            self.clock.turn(Duration::from_secs(30));
            self.clock.settled().await;
        }
        loop {
            if let Event::Watch { status } = self.events.recv().await.unwrap()
                && status.state != WatchState::Running
            {
                return json!(status);
            }
        }
    }

    fn has_begun(&mut self) -> bool {
        loop {
            match self.events.try_recv() {
                Ok(Event::Watch { status }) if status.state == WatchState::Running => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    fn titles(&self) -> Vec<String> {
        let told = self.told.0.lock().unwrap();
        told.iter().map(|notice| notice.title.clone()).collect()
    }
}

#[tokio::test]
async fn a_change_is_told_once_and_its_end_once() {
    let mut stage = Stage::sample().await;
    assert_eq!(stage.run().await["state"], "watching");
    stage.fault("skill-voice", true).await;
    stage.run().await;
    stage.run().await;
    assert_eq!(stage.titles().len(), 1, "{:?}", stage.titles());
    assert!(stage.titles()[0].ends_with(": a problem"), "{:?}", stage.titles());
    let body = stage.told.0.lock().unwrap()[0].body.clone();
    let report = call(&stage.desk, "verify.last", json!({ "id": stage.id })).await;
    assert_eq!(json!(body), report["headline"]);
    stage.fault("skill-voice", false).await;
    stage.run().await;
    stage.run().await;
    assert_eq!(stage.titles().len(), 2, "{:?}", stage.titles());
    assert!(
        stage.titles()[1].ends_with(": well again"),
        "{:?}",
        stage.titles()
    );
}

#[tokio::test]
async fn a_refused_key_pauses_until_something_changes() {
    let mut stage = Stage::sample().await;
    stage.run().await;
    stage.fault("key-wrong", true).await;
    let view = stage.run().await;
    assert_eq!(
        (&view["state"], &view["paused"]["why"]),
        (&json!("paused"), &json!("refused")),
        "{view}"
    );
    assert!(
        stage.titles()[0].ends_with(": watching is paused"),
        "{:?}",
        stage.titles()
    );
    // Hours later nobody has signed in again.
    for _ in 0..200 {
        stage.clock.settled().await;
        stage.clock.turn(Duration::from_secs(60));
    }
    stage.clock.settled().await;
    assert!(!stage.has_begun());
    stage.fault("key-wrong", false).await;
    let view = stage.run().await;
    assert_eq!(view["state"], "watching", "{view}");
    assert!(
        stage.titles()[1].ends_with(": well again"),
        "{:?}",
        stage.titles()
    );
}

#[tokio::test]
async fn a_run_by_hand_counts_and_is_not_told() {
    let mut stage = Stage::sample().await;
    stage.run().await;
    let before = stage.view().await["next_at"].clone();
    stage.fault("skill-voice", true).await;
    stage.clock.turn(Duration::from_secs(60));
    call(&stage.desk, "verify.start", json!({ "id": stage.id })).await;
    loop {
        if let Event::Watch { status } = stage.events.recv().await.unwrap()
            && status.next_at.is_some()
            && json!(status.next_at) != before
        {
            break;
        }
    }
    stage.run().await;
    assert_eq!(
        stage.titles(),
        Vec::<String>::new(),
        "the person who started it has seen it"
    );
}

#[tokio::test]
async fn it_pauses_and_resumes_by_hand_and_can_be_turned_off() {
    let mut stage = Stage::sample().await;
    stage.run().await;
    let views = call(&stage.desk, "watch.pause", json!({})).await;
    assert_eq!(
        (&views[0]["state"], &views[0]["paused"]["why"]),
        (&json!("paused"), &json!("by_hand"))
    );
    let views = call(&stage.desk, "watch.resume", json!({})).await;
    assert_eq!(views[0]["state"], "watching");
    stage.run().await;
    assert_eq!(stage.set(false).await["state"], "off");
    assert_eq!(call(&stage.desk, "watch.pause", json!({})).await, json!([]));
    let refusal = refused(
        &stage.desk,
        "watch.set",
        json!({ "id": stage.id, "on": true, "every_min": 4 }),
    )
    .await;
    assert_eq!(refusal.code, ErrorCode::Invalid);
}

#[tokio::test]
async fn another_start_goes_on_unless_it_should_wait() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = Stage::open(Some(folder.path()), Preferences::default()).await;
    stage.id = create(&stage.desk, "Support EU").await;
    let request = json!({ "id": stage.id, "on": true, "every_min": 60 });
    call(&stage.desk, "watch.set", request).await;
    stage.desk.stop().await;

    let again = Stage::open(Some(folder.path()), Preferences::default()).await;
    let view = &call(&again.desk, "watch.list", json!({})).await[0];
    assert_eq!(
        (&view["profile_id"], &view["every_min"]),
        (&json!(stage.id), &json!(60))
    );
    assert_ne!(view["state"], "paused", "{view}");
    again.desk.stop().await;

    let waits = Preferences {
        watch_at_start: false,
        ..Preferences::default()
    };
    let waiting = Stage::open(Some(folder.path()), waits).await;
    let view = &call(&waiting.desk, "watch.list", json!({})).await[0];
    assert_eq!(
        (&view["state"], &view["paused"]["why"]),
        (&json!("paused"), &json!("by_hand")),
        "{view}"
    );
    let views = call(&waiting.desk, "watch.resume", json!({ "id": stage.id })).await;
    assert_ne!(views[0]["state"], "paused", "{views}");
    waiting.desk.stop().await;
}

#[tokio::test]
async fn nothing_is_told_where_the_preferences_say_so() {
    let mut stage = Stage::sample().await;
    stage.run().await;
    let quiet = json!({ "theme": "system", "notifications": false });
    call(&stage.desk, "preferences.set", quiet).await;
    stage.fault("skill-voice", true).await;
    stage.run().await;
    stage.run().await;
    assert_eq!(stage.titles(), Vec::<String>::new());
}

#[tokio::test]
async fn what_runs_out_is_listed() {
    let mut stage = Stage::sample().await;
    stage.run().await;
    let radar = call(&stage.desk, "watch.radar", json!({ "id": stage.id })).await;
    let items = radar["items"].as_array().unwrap();
    let kinds: Vec<_> = items.iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"token") && kinds.contains(&"secret"), "{radar:#}");
    assert!(!radar.to_string().contains("sim_secret"), "{radar:#}");
}
