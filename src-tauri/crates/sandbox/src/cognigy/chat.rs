//! Chats: what comes from a user and goes back, by whatever endpoint. Here are the REST endpoint and the endpoint's
//! configuration; `socket` is the other way in.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::answer;
use crate::cognigy::bot::{Input, Output, Run};
use crate::cognigy::install::{Endpoint, Level, Source, Turn};
use crate::cognigy::journal::stamp;
use crate::cognigy::relay;
use crate::cognigy::session::{Event, Key, Stage};
use crate::id::Ids;
use crate::state::{Seen, Sim};
use crate::switch::FinalPing;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/{token}", get(config).post(rest))
        .route("/test/{token}", post(rest))
}

/// What a chat page asks for before it connects. A token nobody has is nothing the ingress knows.
async fn config(seen: Seen, Path(token): Path<String>) -> Response {
    let install = seen.sim.install_bare();
    let Some(endpoint) = install.endpoint(&token) else {
        return answer::no_route();
    };
    let session = Ids::new(seen.sim.seed).uuid(&format!("initial session {}", seen.sim.next()));
    answer::ok(&json!({
        "active": endpoint.active,
        "URLToken": endpoint.url_token,
        "channel": endpoint.channel,
        "initialSessionId": format!("session-{session}"),
        "settings": endpoint.settings,
    }))
}

/// One message, answered with all the bot says to it. What an agent says later never arrives here.
async fn rest(seen: Seen, Path(token): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let endpoint = seen.sim.install_bare().endpoint(&token).cloned();
    let Some(endpoint) = endpoint else {
        return answer::no_route();
    };
    let refuse = |status: StatusCode, text: &str| answer::json(status, &json!({ "error": text }));
    if !endpoint.active {
        return refuse(StatusCode::FORBIDDEN, "The endpoint is not active.");
    }
    if endpoint.channel != "rest" {
        return refuse(StatusCode::BAD_REQUEST, "This is no REST endpoint.");
    }
    let is_json = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"));
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
    let (Some(user), Some(session)) = (text("userId"), text("sessionId")) else {
        return refuse(StatusCode::BAD_REQUEST, "userId and sessionId are required.");
    };
    if !is_json || (text("text").is_none() && !body["data"].is_object()) {
        return refuse(
            StatusCode::BAD_REQUEST,
            "A JSON body with text or data is required.",
        );
    }
    let key = Key {
        user: user.to_owned(),
        session: session.to_owned(),
    };
    let said = hear(
        &seen.sim,
        &key,
        &endpoint,
        text("text").unwrap_or_default(),
        body["data"].clone(),
    )
    .await;
    let texts: Vec<&str> = said.iter().filter_map(|output| output.text.as_deref()).collect();
    let stack: Vec<Value> = said
        .iter()
        .map(|output| {
            json!({
                "text": output.text,
                "data": data_of(output),
                "traceId": output.trace,
                "source": output.source,
            })
        })
        .collect();
    answer::ok(&json!({
        "text": texts.join("\n"),
        "data": said.last().map(data_of).unwrap_or_else(|| json!({})),
        "outputStack": stack,
        "userId": key.user,
        "sessionId": key.session,
    }))
}

/// Takes what a user says, one message of a session after the other; gives all the bot said to it.
pub(crate) async fn hear(
    sim: &Arc<Sim>,
    key: &Key,
    endpoint: &Endpoint,
    text: &str,
    data: Value,
) -> Vec<Output> {
    let turn = sim.cognigy.sessions.with(key, endpoint, |session| {
        session.endpoint.clone_from(&endpoint.url_token);
        session.turn()
    });
    let _turn = turn.lock().await;
    sim.record(key, endpoint, Source::User, text, &data);
    let input = Input {
        text: text.to_owned(),
        handover: Value::Null,
    };
    let Some(mut run) = Run::new(sim, key, endpoint, input) else {
        return Vec::new();
    };
    let handover = sim
        .cognigy
        .sessions
        .known(key, |session| session.handover.clone());
    match handover.flatten() {
        Some(handover) => relay::user_says(&mut run, &handover).await,
        None => run.whole().await,
    }
    let meta = json!({ "sessionId": key.session, "userId": key.user, "flowName": run.flow.name });
    sim.log(Level::Debug, "The flow has run", meta);
    sim.final_ping(key).await;
    run.said
}

fn data_of(output: &Output) -> Value {
    if output.data.is_object() {
        output.data.clone()
    } else {
        json!({})
    }
}

impl Sim {
    /// Says something in a chat: writes it down and sends it to whoever listens.
    pub(crate) async fn tell(&self, key: &Key, endpoint: &Endpoint, output: Output) {
        let text = output.text.clone().unwrap_or_default();
        self.record(key, endpoint, output.source, &text, &output.data);
        if endpoint.channel == "rest" {
            return;
        }
        let payload = json!({
            "type": "output",
            "data": {
                "text": output.text,
                "data": data_of(&output),
                "source": output.source,
                "traceId": output.trace,
                "disableSensitiveLogging": false,
            },
        });
        let event = Event {
            name: "output",
            payload,
            at: self.clock.now(),
        };
        self.emit(key, event).await;
    }

    /// Says that a run of the flow is over, which tells nothing about a handover.
    pub(crate) async fn final_ping(&self, key: &Key) {
        let ping = json!({ "type": "regular" });
        let (name, payload) = match self.switches().final_ping {
            FinalPing::Event => ("finalPing", ping),
            FinalPing::Output => ("output", json!({ "type": "finalPing", "data": ping })),
        };
        // Of use only to who is there now.
        if self.listens(key) {
            let at = self.clock.now();
            self.emit(key, Event { name, payload, at }).await;
        }
    }

    /// The endpoint a session chats on, if it is still there.
    pub(crate) fn endpoint_of(&self, key: &Key) -> Option<Endpoint> {
        let token = self
            .cognigy
            .sessions
            .known(key, |session| session.endpoint.clone())?;
        self.cognigy.install().endpoint(&token).cloned()
    }

    /// Writes a line of the conversation, if the endpoint collects them.
    fn record(&self, key: &Key, endpoint: &Endpoint, source: Source, text: &str, data: &Value) {
        if !endpoint.use_conversations {
            self.beat();
            return;
        }
        let stage = self.cognigy.sessions.known(key, |session| {
            session.handover.as_ref().map(|handover| handover.stage)
        });
        let stage = stage.flatten();
        let id = Ids::new(self.seed).object(&format!("turn {}", self.next()));
        let mut install = self.cognigy.install();
        let flow_name = install
            .flow(&endpoint.flow_id)
            .map(|flow| flow.name.clone())
            .unwrap_or_default();
        install.turns.push(Turn {
            id,
            session_id: key.session.clone(),
            contact_id: key.user.clone(),
            input_text: text.to_owned(),
            input_data: data.clone(),
            kind: if source == Source::User { "input" } else { "output" },
            source,
            channel: endpoint.channel.clone(),
            timestamp: stamp(self.clock.now()),
            in_handover_request: stage.is_some(),
            in_handover_conversation: stage == Some(Stage::Active),
            endpoint_name: endpoint.name.clone(),
            endpoint_url_token: endpoint.url_token.clone(),
            flow_name,
            locale_name: "English",
            snapshot_name: None,
            rating: None,
        });
        drop(install);
        self.beat();
    }
}
