//! The install's OpenAPI document, made of the table of operations, and the page around it. In our own words and no
//! larger than what is simulated.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};
use std::sync::Arc;

use crate::answer;
use crate::cognigy::api::{Mark, OPERATIONS, Operation};
use crate::cognigy::problem::{Kind, Wrong};
use crate::description::base;
use crate::state::Sim;
use crate::switch::{OpenapiAccess, ProviderPath};

/// The version the install says it has.
pub(crate) const VERSION: &str = "2026.12.0";

pub(crate) async fn page(State(sim): State<Arc<Sim>>, headers: HeaderMap) -> Response {
    if let Some(refused) = locked(&sim, &headers, "/openapi") {
        return refused;
    }
    Html("<!doctype html><title>Sandbox API</title><p><a href=\"/openapi/openapi-viewer.json\">OpenAPI document</a></p>\n")
        .into_response()
}

pub(crate) async fn json(State(sim): State<Arc<Sim>>, headers: HeaderMap) -> Response {
    if let Some(refused) = locked(&sim, &headers, "/openapi/openapi-viewer.json") {
        return refused;
    }
    answer::ok(&document(&sim))
}

fn locked(sim: &Sim, headers: &HeaderMap, path: &str) -> Option<Response> {
    let key = headers.get("x-api-key").and_then(|value| value.to_str().ok());
    if sim.switches().openapi_access == OpenapiAccess::Open
        || key == Some(sim.cognigy.install().key.secret.as_str())
    {
        return None;
    }
    let wrong = Wrong::new(Kind::Unauthorized, "The API key is missing or not valid here.");
    Some(wrong.at(path, "").into_response())
}

fn document(sim: &Sim) -> Value {
    let singular = sim.switches().provider_path == ProviderPath::Singular;
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let path = match operation.id {
            "updateHandoverProvider" | "deleteHandoverProvider" if singular => {
                "/v2.0/handover/provider/{providerId}"
            }
            _ => operation.path,
        };
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[operation.method] = described(operation, path);
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Handover Desk sandbox: Cognigy.AI API", "version": VERSION },
        "servers": [{ "url": format!("{}/new", base(sim.addresses.cognigy_api)) }],
        "security": [{ "apiKey": [] }],
        "components": { "securitySchemes": { "apiKey": { "type": "apiKey", "in": "header", "name": "X-API-Key" } } },
        "paths": paths,
    })
}

fn described(operation: &Operation, path: &str) -> Value {
    let parameters: Vec<Value> = path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let (status, text) = match operation.id {
        id if id.starts_with("create") => (StatusCode::CREATED, "Created."),
        id if id.starts_with("delete") => (StatusCode::NO_CONTENT, "Deleted."),
        _ => (StatusCode::OK, "Done."),
    };
    let mut responses = Map::new();
    responses.insert(status.as_u16().to_string(), json!({ "description": text }));
    responses.insert(
        "default".to_owned(),
        json!({ "description": "A problem by RFC 7807." }),
    );
    json!({
        "operationId": operation.id,
        "parameters": parameters,
        "responses": responses,
        "x-evidence": match operation.mark {
            Mark::Documented => "documented",
            Mark::SeenInCode => "seen in code",
            Mark::Inferred => "inferred",
        },
    })
}
