//! The program on a desktop with a tray: a bus of the test's own, and on it somebody who shows icons.

#![cfg(target_os = "linux")]
// Outside of test functions, too, a test ends by a panic.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use desk::clipboard::Clipboard;
use desk::wire::{HostKind, Preferences};
use desk::{Desk, Host, Options, WireError};
use serde_json::json;
use tokio::sync::mpsc;
use zbus::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

/// The longest that a step of the story may take.
const LIMIT: Duration = Duration::from_secs(90);

/// A program that ends with the test, and all that it started.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.0.wait();
    }
}

fn bus() -> (Group, String) {
    let mut child = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .expect("this test needs dbus-daemon");
    let mut address = String::new();
    let out = child.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut address).unwrap();
    (Group(child), address.trim().to_owned())
}

/// A panel that shows icons.
struct Panel(mpsc::UnboundedSender<String>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Panel {
    fn register_status_notifier_item(&self, service: String) {
        self.0.send(service).unwrap();
    }
    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

struct Bare;

impl Host for Bare {
    fn kind(&self) -> HostKind {
        HostKind::Terminal
    }
    fn preferences(&self) -> Preferences {
        Preferences::default()
    }
    fn set_preferences(&self, _: &Preferences) -> Result<(), WireError> {
        Ok(())
    }
    fn clipboard(&self) -> Option<Clipboard> {
        None
    }
    fn dialogs(&self) -> bool {
        false
    }
}

/// A data folder with a profile whose watch pauses.
async fn watched(folder: &Path) {
    let desk = Desk::start(Options {
        data_dir: Some(folder.to_owned()),
        sample: false,
        host: Arc::new(Bare),
    })
    .await
    .unwrap();
    let made = desk
        .dispatch("profile.create", json!({ "name": "Support EU" }))
        .await
        .unwrap();
    let id = made["id"].clone();
    // Paused before the first run can begin.
    desk.dispatch("watch.set", json!({ "id": id, "on": true }))
        .await
        .unwrap();
    desk.dispatch("watch.pause", json!({})).await.unwrap();
    desk.stop().await;
}

struct Icon {
    bus: Connection,
    service: String,
    menu: OwnedObjectPath,
}

impl Icon {
    async fn of(bus: &Connection, service: String) -> Self {
        let mut icon = Self {
            bus: bus.clone(),
            service,
            menu: OwnedObjectPath::default(),
        };
        icon.menu = icon.property("Menu").await.try_into().unwrap();
        icon
    }

    async fn property(&self, name: &str) -> OwnedValue {
        let interface = "org.freedesktop.DBus.Properties";
        let asked = ("org.kde.StatusNotifierItem", name);
        let service = Some(self.service.as_str());
        let answer = self
            .bus
            .call_method(service, "/StatusNotifierItem", Some(interface), "Get", &asked)
            .await
            .unwrap();
        answer.body().deserialize().unwrap()
    }

    /// What it says when one points at it.
    async fn says(&self) -> String {
        type Tip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
        Tip::try_from(self.property("ToolTip").await).unwrap().3
    }

    /// Number and label of each entry.
    async fn entries(&self) -> Vec<(i32, String)> {
        type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let service = Some(self.service.as_str());
        let interface = "com.canonical.dbusmenu";
        let asked = (0_i32, -1_i32, Vec::<&str>::new());
        let answer = self
            .bus
            .call_method(service, &self.menu, Some(interface), "GetLayout", &asked)
            .await
            .unwrap();
        let (_, root): (u32, Entry) = answer.body().deserialize().unwrap();
        let entry = |value: OwnedValue| {
            let (id, properties, _) = Entry::try_from(value).unwrap();
            let label = properties.get("label")?.try_clone().unwrap();
            Some((id, String::try_from(label).unwrap()))
        };
        root.2.into_iter().filter_map(entry).collect()
    }

    async fn choose(&self, label: &str) {
        let entries = self.entries().await;
        let (id, _) = entries.iter().find(|(_, it)| it == label).unwrap();
        let event = (*id, "clicked", Value::from(0_i32), 0_u32);
        let service = Some(self.service.as_str());
        let interface = "com.canonical.dbusmenu";
        // What ends the program may end it before it answers.
        let _ = self
            .bus
            .call_method(service, &self.menu, Some(interface), "Event", &event)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_icon_shows_how_the_watch_stands_and_ends_the_program() {
    let folder = tempfile::tempdir().unwrap();
    watched(&folder.path().join("profiles")).await;
    let (_daemon, address) = bus();
    let (sender, mut registered) = mpsc::unbounded_channel();
    let panel = zbus::connection::Builder::address(address.as_str())
        .unwrap()
        .serve_at("/StatusNotifierWatcher", Panel(sender))
        .unwrap()
        .name("org.kde.StatusNotifierWatcher")
        .unwrap()
        .build()
        .await
        .unwrap();
    let mut command = Command::new("xvfb-run");
    command
        .args(["-a", env!("CARGO_BIN_EXE_handover-desk"), "--data-dir"])
        .arg(folder.path().join("profiles"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("DBUS_SESSION_BUS_ADDRESS", &address)
        .env("MESA_SHADER_CACHE_DISABLE", "true")
        .stdin(Stdio::null())
        .process_group(0);
    for name in [
        "HOME",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        command.env(name, path);
    }
    let mut program = Group(command.spawn().expect("this test needs xvfb-run"));

    let service = tokio::time::timeout(LIMIT, registered.recv())
        .await
        .expect("an icon")
        .unwrap();
    let icon = Icon::of(&panel, service).await;
    assert_eq!(icon.says().await, "Watching is paused");
    let labels: Vec<_> = icon.entries().await.into_iter().map(|(_, label)| label).collect();
    assert_eq!(labels, ["Open", "Verify now", "Resume watching", "Quit"]);

    icon.choose("Quit").await;
    let ended = tokio::task::spawn_blocking(move || {
        let status = program.0.wait().unwrap();
        (program, status)
    });
    let (_program, status) = tokio::time::timeout(LIMIT, ended)
        .await
        .expect("the end")
        .unwrap();
    assert!(status.success(), "{status}");
}
