#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use tokio::sync::mpsc;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use super::bus::Bus;
use super::*;

/// A session bus of the test's own.
struct Daemon {
    child: Child,
    address: String,
}

impl Daemon {
    fn start() -> Self {
        let mut child = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the tests of notifications need dbus-daemon");
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            child,
            address: address.trim().to_owned(),
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug, PartialEq)]
struct Shown {
    replaces: u32,
    title: String,
    body: String,
    actions: Vec<String>,
    urgency: u8,
}

/// A notification service that shows nothing and remembers all.
struct Service {
    shown: mpsc::UnboundedSender<Shown>,
    markup: bool,
    refuses: bool,
    next: u32,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    fn get_capabilities(&self) -> Vec<String> {
        let markup = self.markup.then(|| "body-markup".to_owned());
        ["actions".to_owned(), "body".to_owned()]
            .into_iter()
            .chain(markup)
            .collect()
    }

    #[allow(clippy::too_many_arguments)] // as the specification has it
    fn notify(
        &mut self,
        _app: &str,
        replaces: u32,
        _icon: &str,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: std::collections::HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> zbus::fdo::Result<u32> {
        if self.refuses {
            return Err(zbus::fdo::Error::AccessDenied("not today".to_owned()));
        }
        self.shown
            .send(Shown {
                replaces,
                title,
                body,
                actions,
                urgency: u8::try_from(hints["urgency"].clone()).unwrap(),
            })
            .unwrap();
        if replaces == 0 {
            self.next += 1;
            Ok(self.next)
        } else {
            Ok(replaces)
        }
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;
}

struct Stage {
    daemon: Daemon,
    service: zbus::Connection,
    shown: mpsc::UnboundedReceiver<Shown>,
}

impl Stage {
    async fn new(markup: bool, refuses: bool) -> Self {
        let daemon = Daemon::start();
        let (sender, shown) = mpsc::unbounded_channel();
        let service = Service {
            shown: sender,
            markup,
            refuses,
            next: 0,
        };
        let service = zbus::connection::Builder::address(daemon.address.as_str())
            .unwrap()
            .serve_at("/org/freedesktop/Notifications", service)
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap()
            .build()
            .await
            .unwrap();
        Self {
            daemon,
            service,
            shown,
        }
    }

    async fn click(&self, id: u32) {
        let emitter = SignalEmitter::new(&self.service, "/org/freedesktop/Notifications").unwrap();
        Service::action_invoked(&emitter, id, "default").await.unwrap();
    }
}

fn notice(about: &ProfileId, body: &str) -> Notice {
    Notice {
        about: about.clone(),
        screen: Screen::Verify,
        title: "Support EU: a new problem".to_owned(),
        body: body.to_owned(),
        urgency: Urgency::Normal,
    }
}

fn unheard() -> OnClick {
    Arc::new(|| panic!("nobody clicked this one"))
}

#[tokio::test]
async fn a_notice_reaches_the_service_and_the_next_about_the_same_profile_takes_its_place() {
    let mut stage = Stage::new(false, false).await;
    let bus = Bus::at(&stage.daemon.address);
    let (one, other) = (ProfileId::random(), ProfileId::random());
    bus.tell(notice(&one, "a < b & c"), unheard()).await.unwrap();
    bus.tell(notice(&other, "second"), unheard()).await.unwrap();
    bus.tell(notice(&one, "third"), unheard()).await.unwrap();
    let expected = |replaces, body: &str| Shown {
        replaces,
        title: "Support EU: a new problem".to_owned(),
        body: body.to_owned(),
        actions: vec!["default".to_owned(), "Open".to_owned()],
        urgency: 1,
    };
    assert_eq!(stage.shown.recv().await.unwrap(), expected(0, "a < b & c"));
    assert_eq!(stage.shown.recv().await.unwrap(), expected(0, "second"));
    assert_eq!(stage.shown.recv().await.unwrap(), expected(1, "third"));
}

#[tokio::test]
async fn a_service_that_reads_markup_gets_it_escaped() {
    let mut stage = Stage::new(true, false).await;
    let bus = Bus::at(&stage.daemon.address);
    bus.tell(notice(&ProfileId::random(), "a <b> & c"), unheard())
        .await
        .unwrap();
    assert_eq!(stage.shown.recv().await.unwrap().body, "a &lt;b&gt; &amp; c");
}

#[tokio::test]
async fn a_click_is_told_once_and_to_the_right_notice() {
    let stage = Stage::new(false, false).await;
    let bus = Bus::at(&stage.daemon.address);
    let (sender, mut clicks) = mpsc::unbounded_channel();
    for name in ["one", "two"] {
        let (sender, name) = (sender.clone(), name.to_owned());
        let clicked: OnClick = Arc::new(move || sender.send(name.clone()).unwrap());
        bus.tell(notice(&ProfileId::random(), "body"), clicked)
            .await
            .unwrap();
    }
    // What is not ours, twice the same, and then the other one, behind which nothing can come any more.
    for id in [99, 2, 2, 1] {
        stage.click(id).await;
    }
    assert_eq!(clicks.recv().await.unwrap(), "two");
    assert_eq!(clicks.recv().await.unwrap(), "one");
    assert!(clicks.try_recv().is_err());
}

#[tokio::test]
async fn a_bus_without_a_service_and_no_bus_at_all_are_named() {
    let daemon = Daemon::start();
    let empty = Bus::at(&daemon.address)
        .tell(notice(&ProfileId::random(), "x"), unheard())
        .await;
    assert!(matches!(empty, Err(NotifyError::Missing(_))), "{empty:?}");
    let nowhere = Bus::at("unix:path=/nonexistent/bus")
        .tell(notice(&ProfileId::random(), "x"), unheard())
        .await;
    assert!(matches!(nowhere, Err(NotifyError::Missing(_))), "{nowhere:?}");
}

#[tokio::test]
async fn a_service_that_refuses_is_asked_again_the_next_time() {
    let stage = Stage::new(false, true).await;
    let bus = Bus::at(&stage.daemon.address);
    for _ in 0..2 {
        let refused = bus.tell(notice(&ProfileId::random(), "x"), unheard()).await;
        assert!(matches!(refused, Err(NotifyError::Refused(_))), "{refused:?}");
    }
}

/// A host that can tell, and remembers what it was asked.
struct Telling {
    told: Mutex<Vec<(Notice, OnClick)>>,
    revealed: mpsc::UnboundedSender<()>,
}

struct Place(Arc<Telling>);

impl Notifier for Telling {
    fn tell(&self, notice: Notice, clicked: OnClick) -> BoxFuture<'_, Result<(), NotifyError>> {
        self.told.lock().unwrap().push((notice, clicked));
        Box::pin(std::future::ready(Ok(())))
    }
}

impl crate::Host for Place {
    fn kind(&self) -> crate::wire::HostKind {
        crate::wire::HostKind::Desktop
    }
    fn preferences(&self) -> crate::wire::Preferences {
        crate::wire::Preferences::default()
    }
    fn set_preferences(&self, _: &crate::wire::Preferences) -> Result<(), crate::WireError> {
        Ok(())
    }
    fn clipboard(&self) -> Option<crate::clipboard::Clipboard> {
        None
    }
    fn dialogs(&self) -> bool {
        false
    }
    fn notifier(&self) -> Option<Arc<dyn Notifier>> {
        Some(self.0.clone())
    }
    fn reveal(&self) {
        self.0.revealed.send(()).unwrap();
    }
}

#[tokio::test]
async fn a_click_raises_the_window_and_asks_it_for_the_screen() {
    let (revealed, mut raised) = mpsc::unbounded_channel();
    let telling = Arc::new(Telling {
        told: Mutex::default(),
        revealed,
    });
    let desk = Desk::start(crate::Options {
        data_dir: None,
        sample: false,
        host: Arc::new(Place(telling.clone())),
    })
    .await
    .unwrap();
    let mut events = desk.subscribe();
    let id = ProfileId::random();
    desk.tell(notice(&id, "body")).await.unwrap();
    let clicked = telling.told.lock().unwrap()[0].1.clone();
    clicked();
    raised.recv().await.unwrap();
    loop {
        if let Event::Open { profile_id, screen } = events.recv().await.unwrap() {
            assert_eq!((profile_id, screen), (id, Screen::Verify));
            break;
        }
    }
}
