//! The install's OpenAPI document, made of the contract documents, and the page around it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::answer;
use crate::contract::Contract;
use crate::description::base;
use crate::host::Host;
use crate::state::Sim;
use crate::switch::ProviderPath;

/// The version the install says it has.
const VERSION: &str = "2026.12.0";
/// Where providers are changed and deleted, by the switch `provider-path`.
const PLURAL: &str = "/v2.0/handover/providers/{providerId}";
const SINGULAR: &str = "/v2.0/handover/provider/{providerId}";

pub(crate) async fn page() -> Response {
    Html("<!doctype html><title>Sandbox API</title><p><a href=\"/openapi/openapi-viewer.json\">OpenAPI document</a></p>\n")
        .into_response()
}

pub(crate) async fn json(State(sim): State<Arc<Sim>>) -> Response {
    match Contract::get() {
        Ok(contract) => answer::ok(&document(&sim, contract)),
        Err(error) => answer::broken(error),
    }
}

fn document(sim: &Sim, contract: &Contract) -> Value {
    let mut paths = Map::new();
    let mut components: Map<String, Value> = Map::new();
    for part in contract.documents(Host::CognigyApi) {
        let described = part["paths"].as_object().into_iter().flatten();
        for (path, item) in described.filter(|(path, _)| path.starts_with("/v2.")) {
            let mut item = item.clone();
            for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
                if operation.get("x-mark").is_none() {
                    operation["x-mark"] = part["x-mark"].clone();
                }
            }
            paths.insert(path.clone(), item);
        }
        for (kind, named) in part["components"].as_object().into_iter().flatten() {
            let into = components.entry(kind.clone()).or_insert_with(|| json!({}));
            for (name, component) in named.as_object().into_iter().flatten() {
                into[name] = component.clone();
            }
        }
    }
    let closed = match sim.switches().provider_path {
        ProviderPath::Plural => SINGULAR,
        ProviderPath::Singular => PLURAL,
    };
    if let Some(item) = paths.get_mut(closed).and_then(Value::as_object_mut) {
        item.retain(|method, _| method == "get");
    }
    paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
    components.insert(
        "securitySchemes".to_owned(),
        json!({ "apiKey": { "type": "apiKey", "in": "header", "name": "X-API-Key" } }),
    );
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Handover Desk sandbox: Cognigy.AI API", "version": VERSION },
        "servers": [{ "url": format!("{}/new", base(sim.addresses.cognigy_api)) }],
        "security": [{ "apiKey": [] }],
        "paths": paths,
        "components": components,
    })
}
