//! Access keys as the ACD API shows them. Secrets show once, where a key is made.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use http::{StatusCode, Uri};
use serde_json::{Value, json};

use crate::acd::{Version, at, moment, not_found, paged};
use crate::answer;
use crate::params::Params;
use crate::state::{Seen, Sim};
use crate::tenant::{AccessKey, Tenant};

pub(super) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route(at!("access-keys"), get(list).post(make))
        .route(at!("access-keys/{id}"), get(one).patch(change).delete(remove))
}

fn shown(tenant: &Tenant, key: &AccessKey) -> Value {
    json!({
        "accessKeyId": key.id,
        "agentId": key.owner,
        "billingId": tenant.unit.number,
        "isActive": key.active,
        "lastUsedDate": key.last_used.map(moment),
    })
}

async fn list(_: Version, seen: Seen, uri: Uri) -> Response {
    let agent = Params::of(&uri).number("agentId", 0);
    let tenant = &seen.world.tenant;
    let rows = tenant
        .access_keys
        .iter()
        .filter(|key| agent.is_none_or(|agent| agent == key.owner))
        .map(|key| shown(tenant, key))
        .collect();
    paged(&uri, json!({}), "accesskeys", rows)
}

async fn make(_: Version, seen: Seen, uri: Uri) -> Response {
    let agent = Params::of(&uri).number("agentId", 0);
    let owner = seen
        .world
        .tenant
        .agents
        .iter()
        .find(|known| Some(known.id) == agent);
    let Some(owner) = owner.map(|owner| owner.id).or(seen.caller) else {
        return not_found("agent");
    };
    let key = seen.sim.new_access_key(owner);
    let mut row = shown(&seen.world.tenant, &key);
    row["accessKeySecret"] = key.secret.into();
    answer::json(StatusCode::CREATED, &json!({ "accesskeys": [row] }))
}

async fn one(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    let tenant = &seen.world.tenant;
    // Paths of this family come in lower case; ids do not differ by case alone.
    match tenant
        .access_keys
        .iter()
        .find(|key| key.id.eq_ignore_ascii_case(&id))
    {
        Some(key) => answer::ok(&json!({ "accessKey": shown(tenant, key) })),
        None => not_found("access key"),
    }
}

async fn change(_: Version, seen: Seen, uri: Uri, Path((_, id)): Path<(String, String)>) -> Response {
    let active = Params::of(&uri).flag("isActive");
    match seen.sim.change_access_key(&id, active) {
        Some(key) => answer::ok(&json!({ "accessKey": shown(&seen.world.tenant, &key) })),
        None => not_found("access key"),
    }
}

async fn remove(_: Version, seen: Seen, Path((_, id)): Path<(String, String)>) -> Response {
    match seen.sim.remove_access_key(&id) {
        true => answer::ok(&json!({})),
        false => not_found("access key"),
    }
}
