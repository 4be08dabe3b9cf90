//! Notifications of a freedesktop session, on its bus: `org.freedesktop.Notifications`, version 1.2.
//!
//! One connection and one listener for the whole program; the library that does this for us elsewhere keeps a thread for
//! every notice until it is closed, which some desktops never do.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use profile::ProfileId;
use tokio::sync::Mutex;
use zbus::zvariant::Value;
use zbus::{Connection, MatchRule, MessageStream, message};

use super::{Notice, Notifier, NotifyError, OnClick, Urgency};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// The action of a click on the notice itself.
const CLICK: &str = "default";
/// How long the service may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What is on the screen, by the service's number.
type Shown = HashMap<u32, (ProfileId, OnClick)>;

/// The notification service of a bus.
pub(super) struct Bus {
    /// The bus; `None` is that of this session.
    address: Option<String>,
    session: Mutex<Option<Session>>,
}

struct Session {
    connection: Connection,
    markup: bool,
    shown: Arc<Mutex<Shown>>,
    listener: tokio::task::JoinHandle<()>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Bus {
    /// The bus of this session, which is looked for when there is something to tell.
    pub(super) fn session() -> Self {
        Self {
            address: None,
            session: Mutex::default(),
        }
    }

    /// Another bus.
    #[cfg(test)]
    pub(super) fn at(address: &str) -> Self {
        Self {
            address: Some(address.to_owned()),
            session: Mutex::default(),
        }
    }

    async fn show(&self, notice: Notice, clicked: OnClick) -> Result<(), NotifyError> {
        let mut session = self.session.lock().await;
        // The bus ends with its session; the next notice looks for the one that is there then.
        if session.as_ref().is_some_and(|open| open.listener.is_finished()) {
            *session = None;
        }
        let open = match session.take() {
            Some(open) => open,
            None => Session::open(self.address.as_deref()).await?,
        };
        let told = open.show(notice, clicked).await;
        // What failed once may be a connection that is no more.
        *session = told.is_ok().then_some(open);
        told
    }
}

impl Notifier for Bus {
    fn tell(&self, notice: Notice, clicked: OnClick) -> BoxFuture<'_, Result<(), NotifyError>> {
        Box::pin(async move {
            tokio::time::timeout(LIMIT, self.show(notice, clicked))
                .await
                .map_err(|_elapsed| NotifyError::Slow)?
        })
    }
}

impl Session {
    async fn open(address: Option<&str>) -> Result<Self, NotifyError> {
        let connection = match address {
            Some(address) => zbus::connection::Builder::address(address)
                .map_err(missing)?
                .build()
                .await
                .map_err(missing)?,
            None => Connection::session().await.map_err(missing)?,
        };
        let capabilities: Vec<String> = connection
            .call_method(Some(NAME), PATH, Some(NAME), "GetCapabilities", &())
            .await
            .map_err(missing)?
            .body()
            .deserialize()
            .map_err(refused)?;
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .sender(NAME)
            .and_then(|rule| rule.interface(NAME))
            .map_err(missing)?
            .build();
        let signals = MessageStream::for_match_rule(rule, &connection, None)
            .await
            .map_err(missing)?;
        let shown = Arc::new(Mutex::new(Shown::new()));
        Ok(Self {
            connection,
            markup: capabilities.iter().any(|it| it == "body-markup"),
            listener: tokio::spawn(listen(signals, Arc::clone(&shown))),
            shown,
        })
    }

    async fn show(&self, notice: Notice, clicked: OnClick) -> Result<(), NotifyError> {
        // Held until the number is known: a click may come with the answer.
        let mut shown = self.shown.lock().await;
        let former = shown
            .iter()
            .find(|(_, (about, _))| *about == notice.about)
            .map_or(0, |(id, _)| *id);
        let body = if self.markup {
            escaped(&notice.body)
        } else {
            notice.body
        };
        let urgency: u8 = match notice.urgency {
            Urgency::Low => 0,
            Urgency::Normal => 1,
        };
        let hints = HashMap::from([
            ("urgency", Value::from(urgency)),
            ("desktop-entry", Value::from("Handover Desk")),
        ]);
        let request = (
            "Handover Desk",
            former,
            "handover-desk",
            notice.title.as_str(),
            body.as_str(),
            vec![CLICK, "Open"],
            hints,
            -1_i32,
        );
        let id: u32 = self
            .connection
            .call_method(Some(NAME), PATH, Some(NAME), "Notify", &request)
            .await
            .map_err(refused)?
            .body()
            .deserialize()
            .map_err(refused)?;
        shown.remove(&former);
        shown.insert(id, (notice.about, clicked));
        Ok(())
    }
}

async fn listen(mut signals: MessageStream, shown: Arc<Mutex<Shown>>) {
    while let Some(Ok(signal)) = signals.next().await {
        let body = signal.body();
        let header = signal.header();
        match header.member().map(|member| member.as_str()) {
            Some("ActionInvoked") => {
                if let Ok((id, CLICK)) = body.deserialize::<(u32, &str)>()
                    && let Some((_, clicked)) = shown.lock().await.remove(&id)
                {
                    clicked();
                }
            }
            Some("NotificationClosed") => {
                if let Ok((id, _reason)) = body.deserialize::<(u32, u32)>() {
                    shown.lock().await.remove(&id);
                }
            }
            _ => {}
        }
    }
}

/// Text for a service that reads markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn missing(error: impl std::fmt::Display) -> NotifyError {
    NotifyError::Missing(error.to_string())
}

fn refused(error: impl std::fmt::Display) -> NotifyError {
    NotifyError::Refused(error.to_string())
}
