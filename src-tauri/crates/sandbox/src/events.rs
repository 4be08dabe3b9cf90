//! The event hub: a websocket that tells agents what happens to contacts (all of it seen in code: the vendor's agent SDK).
//!
//! A client registers with its access token and is told `authorized`; from then on it hears of the contacts its user has,
//! and of those it subscribed to. Heartbeats are answered `pong`, at any interval.

use std::sync::Arc;

use axum::Router;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use http::header::UPGRADE;
use http::{HeaderValue, StatusCode, Uri};
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;

use crate::answer;
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::switch::{HubLimit, HubToken};

/// The close code for a bad token: what the vendor sends is not known.
const POLICY: u16 = 1008;
/// Room for an access token and then some, in bytes.
const LARGEST: usize = 64 * 1024;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new().route("/", get(hub))
}

async fn hub(seen: Seen, uri: Uri, upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>) -> Response {
    let Ok(upgrade) = upgrade else {
        return upgrade_required();
    };
    let params = Params::of(&uri);
    let tenant = params.get("tenantId").unwrap_or_default().to_owned();
    let user = params.get("userId").unwrap_or_default().to_owned();
    upgrade
        .max_message_size(LARGEST)
        .on_upgrade(move |socket| async move {
            let line = Line { seen, tenant, user };
            let cancel = line.seen.sim.cancel.clone();
            let tasks = line.seen.sim.tasks.clone();
            let talk = tasks.track_future(line.talk(socket));
            tokio::select! {
                () = cancel.cancelled() => {}
                () = talk => {}
            }
        })
}

fn upgrade_required() -> Response {
    let text = "This address speaks websocket.\n";
    let mut response = answer::text(StatusCode::UPGRADE_REQUIRED, "text/plain; charset=utf-8", text);
    response
        .headers_mut()
        .insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}

/// One connection.
struct Line {
    seen: Seen,
    tenant: String,
    user: String,
}

/// What to do after a message of the client.
enum Reaction {
    Nothing,
    Say(&'static str),
    /// Whom the client turned out to be.
    Authorized(String),
    Close,
}

impl Line {
    /// Until either side leaves. The user is known only after `authorized`.
    async fn talk(self, mut socket: WebSocket) {
        let mut events = self.seen.sim.hub.listen();
        let mut user: Option<String> = None;
        loop {
            let sent = tokio::select! {
                received = socket.recv() => match received {
                    Some(Ok(Message::Text(text))) => match self.react(&text) {
                        Reaction::Nothing => Ok(()),
                        Reaction::Say(words) => socket.send(Message::Text(words.into())).await,
                        Reaction::Authorized(who) => {
                            user = Some(who);
                            socket.send(Message::Text("authorized".into())).await
                        }
                        Reaction::Close => {
                            let frame = CloseFrame { code: POLICY, reason: "invalid token".into() };
                            // It ends here whether the client hears of it or not.
                            let _ = socket.send(Message::Close(Some(frame))).await;
                            return;
                        }
                    },
                    Some(Ok(Message::Close(_))) | Some(Err(_)) | None => return,
                    Some(Ok(_)) => Ok(()),
                },
                event = events.recv() => match (event, &user) {
                    (Ok(event), Some(user)) if self.concerns(&event, user) => {
                        socket.send(Message::Text(event.text.as_str().into())).await
                    }
                    (Err(RecvError::Closed), _) => return,
                    _ => Ok(()),
                },
            };
            if sent.is_err() {
                return;
            }
        }
    }

    fn concerns(&self, event: &crate::hub::Event, user: &str) -> bool {
        let sim = &self.seen.sim;
        sim.hub.concerns(event, user, sim.clock.now())
    }

    fn react(&self, text: &str) -> Reaction {
        let message: Value = serde_json::from_str(text).unwrap_or_default();
        match message["action"].as_str() {
            Some("heartbeat") => Reaction::Say("pong"),
            Some("register") if self.limited() => Reaction::Say("RATE_LIMIT_EXCEEDED"),
            Some("register") => match self.registered(message["payload"]["token"].as_str()) {
                Some(user) => Reaction::Authorized(user),
                None if self.seen.sim.switches().hub_token == HubToken::Close => Reaction::Close,
                None => Reaction::Nothing,
            },
            _ => Reaction::Nothing,
        }
    }

    fn limited(&self) -> bool {
        self.seen.sim.switches().hub_limit == HubLimit::OnRegister
    }

    /// The user of a token, if it is valid and fits the address: its tenant, and its user where one is named.
    fn registered(&self, token: Option<&str>) -> Option<String> {
        let sim = &self.seen.sim;
        let issued = sim.tokens.valid(token?, false, sim.clock.now())?;
        let tenant = &self.seen.world.tenant;
        let id = tenant.subject(&issued.subject)?;
        let agent = tenant.agents.iter().find(|agent| agent.id == id)?;
        let fits = tenant.id.eq_ignore_ascii_case(&self.tenant)
            && (self.user.is_empty() || self.user.eq_ignore_ascii_case(&agent.user_id));
        fits.then(|| agent.user_id.clone())
    }
}
