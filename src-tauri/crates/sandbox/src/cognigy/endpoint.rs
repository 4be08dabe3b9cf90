//! Endpoints as the REST API keeps them: where a flow can be talked to. The talking itself is `chat` and `socket`.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::cognigy::api::{Outcome, ok, paged, value};
use crate::cognigy::caller::{Caller, Right};
use crate::cognigy::install::{Endpoint, Install};
use crate::cognigy::problem::Wrong;
use crate::id::Ids;

/// Channels an endpoint may have here; real installs have many more.
const CHANNELS: [&str; 6] = ["webchat3", "webchat2", "socket", "rest", "webhook", "niceCXOne"];
/// Fields that an update may change.
const SWITCHES: [&str; 5] = [
    "active",
    "useConversations",
    "useAnalytics",
    "maskLogging",
    "maskAnalytics",
];

pub(crate) async fn list(caller: Caller) -> Response {
    let outcome = caller.named_project(Right::Read).and_then(|install| {
        let items = install.endpoints.iter().map(value).collect();
        paged(&caller, items, &["name", "channel"])
    });
    caller.answer(outcome)
}

pub(crate) async fn read(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = caller.install(Right::Read).and_then(|install| {
        let found = install.endpoints.iter().find(|of| of.id == id);
        ok(&value(found.ok_or_else(|| Wrong::not_found("endpoint"))?))
    });
    caller.answer(outcome)
}

pub(crate) async fn create(caller: Caller) -> Response {
    caller.answer(created(&caller))
}

fn created(caller: &Caller) -> Outcome {
    let install = caller.named_project(Right::Endpoints)?;
    let body = caller.body()?;
    for required in ["name", "channel", "flowId"] {
        if body.get(required).and_then(Value::as_str).is_none() {
            return Err(Wrong::missing(required));
        }
    }
    let number = caller.sim.next();
    let ids = Ids::new(caller.sim.seed);
    let now = caller.sim.clock.now();
    let mut endpoint = Endpoint {
        id: ids.object(&format!("endpoint {number}")),
        reference_id: ids.uuid(&format!("endpoint {number}")),
        name: String::new(),
        channel: String::new(),
        active: true,
        url_token: ids.hex(&format!("endpoint token {number}"), 64),
        flow_id: String::new(),
        locale_id: install.locale_id.clone(),
        entrypoint: install.project.id.clone(),
        use_conversations: true,
        use_analytics: true,
        mask_logging: false,
        mask_analytics: false,
        handover_settings: json!({ "provider": "none", "providerSettings": {}, "agentAssistSettings": {} }),
        settings: json!({}),
        created_at: now,
        last_changed: now,
    };
    change(&mut endpoint, &body, &install)?;
    let shown = value(&endpoint);
    caller.sim.cognigy.install().endpoints.push(endpoint);
    Ok(answer::json(StatusCode::CREATED, &shown))
}

pub(crate) async fn update(Path(id): Path<String>, caller: Caller) -> Response {
    caller.answer(updated(&caller, &id))
}

fn updated(caller: &Caller, id: &str) -> Outcome {
    let install = caller.install(Right::Endpoints)?;
    let body = caller.body()?;
    let now = caller.sim.clock.now();
    let mut live = caller.sim.cognigy.install();
    let endpoint = live
        .endpoints
        .iter_mut()
        .find(|of| of.id == id)
        .ok_or_else(|| Wrong::not_found("endpoint"))?;
    let mut changed = endpoint.clone();
    change(&mut changed, &body, &install)?;
    changed.last_changed = now;
    *endpoint = changed;
    Ok(answer::empty())
}

/// Applies a body; nothing of it if one of its values is wrong.
fn change(endpoint: &mut Endpoint, body: &Map<String, Value>, install: &Install) -> Result<(), Wrong> {
    for (name, given) in body {
        match (name.as_str(), given) {
            ("projectId", _) => {}
            ("name", Value::String(text)) if !text.is_empty() => endpoint.name.clone_from(text),
            ("channel", Value::String(text)) if CHANNELS.contains(&text.as_str()) => {
                endpoint.channel.clone_from(text);
            }
            // A reference id: the plain one is refused, as on real installs.
            ("flowId", Value::String(text))
                if install.flows.iter().any(|flow| flow.reference_id == *text) =>
            {
                endpoint.flow_id.clone_from(text);
            }
            ("settings", Value::Object(_)) => endpoint.settings = given.clone(),
            ("handoverSettings", Value::Object(_)) => endpoint.handover_settings = given.clone(),
            (name, Value::Bool(on)) if SWITCHES.contains(&name) => match name {
                "active" => endpoint.active = *on,
                "useConversations" => endpoint.use_conversations = *on,
                "useAnalytics" => endpoint.use_analytics = *on,
                "maskLogging" => endpoint.mask_logging = *on,
                _ => endpoint.mask_analytics = *on,
            },
            (name, _) => return Err(Wrong::argument(format!("{name} cannot have this value."))),
        }
    }
    Ok(())
}

pub(crate) async fn delete(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = caller.install(Right::Endpoints).and_then(|_| {
        let mut install = caller.sim.cognigy.install();
        let before = install.endpoints.len();
        install.endpoints.retain(|of| of.id != id);
        if install.endpoints.len() == before {
            return Err(Wrong::not_found("endpoint"));
        }
        Ok(answer::empty())
    });
    caller.answer(outcome)
}
