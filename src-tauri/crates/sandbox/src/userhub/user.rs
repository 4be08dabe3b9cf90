//! Users and roles.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use http::Uri;
use serde_json::{Map, Value, json};

use crate::answer;
use crate::params::{Params, json_body};
use crate::state::{Seen, Sim};
use crate::tenant::{Agent, Role, Tenant};
use crate::userhub::not_found;

/// Rows of a page where the body does not say.
const TOP: u64 = 50;

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/user-management/v1/users", get(list))
        .route("/user-management/v1/users/{id}", get(one))
        .route("/user-management/v3/users/{id}", get(one))
        .route("/user-management/v2/users/search", post(search))
        .route("/authorization/v1/roles/search", post(roles))
}

/// The attribute is what the vendor's agent client looks at before it starts Digital (seen in code).
fn shown(tenant: &Tenant, agent: &Agent) -> Value {
    let digital = if agent.digital { "true" } else { "false" };
    json!({
        "id": agent.user_id,
        "userName": agent.user_name,
        "emailAddress": agent.user_name,
        "firstName": agent.first_name,
        "lastName": agent.last_name,
        "fullName": agent.full_name(),
        "role": agent.role,
        "roleUUID": tenant.role(agent).map(|role| role.id.as_str()),
        "secondaryRoleIds": [],
        "status": agent.status.word(),
        "type": "EMPLOYEE",
        "teamId": "1",
        "acdInfos": [{ "agentId": agent.id, "billingId": tenant.unit.number }],
        "customAttributes": { "digitalEngagement": { "values": [{ "value": digital }] } },
    })
}

async fn list(seen: Seen, uri: Uri) -> Response {
    let tenant = &seen.world.tenant;
    let params = Params::of(&uri);
    let users: Vec<Value> = tenant
        .agents
        .iter()
        .filter(|agent| {
            params
                .get("status")
                .is_none_or(|status| status == agent.status.word())
        })
        .map(|agent| shown(tenant, agent))
        .collect();
    answer::ok(&json!({ "totalRecords": users.len(), "users": users }))
}

async fn one(seen: Seen, Path(id): Path<String>) -> Response {
    let tenant = &seen.world.tenant;
    let found = tenant
        .agents
        .iter()
        .find(|agent| agent.user_id.eq_ignore_ascii_case(&id));
    match found {
        Some(agent) => answer::ok(&json!({ "user": shown(tenant, agent) })),
        None => not_found("user"),
    }
}

/// Whether a row has what a filter asks for: each field is one of its texts.
fn fits(row: &Value, filter: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    filter.as_object().into_iter().flatten().all(|(name, wanted)| {
        let has = text(&row[name.as_str()]);
        match wanted {
            Value::Array(choices) => choices.is_empty() || choices.iter().any(|choice| text(choice) == has),
            one => text(one) == has,
        }
    })
}

/// The fields that were asked for; all of them where none were.
fn picked(row: &Value, fields: &Value) -> Value {
    let fields: Vec<&str> = fields
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    match row.as_object() {
        Some(row) if !fields.is_empty() => {
            let kept = row
                .iter()
                .filter(|(name, _)| *name == "id" || fields.contains(&name.as_str()));
            Value::Object(
                kept.map(|(name, value)| (name.clone(), value.clone()))
                    .collect::<Map<_, _>>(),
            )
        }
        _ => row.clone(),
    }
}

async fn search(seen: Seen, body: Bytes) -> Response {
    let body = json_body(&body);
    let tenant = &seen.world.tenant;
    let found: Vec<Value> = tenant
        .agents
        .iter()
        .map(|agent| shown(tenant, agent))
        .filter(|row| fits(row, &body["filter"]))
        .collect();
    let skip = body["skip"].as_u64().unwrap_or(0);
    let top = body["top"].as_u64().unwrap_or(TOP);
    let total = found.len();
    let users: Vec<Value> = found
        .iter()
        .skip(usize::try_from(skip).unwrap_or(usize::MAX))
        .take(usize::try_from(top).unwrap_or(usize::MAX))
        .map(|row| picked(row, &body["fields"]))
        .collect();
    answer::ok(&json!({ "totalRecords": total, "skip": skip, "top": top, "users": users }))
}

/// Assigned channels and the permissions of conversations are in no role that an API shows.
fn role(role: &Role) -> Value {
    json!({
        "roleId": role.id,
        "roleName": role.name,
        "displayName": role.name,
        "status": "ACTIVE",
        "permissions": [],
        "applications": [],
        "modifiable": true,
        "internal": false,
        "sequence": 0,
        "lastModifiedTime": 0,
    })
}

async fn roles(seen: Seen, body: Bytes) -> Response {
    let body = json_body(&body);
    let found: Vec<Value> = seen
        .world
        .tenant
        .roles
        .iter()
        .map(role)
        .filter(|row| fits(row, &body["filter"]))
        .collect();
    let page = body["page"]["pageNo"].as_u64().unwrap_or(1).max(1);
    let size = body["page"]["pageSize"].as_u64().unwrap_or(TOP).max(1);
    let start = usize::try_from((page - 1).saturating_mul(size)).unwrap_or(usize::MAX);
    let rows: Vec<Value> = found
        .into_iter()
        .skip(start)
        .take(usize::try_from(size).unwrap_or(usize::MAX))
        .collect();
    answer::ok(&json!({ "roles": rows }))
}
