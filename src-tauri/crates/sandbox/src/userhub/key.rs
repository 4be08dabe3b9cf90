//! Access keys as UserHub shows them. Secrets show once, where a key is made.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::acd::moment;
use crate::answer;
use crate::params::{Params, json_body};
use crate::state::{Seen, Sim};
use crate::tenant::{AccessKey, Tenant};
use crate::userhub::not_found;

const KEYS: &str = "/access-key-management/v1/access-keys";
const KEY: &str = "/access-key-management/v1/access-keys/{id}";

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(KEYS, get(list).post(make))
        .route(KEY, get(one).patch(change).delete(remove))
}

fn shown(tenant: &Tenant, key: &AccessKey) -> Value {
    json!({
        "accessKeyId": key.id,
        "userId": tenant.owner(key).map(|owner| owner.user_id.as_str()),
        "tenantId": tenant.id,
        "agentId": key.owner.to_string(),
        "billingId": tenant.unit.number.to_string(),
        "isActive": key.active,
        "lastUsedDate": key.last_used.map(moment),
    })
}

async fn list(seen: Seen, uri: Uri) -> Response {
    let params = Params::of(&uri);
    let tenant = &seen.world.tenant;
    let keys: Vec<Value> = tenant
        .access_keys
        .iter()
        .map(|key| shown(tenant, key))
        .filter(|row| params.get("userId").is_none_or(|user| row["userId"] == user))
        .filter(|row| params.get("agentId").is_none_or(|agent| row["agentId"] == agent))
        .collect();
    let links = json!({ "self": uri.to_string(), "next": null, "previous": null });
    answer::ok(&json!({ "totalRecords": keys.len(), "_links": links, "accessKeys": keys }))
}

async fn make(seen: Seen, body: Bytes) -> Response {
    let body = json_body(&body);
    let tenant = &seen.world.tenant;
    let same = |name: &str, id: &str| {
        body[name]
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case(id))
    };
    let owner = tenant.agents.iter().find(|agent| same("userId", &agent.user_id));
    if !same("tenantId", &tenant.id) {
        return answer::userhub(StatusCode::FORBIDDEN, "FORBIDDEN", "The tenant is another one.");
    }
    let Some(owner) = owner else {
        return not_found("user");
    };
    let key = seen.sim.new_access_key(owner.id);
    let mut row = shown(tenant, &key);
    row["accessKeySecret"] = key.secret.into();
    answer::ok(&json!({ "resultSet": row }))
}

async fn one(seen: Seen, Path(id): Path<String>) -> Response {
    let tenant = &seen.world.tenant;
    match tenant.access_keys.iter().find(|key| key.id == id) {
        Some(key) => answer::ok(&json!({ "resultSet": shown(tenant, key) })),
        None => not_found("access key"),
    }
}

async fn change(seen: Seen, Path(id): Path<String>, body: Bytes) -> Response {
    match seen
        .sim
        .change_access_key(&id, json_body(&body)["isActive"].as_bool())
    {
        Some(key) => answer::ok(&json!({ "resultSet": shown(&seen.world.tenant, &key) })),
        None => not_found("access key"),
    }
}

async fn remove(seen: Seen, Path(id): Path<String>) -> Response {
    match seen.sim.remove_access_key(&id) {
        true => answer::ok(&json!({})),
        false => not_found("access key"),
    }
}
