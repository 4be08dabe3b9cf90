//! Connections: credentials by name. What goes in as a value never comes out again.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::cognigy::api::{Outcome, ok, paged};
use crate::cognigy::caller::{Caller, Right};
use crate::cognigy::install::Connection;
use crate::cognigy::problem::{Kind, Wrong};
use crate::cognigy::sample::{EXTENSION, INTEGRATION, INTEGRATION_FIELDS, OUTBOUND, OUTBOUND_FIELDS};
use crate::id::Ids;

pub(crate) async fn list(caller: Caller) -> Response {
    let outcome = caller.named_project(Right::Read).and_then(|install| {
        let items = install.connections.iter().map(Connection::shown).collect();
        paged(&caller, items, &["name"])
    });
    caller.answer(outcome)
}

pub(crate) async fn schemas(caller: Caller) -> Response {
    let schema = |kind: &str, fields: &[&str]| {
        let fields: Vec<Value> = fields.iter().map(|name| json!({ "fieldName": name })).collect();
        json!({ "_id": Ids::new(caller.sim.seed).object(kind), "extension": EXTENSION, "type": kind, "fields": fields })
    };
    let items = vec![
        schema(OUTBOUND, &OUTBOUND_FIELDS),
        schema(INTEGRATION, &INTEGRATION_FIELDS),
    ];
    caller.answer(paged(&caller, items, &["type"]))
}

pub(crate) async fn create(caller: Caller) -> Response {
    caller.answer(created(&caller))
}

fn created(caller: &Caller) -> Outcome {
    let install = caller.named_project(Right::Connections)?;
    let body = caller.body()?;
    let extension = text(&body, "extension")?;
    if extension != EXTENSION {
        return Err(Wrong::argument("There is no such extension."));
    }
    let kind = text(&body, "type")?;
    let known: &[&str] = match kind.as_str() {
        OUTBOUND => &OUTBOUND_FIELDS,
        INTEGRATION => &INTEGRATION_FIELDS,
        _ => return Err(Wrong::argument("The extension has no such type.")),
    };
    let name = text(&body, "name")?;
    if install.connections.iter().any(|of| of.name == name) {
        return Err(Wrong::new(Kind::Conflict, "A connection has this name already."));
    }
    let given = fields(body.get("fields"), known)?;
    let value = |name: &str| {
        given
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
    };
    let number = caller.sim.next();
    let ids = Ids::new(caller.sim.seed);
    let now = caller.sim.clock.now();
    let connection = Connection {
        id: ids.object(&format!("connection {number}")),
        reference_id: ids.uuid(&format!("connection {number}")),
        name,
        extension,
        fields: known
            .iter()
            .map(|name| ((*name).to_owned(), value(name).unwrap_or_default()))
            .collect(),
        kind,
        created_at: now,
        last_changed: now,
    };
    let shown = connection.shown();
    caller.sim.cognigy.install().connections.push(connection);
    Ok(answer::json(StatusCode::CREATED, &shown))
}

fn text(body: &Map<String, Value>, name: &str) -> Result<String, Wrong> {
    match body.get(name) {
        None => Err(Wrong::missing(name)),
        Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
        Some(_) => Err(Wrong::argument(format!("{name} must be a text."))),
    }
}

fn fields(given: Option<&Value>, known: &[&str]) -> Result<Vec<(String, String)>, Wrong> {
    let Some(given) = given else {
        return Ok(Vec::new());
    };
    let given = given
        .as_object()
        .ok_or_else(|| Wrong::argument("fields must be an object of texts."))?;
    given
        .iter()
        .map(|(name, value)| match value.as_str() {
            Some(value) if known.contains(&name.as_str()) => Ok((name.clone(), value.to_owned())),
            Some(_) => Err(Wrong::argument(format!("There is no field {name}."))),
            None => Err(Wrong::argument("fields must be an object of texts.")),
        })
        .collect()
}

pub(crate) async fn read(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = caller.install(Right::Read).and_then(|install| {
        let found = install.connections.iter().find(|of| of.id == id);
        ok(&found.ok_or_else(|| Wrong::not_found("connection"))?.shown())
    });
    caller.answer(outcome)
}

pub(crate) async fn update(Path(id): Path<String>, caller: Caller) -> Response {
    caller.answer(updated(&caller, &id))
}

fn updated(caller: &Caller, id: &str) -> Outcome {
    caller.install(Right::Connections)?;
    let body = caller.body()?;
    let now = caller.sim.clock.now();
    let mut install = caller.sim.cognigy.install();
    let connection = install
        .connections
        .iter_mut()
        .find(|of| of.id == id)
        .ok_or_else(|| Wrong::not_found("connection"))?;
    if body.contains_key("name") {
        connection.name = text(&body, "name")?;
    }
    let known: Vec<&str> = connection.fields.iter().map(|(name, _)| name.as_str()).collect();
    for (name, value) in fields(body.get("fields"), &known)? {
        if let Some(field) = connection.fields.iter_mut().find(|(key, _)| *key == name) {
            field.1 = value;
        }
    }
    connection.last_changed = now;
    Ok(answer::empty())
}

pub(crate) async fn delete(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = caller.install(Right::Connections).and_then(|_| {
        let mut install = caller.sim.cognigy.install();
        let before = install.connections.len();
        install.connections.retain(|of| of.id != id);
        if install.connections.len() == before {
            return Err(Wrong::not_found("connection"));
        }
        Ok(answer::empty())
    });
    caller.answer(outcome)
}
