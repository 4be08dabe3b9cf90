//! The chat socket: Socket.IO on Engine.IO 4 and 3, by websocket or polling, at `/socket.io` of the endpoint host.
//!
//! A client says who it is in the query of the handshake, or in the answer to the event `handshake`, or with its first
//! message; once that is known it is told `endpoint-ready` and what it missed.

use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::socket::Sid;
use tokio::sync::mpsc;

use crate::cognigy::chat;
use crate::cognigy::install::Endpoint;
use crate::cognigy::session::{Event, Key};
use crate::contract::Contract;
use crate::params::Params;
use crate::state::Sim;

/// How long a client may take to confirm an event (seen in code: about two seconds).
const CONFIRM: Duration = Duration::from_secs(2);
/// Channels that chat by socket.
const CHANNELS: [&str; 3] = ["webchat3", "webchat2", "socket"];

pub(crate) fn routes(sim: &Arc<Sim>) -> Router<Arc<Sim>> {
    let (service, io) = SocketIo::builder().ack_timeout(CONFIRM).build_svc();
    let weak = Arc::downgrade(sim);
    io.ns("/", async move |socket: SocketRef| {
        connected(weak.clone(), socket).await
    });
    sim.cognigy.listen(io.clone());
    // Sockets live beside the connections that the server knows, so they are ended here.
    let cancel = sim.cancel.clone();
    sim.tasks.spawn(async move {
        cancel.cancelled().await;
        io.close().await;
    });
    Router::new()
        .route_service("/socket.io/", service.clone())
        .route_service("/socket.io", service)
}

/// Who a client says it is.
struct Hello {
    token: String,
    key: Key,
    confirms: bool,
}

impl Hello {
    fn read(get: impl Fn(&str) -> Option<String>) -> Option<Hello> {
        Some(Hello {
            token: get("urlToken").or_else(|| get("URLToken"))?,
            key: Key {
                user: get("userId")?,
                session: get("sessionId")?,
            },
            confirms: get("emitWithAck").as_deref() == Some("true"),
        })
    }

    fn of_value(value: &Value) -> Option<Hello> {
        // An answer to an event may come as the one value or as a list of it.
        let value = if value.is_array() { &value[0] } else { value };
        Hello::read(|name| match &value[name] {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        })
    }
}

async fn connected(sim: Weak<Sim>, socket: SocketRef) {
    let Some(live) = sim.upgrade() else { return };
    let params = Params::of(&socket.req_parts().uri);
    let get = |name: &str| {
        params
            .get(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let asks_back = params.get("handshake") == Some("true");
    let hello = Hello::read(get);
    // Handlers are called in the order of the messages, but what they await is not: a queue keeps the order.
    let (sender, inputs) = mpsc::unbounded_channel();
    socket.on("processInput", move |Data(input): Data<Value>, ack: AckSender| {
        // The client takes a missing confirmation for a lost message, so it comes first.
        let _ = ack.send(&json!({}));
        let _ = sender.send(input);
        std::future::ready(())
    });
    let cancel = live.cancel.clone();
    let (weak, id) = (sim.clone(), socket.id);
    live.tasks.spawn(async move {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = listen(&weak, id, inputs) => {}
        }
    });
    // A user's typing goes to providers that show it; this one is not among them.
    let loose = live.loose;
    socket.on(
        "typingStatus",
        async move |socket: SocketRef, Data(status): Data<Value>| {
            if let Some(rule) = broken_rule(loose, "typingStatus", &status) {
                unfit(&socket, &rule);
            }
        },
    );
    match hello {
        Some(hello) => {
            welcome(&live, &socket, &hello).await;
        }
        None if asks_back => {
            let answer = socket.emit_with_ack::<_, Value>("handshake", &json!({}));
            let Ok(answer) = answer else { return };
            let Ok(answer) = answer.await else { return };
            match Hello::of_value(&answer) {
                Some(hello) => {
                    welcome(&live, &socket, &hello).await;
                }
                None => refuse(&socket, "userId, sessionId and urlToken are required."),
            }
        }
        // It will say so with its first message.
        None => ready(&socket),
    }
}

/// Takes what a socket says until it is gone. It holds no socket while it waits, which would keep both alive.
async fn listen(sim: &Weak<Sim>, id: Sid, mut inputs: mpsc::UnboundedReceiver<Value>) {
    while let Some(input) = inputs.recv().await {
        let Some(sim) = sim.upgrade() else { return };
        let socket = sim.cognigy.sockets().and_then(|io| io.get_socket(id));
        let Some(socket) = socket else { return };
        said(&sim, &socket, &input).await;
    }
}

fn ready(socket: &SocketRef) {
    let _ = socket.emit("endpoint-ready", &json!({}));
}

fn refuse(socket: &SocketRef, text: &str) {
    let _ = socket.emit("exception", &json!({ "error": text }));
}

/// An event of the client that breaks a rule of the contract.
fn unfit(socket: &SocketRef, rule: &str) {
    let _ = socket.emit(
        "exception",
        &json!({ "error": "The event is not valid.", "rule": rule }),
    );
}

/// The rule of the contract that an event breaks, unless rules are left aside.
fn broken_rule(loose: bool, name: &str, payload: &Value) -> Option<String> {
    if loose {
        return None;
    }
    match Contract::get().map(|contract| contract.event_breach(name, payload)) {
        Ok(Ok(rule)) => rule,
        Ok(Err(error)) => Some(error.to_string()),
        Err(error) => Some(error.to_string()),
    }
}

/// The endpoint of a token, if it can be chatted with by socket.
fn endpoint(sim: &Sim, token: &str) -> Result<Endpoint, &'static str> {
    let endpoint = sim.install_bare().endpoint(token).cloned();
    let endpoint = endpoint.ok_or("There is no endpoint with this token.")?;
    if !CHANNELS.contains(&endpoint.channel.as_str()) {
        return Err("The endpoint is not for sockets.");
    }
    if !endpoint.active {
        return Err("The endpoint is not active.");
    }
    Ok(endpoint)
}

/// Brings a socket into its session.
async fn welcome(sim: &Arc<Sim>, socket: &SocketRef, hello: &Hello) {
    let endpoint = match endpoint(sim, &hello.token) {
        Ok(endpoint) => endpoint,
        Err(text) => {
            refuse(socket, text);
            return;
        }
    };
    socket.join(hello.key.room());
    let missed = sim.cognigy.sessions.with(&hello.key, &endpoint, |session| {
        session.confirms = hello.confirms;
        session.missed(sim.clock.now())
    });
    ready(socket);
    for event in missed {
        sim.emit(&hello.key, event).await;
    }
}

/// A message of the user. It names its session itself, and counts for that one.
async fn said(sim: &Arc<Sim>, socket: &SocketRef, input: &Value) {
    if let Some(rule) = broken_rule(sim.loose, "processInput", input) {
        return unfit(socket, &rule);
    }
    let Some(hello) = Hello::of_value(input) else {
        return refuse(socket, "userId, sessionId and URLToken are required.");
    };
    let endpoint = match endpoint(sim, &hello.token) {
        Ok(endpoint) => endpoint,
        Err(text) => return refuse(socket, text),
    };
    // Late, but now it is known who this is.
    socket.join(hello.key.room());
    let text = input["text"].as_str().unwrap_or_default();
    if text.is_empty() && !input["data"].is_object() {
        return refuse(socket, "text or data is required.");
    }
    chat::hear(sim, &hello.key, &endpoint, text, input["data"].clone()).await;
}

impl Sim {
    /// Whether a socket of the session is connected.
    pub(crate) fn listens(&self, key: &Key) -> bool {
        !self.sockets_of(key).is_empty()
    }

    /// The connected sockets of a session. When the sandbox ends, its namespace goes before the last words are said.
    fn sockets_of(&self, key: &Key) -> Vec<SocketRef> {
        let namespace = self.cognigy.sockets().and_then(|io| io.of("/"));
        namespace.map_or_else(Vec::new, |namespace| namespace.to(key.room()).sockets())
    }

    /// Sends an event to the session's sockets; keeps it for a while if nobody gets it.
    pub(crate) async fn emit(&self, key: &Key, event: Event) {
        let event = match broken_rule(self.loose, event.name, &event.payload) {
            None => event,
            Some(rule) => {
                tracing::error!(rule, "the sandbox's own event breaks its contract");
                Event {
                    name: "exception",
                    payload: json!({ "error": "The sandbox broke its own contract.", "rule": rule }),
                    at: event.at,
                }
            }
        };
        let sockets = self.sockets_of(key);
        let confirms = self.cognigy.sessions.known(key, |session| session.confirms);
        let mut delivered = false;
        for socket in sockets {
            delivered |= if confirms == Some(true) {
                match socket.emit_with_ack::<_, Value>(event.name, &event.payload) {
                    Ok(confirmation) => confirmation.await.is_ok(),
                    Err(_) => false,
                }
            } else {
                socket.emit(event.name, &event.payload).is_ok()
            };
        }
        if !delivered {
            self.cognigy.sessions.known(key, |session| session.keep(event));
        }
    }
}
