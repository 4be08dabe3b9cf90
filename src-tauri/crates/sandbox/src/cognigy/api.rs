//! The REST API host: the routes of its operations. What an operation takes and gives stands in the contract documents, which
//! the install's own OpenAPI document is made of.
//!
//! Both prefixes lead to the same operations: `/new/v2.0` of the vendor's samples and `/v2.0` of public clients.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch};
use serde_json::Value;

use crate::answer;
use crate::cognigy::problem::{Kind, Wrong};
use crate::cognigy::{
    caller::Caller, connection, conversation, document, endpoint, flow, log, page, project, provider,
};
use crate::state::{Sim, Trace};

/// What an operation comes to.
pub(crate) type Outcome = Result<Response, Wrong>;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .merge(operations())
        .nest("/new", operations())
        .route("/openapi", get(document::page))
        .route("/openapi/openapi-viewer.json", get(document::json))
}

fn operations() -> Router<Arc<Sim>> {
    Router::new()
        .route("/v2.0/users/me", get(project::me))
        .route("/v2.0/projects", get(project::list))
        .route("/v2.0/projects/{project}", get(project::read))
        .route("/v2.0/projects/{project}/settings", get(project::settings))
        .route("/v2.0/search", get(project::search))
        .route("/v2.0/handover/services", get(provider::services))
        .route("/v2.0/handover/services/{service}", get(provider::service))
        .route("/v2.0/handover/providers", get(provider::list))
        .route("/v2.0/handover/provider", axum::routing::post(provider::create))
        .route(
            "/v2.0/handover/provider/{provider}",
            get(provider::read)
                .merge(patch(provider::update_singular))
                .merge(delete(provider::delete_singular)),
        )
        .route(
            "/v2.0/handover/providers/{provider}",
            patch(provider::update_plural).merge(delete(provider::delete_plural)),
        )
        .route(
            "/v2.0/connections",
            get(connection::list).post(connection::create),
        )
        .route("/v2.0/connections/schemas", get(connection::schemas))
        .route(
            "/v2.0/connections/{connection}",
            get(connection::read)
                .patch(connection::update)
                .delete(connection::delete),
        )
        .route("/v2.0/endpoints", get(endpoint::list).post(endpoint::create))
        .route(
            "/v2.0/endpoints/{endpoint}",
            get(endpoint::read)
                .patch(endpoint::update)
                .delete(endpoint::delete),
        )
        .route("/v2.0/flows", get(flow::list))
        .route("/v2.0/flows/{flow}", get(flow::read))
        .route("/v2.0/flows/{flow}/settings", get(flow::settings))
        .route("/v2.0/flows/{flow}/chart", get(flow::chart))
        .route("/v2.0/flows/{flow}/chart/nodes", get(flow::nodes))
        .route("/v2.0/flows/{flow}/chart/nodes/search", get(flow::search))
        .route(
            "/v2.0/flows/{flow}/chart/nodes/{node}",
            get(flow::node).patch(flow::update_node),
        )
        .route("/v2.0/projects/{project}/logs", get(log::list))
        .route("/v2.0/projects/{project}/logs/tail", get(log::tail))
        .route("/v2.0/projects/{project}/logs/{entry}", get(log::read))
        .route("/v2.1/projects/{project}/logs", get(log::list))
        .route("/v2.1/projects/{project}/logs/tail", get(log::tail_of_2_1))
        .route("/v2.1/projects/{project}/logs/count", get(log::count))
        .route("/v2.0/conversations", get(conversation::list))
        .route(
            "/v2.0/conversations/{session}",
            get(conversation::read).delete(conversation::delete),
        )
}

/// A path without an operation.
pub(crate) fn unknown(request: &Request) -> Response {
    refused(request, Wrong::not_found("operation"))
}

/// An operation asked for with another method.
pub(crate) fn wrong_method(request: &Request) -> Response {
    refused(
        request,
        Wrong::new(Kind::WrongMethod, "This address does not take that method."),
    )
}

/// A request that breaks a rule of the documents.
pub(crate) fn broken_rule(missing: bool, text: String, path: &str, trace: &str) -> Response {
    let kind = if missing {
        Kind::MissingArgument
    } else {
        Kind::BadArgument
    };
    Wrong::new(kind, text).at(path, trace).into_response()
}

fn refused(request: &Request, wrong: Wrong) -> Response {
    let trace = request
        .extensions()
        .get::<Trace>()
        .map(|trace| trace.0.as_str())
        .unwrap_or_default();
    wrong.at(request.uri().path(), trace).into_response()
}

pub(crate) fn ok(body: &Value) -> Outcome {
    Ok(answer::ok(body))
}

/// Serializes what is ours to be serialized; it cannot fail for the types of `install`.
pub(crate) fn value(of: &impl serde::Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// A page of these, by the caller's query.
pub(crate) fn paged(caller: &Caller, items: Vec<Value>, searched: &[&str]) -> Outcome {
    let items = page::filtered(&caller.params, items, searched);
    ok(&page::page(&caller.params, items)?)
}
