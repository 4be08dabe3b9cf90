//! Who the key belongs to, the project, and the search over its things.

use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

use crate::cognigy::api::{Outcome, ok, paged, value};
use crate::cognigy::caller::{Caller, Right};
use crate::cognigy::install::Install;
use crate::cognigy::problem::Wrong;

pub(crate) async fn me(caller: Caller) -> Response {
    let user = value(&caller.sim.cognigy.install().user);
    caller.answer(ok(&user))
}

/// Only projects the key's owner is a member of.
pub(crate) async fn list(caller: Caller) -> Response {
    let install = caller.shown();
    let projects = if install.key.member {
        vec![value(&install.project)]
    } else {
        Vec::new()
    };
    caller.answer(paged(&caller, projects, &["name"]))
}

pub(crate) async fn read(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = caller.project(&id, Right::Read);
    caller.answer(outcome.and_then(|install| ok(&value(&install.project))))
}

/// The settings are many; the sandbox has only the ones that tell where conversations and logs are kept.
pub(crate) async fn settings(Path(id): Path<String>, caller: Caller) -> Response {
    let outcome = caller.project(&id, Right::Read);
    caller.answer(outcome.and_then(|_| {
        ok(&json!({
            "generalSettings": { "logging": "debug" },
            "analyticsSettings": { "collectConversations": true },
        }))
    }))
}

pub(crate) async fn search(caller: Caller) -> Response {
    caller.answer(searched(&caller))
}

fn searched(caller: &Caller) -> Outcome {
    let install = caller.named_project(Right::Read)?;
    let asked = [caller.params.all("type"), caller.params.all("type[]")].concat();
    let mut items = Vec::new();
    for kind in KINDS {
        if asked.is_empty() || asked.contains(&kind.name) {
            items.extend((kind.of)(&install).into_iter().map(|item| {
                json!({
                    "_id": item["_id"],
                    "referenceId": item["referenceId"],
                    "name": item["name"],
                    "type": kind.name,
                })
            }));
        }
    }
    if let Some(unknown) = asked
        .iter()
        .find(|name| KINDS.iter().all(|kind| kind.name != **name))
    {
        return Err(Wrong::argument(format!(
            "There is no type {unknown} to search for."
        )));
    }
    paged(caller, items, &["name"])
}

/// A kind of thing that can be searched for.
struct Kind {
    name: &'static str,
    of: fn(&Install) -> Vec<Value>,
}

const KINDS: [Kind; 4] = [
    Kind {
        name: "handoverProvider",
        of: |install| install.providers.iter().map(value).collect(),
    },
    Kind {
        name: "connection",
        of: |install| install.connections.iter().map(|of| of.shown()).collect(),
    },
    Kind {
        name: "endpoint",
        of: |install| install.endpoints.iter().map(value).collect(),
    },
    Kind {
        name: "flow",
        of: |install| install.flows.iter().map(value).collect(),
    },
];
